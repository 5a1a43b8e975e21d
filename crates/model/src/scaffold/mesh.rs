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
# `detect` proposes classes for new products by the names of columns; a person confirms them in the contract.
root: pii
classes:
  name:
    level: confidential
    mask: {kind: partial, of: name}
    detect: {names: [name, full_name, first_name, last_name, surname, given_name, family_name, customer_name, contact_name]}
  email:
    level: confidential
    mask: {kind: partial, of: email}
    detect: {names: [email, e_mail, mail, email_address, mail_address]}
  phone:
    level: confidential
    mask: {kind: partial, of: phone}
    detect: {names: [phone, telephone, mobile, phone_number, mobile_number, fax]}
  birth:
    level: confidential
    mask: {kind: generalise, to: year}
    detect: {names: [birth_date, date_of_birth, birthday, dob, geburtsdatum]}
  address:
    level: confidential
    mask: {kind: constant, value: REDACTED}
    detect: {names: [address, street, street_address, address_line_1, address_line_2]}
  national_id:
    level: restricted
    mask: {kind: token, scope: mesh}
    detect: {names: [national_id, ssn, social_security_number, passport_number, tax_id, aadhaar]}
  iban:
    level: restricted
    mask: {kind: partial, of: last4}
    detect: {names: [iban, account_number, bank_account, card_number]}
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
