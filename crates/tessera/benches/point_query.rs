//! One row by its key over the Postgres wire, from a warm server of its own process: a masked reader with a row scope,
//! simple and extended protocol. Then revocations: the very next statement has to be refused.
//!
//! `POINTS` sets how many queries are measured each (1,000). The same query in process, governed and by DataFusion
//! alone over the same number of rows, is what `fast_lane` of the gateway measures: this crate cannot reach the engine.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]
#![allow(clippy::disallowed_methods)]

#[allow(dead_code)]
#[path = "../tests/it/mesh.rs"]
mod mesh;

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    path::Path,
    time::{Duration, Instant},
};

use cli::client::Client;
use mesh::Mesh;
use serde_json::{Value, json};
use tokio_postgres::{Config, NoTls, SimpleQueryMessage};

/// Sizes of the tables, as in the gateway's benchmark.
const PEOPLE: [usize; 3] = [1_000, 10_000, 100_000];
const PRODUCT: &str = "shop.people";
const REVOCATIONS: usize = 20;

#[tokio::main]
async fn main() {
    let _ = rustls::crypto::ring::default_provider().install_default();
    let points = std::env::var("POINTS").ok().and_then(|text| text.parse().ok()).unwrap_or(1_000_usize);
    let mesh = Mesh::up();
    let house = House::build(&mesh).await;
    let door = house.connect(&mesh.postgres).await;
    println!("point query     simple p50      p95   extended p50      p95");
    for rows in PEOPLE {
        let prepared = door.prepare(&statement(rows, "$1")).await.unwrap();
        let (mut simple, mut extended) = (vec![], vec![]);
        for index in 0..points + points / 10 {
            // An odd multiplier visits the keys in no order; multiples of four are of the visible region.
            let key = index.wrapping_mul(7_919) * 4 % rows;
            let text = statement(rows, &key.to_string());
            let since = Instant::now();
            let messages = door.simple_query(&text).await.unwrap();
            let took = since.elapsed();
            let found = messages.iter().filter_map(|message| match message {
                SimpleQueryMessage::Row(row) => Some(row),
                _ => None,
            });
            let found: Vec<_> = found.collect();
            assert_eq!((found.len(), found[0].get(0)), (1, Some(key.to_string().as_str())));
            assert!(!found[0].get(2).unwrap().starts_with("NID"), "the number is masked");
            let number = i64::try_from(key).unwrap();
            let since = Instant::now();
            let answer = door.query(&prepared, &[&number]).await.unwrap();
            let also = since.elapsed();
            assert_eq!((answer.len(), answer[0].get::<_, i64>(0)), (1, number));
            if index >= points / 10 {
                simple.push(took);
                extended.push(also);
            }
        }
        let [a, b] = [50, 95].map(|percent| part(&mut simple, percent));
        let [c, d] = [50, 95].map(|percent| part(&mut extended, percent));
        println!("{rows:>7} rows {a:>15} {b:>8} {c:>14} {d:>8}");
    }
    println!("target: p50 10 ms");
    house.revocations(&door).await;
}

fn statement(rows: usize, key: &str) -> String {
    format!(
        "SELECT customer_id, full_name, national_id, birth_date, region FROM {PRODUCT}.people_{rows} \
         WHERE customer_id = {key}"
    )
}

/// The people of the mesh, and what was granted.
struct House {
    http: String,
    admin: Client,
    tokens: BTreeMap<&'static str, String>,
    entitlement: String,
}

impl House {
    /// Applies, ingests, publishes and grants, as people would.
    async fn build(mesh: &Mesh) -> Self {
        let admin = Client::new(&mesh.http, Some(mesh.admin_token())).unwrap();
        let mut house = Self { http: mesh.http.clone(), admin, tokens: BTreeMap::new(), entitlement: String::new() };
        let files = json!({ "files": files(), "commit": null, "dirty": false, "retire": [], "expected": null });
        house.post(&house.admin, "/apply", &files).await;
        for name in ["ola", "stu", "ana"] {
            let made = house.post(&house.admin, "/tokens", &json!({ "principal": name })).await;
            house.tokens.insert(name, made["token"].as_str().unwrap().to_owned());
        }
        let drop = mesh.folder.path().join(".tessera/drop/shop");
        for rows in PEOPLE {
            write_csv(&drop.join(format!("people_{rows}.csv")), rows);
        }
        mesh::settle(&drop);
        let owner = house.client("ola");
        for (path, body) in [("/runs", json!({ "domain": "shop" })), ("/publications", json!({ "product": PRODUCT }))] {
            let done = owner.follow(path, &body, &mut |_| {}).await;
            done.unwrap_or_else(|failure| panic!("{path}: {:#?}", failure.problem));
        }
        house.grant().await;
        house
    }

    fn client(&self, name: &str) -> Client {
        Client::new(&self.http, Some(self.tokens[name].clone())).unwrap()
    }

    async fn post(&self, client: &Client, path: &str, body: &Value) -> Value {
        client.post(path, body).await.unwrap_or_else(|failure| panic!("{path}: {:#?}", failure.problem))
    }

    async fn grant(&mut self) {
        let asked = json!({ "product": PRODUCT, "purpose": "analytics", "reason": "a benchmark needs it" });
        let asked = self.post(&self.client("ana"), "/requests", &asked).await;
        let path = format!("/requests/{}/decision", asked["id"].as_str().unwrap());
        let decided = self.post(&self.client("stu"), &path, &json!({ "decision": "approve" })).await;
        self.entitlement = decided["entitlement"].as_str().unwrap().to_owned();
    }

    async fn connect(&self, postgres: &str) -> tokio_postgres::Client {
        let (host, port) = postgres.rsplit_once(':').unwrap();
        let mut config = Config::new();
        config.host(host).port(port.parse().unwrap()).user("ana").password(&self.tokens["ana"]).dbname("mesh");
        config.options("-c purpose=analytics");
        let (client, connection) = config.connect(NoTls).await.unwrap();
        tokio::spawn(connection);
        client
    }

    /// Revokes while the connection is open, and looks at the statement after it.
    async fn revocations(mut self, door: &tokio_postgres::Client) {
        let text = statement(PEOPLE[0], "40");
        let prepared = door.prepare(&statement(PEOPLE[0], "$1")).await.unwrap();
        let steward = self.client("stu");
        let (mut revoked, mut refused) = (vec![], vec![]);
        for round in 0..REVOCATIONS {
            let since = Instant::now();
            steward.delete(&format!("/entitlements/{}", self.entitlement)).await.unwrap();
            revoked.push(since.elapsed());
            let since = Instant::now();
            let answer = if round % 2 == 0 {
                door.simple_query(&text).await.map(|messages| messages.len())
            } else {
                door.query(&prepared, &[&40_i64]).await.map(|rows| rows.len())
            };
            refused.push(since.elapsed());
            let error = answer.expect_err("the statement after the revocation is refused");
            assert_eq!(error.code().map(|code| code.code()), Some("42501"), "{error}");
            self.grant().await;
            assert_eq!(door.query(&prepared, &[&40_i64]).await.unwrap().len(), 1, "granted again");
        }
        println!(
            "revocations: the very next statement was refused {REVOCATIONS} of {REVOCATIONS} times; \
             revoking p50 {}, the refusal p50 {}",
            part(&mut revoked, 50),
            part(&mut refused, 50)
        );
    }
}

/// So many people; a quarter of them lives in the region that everybody may see.
fn write_csv(path: &Path, rows: usize) {
    let mut text = "customer_id,full_name,national_id,birth_date,region\n".to_owned();
    for n in 0..rows {
        let (month, day, region) = (n % 12 + 1, n % 28 + 1, ["EU", "US", "IN", "BR"][n % 4]);
        let year = 1950 + n % 50;
        let number = n * 7_919;
        writeln!(text, "{n},Person {n} of {rows},NID-{number:010},{year}-{month:02}-{day:02},{region}").unwrap();
    }
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

/// The repository.
fn files() -> BTreeMap<String, String> {
    let mut files: BTreeMap<String, String> =
        FILES.iter().map(|(path, text)| ((*path).to_owned(), (*text).to_owned())).collect();
    let mut source = "source: files\nkind: files\ntables:\n".to_owned();
    let mut contract = CONTRACT.to_owned();
    for rows in PEOPLE {
        let name = format!("people_{rows}");
        writeln!(source, "  {name}: {{path: {name}.csv, format: csv}}").unwrap();
        write!(contract, "  - name: {name}\n    logicalType: object\n    physicalType: table\n{PROPERTIES}").unwrap();
        let step = format!(
            "/* tessera\nmaterialise: table\n*/\nSELECT CAST(customer_id AS BIGINT) AS customer_id, full_name, \
             national_id, CAST(birth_date AS DATE) AS birth_date, region FROM bronze.{name}\n"
        );
        files.insert(format!("domains/shop/products/people/{name}.sql"), step);
    }
    files.insert("domains/shop/sources/files.yaml".to_owned(), source);
    files.insert("domains/shop/products/people/contract.yaml".to_owned(), contract);
    files
}

const CONTRACT: &str = "apiVersion: v3.1.0
kind: DataContract
id: shop-people
name: People
version: 1.0.0
status: active
domain: shop
dataProduct: people
description:
  purpose: People by their number, to measure how long one of them takes.
authoritativeDefinitions:
  - {type: glossary, url: \"glossary:person\"}
slaProperties:
  - {property: freshness, value: 24, unit: h}
schema:
";

const PROPERTIES: &str = "    description: One row for each person.
    properties:
      - name: customer_id
        logicalType: integer
        required: true
        unique: true
        primaryKey: true
        primaryKeyPosition: 1
        description: The number of the person.
      - name: full_name
        logicalType: string
        description: Given name and family name.
        tags: [pii.name]
      - name: national_id
        logicalType: string
        description: The number on the identity document.
        tags: [pii.national_id]
      - name: birth_date
        logicalType: date
        description: Date of birth.
        tags: [pii.birth]
      - name: region
        logicalType: string
        description: Where the person lives.
        examples: [EU, US]
";

const FILES: &[(&str, &str)] = &[
    (
        "mesh.yaml",
        "mesh: bench\nformat: 1\nregions: [local]\nroles: {admins: admins, guild: guild, auditors: auditors}\n\
         stores: {default: \"file:./zones\"}\nidentity: embedded\n",
    ),
    (
        "people.yaml",
        "people:\n  - {name: ola, groups: [owners]}\n  - {name: stu, groups: [stewards]}\n\
         \x20 - {name: ana, groups: [readers]}\nservices:\n  - {name: svc-shop, domain: shop}\n",
    ),
    ("governance/purposes.yaml", "purposes:\n  analytics: {description: Count and compare, legal_basis: consent}\n"),
    ("governance/glossary/terms.yaml", "terms:\n  person: {definition: Somebody, owner: owners}\n"),
    (
        "governance/classifications/pii.yaml",
        "root: pii\nclasses:\n  name: {level: restricted, mask: {kind: partial, of: name}}\n\
         \x20 national_id: {level: restricted, mask: {kind: token, scope: mesh}}\n\
         \x20 birth: {level: confidential, mask: {kind: generalise, to: year}}\n",
    ),
    (
        "domains/shop/domain.yaml",
        "domain: shop\ndescription: People who buy\ncost_center: CC-1\nregion: local\nowner: owners\nsteward: stewards\n",
    ),
    (
        "domains/shop/products/people/access.yaml",
        "visibility: listed\nscopes: {eu: \"region = 'EU'\"}\ndefault_scope: eu\npurposes: [analytics]\n\
         approve: {by: stewards, max_days: 90}\n",
    ),
];

/// The time that a part of the measurements in percent stays within.
fn part(times: &mut [Duration], percent: usize) -> String {
    times.sort();
    let time = times[(times.len() * percent / 100).min(times.len() - 1)];
    format!("{:.2} ms", time.as_secs_f64() * 1_000.0)
}
