//! Starting and stopping: what `tessera up` does, as a value that tests and the demo hold in their hands.

use std::{io::Write, net::SocketAddr, path::PathBuf, time::Duration};

use model::{Problem, Timestamp, error::Code};
use registry::activity::{ActivityEntry, AuditDecision};
use serde::{Deserialize, Serialize};
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;
use tokio_util::sync::CancellationToken;

use crate::{config::Config, http, postgres, wiring::House};

/// What a server says once its doors are open. A key is there only for a door that is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ready {
    /// `ready`.
    pub event: String,
    /// `http://127.0.0.1:7400`.
    pub http: String,
    /// `127.0.0.1:7432`.
    pub postgres: String,
    /// The data directory.
    pub data: PathBuf,
}

/// A running server. Dropping it leaves it running; [`Running::stop`] ends it.
pub struct Running {
    /// Where its doors are.
    pub ready: Ready,
    house: House,
    stop: CancellationToken,
    doors: Vec<JoinHandle<()>>,
    effects: JoinHandle<()>,
    since: Timestamp,
}

/// How often a stop looks for completion records, 20 milliseconds apart.
const SETTLING: usize = 100;

/// Opens the house and its doors.
///
/// # Errors
/// `invalid-value` for settings that must not start, `data-in-use` when another server has the directory, or what the
/// repository to apply breaks.
pub async fn start(config: Config) -> Result<Running, Problem> {
    config.check()?;
    let tls = config.tls.as_ref().map(|tls| tls.load()).transpose()?.map(TlsAcceptor::from);
    // The doors first: where they are taken, nothing is written.
    let http_socket = bind("--http", config.http).await?;
    let postgres_socket = bind("--postgres", config.postgres).await?;
    let house = House::open(&config).await?;
    let ready = ready(&config, &http_socket, &postgres_socket)?;
    house.announce(&ready);
    let stop = CancellationToken::new();
    let since = house.registry.now();
    let effects = house.begin_effects(stop.clone());
    if let Some(path) = &config.mesh
        && let Err(problem) = house.found(path).await
    {
        stop.cancel();
        let _ = effects.await;
        return Err(problem);
    }
    let (router, _) = http::door(house.clone());
    let doors = vec![
        tokio::spawn(http::Door::new(router, tls.clone(), house.limits.clone(), stop.clone()).serve(http_socket)),
        tokio::spawn(postgres::Door::new(house.clone(), tls, stop.clone()).serve(postgres_socket)),
    ];
    Ok(Running { ready, house, stop, doors, effects, since })
}

async fn bind(flag: &str, address: SocketAddr) -> Result<TcpListener, Problem> {
    TcpListener::bind(address).await.map_err(|error| {
        Problem::new(Code::InvalidValue, format!("`{flag} {address}` cannot be opened: {error}")).with_hint(format!(
            "is another mesh running there? choose another address with {flag}; port 0 picks a free one"
        ))
    })
}

fn ready(config: &Config, http: &TcpListener, postgres: &TcpListener) -> Result<Ready, Problem> {
    let address = |listener: &TcpListener| listener.local_addr().map_err(Problem::internal);
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    Ok(Ready {
        event: "ready".to_owned(),
        http: format!("{scheme}://{}", address(http)?),
        postgres: address(postgres)?.to_string(),
        data: std::path::absolute(&config.data).unwrap_or_else(|_| config.data.clone()),
    })
}

impl Running {
    /// The house behind the doors, for tests that look inside.
    pub fn house(&self) -> &House {
        &self.house
    }

    /// Refuses new work, lets what is under way end within the drain time, closes the doors and gives the directory
    /// free.
    pub async fn stop(mut self) {
        self.house.drain();
        self.stop.cancel();
        let drain = self.house.limits.drain;
        let doors = std::mem::take(&mut self.doors);
        let abort: Vec<_> = doors.iter().map(JoinHandle::abort_handle).collect();
        if tokio::time::timeout(drain, futures::future::join_all(doors)).await.is_err() {
            tracing::warn!("some work did not end in time");
            abort.iter().for_each(tokio::task::AbortHandle::abort);
        }
        let _ = (&mut self.effects).await;
        self.settle().await;
        self.house.desk.close().await;
        self.house.registry.close().await;
    }

    /// Waits a moment for the completion records of statements that have just ended.
    async fn settle(&self) {
        for _ in 0..SETTLING {
            let Ok(entries) = self.house.activity.recent(None, 100).await else { return };
            let open = |entry: &ActivityEntry| {
                entry.finished.is_none() && entry.at >= self.since && entry.statement.decision == AuditDecision::Allowed
            };
            if !entries.iter().any(open) {
                return;
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// Runs a server until SIGTERM or SIGINT. Prints the one ready line on stdout and nothing else there; `opened` may tell
/// people more, elsewhere.
///
/// # Errors
/// As [`start`].
pub async fn up(config: Config, opened: impl FnOnce(&Ready)) -> Result<(), Problem> {
    let mut terminate = signal(SignalKind::terminate()).map_err(Problem::internal)?;
    let mut interrupt = signal(SignalKind::interrupt()).map_err(Problem::internal)?;
    let running = tokio::select! {
        started = start(config) => started?,
        _ = terminate.recv() => return Ok(()),
        _ = interrupt.recv() => return Ok(()),
    };
    let line = serde_json::to_string(&running.ready).map_err(Problem::internal)?;
    let mut stdout = std::io::stdout().lock();
    // A parent that closed the pipe does not want the line; the doors are open all the same.
    let _ = writeln!(stdout, "{line}").and_then(|()| stdout.flush());
    drop(stdout);
    opened(&running.ready);
    tokio::select! {
        _ = terminate.recv() => {}
        _ = interrupt.recv() => {}
    }
    running.stop().await;
    Ok(())
}
