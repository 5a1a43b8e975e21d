//! Which masked columns an answer's columns come from: followed through the statement, whatever it calls them.

use crate::{
    door::{ana, run},
    f1::{F1, World},
};

/// For each column of an answer: the masked columns it comes from, as `column outcome`.
async fn masks(f1: &F1, sql: &str) -> Vec<Vec<String>> {
    let mut session = f1.session(&ana()).unwrap();
    session.tells_masks = true;
    let answer = f1.gateway.query(&session, sql).await.unwrap_or_else(|problem| panic!("{sql}: {problem}"));
    assert_eq!(answer.masked.len(), answer.schema.fields().len(), "{sql}");
    let told = |masked: &gateway::Masked| {
        assert_eq!(masked.port.to_string(), "customer.customer_master.customers");
        format!("{} {}", masked.column, masked.outcome.word())
    };
    answer.masked.iter().map(|column| column.iter().map(told).collect()).collect()
}

#[test]
fn masks_are_followed_whatever_a_column_is_called() {
    run(async {
        let f1 = F1::build(World::ONE).await;
        let c = "customer.customer_master";
        let none: &[&str] = &[];
        let cases: Vec<(String, Vec<&[&str]>)> = vec![
            (format!("SELECT customer_id, email FROM {c}"), vec![none, &["email partial"]]),
            (format!("SELECT email AS region, region AS email FROM {c}"), vec![&["email partial"], none]),
            (format!("SELECT upper(email) || full_name FROM {c}"), vec![&["email partial", "full_name constant"]]),
            (format!("SELECT count(national_id), region FROM {c} GROUP BY region"), vec![&["national_id token"], none]),
            (format!("SELECT count(*) FROM {c}"), vec![none]),
            (
                format!("SELECT m FROM (SELECT max(email) AS m, region FROM {c} GROUP BY region) t"),
                vec![&["email partial"]],
            ),
            (format!("WITH t AS (SELECT income AS x FROM {c}) SELECT x + 1 FROM t"), vec![&["income null"]]),
            (format!("SELECT region FROM {c} UNION ALL SELECT email FROM {c}"), vec![&["email partial"]]),
            // What decides which rows there are is no source of their values.
            (format!("SELECT region FROM {c} WHERE email LIKE 'a%'"), vec![none]),
            (
                format!("SELECT a.claim_id, b.birth_date FROM claims.claims_enriched a JOIN {c} b USING (customer_id)"),
                vec![none, &["birth_date generalised"]],
            ),
            (format!("SELECT (SELECT max(email) FROM {c}) AS e, 1 AS one"), vec![&["email partial"], none]),
            ("SELECT 1".to_owned(), vec![none]),
        ];
        for (sql, expected) in cases {
            assert_eq!(masks(&f1, &sql).await, expected, "{sql}");
        }
        // Doors that do not ask for it are told nothing.
        let answer = f1.gateway.query(&f1.session(&ana()).unwrap(), &format!("SELECT email FROM {c}")).await.unwrap();
        assert_eq!(answer.masked, [] as [Vec<gateway::Masked>; 0]);
    });
}
