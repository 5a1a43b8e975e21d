//! `tessera up`: settings into a server's configuration, logs to stderr, and the server until it is told to stop.

use std::path::Path;

use cli::{Exit, Failure, Session, arguments::Up};
use registry::Retention;
use server::{
    Ready,
    config::{Config, Tls},
};
use tracing_subscriber::{EnvFilter, layer::SubscriberExt as _, util::SubscriberInitExt as _};

/// Runs a server until SIGTERM or SIGINT.
pub async fn run(arguments: Up, session: &mut Session) -> Result<Exit, Failure> {
    // The engine's own chatter is not news; a person who watches wants what needs them, a log wants every decision.
    start_log(if session.environment.stderr_is_terminal { "warn" } else { "warn,tessera=info" }, session);
    let data = session.environment.directory.join(&arguments.data);
    let mut config = Config::local(data.clone());
    config.http = arguments.http;
    config.postgres = arguments.postgres;
    config.mesh = arguments.mesh.map(|path| session.environment.directory.join(path));
    config.allow_source = arguments.allow_source.iter().map(|path| session.environment.directory.join(path)).collect();
    config.retention =
        Retention { publications: arguments.keep_publications, unreferenced: arguments.keep_unreferenced };
    config.console = Some(crate::console::files()?);
    config.tls = arguments.tls_cert.zip(arguments.tls_key).map(|(certificate, key)| Tls { certificate, key });
    let is_watched = session.environment.stderr_is_terminal;
    let console = &mut session.console;
    let opened = |ready: &Ready| {
        if is_watched {
            console.talk(&doors(&arguments.data, ready));
        }
    };
    server::up(config, opened).await?;
    Ok(Exit::Done)
}

/// The doors that are open, and what a person who just started a mesh does next.
fn doors(data: &Path, ready: &Ready) -> String {
    let token = data.join("admin-token");
    let (host, port) = ready.postgres.rsplit_once(':').unwrap_or((&ready.postgres, "5432"));
    format!(
        "the mesh is up\n  HTTP      {}   the console in a browser; for programs /api/v1\n  Postgres  {}   psql -h {} -p {port} -U NAME mesh\n  data      {}\n\
         in another terminal: tessera login {} --token-file {}\nCtrl-C stops it",
        ready.http,
        ready.postgres,
        host.trim_matches(['[', ']']),
        ready.data.display(),
        ready.http,
        token.display()
    )
}

/// Logs to stderr, at `level` unless `TESSERA_LOG` or `RUST_LOG` says otherwise.
pub fn start_log(level: &str, session: &Session) {
    let filter = EnvFilter::try_from_env("TESSERA_LOG")
        .or_else(|_| EnvFilter::try_from_default_env())
        .unwrap_or_else(|_| EnvFilter::new(level));
    let colour = session.environment.stderr_is_terminal && !session.environment.no_color;
    let format = tracing_subscriber::fmt::layer().with_writer(std::io::stderr).with_ansi(colour).with_target(false);
    // A log that is set up already keeps its settings.
    let _ = tracing_subscriber::registry().with(filter).with(format).try_init();
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_doors_are_told_with_the_ports_that_were_found() {
        let ready = Ready {
            event: "ready".into(),
            http: "http://127.0.0.1:45123".into(),
            postgres: "127.0.0.1:45124".into(),
            data: "/d".into(),
        };
        let told = doors(Path::new(".tessera"), &ready);
        assert!(told.contains("tessera login http://127.0.0.1:45123 --token-file .tessera/admin-token"), "{told}");
        assert!(told.contains("psql -h 127.0.0.1 -p 45124"), "{told}");
    }
}
