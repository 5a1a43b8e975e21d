//! The gateway of one installation: its parts, and what doors call.

use std::{
    collections::HashMap,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
};

use arrow::datatypes::DataType;
use lake::{GoldReader, PinnedPort};
use model::{
    Code, Digest, Problem, Timestamp,
    manifest::Manifest,
    name::{DomainName, PurposeName},
    principal::Principal,
    reference::PortRef,
    time::Clock,
    zone::ZoneLocation,
};
use registry::{Activity, Keys, Registry};
use tokio::sync::{OwnedSemaphorePermit, Semaphore, watch};
use uuid::Uuid;

use crate::{
    answer::{Answer, Description, Prepared},
    catalog::Rewriter,
    engine::{Engine, on_big_stack},
    executors::Executors,
    input::GovernedInput,
    limits::Limits,
    port::{Epoch, Target},
    run,
    session::{Catalog, Session},
    statement::{Kind, Statement},
    unreadable::{Pinned, Unreadable},
    visible::{self, VisibleTable},
};

/// Bytes of a text that is read at once, on the door's own thread; it takes a fraction of a millisecond.
const QUICK: usize = 8 << 10;

/// How many ports are kept open, with their files' names and tags.
const OPEN_PORTS: usize = 512;

/// What a gateway is made of.
#[derive(Debug, Clone)]
pub struct GatewayParts {
    /// The mesh.
    pub registry: Registry,
    /// The audit.
    pub activity: Activity,
    /// The keys of token masks.
    pub keys: Keys,
    /// The data directory: gold of zones with relative roots, spill files.
    pub data_dir: PathBuf,
    /// The present.
    pub clock: Arc<dyn Clock>,
    /// Bounds on statements.
    pub limits: Limits,
}

/// Answers questions. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Gateway(pub(crate) Arc<Inner>);

#[derive(Debug)]
pub(crate) struct Inner {
    pub(crate) parts: GatewayParts,
    pub(crate) engine: Engine,
    pub(crate) rewriter: Rewriter,
    pub(crate) running: Mutex<HashMap<Uuid, Running>>,
    /// Places for planning, of each principal that plans.
    planning: Mutex<HashMap<Principal, Arc<Semaphore>>>,
    /// Where plans are executed; doors keep threads of their own.
    pub(crate) executors: Executors,
    readers: Mutex<HashMap<(DomainName, String), (ZoneLocation, GoldReader)>>,
    ports: Mutex<HashMap<Pinned, Arc<PinnedPort>>>,
    unreadable: Unreadable,
}

/// A statement that is running.
#[derive(Debug)]
pub(crate) struct Running {
    pub(crate) principal: Principal,
    pub(crate) cancel: watch::Sender<bool>,
}

impl Gateway {
    /// A gateway over its parts.
    ///
    /// # Errors
    /// `internal` if threads or the spill folder cannot be made.
    pub fn new(parts: GatewayParts) -> Result<Self, Problem> {
        let spill = parts.data_dir.join("spill");
        std::fs::create_dir_all(&spill).map_err(Problem::internal)?;
        Ok(Self(Arc::new(Inner {
            engine: Engine::new(parts.limits, spill)?,
            executors: Executors::new(parts.limits.threads)?,
            rewriter: Rewriter::new(),
            running: Mutex::default(),
            planning: Mutex::default(),
            readers: Mutex::default(),
            ports: Mutex::default(),
            unreadable: Unreadable::default(),
            parts,
        })))
    }

    /// Ports whose present publication a statement could not read since the start, and when that was met last.
    pub fn unreadable(&self) -> Vec<(PortRef, Timestamp)> {
        self.0.unreadable.of(&self.0.parts.registry.mesh())
    }

    /// The bounds on statements.
    pub fn limits(&self) -> &Limits {
        &self.0.parts.limits
    }

    /// The catalog that a name at the start of a session means: absent, `mesh` or the caller's own name is the mesh.
    ///
    /// # Errors
    /// `not-found` (3D000), the same for a domain that is absent and for one in which nothing is visible.
    pub fn catalog(&self, principal: &Principal, database: Option<&str>) -> Result<Catalog, Problem> {
        let Some(name) = database.filter(|name| !name.is_empty() && *name != "mesh" && *name != principal.name())
        else {
            return Ok(Catalog::Mesh);
        };
        let absent = || {
            Problem::new(Code::NotFound, format!("database `{}` does not exist", name.escape_debug()))
                .with_sqlstate("3D000")
                .with_hint("use `mesh`, or a domain that you may read")
        };
        let domain = DomainName::new(name).map_err(|_| absent())?;
        let epoch = self.0.epoch(principal)?;
        let state = epoch.mesh.domain(&domain).ok_or_else(absent)?;
        let sees_any = state.products.values().any(|product| product.is_served() && epoch.sees(product));
        if sees_any { Ok(Catalog::Domain(domain)) } else { Err(absent()) }
    }

    /// Splits a principal's request into its statements and looks at each on its own. Authorises nothing.
    ///
    /// # Errors
    /// As [`Statement::parse_all`].
    pub async fn parse(&self, principal: &Principal, sql: &str) -> Result<Vec<Statement>, Problem> {
        let limits = self.0.parts.limits;
        if sql.len() <= QUICK || sql.len() > limits.text {
            return Statement::parse_all(sql, &limits);
        }
        let place = self.0.place_to_plan(principal).await?;
        let (lent, sql) = (self.0.executors.lend(principal), sql.to_owned());
        on_big_stack(move || {
            let _counted = place;
            lent.work(|| Statement::parse_all(&sql, &limits))
        })
        .await
    }

    /// What a statement needs and gives. `hints` are types of parameters as far as the caller gave them.
    ///
    /// # Errors
    /// Whatever running it would be refused for.
    pub async fn describe(
        &self,
        session: &Session,
        statement: &Statement,
        hints: &[Option<DataType>],
    ) -> Result<Description, Problem> {
        run::describe(&self.0, session, statement, hints).await
    }

    /// The statements of a request with their descriptions. Holds text and types only (M13).
    ///
    /// # Errors
    /// As [`Gateway::parse`] and [`Gateway::describe`].
    pub async fn prepare(&self, session: &Session, sql: &str) -> Result<Vec<Prepared>, Problem> {
        let mut prepared = vec![];
        for statement in self.parse(&session.principal, sql).await? {
            let description = self.describe(session, &statement, &[]).await?;
            prepared.push(Prepared { statement, description });
        }
        Ok(prepared)
    }

    /// Runs a statement that answers with rows: authorises, audits, plans, executes.
    ///
    /// # Errors
    /// Refusals, faults of the statement, limits; failures after the first row are in the answer itself.
    pub async fn run(
        &self,
        session: &Session,
        statement: &Statement,
        parameters: &[Option<String>],
    ) -> Result<Answer, Problem> {
        self.run_with(session, statement, parameters, &[]).await
    }

    /// As [`Gateway::run`], with types of parameters as far as the caller gave them.
    ///
    /// # Errors
    /// As [`Gateway::run`].
    pub async fn run_with(
        &self,
        session: &Session,
        statement: &Statement,
        parameters: &[Option<String>],
        hints: &[Option<DataType>],
    ) -> Result<Answer, Problem> {
        run::run(&self.0, session, statement, parameters, hints).await
    }

    /// Runs the one query that a text holds.
    ///
    /// # Errors
    /// As [`Gateway::run`]; `invalid-sql` for several statements or one without rows.
    pub async fn query(&self, session: &Session, sql: &str) -> Result<Answer, Problem> {
        let statements = match self.parse(&session.principal, sql).await {
            Ok(statements) => statements,
            Err(problem) => return Err(self.refuse(session, sql, problem).await),
        };
        match statements.as_slice() {
            [statement] if statement.kind().returns_rows() || matches!(statement.kind(), Kind::Refused(_)) => {
                self.run(session, statement, &[]).await
            }
            [_] => Err(self.refuse(session, sql, Problem::new(Code::InvalidSql, "the text holds no query")).await),
            _ => {
                let problem = Problem::new(Code::InvalidSql, "one statement at a time is answered here")
                    .with_hint("send each statement in a request of its own");
                Err(self.refuse(session, sql, problem).await)
            }
        }
    }

    /// Keeps the audit of a text that a door refuses before any of it is run; gives the refusal, or `audit-unavailable`.
    pub async fn refuse(&self, session: &Session, sql: &str, problem: Problem) -> Problem {
        run::refuse_text(&self.0, session, sql, problem).await
    }

    /// Ends a running statement of the caller's own.
    ///
    /// # Errors
    /// `not-found` if there is none of that id, or it is somebody else's.
    pub fn cancel(&self, id: &Uuid, principal: &Principal) -> Result<(), Problem> {
        let running = self.0.running.lock().unwrap_or_else(PoisonError::into_inner);
        // SECURITY: another's statement is told like an absent one (test `nobody_cancels_anothers_statement`).
        let own = running.get(id).filter(|running| running.principal == *principal);
        let own = own.ok_or_else(|| Problem::new(Code::NotFound, format!("no statement `{id}` is running")))?;
        own.cancel.send_replace(true);
        Ok(())
    }

    /// The tables that a session can list, as the catalogs show them.
    ///
    /// # Errors
    /// `credential-expired` if the principal is gone.
    pub fn tables(&self, session: &Session) -> Result<Vec<VisibleTable>, Problem> {
        let epoch = self.0.epoch(&session.principal)?;
        Ok(visible::tables(&epoch, &session.catalog, session.purpose.as_ref()))
    }

    /// A foreign port as a pipeline reads it: treated for the service, at this epoch.
    ///
    /// # Errors
    /// As running a query over it.
    pub async fn input(
        &self,
        principal: &Principal,
        purpose: Option<&PurposeName>,
        port: &PortRef,
    ) -> Result<GovernedInput, Problem> {
        crate::input::open(&self.0, principal, purpose, port).await
    }
}

impl Inner {
    /// The present epoch for a principal.
    pub(crate) fn epoch(&self, principal: &Principal) -> Result<Epoch, Problem> {
        let parts = &self.parts;
        Epoch::open(parts.registry.mesh(), principal, parts.registry.now(), parts.keys.current_version())
    }

    /// A place for planning one statement of a principal, once there is one.
    pub(crate) async fn place_to_plan(&self, principal: &Principal) -> Result<OwnedSemaphorePermit, Problem> {
        let places = {
            let mut planning = self.planning.lock().unwrap_or_else(PoisonError::into_inner);
            planning.retain(|_, places| Arc::strong_count(places) > 1);
            let new = || Arc::new(Semaphore::new(self.parts.limits.planning));
            Arc::clone(planning.entry(principal.clone()).or_insert_with(new))
        };
        places.acquire_owned().await.map_err(Problem::internal)
    }

    /// A statement failed: who answers for the data is told if that is why.
    pub(crate) fn note_failure(&self, problem: &Problem) {
        self.unreadable.note(problem, &self.ports, self.parts.registry.now());
    }

    /// The files of a port, as its publication pinned them.
    ///
    /// # Errors
    /// `data-unavailable` if manifest or directory cannot be read.
    pub(crate) async fn open_port(&self, epoch: &Epoch, target: &Target) -> Result<Arc<PinnedPort>, Problem> {
        let opened = self.try_open_port(epoch, target).await;
        if opened.is_err() {
            let pinned = (target.reference.clone(), target.facts.manifest);
            self.unreadable.met(pinned, self.parts.registry.now());
        }
        opened
    }

    async fn try_open_port(&self, epoch: &Epoch, target: &Target) -> Result<Arc<PinnedPort>, Problem> {
        let key = (target.reference.clone(), target.facts.manifest);
        if let Some(port) = self.ports.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return Ok(Arc::clone(port));
        }
        let unreadable = |cause: String| {
            Problem::new(Code::DataUnavailable, "the data cannot be read at the moment").with_cause(cause)
        };
        let bytes = self.parts.registry.blob(&target.facts.manifest).await;
        let bytes = bytes.map_err(|problem| unreadable(format!("manifest: {problem}")))?;
        if Digest::of(&bytes) != target.facts.manifest {
            return Err(unreadable("the manifest is not the one that was pinned".to_owned()));
        }
        let manifest: Manifest = serde_json::from_slice(&bytes).map_err(|error| unreadable(error.to_string()))?;
        let reader = self.reader(epoch, target)?;
        let product = &target.reference.product.product;
        let port = reader.pinned(product, &target.reference.port, Arc::new(manifest), target.facts.manifest)?;
        let mut ports = self.ports.lock().unwrap_or_else(PoisonError::into_inner);
        if ports.len() >= OPEN_PORTS {
            ports.clear();
        }
        ports.insert(key, Arc::clone(&port));
        Ok(port)
    }

    /// The read-only handle on the gold of a product's zone.
    fn reader(&self, epoch: &Epoch, target: &Target) -> Result<GoldReader, Problem> {
        let domain = &target.reference.product.domain;
        let zones = epoch.mesh.domain(domain).map(|state| state.zones.as_slice()).unwrap_or_default();
        let wanted = target.product.contract.zone.as_deref();
        let zone = match wanted {
            Some(wanted) => zones.iter().find(|zone| zone.zone == wanted),
            None => zones.first(),
        };
        let zone = zone.ok_or_else(|| Problem::new(Code::DataUnavailable, "the product's zone is not there"))?;
        let key = (domain.clone(), zone.zone.clone());
        let mut readers = self.readers.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((location, reader)) = readers.get(&key)
            && location == zone
        {
            return Ok(reader.clone());
        }
        let reader = GoldReader::open(&self.parts.data_dir, zone)?;
        readers.insert(key, (zone.clone(), reader.clone()));
        Ok(reader)
    }
}
