//! Oracle TWIN: two worlds that look the same to a reader answer the same, byte for byte.

use crate::{
    door::{ana, eve, refusal, run},
    f1::{F1, World},
    slt::Login,
};

const STATEMENTS: &[&str] = &[
    "SELECT * FROM customer.customer_master.customers ORDER BY customer_id",
    "SELECT count(*), count(income), sum(income) FROM customer.customer_master.customers",
    "SELECT customer_id, row_number() OVER (ORDER BY income, customer_id) FROM customer.customer_master.customers ORDER BY income, customer_id",
    "SELECT customer_id FROM customer.customer_master.customers WHERE income > 50000",
    "SELECT customer_id FROM customer.customer_master.customers WHERE birth_date BETWEEN DATE '1990-06-01' AND DATE '1990-06-30'",
    "SELECT min(birth_date), max(birth_date), count(DISTINCT birth_date) FROM customer.customer_master.customers",
    "SELECT customer_id FROM customer.customer_master.customers WHERE 1/(customer_id - 777001) < 5 ORDER BY 1",
    "SELECT customer_id FROM customer.customer_master.customers WHERE 1/(customer_id - 999999) < 5 ORDER BY 1",
    "SELECT customer_id FROM customer.customer_master.customers WHERE CAST(notes AS INT) > 0 ORDER BY 1",
    "SELECT g.id, c.customer_id FROM (VALUES (777001),(999999)) g(id) LEFT JOIN customer.customer_master.customers c ON c.customer_id = g.id ORDER BY 1",
    "SELECT count(*) FROM (SELECT customer_id FROM customer.customer_master.customers LIMIT 100)",
    "SELECT customer_id FROM customer.customer_master.customers ORDER BY updated_at DESC, customer_id LIMIT 3",
    "EXPLAIN SELECT * FROM customer.customer_master.customers",
    "EXPLAIN SELECT customer_id FROM customer.customer_master.customers WHERE income > 5 ORDER BY 1 LIMIT 3",
    "SELECT table_catalog, table_schema, table_name FROM information_schema.tables ORDER BY 1, 2, 3",
    "SELECT * FROM information_schema.columns ORDER BY 1, 2, 3, 5",
    "SELECT oid, relname, relnamespace, reltuples, relpages FROM pg_catalog.pg_class ORDER BY oid",
    "SELECT nspname FROM pg_catalog.pg_namespace ORDER BY 1",
    "SELECT * FROM hr.payroll.salaries",
    "SELECT * FROM hr.payroll.nothing",
    "SELECT * FROM customer.customer_master.customerz",
    "SELECT salary FROM payroll",
];

#[test]
fn worlds_that_look_the_same_answer_the_same() {
    run(async {
        let one = F1::build(World::ONE).await;
        let two = F1::build(World::TWO).await;
        for login in [ana(), eve()] {
            for sql in STATEMENTS {
                assert_eq!(observed(&one, &login, sql).await, observed(&two, &login, sql).await, "{login:?}: {sql}");
            }
        }
    });
}

async fn observed(world: &F1, login: &Login, sql: &str) -> String {
    match world.try_ask(login, sql).await {
        Ok(table) => {
            let text = format!("{:?}\n{:?}\n{:?}", table.columns, table.rows, table.notices);
            // Publications are numbered by record, and the hidden product has records of its own.
            let parts: Vec<&str> = text.split("pub-").collect();
            parts
                .iter()
                .map(|part| part.trim_start_matches(|c: char| c.is_ascii_digit()))
                .collect::<Vec<_>>()
                .join("pub-")
        }
        Err(problem) => format!("{:?}", refusal(&problem)),
    }
}
