//! The masked form of sample values.

use std::collections::BTreeSet;

use governance::sample::masked;
use model::{
    class::{Class, ClassName, Mask, Step},
    column::ColumnType,
};

#[test]
fn samples_show_what_a_reader_without_grants_would_see() {
    let mut classes = crate::fixture::classes();
    let step = |to| Class {
        level: None,
        mask: Some(Mask::Generalise { to }),
        unmask: vec![],
        detect: Default::default(),
        description: None,
    };
    let pii = classes.roots.get_mut("pii").unwrap();
    pii.classes.insert("step".into(), step(Step::Multiple(1000)));
    pii.classes.insert("short".into(), step(Step::Prefix(2)));
    let money = ColumnType::Decimal { precision: 12, scale: 2 };
    for (value, kind, tags, expected) in [
        ("Ada", ColumnType::String, vec![], Some("Ada")),
        ("Ada", ColumnType::String, vec!["pii.name"], Some("REDACTED")),
        ("ada@corp.example", ColumnType::String, vec!["pii.email"], Some("a***@corp.example")),
        ("1990-06-15", ColumnType::Date, vec!["pii.birth"], Some("1990-01-01")),
        ("1990-06-15T10:00:00Z", ColumnType::Timestamp, vec!["pii.birth"], Some("1990-01-01T00:00:00Z")),
        ("soon", ColumnType::Date, vec!["pii.birth"], None),
        ("51515.15", money.clone(), vec!["pii.step"], Some("51000.00")),
        ("-0.50", money.clone(), vec!["pii.step"], Some("-1000.00")),
        ("1234", ColumnType::Integer, vec!["pii.step"], Some("1000")),
        ("1234.5", ColumnType::Number, vec!["pii.step"], Some("1000")),
        ("Berlin", ColumnType::String, vec!["pii.short"], Some("Be")),
        ("5", money.clone(), vec!["pii.national_id"], Some("0.00")),
        ("5", ColumnType::Integer, vec!["pii.national_id"], Some("0")),
        ("true", ColumnType::Boolean, vec!["pii.national_id"], Some("false")),
        ("1990-06-15", ColumnType::Date, vec!["pii.national_id"], Some("1970-01-01")),
        ("5", money, vec!["fin.income"], None),
        ("x", ColumnType::String, vec!["pii.iban"], None),
        ("x", ColumnType::String, vec!["pii.unheard_of"], None),
        ("x", ColumnType::String, vec!["pii.name", "fin.income"], None),
    ] {
        let carried: BTreeSet<ClassName> = tags.iter().map(|tag| ClassName::from_tag(tag)).collect();
        assert_eq!(masked(value, &kind, &carried, &classes).as_deref(), expected, "{value} {kind} {tags:?}");
    }
    let carried = [ClassName::from_tag("pii.national_id")].into();
    let token = masked("EU-RAW-1001", &ColumnType::String, &carried, &classes).unwrap();
    assert!(token.len() == 32 && token.bytes().all(|byte| byte.is_ascii_hexdigit()));
}
