//! Proposals by name.

use governance::classify::propose;
use model::{class::Detect, column::ColumnType};

#[test]
fn names_are_compared_without_case_and_separators() {
    let mut classes = crate::fixture::classes();
    let pii = classes.roots.get_mut("pii").unwrap();
    pii.classes.get_mut("national_id").unwrap().detect = Detect { names: vec!["national_id".into(), "ssn".into()] };
    pii.classes.get_mut("email").unwrap().detect = Detect { names: vec!["E-Mail".into()] };
    let columns: Vec<(String, ColumnType)> =
        ["National-ID", "SSN", "email", "e_mail", "mail", "ssn_hash", "customer id"]
            .map(|name| (name.to_owned(), ColumnType::String))
            .into();
    let found: Vec<String> =
        propose(&columns, &classes).into_iter().map(|(column, class)| format!("{column} {class}")).collect();
    assert_eq!(found, ["National-ID pii.national_id", "SSN pii.national_id", "email pii.email", "e_mail pii.email"]);
    assert!(propose(&columns, &Default::default()).is_empty());
}
