//! Requests and decisions: never one's own, never somebody else's to decide (S-70, S-71, S-73).

use serde_json::json;

use super::support::{World, run};

#[test]
fn nobody_decides_their_own_or_for_another_domain() {
    run(async {
        let world = World::shared().await;
        let una = world.token("una", json!({})).await;
        let body = json!({"product": "customer.customer_master", "purpose": "billing", "reason": "invoices"});
        let request = world.post(&una, "/api/v1/requests", body).await;
        assert_eq!(request.status, 201);
        let request = request.ok();
        assert_eq!(request["state"], "pending");
        assert_eq!(request["approver"], "customer-stewards");
        let path = format!("/api/v1/requests/{}/decision", request["id"].as_str().unwrap());
        for (who, code) in [("una", "not-allowed"), ("hugo", "not-found"), ("cora", "not-allowed")] {
            let token = world.token(who, json!({})).await;
            assert_eq!(world.post(&token, &path, json!({"decision": "approve"})).await.code(), code, "{who}");
        }
        let sven = world.token("sven", json!({})).await;
        assert_eq!(world.post(&sven, &path, json!({"decision": "perhaps"})).await.code(), "invalid-value");
        let denied = world.post(&sven, &path, json!({"decision": "deny", "note": "not this year"})).await.ok();
        assert_eq!(denied["state"], "denied");
        assert_eq!(world.post(&sven, &path, json!({"decision": "approve"})).await.code(), "conflict");
        let own = world.get(&una, "/api/v1/requests").await.ok();
        assert_eq!(own["items"][0]["note"], "not this year");
        assert_eq!(own["items"][0]["reason"], "invoices");
    });
}

#[test]
fn other_peoples_requests_and_entitlements_are_absent() {
    run(async {
        let world = World::shared().await;
        let (ana, hanna) = (world.token("ana", json!({})).await, world.token("hanna", json!({})).await);
        let own = world.get(&ana, "/api/v1/entitlements").await.ok();
        let id = own["items"][0]["id"].as_str().unwrap().to_owned();
        assert!(own["items"].as_array().unwrap().iter().all(|item| item["subject"] == "user:ana"));
        let foreign = world.get(&hanna, "/api/v1/entitlements").await.text();
        assert!(!foreign.contains("user:ana"), "{foreign}");
        assert!(!world.get(&hanna, "/api/v1/requests").await.text().contains("user:ana"));
        for path in ["/api/v1/entitlements/ent-999999", "/api/v1/entitlements/x", "/api/v1/requests/req-999999"] {
            assert_eq!(world.delete(&hanna, path).await.code(), "not-found", "{path}");
        }
        assert_eq!(world.delete(&hanna, &format!("/api/v1/entitlements/{id}")).await.code(), "not-found");
        assert_eq!(world.delete(&hanna, "/api/v1/tokens/tok-1").await.code(), "not-found");
    });
}

#[test]
fn administrators_are_not_readers() {
    run(async {
        let world = World::shared().await;
        let pat = world.token("pat", json!({})).await;
        for token in [&world.admin, &pat] {
            let reply = world.query(token, "SELECT * FROM customer.customer_master", Some("fraud-detection")).await;
            assert_eq!(reply.code(), "access-required");
            assert!(!reply.text().contains("CANARY"));
            let body = json!({"product": "customer.customer_master", "purpose": "billing", "reason": "x"});
            let request = world.post(token, "/api/v1/requests", body).await.ok();
            let path = format!("/api/v1/requests/{}/decision", request["id"].as_str().unwrap());
            assert_eq!(world.post(token, &path, json!({"decision": "approve"})).await.code(), "not-allowed");
            let withdrawn = world.delete(token, &format!("/api/v1/requests/{}", request["id"].as_str().unwrap())).await;
            assert_eq!(withdrawn.ok()["state"], "withdrawn");
        }
    });
}

#[test]
fn whoever_decides_sees_the_effect_on_invented_rows_and_nobody_else_does() {
    run(async {
        let world = World::with_data().await;
        let token = async |name: &str| world.token(name, json!({})).await;
        let (sven, ana, hugo) = (token("sven").await, token("ana").await, token("hugo").await);
        let effect = async |more: serde_json::Value| {
            let mut body = json!({"product": "customer.customer_master", "purpose": "billing", "reason": "x"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            let made = world.post(&ana, "/api/v1/requests", body).await.ok();
            let path = format!("/api/v1/requests/{}/sample", made["id"].as_str().unwrap());
            for token in [&ana, &hugo, &world.admin] {
                assert_eq!(world.get(token, &path).await.code(), "not-found");
            }
            let told = world.get(&sven, &path).await.ok();
            let decide = path.replace("/sample", "/decision");
            world.post(&sven, &decide, json!({"decision": "deny", "note": "a test"})).await.ok();
            assert_eq!(world.get(&sven, &path).await.code(), "not-found", "decided");
            assert!(!told.to_string().contains("CANARY"), "{told}");
            told["ports"][0].clone()
        };
        let cells = |port: &serde_json::Value, column: &str| -> Option<Vec<serde_json::Value>> {
            let columns = port["columns"].as_array().unwrap();
            let index = columns.iter().position(|item| item["name"] == column)?;
            Some(port["rows"].as_array().unwrap().iter().map(|row| row[index].clone()).collect())
        };
        let masked = effect(json!({})).await;
        assert_eq!(masked["rows"].as_array().unwrap().len(), 5);
        assert_eq!(cells(&masked, "full_name").unwrap(), vec![json!("REDACTED"); 5]);
        assert_eq!(cells(&masked, "hidden"), None, "a denied column is not there");
        let tokens = cells(&masked, "national_id").unwrap();
        assert!(tokens.iter().all(|cell| cell.as_str().unwrap().len() == 32), "{tokens:?}");
        let clear = effect(json!({"clear": ["pii.name"]})).await;
        let names = cells(&clear, "full_name").unwrap();
        assert!(names.iter().all(|cell| cell.as_str().unwrap().starts_with("full_name-")), "{names:?}");
        assert_eq!(cells(&clear, "national_id").unwrap(), tokens, "what was not asked for stays");
        world.stop().await;
    });
}
