//! A mesh with two products, kept beside the build results so that its files are written once: `tpch.tpch`, whose ports
//! are the tables of TPC-H, and `tpch.people`, with classes and a row scope.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use gateway::{Gateway, GatewayParts, Limits};
use governance::authorise::Actor;
use model::{
    Digest, Timestamp,
    access::RowsGrant,
    column::Field,
    files::repository::Repository,
    publication::{PinnedPort, PublishedColumn},
    reference::ProductRef,
    time::Clock,
    treatment::{CarriedTag, Outcome},
};
use registry::{Activity, Apply, Command, Context, Done, Keys, Publish, Registry, RequestAccess, Verdict};

use crate::tables::{self, PEOPLE, Rows, people, people_name};

/// One instant, so that nothing expires between two runs on the same files.
#[derive(Debug)]
struct Noon;

impl Clock for Noon {
    fn now(&self) -> Timestamp {
        Timestamp::from_micros(1_790_000_000_000_000)
    }
}

/// An open mesh.
pub struct Bench {
    pub gateway: Gateway,
    pub registry: Registry,
    data: PathBuf,
}

/// The classes of people's columns.
const TAGS: &[(&str, &str)] =
    &[("full_name", "pii.name"), ("national_id", "pii.national_id"), ("birth_date", "pii.birth")];

impl Bench {
    /// Opens the mesh in a folder, filling it if it is not there yet.
    pub async fn open(folder: &Path, scale: f64) -> Self {
        let whole = folder.join("sealed");
        if !whole.exists() {
            // What an interrupted run left.
            let _ = fs::remove_dir_all(folder);
            fs::create_dir_all(folder).unwrap();
        }
        let data = folder.canonicalize().unwrap().join("data");
        let clock = || Arc::new(Noon) as Arc<dyn Clock>;
        let registry = Registry::open(&data, clock()).await.unwrap();
        let gateway = Gateway::new(GatewayParts {
            registry: registry.clone(),
            activity: Activity::open(&data, clock()).await.unwrap(),
            keys: Keys::open_with(&data, || [7; 32]).unwrap(),
            data_dir: data.clone(),
            clock: clock(),
            limits: Limits::default(),
        });
        let bench = Self { gateway: gateway.unwrap(), registry, data };
        if !whole.exists() {
            bench.fill(scale).await;
            fs::write(whole, "").unwrap();
        }
        bench
    }

    /// Every port with the folder its files lie in.
    pub fn ports(&self) -> Vec<(String, PathBuf)> {
        let mesh = self.registry.mesh();
        let ports = mesh.products().flat_map(|product| {
            let gold = self.data.join("zones/tpch/gold").join(product.reference.product.as_str());
            product.publication.iter().flat_map(|publication| publication.ports.keys()).map(move |port| {
                let folder = gold.join(port.as_str());
                assert!(folder.is_dir(), "{}", folder.display());
                (port.to_string(), folder)
            })
        });
        ports.collect::<Vec<_>>()
    }

    async fn fill(&self, scale: f64) {
        let all: Vec<(String, Rows)> =
            tables::tpch(scale).into_iter().map(|(name, rows)| (name.to_owned(), rows)).collect();
        let some: Vec<(String, Rows)> =
            PEOPLE.iter().map(|rows| (people_name(*rows), Box::new([Ok(people(*rows))].into_iter()) as Rows)).collect();
        let products = [("tpch", all, &[] as &[_]), ("people", some, TAGS)];
        let mut files: BTreeMap<String, Vec<u8>> = FILES.iter().map(|(path, text)| file(path, text)).collect();
        let mut opened = vec![];
        for (product, ports, tags) in products {
            let mut schema = String::new();
            let mut begun = vec![];
            for (port, rows) in ports {
                let mut rows = rows.peekable();
                let columns = tables::properties(&rows.peek().unwrap().as_ref().unwrap().schema(), tags);
                schema.push_str(&format!(
                    "  - name: {port}\n    logicalType: object\n    physicalType: table\n    properties:\n{columns}"
                ));
                let step = format!("/* tessera\nmaterialise: table\n*/\nSELECT * FROM silver.{port}\n");
                files.extend([file(&format!("domains/tpch/products/{product}/{port}.sql"), &step)]);
                let step = format!("/* tessera\nmaterialise: table\n*/\nSELECT * FROM bronze.{port}\n");
                files.extend([file(&format!("domains/tpch/silver/{port}.sql"), &step)]);
                begun.push((port, rows));
            }
            let contract = format!(
                "apiVersion: v3.1.0\nkind: DataContract\nid: {product}\nname: {product}\nversion: 1.0.0\n\
                 status: active\ndomain: tpch\ndataProduct: {product}\nschema:\n{schema}"
            );
            files.extend([file(&format!("domains/tpch/products/{product}/contract.yaml"), &contract)]);
            opened.push((product, begun));
        }
        let names: Vec<&str> =
            opened.iter().flat_map(|(_, ports)| ports.iter().map(|(port, _)| port.as_str())).collect();
        let mut source = "source: files\nkind: files\ntables:\n".to_owned();
        for name in names {
            source.push_str(&format!("  {name}: {{path: {name}.parquet, format: parquet}}\n"));
        }
        files.extend([file("domains/tpch/sources/files.yaml", &source)]);
        self.apply(&files).await;
        for (product, ports) in opened {
            let product: ProductRef = format!("tpch.{product}").parse().unwrap();
            self.publish(&product, ports).await;
            let clear = if product.product.as_str() == "people" { TAGS } else { &[] };
            self.grant("una", &product, RowsGrant::All, clear).await;
            self.grant("ana", &product, RowsGrant::Default, &[]).await;
        }
    }

    async fn apply(&self, files: &BTreeMap<String, Vec<u8>>) {
        let repository = Repository::load(files).unwrap_or_else(|problems| panic!("{problems:#?}"));
        let apply = Apply {
            repository: Arc::new(repository),
            commit: None,
            dirty: false,
            confirmed: registry::plan::Confirmed::default(),
            expected: None,
            allowed_only: false,
        };
        self.command(Command::Apply(apply), "user:admin").await;
        let mesh = self.registry.mesh();
        for domain in mesh.pending_zones() {
            let locations = factory::local::stamp(&self.data, "file:./zones", &domain.file).unwrap();
            let command = Command::RecordZoneReady { domain: domain.name.clone(), locations };
            let context = Context::platform(format!("zones-{}", domain.name)).unwrap();
            self.registry.execute(command, context).await.unwrap();
        }
    }

    /// Writes the ports' tables and pins them, as a pipeline would.
    async fn publish(&self, product: &ProductRef, ports: Vec<(String, std::iter::Peekable<Rows>)>) {
        let mesh = self.registry.mesh();
        let state = mesh.product(product).unwrap();
        let zone = lake::Zone::open(&self.data, &mesh.domain(&product.domain).unwrap().zones[0]).unwrap();
        let empty = Digest::of(b"{}");
        let mut blobs = vec![(empty, b"{}".to_vec())];
        let mut pinned = BTreeMap::new();
        for (port, rows) in ports {
            let name = port.parse().unwrap();
            let columns = &state.contract.port(&name).unwrap().columns;
            let field = |name: &str, kind: &model::column::ColumnType| Field {
                name: name.to_owned(),
                kind: kind.clone(),
                nullable: true,
                tags: vec![],
            };
            let fields: Vec<Field> = columns.iter().map(|column| field(&column.name, &column.kind)).collect();
            let table = zone.gold(&product.product, &name);
            let head = table.head().await.unwrap();
            let mut writer = table.writer(&fields, &[]).await.unwrap();
            for batch in rows {
                writer.write(&batch.unwrap()).await.unwrap();
            }
            let version = writer.commit_overwrite(head).await.unwrap();
            let manifest = table.manifest(version).await.unwrap();
            println!("{port}: {} rows, {} bytes, {} files", manifest.rows(), manifest.bytes(), manifest.files.len());
            let published = columns.iter().map(|column| {
                let (classes, labels) = governance::derive::own_tags(column, mesh.classes());
                let carried = |class| CarriedTag { class, applied: Outcome::Clear };
                PublishedColumn {
                    name: column.name.clone(),
                    kind: column.kind.clone(),
                    nullable: true,
                    tags: classes.into_iter().map(carried).collect(),
                    labels,
                }
            });
            blobs.push((manifest.digest(), manifest.canonical()));
            let facts = PinnedPort {
                manifest: manifest.digest(),
                table_version: version,
                rows: manifest.rows(),
                bytes: manifest.bytes(),
                columns: published.collect::<Vec<_>>().into(),
                restrict: vec![],
                sample: None,
                fresh_until: None,
            };
            pinned.insert(name, facts);
        }
        let publish = Publish {
            product: product.clone(),
            version: state.contract.version.clone(),
            contract: state.contract_digest,
            ports: pinned.into_iter().collect(),
            gate: empty,
            lineage: empty,
            regions: vec![],
            inputs: vec![],
            based_on: None,
            blobs: blobs.into_iter().collect(),
        };
        self.command(Command::Publish(Box::new(publish)), "service:svc-tpch").await;
    }

    async fn grant(&self, who: &str, product: &ProductRef, rows: RowsGrant, clear: &[(&str, &str)]) {
        let asked = RequestAccess {
            product: product.clone(),
            subject: None,
            purpose: "analytics".parse().unwrap(),
            rows,
            clear: clear.iter().map(|(_, class)| model::class::ClassName::from_tag(class)).collect(),
            until: None,
            reason: "a benchmark needs it".to_owned(),
        };
        let done = self.command(Command::RequestAccess(asked), &format!("user:{who}")).await;
        let Done::Requested { request, .. } = done else { panic!("{done:?}") };
        let verdict = Verdict::Approve { until: None, rows: None, note: None };
        self.command(Command::Decide { request, verdict }, "user:stu").await;
    }

    async fn command(&self, command: Command, by: &str) -> Done {
        let principal: model::principal::Principal = by.parse().unwrap();
        let mesh = self.registry.mesh();
        let actor = Actor { groups: mesh.groups_of(&principal), principal, scopes: None, genesis: mesh.is_empty() };
        let context = Context { actor, command_id: format!("bench-{}", mesh.seq()), via: "bench" };
        self.registry.execute(command, context).await.unwrap_or_else(|problem| panic!("{problem:#?}")).done
    }
}

fn file(path: &str, text: &str) -> (String, Vec<u8>) {
    (path.to_owned(), text.as_bytes().to_vec())
}

const FILES: &[(&str, &str)] = &[
    (
        "mesh.yaml",
        "mesh: bench\nformat: 1\nregions: [local]\nroles: {admins: admins, guild: guild, auditors: auditors}\n\
         stores: {default: \"file:./zones\"}\nidentity: embedded\n",
    ),
    (
        "people.yaml",
        "people:\n  - {name: ana, groups: [readers]}\n  - {name: una, groups: [readers]}\n\
         \x20 - {name: stu, groups: [stewards]}\n  - {name: cow, groups: [owners]}\nservices:\n  - {name: svc-tpch, domain: tpch}\n",
    ),
    ("governance/purposes.yaml", "purposes:\n  analytics: {description: Count and compare, legal_basis: consent}\n"),
    (
        "governance/classifications/pii.yaml",
        "root: pii\nclasses:\n  name: {level: restricted, mask: {kind: partial, of: name}}\n\
         \x20 national_id: {level: restricted, mask: {kind: token, scope: mesh}}\n\
         \x20 birth: {level: confidential, mask: {kind: generalise, to: year}}\n",
    ),
    (
        "domains/tpch/domain.yaml",
        "domain: tpch\ndescription: Orders and people\ncost_center: CC-1\nregion: local\nowner: owners\nsteward: stewards\n",
    ),
    ("domains/tpch/products/tpch/access.yaml", "visibility: listed\n"),
    (
        "domains/tpch/products/people/access.yaml",
        "visibility: listed\nscopes: {eu: \"region = 'EU'\"}\ndefault_scope: eu\n",
    ),
];
