#include "policy/people_tables.hpp"

#include <algorithm>

#include "policy/affixes.hpp"
#include "policy/credentials.hpp"
#include "policy/personal_data.hpp"
#include "policy/personal_neighbours.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;
using catalog::ValueClass;

/// People by name, and tables of them are of other things: accounts at banks, tenants of software.
constexpr WordSet no_tables_of_people(
    "account billing shipping delivery invoice booking reservation next emergency tenant provider identity agent");
/// Tables whose rows say where somebody lives.
constexpr WordSet places("address location residence addressbook");
/// What pictures and devices know of where they were.
constexpr WordSet tracks("exif gps geolocation");
constexpr WordSet groups(
    "team company organization organisation shop store warehouse site tenant workspace project vendor supplier "
    "branch office department group community school brand merchant agency bank server hospital hotel restaurant "
    "channel list domain app application event form campaign product newsletter facility entity manufacturer meta "
    "setting enterprise collection unit club network property clinic pharmacy laboratory church institution institute "
    "university college library outlet nonprofit charity foundation npo ngo congregation federation upload attachment "
    "config configuration option preference instance installation system sede sucursal filial filiale succursale "
    "cabang escuela colegio ecole scuola escola sekolah tienda loja negozio magasin toko equipo equipe departamento "
    "clinica "
    "clinique klinik");
/// They have names and birthdays like people.
constexpr WordSet animals("pet animal dog cat horse livestock cattle");
/// job_applications, and no other: programs are applications, too.
bool is_applied_for(const Words& of_table) {
  constexpr WordSet what(
      "job program programme membership loan visa scholarship grant admission enrollment volunteer candidate partner "
      "affiliate rental tenant student");
  return of_table.size() > 1 && of_table.back() == "application" && what.contains(of_table[of_table.size() - 2]);
}

/// Clients that people use to download or to look at something.
bool is_program(const Table& table, const Words& of_table) {
  constexpr WordSet programs("torrent bittorrent download blacklist whitelist denied mail http web browser");
  return any_before_last(of_table, programs) && !has_people_columns(table, of_table);
}

/// What people are divided into, in languages whose nouns come first: categoria_clientes, estados_estudiante.
bool is_of_kinds(const Words& of_table) {
  constexpr WordSet divisions(
      "categoria categorie kategori type tipo jenis loai role rol quyen status statut situacao situation state grupo "
      "groupe gruppo golongan nhom nivel nivele niveau livello perfil perfile cargo turno genero");
  return of_table.size() > 1 && divisions.contains(of_table.front());
}

}  // namespace

bool is_of_group(const Words& of_table) {
  return any_of(of_table, groups);
}

bool has_people_columns(const Table& table, const Words& name, bool mail_says_it) {
  if (any_of(name, animals)) return false;
  const bool group = !mail_says_it || (any_of(name, groups) && !is_applied_for(name));
  const Affixes affixes = affixes_of(table);
  return std::ranges::any_of(table.columns, [&](const Column& column) {
    const Words w = personal_words(affixes.taken_off(column.name));
    if (column.value_class != ValueClass::text || !personal_data_by_name(w, column, {})) return false;
    constexpr WordSet marks("surname dob birthday fname lname cpf curp ssn nik pesel dni");
    if (has(w, "birth") || marks.contains(w.back()) || ends_with_one(w, "first name,last name")) return true;
    return !group && (w == Words{"mail"} || w == Words{"email"} || w == Words{"email", "address"} ||
                      w == Words{"nick"} || ends_with_one(w, "nick name,customer name"));
  });
}

Words table_words(const QualifiedName& name) {
  constexpr WordSet tails(
      "data detail info information profile record archive history table list backup field login entity master lookup "
      "secure main base basic extra extended meta tbl tab mst bak old new deleted archived pending temp tmp det dtl "
      "summary public");
  Words w = words_of_table(name.name);
  const auto says_little = [&](const std::string& word) {
    return tails.contains(word) || word.find_first_not_of("0123456789") == std::string::npos;
  };
  constexpr WordSet listed("subscriber recipient mailing");
  const auto is_list = [&] { return w.back() == "list" && listed.contains(w[w.size() - 2]); };
  // profile_fields says which there are.
  if (name.name.ends_with("fields")) return w;
  while (w.size() > 1 && says_little(w.back()) && !is_list()) w.pop_back();
  return w;
}

bool is_about_people(const QualifiedName& name) {
  const Words w = table_words(name);
  if (w.empty()) return false;
  constexpr WordSet attributes(
      "name address contact phone email identifier document bank license licence passport visa");
  const auto person = [](const std::string& word) { return is_person(word) && !no_tables_of_people.contains(word); };
  if (ends_with(w, {"credit", "card"}) || (person(w.back()) && !is_of_kinds(w))) return true;
  const bool personal = w.size() > 1 && w.back() == "document" && w[w.size() - 2] == "personal";
  return personal || (w.size() > 1 && attributes.contains(w.back()) && person(w[w.size() - 2]));
}

PersonalContext context_of(const Table& table, const QualifiedName& name) {
  const Words w = table_words(name);
  PersonalContext context;
  context.people = is_about_people(name);
  if (w.empty()) return context;
  // Accounts are at banks, or of users who log in.
  if (w.back() == "account") context.people = logs_in(table);
  if ((w.back() == "worker" || w.back() == "agent") && runs_by_itself(table)) context.people = false;
  if (w.back() == "client" && is_program(table, w)) context.people = false;
  // Download clients and the like stand at a port of some host.
  if (w.back() == "client" && has_column_of(table, "host") && has_column_of(table, "port")) context.people = false;
  // user_ip_address: no place.
  const bool technical = w.size() > 1 && any_of({w[w.size() - 2]}, WordSet("ip mac email mail wallet"));
  context.addresses = places.contains(w.back()) && !technical;
  context.places =
      context.addresses || any_of(w, tracks) || has_address(table) ||
      has_column_of(table, "battery,battery status,battery level,velocity,horizontal accuracy,gps accuracy");
  context.homes = context.people && context.places;
  context.accounts = holds_account(table);
  context.phones = is_phone_word(w.back()) || (w.size() > 1 && is_phone_word(w[w.size() - 2]) && w.back() == "number");
  constexpr WordSet mails(
      "email mail mailing mime message msg inbox outbox alias spamalias mailbox bcc quarantine forwarding recipient "
      "sender "
      "invitation");
  constexpr WordSet calls("cdr call phonecall");
  constexpr WordSet machines("registry node server proxy cluster peer broker replica instance listener upstream");
  context.calls = any_of(w, calls);
  context.machines = any_of(w, machines);
  constexpr WordSet opinions("comment review guestbook rating testimonial feedback");
  context.mails = any_of(w, mails) || looks_like_mail(table);
  context.opinions = opinions.contains(w.back());
  return context;
}

}  // namespace pgcoffer::policy
