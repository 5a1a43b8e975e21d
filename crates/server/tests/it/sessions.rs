//! Sessions and streams when rights end under way: attack section E on both doors. Revocation between statements is in
//! `revocation.rs`, purposes are in `purposes.rs`.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, Instant},
};

use axum::{
    body::{Body, BodyDataStream},
    http::{Request, header},
};
use futures::{FutureExt, StreamExt};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio_postgres::SimpleQueryMessage;

use super::support::{Client, Hands, World, run, sqlstate};

const SQL: &str = "SELECT count(*) FROM customer.customer_master";
/// More rows than fit anywhere between the server and a reader that stopped reading.
const LONG: &str =
    "SELECT c.customer_id, s.value FROM customer.customer_master c CROSS JOIN generate_series(1, 10000000) s";
/// How long a stream may go on.
const SOON: Duration = Duration::from_secs(5);

/// Reads a Postgres stream until it breaks, after doing something once its first row is there.
async fn broken_by(client: &Client, sql: &str, what: impl Future<Output = ()>) -> tokio_postgres::Error {
    let mut rows = pin!(client.client.simple_query_raw(sql).await.unwrap());
    while !matches!(rows.next().await.unwrap().unwrap(), SimpleQueryMessage::Row(_)) {}
    what.await;
    let since = Instant::now();
    loop {
        match rows.next().await {
            Some(Ok(SimpleQueryMessage::CommandComplete(_))) | None => panic!("it ended as if it were complete"),
            Some(Ok(_)) => assert!(since.elapsed() < SOON, "the stream goes on"),
            Some(Err(error)) => return error,
        }
    }
}

/// An answer over HTTP with its first rows read.
async fn streaming(world: &World, token: &str, sql: &str, purpose: &str) -> BodyDataStream {
    let request = Request::post("/api/v1/query")
        .header(header::AUTHORIZATION, format!("Bearer {token}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header("x-tessera-purpose", purpose)
        .body(Body::from(json!({"sql": sql}).to_string()))
        .unwrap();
    let response = tower::ServiceExt::oneshot(world.door(), request).await.unwrap();
    assert!(response.status().is_success(), "{}", response.status());
    let mut body = response.into_body().into_data_stream();
    // The head, and the first rows.
    for _ in 0..2 {
        body.next().await.unwrap().unwrap();
    }
    body
}

/// Reads on until the answer breaks off.
async fn breaks_off(mut body: BodyDataStream) {
    let since = Instant::now();
    loop {
        match body.next().await {
            Some(Ok(_)) => assert!(since.elapsed() < SOON, "the answer goes on"),
            Some(Err(_)) => return,
            None => panic!("it ended as if it were complete"),
        }
    }
}

/// S-42: a stream that is under way ends with an error, and the audit knows how far it came.
#[test]
fn a_revocation_ends_running_statements_on_both_doors() {
    run(async {
        let world = World::with_data().await;
        let (una, sven) = (world.token("una", json!({})).await, world.token("sven", json!({})).await);
        let entitlement = world.grant(&una, "sven", json!({"purpose": "billing"})).await;
        let client = world.connect("una", &una, "-c purpose=billing").await.unwrap();
        let http = streaming(&world, &una, LONG, "billing").await;
        let error = broken_by(&client, LONG, async {
            world.delete(&sven, &format!("/api/v1/entitlements/{entitlement}")).await.ok();
        })
        .await;
        assert_eq!(sqlstate(&error), "42501");
        breaks_off(http).await;
        assert_eq!(sqlstate(&client.simple_query(SQL).await.unwrap_err()), "42501", "the connection goes on");
        // Both are on record with the rows that left and why no more did.
        let aud = world.token("aud", json!({})).await;
        let since = Instant::now();
        loop {
            let entries = world.get(&aud, "/api/v1/activity?principal=user:una&limit=10").await.ok();
            let ended = entries["items"].as_array().unwrap().iter().filter(|item| {
                item["finished"]["error"] == "access-required" && item["finished"]["rows"].as_u64().unwrap() > 0
            });
            if ended.count() == 2 {
                break;
            }
            assert!(since.elapsed() < SOON, "{entries}");
            tokio::task::yield_now().await;
        }
        world.stop().await;
    });
}

/// S-45: what a token began ends with it, also where the principal has another token.
#[test]
fn a_revoked_token_ends_its_running_statements() {
    run(async {
        let world = World::with_data().await;
        let (stolen, id) = world.token_and_id("ana", json!({})).await;
        let own = world.token("ana", json!({})).await;
        let thief = world.connect("ana", &stolen, "-c purpose=fraud-detection").await.unwrap();
        let ana = world.connect("ana", &own, "-c purpose=fraud-detection").await.unwrap();
        let http = streaming(&world, &stolen, LONG, "fraud-detection").await;
        let error = broken_by(&thief, LONG, async {
            world.delete(&own, &format!("/api/v1/tokens/{id}")).await.ok();
        })
        .await;
        assert_eq!(sqlstate(&error), "28000");
        breaks_off(http).await;
        thief.ended.await.unwrap();
        assert!(thief.client.is_closed(), "the connection ends with its token");
        ana.simple_query(SQL).await.unwrap();
        world.stop().await;
    });
}

/// S-43: an entitlement ends at its time, for the next statement and for one that is under way.
#[test]
fn an_entitlement_ends_at_its_time_on_both_doors() {
    run(async {
        let clock = Arc::new(Hands::default());
        let world = World::with_data_at(Some(clock.clone())).await;
        let una = world.token("una", json!({})).await;
        let until = world.running.house().registry.now().plus("1h".parse().unwrap());
        world.grant(&una, "sven", json!({"purpose": "billing", "until": until.to_string()})).await;
        let client = world.connect("una", &una, "-c purpose=billing").await.unwrap();
        clock.turn(3_500);
        client.simple_query(SQL).await.unwrap();
        world.query(&una, SQL, Some("billing")).await.ok();
        let http = streaming(&world, &una, LONG, "billing").await;
        let error = broken_by(&client, LONG, async { clock.turn(101) }).await;
        assert_eq!(sqlstate(&error), "42501");
        breaks_off(http).await;
        assert_eq!(sqlstate(&client.simple_query(SQL).await.unwrap_err()), "42501");
        // A date that a client brings is nobody's clock.
        let dated = [("x-tessera-purpose", "billing"), ("date", "Thu, 01 Jan 1970 00:00:00 GMT")];
        let body = Some(json!({"sql": SQL}));
        let reply = world.call(Some(&una), axum::http::Method::POST, "/api/v1/query", body, &dated).await;
        assert_eq!(reply.code(), "access-required");
        world.stop().await;
    });
}

/// S-41, M13: what was read ahead under rights that are gone is given to nobody, even where narrower rights remain.
#[test]
fn a_fetch_after_a_narrowing_gives_no_row() {
    run(async {
        let world = World::with_data().await;
        let (una, sven) = (world.token("una", json!({})).await, world.token("sven", json!({})).await);
        // With the second one she reads all rows, without it those of her region.
        world.grant(&una, "sven", json!({"purpose": "billing"})).await;
        let wide = world.grant(&una, "sven", json!({"purpose": "billing", "rows": "all"})).await;
        let mut client = world.connect("una", &una, "-c purpose=billing").await.unwrap();
        let transaction = client.client.transaction().await.unwrap();
        let all = "SELECT customer_id FROM customer.customer_master ORDER BY customer_id";
        let portal = transaction.bind(all, &[]).await.unwrap();
        assert_eq!(transaction.query_portal(&portal, 1).await.unwrap().len(), 1);
        assert_eq!(transaction.query_portal(&portal, 1).await.unwrap().len(), 1);
        world.delete(&sven, &format!("/api/v1/entitlements/{wide}")).await.ok();
        let refused = transaction.query_portal(&portal, 10).await.unwrap_err();
        assert_eq!(sqlstate(&refused), "42501");
        drop(transaction);
        assert_eq!(client.query(all, &[]).await.unwrap().len(), 3, "the narrower rights are still hers");
        world.stop().await;
    });
}

/// S-44: a group that was left is left for sessions that are open as well.
#[test]
fn leaving_a_group_ends_what_it_gave_on_open_sessions() {
    run(async {
        let world = World::with_data().await;
        let ana = world.token("ana", json!({})).await;
        world.grant(&ana, "sven", json!({"purpose": "billing", "for": "group:fraud-analysts"})).await;
        let client = world.connect("ana", &ana, "-c purpose=billing").await.unwrap();
        client.simple_query(SQL).await.unwrap();
        world.query(&ana, SQL, Some("billing")).await.ok();
        let http = streaming(&world, &ana, LONG, "billing").await;
        world.change("people.yaml", "{name: ana, groups: [fraud-analysts]", "{name: ana, groups: []").await;
        assert_eq!(sqlstate(&client.simple_query(SQL).await.unwrap_err()), "42501");
        assert_eq!(world.query(&ana, SQL, Some("billing")).await.code(), "purpose-not-granted");
        breaks_off(http).await;
        world.stop().await;
    });
}

/// S-48: guessed and replayed keys end nothing; a statement of somebody else does not exist.
#[test]
fn guessed_and_replayed_cancels_have_no_effect() {
    run(async {
        let world = World::shared().await;
        let (ana, eve) = (world.token("ana", json!({})).await, world.token("eve", json!({})).await);
        let old = world.connect("eve", &eve, "").await.unwrap();
        let replayed = old.client.cancel_token();
        drop(old.client);
        old.ended.await.unwrap();
        let client = world.connect("ana", &ana, "-c purpose=fraud-detection").await.unwrap();
        let counting = "SELECT count(*) FROM generate_series(1, 3000000) s WHERE s.value % 7 > 2";
        let mut counted = pin!(client.client.simple_query(counting));
        let guesses = async {
            for guess in 0_u32.. {
                let mut packet = vec![0, 0, 0, 16, 4, 210, 22, 46];
                packet.extend((guess % 64).to_be_bytes());
                packet.extend(guess.wrapping_mul(2_654_435_761).to_be_bytes());
                let mut stream = tokio::net::TcpStream::connect(&world.running.ready.postgres).await.unwrap();
                stream.write_all(&packet).await.unwrap();
                let mut nothing = Vec::new();
                assert_eq!(stream.read_to_end(&mut nothing).await.unwrap_or(0), 0, "a cancel gets no answer");
                let _ = replayed.cancel_query(tokio_postgres::NoTls).await;
            }
        };
        let done = tokio::select! {
            done = &mut counted => done,
            () = guesses => unreachable!(),
        };
        done.unwrap_or_else(|error| panic!("a guess ended it: {error}"));
        // The same over HTTP, by the statement's id.
        let http = streaming(&world, &ana, LONG, "fraud-detection").await;
        let entries = world.get(&ana, "/api/v1/activity").await.ok();
        let id = entries["items"][0]["statement"]["id"].as_str().unwrap().to_owned();
        let path = format!("/api/v1/query/{id}");
        let foreign = world.delete(&eve, &path).await;
        let absent = world.delete(&eve, "/api/v1/query/0191f000-0000-7000-8000-000000000000").await;
        assert_eq!(
            (foreign.status, absent.status),
            (axum::http::StatusCode::NOT_FOUND, axum::http::StatusCode::NOT_FOUND)
        );
        let name = |text: String, id: &str| text.replace(id, "ID");
        assert_eq!(
            name(foreign.normal().to_string(), &id),
            name(absent.normal().to_string(), "0191f000-0000-7000-8000-000000000000")
        );
        let mut http = pin!(breaks_off(http));
        assert!(http.as_mut().now_or_never().is_none(), "it goes on for her");
        assert!(world.delete(&ana, &path).await.status.is_success(), "her own she ends");
        http.await;
    });
}
