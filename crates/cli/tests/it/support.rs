//! A server with prepared answers, and a session whose streams are kept.

use std::{
    collections::VecDeque,
    io::Write,
    sync::{Arc, Mutex},
};

use clap::Parser as _;
use tessera_cli::{Arguments, Session, console::Console, environment::Environment};
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::{TcpListener, TcpStream},
};

/// One prepared answer: status, headers, body.
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, &'static str)>,
    pub body: String,
}

pub fn json(value: serde_json::Value) -> Reply {
    Reply { status: 200, headers: vec![("content-type", "application/json")], body: value.to_string() }
}

/// A server that gives its answers in order and remembers what it was asked.
pub struct Server {
    pub url: String,
    pub asked: Arc<Mutex<Vec<String>>>,
}

impl Server {
    pub async fn start(replies: Vec<Reply>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let asked = Arc::new(Mutex::new(Vec::new()));
        let log = Arc::clone(&asked);
        tokio::spawn(async move {
            let mut replies = VecDeque::from(replies);
            while let Some(reply) = replies.pop_front() {
                let (stream, _) = listener.accept().await.unwrap();
                let request = answer(stream, reply).await;
                log.lock().unwrap().push(request);
            }
        });
        Self { url, asked }
    }

    pub fn asked(&self) -> Vec<String> {
        self.asked.lock().unwrap().clone()
    }
}

/// Reads one request, answers it and closes; gives its first line and body.
async fn answer(mut stream: TcpStream, reply: Reply) -> String {
    let mut bytes = Vec::new();
    let mut buffer = [0; 4096];
    let (head, start, end) = loop {
        let count = stream.read(&mut buffer).await.unwrap();
        bytes.extend_from_slice(&buffer[..count]);
        if let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") {
            let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
            let length = head
                .lines()
                .find_map(|line| line.to_ascii_lowercase().strip_prefix("content-length:").map(str::to_owned))
                .map_or(0, |length| length.trim().parse().unwrap());
            break (head, end + 4, end + 4 + length);
        }
    };
    while bytes.len() < end {
        let count = stream.read(&mut buffer).await.unwrap();
        bytes.extend_from_slice(&buffer[..count]);
    }
    let body = String::from_utf8_lossy(&bytes[start..]).into_owned();
    let mut text =
        format!("HTTP/1.1 {} X\r\ncontent-length: {}\r\nconnection: close\r\n", reply.status, reply.body.len());
    for (name, value) in reply.headers {
        text.push_str(&format!("{name}: {value}\r\n"));
    }
    text.push_str("\r\n");
    text.push_str(&reply.body);
    stream.write_all(text.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let line = head.lines().next().unwrap().trim_end_matches(" HTTP/1.1").to_owned();
    if body.is_empty() { line } else { format!("{line} {body}") }
}

#[derive(Clone, Default)]
struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

/// What a call printed and how it ended.
pub struct Ended {
    pub out: String,
    pub err: String,
    pub code: u8,
}

impl std::fmt::Display for Ended {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "--- stdout\n{}--- stderr\n{}--- exit {}", self.out, self.err, self.code)
    }
}

/// Runs a command line against an address, standing in a folder.
pub async fn run(url: &str, directory: &std::path::Path, arguments: &[&str]) -> Ended {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let (out, err) = (Kept::default(), Kept::default());
    let mut session = Session {
        environment: Environment {
            url: Some(url.to_owned()),
            token: Some("tsr_test".to_owned()),
            directory: directory.to_owned(),
            config: Some(directory.join("config")),
            ..Environment::default()
        },
        console: Console::new(Box::new(out.clone()), Box::new(err.clone())),
    };
    let command = Arguments::try_parse_from(["tessera"].iter().chain(arguments)).unwrap().command;
    let code = tessera_cli::run(command, &mut session).await;
    let text = |kept: &Kept| String::from_utf8(kept.0.lock().unwrap().clone()).unwrap();
    Ended { out: text(&out), err: text(&err), code }
}
