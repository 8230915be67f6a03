#include "policy/credential_names.hpp"

#include <algorithm>
#include <array>

#include "policy/flags.hpp"

namespace pgcoffer::policy {
namespace {

/// Words behind a noun that leave it what it is: a hash of a password is a credential still.
constexpr WordSet qualifiers(
    "hash hashed digest encrypted enc cipher ciphertext crypt crypted salt iv value val data raw plain plaintext "
    "tempo temporary text string str json blob byte b64 base64 hex new old previous prev current pending temp tmp "
    "confirmation "
    "confirm sha sha1 sha256 sha512 md5 bcrypt argon argon2 scrypt hint history bidx pem der hmac v arr array "
    "backup secondary primary default live test sandbox prod production staging content alt dump readonly readwrite ro "
    "rw yaml yml bundle wrapped");
constexpr WordSet hash_qualifiers("hex hash hashed digest encrypted enc cipher ciphertext crypted salt bidx hmac");
/// A name of nothing but these, one of the last two among them, says: so secret that it is stored encrypted.
constexpr WordSet contents(
    "value val data iv text blob payload property config setting param parameter option salt extra b64 base64 hex kms");
constexpr WordSet encrypted("encrypted ciphertext ciphered");
/// What services keep of somebody who logged in: `encrypted_auth_state`.
constexpr WordSet state_of_login("state option credential setting config data param parameter payload blob");
/// Whatever key is encrypted is none to be seen.
constexpr WordSet encryption("encrypted enc ciphertext cipher crypted");
/// Names that begin so say whether there is one.
constexpr WordSet flags("use is has enable require allow force show can must ask");
/// Before a password, at a name's end, these say that it is to be another: `change_mdp`, `expire_password`.
constexpr WordSet demands("change changer cambiar mudar trocar alterar modifier wijzig aendern expire expired");
/// Beside what a column has these say that it is not for everybody.
constexpr WordSet kept_secret("secure sensitive protected private confidential");

constexpr WordSet password_nouns(
    "password passwd pwd npw cpw newpw oldpw userpw pword passw psw pswd passwrd passphrase passcode pw mpin tpin salt "
    "ssha htpasswd pepper ha1 "
    "ha1b");
/// A `pass` of these is a ticket, or a step.
constexpr WordSet other_passes(
    "ski day boarding season gate hall first second last render test exam quality bus travel visitor guest parking "
    "event "
    "week month year mountain fast express number no");
constexpr WordSet pin_modifiers(
    "ip signature user login access card wallet voicemail transaction security account customer employee staff atm "
    "device unlock "
    "activation pairing kiosk pos web mobile app portal door signing transfer sim api verification confirmation "
    "giftcard "
    "payment parent parental agent phone telephone voice admin administrator moderator organizer conference meeting "
    "participant code callingcard calling prepaid txn trx tx trans terminal hsm token vm alarm duress host join dial "
    "keypad guest");
constexpr WordSet secret_nouns(
    "secret credential cred kubeconfig keystore jks keytab pfx p12 p8 pkcs8 pkcs12 mnemonic psk xprv xpriv nsec wif "
    "macaroon "
    "dockerconfigjson dockercfg pgt pgtiou tgt");
constexpr WordSet second_factor_nouns("otp totp hotp otep");
constexpr WordSet second_factors("otp totp hotp factor mfa 2fa tfa twofactor");
/// What is kept of a second factor: `two_factor_data`, `totp_recover`.
constexpr WordSet of_second_factors(
    "data config setting blob payload param recover recovery remember seed secret backup verification uri url qr "
    "qrcode");
/// `token` after one of these is a place in a list, a piece of text, or a coin.
constexpr WordSet harmless_tokens(
    "page next continuation pagination sync cursor nft erc20 erc721 design vocab word text lexer css theme max min "
    "dkim scope reputation prompt completion input output total cached reasoning usage stop special lp base quote "
    "count num mod "
    "idempotency");
constexpr WordSet key_modifiers(
    "api private secret access encryption encrypted signing sign auth authentication authorization master server "
    "stream recovery deploy webhook hmac shared symmetric session totp otp mfa rsa dsa ecdsa ed25519 aes token "
    "activation act reg change unsubscribe subscription reset ssl tls cert certificate hashed feed remember login "
    "password "
    "passwd "
    "pwd "
    "wrapped push confirmation confirm validation activate signature verification registration invitation invite "
    "consumer secure preshared reply priv credential enc kek autologin delete jwt webservice service stripe "
    "provision provisioning pairing bootstrap stored sig fernet protected mac bing maps license rss ical calendar "
    "export optin wireguard wpa "
    "wifi openai smtp imap ftp share sharing check temp temporary tempo yubico yubikey duo "
    "unlock sftp gateway merchant apns decryption decrypt cipher crypto nwk licence admin cron download edit "
    "anthropic gemini deepl mailgun sendgrid mailchimp postmark twilio nexmo cloudflare github slack discord pusher "
    "braintree razorpay mollie adyen recaptcha hcaptcha turnstile akismet setup enroll enrollment enrolment ingest "
    "ingestion ping heartbeat join agent dkim pushover pagerduty opsgenie datadog newrelic hubspot plaid "
    "vonage ddns dyndns "
    "plivo telnyx messagebird p8 klarna paypal linode vultr digitalocean hetzner tmdb tvdb");
constexpr WordSet private_keys("private rsa dsa ecdsa ed25519 ssl tls cert certificate");
constexpr WordSet key_tokens(
    "password reset activation act confirm validation activate confirmation verification registration invitation "
    "invite");
/// Keys that everybody may know.
constexpr WordSet public_keys("public publishable site pub pubkey p256dh");
constexpr WordSet code_modifiers(
    "otp totp verification verify confirmation confirm recovery backup reset activation activate active auth "
    "authorization "
    "login mfa 2fa tfa factor fa security secret scratch password oauth one unlock sms pin invite invitation access "
    "persist optin opt unsubscribe registration validation remember email join door gate lock alarm signup delete "
    "unlock pairing claim puk tan temporary temp magic lockbox keypad safe forgot forgotten");
constexpr WordSet code_tokens(
    "reset verification verify confirmation activation activate active auth authorization oauth invite invitation "
    "access "
    "persist optin opt unsubscribe registration validation remember email join signup delete forgot forgotten");
constexpr WordSet link_modifiers(
    "magic reset login signin password activation activate confirmation confirm verification verify invite invitation "
    "unlock signing");
constexpr WordSet cookie_modifiers(
    "session auth remember login csrf forgot forgotten lost reset recovery persistent permanent persist token");
constexpr WordSet verifier_modifiers("code login consent password srp scram pkce pwd oauth");
constexpr WordSet phrase_modifiers("access recovery seed backup secret mnemonic wallet");
constexpr WordSet selector_modifiers("recover confirm remember reset activation forgotten password");
/// A hash of these is what a link or cookie is held against.
constexpr WordSet hashed_tokens(
    "verify verification confirm confirmation reset login remember cookie activation activate auth invite "
    "invitation registration register signup recover recovery unsubscribe persist validation refresh access share "
    "sharing "
    "edit preview ical rss feed calendar autologin forgot forgotten lost optin unsub api");
/// What a URL that carries user and password leads to.
constexpr WordSet connected(
    "database db redis amqp broker connection rabbitmq mongo jdbc smtp mongodb postgres postgresql mysql apprise "
    "shoutrrr");
/// Where programs log in with tokens that are called PAT; where links are signed so that they open something.
constexpr WordSet code_hosts("git github gitlab gitea bitbucket azure devops ado");
constexpr WordSet signed_stores("azure blob storage container adls");
/// What ssh-keygen calls its files; their public halves end with `pub`.
constexpr PhraseList key_files = "id rsa,id dsa,id ecdsa,id ed25519,identity rsa,identity ed25519";
constexpr WordSet payment_services("stripe paystack live openai api");
constexpr WordSet chat_services(
    "slack discord team mattermost chat incoming lark feishu dingtalk wecom rocketchat zulip msteams googlechat");

/// Before `token` these leave nothing else that it could be.
constexpr WordSet certain_tokens("access auth refresh bearer session csrf reset api fb facebook");
constexpr WordSet answered("security secret sec challenge recovery reminder pass");

/// `otpauth_url`, `auth_key` and others whose last word is not what they are.
struct Phrases {
  Credential kind;
  PhraseList ends;
};
constexpr std::array special_names{
    Phrases{Credential::secret,
            "encryption ciphertext,auth config,auth configuration,authentication config,authentication configuration,"
            "key auth,proxy auth,http auth,bearer auth,token auth,digest auth,auth header value,key header value,token "
            "header value,authorization header value,secret header value,storage account key,connection str,conn "
            "str,json key,gcs key json,gcp key json,account key json,oauth refresh,oidc config,key vault,app seed,seed "
            "word,seed hex,wallet "
            "seed,master "
            "seed,hd seed,upstream auth,backend auth,registry auth,auth header,auth data,authorization header,basic "
            "auth,header authorization,secure json data,service account json,service account key,key data,keydata,key "
            "material,connection string,conn string,secret key base,seed phrase,dsn,eab hmac,nwk key,app s key,nwk s "
            "key,s int "
            "key,s enc key,nwkskey,appskey,sas url,sas uri,gift card code,giftcard code,client key,snmp "
            "community,community string,read community,write community,ro community,rw community,preshared,docker "
            "auth,api signature,rclone config,rclone conf,ovpn config,openvpn config,wireguard config,wg "
            "config,wireguard conf,wg conf,kube config,kube conf,connection param,conn param,remember me "
            "serial,register string,registration string,smtp config,smtp conf,smtp setting,imap config,imap setting"},
    Phrases{Credential::api_key, "access key id,google map key,google key"},
    Phrases{Credential::private_key,
            "key pair,keypair,private pem,key pem,pem key,server pem,client pem,putty ppk,ssh ppk"},
    Phrases{Credential::token,
            "vless uuid,vmess uuid,login challenge,consent challenge,login challenge id,consent challenge id,secret "
            "identifier,secret share "
            "identifier,secret link,secret slug,security stamp,password reset,reset uuid,reset guid,activation "
            "uuid,recovery uuid,push id,push token,fcm "
            "registration id,gcm registration id,onetime,remember me,auth ticket,sso ticket,login ticket,cas ticket,"
            "client assertion,saml assertion,epp code,eppcode,authinfo,at hash,verify string,verify str,share "
            "uuid,share guid,share slug,verification "
            "string,verification str,login request,activation string,confirmation string,confirm string"},
    Phrases{Credential::session,
            "rail session id,php session id,session nonce,session string,sess id,sessid,cookie id,cookie jar"},
    Phrases{Credential::password,
            "pin number,pass code,secret word,memorable word,authentication string,auth string,puk,tan list,bgp "
            "md5,ospf md5,argon "
            "hash,argon2 hash,bcrypt hash,scrypt hash,nt hash,lm hash,ntlm hash,nthash,lmhash,cram md5"},
};

std::optional<Credential> special_name(const Words& w) {
  const std::string& head = w.back();
  if (has(w, "otpauth") || (has(w, "provisioning") && head == "uri")) return Credential::second_factor;
  for (const Phrases& phrases : special_names)
    if (ends_with_one(w, phrases.ends)) return phrases.kind;
  if (ends_with_one(w, "webhook,webhook url,webhook uri,webhook endpoint,hook,hook url,hook uri,endpoint") &&
      any_before_last(w, chat_services))
    return Credential::secret;
  const bool url = w.size() > 1 && (head == "url" || head == "uri");
  if (url && connected.contains(w[w.size() - 2])) return Credential::secret;
  if (w == Words{"pat"} || (head == "pat" && any_before_last(w, code_hosts))) return Credential::token;
  if (w == Words{"sas"} || (head == "sas" && any_before_last(w, signed_stores))) return Credential::secret;
  if (ends_with_one(w, key_files)) return Credential::private_key;
  if (ends_with_one(w, "google auth,google authenticator")) return Credential::second_factor;
  constexpr WordSet key_pairs(
      "ssh gpg pgp rsa dsa ecdsa ed25519 ec jwk jwks jwt saml vapid wireguard wg dkim age tls ssl ca dnssec captcha "
      "recaptcha hcaptcha");
  if (head == "priv" && has(w, "key")) return Credential::private_key;
  if (w.size() > 1 && head == "private" && key_pairs.contains(w[w.size() - 2])) return Credential::private_key;
  // What a token that was sent is compared with.
  if (head == "fingerprint" && any_before_last(w, WordSet("token otp code password"))) return Credential::token;
  if (w == Words{"pem"}) return Credential::private_key;
  if (head == "dek" || head == "kek") return Credential::secret;
  // What answers are signed with, so that nobody else can make them.
  constexpr WordSet signed_with_hashes("response request payment webhook callback");
  if (ends_with(w, {"hash", "key"}) && any_before_last(w, signed_with_hashes)) return Credential::secret;
  if (head == "answer" && any_before_last(w, answered)) return Credential::password;
  if (w.size() > 1 && head == "sk" && any_before_last(w, payment_services)) return Credential::api_key;
  // Where a program asks for a code.
  if (url && w[w.size() - 2] == "verification") return std::nullopt;
  const bool second = any_before_last(w, second_factors) || (has(w, "two") && has(w, "fa"));
  if (w == Words{"two", "factor"} || w == Words{"two", "factor", "provider"}) return Credential::second_factor;
  const bool turned = w.size() == 2 && second_factors.contains(head) && of_second_factors.contains(w[0]);
  if ((second && of_second_factors.contains(head)) || turned) return Credential::second_factor;
  return std::nullopt;
}

/// `whole` has the words that were taken off, too.
std::optional<Credential> by_key(const Words& w, const Words& whole, bool hashed) {
  if (any_of(w, public_keys)) return std::nullopt;
  // Which row of keys, and what a signature is verified with.
  if (w.front() == "id" || w == Words{"verify", "key"} || is_name_in_store(w)) return std::nullopt;
  // key_tempo: one that does for a while.
  if (w.size() == 1 && any_of(whole, WordSet("temp tmp tempo temporary"))) return Credential::token;
  if (w.size() == 1) return hashed ? std::optional(Credential::api_key) : std::nullopt;
  if (!any_before_last(w, key_modifiers))
    return hashed && any_of(whole, encryption) ? std::optional(Credential::secret) : std::nullopt;
  if (any_before_last(w, private_keys)) return Credential::private_key;
  if (has(w, "session")) return Credential::session;
  if (any_before_last(w, key_tokens)) return Credential::token;
  return has(w, "api") || has(w, "access") ? Credential::api_key : Credential::secret;
}

/// `alone`: nothing was taken off the words.
std::optional<Credential> by_password(const Words& w, bool hashed, bool alone) {
  const std::string& head = w.back();
  if (ends_with(w, {"pass", "word"})) return Credential::password;
  if (head == "password" && has(w, "one") && has(w, "time")) return Credential::second_factor;
  const bool found = password_nouns.contains(head) || (hashed && head == "answer") ||
                     (head == "pin" && ((w.size() == 1 && (hashed || alone)) || any_before_last(w, pin_modifiers))) ||
                     (head == "pass" && !any_before_last(w, other_passes)) ||
                     (head == "verifier" && any_before_last(w, verifier_modifiers));
  return found ? std::optional(Credential::password) : std::nullopt;
}

std::optional<Credential> by_head(const Words& w, const Words& whole, bool hashed) {
  const std::string& head = w.back();
  if (second_factor_nouns.contains(head) || (hashed && w == Words{"scratch"})) return Credential::second_factor;
  if (secret_nouns.contains(head)) return Credential::secret;
  const bool token = (head == "token" || head == "tkn") &&
                     (!any_before_last(w, harmless_tokens) || any_before_last(w, certain_tokens));
  if (token || head == "jwt" || head == "oauth" || head == "xoauth" || w == Words{"bearer"}) return Credential::token;
  if (head == "key") return by_key(w, whole, hashed);
  // Codes that are handed around are no secrets.
  constexpr WordSet handed_around("refer referral referrer affiliate promo coupon discount");
  if (head == "code" && any_before_last(w, code_modifiers) && !any_of(w, handed_around))
    return any_before_last(w, code_tokens) ? Credential::token : Credential::second_factor;
  // email_confirm_hash, of which confirm is no qualifier.
  const bool confirms = whole.size() > 1 && whole.back() == "hash" && hashed_tokens.contains(whole[whole.size() - 2]);
  if ((hashed && hashed_tokens.contains(head) && whole.back() != "cipher") || confirms ||
      (head == "selector" && any_before_last(w, selector_modifiers)))
    return Credential::token;
  // device_code_hash: whose code nobody is to see.
  constexpr WordSet programs("source byte contract init runtime deployed script file build chain program");
  if (hashed && head == "code" && w.size() > 1 && whole.back() == "hash" && !any_of(w, programs))
    return Credential::token;
  if (hashed && head == "session" && whole.back() == "hash") return Credential::session;
  if (head == "csrf" || head == "xsrf") return Credential::token;
  if (head == "phrase" && any_before_last(w, phrase_modifiers)) return Credential::secret;
  if (head == "seed" && any_before_last(w, encryption)) return Credential::secret;
  if (head == "link" && (any_before_last(w, link_modifiers) || (has(w, "one") && has(w, "time"))))
    return Credential::token;
  if (head == "cookie" && (w.size() == 1 || any_before_last(w, cookie_modifiers))) return Credential::session;
  return by_password(w, hashed, w.size() == whole.size());
}

}  // namespace

Reduced reduce(std::string_view name) {
  Reduced result{words(name), false};
  const auto is_number = [](const std::string& word) {
    return word.find_first_not_of("0123456789") == std::string::npos;
  };
  while (result.words.size() > 1 && (qualifiers.contains(result.words.back()) || is_number(result.words.back()))) {
    result.hashed = result.hashed || hash_qualifiers.contains(result.words.back());
    result.words.pop_back();
  }
  // cPass is a text of characters.
  while (result.words.size() > 1 && result.words.front().size() == 1) result.words.erase(result.words.begin());
  return result;
}

std::optional<Credential> credential_by_name(std::string_view name) {
  const auto whole = words(name);
  if (whole.empty() || flags.contains(whole.front())) return std::nullopt;
  // A key or seed that another key encrypts.
  constexpr WordSet said("at by type id version algorithm");
  if (whole.size() > 1 && whole.front() == "wrapped" && !said.contains(whole.back())) return Credential::secret;
  const bool demanded = demands.contains(whole.front()) && password_nouns.contains(whole.back());
  if (demanded && whole.size() == 2) return std::nullopt;
  // pass_mail_auto: with which a program logs in there.
  constexpr WordSet logged_in_to(
      "mail smtp imap pop pop3 ftp sftp db database sql mysql wifi wlan vpn ldap proxy router");
  if (whole.size() > 1 && whole[0] == "pass" && logged_in_to.contains(whole[1]) && !says_what_it_has(whole.back()))
    return Credential::password;
  const bool opaque = std::all_of(whole.begin(), whole.end(), [](const std::string& word) {
    return contents.contains(word) || encrypted.contains(word);
  });
  const bool vector_alone = whole.back() == "iv";
  if (opaque && !vector_alone && any_of(whole, encrypted)) return Credential::secret;
  if (whole.size() > 2 && whole.front() == "encrypted" && state_of_login.contains(whole.back()))
    return Credential::secret;
  if (whole.size() == 2 && kept_secret.contains(whole[0]) && contents.contains(whole[1])) return Credential::secret;
  if (whole.back().ends_with("salt") && whole.back() != "basalt") return Credential::password;
  // A JWK is that of one pair; JWKS are sets that are handed out.
  if (whole.back() == "jwk" && !any_of(whole, public_keys) && (name.ends_with('k') || name.ends_with('K')))
    return Credential::private_key;
  // By which the key is known that something was encrypted with.
  constexpr WordSet sums("sha sha1 sha256 md5 checksum");
  if (whole.size() > 2 && sums.contains(whole.back()) && whole[whole.size() - 2] == "key" && has(whole, "encryption"))
    return std::nullopt;
  const auto [w, hashed] = reduce(name);
  // The whole name first: "connection_string" ends with what would be taken for a qualifier.
  for (Words longer = whole; longer.size() > w.size(); longer.pop_back())
    if (const auto special = special_name(longer)) return special;
  if (const auto special = special_name(w)) return special;
  return by_head(w, whole, hashed);
}

bool says_what_it_has(std::string_view word) {
  // What is said of a credential, and is none.
  constexpr WordSet said(
      "type kind id uuid guid ident identifier name label title description note comment uri url endpoint path host "
      "domain policy rule strength level usage use slot until algo alg algorithm method format encoding version family "
      "state status flow prefix suffix issuer audience scope scopes expiry expire expires expiration lifetime ttl time "
      "date at on by from to for count length size limit max min attempt field column attribute param parameter header "
      "template subject body message text provider source store storage location manager class category group role "
      "owner user account email device agent client resource reference ref arn phid xid mode strategy generator "
      "generation "
      "criteria requirement error reason log action event page link last four eight digit mask masked pick flood "
      "question enabled required sent created updated changed expired used seen number no index counter order position "
      "address currency contract chain symbol balance price amount unit model usage set lastset complexity entropy "
      "score quality cost netmask subnet icon in day hour alias channel challenge setting config option pid hostname "
      "port fingerprint theme timezone timestamp ui locale "
      "thumbprint sid kid ip country");
  return said.contains(word);
}

bool may_name_credential(std::string_view name) {
  constexpr WordSet certain("password passwd pwd passphrase passcode secret token credential apikey otp totp");
  const Words w = words(name);
  if (w.size() < 2 || flags.contains(w.front()) || any_of(w, public_keys) || any_of(w, harmless_tokens)) return false;
  return any_before_last(w, certain) && !says_what_it_has(w.back());
}

bool is_name_in_store(const Words& w) {
  constexpr WordSet stored("id secret password number");
  return w.size() > 3 && ends_with(w, {"aws", "secret", "key"}) && stored.contains(w[w.size() - 4]);
}

bool is_for_all(const Words& w) {
  const bool counted =
      w.back() == "token" && any_before_last(w, harmless_tokens) && !any_before_last(w, certain_tokens);
  return counted || any_of(w, public_keys) || w == Words{"verify", "key"} || w == Words{"verifying", "key"};
}

bool can_hold_credential(const catalog::Column& column) {
  using catalog::ValueClass;
  if (is_flag(column)) return false;
  if (column.value_class == ValueClass::number) {
    const Words w = reduce(column.name).words;
    // torrent_pass_secret: eight bytes of chance.
    if (column.base_type == "bigint" && w.size() > 1 && w.back() == "secret") return !column.array;
    const bool code = !w.empty() && (w == Words{"password"} || w.back() == "otp" || w.back() == "pin" ||
                                     w.back() == "totp" || w.back() == "code");
    return code && !column.array && !has(w, "access") && w.front() != "id";
  }
  constexpr std::array<std::string_view, 17> harmless = {"timestamp", "time",  "date",     "interval", "inet",   "cidr",
                                                         "macaddr",   "point", "polygon",  "box",      "circle", "line",
                                                         "path",      "lseg",  "tsvector", "tsquery",  "money"};
  const std::string_view type = column.type;
  const auto word = type.substr(0, type.find_first_of(" ([0123456789"));
  const bool range = word.size() > 5 && word.substr(word.size() - 5) == "range";
  return !range && std::find(harmless.begin(), harmless.end(), word) == harmless.end();
}

}  // namespace pgcoffer::policy
