//! SIGKILL while it starts and while it stops (F-09); SIGTERM under load (F-10).
//!
//! `TESSERA_STARTS` sets how often it is killed (4), `TESSERA_SEED` replays a schedule.

use std::{
    path::Path,
    sync::mpsc,
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tokio_postgres::{Client, Config, NoTls};

use super::{
    dice::{Dice, number},
    world::{Answer, World},
};
use crate::mesh;

#[test]
fn a_start_that_was_killed_is_followed_by_one_that_succeeds() {
    let mut dice = Dice::thrown();
    for _ in 0..number("TESSERA_STARTS").unwrap_or(4) {
        let folder = tempfile::tempdir().unwrap();
        // The very first start makes the journal, its tables, the keys and the first token.
        for _ in 0..2 {
            let mut child = mesh::up_command(folder.path(), None).spawn().unwrap();
            std::thread::sleep(Duration::from_millis(dice.roll(250)));
            child.kill().unwrap();
            child.wait().unwrap();
        }
        let mut child = mesh::up_command(folder.path(), None).spawn().unwrap();
        let ready = mesh::ready(&mut child);
        let token = std::fs::read_to_string(folder.path().join(".tessera/admin-token")).unwrap();
        let mut who = mesh::tessera(folder.path());
        who.env("TESSERA_URL", ready["http"].as_str().unwrap()).env("TESSERA_TOKEN", token.trim());
        let who = mesh::output(who.args(["whoami", "--output", "json"]));
        assert!(String::from_utf8_lossy(&who.stdout).contains("admin"), "{who:?}");
        child.kill().unwrap();
        child.wait().unwrap();
    }
}

#[test]
fn work_that_was_pending_is_done_however_often_the_start_and_the_stop_are_killed() {
    let mut dice = Dice::thrown();
    let mut world = World::new();
    for number in 0..number("TESSERA_STARTS").unwrap_or(4) {
        // The domain is on record, its zones are not stamped; and a publication was begun.
        world.new_file();
        let Answer::Told(200, _) = world.run() else { panic!("the file is not taken") };
        world.mesh.start_again(Some("publish manifest"));
        let key = format!("begun-{number}");
        assert_eq!(world.publish(&key), Answer::Unknown);
        world.mesh.start_again(Some("committed applied"));
        let name = format!("d{number}");
        onboard(&world.root(), &name);
        let admin = world.mesh.admin_token();
        let _ = world.mesh.call(&world.root(), &admin, &["apply"]);
        assert!(world.mesh.ends_within(Duration::from_secs(10)));
        for _ in 0..2 {
            world.mesh.begin(None);
            std::thread::sleep(Duration::from_millis(dice.roll(300)));
        }
        // While it stops as well: asked to end, and killed a moment later.
        world.mesh.start_again(None);
        std::thread::scope(|scope| {
            scope.spawn(|| world.publish(&key));
            std::thread::sleep(Duration::from_millis(dice.roll(100)));
            world.mesh.signal("TERM");
            std::thread::sleep(Duration::from_millis(dice.roll(60)));
            world.mesh.signal("KILL");
        });
        let since = Instant::now();
        world.mesh.start_again(None);
        assert!(since.elapsed() < Duration::from_secs(30), "ready after {:?}", since.elapsed());
        world.check();
        let zones = world.mesh.folder.path().join(".tessera/zones").join(&name);
        while !zones.join("gold").is_dir() {
            assert!(since.elapsed() < Duration::from_secs(30), "the zones of {name} are not stamped");
            std::thread::sleep(Duration::from_millis(20));
        }
        let Answer::Told(200, _) = world.publish(&key) else { panic!("{key} is refused") };
        assert_eq!(world.count("you-owner").unwrap(), world.rows_dropped());
        let published = world
            .records()
            .into_iter()
            .filter(|record| record["kind"] == "product-published" && record["command_id"] == key.as_str());
        assert_eq!(published.count(), 1, "one key, one publication");
    }
}

fn onboard(root: &Path, name: &str) {
    let folder = root.join("domains").join(name);
    std::fs::create_dir_all(&folder).unwrap();
    let file = format!(
        "domain: {name}\ndescription: Another one\nregion: local\nclassification: internal\nowner: owners\n\
         steward: stewards\non_call: https://alerts.example.com/x\ncost_center: CC-1\n"
    );
    std::fs::write(folder.join("domain.yaml"), file).unwrap();
}

/// Rows of the statement that is under way while the server is asked to stop, and their width: more than buffers hold.
const ROWS: u64 = 10_000;
const WIDTH: usize = 4_000;

#[test]
fn a_stop_under_load_lets_work_end_and_loses_nothing() {
    let mut world = World::new();
    let known = std::thread::scope(|scope| {
        let world = &world;
        let (begun, is_begun) = mpsc::channel();
        let (go_on, may_go_on) = mpsc::channel();
        let streaming = scope.spawn(move || stream(world, &begun, &may_go_on));
        let publishing = scope.spawn(|| publish_until_it_stops(world));
        let idle = connect(world);
        is_begun.recv_timeout(mesh::PATIENCE).unwrap();
        assert_eq!(ask(&idle), Ok(()));
        world.mesh.signal("TERM");
        // Nobody new gets in; whoever was in and idle is told to come again.
        let since = Instant::now();
        while ask(&idle).is_ok() {
            assert!(since.elapsed() < Duration::from_secs(5), "an idle connection outlives the stop");
        }
        let (refused, is_told) = (ask(&idle).unwrap_err(), try_connect(world).map(|_| ()));
        assert!(["57P03", "closed"].contains(&refused.as_str()), "{refused}");
        assert!(is_told.is_err(), "somebody new gets in");
        go_on.send(()).unwrap();
        assert_eq!(streaming.join().unwrap(), Ok(ROWS), "a statement under way gets its time");
        publishing.join().unwrap()
    });
    assert_eq!(world.mesh.exit(), Some(0));
    world.mesh.start_again(None);
    world.check();
    let records = world.records();
    for (key, rows) in &known {
        let of_key = records.iter().filter(|record| record["command_id"] == key.as_str());
        assert_eq!(of_key.filter(|record| record["kind"] == "product-published").count(), 1, "{key}");
        assert!(world.count("you-owner").unwrap() >= *rows, "{key} was acknowledged and is lost");
    }
    println!("{} publications acknowledged", known.len());
}

/// Publishes until nobody answers or the stop is told; what was acknowledged.
fn publish_until_it_stops(world: &World) -> Vec<(String, u64)> {
    let mut known = Vec::new();
    let since = Instant::now();
    for turn in 0.. {
        assert!(since.elapsed() < mesh::PATIENCE, "nobody stops");
        world.new_file();
        let (key, rows) = (format!("load-{turn}"), world.rows_dropped());
        match world.run() {
            Answer::Told(200, _) => {}
            answer => return ended(&answer, known),
        }
        match world.publish(&key) {
            Answer::Told(200, _) => known.push((key, rows)),
            answer => return ended(&answer, known),
        }
    }
    known
}

fn ended<T>(answer: &Answer, known: T) -> T {
    if let Answer::Told(status, problem) = answer {
        assert_eq!((*status, &problem["code"]), (503, &Value::from("draining")));
    }
    known
}

/// A signed-in connection with the runtime it lives on.
struct Session(tokio::runtime::Runtime, Client);

fn connect(world: &World) -> Session {
    try_connect(world).unwrap()
}

fn try_connect(world: &World) -> Result<Session, tokio_postgres::Error> {
    let (host, port) = world.mesh.postgres.rsplit_once(':').unwrap();
    let mut config = Config::new();
    config.host(host).port(port.parse().unwrap()).user("you-owner").password(&world.owner).dbname("mesh");
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let client = runtime.block_on(async {
        let (client, connection) = config.connect(NoTls).await?;
        tokio::spawn(connection);
        Ok::<_, tokio_postgres::Error>(client)
    })?;
    Ok(Session(runtime, client))
}

/// Asks something small; the SQLSTATE of a refusal.
fn ask(session: &Session) -> Result<(), String> {
    let asked = session.0.block_on(session.1.simple_query("SELECT 1"));
    asked.map(|_| ()).map_err(|error| error.code().map_or_else(|| "closed".to_owned(), |code| code.code().to_owned()))
}

/// Reads the beginning of an answer, waits, and reads the rest: its rows.
fn stream(world: &World, begun: &mpsc::Sender<()>, may_go_on: &mpsc::Receiver<()>) -> Result<u64, String> {
    let sql = format!("SELECT repeat('x', {WIDTH}) AS text FROM generate_series(1, {ROWS})");
    let asking = reqwest::Client::new()
        .post(format!("{}/api/v1/query", world.mesh.http))
        .bearer_auth(&world.owner)
        .header("accept", "text/csv")
        .json(&json!({ "sql": sql }));
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    runtime.block_on(async {
        let mut answer = asking.send().await.map_err(|error| error.to_string())?;
        assert_eq!(answer.status(), 200);
        let mut lines = 0;
        while let Some(bytes) = answer.chunk().await.map_err(|error| error.to_string())? {
            if lines == 0 {
                begun.send(()).unwrap();
                tokio::task::block_in_place(|| may_go_on.recv_timeout(mesh::PATIENCE)).unwrap();
            }
            lines += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
        }
        Ok(lines - 1)
    })
}
