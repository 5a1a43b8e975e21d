//! The producers' chapters: onboarding, ingestion, gates and publications, domain by domain.

use std::time::Instant;

use cli::{Failure, json, progress::thousands};
use model::Code;
use serde_json::{Value, json as value};

use super::{
    repository,
    stage::{Stage, hold, not_held},
};

/// The product that waited five quarters.
pub const SIGNALS: &str = "claims.fraud_signals";
/// Every claim, with what is known of its customer.
const ENRICHED: &str = "claims.claims_enriched";

/// What a domain's service is to read elsewhere: product, purpose, who grants it.
type Needs = &'static [(&'static str, &'static str, &'static str)];

/// A domain, and who makes its products.
struct Team {
    domain: &'static str,
    owner: &'static str,
    engineer: &'static str,
    needs: Needs,
    products: &'static [&'static str],
}

const CUSTOMER: Team = Team {
    domain: "customer",
    owner: "carla",
    engineer: "erik",
    needs: &[],
    products: &["customer.customer_master", "customer.customer_keys"],
};

const POLICY: Team = Team {
    domain: "policy",
    owner: "paul",
    engineer: "esther",
    needs: &[("customer.customer_keys", "policy-administration", "sven")],
    products: &["policy.policies_active", "policy.policies_active_in", "policy.policy_keys", "policy.event_rejects"],
};

const CLAIMS: Team = Team {
    domain: "claims",
    owner: "clea",
    engineer: "emre",
    needs: &[
        ("customer.customer_keys", "claims-handling", "sven"),
        ("customer.customer_master", "claims-handling", "sven"),
        ("policy.policy_keys", "claims-handling", "stella"),
    ],
    products: &[ENRICHED],
};

const FRAUD: Needs =
    &[("customer.customer_master", "fraud-detection", "sven"), ("policy.policies_active", "fraud-detection", "stella")];

const OTHERS: &[Team] = &[
    Team {
        domain: "pricing",
        owner: "piet",
        engineer: "edda",
        needs: &[(SIGNALS, "pricing", "sam")],
        products: &["pricing.risk_premiums"],
    },
    Team {
        domain: "marketing",
        owner: "moritz",
        engineer: "elsa",
        needs: &[("customer.customer_master", "marketing", "sven")],
        products: &["marketing.marketing_segments"],
    },
    Team {
        domain: "finance",
        owner: "fiona",
        engineer: "emil",
        needs: &[("policy.policy_keys", "financial-reporting", "stella")],
        products: &["finance.premium_ledger"],
    },
];

const DOMAINS: [&str; 6] = ["customer", "policy", "claims", "pricing", "marketing", "finance"];

/// Six domains onboard.
pub async fn onboard(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Six domains onboard",
        "A domain is a few lines. Landing zone, roles and rules follow from them; the platform team writes no pipeline.",
    );
    stage.narrator.said(repository::text("domains/claims/domain.yaml")?.trim_end());
    for domain in DOMAINS {
        stage.repository.add(&format!("domains/{domain}/domain.yaml"));
    }
    stage.narrator.command("admin", "tessera apply");
    let began = Instant::now();
    stage.admin().post("/apply", &stage.repository.apply_request()).await?;
    let took = began.elapsed();
    for domain in DOMAINS {
        hold(stage.data.join("zones").join(domain).is_dir(), &format!("the landing zone of `{domain}` stands"))?;
    }
    stage.held(
        "six landing zones stand, each with bronze, silver, gold and a drop folder; policy has one in India",
        took,
    );
    stage.invite().await
}

/// The customer domain publishes the one list of customers.
pub async fn customer(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Customer publishes the one list of customers",
        "Weekly exports with duplicates and conflicting changes become one row for each customer, in the domain's own SQL.",
    );
    stage.repository.add("domains/customer");
    let report = work(stage, &CUSTOMER).await?;
    let (customers, _) = rows_of(&report, "silver.customers");
    hold(customers == stage.company.truth.customers.distinct, "silver has each customer once")?;
    release(stage, &CUSTOMER).await
}

/// Policy publishes live policies, split by residency.
pub async fn policy(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Policy publishes live policies, those of India in India",
        "Its service asks customer's steward for a list of keys, to find orphans, and for nothing personal.",
    );
    stage.repository.add("domains/policy");
    work(stage, &POLICY).await?;
    let live = release_of(stage, &POLICY, "policy.policies_active").await?;
    let indian = release_of(stage, &POLICY, "policy.policies_active_in").await?;
    let truth = &stage.company.truth.policies.live;
    hold(truth.get("EU") == Some(&live) && truth.get("IN") == Some(&indian), "live policies are those that are live")?;
    for product in POLICY.products.iter().skip(2) {
        release_of(stage, &POLICY, product).await?;
    }
    Ok(())
}

/// A claim arrives in the operational system and becomes part of a product.
pub async fn claims(stage: &mut Stage<'_>) -> Result<(), Failure> {
    let (claim, customer) = planted(stage)?;
    stage.narrator.chapter(
        "A claim arrives",
        &format!("Follow {claim}, reported by {customer}, from the operational system of the claims department."),
    );
    let address = stage.company.database.as_ref().map(|database| database.address.clone());
    if let Some(address) = &address {
        let mesh = repository::text("mesh.yaml")?;
        stage.repository.put("mesh.yaml", format!("{mesh}sources: {{hosts: {{claims: [\"{address}\"]}}}}\n"));
        let began = Instant::now();
        stage.apply("petra").await?;
        stage.held_since(&format!("the platform team lets claims, and nobody else, read from {address}"), began);
    }
    stage.repository.add("domains/claims");
    stage.repository.without("domains/claims/products/fraud_signals");
    if let Some(address) = &address {
        let source = repository::text("variants/ops-postgres.yaml")?;
        stage.repository.put("domains/claims/sources/ops.yaml", source.replace("127.0.0.1:5432", address));
    }
    stage.narrator.said(&versions(stage, &claim).await?);
    let report = work(stage, &CLAIMS).await?;
    let truth = &stage.company.truth.claims;
    hold(rows_of(&report, "bronze.claims").0 == truth.rows, "bronze has every version of every claim, once")?;
    // Of people whose data are blocked nobody is told anything, and nothing is built.
    let open = truth.known - truth.blocked;
    let published = release_of(stage, &CLAIMS, ENRICHED).await?;
    hold(published == open, "every claim of a known customer is in the product, once")
}

/// The first draft of the fraud product makes no promise, so it is not published.
pub async fn refused_draft(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Fraud signals, first draft: a folder of rows is not a product",
        "For five quarters nobody had time. Now the people who know claims write it; what the standards ask is said at once.",
    );
    stage.repository.add("domains/claims/products/fraud_signals");
    let contract = "domains/claims/products/fraud_signals/contract.yaml";
    stage.repository.put(contract, repository::text("drafts/fraud_signals.contract.yaml")?);
    stage.apply("clea").await?;
    ask(stage, "claims", "emre", FRAUD).await?;
    stage.narrator.command("emre", &format!("tessera publish {SIGNALS}"));
    let began = Instant::now();
    let refused = stage.publish("emre", SIGNALS).await;
    let missing = tell_refusal(stage, refused, Code::StandardRefused)?;
    hold(missing >= 3, "everything that is missing is said at once")?;
    stage.held_since("refused; nothing became visible", began);
    Ok(())
}

/// The complete contract is applied, gated and published; the steward lowers a class that tells nothing.
pub async fn fraud_signals(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Fraud signals, live",
        "Customers and policies are read where they lie. Claims sees documents as tokens, and equal tokens find a ring.",
    );
    stage.repository.add("domains/claims/products/fraud_signals/contract.yaml");
    stage.apply("emre").await?;
    release(stage, &Team { products: &[SIGNALS], ..CLAIMS }).await?;
    let reason = "a count of tokens tells no document";
    let began = Instant::now();
    for column in ["score", "customers_with_this_identity"] {
        stage.narrator.command(
            "sam",
            &format!("tessera declassify {SIGNALS}.signals.{column} \\\n  pii.national_id --reason '{reason}'"),
        );
        let lowered = value!({
            "column": format!("{SIGNALS}.signals.{column}"), "class": "pii.national_id",
            "reason": reason,
        });
        stage.as_person("sam")?.post("/declassifications", &lowered).await?;
    }
    stage.narrator.command("emre", &format!("tessera publish {SIGNALS}"));
    published(&stage.publish("emre", SIGNALS).await?)?;
    stage.held_since(
        "a score that counts tokens is masked as they are, unless its steward says on the record that it tells none",
        began,
    );
    Ok(())
}

/// Pricing, marketing and finance follow, with nobody's help.
pub async fn others(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Pricing, marketing and finance follow",
        "Apply, run, publish. The platform team, which let claims into its database, has nothing to do for these.",
    );
    for team in OTHERS {
        stage.repository.add(&format!("domains/{}", team.domain));
        work(stage, team).await?;
        release(stage, team).await?;
    }
    Ok(())
}

/// Claims that break the contract are blocked, and readers keep what they had; mended, they are published.
pub async fn blocked_violation(stage: &mut Stage<'_>, reader: &super::door::Door) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Three claims break the contract",
        "No amount, a boat, a status of the new release. The gate fails closed; the publication before it keeps serving.",
    );
    let count = format!("SELECT count(*) FROM {ENRICHED}.claims");
    let before = reader.query(&count).await.map_err(|refusal| not_held(&refusal.message))?.number();
    stage.company.key_in("claims-2026-07-01-broken.csv").await?;
    stage.narrator.command("emre", &format!("tessera run claims && tessera publish {ENRICHED}"));
    let began = Instant::now();
    stage.run("emre", "claims").await?;
    let refused = stage.publish("emre", ENRICHED).await;
    let broken = tell_refusal(stage, refused, Code::GateRefused)?;
    hold(broken >= 3, "the refusal says which rules are broken")?;
    let after = reader.query(&count).await.map_err(|refusal| not_held(&refusal.message))?.number();
    hold(before.is_some() && before == after, "the previous publication still serves")?;
    let told =
        format!("refused; ana still sees her {} claims of the publication before it", thousands(after.unwrap_or(0)));
    stage.held_since(&told, began);

    stage.company.key_in("claims-2026-07-02-mended.csv").await?;
    let began = Instant::now();
    stage.run("emre", "claims").await?;
    stage.publish("emre", ENRICHED).await?;
    let mended = reader.query(&count).await.map_err(|refusal| not_held(&refusal.message))?.number();
    hold(mended > after, "the mended claims are served")?;
    stage.held_since(
        &format!("mended in the source, run and published: {} claims", thousands(mended.unwrap_or(0))),
        began,
    );
    Ok(())
}

/// What the operational system holds of a claim, where it can be asked.
async fn versions(stage: &Stage<'_>, claim: &str) -> Result<String, Failure> {
    let Some(database) = &stage.company.database else { return Ok(String::new()) };
    let sql = format!(
        "SELECT claim_id, line_of_business, amount, currency, status, updated_at FROM claims \
         WHERE claim_id = '{claim}' ORDER BY updated_at"
    );
    Ok(database.lines(&sql).await?.join("\n"))
}

/// A claim of a planted ring, and its customer.
pub fn planted(stage: &Stage<'_>) -> Result<(String, String), Failure> {
    let ring = stage.company.truth.rings.first();
    let planted = ring.and_then(|ring| ring.claims.first().cloned().zip(ring.customers.first().cloned()));
    planted.ok_or_else(|| not_held("a fraud ring is planted"))
}

/// Applies a domain's files, lets its service in where it reads, ingests and builds.
async fn work(stage: &mut Stage<'_>, team: &Team) -> Result<Value, Failure> {
    stage.narrator.command(team.owner, "tessera apply");
    stage.narrator.command(team.engineer, &format!("tessera run {}", team.domain));
    let began = Instant::now();
    stage.apply(team.owner).await?;
    ask(stage, team.domain, team.engineer, team.needs).await?;
    let report = stage.run(team.engineer, team.domain).await?;
    let steps = json::list(&report, "steps");
    let sum = |zone: &str, key: &str| -> u64 {
        let steps = steps.iter().filter(|step| json::text(step, "name").starts_with(zone));
        steps.filter_map(|step| step.get(key)).filter_map(Value::as_u64).sum()
    };
    let tables = steps.iter().filter(|step| json::text(step, "name").starts_with("silver.")).count();
    let aside = sum("bronze.", "rejected") + sum("silver.", "rejected");
    let rows = sum("bronze.", "rows");
    hold(rows > 0, "bronze has rows")?;
    let asked = match team.needs.len() {
        0 => String::new(),
        1 => "; one request granted".to_owned(),
        several => format!("; {several} requests granted"),
    };
    let noun = if tables == 1 { "table" } else { "tables" };
    stage.held_since(
        &format!(
            "{} rows ingested, {tables} {noun} conformed, {} rows set aside with a reason{asked}",
            thousands(rows),
            thousands(aside)
        ),
        began,
    );
    Ok(report)
}

/// Asks for what a domain's service reads in other domains, all rows, and lets their stewards grant it.
async fn ask(stage: &mut Stage<'_>, domain: &str, engineer: &str, needs: Needs) -> Result<(), Failure> {
    for (product, purpose, steward) in needs {
        let request = value!({
            "product": product, "purpose": purpose, "reason": "our pipelines read it in place", "rows": "all",
            "for": format!("service:svc-{domain}"),
        });
        stage.grant(engineer, steward, &request).await?;
    }
    Ok(())
}

/// Publishes a team's products.
async fn release(stage: &mut Stage<'_>, team: &Team) -> Result<(), Failure> {
    for product in team.products {
        release_of(stage, team, product).await?;
    }
    Ok(())
}

/// Publishes one product; gives its rows.
async fn release_of(stage: &mut Stage<'_>, team: &Team, product: &str) -> Result<u64, Failure> {
    stage.narrator.command(team.engineer, &format!("tessera publish {product}"));
    let began = Instant::now();
    let (told, rows) = published(&stage.publish(team.engineer, product).await?)?;
    stage.held_since(&told, began);
    Ok(rows)
}

/// Tells a publication that was refused for this reason; gives how many items it named.
fn tell_refusal(stage: &mut Stage<'_>, refused: Result<Value, Failure>, code: Code) -> Result<usize, Failure> {
    let Err(failure) = refused else { return Err(not_held("the publication is refused")) };
    if failure.problem.code() != code {
        return Err(failure);
    }
    stage.narrator.said(&format!("error: {}", failure.problem.message()));
    let items: Vec<String> = failure.problem.items().iter().map(|item| format!("  - {}", item.message())).collect();
    stage.narrator.said(&items.join("\n"));
    Ok(items.len())
}

/// What a publication is, and its rows.
fn published(report: &Value) -> Result<(String, u64), Failure> {
    let publication = json::text(report, "publication");
    hold(!publication.is_empty(), "the product is published")?;
    let gate = report.get("gate").cloned().unwrap_or_default();
    let passed = json::list(&gate, "rules").iter().filter(|rule| json::text(rule, "outcome") == "passed").count();
    let ports = report.get("ports").and_then(Value::as_object);
    let rows = ports.map(|ports| ports.values().filter_map(|port| port.get("rows").and_then(Value::as_u64)).sum());
    let rows: u64 = rows.unwrap_or(0);
    hold(rows > 0, "the publication has rows")?;
    Ok((format!("{publication}: {} rows, all {passed} rules of the contract held", thousands(rows)), rows))
}

/// Rows and rejected rows of a step.
fn rows_of(report: &Value, name: &str) -> (u64, u64) {
    let step = json::list(report, "steps").iter().find(|step| json::text(step, "name") == name);
    let count = |key: &str| step.and_then(|step| step.get(key)).and_then(Value::as_u64).unwrap_or(0);
    (count("rows"), count("rejected"))
}
