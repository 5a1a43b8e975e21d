//! Two of everything at the doors: revocations against readers, one key sent by many, deciders against each other.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering::SeqCst},
};

use axum::http::Method;
use futures::future::join_all;
use serde_json::{Value, json};
use tokio::sync::watch;
use tokio_postgres::SimpleQueryMessage;

use super::support::{Client, Reply, World, run, sqlstate};

const SQL: &str = "SELECT customer_id FROM customer.customer_master";

/// Whether the reader may read, as the steward was told: even epochs of this count are closed, odd ones open or between.
type Phase = watch::Receiver<u64>;

/// What an answer comes to that ended between its first row and its last.
const BROKE_OFF: &str = "broke off";

/// A way to read.
enum Door {
    Http(Arc<World>, String),
    Postgres(Client),
}

impl Door {
    /// How many rows there are, or the refusal.
    async fn read(&self) -> Result<usize, String> {
        match self {
            Self::Http(world, token) => {
                let reply = world.query(token, SQL, Some("billing")).await;
                match (reply.status.is_success(), reply.bytes.is_empty()) {
                    (true, false) => Ok(reply.json()["rows"].as_array().unwrap().len()),
                    // The end came after the first row: an answer that broke off is no answer.
                    (true, true) => Err(BROKE_OFF.to_owned()),
                    (false, _) => Err(reply.code()),
                }
            }
            Self::Postgres(client) => match client.simple_query(SQL).await {
                Ok(messages) => Ok(messages.iter().filter(|m| matches!(m, SimpleQueryMessage::Row(_))).count()),
                Err(error) => Err(sqlstate(&error)),
            },
        }
    }
}

/// Reads as often as it can and holds every answer to the phase: what began after a revocation was acknowledged, and
/// ended before the next approval was sent, gets no row.
async fn reader(door: Door, phase: Phase, seen: Arc<[AtomicU64; 2]>) {
    loop {
        let before = *phase.borrow();
        if before == u64::MAX {
            return;
        }
        let answer = door.read().await;
        let after = *phase.borrow();
        if before != after {
            continue;
        }
        match answer {
            Ok(rows) => {
                assert_eq!(before % 2, 1, "{rows} rows after the revocation was acknowledged");
                assert_eq!(rows, 3);
                seen[1].fetch_add(1, SeqCst);
            }
            Err(code) if code == BROKE_OFF => assert_eq!(before % 2, 1, "a row left after the revocation"),
            Err(code) => {
                assert!(["42501", "access-required", "purpose-not-granted"].contains(&code.as_str()), "{code}");
                // Between sending an approval and its answer both are right.
                if before.is_multiple_of(2) {
                    seen[0].fetch_add(1, SeqCst);
                }
            }
        }
    }
}

/// Part of S-41, F-22: no statement that began after the acknowledgement of a revocation gets a row, on either door.
#[test]
fn nothing_is_read_after_a_revocation_was_acknowledged() {
    run(async {
        let world = Arc::new(World::with_data().await);
        #[expect(clippy::disallowed_methods, reason = "a long run is by hand")]
        let rounds = std::env::var("TESSERA_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(8_u64);
        let (una, sven) = (world.token("una", json!({})).await, world.token("sven", json!({})).await);
        let (tell, phase) = watch::channel(0_u64);
        let mut counts = Vec::new();
        let mut readers = tokio::task::JoinSet::new();
        for number in 0..4 {
            let seen: Arc<[AtomicU64; 2]> = Arc::default();
            counts.push(seen.clone());
            let door = match number % 2 {
                0 => Door::Http(world.clone(), una.clone()),
                _ => Door::Postgres(world.connect("una", &una, "-c purpose=billing").await.unwrap()),
            };
            readers.spawn(reader(door, phase.clone(), seen));
        }
        // Every reader is to have met the phase; a reader that failed is told by its own panic.
        let met = async |which: usize, before: Vec<u64>, readers: &mut tokio::task::JoinSet<()>| {
            while counts.iter().zip(&before).any(|(seen, before)| seen[which].load(SeqCst) <= *before) {
                if let Some(ended) = readers.try_join_next() {
                    ended.unwrap();
                    panic!("a reader left");
                }
                tokio::task::yield_now().await;
            }
        };
        let now = |which: usize| counts.iter().map(|seen| seen[which].load(SeqCst)).collect::<Vec<_>>();
        for round in 0..rounds {
            met(0, now(0), &mut readers).await;
            tell.send(2 * round + 1).unwrap();
            let entitlement = world.grant(&una, "sven", json!({"purpose": "billing"})).await;
            met(1, now(1), &mut readers).await;
            let revoked = world.delete(&sven, &format!("/api/v1/entitlements/{entitlement}")).await.ok();
            tell.send(2 * round + 2).unwrap();
            assert_eq!(revoked["state"], "revoked");
        }
        met(0, now(0), &mut readers).await;
        tell.send(u64::MAX).unwrap();
        while let Some(ended) = readers.join_next().await {
            ended.unwrap();
        }
        println!("{rounds} revocations; refused and read by each reader: {counts:?}");
    });
}

/// Sends the same call many times at once.
async fn at_once(world: &World, times: usize, token: &str, key: &str, path: &str, body: &Value) -> Vec<Reply> {
    let headers = [("idempotency-key", key)];
    join_all((0..times).map(|_| world.call(Some(token), Method::POST, path, Some(body.clone()), &headers))).await
}

/// The kinds of the records of one key, as auditors see them.
async fn recorded(world: &World, key: &str) -> Vec<String> {
    let aud = world.token("aud", json!({})).await;
    let page = world.get(&aud, "/api/v1/journal?limit=1000").await.ok();
    let of_key = page["items"].as_array().unwrap().iter().filter(|record| record["command_id"] == key);
    of_key.map(|record| record["kind"].as_str().unwrap().to_owned()).collect()
}

/// F-22: one key that many send at once has one effect, and everybody gets its answer.
#[test]
fn one_key_sent_by_many_is_done_once() {
    run(async {
        let world = World::with_data().await;
        let (una, sven) = (world.token("una", json!({})).await, world.token("sven", json!({})).await);
        let ask = json!({"product": "customer.customer_master", "purpose": "billing", "reason": "a race"});
        let asked = at_once(&world, 25, &una, "ask", "/api/v1/requests", &ask).await;
        let first = asked[0].ok();
        for reply in &asked {
            assert_eq!((reply.status.as_u16(), reply.ok()), (201, first.clone()));
        }
        assert_eq!(recorded(&world, "ask").await, ["access-requested"]);
        let path = format!("/api/v1/requests/{}/decision", first["id"].as_str().unwrap());
        let decided = at_once(&world, 25, &sven, "decide", &path, &json!({"decision": "approve"})).await;
        let answer = decided[0].ok();
        assert!(decided.iter().all(|reply| reply.ok() == answer));
        assert_eq!(recorded(&world, "decide").await, ["entitlement-granted"]);
        // The same key with another body is told so, whoever is first.
        let other = at_once(&world, 5, &sven, "decide", &path, &json!({"decision": "deny"})).await;
        assert!(other.iter().all(|reply| reply.code() == "idempotency-mismatch"));
        // The text of a token is handed out once.
        let made = at_once(&world, 10, &world.admin, "token", "/api/v1/tokens", &json!({"principal": "ana"})).await;
        assert_eq!(made.iter().filter(|reply| reply.status == 201).count(), 1);
        assert!(made.iter().filter(|reply| reply.status != 201).all(|reply| reply.code() == "conflict"));
        assert_eq!(recorded(&world, "token").await, ["token-created"]);
        world.stop().await;
    });
}

/// F-22 at the door: one request, a hundred clients, one end; the journal has exactly what was told.
#[test]
fn a_hundred_clients_settle_one_request_once() {
    run(async {
        let world = World::with_data().await;
        let una = world.token("una", json!({})).await;
        let (sven, stan) = (world.token("sven", json!({})).await, world.token("stan", json!({})).await);
        for round in 0..3 {
            let ask = json!({"product": "customer.customer_master", "purpose": "billing", "reason": "a race"});
            let request = world.post(&una, "/api/v1/requests", ask).await.ok()["id"].as_str().unwrap().to_owned();
            let decision = format!("/api/v1/requests/{request}/decision");
            let answers = join_all((0..100).map(|client| {
                let (world, decision, request) = (&world, &decision, &request);
                let (una, sven, stan) = (&una, &sven, &stan);
                async move {
                    let key = format!("race-{round}-{client}");
                    let headers = [("idempotency-key", key.as_str())];
                    let own = format!("/api/v1/requests/{request}");
                    let (token, method, path, body) = match (client + round) % 4 {
                        0 => (sven, Method::POST, decision.as_str(), Some(json!({"decision": "approve"}))),
                        1 => (stan, Method::POST, decision.as_str(), Some(json!({"decision": "deny"}))),
                        2 => (una, Method::DELETE, own.as_str(), None),
                        _ => (stan, Method::DELETE, own.as_str(), None),
                    };
                    let reply = world.call(Some(token), method, path, body, &headers).await;
                    (key, reply)
                }
            }))
            .await;
            let aud = world.token("aud", json!({})).await;
            let from = request.strip_prefix("req-").unwrap();
            let page = world.get(&aud, &format!("/api/v1/journal?limit=1000&from={from}")).await.ok();
            let records: Vec<(String, String)> = page["items"]
                .as_array()
                .unwrap()
                .iter()
                .filter(|record| record["command_id"].as_str().unwrap().starts_with("race-"))
                .map(|record| {
                    (record["kind"].as_str().unwrap().to_owned(), record["command_id"].as_str().unwrap().to_owned())
                })
                .collect();
            // One decision, and at most the end of what it gave.
            let kinds: Vec<&str> = records.iter().map(|(kind, _)| kind.as_str()).collect();
            assert!(
                [
                    &["access-denied"][..],
                    &["request-withdrawn"],
                    &["entitlement-granted", "entitlement-ended"],
                    &["entitlement-granted"]
                ]
                .contains(&&kinds[..]),
                "{kinds:?}"
            );
            let done: std::collections::BTreeSet<&str> = answers
                .iter()
                .filter(|(_, reply)| reply.status.is_success() && reply.json()["state"] != "unchanged")
                .map(|(key, _)| key.as_str())
                .collect();
            let recorded: std::collections::BTreeSet<&str> = records.iter().map(|(_, key)| key.as_str()).collect();
            assert_eq!(done, recorded, "what was told as done is what is recorded");
            for (key, reply) in answers.iter().filter(|(_, reply)| !reply.status.is_success()) {
                assert!(["conflict", "not-allowed"].contains(&reply.code().as_str()), "{key} {}", reply.text());
            }
            // Whatever is left is ended for the next round.
            world.delete(&una, &format!("/api/v1/requests/{request}")).await;
        }
        world.stop().await;
    });
}
