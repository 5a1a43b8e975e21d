//! Answers over HTTP: three forms, one meaning; one statement; one's own to cancel.

use std::io::Cursor;

use arrow::ipc::reader::StreamReader;
use axum::http::Method;
use serde_json::json;

use super::support::{Reply, World, run};

const SQL: &str = "SELECT customer_id, full_name, email, income, birth_date FROM customer.customer_master ORDER BY 1";

async fn ask(world: &World, token: &str, accept: &str, sql: &str) -> Reply {
    let headers = [("accept", accept), ("x-tessera-purpose", "fraud-detection")];
    world.call(Some(token), Method::POST, "/api/v1/query", Some(json!({"sql": sql})), &headers).await
}

#[test]
fn json_keeps_big_numbers_as_strings() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let reply = ask(&world, &ana, "application/json", SQL).await;
        let answer = reply.ok();
        assert_eq!(answer["columns"][0], json!({"name": "customer_id", "type": "integer"}));
        assert_eq!(answer["columns"][3], json!({"name": "income", "type": "decimal(12,2)"}));
        assert_eq!(
            answer["rows"],
            json!([
                ["1001", "REDACTED", "a***@corp.example", "51515.15", "1990-01-01"],
                ["1002", "REDACTED", "b***@corp.example", "41000.00", "1985-01-01"],
                ["1003", "REDACTED", null, null, "1979-01-01"],
            ])
        );
        assert_eq!(answer["query_id"], reply.headers["x-tessera-query-id"].to_str().unwrap());
        let policies = reply.headers["x-tessera-policies"].to_str().unwrap();
        assert!(policies.contains("customer.customer_master"), "{policies}");
        assert!(!policies.contains("EU"), "{policies}");
    });
}

#[test]
fn csv_and_arrow_say_the_same() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let csv = ask(&world, &ana, "text/csv", SQL).await;
        assert_eq!(csv.headers["content-disposition"], "attachment");
        assert_eq!(
            csv.text(),
            "customer_id,full_name,email,income,birth_date\r\n\
             1001,REDACTED,a***@corp.example,51515.15,1990-01-01\r\n\
             1002,REDACTED,b***@corp.example,41000.00,1985-01-01\r\n\
             1003,REDACTED,,,1979-01-01\r\n"
        );
        let empty = ask(&world, &ana, "text/csv", "SELECT '' AS a, NULL AS b, 'x,y' AS c").await;
        assert_eq!(empty.text(), "a,b,c\r\n\"\",,\"x,y\"\r\n");
        let arrow = ask(&world, &ana, "application/vnd.apache.arrow.stream", SQL).await;
        let batches: Vec<_> =
            StreamReader::try_new(Cursor::new(arrow.bytes.clone()), None).unwrap().map(Result::unwrap).collect();
        assert_eq!(batches.iter().map(arrow::array::RecordBatch::num_rows).sum::<usize>(), 3);
        for secret in [&b"CANARY"[..], b"Lovell", b"EU-RAW"] {
            assert!(!arrow.bytes.windows(secret.len()).any(|window| window == secret));
        }
        assert_eq!(ask(&world, &ana, "image/png", SQL).await.code(), "invalid-value");
    });
}

#[test]
fn an_empty_answer_has_its_columns() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let sql = "SELECT customer_id FROM customer.customer_master WHERE national_id = 'EU-RAW-1001'";
        let answer = ask(&world, &ana, "application/json", sql).await.ok();
        assert_eq!(answer["rows"], json!([]));
        assert_eq!(answer["columns"][0]["name"], "customer_id");
        assert_eq!(ask(&world, &ana, "text/csv", sql).await.text(), "customer_id\r\n");
    });
}

#[test]
fn one_request_is_one_statement() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        for sql in ["SELECT 1; SELECT * FROM hr.payroll; SELECT 2", "SELECT 1; SELECT 2", "", ";", "-- nothing"] {
            let reply = ask(&world, &ana, "*/*", sql).await;
            assert_eq!(reply.status, 400, "{sql:?} {}", reply.text());
        }
        assert!(ask(&world, &ana, "*/*", "SELECT 1;").await.status.is_success());
        assert_eq!(ask(&world, &ana, "*/*", "SET purpose = 'billing'").await.status, 400);
        assert_eq!(
            ask(&world, &ana, "*/*", "COPY customer.customer_master TO '/tmp/x'").await.code(),
            "statement-unsupported"
        );
    });
}

#[test]
fn cancel_is_for_ones_own() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        for id in ["0191f000-0000-7000-8000-000000000000", "not-an-id"] {
            assert_eq!(world.delete(&eve, &format!("/api/v1/query/{id}")).await.code(), "not-found");
        }
    });
}

#[test]
fn a_failure_of_a_visible_value_is_the_callers() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let reply = ask(&world, &ana, "*/*", "SELECT 1 / (customer_id - 1001) FROM customer.customer_master").await;
        assert_eq!(reply.code(), "expression-failed");
        // The hidden row would have failed the same way; it is never evaluated.
        let hidden = ask(&world, &ana, "*/*", "SELECT 1 / (customer_id - 777001) FROM customer.customer_master").await;
        assert_eq!(hidden.ok()["rows"].as_array().unwrap().len(), 3);
    });
}
