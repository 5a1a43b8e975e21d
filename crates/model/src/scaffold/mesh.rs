//! The files of a new mesh and of a new domain.

use crate::name::{DomainName, MeshName};

/// The files of a new mesh: three people, so that one person can walk the whole way; two purposes; the usual personal
/// data as classes.
pub fn mesh(name: &MeshName) -> Vec<(String, String)> {
    [
        ("mesh.yaml", mesh_yaml(name)),
        ("people.yaml", PEOPLE.to_owned()),
        ("governance/purposes.yaml", PURPOSES.to_owned()),
        ("governance/glossary/terms.yaml", TERMS.to_owned()),
        ("governance/classifications/pii.yaml", PII.to_owned()),
        (".gitignore", ".tessera/\n".to_owned()),
    ]
    .map(|(path, text)| (path.to_owned(), text))
    .to_vec()
}

fn mesh_yaml(name: &MeshName) -> String {
    format!(
        "# The installation's rules, owned by the guild and the admins. The principal `admin` is always an admin;\n\
         # `admins: GROUP` names more of them.\n\
         mesh: {name}\n\
         format: 1\n\
         regions: [local]\n\
         roles: {{guild: guild, auditors: auditors}}\n\
         stores: {{default: \"file:./zones\"}}\n\
         identity: embedded\n"
    )
}

const PEOPLE: &str = "\
# Rules name groups; people come and go. `you` may be three people until there are more of you.
people:
  - {name: you-owner, groups: [owners]}
  - {name: you-steward, groups: [stewards, guild, auditors]}
  - {name: you-analyst, groups: [analysts]}
# Pipelines run as the service of their domain.
services:
";

const PURPOSES: &str = "\
# Why data is read: part of every entitlement and of every audited statement.
purposes:
  analytics: {description: Understand what happened and why, legal_basis: legitimate interest}
  operations: {description: Run the daily business, legal_basis: contract}
";

const TERMS: &str = "\
# What words mean here. A product links at least one term; `record` is there until you have your own.
terms:
  record: {definition: One thing that a source system knows and keeps, owner: stewards}
";

const PII: &str = "\
# A class on a column is a mask on every door, in this product and in everything derived from it.
# `detect` proposes classes for new products; a person confirms them in the contract. Correct and extend it.
#   names:  words of a column's name, however it is written: `phone` is found in `home_phone` and `HomePhone2`, and
#           not in `phone_model`. `=name` is found only where the whole column is called so.
#   values: email, iban, card, ssn, phone, ip: found where most values of a column have that form.
root: pii
classes:
  name:
    level: confidential
    mask: {kind: partial, of: name}
    detect:
      names: [=name, full_name, fullname, first_name, firstname, middle_name, last_name, lastname, surname, given_name,
        family_name, maiden_name, forename, nickname, display_name, user_name, customer_name, client_name, contact_name,
        person_name, holder_name, cardholder_name, employee_name, patient_name, member_name, owner_name, guest_name,
        recipient_name, sender_name, driver_name, student_name, insured_name, buyer_name, tenant_name, spouse_name,
        vorname, nachname, familienname, kundenname, personenname, ansprechpartner, mitarbeitername,
        prenom, =nom, nom_client, nom_complet, nom_de_famille,
        =nombre, nombre_cliente, nombre_completo, apellido, apellidos,
        voornaam, achternaam, =naam, klantnaam]
  email:
    level: confidential
    mask: {kind: partial, of: email}
    detect:
      names: [email, e_mail, email_address, email_id, =mail, mail_address, mail_adresse, customer_mail, contact_mail,
        emailadresse, kundenmail, courriel, correo, correo_electronico]
      values: [email]
  phone:
    level: confidential
    mask: {kind: partial, of: phone}
    detect:
      names: [phone, telephone, mobile, cellphone, =cell, cell_number, tel, fax, msisdn, whatsapp, telefon,
        telefonnummer, telefonnr, handynummer, =handy, mobilnummer, mobiltelefon, =mobil, rufnummer, telefax, faxnummer,
        =portable, telefono, =movil, celular, telefoon, telefoonnummer, mobiel]
      values: [phone]
  birth:
    level: confidential
    mask: {kind: generalise, to: year}
    detect:
      names: [birth_date, birthdate, date_of_birth, birthday, dob, year_of_birth, birth_year, geburtsdatum, geburtstag,
        geburtsjahr, date_naissance, date_de_naissance, fecha_nacimiento, fecha_de_nacimiento, geboortedatum]
  address:
    level: confidential
    mask: {kind: constant, value: REDACTED}
    detect:
      names: [address, street, house_number, strasse, anschrift, adresse, hausnummer, postanschrift, rechnungsadresse,
        lieferadresse, rue, direccion, calle, domicilio, adres, straat, huisnummer]
  national_id:
    level: restricted
    mask: {kind: token, scope: mesh}
    detect:
      names: [national_id, ssn, social_security, social_security_number, passport, passport_number, tax_id,
        identity_card, id_card_number, driver_license, drivers_license, driving_licence, aadhaar, steuer_id,
        steuernummer, sozialversicherungsnummer, ausweisnummer, personalausweis, reisepass, fuehrerscheinnummer,
        numero_securite_sociale, numero_de_securite_sociale, dni, nif, bsn, burgerservicenummer]
      values: [ssn]
  iban:
    level: restricted
    mask: {kind: partial, of: last4}
    detect:
      names: [iban, =account_number, bank_account, bank_account_number, kontonummer, bankverbindung, numero_de_cuenta,
        numero_compte, rekeningnummer]
      values: [iban]
  card:
    level: restricted
    mask: {kind: partial, of: last4}
    detect:
      names: [card_number, credit_card, debit_card, card_no, kreditkarte, kreditkartennummer, carte_bancaire, tarjeta]
      values: [card]
  device:
    level: confidential
    mask: {kind: token, scope: mesh}
    detect:
      names: [=ip, client_ip, ip_address, ip_adresse, mac_address, device_id, cookie_id, imei]
      values: [ip]
";

/// The files of a new domain. Its service belongs into `people.yaml`: `{name: svc-<domain>, domain: <domain>}`.
pub fn domain(name: &DomainName, region: Option<&str>) -> Vec<(String, String)> {
    let region = region.unwrap_or("local");
    let text = format!(
        "domain: {name}\n\
         description: \"What {name} is about, in one line\"\n\
         cost_center: CC-0000\n\
         region: {region}\n\
         classification: internal\n\
         owner: owners          # groups of people.yaml: put your team's own here\n\
         steward: stewards      # decides who reads\n\
         on_call: https://alerts.example.com/{name}\n"
    );
    vec![(format!("domains/{name}/domain.yaml"), text)]
}
