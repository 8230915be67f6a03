#include "policy/personal_places.hpp"

#include <algorithm>

#include "policy/affixes.hpp"
#include "policy/personal_data.hpp"

namespace pgcoffer::policy {
namespace {

/// Before `address` these say that it is one of a machine, a coin or the like.
constexpr WordSet technical(
    "ip mac email mail wallet contract web www phys physical memory server host network bitcoin btc eth url site bus "
    "hardware "
    "remote client bluetooth deposit token pool source peer destination target content proxy imap smtp pop3 ldap mx "
    "dns gateway router node bind listen broadcast subnet virtual block storage start base offset register return "
    "from to cc bcc reply content explorer middleware dest stellar solana tron polygon evm ltc doge xrp crypto coin "
    "settlement");
constexpr WordSet streets(
    "street streetname streetaddress zip zipcode postcode postalcode plz address1 address2 addressline housenumber "
    "apartment suburb apt landmark pobox pob streetno eircode");
constexpr PhraseList street_phrases =
    "postal code,code postal,zip code,post code,street name,street number,street no,street nr,house number,house no,"
    "address line,addr line,post box,po box,house name,street and number,street and no,address number,"
    "residence place,street line,flat number,flat no,plus four,plus code,street suffix,street prefix,street "
    "direction,street predirection,"
    "street postdirection,postal,street type,pin code,geo code,street number "
    "suffix,apartment number,apartment no,door number,door no,postal cd,post cd,zip cd,"
    "postal code suffix,house number suffix,street unit,address ln,addr ln,street ln,address comp,address "
    "compl,address suite,address cpl,address bis,postal city,zip city,plz city,postal code number,care of";
constexpr WordSet place_parts(
    "city town state province region county lane district country lat latitude lng lon long longitude line geo "
    "coordinate "
    "village municipality locality sublocality building floor unit location area neighborhood neighbourhood borough "
    "colony zone extended community additional supplemental geom geography gps coord geolocation latlng complement "
    "premise "
    "thoroughfare flat parish");
constexpr WordSet towns("city town state province county district village colony locality suburb municipality");
/// Before the part of a place: whose it is.
constexpr WordSet whose(
    "billing shipping delivery home residence mailing mail postal private personal permanent residential partner "
    "customer contact ship bill invoice recipient sender payment pickup dropoff drop guardian employer subscriber "
    "birth user current location addr buyer seller geocoded");
/// Words that are about much else, and about an address where the rest of one stands beside them.
constexpr WordSet weak_parts("lane line unit state region country zone area flat complement floor building");

}  // namespace

bool is_street(const Words& w) {
  return !w.empty() && (streets.contains(w.back()) || ends_with_one(w, street_phrases));
}

bool is_address(const Words& w, const PersonalContext& context) {
  const std::string& head = w.back();
  if (head == "address" || head == "addr") return !any_of(w, technical) && !(context.machines && w.size() == 1);
  if (is_street(w)) return head != "code" || !ends_with_one(w, "pin code") || context.places;
  if (ends_with_one(w, "time zone")) return false;
  const bool context_fits = context.people || context.places;
  if (w == Words{"number"}) return context.addresses || context.homes;
  if (context.addresses && ends_with_one(w, "primary number,secondary number")) return true;
  if (context.people && ends_with_one(w, "native place")) return true;
  if (w.size() > 2 && ends_with(w, {"geo", "location"})) return !any_of(w, technical);
  if (w.size() == 1 && (head == "value" || head == "content")) return context.addresses;
  const bool two = w.size() == 2 && towns.contains(w[0]) && (head == "name" || head == "code" || towns.contains(head));
  if (two && context_fits) return true;
  constexpr WordSet marks("tag head by sub deposit bottom");
  if (!place_parts.contains(head) || head == "country" || (head == "line" && any_of(w, marks))) return false;
  if (has(w, "address")) return true;
  if (head == "state" && w.size() == 2 && !any_before_last(w, whose) && w[0] != "office") return false;
  if (weak_parts.contains(head)) return context.places && w.size() <= 2 && !any_of(w, technical);
  if (context.addresses && w.size() == 2) return true;
  if (any_before_last(w, whose)) return head != "location" || context_fits;
  const bool of_somebody = w.size() == 1 || (w.size() == 2 && (w[0] == "default" || w[0] == "last"));
  constexpr WordSet coordinates("lat latitude lng lon long longitude");
  if (w.size() == 2 && w[0] == "coord" && coordinates.contains(head)) return context_fits;
  if (head == "location") return of_somebody ? context.people : context.places;
  return w.size() == 1 && context_fits;
}

bool has_postal_code(const catalog::Table& table) {
  return std::ranges::any_of(table.columns, [](const catalog::Column& column) {
    return ends_with_one(personal_words(column.name),
                         "zip,zipcode,postcode,plz,postalcode,postal code,zip code,post code");
  });
}

bool has_address(const catalog::Table& table) {
  bool street = false, city = false;
  const Affixes affixes = affixes_of(table);
  for (const catalog::Column& column : table.columns) {
    const Words w = personal_words(affixes.taken_off(column.name));
    if (w.empty()) continue;
    const bool code = w.back() == "zip" || w.back() == "postcode" || w.back() == "plz" || w.back() == "code";
    // line1, line2
    street = street || (w == Words{"line"} && column.name.find('1') != std::string::npos) || (is_street(w) && !code) ||
             (w.back() == "address" && !any_of(w, technical));
    constexpr WordSet towns("city town village suburb latitude");
    city = city || towns.contains(w.back()) || any_before_last(w, WordSet("village")) || (is_street(w) && code);
  }
  return street && city;
}

}  // namespace pgcoffer::policy
