//! S-75: what is too much ends with its code, and the next statement works.

use gateway::Limits;

use crate::{
    door::{ana, run, shared},
    f1::{self, F1, World},
};

#[test]
fn what_is_too_much_is_refused_and_others_go_on() {
    run(async {
        let limits = Limits {
            seconds: 5,
            threads: 2,
            statement_memory: 64 << 20,
            principal_memory: 128 << 20,
            spill: 16 << 20,
            rows: 200_000,
            ..Limits::default()
        };
        let f1 = F1::build_with(World::ONE, limits).await;
        let p = "policy.policies_active.policies";
        let deep = format!("SELECT {}1{}", "(".repeat(5_000), ")".repeat(5_000));
        let long = format!("SELECT 1 WHERE {}", vec!["1 = 1"; 50_000].join(" OR "));
        let list = format!("SELECT 1 WHERE 5 IN ({})", vec!["7"; 100_000].join(","));
        let big = format!("SELECT '{}'", "x".repeat(5 << 20));
        let nots = format!("SELECT {} TRUE", "NOT ".repeat(50_000));
        let minus = format!("SELECT {} 1", "- ".repeat(50_000));
        let plus = format!("SELECT 1{}", " + 1".repeat(100_000));
        let unions = format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(50_000));
        let around = |open: &str, close: &str| format!("SELECT {}1{}", open.repeat(20_000), close.repeat(20_000));
        let calls = around("abs(", ")");
        let whens = around("CASE WHEN true THEN ", " END");
        let selects = around("(SELECT ", ")");
        let cases: &[(&str, &[&str])] = &[
            ("SELECT count(*) FROM generate_series(1, 1000000000000)", &["53400"]),
            (&format!("SELECT a.policy_id FROM {p} a, {p} b, {p} c, {p} d, {p} e, {p} f"), &["53400", "57014"]),
            ("SELECT repeat('x', 2000000000)", &["53400"]),
            ("SELECT lpad('x', 2000000000)", &["53400"]),
            ("SELECT array_repeat(1, 2000000000)", &["53400"]),
            ("SELECT range(0, 2000000000)", &["53400"]),
            (
                &format!("SELECT array_agg(a.kind || b.kind || c.kind || d.kind) FROM {p} a, {p} b, {p} c, {p} d"),
                &["53200", "57014"],
            ),
            (&list, &["53400", "54001", "54000", "57014", "00000"]),
            (&big, &["54000"]),
            (&deep, &["54001"]),
            (&long, &["54001"]),
            (&nots, &["54001"]),
            (&minus, &["54001"]),
            (&plus, &["54001"]),
            (&unions, &["54001"]),
            (&calls, &["54001"]),
            (&whens, &["54001"]),
            (&selects, &["54001"]),
        ];
        for (sql, expected) in cases {
            let head: String = sql.chars().take(80).collect();
            println!("{head}");
            let state = match f1.try_ask(&ana(), sql).await {
                Ok(_) => "00000".to_owned(),
                Err(problem) => problem.sqlstate().to_owned(),
            };
            assert!(expected.contains(&state.as_str()), "{head}: {state}");
            let alive = f1.try_ask(&ana(), "SELECT count(*) FROM policy.policies_active.policies").await.unwrap();
            assert_eq!(alive.rows[0][0].as_deref(), Some("50"), "{head}");
        }
        // As many operators as are let through: whatever the answer, the process lives.
        for part in [" + 1", " || 'x'", " OR customer_id = 5", " UNION ALL SELECT 1"] {
            let head = if part.contains('|') { "segment" } else { "customer_id" };
            let head = if part.contains("OR") { "customer_id = 1" } else { head };
            let from = if part.contains("UNION") { "" } else { " FROM customer.customer_master.customers" };
            let head = if from.is_empty() { "1" } else { head };
            let sql = format!("SELECT {head}{}{from}", part.repeat(900));
            let start = std::time::Instant::now();
            let rows = f1.try_ask(&ana(), &sql).await.map(|table| table.rows.len());
            println!("{part}: {rows:?} in {:?}", start.elapsed());
            // Nobody can end planning, so nothing that is let through may plan without end.
            assert!(start.elapsed() < std::time::Duration::from_secs(60), "{part}: {:?}", start.elapsed());
        }
        // 2,000 columns are no trouble, given the usual time.
        let f1 = shared().await;
        let wide = format!("SELECT {}", (0..2_000).map(|i| format!("{i} AS c{i}")).collect::<Vec<_>>().join(", "));
        assert_eq!(f1.try_ask(&ana(), &wide).await.unwrap().columns.len(), 2_000);
    });
}

#[test]
fn what_is_still_planned_counts() {
    run(async {
        let f1 = F1::build_with(World::ONE, Limits { concurrency: 1, threads: 2, ..Limits::default() }).await;
        let mut session = f1.session(&ana()).unwrap();
        session.set("statement_timeout", Some("20ms")).unwrap();
        let long = format!("SELECT 1 WHERE 5 IN ({})", vec!["7"; 60_000].join(","));
        let long = f1::statement(&long);
        // Its time is over, its planning is not: another would be one more thread.
        let short = f1::statement("SELECT 1");
        let patient = f1.session(&ana()).unwrap();
        let refused = async || {
            let over =
                f1.gateway.run(&session, &long, &[]).await.map(drop).map_err(|problem| problem.sqlstate().to_owned());
            if over != Err("57014".to_owned()) {
                return [over.clone(), over];
            }
            let run = f1.gateway.run(&patient, &short, &[]).await.map(drop);
            let described = f1.gateway.describe(&patient, &short, &[]).await.map(drop);
            [run, described].map(|done| done.map_err(|problem| problem.sqlstate().to_owned()))
        };
        // On a machine with much else to do, planning may have ended before the next statement is looked at.
        let mut beat = tokio::time::interval(std::time::Duration::from_millis(20));
        let mut seen = false;
        for _ in 0..20 {
            seen = seen || refused().await == [Err("53300".to_owned()), Err("53300".to_owned())];
            beat.tick().await;
        }
        assert!(seen, "what is still planned does not count");
        let ends = async {
            while f1.gateway.run(&patient, &short, &[]).await.is_err() {
                beat.tick().await;
            }
        };
        tokio::time::timeout(std::time::Duration::from_secs(60), ends).await.unwrap();
    });
}

/// What stands within itself: before, at the heart and after each level.
const WITHIN: &[(&str, &str, &str)] = &[
    ("(", "1", ")"),
    ("lower(", "'A'", ")"),
    ("coalesce(NULL, ", "1", ")"),
    ("count(", "1", ") OVER ()"),
    ("greatest(1, ", "2", ")"),
    ("substring(", "'abc'", " FROM 1)"),
    ("trim(BOTH 'x' FROM ", "'x'", ")"),
    ("position('a' IN ", "'abc'", ")::text"),
    ("extract(day FROM ", "DATE '2026-01-01'", ")"),
    ("CAST(", "1", " AS INT)"),
    ("(", "1", ")::int"),
    ("- (", "1", ")"),
    ("NOT (", "true", ")"),
    ("(1, ", "2", ")"),
    ("ARRAY[", "1", "]"),
    ("CASE WHEN true THEN ", "1", " ELSE 0 END"),
    ("CASE ", "1", " WHEN 1 THEN 1 END"),
    ("1 IN (", "1", ")"),
    ("1 + ALL (ARRAY[", "1", "])"),
    ("(1 BETWEEN 0 AND ", "2", ")::int"),
    ("('a' LIKE ", "'a'", ")::text"),
    ("(", "true", ") IS TRUE"),
    ("(", "1", ") IS DISTINCT FROM 1"),
    ("(SELECT ", "1", ")"),
    ("EXISTS (SELECT ", "1", ")"),
    ("1 IN (SELECT ", "1", ")"),
    ("NOT EXISTS (SELECT 1 FROM policy.policies_active WHERE ", "true", ")"),
    ("ARRAY(SELECT ", "1", ")"),
    ("(SELECT max(policy_id) FROM policy.policies_active p WHERE p.policy_id > ", "'1'", ")"),
    ("(SELECT * FROM (SELECT ", "1", ") x)"),
    ("(WITH w AS (SELECT ", "1 AS a", ") SELECT * FROM w)"),
    ("(VALUES (", "1", "))"),
];

#[test]
fn depth_costs_no_more_than_length() {
    run(async {
        let f1 = shared().await;
        let most = std::time::Duration::from_secs(8);
        let tables = ["SELECT * FROM (", "WITH w AS (", "(", "SELECT * FROM (SELECT 1 AS b) t JOIN ("];
        let table_ends = [") x", ") SELECT * FROM w", ") UNION ALL SELECT 1", ") b ON true"];
        let queries = tables.into_iter().zip(table_ends).map(|(open, close)| ("", open, "SELECT 1 AS a", close));
        let system =
            ["lower(", "(SELECT ", "NOT ("].into_iter().map(|open| ("SELECT 'pg_class'::regclass, ", open, "1", ")"));
        let within = WITHIN.iter().map(|(open, heart, close)| ("SELECT ", *open, *heart, *close));
        for (head, open, heart, close) in within.chain(queries).chain(system) {
            // What fails at its heart is where a parser tries another reading.
            for (levels, heart) in (4..=60).step_by(4).flat_map(|levels| [(levels, heart), (levels, "1 1 1")]) {
                let sql = format!("{head}{}{heart}{}", open.repeat(levels), close.repeat(levels));
                println!("{levels} levels of {open}{heart}");
                let start = std::time::Instant::now();
                let outcome = f1.try_ask(&ana(), &sql).await.map(|_| ()).map_err(|problem| problem.code());
                let elapsed = start.elapsed();
                assert!(elapsed < most, "{levels} levels of {open}: {elapsed:?}, {outcome:?}");
                assert_ne!(outcome, Err(model::Code::Internal), "{levels} levels of {open}");
                if outcome == Err(model::Code::TooComplex) {
                    break;
                }
            }
        }
    });
}

#[test]
fn a_principal_has_so_many_statements_at_once() {
    run(async {
        let f1 = F1::build_with(World::ONE, Limits { concurrency: 1, threads: 2, ..Limits::default() }).await;
        let session = f1.session(&ana()).unwrap();
        let statement = f1::statement("SELECT value FROM generate_series(1, 1000000)");
        let first = f1.gateway.run(&session, &statement, &[]).await.unwrap();
        let problem = f1.gateway.run(&session, &statement, &[]).await.unwrap_err();
        assert_eq!(problem.sqlstate(), "53300");
        drop(first);
    });
}
