//! A small mesh with data: `customer.customer_master` (listed, masked, scoped) and `hr.payroll` (unlisted).

use std::{
    fs,
    future::Future,
    path::Path,
    sync::{
        Arc, LazyLock,
        atomic::{AtomicI64, Ordering},
    },
    time::{Duration, SystemTime},
};

use axum::{
    Router,
    body::Body,
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use serde_json::{Value, json};
use server::{Config, Running, config::Limits};
use tempfile::TempDir;
use tokio::{runtime::Runtime, sync::OnceCell};
use tower::ServiceExt;

static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static SHARED: OnceCell<Arc<World>> = OnceCell::const_new();

/// Runs a test on the runtime that the shared world lives on.
pub fn run<T>(test: impl Future<Output = T>) -> T {
    RUNTIME.block_on(test)
}

/// The machine's clock, with hands that tests turn.
#[derive(Debug, Default)]
pub struct Hands(AtomicI64);

impl Hands {
    pub fn turn(&self, seconds: i64) {
        self.0.fetch_add(seconds * 1_000_000, Ordering::SeqCst);
    }
}

impl model::time::Clock for Hands {
    fn now(&self) -> model::Timestamp {
        let machine = server::config::SystemClock.now().micros();
        model::Timestamp::from_micros(machine + self.0.load(Ordering::SeqCst))
    }
}

/// A running server and what tests need to know of it.
pub struct World {
    pub running: Running,
    pub admin: String,
    router: Router,
    data: TempDir,
}

/// An answer of the HTTP door.
pub struct Reply {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub bytes: Vec<u8>,
}

impl Reply {
    pub fn text(&self) -> String {
        String::from_utf8(self.bytes.clone()).unwrap()
    }

    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.bytes).unwrap_or_else(|_| panic!("{} {}", self.status, self.text()))
    }

    /// Whether the body ended before its end.
    pub fn is_broken_off(&self) -> bool {
        self.status.is_success() && self.status != StatusCode::NO_CONTENT && self.bytes.is_empty()
    }

    /// The body of a success.
    #[track_caller]
    pub fn ok(&self) -> Value {
        assert!(self.status.is_success(), "{} {}", self.status, self.text());
        self.json()
    }

    /// The code of a refusal.
    #[track_caller]
    pub fn code(&self) -> String {
        assert!(!self.status.is_success(), "{} {}", self.status, self.text());
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        let body = self.json();
        assert_eq!(body["status"], self.status.as_u16());
        assert_eq!(body["request_id"], self.headers["x-request-id"].to_str().unwrap());
        body["code"].as_str().unwrap().to_owned()
    }

    /// The body with what differs from call to call taken out.
    pub fn normal(&self) -> Value {
        let mut body = self.json();
        body.as_object_mut().unwrap().remove("request_id");
        body
    }
}

impl World {
    /// A world that tests share; they must not change it in ways that others feel.
    pub async fn shared() -> Arc<Self> {
        SHARED.get_or_init(|| async { Arc::new(Self::with_data().await) }).await.clone()
    }

    /// A server on an empty mesh.
    pub async fn empty() -> Self {
        Self::start(tempfile::tempdir().unwrap(), None, None).await
    }

    /// A server on a directory that another one left.
    pub async fn again(data: TempDir) -> Self {
        Self::start(data, None, None).await
    }

    /// As [`World::again`], under a clock of the test's.
    pub async fn again_at(data: TempDir, clock: Arc<Hands>) -> Self {
        Self::start(data, None, Some(clock)).await
    }

    /// A server on an empty mesh whose doors bear what is given.
    pub async fn with_limits(limits: Limits) -> Self {
        let data = tempfile::tempdir().unwrap();
        let config = Config { limits, ..Config::local(data.path().join("data")) };
        Self::with(data, config).await
    }

    /// A server on an empty mesh that serves a console of these files.
    pub async fn with_console(files: &[(&str, &str)]) -> Self {
        let data = tempfile::tempdir().unwrap();
        let files = files.iter().map(|(path, text)| ((*path).to_owned(), bytes::Bytes::from((*text).to_owned())));
        let console = Some(Arc::new(server::Console::new(files).unwrap()));
        let config = Config { console, ..Config::local(data.path().join("data")) };
        Self::with(data, config).await
    }

    async fn start(data: TempDir, mesh: Option<&Path>, clock: Option<Arc<Hands>>) -> Self {
        let mut config = Config::local(data.path().join("data"));
        config.mesh = mesh.map(Path::to_path_buf);
        if let Some(clock) = clock {
            config.clock = clock;
        }
        Self::with(data, config).await
    }

    async fn with(data: TempDir, config: Config) -> Self {
        let running = server::start(config).await.unwrap_or_else(|problem| panic!("{problem} {problem:?}"));
        let admin = fs::read_to_string(data.path().join("data/admin-token")).unwrap().trim().to_owned();
        let router = server::http::door(running.house().clone()).0;
        Self { running, admin, router, data }
    }

    /// A server on a repository of files.
    pub async fn of(files: impl IntoIterator<Item = (String, String)>, clock: Option<Arc<Hands>>) -> Self {
        let data = tempfile::tempdir().unwrap();
        let mesh = data.path().join("mesh");
        for (path, text) in files {
            let path = mesh.join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        Self::start(data, Some(&mesh), clock).await
    }

    /// A server with two published products.
    pub async fn with_data() -> Self {
        Self::built("hr", None).await
    }

    /// As [`World::with_data`], under a clock of the test's.
    pub async fn with_data_at(clock: Option<Arc<Hands>>) -> Self {
        Self::built("hr", clock).await
    }

    /// As [`World::with_data`], with another name for the domain `hr`, whose product is unlisted.
    pub async fn with_hidden(hidden: &str) -> Self {
        Self::built(hidden, None).await
    }

    async fn built(hidden: &str, clock: Option<Arc<Hands>>) -> Self {
        let world = Self::of(files_with(hidden), clock).await;
        world.drop_file("customer", "customers.csv", CUSTOMERS);
        world.drop_file(hidden, "salaries.csv", "employee,salary\nCANARYHR9,100000\n");
        for (owner, product) in
            [("cora", "customer.customer_master".to_owned()), ("hanna", format!("{hidden}.payroll"))]
        {
            let token = world.token(owner, json!({})).await;
            let domain = product.split('.').next().unwrap();
            world.post(&token, "/api/v1/runs", json!({"domain": domain})).await.ok();
            world.post(&token, "/api/v1/publications", json!({"product": product})).await.ok();
        }
        let ana = world.token("ana", json!({})).await;
        world.grant(&ana, "sven", json!({"purpose": "fraud-detection"})).await;
        world
    }

    /// Puts a file where a domain ingests from, old enough to be taken.
    #[allow(clippy::disallowed_methods)]
    pub fn drop_file(&self, domain: &str, name: &str, text: &str) {
        let folder = self.data.path().join("data/drop").join(domain);
        fs::create_dir_all(&folder).unwrap();
        let path = folder.join(name);
        fs::write(&path, text).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(SystemTime::now() - Duration::from_secs(60)).unwrap();
    }

    /// Stops the server and gives its directory free.
    pub async fn stop(self) -> TempDir {
        drop(self.router);
        self.running.stop().await;
        self.data
    }

    /// Applies the repository with one file changed, as `admin` may.
    pub async fn change(&self, path: &str, from: &str, to: &str) {
        let mesh = self.data.path().join("mesh");
        fs::write(mesh.join(path), self.changed(path, from, to)).unwrap();
        self.running.house().found(&mesh).await.unwrap();
    }

    fn changed(&self, path: &str, from: &str, to: &str) -> String {
        let text = fs::read_to_string(self.data.path().join("mesh").join(path)).unwrap();
        assert!(text.contains(from), "{path} has no {from:?}");
        text.replace(from, to)
    }

    /// The repository as `apply` sends it, with one file changed.
    pub fn repository(&self, path: &str, from: &str, to: &str) -> Value {
        let root = self.data.path().join("mesh");
        let mut files = serde_json::Map::new();
        let mut folders = vec![root.clone()];
        while let Some(folder) = folders.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let file = entry.unwrap().path();
                if file.is_dir() {
                    folders.push(file);
                    continue;
                }
                let name = file.strip_prefix(&root).unwrap().to_str().unwrap().to_owned();
                files.insert(name, fs::read_to_string(file).unwrap().into());
            }
        }
        files.insert(path.to_owned(), self.changed(path, from, to).into());
        json!({"files": files})
    }

    /// The door itself, for answers that are read piece by piece.
    pub fn door(&self) -> Router {
        self.router.clone()
    }

    /// The data directory.
    pub fn data(&self) -> std::path::PathBuf {
        self.data.path().join("data")
    }

    /// A fresh token of somebody.
    pub async fn token(&self, who: &str, more: Value) -> String {
        self.token_and_id(who, more).await.0
    }

    /// A fresh token of somebody, and its id.
    pub async fn token_and_id(&self, who: &str, more: Value) -> (String, String) {
        let mut body = json!({"principal": who});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let made = self.post(&self.admin, "/api/v1/tokens", body).await.ok();
        (made["token"].as_str().unwrap().to_owned(), made["id"].as_str().unwrap().to_owned())
    }

    /// Requests `customer.customer_master` and has it approved; the entitlement.
    pub async fn grant(&self, requester: &str, steward: &str, more: Value) -> String {
        let mut body = json!({"product": "customer.customer_master", "reason": "a test"});
        body.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        let request = self.post(requester, "/api/v1/requests", body).await.ok();
        let steward = self.token(steward, json!({})).await;
        let path = format!("/api/v1/requests/{}/decision", request["id"].as_str().unwrap());
        let decided = self.post(&steward, &path, json!({"decision": "approve"})).await.ok();
        decided["entitlement"].as_str().unwrap().to_owned()
    }

    pub async fn get(&self, token: &str, path: &str) -> Reply {
        self.call(Some(token), Method::GET, path, None, &[]).await
    }

    pub async fn delete(&self, token: &str, path: &str) -> Reply {
        self.call(Some(token), Method::DELETE, path, None, &[]).await
    }

    pub async fn post(&self, token: &str, path: &str, body: Value) -> Reply {
        self.call(Some(token), Method::POST, path, Some(body), &[]).await
    }

    /// A statement over HTTP under a purpose.
    pub async fn query(&self, token: &str, sql: &str, purpose: Option<&str>) -> Reply {
        let headers: Vec<(&str, &str)> = purpose.map(|purpose| ("x-tessera-purpose", purpose)).into_iter().collect();
        self.call(Some(token), Method::POST, "/api/v1/query", Some(json!({"sql": sql})), &headers).await
    }

    pub async fn call(
        &self,
        token: Option<&str>,
        method: Method,
        path: &str,
        body: Option<Value>,
        headers: &[(&str, &str)],
    ) -> Reply {
        let mut request = Request::builder().method(method).uri(path);
        if let Some(token) = token {
            request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
        }
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let request = match body {
            Some(body) => request.header(header::CONTENT_TYPE, "application/json").body(Body::from(body.to_string())),
            None => request.body(Body::empty()),
        };
        self.send(request.unwrap()).await
    }

    pub async fn send(&self, request: Request<Body>) -> Reply {
        let response = self.router.clone().oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        // A stream has no end to wait for.
        let is_stream = parts.headers.get(header::CONTENT_TYPE).is_some_and(|kind| kind == "text/event-stream");
        let body = if is_stream { Body::empty() } else { body };
        match axum::body::to_bytes(body, 64 << 20).await {
            Ok(bytes) => Reply { status: parts.status, headers: parts.headers, bytes: bytes.to_vec() },
            Err(_) => Reply { status: parts.status, headers: parts.headers, bytes: Vec::new() },
        }
    }

    /// Connects a real client to the Postgres door.
    pub async fn connect(&self, user: &str, token: &str, options: &str) -> Result<Client, tokio_postgres::Error> {
        self.connect_to("mesh", user, token, options).await
    }

    pub async fn connect_to(
        &self,
        database: &str,
        user: &str,
        token: &str,
        options: &str,
    ) -> Result<Client, tokio_postgres::Error> {
        let address: std::net::SocketAddr = self.running.ready.postgres.parse().unwrap();
        let mut config = tokio_postgres::Config::new();
        config.host(address.ip().to_string()).port(address.port()).user(user).password(token).dbname(database);
        if !options.is_empty() {
            config.options(options);
        }
        let (client, mut connection) = config.connect(tokio_postgres::NoTls).await?;
        let notices = Arc::new(std::sync::Mutex::new(Vec::new()));
        let heard = notices.clone();
        let ended = tokio::spawn(async move {
            loop {
                match std::future::poll_fn(|context| connection.poll_message(context)).await {
                    Some(Ok(tokio_postgres::AsyncMessage::Notice(notice))) => {
                        heard.lock().unwrap().push(notice.message().to_owned());
                    }
                    Some(Ok(_)) => {}
                    Some(Err(error)) => return Some(error),
                    None => return None,
                }
            }
        });
        Ok(Client { client, notices, ended })
    }
}

/// The files of the mesh, with another name for the domain `hr`.
pub fn files_with(hidden: &str) -> Vec<(String, String)> {
    let renamed = |text: &str| {
        ["domains/hr/", "domain: hr}", "domain: hr\n"]
            .into_iter()
            .fold(text.to_owned(), |text, part| text.replace(part, &part.replace("hr", hidden)))
    };
    FILES.iter().map(|(path, text)| (renamed(path), renamed(text))).collect()
}

/// A connected client, the notices it heard, and how its connection ended.
pub struct Client {
    pub client: tokio_postgres::Client,
    pub notices: Arc<std::sync::Mutex<Vec<String>>>,
    pub ended: tokio::task::JoinHandle<Option<tokio_postgres::Error>>,
}

impl std::ops::Deref for Client {
    type Target = tokio_postgres::Client;

    fn deref(&self) -> &Self::Target {
        &self.client
    }
}

/// The SQLSTATE of a failure.
#[track_caller]
pub fn sqlstate(error: &tokio_postgres::Error) -> String {
    error.code().unwrap_or_else(|| panic!("{error:?}")).code().to_owned()
}

const CUSTOMERS: &str = "\
customer_id,full_name,email,national_id,income,birth_date,region
1001,Ada Lovell,ada.lovell@corp.example,EU-RAW-1001,51515.15,1990-06-15,EU
1002,Bo Berg,bo@corp.example,EU-RAW-1002,41000.00,1985-01-02,EU
1003,Cy Dahl,,EU-RAW-1003,,1979-12-31,EU
777001,CANARYNAME7Q,canary7q@canary.example,CANARYNID4242,424242.42,1913-03-13,US
";

const FILES: &[(&str, &str)] = &[
    (
        "mesh.yaml",
        "mesh: proving_ground\nformat: 1\nregions: [westeurope]\n\
         roles: {admins: platform-team, guild: governance-guild, auditors: internal-audit}\n\
         stores: {default: \"file:./zones\"}\nidentity: embedded\n",
    ),
    (
        "people.yaml",
        "people:\n\
         \x20 - {name: cora, groups: [customer-owners]}\n\
         \x20 - {name: sven, groups: [customer-stewards]}\n\
         \x20 - {name: stan, groups: [customer-stewards]}\n\
         \x20 - {name: hanna, groups: [hr-owners]}\n\
         \x20 - {name: hugo, groups: [hr-stewards]}\n\
         \x20 - {name: ana, groups: [fraud-analysts], attributes: {region: EU}}\n\
         \x20 - {name: una, groups: [pii-readers], attributes: {region: EU}}\n\
         \x20 - {name: eve}\n\
         \x20 - {name: aud, groups: [internal-audit]}\n\
         \x20 - {name: pat, groups: [platform-team]}\n\
         \x20 - {name: gus, groups: [governance-guild]}\n\
         services:\n\
         \x20 - {name: svc-customer, domain: customer}\n\
         \x20 - {name: svc-hr, domain: hr}\n",
    ),
    (
        "governance/purposes.yaml",
        "purposes:\n  fraud-detection: {description: Find fraud, legal_basis: legitimate interest}\n\
         \x20 billing: {description: Send bills, legal_basis: contract}\n",
    ),
    (
        "governance/glossary/terms.yaml",
        "terms:\n  customer: {definition: Somebody with a policy, owner: customer-owners}\n",
    ),
    (
        "governance/classifications/pii.yaml",
        "root: pii\nclasses:\n\
         \x20 national_id: {level: restricted, mask: {kind: token, scope: mesh}, unmask: [pii-readers]}\n\
         \x20 name: {level: confidential, mask: {kind: constant, value: REDACTED}, unmask: [pii-readers]}\n\
         \x20 email: {level: confidential, mask: {kind: partial, of: email}, unmask: [pii-readers]}\n\
         \x20 birth: {level: confidential, mask: {kind: generalise, to: year}, unmask: [pii-readers]}\n\
         \x20 secret: {level: restricted}\n",
    ),
    (
        "domains/customer/domain.yaml",
        "domain: customer\ndescription: Customers\nregion: westeurope\nowner: customer-owners\nsteward: customer-stewards\n",
    ),
    (
        "domains/customer/sources/crm.yaml",
        "source: crm\nkind: files\ntables:\n  customers: {path: \"customers*.csv\", format: csv}\n",
    ),
    (
        "domains/customer/silver/customers.sql",
        "/* tessera\nmaterialise: table\n*/\nSELECT try_cast(customer_id AS BIGINT) AS customer_id, full_name, \
         nullif(email, '') AS email, national_id, try_cast(nullif(income, '') AS DECIMAL(12,2)) AS income, \
         try_cast(birth_date AS DATE) AS birth_date, region FROM bronze.customers\n",
    ),
    (
        "domains/customer/products/customer_master/access.yaml",
        "visibility: listed\nscopes:\n  home: \"region = principal.region\"\ndefault_scope: home\n\
         purposes: [fraud-detection, billing]\napprove: {by: customer-stewards, max_days: 90}\n",
    ),
    (
        "domains/customer/products/customer_master/customers.sql",
        "/* tessera\nmaterialise: table\n*/\nSELECT customer_id, full_name, email, national_id, income, birth_date, \
         region, full_name AS hidden FROM silver.customers\n",
    ),
    (
        "domains/customer/products/customer_master/contract.yaml",
        r#"apiVersion: v3.1.0
kind: DataContract
id: customer-master
name: Customer master
version: 1.0.0
status: active
domain: customer
dataProduct: customer_master
description: {purpose: The one list of customers that every domain joins with.}
authoritativeDefinitions:
  - {type: glossary, url: "glossary:customer"}
slaProperties:
  - {property: freshness, value: 24, unit: h}
schema:
  - name: customers
    logicalType: object
    physicalType: table
    description: One row for each customer.
    quality:
      - {type: library, metric: rowCount, mustBeGreaterThan: 0}
    properties:
      - {name: customer_id, logicalType: integer, required: true, unique: true, primaryKey: true, primaryKeyPosition: 1, description: The key.}
      - {name: full_name, logicalType: string, description: The name., tags: [pii.name]}
      - {name: email, logicalType: string, description: The address., tags: [pii.email]}
      - {name: national_id, logicalType: string, description: The document., tags: [pii.national_id]}
      - {name: income, logicalType: number, physicalType: "decimal(12,2)", description: A year's income.}
      - {name: birth_date, logicalType: date, description: The birth., tags: [pii.birth]}
      - {name: region, logicalType: string, description: Where.}
      - {name: hidden, logicalType: string, description: Nobody's., tags: [pii.secret]}
"#,
    ),
    (
        "domains/hr/domain.yaml",
        "domain: hr\ndescription: People\nregion: westeurope\nowner: hr-owners\nsteward: hr-stewards\n",
    ),
    (
        "domains/hr/sources/files.yaml",
        "source: files\nkind: files\ntables:\n  salaries: {path: \"salaries*.csv\", format: csv}\n",
    ),
    ("domains/hr/products/payroll/access.yaml", "visibility: unlisted\n"),
    (
        "domains/hr/products/payroll/salaries.sql",
        "/* tessera\nmaterialise: table\n*/\nSELECT employee, try_cast(salary AS BIGINT) AS salary FROM bronze.salaries\n",
    ),
    (
        "domains/hr/products/payroll/contract.yaml",
        r#"apiVersion: v3.1.0
kind: DataContract
id: payroll
name: Payroll
version: 1.0.0
status: active
domain: hr
dataProduct: payroll
description: {purpose: What people are paid for their work.}
authoritativeDefinitions:
  - {type: glossary, url: "glossary:customer"}
slaProperties:
  - {property: freshness, value: 24, unit: h}
schema:
  - name: salaries
    logicalType: object
    physicalType: table
    description: One row for each employee.
    properties:
      - {name: employee, logicalType: string, required: true, unique: true, primaryKey: true, primaryKeyPosition: 1, description: Who.}
      - {name: salary, logicalType: integer, description: How much.}
"#,
    ),
];
