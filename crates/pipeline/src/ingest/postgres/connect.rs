//! One connection to a database, and on it one snapshot that nothing changes: read-only, repeatable, in UTC.
//!
//! INVARIANT: the connection ends with the value, also when a run is given up in the middle of an answer.

use std::{sync::Arc, time::Duration};

use model::{
    Code, Problem,
    files::source::postgres::{PostgresSource, Tls},
};
use rustls::{
    ClientConfig, RootCertStore,
    pki_types::{CertificateDer, pem::PemObject as _},
};
use tokio::task::JoinSet;
use tokio_postgres::{Client, Config, NoTls, config::SslMode};
use tokio_postgres_rustls::MakeRustlsConnect;

use super::fault::Place;
use crate::{ingest::secrets::Secrets, pipeline::Limits};

/// A database in one state of its data.
pub(super) struct Snapshot {
    /// What asks.
    pub(super) client: Client,
    /// Moves the bytes; dropped, it closes the connection.
    _connection: JoinSet<()>,
}

impl Snapshot {
    /// Connects and begins.
    ///
    /// # Errors
    /// `source-unavailable` when the server cannot be reached or refuses; what [`Secrets::read`] says.
    pub(super) async fn open(
        source: &PostgresSource,
        secrets: &Secrets<'_>,
        limits: &Limits,
        place: &Place<'_>,
    ) -> Result<Self, Problem> {
        let config = config(source, secrets)?;
        let mut connection = JoinSet::new();
        let connecting = async {
            Ok(match source.tls() {
                Tls::Require => {
                    let encrypted = MakeRustlsConnect::new(tls(source, secrets)?);
                    let (client, link) = config.connect(encrypted).await.map_err(|error| place.fault(&error))?;
                    connection.spawn(async move { drop(link.await) });
                    client
                }
                Tls::Off => {
                    let (client, link) = config.connect(NoTls).await.map_err(|error| place.fault(&error))?;
                    connection.spawn(async move { drop(link.await) });
                    client
                }
            })
        };
        let patience = Duration::from_secs(limits.source_connect_seconds);
        let client = tokio::time::timeout(patience, connecting).await.unwrap_or_else(|_| {
            Err(place.unavailable("does not answer", "see that the server runs and can be reached"))
        })?;
        let begin = begin(limits.source_seconds);
        client.batch_execute(&begin).await.map_err(|error| place.fault(&error))?;
        Ok(Self { client, _connection: connection })
    }
}

fn config(source: &PostgresSource, secrets: &Secrets<'_>) -> Result<Config, Problem> {
    let mut config = Config::new();
    config
        .host(source.host.host())
        .port(source.host.port())
        .dbname(&source.database)
        .user(&source.credentials.user)
        .password(secrets.read(&source.credentials.password)?.reveal())
        .application_name("tessera")
        .keepalives_idle(Duration::from_secs(30))
        .keepalives_interval(Duration::from_secs(10))
        .keepalives_retries(3)
        .tcp_user_timeout(Duration::from_secs(60))
        // SECURITY: never a connection that only perhaps is encrypted (test `a_server_without_encryption_is_not_spoken_to`).
        .ssl_mode(match source.tls() {
            Tls::Require => SslMode::Require,
            Tls::Off => SslMode::Disable,
        });
    Ok(config)
}

fn tls(source: &PostgresSource, secrets: &Secrets<'_>) -> Result<ClientConfig, Problem> {
    let mut roots = RootCertStore::empty();
    match &source.ca {
        Some(name) => {
            let pem = secrets.file(name)?;
            let wrong = || {
                Problem::new(Code::SourceUnavailable, format!("`ca: {name}` holds no certificate"))
                    .with_hint("put the authority's certificate there, as PEM")
            };
            for certificate in CertificateDer::pem_slice_iter(&pem) {
                roots.add(certificate.map_err(|_| wrong())?).map_err(|_| wrong())?;
            }
            if roots.is_empty() {
                return Err(wrong());
            }
        }
        None => {
            roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        }
    }
    // Two providers are in the graph, so it is named.
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
    Ok(builder.map_err(Problem::internal)?.with_root_certificates(roots).with_no_client_auth())
}

/// The settings decide how values are written, and so what their digests are.
fn begin(seconds: u64) -> String {
    format!(
        "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY;\
         SET LOCAL statement_timeout = '{seconds}s';\
         SET LOCAL idle_in_transaction_session_timeout = '{seconds}s';\
         SET LOCAL client_min_messages = 'error';\
         SET LOCAL timezone = 'UTC';\
         SET LOCAL datestyle = 'ISO, YMD';\
         SET LOCAL intervalstyle = 'iso_8601';\
         SET LOCAL bytea_output = 'hex';\
         SET LOCAL extra_float_digits = 1"
    )
}
