//! A small mesh for tests: two domains, a product, people with every role.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, AtomicU64, Ordering},
    },
};

use governance::authorise::Actor;
use model::{
    Digest, Problem, Timestamp,
    access::RowsGrant,
    files::repository::Repository,
    id::{PublicationId, RequestId},
    principal::Principal,
    publication::{PinnedPort, PublishedColumn},
    reference::ProductRef,
    time::Clock,
};
use registry::{
    Apply, Command, Context, Done, Outcome, Publish, Registry, RequestAccess, Sight, Verdict,
    plan::{self, Confirmed, Plan},
};
use tempfile::TempDir;

pub const START: i64 = 1_790_000_000_000_000;
pub const DAY: i64 = 86_400_000_000;

/// A clock that tests move.
#[derive(Debug)]
pub struct Hands(AtomicI64);

impl Clock for Hands {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

impl Hands {
    pub fn new() -> Arc<Self> {
        Arc::new(Self(AtomicI64::new(START)))
    }

    pub fn turn(&self, micros: i64) {
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

pub struct House {
    pub folder: TempDir,
    pub clock: Arc<Hands>,
    pub registry: Registry,
    keys: AtomicU64,
}

pub type Files = BTreeMap<String, Vec<u8>>;

/// The repository of the small mesh.
pub fn files() -> Files {
    let texts = [
        (
            "mesh.yaml",
            "mesh: northpeak\nformat: 1\nregions: [local]\nroles: {admins: platform-team, guild: guild, auditors: audit}\n",
        ),
        (
            "people.yaml",
            "people:\n  - {name: ana, groups: [fraud-analysts], attributes: {region: EU}, email: ana@northpeak.example}\n  \
             - {name: otto, groups: [claims-owners]}\n  - {name: stella, groups: [claims-stewards]}\n  \
             - {name: stan, groups: [claims-stewards]}\n  - {name: emil, groups: [claims-engineers]}\n  \
             - {name: gus, groups: [guild]}\n  - {name: paul, groups: [platform-team]}\n  - {name: zoe, groups: []}\n  \
             - {name: pia, groups: [policy-owners]}\n  - {name: pam, groups: [policy-stewards]}\n\
             services: [{name: svc-claims, domain: claims}]\n",
        ),
        (
            "governance/purposes.yaml",
            "purposes:\n  fraud-detection: {description: Find fraudulent claims, legal_basis: legitimate interest}\n  \
             billing: {description: Bill}\n  marketing: {description: Sell}\n",
        ),
        ("governance/glossary/terms.yaml", "terms: {customer: {definition: Somebody with a policy}}\n"),
        (
            "governance/classifications/pii.yaml",
            "root: pii\nclasses:\n  email: {level: confidential, mask: {kind: token}}\n  birth: {mask: {kind: generalise, to: year}}\n",
        ),
        (
            "domains/claims/domain.yaml",
            "domain: claims\ndescription: Motor and home claims\ncost_center: CC-1\nregion: local\nowner: claims-owners\n\
             steward: claims-stewards\nengineers: claims-engineers\n",
        ),
        (
            "domains/claims/sources/drops.yaml",
            "source: drops\nkind: files\ntables:\n  notices: {path: \"notices/*.csv\", format: csv}\n",
        ),
        ("domains/claims/silver/notices.sql", "/* tessera\n*/\nSELECT claim_id, email, region FROM bronze.notices\n"),
        ("domains/claims/products/enriched/contract.yaml", CONTRACT),
        (
            "domains/claims/products/enriched/access.yaml",
            "scopes: {eu: \"region = 'EU'\"}\npurposes: [fraud-detection, billing]\n\
             approve: {auto: [{group: fraud-analysts, purpose: billing, days: 7}], max_days: 30}\n",
        ),
        (
            "domains/claims/products/enriched/claims.sql",
            "/* tessera\n*/\nSELECT claim_id, email, region FROM silver.notices\n",
        ),
        (
            "domains/policy/domain.yaml",
            "domain: policy\ncost_center: CC-2\nregion: local\nowner: policy-owners\nsteward: policy-stewards\n",
        ),
    ];
    texts.into_iter().map(|(path, text)| (path.to_owned(), text.as_bytes().to_vec())).collect()
}

pub const CONTRACT: &str = "apiVersion: v3.1.0
kind: DataContract
id: claims.enriched
name: Enriched claims
version: 1.0.0
status: active
description: {purpose: Claims with everything that is known about them}
schema:
  - name: claims
    physicalType: table
    properties:
      - {name: claim_id, logicalType: string, required: true, primaryKey: true, primaryKeyPosition: 1}
      - {name: email, logicalType: string, tags: [pii.email]}
      - {name: region, logicalType: string}
";

pub fn load(files: &Files) -> Arc<Repository> {
    match Repository::load(files) {
        Ok(repository) => Arc::new(repository),
        Err(problems) => panic!("{problems:#?}"),
    }
}

pub fn enriched() -> ProductRef {
    "claims.enriched".parse().unwrap()
}

impl House {
    /// An empty mesh.
    pub async fn empty() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let clock = Hands::new();
        let registry = Registry::open(folder.path(), clock.clone()).await.unwrap();
        Self { folder, clock, registry, keys: AtomicU64::new(0) }
    }

    /// The small mesh, applied.
    pub async fn furnished() -> Self {
        let house = Self::empty().await;
        house.apply("admin", &files()).await.unwrap();
        house
    }

    /// The small mesh with its product published once.
    pub async fn published() -> Self {
        let house = Self::furnished().await;
        house.publish(1).await.unwrap();
        house
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Lets go of the registry and opens it again.
    pub async fn reopen(&mut self) -> Result<(), Problem> {
        self.registry = Registry::open(self.folder.path(), self.clock.clone()).await?;
        Ok(())
    }

    pub fn context(&self, name: &str) -> Context {
        let key = self.keys.fetch_add(1, Ordering::SeqCst);
        self.context_with(name, &format!("key-{key}"))
    }

    pub fn context_with(&self, name: &str, key: &str) -> Context {
        let mesh = self.registry.mesh();
        let principal = mesh.principal_named(name).unwrap_or_else(|| Principal::User(name.parse().unwrap()));
        let groups = mesh.groups_of(&principal);
        Context {
            actor: Actor { principal, groups, scopes: None, genesis: false },
            command_id: key.to_owned(),
            via: "test",
        }
    }

    pub async fn run(&self, name: &str, command: Command) -> Result<Outcome, Problem> {
        self.registry.execute(command, self.context(name)).await
    }

    pub async fn apply(&self, name: &str, files: &Files) -> Result<Outcome, Problem> {
        self.run(name, Command::Apply(apply(files))).await
    }

    /// What somebody is told of the files.
    pub fn plan(&self, name: &str, files: &Files, confirmed: &Confirmed) -> Result<Plan, Problem> {
        let mesh = self.registry.mesh();
        let sight = Sight::of(&mesh, &self.context(name).actor, self.registry.now());
        plan::plan(&mesh, &sight, &load(files), confirmed)
    }

    pub async fn publish(&self, version: u64) -> Result<Outcome, Problem> {
        self.run("svc-claims", Command::Publish(Box::new(self.candidate(version)))).await
    }

    /// A candidate on top of what is served now.
    pub fn candidate(&self, version: u64) -> Publish {
        let mesh = self.registry.mesh();
        let product = mesh.product(&enriched()).unwrap();
        let manifest = format!("manifest {version}").into_bytes();
        let column = |name: &str, tags: &[&str]| PublishedColumn {
            name: name.into(),
            kind: model::column::ColumnType::String,
            nullable: true,
            tags: tags
                .iter()
                .map(|tag| model::treatment::CarriedTag {
                    class: tag.parse().unwrap(),
                    applied: model::treatment::Outcome::Clear,
                })
                .collect(),
            labels: vec![],
        };
        let port = PinnedPort {
            manifest: Digest::of(&manifest),
            table_version: version,
            rows: 3,
            bytes: 300,
            columns: [column("claim_id", &[]), column("email", &["pii.email"]), column("region", &[])].into(),
            restrict: vec![],
            sample: None,
            fresh_until: None,
        };
        Publish {
            product: enriched(),
            version: product.contract.version.clone(),
            contract: product.contract_digest,
            ports: [("claims".parse().unwrap(), port)].into(),
            gate: Digest::of(b"gate"),
            lineage: Digest::of(b"lineage"),
            regions: vec![],
            inputs: vec![],
            based_on: product.publication.as_ref().map(|publication| publication.id),
            blobs: vec![(Digest::of(&manifest), manifest), (Digest::of(b"gate"), b"gate".to_vec())],
        }
    }

    pub async fn request(&self, name: &str) -> RequestId {
        match self.run(name, Command::RequestAccess(wish())).await.unwrap().done {
            Done::Requested { request, .. } => request,
            other => panic!("{other:?}"),
        }
    }

    pub async fn approve(&self, name: &str, request: RequestId) -> Result<Outcome, Problem> {
        self.run(name, Command::Decide { request, verdict: approval() }).await
    }

    pub fn current(&self) -> Option<PublicationId> {
        self.registry.mesh().product(&enriched()).unwrap().publication.as_ref().map(|publication| publication.id)
    }
}

pub fn approval() -> Verdict {
    Verdict::Approve { until: None, rows: None, note: Some("a private note about Ana".into()) }
}

pub fn apply(files: &Files) -> Apply {
    Apply {
        repository: load(files),
        commit: Some("c0ffee".into()),
        dirty: false,
        confirmed: registry::plan::Confirmed::default(),
        expected: None,
        allowed_only: false,
    }
}

/// What Ana asks for.
pub fn wish() -> RequestAccess {
    RequestAccess {
        product: enriched(),
        subject: None,
        purpose: "fraud-detection".parse().unwrap(),
        rows: RowsGrant::Default,
        clear: vec![],
        until: None,
        reason: "a private reason about Mrs Smith".into(),
    }
}
