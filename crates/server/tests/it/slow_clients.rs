//! F-28 in small: clients that are many, that send or take nothing, and that leave.

use std::{future::Future, time::Duration};

use model::principal::Principal;
use server::config::Limits;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

use super::support::{World, run, sqlstate};

/// Far longer than anything here takes; only a fault waits so long.
const LONG: Duration = Duration::from_secs(60);

const ENDLESS: &str = "SELECT count(*) FROM generate_series(1, 9000000) a, generate_series(1, 9000000) b";

/// Asks until the answer is there.
async fn until<T, F: Future<Output = Option<T>>>(mut ask: impl FnMut() -> F) -> T {
    let mut beat = tokio::time::interval(Duration::from_millis(20));
    timeout(LONG, async {
        loop {
            beat.tick().await;
            if let Some(found) = ask().await {
                return found;
            }
        }
    })
    .await
    .expect("it does not come to pass")
}

async fn open(address: &str) -> TcpStream {
    TcpStream::connect(address.trim_start_matches("http://")).await.unwrap()
}

/// Reads until the other side closes.
async fn closed(stream: &mut TcpStream) {
    let mut buffer = [0; 4_096];
    timeout(LONG, async { while stream.read(&mut buffer).await.is_ok_and(|count| count > 0) {} }).await.unwrap();
}

fn message(kind: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).unwrap().to_be_bytes();
    [&[kind][..], &length, body].concat()
}

/// A client of our own making, signed in, which reads only when told to.
async fn signed_in(world: &World, user: &str, token: &str) -> TcpStream {
    let mut stream = open(&world.running.ready.postgres).await;
    let body = [&[0, 3, 0, 0][..], format!("user\0{user}\0database\0mesh\0\0").as_bytes()].concat();
    stream.write_all(&message(0, &body)[1..]).await.unwrap();
    stream.write_all(&message(b'p', format!("{token}\0").as_bytes())).await.unwrap();
    let mut heard = Vec::new();
    while !heard.ends_with(&[b'Z', 0, 0, 0, 5, b'I']) {
        assert!(stream.read_buf(&mut heard).await.unwrap() > 0, "{}", String::from_utf8_lossy(&heard));
    }
    stream
}

/// How many statements somebody has begun, and how many of them are under way.
async fn statements(world: &World, who: &str) -> (usize, usize) {
    let who: Principal = who.parse().unwrap();
    let entries = world.running.house().activity.recent(Some(&who), 100).await.unwrap();
    (entries.len(), entries.iter().filter(|entry| entry.finished.is_none()).count())
}

#[test]
fn one_principal_has_so_many_connections_and_keeps_nobody_else_out() {
    run(async {
        let world = World::with_limits(Limits { connections_each: 2, connections: 3, ..Limits::default() }).await;
        let admin = world.admin.clone();
        let first = world.connect("admin", &admin, "").await.unwrap();
        let _second = world.connect("admin", &admin, "").await.unwrap();
        let third = world.connect("admin", &admin, "").await.err().unwrap();
        assert_eq!(sqlstate(&third), "53300");
        assert!(
            third.to_string().contains("db error") && third.as_db_error().unwrap().message().contains("user:admin")
        );
        first.simple_query("SELECT 1").await.unwrap();
        drop(first);
        until(|| async { world.connect("admin", &admin, "").await.ok() }).await;
        world.stop().await;
    });
}

#[test]
fn whoever_does_not_sign_in_keeps_nobody_out_for_long() {
    run(async {
        let limits = Limits { signing_in: 4, sign_in: Duration::from_millis(500), ..Limits::default() };
        let world = World::with_limits(limits).await;
        let inside = world.connect("admin", &world.admin, "").await.unwrap();
        let mut half_open = Vec::new();
        for _ in 0..8 {
            half_open.push(open(&world.running.ready.postgres).await);
        }
        // Those inside do not feel it, and nobody waits for more than the time to sign in.
        inside.simple_query("SELECT 1").await.unwrap();
        for stream in &mut half_open {
            closed(stream).await;
        }
        until(|| async { world.connect("admin", &world.admin, "").await.ok() }).await;
        // One byte after the other is no way in either.
        let mut slow = open(&world.running.ready.postgres).await;
        let body = message(0, &[0, 3, 0, 0].repeat(2_000));
        let (mut beat, mut sent) = (tokio::time::interval(Duration::from_millis(10)), 0);
        timeout(LONG, async {
            for byte in body.iter().skip(1) {
                beat.tick().await;
                if slow.write_all(&[*byte]).await.is_err() {
                    return;
                }
                sent += 1;
            }
        })
        .await
        .unwrap();
        assert!((1..1_000).contains(&sent), "{sent} bytes");
        world.stop().await;
    });
}

#[test]
fn a_request_that_does_not_come_is_not_waited_for() {
    run(async {
        let limits = Limits { asking: Duration::from_millis(300), http_connections: 3, ..Limits::default() };
        let world = World::with_limits(limits).await;
        let mut waiting = Vec::new();
        for text in ["", "GET /healthz HT", "POST /api/v1/query HTTP/1.1\r\nhost: x\r\n", "", ""] {
            let mut stream = open(&world.running.ready.http).await;
            let _ = stream.write_all(text.as_bytes()).await;
            waiting.push(stream);
        }
        for stream in &mut waiting {
            closed(stream).await;
        }
        let answer = until(|| async {
            let mut stream = open(&world.running.ready.http).await;
            stream.write_all(b"GET /healthz HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.ok()?;
            let mut text = String::new();
            stream.read_to_string(&mut text).await.ok()?;
            (!text.is_empty()).then_some(text)
        })
        .await;
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
        world.stop().await;
    });
}

/// Reads one answer with a body of known length.
async fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    while !text.ends_with('}') {
        let mut buffer = [0; 4_096];
        let count = timeout(LONG, stream.read(&mut buffer)).await.unwrap().unwrap();
        assert!(count > 0, "{text}");
        text.push_str(&String::from_utf8_lossy(&buffer[..count]));
    }
    text
}

#[test]
fn whoever_asks_no_more_gives_up_the_place() {
    run(async {
        let limits = Limits { asking: Duration::from_millis(500), http_connections: 1, ..Limits::default() };
        let world = World::with_limits(limits).await;
        let mut stream = open(&world.running.ready.http).await;
        // Longer than a request may take to come, and asked again and again: it is kept.
        for _ in 0..6 {
            stream.write_all(b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n").await.unwrap();
            assert!(answer(&mut stream).await.starts_with("HTTP/1.1 200"));
            tokio::time::sleep(Duration::from_millis(150)).await;
        }
        // Then nothing more: its place is another's, though it has not closed.
        closed(&mut stream).await;
        let mut next = until(|| async {
            let mut next = open(&world.running.ready.http).await;
            next.write_all(b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n").await.ok()?;
            (next.read(&mut [0; 12]).await.ok()? > 0).then_some(next)
        })
        .await;
        closed(&mut next).await;
        world.stop().await;
    });
}

#[test]
fn a_body_that_does_not_come_is_not_waited_for() {
    run(async {
        let limits = Limits { patience: Duration::from_millis(300), http_connections: 1, ..Limits::default() };
        let world = World::with_limits(limits).await;
        let mut stream = open(&world.running.ready.http).await;
        let head = request(&world.admin, "SELECT 1");
        stream.write_all(&head.as_bytes()[..head.len() - 3]).await.unwrap();
        closed(&mut stream).await;
        world.stop().await;
    });
}

#[test]
fn a_body_that_drips_is_not_waited_for() {
    run(async {
        let limits = Limits { sending: Duration::from_millis(500), http_connections: 1, ..Limits::default() };
        let world = World::with_limits(limits).await;
        let mut stream = open(&world.running.ready.http).await;
        // A blank every 10 ms: at no moment does it stall, and whole it would come after a quarter of an hour.
        let head = request(&world.admin, &"x".repeat(100_000));
        let (head, _) = head.split_once("\r\n\r\n").unwrap();
        stream.write_all(format!("{head}\r\n\r\n").as_bytes()).await.unwrap();
        let (mut reader, mut writer) = stream.into_split();
        let dripping = tokio::spawn(async move {
            let mut beat = tokio::time::interval(Duration::from_millis(10));
            loop {
                beat.tick().await;
                if writer.write_all(b" ").await.is_err() {
                    return;
                }
            }
        });
        let mut text = String::new();
        let _ = timeout(LONG, reader.read_to_string(&mut text)).await.unwrap();
        assert!(text.starts_with("HTTP/1.1 400") && text.contains("took too long"), "{text}");
        timeout(LONG, dripping).await.unwrap().unwrap();
        world.stop().await;
    });
}

#[test]
fn a_client_that_takes_nothing_is_given_up_and_its_statement_ends() {
    run(async {
        let limits = Limits { patience: Duration::from_millis(500), connections_each: 1, ..Limits::default() };
        let world = World::with_limits(limits).await;
        let endless = "SELECT repeat('x', 1000) FROM generate_series(1, 10000000)";
        // On the Postgres door.
        let mut stream = signed_in(&world, "admin", &world.admin).await;
        stream.write_all(&message(b'Q', format!("{endless}\0").as_bytes())).await.unwrap();
        until(|| async { (statements(&world, "user:admin").await.0 == 1).then_some(()) }).await;
        until(|| async { (statements(&world, "user:admin").await.1 == 0).then_some(()) }).await;
        // Its place is free again although it is still there.
        let again = until(|| async { world.connect("admin", &world.admin, "").await.ok() }).await;
        again.simple_query("SELECT 1").await.unwrap();
        drop(stream);
        // On the HTTP door.
        let mut stream = open(&world.running.ready.http).await;
        stream.write_all(request(&world.admin, endless).as_bytes()).await.unwrap();
        until(|| async { (statements(&world, "user:admin").await.0 == 3).then_some(()) }).await;
        until(|| async { (statements(&world, "user:admin").await.1 == 0).then_some(()) }).await;
        drop(stream);
        world.stop().await;
    });
}

fn request(token: &str, sql: &str) -> String {
    let body = serde_json::json!({ "sql": sql }).to_string();
    format!(
        "POST /api/v1/query HTTP/1.1\r\nhost: x\r\nauthorization: Bearer {token}\r\naccept: text/csv\r\n\
         content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
        body.len()
    )
}

#[test]
fn the_statement_of_a_client_that_left_ends_within_seconds() {
    run(async {
        let world = World::with_limits(Limits::default()).await;
        for (begun, door) in (1..).zip(["postgres", "http"]) {
            let mut stream = match door {
                "postgres" => signed_in(&world, "admin", &world.admin).await,
                _ => open(&world.running.ready.http).await,
            };
            let asked = match door {
                "postgres" => message(b'Q', format!("{ENDLESS}\0").as_bytes()),
                _ => request(&world.admin, ENDLESS).into_bytes(),
            };
            stream.write_all(&asked).await.unwrap();
            until(|| async { (statements(&world, "user:admin").await == (begun, 1)).then_some(()) }).await;
            let left = std::time::Instant::now();
            drop(stream);
            until(|| async { (statements(&world, "user:admin").await.1 == 0).then_some(()) }).await;
            println!("{door}: ended {:?} after its client", left.elapsed());
            assert!(left.elapsed() < Duration::from_secs(20), "{door}: {:?}", left.elapsed());
        }
        world.stop().await;
    });
}
