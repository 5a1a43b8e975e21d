//! The gate through a dry run: every metric passes and fails, every miss is told at once, examples are masked.

use model::{Code, Problem, contract::Contract};
use pipeline::{PublishReport, RuleOutcome};

use crate::{
    files::{self, HEAD, borrowed, product},
    house::House,
};

/// A dry run of a port `t(id, name, amount, day)` over these rows, with these lines in its contract.
async fn judge(rows: &str, port_rules: &str, columns: &str) -> Result<PublishReport, Problem> {
    let contract = contract_of(port_rules, columns);
    let source = "source: drops\nkind: files\ntables:\n  raw: {path: t.csv, format: csv}\n";
    let sql =
        "SELECT id, name, try_cast(amount AS DECIMAL(12,2)) AS amount, try_cast(day AS DATE) AS day FROM bronze.raw";
    let house = House::with(&[
        ("domains/claims/sources/drops.yaml", source),
        ("domains/claims/products/p/contract.yaml", &contract),
        ("domains/claims/products/p/t.sql", sql),
    ])
    .await;
    house.drop_file("claims", "t.csv", format!("id,name,amount,day\n{rows}"));
    house.publish_as("claims.p", true).await
}

fn contract_of(port_rules: &str, columns: &str) -> String {
    format!("{HEAD}schema:\n  - name: t\n    logicalType: object\n{port_rules}    properties:\n{columns}")
}

const COLUMNS: &str = "      - {name: id, logicalType: string, description: d}\n      \
    - {name: name, logicalType: string, description: d}\n      \
    - {name: amount, logicalType: number, physicalType: \"decimal(12,2)\", description: d}\n      \
    - {name: day, logicalType: date, description: d}\n";

/// [`COLUMNS`] with more said about one of them.
fn columns(name: &str, more: &str) -> String {
    COLUMNS.replace(&format!("{{name: {name},"), &format!("{{name: {name}, {more},"))
}

/// The outcome of the one rule with this metric.
fn outcome(judged: &Result<PublishReport, Problem>, metric: &str) -> String {
    match judged {
        Ok(report) => {
            let rule = report.gate.rules.iter().find(|rule| rule.metric == metric).unwrap();
            format!("{:?} {}", rule.outcome, rule.found.clone().unwrap_or_default())
        }
        Err(problem) => {
            assert_eq!(problem.code(), Code::GateRefused, "{problem} {:?}", problem.items());
            assert_eq!(problem.items().len(), 1, "{:?}", problem.items());
            problem.items()[0].message().to_owned()
        }
    }
}

#[tokio::test]
async fn every_promise_and_metric_holds_and_is_broken() {
    let good = "1,ann,10,2026-01-01\n2,bob,20,2026-01-02\n";
    let rule = |rule: &str| format!("    quality: [{{{rule}}}]\n");
    let quality = |name: &str, rule: &str| columns(name, &format!("quality: [{{{rule}}}]"));
    let none = String::new;
    // metric, port rules, columns, breaking rows, what the item says
    let cases: Vec<(&str, String, String, &str, &str)> = vec![
        (
            "required",
            none(),
            columns("name", "required: true"),
            "1,,1,2026-01-01\n",
            "`t.name` breaks `t.name.required`: expected 0, found 1, for example `name` is NULL",
        ),
        (
            "unique",
            none(),
            columns("id", "unique: true"),
            "1,a,1,2026-01-01\n1,b,1,2026-01-01\n1,c,1,2026-01-01\n",
            "found 2, for example `id` = `1`",
        ),
        (
            "primaryKey",
            none(),
            columns("id", "primaryKey: true, primaryKeyPosition: 1"),
            "1,a,1,2026-01-01\n1,b,1,2026-01-01\n,c,1,2026-01-01\n",
            "found 2",
        ),
        (
            "rowCount",
            rule("type: library, metric: rowCount, mustBeBetween: [2, 3]"),
            COLUMNS.into(),
            "1,a,1,2026-01-01\n",
            "expected between 2 and 3, found 1",
        ),
        (
            "nullValues",
            none(),
            quality("amount", "type: library, metric: nullValues, mustBe: 0"),
            "1,a,x,2026-01-01\n",
            "expected 0, found 1",
        ),
        (
            "nullValues",
            none(),
            quality("amount", "type: library, metric: nullValues, mustBeLessThan: 50, unit: percent"),
            "1,a,x,2026-01-01\n2,a,1,2026-01-01\n",
            "expected less than 50 %, found 50 %",
        ),
        (
            "missingValues",
            none(),
            quality(
                "name",
                "type: library, metric: missingValues, arguments: {missingValues: [\"n/a\", null]}, mustBe: 0",
            ),
            "1,n/a,1,2026-01-01\n2,,1,2026-01-01\n",
            "found 2",
        ),
        (
            "invalidValues",
            none(),
            quality("name", "type: library, metric: invalidValues, arguments: {validValues: [ann, bob]}, mustBe: 0"),
            "1,eve,1,2026-01-01\n",
            "found 1, for example `name` = `eve`",
        ),
        (
            "invalidValues",
            none(),
            quality("name", "type: library, metric: invalidValues, arguments: {pattern: \"[a-z]{3}\"}, mustBe: 0"),
            "1,anna,1,2026-01-01\n",
            "for example `name` = `anna`",
        ),
        (
            "duplicateValues",
            rule("type: library, metric: duplicateValues, arguments: {properties: [id, day]}, mustBe: 0"),
            COLUMNS.into(),
            "1,a,1,2026-01-01\n1,b,1,2026-01-01\n",
            "found 1, for example `day` = `2026-01-01`, `id` = `1`",
        ),
        (
            "duplicateValues",
            none(),
            quality("name", "type: library, metric: duplicateValues, mustBe: 0"),
            "1,a,1,2026-01-01\n2,a,1,2026-01-01\n",
            "found 1",
        ),
        (
            "sql",
            rule("type: sql, query: \"SELECT count(*) FROM {object} WHERE amount < 5\", mustBe: 0"),
            COLUMNS.into(),
            "1,a,1,2026-01-01\n",
            "expected 0, found 1",
        ),
        (
            "sql",
            none(),
            quality("amount", "type: sql, query: \"SELECT min({property}) FROM t\", mustBeGreaterOrEqualTo: 10"),
            "1,a,1,2026-01-01\n",
            "expected at least 10, found 1",
        ),
    ];
    for (metric, port_rules, columns, bad, says) in cases {
        let passed = outcome(&judge(good, &port_rules, &columns).await, metric);
        assert!(passed.starts_with("Passed"), "{metric}: {passed}");
        let refused = outcome(&judge(bad, &port_rules, &columns).await, metric);
        assert!(refused.contains(says), "{metric}: {refused}");
    }
}

#[tokio::test]
async fn options_of_a_type_are_rules_too() {
    for (name, options, bad) in [
        ("amount", "logicalTypeOptions: {minimum: 5}", "1,a,4.99,2026-01-01\n"),
        ("amount", "logicalTypeOptions: {exclusiveMaximum: 5}", "1,a,5,2026-01-01\n"),
        ("name", "logicalTypeOptions: {maxLength: 2}", "1,abc,1,2026-01-01\n"),
        ("name", "logicalTypeOptions: {pattern: \"^[a-z]+$\"}", "1,A,1,2026-01-01\n"),
    ] {
        let problem = judge(bad, "", &columns(name, options)).await.unwrap_err();
        assert_eq!(problem.code(), Code::GateRefused, "{options}");
        let good =
            if name == "amount" && options.contains("Max") { "1,a,4,2026-01-01\n" } else { "1,ab,7,2026-01-01\n" };
        assert!(judge(good, "", &columns(name, options)).await.is_ok(), "{options}");
    }
}

#[tokio::test]
async fn columns_are_compared_with_the_contract() {
    let wrong = columns("day", "x: 1").replace("x: 1,", "").replace("logicalType: date", "logicalType: timestamp");
    let problem = judge("1,a,1,2026-01-01\n", "", &wrong).await.unwrap_err();
    assert!(
        problem.items()[0].message().contains("expected a column of type timestamp, found type date"),
        "{:?}",
        problem.items()
    );
    let missing = format!("{COLUMNS}      - {{name: gone, logicalType: string, required: true, description: d}}\n");
    let problem = judge("1,a,1,2026-01-01\n", "", &missing).await.unwrap_err();
    assert_eq!(problem.items().len(), 1);
    assert!(problem.items()[0].message().contains("`t.gone`"), "{:?}", problem.items());
    let fewer: String = COLUMNS.lines().filter(|line| !line.contains("day")).map(|line| format!("{line}\n")).collect();
    let report = judge("1,a,1,2026-01-01\n", "", &fewer).await.unwrap();
    let extra = report.gate.rules.iter().find(|rule| rule.column.as_deref() == Some("day")).unwrap();
    assert_eq!(extra.outcome, RuleOutcome::Failed);
    assert!(!extra.blocks() && extra.found.as_deref().unwrap().contains("not served"));
}

#[tokio::test]
async fn a_rule_that_fails_to_compute_is_no_pass() {
    let mut judged = 0;
    for query in [
        "SELECT count(*) FROM nothing",
        "SELECT count(*) FROM bronze.raw",
        "SELECT nothing FROM {object}",
        "SELECT id FROM {object}",
        "SELECT 1, 2 FROM {object}",
        "SELECT 1 / 0",
        "DELETE FROM {object}",
        "SELECT random()",
        "SELECT count(*) FROM '/etc/passwd'",
        "not sql",
    ] {
        let rules = format!("    quality: [{{type: sql, query: \"{query}\", mustBe: 0}}]\n");
        // What is no query at all is refused with the contract already.
        if Contract::parse(contract_of(&rules, COLUMNS).as_bytes(), "contract.yaml").is_err() {
            continue;
        }
        judged += 1;
        let problem = judge("1,a,1,2026-01-01\n", &rules, COLUMNS).await.unwrap_err();
        assert_eq!(problem.code(), Code::GateRefused, "{query}");
        assert!(problem.items()[0].message().contains("found an error"), "{query}: {}", problem.items()[0].message());
    }
    assert!(judged >= 4, "{judged}");
}

#[tokio::test]
async fn rules_nobody_evaluates_are_listed_as_such() {
    let rules = "    quality:\n      - {type: text, description: The names are real}\n      \
        - {type: custom, engine: greatExpectations, implementation: \"x: 1\"}\n";
    let report = judge("1,a,1,2026-01-01\n", rules, COLUMNS).await.unwrap();
    let listed: Vec<RuleOutcome> =
        report.gate.rules.iter().filter(|rule| rule.metric == "text").map(|rule| rule.outcome).collect();
    assert_eq!(listed, [RuleOutcome::NotEvaluated, RuleOutcome::NotEvaluated]);
    assert_eq!(report.gate.pass_rate(), 100);
}

#[tokio::test]
async fn a_rule_that_only_warns_does_not_block() {
    let rules = "    quality: [{type: library, metric: rowCount, mustBeGreaterThan: 5, severity: warning}]\n";
    let report = judge("1,a,1,2026-01-01\n", rules, COLUMNS).await.unwrap();
    let rule = report.gate.rules.iter().find(|rule| rule.metric == "rowCount").unwrap();
    assert_eq!(rule.outcome, RuleOutcome::Failed);
    assert!(report.gate.passed());
}

#[tokio::test]
async fn every_miss_is_told_at_once_standards_too() {
    let files = product("    quality: [{type: library, metric: rowCount, mustBeGreaterThan: 100}]\n");
    let contract = files[1].1.replace("Every claim as the house knows it", "short").replace(
        "logicalType: string, description: Where",
        "logicalType: string, required: true, unique: true, description: Where",
    );
    let house = House::with(&borrowed(&files)).await;
    house.apply(&[("domains/claims/products/enriched/contract.yaml", &contract)]).await.unwrap();
    house.drop_file("claims", "notices.csv", files::NOTICES);
    let problem = house.publish_as("claims.enriched", true).await.unwrap_err();
    assert_eq!(problem.code(), Code::GateRefused);
    let items: Vec<&str> = problem.items().iter().map(Problem::message).collect();
    assert!(items.iter().any(|item| item.contains("rowCount") || item.contains("more than 100")), "{items:?}");
    assert!(items.iter().any(|item| item.contains("claims.region.unique")), "{items:?}");
    let standard = problem.items().iter().find(|item| item.code() == Code::StandardRefused).unwrap();
    assert!(standard.message().contains("std.description"), "{}", standard.message());
    assert!(standard.hint().unwrap().contains("paste"), "{:?}", standard.hint());
}

#[tokio::test]
async fn an_example_of_a_classified_column_is_masked() {
    let files = product("");
    let contract = files[1].1.replace("tags: [pii.email]", "unique: true, tags: [pii.email]");
    let house = House::with(&borrowed(&files)).await;
    house.apply(&[("domains/claims/products/enriched/contract.yaml", &contract)]).await.unwrap();
    house.drop_file(
        "claims",
        "notices.csv",
        "claim_id,customer,email,amount,region\nc1,k,ann@x.example,1,EU\nc2,k,ann@x.example,1,EU\n",
    );
    let problem = house.publish_as("claims.enriched", true).await.unwrap_err();
    let message = problem.items()[0].message();
    assert!(message.contains("`email` = `a***@x.example`"), "{message}");
    assert!(!serde_json::to_string(&problem).unwrap().contains("ann@"));
}
