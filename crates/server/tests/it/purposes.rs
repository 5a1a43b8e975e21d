//! A statement's purpose, stated in every way there is (M10, S-46).

use serde_json::json;

use super::support::{World, run, sqlstate};

const PERSONAL: &str = "SELECT full_name FROM customer.customer_master";

#[test]
fn a_purpose_is_set_in_the_middle_of_a_session() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let client = world.connect("ana", &ana, "").await.unwrap();
        let refusal = client.simple_query(PERSONAL).await.unwrap_err();
        assert_eq!(sqlstate(&refusal), "42501");
        assert!(refusal.as_db_error().unwrap().detail().unwrap().starts_with("purpose-required"));
        client.simple_query("SET purpose = 'fraud-detection'").await.unwrap();
        assert_eq!(client.query(PERSONAL, &[]).await.unwrap().len(), 3);
        client.simple_query("SET purpose = 'billing'").await.unwrap();
        assert_eq!(sqlstate(&client.query(PERSONAL, &[]).await.unwrap_err()), "42501");
        client.simple_query("SET purpose TO DEFAULT").await.unwrap();
        assert_eq!(sqlstate(&client.query(PERSONAL, &[]).await.unwrap_err()), "42501");
        for wrong in ["marketing", "Fraud-Detection", "fraud-detection ", ""] {
            let set = client.simple_query(&format!("SET purpose = '{wrong}'")).await;
            let refused = match set {
                Err(error) => error,
                Ok(_) => client.query(PERSONAL, &[]).await.unwrap_err(),
            };
            assert_eq!(sqlstate(&refused), "42501", "{wrong:?}");
        }
    });
}

#[test]
fn a_purpose_comes_with_the_startup_message_the_header_the_body_or_the_token() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let client = world.connect("ana", &ana, "-c purpose=fraud-detection").await.unwrap();
        assert_eq!(client.query(PERSONAL, &[]).await.unwrap().len(), 3);
        let shown = client.query_one("SHOW purpose", &[]).await.unwrap();
        assert_eq!(shown.get::<_, String>(0), "fraud-detection");
        let reply = world.query(&ana, PERSONAL, Some("fraud-detection")).await;
        assert_eq!(reply.ok()["rows"].as_array().unwrap().len(), 3);
        assert_eq!(reply.headers["x-tessera-purpose"], "fraud-detection");
        let body = json!({"sql": PERSONAL, "purpose": "fraud-detection"});
        world.post(&ana, "/api/v1/query", body.clone()).await.ok();
        let both = [("x-tessera-purpose", "billing")];
        let reply = world.call(Some(&ana), axum::http::Method::POST, "/api/v1/query", Some(body), &both).await;
        assert_eq!(reply.code(), "invalid-value");
        let own = world.token("ana", json!({"purpose": "fraud-detection"})).await;
        world.query(&own, PERSONAL, None).await.ok();
        let client = world.connect("ana", &own, "").await.unwrap();
        assert_eq!(client.query(PERSONAL, &[]).await.unwrap().len(), 3);
        assert_eq!(world.query(&own, PERSONAL, Some("billing")).await.code(), "purpose-not-granted");
        assert_eq!(world.query(&ana, PERSONAL, None).await.code(), "purpose-required");
    });
}
