//! What the doors are asked by strangers, forgers and browsers: attack sections I and J. Tokens are in `auth.rs`; there is
//! no cookie, no JWT and no console yet.

use std::{collections::BTreeSet, time::Instant};

use axum::http::{HeaderMap, Method};
use futures::future::join_all;
use serde_json::{Value, json};

use super::{
    endpoints::operations,
    support::{Reply, World, run, sqlstate},
};

/// S-65: a hundred failures at once get one answer, ever later, and their connections are closed; the right token of
/// somebody else at the same address is not held up.
#[test]
fn a_hundred_failures_are_told_alike_and_ever_later() {
    run(async {
        // A world of its own: what one address did is remembered for a minute.
        let world = World::with_data().await;
        let ana = world.token("ana", json!({})).await;
        let refused = join_all((0..100).map(|attempt| {
            let world = &world;
            async move {
                let user = if attempt % 2 == 0 { "ana" } else { "nobody" };
                let error = world.connect(user, &format!("tsr_{attempt:064x}"), "").await.err().unwrap();
                let refusal = error.as_db_error().unwrap();
                let words = (refusal.code().code().to_owned(), refusal.severity().to_owned());
                (words, refusal.message().replace(user, "USER"), refusal.hint().map(str::to_owned))
            }
        }));
        let quick = async {
            let since = Instant::now();
            world
                .connect("ana", &ana, "-c purpose=fraud-detection")
                .await
                .unwrap()
                .simple_query("SELECT 1")
                .await
                .unwrap();
            since.elapsed()
        };
        let (refused, quick) = futures::join!(refused, quick);
        let refused: BTreeSet<_> = refused.into_iter().collect();
        assert_eq!(refused.len(), 1, "{refused:?}");
        assert_eq!(refused.first().unwrap().0, ("28P01".to_owned(), "FATAL".to_owned()));
        println!("signed in within {quick:?} beside a hundred failures");
        // From now on this address waits for its answer, on both doors; nothing it may do is refused for it.
        let since = Instant::now();
        assert_eq!(world.get("tsr_wrong", "/api/v1/whoami").await.code(), "bad-credentials");
        assert_eq!(sqlstate(&world.connect("ana", "tsr_wrong", "").await.err().unwrap()), "28P01");
        assert!(since.elapsed().as_millis() >= 900, "{:?}", since.elapsed());
        world.get(&ana, "/api/v1/whoami").await.ok();
        world.stop().await;
    });
}

/// S-63, S-64: there are no signed tokens yet, so whatever looks like one is no token, however it is signed.
#[test]
fn a_jwt_is_no_token() {
    run(async {
        let world = World::shared().await;
        // {"alg":"none"}, {"alg":"nOnE"}, {"alg":"HS256"} over {"sub":"cora"}, with no, an empty-key and a zero signature.
        let tokens = [
            "eyJhbGciOiJub25lIn0.eyJzdWIiOiJjb3JhIn0.",
            "eyJhbGciOiJuT25FIn0.eyJzdWIiOiJjb3JhIn0.",
            "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJjb3JhIn0.",
            "eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiJjb3JhIn0.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
        ];
        join_all(tokens.map(|token| {
            let world = &world;
            async move {
                assert_eq!(world.get(token, "/api/v1/whoami").await.code(), "bad-credentials");
                assert_eq!(sqlstate(&world.connect("cora", token, "").await.err().unwrap()), "28P01");
            }
        }))
        .await;
    });
}

/// S-66: nothing but the token says who somebody is, on the Postgres door neither.
#[test]
fn startup_parameters_name_nobody() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        for forged in
            ["-c role=cora", "-c session_authorization=cora", "-c x-forwarded-user=cora", "-c groups=customer-owners"]
        {
            assert_eq!(sqlstate(&world.connect("eve", &eve, forged).await.err().unwrap()), "42501", "{forged}");
        }
        assert_eq!(sqlstate(&world.connect("cora", &eve, "").await.err().unwrap()), "28P01");
        let client = world.connect("eve", &eve, "-c application_name=cora").await.unwrap();
        let who = client.query_one("SELECT current_user, session_user", &[]).await.unwrap();
        assert_eq!((who.get::<_, &str>(0), who.get::<_, &str>(1)), ("eve", "eve"));
        assert_eq!(
            sqlstate(&client.simple_query("SELECT count(*) FROM customer.customer_master").await.unwrap_err()),
            "42501"
        );
    });
}

/// S-68: there is no cookie to ride on. What a browser sends by itself is nobody's, and no page may read or call.
#[test]
fn a_browser_brings_no_identity_along() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let seq = world.running.house().registry.mesh().seq();
        let body = json!({"product": "customer.customer_master", "purpose": "billing", "reason": "a page asked"});
        let cookies = [format!("session={ana}"), format!("token={ana}"), format!("authorization=Bearer {ana}")];
        join_all(cookies.iter().map(|cookie| {
            let (world, body) = (&world, &body);
            async move {
                let headers = [("cookie", cookie.as_str()), ("origin", "https://evil.example"), ("x-csrf-token", "1")];
                for (method, path) in [(Method::POST, "/api/v1/requests"), (Method::GET, "/api/v1/whoami")] {
                    let reply = world.call(None, method, path, Some(body.clone()), &headers).await;
                    assert_eq!(reply.code(), "bad-credentials", "{cookie}");
                    assert!(!reply.headers.contains_key("set-cookie"));
                }
            }
        }))
        .await;
        let records = world.running.house().registry.records(seq + 1, 1_000).await.unwrap();
        assert!(records.iter().all(|record| record.actor != "user:ana"));
        // No origin is let in: neither asked beforehand nor in the answer.
        for origin in ["https://evil.example", "null", "http://127.0.0.1:7400"] {
            let asked = [
                ("origin", origin),
                ("access-control-request-method", "POST"),
                ("access-control-request-headers", "authorization"),
            ];
            let before = world.call(None, Method::OPTIONS, "/api/v1/query", None, &asked).await;
            assert!(!before.status.is_success(), "{}", before.status);
            let answer = world.call(Some(&ana), Method::GET, "/api/v1/whoami", None, &[("origin", origin)]).await;
            answer.ok();
            for reply in [&before, &answer] {
                assert!(
                    reply.headers.keys().all(|name| !name.as_str().starts_with("access-control")),
                    "{:?}",
                    reply.headers
                );
            }
        }
    });
}

fn hardened(reply: &Reply, path: &str) {
    for (name, value) in [
        ("x-content-type-options", "nosniff"),
        ("cache-control", "no-store"),
        ("referrer-policy", "no-referrer"),
        ("x-frame-options", "DENY"),
        ("cross-origin-resource-policy", "same-origin"),
    ] {
        assert_eq!(reply.headers.get(name).map(|value| value.to_str().unwrap()), Some(value), "{path} {name}");
    }
    let policy = reply.headers["content-security-policy"].to_str().unwrap();
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"), "{path} {policy}");
    assert!(!policy.contains("unsafe"), "{path} {policy}");
    for name in ["set-cookie", "server", "x-powered-by", "access-control-allow-origin"] {
        assert!(!reply.headers.contains_key(name), "{path} {name}");
    }
}

/// S-69: every operation of the document, answered and refused, and every form of an answer.
#[test]
fn every_answer_of_every_operation_is_hardened() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        // All at once: whoever shows no token waits for the answer.
        join_all(operations(&world).await.into_iter().map(|(method, path, _)| {
            let (world, ana) = (&world, &ana);
            async move {
                let path =
                    path.replace("{domain}", "customer").replace("{product}", "customer_master").replace("{id}", "1");
                for token in [None, Some(ana.as_str())] {
                    // Nonsense on purpose: what is refused is as hardened as what is answered, and nothing happens.
                    let reply = world.call(token, method.clone(), &path, Some(json!(["nonsense"])), &[]).await;
                    hardened(&reply, &path);
                }
            }
        }))
        .await;
        for accept in ["application/json", "text/csv", "application/vnd.apache.arrow.stream", "image/png"] {
            let headers = [("accept", accept), ("x-tessera-purpose", "fraud-detection")];
            let body = Some(json!({"sql": "SELECT region FROM customer.customer_master"}));
            hardened(&world.call(Some(&ana), Method::POST, "/api/v1/query", body, &headers).await, accept);
        }
        for (method, path) in
            [(Method::GET, "/"), (Method::PUT, "/api/v1/whoami"), (Method::TRACE, "/"), (Method::GET, "/..%2f")]
        {
            hardened(&world.call(Some(&ana), method, path, None, &[]).await, path);
        }
    });
}

/// An answer without what differs from call to call and without the name that was typed.
fn normal(reply: &Reply, name: &str) -> (u16, String, Vec<(String, String)>) {
    let varying = ["x-request-id", "content-length", "date"];
    let text = |headers: &HeaderMap| {
        let kept = headers.iter().filter(|(name, _)| !varying.contains(&name.as_str()));
        kept.map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned())).collect()
    };
    (reply.status.as_u16(), reply.normal().to_string().replace(name, "NAME"), text(&reply.headers))
}

/// S-70: the ids of other people's requests, entitlements and tokens are the ids of nothing.
#[test]
fn other_peoples_objects_are_absent_one_by_one() {
    run(async {
        let world = World::with_data().await;
        let (una, eve) = (world.token("una", json!({})).await, world.token("eve", json!({})).await);
        let ask =
            |purpose: &str| json!({"product": "customer.customer_master", "purpose": purpose, "reason": "a test"});
        let pending =
            world.post(&una, "/api/v1/requests", ask("billing")).await.ok()["id"].as_str().unwrap().to_owned();
        let entitlement = world.grant(&una, "sven", json!({"purpose": "fraud-detection"})).await;
        let approved = world.get(&una, "/api/v1/requests?state=approved").await.ok()["items"][0]["id"]
            .as_str()
            .unwrap()
            .to_owned();
        let (_, token) = world.token_and_id("una", json!({})).await;
        // Somebody without a role, the people of another domain, an administrator.
        let mut strangers = vec![eve];
        for who in ["ana", "hanna", "hugo", "pat"] {
            strangers.push(world.token(who, json!({})).await);
        }
        let seq = world.running.house().registry.mesh().seq();
        let decision = json!({"decision": "approve"});
        type Case<'a> = (Method, &'a str, &'a [&'a str], &'a str, Option<Value>);
        let cases: [Case<'_>; 4] = [
            (Method::DELETE, "/api/v1/requests/ID", &[&pending, &approved], "req-999999", None),
            (Method::POST, "/api/v1/requests/ID/decision", &[&pending, &approved], "req-999999", Some(decision)),
            (Method::DELETE, "/api/v1/entitlements/ID", &[&entitlement], "ent-999999", None),
            (Method::DELETE, "/api/v1/tokens/ID", &[&token], "tok-999999", None),
        ];
        for (index, stranger) in strangers.iter().enumerate() {
            for (method, path, real, absent, body) in &cases {
                // Administrators know of every token; that is their role.
                if index == 4 && path.contains("tokens") {
                    continue;
                }
                let call = async |id: &str| {
                    let reply =
                        world.call(Some(stranger), method.clone(), &path.replace("ID", id), body.clone(), &[]).await;
                    normal(&reply, id)
                };
                let nothing = call(absent).await;
                assert_eq!(nothing.0, 404, "{path}");
                for id in *real {
                    assert_eq!(call(id).await, nothing, "{method} {path} {id} of stranger {index}");
                }
            }
            for list in ["requests", "entitlements", "activity"] {
                let text = world.get(stranger, &format!("/api/v1/{list}")).await.text();
                assert!(!text.contains("user:una"), "{list} of stranger {index}: {text}");
            }
        }
        assert_eq!(world.running.house().registry.mesh().seq(), seq, "nothing happened");
        // Those it is for find it.
        let cora = world.token("cora", json!({})).await;
        let told = world.delete(&cora, &format!("/api/v1/requests/{pending}")).await;
        assert_eq!(told.code(), "not-allowed", "the owner sees it and is told why not");
        world.delete(&una, &format!("/api/v1/requests/{pending}")).await.ok();
        world.stop().await;
    });
}
