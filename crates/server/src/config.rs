//! Server settings: flag over `TESSERA_*`, no third place. Mesh settings only come through `apply`.
//!
//! Not for reading flags or the environment: the binary does that and hands in a [`Config`].
//!
//! INVARIANT: a door beyond loopback opens only with TLS ([`Config::check`], test `a_door_beyond_loopback_needs_tls`).

use std::{net::SocketAddr, path::PathBuf, sync::Arc, time::Duration};

use model::{
    error::{Code, Problem},
    time::Clock,
};
use registry::Retention;
use rustls::pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};

use crate::Console;

/// Everything a server starts from.
#[derive(Debug, Clone)]
pub struct Config {
    /// The data directory, created if absent.
    pub data: PathBuf,
    /// Where the HTTP door listens; port 0 picks a free one.
    pub http: SocketAddr,
    /// Where the Postgres door listens; port 0 picks a free one.
    pub postgres: SocketAddr,
    /// A mesh repository to apply at start.
    pub mesh: Option<PathBuf>,
    /// Folders that sources may lie in, beside `DATA/drop/<domain>`.
    pub allow_source: Vec<PathBuf>,
    /// Certificate and key for both doors.
    pub tls: Option<Tls>,
    /// The source of the present.
    pub clock: Arc<dyn Clock>,
    /// What the doors bear.
    pub limits: Limits,
    /// How long is kept what is not served.
    pub retention: Retention,
    /// The console, where one is built in.
    pub console: Option<Arc<Console>>,
}

/// Certificate chain and private key, as PEM files.
#[derive(Debug, Clone)]
pub struct Tls {
    /// The certificate chain.
    pub certificate: PathBuf,
    /// The private key.
    pub key: PathBuf,
}

/// Limits of the doors; those of statements are the gateway's. Listed in `docs/reference/limits.md`.
#[derive(Debug, Clone)]
pub struct Limits {
    /// Bytes of a request body that carries files (`/plan`, `/apply`).
    pub files_body: usize,
    /// Bytes of any other request body, and of one Postgres message.
    pub body: usize,
    /// Open Postgres connections, signed in.
    pub connections: usize,
    /// Open Postgres connections of one principal.
    pub connections_each: usize,
    /// Postgres connections that are signing in.
    pub signing_in: usize,
    /// Open HTTP connections.
    pub http_connections: usize,
    /// To the end of a request's head on the HTTP door, from connecting or from the end of the answer before.
    pub asking: Duration,
    /// To the end of a request's body on the HTTP door, however steadily it comes.
    pub sending: Duration,
    /// How long a client may send nothing of a body, or take nothing of what waits for it.
    pub patience: Duration,
    /// Bytes of a Postgres startup message.
    pub startup_bytes: usize,
    /// From connecting to being signed in on the Postgres door.
    pub sign_in: Duration,
    /// Prepared statements and open portals of one Postgres connection, each.
    pub prepared: usize,
    /// How long a stop waits for work under way.
    pub drain: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            files_body: 64 << 20,
            body: 8 << 20,
            connections: 500,
            connections_each: 100,
            signing_in: 200,
            http_connections: 1_000,
            asking: Duration::from_secs(60),
            sending: Duration::from_secs(600),
            patience: Duration::from_secs(60),
            startup_bytes: 10_000,
            sign_in: Duration::from_secs(30),
            prepared: 1_000,
            drain: Duration::from_secs(10),
        }
    }
}

/// The clock of the machine.
#[derive(Debug, Clone, Copy, Default)]
pub struct SystemClock;

impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "the one real clock, handed to everything else")]
    fn now(&self) -> model::Timestamp {
        model::Timestamp::from_micros(jiff::Timestamp::now().as_microsecond())
    }
}

impl Config {
    /// A server on loopback with free ports, in `data`: what tests and the demo start from.
    pub fn local(data: impl Into<PathBuf>) -> Self {
        let free = SocketAddr::from(([127, 0, 0, 1], 0));
        Self {
            data: data.into(),
            http: free,
            postgres: free,
            mesh: None,
            allow_source: Vec::new(),
            tls: None,
            clock: Arc::new(SystemClock),
            limits: Limits::default(),
            retention: Retention::default(),
            console: None,
        }
    }

    /// Refuses what must not start.
    ///
    /// # Errors
    /// `invalid-value` for a door beyond loopback without TLS.
    pub fn check(&self) -> Result<(), Problem> {
        for (flag, address) in [("--http", self.http), ("--postgres", self.postgres)] {
            // SECURITY: tokens travel as passwords, so they leave the machine encrypted or not at all (test
            // `a_door_beyond_loopback_needs_tls`).
            if !address.ip().is_loopback() && self.tls.is_none() {
                return Err(Problem::new(
                    Code::InvalidValue,
                    format!("`{flag} {address}` is reachable from other machines and would carry tokens in clear"),
                )
                .with_hint("give --tls-cert and --tls-key, or bind 127.0.0.1"));
            }
        }
        Ok(())
    }
}

impl Tls {
    /// Reads the files into a server configuration.
    ///
    /// # Errors
    /// `invalid-value` naming the file that cannot be used.
    pub fn load(&self) -> Result<Arc<rustls::ServerConfig>, Problem> {
        let refuse = |what: &str, path: &PathBuf, cause: String| {
            Problem::new(Code::InvalidValue, format!("the {what} `{}` cannot be used: {cause}", path.display()))
                .with_hint("give PEM files with --tls-cert and --tls-key")
        };
        let chain = CertificateDer::pem_file_iter(&self.certificate)
            .and_then(Iterator::collect::<Result<Vec<_>, _>>)
            .map_err(|cause| refuse("certificate", &self.certificate, cause.to_string()))?;
        let key = PrivateKeyDer::from_pem_file(&self.key)
            .map_err(|cause| refuse("private key", &self.key, cause.to_string()))?;
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
            .map(Arc::new)
            .map_err(|cause| refuse("certificate", &self.certificate, cause.to_string()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_door_beyond_loopback_needs_tls() {
        let mut config = Config::local("data");
        config.check().unwrap();
        config.http = "[::1]:0".parse().unwrap();
        config.check().unwrap();
        for open in ["0.0.0.0:0", "192.0.2.1:7400", "[::]:0"] {
            config.http = Config::local("data").http;
            config.postgres = open.parse().unwrap();
            let problem = config.check().unwrap_err();
            assert_eq!(problem.code(), Code::InvalidValue, "{open}");
            assert!(problem.hint().unwrap().contains("--tls-cert"));
            config.tls = Some(Tls { certificate: "c".into(), key: "k".into() });
            config.check().unwrap();
            config.tls = None;
        }
    }
}
