//! Tests of the statement gate: splitting, kinds, refusals, bounds.

use super::*;

fn parse(sql: &str) -> Vec<Statement> {
    Statement::parse_all(sql, &Limits::default()).unwrap_or_else(|problem| panic!("{sql}: {problem:?}"))
}

fn kind(sql: &str) -> Kind {
    parse(sql).remove(0).kind().clone()
}

fn state(sql: &str) -> String {
    match Statement::parse_all(sql, &Limits::default()) {
        Err(problem) => problem.sqlstate().to_owned(),
        Ok(statements) => match statements[0].kind() {
            Kind::Refused(problem) => problem.sqlstate().to_owned(),
            _ => "00000".to_owned(),
        },
    }
}

#[test]
fn a_text_is_split_where_statements_end() {
    let texts = |sql: &str| parse(sql).iter().map(|s| s.text().to_owned()).collect::<Vec<_>>();
    assert_eq!(
        texts("SELECT 1; SELECT ';' ;\n-- ; \nSELECT $$;$$;;"),
        ["SELECT 1", "SELECT ';'", "-- ; \nSELECT $$;$$"]
    );
    assert_eq!(texts("  "), [""]);
    assert_eq!(texts("SELECT 'ä'; SELECT 'ö'"), ["SELECT 'ä'", "SELECT 'ö'"]);
    assert_eq!(kind(" ; ; "), Kind::Empty);
    assert_eq!(kind("/* nothing */"), Kind::Empty);
}

#[test]
fn what_drivers_send_is_understood() {
    let set = |name: &str, value: &str| Kind::Set { name: name.into(), value: Some(value.into()) };
    for (sql, expected) in [
        ("BEGIN", Kind::Begin),
        ("begin isolation level repeatable read", Kind::Begin),
        ("START TRANSACTION READ ONLY", Kind::Begin),
        ("COMMIT", Kind::Commit),
        ("END", Kind::Commit),
        ("ROLLBACK", Kind::Rollback),
        ("ABORT", Kind::Rollback),
        ("SAVEPOINT a", Kind::Savepoint),
        ("ROLLBACK TO SAVEPOINT a", Kind::Savepoint),
        ("RELEASE SAVEPOINT a", Kind::Savepoint),
        ("DISCARD ALL", Kind::Discard),
        ("DEALLOCATE ALL", Kind::Deallocate(None)),
        ("DEALLOCATE \"_pg3_0\"", Kind::Deallocate(Some("_pg3_0".into()))),
        ("CLOSE ALL", Kind::Close(None)),
        ("SET purpose = 'fraud-detection'", set("purpose", "fraud-detection")),
        ("SET purpose TO \"fraud-detection\"", set("purpose", "fraud-detection")),
        ("SET SESSION application_name = 'x y'", set("application_name", "x y")),
        ("SET LOCAL statement_timeout = 500", set("statement_timeout", "500")),
        ("SET client_encoding TO 'UTF8'", set("client_encoding", "UTF8")),
        ("SET NAMES 'utf8'", set("client_encoding", "utf8")),
        ("SET TIME ZONE 'UTC'", set("timezone", "UTC")),
        ("SET search_path = a, b", set("search_path", "a, b")),
        ("SET extra_float_digits = -1", set("extra_float_digits", "-1")),
        ("SET DateStyle = 'ISO'", set("datestyle", "ISO")),
        ("SET datafusion.explain.show_statistics = true", set("datafusion.explain.show_statistics", "true")),
        ("SET purpose = DEFAULT", Kind::Set { name: "purpose".into(), value: None }),
        ("RESET purpose", Kind::Set { name: "purpose".into(), value: None }),
        ("RESET ALL", Kind::ResetAll),
        ("SHOW ALL", Kind::Show("all".into())),
        ("show transaction isolation level", Kind::Show("transaction_isolation".into())),
        ("SHOW server_version", Kind::Show("server_version".into())),
        ("SELECT 1", Kind::Query),
        ("VALUES (1)", Kind::Query),
        ("(SELECT 1) UNION ALL (SELECT 2)", Kind::Query),
        ("EXPLAIN SELECT 1", Kind::Explain),
    ] {
        assert_eq!(kind(sql), expected, "{sql}");
    }
    for sql in [
        "SET ROLE x",
        "SET SESSION AUTHORIZATION x",
        "SET LOCAL ROLE x",
        "RESET SESSION AUTHORIZATION",
        "EXPLAIN ANALYZE SELECT 1",
    ] {
        assert_eq!(state(sql), "42501", "{sql}");
    }
}

#[test]
fn what_is_too_much_is_refused_before_it_is_parsed() {
    let many = |part: &str, count: usize| part.repeat(count);
    for (sql, expected) in [
        (format!("SELECT {}1{}", many("(", 5_000), many(")", 5_000)), "54001"),
        (format!("SELECT {}1{}", many("[", 5_000), many("]", 5_000)), "54001"),
        (format!("SELECT {}1 {}", many("CASE WHEN TRUE THEN ", 500), many("END ", 500)), "54001"),
        (format!("SELECT {} 1", many("NOT ", 50_000)), "54001"),
        (format!("SELECT 1{}", many(" + 1", 50_000)), "54001"),
        (format!("SELECT 1{}", many(" UNION ALL SELECT 1", 10_000)), "54001"),
        (format!("SELECT 1{}", many("::int", 10_000)), "54001"),
        (many("SELECT 1;", 1_000), "54001"),
        (format!("SELECT '{}'", many("x", 2 << 20)), "54000"),
        (format!("SELECT 1{}", many(" ", 1 << 20)), "54000"),
        ("SELECT 'a\0b'".to_owned(), "42601"),
        ("SELECT 'open".to_owned(), "42601"),
        ("SELECT /* open".to_owned(), "42601"),
    ] {
        let head: String = sql.chars().take(40).collect();
        assert_eq!(state(&sql), expected, "{head}");
    }
    assert_eq!(state(&format!("SELECT {}1{}", many("(", 40), many(")", 40))), "00000");
}

#[test]
fn a_syntax_error_has_a_position() {
    let problem = Statement::parse_all("SELECT 1,\n  FROM WHERE", &Limits::default()).unwrap_err();
    let at = problem.location().unwrap_or_else(|| panic!("{problem:?}"));
    assert_eq!(at.line, 2);
    assert_eq!(problem.sqlstate(), "42601");
}

#[test]
fn fingerprints_differ_by_form_and_not_by_literals() {
    let of = |sql: &str| Statement::parse_all(sql, &Limits::default()).unwrap()[0].fingerprint();
    assert_eq!(of("SELECT  a FROM t WHERE b = 'x' -- note"), of("select a from t where b='secret'"));
    assert_eq!(of("SELECT 1"), of("SELECT 22"));
    assert_ne!(of("SELECT a FROM t"), of("SELECT b FROM t"));
    assert_ne!(of("SELECT \"A\" FROM t"), of("SELECT a FROM t"));
    // Also of what cannot be read, from its beginning alone.
    let of = |sql: &str| Statement::unreadable(sql).fingerprint();
    assert_eq!(of("SELEKT 1 + 'x'"), of("selekt 22 + 'secret'"));
    assert_ne!(of("SELEKT a"), of("SELEKT b"));
    let long = |end: &str| format!("SELECT {}{end}", "\u{e4}, ".repeat(1 << 20));
    assert_eq!(of(&long("a")), of(&long("b")));
}

#[test]
fn chains_are_refused_before_they_are_parsed() {
    for sql in [
        format!("SELECT a{}", ".b".repeat(1_900)),
        format!("SELECT a{}", "(1)".repeat(1_900)),
        format!("SELECT a{}", "[1]".repeat(1_900)),
    ] {
        let head: String = sql.chars().take(40).collect();
        assert_eq!(state(&sql), "54001", "{head}");
    }
}

#[test]
fn a_hundred_thousand_of_anything_is_refused_or_read() {
    let many = |part: &str| part.repeat(100_000);
    for (sql, expected) in [
        (format!("SELECT 1 WHERE a = 1{}", many(" OR a")), "54001"),
        (format!("SELECT 1{}", many(" + 1")), "54001"),
        (format!("SELECT 1{}", " UNION ALL SELECT 1".repeat(50_000)), "54001"),
        (format!("SELECT {}1{}", many("("), many(")")), "54001"),
        (format!("SELECT {}1{}", many("abs("), many(")")), "54001"),
        (format!("SELECT {}1{}", "CASE WHEN a THEN ".repeat(40_000), " END".repeat(40_000)), "54001"),
        (format!("SELECT {}1{}", "(SELECT ".repeat(50_000), ")".repeat(50_000)), "54001"),
        (format!("SELECT 1 FROM t{}", ", t".repeat(100_000)), "54001"),
        (format!("SELECT 1 FROM t{}", " CROSS JOIN t".repeat(50_000)), "54001"),
        (format!("WITH a AS (SELECT 1){} SELECT 1", ", a AS (SELECT 1)".repeat(50_000)), "54001"),
        (format!("SELECT 1 WHERE a IN (1{})", ", 1".repeat(70_000)), "00000"),
        (format!("SELECT 1 WHERE a IN (1{})", many(", 1")), "54001"),
    ] {
        let head: String = sql.chars().take(40).collect();
        assert_eq!(state(&sql), expected, "{head}");
    }
}

#[test]
fn expressions_that_multiply_are_refused() {
    let parts: String = (1..40).map(|n| format!(", a{n} AS (SELECT l.x FROM a{0} l, a{0} r)", n - 1)).collect();
    assert_eq!(state(&format!("WITH a0 AS (SELECT 1 AS x){parts} SELECT count(*) FROM a39")), "54001");
    assert_eq!(state(&format!("EXPLAIN WITH a0 AS (SELECT 1 AS x){parts} SELECT count(*) FROM a39")), "54001");
}

#[test]
fn only_listed_plan_nodes_pass() {
    use datafusion::logical_expr::{DdlStatement, DropTable, LogicalPlan, LogicalPlanBuilder};
    let schema = std::sync::Arc::new(datafusion::common::DFSchema::empty());
    let drop_table = DropTable { name: "t".into(), if_exists: true, schema };
    let refused = LogicalPlan::Ddl(DdlStatement::DropTable(drop_table));
    assert!(plan_gate::check(&refused).is_err());
    let passes = LogicalPlanBuilder::empty(true).build().unwrap();
    assert!(plan_gate::check(&passes).is_ok());
    let explained = LogicalPlanBuilder::from(passes).explain(false, false).unwrap().build().unwrap();
    assert!(plan_gate::check(&explained).is_err());
}

#[test]
fn result_columns_are_named_as_postgres_names_them() {
    let names = |sql: &str| columns::names(parse(sql)[0].query().unwrap()).map(|names| names.join(","));
    assert_eq!(
        names("SELECT 1, count(*), max(x), a.B, \"C d\", x AS Y, x::text, CASE WHEN x THEN 1 END").unwrap(),
        "?column?,count,max,b,C d,y,x,case"
    );
    assert_eq!(names("SELECT current_user, pg_catalog.version()").unwrap(), "current_user,version");
    assert_eq!(names("SELECT a FROM t UNION SELECT b FROM t").unwrap(), "a");
    assert_eq!(names("SELECT * FROM t"), None);
}
