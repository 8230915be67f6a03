#include "policy/languages.hpp"

#include <array>

namespace pgcoffer::policy {
namespace {

constexpr std::string_view polish_and_czech = R"(
password: haslo hasło hasla heslo
key: klucz
reset: resetu
verification: weryfikacja weryfikacyjny weryfikacji
activation: aktywacja aktywacyjny aktywacji
access: dostepu dostępu
secret: tajny
session: sesja sesje
user: uzytkownik uzytkownicy uzytk użytkownik uzivatel uživatel
customer: klient klienci klienta zakaznik zákazník
employee: pracownik pracownicy pracown pracow zamestnanec zaměstnanec
person: osoba osoby
patient: pacjent pacjenci
recipient: odbiorca nabywca prijemce
sender: nadawca
first name: imie imię imiona jmeno jméno krestni
last name: nazwisko nazwiska prijmeni příjmení priezvisko
maiden: rodowe
name: nazwa nazev název meno
email: poczta
phone: telefonu
mobile: komorkowy komorka komórka mobilni
address: adres adresu adresa
street: ulica ulice
house number: domu lokalu mieszkania budynku cislopopisne
home: zamieszkania zameldowania
delivery: dostawy wysylki
postal code: psc psč kodpocztowy kodpoczt
code: kod
postal: pocztowy
city: miasto miejscowosc miejscowość mesto město obec
birth: urodzenia urodz urodzin narozeni narození
birth date: dataur
question: pytanie
contact: kontaktowa kontaktowy kontaktowe kontaktni
parent: rodzic rodzica
answer: odpowiedz odpowiedź
place: miejsce misto
date: datum
number: numer nr cislo číslo
national id: pesel rodne rodnecislo dowodu dowod
tax id: nip dic dič
bank account: bankowy bankowe
account number: konta rachunku
passport: paszport paszportu pas
identity card: legitymacja legitymacji legitym legit
user name: prihlasovacijmeno
physician: lekarz lekarza lekar lékař ljekar
nurse: pielegniarka
driver: kierowca kierowcy ridic řidič
teacher: nauczyciel nauczyciela ucitel učitel ucitelj nastavnik
student: uczen uczeń ucznia ucenik učenik
owner: wlasciciel właściciel vlastnik majitel vlasnik
renter: najemca
guardian: opiekun opiekuna
mother: matka matki matky
father: ojciec ojca otec
phone: nrtel nrtelefonu
president: prezes
practitioner: personelmedyczny pracownikmedyczny
value: wartosc wartość
setting: ustawienie ustawienia
director: dyrektor
residence permit: kartapobytu
)";

constexpr std::string_view indonesian = R"(
password: sandi katasandi
forgot: lupa
unique: unik
key: kunci
contact: kontak
account: akun
identity: identitas
member: anggota nasabah
user: pengguna
customer: pelanggan
employee: karyawan pegawai petugas
student: siswa mahasiswa murid
teacher: guru dosen
patient: pasien
name: nama
phone: telp telpon telepon tlp handphone nohp notelp notelpon ponsel
parent: ortu orangtua
guardian: wali
husband: suami
wife: istri
emergency: darurat
mother: ibu
father: ayah
nick: panggilan
village: kelurahan desa
district: kecamatan
county: kabupaten
province: provinsi
full name: namalengkap
account number: rekening norekening norek
address: alamat almt
street: jalan
postal code: kodepos
city: kota
birth: lahir
date: tanggal tgl
number: nomor
place: tempat
national id: nik ktp
physician: dokter
nurse: perawat
midwife: bidan
owner: pemilik
renter: penyewa
buyer: pembeli
driver: supir sopir pengemudi
child: anak
citizen: warga penduduk
recipient: penerima
sender: pengirim
borrower: peminjam
visitor: pengunjung
user name: namapengguna
birth place: tempatlahir
birth date: tgllahir tanggallahir
phone: nomorhp nohandphone nowa nomortelepon notelepon
tax id: npwp
president: ketua
setting: pengaturan
practitioner: nakes tenagakesehatan tenagamedis
director: direktur
manager: kepala
treasurer: bendahara
)";

constexpr std::string_view others = R"(
password: parol parola parolanız parolaniz sifre şifre Şifre sifreniz şifreniz Şifreniz jelszo jelszó parolasi sifresi lozinka zaporka geslo
key: anahtar anahtari anahtarı anahtarlari
passport: pasaport pasaportno
user: kullanici kullanıcı felhasznalo felhasználó polzovatel utilizator korisnik
customer: musteri müşteri ugyfel ügyfél kupac
employee: calisan çalışan angajat zaposlenik
contact person: yetkilikisi ilgilikisi
mother: anne anyja
father: baba
first name: keresztnev keresztnév imya ime prenume
last name: soyad soyadi soyadı soyisim soyismi vezeteknev vezetéknév familiya nume prezime
person: kisi kişi
name: adi isim nev név neve naziv
email: eposta posta surel
phone: telefonszam telefonszám
mobile: cep
address: addres adres cim cím lakcim
street: sokak sok cadde utca strada
district: ilce ilçe
suburb: mahalle mah
postal code: iranyitoszam irányítószám postakodu
county: judet județ
city: sehir şehir varos város oras oraș
birth: dogum doğum szuletesi születési nasterii nașterii rojstva rodjenja rođenja
date: tarih tarihi
full name: adsoyad adisoyadi
driving license: ehliyet
class: sinif sinifi
owner: sahibi
national id: kimlik tckimlik tckimlikno cnp oib emso jmbg egn
tax id: snils vergi adoszam
tax office: vergidairesi vergidaire
birth: rozhdeniya rozhdenia rojdeniya rodenja
number: nomer
passport: pasporta
employee: sotrudnik sotrudniki personel radnik djelatnik zaposleni
customer: pokupatel zakazchik musterija
student: ogrenci öğrenci uchenik
teacher: ogretmen öğretmen uchitel prepodavatel
physician: doktor hekim vrach
patient: pacijent pacijentica pacient beteg
user: korisnica korisnice
renter: kiraci kiracı
driver: sofor şoför surucu sürücü
member: uye üye uyeler
mobile: mobitel ceptel ceptelefonu gsmno
user name: kullaniciadi
last name: eponymo eponimo
first name: onoma
phone: tilefono simu
president: baskan başkan
practitioner: saglikpersoneli
value: deger değer
setting: ayar ayarlar ayarlari
director: mudur müdür
treasurer: sayman
residence permit: ikametizni
)";

/// In Latin letters, as names of columns are written.
constexpr std::string_view eastern = R"(
password: matkhau mima
user: nguoidung yonghu
customer: khachhang kehu
employee: nhanvien yuangong
full name: hoten xingming fio shimei
middle name: otchestvo
email: pochta youxiang
account number: sotaikhoan
phone: dienthoai sodienthoai sdt shouji shoujihao dianhua denwa
address: diachi dizhi jusho
city: gorod thanhpho chengshi
street: ulitsa
postal code: youbian yubin
birth date: ngaysinh shengri seinengappi
national id: shenfenzheng shenfenzhenghao cccd cmnd jumin
account: zhanghao
password: bimilbeonho
user name: yonghuming
name: namae
student: xuesheng
teacher: laoshi
phone: denwabangou
postal code: yubinbango
)";

constexpr std::string_view vietnamese = R"(
user name: tendangnhap tendn dangnhap taikhoandangnhap
name: ten
account: taikhoan
student: hocsinh sinhvien
teacher: giaovien giangvien
patient: benhnhan
physician: bacsi
parent: phuhuynh
person: nguoi
recipient: nguoinhan
sender: nguoigui
bank: nganhang
ward: phuong
district: quanhuyen
province: tinhthanh
street: duong tenduong
path: duongdan
national id: cancuoc cancuoccongdan chungminh sochungminh socccd socmnd
phone: sodt dtdd
president: chutich
value: giatri
setting: cauhinh caidat
director: giamdoc hieutruong
verification code: maxacnhan maxacminh
otp: maotp
access: truycap
secret: bimat
)";

constexpr std::array languages{Language{true, polish_and_czech}, Language{true, indonesian}, Language{false, others},
                               Language{false, eastern}, Language{true, vietnamese}};

}  // namespace

std::span<const Language> other_languages() {
  return languages;
}

}  // namespace pgcoffer::policy
