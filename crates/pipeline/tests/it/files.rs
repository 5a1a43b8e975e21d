//! The files of the test mesh.

use std::{path::Path, sync::Arc};

use gateway::{Gateway, GatewayParts, Limits};
use model::time::Clock;
use registry::{Activity, Keys, Registry};

/// A gateway over the same mesh.
pub async fn gateway(data: &Path, registry: &Registry, clock: Arc<dyn Clock>) -> Gateway {
    Gateway::new(GatewayParts {
        registry: registry.clone(),
        activity: Activity::open(data, Arc::clone(&clock)).await.unwrap(),
        keys: Keys::open(data).unwrap(),
        data_dir: data.to_owned(),
        clock,
        limits: Limits::default(),
    })
    .unwrap()
}

/// The base mesh.
pub fn base() -> Vec<(&'static str, &'static str)> {
    vec![
        (
            "mesh.yaml",
            "mesh: test\nformat: 1\nregions: [eu, in]\nroles: {admins: roots, guild: roots, auditors: roots}\n\
             stores: {default: \"file:./zones\"}\n",
        ),
        (
            "people.yaml",
            "people:\n  - {name: root, groups: [roots, claims-owners, policy-owners]}\n  \
             - {name: carl, groups: [claims-owners]}\n  - {name: stella, groups: [claims-stewards]}\n  \
             - {name: pete, groups: [policy-stewards]}\n  - {name: ana}\n\
             services:\n  - {name: svc-claims, domain: claims}\n  - {name: svc-policy, domain: policy}\n",
        ),
        ("governance/purposes.yaml", "purposes: {settlement: {description: Pay claims, legal_basis: contract}}\n"),
        (
            "governance/glossary/terms.yaml",
            "terms: {claim: {definition: A demand for payment, owner: claims-owners}}\n",
        ),
        (
            "governance/classifications/pii.yaml",
            "root: pii\nclasses:\n  national_id: {mask: {kind: token, scope: mesh}}\n  \
             email: {mask: {kind: partial, of: email}}\n  birth: {mask: {kind: generalise, to: year}}\n  secret: {}\n",
        ),
        (
            "domains/claims/domain.yaml",
            "domain: claims\ndescription: Claims\nowner: claims-owners\nsteward: claims-stewards\n",
        ),
        (
            "domains/policy/domain.yaml",
            "domain: policy\ndescription: Policies\nowner: policy-owners\nsteward: policy-stewards\n",
        ),
        (
            "domains/claims/sources/drops.yaml",
            "source: drops\nkind: files\ntables:\n  notices: {path: \"notices*.csv\", format: csv}\n",
        ),
        (
            "domains/policy/sources/drops.yaml",
            "source: drops\nkind: files\ntables:\n  holders: {path: holders.csv, format: csv}\n",
        ),
    ]
}

/// Some notices.
pub const NOTICES: &str = "claim_id,customer,email,amount,region\n\
    c1,k1,ann@x.example,10.50,EU\nc2,k2,bob@x.example,20.00,EU\nc3,k1,cat@x.example,,US\n";

/// A silver step over them.
pub const SILVER: &str = "SELECT claim_id, customer, email, try_cast(amount AS DECIMAL(12,2)) AS amount, region \
    FROM bronze.notices";

/// The head of a contract that meets every standard.
pub const HEAD: &str = "apiVersion: v3.1.0\nkind: DataContract\nid: enriched\nname: Enriched\nversion: 1.0.0\n\
    status: active\ndescription: {purpose: Every claim as the house knows it}\n\
    authoritativeDefinitions: [{type: glossary, url: \"glossary:claim\"}]\n\
    slaProperties: [{property: freshness, value: 1, unit: h}]\n";

/// A contract with one port `claims` over [`SILVER`].
pub fn contract(rules: &str) -> String {
    format!(
        "{HEAD}schema:\n  - name: claims\n    logicalType: object\n{rules}    properties:\n      \
         - {{name: claim_id, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1, description: Number}}\n      \
         - {{name: customer, logicalType: string, required: true, description: Who}}\n      \
         - {{name: email, logicalType: string, tags: [pii.email], description: Mail}}\n      \
         - {{name: amount, logicalType: number, physicalType: \"decimal(12,2)\", description: Money}}\n      \
         - {{name: region, logicalType: string, description: Where}}\n"
    )
}

/// A port that passes everything on.
pub const PORT: &str = "SELECT claim_id, customer, email, amount, region FROM silver.claims";

/// The files of a product `claims.enriched`.
pub fn product(rules: &str) -> Vec<(&'static str, String)> {
    vec![
        ("domains/claims/silver/claims.sql", SILVER.to_owned()),
        ("domains/claims/products/enriched/contract.yaml", contract(rules)),
        ("domains/claims/products/enriched/claims.sql", PORT.to_owned()),
    ]
}

/// As [`product`], borrowed.
pub fn borrowed<'a>(files: &'a [(&'static str, String)]) -> Vec<(&'a str, &'a str)> {
    files.iter().map(|(path, text)| (*path, text.as_str())).collect()
}
