//! A mesh of two domains in a temporary folder: `claims` with a drop folder, `policy` whose product it may read.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    path::PathBuf,
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use datafusion::{arrow::util::display::array_value_to_string, catalog::TableProvider, prelude::SessionContext};
use governance::authorise::Actor;
use lake::Zone;
use model::{
    Problem, Timestamp,
    files::repository::Repository,
    name::DomainName,
    principal::Principal,
    reference::ProductRef,
    time::{Clock, Span},
    zone::ZoneLocation,
};
use pipeline::{
    Environment, Limits, Pipeline, PipelineParts, Progress, PublishReport, RunReport, RunTarget, Silent, Step,
    profile::{Layer, TableProfile},
};
use registry::{Apply, Command, Context, Registry};
use tempfile::TempDir;

use crate::files;

/// The password of every database, in the environment of every house.
pub const PASSWORD: &str = "hunter2-canary";

/// The present, moved by tests.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// Progress that is kept.
#[derive(Default)]
pub struct Told(pub Mutex<Vec<Step>>);

impl Progress for Told {
    fn step(&self, step: &Step) {
        self.0.lock().unwrap().push(step.clone());
    }
}

pub struct House {
    dir: TempDir,
    pub registry: Registry,
    pub pipeline: Pipeline,
    files: Mutex<BTreeMap<String, Vec<u8>>>,
    commands: AtomicU64,
    /// What the next applies confirm.
    pub confirmed: Mutex<registry::plan::Confirmed>,
    clock: Arc<TestClock>,
}

impl House {
    /// A mesh with the base files and these in addition (or in their place).
    pub async fn with(extra: &[(&str, &str)]) -> Self {
        Self::with_sources(extra, Vec::new()).await
    }

    pub async fn with_sources(extra: &[(&str, &str)], allowed_sources: Vec<PathBuf>) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_micros();
        let clock = Arc::new(TestClock(AtomicI64::new(i64::try_from(now).unwrap())));
        let files = files::base().into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect();
        let house = Self::open(dir, clock, files, allowed_sources).await;
        house.apply(extra).await.unwrap();
        house
    }

    /// What there is in a folder.
    async fn open(
        dir: TempDir,
        clock: Arc<TestClock>,
        files: BTreeMap<String, Vec<u8>>,
        allowed_sources: Vec<PathBuf>,
    ) -> Self {
        let registry = Registry::open(dir.path(), Arc::clone(&clock) as Arc<dyn Clock>).await.unwrap();
        let gateway = crate::files::gateway(dir.path(), &registry, Arc::clone(&clock) as Arc<dyn Clock>).await;
        let pipeline = Pipeline::new(PipelineParts {
            registry: registry.clone(),
            gateway,
            data_dir: dir.path().to_owned(),
            allowed_sources,
            environment: Environment::new(|name| {
                matches!(name, "CLAIMS_OPS_PASSWORD" | "POLICY_PASSWORD").then(|| PASSWORD.to_owned())
            }),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            // Nothing waits in tests: a file that moves is left to the next run.
            limits: Limits { settle_millis: 0, ..Limits::default() },
        });
        Self {
            dir,
            registry,
            pipeline,
            files: Mutex::new(files),
            commands: AtomicU64::new(0),
            confirmed: Mutex::default(),
            clock,
        }
    }

    /// The same mesh in a folder of its own, as after a restore: with the times of its files.
    pub async fn copy(&self) -> Self {
        let dir = tempfile::tempdir().unwrap();
        copy(self.dir.path(), dir.path());
        let files = self.files.lock().unwrap().clone();
        let house = Self::open(dir, Arc::clone(&self.clock), files, Vec::new()).await;
        house.commands.store(self.commands.load(Ordering::SeqCst), Ordering::SeqCst);
        house
    }

    /// Applies the files with these changes, and stamps new zones.
    pub async fn apply(&self, changes: &[(&str, &str)]) -> Result<(), Problem> {
        let files = {
            let mut files = self.files.lock().unwrap();
            for (path, text) in changes {
                files.insert((*path).to_owned(), text.as_bytes().to_vec());
            }
            files.clone()
        };
        self.apply_files(&files).await
    }

    /// A mesh with the base files, and a domain's own repository beside it.
    pub async fn with_own(files: &[(&str, &str)]) -> Self {
        let house = Self::with(&[]).await;
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), text.as_bytes().to_vec())).collect();
        house.apply_files(&files).await.unwrap();
        house
    }

    async fn apply_files(&self, files: &BTreeMap<String, Vec<u8>>) -> Result<(), Problem> {
        let repository = Repository::load(files).map_err(|problems| Problem::all(problems).unwrap())?;
        let apply = Apply {
            repository: Arc::new(repository),
            commit: None,
            dirty: true,
            confirmed: self.confirmed.lock().unwrap().clone(),
            expected: None,
            allowed_only: false,
        };
        let by = if self.registry.mesh().is_empty() { "user:admin" } else { "user:root" };
        self.registry.execute(Command::Apply(apply), self.context(by)).await?;
        let pending: Vec<DomainName> = self.registry.mesh().pending_zones().map(|domain| domain.name.clone()).collect();
        for domain in pending {
            let root = format!("zones/{domain}");
            for layer in ["bronze", "silver", "gold"] {
                fs::create_dir_all(self.data().join(&root).join(layer)).unwrap();
            }
            let location = ZoneLocation { domain: domain.clone(), zone: "main".into(), region: None, root };
            let command = Command::RecordZoneReady { domain, locations: vec![location] };
            let id = self.commands.fetch_add(1, Ordering::SeqCst);
            self.registry.execute(command, Context::platform(format!("zone-{id}")).unwrap()).await.unwrap();
        }
        Ok(())
    }

    /// Moves the present.
    pub fn turn(&self, span: Span) {
        self.clock.0.fetch_add(i64::try_from(span.seconds()).unwrap() * 1_000_000, Ordering::SeqCst);
    }

    pub fn data(&self) -> PathBuf {
        self.dir.path().to_owned()
    }

    pub fn context(&self, principal: &str) -> Context {
        let id = self.commands.fetch_add(1, Ordering::SeqCst);
        self.context_with(principal, &format!("test-command-{id}"))
    }

    pub fn context_with(&self, principal: &str, command_id: &str) -> Context {
        let principal: Principal = principal.parse().unwrap();
        let groups: BTreeSet<_> = self.registry.mesh().groups_of(&principal);
        let actor = Actor { principal, groups, scopes: None, genesis: false };
        Context { actor, command_id: command_id.to_owned(), via: "test" }
    }

    /// Puts a file into the drop folder of a domain, as if it had been there for ten seconds.
    pub fn drop_file(&self, domain: &str, path: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let at = self.data().join("drop").join(domain).join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(&at, bytes).unwrap();
        self.age(&at, 10);
        at
    }

    /// Sets a file's modification time to so many seconds before the house's present.
    pub fn age(&self, at: &std::path::Path, seconds: u64) {
        let now = UNIX_EPOCH + Duration::from_micros(u64::try_from(self.clock.now().micros()).unwrap());
        fs::File::options().write(true).open(at).unwrap().set_modified(now - Duration::from_secs(seconds)).unwrap();
    }

    pub async fn run(&self, domain: &str) -> Result<RunReport, Problem> {
        self.run_target(domain, RunTarget::All, false).await
    }

    pub async fn run_target(&self, domain: &str, target: RunTarget, full: bool) -> Result<RunReport, Problem> {
        let context = self.context(&format!("service:svc-{domain}"));
        self.pipeline.run(&domain.parse().unwrap(), target, full, &context, &Silent).await
    }

    pub async fn publish(&self, product: &str) -> Result<PublishReport, Problem> {
        self.publish_as(product, false).await
    }

    pub async fn publish_as(&self, product: &str, dry_run: bool) -> Result<PublishReport, Problem> {
        let product: ProductRef = product.parse().unwrap();
        let context = self.context(&format!("service:svc-{}", product.domain));
        self.pipeline.publish(&product, dry_run, &context, &Silent).await
    }

    pub async fn profile(&self, domain: &str, layer: Layer, table: &str) -> Result<TableProfile, Problem> {
        let context = self.context(&format!("service:svc-{domain}"));
        self.pipeline.profile(&domain.parse().unwrap(), layer, &table.parse().unwrap(), &context).await
    }

    pub fn zone(&self, domain: &str) -> Zone {
        let mesh = self.registry.mesh();
        Zone::open(&self.data(), &mesh.domain(&domain.parse().unwrap()).unwrap().zones[0]).unwrap()
    }

    /// Rows of a bronze or silver table as text, sorted; columns as asked.
    pub async fn rows(&self, domain: &str, table: &str, columns: &str) -> Vec<String> {
        let zone = self.zone(domain);
        let provider = match table.split_once('.').unwrap() {
            ("bronze", table) => {
                let (name, rejected) = table.strip_suffix("__rejected").map_or((table, false), |name| (name, true));
                let mesh = self.registry.mesh();
                let state = mesh.domain(&domain.parse().unwrap()).unwrap();
                let holds = |source: &&model::name::SourceName| {
                    state.sources[*source].facts.tables().iter().any(|known| known.as_str() == name)
                };
                let source = state.sources.keys().find(holds).unwrap();
                let log = zone.batches(source, &name.parse().unwrap());
                if rejected { log.rejected().provider().await } else { log.provider().await }
            }
            ("silver", table) => {
                let table = match table.strip_suffix("__rejected") {
                    Some(name) => zone.silver_rejected(&name.parse().unwrap()),
                    None => zone.silver(&table.parse().unwrap()),
                };
                table.provider_unpinned(table.head().await.unwrap().unwrap()).await
            }
            (product, port) => {
                let table = zone.gold(&product.parse().unwrap(), &port.parse().unwrap());
                table.provider_unpinned(table.head().await.unwrap().unwrap()).await
            }
        };
        rows_of(provider.unwrap(), columns).await
    }

    /// What is served of a port now: the pinned files.
    pub async fn served(&self, product: &str, port: &str, columns: &str) -> Vec<String> {
        self.try_served(product, port, columns).await.unwrap()
    }

    /// As [`House::served`], or why it cannot be read.
    pub async fn try_served(&self, product: &str, port: &str, columns: &str) -> Result<Vec<String>, Problem> {
        let reference: ProductRef = product.parse().unwrap();
        let mesh = self.registry.mesh();
        let publication = mesh.product(&reference).unwrap().publication.clone().unwrap();
        let pinned = &publication.ports[&port.parse::<model::name::PortName>().unwrap()];
        let manifest = self.registry.blob(&pinned.manifest).await?;
        let manifest = Arc::new(serde_json::from_slice(&manifest).unwrap());
        let reader = self.zone(reference.domain.as_str()).gold_reader();
        let port = reader.pinned(&reference.product, &port.parse().unwrap(), manifest, pinned.manifest)?;
        try_rows_of(port.provider(None)?, columns).await
    }
}

/// As `cp -a`, without what a database keeps in shared memory.
pub fn copy(from: &std::path::Path, to: &std::path::Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let entry = entry.unwrap();
        let to = to.join(entry.file_name());
        if entry.file_type().unwrap().is_dir() {
            copy(&entry.path(), &to);
        } else if !entry.file_name().to_string_lossy().ends_with("-shm") {
            fs::copy(entry.path(), &to).unwrap();
            let written = entry.metadata().unwrap().modified().unwrap();
            fs::File::options().write(true).open(&to).unwrap().set_modified(written).unwrap();
        }
    }
}

/// Rows as text, sorted: columns joined by `|`, NULL as `-`.
pub async fn rows_of(provider: Arc<dyn TableProvider>, columns: &str) -> Vec<String> {
    try_rows_of(provider, columns).await.unwrap()
}

async fn try_rows_of(provider: Arc<dyn TableProvider>, columns: &str) -> Result<Vec<String>, Problem> {
    let context = SessionContext::new();
    context.register_table("t", provider).unwrap();
    let frame = context.sql(&format!("SELECT {columns} FROM t")).await.unwrap();
    let batches = frame.collect().await.map_err(|error| lake::engine_problem(&error))?;
    let mut rows = Vec::new();
    for batch in batches {
        for row in 0..batch.num_rows() {
            let cells: Vec<String> = batch
                .columns()
                .iter()
                .map(
                    |column| {
                        if column.is_null(row) { "-".to_owned() } else { array_value_to_string(column, row).unwrap() }
                    },
                )
                .collect();
            rows.push(cells.join("|"));
        }
    }
    rows.sort();
    Ok(rows)
}
