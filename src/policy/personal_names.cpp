#include "policy/personal_names.hpp"

#include <algorithm>

namespace pgcoffer::policy {
namespace {

using catalog::Column;

/// Words at a name's end that leave it what it is.
constexpr WordSet qualifiers(
    "new old previous current canonical normalized normalised lower lowercase raw encrypted enc ciphertext crypted "
    "formatted original unconfirmed latin kana native bidx en de fr es masked hash hashed sanitized sanitised "
    "verified");
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
    "consignee addressee shopper consumer prospect biller billing shipping delivery invoice booking reservation vcard "
    "poc installer identity personnel crew pilot mailbox");
constexpr WordSet phones(
    "phone telephone mobile cell cellphone mobilephone telephonenumber phonenumber phoneno mobileno handphone fax tel "
    "msisdn whatsapp landline homephone workphone");
constexpr WordSet mails("email mail emailaddress");
constexpr WordSet which(
    "home work cell mobile biz business office private other direct secondary primary alternate "
    "alternative alt personal");
/// Before anything else these say that a column is about such data, and has none.
constexpr WordSet about("attr attribute label placeholder mapping show hide require required");
constexpr WordSet name_heads(
    "firstname lastname middlename surname forename fullname givenname familyname maidenname nickname fname lname "
    "mname username screenname nicename realname legalname patronymic initial");
constexpr WordSet name_parts(
    "first last middle full given family maiden sur legal real birth nick christian fore "
    "preferred screen father mother complete");
constexpr WordSet streets(
    "street streetname streetaddress zip zipcode postcode postalcode plz address1 address2 "
    "addressline housenumber apartment suburb");
constexpr WordSet place_parts(
    "city town state province region county district country lat latitude lng lon longitude "
    "line geo coordinate village municipality locality building floor unit location area");
constexpr WordSet number_heads("number no nr num nbr id code value");
constexpr WordSet certain_ids(
    "ssn ssnid sinid nino nin itin cpf curp dni nif bsn pesel aadhaar aadhar passport passportnumber "
    "socialsecuritynumber "
    "nationalid personnummer cnp oib egn jmbg");
constexpr WordSet bank_heads(
    "iban cvv cvc cvv2 cvc2 ccnumber creditcard cardnumber accountnumber routingnumber sortcode");
constexpr WordSet hosts("remote client source peer visitor login");

/// Ends with one of the phrases, or with `head` and a word like "number" behind it.
bool numbered(const Words& w, std::initializer_list<std::string_view> phrase) {
  if (ends_with(w, phrase)) return true;
  if (w.size() < 2 || !number_heads.contains(w.back())) return false;
  return ends_with(Words(w.begin(), w.end() - 1), phrase);
}

bool is_email(const Words& w) {
  const std::string& head = w.back();
  constexpr WordSet directions("from to cc bcc change constraint");
  if (w.size() > 1 && directions.contains(head) && (has(w, "email") || has(w, "mail"))) return true;
  if (w == Words{"bcc"} || w == Words{"cc"} || w == Words{"sendto"} || ends_with(w, {"reply", "to"}) ||
      ends_with(w, {"cc", "address"}) || ends_with(w, {"bcc", "address"}) || w == Words{"to", "address"} ||
      w == Words{"from", "address"})
    return true;
  return head == "email" || head == "emailaddress" || head == "mail" || ends_with(w, {"email", "address"}) ||
         ends_with(w, {"mail", "address"}) || ends_with(w, {"email", "addr"}) || ends_with(w, {"mail", "addr"});
}

bool is_phone(const Words& w) {
  constexpr WordSet devices("microphone headphone smartphone iphone earphone saxophone");
  const std::string& head = w.back();
  if (phones.contains(head) || (head.ends_with("phone") && !devices.contains(head))) return true;
  if (w.size() > 1 && head == "change" && phones.contains(w[w.size() - 2])) return true;
  if (w.size() > 1 && head == "number" && has(w, "sms")) return true;
  const bool number = w.size() > 1 && number_heads.contains(w.back()) && w.back() != "id" && w.back() != "code";
  return number && (phones.contains(w[w.size() - 2]) || w[w.size() - 2] == "contact" || w[w.size() - 2] == "whatsapp");
}

/// contactname, mothersname
bool is_joined_name(std::string_view word) {
  if (!word.ends_with("name")) return false;
  word.remove_suffix(4);
  if (word.ends_with('s')) word.remove_suffix(1);
  return (people.contains(word) && word != "account" && word != "booking") || name_parts.contains(word);
}

bool is_name(const Words& w, bool of_people) {
  const std::string& head = w.back();
  if (name_heads.contains(head)) return head != "initial" || of_people;
  if (is_joined_name(head) || ends_with(w, {"user", "login"})) return true;
  if (w == Words{"login"} || w == Words{"cardholder"} || ends_with(w, {"card", "holder"}) ||
      ends_with(w, {"account", "holder"}))
    return true;
  constexpr WordSet alone("first last family given middle geco");
  if (of_people && w.size() == 1 && alone.contains(head)) return true;
  if (head == "contact" && (w.size() == 1 || w[w.size() - 2] == "emergency")) return true;
  if (head == "vcard" || (head == "displayname" && of_people)) return true;
  if (head != "name") return false;
  if (w.size() == 1) return of_people;
  const std::string& before = w[w.size() - 2];
  if (before == "full") return true;
  if (before == "display" || before == "preferred" || before == "legal")
    return of_people || any_of(Words(w.begin(), w.end() - 1), people);
  constexpr WordSet of_their_own("lower normalized sort short nice");
  if (of_people && of_their_own.contains(before)) return true;
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
      "destination target content proxy imap smtp pop3 ldap mx dns gateway router node bind listen broadcast subnet "
      "virtual block storage start base offset register");
  const std::string& head = w.back();
  if (head == "address" || head == "addr") return !any_of(w, technical);
  if (streets.contains(head) || ends_with(w, {"postal", "code"}) || ends_with(w, {"code", "postal"}) ||
      ends_with(w, {"zip", "code"}) || ends_with(w, {"post", "code"}) || ends_with(w, {"street", "name"}) ||
      ends_with(w, {"street", "number"}) || ends_with(w, {"house", "number"}) || ends_with(w, {"address", "line"}) ||
      ends_with(w, {"addr", "line"}))
    return true;
  constexpr WordSet towns("city town state province county district village");
  const bool two = w.size() == 2 && towns.contains(w[0]) && (head == "name" || towns.contains(head));
  if (two && (of_people || of_places)) return true;
  if (!place_parts.contains(head)) return false;
  constexpr WordSet whose(
      "billing shipping delivery home residence mailing postal private personal permanent "
      "residential partner customer contact");
  if (has(w, "address") || any_of(w, whose)) return true;
  if (head == "area") return of_places && w.size() == 2;
  if (head == "location") return of_people && w.size() == 1;
  return w.size() == 1 && head != "line" && head != "unit" && head != "state" && head != "region" &&
         head != "country" && (of_people || of_places);
}

bool is_birth_date(const Words& w) {
  const std::string& head = w.back();
  if (head == "birthday" || head == "bday" || head == "birthdate" || head == "dob" || head == "dateofbirth" ||
      head == "birthyear")
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
                        ends_with(w, {"permit", "no"}) || ends_with(w, {"permit", "number"}) ||
                        ends_with(w, {"visa", "no"}) || ends_with(w, {"visa", "number"}) ||
                        w == Words{"identification", "id"} || w == Words{"vat"} || w == Words{"ss"} ||
                        w == Words{"tin"} || w == Words{"sin"} || w == Words{"rut"} || w == Words{"nie"};
  return document && of_people;
}

bool is_bank(const Words& w) {
  const std::string& head = w.back();
  if (bank_heads.contains(head) || w == Words{"bic"} || w == Words{"swift"} || w == Words{"bic", "swift"} ||
      w == Words{"swift", "bic"} || w == Words{"pan"} || ends_with(w, {"swift", "code"}) ||
      ends_with(w, {"bic", "code"}) || ends_with(w, {"bank", "code"}))
    return true;
  if (numbered(w, {"bank", "account"}) || numbered(w, {"credit", "card"}) || numbered(w, {"debit", "card"}))
    return true;
  constexpr WordSet numbers("number no nr num");
  const bool number = w.size() > 1 && numbers.contains(head);
  if (number) {
    const std::string& before = w[w.size() - 2];
    return before == "account" || before == "acct" || before == "acc" || before == "card" || before == "routing" ||
           before == "iban" || before == "cc";
  }
  return ends_with(w, {"sort", "code"}) || ends_with(w, {"card", "last"}) || ends_with(w, {"last", "four"}) ||
         w == Words{"last"} || ends_with(w, {"card", "digit"}) || ends_with(w, {"last", "digit"}) ||
         ends_with(w, {"bank", "detail"}) || ends_with(w, {"card", "expiry"}) || ends_with(w, {"card", "expiration"});
}

}  // namespace

bool is_person(std::string_view word) {
  return people.contains(word);
}

bool is_street(std::string_view word) {
  return streets.contains(word);
}

Words personal_words(std::string_view name) {
  Words w = words(name);
  const auto says_little = [](const std::string& word) {
    return qualifiers.contains(word) || word.find_first_not_of("0123456789") == std::string::npos;
  };
  while (w.size() > 1 && says_little(w.back())) w.pop_back();
  // phone_home, email_other: which of several it is.
  while (w.size() > 1 && which.contains(w.back()) &&
         (phones.contains(w[w.size() - 2]) || mails.contains(w[w.size() - 2])))
    w.pop_back();
  // poc_1_phone_a is a phone of poc.
  while (w.size() > 1 && w.back().size() == 1) w.pop_back();
  const auto is_number = [](const std::string& word) {
    return word.find_first_not_of("0123456789") == std::string::npos;
  };
  if (!w.empty() && !is_number(w.front())) std::erase_if(w, is_number);
  return w;
}

std::optional<PersonalData> personal_data_by_name(const Words& w, const Column& column, bool of_people,
                                                  bool of_places) {
  if (w.empty() || about.contains(w.front())) return std::nullopt;
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

}  // namespace pgcoffer::policy
