//! The facts of a contract.

use std::path::Path;

use model::{
    column::ColumnType,
    contract::{Contract, Metric, Must, Severity},
};

use crate::told;

fn parse(text: &str) -> Contract {
    Contract::parse(text.as_bytes(), "contract.yaml").unwrap_or_else(|problems| panic!("{}", told(&problems)))
}

#[test]
fn the_benchmark_contract_is_read_whole() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/documents/lineitem.contract.yaml");
    let contract = parse(&std::fs::read_to_string(path).unwrap());
    let port = &contract.ports[0];
    assert_eq!(port.columns.len(), 16);
    assert!(port.columns.iter().all(|column| column.required));
    let rules: usize = port.rules.len() + port.columns.iter().map(|column| column.rules.len()).sum::<usize>();
    assert_eq!(rules, 7);
    let flag = port.column("l_returnflag").unwrap();
    assert!(
        matches!(&flag.rules[0].metric, Metric::InvalidValues { valid: Some(valid), .. } if valid == &["A", "N", "R"])
    );
    let ids: Vec<_> = port.rules.iter().map(|rule| rule.id.as_str()).collect();
    assert_eq!(ids, ["lineitem.rowCount", "lineitem.duplicateValues", "lineitem.sql", "lineitem.sql_2"]);
}

#[test]
fn words_that_look_like_other_things_stay_words() {
    let contract = parse(
        "apiVersion: v3.0.2\nkind: DataContract\nid: no\nversion: 1.0.0\nstatus: on\nschema:\n  - name: t\n    properties:\n      - {name: y, logicalType: string, examples: [no, 2026-11-22, 007, on], tags: [y]}\nslaProperties: [{property: latency, value: 4, unit: d}]\n",
    );
    assert_eq!((contract.id.as_str(), contract.status.as_str()), ("no", "on"));
    assert_eq!(contract.ports[0].columns[0].examples, ["no", "2026-11-22", "007", "on"]);
    assert_eq!(contract.freshness[0].within.to_string(), "4d");
    assert_eq!(contract.freshness[0].element, None);
}

#[test]
fn every_fact_that_is_enforced_is_read() {
    let contract = parse(
        r#"
apiVersion: v3.1.0
kind: DataContract
id: x
version: 2.1.0
status: active
name: Title
description: {purpose: what for, limitations: none, usage: see above}
team: [{username: ana, role: Data Product Owner}, {username: ben, role: steward}]
tags: [finance]
authoritativeDefinitions: [{type: glossary, url: "glossary:customer"}, {type: glossary, url: "https://example.org"}]
schema:
  - name: rows
    authoritativeDefinitions: [{type: glossary, url: "glossary:row"}]
    customProperties: [{property: tessera.sort, value: [day]}]
    properties:
      - {name: b, logicalType: integer, primaryKey: true, primaryKeyPosition: 2, partitioned: true, partitionKeyPosition: 2}
      - {name: a, logicalType: string, primaryKey: true, primaryKeyPosition: 1, unique: true}
      - {name: day, logicalType: date, partitioned: true, partitionKeyPosition: 1}
      - {name: price, logicalType: number, physicalType: "NUMERIC(10, 4)", logicalTypeOptions: {exclusiveMinimum: 0, maximum: 99.5, multipleOf: 0.5}}
      - {name: raw, logicalType: string, physicalType: bytea}
      - {name: loose, physicalType: "varchar(20)"}
      - {name: address, logicalType: object, properties: [{name: street, logicalType: string, required: true, tags: [pii.address]}]}
      - {name: items, logicalType: array, items: {logicalType: integer}}
      - {name: grade, logicalType: string, quality: [{metric: missingValues, arguments: {missingValues: ["", null, n/a]}, mustBe: 0, severity: info, id: grade_given}, {type: custom, engine: soda, implementation: x}, {type: text, description: nice}]}
    quality:
      - {metric: duplicateValues, arguments: {properties: [a, b]}, mustBe: 0}
      - {type: sql, query: "select count(*) from ${table} where ${column} = 1", mustBeGreaterOrEqualTo: 1, name: enough}
slaProperties:
  - {property: latency, value: 24h, element: "rows.day"}
  - {property: retention, value: 3, unit: y}
customProperties: [{property: tessera.regions, value: [westeurope]}, {property: other, value: 1}]
"#,
    );
    assert_eq!((contract.tier, contract.owner.as_deref()), (3, Some("ana")));
    assert_eq!(contract.glossary.iter().map(|term| term.as_str()).collect::<Vec<_>>(), ["customer", "row"]);
    assert_eq!(contract.regions, ["westeurope"]);
    let port = &contract.ports[0];
    assert_eq!(port.partition_by, ["day", "b"]);
    assert_eq!(port.sort, ["day"]);
    assert_eq!(port.primary_key().iter().map(|column| column.name.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let kinds: Vec<_> = port.columns.iter().map(|column| column.kind.to_string()).collect();
    assert_eq!(
        kinds,
        ["integer", "string", "date", "decimal(10,4)", "binary", "string", "object", "array of integer", "string"]
    );
    assert!(
        matches!(&port.columns[6].kind, ColumnType::Struct(fields) if !fields[0].nullable && fields[0].tags == ["pii.address"])
    );
    let price = &port.columns[3].rules;
    assert_eq!(price[0].id, "rows.price.multipleOf");
    assert!(matches!(&price[0].metric, Metric::NotEvaluated { .. }));
    assert!(
        matches!(&price[1].metric, Metric::InvalidValues { minimum: Some((low, true)), maximum: Some((high, false)), .. } if low == "0" && high == "99.5")
    );
    let grade = &port.columns[8].rules;
    assert_eq!((grade[0].id.as_str(), grade[0].severity), ("grade_given", Severity::Warning));
    assert!(
        matches!(&grade[0].metric, Metric::MissingValues { values } if values.len() == 3 && values.contains(&None))
    );
    assert!(grade[1..].iter().all(|rule| matches!(rule.metric, Metric::NotEvaluated { .. }) && rule.must.is_none()));
    assert!(
        matches!(&port.rules[1].metric, Metric::Sql { query } if query == "select count(*) from {table} where {column} = 1")
    );
    assert_eq!(port.rules[1].must, Some(Must::BeGreaterOrEqual(1.0)));
}

#[test]
fn what_goes_into_the_journal_holds_no_free_text() {
    let contract = parse(
        "apiVersion: v3.2.0\nkind: DataContract\nid: x\nversion: 1.0.0\nname: SECRET\ndescription: {purpose: SECRET, usage: SECRET, limitations: SECRET}\nschema:\n  - name: t\n    description: SECRET\n    properties: [{name: a, logicalType: string, description: SECRET, examples: [SECRET]}]\n",
    );
    assert!(!serde_json::to_string(&contract).unwrap().contains("SECRET"));
}

/// A class of an array's items or of a map's keys and values has no other place than the column.
#[test]
fn tags_inside_containers_are_tags_of_the_whole() {
    let contract = parse(
        r#"
apiVersion: v3.1.0
kind: DataContract
id: x
version: 1.0.0
status: active
schema:
  - name: rows
    properties:
      - {name: list, logicalType: array, tags: [pii.name], items: {logicalType: string, tags: [pii.email, pii.name]}}
      - {name: deep, logicalType: array, items: {logicalType: array, items: {logicalType: string, tags: [pii.phone]}}}
      - {name: map, logicalType: map, map: {key: {logicalType: string, tags: [pii.a]}, value: {logicalType: string, tags: [pii.b]}}}
      - name: object
        logicalType: object
        properties: [{name: field, logicalType: array, items: {logicalType: string, tags: [pii.c]}}]
"#,
    );
    let column = |name: &str| contract.ports[0].column(name).unwrap();
    assert_eq!(column("list").tags, ["pii.name", "pii.email"]);
    assert_eq!(column("deep").tags, ["pii.phone"]);
    assert_eq!(column("map").tags, ["pii.a", "pii.b"]);
    let ColumnType::Struct(fields) = &column("object").kind else { panic!("{:?}", column("object").kind) };
    assert_eq!(fields[0].tags, ["pii.c"]);
}
