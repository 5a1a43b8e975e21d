//! Classes, restrictions and regions that travel with derived columns.

use std::collections::{BTreeMap, BTreeSet};

use governance::derive::{InputFacts, as_read, carried_tags, own_tags, regions, restrictions, tags};
use model::{
    Code,
    class::{ClassName, PartialKind},
    column::{ColumnType, Field},
    lineage::{ColumnLineage, Dependence, InputColumn, Mixed, TableLineage},
    scope::{Operand, RowScope},
    treatment::{CarriedTag, Outcome},
};

use crate::fixture::{ana, classes, column, compare, customers, equals, tag, token};

const CUSTOMERS: &str = "customer.customer_master.customers";

fn from(column: &str, sources: &[(&str, &str, Dependence)]) -> ColumnLineage {
    let from = sources
        .iter()
        .map(|(table, column, how)| (InputColumn { table: (*table).to_owned(), column: (*column).to_owned() }, *how))
        .collect();
    ColumnLineage { column: column.to_owned(), from, known: true, tags: vec![] }
}

fn unknown(column: &str) -> ColumnLineage {
    ColumnLineage { column: column.to_owned(), from: vec![], known: false, tags: vec![] }
}

fn lineage(columns: Vec<ColumnLineage>) -> TableLineage {
    TableLineage {
        table: "claims.claims_enriched.claims".to_owned(),
        inputs: vec!["silver.claims".to_owned(), CUSTOMERS.to_owned()],
        influenced_by: vec![],
        columns,
        mixed: vec![],
    }
}

/// Customers as a service reads them: the national id as a token, the e-mail clear, the region unclassified.
fn inputs() -> BTreeMap<String, InputFacts> {
    let facts = |columns: Vec<(&str, Vec<CarriedTag>)>| InputFacts {
        columns: columns.into_iter().map(|(name, tags)| (name.to_owned(), tags.into_iter().collect())).collect(),
        ..InputFacts::default()
    };
    let nid = tag("pii.national_id", token("pii.national_id", "mesh"));
    [
        ("silver.claims".to_owned(), facts(vec![("claim_id", vec![]), ("note", vec![]), ("email", vec![])])),
        (
            CUSTOMERS.to_owned(),
            facts(vec![
                ("national_id", vec![nid]),
                ("email", vec![tag("pii.email", Outcome::Clear)]),
                ("region", vec![]),
                ("segment", vec![]),
            ]),
        ),
    ]
    .into()
}

fn own(entries: &[(&str, &[&str])]) -> BTreeMap<String, BTreeSet<ClassName>> {
    let classes = |classes: &[&str]| classes.iter().map(|class| ClassName::from_tag(class)).collect();
    entries.iter().map(|(column, names)| ((*column).to_owned(), classes(names))).collect()
}

fn never(_: &str, _: &ClassName) -> bool {
    false
}

/// `class` or `class+applied`, for reading.
fn shown(tags: &BTreeSet<CarriedTag>) -> Vec<String> {
    let one = |tag: &CarriedTag| match &tag.applied {
        Outcome::Clear => tag.class.to_string(),
        applied => format!("{}+{}", tag.class, applied.word()),
    };
    tags.iter().map(one).collect()
}

#[test]
fn classes_follow_the_columns_with_what_was_applied() {
    use Dependence::{Copy, Derived};
    let nothing: &[(&str, &[&str])] = &[];
    for (column, stated, expected) in [
        (from("x", &[("silver.claims", "claim_id", Copy)]), nothing, vec![]),
        (from("x", &[]), nothing, vec![]),
        (from("x", &[(CUSTOMERS, "national_id", Copy)]), nothing, vec!["pii.national_id+token"]),
        (from("x", &[(CUSTOMERS, "national_id", Derived)]), nothing, vec!["pii.national_id+token"]),
        (
            from("x", &[(CUSTOMERS, "national_id", Derived), (CUSTOMERS, "email", Derived)]),
            nothing,
            vec!["pii.email", "pii.national_id+token"],
        ),
        // Unknown lineage inherits everything of every input, and so does an input column nobody knows.
        (unknown("x"), nothing, vec!["pii.email", "pii.national_id+token"]),
        (from("x", &[(CUSTOMERS, "surprise", Copy)]), nothing, vec!["pii.email", "pii.national_id+token"]),
        // The contract repeats an inherited class: a copy of a token stays a token.
        (from("x", &[(CUSTOMERS, "national_id", Copy)]), &[("x", &["pii.national_id"])], vec!["pii.national_id+token"]),
        // It repeats it on a value that has an untreated part: nothing was applied to that part.
        (
            from("x", &[(CUSTOMERS, "national_id", Derived), ("silver.claims", "note", Derived)]),
            &[("x", &["pii.national_id"])],
            vec!["pii.national_id", "pii.national_id+token"],
        ),
        // A further class on a plain copy of treated values.
        (
            from("x", &[(CUSTOMERS, "national_id", Copy)]),
            &[("x", &["pii.name"])],
            vec!["pii.name+token", "pii.national_id+token"],
        ),
        (
            from("x", &[(CUSTOMERS, "national_id", Derived)]),
            &[("x", &["pii.name"])],
            vec!["pii.name", "pii.national_id+token"],
        ),
        (from("x", &[("silver.claims", "email", Copy)]), &[("x", &["pii.email"])], vec!["pii.email"]),
        (unknown("x"), &[("x", &["pii.name"])], vec!["pii.email", "pii.name", "pii.national_id+token"]),
    ] {
        let found = tags(&lineage(vec![column.clone()]), &inputs(), &own(stated), &never).unwrap();
        assert_eq!(shown(&found[0]), expected, "{column:?} {stated:?}");
    }
}

#[test]
fn only_what_is_inherited_is_declassified() {
    let copy = from("x", &[(CUSTOMERS, "email", Dependence::Copy)]);
    let lowered = |column: &str, class: &ClassName| column == "x" && class.as_str() == "pii.email";
    let found = |own: BTreeMap<_, _>| tags(&lineage(vec![copy.clone()]), &inputs(), &own, &lowered).unwrap();
    assert_eq!(shown(&found(own(&[]))[0]), Vec::<String>::new());
    assert_eq!(shown(&found(own(&[("x", &["pii.email"])]))[0]), ["pii.email"]);
    let other = from("y", &[(CUSTOMERS, "email", Dependence::Copy)]);
    let found = tags(&lineage(vec![other]), &inputs(), &own(&[]), &lowered).unwrap();
    assert_eq!(shown(&found[0]), ["pii.email"]);
}

#[test]
fn an_input_nobody_describes_is_a_fault() {
    let column = from("x", &[("silver.lost", "a", Dependence::Copy)]);
    assert_eq!(tags(&lineage(vec![column]), &inputs(), &own(&[]), &never).unwrap_err().code(), Code::Internal);
}

fn restricted(restriction: RowScope) -> BTreeMap<String, InputFacts> {
    let mut inputs = inputs();
    inputs.get_mut(CUSTOMERS).unwrap().restrict = vec![restriction];
    inputs
}

#[test]
fn restrictions_are_restated_where_their_column_survives() {
    use Dependence::{Copy, Derived};
    let restriction = || compare("", "segment", Operand::Attribute("segment".into()));
    let kept = lineage(vec![from("customer_segment", &[(CUSTOMERS, "segment", Copy)])]);
    let restated = compare("", "customer_segment", Operand::Attribute("segment".into()));
    assert_eq!(restrictions(&kept, &restricted(restriction())), (vec![restated.clone()], vec![]));
    // A union of copies restricts the other part as well, which only hides more.
    let union =
        lineage(vec![from("customer_segment", &[("silver.claims", "note", Copy), (CUSTOMERS, "segment", Copy)])]);
    assert_eq!(restrictions(&union, &restricted(restriction())), (vec![restated], vec![]));
    for columns in [
        vec![from("claim_id", &[("silver.claims", "claim_id", Copy)])],
        vec![from("s", &[(CUSTOMERS, "segment", Derived)])],
        vec![from("s", &[(CUSTOMERS, "segment", Copy), ("silver.claims", "note", Derived)])],
        // A union of two columns of the table: the other one is not what is restricted.
        vec![from("s", &[(CUSTOMERS, "segment", Copy), (CUSTOMERS, "region", Copy)])],
        vec![unknown("segment")],
        vec![ColumnLineage { known: false, ..from("s", &[(CUSTOMERS, "segment", Copy)]) }],
        vec![],
    ] {
        let (restated, lost) = restrictions(&lineage(columns), &restricted(restriction()));
        assert_eq!((restated, lost.len()), (vec![], 1));
        let refusal = lost[0].refusal(&"claims.enriched.claims".parse().unwrap());
        assert_eq!(refusal.code(), Code::GateRefused);
        assert!(refusal.message().contains("`segment`"), "{}", refusal.message());
        let paste = format!("tessera waive claims.enriched.claims {}", lost[0].restriction);
        assert!(refusal.hint().unwrap().contains(&paste), "{refusal:?}");
    }
}

#[test]
fn a_restriction_is_lost_where_rows_are_mixed() {
    let restriction = || restricted(compare("", "segment", Operand::Attribute("segment".into())));
    let of = |mixed: &[(&str, &[&str])]| {
        let mut lineage = lineage(vec![from("segment", &[(CUSTOMERS, "segment", Dependence::Copy)])]);
        lineage.mixed = mixed
            .iter()
            .map(|(table, agree)| Mixed {
                table: (*table).to_owned(),
                agree: agree.iter().map(|column| (*column).to_owned()).collect(),
            })
            .collect();
        let (restated, lost) = restrictions(&lineage, &restriction());
        assert_eq!(restated.len() + lost.len(), 1);
        lost.into_iter().map(|lost| lost.column).collect::<Vec<_>>()
    };
    assert_eq!(of(&[]), Vec::<String>::new());
    assert_eq!(of(&[("silver.claims", &[])]), Vec::<String>::new(), "another table's rows");
    assert_eq!(of(&[(CUSTOMERS, &["segment", "region"])]), Vec::<String>::new(), "rows of one segment");
    assert_eq!(of(&[(CUSTOMERS, &[])]), ["segment"]);
    assert_eq!(of(&[(CUSTOMERS, &["region"])]), ["segment"]);
    assert_eq!(of(&[(CUSTOMERS, &["segment"]), (CUSTOMERS, &[])]), ["segment"], "and joined with itself");
}

#[test]
fn a_lost_restriction_is_named_by_its_input_and_its_condition() {
    let named = |restriction: RowScope| restrictions(&lineage(vec![]), &restricted(restriction)).1[0].restriction;
    let vip = || equals("", "segment", "vip");
    assert_eq!(named(vip()), named(vip()));
    assert_ne!(named(vip()), named(equals("", "segment", "std")), "another condition needs another waiver");
    let mut elsewhere = BTreeMap::from([("silver.claims".to_owned(), InputFacts::default())]);
    elsewhere.get_mut("silver.claims").unwrap().restrict = vec![vip()];
    let other = restrictions(&lineage(vec![]), &elsewhere).1[0].restriction;
    assert_ne!(named(vip()), other, "and so does another input");
}

#[test]
fn a_restriction_is_not_restated_on_masked_values() {
    let kept = lineage(vec![from("nid", &[(CUSTOMERS, "national_id", Dependence::Copy)])]);
    let (restated, lost) = restrictions(&kept, &restricted(equals("", "national_id", "x")));
    assert_eq!((restated, lost.len()), (vec![], 1));
}

#[test]
fn regions_intersect_and_none_left_is_refused() {
    let facts = |regions: &[&str]| InputFacts {
        regions: regions.iter().map(|region| (*region).to_owned()).collect(),
        ..InputFacts::default()
    };
    let own = |regions: &[&str]| regions.iter().map(|region| (*region).to_owned()).collect::<Vec<_>>();
    type Case = (Vec<InputFacts>, Vec<String>, Option<Vec<&'static str>>);
    let table: [Case; 6] = [
        (vec![], vec![], Some(vec![])),
        (vec![facts(&[])], own(&["eu"]), Some(vec!["eu"])),
        (vec![facts(&["eu", "in"])], own(&[]), Some(vec!["eu", "in"])),
        (vec![facts(&["eu", "in"]), facts(&["eu", "us"])], own(&[]), Some(vec!["eu"])),
        (vec![facts(&["eu"])], own(&["us"]), None),
        (vec![facts(&["eu"]), facts(&["in"])], own(&[]), None),
    ];
    for (inputs, stated, expected) in table {
        let found = regions(&inputs, &stated);
        assert_eq!(found.ok(), expected.map(|list| own(&list)), "{inputs:?} {stated:?}");
    }
}

#[test]
fn a_governed_read_hands_on_what_it_applied() {
    let world = customers();
    for (name, expected) in [
        ("customer_id", vec![]),
        ("email", vec!["pii.email+partial"]),
        ("national_id", vec!["pii.national_id+token"]),
        ("birth_date", vec!["pii.birth+generalised"]),
        ("income", vec!["fin.income+null"]),
    ] {
        let published = world.columns.iter().find(|column| column.name == name).unwrap();
        assert_eq!(shown(&as_read(published, &world.column(&ana(), name), &world.classes)), expected, "{name}");
    }
    // Read clear by a grant, or passed through from upstream: what was applied before stays as it was.
    let mut world = customers();
    world.grant("user:ana", model::access::RowsGrant::All, &["pii.email"]);
    let mut published = column("x", ColumnType::String, &[]);
    published.tags = vec![tag("pii.email", Outcome::Partial { of: PartialKind::Email })];
    world.columns.push(published.clone());
    assert_eq!(shown(&as_read(&published, &world.column(&ana(), "x"), &world.classes)), ["pii.email+partial"]);
    let email = world.columns.iter().find(|column| column.name == "email").unwrap();
    assert_eq!(shown(&as_read(email, &world.column(&ana(), "email"), &world.classes)), ["pii.email"]);
}

#[test]
fn tags_under_a_declared_root_are_classes_and_the_rest_labels() {
    let field = Field { name: "f".into(), kind: ColumnType::String, nullable: true, tags: vec!["pii.birth".into()] };
    let column = model::contract::Column {
        name: "x".into(),
        kind: ColumnType::List(Box::new(ColumnType::Struct(vec![field]))),
        required: false,
        unique: false,
        primary_key: None,
        description: None,
        tags: vec!["finance".into(), "pii.shoe".into(), "confidential".into()],
        rules: vec![],
        glossary: vec![],
        permitted: vec![],
        examples: vec![],
    };
    let (found, labels) = own_tags(&column, &classes());
    assert_eq!(found.iter().map(ClassName::as_str).collect::<Vec<_>>(), ["pii.birth", "pii.shoe"]);
    assert_eq!(labels, ["finance", "confidential"]);
    let published = crate::fixture::column("x", column.kind, &[]);
    assert_eq!(shown(&carried_tags(&published, &classes())), ["pii.birth"]);
}
