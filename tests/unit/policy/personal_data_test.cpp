#include "policy/personal_data.hpp"

#include <sstream>

#include "catch.hpp"
#include "policy/credentials.hpp"
#include "policy/criteria.hpp"
#include "tables.hpp"

using namespace pgcoffer;
using namespace pgcoffer::policy;

namespace {

std::string found(const std::string& table, const std::string& name, const std::string& type = "text") {
  tables::Database db;
  const auto& made = db.table(table, {tables::column(name, type)});
  const auto kind = detect_personal_data(made, made.name, made.columns.front());
  return kind ? std::string(to_string(*kind)) : "-";
}

std::vector<std::string> each(const std::string& table, const std::string& names, const std::string& type = "text") {
  std::vector<std::string> result;
  std::istringstream in(names);
  for (std::string name; in >> name;) result.push_back(name + " " + found(table, name, type));
  return result;
}

std::vector<std::string> all(const std::string& names, const std::string& kind) {
  std::vector<std::string> result;
  std::istringstream in(names);
  for (std::string name; in >> name;) result.push_back(name + " " + kind);
  return result;
}

}  // namespace

TEST_CASE("personal data is told by the names of columns") {
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"email",
       "email e_mail emailAddress user_email contact_email unconfirmed_email email_canonical EMAIL paypal_email"},
      {"phone",
       "phone phone_number mobile mobileNumber fax telephone home_phone phone2 whatsapp_number contact_number"},
      {"name",
       "first_name lastName surname full_name middle_name maiden_name nickname username user_name customer_name "
       "cardholder_name contact_name recipient_name login author_name"},
      {"address",
       "address street street_address address_line_1 zip zipcode postal_code postcode shipping_address "
       "billing_city house_number home_address"},
      {"birth-date", "birth_date birthday dob date_of_birth birthdate year_of_birth"},
      {"ip", "ip ip_address last_sign_in_ip client_ip remote_addr ipAddress current_sign_in_ip"},
      {"government-id",
       "ssn social_security_number passport_number national_id tax_id driver_license_number nino cpf "
       "drivers_license_number identity_card_number"},
      {"bank",
       "iban bic account_number bank_account_number routing_number card_number credit_card_number cvv "
       "bank_account sort_code card_last4"}};
  for (const auto& [kind, names] : expected) CHECK(each("things", names) == all(names, kind));
}

TEST_CASE("what is about personal data is none") {
  const std::string names =
      "email_template email_subject email_count phone_type ip_count mac_address wallet_address email_host address_id "
      "city_count product_name file_name table_name event_name company_name name title state status country_code "
      "contract_address birth_rate card_type account_type email_status";
  CHECK(each("things", names) == all(names, "-"));
  CHECK(found("users", "email_verified", "boolean") == "-");
  CHECK(found("users", "email_verified_at", "timestamp with time zone") == "-");
  CHECK(found("users", "email", "boolean") == "-");
  CHECK(found("users", "birth_date", "date") == "birth-date");
  CHECK(found("users", "phone", "uuid") == "-");
}

TEST_CASE("names that say how something is done are not personal") {
  const std::string names =
      "affiche_adresse1 limit_web_ip max_email tipo_documento mail_driver email_delivery email_sent faxinvoice "
      "mail_port email_port ask_for_phone";
  CHECK(each("settings", names) == all(names, "-"));
}

TEST_CASE("a name or city is personal in tables of people") {
  CHECK(found("users", "name") == "name");
  CHECK(found("hr_employees", "name") == "name");
  CHECK(found("customer_details", "city") == "address");
  CHECK(found("addresses", "city") == "address");
  CHECK(found("products", "name") == "-");
  CHECK(found("airports", "city") == "-");
  CHECK(found("accounts", "name") == "-");
}

TEST_CASE("what stands beside a column tells what it holds") {
  const auto kinds = [](const std::string& table, const std::vector<std::pair<const char*, const char*>>& columns) {
    tables::Database db;
    std::vector<catalog::Column> made;
    for (const auto& [name, type] : columns) made.push_back(tables::column(name, type));
    const auto& of = db.table(table, made);
    std::string result;
    for (const auto& column : of.columns) {
      const auto kind = detect_personal_data(of, of.name, column);
      result += (result.empty() ? "" : " ") + (kind ? std::string(to_string(*kind)) : "-");
    }
    return result;
  };
  CHECK(kinds("orders", {{"street", "text"}, {"city", "text"}, {"state", "text"}}) == "address address address");
  CHECK(kinds("orders", {{"state", "text"}, {"number", "text"}}) == "- -");
  CHECK(kinds("orders", {{"ship_city", "text"}, {"ship_region", "text"}}) == "address address");
  CHECK(kinds("soci", {{"indirizzo", "text"}, {"citta", "text"}, {"cap", "text"}}) == "address address address");
  CHECK(kinds("limits", {{"cap", "text"}}) == "-");
  CHECK(kinds("pacientes", {{"calle", "text"}, {"numero", "text"}, {"ciudad", "text"}}) == "address address address");
  CHECK(kinds("phone_numbers", {{"number", "text"}, {"label", "text"}}) == "phone -");
  CHECK(kinds("emails", {{"recipient", "text"}, {"sent_to", "text"}, {"subject", "text"}}) == "email email -");
  CHECK(kinds("threads", {{"from", "text"}, {"to", "text"}, {"cc", "text"}}) == "email email email");
  CHECK(kinds("bridges", {{"from", "text"}, {"to", "text"}}) == "- -");
  CHECK(kinds("recovery_addresses", {{"via", "text"}, {"value", "text"}}) == "- address");
  CHECK(kinds("positions", {{"latitude", "real"}, {"longitude", "real"}, {"address", "text"}}) ==
        "address address address");
  CHECK(kinds("towers", {{"latitude", "real"}, {"longitude", "real"}}) == "- -");
  CHECK(kinds("customers", {{"lat", "text"}, {"long", "text"}}) == "address address");
  CHECK(kinds("reviews", {{"author", "text"}, {"name", "text"}, {"body", "text"}}) == "name name -");
  CHECK(kinds("books", {{"author", "text"}}) == "-");
  CHECK(kinds("accounts", {{"name", "text"}, {"password", "text"}}) == "name -");
  CHECK(kinds("accounts", {{"name", "text"}, {"balance", "numeric"}}) == "- -");
  CHECK(kinds("members", {{"id_adh", "bigint"}, {"nom_adh", "text"}, {"tel_adh", "text"}, {"info_adh", "text"}}) ==
        "- name phone -");
  CHECK(kinds("oauth_clients", {{"name", "text"}, {"email", "text"}}) == "- email");
  CHECK(kinds("courses", {{"fullname", "text"}}) == "-");
  CHECK(kinds("people", {{"fullname", "text"}}) == "name");
  CHECK(kinds("patients", {{"nom_pat", "text"}, {"tel_pat", "text"}, {"notes", "text"}, {"sex", "text"}}) ==
        "name phone - -");
  CHECK(kinds("plans", {{"invoice_display_name", "text"}, {"code", "text"}}) == "- -");
  CHECK(kinds("taxes", {{"tax_code", "text"}}) == "-");
  CHECK(kinds("payments", {{"account", "text"}, {"credit_card", "text"}}) == "bank bank");
  CHECK(kinds("users", {{"user", "text"}, {"user_hash", "text"}}) == "name -");
  CHECK(kinds("email_addresses", {{"name", "text"}}) == "email");
  CHECK(kinds("addresses", {{"street", "text"}, {"village_or_colony", "text"}, {"pin", "text"}}) ==
        "address address address");
  CHECK(kinds("trainees",
              {{"email", "text"}, {"town_city", "text"}, {"address_line_two", "text"}, {"state", "integer"}}) ==
        "email address address -");
  CHECK(kinds("pets", {{"name", "text"}, {"birth_place", "text"}}) == "- birth-date");
  CHECK(kinds("branches", {{"name", "text"}, {"email", "text"}}) == "- email");
  CHECK(kinds("subscriber_lists", {{"name", "text"}}) == "-");
  CHECK(kinds("people", {{"alias", "text"}, {"nid_no", "text"}, {"consignee", "text"}}) == "name government-id name");
  CHECK(kinds("sites", {{"street", "text"}, {"city", "text"}, {"time_zone", "text"}}) == "address address -");
  CHECK(kinds("users", {{"email", "text"}, {"email_flag", "character(1)"}, {"phone", "character varying(1)"}}) ==
        "email - -");
  CHECK(kinds("patients", {{"physician", "text"}, {"physician_phone", "text"}}) == "name phone");
  CHECK(kinds("auth", {{"userid", "text"}, {"password", "text"}}) == "name -");
  CHECK(kinds("auth", {{"userid", "text"}, {"username", "text"}, {"password", "text"}}) == "- name -");
  CHECK(kinds("hosts", {{"uname", "text"}, {"kernel", "text"}}) == "- -");
  CHECK(kinds("workers", {{"name", "text"}, {"last_heartbeat", "timestamp with time zone"}}) == "- -");
  CHECK(kinds("shares", {{"from_user", "text"}, {"to_user", "text"}, {"moderator", "text"}}) == "name name name");
  CHECK(kinds("addresses", {{"name", "text"}, {"phone", "text"}}) == "name phone");
  CHECK(kinds("invoices", {{"buyer_city", "text"}, {"ui_state", "text"}}) == "address -");
  CHECK(kinds("zipcodes", {{"zipcode", "text"}, {"city", "text"}, {"state", "text"}}) == "- - -");
  CHECK(kinds("mailboxes", {{"lastloginipv4", "inet"}, {"validate_ip", "integer"}}) == "ip -");
  CHECK(kinds("rsvps", {{"external_name", "text"}, {"external_email", "text"}}) == "name email");
  CHECK(kinds("branches", {{"shop_name", "text"}, {"shop_email", "text"}}) == "- email");
  CHECK(kinds("payments", {{"dest_address", "text"}, {"settlementAddress", "text"}}) == "- -");
  CHECK(kinds("deliveries", {{"geocoded_lat", "double precision"}}) == "address");
  CHECK(kinds("clients", {{"document_nr", "text"}, {"bd", "date"}}) == "government-id birth-date");
  CHECK(kinds("mail_forwardings", {{"source", "text"}, {"destination", "text"}}) == "email email");
  CHECK(kinds("events", {{"source", "text"}, {"destination", "text"}}) == "- -");
  CHECK(kinds("requests", {{"source_address", "text"}, {"email", "text"}}) == "ip email");
  CHECK(kinds("firewall_rules", {{"source_address", "text"}, {"port", "text"}}) == "- -");
  CHECK(kinds("chats", {{"name", "text"}, {"remoteJid", "text"}, {"pushName", "text"}}) == "name email name");
  CHECK(kinds("bots", {{"number", "text"}, {"ownerJid", "text"}}) == "phone email");
  CHECK(kinds("rooms", {{"name", "text"}, {"room_jid", "text"}}) == "- -");
  CHECK(kinds("instances", {{"profileName", "text"}, {"profilePicUrl", "text"}}) == "name -");
  CHECK(kinds("plans", {{"profile_name", "text"}, {"rate", "text"}}) == "- -");
  CHECK(kinds("payments", {{"address_name", "text"}, {"payer_email", "text"}}) == "name email");
  CHECK(kinds("claims", {{"policy_number", "text"}, {"date", "date"}}) == "government-id -");
  CHECK(kinds("rules", {{"policy_number", "text"}}) == "-");
  CHECK(kinds("users", {{"usuario_ingreso", "text"}, {"contrasena_ingreso", "text"}}) == "name -");
  CHECK(kinds("subjects", {{"nom_complet", "text"}, {"coef", "text"}}) == "- -");
  CHECK(kinds("gems", {{"full_name", "text"}, {"short_name", "text"}}) == "- -");
  CHECK(kinds("classes", {{"display_address", "text"},
                          {"display_rank", "text"},
                          {"display_class", "text"},
                          {"display_mean", "text"}}) == "- - - -");
  CHECK(kinds("workers", {{"hostname", "text"}, {"ip_address", "inet"}, {"city", "text"}}) == "- ip -");
  CHECK(kinds("payers", {{"street", "text"}, {"city", "text"}, {"zip", "text"}, {"pin", "text"}}) ==
        "address address address -");
  CHECK(kinds("notifications", {{"emailId", "text"}, {"slackId", "text"}}) == "- -");
  CHECK(kinds("employees", {{"pekerjaan_ayah", "text"}, {"ayah", "text"}}) == "- name");
  CHECK(kinds("employees", {{"id_carte", "integer"}, {"login_hash", "text"}}) == "- -");
  CHECK(kinds("clienti", {{"nomeC", "text"},
                          {"indirizzoLC", "text"},
                          {"cittaLC", "text"},
                          {"capLC", "integer"},
                          {"faxLC", "text"},
                          {"IBANC", "text"},
                          {"cognomeC", "text"},
                          {"noteC", "text"}}) == "name address address address phone bank name -");
  CHECK(kinds("stampe", {{"cliente", "text"}, {"cf", "text"}, {"indirizzo", "text"}, {"citta", "text"}}) ==
        "name government-id address address");
  CHECK(kinds("stampe", {{"cliente", "text"}, {"cf", "text"}}) == "- -");
  CHECK(kinds("users", {{"coord_lat", "numeric"}, {"deprecated_name", "text"}, {"ad", "text"}}) == "address name name");
  CHECK(kinds("banners", {{"coord_lat", "numeric"}, {"deprecated_name", "text"}, {"ad", "text"}}) == "- - -");
  CHECK(kinds("comments", {{"hostname", "text"}}) == "ip");
  CHECK(kinds("clientes", {{"documento", "text"}, {"document", "text"}}) == "government-id -");
  CHECK(kinds("archivos", {{"documento", "text"}}) == "-");
  CHECK(kinds("loans", {{"recibido_por", "text"}, {"creado_por", "text"}}) == "name -");
  CHECK(kinds("votes", {{"voter_id", "integer"}, {"voter_type", "text"}}) == "- -");
  CHECK(kinds("items", {{"tax_id", "integer"}, {"tax_number", "text"}}) == "- government-id");
  CHECK(kinds("persons", {{"tax_id", "bigint"}}) == "government-id");
  CHECK(kinds("chart", {{"accno", "text"}}) == "-");
  CHECK(kinds("payments", {{"bank_name", "text"}, {"number", "text"}}) == "- bank");
  CHECK(kinds("payments", {{"bank_name", "text"}, {"number", "text"}, {"account_number", "text"}}) == "- - bank");
  CHECK(kinds("authorities", {{"full_name", "text"}, {"short_name", "text"}, {"email", "text"}}) == "- - email");
  CHECK(kinds("profile_fields", {{"name", "text"}}) == "-");
  CHECK(kinds("taxa", {{"parent_name", "text"}, {"rank", "text"}}) == "- -");
  CHECK(kinds("pupils", {{"parent_name", "text"}}) == "name");
  CHECK(kinds("api_clients", {{"name", "text"}, {"secret", "text"}}) == "- -");
  CHECK(kinds("radacct", {{"framedipv6prefix", "inet"}}) == "ip");
  CHECK(kinds("orders", {{"line1", "text"}, {"line2", "text"}, {"town", "text"}}) == "address address address");
  CHECK(kinds("orders", {{"line1", "text"}, {"line2", "text"}, {"total", "text"}}) == "- - -");
  CHECK(kinds("projects", {{"agency", "text"}, {"account", "text"}, {"account_digit", "text"}}) == "bank bank bank");
  CHECK(kinds("projects", {{"agency", "text"}, {"account", "text"}}) == "- -");
  CHECK(kinds("contact_requests", {{"name", "text"}, {"phone", "text"}}) == "name phone");
  CHECK(kinds("pull_requests", {{"name", "text"}, {"branch", "text"}}) == "- -");
  CHECK(kinds("job_applications", {{"name", "text"}, {"email", "text"}}) == "name email");
  CHECK(kinds("applications", {{"name", "text"}, {"email", "text"}}) == "- email");
  CHECK(kinds("sedes", {{"nombre", "text"}, {"email", "text"}}) == "- email");
  CHECK(kinds("locations", {{"iso_3166_2", "text"}, {"region", "text"}}) == "- -");
  CHECK(kinds("customers", {{"iso", "text"}, {"city", "text"}}) == "- address");
  CHECK(kinds("courses", {{"trainer", "text"}, {"trainer_id", "integer"}}) == "name -");
  CHECK(kinds("models", {{"trainer", "text"}}) == "-");
  CHECK(kinds("services", {{"service_manager", "text"}, {"password_manager", "text"}}) == "name -");
  CHECK(kinds("pharmacie", {{"president_pharmacie", "text"}, {"manager_id", "integer"}}) == "name -");
  CHECK(kinds("hr", {{"name", "text"}, {"phone", "text"}, {"username", "text"}, {"password", "text"}}) ==
        "name phone name -");
  CHECK(kinds("shops", {{"name", "text"}, {"phone", "text"}, {"username", "text"}, {"password", "text"}}) ==
        "- phone name -");
  CHECK(kinds("receive_address", {{"name", "text"}, {"phone_number", "text"}}) == "name phone");
  CHECK(kinds("movements", {{"id", "text"}, {"bank_account_id", "text"}}) == "- -");
  CHECK(kinds("payouts", {{"id", "integer"}, {"bank_account_id", "text"}}) == "- bank");
  CHECK(
      kinds("address_locations", {{"primary_number", "text"}, {"secondary_number", "text"}, {"plus4_code", "text"}}) ==
      "address address address");
  CHECK(kinds("calls", {{"calledstation", "text"}, {"dnid", "text"}, {"duration", "text"}}) == "phone phone -");
}

TEST_CASE("names in other scripts, in practice and for friends") {
  CHECK(found("users", "name_in_arabic") == "name");
  CHECK(found("models", "name_in_arabic") == "-");
  CHECK(found("users", "friendly_name") == "name");
  CHECK(found("notifiers", "friendly_name") == "-");
  CHECK(found("doctor_public_profiles", "display_name") == "name");
  CHECK(found("dispensacoes", "profissionalSaudeNome") == "name");
  CHECK(found("profissionais_saude", "nome") == "name");
  CHECK(found("profissionais_saude", "crm") == "government-id");
  CHECK(found("settings", "crm") == "-");
  CHECK(found("santri", "nisn") == "government-id");
  CHECK(found("employees", "nativePlace") == "address");
  CHECK(found("contacts", "contact_extension") == "phone");
  CHECK(found("campaigns", "forward_number") == "phone");
  CHECK(found("alarms", "emailreport") == "email");
  CHECK(found("transactions", "originatorGeoLocation") == "address");
  CHECK(found("contacts", "contact_location", "integer") == "-");
}

TEST_CASE("templates and programs that notify have names, and are nobody") {
  CHECK(found("mail_templates", "nickname") == "-");
  CHECK(found("messages", "template_nickname") == "-");
  CHECK(found("notifiers", "agent_name") == "-");
  CHECK(found("member_levels", "privilege_birthday", "integer") == "-");
}

TEST_CASE("names in other languages and in short are understood") {
  const std::vector<std::pair<std::string, std::string>> expected = {
      {"name",
       "ho_ten xingming fio vorname apellido_paterno nome_completo imie nazwisko etunimi soyadi keresztnev "
       "ape_pat ad_soyad patname bearbeiter nom_jf nome_mae osoba_kontaktowa YetkiliKisi anne_adi"},
      {"phone",
       "so_dien_thoai shoujihao mpesa_number telefonnummer num_telefono tel_komorkowy puhelin telNo "
       "tel_pers tel_port tel_fixe tel_fisso tel_bureau notelp no_wa tel_travail"},
      {"address",
       "dia_chi dizhi eircode apartment_no HausNr kod_pocztowy postnummer indirizzo logradouro alamat "
       "irsz_cim_address adr1_comp adresse_livraison kod_poczt hnrzusatz"},
      {"birth-date",
       "fecha_nac Geb_Dat data_nascimento geboortedatum data_urodzenia dogumTarihi tgl_lahir patgebdat "
       "data_ur ELEDATNAIS data_urodz ProbandDoB DoB"},
      {"government-id",
       "cnic_no tckn ahv_nr id_proof_number edipi pesel codice_fiscale personnummer nr_dowodu bsn tc_kimlik_no "
       "SteuerID "
       "SVNummer docum_identidad numero_cni kvnr burgerservicenummer nr_legitym"},
      {"ip", "lastip ip_registration adres_ip ipaddress framedipaddress"},
      {"bank", "creditcardexp creditcardverification nro_cuenta num_conta cuenta_corriente card_expiration_date"}};
  for (const auto& [kind, names] : expected) CHECK(each("things", names) == all(names, kind));
}

TEST_CASE("what a domain is called tells what its columns hold") {
  const auto kind = [](const std::string& domain, const std::string& name) {
    tables::Database db;
    auto column = tables::column(name, domain);
    column.type_kind = 'd';
    column.base_type = "text";
    const auto& of = db.table("orders", {column});
    const auto found = detect_personal_data(of, of.name, of.columns[0]);
    const auto secret = detect_column(of, of.name, of.columns[0]);
    return secret ? reason(*secret) : found ? std::string(to_string(*found)) : "-";
  };
  CHECK(kind("public.email_domain", "c1") == "email");
  CHECK(kind("public.d_phone_number", "c1") == "phone");
  CHECK(kind("public.\"PasswordHash\"", "c1") == "credential: password");
  CHECK(kind("public.name", "c1") == "-");
  CHECK(kind("public.positive_amount", "c1") == "-");
}

TEST_CASE("numbers that reference other tables are their keys") {
  tables::Database db;
  db.table("addresses", {tables::column("id", "bigint", true)});
  db.table("users", {tables::column("address", "bigint")});
  db.foreign_key("users", "address", "addresses");
  const auto& users = db.find("users");
  CHECK_FALSE(detect_personal_data(users, users.name, users.columns.front()));
}

TEST_CASE("tags stand in comments as words of their own") {
  CHECK(has_tag("free text; Privacy :  secret.", "privacy: secret"));
  CHECK(has_tag("privacy:secret", "Privacy: Secret"));
  CHECK_FALSE(has_tag("privacy: secretive", "privacy: secret"));
  CHECK_FALSE(has_tag("no-privacy: secret", "privacy: secret"));
  CHECK_FALSE(has_tag("", "privacy: secret"));
}

TEST_CASE("types are found by what people call them, domains by their base too") {
  auto column = tables::column("c", "character varying(20)");
  CHECK(TypePattern::parse("varchar").matches(column));
  CHECK(TypePattern::parse("character varying").matches(column));
  CHECK_FALSE(TypePattern::parse("text").matches(column));
  column = tables::column("c", "shop.\"E-Mail\"");
  column.type_kind = 'd';
  column.base_type = "text";
  CHECK(TypePattern::parse("domain:\"E-Mail\"").matches(column));
  CHECK(TypePattern::parse("domain:shop.*").matches(column));
  CHECK(TypePattern::parse("text").matches(column));
  CHECK_FALSE(TypePattern::parse("domain:other.*").matches(column));
  CHECK_FALSE(TypePattern::parse("enum:*").matches(column));
  CHECK(TypePattern::parse("uuid[]").matches(tables::column("c", "uuid[]")));
  CHECK_FALSE(TypePattern::parse("uuid").matches(tables::column("c", "uuid[]")));
}

TEST_CASE("names without words are of nothing") {
  for (const char* table :
       {"slack", "discord_webhooks", "processes", "workers", "address", "domains", "nas", "zip_codes"}) {
    for (const char* type : {"text", "bytea", "integer", "inet", "jsonb", "varchar"}) {
      for (const char* name : {"_", "-", "!!", "\u65e5\u672c"}) {
        CAPTURE(table, type, name);
        CHECK(found(table, name, type) == "-");
        tables::Database db;
        const auto& made = db.table(table, {tables::column(name, type)});
        CHECK_FALSE(detect_column(made, made.name, made.columns.front()).has_value());
      }
    }
  }
}

TEST_CASE("names of people in more languages") {
  CHECK(found("giao_vien", "ten_dang_nhap") == "name");
  CHECK(found("hoc_sinh", "ho") == "name");
  CHECK(found("khach_hang", "ten") == "name");
  CHECK(found("TaiKhoan", "so_cccd") == "government-id");
  CHECK(found("tbl_dokter", "nama_dokter") == "name");
  CHECK(found("calisanlar", "ogretmen_adi") == "name");
  CHECK(found("mieter", "Mobilfunk") == "phone");
  CHECK(found("inquilinos", "nombre") == "name");
  CHECK(found("avocats", "nom") == "name");
  CHECK(found("advogados", "oab") == "government-id");
  CHECK(found("lekarze", "imie_lekarza") == "name");
  CHECK(found("Cariler", "VergiDairesi") == "-");
}

TEST_CASE("what is called like personal data and is of things") {
  CHECK(found("uploads", "real_name") == "-");
  CHECK(found("images", "image_nicename") == "-");
  CHECK(found("user_ip_address", "state") == "-");
  CHECK(found("users", "webauthn_handle") == "-");
  CHECK(found("users", "card_brand") == "-");
  CHECK(found("idps", "email_attr") == "-");
  CHECK(found("people", "public_name") == "name");
  CHECK(found("outbox", "DestinationNumber") == "phone");
  CHECK(found("flags", "cc_list") == "email");
  CHECK(found("profiles", "encrypted_pii") == "name");
}

TEST_CASE("names in messengers are those of people") {
  const std::string names = "icq aim user_msnm yim aimid icqid skype skype_name jabber_id wechat_id zalo";
  CHECK(each("users", names) == all(names, "name"));
  CHECK(each("models", names) == all(names, "-"));
  CHECK(found("users", "smsid") == "phone");
}

TEST_CASE("tables of what people are divided into are none of people") {
  const std::string tables =
      "categoria_clientes tbl_estados_estudiante tbl_roles_usuario tipos_cliente statut_patient kategori_pelanggan";
  std::istringstream in(tables);
  for (std::string table; in >> table;) {
    CAPTURE(table);
    CHECK(found(table, "nombre") == "-");
  }
  CHECK(found("clientes_categoria", "nombre") == "-");
  CHECK(found("clientes", "nombre") == "name");
}

TEST_CASE("government ids need room, and are no amounts") {
  CHECK(found("sections", "nrc", "character(5)") == "-");
  CHECK(found("citizens", "nrc", "character varying(20)") == "government-id");
  CHECK(found("people", "ssn_last4", "character varying(4)") == "government-id");
  CHECK(found("customers", "vat", "numeric(10,2)") == "-");
  CHECK(found("customers", "vat", "text") == "government-id");
  CHECK(found("teachers", "nuptk") == "government-id");
  CHECK(found("parents", "aufenthaltstitel_nummer") == "government-id");
  CHECK(found("parents", "aufenthaltstitel_art") == "-");
}

TEST_CASE("who holds an office has a name") {
  CHECK(found("clubs", "nombre_presidente") == "name");
  CHECK(found("customers", "ceo_name") == "name");
  CHECK(found("kelompok", "nama_ketua") == "name");
  CHECK(found("clientes", "pariente1") == "name");
  CHECK(found("studies", "patient_name_dicom") == "name");
  CHECK(found("studies", "patient_name_format") == "-");
}

TEST_CASE("what is asked, sent or copied") {
  CHECK(found("settings", "same_address") == "-");
  CHECK(found("settings", "send_notification_emails") == "-");
  CHECK(found("settings", "email_box_local_dir") == "-");
  CHECK(found("settings", "email_box_pass") == "-");
  CHECK(found("settings", "login_text") == "-");
  CHECK(found("leaves", "leave_accrue") == "-");
  CHECK(found("queues", "new_ticket_cc") == "email");
  CHECK(found("mails", "bcclist") == "email");
  CHECK(found("inbox", "forwarded_to") == "email");
  CHECK(found("visits", "remotehost") == "ip");
  CHECK(found("visits", "remote_hostname") == "ip");
  CHECK(found("messages", "externalSenderId") == "name");
  CHECK(found("PasswordResetToken", "identifier") == "email");
  CHECK(found("blacklist_clients", "name") == "-");
}

TEST_CASE("the user_id of users is their name where it is none that a program made") {
  const auto name_of = [](const std::string& type) {
    tables::Database db;
    const auto& users =
        db.table("users", {tables::column("user_id", type), tables::column("password", "character varying(64)")});
    return detect_personal_data(users, users.name, users.columns.front());
  };
  CHECK(name_of("character varying(48)") == PersonalData::name);
  CHECK_FALSE(name_of("character varying(36)"));
  CHECK_FALSE(name_of("integer"));
}
