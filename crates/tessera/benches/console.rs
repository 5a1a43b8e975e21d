//! The console in a real browser over a real server: the marketplace of a mesh of 60 domains and 10,000 products. What a
//! person waits for, from the key until it is painted.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods)]

use std::{
    io::{BufRead as _, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
};

use cli::client::Client;
use registry::rehearsal::{Size, folder};
use serde_json::{Value, json};

/// A server that is ended with the bench, whatever becomes of that.
struct Served(Child);

impl Drop for Served {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let mesh = folder(Path::new(env!("CARGO_TARGET_TMPDIR")), "marketplace", Size::a_marketplace()).await.unwrap();
    let data = mesh.join("data");
    let mut command = Command::new(env!("CARGO_BIN_EXE_tessera"));
    command.arg("up").args(["--http", "127.0.0.1:0", "--postgres", "127.0.0.1:0", "--data"]).arg(&data);
    let mut served = Served(command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap());
    let mut line = String::new();
    BufReader::new(served.0.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let ready: Value = serde_json::from_str(&line).unwrap();
    let url = ready["http"].as_str().unwrap();
    let admin = std::fs::read_to_string(data.join("admin-token")).unwrap();
    let admin = Client::new(url, Some(admin.trim().to_owned())).unwrap();
    let made = admin.post("/tokens", &json!({"principal": "person-77"})).await.unwrap();
    // The index is built, and the first readers are counted.
    admin.get("/products?q=claim").await.unwrap_or_else(|failure| panic!("{:?}", failure.problem));
    let console = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../console");
    let measured = Command::new("node")
        .arg("e2e/large.mjs")
        .args([url, made["token"].as_str().unwrap()])
        .current_dir(console)
        .status()
        .unwrap();
    assert!(measured.success());
}
