//! Fixture F1 of the attack catalogue: four domains with real registry, zones and Delta tables in a temporary folder.
//!
//! Included by path from the tests of `gateway` and `server`; needs `gateway`, `registry`, `lake`, `factory`,
//! `governance`, `model`, `arrow`, `tokio`, `tempfile`.

use std::{
    collections::BTreeMap,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicI64, Ordering},
    },
};

use arrow::array::RecordBatch;
use gateway::{Gateway, GatewayParts, Limits, Statement};
use governance::authorise::Actor;
use model::{
    Digest, Timestamp,
    access::RowsGrant,
    class::ClassName,
    column::Field,
    files::repository::Repository,
    id::RequestId,
    principal::Principal,
    publication::{PinnedPort, PublishedColumn},
    reference::ProductRef,
    scope::RowScope,
    time::Clock,
    treatment::{CarriedTag, Outcome},
};
use registry::{Activity, Apply, Command, Context, Done, Keys, Publish, Registry, RequestAccess, Revocation, Verdict};

/// The one statement of a text.
pub fn statement(sql: &str) -> Statement {
    Statement::parse_all(sql, &Limits::default()).unwrap().remove(0)
}

#[path = "f1_files.rs"]
mod files;
#[path = "f1_masks.rs"]
mod masks;
#[path = "f1_rows.rs"]
mod rows;

pub use files::files;
pub use rows::{Customer, claims, customers, new_year, people, policies, salaries};

/// A clock that tests move.
#[derive(Debug)]
pub struct TestClock(AtomicI64);

impl TestClock {
    pub fn forward(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(self.0.load(Ordering::SeqCst))
    }
}

/// What differs between two worlds that look the same to ana (oracle TWIN).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct World {
    /// Number of hidden US rows besides the canary.
    pub hidden: i64,
    /// Added to raw incomes, which ana sees as NULL.
    pub income: i64,
    /// Day of the raw birth dates, which ana sees by year.
    pub day: i32,
    /// At the end of raw names, of what is before the `@` of addresses, and of the adjusters' notes: a constant, a
    /// part that is masked away, a denied column.
    pub tail: &'static str,
    /// The segment of every other hidden row: a partition of its own where nobody visible has it.
    pub segment: &'static str,
    /// Whether the hidden product exists.
    pub payroll: bool,
    /// Whether the customers carry the restriction `segment <> 'vip'` for everybody, and have rows of APAC.
    pub restricted: bool,
    /// Whether hidden rows lie beside visible ones: no partition, file or page is left out for them, and the row filter
    /// alone is between.
    pub mixed: bool,
}

impl World {
    pub const ONE: Self =
        Self { hidden: 4, income: 0, day: 0, tail: "", segment: "vip", payroll: true, restricted: false, mixed: false };
    pub const TWO: Self =
        Self { hidden: 9, income: 7_777, day: 40, tail: "x", segment: "platinum", payroll: false, ..Self::ONE };
    pub const MIXED: Self = Self { mixed: true, ..Self::ONE };
    pub const MIXED_TWO: Self = Self { mixed: true, ..Self::TWO };
    /// The restricted twins: rows that the restriction hides differ as well.
    pub const RESTRICTED: Self = Self { restricted: true, ..Self::ONE };
    pub const RESTRICTED_TWO: Self = Self { restricted: true, ..Self::TWO };
}

/// The built fixture.
pub struct F1 {
    pub gateway: Gateway,
    pub registry: Registry,
    pub activity: Activity,
    pub keys: Keys,
    pub clock: Arc<TestClock>,
    pub folder: tempfile::TempDir,
    commands: AtomicI64,
    mixed: bool,
}

pub const CUSTOMERS: &str = "customer.customer_master";
pub const CLAIMS: &str = "claims.claims_enriched";
pub const POLICIES: &str = "policy.policies_active";
pub const PAYROLL: &str = "hr.payroll";
/// Every mask on every type, unlisted; `max` is of the domain and reads it.
pub const MASKS: &str = "lab.masks";

/// Texts that never reach ana or eve, in any spelling.
pub const CANARIES: &[&str] = &[
    "CANARYNAME7Q",
    "canary7q",
    "CANARYNID4242",
    "1913-03-13",
    "424242.42",
    "31337x",
    "CANARYHR9",
    "ADJSECRET",
    "Ada Lovell",
    "EU-RAW-1001",
    "ada.lovell",
    "51515.15",
    "1990-06-15",
];

impl F1 {
    pub async fn build(world: World) -> Self {
        Self::build_with(world, Limits { threads: 2, seconds: 30, ..Limits::default() }).await
    }

    pub async fn build_with(world: World, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().canonicalize().unwrap().join("data");
        let clock = Arc::new(TestClock(AtomicI64::new(1_790_000_000_000_000)));
        let registry = Registry::open(&data, Arc::clone(&clock) as Arc<dyn Clock>).await.unwrap();
        let activity = Activity::open(&data, Arc::clone(&clock) as Arc<dyn Clock>).await.unwrap();
        let keys = Keys::open_with(&data, || [7; 32]).unwrap();
        let parts = GatewayParts {
            registry: registry.clone(),
            activity: activity.clone(),
            keys: keys.clone(),
            data_dir: data.clone(),
            clock: Arc::clone(&clock) as Arc<dyn Clock>,
            limits,
        };
        let gateway = Gateway::new(parts).unwrap();
        let f1 =
            Self { gateway, registry, activity, keys, clock, folder, commands: AtomicI64::new(0), mixed: world.mixed };
        f1.apply(world).await;
        f1.publish_all(&data, world).await;
        f1.grant_all(world).await;
        f1
    }

    pub fn data(&self) -> std::path::PathBuf {
        self.folder.path().canonicalize().unwrap().join("data")
    }

    /// A context of somebody with the groups of the mesh.
    pub fn context(&self, principal: &str) -> Context {
        let principal: Principal = principal.parse().unwrap();
        let number = self.commands.fetch_add(1, Ordering::SeqCst);
        let groups = self.registry.mesh().groups_of(&principal);
        let actor = Actor { principal, groups, scopes: None, genesis: false };
        Context { actor, command_id: format!("f1-{number}"), via: "test" }
    }

    async fn apply(&self, world: World) {
        self.apply_files(files(world), "user:admin").await;
        let mesh = self.registry.mesh();
        for domain in mesh.pending_zones() {
            let locations = factory::local::stamp(&self.data(), "file:./zones", &domain.file).unwrap();
            let command = Command::RecordZoneReady { domain: domain.name.clone(), locations };
            let context = Context::platform(format!("zones-{}", domain.name)).unwrap();
            self.registry.execute(command, context).await.unwrap();
        }
    }

    /// Applies the files with one text replaced by another, as somebody.
    pub async fn change(&self, path: &str, from: &str, to: &str, by: &str) {
        self.change_in(World::ONE, path, from, to, by).await;
    }

    /// As [`F1::change`], of another world's files.
    pub async fn change_in(&self, world: World, path: &str, from: &str, to: &str, by: &str) {
        let mut changed = files(world);
        let file = changed.iter_mut().find(|(known, _)| known == path).unwrap();
        assert!(file.1.contains(from), "{}", file.1);
        file.1 = file.1.replacen(from, to, 1);
        self.apply_files(changed, by).await;
    }

    async fn apply_files(&self, files: Vec<(String, String)>, by: &str) {
        let files: BTreeMap<String, Vec<u8>> =
            files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
        let repository = Repository::load(&files).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let apply = Apply {
            repository: Arc::new(repository),
            commit: None,
            dirty: false,
            confirmed: registry::plan::Confirmed::default(),
            expected: None,
            allowed_only: false,
        };
        self.registry.execute(Command::Apply(apply), self.context(by)).await.unwrap();
    }

    async fn publish_all(&self, data: &Path, world: World) {
        self.publish(data, CUSTOMERS, "customers", customers(world), "service:svc-customer").await;
        self.publish(data, CLAIMS, "claims", claims(world), "service:svc-claims").await;
        self.publish(data, POLICIES, "policies", policies(), "service:svc-policy").await;
        self.publish(data, MASKS, "cells", masks::rows(), "service:svc-lab").await;
        if world.payroll {
            self.publish(data, PAYROLL, "salaries", salaries(), "service:svc-hr").await;
        }
    }

    /// Writes a port's table and pins it, as a pipeline would.
    pub async fn publish(&self, data: &Path, product: &str, port: &str, rows: RecordBatch, by: &str) {
        self.publish_restricted(data, product, port, rows, by, vec![]).await;
    }

    /// As [`Self::publish`], with restrictions that an input handed on.
    pub async fn publish_restricted(
        &self,
        data: &Path,
        product: &str,
        port: &str,
        rows: RecordBatch,
        by: &str,
        restrict: Vec<RowScope>,
    ) {
        let reference: ProductRef = product.parse().unwrap();
        let mesh = self.registry.mesh();
        let state = mesh.product(&reference).unwrap();
        let contract = state.contract.clone();
        let zones = &mesh.domain(&reference.domain).unwrap().zones;
        let zone = lake::Zone::open(data, &zones[0]).unwrap();
        let port_name = port.parse().unwrap();
        let described = contract.port(&port_name).unwrap();
        let fields: Vec<Field> = described
            .columns
            .iter()
            .map(|column| Field { name: column.name.clone(), kind: column.kind.clone(), nullable: true, tags: vec![] })
            .collect();
        let table = zone.gold(&reference.product, &port_name);
        let head = table.head().await.unwrap();
        let partition_by = if self.mixed { &[][..] } else { &described.partition_by };
        let mut writer = table.writer(&fields, partition_by).await.unwrap();
        writer.write(&rows).await.unwrap();
        let version = writer.commit_overwrite(head).await.unwrap();
        let manifest = table.manifest(version).await.unwrap();
        let published = described
            .columns
            .iter()
            .map(|column| {
                let (classes, labels) = governance::derive::own_tags(column, mesh.classes());
                let carried = |class| CarriedTag { class, applied: Outcome::Clear };
                PublishedColumn {
                    name: column.name.clone(),
                    kind: column.kind.clone(),
                    nullable: true,
                    tags: classes.into_iter().map(carried).collect(),
                    labels,
                }
            })
            .collect();
        let pinned = PinnedPort {
            manifest: manifest.digest(),
            table_version: version,
            rows: manifest.rows(),
            bytes: manifest.bytes(),
            columns: published,
            restrict,
            sample: None,
            fresh_until: None,
        };
        let empty = Digest::of(b"{}");
        let command = Publish {
            product: reference.clone(),
            version: contract.version.clone(),
            contract: state.contract_digest,
            ports: [(port_name, pinned)].into(),
            gate: empty,
            lineage: empty,
            regions: vec![],
            inputs: vec![],
            based_on: state.publication.as_ref().map(|publication| publication.id),
            blobs: vec![(manifest.digest(), manifest.canonical()), (empty, b"{}".to_vec())],
        };
        self.registry.execute(Command::Publish(Box::new(command)), self.context(by)).await.unwrap();
    }

    async fn grant_all(&self, world: World) {
        for product in [CUSTOMERS, CLAIMS, POLICIES] {
            self.grant("user:ana", product, "fraud-detection", RowsGrant::Default, &[]).await;
        }
        self.grant("user:una", CUSTOMERS, "fraud-detection", RowsGrant::All, &[]).await;
        if world.restricted {
            for rows in [RowsGrant::Default, RowsGrant::Scope("apac".parse().unwrap())] {
                self.grant("user:amy", CUSTOMERS, "fraud-detection", rows, &[]).await;
            }
            for product in [CLAIMS, POLICIES] {
                self.grant("user:amy", product, "fraud-detection", RowsGrant::Default, &[]).await;
            }
            self.grant("user:sue", CUSTOMERS, "fraud-detection", RowsGrant::All, &[]).await;
        }
    }

    /// Asks and approves; gives the request.
    pub async fn grant(&self, who: &str, product: &str, purpose: &str, rows: RowsGrant, clear: &[&str]) -> RequestId {
        let reference: ProductRef = product.parse().unwrap();
        let asked = RequestAccess {
            product: reference.clone(),
            subject: None,
            purpose: purpose.parse().unwrap(),
            rows,
            clear: clear.iter().map(|class| ClassName::from_tag(class)).collect(),
            until: None,
            reason: "a test needs it".to_owned(),
        };
        let outcome = self.registry.execute(Command::RequestAccess(asked), self.context(who)).await.unwrap();
        let Done::Requested { request, .. } = outcome.done else { panic!("{outcome:?}") };
        let steward = match reference.domain.as_str() {
            "customer" => "user:stu",
            "claims" => "user:cas",
            "policy" => "user:pol",
            "lab" => "user:lst",
            _ => "user:hst",
        };
        let verdict = Verdict::Approve { until: None, rows: None, note: None };
        self.registry.execute(Command::Decide { request, verdict }, self.context(steward)).await.unwrap();
        request
    }

    /// Revokes what a request gave.
    pub async fn revoke(&self, request: RequestId, steward: &str) {
        let command = Command::Revoke(Revocation::Request(request));
        self.registry.execute(command, self.context(steward)).await.unwrap();
    }
}
