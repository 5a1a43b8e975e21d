//! NorthPeak, whole: six domains ingest what their systems export, build, are let in by one another and publish, and
//! what comes out is what is known to be true.

use std::path::{Path, PathBuf};

use northpeak::{Scale, Truth};
use serde_json::Value;

use crate::mesh::{self, Mesh};

/// Domains in the order in which each finds what it reads.
const DOMAINS: &[&str] = &["customer", "policy", "claims", "pricing", "marketing", "finance"];

/// What a domain's service asks for before its domain runs: product, purpose, who grants it.
fn needs(domain: &str) -> &'static [(&'static str, &'static str, &'static str)] {
    match domain {
        "policy" => &[("customer.customer_keys", "policy-administration", "sven")],
        "claims" => &[
            ("customer.customer_keys", "claims-handling", "sven"),
            ("customer.customer_master", "claims-handling", "sven"),
            ("customer.customer_master", "fraud-detection", "sven"),
            ("policy.policy_keys", "claims-handling", "stella"),
            ("policy.policies_active", "fraud-detection", "stella"),
        ],
        "pricing" => &[("claims.fraud_signals", "pricing", "sam")],
        "marketing" => &[("customer.customer_master", "marketing", "sven")],
        "finance" => &[("policy.policy_keys", "financial-reporting", "stella")],
        _ => &[],
    }
}

fn products(domain: &str) -> &'static [&'static str] {
    match domain {
        "customer" => &["customer.customer_master", "customer.customer_keys"],
        "policy" => {
            &["policy.policies_active", "policy.policies_active_in", "policy.policy_keys", "policy.event_rejects"]
        }
        "claims" => &["claims.claims_enriched", "claims.fraud_signals"],
        "pricing" => &["pricing.risk_premiums"],
        "marketing" => &["marketing.marketing_segments"],
        _ => &["finance.premium_ledger"],
    }
}

fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/northpeak")
}

/// The company on a mesh of its own.
struct Company {
    mesh: Mesh,
    folder: PathBuf,
    truth: Truth,
}

impl Company {
    fn found() -> Self {
        let mesh = Mesh::up();
        let folder = mesh.folder.path().to_owned();
        let drop = folder.join(".tessera/drop");
        let truth = northpeak::generate(Scale::new(0.001).unwrap(), 7, &drop).unwrap();
        settle(&drop);
        mesh.done(&folder, &mesh.admin_token(), &["apply", &repository().display().to_string()]);
        Self { mesh, folder, truth }
    }

    fn done(&self, who: &str, arguments: &[&str]) -> Value {
        let token = self.token(who);
        let arguments: Vec<&str> = arguments.iter().copied().chain(["--output", "json"]).collect();
        let told = self.mesh.done(&self.folder, &token, &arguments);
        serde_json::from_str(&told).unwrap_or_else(|error| panic!("{arguments:?} ({error}): {told}"))
    }

    fn token(&self, who: &str) -> String {
        let principal = if who.starts_with("svc-") { format!("service:{who}") } else { format!("user:{who}") };
        let created = ["token", "create", &principal, "--output", "json"];
        let told = self.mesh.done(&self.folder, &self.mesh.admin_token(), &created);
        serde_json::from_str::<Value>(&told).unwrap()["token"].as_str().unwrap().to_owned()
    }

    /// Asks for all rows of a product, and lets a steward grant them.
    fn grant(&self, who: &str, product: &str, purpose: &str, steward: &str) {
        let ask = ["request", product, "--purpose", purpose, "--reason", "needed", "--rows", "all"];
        let request = self.done(who, &ask);
        self.done(steward, &["approve", request["id"].as_str().unwrap()]);
    }

    /// Rows taken and set aside by each step of a domain's run.
    fn run(&self, domain: &str) -> impl Fn(&str) -> (u64, u64) + use<> {
        let report = self.done(&format!("svc-{domain}"), &["run", domain]);
        let steps = report["steps"].as_array().unwrap().clone();
        move |name| {
            let step = steps.iter().find(|step| step["name"] == name).unwrap_or_else(|| panic!("{name}: {steps:?}"));
            (step["rows"].as_u64().unwrap(), step["rejected"].as_u64().unwrap_or_default())
        }
    }

    /// One number of a statement.
    fn number(&self, who: &str, purpose: &str, sql: &str) -> u64 {
        let rows = self.mesh.psql(who, &self.token(who), purpose, sql).unwrap_or_else(|code| panic!("{sql}: {code}"));
        rows[0][0].as_deref().unwrap().parse().unwrap()
    }

    /// Counts by name.
    fn counts(&self, who: &str, purpose: &str, sql: &str) -> std::collections::BTreeMap<String, u64> {
        let rows = self.mesh.psql(who, &self.token(who), purpose, sql).unwrap_or_else(|code| panic!("{sql}: {code}"));
        rows.into_iter().map(|row| (row[0].clone().unwrap(), row[1].as_deref().unwrap().parse().unwrap())).collect()
    }
}

/// Makes every file beneath a folder as old as one that nobody writes to any more.
fn settle(folder: &Path) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { settle(&path) } else { mesh::age(&path) }
    }
}

#[test]
fn six_domains_publish_what_is_known_to_be_true() {
    let company = Company::found();
    for domain in DOMAINS {
        let service = format!("svc-{domain}");
        for (product, purpose, steward) in needs(domain) {
            company.grant(&service, product, purpose, steward);
        }
        let step = company.run(domain);
        steps_hold(domain, &step, &company.truth);
        for product in products(domain) {
            company.done(&service, &["publish", product]);
        }
        if *domain == "claims" {
            declassify(&company);
        }
    }
    readers_see_the_truth(&company);
    rings_are_found(&company);
    a_class_ends_what_is_being_read_downstream(&company);
}

/// Counts of equal tokens tell no document: the steward says so, and it holds from the next publication on.
fn declassify(company: &Company) {
    for column in ["customers_with_this_identity", "score"] {
        let column = format!("claims.fraud_signals.signals.{column}");
        company.done("sam", &["declassify", &column, "pii.national_id", "--reason", "a count tells no document"]);
    }
    company.done("svc-claims", &["publish", "claims.fraud_signals"]);
}

/// What each step took and set aside.
fn steps_hold(domain: &str, step: &impl Fn(&str) -> (u64, u64), truth: &Truth) {
    let Truth { customers, policies, claims, notices, trips, quotes, contacts, payments, .. } = truth;
    match domain {
        "customer" => {
            assert_eq!(step("bronze.customers"), (customers.rows - customers.not_utf8, customers.not_utf8));
            let aside = customers.without_number + customers.test_entries;
            assert_eq!(step("silver.customers"), (customers.distinct, aside));
        }
        "policy" => {
            assert_eq!(step("bronze.policy_events"), (policies.rows - policies.broken, policies.broken));
            let aside = policies.without_number + policies.unknown_code + policies.unreadable_time;
            assert_eq!(step("silver.policies"), (policies.distinct, aside));
            assert_eq!(step("silver.known_policies"), (policies.distinct - policies.orphans, policies.orphans));
        }
        "claims" => {
            assert_eq!(step("bronze.claims"), (claims.rows, 0));
            assert_eq!(step("silver.claims"), (claims.distinct, claims.negative_amount + claims.loss_after_report));
            assert_eq!(step("silver.known_claims"), (claims.known, claims.orphans));
            assert_eq!(step("silver.notices"), (notices.rows, 0));
            assert_eq!(step("silver.trips"), (trips.distinct + trips.repeated, trips.negative_km));
        }
        "pricing" => {
            assert_eq!(step("silver.quotes"), (quotes.distinct, quotes.unreadable_premium + quotes.unknown_tariff));
        }
        "marketing" => assert_eq!(step("silver.contacts"), (contacts.accepted, contacts.without_number)),
        _ => {
            let aside = payments.unknown_system + payments.unreadable_amount;
            assert_eq!(step("silver.payments"), (payments.distinct + payments.double_bookings, aside));
            assert_eq!(step("silver.ledger"), (payments.distinct - payments.orphans, payments.orphans));
        }
    }
}

fn readers_see_the_truth(company: &Company) {
    let Truth { customers, policies, claims, contacts, payments, .. } = &company.truth;
    company.grant("carla", "customer.customer_master", "claims-handling", "sven");
    let open = "SELECT count(*) FROM customer.customer_master.customers";
    let seen = company.number("carla", "claims-handling", open);
    assert_eq!(seen, customers.distinct - customers.blocked, "people whose data are blocked are shown to nobody");
    // What is hidden lies in the product all the same, and its keys are told.
    company.grant("carla", "customer.customer_keys", "claims-handling", "sven");
    let keys = "SELECT region, count(*) FROM customer.customer_keys.keys GROUP BY region";
    assert_eq!(company.counts("carla", "claims-handling", keys), customers.by_region);

    for (product, region) in [("policies_active", "EU"), ("policies_active_in", "IN")] {
        company.grant("paul", &format!("policy.{product}"), "policy-administration", "stella");
        let sql = format!("SELECT count(*) FROM policy.{product}.policies");
        assert_eq!(company.number("paul", "policy-administration", &sql), policies.live[region], "{region}");
    }

    company.grant("paul", "policy.event_rejects", "policy-administration", "stella");
    let sql = "SELECT reason, events FROM policy.event_rejects.reasons";
    let expected = [
        ("no policy number", policies.without_number),
        ("unknown product code", policies.unknown_code),
        ("unreadable time", policies.unreadable_time),
        ("unknown customer", policies.orphans),
    ];
    let expected = expected.map(|(reason, events)| (reason.to_owned(), events)).into();
    assert_eq!(company.counts("paul", "policy-administration", sql), expected);

    company.grant("clea", "claims.claims_enriched", "claims-handling", "sam");
    let seen = company.number("clea", "claims-handling", "SELECT count(*) FROM claims.claims_enriched.claims");
    assert_eq!(seen, claims.known - claims.blocked);

    company.grant("moritz", "marketing.marketing_segments", "marketing", "sina");
    let seen = company.number("moritz", "marketing", "SELECT count(*) FROM marketing.marketing_segments.segments");
    assert_eq!(
        seen,
        customers.distinct - customers.blocked - contacts.opted_out_open,
        "who opted out is shown to nobody"
    );

    company.grant("fiona", "finance.premium_ledger", "financial-reporting", "selma");
    let kinds = "SELECT kind, count(*) FROM finance.premium_ledger.payments GROUP BY kind";
    assert_eq!(company.counts("fiona", "financial-reporting", kinds), payments.known);
}

/// Claims finds the rings through tokens, without having seen a document.
fn rings_are_found(company: &Company) {
    company.grant("ana", "claims.fraud_signals", "fraud-detection", "sam");
    let sql =
        "SELECT claim_id, customer_national_id FROM claims.fraud_signals.signals WHERE score >= 80 ORDER BY claim_id";
    let rows = company.mesh.psql("ana", &company.token("ana"), "fraud-detection", sql).unwrap();
    let found: Vec<&str> = rows.iter().map(|row| row[0].as_deref().unwrap()).collect();
    let mut planted: Vec<&str> = company.truth.rings.iter().flat_map(|ring| &ring.claims).map(String::as_str).collect();
    planted.sort_unstable();
    assert_eq!(found, planted);
    assert!(rows.iter().all(|row| row[1].as_deref().is_some_and(|token| token.len() == 32)));
}

/// Customer puts a class on a column while a reader of marketing is in the middle of a result that carries it.
fn a_class_ends_what_is_being_read_downstream(company: &Company) {
    let files = company.folder.join("tagged");
    copy(&repository(), &files);
    let contract = files.join("domains/customer/products/customer_master/contract.yaml");
    let text = std::fs::read_to_string(&contract).unwrap();
    let described = "        description: \"private, business or vip.\"\n";
    let tagged = text.replace(described, &format!("{described}        tags: [pii.name]\n"));
    assert_ne!(text, tagged);
    std::fs::write(&contract, tagged).unwrap();

    let sql = "SELECT segment FROM marketing.marketing_segments.segments";
    let (host, port) = company.mesh.postgres.rsplit_once(':').unwrap();
    let mut config = tokio_postgres::Config::new();
    config.host(host).port(port.parse().unwrap()).user("moritz").password(company.token("moritz")).dbname("mesh");
    config.options("-c purpose=marketing");
    let read = async {
        let (mut client, connection) = config.connect(tokio_postgres::NoTls).await.unwrap();
        tokio::spawn(connection);
        let transaction = client.transaction().await.unwrap();
        let portal = transaction.bind(sql, &[]).await.unwrap();
        let first: String = transaction.query_portal(&portal, 1).await.unwrap()[0].get(0);
        assert!(is_clear(Some(&first)), "{first}");
        company.mesh.done(&company.folder, &company.token("carla"), &["apply", &files.display().to_string()]);
        let refused = transaction.query_portal(&portal, 1).await.unwrap_err();
        assert_eq!(refused.as_db_error().unwrap().code().code(), "42501", "{refused:?}");
    };
    tokio::runtime::Runtime::new().unwrap().block_on(read);
    let rows = company.mesh.psql("moritz", &company.token("moritz"), "marketing", sql).unwrap();
    assert!(rows.len() > 100 && rows.iter().all(|row| !is_clear(row[0].as_deref())), "{:?}", rows[0]);
}

fn is_clear(segment: Option<&str>) -> bool {
    ["private", "business", "vip"].map(Some).contains(&segment)
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let target = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &target) } else { _ = std::fs::copy(&path, &target).unwrap() }
    }
}

/// A run of one table: what it took and set aside, or what it says.
fn ingest(company: &Company, domain: &str, table: &str) -> Result<(u64, u64), String> {
    let token = company.token(&format!("svc-{domain}"));
    let output = company.mesh.call(&company.folder, &token, &["run", domain, table, "--output", "json"]);
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into_owned());
    }
    let report: Value = serde_json::from_slice(&output.stdout).unwrap();
    let step = report["steps"].as_array().unwrap().iter().find(|step| step["name"] == table).unwrap();
    Ok((step["rows"].as_u64().unwrap(), step["rejected"].as_u64().unwrap_or_default()))
}

/// A copy of half of an export: a transfer that broke off.
fn half(company: &Company, from: &str, to: &str) {
    let drop = company.folder.join(".tessera/drop");
    let whole = std::fs::read(drop.join(from)).unwrap();
    std::fs::write(drop.join(to), &whole[..whole.len() / 2 + 7]).unwrap();
    mesh::age(&drop.join(to));
}

#[test]
fn exports_that_broke_off_are_told_and_lose_nothing() {
    let company = Company::found();
    let (trips, notices) = (&company.truth.trips, &company.truth.notices);
    assert_eq!(ingest(&company, "claims", "bronze.trips"), Ok((trips.rows, 0)));
    assert_eq!(ingest(&company, "claims", "bronze.notices"), Ok((notices.rows, 0)));

    // Half of a Parquet file has no footer: nothing of it is taken, and what is said names it.
    let drop = company.folder.join(".tessera/drop/claims/telematics");
    let weeks = std::fs::read_dir(&drop).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap());
    let week = weeks.min().unwrap();
    half(&company, &format!("claims/telematics/{week}"), "claims/telematics/trips-cut.parquet");
    let said = ingest(&company, "claims", "bronze.trips").unwrap_err();
    assert!(said.contains("trips-cut.parquet") && said.contains("source-unavailable"), "{said}");

    // Half of a file of lines ends in half a line, which is set aside; the lines before it are good.
    half(&company, "claims/intake/notices-2026-h1.jsonl", "claims/intake/notices-cut.jsonl");
    let (rows, rejected) = ingest(&company, "claims", "bronze.notices").unwrap();
    assert!(rows > 0 && rejected == 1, "{rows} rows, {rejected} set aside");

    // The whole file, sent again under the name of the broken one, is taken.
    std::fs::copy(drop.join(&week), drop.join("trips-cut.parquet")).unwrap();
    mesh::age(&drop.join("trips-cut.parquet"));
    let (rows, rejected) = ingest(&company, "claims", "bronze.trips").unwrap();
    assert!(rows > 0 && rejected == 0, "{rows} rows, {rejected} set aside");
}
