//! Oracle AUDIT: every attempt is exactly one decision, with who, why, at which epoch, of what and in which form.

use futures::StreamExt as _;
use serde_json::{Value, json};

use crate::{
    door::{ana, eve, run, una},
    f1::{self, F1, World},
    slt::Login,
};

/// Sends a text as a door does and takes all it answers; the error's SQLSTATE and the statement's decisions.
async fn attempt(f1: &F1, login: &Login, sql: &str) -> (Option<String>, Vec<Value>) {
    let before = f1.activity.head().await.unwrap().seq;
    let session = f1.session(login).unwrap();
    let error = match f1.gateway.query(&session, sql).await {
        Err(problem) => Some(problem),
        Ok(mut answer) => {
            let mut failed = None;
            while let Some(batch) = answer.batches.next().await {
                failed = batch.err().or(failed);
            }
            failed
        }
    };
    let entries = f1.activity.recent(None, 1_000).await.unwrap();
    let new = entries.into_iter().filter(|entry| entry.seq > before);
    let decisions = new.map(|entry| serde_json::to_value(&entry.statement).unwrap()).collect();
    (error.map(|problem| problem.sqlstate().to_owned()), decisions)
}

/// Who, what, how it fails, the decision, the purpose it ran under, the objects.
type Case = (Login, String, Option<&'static str>, Value, Option<&'static str>, Vec<Value>);

fn object(product: &str, port: &str, lane: &str, columns: Value, scopes: Value) -> Value {
    json!({"product": product, "port": port, "lane": lane, "columns": columns, "scopes": scopes})
}

fn customers() -> Value {
    let columns = json!({
        "clear": ["customer_id", "notes", "region", "segment", "updated_at"],
        "constant": ["full_name"],
        "generalised": ["birth_date"],
        "null": ["income", "profile"],
        "partial": ["email"],
        "token": ["national_id"],
    });
    object("customer.customer_master", "customers", "treated", columns, json!(["eu"]))
}

fn claims() -> Value {
    let columns = json!({
        "clear": ["claim_id", "customer_id", "amount", "fraud_score", "region"],
        "denied": ["adjuster_notes"],
    });
    object("claims.claims_enriched", "claims", "fast", columns, json!([]))
}

fn policies() -> Value {
    let columns = json!({"clear": ["policy_id", "customer_id", "premium", "kind"]});
    object("policy.policies_active", "policies", "fast", columns, json!([]))
}

fn all_of_customers() -> Value {
    let columns = json!({"clear": [
        "customer_id", "full_name", "email", "national_id", "birth_date", "income", "notes", "region", "segment",
        "updated_at", "profile",
    ]});
    object("customer.customer_master", "customers", "fast", columns, json!([]))
}

#[test]
fn an_attempt_is_one_decision() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let allowed = || json!("allowed");
        let refused = |code: &str| json!({"refused": code});
        let none = Login { purpose: None, ..ana() };
        let adm = Login { user: "adm".to_owned(), ..ana() };
        let c = "customer.customer_master.customers";
        let cases: Vec<Case> = vec![
            (ana(), format!("SELECT * FROM {c}"), None, allowed(), Some("fraud-detection"), vec![customers()]),
            (ana(), format!("SELECT count(*) FROM {c}"), None, allowed(), Some("fraud-detection"), vec![customers()]),
            (ana(), format!("EXPLAIN SELECT 1 FROM {c}"), None, allowed(), Some("fraud-detection"), vec![customers()]),
            (una(), format!("SELECT 1 FROM {c}"), None, allowed(), Some("fraud-detection"), vec![all_of_customers()]),
            // The only purpose there is is implied, and recorded.
            (none.clone(), format!("SELECT income FROM {c}"), None, allowed(), Some("fraud-detection"), vec![customers()]),
            (none.clone(), "SELECT 1".into(), None, allowed(), None, vec![]),
            (none.clone(), "SHOW purpose".into(), None, allowed(), None, vec![]),
            (
                ana(),
                format!("SELECT 1 FROM {c} JOIN claims.claims_enriched k USING (customer_id) JOIN {c} d USING (customer_id)"),
                None,
                allowed(),
                Some("fraud-detection"),
                vec![customers(), claims()],
            ),
            (
                ana(),
                "SELECT (SELECT count(*) FROM policy.policies_active) UNION SELECT 1 WHERE EXISTS (SELECT 1 FROM claims_enriched)"
                    .into(),
                None,
                allowed(),
                Some("fraud-detection"),
                vec![policies(), claims()],
            ),
            // S-57: what a name shadows is no object; what is read behind it is one.
            (
                ana(),
                "WITH RECURSIVE customer_master(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM customer_master WHERE x < 3) \
                 SELECT x FROM customer_master"
                    .into(),
                None,
                allowed(),
                Some("fraud-detection"),
                vec![],
            ),
            (
                ana(),
                "WITH RECURSIVE customer_master(x) AS (SELECT count(*) FROM customer.customer_master UNION ALL \
                 SELECT x + 1 FROM customer_master WHERE x < 43) SELECT x FROM customer_master"
                    .into(),
                None,
                allowed(),
                Some("fraud-detection"),
                vec![customers()],
            ),
            (
                ana(),
                "SELECT policies_active.x FROM (SELECT 1 AS x) policies_active, customer.customer_master WHERE x = 1"
                    .into(),
                None,
                allowed(),
                Some("fraud-detection"),
                vec![customers()],
            ),
            // What fails in the running was let through.
            (
                ana(),
                format!("SELECT 1/(customer_id - 1001) FROM {c}"),
                Some("22012"),
                allowed(),
                Some("fraud-detection"),
                vec![customers()],
            ),
            (ana(), format!("SELECT nothing FROM {c}"), Some("42703"), refused("not-found"), Some("fraud-detection"), vec![]),
            (none, format!("SELECT email FROM {c}"), Some("42501"), refused("purpose-required"), None, vec![]),
            (
                Login { purpose: Some("marketing".into()), ..ana() },
                format!("SELECT 1 FROM {c}"),
                Some("42501"),
                refused("purpose-not-granted"),
                Some("marketing"),
                vec![],
            ),
            (eve(), format!("SELECT 1 FROM {c}"), Some("42501"), refused("access-required"), None, vec![]),
            (eve(), "SELECT 1 FROM hr.payroll.salaries".into(), Some("42P01"), refused("not-found"), None, vec![]),
            (adm, format!("SELECT 1 FROM {c}"), Some("42501"), refused("access-required"), Some("fraud-detection"), vec![]),
            (eve(), "SELECT pg_read_file('x')".into(), Some("42883"), refused("function-unknown"), None, vec![]),
            (eve(), format!("COPY {c} TO '/tmp/x'"), Some("0A000"), refused("statement-unsupported"), None, vec![]),
            (eve(), format!("DROP TABLE {c}"), Some("0A000"), refused("statement-unsupported"), None, vec![]),
            (eve(), format!("EXPLAIN ANALYZE SELECT 1 FROM {c}"), Some("42501"), refused("not-allowed"), None, vec![]),
            (eve(), "SET ROLE adm".into(), Some("42501"), refused("not-allowed"), None, vec![]),
            // What is not one readable query.
            (eve(), "SELEKT 1".into(), Some("42601"), refused("invalid-sql"), None, vec![]),
            (eve(), "SELECT 1; SELECT 2".into(), Some("42601"), refused("invalid-sql"), None, vec![]),
            (eve(), "SET purpose = 'marketing'".into(), Some("42601"), refused("invalid-sql"), None, vec![]),
            (eve(), String::new(), Some("42601"), refused("invalid-sql"), None, vec![]),
            (eve(), format!("SELECT {}", "(".repeat(5_000)), Some("54001"), refused("too-complex"), None, vec![]),
        ];
        for (login, sql, error, decision, purpose, objects) in cases {
            let (failed, mut decisions) = attempt(&f1, &login, &sql).await;
            assert_eq!(failed.as_deref(), error, "{sql}");
            assert_eq!(decisions.len(), 1, "{sql}: {decisions:#?}");
            let found = &mut decisions[0];
            assert_eq!(found["principal"], format!("user:{}", login.user), "{sql}");
            assert_eq!(found["decision"], decision, "{sql}");
            assert_eq!(found["purpose"].as_str(), purpose, "{sql}");
            assert_eq!(found["epoch"], f1.registry.mesh().seq(), "{sql}");
            assert_eq!(found["text"], Value::Null, "the text is kept only where it is switched on");
            for object in found["objects"].as_array_mut().unwrap() {
                let publication = object.as_object_mut().unwrap().remove("publication").unwrap();
                assert!(publication.as_str().unwrap().starts_with("pub-"), "{publication}");
                // Which columns are read: `the_columns_that_a_statement_reads_are_on_record`.
                assert!(object.as_object_mut().unwrap().remove("read").unwrap().is_array());
            }
            assert_eq!(found["objects"], json!(objects), "{sql}");
            // Literals of others are data: nothing typed is in the record but the fingerprint.
            assert!(!found.to_string().contains("777001") && !found.to_string().contains("SELECT"), "{found}");
        }
    });
}

#[test]
fn the_columns_that_a_statement_reads_are_on_record() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let c = "customer.customer_master.customers";
        for (sql, read) in [
            (format!("SELECT count(*) FROM {c}"), json!([])),
            (format!("SELECT income FROM {c}"), json!(["income"])),
            (format!("SELECT 1 FROM {c} WHERE email LIKE 'a%'"), json!(["email"])),
            (format!("SELECT max(a.email) FROM {c} a JOIN {c} b USING (customer_id)"), json!(["customer_id", "email"])),
            (format!("SELECT (SELECT max(region) FROM {c}) FROM {c} LIMIT 1"), json!(["region"])),
        ] {
            let (failed, decisions) = attempt(&f1, &ana(), &sql).await;
            assert_eq!((failed, decisions.len()), (None, 1), "{sql}");
            assert_eq!(decisions[0]["objects"][0]["read"], read, "{sql}");
        }
        let uses = f1.activity.uses(&["customer.customer_master".parse().unwrap()]).await.unwrap().remove(0).1;
        let ana = uses.iter().find(|used| used.principal.name() == "ana").unwrap();
        assert_eq!(ana.statements, 5);
        assert_eq!(ana.columns.keys().collect::<Vec<_>>(), ["customer_id", "email", "income", "region"]);
    });
}

#[test]
fn what_cannot_be_described_is_one_decision() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let session = f1.session(&eve()).unwrap();
        for sql in ["SELECT 1 FROM customer.customer_master", "COPY a TO 'b'", "SELECT 1 + nothing", "SET ROLE adm"] {
            let before = f1.activity.head().await.unwrap().seq;
            let statement = f1::statement(sql);
            let problem = f1.gateway.describe(&session, &statement, &[]).await.unwrap_err();
            let entries = f1.activity.recent(None, 10).await.unwrap();
            let new: Vec<_> = entries.into_iter().filter(|entry| entry.seq > before).collect();
            assert_eq!(new.len(), 1, "{sql}");
            let decision = serde_json::to_value(new[0].statement.decision).unwrap();
            assert_eq!(decision, json!({"refused": problem.code().as_str()}), "{sql}");
        }
    });
}

/// What is let through and then cannot even start is one decision with its end.
#[test]
fn a_start_that_fails_is_an_end_and_no_second_decision() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        std::fs::rename(f1.data().join("zones/claims"), f1.data().join("zones/elsewhere")).unwrap();
        let (failed, decisions) = attempt(&f1, &ana(), "SELECT * FROM claims.claims_enriched.claims").await;
        assert_eq!(failed.as_deref(), Some("58000"));
        assert_eq!(decisions.len(), 1, "{decisions:#?}");
        assert_eq!(
            (&decisions[0]["decision"], &decisions[0]["objects"][0]["lane"]),
            (&json!("allowed"), &json!("fast"))
        );
        let entry = f1.activity.recent(None, 1).await.unwrap().remove(0);
        let end = entry.finished.expect("its end is recorded before the caller learns of it");
        assert_eq!((end.rows, end.error), (0, Some(model::Code::DataUnavailable)));
    });
}

#[test]
fn one_statement_too_many_is_a_decision_as_well() {
    run(async {
        let limits = gateway::Limits { concurrency: 1, threads: 2, ..gateway::Limits::default() };
        let f1 = F1::build_with(World::ONE, limits).await;
        let session = f1.session(&ana()).unwrap();
        let statement = f1::statement("SELECT value FROM generate_series(1, 1000000)");
        let _running = f1.gateway.run(&session, &statement, &[]).await.unwrap();
        let (failed, decisions) = attempt(&f1, &ana(), "SELECT 1").await;
        assert_eq!(failed.as_deref(), Some("53300"));
        assert_eq!(decisions.len(), 1);
        assert_eq!(decisions[0]["decision"], json!({"refused": "limit-concurrency"}));
    });
}

/// The end of a statement says how much left, also of one that was cut off.
#[test]
fn an_end_counts_what_left() {
    run(async {
        // One file, so that nothing leaves beside what fails.
        let f1 = F1::build(World::MIXED).await;
        for (sql, rows, error) in [
            ("SELECT customer_id FROM customer.customer_master.customers", 40, None),
            ("SELECT customer_id FROM customer.customer_master.customers LIMIT 3", 3, None),
            ("SELECT 1/(customer_id - 1001) FROM customer.customer_master.customers", 0, Some("expression-failed")),
        ] {
            attempt(&f1, &ana(), sql).await;
            // The record of the end is written after the last row left: the next look that finds it is enough.
            let end = loop {
                let entry = f1.activity.recent(None, 1).await.unwrap().remove(0);
                if let Some(end) = entry.finished {
                    break end;
                }
                tokio::task::yield_now().await;
            };
            assert_eq!((end.rows, end.error.map(|code| code.as_str())), (rows, error), "{sql}");
        }
    });
}

#[test]
fn a_decision_has_its_end_whenever_the_asker_left() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let session = f1.session(&ana()).unwrap();
        let sql = "SELECT count(*) FROM generate_series(1, 9000000) a, generate_series(1, 9000000) b";
        let endless = f1::statement(sql);
        for patience in (0..40).chain(0..40).chain(0..40) {
            let patience = std::time::Duration::from_millis(patience);
            let _ = tokio::time::timeout(patience, f1.gateway.run(&session, &endless, &[])).await;
        }
        let ended = async {
            loop {
                let entries = f1.activity.recent(None, 500).await.unwrap();
                let is_open = |entry: &registry::activity::ActivityEntry| {
                    entry.statement.decision == registry::activity::AuditDecision::Allowed && entry.finished.is_none()
                };
                if entries.len() == 120 && !entries.iter().any(is_open) {
                    break;
                }
                tokio::time::sleep(std::time::Duration::from_millis(20)).await;
            }
        };
        assert!(tokio::time::timeout(std::time::Duration::from_secs(20), ended).await.is_ok());
    });
}
