//! S-75 and F-27 on the doors: what one principal asks too much of does not end the server, nor the answers of another.
//!
//! `TESSERA_LOAD=30 cargo test -p tessera-server --test it load -- --nocapture` keeps it up for thirty seconds and prints
//! what another principal feels of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};

use serde_json::json;

use super::support::{World, run};

const POINT: &str = "SELECT full_name FROM customer.customer_master WHERE customer_id = 1002";

/// Statements that ask for more than there is, or more than anybody should.
fn greedy() -> Vec<String> {
    let c = "customer.customer_master";
    let list = vec!["7"; 100_000].join(",");
    let wide: Vec<String> = (0..2_000).map(|n| format!("{n} AS c{n}")).collect();
    vec![
        "SELECT count(*) FROM generate_series(1, 1000000000000)".to_owned(),
        format!("SELECT count(*) FROM {c} a, {c} b, {c} d, {c} e, {c} f, {c} g, generate_series(1, 10000000)"),
        "SELECT length(repeat('x', 2000000000))".to_owned(),
        "SELECT array_agg(a.value) FROM generate_series(1, 9000000) a, generate_series(1, 9000) b".to_owned(),
        "SELECT a.value, count(*) FROM generate_series(1, 9000000) a, generate_series(1, 9) b GROUP BY 1".to_owned(),
        "SELECT a.value FROM generate_series(1, 9000000) a ORDER BY a.value * -1 LIMIT 9000000".to_owned(),
        format!("SELECT 1 WHERE 5 IN ({list})"),
        format!("SELECT '{}'", "x".repeat(5 << 20)),
        format!("SELECT {}", wide.join(", ")),
    ]
}

/// Statements that are deep.
fn deep() -> Vec<String> {
    let chain = |part: &str| format!("SELECT 1{}", part.repeat(100_000));
    let around = |open: &str, close: &str| format!("SELECT {}1{}", open.repeat(30_000), close.repeat(30_000));
    vec![
        chain(" OR 1"),
        chain(" + 1"),
        chain("::int"),
        chain(" UNION ALL SELECT 1"),
        around("(", ")"),
        around("abs(", ")"),
        around("CASE WHEN true THEN ", " END"),
        around("(SELECT ", ")"),
        around("NOT ", ""),
        around("- ", ""),
        around("ARRAY[", "]"),
        format!("{}SELECT 1{}", "(".repeat(30_000), ")".repeat(30_000)),
        format!("SELECT 1 FROM t{}", " JOIN t ON true".repeat(50_000)),
    ]
}

fn peak_memory() -> usize {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find(|line| line.starts_with("VmHWM:")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse::<usize>().unwrap() >> 10
}

/// The time beneath which 95 of 100 were answered.
fn p95(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() * 95 / 100]
}

/// Runs what a client does on a thread and a runtime of its own.
fn elsewhere<T: Send + 'static>(client: impl Future<Output = T> + Send + 'static) -> std::thread::JoinHandle<T> {
    std::thread::spawn(|| {
        use thread_priority::{NormalThreadSchedulePolicy, ThreadPriority, ThreadSchedulePolicy};
        let own = thread_priority::thread_native_id();
        let policy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);
        thread_priority::set_thread_priority_and_policy(own, ThreadPriority::Min, policy).unwrap();
        tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(client)
    })
}

#[test]
fn deep_statements_are_refused_on_both_doors() {
    run(async {
        let world = World::shared().await;
        let token = world.token("ana", json!({})).await;
        let client = world.connect("ana", &token, "").await.unwrap();
        for sql in deep() {
            let head: String = sql.chars().take(40).collect();
            let start = Instant::now();
            let reply = world.query(&token, &sql, None).await;
            assert!(matches!(reply.code().as_str(), "too-complex" | "too-large"), "{head}: {}", reply.text());
            let problem = client.simple_query(&sql).await.unwrap_err();
            let state = problem.code().unwrap_or_else(|| panic!("{head}: {problem:?}")).code();
            assert!(matches!(state, "54001" | "54000"), "{head}: {state}");
            println!("{head}: {} bytes refused twice in {:?}", sql.len(), start.elapsed());
            client.simple_query("SELECT 1").await.unwrap();
        }
    });
}

#[test]
fn files_that_are_bombs_are_refused_over_http() {
    run(async {
        let world = World::empty().await;
        let laughs = (1..12).fold("a0: &a0 [x, x, x, x, x, x, x, x, x]\n".to_owned(), |text, level| {
            let inner = vec![format!("*a{}", level - 1); 9].join(", ");
            format!("{text}a{level}: &a{level} [{inner}]\n")
        });
        let cases = [
            (laughs, 400, "too-complex"),
            (format!("a: &a x\nb: [{}]\n", vec!["*a"; 100_000].join(", ")), 400, "too-complex"),
            ("[".repeat(10_000), 400, "too-complex"),
            ("a: 1\n".repeat(800_000), 400, "invalid-file"),
            ("x".repeat(5 << 20), 413, "too-large"),
            // More than the body may have.
            ("x".repeat(65 << 20), 413, "too-large"),
        ];
        for (text, status, code) in cases {
            for path in ["/api/v1/plan", "/api/v1/apply"] {
                let start = Instant::now();
                let reply = world.post(&world.admin, path, json!({"files": {"mesh.yaml": text}})).await;
                let head: String = text.chars().take(20).collect();
                println!("{path} {head}: {} {} in {:?}", reply.status, reply.code(), start.elapsed());
                assert_eq!((reply.status.as_u16(), reply.code().as_str()), (status, code), "{head}: {}", reply.text());
                assert!(reply.text().len() < 4_000);
            }
        }
        assert_eq!(world.get(&world.admin, "/api/v1/whoami").await.ok()["mesh"], serde_json::Value::Null);
        world.stop().await;
    });
}

#[test]
fn what_one_asks_too_much_of_another_does_not_wait_for() {
    run(async {
        let world = Arc::new(World::with_data().await);
        let length: u64 = std::env::var("TESSERA_LOAD").ok().and_then(|n| n.parse().ok()).unwrap_or(3);
        let ana = world.token("ana", json!({})).await;
        let una = world.token("una", json!({})).await;
        let reader = world.connect("ana", &ana, "-c purpose=fraud-detection").await.unwrap();
        let points = async |until: Instant| {
            let mut times = Vec::new();
            while times.len() < 20 || Instant::now() < until {
                let start = Instant::now();
                let rows = reader.query(POINT, &[]).await.unwrap();
                assert_eq!(rows[0].get::<_, &str>(0), "REDACTED");
                times.push(start.elapsed());
            }
            times
        };
        let alone = points(Instant::now() + Duration::from_secs(length)).await;
        let over = Arc::new(AtomicBool::new(false));
        // Clients are elsewhere: what they do themselves is not to keep a core from the server.
        let greedy: Vec<_> = (0..3)
            .map(|offset| {
                let (world, una, over) = (world.clone(), una.clone(), over.clone());
                elsewhere(async move {
                    let client =
                        world.connect("una", &una, "-c statement_timeout=2s -c purpose=billing").await.unwrap();
                    let mut states = Vec::new();
                    for sql in greedy().iter().cycle().skip(offset * 3) {
                        if over.load(Ordering::Relaxed) {
                            break;
                        }
                        let head: String = sql.chars().take(50).collect();
                        states.push(match client.simple_query(sql).await {
                            Ok(_) => (head, "00000".to_owned()),
                            Err(problem) => {
                                (head, problem.code().map_or_else(|| format!("{problem:?}"), |c| c.code().to_owned()))
                            }
                        });
                    }
                    states
                })
            })
            .collect();
        let beside = points(Instant::now() + Duration::from_secs(length)).await;
        over.store(true, Ordering::Relaxed);
        for task in greedy {
            let states = tokio::task::spawn_blocking(|| task.join().unwrap()).await.unwrap();
            for (head, state) in states {
                let known = ["00000", "42P01", "42501", "53200", "53300", "53400", "54000", "54001", "57014"];
                assert!(known.contains(&state.as_str()), "{head}: {state}");
            }
        }
        let (counts, alone, beside) = ((alone.len(), beside.len()), p95(alone), p95(beside));
        println!("p95 of {counts:?} point queries: {alone:?} alone, {beside:?} beside; peak {} MiB", peak_memory());
        assert_eq!(reader.query(POINT, &[]).await.unwrap().len(), 1);
        assert!(beside < Duration::from_secs(20), "{beside:?}");
    });
}
