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

use arrow::{
    array::{
        ArrayRef, Date32Array, Decimal128Array, Float64Array, Int64Array, RecordBatch, StringArray, StructArray,
        TimestampMicrosecondArray,
    },
    datatypes::{DataType, Field as ArrowField, Fields},
};
use gateway::{Gateway, GatewayParts, Limits};
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
}

impl World {
    pub const ONE: Self = Self { hidden: 4, income: 0, day: 0, tail: "", segment: "vip", payroll: true };
    pub const TWO: Self = Self { hidden: 9, income: 7_777, day: 40, tail: "x", segment: "platinum", payroll: false };
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
}

pub const CUSTOMERS: &str = "customer.customer_master";
pub const CLAIMS: &str = "claims.claims_enriched";
pub const POLICIES: &str = "policy.policies_active";
pub const PAYROLL: &str = "hr.payroll";

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
        let f1 = Self { gateway, registry, activity, keys, clock, folder, commands: AtomicI64::new(0) };
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
        let mut changed = files(World::ONE);
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
        let mut writer = table.writer(&fields, &described.partition_by).await.unwrap();
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

    async fn grant_all(&self, _world: World) {
        for product in [CUSTOMERS, CLAIMS, POLICIES] {
            self.grant("user:ana", product, "fraud-detection", RowsGrant::Default, &[]).await;
        }
        self.grant("user:una", CUSTOMERS, "fraud-detection", RowsGrant::All, &[]).await;
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

/// The files of the mesh.
fn files(world: World) -> Vec<(String, String)> {
    let mut files = vec![
        ("mesh.yaml".to_owned(), MESH.to_owned()),
        ("people.yaml".to_owned(), PEOPLE.to_owned()),
        ("governance/purposes.yaml".to_owned(), PURPOSES.to_owned()),
        ("governance/glossary/terms.yaml".to_owned(), "terms: {record: {definition: A row}}\n".to_owned()),
        ("governance/classifications/pii.yaml".to_owned(), PII.to_owned()),
        ("governance/classifications/fin.yaml".to_owned(), FIN.to_owned()),
        ("governance/classifications/case.yaml".to_owned(), CASE.to_owned()),
    ];
    let mut product =
        |domain: &str, product: &str, port: &str, columns: &[(&str, &str, &str)], partitions: &[&str], access: &str| {
            files.push((format!("domains/{domain}/domain.yaml"), domain_file(domain)));
            let folder = format!("domains/{domain}/products/{product}");
            files.push((format!("{folder}/contract.yaml"), contract(domain, product, port, columns, partitions)));
            files.push((format!("{folder}/access.yaml"), access.to_owned()));
            files.push((
                format!("{folder}/{port}.sql"),
                format!("/* tessera\nmaterialise: table\n*/\nSELECT * FROM silver.{port}\n"),
            ));
            files.push((
                format!("domains/{domain}/silver/{port}.sql"),
                format!("/* tessera\nmaterialise: table\n*/\nSELECT * FROM bronze.{port}\n"),
            ));
            files.push((
                format!("domains/{domain}/sources/files.yaml"),
                format!("source: files_{domain}\nkind: files\ntables:\n  {port}: {{path: {port}.csv, format: csv}}\n"),
            ));
        };
    let pii = |class: &'static str| class;
    product(
        "customer",
        "customer_master",
        "customers",
        &[
            ("customer_id", "integer", ""),
            ("full_name", "string", pii("pii.name")),
            ("email", "string", pii("pii.email")),
            ("national_id", "string", pii("pii.national_id")),
            ("birth_date", "date", pii("pii.birth")),
            ("income", "number", pii("fin.income")),
            ("notes", "string", ""),
            ("region", "string", ""),
            ("segment", "string", ""),
            ("updated_at", "timestamp", ""),
            ("profile", "object", pii("pii.name")),
        ],
        &["region", "segment"],
        "visibility: listed\nscopes: {eu: \"region = 'EU'\", apac: \"region = 'APAC'\", home: \"region = principal.region\"}\ndefault_scope: eu\napprove: {by: customer-stewards, max_days: 180}\n",
    );
    product(
        "claims",
        "claims_enriched",
        "claims",
        &[
            ("claim_id", "integer", ""),
            ("customer_id", "integer", ""),
            ("amount", "number", ""),
            ("fraud_score", "double", ""),
            ("region", "string", ""),
            ("adjuster_notes", "string", "case.restricted"),
        ],
        &["region"],
        "visibility: listed\n",
    );
    product(
        "policy",
        "policies_active",
        "policies",
        &[
            ("policy_id", "integer", ""),
            ("customer_id", "integer", ""),
            ("premium", "number", ""),
            ("kind", "string", ""),
        ],
        &["kind"],
        "visibility: listed\n",
    );
    product(
        "hr",
        "payroll",
        "salaries",
        &[("employee", "string", ""), ("salary", "integer", "")],
        &[],
        "visibility: unlisted\n",
    );
    if !world.payroll {
        files.retain(|(path, _)| !path.starts_with("domains/hr/"));
    }
    files
}

fn domain_file(domain: &str) -> String {
    format!(
        "domain: {domain}\ndescription: A domain of the fixture\ncost_center: CC-1\nregion: westeurope\nowner: {domain}-owners\nsteward: {domain}-stewards\n"
    )
}

fn contract(domain: &str, product: &str, port: &str, columns: &[(&str, &str, &str)], partitions: &[&str]) -> String {
    let mut text = format!(
        "apiVersion: v3.1.0\nkind: DataContract\nid: {domain}-{product}\nname: {product}\nversion: 1.0.0\nstatus: active\n\
         domain: {domain}\ndataProduct: {product}\ndescription:\n  purpose: A product of the fixture for governed reads.\n\
         schema:\n  - name: {port}\n    logicalType: object\n    physicalType: table\n    properties:\n"
    );
    for (name, kind, tag) in columns {
        let (logical, extra) = match (*kind, *name) {
            ("number", "income") => ("number", "        physicalType: decimal(12,2)\n".to_owned()),
            ("number", _) => ("number", "        physicalType: decimal(12,2)\n".to_owned()),
            ("double", _) => ("number", "        physicalType: double\n".to_owned()),
            ("object", _) => {
                ("object", "        properties:\n          - name: nick\n            logicalType: string\n".to_owned())
            }
            (other, _) => (other, String::new()),
        };
        text.push_str(&format!("      - name: {name}\n        logicalType: {logical}\n{extra}"));
        if !tag.is_empty() {
            text.push_str(&format!("        tags: [{tag}]\n"));
        }
        if let Some(position) = partitions.iter().position(|partition| partition == name) {
            text.push_str(&format!("        partitioned: true\n        partitionKeyPosition: {}\n", position + 1));
        }
    }
    text
}

const MESH: &str = "mesh: f1\nformat: 1\nregions: [westeurope]\nroles: {admins: platform-team, guild: governance-guild, auditors: internal-audit}\nstores: {default: \"file:./zones\"}\nidentity: embedded\n";

const PEOPLE: &str = "people:
  - {name: ana, groups: [fraud-analysts], attributes: {region: EU}}
  - {name: una, groups: [pii-readers]}
  - {name: eve, groups: []}
  - {name: bob, groups: [claims-owners]}
  - {name: stu, groups: [customer-stewards]}
  - {name: cas, groups: [claims-stewards]}
  - {name: pol, groups: [policy-stewards]}
  - {name: hst, groups: [hr-stewards]}
  - {name: cow, groups: [customer-owners]}
  - {name: pow, groups: [policy-owners]}
  - {name: how, groups: [hr-owners]}
  - {name: adm, groups: [platform-team]}
services:
  - {name: svc-customer, domain: customer}
  - {name: svc-claims, domain: claims, attributes: {region: EU}}
  - {name: svc-policy, domain: policy}
  - {name: svc-hr, domain: hr}
";

const PURPOSES: &str = "purposes:
  fraud-detection: {description: Find fraudulent claims, legal_basis: legitimate interest}
  marketing: {description: Sell more, legal_basis: consent}
";

const PII: &str = "root: pii
classes:
  name: {level: restricted, mask: {kind: constant, value: REDACTED}, unmask: [pii-readers]}
  email: {level: confidential, mask: {kind: partial, of: email}, unmask: [pii-readers]}
  national_id: {level: restricted, mask: {kind: token, scope: mesh}, unmask: [pii-readers]}
  birth: {level: confidential, mask: {kind: generalise, to: year}, unmask: [pii-readers]}
";

const FIN: &str = "root: fin
personal: false
classes:
  income: {level: restricted, mask: {kind: 'null'}, unmask: [pii-readers]}
";

const CASE: &str = "root: case
personal: false
classes:
  restricted: {level: restricted}
";

/// One customer as stored.
#[derive(Debug, Clone)]
pub struct Customer {
    pub id: i64,
    pub name: String,
    pub email: String,
    pub national_id: String,
    pub birth: i32,
    /// In hundredths.
    pub income: i128,
    pub notes: String,
    pub region: Option<&'static str>,
    pub segment: &'static str,
    pub updated: i64,
}

/// Days since the epoch of 1 January of a year.
pub fn new_year(year: i32) -> i32 {
    let leap = |y: i32| (y % 4 == 0 && y % 100 != 0) || y % 400 == 0;
    if year >= 1970 {
        (1970..year).map(|y| if leap(y) { 366 } else { 365 }).sum()
    } else {
        -(year..1970).map(|y| if leap(y) { 366 } else { 365 }).sum::<i32>()
    }
}

/// The stored customers of a world: 40 EU, one canary and others US, one without a region.
pub fn people(world: World) -> Vec<Customer> {
    let mut all: Vec<Customer> = (1..=40)
        .map(|i| Customer {
            id: 1_000 + i,
            name: format!("Person {i}{}", world.tail),
            email: format!("p{i}{}@corp.example", world.tail),
            national_id: format!("EU-RAW-{}", 1_000 + i),
            birth: new_year(1_950 + (i % 30) as i32) + 10 + world.day,
            income: i128::from(2_000_000 + i * 1_111 + world.income),
            notes: (1_000 + i).to_string(),
            region: Some("EU"),
            segment: if i % 5 == 0 { "vip" } else { "retail" },
            updated: 1_780_000_000_000_000 + i * 1_000_000,
        })
        .collect();
    all[0].name = "Ada Lovell".to_owned();
    all[0].email = "ada.lovell@corp.example".to_owned();
    all[0].birth = new_year(1_990) + 165;
    all[0].income = 5_151_515;
    let hidden = |id: i64, region: Option<&'static str>| Customer {
        id,
        name: format!("Hidden {id}"),
        email: format!("h{id}@hidden.example"),
        national_id: format!("US-RAW-{id}"),
        birth: new_year(1_920),
        income: 42_424_242,
        notes: format!("{id}x"),
        region,
        segment: if id % 2 == 0 { world.segment } else { "retail" },
        updated: 1_780_000_000_000_000,
    };
    all.push(Customer {
        id: 777_001,
        name: "CANARYNAME7Q".to_owned(),
        email: "canary7q@canary.example".to_owned(),
        national_id: "CANARYNID4242".to_owned(),
        birth: new_year(1_913) + 71,
        notes: "31337x".to_owned(),
        ..hidden(777_001, Some("US"))
    });
    all.extend((1..=world.hidden).map(|i| hidden(2_000 + i, Some("US"))));
    all.push(hidden(3_001, None));
    all
}

fn decimals(values: Vec<i128>) -> ArrayRef {
    Arc::new(Decimal128Array::from(values).with_precision_and_scale(12, 2).unwrap())
}

fn texts<T: AsRef<str>>(values: impl IntoIterator<Item = T>) -> ArrayRef {
    Arc::new(StringArray::from_iter_values(values))
}

pub fn customers(world: World) -> RecordBatch {
    let all = people(world);
    let nick = Fields::from(vec![ArrowField::new("nick", DataType::Utf8, true)]);
    let nicks = texts(all.iter().map(|c| format!("nick of {}", c.name)));
    let micros: TimestampMicrosecondArray = all.iter().map(|c| Some(c.updated)).collect();
    RecordBatch::try_from_iter_with_nullable([
        ("customer_id", Arc::new(Int64Array::from_iter_values(all.iter().map(|c| c.id))) as ArrayRef, true),
        ("full_name", texts(all.iter().map(|c| &c.name)), true),
        ("email", texts(all.iter().map(|c| &c.email)), true),
        ("national_id", texts(all.iter().map(|c| &c.national_id)), true),
        ("birth_date", Arc::new(Date32Array::from_iter_values(all.iter().map(|c| c.birth))), true),
        ("income", decimals(all.iter().map(|c| c.income).collect()), true),
        ("notes", texts(all.iter().map(|c| &c.notes)), true),
        ("region", Arc::new(all.iter().map(|c| c.region).collect::<StringArray>()), true),
        ("segment", texts(all.iter().map(|c| c.segment)), true),
        ("updated_at", Arc::new(micros.with_timezone("UTC")), true),
        ("profile", Arc::new(StructArray::new(nick, vec![nicks], None)), true),
    ])
    .unwrap()
}

/// 60 claims of visible customers.
pub fn claims(world: World) -> RecordBatch {
    let ids = 1..=60_i64;
    RecordBatch::try_from_iter_with_nullable([
        ("claim_id", Arc::new(Int64Array::from_iter_values(ids.clone().map(|i| 5_000 + i))) as ArrayRef, true),
        ("customer_id", Arc::new(Int64Array::from_iter_values(ids.clone().map(|i| 1_001 + i * 7 % 40))), true),
        ("amount", decimals(ids.clone().map(|i| i128::from(i * 12_345 % 90_000)).collect()), true),
        ("fraud_score", Arc::new(Float64Array::from_iter_values(ids.clone().map(|i| (i % 10) as f64 / 10.0))), true),
        ("region", texts(ids.clone().map(|i| ["EU", "US", "APAC", "LATAM"][(i % 4) as usize])), true),
        ("adjuster_notes", texts(ids.map(|i| format!("ADJSECRET {i}{}", world.tail))), true),
    ])
    .unwrap()
}

/// 50 policies.
pub fn policies() -> RecordBatch {
    let ids = 1..=50_i64;
    RecordBatch::try_from_iter_with_nullable([
        ("policy_id", Arc::new(Int64Array::from_iter_values(ids.clone().map(|i| 9_000 + i))) as ArrayRef, true),
        ("customer_id", Arc::new(Int64Array::from_iter_values(ids.clone().map(|i| 1_001 + i % 40))), true),
        ("premium", decimals(ids.clone().map(|i| i128::from(10_000 + i * 99)).collect()), true),
        ("kind", texts(ids.map(|i| ["motor", "home", "life", "travel"][(i % 4) as usize])), true),
    ])
    .unwrap()
}

fn salaries() -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable([
        ("employee", texts(["CANARYHR9", "somebody"]), true),
        ("salary", Arc::new(Int64Array::from(vec![1, 2])) as ArrayRef, true),
    ])
    .unwrap()
}
