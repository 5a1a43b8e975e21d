//! The Postgres door with a real client: both protocols, both formats, several statements, portals, cancel.

use serde_json::json;
use tokio_postgres::SimpleQueryMessage;

use super::support::{Client, World, run, sqlstate};

const ID_NAME: &str = "SELECT customer_id, full_name FROM customer.customer_master ORDER BY 1";

async fn ana(world: &World) -> Client {
    let token = world.token("ana", json!({})).await;
    world.connect("ana", &token, "-c purpose=fraud-detection").await.unwrap()
}

#[test]
fn several_statements_stop_at_the_first_failure() {
    run(async {
        let world = World::shared().await;
        let client = ana(&world).await;
        // S-38: the first result, then the error, nothing after.
        let mut stream = Box::pin(
            client.client.simple_query_raw("SELECT 1 AS one; SELECT * FROM hr.payroll; SELECT 2 AS two").await.unwrap(),
        );
        let mut rows = Vec::new();
        let error = loop {
            match futures::StreamExt::next(&mut stream).await.unwrap() {
                Ok(SimpleQueryMessage::Row(row)) => rows.push(row.get(0).unwrap().to_owned()),
                Ok(_) => {}
                Err(error) => break error,
            }
        };
        assert_eq!(rows, ["1"]);
        assert_eq!(sqlstate(&error), "42P01");
        assert!(futures::StreamExt::next(&mut stream).await.is_none(), "nothing comes after the failure");
        drop(stream);
        let after = "SELECT * FROM hr.payroll; SET application_name = 'after'";
        assert_eq!(sqlstate(&client.simple_query(after).await.unwrap_err()), "42P01");
        let name = client.query_one("SHOW application_name", &[]).await.unwrap();
        assert_ne!(name.get::<_, &str>(0), "after", "a statement after the failure was run");
        let refused = client.simple_query("SELECT 1; COPY customer.customer_master TO STDOUT").await.unwrap_err();
        assert_eq!(sqlstate(&refused), "0A000");
        assert_eq!(client.simple_query("SELECT 1; SELECT 2").await.unwrap().len(), 6);
        assert!(client.simple_query(" ; ").await.is_ok());
    });
}

#[test]
fn rows_come_typed_in_binary_and_as_text() {
    run(async {
        let world = World::shared().await;
        let client = ana(&world).await;
        let rows = client.query(ID_NAME, &[]).await.unwrap();
        let typed: Vec<(i64, &str)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert_eq!(typed, [(1001, "REDACTED"), (1002, "REDACTED"), (1003, "REDACTED")]);
        let row =
            client.query_one("SELECT true, 1.5::double precision, 'x', NULL::bigint, ARRAY[1, 2]", &[]).await.unwrap();
        assert!(row.get::<_, bool>(0));
        assert_eq!(row.get::<_, f64>(1), 1.5);
        assert_eq!(row.get::<_, &str>(2), "x");
        assert_eq!(row.get::<_, Option<i64>>(3), None);
        assert_eq!(row.get::<_, Vec<i64>>(4), [1, 2]);
        let ranks = client.query_one("SELECT row_number() OVER (), 1 - rank() OVER (), ntile(2) OVER ()", &[]).await;
        let ranks = ranks.unwrap();
        assert_eq!((0..3).map(|at| ranks.get::<_, i64>(at)).collect::<Vec<_>>(), [1, 0, 1]);
        let text =
            client.simple_query("SELECT income, birth_date FROM customer.customer_master ORDER BY customer_id").await;
        let first = text.unwrap().into_iter().find_map(|message| match message {
            SimpleQueryMessage::Row(row) => Some((row.get(0).unwrap().to_owned(), row.get(1).unwrap().to_owned())),
            _ => None,
        });
        assert_eq!(first.unwrap(), ("51515.15".to_owned(), "1990-01-01".to_owned()));
        assert!(client.notices.lock().unwrap().iter().any(|notice| notice.contains("customer.customer_master")));
    });
}

#[test]
fn parameters_are_values_and_never_text() {
    run(async {
        let world = World::shared().await;
        let client = ana(&world).await;
        let sql = "SELECT full_name FROM customer.customer_master WHERE customer_id = $1 OR region = $2";
        let statement = client.prepare(sql).await.unwrap();
        assert_eq!(statement.params().len(), 2);
        assert_eq!(client.query(&statement, &[&1001_i64, &"nowhere"]).await.unwrap().len(), 1);
        assert_eq!(client.query(&statement, &[&0_i64, &"EU' OR '1'='1"]).await.unwrap().len(), 0);
        assert_eq!(client.query(&statement, &[&None::<i64>, &None::<&str>]).await.unwrap().len(), 0);
        assert_eq!(sqlstate(&client.prepare("SELECT * FROM hr.payroll WHERE salary > $1").await.unwrap_err()), "42P01");
        assert_eq!(sqlstate(&client.prepare("SELECT 1; SELECT 2").await.unwrap_err()), "42601");
    });
}

#[test]
fn a_portal_gives_its_rows_in_parts() {
    run(async {
        let world = World::shared().await;
        let token = world.token("ana", json!({})).await;
        let mut client = world.connect("ana", &token, "-c purpose=fraud-detection").await.unwrap();
        let transaction = client.client.transaction().await.unwrap();
        let portal = transaction.bind(ID_NAME, &[]).await.unwrap();
        let parts = [
            transaction.query_portal(&portal, 2).await.unwrap().len(),
            transaction.query_portal(&portal, 2).await.unwrap().len(),
            transaction.query_portal(&portal, 2).await.unwrap().len(),
        ];
        assert_eq!(parts, [2, 1, 0]);
        transaction.commit().await.unwrap();
    });
}

#[test]
fn a_failed_transaction_takes_nothing_but_its_end() {
    run(async {
        let world = World::shared().await;
        let client = ana(&world).await;
        client.simple_query("BEGIN").await.unwrap();
        assert_eq!(sqlstate(&client.simple_query("SELECT * FROM nowhere").await.unwrap_err()), "42P01");
        assert_eq!(sqlstate(&client.simple_query("SELECT 1").await.unwrap_err()), "25P02");
        client.simple_query("ROLLBACK").await.unwrap();
        client.simple_query("SELECT 1").await.unwrap();
    });
}

#[test]
fn settings_are_an_allow_list() {
    run(async {
        let world = World::shared().await;
        let client = ana(&world).await;
        for sql in [
            "SET application_name = 'a test'",
            "SET extra_float_digits = 3",
            "SET statement_timeout = '5s'",
            "SET TIME ZONE 'UTC'",
            "RESET ALL",
            "DISCARD ALL",
        ] {
            client.simple_query(sql).await.unwrap_or_else(|error| panic!("{sql}: {error}"));
        }
        for sql in [
            "SET datafusion.explain.show_statistics = true",
            "SET datafusion.runtime.memory_limit = '64G'",
            "SET role = 'cora'",
            "SET session_authorization = 'cora'",
        ] {
            assert_eq!(sqlstate(&client.simple_query(sql).await.unwrap_err()), "42501", "{sql}");
        }
        let version = client.query_one("SELECT version()", &[]).await.unwrap();
        assert!(version.get::<_, String>(0).starts_with("PostgreSQL 16"));
    });
}

#[test]
fn a_statement_is_cancelled_by_its_own_key() {
    run(async {
        let world = World::shared().await;
        let client = ana(&world).await;
        let long = "SELECT count(*) FROM generate_series(1, 9000000) a, generate_series(1, 9000000) b";
        let cancel = client.client.cancel_token();
        let running = client.client.simple_query(long);
        tokio::pin!(running);
        let mut beat = tokio::time::interval(std::time::Duration::from_millis(50));
        // A cancel that comes before the statement began has no effect, so it is sent until one has.
        let result = loop {
            tokio::select! {
                result = &mut running => break result,
                _ = beat.tick() => {
                    let _ = cancel.cancel_query(tokio_postgres::NoTls).await;
                }
            }
        };
        assert_eq!(sqlstate(&result.unwrap_err()), "57014");
        // The connection goes on; a cancel that was still on its way may meet one more statement, as in Postgres.
        let mut again = client.simple_query("SELECT 1").await;
        while let Err(late) = &again {
            assert_eq!(sqlstate(late), "57014");
            again = client.simple_query("SELECT 1").await;
        }
    });
}

#[test]
fn catalogs_show_what_is_visible() {
    run(async {
        let world = World::shared().await;
        let client = ana(&world).await;
        let sql = "SELECT table_schema, table_name FROM information_schema.tables \
                   WHERE table_schema NOT IN ('pg_catalog', 'information_schema')";
        let rows = client.query(sql, &[]).await.unwrap();
        let names: Vec<(String, String)> = rows.iter().map(|row| (row.get(0), row.get(1))).collect();
        assert_eq!(names, [("customer".to_owned(), "customer_master".to_owned())]);
    });
}
