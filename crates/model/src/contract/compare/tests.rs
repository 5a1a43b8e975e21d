//! Contracts compared forth and back: what is additive one way breaks the other.

use super::*;

/// A contract of one port `claims`; `{}` stands for what is different.
fn contract(top: &str, port: &str, properties: &str) -> Contract {
    let document = format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: c1\nversion: 1.0.0\nstatus: active\n{top}\nschema:\n- name: claims\n  \
         {port}\n  properties:\n  - {{name: claim_id, logicalType: integer, primaryKey: true}}\n{properties}"
    );
    Contract::parse(document.as_bytes(), "contract.yaml").unwrap_or_else(|problems| panic!("{document}\n{problems:?}"))
}

fn lines(before: &Contract, after: &Contract) -> Vec<String> {
    let difference = ContractDifference::between(before, after);
    difference.changes.iter().map(|change| format!("{} {change}", change.verdict)).collect()
}

/// What changes forth and back, where only properties differ.
#[track_caller]
fn columns(before: &str, after: &str, forth: &[&str], back: &[&str]) {
    let list = |text: &str| text.lines().map(|line| format!("  - {line}\n")).collect::<String>();
    let (before, after) = (contract("", "", &list(before)), contract("", "", &list(after)));
    assert_eq!(lines(&before, &after), forth);
    assert_eq!(lines(&after, &before), back);
}

#[test]
fn columns_that_go_or_change_break_and_new_ones_do_not() {
    columns(
        "",
        "{name: amount, logicalType: number}",
        &["additive `claims.amount`: the column is new, number"],
        &["breaking `claims.amount`: the column is gone"],
    );
    columns(
        "{name: amount, logicalType: integer}",
        "{name: amount, logicalType: number}",
        &["breaking `claims.amount`: the type was integer and is number"],
        &["breaking `claims.amount`: the type was number and is integer"],
    );
    columns(
        "{name: a, logicalType: string}\n{name: b, logicalType: string}",
        "{name: b, logicalType: string}\n{name: a, logicalType: string}",
        &["additive `claims`: the columns stand in another order"],
        &["additive `claims`: the columns stand in another order"],
    );
    columns(
        "{name: a, logicalType: string, description: x, examples: [x], tags: [pii.name]}",
        "{name: a, logicalType: string, description: y}",
        &[
            "documentation `claims.a`: the description is written differently",
            "documentation `claims.a`: the examples are different",
            "documentation `claims.a`: the tag `pii.name` is no longer there",
        ],
        &[
            "documentation `claims.a`: the description is written differently",
            "documentation `claims.a`: the examples are different",
            "documentation `claims.a`: the tag `pii.name` is new",
        ],
    );
}

#[test]
fn promises_on_columns_break_when_they_get_weaker() {
    columns(
        "{name: a, logicalType: string}",
        "{name: a, logicalType: string, required: true, unique: true}",
        &["additive `claims.a`: it is never NULL any more", "additive `claims.a`: it is unique now"],
        &[
            "breaking `claims.a`: it was never NULL and may be now",
            "breaking `claims.a`: it was unique and need not be now",
        ],
    );
    columns(
        "{name: a, logicalType: string, required: true}",
        "{name: a, logicalType: string, primaryKey: true}",
        &["breaking `claims`: the primary key was `claim_id` and is `claim_id`, `a`"],
        &["breaking `claims`: the primary key was `claim_id`, `a` and is `claim_id`"],
    );
}

#[test]
fn fields_are_compared_by_name_however_deep_they_are() {
    columns(
        "{name: a, logicalType: array, items: {logicalType: object, properties: [{name: x, logicalType: string}]}}",
        "{name: a, logicalType: array, items: {logicalType: object, properties: [{name: x, logicalType: date}, {name: y, logicalType: string}]}}",
        &[
            "breaking `claims.a`: the type `[].x` was string and is date",
            "additive `claims.a`: the field `[].y` is new",
        ],
        &[
            "breaking `claims.a`: the field `[].y` is gone",
            "breaking `claims.a`: the type `[].x` was date and is string",
        ],
    );
    columns(
        "{name: a, logicalType: object, properties: [{name: x, logicalType: string}]}",
        "{name: a, logicalType: object, properties: [{name: x, logicalType: string, required: true}]}",
        &["additive `claims.a`: the field `x` is never NULL any more"],
        &["breaking `claims.a`: the field `x` was never NULL and may be now"],
    );
}

/// One rule on `a`, and what its change is when read forth and back.
#[track_caller]
fn rules(before: &str, after: &str, forth: Verdict, back: Verdict) {
    let column = |options: &str| contract("", "", &format!("  - {{name: a, logicalType: string{options}}}\n"));
    let (was, is) = (column(before), column(after));
    let verdict = |before, after| {
        let difference = ContractDifference::between(before, after);
        assert_eq!(difference.changes.len(), 1, "{:?}", difference.changes);
        difference.verdict().unwrap()
    };
    assert_eq!(verdict(&was, &is), forth, "{before} -> {after}: {:?}", lines(&was, &is));
    assert_eq!(verdict(&is, &was), back, "{after} -> {before}: {:?}", lines(&is, &was));
}

#[test]
fn a_rule_that_lets_through_more_breaks_and_a_stricter_one_does_not() {
    use Verdict::{Additive, Breaking, Documentation};
    let quality = |rule: &str| format!(", quality: [{{id: r, {rule}}}]");
    let nulls = |must: &str| quality(&format!("metric: nullValues, {must}"));
    for (looser, stricter) in [
        (String::new(), nulls("mustBe: 0")),
        (nulls("mustBeLessThan: 10"), nulls("mustBeLessThan: 5")),
        (nulls("mustBeLessOrEqualTo: 5"), nulls("mustBeLessThan: 5")),
        (nulls("mustBeLessThan: 5"), nulls("mustBe: 4")),
        (nulls("mustBeBetween: [0, 10]"), nulls("mustBeBetween: [2, 10]")),
        (nulls("mustNotBe: 3"), nulls("mustNotBeBetween: [2, 4]")),
        (nulls("mustNotBe: 3"), nulls("mustBeLessThan: 3")),
        (nulls("mustNotBeBetween: [2, 4]"), nulls("mustBeGreaterThan: 4")),
        (nulls("mustBe: 0, severity: warning"), nulls("mustBe: 0")),
        (nulls("mustBe: 0"), quality("metric: missingValues, arguments: {missingValues: ['', null]}, mustBe: 0")),
        (
            quality("metric: invalidValues, arguments: {validValues: [a, b]}, mustBe: 0"),
            quality("metric: invalidValues, arguments: {validValues: [b]}, mustBe: 0"),
        ),
        (
            quality("metric: invalidValues, arguments: {validValues: [a, b]}, mustBe: 0"),
            quality("metric: invalidValues, arguments: {validValues: [b, a], pattern: '[a-z]'}, mustBe: 0"),
        ),
        (", logicalTypeOptions: {maxLength: 9}".to_owned(), ", logicalTypeOptions: {maxLength: 8}".to_owned()),
        (
            ", logicalTypeOptions: {maxLength: 9}".to_owned(),
            ", logicalTypeOptions: {maxLength: 9, minLength: 2}".to_owned(),
        ),
    ] {
        rules(&looser, &stricter, Additive, Breaking);
    }
    for (one, other) in [
        (nulls("mustBe: 3"), nulls("mustBe: 4")),
        (nulls("mustBeLessThan: 3"), nulls("mustBeGreaterThan: 1")),
        (nulls("mustNotBe: 3"), nulls("mustNotBe: 4")),
        (nulls("mustNotBe: 3"), nulls("mustBeLessOrEqualTo: 3")),
        (nulls("mustBeLessThan: 3"), nulls("mustBeLessThan: 3, unit: percent")),
        (quality("type: sql, query: SELECT 1, mustBe: 1"), quality("type: sql, query: SELECT 2, mustBe: 1")),
        (quality("metric: rowCount, mustBe: 1"), nulls("mustBe: 1")),
        // More values that count as bad, of which there must be more.
        (
            quality("metric: invalidValues, arguments: {validValues: [a, b]}, mustBeGreaterThan: 1"),
            quality("metric: invalidValues, arguments: {validValues: [b]}, mustBeGreaterThan: 1"),
        ),
    ] {
        rules(&one, &other, Breaking, Breaking);
    }
    rules(&nulls("mustBe: 0"), &nulls("mustBeLessThan: 0.5"), Breaking, Additive);
    rules(&nulls("mustBe: 0, severity: info"), &nulls("mustBe: 1, severity: info"), Documentation, Documentation);
    // Another name alone is no change.
    let named = |id: &str| {
        contract(
            "",
            "",
            &format!("  - {{name: a, logicalType: string, quality: [{{id: {id}, metric: nullValues, mustBe: 0}}]}}\n"),
        )
    };
    assert!(ContractDifference::between(&named("one"), &named("other")).changes.is_empty());
}

#[test]
fn bounds_are_compared_as_numbers_and_as_dates() {
    let of = |kind: &str, bound: &str| {
        let property = format!("  - {{name: a, logicalType: {kind}, logicalTypeOptions: {{{bound}}}}}\n");
        contract("", "", &property)
    };
    let verdict = |kind: &str, before: &str, after: &str| {
        ContractDifference::between(&of(kind, before), &of(kind, after)).verdict()
    };
    assert_eq!(verdict("integer", "minimum: 9", "minimum: 10"), Some(Verdict::Additive));
    assert_eq!(verdict("integer", "minimum: 10", "minimum: 9"), Some(Verdict::Breaking));
    assert_eq!(verdict("integer", "maximum: 9", "maximum: 10"), Some(Verdict::Breaking));
    assert_eq!(verdict("integer", "minimum: 9", "exclusiveMinimum: 9"), Some(Verdict::Additive));
    assert_eq!(verdict("integer", "exclusiveMaximum: 9", "maximum: 9"), Some(Verdict::Breaking));
    assert_eq!(verdict("date", "minimum: '2026-01-01'", "minimum: '2026-02-01'"), Some(Verdict::Additive));
    assert_eq!(verdict("date", "maximum: '2026-01-01'", "maximum: '2026-02-01'"), Some(Verdict::Breaking));
}

#[test]
fn promises_of_the_whole_are_judged_like_those_of_its_parts() {
    let cases = [
        ("", "name: Claims", Verdict::Documentation, Verdict::Documentation),
        ("description: {purpose: x}", "description: {purpose: y}", Verdict::Documentation, Verdict::Documentation),
        ("tags: [a]", "tags: [b]", Verdict::Documentation, Verdict::Documentation),
        (
            "customProperties: [{property: tessera.tier, value: 2}]",
            "customProperties: [{property: tessera.tier, value: 1}]",
            Verdict::Additive,
            Verdict::Breaking,
        ),
        (
            "customProperties: [{property: tessera.regions, value: [eu]}]",
            "customProperties: [{property: tessera.regions, value: [eu, in]}]",
            Verdict::Additive,
            Verdict::Breaking,
        ),
        ("customProperties: [{property: tessera.regions, value: [eu]}]", "", Verdict::Additive, Verdict::Breaking),
        (
            "slaProperties: [{property: freshness, value: 2, unit: h}]",
            "slaProperties: [{property: latency, value: 1, unit: h}]",
            Verdict::Additive,
            Verdict::Breaking,
        ),
        ("", "slaProperties: [{property: freshness, value: 1, unit: h}]", Verdict::Additive, Verdict::Breaking),
    ];
    for (before, after, forth, back) in cases {
        let (was, is) = (contract(before, "", ""), contract(after, "", ""));
        assert_eq!(ContractDifference::between(&was, &is).verdict(), Some(forth), "{before} -> {after}");
        assert_eq!(ContractDifference::between(&is, &was).verdict(), Some(back), "{after} -> {before}");
    }
    let (was, mut is) = (contract("", "", ""), contract("", "", ""));
    is.id = "c2".to_owned();
    is.version = Version::new(9, 0, 0);
    assert_eq!(lines(&was, &is), ["breaking the id was `c1` and is `c2`"]);
    let mut more = contract("", "", "");
    more.ports.push(PortContract { name: "other".parse().unwrap(), ..more.ports[0].clone() });
    assert_eq!(lines(&was, &more), ["additive `other`: the port is new"]);
    assert_eq!(lines(&more, &was), ["breaking `other`: the port is gone"]);
}

#[test]
fn the_version_rises_at_least_as_far_as_the_verdict_asks() {
    let least = |before: &str, verdict: Option<Verdict>| {
        let change =
            |verdict| ContractChange { verdict, port: None, column: None, what: String::new(), why: String::new() };
        let difference = ContractDifference { changes: verdict.map(change).into_iter().collect() };
        difference.least_version(&before.parse().unwrap()).to_string()
    };
    assert_eq!(least("1.2.3", None), "1.2.3");
    assert_eq!(least("1.2.3", Some(Verdict::Documentation)), "1.2.4");
    assert_eq!(least("1.2.3", Some(Verdict::Additive)), "1.3.0");
    assert_eq!(least("1.2.3", Some(Verdict::Breaking)), "2.0.0");
    assert_eq!(least("0.2.3", Some(Verdict::Breaking)), "1.0.0");
}
