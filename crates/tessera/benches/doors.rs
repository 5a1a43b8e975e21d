//! Finding and judging through the HTTP door of a real server, in a mesh of 60 domains, 10,000 products, a million
//! dependences, 10,000 people and a year of records; and `tessera check` on a repository of 1,000 products.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods)]

use std::{
    path::Path,
    process::Command,
    time::{Duration, Instant},
};

use cli::client::{Client, encode};
use model::{Timestamp, time::Span};
use registry::rehearsal::{Size, folder};
use serde_json::{Value, json};
use server::Config;

/// What people look for.
const QUESTIONS: [&str; 11] = [
    "claim",
    "premium region",
    "settle",
    "custmer",
    "col:policy_id_0",
    "fraud risk loss",
    "domain:domain_7 invoice",
    "tag:pii.name vehicle",
    "household",
    "recvery",
    "payment status",
];

/// Products of the repository that is checked.
const CHECKED: usize = 1_000;

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let below = Path::new(env!("CARGO_TARGET_TMPDIR"));
    check(below);
    let mesh = folder(below, "marketplace", Size::a_marketplace()).await.unwrap();
    let since = Instant::now();
    let running = server::start(Config::local(mesh.join("data"))).await.unwrap();
    println!("the server is up after {}", millis(since.elapsed()));
    let token = std::fs::read_to_string(mesh.join("data/admin-token")).unwrap();
    let admin = Client::new(&running.ready.http, Some(token.trim().to_owned())).unwrap();
    let client = async |who: &str| {
        let made = admin.post("/tokens", &json!({"principal": who})).await.unwrap();
        Client::new(&running.ready.http, Some(made["token"].as_str().unwrap().to_owned())).unwrap()
    };
    let (reader, first) = (client("person-77").await, client("person-0").await);
    get(&reader, "/products?q=claim").await;
    println!("the first search is answered after {}", millis(since.elapsed()));
    let mut times = Vec::new();
    for round in 0..20 {
        for question in QUESTIONS {
            let (time, _) = get(&reader, &format!("/products?q={}", encode(question))).await;
            times.extend((round > 0).then_some(time));
        }
    }
    say("search", "11 kinds of questions, 50 hits with their reasons, facets, counts", times);
    repeat("search", "no words: all 10,000 products, 50 of them shown, facets, counts", &reader, "/products").await;
    let all = get(&first, "/products?limit=500&q=domain:domain_0").await.1;
    let name = |ends: &str| {
        let names = all["items"].as_array().unwrap().iter().map(|item| item["reference"].as_str().unwrap().to_owned());
        names.into_iter().find(|name| name.ends_with(ends)).unwrap()
    };
    let (root, leaf) = (name("_0"), name("_9960"));
    // Until the lineage is at hand, documents are read.
    get(&first, &format!("/impact?of={root}")).await;
    let (_, upwards) = get(&first, &format!("/lineage?of={leaf}&up=50")).await;
    let edges = upwards["edges"].as_array().unwrap().len();
    repeat("lineage", &format!("{edges} dependences, all the way up"), &first, &format!("/lineage?of={leaf}&up=50"))
        .await;
    let (_, felt) = get(&first, &format!("/impact?of={root}")).await;
    let affected = felt["affected"].as_array().unwrap().len();
    repeat("impact", &format!("{affected} columns affected"), &first, &format!("/impact?of={root}")).await;
    let who = format!("/access/who-can-read?product={root}");
    repeat("who-can-read", "10,000 readers, each by an entitlement of their own", &first, &who).await;
    for (when, day) in [("a month into the year", 30), ("half a year into it", 182), ("at its end", 364)] {
        let at = Timestamp::from_micros(1_700_000_000_000_000).plus(Span::from_days(day));
        let asked = |step: u32| {
            let at = at.plus(Span::from_seconds(60 * u64::from(step)));
            format!("{who}&as_of={}", encode(&at.to_string()))
        };
        let mut times = Vec::new();
        for step in 0..20 {
            times.push(get(&first, &asked(step)).await.0);
        }
        say("as of", &format!("who-can-read {when}, each time of another minute"), times);
        repeat("as of", &format!("who-can-read {when}, again"), &first, &asked(19)).await;
    }
    running.stop().await;
}

/// Checks a repository with the binary, as somebody's editor or pipeline does.
fn check(below: &Path) {
    let root = below.join("check");
    let _ = std::fs::remove_dir_all(&root);
    let write = |path: String, text: String| {
        let path = root.join(path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    };
    write("mesh.yaml".to_owned(), "mesh: bench\nformat: 1\nregions: [local]\n".to_owned());
    let people = "people: [{name: olga, groups: [owners]}, {name: stan, groups: [stewards]}]\n";
    write("people.yaml".to_owned(), people.to_owned());
    let terms = "terms: {thing: {definition: What rows are about, owner: owners}}\n";
    write("governance/glossary/terms.yaml".to_owned(), terms.to_owned());
    write("governance/purposes.yaml".to_owned(), "purposes: {billing: {description: Send bills}}\n".to_owned());
    let classes = "root: pii\nclasses: {name: {mask: {kind: constant, value: X}}}\n";
    write("governance/classifications/pii.yaml".to_owned(), classes.to_owned());
    for domain in 0..20 {
        let folder = format!("domains/domain_{domain}");
        write(
            format!("{folder}/domain.yaml"),
            format!(
                "domain: domain_{domain}\ndescription: One of many\nregion: local\nowner: owners\nsteward: stewards\n"
            ),
        );
        let source = "source: files\nkind: files\ntables: {rows: {path: \"rows*.csv\", format: csv}}\n";
        write(format!("{folder}/sources/files.yaml"), source.to_owned());
    }
    for number in 0..CHECKED {
        let (domain, product) = (number % 20, format!("product_{number}"));
        let folder = format!("domains/domain_{domain}/products/{product}");
        let mut contract = format!(
            "apiVersion: v3.1.0\nkind: DataContract\nid: {product}\nname: Product {number}\nversion: 1.0.0\nstatus: active\n\
             description: {{purpose: Rows that somebody needs.}}\n\
             authoritativeDefinitions: [{{type: glossary, url: \"glossary:thing\"}}]\nslaProperties:\n  - {{property: freshness, value: 24, unit: h}}\n\
             schema:\n- name: rows\n  logicalType: object\n  physicalType: table\n  properties:\n  - {{name: id, logicalType: integer, \
             required: true, unique: true, primaryKey: true, primaryKeyPosition: 1, description: The key.}}\n"
        );
        for column in 1..20 {
            let tags = if column == 3 { ", tags: [pii.name]" } else { "" };
            contract.push_str(&format!(
                "  - {{name: column_{column}, logicalType: string, description: The column {column} of {product}{tags}}}\n"
            ));
        }
        let columns: Vec<String> = (1..20).map(|column| format!("column_{column}")).collect();
        write(format!("{folder}/contract.yaml"), contract);
        write(format!("{folder}/access.yaml"), "visibility: listed\npurposes: [billing]\n".to_owned());
        write(
            format!("{folder}/rows.sql"),
            format!("SELECT try_cast(id AS BIGINT) AS id, {} FROM bronze.rows WHERE id <> ''\n", columns.join(", ")),
        );
    }
    let mut times = Vec::new();
    for _ in 0..10 {
        let since = Instant::now();
        let done = Command::new(env!("CARGO_BIN_EXE_tessera")).arg("check").arg(&root).output().unwrap();
        assert!(done.status.success(), "{} {}", text(&done.stdout), text(&done.stderr));
        times.push(since.elapsed());
    }
    say("check", &format!("{CHECKED} products of 20 columns, 20 domains"), times);
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(2_000).collect()
}

async fn get(client: &Client, path: &str) -> (Duration, Value) {
    let since = Instant::now();
    let answer = client.get(path).await.unwrap_or_else(|failure| panic!("{path}: {:#?}", failure.problem));
    (since.elapsed(), answer)
}

async fn repeat(name: &str, what: &str, client: &Client, path: &str) {
    let mut times = Vec::new();
    for _ in 0..20 {
        times.push(get(client, path).await.0);
    }
    say(name, what, times);
}

fn say(name: &str, what: &str, mut times: Vec<Duration>) {
    times.sort();
    let at = |part: usize| millis(times[(times.len() * part / 100).min(times.len() - 1)]);
    println!("{name:<13} {what}: median {}, p99 {}, of {}", at(50), at(99), times.len());
}

fn millis(time: Duration) -> String {
    format!("{:.1} ms", time.as_secs_f64() * 1_000.0)
}
