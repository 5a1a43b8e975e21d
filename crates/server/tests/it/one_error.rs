//! One error, end to end: the same problem through HTTP and through Postgres. (The command line has its own.)

use serde_json::json;

use super::support::{World, run};

const SQL: &str = "SELECT *\nFROM customer.customer_master\nWHERE";

#[test]
fn a_listed_product_without_an_entitlement() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        let sql = "SELECT * FROM customer.customer_master";
        let reply = world.query(&eve, sql, Some("fraud-detection")).await;
        assert_eq!(
            reply.normal(),
            json!({
                "type": "urn:tessera:problem:access-required",
                "title": "the product is listed, but the caller has no entitlement to its rows",
                "status": 403,
                "detail": "reading rows of `customer.customer_master` needs an entitlement",
                "code": "access-required",
                "hint": "the group `customer-stewards` decides; ask with `tessera request customer.customer_master \
                         --purpose fraud-detection --reason \"...\"`",
                "at": {"line": 1, "column": 15},
            })
        );
        let client = world.connect("eve", &eve, "-c purpose=fraud-detection").await.unwrap();
        let error = client.simple_query(sql).await.unwrap_err();
        let error = error.as_db_error().unwrap();
        assert_eq!(error.code().code(), "42501");
        assert_eq!(error.severity(), "ERROR");
        assert_eq!(error.message(), reply.json()["detail"].as_str().unwrap());
        assert_eq!(error.hint(), reply.json()["hint"].as_str());
        assert!(error.detail().unwrap().starts_with("access-required (request "));
    });
}

#[test]
fn a_syntax_error_has_its_place_in_the_text() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let reply = world.query(&ana, SQL, None).await;
        assert_eq!(reply.code(), "invalid-sql");
        assert_eq!(reply.status, 400);
        let client = world.connect("ana", &ana, "").await.unwrap();
        let error = client.simple_query("SELECT 1 FROM (VALUES (1)) t(a) WHERE )").await.unwrap_err();
        let error = error.as_db_error().unwrap();
        assert_eq!(error.code().code(), "42601");
        assert_eq!(error.position(), Some(&tokio_postgres::error::ErrorPosition::Original(39)));
    });
}

#[test]
fn a_retry_with_another_body_is_told_apart() {
    run(async {
        let world = World::shared().await;
        let key = [("idempotency-key", "one-key-of-a-test")];
        let post = |label: &str| {
            let body = json!({"product": "customer.customer_master", "purpose": "billing", "reason": label});
            let world = world.clone();
            async move {
                let eve = world.token("eve", json!({})).await;
                world.call(Some(&eve), axum::http::Method::POST, "/api/v1/requests", Some(body), &key).await
            }
        };
        let first = post("a").await.ok();
        let again = post("a").await.ok();
        assert_eq!(first["id"], again["id"]);
        let other = post("b").await;
        assert_eq!((other.code().as_str(), other.status.as_u16()), ("idempotency-mismatch", 409));
    });
}
