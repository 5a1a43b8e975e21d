//! The machine's clock goes two hours forward and back under a server (F-24).

use std::sync::Arc;

use serde_json::json;

use super::support::{Hands, World, run, sqlstate};

const SQL: &str = "SELECT count(*) FROM customer.customer_master";
const HOURS: i64 = 2 * 3_600;

#[test]
fn what_expired_stays_expired_whatever_the_clock_does() {
    run(async {
        let clock = Arc::new(Hands::default());
        let world = World::with_data_at(Some(clock.clone())).await;
        let soon = world.running.house().registry.now().plus("1h".parse().unwrap()).to_string();
        let una = world.token("una", json!({})).await;
        world.grant(&una, "sven", json!({"purpose": "billing", "until": soon})).await;
        let brief = world.token("una", json!({"until": soon})).await;
        world.query(&brief, SQL, Some("billing")).await.ok();
        let client = world.connect("una", &brief, "-c purpose=billing").await.unwrap();
        clock.turn(HOURS);
        assert_eq!(world.get(&brief, "/api/v1/whoami").await.code(), "credential-expired");
        assert_eq!(sqlstate(&client.simple_query(SQL).await.unwrap_err()), "28000");
        assert_eq!(world.query(&una, SQL, Some("billing")).await.code(), "access-required");
        clock.turn(-HOURS);
        let gone = async |world: &World| {
            assert_eq!(world.get(&brief, "/api/v1/whoami").await.code(), "credential-expired");
            assert_eq!(sqlstate(&world.connect("una", &brief, "").await.err().unwrap()), "28000");
            assert_eq!(world.query(&una, SQL, Some("billing")).await.code(), "access-required");
        };
        gone(&world).await;
        // Another process, under a clock that never was two hours ahead.
        let again = World::again_at(world.stop().await, clock).await;
        gone(&again).await;
        again.stop().await;
    });
}

/// A server that is killed has latched what it told: the telling itself asks for it.
#[test]
fn a_token_that_was_told_expired_is_recorded_as_ended_without_waiting() {
    run(async {
        let clock = Arc::new(Hands::default());
        let world = World::with_data_at(Some(clock.clone())).await;
        let house = world.running.house().clone();
        let soon = house.registry.now().plus("1h".parse().unwrap()).to_string();
        let (brief, id) = world.token_and_id("ana", json!({"until": soon})).await;
        clock.turn(HOURS);
        let mut changes = house.registry.changes();
        assert_eq!(world.get(&brief, "/api/v1/whoami").await.code(), "credential-expired");
        let ended = || house.registry.mesh().token(id.parse().unwrap()).unwrap().ended.is_some();
        let latched = async {
            while !ended() {
                changes.changed().await.unwrap();
            }
        };
        // Far less than the minute between two looks of its own.
        tokio::time::timeout(std::time::Duration::from_secs(20), latched).await.expect("nothing latched it");
        drop(house);
        world.stop().await;
    });
}

#[test]
fn records_and_freshness_never_go_back() {
    run(async {
        let clock = Arc::new(Hands::default());
        let world = World::with_data_at(Some(clock.clone())).await;
        let (cora, aud) = (world.token("cora", json!({})).await, world.token("aud", json!({})).await);
        let una = world.token("una", json!({})).await;
        let page = "/api/v1/products/customer/customer_master";
        let before = world.get(&cora, page).await.ok();
        assert_eq!(before["freshness"], "ok");
        for turn in [HOURS, -HOURS, -HOURS, HOURS] {
            clock.turn(turn);
            world.query(&una, "SELECT 1", None).await.ok();
            world.token("una", json!({})).await;
            let publication = json!({"product": "customer.customer_master"});
            world.post(&cora, "/api/v1/publications", publication).await.ok();
            // Published just now, whatever the machine thinks of now: fresh, and of no age below zero.
            let shown = world.get(&cora, page).await.ok();
            assert_eq!(shown["freshness"], "ok", "{turn}");
        }
        let times = |page: &serde_json::Value| -> Vec<model::Timestamp> {
            page["items"].as_array().unwrap().iter().map(|item| item["at"].as_str().unwrap().parse().unwrap()).collect()
        };
        let journal = times(&world.get(&aud, "/api/v1/journal?limit=1000").await.ok());
        assert!(journal.is_sorted(), "{journal:?}");
        let mut activity = times(&world.get(&aud, "/api/v1/activity?principal=all&limit=100").await.ok());
        activity.reverse();
        assert!(activity.is_sorted(), "{activity:?}");
        let versions = world.get(&cora, &format!("{page}/versions")).await.ok();
        let mut published = times(&versions);
        published.reverse();
        assert!(published.is_sorted() && published.len() == 5, "{published:?}");
        // Two days later it is late, and a clock that is set back does not make it fresh.
        clock.turn(48 * 3_600);
        assert_eq!(world.get(&cora, page).await.ok()["freshness"], "late");
        clock.turn(-48 * 3_600);
        assert_eq!(world.get(&cora, page).await.ok()["freshness"], "late");
        world.stop().await;
    });
}
