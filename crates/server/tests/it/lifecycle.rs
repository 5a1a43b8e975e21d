//! Start, stop, and what must not start.

use serde_json::json;
use server::Config;

use super::support::{World, run};

#[test]
fn two_servers_do_not_share_a_directory() {
    run(async {
        let world = World::empty().await;
        let problem = server::start(Config::local(world.data())).await.err().unwrap();
        assert_eq!(problem.code().as_str(), "data-in-use");
        let folder = world.stop().await;
        let again = server::start(Config::local(folder.path().join("data"))).await.unwrap();
        again.stop().await;
    });
}

#[test]
fn a_taken_port_leaves_no_trace_and_what_was_spilled_is_removed() {
    run(async {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let mut config = Config::local(data.clone());
        config.postgres = taken.local_addr().unwrap();
        assert_eq!(server::start(config).await.err().unwrap().code().as_str(), "invalid-value");
        assert!(!data.exists(), "nothing is written before the doors are known to open");
        std::fs::create_dir_all(data.join("spill/left")).unwrap();
        std::fs::write(data.join("spill/left/part"), "x").unwrap();
        let running = server::start(Config::local(data.clone())).await.unwrap();
        assert!(!data.join("spill/left").exists());
        running.stop().await;
    });
}

#[test]
fn a_restart_resumes_with_everything() {
    run(async {
        let world = World::with_data().await;
        let ana = world.token("ana", json!({})).await;
        let sql = "SELECT count(*) FROM customer.customer_master";
        let before = world.query(&ana, sql, Some("fraud-detection")).await.ok();
        let folder = world.stop().await;
        let again = World::again(folder).await;
        assert_eq!(again.query(&ana, sql, Some("fraud-detection")).await.ok()["rows"], before["rows"]);
        again.stop().await;
    });
}

#[test]
fn the_first_start_makes_admin_and_a_token_for_its_owner_only() {
    use std::os::unix::fs::PermissionsExt;
    run(async {
        let world = World::empty().await;
        let who = world.get(&world.admin, "/api/v1/whoami").await.ok();
        assert_eq!(who["principal"], "user:admin");
        assert_eq!(who["mesh"], serde_json::Value::Null);
        assert_eq!(who["postgres"], world.running.ready.postgres.as_str());
        let mode = std::fs::metadata(world.data().join("admin-token")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
        assert!(world.connect("admin", &world.admin, "").await.is_ok());
        world.stop().await;
    });
}

#[test]
fn files_that_do_not_hold_are_told_with_their_places() {
    run(async {
        let world = World::empty().await;
        let files = json!({"files": {"mesh.yaml": "mesh: m\nformat: 1\nrgions: [a]\n"}});
        let reply = world.post(&world.admin, "/api/v1/plan", files).await;
        assert_eq!(reply.code(), "invalid-file");
        let body = reply.json();
        let at = if body["at"].is_null() { &body["items"][0]["at"] } else { &body["at"] };
        assert_eq!((at["file"].as_str(), at["line"].as_u64()), (Some("mesh.yaml"), Some(3)));
        world.stop().await;
    });
}

#[test]
fn a_stopping_server_says_so() {
    run(async {
        let world = World::empty().await;
        let client = world.connect("admin", &world.admin, "").await.unwrap();
        world.running.house().drain();
        assert_eq!(world.get(&world.admin, "/api/v1/whoami").await.code(), "draining");
        assert_eq!(world.get("", "/readyz").await.code(), "draining");
        assert!(world.get("", "/healthz").await.status.is_success());
        world.stop().await;
        assert!(client.simple_query("SELECT 1").await.is_err());
    });
}
