//! Server-sent events: told while things happen, to whom they concern, with the rights of the moment.

use axum::{body::Body, http::Request};
use futures::StreamExt as _;
use serde_json::{Value, json};
use std::time::Duration;

use super::support::{World, run};

/// A client's stream, read up to a silence.
pub struct Listening(std::pin::Pin<Box<dyn futures::Stream<Item = String> + Send>>);

impl Listening {
    pub async fn of(world: &World, token: &str, last: Option<&str>) -> Self {
        let mut request = Request::get("/api/v1/events").header("authorization", format!("Bearer {token}"));
        if let Some(last) = last {
            request = request.header("last-event-id", last);
        }
        let response = tower::ServiceExt::oneshot(world.door(), request.body(Body::empty()).unwrap()).await.unwrap();
        assert_eq!(response.status(), 200);
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let bytes = response.into_body().into_data_stream();
        Self(Box::pin(bytes.map(|bytes| String::from_utf8(bytes.unwrap().to_vec()).unwrap())))
    }

    /// What was told until nothing comes for a moment: kind and data. Whether it is over.
    pub async fn told(&mut self) -> (Vec<(String, Value)>, bool) {
        let mut found = Vec::new();
        loop {
            match tokio::time::timeout(Duration::from_millis(700), self.0.next()).await {
                Err(_) => return (found, false),
                Ok(None) => return (found, true),
                Ok(Some(text)) => found.extend(text.split("\n\n").filter_map(|event| {
                    let field = |name: &str| event.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
                    Some((field("event:")?.to_owned(), serde_json::from_str(field("data:")?).unwrap()))
                })),
            }
        }
    }
}

#[test]
fn events_are_told_to_whom_they_concern() {
    run(async {
        let world = World::with_data().await;
        let token = async |who: &str| world.token(who, json!({})).await;
        let (una, eve, sven) = (token("una").await, token("eve").await, token("sven").await);
        let (cora, hanna) = (token("cora").await, token("hanna").await);
        let mut una_hears = Listening::of(&world, &una, None).await;
        let mut eve_hears = Listening::of(&world, &eve, None).await;
        let mut sven_hears = Listening::of(&world, &sven, None).await;
        let ask = json!({"product": "customer.customer_master", "purpose": "fraud-detection", "reason": "a test"});
        let request = world.post(&una, "/api/v1/requests", ask).await.ok()["id"].as_str().unwrap().to_owned();
        world.post(&sven, &format!("/api/v1/requests/{request}/remarks"), json!({"text": "Why?"})).await.ok();
        let entitlement = world.grant(&una, "sven", json!({"purpose": "billing"})).await;
        world.delete(&sven, &format!("/api/v1/entitlements/{entitlement}")).await.ok();
        world.post(&cora, "/api/v1/publications", json!({"product": "customer.customer_master"})).await.ok();
        world.post(&hanna, "/api/v1/publications", json!({"product": "hr.payroll"})).await.ok();
        let words = |told: &[(String, Value)]| -> Vec<String> {
            told.iter()
                .map(|(kind, data)| {
                    format!("{kind} {}", data.get("decision").unwrap_or(&data["product"]).as_str().unwrap())
                })
                .collect()
        };
        let asked = "request customer.customer_master";
        let all = [asked, "remark customer.customer_master", asked, "decision approved", "decision revoked"];
        let published = "publication customer.customer_master";
        let (told, over) = una_hears.told().await;
        assert_eq!(
            (words(&told), over),
            ([&all[..], &[published]].concat().iter().map(|w| (*w).to_owned()).collect(), false)
        );
        assert_eq!(told[1].1["by"], "user:sven");
        assert_eq!(words(&sven_hears.told().await.0), words(&told));
        // Nobody else's request, and nothing of a product that is not theirs to know.
        assert_eq!(words(&eve_hears.told().await.0), [published]);
        // Whoever comes back misses nothing; an id that is none is refused.
        let first = told[0].1["request"].as_str().unwrap().trim_start_matches("req-").to_owned();
        let mut again = Listening::of(&world, &una, Some(&first)).await;
        assert_eq!(words(&again.told().await.0), words(&told)[1..]);
        for id in ["x", "-1", "99999999"] {
            let headers = [("last-event-id", id)];
            let reply = world.call(Some(&una), axum::http::Method::GET, "/api/v1/events", None, &headers).await;
            assert_eq!(reply.code(), "invalid-value", "{id}");
        }
        // A token that ends takes its streams along.
        let (short, id) = world.token_and_id("una", json!({})).await;
        let mut hears = Listening::of(&world, &short, None).await;
        assert!(!hears.told().await.1);
        world.delete(&world.admin, &format!("/api/v1/tokens/{id}")).await.ok();
        assert!(hears.told().await.1, "the stream is over");
        world.stop().await;
    });
}
