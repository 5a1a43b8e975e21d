//! Onboarding: from `POST /apply` of a new domain's own repository to its landing zone, for 1,000 domains one after
//! another, through the HTTP door of a real server.
//!
//! `DOMAINS` sets how many (1,000). The peer is the server itself while it was small: the last 50 against the first 50.
//! Then one more domain in a mesh repository that holds all of them, which is what is sent when nobody has a repository
//! of their own.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods)]

use std::{
    path::Path,
    time::{Duration, Instant},
};

use cli::client::Client;
use serde_json::{Map, Value, json};
use server::Config;

/// How many domains follow, one by one, in the repository that holds all of them.
const LATE: usize = 20;

const MESH: &[(&str, &str)] = &[
    (
        "mesh.yaml",
        "mesh: bench\nformat: 1\nregions: [local]\nroles: {admins: admins, guild: guild, auditors: auditors}\n\
         stores: {default: \"file:./zones\"}\nidentity: embedded\n",
    ),
    ("people.yaml", "people:\n  - {name: pat, groups: [admins]}\n"),
];

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let domains = std::env::var("DOMAINS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_usize);
    let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let data = folder.path().join("data");
    let running = server::start(Config::local(data.clone())).await.unwrap();
    let token = std::fs::read_to_string(data.join("admin-token")).unwrap();
    let client = Client::new(&running.ready.http, Some(token.trim().to_owned())).unwrap();
    let mut mesh: Map<String, Value> =
        MESH.iter().map(|(path, text)| ((*path).to_owned(), Value::from(*text))).collect();
    onboard(&client, &mesh).await;
    // Two that are not counted: the first requests of a server open what the others find open.
    for number in 0..2 {
        onboard(&client, &own(&format!("warm_{number}"))).await;
    }
    let mut took = Vec::with_capacity(domains);
    for number in 0..domains {
        let name = format!("domain_{number}");
        let files = own(&name);
        let since = Instant::now();
        onboard(&client, &files).await;
        took.push(since.elapsed());
        assert!(stands(&data, &name), "the landing zone of {name}");
    }
    let window = 50.min(domains);
    let (first, last) = (part(&took[..window], 50), part(&took[domains - window..], 50));
    println!(
        "apply to zone ready, {domains} domains: p50 {} p95 {} worst {}; target 100 ms",
        millis(part(&took, 50)),
        millis(part(&took, 95)),
        millis(part(&took, 100)),
    );
    println!(
        "last {window} against first {window}: {} / {} = {:.2}; target 1.2",
        millis(last),
        millis(first),
        last.as_secs_f64() / first.as_secs_f64(),
    );
    mesh.insert("people.yaml".to_owned(), people(domains).into());
    for number in 0..domains {
        mesh.insert(format!("domains/shared_{number}/domain.yaml"), file(&format!("shared_{number}")).into());
    }
    let since = Instant::now();
    onboard(&client, &mesh).await;
    // An apply waits a few seconds for its zones; so many are stamped after its answer.
    while (0..domains).any(|number| !stands(&data, &format!("shared_{number}"))) {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    println!("{domains} domains in one apply, to the last zone: {}", millis(since.elapsed()));
    let mut took = vec![];
    for number in 0..LATE {
        let name = format!("late_{number}");
        mesh.insert(format!("domains/{name}/domain.yaml"), file(&name).into());
        let since = Instant::now();
        onboard(&client, &mesh).await;
        took.push(since.elapsed());
        assert!(stands(&data, &name), "the landing zone of {name}");
    }
    println!("one more in a repository of {domains} domains: p50 {}", millis(part(&took, 50)));
    running.stop().await;
}

/// Sends a repository; the answer comes when its zones are ready.
async fn onboard(client: &Client, files: &Map<String, Value>) {
    let request = json!({ "files": files, "commit": null, "dirty": false, "retire": [], "expected": null });
    client.post("/apply", &request).await.unwrap_or_else(|failure| panic!("{:#?}", failure.problem));
}

/// The people of a mesh repository that holds `domains` domains: every group of theirs has a member.
fn people(domains: usize) -> String {
    let shared = (0..domains).map(|number| format!("shared_{number}"));
    let groups: Vec<_> = shared
        .chain((0..LATE).map(|number| format!("late_{number}")))
        .map(|name| format!("{name}-owners, {name}-stewards"))
        .collect();
    format!("people:\n  - {{name: pat, groups: [admins, {}]}}\n", groups.join(", "))
}

/// The eight lines.
fn file(name: &str) -> String {
    format!(
        "domain: {name}\ndescription: What {name} is about\ncost_center: CC-1\nregion: local\n\
         classification: internal\nowner: {name}-owners\nsteward: {name}-stewards\n\
         on_call: https://alerts.example.com/{name}\n"
    )
}

/// The repository of one domain.
fn own(name: &str) -> Map<String, Value> {
    [("domain.yaml".to_owned(), file(name).into())].into_iter().collect()
}

fn stands(data: &Path, name: &str) -> bool {
    ["bronze", "silver", "gold"].iter().all(|layer| data.join("zones").join(name).join(layer).is_dir())
}

fn part(times: &[Duration], percent: usize) -> Duration {
    let mut times = times.to_vec();
    times.sort();
    times[(times.len() * percent / 100).min(times.len() - 1)]
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}
