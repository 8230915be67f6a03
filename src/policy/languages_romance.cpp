#include "policy/languages.hpp"

#include <array>

namespace pgcoffer::policy {
namespace {

constexpr std::string_view french = R"(
password: passe mdp motdepasse motpasse
forgotten: oubli oublie oublié perdu
short name: nomcourt
answer: reponse réponse
secret: secrete secrète
keyword: motcle motclef motclé
token: jeton
key: cle clé clef
value: valeur
private: privee privée
access: acces accès
reset: reinitialisation réinitialisation
recovery: recuperation récupération
responsible: responsable
national id: numine
verification: vérification
session: seance
user: utilisateur
employee: employe employé employée salarie salarié
emergency: urgence
physician: praticien medecin médecin medecintraitant
person: personne
member: adherent adhérent membre
student: eleve élève etudiant étudiant
teacher: enseignant professeur
contact name: interlocuteur
recipient: destinataire
sender: expediteur expéditeur
supplier: fournisseur
company: societe société entreprise
name: nom
first name: prenom prénom
nick name: pseudo pseudonyme
login: identifiant
complete: complet
email: courriel mel
phone: téléphone
mobile: portable
fax: telecopie
address: adresse
street: rue voie
address line: complement
postal: postale
city: ville commune
birth: naissance naiss nais
personal: perso
birth date: ddn datenaissance
place: lieu
number: numéro
card: carte
account: compte
bank: bancaire banque
account holder: titulaire
family: famille
maiden: jeune fille
maiden name: nomjf
billing: facturation
delivery: livraison
father: pere père
mother: mere mère
spouse: conjoint conjointe
guardian: tuteur tutrice
identity card: cni
policy number: numeropolice nopolice numpolice
identity card number: numcni
account number: numcompte
security: securite sécurité
social: sociale
social security number: secu nss nir numss numsecu nosecu
identity: identite identité
driving license: permis
first name: prenoms prénoms
birth date: datenais datnaiss datnais
birth place: lieunaissance lieunaiss
phone: tél numtel numerotelephone
identity card: cin numcin
physician: docteur
nurse: infirmier infirmiere infirmière
driver: conducteur chauffeur
renter: locataire
landlord: bailleur
owner: proprietaire propriétaire
child: enfant
spouse: epoux épouse epouse
trainee: stagiaire
candidate: candidat
visitor: visiteur
lawyer: avocat
practitioner: professionnelsante professionneldesante soignant soignante
value: valeur
setting: reglage réglage parametrage
beneficiary: beneficiaire bénéficiaire
donor: donateur
suburb: quartier
passport: passeport
residence permit: titresejour titredesejour cartesejour cartedesejour
president: présidente président
director: directrice
treasurer: tresorier trésorier tresoriere
)";

constexpr std::string_view spanish = R"(
password: contrasena contraseña contrasenia contrasenya pasword
key: clave
secret: secreto secreta
forgotten: olvido olvidada olvidado
question: pregunta
answer: respuesta
keyword: palabraclave
private: privada privado
access: acceso
recovery: recuperacion recuperación
reset: restablecimiento restablecer
verification: verificacion verificación
validation: validacion validación
invitation: invitacion invitación
confirmation: confirmacion confirmación
activation: activacion activación
session: sesion sesión
user: usuario
customer: cliente
employee: empleado trabajador
person: persona
student: alumno estudiante
teacher: profesor maestro docente
trainer: entrenador
patient: paciente
manager: gestor
recipient: destinatario
sender: remitente
supplier: proveedor
company: empresa
contact: contacto
name: nombre
first name: primernombre
last name: apellido apepat apemat appat apmat
father last name: paterno
mother last name: materno
legal name: razonsocial razon
first: primer primero
second: segundo segunda
complete: completo completa
email: correo
electronic: electronico electrónico
phone: telefono teléfono
mobile: celular movil móvil cel
address: direccion dirección direccione domicilio
street: calle
suburb: colonia barrio
post box: apartado
city: ciudad localidad poblacion población municipio
province: provincia
postal code: codpostal codigopostal
code: codigo código cod
birth: nacimiento nac nacim
place: lugar
date: fecha fec
number: numero número nro
account number: numcuenta
bank account: cuentacorriente
billing: facturacion facturación
delivery: envio envío entrega
policy number: numeropoliza nropoliza nopoliza
emergency: emergencia
identification: identificacion identificación
document number: numdoc numdocumento
card: tarjeta
account: cuenta
bank: bancaria bancario banco
account holder: titular
family: familia familiar
mother: madre
father: padre
spouse: conyuge cónyuge
guardian: tutor apoderado
identity: identidad
document: documento docum
district: distrito
state: estado
residence: residencia
national id: cedula cédula ced dpi ife
tax id: cuit cuil rfc ruc cifnif nifcif
driving license: licencia
user name: nombreusuario nomusuario
last name: cognom cognoms appaterno apmaterno apellidop apellidom
phone: telf tlf tlfno tfno fono
mobile: celu
birth date: fechanacimiento fecnac fnac fechanac fnacimiento
nurse: enfermera enfermero
driver: conductor chofer
renter: inquilino arrendatario
landlord: arrendador
owner: propietario dueno dueño
guardian: acudiente
representative: representante
advisor: asesor asesora
manager: gerente gerenta jefe jefa
responsible: encargado encargada
parish: parroquia
suburb: urbanizacion urbanización
beneficiary: beneficiario beneficiaria
insured: asegurado asegurada
spouse: esposo esposa
child: hijo hija
grandparent: abuelo abuela
witness: testigo
lawyer: abogado abogada
visitor: visitante
candidate: candidato aspirante postulante
participant: participante
volunteer: voluntario
donor: donante
birth: naixement
street: carrer
relative: pariente
practitioner: profesionalsalud profesionaldesalud profesionalesalud profesionaledesalud personalmedico personalsanitario
value: valor
configuration: configuracion configuración configuracione
setting: ajuste
president: presidente presidenta
treasurer: tesorero tesorera
line: linea línea
digit: digito dígito
residence permit: permisoresidencia
)";

constexpr std::string_view portuguese = R"(
storage: armazenamento
password: senha
key: chave
secret: segredo secreta
forgotten: esqueci esquecida
question: pergunta
answer: resposta
keyword: palavrachave
bank account: contacorrente
billing: faturamento cobranca cobrança
emergency: emergência
identification: identificacao identificação
account number: numconta numeroconta
parent name: filiacao filiação
access: acesso
recovery: recuperacao recuperação
confirmation: confirmacao confirmação
verification: verificacao verificação
validation: validacao validação
activation: ativacao ativação
reset: redefinicao redefinição
invitation: convite
health card: cartaosus
user: usuário utilizador
employee: empregado funcionario funcionário colaborador
person: pessoa
individual: fisica
student: aluno
teacher: professor
guardian: responsavel responsável
recipient: destinatário
supplier: fornecedor
contact: contato
name: nome
last name: sobrenome
phone: telefone fone
area phone: ddd
extension phone: ramal
mobile: telemovel telemóvel
address: endereco endereço morada
street: rua logradouro
house number: numerocasa
address line: complemento
suburb: bairro
city: cidade
postal code: cep
birth: nascimento nasc
birth date: datanasc dtnasc dtnascimento
date: dt
card: cartao cartão
account: conta
mother: mae mãe
father: pai
spouse: conjuge cônjuge
identity card number: rg
driving license: cnh
tax id: cnpj
voter id: eleitor
national id: pis pasep nis
manager: sindico síndico
person: zelador
passport: passaporte
password: palavrapasse
nurse: enfermeiro enfermeira
driver: motorista condutor
renter: locatario locatário
owner: proprietario proprietário dono
lawyer: advogado advogada
child: filho filha
nick name: apelido
house number: numcasa
birth date: datadenascimento
relative: parente
configuration: configuracao configuração configuracoe configurações
practitioner: profissionalsaude profissionaldesaude profissionaisaude profissionaidesaude
line: linha
agency: agencia agência
treasurer: tesoureiro tesoureira
state registration number: inscricaoestadual
insured: segurado
patient: paciente
)";

constexpr std::string_view italian = R"(
key: chiave
secret: segreto segreta
forgotten: dimenticata
confirmation: conferma
recovery: recupero
reset: ripristino
activation: attivazione
question: domanda
answer: risposta
keyword: parolachiave parolechiave
full name: nominativo
birth date: datanascita dtnascita
bank account: contocorrente
billing: fatturazione
delivery: spedizione consegna
emergency: emergenza
user: utente
employee: dipendente
person: anagrafica anagrafiche anagrafe
patient: paziente
contact: referente
company: azienda ditta
last name: cognome
legal name: ragione denominazione
address: indirizzo indirizzi
house number: civico
city: citta città comune
birth: nascita
place: luogo
phone: recapito
mobile: cellulare
email: pec
fiscal: fiscale
code: codice
card: carta
account: conto
vat number: piva partitaiva
identity: identita identità
residence: residenza
tax id: codicefiscale codfiscale codfisc
account holder: intestatario
supplier: fornitore
member: socio soci
parent: genitore genitori
responsible: responsabile responsabili
physician: medico
participant: partecipante partecipanti
requester: richiedente
recipient: destinatario
birth date: datadinascita
physician: dottore dottoressa
nurse: infermiere infermiera
driver: autista conducente
renter: conduttore affittuario
spouse: coniuge
child: figlio figlia
student: studente studentessa alunno
teacher: insegnante
lawyer: avvocato
manager: amministratore
tax id: codfis
residence permit: permessosoggiorno
treasurer: tesoriere
insured: assicurato
practitioner: operatoresanitario
value: valore
setting: impostazione impostazioni
)";

constexpr std::array languages{Language{true, french}, Language{true, spanish}, Language{true, portuguese},
                               Language{true, italian}};

}  // namespace

std::span<const Language> romance_languages() {
  return languages;
}

}  // namespace pgcoffer::policy
