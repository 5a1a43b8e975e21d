//! The files of fixture F1's mesh.

use super::{World, masks};

/// The files of the mesh.
pub fn files(world: World) -> Vec<(String, String)> {
    let mut files = vec![
        ("mesh.yaml".to_owned(), MESH.to_owned()),
        ("people.yaml".to_owned(), PEOPLE.to_owned()),
        ("governance/purposes.yaml".to_owned(), PURPOSES.to_owned()),
        ("governance/glossary/terms.yaml".to_owned(), "terms: {record: {definition: A row}}\n".to_owned()),
        ("governance/classifications/pii.yaml".to_owned(), PII.to_owned()),
        ("governance/classifications/fin.yaml".to_owned(), FIN.to_owned()),
        ("governance/classifications/case.yaml".to_owned(), CASE.to_owned()),
    ];
    let mut product =
        |domain: &str, product: &str, port: &str, columns: &[(&str, &str, &str)], partitions: &[&str], access: &str| {
            files.push((format!("domains/{domain}/domain.yaml"), domain_file(domain)));
            let folder = format!("domains/{domain}/products/{product}");
            files.push((format!("{folder}/contract.yaml"), contract(domain, product, port, columns, partitions)));
            files.push((format!("{folder}/access.yaml"), access.to_owned()));
            files.push((
                format!("{folder}/{port}.sql"),
                format!("/* tessera\nmaterialise: table\n*/\nSELECT * FROM silver.{port}\n"),
            ));
            files.push((
                format!("domains/{domain}/silver/{port}.sql"),
                format!("/* tessera\nmaterialise: table\n*/\nSELECT * FROM bronze.{port}\n"),
            ));
            files.push((
                format!("domains/{domain}/sources/files.yaml"),
                format!("source: files_{domain}\nkind: files\ntables:\n  {port}: {{path: {port}.csv, format: csv}}\n"),
            ));
        };
    product(
        "customer",
        "customer_master",
        "customers",
        &[
            ("customer_id", "integer", ""),
            ("full_name", "string", "pii.name"),
            ("email", "string", "pii.email"),
            ("national_id", "string", "pii.national_id"),
            ("birth_date", "date", "pii.birth"),
            ("income", "number", "fin.income"),
            ("notes", "string", ""),
            ("region", "string", ""),
            ("segment", "string", ""),
            ("updated_at", "timestamp", ""),
            ("profile", "object", "pii.name"),
        ],
        &["region", "segment"],
        &customers_access(world),
    );
    product(
        "claims",
        "claims_enriched",
        "claims",
        &[
            ("claim_id", "integer", ""),
            ("customer_id", "integer", ""),
            ("amount", "number", ""),
            ("fraud_score", "double", ""),
            ("region", "string", ""),
            ("adjuster_notes", "string", "case.restricted"),
        ],
        &["region"],
        "visibility: listed\n",
    );
    product(
        "policy",
        "policies_active",
        "policies",
        &[
            ("policy_id", "integer", ""),
            ("customer_id", "integer", ""),
            ("premium", "number", ""),
            ("kind", "string", ""),
        ],
        &["kind"],
        "visibility: listed\n",
    );
    product(
        "hr",
        "payroll",
        "salaries",
        &[("employee", "string", ""), ("salary", "integer", "")],
        &[],
        "visibility: unlisted\n",
    );
    files.extend(masks::files());
    if !world.payroll {
        files.retain(|(path, _)| !path.starts_with("domains/hr/"));
    }
    files
}

fn customers_access(world: World) -> String {
    let restrict = if world.restricted { "restrict: [\"segment <> 'vip'\"]\n" } else { "" };
    format!("{CUSTOMERS_ACCESS}{restrict}")
}

/// The file of a domain.
pub fn domain_file(domain: &str) -> String {
    format!(
        "domain: {domain}\ndescription: A domain of the fixture\ncost_center: CC-1\nregion: westeurope\nowner: {domain}-owners\nsteward: {domain}-stewards\n"
    )
}

fn contract(domain: &str, product: &str, port: &str, columns: &[(&str, &str, &str)], partitions: &[&str]) -> String {
    let mut text = format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: {domain}-{product}\nname: {product}\nversion: 1.0.0\nstatus: active\n\
         domain: {domain}\ndataProduct: {product}\ndescription:\n  purpose: A product of the fixture for governed reads.\n\
         schema:\n  - name: {port}\n    logicalType: object\n    physicalType: table\n    properties:\n"
    );
    for (name, kind, tag) in columns {
        let (logical, extra) = match (*kind, *name) {
            ("number", "income") => ("number", "        physicalType: decimal(12,2)\n".to_owned()),
            ("number", _) => ("number", "        physicalType: decimal(12,2)\n".to_owned()),
            ("double", _) => ("number", "        physicalType: double\n".to_owned()),
            ("object", _) => {
                ("object", "        properties:\n          - name: nick\n            logicalType: string\n".to_owned())
            }
            (other, _) => (other, String::new()),
        };
        text.push_str(&format!("      - name: {name}\n        logicalType: {logical}\n{extra}"));
        if !tag.is_empty() {
            text.push_str(&format!("        tags: [{tag}]\n"));
        }
        if let Some(position) = partitions.iter().position(|partition| partition == name) {
            text.push_str(&format!("        partitioned: true\n        partitionKeyPosition: {}\n", position + 1));
        }
    }
    text
}

const CUSTOMERS_ACCESS: &str = "visibility: listed\nscopes: {eu: \"region = 'EU'\", apac: \"region = 'APAC'\", home: \"region = principal.region\"}\ndefault_scope: eu\napprove: {by: customer-stewards, max_days: 180}\n";

const MESH: &str = "mesh: f1\nformat: 1\nregions: [westeurope]\nroles: {admins: platform-team, guild: governance-guild, auditors: internal-audit}\nstores: {default: \"file:./zones\"}\nidentity: embedded\n";

const PEOPLE: &str = "people:
  - {name: ana, groups: [fraud-analysts], attributes: {region: EU}}
  - {name: una, groups: [pii-readers]}
  - {name: eve, groups: []}
  - {name: bob, groups: [claims-owners]}
  - {name: stu, groups: [customer-stewards]}
  - {name: cas, groups: [claims-stewards]}
  - {name: pol, groups: [policy-stewards]}
  - {name: hst, groups: [hr-stewards]}
  - {name: cow, groups: [customer-owners]}
  - {name: pow, groups: [policy-owners]}
  - {name: how, groups: [hr-owners]}
  - {name: adm, groups: [platform-team]}
  - {name: amy, groups: [fraud-analysts]}
  - {name: sue, groups: [fraud-analysts]}
  - {name: max, groups: [lab-owners]}
  - {name: lst, groups: [lab-stewards]}
services:
  - {name: svc-customer, domain: customer}
  - {name: svc-claims, domain: claims, attributes: {region: EU}}
  - {name: svc-policy, domain: policy}
  - {name: svc-hr, domain: hr}
  - {name: svc-lab, domain: lab}
";

const PURPOSES: &str = "purposes:
  fraud-detection: {description: Find fraudulent claims, legal_basis: legitimate interest}
  marketing: {description: Sell more, legal_basis: consent}
";

const PII: &str = "root: pii
classes:
  name: {level: restricted, mask: {kind: constant, value: REDACTED}, unmask: [pii-readers]}
  email: {level: confidential, mask: {kind: partial, of: email}, unmask: [pii-readers]}
  national_id: {level: restricted, mask: {kind: token, scope: mesh}, unmask: [pii-readers]}
  birth: {level: confidential, mask: {kind: generalise, to: year}, unmask: [pii-readers]}
";

const FIN: &str = "root: fin
personal: false
classes:
  income: {level: restricted, mask: {kind: 'null'}, unmask: [pii-readers]}
";

const CASE: &str = "root: case
personal: false
classes:
  restricted: {level: restricted}
";
