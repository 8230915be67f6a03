#include "policy/personal_data.hpp"

#include <algorithm>
#include <array>
#include <utility>

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

/// Words at a name's end that leave it what it is.
constexpr WordSet qualifiers(
    "new old previous current canonical normalized normalised lower lowercase raw encrypted enc ciphertext crypted "
    "formatted original unconfirmed latin kana native bidx en de fr es masked hash hashed");
/// Whose names, addresses and telephones they are.
constexpr WordSet people(
    "user account customer client contact person people persona employee member patient student pupil teacher author "
    "lead subscriber guest recipient staff driver passenger doctor physician nurse applicant candidate owner profile "
    "attendee participant donor beneficiary borrower visitor resident child parent guardian agent seller buyer sender "
    "receiver payer payee holder cardholder signer signatory manager reviewer voter citizen individual human admin "
    "administrator operator player rider courier traveler traveller instructor trainer tutor coach speaker artist "
    "actor director writer editor commenter follower friend partner spouse relative dependent dependant next kin "
    "emergency tenant landlord lessee insured policyholder claimant plaintiff defendant lawyer attorney witness "
    "victim suspect officer consultant contractor freelancer worker colleague volunteer registrant invitee enrollee "
    "consignee addressee shopper consumer prospect biller billing shipping delivery invoice booking reservation");
/// Of the words above those that are no people when a table is called after them.
constexpr WordSet no_tables_of_people("account billing shipping delivery invoice booking reservation next emergency");
/// Tables whose rows say where somebody lives.
constexpr WordSet places("address location residence");
constexpr WordSet phones(
    "phone telephone mobile cell cellphone mobilephone telephonenumber phonenumber phoneno mobileno handphone fax tel "
    "msisdn whatsapp landline homephone workphone");
constexpr WordSet name_heads(
    "firstname lastname middlename surname forename fullname givenname familyname maidenname nickname fname lname "
    "mname username screenname displayname realname legalname patronymic initial");
constexpr WordSet name_parts(
    "first last middle full given family maiden sur legal real birth nick christian fore "
    "preferred display screen father mother");
constexpr WordSet streets(
    "street streetname streetaddress zip zipcode postcode postalcode plz address1 address2 "
    "addressline housenumber apartment suburb");
constexpr WordSet place_parts(
    "city town state province region county district country lat latitude lng lon longitude "
    "line geo coordinate village municipality locality building floor unit");
constexpr WordSet number_heads("number no nr num nbr id code value");
constexpr WordSet certain_ids(
    "ssn nino nin itin cpf curp dni nif bsn pesel aadhaar aadhar passport passportnumber socialsecuritynumber "
    "nationalid personnummer cnp oib egn jmbg");
constexpr WordSet bank_heads(
    "iban cvv cvc cvv2 cvc2 ccnumber creditcard cardnumber accountnumber routingnumber sortcode");
constexpr WordSet hosts("remote client source peer visitor login");

/// The words before qualifiers; at least one.
Words reduced(std::string_view name) {
  Words w = words(name);
  const auto says_little = [](const std::string& word) {
    return qualifiers.contains(word) || word.find_first_not_of("0123456789") == std::string::npos;
  };
  while (w.size() > 1 && says_little(w.back())) w.pop_back();
  return w;
}

/// Ends with one of the phrases, or with `head` and a word like "number" behind it.
bool numbered(const Words& w, std::initializer_list<std::string_view> phrase) {
  if (ends_with(w, phrase)) return true;
  if (w.size() < 2 || !number_heads.contains(w.back())) return false;
  return ends_with(Words(w.begin(), w.end() - 1), phrase);
}

bool is_email(const Words& w) {
  const std::string& head = w.back();
  return head == "email" || head == "emailaddress" || head == "mail" || ends_with(w, {"email", "address"}) ||
         ends_with(w, {"mail", "address"}) || ends_with(w, {"email", "addr"}) || ends_with(w, {"mail", "addr"});
}

bool is_phone(const Words& w) {
  if (phones.contains(w.back())) return true;
  const bool number = w.size() > 1 && number_heads.contains(w.back()) && w.back() != "id" && w.back() != "code";
  return number && (phones.contains(w[w.size() - 2]) || w[w.size() - 2] == "contact" || w[w.size() - 2] == "whatsapp");
}

bool is_name(const Words& w, bool of_people) {
  const std::string& head = w.back();
  if (name_heads.contains(head)) return head != "initial" || of_people;
  if (w == Words{"login"} || w == Words{"cardholder"} || ends_with(w, {"card", "holder"}) ||
      ends_with(w, {"account", "holder"}))
    return true;
  if (of_people && (w == Words{"first"} || w == Words{"last"} || w == Words{"title", "name"})) return true;
  if (head != "name") return false;
  if (w.size() == 1) return of_people;
  const std::string& before = w[w.size() - 2];
  if (before == "display" || before == "preferred" || before == "legal" || before == "full")
    return of_people || before == "full" || w.size() > 2;
  return name_parts.contains(before) || (people.contains(before) && before != "account" && before != "booking");
}

bool is_ip(const Words& w, const Column& column) {
  const std::string& head = w.back();
  if (head == "ip" || head == "ipaddr" || head == "ipaddress" || head == "ipv" || head == "ipv4" || head == "ipv6")
    return true;
  if (ends_with(w, {"ip", "address"}) || ends_with(w, {"ip", "addr"})) return true;
  const bool address = head == "addr" || head == "address" || head == "host";
  if (address && (has(w, "remote") || (column.base_type == "inet" && any_of(w, hosts)))) return true;
  return false;
}

bool is_address(const Words& w, bool of_people, bool of_places) {
  constexpr WordSet technical(
      "ip mac email mail wallet contract web memory server host network bitcoin btc eth url "
      "site bus hardware remote client bluetooth payment deposit token pool source peer "
      "destination target");
  const std::string& head = w.back();
  if (head == "address" || head == "addr") return !any_of(w, technical);
  if (streets.contains(head) || ends_with(w, {"postal", "code"}) || ends_with(w, {"zip", "code"}) ||
      ends_with(w, {"post", "code"}) || ends_with(w, {"street", "name"}) || ends_with(w, {"street", "number"}) ||
      ends_with(w, {"house", "number"}) || ends_with(w, {"address", "line"}) || ends_with(w, {"addr", "line"}))
    return true;
  if (!place_parts.contains(head)) return false;
  if (has(w, "address") || any_of(w, WordSet("billing shipping delivery home residence mailing postal"))) return true;
  return w.size() == 1 && head != "line" && head != "unit" && head != "state" && head != "region" &&
         head != "country" && (of_people || of_places);
}

bool is_birth_date(const Words& w) {
  const std::string& head = w.back();
  if (head == "birthday" || head == "birthdate" || head == "dob" || head == "dateofbirth" || head == "birthyear")
    return true;
  if (w == Words{"born"} || ends_with(w, {"born", "on"}) || ends_with(w, {"born", "at"})) return true;
  return has(w, "birth") && head != "name" && head != "weight" && head != "certificate" && head != "order" &&
         head != "rate";
}

bool is_government_id(const Words& w, bool of_people) {
  const std::string& head = w.back();
  if (certain_ids.contains(head)) return true;
  if (w.size() > 1 && number_heads.contains(head) && certain_ids.contains(w[w.size() - 2])) return true;
  if (numbered(w, {"social", "security"}) || numbered(w, {"national", "insurance"}) ||
      numbered(w, {"social", "insurance"}) || numbered(w, {"driver", "license"}) ||
      numbered(w, {"driver", "licence"}) || numbered(w, {"driving", "license"}) ||
      numbered(w, {"driving", "licence"}) || numbered(w, {"identity", "card"}) || numbered(w, {"id", "card"}) ||
      numbered(w, {"government", "id"}) || numbered(w, {"national", "identity"}) ||
      numbered(w, {"national", "identification"}) || numbered(w, {"health", "insurance"}) ||
      numbered(w, {"medicare"}) || numbered(w, {"identity", "document"}) || numbered(w, {"voter", "id"}) ||
      numbered(w, {"residence", "permit"}))
    return head != "insurance" && head != "card" ? true : w.size() == 2;
  if (ends_with(w, {"national", "id"}) || ends_with(w, {"national", "number"}) || ends_with(w, {"tax", "id"}) ||
      ends_with(w, {"tax", "number"}) || ends_with(w, {"taxpayer", "id"}) || ends_with(w, {"tax", "file", "number"}) ||
      ends_with(w, {"personal", "code"}) || ends_with(w, {"personal", "number"}) || ends_with(w, {"fiscal", "code"}) ||
      ends_with(w, {"citizen", "id"}))
    return true;
  const bool document = ends_with(w, {"license", "number"}) || ends_with(w, {"licence", "number"}) ||
                        ends_with(w, {"document", "number"}) || ends_with(w, {"id", "number"}) ||
                        ends_with(w, {"insurance", "number"}) || ends_with(w, {"identification", "number"}) ||
                        w == Words{"tin"} || w == Words{"sin"} || w == Words{"rut"} || w == Words{"nie"};
  return document && of_people;
}

bool is_bank(const Words& w) {
  const std::string& head = w.back();
  if (bank_heads.contains(head) || w == Words{"bic"} || w == Words{"swift"} || w == Words{"pan"} ||
      ends_with(w, {"swift", "code"}) || ends_with(w, {"bic", "code"}) || ends_with(w, {"bank", "code"}))
    return true;
  if (numbered(w, {"bank", "account"}) || numbered(w, {"credit", "card"}) || numbered(w, {"debit", "card"}))
    return true;
  constexpr WordSet numbers("number no nr num");
  const bool number = w.size() > 1 && numbers.contains(head);
  if (number) {
    const std::string& before = w[w.size() - 2];
    return before == "account" || before == "acct" || before == "card" || before == "routing" || before == "iban" ||
           before == "cc";
  }
  return ends_with(w, {"sort", "code"}) || ends_with(w, {"card", "last"}) || ends_with(w, {"last", "four"}) ||
         w == Words{"last"} || ends_with(w, {"card", "digit"}) || ends_with(w, {"last", "digit"}) ||
         ends_with(w, {"bank", "detail"}) || ends_with(w, {"card", "expiry"}) || ends_with(w, {"card", "expiration"});
}

std::optional<PersonalData> by_name(const Words& w, const Column& column, bool of_people, bool of_places) {
  if (w.empty()) return std::nullopt;
  if (is_email(w)) return PersonalData::email;
  if (is_ip(w, column)) return PersonalData::ip;
  if (is_phone(w)) return PersonalData::phone;
  if (is_birth_date(w)) return PersonalData::birth_date;
  if (is_government_id(w, of_people)) return PersonalData::government_id;
  const bool last_of_card = w == Words{"last"} && !column.name.ends_with('4');
  if (!last_of_card && is_bank(w)) return PersonalData::bank;
  if (is_name(w, of_people)) return PersonalData::name;
  if (is_address(w, of_people, of_places)) return PersonalData::address;
  return std::nullopt;
}

bool is_time(const Column& column) {
  return column.base_type == "date" || column.base_type.starts_with("timestamp");
}

/// Whether a column of this type can hold such data.
bool can_hold(const Column& column, PersonalData kind) {
  if (column.value_class == ValueClass::boolean || column.type_kind == 'e') return false;
  const std::string& type = column.base_type;
  if (is_time(column)) return kind == PersonalData::birth_date;
  if (type == "interval" || type.starts_with("time ") || type == "money" || type.ends_with("range")) return false;
  if (type == "uuid" || type == "tsvector" || type == "oid") return false;
  if (type == "point" || type.find("geography") != std::string::npos || type.find("geometry") != std::string::npos)
    return kind == PersonalData::address;
  if (type == "inet" || type == "cidr") return kind == PersonalData::ip || kind == PersonalData::address;
  if (column.value_class == ValueClass::number)
    return kind == PersonalData::phone || kind == PersonalData::birth_date || kind == PersonalData::government_id ||
           kind == PersonalData::bank || kind == PersonalData::address || kind == PersonalData::ip;
  return true;
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

bool is_about_people(const QualifiedName& name) {
  constexpr WordSet tails("data detail info information profile record archive history table list backup");
  Words w = words(name.name);
  while (w.size() > 1 && tails.contains(w.back())) w.pop_back();
  return !w.empty() && people.contains(w.back()) && !no_tables_of_people.contains(w.back());
}

std::optional<PersonalData> detect_personal_data(const Table& table, const QualifiedName& name, const Column& column) {
  const Words table_words = words(name.name);
  const bool of_places = !table_words.empty() && places.contains(table_words.back());
  const auto kind = by_name(reduced(column.name), column, is_about_people(name), of_places);
  if (!kind || !can_hold(column, *kind)) return std::nullopt;
  // A number that references another table is a key of it: `address`, `phone_id`.
  const bool references = std::ranges::any_of(table.foreign_keys, [&](const auto& key) {
    return key.columns.size() == 1 && key.columns.front() == column.name;
  });
  if (references && column.value_class == ValueClass::number) return std::nullopt;
  return kind;
}

}  // namespace pgcoffer::policy
