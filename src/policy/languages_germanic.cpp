#include "policy/languages.hpp"

#include <array>

namespace pgcoffer::policy {
namespace {

// What people shorten English words to.
constexpr std::string_view abbreviations = R"(
token: tok tkn
name: nm nme
user: usr
customer: cust
employee: emp empl
subscriber: subscr
license: lic
emergency: emerg
private: pvt prv
address: adr adrs
phone: phn
email: eml
registration key: regkey
number: nbr
cc list: cclist
bcc list: bcclist
)";

constexpr std::string_view german_and_dutch = R"(
password: passwort kennwort wachtwoord losungswort
secret: geheimnis
forgotten: vergessen vergessenes vergeten
question: frage vraag
answer: antwort antwoord antwoordtekst
key: schluessel schlüssel sleutel
access: zugang zugangs zugriff zugriffs toegang toegangs
recovery: wiederherstellung wiederherstellungs herstel
reset: ruecksetz rücksetz zuruecksetzen
confirmation: bestaetigung bestaetigungs bestätigung bestätigungs bevestiging bevestigings
verification: verificatie verifizierung verifizierungs
invitation: invitasjon inbjudan einladung uitnodiging
code: kode
activation: aktivierung aktivierungs activatie
session: sitzung sitzungs sessie sessies
user: benutzer nutzer anwender gebruiker gebruikers
customer: kunde kunden klant klanten
employee: mitarbeiter angestellter angestellte medewerker werknemer personeel bediener
contact name: ansprechpartner kontaktperson contactpersoon
contact: kontakt
private: privat
invoice: rechnung rechnungs factuur
delivery: liefer lieferung lieferungs versand verzend
person: personen persoon
member: mitglied mitglieds mitglieder leden
student: schueler schüler leerling
teacher: lehrer leraar docent
patient: patienten
document: dokument dokumente documenten
emergency contact: notfallkontakt
emergency phone: notfallnummer notfalltelefon notrufnummer
salt: salz
trainer: ausbilder
recipient: adressat empfaenger empfänger erhalter ontvanger
sender: absender afzender
supplier: lieferant leverancier
company: firma bedrijf unternehmen betrieb bedrijven
name: naam
user name: benutzername nutzername gebruikersnaam inlognaam anmeldename
customer name: kundenname
first name: vorname vname voornaam rufname roepnaam
last name: nachname nname achternaam familienname familienaam zuname tussenvoegsel voorvoegsel
initial: voorletters voorletter initialen kuerzel kürzel
maiden name: geburtsname meisjesnaam
display name: anzeigename weergavenaam
account holder: kontoinhaber ktoinhaber inhaber tenaamstelling rekeninghouder
card holder: karteninhaber
street: strasse straße straat
invoice email: emailrechnung mailrechnung emailfactuur mailfactuur
house number: hausnummer huisnummer hausnr hnr huisnr toevoeging huisnrtoev
postal code: postleitzahl
address line: adresregel
address: anschrift adresse adres adressen lieferadresse rechnungsadresse afleveradres factuuradres
city: ort stadt wohnort woonplaats plaats ortschaft stad
municipality: gemeente gemeinde
region: bundesland
post box: postfach postbus
suburb: ortsteil stadtteil
home address: wohnadresse
country: land
phone: telefon telefoon telefonnummer telefoonnummer rufnummer festnetz durchwahl vorwahl
mobile: handy mobil mobiel handynummer mobilnummer mobieltje gsm
email address: emailadresse mailadresse emailadres mailadres
birth date: geburtsdatum geboortedatum geb gebdatum gebdat
birth day: geburtstag
birth place: geburtsort geboorteplaats
number: nummer
account: konto
card: karte karten kaart
review: bewertung bewertungen beoordeling
delete: loesch lösch
address line: adresszusatz
complement: zusatz
house number suffix: hnrzusatz hausnrzusatz hausnummerzusatz huisnummertoevoeging
account number: kontonummer kontonr ktonr rekeningnummer bankrekening
bank account: bankverbindung
sort code: bankleitzahl blz
credit card: kreditkarte kreditkarten
credit card number: kreditkartennummer
card number: kartennummer kartennr
tax number: steuernummer steuernr
tax id: steuerid steueridentifikationsnummer
vat number: ustid ustidnr umsatzsteuerid btw
identity card: ausweis
social security: sozialvers
identity card number: ausweisnummer ausweisnr personalausweis
passport: reisepass reisepassnummer paspoort paspoortnummer
social security number: sozialversicherungsnummer svnummer svnr rentenversicherungsnummer
driving license: fuehrerschein führerschein rijbewijs
health insurance number: versichertennummer versicherungsnummer krankenversichertennummer kvnr krankenkassennummer
national id: burgerservicenummer sofinummer
guardian: vormund erziehungsberechtigter erziehungsberechtigte sorgeberechtigter voogd
parent: eltern elternteil ouder ouders
father: vater vader
mother: mutter moeder
spouse: ehepartner ehegatte ehefrau ehemann echtgenoot
driver: fahrer bestuurder
physician: arzt hausarzt huisarts
renter: mieter huurder
landlord: vermieter verhuurder
owner: eigentuemer eigentümer besitzer eigenaar
applicant: bewerber antragsteller sollicitant
guest: gast gaeste gäste
participant: teilnehmer deelnemer
author: verfasser autor auteur
lawyer: anwalt rechtsanwalt advocaat
insured: versicherter verzekerde
emergency contact: notfallperson noodcontact
phone: mobilfunk telprivat telnr telefonnr
mobile: mobielnr mobiltel
street: strassenname straßenname straatnaam
city: plaatsnaam ortsname
user name: benutzerkennung
bank account: bankkonto
practitioner: behandler behandelaar zorgverlener
value: wert waarde
setting: einstellung einstellungen instelling instellingen
apartment number: wohnungsnummer wohnungsnr whgnr
residence permit: aufenthaltstitel aufenthaltserlaubnis verblijfsvergunning
president: vorsitzender vorsitzende voorzitter
manager: geschaeftsfuehrer geschäftsführer
director: schulleiter schulleiterin rektor directeur
treasurer: kassenwart schatzmeister penningmeester
clerk: bearbeiter sachbearbeiter aussteller freigeber erfasser
)";

constexpr std::string_view nordic = R"(
password: losenord lösenord passord adgangskode kodeord kodord salasana
secret: hemmelighed hemmelighet hemlighet salaisuus
key: nyckel nokkel nøkkel avain
user: anvandare användare bruker bruger kayttaja käyttäjä
customer: kund kunde asiakas
employee: anstalld anställd ansatt medarbejder tyontekija työntekijä
person: henkilo henkilö
member: medlem jasen jäsen
patient: potilas
first name: fornamn förnamn fornavn etunimi
last name: efternamn etternavn efternavn sukunimi
name: namn navn nimi
user name: anvandarnamn användarnamn brukernavn brugernavn kayttajatunnus
email: epost sahkoposti sähköposti
email address: epostadress epostadresse
phone: telefonnr puhelin puhelinnumero tlf
mobile: mobilnr mobiltelefon matkapuhelin
address: adress osoite lahiosoite
street: gata vej gatuadress gateadresse gateadress katuosoite
postal code: postnummer postnr postinumero
city: postort poststed bynavn kaupunki postitoimipaikka
birth date: fodelsedatum födelsedatum fodselsdato fødselsdato syntymaaika syntymäaika
national id: personnr personnummer fodselsnummer fødselsnummer cprnummer cpr henkilotunnus henkilötunnus hetu
account number: tilinumero
street: gade
)";

constexpr std::array languages{Language{false, abbreviations}, Language{false, german_and_dutch},
                               Language{false, nordic}};

}  // namespace

std::span<const Language> germanic_languages() {
  return languages;
}

}  // namespace pgcoffer::policy
