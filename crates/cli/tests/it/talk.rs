//! What commands print, on which stream, with which exit code.

use std::path::Path;

use clap::Parser as _;
use serde_json::json;
use tessera_cli::Arguments;

use crate::support::{Reply, Server, json as answer, run};

fn here() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn problem(status: u16, body: serde_json::Value) -> Reply {
    Reply { status, headers: vec![("content-type", "application/problem+json")], body: body.to_string() }
}

#[tokio::test]
async fn data_and_talk_do_not_mix() {
    let rows = json!({"query_id": "q", "columns": [{"name": "policy", "type": "string"}, {"name": "amount", "type": "decimal(12,2)"}],
        "rows": [["P-1", "1204.50"], ["P-\u{1b}[2J", null]]});
    let mut reply = answer(rows);
    reply.headers.push(("x-tessera-policies", "pii.national_id: token; scope eu"));
    let server = Server::start(vec![reply]).await;
    let ended = run(&server.url, here(), &["query", "SELECT 1", "--purpose", "fraud-detection"]).await;
    insta::assert_snapshot!(ended);
    assert_eq!(server.asked(), [r#"POST /api/v1/query {"sql":"SELECT 1","purpose":"fraud-detection"}"#]);
}

#[tokio::test]
async fn a_refusal_says_who_decides_and_what_to_paste() {
    let server = Server::start(vec![problem(
        403,
        json!({"type": "https://tessera.dev/problems/access-required", "title": "access required", "status": 403,
            "detail": "`claims.claims_enriched` is listed, but you have no access to its rows", "code": "access-required",
            "hint": "`claims-stewards` decides: tessera request claims.claims_enriched --purpose fraud-detection --reason \"...\"",
            "request_id": "019dd5f0-0000-7000-8000-000000000000"}),
    )])
    .await;
    insta::assert_snapshot!(run(&server.url, here(), &["query", "SELECT * FROM claims.claims_enriched.claims"]).await);
}

#[tokio::test]
async fn what_was_not_applied_is_said_to_be_so() {
    let folder = tempfile::tempdir().unwrap();
    let product = folder.path().join("domains/shop/products/orders");
    std::fs::create_dir_all(&product).unwrap();
    for file in ["mesh.yaml", "domains/shop/domain.yaml", "domains/shop/products/orders/contract.yaml"] {
        std::fs::write(folder.path().join(file), "").unwrap();
    }
    let absent =
        |what: &str| problem(404, json!({"code": "not-found", "status": 404, "detail": format!("there is no {what}")}));
    let server = Server::start(vec![absent("product"), absent("product"), absent("domain")]).await;
    let ended = run(&server.url, &product, &["publish", "shop.orders"]).await;
    let hint = "hint: `domains/shop/products/orders/contract.yaml` is not in the mesh yet: `tessera apply`\n";
    assert!(ended.err.contains(hint) && ended.code == 1, "{ended}");
    // What stands nowhere, and what one is not in the folder of, is no reason to apply.
    let ended = run(&server.url, &product, &["publish", "shop.order"]).await;
    assert!(!ended.err.contains("apply"), "{ended}");
    let ended = run(&server.url, &product, &["run", "shop"]).await;
    assert!(ended.err.contains("`domains/shop/domain.yaml` is not in the mesh yet"), "{ended}");
}

#[tokio::test]
async fn a_position_in_a_statement_is_shown() {
    let server = Server::start(vec![problem(
        400,
        json!({"code": "invalid-sql", "status": 400, "detail": "the column `amonut` does not exist",
            "hint": "did you mean `amount`?", "at": {"line": 2, "column": 3}}),
    )])
    .await;
    insta::assert_snapshot!(run(&server.url, here(), &["query", "SELECT\n  amonut FROM claims.c.p"]).await);
}

#[tokio::test]
async fn a_refused_gate_lists_every_breach_and_exits_1() {
    let lines = [
        json!({"event": "progress", "name": "claims.c.claims", "phase": "build", "state": "started"}),
        json!({"event": "progress", "name": "claims.c.claims", "phase": "build", "state": "finished", "rows": 1200, "millis": 41}),
        json!({"event": "progress", "name": "claims.c", "phase": "gate", "state": "failed", "millis": 9}),
        json!({"event": "failed", "problem": {"code": "gate-refused", "status": 422,
            "detail": "the candidate of `claims.c` breaks its contract; `pub-17` still serves",
            "items": [
                {"code": "gate-refused", "message": "`claims.amount` breaks `amount_positive`: expected 0 rows, found 12, for example -5.00"},
                {"code": "gate-refused", "message": "`claims.claim_id` breaks `unique`: expected no duplicates, found 2"},
            ],
            "hint": "repair the data or the step, then run it again", "request_id": "r-1"}}),
    ];
    let body = lines.iter().map(|line| format!("{line}\n")).collect();
    let reply = Reply { status: 200, headers: vec![("content-type", "application/x-ndjson")], body };
    let server = Server::start(vec![reply]).await;
    insta::assert_snapshot!(run(&server.url, here(), &["publish", "claims.c"]).await);
}

#[tokio::test]
async fn a_publication_is_one_line_of_data() {
    let report = json!({"product": "claims.c", "version": "1.0.0", "publication": "pub-17", "dry_run": false, "millis": 320,
        "gate": {"rules": [
            {"port": "claims", "column": "claim_id", "rule": "required", "outcome": "passed", "severity": "error", "expected": "0"},
            {"port": "claims", "rule": "age", "outcome": "failed", "severity": "warning", "expected": "at most 5", "found": "7"},
        ]},
        "advice": [{"standard": "std.documented", "message": "2 columns have no description", "paste": "description: ..."}],
        "ports": {"claims": {"rows": 1200}}});
    let body = format!("{}\n", json!({"event": "done", "report": report}));
    let reply = Reply { status: 200, headers: vec![], body };
    let server = Server::start(vec![reply]).await;
    insta::assert_snapshot!(run(&server.url, here(), &["publish", "claims.c"]).await);
}

#[tokio::test]
async fn nobody_there_exits_3() {
    // A port that was free a moment ago and that nobody listens on.
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let ended = run(&format!("http://{free}"), here(), &["whoami"]).await;
    assert_eq!(ended.code, 3);
    assert!(ended.err.contains("tessera up"), "{}", ended.err);
    assert_eq!(ended.out, "");
}

#[tokio::test]
async fn a_stream_that_breaks_off_is_no_success() {
    let reply = Reply { status: 200, headers: vec![], body: "{\"event\": \"progress\"}\n".to_owned() };
    let server = Server::start(vec![reply]).await;
    let ended = run(&server.url, here(), &["run", "claims"]).await;
    assert_eq!(ended.code, 3, "{ended}");
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let reply = Reply { status: 302, headers: vec![("location", "http://127.0.0.1:1/steal")], body: String::new() };
    let server = Server::start(vec![reply]).await;
    let ended = run(&server.url, here(), &["whoami"]).await;
    assert_ne!(ended.code, 0);
    assert!(ended.err.contains("HTTP 302"), "{}", ended.err);
}

#[tokio::test]
async fn a_token_is_alone_on_stdout() {
    let reply = json!({"id": "tok-9", "token": "tsr_abc", "principal": "user:ana", "postgres": "127.0.0.1:7432", "database": "mesh"});
    let server = Server::start(vec![answer(reply)]).await;
    insta::assert_snapshot!(run(&server.url, here(), &["token", "create", "ana", "--scope", "query"]).await);
}

#[tokio::test]
async fn lists_follow_their_pages() {
    let item = |id: &str| {
        json!({"id": id, "state": "pending", "subject": "user:ana", "product": "claims.c", "purpose": "p",
        "rows": "default", "reason": "why not"})
    };
    let server = Server::start(vec![
        answer(json!({"items": [item("req-1")], "next": "a/b"})),
        answer(json!({"items": [item("req-2")], "next": null})),
    ])
    .await;
    insta::assert_snapshot!(run(&server.url, here(), &["requests"]).await);
    assert_eq!(server.asked(), ["GET /api/v1/requests", "GET /api/v1/requests?cursor=a%2Fb"]);
}

#[tokio::test]
async fn a_request_sends_only_what_was_said() {
    let server =
        Server::start(vec![answer(json!({"id": "req-7", "state": "pending", "approver": "claims-stewards"}))]).await;
    let ended = run(
        &server.url,
        here(),
        &[
            "request",
            "claims.c",
            "--purpose",
            "fraud-detection",
            "--reason",
            "to find fraud",
            "--until",
            "2027-01-31",
            "--rows",
            "all",
        ],
    )
    .await;
    insta::assert_snapshot!(ended);
    assert_eq!(
        server.asked(),
        [
            r#"POST /api/v1/requests {"product":"claims.c","purpose":"fraud-detection","reason":"to find fraud","until":"2027-01-31","rows":"all"}"#
        ]
    );
}

#[test]
fn a_wrong_call_is_refused_by_the_vocabulary() {
    let refuse = |arguments: &[&str]| {
        Arguments::try_parse_from(["tessera"].iter().chain(arguments)).unwrap_err().render().to_string()
    };
    insta::assert_snapshot!(
        [
            refuse(&["publish", "claims"]),
            refuse(&["approve", "ent-3"]),
            refuse(&["request", "claims.c", "--purpose", "p", "--reason", "r", "--until", "soon"]),
            refuse(&["demo", "--serve", "--exit"]),
            refuse(&["scoreboard"]),
        ]
        .join("\n")
    );
}

#[test]
fn the_help_fits_a_screen() {
    let mut command = <Arguments as clap::CommandFactory>::command();
    insta::assert_snapshot!(command.render_help());
}
