#include "policy/personal_names.hpp"

#include <algorithm>
#include <array>

#include "policy/personal_ids.hpp"
#include "policy/personal_places.hpp"

namespace pgcoffer::policy {
namespace {

using catalog::Column;
using catalog::ValueClass;

/// Words at a name's end that leave it what it is.
constexpr WordSet qualifiers(
    "new old previous current canonical normalized normalised lower lowercase upper raw encrypted enc ciphertext "
    "crypted formatted numeric e164 original unconfirmed latin kana furigana romaji phonetic native bidx en de fr es "
    "masked hash "
    "hashed sanitized sanitised verified clean local text snapshot");
/// Whose names, addresses and telephones they are.
constexpr WordSet people(
    "user usr account customer cust client contact person people persona employee emp member patient student pupil "
    "teacher author lead subscriber guest recipient staff driver passenger doctor physician nurse applicant "
    "candidate owner profile attendee participant donor beneficiary borrower visitor resident child parent guardian "
    "agent seller buyer sender receiver payer payee holder cardholder signer signatory manager reviewer voter "
    "citizen individual human admin administrator operator player rider courier traveler traveller instructor "
    "trainer tutor coach speaker artist actor director writer editor commenter follower friend partner spouse "
    "relative dependent dependant next kin emergency tenant landlord lessee insured policyholder claimant plaintiff "
    "defendant lawyer attorney witness victim suspect officer consultant contractor freelancer worker colleague "
    "volunteer registrant invitee enrollee consignee addressee shopper consumer prospect biller billing shipping "
    "delivery invoice booking reservation vcard poc installer identity personnel crew pilot mailbox father mother "
    "husband wife affiliate patron inviter referrer creator maintainer kyc responsible requester requestor approver "
    "assignee reporter supervisor organizer winner caller grantee debtor creditor cashier technician therapist viewer "
    "youth minor kid infant judge magistrate juror clerk counselor counsellor dentist midwife veterinarian pharmacist "
    "surgeon chef waiter barber hairdresser stylist photographer musician singer athlete referee umpire scholar "
    "alumnus "
    "graduate researcher scientist lecturer professor caregiver carer sibling brother sister son daughter grandparent "
    "uncle aunt nephew niece fiance bride groom roommate neighbor neighbour heir executor trustee shareholder founder "
    "investor lender blogger journalist moderator veteran inmate offender captain poster pseud pseudonym household "
    "uploader nok guarantor attendant advisor adviser mentor mentee hirer renter householder godfather godmother "
    "stepfather stepmother grandfather grandmother trainee apprentice president chairman chairwoman chairperson ceo "
    "cfo cto treasurer contributor practitioner");
/// Who stands by somebody: a column that is called so, and is text, has their name.
constexpr WordSet relations(
    "guardian spouse father mother husband wife sibling brother sister son daughter grandparent fiance caregiver "
    "assistant manager physician doctor guarantor consignee addressee recipient relative president chairman chairwoman "
    "chairperson ceo treasurer");
/// What records of calls name their two ends.
constexpr WordSet ends_of_a_call(
    "src dst caller callee called clid cnam calling cid from to source destination calledstation "
    "callingstation dnid dnis ani");
constexpr WordSet phones(
    "phone telephone mobile cell cellphone mobilephone handphone fax tel msisdn whatsapp landline pager mob "
    "callerid telefax ph fon privfon mobfon tele telnr");
constexpr WordSet mails("email mail");
/// Which of several telephones or addresses it is.
constexpr WordSet which(
    "home work cell mobile biz business office private other direct secondary primary alternate alternative alt "
    "personal pro professional emergency company day evening main extra ext extension pers prof bureau domicile "
    "travail casa oficina trabajo laboral institucional residencial comercial recado ufficio lavoro thuis werk "
    "zakelijk prive dienstlich geschaeftlich buero");
/// Before anything else these say that a column is about such data, and has none.
constexpr WordSet about(
    "restrict attr attribute label placeholder mapping show hide require required allow enable is has verify validate "
    "ask type "
    "tipo limit max min affiche afficher mostrar ocultar exibir anzeigen same mismo misma mesmo mesma meme stesso "
    "stessa vencimiento vencimento scadenza echeance privilege priviledge");
constexpr WordSet name_heads(
    "surname sname postnom forename prename fname lname mname username nicename patronymic initial firstname lastname "
    "othername "
    "ccname attn");
constexpr WordSet name_parts(
    "first last middle full given family maiden sur legal real birth nick christian fore preferred screen father "
    "mother complete social second official chosen long");
/// Before `name` in tables of people.
constexpr WordSet of_their_own(
    "lower normalized sort short nice alternate alternative former other previous alias stage pen professional "
    "other third search common formatted sortable english local native print username login usual usage pat pt public "
    "certificate badge friendly");
constexpr WordSet names_alone("first last family given middle geco nick sn cn preferred mi");
/// What people are shortened to where another word follows without a blank: patname.
constexpr WordSet shortened_people("pat stu stud pax benef mgr empl");
/// Short for birth dates at the end of any word: patgebdat.
constexpr std::array<std::string_view, 10> birth_tails{"gebdat",     "gebdatum", "datnai",   "datnaiss",  "datenaiss",
                                                       "nacimiento", "datanasc", "fechanac", "birthdate", "birthday"};
/// What people are called by in messengers, and words behind that: icq, aimid, skype_name. Telegram and others, through
/// which programs write, are not among them.
constexpr WordSet messengers(
    "icq icqid icquin aim aimid msn msnid msnm yim yimid ymid ymsgr yahoo skype skypeid skypename jabber jabberid xmpp "
    "gtalk googletalk qq wechat wechatid weixin kakao kakaoid kakaotalk zalo zaloid lineid viber viberid imo");
constexpr WordSet handles("id name number num no nr uin user username handle account contact nick sn address");
/// Groups and servers have such addresses as well.
constexpr WordSet no_people("room group muc server service host broadcast");
constexpr WordSet number_words("number no nr num nbr value");
constexpr WordSet hosts("remote client source peer visitor login src");
/// Behind `ip` at a name's beginning: what is no address.
constexpr WordSet about_ips(
    "version protocol count limit rate type block mask pool id whitelist allowlist blacklist range restriction "
    "family rating enabled required whitelisted set group list config setting mode policy rule ban stack alias name "
    "hash "
    "country asn org score prefix size");

bool is_number(const std::string& word) {
  return word.find_first_not_of("0123456789") == std::string::npos;
}

bool all_after_first(const Words& w, auto&& test) {
  return w.size() > 1 && std::all_of(w.begin() + 1, w.end(), test);
}

/// email_work, mail_customer
bool says_whose(const std::string& word) {
  // email_invoice says whether one is sent.
  return which.contains(word) || (people.contains(word) && word != "invoice");
}

bool is_email(const Words& w, const Column& column, const PersonalContext& context) {
  const std::string& head = w.back();
  constexpr WordSet directions("from to cc bcc change constraint");
  if (w.size() > 1 && directions.contains(head) && (has(w, "email") || has(w, "mail"))) return true;
  constexpr WordSet receivers(
      "recipient receiver addressee sender to from cc bcc rcpt goto dest destination invitee participant");
  const bool text = column.value_class != ValueClass::number;
  if (context.mails && text && w.size() == 1 && receivers.contains(head)) return true;
  if (head == "bcc" || (text && (w.front() == "bcc" || head == "rcpt" || ends_with_one(w, "cc list,bcc list"))))
    return true;
  // Of Jabber, and of messengers that made something else of it.
  if (head == "jid" && column.value_class == ValueClass::text) return !any_of(w, no_people);
  constexpr WordSet no_mails("voicemail webmail sendmail fastmail");
  const bool joined = head.ends_with("email") || (text && head.ends_with("mail") && !no_mails.contains(head));
  if (w.size() == 1) return mails.contains(head) || joined || head == "cc" || head == "sendto";
  if (mails.contains(head) || joined) return true;
  if (context.mails && text && ends_with_one(w, "local dest,old dest,new dest,send as,forwarded to,redirected to"))
    return true;
  // To whom copies of a document go.
  constexpr WordSet documents(
      "ticket issue request invoice order offer quote quotation bestellung auftrag angebot rechnung gutschrift "
      "lieferschein fax");
  if (w.size() > 1 && head == "cc" && documents.contains(w[w.size() - 2])) return true;
  if (mails.contains(w.front()) && w[1] == "contact") return true;
  // mail_driver sends them.
  constexpr WordSet no_owners("driver delivery");
  if (mails.contains(w.front()) && all_after_first(w, says_whose) && !no_owners.contains(head)) return true;
  if (text && (ends_with(w, {"sent", "to"}) || (context.mails && ends_with(w, {"sent", "from"})))) return true;
  if (context.mails && text && w.size() == 2 && w[0].size() == 1 && (head == "from" || head == "to")) return true;
  // In a table of messages it is the message's.
  if (head == "id" && text && mails.contains(w[w.size() - 2])) return !context.mails;
  if (w.front() == "in") return false;
  return ends_with_one(
      w,
      "emailed to,smtp recipient,mail recipient,email recipient,alert recipient,report recipient,"
      "notification recipient,cc addr,bcc addr,email address,mail address,email addr,mail addr,reply to,cc "
      "address,bcc address,to address,from "
      "address,sender address,reply address,send to,rcpt to,return path,to addr,from addr,local part,forward "
      "destination,forwarding destination,forward address,forwarding address");
}

bool is_phone(const Words& w, const PersonalContext& context) {
  constexpr WordSet devices("microphone headphone smartphone iphone earphone saxophone");
  const std::string& head = w.back();
  if (phones.contains(head) || (head.ends_with("phone") && !devices.contains(head))) return true;
  if (phones.contains(w.front()) && all_after_first(w, says_whose)) return true;
  // tel_port is a mobile in France, and mail_port a port.
  constexpr WordSet which_tel("port fixe dom cabinet res resp fisso fijo fixo kom sluz");
  if (w.size() == 2 && w.front() == "tel" && which_tel.contains(head)) return true;
  if (context.phones && w.size() <= 2 && ends_with_one(w, "number,prefix,area code,extension,ext,no,num,nr"))
    return true;
  if (context.people && w.size() == 1 && (head == "extension" || head == "ext")) return true;
  if (context.people && ends_with_one(w, "whatsapp id,sms id,dect")) return true;
  const bool of_somebody = w.size() == 2 && people.contains(w[0]) && (head == "extension" || head == "ext");
  if (context.people && of_somebody) return true;
  if (context.phones && w == Words{"cid"}) return true;
  const bool end_of_a_call =
      std::ranges::all_of(w, [](const std::string& word) { return ends_of_a_call.contains(word) || word == "number"; });
  if (context.calls && end_of_a_call && w.front() != "number") return true;
  if (w.size() < 2) return false;
  const std::string& before = w[w.size() - 2];
  if (ends_with_one(w, "contact info,contact detail,contact data")) return true;
  if (head == "change" && phones.contains(before)) return true;
  if (ends_with_one(w,
                    "caller id,caller id number,calling number,caller number,called number,no hp,cid number,sms to,wa "
                    "number,wa no,wa id,wa phone,no wa"))
    return true;
  if (!number_words.contains(head)) return false;
  // Services that know people by their telephone.
  constexpr WordSet services("signal viber telegram mpesa momo bkash imo");
  if (services.contains(before)) return true;
  constexpr WordSet both_ends("sender recipient receiver destination caller callee called calling forward forwarding");
  if (w.size() == 2 && both_ends.contains(before)) return true;
  // The name alone may be that of a house.
  if (context.people && w.size() == 2 && head != "value" && which.contains(before)) return true;
  return phones.contains(before) || before == "contact" || has(w, "sms");
}

bool is_of_messenger(const Words& w) {
  const bool of_somebody = w.size() > 1 && people.contains(w.front());
  const Words rest(w.begin() + (of_somebody ? 1 : 0), w.end());
  return messengers.contains(rest.front()) && (rest.size() == 1 || (rest.size() == 2 && handles.contains(rest.back())));
}

/// mothersname
bool is_joined_name(std::string_view word) {
  if (!word.ends_with("name")) return false;
  word.remove_suffix(4);
  if (word.ends_with('s')) word.remove_suffix(1);
  return shortened_people.contains(word) || (people.contains(word) && word != "account" && word != "booking");
}

bool is_name_of(const Words& w, const PersonalContext& context) {
  if (w.size() == 1) return context.people || context.opinions;
  const std::string& before = w[w.size() - 2];
  // Things that are parts of others have parents, too.
  if (w.size() == 2 && before == "parent") return context.people;
  // attached_by_name
  if (before == "by") return true;
  constexpr WordSet documents("invoice booking reservation shipping delivery");
  constexpr WordSet ends_of_a_way("full from to ship bill");
  if (ends_of_a_way.contains(before)) return true;
  constexpr WordSet shown("display displayed shown preferred legal");
  if (shown.contains(before))
    return context.people || (any_of(Words(w.begin(), w.end() - 1), people) && !any_of(w, documents));
  // deprecated_name, credited_name: what was done to the name that somebody has.
  const bool made = before.size() > 4 && before.ends_with("ed");
  if (context.people && (of_their_own.contains(before) || made)) return true;
  return name_parts.contains(before) ||
         (people.contains(before) && before != "account" && before != "booking" && before != "profile");
}

bool is_name(const Words& w, const Column& column, const PersonalContext& context) {
  const std::string& head = w.back();
  if (name_heads.contains(head)) return head != "initial" || context.people;
  if (is_joined_name(head) || w == Words{"nick"}) return true;
  if (head.ends_with("firstname") || head.ends_with("lastname") || head.ends_with("middlename")) return true;
  if (w == Words{"login"} || head == "cardholder" || head == "vcard") return true;
  if (w.size() == 2 && head == "login" && of_their_own.contains(w[0])) return column.value_class == ValueClass::text;
  if (ends_with_one(w,
                    "user login,apple id,email name,card holder,account holder,contact person,person contact,emergency "
                    "contact,contact "
                    "emergency,holder account,next of kin"))
    return true;
  const bool text = column.value_class == ValueClass::text;
  // profissao_pai: what the father does.
  constexpr WordSet said_of_them(
      "pekerjaan pendidikan penghasilan agama profissao profesion profession ocupacion ocupacao metier trabajo "
      "trabalho "
      "escolaridad escolaridade beruf beroep zawod");
  constexpr WordSet handles_of_things("webauthn passkey fido key credential session file");
  const bool handle = head == "handle" && !any_of(w, handles_of_things);
  const bool relation = (relations.contains(head) && !said_of_them.contains(w[0])) || handle;
  if (text && context.people && w.size() <= 2 && relation) return true;
  if (text && context.people && is_of_messenger(w)) return true;
  constexpr WordSet advisors("teacher tutor advisor adviser lawyer attorney grandfather grandmother");
  if (text && context.people && w.size() == 1 && advisors.contains(head)) return true;
  constexpr WordSet contacts(
      "company primary main emergency billing technical tech site supplier vendor sales key pickup delivery");
  if (text && head == "contact" && w.size() == 2 && contacts.contains(w[0])) return true;
  if (ends_with_one(
          w,
          "caller id name,cid name,pick up name,pickup name,name on card,cc name,push name,principal name,external "
          "sender id,sender external id,from external id,external contact id"))
    return true;
  if (w.size() > 2 && w[w.size() - 2] == "name" && name_parts.contains(head)) return true;
  // Where the name is from: patient_name_dicom.
  constexpr WordSet sources("dicom ocr excel csv legacy imported import source original sap crm erp");
  if (text && w.size() == 3 && w[1] == "name" && people.contains(w[0]) && sources.contains(head)) return true;
  if (text && w == Words{"openid"}) return true;
  if (text && w.size() == 2 && head == "login" && (people.contains(w[0]) || w[0] == "external")) return true;
  if (words(column.name) == Words{"user"}) return text && context.people;
  if (head == "id" && w.size() == 2 && w.front() == "login") return column.value_class != ValueClass::number;
  if (context.accounts && ends_with_one(w, "account name,acct name,card name")) return true;
  if (context.people && w.size() == 1 && names_alone.contains(head)) return true;
  if (text && context.people && w.size() == 1 && any_of(w, WordSet("ad ho"))) return true;  // Turkish, Vietnamese
  // Who had something in hand, in Spanish and Portuguese: written down, and no user of the program.
  constexpr WordSet in_hand("entregado recibido devuelto revisado retirado entregue recebido devolvido");
  if (text && head == "por" && any_before_last(w, in_hand)) return true;
  if (text && (w == Words{"to", "user"} || w == Words{"from", "user"})) return true;
  if (text && w.size() == 1 && any_of(w, WordSet("inviter invitee accepter moderator clerk committer"))) return true;
  if (text && context.people && w == Words{"alias"}) return true;
  // name_in_arabic
  if (text && context.people && w.size() == 3 && w[0] == "name" && w[1] == "in") return true;
  if (head == "contact") return w.size() == 1;
  if (head == "displayname") return context.people;
  constexpr WordSet writers("author reviewer poster commenter");
  if (writers.contains(head) && w.size() <= 2) return context.opinions && column.value_class == ValueClass::text;
  if (w.size() == 2 && w.front() == "name" && name_parts.contains(head)) return true;
  return head == "name" && is_name_of(w, context);
}

bool is_ip(const Words& w, const Column& column) {
  const std::string& head = w.back();
  // framedipv6prefix: the network that somebody was given.
  if (column.base_type == "inet" && std::ranges::any_of(w, [](const auto& word) { return word.ends_with("ipv"); }))
    return true;
  constexpr WordSet heads(
      "ip ipaddr ipaddress iplock ipv ipv4 ipv6 regip joinip signupip remotehost remotehostname clienthost");
  if (heads.contains(head) || head.ends_with("ipaddress") ||
      ends_with_one(w, "ip address,ip addr,ip info,forwarded for"))
    return true;
  if (w.size() > 1 && w.front() == "ip" && !any_of(w, about_ips)) return true;
  // What trackers of torrents call it.
  if (w == Words{"ipa"} && column.value_class == ValueClass::number) return true;
  const bool address = head == "addr" || head == "address" || head == "host" || head == "hostname";
  const bool of_host = any_of(w, hosts) && (column.base_type == "inet" || head == "addr");
  return address && (has(w, "remote") || of_host);
}

bool is_birth_date(const Words& w, const Column& column, const PersonalContext& context) {
  const std::string& head = w.back();
  if (context.people && w == Words{"bd"} && column.base_type == "date") return true;
  constexpr WordSet heads("birthday bday birthdate dob dateofbirth birthyear yob bdate birthtime birthdt dtbirth");
  if (heads.contains(head) || w == Words{"born"} || ends_with_one(w, "born on,born at")) return true;
  if (std::ranges::any_of(birth_tails, [&](std::string_view tail) { return head.ends_with(tail); })) return true;
  constexpr WordSet other("name weight certificate order rate country");
  return has(w, "birth") && !other.contains(head);
}

/// send_notification_emails: whether they are sent.
bool asks_to_send(const Words& w) {
  constexpr WordSet sent("notification alert newsletter reminder welcome confirmation marketing weekly daily digest");
  return w.size() > 2 && (w[0] == "send" || w[0] == "receive") && sent.contains(w[1]);
}

}  // namespace

bool says_it_is_about(std::string_view word) {
  return about.contains(word);
}

bool is_person(std::string_view word) {
  return people.contains(word);
}

bool is_phone_word(std::string_view word) {
  return phones.contains(word);
}

Words personal_words(std::string_view name) {
  Words w = words(name);
  // DoB is cut before its second capital.
  if (ends_with(w, {"do", "b"})) {
    w.pop_back();
    w.back() = "dob";
  }
  constexpr WordSet spelt_numbers("one two three");
  const auto says_little = [&](const std::string& word) {
    return qualifiers.contains(word) || is_number(word) || spelt_numbers.contains(word);
  };
  while (w.size() > 1 && says_little(w.back())) w.pop_back();
  // phone_home, email_other: which of several it is.
  while (w.size() > 1 && which.contains(w.back()) &&
         (phones.contains(w[w.size() - 2]) || mails.contains(w[w.size() - 2])))
    w.pop_back();
  // poc_1_phone_a is a phone of poc, and cMail a text of characters.
  while (w.size() > 1 && w.back().size() == 1) w.pop_back();
  while (w.size() > 1 && w.front().size() == 1) w.erase(w.begin());
  if (!w.empty() && !is_number(w.front())) std::erase_if(w, is_number);
  // state_or_province
  if (w.size() == 3 && w[1] == "or") w.erase(w.begin() + 1);
  return w;
}

std::optional<PersonalData> personal_data_by_name(const Words& w, const Column& column,
                                                  const PersonalContext& context) {
  if (w.empty() || about.contains(w.front()) || asks_to_send(w)) return std::nullopt;
  if (is_email(w, column, context)) return PersonalData::email;
  if (is_ip(w, column)) return PersonalData::ip;
  if (is_phone(w, context)) return PersonalData::phone;
  if (is_birth_date(w, column, context)) return PersonalData::birth_date;
  if (is_government_id(w, context.people)) return PersonalData::government_id;
  const bool last_of_card = w == Words{"last"} && !column.name.ends_with('4');
  if (!last_of_card && is_bank(w)) return PersonalData::bank;
  if (is_name(w, column, context)) return PersonalData::name;
  if (is_address(w, context)) return PersonalData::address;
  return std::nullopt;
}

}  // namespace pgcoffer::policy
