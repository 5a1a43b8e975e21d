//! What is revoked is over: the very next statement on open sessions of both doors (M12, S-41, S-45).

use serde_json::json;

use super::support::{World, run, sqlstate};

const SQL: &str = "SELECT count(*) FROM customer.customer_master";

#[test]
fn the_very_next_statement_is_refused() {
    run(async {
        let world = World::with_data().await;
        let una = world.token("una", json!({})).await;
        let entitlement = world.grant(&una, "sven", json!({"purpose": "billing"})).await;
        let mut client = world.connect("una", &una, "-c purpose=billing").await.unwrap();
        let prepared = client.prepare(SQL).await.unwrap();
        assert_eq!(client.query_one(&prepared, &[]).await.unwrap().get::<_, i64>(0), 3);
        world.query(&una, SQL, Some("billing")).await.ok();
        let transaction = client.client.transaction().await.unwrap();
        let portal = transaction.bind("SELECT customer_id FROM customer.customer_master", &[]).await.unwrap();
        assert_eq!(transaction.query_portal(&portal, 1).await.unwrap().len(), 1);
        let sven = world.token("sven", json!({})).await;
        let path = format!("/api/v1/entitlements/{entitlement}");
        let ended = world.delete(&sven, &path).await.ok();
        assert_eq!(ended["state"], "revoked");
        // A fetch from an open portal is a statement too (a_resumed_portal_is_authorised_again).
        assert_eq!(sqlstate(&transaction.query_portal(&portal, 1).await.unwrap_err()), "42501");
        drop(transaction);
        assert_eq!(sqlstate(&client.query(&prepared, &[]).await.unwrap_err()), "42501");
        assert_eq!(sqlstate(&client.simple_query(SQL).await.unwrap_err()), "42501");
        assert_eq!(world.query(&una, SQL, Some("billing")).await.code(), "access-required");
        assert_eq!(world.delete(&sven, &path).await.ok()["state"], "unchanged");
        world.stop().await;
    });
}

#[test]
fn a_revoked_token_ends_open_sessions() {
    run(async {
        let world = World::shared().await;
        let (token, id) = world.token_and_id("eve", json!({})).await;
        let client = world.connect("eve", &token, "").await.unwrap();
        client.simple_query("SELECT 1").await.unwrap();
        world.get(&token, "/api/v1/whoami").await.ok();
        // A holder ends a token of their own.
        world.delete(&token, &format!("/api/v1/tokens/{id}")).await.ok();
        assert_eq!(world.get(&token, "/api/v1/whoami").await.code(), "credential-expired");
        // The idle connection is told and closed without another word of the client.
        let ended = tokio::time::timeout(std::time::Duration::from_secs(5), client.ended).await;
        let ended = ended.expect("an idle connection outlives its token").unwrap();
        if let Some(error) = ended {
            assert_eq!(sqlstate(&error), "28000");
        }
        assert!(client.client.is_closed());
        assert_eq!(sqlstate(&world.connect("eve", &token, "").await.err().unwrap()), "28000");
    });
}

#[test]
fn a_principal_that_is_gone_takes_its_tokens_along() {
    run(async {
        let world = World::with_data().await;
        let eve = world.token("eve", json!({})).await;
        let client = world.connect("eve", &eve, "").await.unwrap();
        world.change("people.yaml", "  - {name: eve}\n", "").await;
        assert_eq!(world.get(&eve, "/api/v1/whoami").await.code(), "credential-expired");
        assert!(client.simple_query("SELECT 1").await.is_err());
        world.stop().await;
    });
}
