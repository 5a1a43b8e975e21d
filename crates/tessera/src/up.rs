//! `tessera up`: settings into a server's configuration, logs to stderr, and the server until it is told to stop.

use std::path::Path;

use cli::{Exit, Failure, Session, arguments::Up};
use server::config::{Config, Tls};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Runs a server until SIGTERM or SIGINT.
pub async fn run(arguments: Up, session: &mut Session) -> Result<Exit, Failure> {
    // The engine's own chatter is not news.
    start_log("warn,tessera=info", session);
    let data = session.environment.directory.join(&arguments.data);
    let mut config = Config::local(data.clone());
    config.http = arguments.http;
    config.postgres = arguments.postgres;
    config.mesh = arguments.mesh.map(|path| session.environment.directory.join(path));
    config.allow_source = arguments.allow_source.iter().map(|path| session.environment.directory.join(path)).collect();
    config.tls = arguments.tls_cert.zip(arguments.tls_key).map(|(certificate, key)| Tls { certificate, key });
    if session.environment.stderr_is_terminal {
        session.console.talk(&next_step(&arguments.data, &config));
    }
    server::up(config).await?;
    Ok(Exit::Done)
}

/// What a person who just started a mesh does next.
fn next_step(data: &Path, config: &Config) -> String {
    let scheme = if config.tls.is_some() { "https" } else { "http" };
    let token = data.join("admin-token");
    format!("in another terminal: tessera login {scheme}://{} --token-file {}", config.http, token.display())
}

/// Logs to stderr, at `level` unless `TESSERA_LOG` says otherwise.
pub fn start_log(level: &str, session: &Session) {
    let filter = EnvFilter::try_from_env("TESSERA_LOG").unwrap_or_else(|_| EnvFilter::new(level));
    let colour = session.environment.stderr_is_terminal && !session.environment.no_color;
    let format = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colour).with_target(false);
    // A log that is set up already keeps its settings.
    let _ = tracing_subscriber::registry().with(filter).with(format).try_init();
}
