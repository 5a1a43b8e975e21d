//! Every endpoint as nobody, from the OpenAPI document; a stranger and the rightful where it matters most.

use axum::http::Method;
use serde_json::{Value, json};

use super::support::{World, run};

/// Endpoints that anybody may call. The list may only shrink.
pub const FOR_ANYBODY: [&str; 4] = ["/healthz", "/readyz", "/metrics", "/openapi.json"];

pub async fn operations(world: &World) -> Vec<(Method, String, Value)> {
    let document = world.get("", "/openapi.json").await.ok();
    let mut found = Vec::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let method = method.to_uppercase().parse().unwrap();
            found.push((method, path.clone(), operation.clone()));
        }
    }
    found
}

/// A path with something in the place of each name.
fn filled(path: &str) -> String {
    path.replace("{domain}", "customer")
        .replace("{product}", "customer_master")
        .replace("{zone}", "bronze")
        .replace("{table}", "customers")
        .replace("{id}", "1")
}

#[test]
fn nobody_gets_in_anywhere() {
    run(async {
        let world = World::shared().await;
        let operations = operations(&world).await;
        assert!(operations.len() > 30, "{}", operations.len());
        for (method, path, operation) in operations {
            let is_open = FOR_ANYBODY.contains(&path.as_str());
            assert_eq!(operation["security"].is_null(), is_open, "{path}");
            assert_eq!(operation["x-rule"] == "anybody", is_open, "{path}");
            // The body is nonsense on purpose: who may not call is told so before anything is read.
            let reply = world.call(None, method.clone(), &filled(&path), Some(json!(["nonsense"])), &[]).await;
            if is_open {
                assert!(reply.status.is_success(), "{method} {path}");
            } else {
                assert_eq!((reply.status.as_u16(), reply.code().as_str()), (401, "bad-credentials"), "{method} {path}");
            }
        }
    });
}

#[test]
fn a_stranger_changes_nothing() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        let seq = world.running.house().registry.mesh().seq();
        let files = json!({"files": {"mesh.yaml": "mesh: proving_ground\nformat: 1\n"}});
        let calls = [
            ("/api/v1/runs", json!({"domain": "customer"})),
            ("/api/v1/publications", json!({"product": "customer.customer_master"})),
            ("/api/v1/rollbacks", json!({"product": "customer.customer_master", "to": "pub-1"})),
            ("/api/v1/tokens", json!({"principal": "cora"})),
            ("/api/v1/plan", files.clone()),
            ("/api/v1/apply", files),
            (
                "/api/v1/declassifications",
                json!({"column": "customer.customer_master.customers.email", "class": "pii.email", "reason": "x"}),
            ),
            (
                "/api/v1/waivers",
                json!({"port": "customer.customer_master.customers", "restriction": "0".repeat(64), "reason": "x"}),
            ),
        ];
        for (path, body) in calls {
            let reply = world.post(&eve, path, body).await;
            assert!(matches!(reply.status.as_u16(), 403 | 404 | 409), "{path} {}", reply.text());
        }
        for path in ["/api/v1/journal", "/api/v1/journal/verify", "/api/v1/activity?principal=all"] {
            assert_eq!(world.get(&eve, path).await.code(), "not-allowed", "{path}");
        }
        assert_eq!(world.get(&eve, "/api/v1/domains/customer/tables/bronze/customers").await.code(), "not-found");
        let rejects = "/api/v1/domains/customer/tables/bronze/customers/rejects";
        assert_eq!(world.get(&eve, rejects).await.code(), "not-found");
        // Others write to the shared world meanwhile; she did not.
        let records = world.running.house().registry.records(seq + 1, 1_000).await.unwrap();
        assert_eq!(records.iter().find(|record| record.actor == "user:eve"), None);
    });
}

#[test]
fn the_rightful_see_what_is_theirs() {
    run(async {
        let world = World::shared().await;
        let (cora, aud) = (world.token("cora", json!({})).await, world.token("aud", json!({})).await);
        let profile = world.get(&cora, "/api/v1/domains/customer/tables/bronze/customers").await.ok();
        assert_eq!(profile["table"], "customers");
        let rejects = world.get(&cora, "/api/v1/domains/customer/tables/bronze/customers/rejects?limit=5").await.ok();
        assert_eq!((&rejects["table"], &rejects["items"]), (&json!("customers"), &json!([])));
        let slip = world.get(&cora, "/api/v1/products/customer/custmer_master").await;
        assert_eq!(slip.code(), "not-found");
        assert_eq!(slip.json()["hint"], "did you mean `customer.customer_master`?");
        let domain = world.get(&cora, "/api/v1/domains/customer").await.ok();
        assert_eq!(domain["bronze"], json!(["bronze.customers"]));
        assert_eq!(domain["status"], "ready");
        let journal = world.get(&aud, "/api/v1/journal?from=1&limit=2").await.ok();
        assert_eq!(journal["items"].as_array().unwrap().len(), 2);
        assert_eq!(journal["items"][0]["seq"], 1);
        assert_eq!(world.get(&aud, "/api/v1/journal/verify").await.ok()["ok"], true);
        assert!(world.get(&aud, "/api/v1/activity?principal=all").await.status.is_success());
    });
}

#[test]
fn activity_of_others_is_for_auditors() {
    run(async {
        let world = World::shared().await;
        let (ana, eve) = (world.token("ana", json!({})).await, world.token("eve", json!({})).await);
        world.query(&ana, "SELECT count(*) FROM customer.customer_master", Some("fraud-detection")).await.ok();
        let own = world.get(&ana, "/api/v1/activity").await.ok();
        assert!(own["items"].as_array().unwrap().iter().all(|item| item["statement"]["principal"] == "user:ana"));
        assert!(!own["items"].as_array().unwrap().is_empty());
        assert_eq!(world.get(&eve, "/api/v1/activity?principal=user:ana").await.code(), "not-allowed");
    });
}

#[test]
fn refused_attempts_are_on_record() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        let scoped = world.token("eve", json!({"scopes": ["query"]})).await;
        let aud = world.token("aud", json!({})).await;
        let tried = [
            world.get(&eve, "/api/v1/journal").await,
            world.get(&eve, "/api/v1/activity?principal=user:ana").await,
            world.call(Some(&scoped), Method::POST, "/api/v1/tokens", Some(json!({"principal": "eve"})), &[]).await,
            world.call(Some(&eve), Method::POST, "/api/v1/tokens", Some(json!({"principal": "ana"})), &[]).await,
        ];
        let own = world.get(&eve, "/api/v1/activity?limit=500").await.ok();
        let refused = own["refused"].as_array().unwrap();
        for reply in tried {
            let (code, id) = (reply.code(), reply.headers["x-request-id"].to_str().unwrap());
            assert_eq!(reply.status.as_u16(), 403, "{code}");
            let records: Vec<&Value> = refused.iter().filter(|item| item["request_id"] == id).collect();
            assert_eq!(records.len(), 1, "one attempt, one record: {refused:?}");
            assert_eq!((&records[0]["code"], &records[0]["principal"]), (&json!(code), &json!("user:eve")));
            assert!(records[0]["call"].as_str().unwrap().contains("/api/v1/"), "{records:?}");
            assert!(!records[0]["call"].as_str().unwrap().contains('?'), "{records:?}");
        }
        // A statement has its own record.
        let reply = world.query(&eve, "SELECT * FROM customer.customer_master", None).await;
        assert_eq!(reply.status.as_u16(), 403);
        let own = world.get(&eve, "/api/v1/activity?limit=500").await.ok();
        let id = reply.headers["x-request-id"].to_str().unwrap();
        assert!(own["refused"].as_array().unwrap().iter().all(|item| item["request_id"] != id));
        let statements = own["items"].as_array().unwrap();
        assert!(statements.iter().any(|item| item["statement"]["decision"]["refused"] == "access-required"));
        // What others tried is the auditors' to see.
        let all = world.get(&aud, "/api/v1/activity?principal=all&limit=500").await.ok();
        assert!(all["refused"].as_array().unwrap().iter().any(|item| item["principal"] == "user:eve"));
    });
}

#[test]
fn every_answer_carries_the_security_headers() {
    run(async {
        let world = World::shared().await;
        for path in ["/healthz", "/api/v1/whoami", "/nowhere", "/api/v1/products"] {
            let reply = world.get(&world.admin, path).await;
            for (name, value) in [
                ("x-content-type-options", "nosniff"),
                ("cache-control", "no-store"),
                ("referrer-policy", "no-referrer"),
                ("x-frame-options", "DENY"),
            ] {
                assert_eq!(reply.headers[name], value, "{path}");
            }
            assert!(reply.headers["content-security-policy"].to_str().unwrap().contains("frame-ancestors 'none'"));
            assert!(!reply.headers.contains_key("access-control-allow-origin"));
        }
    });
}

#[test]
fn forms_and_oversized_bodies_are_refused() {
    run(async {
        let world = World::shared().await;
        let send = |kind: &'static str, body: String| {
            let request = axum::http::Request::builder()
                .method(Method::POST)
                .uri("/api/v1/query")
                .header("authorization", format!("Bearer {}", world.admin))
                .header("content-type", kind)
                .body(axum::body::Body::from(body))
                .unwrap();
            world.send(request)
        };
        for kind in ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data"] {
            assert_eq!(send(kind, r#"{"sql": "SELECT 1"}"#.into()).await.code(), "invalid-value", "{kind}");
        }
        let huge = format!(r#"{{"sql": "{}"}}"#, " ".repeat(9 << 20));
        assert_eq!(send("application/json", huge).await.code(), "too-large");
        assert_eq!(send("application/json", r#"{"sql": 1}"#.into()).await.code(), "invalid-value");
        assert_eq!(
            send("application/json", r#"{"sql": "SELECT 1", "role": "admin"}"#.into()).await.code(),
            "invalid-value"
        );
    });
}
