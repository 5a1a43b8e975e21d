//! One slip at a time in a good contract: each is told in words, at its place.

use model::{contract::Contract, files::descriptor::Descriptor};

use crate::told;

const GOOD: &str = "apiVersion: v3.2.0
kind: DataContract
id: claims.all_claims
name: All claims
version: 1.0.0
status: active
description: {purpose: Every claim since first notice}
team: {name: claims-owners}
schema:
  - name: claims
    physicalType: table
    properties:
      - name: claim_id
        logicalType: string
        required: true
        primaryKey: true
        logicalTypeOptions: {pattern: '^C[0-9]+$', maxLength: 12}
        tags: [pii.claim]
      - name: amount
        logicalType: number
        physicalType: decimal(12,2)
        quality:
          - {metric: nullValues, mustBeLessThan: 5, unit: percent, severity: warning}
      - {name: reported_at, logicalType: timestamp, examples: ['2026-11-22T10:00:00Z']}
    quality:
      - {type: library, metric: rowCount, mustBeBetween: [1, 1000]}
      - {type: sql, query: 'select count(*) from ${object}', mustBe: 0}
slaProperties:
  - {property: freshness, value: 24, unit: h, element: claims.reported_at}
customProperties:
  - {property: tessera.tier, value: 2}
";

/// The problems after each of these changes.
fn after(changes: &[(&str, &str)]) -> String {
    let mut text = GOOD.to_owned();
    for (from, to) in changes {
        assert!(text.contains(from), "{from} is not in the contract");
        text = text.replacen(from, to, 1);
    }
    match Contract::parse(text.as_bytes(), "contract.yaml") {
        Ok(_) => "it parses".to_owned(),
        Err(problems) => told(&problems),
    }
}

#[test]
fn the_good_one_is_good() {
    assert_eq!(after(&[]), "it parses");
}

#[test]
fn slips_of_the_standard() {
    insta::assert_snapshot!(after(&[("status:", "statsu:")]), @r"
[invalid-file] contract.yaml:6:1: the key `statsu` is not known here
  did you mean `status`?
");
    insta::assert_snapshot!(after(&[("kind: DataContract", "kind: Contract")]), @r"
[invalid-file] contract.yaml:2:7: `Contract` is not one of `DataContract`
  did you mean `DataContract`?
");
    insta::assert_snapshot!(after(&[("id: claims.all_claims\n", "")]), @"[invalid-file] contract.yaml:1:1: the key `id` is missing");
    insta::assert_snapshot!(after(&[("version: 1.0.0", "version: 1.0")]), @r"
[invalid-file] contract.yaml:5:10: expected text, found `1.0`
  quote it if text is meant
");
    insta::assert_snapshot!(after(&[("required: true", "required: yes")]), @"[invalid-file] contract.yaml:15:19: expected `true` or `false`, found `yes`");
    insta::assert_snapshot!(after(&[("logicalType: string", "logicalType: text")]), @"[invalid-file] contract.yaml:14:22: `text` is not one of `string`, `date`, `timestamp`, `time`, `number`, `integer`, `object`, `array`, `boolean`, `map`, `vector`");
    insta::assert_snapshot!(after(&[("primaryKey:", "primarykey:")]), @r"
[invalid-file] contract.yaml:16:9: the key `primarykey` is not known here
  did you mean `primaryKey`?
");
    insta::assert_snapshot!(after(&[("maxLength: 12", "maxLenght: 12")]), @r"
[invalid-file] contract.yaml:17:52: the key `maxLenght` is not known here
  did you mean `maxLength`?
");
    insta::assert_snapshot!(after(&[("mustBeLessThan: 5", "mustBeLessThan: 5, mustBe: 3")]), @"[invalid-file] contract.yaml:23:13: a quality rule takes only one of `mustBe`, `mustNotBe`, `mustBeGreaterThan`, `mustBeGreaterOrEqualTo`, `mustBeLessThan`, `mustBeLessOrEqualTo`, `mustBeBetween`, `mustNotBeBetween`");
    insta::assert_snapshot!(after(&[("mustBeLessThan: 5, ", "")]), @"[invalid-file] contract.yaml:23:13: a quality rule needs exactly one of `mustBe`, `mustNotBe`, `mustBeGreaterThan`, `mustBeGreaterOrEqualTo`, `mustBeLessThan`, `mustBeLessOrEqualTo`, `mustBeBetween`, `mustNotBeBetween`");
    insta::assert_snapshot!(after(&[("mustBeBetween: [1, 1000]", "mustBeBetween: [1]")]), @"[invalid-file] contract.yaml:26:9: a quality rule needs exactly one of `mustBe`, `mustNotBe`, `mustBeGreaterThan`, `mustBeGreaterOrEqualTo`, `mustBeLessThan`, `mustBeLessOrEqualTo`, `mustBeBetween`, `mustNotBeBetween`");
    insta::assert_snapshot!(after(&[("metric: rowCount", "metric: rowcount")]), @r"
[invalid-file] contract.yaml:26:33: `rowcount` is not one of `nullValues`, `missingValues`, `invalidValues`, `duplicateValues`, `rowCount`
  did you mean `rowCount`?
");
    insta::assert_snapshot!(after(&[("team: {name: claims-owners}", "team: claims-owners")]), @"[invalid-file] contract.yaml:8:7: `claims-owners` has none of the forms it may have");
    insta::assert_snapshot!(after(&[("tags: [pii.claim]", "tags: pii.claim")]), @"[invalid-file] contract.yaml:18:15: expected a list, found `pii.claim`");
    insta::assert_snapshot!(after(&[("value: 24, ", "")]), @"[invalid-file] contract.yaml:29:5: the key `value` is missing in `slaProperties/0`");
    insta::assert_snapshot!(after(&[("apiVersion: v3.2.0", "apiVersion: v2.2.2")]), @r"
[invalid-file] contract.yaml:1:13: the version `v2.2.2` of the standard is not read
  versions 3.0, 3.1 and 3.2 are: write `apiVersion: v3.2.0` and move the document to its form
");
    insta::assert_snapshot!(after(&[("apiVersion: v3.2.0", "apiVersion: v3.9.0")]), @r"
[invalid-file] contract.yaml:1:13: the version `v3.9.0` of the standard is not read
  versions 3.0, 3.1 and 3.2 are: write `apiVersion: v3.2.0` and move the document to its form
");
}

#[test]
fn facts_that_cannot_be_enforced() {
    insta::assert_snapshot!(after(&[("logicalType: timestamp", "logicalType: time")]), @r"
[type-unsupported] contract.yaml:24:42: the type `time` is not served
  use `string`, or a `timestamp`
");
    insta::assert_snapshot!(after(&[("name: claims\n", "name: Claims\n")]), @r"
[invalid-file] contract.yaml:10:11: the port name `Claims` does not start with a lower-case letter
  use a lower-case letter, then letters, digits or single `_`
");
    insta::assert_snapshot!(after(&[("name: amount", "name: total amount")]), @r#"
[invalid-file] contract.yaml:19:15: the column name `total amount` has one of the characters `,;{}()=` or white space
  rename it in the SQL of the step: `"Header" AS name`
"#);
    insta::assert_snapshot!(after(&[("name: amount", "name: CLAIM_ID")]), @"[invalid-file] contract.yaml:19:9: the column `CLAIM_ID` stands twice (upper and lower case are one)");
    insta::assert_snapshot!(after(&[("decimal(12,2)", "decimal(50,2)")]), @r"
[type-unsupported] contract.yaml:21:23: `decimal(50,2)` is beyond what a decimal holds
  write `decimal(p,s)` with p from 1 to 38 and s from 0 to p
");
    insta::assert_snapshot!(after(&[("version: 1.0.0", "version: 1.0.x")]), @r"
[invalid-file] contract.yaml:5:10: the version `1.0.x` is not semantic
  write three numbers: `version: 1.0.0`
");
    insta::assert_snapshot!(after(&[("^C[0-9]+$", "^(?!C)")]), @r"
[invalid-file] contract.yaml:17:39: `^(?!C)` is not a regular expression that is run here
  look-around and back references are not run; write the rule as `type: sql`
");
    insta::assert_snapshot!(after(&[("claims.reported_at", "claims.reported")]), @r"
[reference-unknown] contract.yaml:29:56: the element `claims.reported` does not exist
  did you mean `claims.reported_at`?
");
    insta::assert_snapshot!(after(&[("claims.reported_at", "claims.amount")]), @r"
[reference-unknown] contract.yaml:29:56: the element `claims.amount` is decimal(12,2), which has no age
  name a date or timestamp column, or leave `element` out
");
    insta::assert_snapshot!(after(&[("unit: h", "unit: fortnight")]), @r"
[invalid-file] contract.yaml:29:34: `24 fortnight` is not a length of time
  write `value: 24` and `unit: h` (s, m, h, d)
");
    insta::assert_snapshot!(after(&[("tessera.tier", "tessera.teir")]), @r"
[invalid-file] contract.yaml:31:16: `tessera.teir` is not known here
  did you mean `tessera.tier`?
");
    insta::assert_snapshot!(after(&[("value: 2}", "value: 4}")]), @"[invalid-file] contract.yaml:31:37: `tessera.tier` is 1, 2 or 3");
    insta::assert_snapshot!(after(&[("name: amount", "name: ${COLUMN}"), ("${object}", "${TABLE}")]), @r"
[invalid-file] contract.yaml:19:15: the variable in `${COLUMN}` has no value: variables are never resolved
  write the value; this fact is enforced
[invalid-file] contract.yaml:27:28: the variable in the query has no value: variables are never resolved
  write the value, or one of `{object}` and `{property}`
");
    insta::assert_snapshot!(after(&[("count(*) from", "count(* from")]), @"[invalid-sql] contract.yaml:27:28: the query of the rule is not valid: expected: ), found: from");
    insta::assert_snapshot!(after(&[("select count(*) from ${object}", "drop table x")]), @"[invalid-sql] contract.yaml:27:28: the query of the rule is not valid: a rule is one SELECT");
    insta::assert_snapshot!(after(&[("mustBe: 0", "mustBe: none")]), @"[invalid-file] contract.yaml:27:70: `mustBe` compares with a number");
}

#[test]
fn descriptors_are_tried_on_their_schema() {
    let text =
        "apiVersion: v1.0.0\nkind: DataProduct\nid: x\nstatus: active\noutputPorts: [{nam: claims, version: 1.0.0}]\n";
    insta::assert_snapshot!(told(&Descriptor::parse(text.as_bytes(), "product.yaml").unwrap_err()), @r"
[invalid-file] product.yaml:5:15: the key `name` is missing in `outputPorts/0`
[invalid-file] product.yaml:5:16: the key `nam` is not known here
  did you mean `name`?
");
}
