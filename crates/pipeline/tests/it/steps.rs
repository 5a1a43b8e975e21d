//! Silver steps and port steps: order, names, what is refused, rows set aside, what did not change.

use model::Code;
use pipeline::{RunTarget, StepState};

use crate::{files, house::House};

async fn claims(steps: &[(&str, &str)]) -> House {
    let files: Vec<(String, String)> =
        steps.iter().map(|(table, sql)| (format!("domains/claims/silver/{table}.sql"), (*sql).to_owned())).collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let house = House::with(&files).await;
    house.drop_file("claims", "notices.csv", files::NOTICES);
    house
}

#[tokio::test]
async fn steps_run_in_the_order_of_what_they_read() {
    let house = claims(&[
        ("a_last", "SELECT count(*) AS n FROM silver.b_middle"),
        ("b_middle", "SELECT claim_id FROM silver.claims WHERE amount IS NOT NULL"),
        ("claims", files::SILVER),
    ])
    .await;
    let report = house.run("claims").await.unwrap();
    let names: Vec<&str> = report.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["bronze.notices", "silver.claims", "silver.b_middle", "silver.a_last"]);
    assert_eq!(house.rows("claims", "silver.a_last", "n").await, ["2"]);
}

#[tokio::test]
async fn a_target_builds_what_it_needs_and_nothing_else() {
    let house = claims(&[("claims", files::SILVER), ("other", "SELECT 1 AS one FROM bronze.notices")]).await;
    let report = house.run_target("claims", RunTarget::Silver("claims".parse().unwrap()), false).await.unwrap();
    let names: Vec<&str> = report.steps.iter().map(|step| step.name.as_str()).collect();
    assert_eq!(names, ["bronze.notices", "silver.claims"]);
}

#[tokio::test]
async fn a_step_whose_inputs_did_not_change_is_left_alone_unless_asked() {
    let house = claims(&[("claims", files::SILVER)]).await;
    house.run("claims").await.unwrap();
    let version = house.zone("claims").silver(&"claims".parse().unwrap()).head().await.unwrap();
    let again = house.run("claims").await.unwrap();
    assert_eq!(again.steps[1].state, StepState::Unchanged);
    assert_eq!(again.steps[1].rows, 3, "an unchanged step still says how many rows it holds");
    assert_eq!(house.zone("claims").silver(&"claims".parse().unwrap()).head().await.unwrap(), version);
    let full = house.run_target("claims", RunTarget::All, true).await.unwrap();
    assert_eq!(full.steps[1].state, StepState::Finished);
    house.drop_file("claims", "notices2.csv", "claim_id,customer,email,amount,region\nc9,k9,z@x.example,1,EU\n");
    assert_eq!(house.run("claims").await.unwrap().steps[1].rows, 4);
}

#[tokio::test]
async fn a_cycle_is_refused_with_its_files_and_the_other_steps_still_run() {
    let house = claims(&[("claims", files::SILVER)]).await;
    let refused = house
        .apply(&[
            ("domains/claims/silver/x.sql", "SELECT * FROM silver.y"),
            ("domains/claims/silver/y.sql", "SELECT * FROM silver.x"),
        ])
        .await
        .unwrap_err();
    assert_eq!(refused.code(), Code::InvalidFile);
    assert!(refused.message().contains("silver.x") && refused.message().contains("silver.y"), "{}", refused.message());
    house.run("claims").await.unwrap();
    assert_eq!(house.rows("claims", "silver.claims", "count(*)").await, ["3"]);
}

#[tokio::test]
async fn a_failed_step_stops_only_what_needs_it() {
    let house = claims(&[
        ("bad", "SELECT 1 / (CASE WHEN claim_id = 'c1' THEN 0 ELSE 1 END) AS x FROM bronze.notices"),
        ("claims", files::SILVER),
        ("needs_bad", "SELECT x FROM silver.bad"),
    ])
    .await;
    let problem = house.run("claims").await.unwrap_err();
    assert_eq!(problem.code(), Code::ExpressionFailed);
    assert_eq!(problem.location().unwrap().file, "domains/claims/silver/bad.sql");
    assert_eq!(house.rows("claims", "silver.claims", "count(*)").await, ["3"]);
    assert!(house.zone("claims").silver(&"needs_bad".parse().unwrap()).head().await.unwrap().is_none());
}

#[tokio::test]
async fn integers_of_a_step_do_not_wrap_around() {
    for sql in [
        "SELECT 9223372036854775806 + length(claim_id) AS x FROM bronze.notices",
        "SELECT sum(9223372036854775800 + length(claim_id)) AS x FROM bronze.notices",
    ] {
        let house = claims(&[("bad", sql)]).await;
        let problem = house.run("claims").await.unwrap_err();
        assert_eq!(problem.code(), Code::ExpressionFailed, "{sql}: {problem}");
        assert!(problem.message().contains("too large for its type"), "{sql}: {problem}");
    }
}

#[tokio::test]
async fn an_expression_that_fails_shows_no_value() {
    let house = claims(&[("bad", "SELECT CAST(email AS BIGINT) AS x FROM bronze.notices")]).await;
    let problem = house.run("claims").await.unwrap_err();
    assert_eq!(problem.code(), Code::ExpressionFailed);
    assert!(!serde_json::to_string(&problem).unwrap().contains("example"), "{problem:?}");
}

#[tokio::test]
async fn what_is_not_one_deterministic_query_is_refused_before_anything_is_built() {
    for (sql, code) in [
        ("SELECT * FROM notices", Code::InvalidSql),
        ("SELECT * FROM bronze.notice", Code::ReferenceUnknown),
        ("SELECT * FROM silver.nothing", Code::ReferenceUnknown),
        ("SELECT now() AS t FROM bronze.notices", Code::FunctionUnknown),
        ("SELECT current_date AS t FROM bronze.notices", Code::FunctionUnknown),
        ("SELECT current_timestamp AS t FROM bronze.notices", Code::FunctionUnknown),
        ("SELECT random() AS r FROM bronze.notices", Code::FunctionUnknown),
        ("SELECT uuid() AS r FROM bronze.notices", Code::FunctionUnknown),
        ("SELECT claim_id FROM bronze.notices WHERE random() < 0.5", Code::FunctionUnknown),
        ("SELECT claim_id FROM bronze.notices WHERE claim_id IN (SELECT uuid())", Code::FunctionUnknown),
        ("SELECT array_agg(claim_id) AS a FROM bronze.notices", Code::InvalidSql),
        ("SELECT row_number() OVER () AS n FROM bronze.notices", Code::InvalidSql),
        ("SELECT claim_id FROM bronze.notices LIMIT 1", Code::InvalidSql),
        ("SELECT claim_id AS a, customer AS \"A\" FROM bronze.notices", Code::InvalidSql),
        ("SELECT claim_id AS \"a b\" FROM bronze.notices", Code::InvalidValue),
        ("SELECT * FROM bronze.notices", Code::InvalidValue),
        ("SELECT * FROM generate_series(1, 3)", Code::StatementUnsupported),
        ("DROP TABLE bronze.notices", Code::StatementUnsupported),
        ("INSERT INTO bronze.notices SELECT 1", Code::StatementUnsupported),
        ("COPY (SELECT 1) TO '/tmp/x'", Code::StatementUnsupported),
        ("CREATE EXTERNAL TABLE x STORED AS CSV LOCATION '/etc/passwd'", Code::StatementUnsupported),
        ("EXPLAIN SELECT 1", Code::StatementUnsupported),
        ("SET datafusion.execution.batch_size = 1", Code::StatementUnsupported),
        ("SELECT 1 AS a; SELECT 2 AS a", Code::InvalidSql),
        ("SELECT nothing FROM bronze.notices", Code::InvalidSql),
        ("SELECT FROM WHERE", Code::InvalidSql),
    ] {
        let house = claims(&[]).await;
        // A step may be refused when it is applied already; then nothing is built either.
        let applied = house.apply(&[("domains/claims/silver/bad.sql", sql)]).await;
        if let Ok(()) = applied {
            let problem = house.run("claims").await.unwrap_err();
            assert_eq!(problem.code(), code, "{sql}: {problem}");
            assert_eq!(problem.location().map(|at| at.file.as_str()), Some("domains/claims/silver/bad.sql"), "{sql}");
            assert!(house.zone("claims").silver(&"bad".parse().unwrap()).head().await.unwrap().is_none(), "{sql}");
        }
    }
}

#[tokio::test]
async fn a_window_ordered_to_the_last_tie_is_built_with_a_note() {
    let sql = "SELECT claim_id, row_number() OVER (ORDER BY claim_id) AS n FROM bronze.notices";
    let house = claims(&[("numbered", sql)]).await;
    let report = house.run("claims").await.unwrap();
    assert!(report.steps[1].notes[0].contains("ORDER BY"), "{:?}", report.steps[1].notes);
    assert_eq!(house.rows("claims", "silver.numbered", "n, claim_id").await, ["1|c1", "2|c2", "3|c3"]);
}

#[tokio::test]
async fn rows_that_a_step_rejects_are_set_aside_and_counted() {
    let sql = "/* tessera\nreject: \"amount IS NULL\"\n*/\nSELECT claim_id, try_cast(amount AS DECIMAL(12,2)) AS amount FROM bronze.notices";
    let house = claims(&[("claims", sql), ("aside", "SELECT claim_id FROM silver.claims__rejected")]).await;
    let report = house.run("claims").await.unwrap();
    let step = report.steps.iter().find(|step| step.name == "silver.claims").unwrap();
    assert_eq!((step.rows, step.rejected), (2, 1));
    assert_eq!(house.rows("claims", "silver.claims", "claim_id").await, ["c1", "c2"]);
    assert_eq!(house.rows("claims", "silver.claims__rejected", "claim_id, amount").await, ["c3|-"]);
    assert_eq!(house.rows("claims", "silver.aside", "claim_id").await, ["c3"]);
}

#[tokio::test]
async fn only_who_builds_in_the_domain_may_run_it() {
    let house = claims(&[("claims", files::SILVER)]).await;
    for principal in ["user:ana", "user:stella", "service:svc-policy"] {
        let context = house.context(principal);
        let domain = "claims".parse().unwrap();
        let run = house.pipeline.run(&domain, RunTarget::All, false, &context, &pipeline::Silent).await;
        assert!(matches!(run.unwrap_err().code(), Code::NotAllowed | Code::NotFound), "{principal}");
    }
}

#[tokio::test]
async fn progress_is_told_from_start_to_end() {
    let house = claims(&[("claims", files::SILVER)]).await;
    let told = crate::house::Told::default();
    let context = house.context("user:carl");
    house.pipeline.run(&"claims".parse().unwrap(), RunTarget::All, false, &context, &told).await.unwrap();
    let told: Vec<String> =
        told.0.lock().unwrap().iter().map(|step| format!("{} {:?} {:?}", step.name, step.state, step.rows)).collect();
    assert_eq!(
        told,
        [
            "bronze.notices Started None",
            "bronze.notices Finished Some(3)",
            "silver.claims Started None",
            "silver.claims Finished Some(3)"
        ]
    );
}
