//! SIGKILL at random moments under mixed load, again and again (F-08).
//!
//! Three people work at once: one publishes, one asks, is approved and is revoked, one reads. Each remembers what was
//! acknowledged. After every kill the mesh is started anew, what was left open is asked again with the same key, and
//! everything remembered must be there. `TESSERA_KILLS` sets how often (6), `TESSERA_SEED` replays a schedule.

use std::{
    process::Command,
    sync::Mutex,
    time::{Duration, Instant},
};

use serde_json::json;

use super::{
    dice::{Dice, number},
    world::{Answer, ROWS, World},
};

/// What was acknowledged so far, over all kills.
#[derive(Default)]
struct Known {
    /// The rows of the newest publication that was acknowledged.
    published: Option<u64>,
    /// Publications that were acknowledged, by key.
    publications: Vec<(String, String)>,
    /// The analyst's entitlement, if one was acknowledged and not revoked.
    granted: Option<String>,
    /// A request that waits for its decision.
    pending: Option<String>,
    /// Whether a revocation was acknowledged after the last grant.
    revoked: bool,
}

/// A call that was not answered.
struct Open {
    key: String,
    what: What,
}

enum What {
    Run { rows: u64 },
    Publish { rows: u64 },
    Request,
    Approve { request: String },
    Revoke { entitlement: String },
}

#[test]
fn nothing_acknowledged_is_lost_whenever_it_is_killed() {
    let kills = number("TESSERA_KILLS").unwrap_or(6);
    println!("TESSERA_KILLS={kills}");
    let mut dice = Dice::thrown();
    let mut world = World::new();
    let known = Mutex::new(Known::default());
    let mut slowest = Duration::ZERO;
    for kill in 0..kills {
        let wait = Duration::from_millis(20 + dice.roll(1_500));
        let open = Mutex::new(Vec::new());
        std::thread::scope(|scope| {
            scope.spawn(|| open.lock().unwrap().push(publisher(&world, &known, kill)));
            scope.spawn(|| open.lock().unwrap().push(access(&world, &known, kill)));
            scope.spawn(|| reader(&world, &known));
            std::thread::sleep(wait);
            let pid = world.mesh.pid().to_string();
            assert!(Command::new("kill").args(["-KILL", &pid]).status().unwrap().success());
        });
        let since = Instant::now();
        world.mesh.start_again(None);
        slowest = slowest.max(since.elapsed());
        let mut known = known.lock().unwrap();
        for open in open.into_inner().unwrap() {
            settle(&world, &mut known, open);
        }
        world.check();
        check(&world, &known);
    }
    assert!(slowest < Duration::from_secs(30), "ready after {slowest:?}");
    let known = known.into_inner().unwrap();
    println!("{} publications acknowledged, slowest start {slowest:?}", known.publications.len());
}

/// Drops a file and publishes, until the process is gone.
fn publisher(world: &World, known: &Mutex<Known>, kill: u64) -> Open {
    for turn in 0.. {
        world.new_file();
        let (key, rows) = (format!("p-{kill}-{turn}"), world.rows_dropped());
        match world.run() {
            Answer::Told(status, report) => assert_eq!(status, 200, "{report}"),
            Answer::Unknown => return Open { key, what: What::Run { rows } },
        }
        match world.publish(&key) {
            Answer::Told(200, report) => remember_publication(&mut known.lock().unwrap(), key, rows, &report),
            Answer::Told(status, problem) => panic!("a publication is refused: {status} {problem}"),
            Answer::Unknown => return Open { key, what: What::Publish { rows } },
        }
    }
    unreachable!("the loop ends with the process")
}

/// Asks, is approved, is revoked, until the process is gone.
fn access(world: &World, known: &Mutex<Known>, kill: u64) -> Open {
    let left = known.lock().unwrap().granted.clone();
    if let Some(entitlement) = left {
        let key = format!("left-{kill}");
        match world.revoke(&key, &entitlement) {
            Answer::Unknown => return Open { key, what: What::Revoke { entitlement } },
            Answer::Told(..) => remember_revocation(&mut known.lock().unwrap()),
        }
    }
    for turn in 0.. {
        let pending = known.lock().unwrap().pending.take();
        let request = match pending {
            Some(request) => request,
            None => {
                let key = format!("r-{kill}-{turn}");
                let Answer::Told(status, told) = world.request(&key) else { return Open { key, what: What::Request } };
                assert_eq!(status, 201, "{told}");
                told["id"].as_str().unwrap().to_owned()
            }
        };
        let key = format!("a-{kill}-{turn}");
        let Answer::Told(status, granted) = world.approve(&key, &request) else {
            return Open { key, what: What::Approve { request } };
        };
        assert_eq!(status, 200, "{granted}");
        let entitlement = granted["entitlement"].as_str().unwrap().to_owned();
        remember_grant(&mut known.lock().unwrap(), entitlement.clone());
        let key = format!("v-{kill}-{turn}");
        // From here on it may be gone before anybody says so.
        match world.revoke(&key, &entitlement) {
            Answer::Unknown => return Open { key, what: What::Revoke { entitlement } },
            Answer::Told(status, _) => assert!((200..300).contains(&status)),
        }
        remember_revocation(&mut known.lock().unwrap());
    }
    unreachable!("the loop ends with the process")
}

/// Reads whole versions and never an older one than was acknowledged, until the process is gone.
fn reader(world: &World, known: &Mutex<Known>) {
    loop {
        let least = known.lock().unwrap().published.unwrap_or(ROWS);
        let sql = "SELECT count(*) AS n, count(DISTINCT id) AS d FROM shop.orders.orders";
        let answer = world.call(&world.owner, "read", "POST", "/query", &json!({"sql": sql, "purpose": "analytics"}));
        let Answer::Told(status, answer) = answer else { return };
        assert_eq!(status, 200, "{answer}");
        let number = |column: usize| answer["rows"][0][column].as_str().unwrap().parse::<u64>().unwrap();
        assert_eq!(number(0), number(1), "a row is there twice");
        assert_eq!(number(0) % ROWS, 0, "half a file is served");
        assert!(number(0) >= least, "{} rows are served, {least} were acknowledged", number(0));
    }
}

fn remember_publication(known: &mut Known, key: String, rows: u64, report: &serde_json::Value) {
    known.published = Some(known.published.unwrap_or(0).max(rows));
    known.publications.push((key, report["publication"].as_str().unwrap().to_owned()));
}

fn remember_grant(known: &mut Known, entitlement: String) {
    (known.granted, known.revoked) = (Some(entitlement), false);
}

fn remember_revocation(known: &mut Known) {
    (known.granted, known.revoked) = (None, true);
}

/// Asks again what was not answered: it is definite now, and the same as if it had been answered the first time.
fn settle(world: &World, known: &mut Known, open: Open) {
    if let What::Run { .. } = open.what {
        let Answer::Told(200, _) = world.run() else { panic!("the run is refused") };
    }
    match open.what {
        What::Run { rows } | What::Publish { rows } => {
            let Answer::Told(200, report) = world.publish(&open.key) else { panic!("{} is refused", open.key) };
            remember_publication(known, open.key, rows, &report);
        }
        What::Request => {
            let Answer::Told(201, told) = world.request(&open.key) else { panic!("{} is refused", open.key) };
            known.pending = Some(told["id"].as_str().unwrap().to_owned());
        }
        What::Approve { request } => {
            let Answer::Told(200, granted) = world.approve(&open.key, &request) else {
                panic!("{} is refused", open.key)
            };
            remember_grant(known, granted["entitlement"].as_str().unwrap().to_owned());
        }
        What::Revoke { entitlement } => {
            let Answer::Told(status, _) = world.revoke(&open.key, &entitlement) else { panic!("{} breaks", open.key) };
            assert!((200..300).contains(&status), "{}: {status}", open.key);
            remember_revocation(known);
        }
    }
}

/// What is remembered is there.
fn check(world: &World, known: &Known) {
    let records = world.records();
    for (key, publication) in &known.publications {
        let of_key: Vec<u64> = records
            .iter()
            .filter(|record| record["kind"] == "product-published" && record["command_id"] == key.as_str())
            .map(|record| record["seq"].as_u64().unwrap())
            .collect();
        assert_eq!(of_key.len(), 1, "{key} was acknowledged as {publication} and is recorded as {of_key:?}");
        assert_eq!(*publication, format!("pub-{}", of_key[0]));
    }
    if let Some(rows) = known.published {
        assert!(world.count("you-owner").unwrap() >= rows);
    }
    match (&known.granted, known.revoked) {
        (Some(_), _) => assert!(world.count("you-analyst").is_ok(), "an acknowledged approval is lost"),
        (None, true) => assert_eq!(world.count("you-analyst"), Err("42501".to_owned()), "a revocation is lost"),
        (None, false) => {}
    }
}
