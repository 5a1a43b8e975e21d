//! The repository and the data of the demo, carried in the binary so that it runs anywhere.

use std::{
    path::Path,
    time::{Duration, SystemTime},
};

use model::{Code, Problem};
use serde_json::{Map, Value};

/// One embedded file of `examples/two-domains`.
macro_rules! embedded {
    ($($path:literal),* $(,)?) => {
        &[$(($path, include_str!(concat!("../../../../examples/two-domains/", $path)))),*]
    };
}

/// The mesh repository.
const REPOSITORY: &[(&str, &str)] = embedded![
    "mesh.yaml",
    "people.yaml",
    "governance/purposes.yaml",
    "governance/glossary/terms.yaml",
    "governance/classifications/pii.yaml",
    "domains/customer/domain.yaml",
    "domains/customer/sources/crm.yaml",
    "domains/customer/silver/customers.sql",
    "domains/customer/products/customer_master/contract.yaml",
    "domains/customer/products/customer_master/access.yaml",
    "domains/customer/products/customer_master/customers.sql",
    "domains/claims/domain.yaml",
    "domains/claims/sources/intake.yaml",
    "domains/claims/silver/claims.sql",
    "domains/claims/products/claims_enriched/contract.yaml",
    "domains/claims/products/claims_enriched/access.yaml",
    "domains/claims/products/claims_enriched/claims.sql",
];

/// What the operational systems export, and the contract before it was complete.
const OTHERS: &[(&str, &str)] = embedded![
    "data/customer/customers.csv",
    "data/claims/notices-2026-10.jsonl",
    "data/claims/notices-2026-11-broken.jsonl",
    "draft/customer_master.contract.yaml",
];

/// Where the contract of the customer master lies.
pub const CONTRACT: &str = "domains/customer/products/customer_master/contract.yaml";

/// The state of the repository that is applied.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The customer master has its columns, and no promise yet.
    Draft,
    /// As it stands in `examples/two-domains`.
    Complete,
}

/// An embedded file's text.
pub fn text(path: &str) -> &'static str {
    REPOSITORY.iter().chain(OTHERS).find(|(name, _)| *name == path).map_or("", |(_, text)| text)
}

/// The body of an apply.
pub fn apply_request(stage: Stage) -> Value {
    let mut files = Map::new();
    for (path, text) in REPOSITORY {
        files.insert((*path).to_owned(), Value::from(*text));
    }
    if stage == Stage::Draft {
        files.insert(CONTRACT.to_owned(), Value::from(text("draft/customer_master.contract.yaml")));
    }
    serde_json::json!({ "files": files, "commit": null, "dirty": false, "retire": [], "expected": null })
}

/// Puts an exported file where a domain ingests from, as old as a file that nobody writes to any more.
pub fn drop_file(data: &Path, domain: &str, name: &str) -> Result<(), Problem> {
    let folder = data.join("drop").join(domain);
    let path = folder.join(name);
    let failed = |error: std::io::Error| {
        Problem::new(Code::StorageFull, format!("`{}` could not be written: {error}", path.display()))
    };
    std::fs::create_dir_all(&folder).map_err(failed)?;
    std::fs::write(&path, text(&format!("data/{domain}/{name}"))).map_err(failed)?;
    let settled = SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000);
    std::fs::File::options().write(true).open(&path).and_then(|file| file.set_modified(settled)).map_err(failed)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn walk(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                walk(&path, root, found);
            } else {
                found.push(path.strip_prefix(root).unwrap().to_string_lossy().into_owned());
            }
        }
    }

    #[test]
    fn every_file_of_the_example_is_carried() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/two-domains");
        let mut found = Vec::new();
        walk(&root, &root, &mut found);
        found.retain(|path| path != "README.md");
        found.sort();
        let mut carried: Vec<_> = REPOSITORY.iter().chain(OTHERS).map(|(path, _)| (*path).to_owned()).collect();
        carried.sort();
        assert_eq!(found, carried);
    }
}
