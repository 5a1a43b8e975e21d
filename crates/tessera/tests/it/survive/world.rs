//! A small mesh that is in use, and a client of it that remembers what was acknowledged.

use std::{
    fmt::Write as _,
    sync::atomic::{AtomicU64, Ordering::SeqCst},
    time::Duration,
};

use serde_json::{Value, json};

use crate::mesh::{self, Mesh};

/// What became of a call.
#[derive(Debug, Clone, PartialEq)]
pub enum Answer {
    /// It was answered: status and body.
    Told(u16, Value),
    /// The connection broke: it happened, or it did not.
    Unknown,
}

/// A key of its own for work that may simply be done again.
fn uuid() -> String {
    static NEXT: AtomicU64 = AtomicU64::new(0);
    format!("run-{}", NEXT.fetch_add(1, SeqCst))
}

/// A running mesh with one product `shop.orders`, its owner, a steward and an analyst.
pub struct World {
    pub mesh: Mesh,
    pub owner: String,
    pub steward: String,
    pub analyst: String,
    runtime: tokio::runtime::Runtime,
    http: reqwest::Client,
    files: AtomicU64,
}

/// The files of the product, beside what `new mesh` and `new domain` make.
const FILES: [(&str, &str); 4] = [
    ("sources/files.yaml", "source: files\nkind: files\ntables:\n  orders: {path: \"orders_*.csv\", format: csv}\n"),
    (
        "products/orders/orders.sql",
        "/* tessera\nmaterialise: table\n*/\nSELECT CAST(id AS BIGINT) AS id, email, CAST(amount AS BIGINT) AS amount FROM bronze.orders\n",
    ),
    ("products/orders/access.yaml", "visibility: listed\napprove: {max_days: 90}\n"),
    (
        "products/orders/contract.yaml",
        "apiVersion: v3.1.0\nkind: DataContract\nid: shop-orders\nname: orders\nversion: 1.0.0\nstatus: active\n\
         domain: shop\ndataProduct: orders\ndescription: {purpose: The orders of the shop as it keeps them}\n\
         authoritativeDefinitions: [{type: glossary, url: \"glossary:record\"}]\n\
         slaProperties: [{property: freshness, value: 24, unit: h}]\nschema:\n  - name: orders\n    logicalType: object\n\
         \x20   description: One row for each order.\n    properties:\n\
         \x20     - {name: id, logicalType: integer, primaryKey: true, primaryKeyPosition: 1, required: true, unique: true, description: The order}\n\
         \x20     - {name: email, logicalType: string, description: Who ordered, tags: [pii.email]}\n\
         \x20     - {name: amount, logicalType: integer, description: How many}\n",
    ),
];

/// Rows of each file.
pub const ROWS: u64 = 10;

impl World {
    /// Makes it: one file ingested, one publication.
    pub fn new() -> Self {
        Self::on(None)
    }

    /// As [`World::new`], with a folder on a small volume of its own.
    pub fn on(volume: Option<(&'static str, u32)>) -> Self {
        let _ = rustls::crypto::ring::default_provider().install_default();
        let mesh = Mesh::up_on(volume);
        let folder = mesh.folder.path().to_owned();
        let admin = mesh.admin_token();
        mesh.done(&folder, &admin, &["new", "mesh", "acme"]);
        let root = folder.join("acme");
        mesh.done(&root, &admin, &["new", "domain", "shop"]);
        std::fs::create_dir_all(mesh.inside(".tessera/drop/shop")).unwrap();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        let http = reqwest::Client::builder().timeout(Duration::from_secs(60)).build().unwrap();
        let mut world = Self {
            mesh,
            owner: String::new(),
            steward: String::new(),
            analyst: String::new(),
            runtime,
            http,
            files: AtomicU64::new(0),
        };
        world.new_file();
        for (path, text) in FILES {
            let path = root.join("domains/shop").join(path);
            std::fs::create_dir_all(path.parent().unwrap()).unwrap();
            std::fs::write(path, text).unwrap();
        }
        let mesh = &world.mesh;
        mesh.done(&root, &admin, &["apply"]);
        let token = |person: &str| mesh.done(&root, &admin, &["token", "create", person]);
        let (owner, steward, analyst) = (token("you-owner"), token("you-steward"), token("you-analyst"));
        mesh.done(&root, &owner, &["run", "shop"]);
        mesh.done(&root, &owner, &["publish", "shop.orders"]);
        (world.owner, world.steward, world.analyst) = (owner, steward, analyst);
        world
    }

    /// Drops one more file with [`ROWS`] new rows into the domain's folder, whole at once.
    pub fn new_file(&self) {
        let number = self.files.fetch_add(1, SeqCst);
        let drop = self.mesh.inside(".tessera/drop/shop");
        let mut text = "id,email,amount\n".to_owned();
        for row in 0..ROWS {
            let id = number * ROWS + row;
            _ = writeln!(text, "{id},person{id}@example.com,{}", id % 7);
        }
        let beside = drop.join("next.part");
        std::fs::write(&beside, text).unwrap();
        mesh::age(&beside);
        std::fs::rename(&beside, drop.join(format!("orders_{number:05}.csv"))).unwrap();
    }

    /// Rows in all files dropped so far.
    pub fn rows_dropped(&self) -> u64 {
        self.files.load(SeqCst) * ROWS
    }

    /// The folder of the repository.
    pub fn root(&self) -> std::path::PathBuf {
        self.mesh.folder.path().join("acme")
    }

    /// One call with an idempotency key.
    pub fn call(&self, token: &str, key: &str, method: &str, path: &str, body: &Value) -> Answer {
        let request = self
            .http
            .request(method.parse().unwrap(), format!("{}/api/v1{path}", self.mesh.http))
            .bearer_auth(token)
            .header("idempotency-key", key)
            .json(body);
        self.runtime.block_on(async {
            let Ok(answer) = request.send().await else { return Answer::Unknown };
            let status = answer.status().as_u16();
            let Ok(text) = answer.text().await else { return Answer::Unknown };
            Answer::Told(status, serde_json::from_str(&text).unwrap_or(Value::Null))
        })
    }

    /// Takes what lies in the drop folder and builds what follows from it.
    pub fn run(&self) -> Answer {
        self.call(&self.owner, &uuid(), "POST", "/runs", &json!({"domain": "shop"}))
    }

    /// Takes what lies in the drop folder and builds nothing.
    pub fn ingest(&self) -> Answer {
        self.call(&self.owner, &uuid(), "POST", "/runs", &json!({"domain": "shop", "target": "bronze.orders"}))
    }

    pub fn publish(&self, key: &str) -> Answer {
        self.call(&self.owner, key, "POST", "/publications", &json!({"product": "shop.orders"}))
    }

    pub fn request(&self, key: &str) -> Answer {
        let body = json!({"product": "shop.orders", "purpose": "analytics", "reason": "to see what survives"});
        self.call(&self.analyst, key, "POST", "/requests", &body)
    }

    pub fn approve(&self, key: &str, request: &str) -> Answer {
        let body = json!({"decision": "approve"});
        self.call(&self.steward, key, "POST", &format!("/requests/{request}/decision"), &body)
    }

    pub fn revoke(&self, key: &str, entitlement: &str) -> Answer {
        self.call(&self.steward, key, "DELETE", &format!("/entitlements/{entitlement}"), &Value::Null)
    }

    /// Rows the analyst or the owner counts, or the SQLSTATE.
    pub fn count(&self, who: &str) -> Result<u64, String> {
        let token = if who == "you-owner" { &self.owner } else { &self.analyst };
        let rows =
            self.mesh.psql(who, token, "analytics", "SELECT count(*), count(DISTINCT id) FROM shop.orders.orders")?;
        let [Some(count), Some(distinct)] = rows[0].as_slice() else { panic!("no count: {rows:?}") };
        assert_eq!(count, distinct, "a row is there twice");
        Ok(count.parse().unwrap())
    }

    /// The records of the journal, as auditors see them.
    pub fn records(&self) -> Vec<Value> {
        let mut records = Vec::new();
        let mut from = Some(1);
        while let Some(start) = from {
            let path = format!("/journal?limit=1000&from={start}");
            let Answer::Told(200, page) = self.call(&self.steward, "look", "GET", &path, &Value::Null) else {
                panic!("the journal is not shown")
            };
            records.extend(page["items"].as_array().unwrap().iter().cloned());
            from = page["next_from"].as_u64();
        }
        records
    }

    /// I1, I2, I4 and I5 as far as they can be seen from outside, whatever happened before.
    pub fn check(&self) {
        let folder = self.mesh.folder.path();
        let told = self.mesh.done(folder, &self.steward, &["journal", "verify"]);
        assert!(told.starts_with("the chain holds"), "{told}");
        let rows = self.count("you-owner").expect("the owner reads");
        assert_eq!(rows % ROWS, 0, "half of a file was published");
        let masked = self.mesh.psql(
            "you-owner",
            &self.owner,
            "analytics",
            "SELECT count(*) FROM shop.orders.orders WHERE email LIKE 'person%'",
        );
        assert_eq!(masked.unwrap(), [[Some("0".to_owned())]], "a version without its classes was served");
    }
}
