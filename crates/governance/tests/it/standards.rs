//! Each standard with an example that meets it and one that does not.

use std::collections::{BTreeMap, BTreeSet};

use governance::standards::{ALL, Candidate, Finding, check, refusal};
use model::{
    Code,
    column::ColumnType,
    contract::{Column, Contract, Freshness, PortContract},
    files::domain::DomainFile,
    name::{PortName, TermName},
    time::Span,
};

struct Files {
    contract: Contract,
    domain: DomainFile,
    glossary: BTreeSet<TermName>,
    samples: BTreeMap<PortName, Vec<String>>,
}

fn column(name: &str, tags: &[&str]) -> Column {
    Column {
        name: name.to_owned(),
        kind: ColumnType::String,
        required: false,
        unique: false,
        primary_key: None,
        description: Some("What it means".to_owned()),
        tags: tags.iter().map(|tag| (*tag).to_owned()).collect(),
        rules: vec![],
        glossary: vec![],
        permitted: vec![],
        examples: vec!["x".to_owned()],
    }
}

/// A product that meets every standard.
fn good() -> Files {
    let mut key = column("customer_id", &[]);
    key.primary_key = Some(1);
    Files {
        contract: Contract {
            id: "customer_master".to_owned(),
            version: "1.0.0".parse().unwrap(),
            status: "active".to_owned(),
            title: None,
            purpose: Some("Everybody who holds a policy, one row each".to_owned()),
            limitations: None,
            usage: None,
            owner: None,
            glossary: vec!["customer".parse().unwrap()],
            tier: 3,
            regions: vec![],
            zone: None,
            previous_until: None,
            tags: vec![],
            freshness: vec![Freshness { within: Span::from_seconds(3600), element: None }],
            ports: vec![PortContract {
                name: "customers".parse().unwrap(),
                description: None,
                columns: vec![key, column("email", &["pii.email"]), column("notes", &["finance"])],
                rules: vec![],
                partition_by: vec![],
                sort: vec![],
            }],
        },
        domain: DomainFile {
            domain: "customer".parse().unwrap(),
            description: None,
            cost_center: None,
            region: None,
            zones: BTreeMap::new(),
            classification: None,
            owner: "customer-owners".parse().unwrap(),
            steward: "customer-stewards".parse().unwrap(),
            engineers: None,
            on_call: None,
            schedule: None,
            service: None,
        },
        glossary: ["customer".parse().unwrap()].into(),
        samples: BTreeMap::new(),
    }
}

fn findings(files: &Files) -> Vec<Finding> {
    check(&Candidate {
        contract: &files.contract,
        domain: &files.domain,
        glossary: &files.glossary,
        classes: &crate::fixture::classes(),
        samples: &files.samples,
    })
}

/// Breaks one thing of the good product.
type Break = fn(&mut Files);

fn email(files: &mut Files) -> &mut Column {
    &mut files.contract.ports[0].columns[1]
}

#[test]
fn every_standard_has_a_product_that_meets_it_and_one_that_does_not() {
    assert_eq!(findings(&good()), vec![]);
    let table: Vec<(&str, Break, &str, &str)> = vec![
        (
            "std.owner",
            |files| files.contract.owner = Some(" ".into()),
            "team has no name",
            "team:\n  name: customer-owners\n",
        ),
        ("std.description", |files| files.contract.purpose = None, "is missing", "description:\n  purpose: "),
        (
            "std.description",
            |files| files.contract.purpose = Some("nineteen characters".into()),
            "has 19 characters",
            "description:",
        ),
        (
            "std.glossary",
            |files| files.contract.glossary.clear(),
            "no glossary term is linked",
            "url: \"glossary:customer\"",
        ),
        (
            "std.glossary",
            |files| files.contract.glossary = vec!["client".parse().unwrap()],
            "`client` is not declared",
            "glossary:customer",
        ),
        (
            "std.freshness",
            |files| files.contract.freshness.clear(),
            "no freshness is promised",
            "- property: freshness",
        ),
        (
            "std.documented-keys",
            |files| files.contract.ports[0].columns[0].description = None,
            "`customer_id`",
            "      - name: customer_id\n",
        ),
        (
            "std.documented-keys",
            |files| {
                email(files).unique = true;
                email(files).description = Some("  ".into());
            },
            "`email`",
            "      - name: email\n",
        ),
        ("std.documented-classes", |files| email(files).description = None, "`email`", "      - name: email\n"),
        ("std.known-classes", |files| email(files).tags = vec!["pii.shoe".into()], "undeclared class `pii.shoe`", ""),
        (
            "std.sample",
            |files| drop(files.samples.insert("orders".parse().unwrap(), vec![])),
            "`sample.orders.csv`",
            "",
        ),
        (
            "std.sample",
            |files| {
                drop(files.samples.insert("customers".parse().unwrap(), vec!["customer_id".into(), "email".into()]))
            },
            "exactly the columns",
            "",
        ),
        (
            "std.undocumented-columns",
            |files| files.contract.ports[0].columns[2].description = None,
            "`notes`",
            "- name: notes\n",
        ),
        (
            "std.sample-hints",
            |files| files.contract.ports[0].columns.iter_mut().for_each(|column| column.examples.clear()),
            "shows placeholders",
            "",
        ),
    ];
    for (standard, breaks, message, paste) in &table {
        let mut files = good();
        breaks(&mut files);
        let found = findings(&files);
        assert_eq!(found.len(), 1, "{standard}: {found:?}");
        assert_eq!(found[0].standard, *standard);
        assert_eq!(found[0].problem.code(), Code::StandardRefused);
        assert!(found[0].problem.message().starts_with(&format!("{standard}: ")));
        assert!(found[0].problem.message().contains(message), "{standard}: {}", found[0].problem.message());
        assert!(found[0].problem.hint().is_some());
        assert!(found[0].paste.as_deref().unwrap_or_default().contains(paste), "{standard}: {:?}", found[0].paste);
    }
    let covered: BTreeSet<&str> = table.iter().map(|(standard, ..)| *standard).collect();
    assert_eq!(covered, ALL.iter().map(|standard| standard.id).collect(), "every standard has an example");
}

#[test]
fn a_glossary_link_of_a_column_counts() {
    let mut files = good();
    files.contract.glossary.clear();
    email(&mut files).glossary = vec!["customer".parse().unwrap()];
    assert_eq!(findings(&files), vec![]);
}

#[test]
fn a_given_sample_may_order_its_columns_freely() {
    let mut files = good();
    let header = ["notes", "email", "customer_id"].map(str::to_owned).to_vec();
    files.samples.insert("customers".parse().unwrap(), header.clone());
    assert_eq!(findings(&files), vec![]);
    let twice = [header, vec!["notes".to_owned()]].concat();
    files.samples.insert("customers".parse().unwrap(), twice);
    assert_eq!(findings(&files).len(), 1);
}

#[test]
fn all_misses_are_listed_at_once_and_warnings_do_not_block() {
    let mut files = good();
    files.contract.purpose = None;
    files.contract.glossary.clear();
    files.contract.freshness.clear();
    for column in &mut files.contract.ports[0].columns {
        column.description = None;
    }
    let found = findings(&files);
    let names: Vec<&str> = found.iter().map(|finding| finding.standard.as_str()).collect();
    assert_eq!(
        names,
        [
            "std.description",
            "std.glossary",
            "std.freshness",
            "std.documented-keys",
            "std.documented-classes",
            "std.undocumented-columns"
        ]
    );
    let whole = refusal("customer.customer_master", &found).unwrap();
    assert_eq!(whole.message(), "5 standards of the mesh are not met by `customer.customer_master`");
    assert_eq!(whole.items().len(), 5);
    let warnings: Vec<Finding> = found.into_iter().filter(|finding| finding.warns).collect();
    assert_eq!((warnings.len(), refusal("customer.customer_master", &warnings)), (1, None));
    assert!(
        refusal(
            "x.y",
            &findings(&{
                let mut files = good();
                files.contract.freshness.clear();
                files
            })
        )
        .unwrap()
        .message()
        .starts_with("1 standard of the mesh is not met")
    );
}

#[test]
fn odd_column_names_are_quoted_in_what_is_pasted() {
    let mut files = good();
    for (name, shown) in
        [("no", "\"no\""), ("a: b", "\"a: b\""), ("say \"x\"", "\"say \\\"x\\\"\""), ("plain_1", "plain_1")]
    {
        files.contract.ports[0].columns[2] = column(name, &[]);
        files.contract.ports[0].columns[2].description = None;
        assert!(findings(&files)[0].paste.as_ref().unwrap().contains(&format!("- name: {shown}\n")), "{name}");
    }
}
