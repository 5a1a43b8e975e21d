//! Sign-in under attack: S-64 to S-67 as far as these doors exist.

use axum::{
    body::Body,
    http::{Method, Request, header},
};
use serde_json::json;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

use super::support::{World, run, sqlstate};

#[test]
fn no_answer_tells_a_user_from_a_stranger() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let wrong = format!("{}{}", &ana[..ana.len() - 1], if ana.ends_with('0') { '1' } else { '0' });
        let mut messages = std::collections::BTreeSet::new();
        for (user, password) in
            [("ana", wrong.as_str()), ("nobody", &wrong), ("nobody", &ana), ("ana", ""), ("ana", "x")]
        {
            let error = world.connect(user, password, "").await.err().unwrap();
            // tokio-postgres refuses to send an empty password itself.
            let Some(refusal) = error.as_db_error() else { continue };
            assert_eq!(refusal.code().code(), "28P01");
            assert_eq!(refusal.severity(), "FATAL");
            let detail = refusal.detail().unwrap().split(" (request").next().unwrap().to_owned();
            messages.insert((refusal.message().replace(user, "USER"), refusal.hint().map(str::to_owned), detail));
        }
        assert_eq!(messages.len(), 1, "{messages:?}");
        assert!(world.connect("ana", &ana, "").await.is_ok());
        // Over HTTP the same: whose a token might have been is not said.
        let refusals: Vec<_> =
            futures::future::join_all([&wrong, "tsr_", "", "x y"].map(|token| world.get(token, "/api/v1/whoami")))
                .await
                .iter()
                .map(super::support::Reply::normal)
                .collect();
        assert!(refusals.windows(2).all(|pair| pair[0] == pair[1]), "{refusals:?}");
        assert_eq!(refusals[0]["code"], "bad-credentials");
    });
}

#[test]
fn two_tokens_are_none() {
    run(async {
        let world = World::shared().await;
        let (ana, eve) = (world.token("ana", json!({})).await, world.token("eve", json!({})).await);
        let request = Request::builder()
            .uri("/api/v1/whoami")
            .header(header::AUTHORIZATION, format!("Bearer {ana}"))
            .header(header::AUTHORIZATION, format!("Bearer {eve}"))
            .body(Body::empty())
            .unwrap();
        assert_eq!(world.send(request).await.code(), "bad-credentials");
        // A token in the address is none either, and neither is another scheme.
        let path = format!("/api/v1/whoami?access_token={ana}&token={ana}");
        assert_eq!(world.call(None, Method::GET, &path, None, &[]).await.code(), "bad-credentials");
        let basic = [("authorization", "Basic YW5hOng=")];
        assert_eq!(world.call(None, Method::GET, "/api/v1/whoami", None, &basic).await.code(), "bad-credentials");
    });
}

#[test]
fn identity_headers_change_nothing() {
    run(async {
        let world = World::shared().await;
        let eve = world.token("eve", json!({})).await;
        let forged = [
            ("x-forwarded-user", "cora"),
            ("x-remote-user", "cora"),
            ("x-mesh-groups", "customer-owners"),
            ("x-forwarded-for", "127.0.0.1"),
        ];
        let who = world.call(Some(&eve), Method::GET, "/api/v1/whoami", None, &forged).await.ok();
        assert_eq!(who["principal"], "user:eve");
        assert_eq!(who["groups"], json!([]));
        assert_eq!(world.call(None, Method::GET, "/api/v1/whoami", None, &forged).await.code(), "bad-credentials");
    });
}

#[test]
fn a_narrow_token_does_only_what_it_is_for() {
    run(async {
        let world = World::shared().await;
        let svc = world.token("svc-customer", json!({"scopes": ["publish:customer"]})).await;
        assert_eq!(world.query(&svc, "SELECT 1", None).await.code(), "not-allowed");
        let client = world.connect("svc-customer", &svc, "").await.unwrap();
        assert_eq!(sqlstate(&client.simple_query("SELECT 1").await.unwrap_err()), "42501");
        let decision = world.post(&svc, "/api/v1/requests/req-1/decision", json!({"decision": "approve"})).await;
        assert!(matches!(decision.status.as_u16(), 403 | 404));
        let elsewhere = world.post(&svc, "/api/v1/publications", json!({"product": "hr.payroll"})).await;
        assert_eq!(elsewhere.code(), "not-found");
        let token = world.post(&svc, "/api/v1/tokens", json!({"principal": "ana"})).await;
        assert_eq!(token.code(), "not-allowed");
    });
}

#[test]
fn a_token_is_nowhere_in_clear() {
    run(async {
        let world = World::with_data().await;
        let ana = world.token("ana", json!({"label": "a label"})).await;
        world.query(&ana, "SELECT count(*) FROM customer.customer_master", Some("fraud-detection")).await.ok();
        let list = world.get(&world.admin, "/api/v1/tokens").await;
        assert!(list.text().contains("user:ana") && !list.text().contains("tsr_"));
        let mut folders = vec![world.data()];
        while let Some(folder) = folders.pop() {
            for entry in std::fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let bytes = std::fs::read(&path).unwrap_or_default();
                    let found = bytes.windows(ana.len()).any(|window| window == ana.as_bytes());
                    assert!(!found, "{}", path.display());
                }
            }
        }
        world.stop().await;
    });
}

#[test]
fn the_startup_packet_is_bounded_and_requests_for_encryption_do_not_loop() {
    run(async {
        let world = World::shared().await;
        let connect = || tokio::net::TcpStream::connect(world.running.ready.postgres.clone());
        let mut huge = connect().await.unwrap();
        huge.write_all(&(10_i32 << 20).to_be_bytes()).await.unwrap();
        let mut answer = Vec::new();
        huge.read_to_end(&mut answer).await.unwrap();
        assert!(answer.starts_with(b"E") && answer.windows(5).any(|window| window == b"54000"));
        let mut loops = connect().await.unwrap();
        let ssl = [0, 0, 0, 8, 4, 210, 22, 47];
        loops.write_all(&ssl).await.unwrap();
        let mut byte = [0];
        loops.read_exact(&mut byte).await.unwrap();
        assert_eq!(&byte, b"N");
        loops.write_all(&ssl).await.unwrap();
        assert_eq!(loops.read(&mut byte).await.unwrap(), 0);
        // And the server still answers others.
        assert!(world.get(&world.admin, "/api/v1/whoami").await.status.is_success());
    });
}

#[test]
fn many_failures_from_one_address_keep_nobody_else_out() {
    run(async {
        let world = World::shared().await;
        let ana = world.token("ana", json!({})).await;
        let failures = (0..12).map(|_| async { sqlstate(&world.connect("ana", "tsr_wrong", "").await.err().unwrap()) });
        assert!(futures::future::join_all(failures).await.iter().all(|state| state == "28P01"));
        // By now a failure waits for a second; a right token does not.
        let mut quickest = std::time::Duration::MAX;
        for _ in 0..3 {
            let since = std::time::Instant::now();
            assert!(world.connect("ana", &ana, "").await.is_ok());
            quickest = quickest.min(since.elapsed());
        }
        assert!(quickest < std::time::Duration::from_millis(800), "a right token waits {quickest:?}");
    });
}
