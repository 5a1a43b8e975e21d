//! Who may decide and who may see, at the doors: attack section K. The chain of records is attacked in the registry's
//! `chain.rs` and `activity.rs` (S-72), roles one by one in the golden matrix.

use axum::http::Method;
use serde_json::json;

use super::support::{World, run, sqlstate};

const PERSONAL: &str = "SELECT full_name FROM customer.customer_master";

/// S-71: neither for oneself, nor for a group one is in, nor for another domain; and nothing is recorded as decided.
#[test]
fn nobody_approves_what_they_would_gain() {
    run(async {
        let world = World::with_data().await;
        let (sven, stan, hugo) = (
            world.token("sven", json!({})).await,
            world.token("stan", json!({})).await,
            world.token("hugo", json!({})).await,
        );
        let ask = |more: serde_json::Value| {
            let mut body = json!({"product": "customer.customer_master", "purpose": "billing", "reason": "a test"});
            body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            body
        };
        let request = async |token: &str, more: serde_json::Value| {
            world.post(token, "/api/v1/requests", ask(more)).await.ok()["id"].as_str().unwrap().to_owned()
        };
        let own = request(&sven, json!({})).await;
        // Both stewards are in the group that would read.
        let group = request(&sven, json!({"for": "group:customer-stewards"})).await;
        let before = world.running.house().registry.mesh().seq();
        for decision in ["approve", "deny"] {
            for (who, token, request, code) in [
                ("sven for himself", &sven, &own, "not-allowed"),
                ("sven for his group", &sven, &group, "not-allowed"),
                ("stan for his group", &stan, &group, "not-allowed"),
                ("a steward of another domain", &hugo, &own, "not-found"),
                ("the administrator", &world.admin, &own, "not-found"),
            ] {
                let path = format!("/api/v1/requests/{request}/decision");
                let reply = world.post(token, &path, json!({"decision": decision})).await;
                assert_eq!(reply.code(), code, "{who} {decision}");
            }
        }
        assert_eq!(world.running.house().registry.mesh().seq(), before);
        assert_eq!(world.query(&sven, PERSONAL, Some("billing")).await.code(), "access-required");
        // Another steward decides the other's own.
        world.post(&stan, &format!("/api/v1/requests/{own}/decision"), json!({"decision": "approve"})).await.ok();
        world.query(&sven, PERSONAL, Some("billing")).await.ok();
        world.stop().await;
    });
}

/// S-73: an administrator gets no row on either door, in no form, and cannot give themselves any.
#[test]
fn administrators_get_no_row_and_give_themselves_none() {
    run(async {
        let world = World::with_data().await;
        let pat = world.token("pat", json!({})).await;
        for (name, token) in [("admin", &world.admin), ("pat", &pat)] {
            for accept in ["application/json", "text/csv", "application/vnd.apache.arrow.stream"] {
                let headers = [("accept", accept), ("x-tessera-purpose", "fraud-detection")];
                let body = Some(json!({"sql": PERSONAL}));
                let reply = world.call(Some(token), Method::POST, "/api/v1/query", body, &headers).await;
                assert_eq!(reply.code(), "access-required", "{accept}");
            }
            let client = world.connect(name, token, "-c purpose=fraud-detection").await.unwrap();
            assert_eq!(sqlstate(&client.simple_query(PERSONAL).await.unwrap_err()), "42501");
            assert_eq!(sqlstate(&client.simple_query("SELECT * FROM hr.payroll").await.unwrap_err()), "42P01");
            let sample = world.get(token, "/api/v1/products/customer/customer_master/sample").await;
            assert_eq!(sample.headers["x-tessera-sample"], "synthetic");
            for page in ["", "/quality", "/lineage", "/access", "/versions", "/contract"] {
                let text = world.get(token, &format!("/api/v1/products/customer/customer_master{page}")).await.text();
                assert!(!text.contains("CANARY") && !text.contains("Lovell"), "{page} {text}");
            }
            let list = world.get(token, "/api/v1/domains/customer/tables/bronze/customers").await;
            assert_eq!(list.code(), "not-found", "profiles are for those who build");
        }
        // The owners read their own product; whoever may change people does not make themselves one of them.
        let before = world.running.house().registry.mesh().seq();
        let own = "{name: pat, groups: [platform-team]}";
        let files = world.repository("people.yaml", own, "{name: pat, groups: [platform-team, customer-owners]}");
        let reply = world.post(&pat, "/api/v1/apply", files.clone()).await;
        assert_eq!(reply.code(), "not-allowed", "{}", reply.text());
        assert!(reply.text().contains("puts you into `customer-owners`"), "{}", reply.text());
        assert_eq!(world.running.house().registry.mesh().seq(), before);
        // Done by somebody else it is on record who did it.
        world.post(&world.admin, "/api/v1/apply", files).await.ok();
        let aud = world.token("aud", json!({})).await;
        let journal = world.get(&aud, &format!("/api/v1/journal?limit=100&from={}", before + 1)).await.ok();
        let by = journal["items"].as_array().unwrap().iter().find(|record| record["kind"] == "people-declared");
        assert_eq!(by.unwrap()["actor"], "user:admin");
        world.stop().await;
    });
}

/// S-74: a class without a mask denies its column, and policies that go never show more.
#[test]
fn a_class_without_a_policy_denies_and_a_policy_that_goes_shows_nothing() {
    run(async {
        let world = World::with_data().await;
        let ana = world.token("ana", json!({})).await;
        let client = world.connect("ana", &ana, "-c purpose=fraud-detection").await.unwrap();
        let hidden = "SELECT hidden FROM customer.customer_master";
        let denied = async || {
            assert_eq!(world.query(&ana, hidden, Some("fraud-detection")).await.code(), "not-found");
            assert_eq!(sqlstate(&client.simple_query(hidden).await.unwrap_err()), "42703");
        };
        denied().await;
        let name = "  name: {level: confidential, mask: {kind: constant, value: REDACTED}, unmask: [pii-readers]}\n";
        let pii = "governance/classifications/pii.yaml";
        let shown = name.replace("[pii-readers]", "[pii-readers, fraud-analysts]");
        // A class that a contract names cannot go, and nobody shows more of one alone: not even the guild.
        let attempts = [
            (world.repository(pii, name, ""), "reference-unknown"),
            (world.repository(pii, name, &shown), "not-allowed"),
        ];
        let (pat, gus) = (world.token("pat", json!({})).await, world.token("gus", json!({})).await);
        let seq = world.running.house().registry.mesh().seq();
        for (files, code) in attempts {
            for who in [&world.admin, &pat, &gus] {
                let reply = world.post(who, "/api/v1/apply", files.clone()).await;
                assert_eq!(reply.code(), code, "{}", reply.text());
            }
        }
        assert_eq!(world.running.house().registry.mesh().seq(), seq, "nothing was applied");
        let shown = world.query(&ana, PERSONAL, Some("fraud-detection")).await.ok();
        assert!(shown["rows"].as_array().unwrap().iter().all(|row| row[0] == "REDACTED"));
        denied().await;
        world.stop().await;
    });
}

/// Administrators and auditors see who there is; nobody's mail address is kept to be shown.
#[test]
fn who_there_is_is_told_to_those_who_keep_the_mesh() {
    run(async {
        let world = World::with_data().await;
        let (aud, ana) = (world.token("aud", json!({})).await, world.token("ana", json!({})).await);
        world.grant(&ana, "sven", json!({"purpose": "billing"})).await;
        for token in [&world.admin, &aud] {
            let people = world.get(token, "/api/v1/people").await.ok();
            let items = people["items"].as_array().unwrap();
            let of = |name: &str| items.iter().find(|item| item["principal"] == name).unwrap();
            assert_eq!(items.len(), 14, "admin, eleven people, two services: {people}");
            assert_eq!(of("user:ana")["groups"], json!(["fraud-analysts"]));
            assert_eq!(of("user:ana")["attributes"], json!({"region": "EU"}));
            assert_eq!(of("user:eve")["entitlements"], 0);
            assert_eq!(
                (&of("service:svc-hr")["kind"], &of("service:svc-hr")["home"]),
                (&json!("service"), &json!("hr"))
            );
            let groups = world.get(token, "/api/v1/groups").await.ok();
            let group = |name: &str| {
                groups["items"].as_array().unwrap().iter().find(|item| item["group"] == name).unwrap().clone()
            };
            assert_eq!(group("customer-stewards")["members"], json!(["user:stan", "user:sven"]));
            assert_eq!(group("customer-stewards")["roles"], json!(["steward of customer"]));
            assert_eq!(group("internal-audit")["roles"], json!(["auditors"]));
            assert_eq!(group("platform-team")["members"], json!(["user:admin", "user:pat"]));
        }
        // Page by page, each once, in one order.
        let (mut seen, mut next) = (Vec::new(), String::new());
        loop {
            let page = world.get(&aud, &format!("/api/v1/people?limit=5{next}")).await.ok();
            seen.extend(page["items"].as_array().unwrap().iter().map(|item| item["principal"].to_string()));
            let Some(cursor) = page["next"].as_str() else { break };
            next = format!("&cursor={cursor}");
        }
        assert_eq!(seen.len(), 14);
        assert!(seen.iter().collect::<std::collections::BTreeSet<_>>().len() == 14 && seen[12].contains("service:"));
        for path in ["/api/v1/people", "/api/v1/groups"] {
            assert_eq!(world.get(&ana, path).await.code(), "not-allowed", "{path}");
        }
        world.stop().await;
    });
}
