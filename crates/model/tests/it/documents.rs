//! Official documents load; what the standards refuse is refused where it stands.

use std::{collections::BTreeMap, path::Path};

use model::{contract::document, files::descriptor::Descriptor};

use crate::told;

fn documents(folder: &str) -> BTreeMap<String, Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents").join(folder);
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    entries.map(|entry| (entry.file_name().into_string().unwrap(), std::fs::read(entry.path()).unwrap())).collect()
}

#[test]
fn every_official_contract_loads() {
    let documents = documents("odcs");
    assert!(documents.len() >= 20);
    for (name, bytes) in documents {
        if let Err(problems) = document::load(&bytes, &name) {
            panic!("{}", told(&problems));
        }
    }
}

#[test]
fn the_same_documents_load_as_json() {
    for (name, bytes) in documents("odcs") {
        let json = document::load(&bytes, &name).unwrap().to_json();
        for text in [serde_json::to_string(&json).unwrap(), serde_json::to_string_pretty(&json).unwrap()] {
            let again = document::load(text.as_bytes(), "contract.json")
                .unwrap_or_else(|problems| panic!("{}", told(&problems)));
            assert_eq!(again.to_json(), json, "{name}");
        }
    }
}

#[test]
fn every_official_descriptor_loads() {
    for (name, bytes) in documents("odps") {
        let descriptor = Descriptor::parse(&bytes, &name).unwrap_or_else(|problems| panic!("{}", told(&problems)));
        assert_eq!(descriptor.ports.len(), 1);
    }
}

#[test]
fn what_the_standard_refuses_is_refused() {
    for (name, bytes) in documents("refused") {
        let problems = document::load(&bytes, &name).unwrap_err();
        insta::assert_snapshot!(told(&problems), @r"
[invalid-file] datacontract-cli__invalid.odcs.yaml:1:1: the key `status` is missing, which v3.0.2 of the standard requires
  write `status: active`
");
    }
}
