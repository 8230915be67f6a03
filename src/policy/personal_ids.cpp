#include "policy/personal_ids.hpp"

#include "policy/personal_names.hpp"

namespace pgcoffer::policy {
namespace {

/// Behind what is numbered.
constexpr WordSet number_heads("number no nr num nbr id code value");
constexpr WordSet numbers("number no nr num nbr");

constexpr WordSet certain_ids(
    "ssn ssnid sinid nino nin itin cpf curp dni nif bsn pesel aadhaar aadhar passport nationalid personnummer cnp "
    "oib egn jmbg edipi addhaar nric cnic tckn amka iqama bvn hkid emso cuit cuil npwp ktp nrc nuptk ahv ahvn nisn");
constexpr PhraseList numbered_ids =
    "social security,national insurance,social insurance,driver license,driver licence,driving license,"
    "driving licence,identity card,id card,government id,national,national identity,national identification,national "
    "id,health insurance,medicare,medicaid,nhs,identity document,voter,voter id,residence permit,abha,health,id "
    "proof,address proof,work permit,green card,health card,citizenship,personal identification,military id";
constexpr PhraseList certain_phrases =
    "national id,tax id,taxpayer id,tax number,tax no,tax code,tax file number,personal code,fiscal code,"
    "fiscal number,citizen id,federal tax id,drivers license,driver license,driving license,driver licence,"
    "driving licence,voter id,tax identification number,fiscal id,vat number,vat id,vat no,vat reg no,vat nr,"
    "tax vat,national identity,identity number,identity no,identity document,pan number,pan no,pan card,tc no,doc "
    "identity,carnet identity,card identity,aadhaar card,aadhar card,security social,state "
    "inscription,state registration number";
/// Of people these are such numbers; of companies and things they are others.
constexpr PhraseList phrases_of_people =
    "license number,license no,licence number,licence no,document number,document no,number document,doc number,id "
    "number,id no,"
    "insurance number,insurance no,policy number,identification number,permit no,permit number,visa no,visa number,"
    "identification id,state license number,medical record number,pension number,pf number,uan number,"
    "certificate number,other id,ident value,ident number,ident no,identification value,insured number,insured no,"
    "legal identifier,emirates id,civil id,dl number,dl no,kra pin,ghana card,license num,licence num,lic no,lic "
    "num,lice num,drivers lic,driver lic,num doc,number doc,document ident,id card,identity card,no kk,kk number,num "
    "identification,health card,medical record no,no identity";
constexpr WordSet words_of_people(
    "nid ic afm vat ss tin sin rut nie rfc cif cf tc nip ein nic rg dui nit mrn ine identification inn oab cro crp "
    "coren crefito crm crmv");

constexpr WordSet bank_heads("iban vpa cvv cvc cvv2 cvc2 csc ccnumber ccnum sortcode clabe bsb ifsc micr");
constexpr WordSet bank_alone("bic swift pan aba cbu rib upi last");
constexpr PhraseList bank_phrases =
    "swift code,bic code,bank code,bic swift,swift bic,ifsc code,sort code,card last,last four,card digit,last digit,"
    "bank detail,bank info,card expiry,card expiration,bank account,credit card,debit card,bank account name,card pan,"
    "routing code,aba routing,bank acct,bank acc,beneficiary account,aba number,bank card,card mask,masked card,masked "
    "pan,upi id,cc last,cc owner,cc expire,cc expiry,cc "
    "exp,card exp,bank swift,bank iban,card verification,card expire,card expiration date,card expiry date,card exp "
    "date,cc exp date,card verification value,card verification number,card security code,card verification code,pix "
    "key,account digit,digit account,agency digit,digit agency,branch digit,digit branch";
/// A number of these is one.
constexpr WordSet numbered_accounts("account acct acc ac card routing iban cc bank");

/// Ends with one of the phrases, perhaps with a word like "number" behind it.
bool numbered(const Words& w, const PhraseList& phrases) {
  return w.size() > 1 && number_heads.contains(w.back()) && ends_with_one(Words(w.begin(), w.end() - 1), phrases);
}

}  // namespace

bool is_government_id(const Words& w, bool of_people) {
  // The last digits of one.
  if (w.size() > 1 && w.back() == "last") return is_government_id(Words(w.begin(), w.end() - 1), of_people);
  const std::string& head = w.back();
  if (certain_ids.contains(head) || numbered(w, numbered_ids) || ends_with_one(w, certain_phrases)) return true;
  if (w.size() > 1 && number_heads.contains(head) && certain_ids.contains(w[w.size() - 2])) return true;
  if (of_people && w.size() > 1 && number_heads.contains(head) && words_of_people.contains(w[w.size() - 2]))
    return true;
  if (w.size() == 2 && ends_with_one(w, "social security,national insurance,social insurance")) return true;
  return of_people && (ends_with_one(w, phrases_of_people) || (w.size() == 1 && words_of_people.contains(head)));
}

bool is_bank(const Words& w) {
  const std::string& head = w.back();
  // Which cards a shop takes.
  if (any_of(w, WordSet("accepted accept supported allowed"))) return false;
  if (bank_heads.contains(head) || (w.size() == 1 && bank_alone.contains(head)) || ends_with_one(w, bank_phrases))
    return true;
  // iban_client
  if (w.size() == 2 && bank_heads.contains(w[0]) && is_person(w[1])) return true;
  if (w.size() < 2 || !number_heads.contains(head)) return false;
  if (bank_heads.contains(w[w.size() - 2])) return true;
  if (numbers.contains(head) && numbered_accounts.contains(w[w.size() - 2])) return true;
  return numbered(w, "bank account,credit card,debit card");
}

}  // namespace pgcoffer::policy
