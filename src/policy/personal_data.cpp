#include "policy/personal_data.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <utility>

#include "policy/affixes.hpp"
#include "policy/credential_names.hpp"
#include "policy/credentials.hpp"
#include "policy/domain_names.hpp"
#include "policy/flags.hpp"
#include "policy/people_tables.hpp"
#include "policy/personal_ids.hpp"
#include "policy/personal_names.hpp"
#include "policy/personal_neighbours.hpp"
#include "policy/resemblance.hpp"
#include "policy/words.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::Table;
using catalog::ValueClass;

constexpr std::array kinds{
    std::pair{PersonalData::name, "name"},
    std::pair{PersonalData::email, "email"},
    std::pair{PersonalData::phone, "phone"},
    std::pair{PersonalData::address, "address"},
    std::pair{PersonalData::birth_date, "birth-date"},
    std::pair{PersonalData::ip, "ip"},
    std::pair{PersonalData::government_id, "government-id"},
    std::pair{PersonalData::bank, "bank"},
};

/// They have a full name, too.
constexpr WordSet things(
    "course repository repo project product category page file site branch package group team class classe subject "
    "matiere module container conteneur country role position currency language airport faculty");

bool is_time(const Column& column) {
  return column.base_type == "date" || column.base_type.starts_with("timestamp");
}

/// Whether a number is no amount, and a text has room for more than a short code or the last digits of an id.
bool has_room_for_id(const Column& column) {
  constexpr unsigned long fewest = 6;
  const Words w = words(column.name);
  if (column.value_class == ValueClass::number)
    return w != Words{"vat"} && (column.base_type != "numeric" || column.full_type.find(',') == std::string::npos);
  const auto open = column.full_type.find('(');
  return open == std::string::npos || has(w, "last") ||
         std::strtoul(column.full_type.c_str() + open + 1, nullptr, 10) >= fewest;
}

/// Whether a column of this type can hold such data.
bool can_hold(const Column& column, PersonalData kind) {
  if (is_flag(column) || column.type_kind == 'e') return false;
  if (kind == PersonalData::government_id && !has_room_for_id(column)) return false;
  const std::string& type = column.base_type;
  if (is_time(column)) return kind == PersonalData::birth_date;
  if (type == "interval" || type.starts_with("time ") || type == "money" || type.ends_with("range")) return false;
  if (type == "uuid" || type == "tsvector" || type == "oid") return false;
  // Such addresses in bytes are those of machines.
  if (type == "bytea" && ends_with(words(column.name), {"addr"})) return false;
  if (type == "point" || type.find("geography") != std::string::npos || type.find("geometry") != std::string::npos)
    return kind == PersonalData::address;
  if (type == "inet" || type == "cidr") return kind == PersonalData::ip || kind == PersonalData::address;
  if (column.value_class == ValueClass::number)
    return kind == PersonalData::phone || kind == PersonalData::birth_date || kind == PersonalData::government_id ||
           kind == PersonalData::bank || kind == PersonalData::address || kind == PersonalData::ip;
  return true;
}

/// Things may be called by a long name and a short one.
bool has_name(const Table& table, const std::string& which) {
  return std::ranges::any_of(table.columns, [&](const Column& column) {
    return words(column.name) == Words{which, "name"};
  });
}

/// Whether it says with many others what is to be seen: `display_address` beside `display_rank`.
bool is_for_display(const Table& table, const Column& column) {
  constexpr std::ptrdiff_t many = 4;
  const auto display = [](const Column& each) {
    const Words w = words(each.name);
    return w.size() > 1 && w.front() == "display";
  };
  return display(column) && std::ranges::count_if(table.columns, display) >= many;
}

/// Insured people have policies; so do firewalls.
bool is_of_insured(const Table& table, const Words& of_table) {
  constexpr WordSet insurance("insurance assurance claim patient");
  return any_of(of_table, insurance) || has_column_of(table, "patient id,insured,policyholder,policy holder");
}

/// Lists of countries and regions with their codes.
bool is_numbered_by_iso(const Table& table) {
  return std::ranges::any_of(table.columns,
                             [](const Column& column) { return personal_words(column.name) == Words{"iso"}; });
}

/// Tables of what somebody asked for, and of whom others know him by.
bool is_asked(const Words& of_table) {
  constexpr WordSet asked(
      "request inquiry enquiry reference referee callback appointment complaint waitlist petition consultation lead "
      "inbox entry solicitud solicitacao consulta referencia pedido demande richiesta anfrage aanvraag "
      "permintaan pengaduan zapytanie wniosek talep basvuru randevu cita termin");
  return !of_table.empty() && asked.contains(of_table.back());
}

/// Tables of what somebody teaches, and what he is called there.
bool is_taught(const Words& of_table) {
  constexpr WordSet lessons(
      "course training class lesson workshop seminar lecture webinar curso formation formacion formacao corso kurs "
      "cursus pelatihan egitim szkolenie");
  return any_of(of_table, lessons);
}

bool teaches(std::string_view word) {
  constexpr WordSet teachers(
      "trainer instructor teacher lecturer speaker tutor coach presenter facilitator formateur formatrice intervenant "
      "ponente palestrante instrutor relatore istruttore dozent referent spreker narasumber egitmen");
  return teachers.contains(word);
}

/// Who leads what a row is of: service_manager of services, president_pharmacie.
bool leads_it(const Words& of_table, const Words& w) {
  constexpr WordSet offices("manager president chairman chairwoman chairperson director treasurer");
  if (of_table.empty() || w.size() != 2) return false;
  const std::string& thing = of_table.back();
  return (w[0] == thing && offices.contains(w[1])) || (w[1] == thing && offices.contains(w[0]));
}

/// What a name says that is one of a person, an address or a telephone by what stands beside it.
std::optional<PersonalData> kind_by_neighbours(const Table& table, const Words& of_table,
                                               const PersonalContext& context, const Words& w) {
  // Where mail is sent on from.
  if (context.mails && w == Words{"source"} && has_column_of(table, "destination,dest,goto"))
    return PersonalData::email;
  constexpr WordSet customers("customer client patient guest buyer");
  // Whom a document is for, and what it says of him.
  if (w.size() == 1 && customers.contains(w[0]) && has_address(table)) return PersonalData::name;
  if (w == Words{"cf"} && (has_address(table) || has_column_of(table, "vat number")))
    return PersonalData::government_id;
  // Who asks for something, or is asked about somebody, and can be called back.
  if (is_asked(of_table) && (w == Words{"name"} || w == Words{"display", "name"}) &&
      has_column_of(table, "phone,mobile"))
    return PersonalData::name;
  // Who logs in and can be called up.
  if (w == Words{"name"} && logs_in(table) && has_column_of(table, "phone,mobile") && !is_of_group(of_table))
    return PersonalData::name;
  if ((w.size() == 1 && is_taught(of_table) && teaches(w[0])) || leads_it(of_table, w)) return PersonalData::name;
  if (context.accounts && w == Words{"agency"}) return PersonalData::bank;
  // Whence somebody wrote.
  if (context.opinions && w == Words{"hostname"}) return PersonalData::ip;
  // Of somebody who asked for something.
  if (ends_with(w, {"source", "address"}) && has_column_of(table, "email,user agent")) return PersonalData::ip;
  constexpr WordSet chats("chat conversation roster thread buddy");
  const bool of_chat = w == Words{"name"} && !of_table.empty() && chats.contains(of_table.back());
  if ((of_chat || w == Words{"number"}) && has_column_of(table, "jid"))
    return of_chat ? PersonalData::name : PersonalData::phone;
  constexpr std::string_view pictures =
      "profile pic,profile pic url,profile picture,profile picture url,profile image,profile image url,profile photo";
  if (ends_with(w, {"profile", "name"}) && has_column_of(table, pictures)) return PersonalData::name;
  if (ends_with(w, {"address", "name"}) && has_column_of(table, "payer email")) return PersonalData::name;
  if (ends_with_one(w, "policy number,policy no,policy num") && is_of_insured(table, of_table))
    return PersonalData::government_id;
  if (context.people && is_user_beside_password(table, w)) return PersonalData::name;
  if (context.people && w == Words{"mailbox"}) return PersonalData::email;
  if (context.people && w == Words{"hp"}) return PersonalData::phone;  // Indonesian: handphone
  if (w == Words{"name"} && ends_with(of_table, {"name", "change"})) return PersonalData::name;
  // Of an account at a bank.
  if (w == Words{"number"} && has_column_of(table, "bank name") && !holds_account(table)) return PersonalData::bank;
  const bool of_somebody = has_column_of(table, "account id,user id,member id,person id,customer id,patient id");
  if (of_somebody && ends_with_one(w, "doc number,document number,doc no,document no") &&
      has_column_of(table, "doc type,document type"))
    return PersonalData::government_id;
  if (context.addresses && (w == Words{"number"} || w == Words{"via"}) &&
      has_column_of(table, "street,city,postal code"))
    return PersonalData::address;
  if (w == Words{"value"} && ends_with_one(of_table, "contact channel,contact method,contact point,contact mean"))
    return PersonalData::email;
  constexpr WordSet messages("sms smsincoming smsoutgoing smsinbox smsoutbox mms");
  constexpr WordSet ends("sender receiver recipient dst src destination msisdn");
  const bool of_messages = any_of(of_table, messages) || (!w.empty() && w.front() == "sms");
  if (of_messages && !w.empty() && ends.contains(w.back())) return PersonalData::phone;
  return std::nullopt;
}

/// Whether its rows are files, which have a real name and a nice one as well.
bool is_file(const Table& table, const Words& name) {
  constexpr WordSet files("image file picture photo media upload attachment download icon video");
  return (!name.empty() && files.contains(name.back())) ||
         has_column_of(table, "filesize,file size,mime type,mimetype");
}

/// Names that look personal, and are not of this table's.
bool is_of_things(const Table& table, const Words& name, const Words& w, PersonalData kind) {
  if (kind != PersonalData::name) return false;
  const bool of_program = any_of(name, WordSet("oauth oauth2 oidc openid saml api")) || has_client_secret(table);
  if (of_program &&
      (w == Words{"name"} || w == Words{"display", "name"} || any_of(w, WordSet("client consumer application"))))
    return true;
  if (any_of(name, WordSet("webauthn passkey u2f fido fido2")) && ends_with_one(w, "nick,nick name")) return true;
  // Whose mails are sent, and which programs do it.
  if (any_of(name, WordSet("template")) && w == Words{"nick", "name"}) return true;
  if (w.front() == "template" || (w == Words{"agent", "name"} && any_of(name, WordSet("notifier notify")))) return true;
  if (is_file(table, name) && ends_with_one(w, "real name,long name,nice name,nicename,nick name")) return true;
  // What programs are called in a forge.
  if (w == Words{"full", "name"} && has_column_of(table, "git url,clone url,repo url,repository url")) return true;
  const bool short_one = has_name(table, "short");
  const bool full = w == Words{"full", "name"} || w == Words{"complete", "name"} ||
                    (w == Words{"short", "name"} && has_name(table, "full"));
  const bool of_thing = !name.empty() && (things.contains(name.back()) || is_of_group({name.back()}));
  if (w.size() == 3 && w[1] == "full" && things.contains(w[0])) return true;
  return full && (of_thing || short_one) && !is_about_people(table.name) &&
         !has_people_columns(table, name, !short_one);
}

std::optional<PersonalData> kind_by_words(const Table& table, const QualifiedName& name, const Column& column,
                                          const Words& w) {
  PersonalContext context = context_of(table, name);
  const Words of_table = words_of_table(name.name);
  auto kind = personal_data_by_name(w, column, context);
  if (!kind && !context.people) {
    context.people = true;
    kind = personal_data_by_name(w, column, context);
    if (kind && !has_people_columns(table, of_table)) kind.reset();
  }
  if (!kind && w == Words{"number"} && ends_with(table_words(name), {"bank", "account"})) kind = PersonalData::bank;
  if (!kind && w.size() == 1 && any_of(w, WordSet("name value")) && ends_with(table_words(name), {"email", "address"}))
    kind = PersonalData::email;
  // Whatever of a person it is.
  if (!kind && any_of(w, WordSet("pii")) && !says_what_it_has(w.back())) kind = PersonalData::name;
  // In Spanish and Portuguese it is called after the document whose number it is.
  constexpr WordSet documents("documento Documento DOCUMENTO doc Doc DOC");
  const bool document = documents.contains(column.name);
  if (!kind && document && is_about_people(name) && column.value_class == ValueClass::text)
    kind = PersonalData::government_id;
  // Whom a token to verify an address was sent to.
  const bool verifies = any_of(of_table, WordSet("verification magic reset"));
  if (!kind && verifies && w == Words{"identifier"} && column.value_class == ValueClass::text)
    kind = PersonalData::email;
  // Whose address it is.
  if (!kind && ends_with(of_table, {"address"}) && w == Words{"name"} &&
      has_column_of(table, "phone,phone number,mobile number,email,fax"))
    kind = PersonalData::name;
  if (!kind && is_named_beside(table, column, w)) kind = PersonalData::name;
  if (!kind && column.value_class == ValueClass::text && !column.array)
    kind = kind_by_neighbours(table, of_table, context, w);
  if (!kind && context.accounts && w == Words{"account"} && column.value_class == ValueClass::text)
    kind = PersonalData::bank;
  // Lists of all places are nobody's.
  const bool all_places = ends_with_one(of_table,
                                        "zip code,postal code,postcode,post code,ip geolocation,zone,"
                                        "delivery area,shipping area,service area") ||
                          (!context.people && is_numbered_by_iso(table)) || any_of(of_table, WordSet("geoip gateway"));
  if (all_places && (!kind || kind == PersonalData::address)) return std::nullopt;
  // What is booked to in ledgers.
  constexpr WordSet ledgers("chart ledger gl gifi coa journal");
  if (kind == PersonalData::bank && (any_of(of_table, ledgers) || any_of(w, ledgers))) return std::nullopt;
  // What a kind of tax is called.
  if (kind == PersonalData::government_id && !of_table.empty() && of_table.back() == "tax") return std::nullopt;
  if (kind && is_of_things(table, table_words(name), w, *kind)) return std::nullopt;
  // Which of several channels is told: its row, as those beside it.
  if (w == Words{"email", "id"} && has_column_of(table, "slack id,webhook id")) return std::nullopt;
  if (kind || w.empty()) return kind;
  // A state beside a city is that of an address, and no status; so are two letters that are short for a postal code.
  constexpr WordSet parts("state region province county district zone parish neighborhood neighbourhood");
  const bool text = column.value_class == ValueClass::text;
  const bool beside = text && !context.machines && parts.contains(w.back()) && city_beside(table, w);
  const bool cap = w.size() == 2 && w[0] == "cap" && (w[1] == "residence" || is_person(w[1]));
  const bool code = (cap || w == Words{"cap"} || w == Words{"cp"} || (w == Words{"pin"} && !has_postal_code(table))) &&
                    (has_address(table) || city_beside(table, w));
  return beside || code ? std::optional(PersonalData::address) : std::nullopt;
}

/// Words that leave little else: such a text is personal unless its last word says that it is about the thing.
std::optional<PersonalData> kind_by_certain_word(const Column& column, const Words& w) {
  constexpr WordSet harmless(
      "type kind id uuid name label title description note comment subject body text content html message template "
      "layout theme class model file archive image icon logo field column attribute attr claim key param format "
      "pattern mask host "
      "server servername domain port protocol provider service gateway driver agent client device user preference "
      "setting option config status state flag error code verified confirmed enabled required notification "
      "notifications subscription frequency digest signature policy privacy visibility list group category count limit "
      "footer header greeting custom at on by token hash secret password verification confirmation validation change "
      "language locale consent purpose source reason dir directory folder box typ event log queue folder archive plan "
      "usage method integration "
      "color colour url logo invoice delivery sent opened bounced delivered clicked failed scheduled queued "
      "mode");
  const bool text = column.value_class == ValueClass::text && !column.array;
  constexpr WordSet credentials("token hash secret password passwd pass pwd");
  if (any_of(w, credentials)) return std::nullopt;
  if (!text || w.size() < 2 || harmless.contains(w.back()) || says_it_is_about(w.front())) return std::nullopt;
  if (any_before_last(w, WordSet("email"))) return PersonalData::email;
  if (any_before_last(w, WordSet("phone telephone"))) return PersonalData::phone;
  return std::nullopt;
}

/// Plain names say little of a domain: its column may be called otherwise because it is something else.
std::optional<PersonalData> kind_by_domain(const Table& table, const QualifiedName& name, const Column& column) {
  constexpr WordSet plain("name number address city state code value text");
  for (const std::string& domain : domain_names(column)) {
    const Words w = personal_words(domain);
    if (w.size() == 1 && plain.contains(w[0])) continue;
    if (const auto kind = kind_by_words(table, name, column, w)) return kind;
  }
  return std::nullopt;
}

/// Whether a number is that of another row by what stands beside it: voter_id beside voter_type, nid beside vid and
/// uid, and the tax of something.
bool references_by_name(const Table& table, const QualifiedName& name, const Column& column) {
  Words w = words(column.name);
  if (w == Words{"tax", "id"}) return !is_about_people(name);
  if (w == Words{"nid"}) return has_column_of(table, "vid,uid,cid,tid,fid,pid,aid");
  if (w.back() != "id") return false;
  w.back() = "type";
  return std::ranges::any_of(table.columns, [&](const Column& other) { return words(other.name) == w; });
}

/// Whether rows are numbered by such texts as this one: it is the number of another row.
bool has_row_id_like(const Table& table, const Column& column) {
  return std::ranges::any_of(table.columns, [&](const Column& other) {
    return words(other.name) == Words{"id"} && other.base_type == column.base_type;
  });
}

}  // namespace

std::vector<PersonalData> personal_data_kinds() {
  std::vector<PersonalData> result;
  for (const auto& [kind, name] : kinds) result.push_back(kind);
  return result;
}

std::string_view to_string(PersonalData kind) noexcept {
  for (const auto& [known, name] : kinds)
    if (known == kind) return name;
  return "";
}

std::optional<PersonalData> detect_personal_data(const Table& table, const QualifiedName& name, const Column& column) {
  if (is_for_display(table, column)) return std::nullopt;
  Words w = personal_words(column.name);
  // login_hash is what one logs in with, login_text what is read there.
  if (w == Words{"login"} && any_of({words(column.name).back()}, WordSet("hash text"))) return std::nullopt;
  auto kind = kind_by_words(table, name, column, w);
  if (const auto rest = affixes_of(table).taken_off(column.name); !kind && rest != column.name) {
    w = personal_words(rest);
    // emp_number is not that of a house.
    if (w != Words{"number"}) kind = kind_by_words(table, name, column, w);
  }
  if (!kind) kind = kind_by_certain_word(column, words(column.name));
  if (!kind) kind = kind_by_domain(table, name, column);
  if (!kind || !can_hold(column, *kind)) return std::nullopt;
  if (w.empty()) return kind;  // by its domain
  // No number is an address, but that of the row of one.
  if (column.value_class == ValueClass::number && w.back() == "address" && *kind != PersonalData::ip)
    return std::nullopt;
  // The number of a state is one among a few, or that of its row.
  constexpr WordSet numbered("state region province county district city town country zone location");
  if (column.value_class == ValueClass::number && *kind == PersonalData::address && numbered.contains(w.back()))
    return std::nullopt;
  // A number that references another table is a key of it: `address`, `phone_id`.
  const bool references = std::ranges::any_of(table.foreign_keys, [&](const auto& key) {
    return key.columns.size() == 1 && key.columns.front() == column.name;
  });
  if (references && column.value_class == ValueClass::number) return std::nullopt;
  const bool number_of_row = (w.back() == "id" || w.front() == "id") && column.value_class == ValueClass::number;
  if (column.value_class == ValueClass::number && references_by_name(table, name, column)) return std::nullopt;
  if (*kind == PersonalData::bank && w.back() == "id" && has_row_id_like(table, column)) return std::nullopt;
  // id_carte is the number of a card's row.
  if (number_of_row && (*kind != PersonalData::government_id || w == Words{"id", "card"})) return std::nullopt;
  return kind;
}

bool is_called_like_personal_data(const Table& table, const QualifiedName& name, const Column& column) {
  if (!can_resemble(column) || column.base_type == "bytea" || is_for_display(table, column)) return false;
  const Words w = words(column.name);
  constexpr WordSet states("verified verificado verificato confirmed enabled notified error role rol");
  constexpr WordSet trips("depart departure arrivee arrival");
  if (w.empty() || says_what_it_has(w.back()) || says_it_is_about(w.front()) || any_of(w, states) || any_of(w, trips))
    return false;
  if (ends_with(w, {"ip", "range"})) return false;
  // When somebody was there, and no name of his.
  if (w == Words{"last", "login"}) return false;
  return !detect_column(table, name, column) && resembles(personal_data_weights(), table, name, column);
}

bool is_guessed_personal_data(const Table& table, const QualifiedName& name, const Column& column) {
  return !is_in_key(table, column) && is_called_like_personal_data(table, name, column);
}

}  // namespace pgcoffer::policy
