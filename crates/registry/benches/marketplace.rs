//! Finding and judging in a mesh of 60 domains, 10,000 products, 200,000 columns, a million dependences and 10,000 people,
//! with a year of records.
//!
//! What the doors add (names that may be told, JSON) is not measured here. `PRODUCTS` and `DAYS` set other numbers.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::disallowed_methods)]

extern crate tessera_registry as registry;

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
    time::{Duration, Instant},
};

use model::{
    Timestamp,
    name::DomainName,
    reference::{PortRef, ProductRef},
    time::{Clock, Span},
};
use registry::{
    Registry, Search,
    effective::{Explanation, Moment, what_can, who_can_read},
    lineage::{Asked, Graph, Shown, Trace},
    rehearsal::{Size, folder},
    search::Question,
};

#[derive(Debug)]
struct Later;

impl Clock for Later {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_900_000_000_000_000)
    }
}

struct Everything;

impl Shown for Everything {
    fn product(&self, _: &ProductRef) -> bool {
        true
    }

    fn inside(&self, _: &DomainName) -> bool {
        true
    }

    fn denied(&self, _: &PortRef) -> Arc<BTreeSet<String>> {
        Arc::default()
    }
}

/// What people look for: words, two of them, beginnings, slips, names of columns.
const QUESTIONS: [&str; 16] = [
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
    "every broker",
    "delivery_code_0",
    "ledger amount",
    "xyzzy",
    "inspection desk",
    "payment status",
];

#[tokio::main]
async fn main() {
    let size = Size::a_marketplace();
    let given = |name: &str| std::env::var(name).ok().and_then(|text| text.parse().ok());
    let products = given("PRODUCTS").unwrap_or(size.products);
    let publications = given("DAYS").unwrap_or(size.publications);
    let size = Size { products, publications, ..size };
    let folder = folder(Path::new(env!("CARGO_TARGET_TMPDIR")), "marketplace", size).await.unwrap();
    let since = Instant::now();
    let registry = Registry::open(&folder.join("data"), Arc::new(Later)).await.unwrap();
    let mesh = registry.mesh();
    say("open", &format!("{} records, {} products", mesh.seq(), mesh.products().count()), &[since.elapsed()]);
    println!("memory        {} MB", resident());

    let search = Search::new().unwrap();
    let since = Instant::now();
    search.follow(&registry).await.unwrap();
    say("index", "built from the mesh", &[since.elapsed()]);
    println!("memory        {} MB", resident());
    let since = Instant::now();
    search.follow(&registry).await.unwrap();
    say("index", "looks at the mesh and finds nothing new", &[since.elapsed()]);
    let mut times = Vec::new();
    let mut hits = 0;
    for round in 0..100 {
        for question in QUESTIONS {
            let since = Instant::now();
            let question = Question::parse(question).unwrap();
            let mut found = search.find(&question).unwrap();
            found.sort_by(|a, b| b.1.total_cmp(&a.1).then_with(|| a.0.product.cmp(&b.0.product)));
            for (entry, _) in found.iter().take(50) {
                assert!(question.why(entry, |_| true).is_some());
            }
            if round > 0 {
                times.push(since.elapsed());
            }
            hits += found.len();
        }
    }
    say("search", &format!("{} hits a question, the reasons of 50", hits / 1_600), &times);

    let moment = Moment { mesh: &mesh, now: registry.now(), key_version: 1 };
    let first = mesh.products().min_by_key(|product| number(&product.reference)).unwrap();
    let many = mesh.products().max_by_key(|product| number(&product.reference)).unwrap();
    for (name, product) in [("each by an entitlement of their own", first), ("by groups", many)] {
        let readers: usize = who_can_read(&moment, product).groups.iter().map(|group| group.readers.len()).sum();
        let times = repeat(20, || _ = who_can_read(&moment, product));
        say("who-can-read", &format!("{readers} readers, {name}"), &times);
    }
    let person = mesh.reader(&"user:person-77".parse().unwrap()).unwrap();
    let readable = what_can(&moment, &person).len();
    say("what-can", &format!("{readable} products"), &repeat(20, || _ = what_can(&moment, &person)));
    say("explain", "one reader, one product", &repeat(20, || _ = Explanation::of(&moment, &person, many)));

    let begin: Timestamp = registry.records(1, 1).await.unwrap().first().unwrap().at.parse().unwrap();
    for (name, day) in [("a month into the year", 30), ("half a year into it", 182), ("at its end", 364)] {
        let (mut times, mut seq) = (Vec::new(), 0);
        for step in 0..10 {
            let at = begin.plus(Span::from_days(day)).plus(Span::from_seconds(600 * step));
            let since = Instant::now();
            let then = registry.as_of(at).await.unwrap();
            times.push(since.elapsed());
            seq = then.seq();
        }
        say("as of", &format!("{name}, record {seq}, each time of another moment"), &times);
    }

    let asked = |product: &ProductRef, up, down| Asked {
        product: product.clone(),
        port: None,
        column: None,
        up,
        down,
        edges: down == 0,
    };
    let graph = Graph::new(registry.clone());
    let since = Instant::now();
    graph.follow().await.unwrap();
    say("graph", "filled from the documents", &[since.elapsed()]);
    println!("memory        {} MB", resident());
    let since = Instant::now();
    graph.follow().await.unwrap();
    say("graph", "looks at the mesh and finds nothing new", &[since.elapsed()]);
    let since = Instant::now();
    let up = Trace::of(&graph, &mesh, &asked(&many.reference, 50, 0), &Everything).await.unwrap();
    say("lineage", &format!("all the way up, {} dependences", up.edges.len()), &[since.elapsed()]);
    let since = Instant::now();
    let down = Trace::of(&graph, &mesh, &asked(&first.reference, 0, 50), &Everything).await.unwrap();
    say(
        "impact",
        &format!("of the first product, {} columns affected", down.affected.values().map(BTreeMap::len).sum::<usize>()),
        &[since.elapsed()],
    );
    println!(
        "targets: search p99 20 ms, index 1 s after a commit, who-can-read 200 ms, as of 1 s, lineage and impact 1 s"
    );
}

fn number(product: &ProductRef) -> usize {
    product.product.as_str().rsplit('_').next().unwrap().parse().unwrap()
}

fn repeat(rounds: usize, mut work: impl FnMut()) -> Vec<Duration> {
    let once = |_| {
        let since = Instant::now();
        work();
        since.elapsed()
    };
    (0..rounds).map(once).collect()
}

/// What the process holds in memory, in MB.
fn resident() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap_or_default();
    line.split_whitespace().next().and_then(|kib| kib.parse::<usize>().ok()).unwrap_or_default() / 1_024
}

/// Median, the 99th of a hundred and the most of what was measured.
fn say(name: &str, what: &str, times: &[Duration]) {
    let mut times: Vec<f64> = times.iter().map(|time| time.as_secs_f64() * 1_000.0).collect();
    times.sort_by(f64::total_cmp);
    let at = |part: usize| *times.get((times.len() * part / 100).min(times.len() - 1)).unwrap();
    if times.len() == 1 {
        println!("{name:<13} {what}: {:.1} ms", at(0));
    } else {
        println!("{name:<13} {what}: median {:.2} ms, p99 {:.2} ms, of {}", at(50), at(99), times.len());
    }
}
