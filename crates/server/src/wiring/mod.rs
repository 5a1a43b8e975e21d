//! The house: every crate's part, opened once and shared by the doors, and the work that goes on behind them.

mod documents;
mod effects;
mod genesis;
mod lookup;
mod repository;
mod retention;

use std::{
    ops::Deref,
    path::PathBuf,
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
};

use gateway::{Catalog, Gateway, GatewayParts, Session};
use governance::{authorise::Action, treatment::Reader};
use model::{Code, Digest, Problem, principal::Principal, time::Clock};
use pipeline::{Environment, Pipeline, PipelineParts};
use registry::{
    Context, Desk, History, Mesh, Registry, Retention, Search, activity::Activity, keys::Keys, lineage::Graph,
    lock::DataLock,
};
use utoipa::openapi::OpenApi;

use crate::{
    Console, Ready,
    auth::{Authenticator, SignedIn},
    config::{Config, Limits},
    http::{Caller, Cursors},
    metrics::Metrics,
};
use documents::Documents;

/// Longest wait for zones that are being stamped.
const ZONES: std::time::Duration = std::time::Duration::from_secs(5);

/// The house. Cheap to clone.
#[derive(Clone)]
pub struct House(Arc<Rooms>);

/// What the house is made of.
pub struct Rooms {
    /// The data directory.
    pub data: PathBuf,
    /// The journal and the mesh.
    pub registry: Registry,
    /// The audit of statements.
    pub activity: Activity,
    /// What people keep for themselves.
    pub desk: Desk,
    /// Keys of tokens.
    pub keys: Keys,
    /// Governed SQL.
    pub gateway: Gateway,
    /// Runs and publications.
    pub pipeline: Pipeline,
    /// Sign-in.
    pub authenticator: Authenticator,
    /// The marketplace's index.
    pub search: Search,
    /// The lineage of what is served.
    pub lineage: Graph,
    /// What happened to each product.
    pub history: History,
    /// Contracts with their free text.
    pub documents: Documents,
    /// Page cursors.
    pub cursors: Cursors,
    /// Counters.
    pub metrics: Metrics,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// What the doors bear.
    pub limits: Limits,
    /// How long is kept what is not served.
    pub retention: Retention,
    /// The console, where one is built in.
    pub console: Option<Arc<Console>>,
    ready: OnceLock<Ready>,
    description: OnceLock<String>,
    draining: AtomicBool,
    _lock: DataLock,
}

impl Deref for House {
    type Target = Rooms;

    fn deref(&self) -> &Rooms {
        &self.0
    }
}

/// Removes what a server that was killed had spilled. The lock is held, so nobody spills there.
fn clear_spill(folder: &std::path::Path) -> Result<(), Problem> {
    let failed = |error: std::io::Error| {
        Problem::new(Code::StorageFull, format!("the spill folder cannot be cleared: {error}"))
            .with_hint("remove `spill` in the data directory; nothing in it outlives a server")
    };
    let entries = match std::fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(failed(error)),
    };
    for entry in entries {
        let entry = entry.map_err(failed)?;
        let is_folder = entry.file_type().map_err(failed)?.is_dir();
        let removed =
            if is_folder { std::fs::remove_dir_all(entry.path()) } else { std::fs::remove_file(entry.path()) };
        removed.map_err(failed)?;
    }
    Ok(())
}

/// The environment of this process, for the secrets that sources name.
#[expect(clippy::disallowed_methods, reason = "the real environment, handed in as a parameter from here on")]
fn environment() -> Environment {
    Environment::new(|name| std::env::var(name).ok())
}

impl House {
    /// Opens every part, in the order in which they need each other.
    ///
    /// # Errors
    /// `data-in-use` when another process has the directory, `journal-broken` when the journal does not verify.
    pub async fn open(config: &Config) -> Result<Self, Problem> {
        let lock = DataLock::acquire(&config.data)?;
        clear_spill(&config.data.join("spill"))?;
        let registry = Registry::open(&config.data, config.clock.clone()).await?;
        // One present for the whole house, which never goes back: not behind what was recorded, nor behind what was told.
        let present: Arc<dyn Clock> = Arc::new(registry.clone());
        let activity = Activity::open(&config.data, present.clone()).await?;
        registry.not_before(activity.began_at());
        let desk = Desk::open(&config.data).await?;
        let keys = Keys::open(&config.data)?;
        let gateway = Gateway::new(GatewayParts {
            registry: registry.clone(),
            activity: activity.clone(),
            keys: keys.clone(),
            data_dir: config.data.clone(),
            clock: present.clone(),
            limits: gateway::Limits::default(),
        })?;
        let pipeline = Pipeline::new(PipelineParts {
            registry: registry.clone(),
            gateway: gateway.clone(),
            data_dir: config.data.clone(),
            allowed_sources: config.allow_source.clone(),
            environment: environment(),
            clock: present.clone(),
            limits: pipeline::Limits::default(),
        });
        registry.bootstrap().await?;
        let authenticator = Authenticator::new(registry.clone());
        Ok(Self(Arc::new(Rooms {
            data: config.data.clone(),
            lineage: Graph::new(registry.clone()),
            history: History::new(registry.clone()),
            registry,
            activity,
            desk,
            keys,
            gateway,
            pipeline,
            authenticator,
            search: Search::new()?,
            documents: Documents::default(),
            cursors: Cursors::new(registry::secret::random()),
            metrics: Metrics::default(),
            clock: present,
            limits: config.limits.clone(),
            retention: config.retention,
            console: config.console.clone(),
            ready: OnceLock::new(),
            description: OnceLock::new(),
            draining: AtomicBool::new(false),
            _lock: lock,
        })))
    }

    /// Starts the work behind the doors; it ends with the token.
    pub fn begin_effects(&self, stop: tokio_util::sync::CancellationToken) -> tokio::task::JoinHandle<()> {
        let effects = effects::work(self.clone(), stop.clone());
        let lookup = lookup::work(self.clone(), stop.clone());
        let retention = retention::work(self.clone(), stop);
        tokio::spawn(async move {
            futures::future::join3(effects, lookup, retention).await;
        })
    }

    /// A free text that a record points to; `None` once it was erased.
    ///
    /// # Errors
    /// `data-unavailable` when it cannot be read.
    pub async fn text(&self, digest: &Digest) -> Result<Option<String>, Problem> {
        match self.registry.blob(digest).await {
            Ok(bytes) => Ok(Some(String::from_utf8_lossy(&bytes).into_owned())),
            Err(problem) if problem.code() == Code::NotFound => Ok(None),
            Err(problem) => Err(problem),
        }
    }

    /// Waits until the zones of every domain are stamped, so that what follows an apply finds them. Gives up silently
    /// after a moment: what needs the zones says so itself.
    ///
    /// # Errors
    /// Never for now; callers treat it as a step that may fail.
    pub async fn zones_ready(&self) {
        let mut changes = self.registry.changes();
        let ready = async {
            while self.registry.mesh().pending_zones().next().is_some() {
                if changes.changed().await.is_err() {
                    return;
                }
            }
        };
        let _ = tokio::time::timeout(ZONES, ready).await;
    }

    /// Applies a repository at start: all of it as `admin` on an empty mesh, later what admins may.
    ///
    /// # Errors
    /// What the files break.
    pub async fn found(&self, path: &std::path::Path) -> Result<(), Problem> {
        genesis::apply(self, path).await
    }

    /// Refuses new work from now on.
    pub fn drain(&self) {
        self.draining.store(true, Ordering::Release);
    }

    /// Whether new work is refused.
    pub fn is_draining(&self) -> bool {
        self.draining.load(Ordering::Acquire)
    }

    /// Remembers where the doors are.
    pub fn announce(&self, ready: &Ready) {
        let _ = self.ready.set(ready.clone());
    }

    /// `host:port` of the Postgres door.
    pub fn postgres_address(&self) -> String {
        self.ready.get().map(|ready| ready.postgres.clone()).unwrap_or_default()
    }

    /// Keeps the description of the API.
    pub fn describe(&self, document: &OpenApi) {
        let _ = self.description.set(document.to_json().unwrap_or_default());
    }

    /// The description of the API.
    pub fn description(&self) -> String {
        self.description.get().cloned().unwrap_or_default()
    }

    /// A session of somebody who signed in, with the purpose of their token.
    ///
    /// # Errors
    /// `credential-expired` when the token has ended.
    pub fn session(&self, signed: &SignedIn, catalog: Catalog, request_id: String) -> Result<Session, Problem> {
        let purpose = self.authenticator.purpose(signed)?;
        let mut session = Session::new(signed.principal.clone(), catalog);
        session.purpose.clone_from(&purpose);
        session.default_purpose = purpose;
        session.request_id = request_id;
        Ok(session)
    }

    /// Whether a token runs SQL at this moment.
    ///
    /// # Errors
    /// `credential-expired` when it has ended, `not-allowed` when its scopes do not have it.
    pub fn may_query(&self, signed: &SignedIn) -> Result<(), Problem> {
        let actor = self.authenticator.actor(signed)?;
        self.registry.may(&actor, &Action::Query).map(|_| ())
    }

    /// A principal as a reader.
    pub fn reader(&self, mesh: &Mesh, principal: &Principal) -> Reader {
        mesh.reader(principal).unwrap_or_else(|| Reader {
            principal: principal.clone(),
            groups: mesh.groups_of(principal),
            attributes: Default::default(),
            home_domain: None,
        })
    }

    /// The context of a command.
    pub fn context(&self, caller: &Caller, command_id: String) -> Context {
        Context { actor: caller.actor.clone(), command_id, via: "http" }
    }
}
