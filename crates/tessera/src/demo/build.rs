//! The producers' chapters: onboarding, ingestion, gates and publications.

use std::time::Instant;

use cli::{Failure, json, progress::thousands};
use model::Code;
use serde_json::{Value, json as value};

use super::{
    door::Door,
    files::{self, Stage as State},
    stage::{ENRICHED, MASTER, Stage, hold, not_held},
};

/// Two domains onboard.
pub async fn onboard(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Two domains onboard",
        "A domain is eight lines. Landing zone, roles and rules follow from them; the platform team writes nothing.",
    );
    let lines: Vec<&str> = files::text("domains/customer/domain.yaml").lines().collect();
    stage.narrator.said(&lines.join("\n"));
    stage.narrator.command("tessera apply");
    let began = Instant::now();
    stage.admin().post("/apply", &files::apply_request(State::Draft)).await?;
    let took = began.elapsed();
    for domain in ["customer", "claims"] {
        let zones = stage.data.join("zones").join(domain);
        hold(zones.is_dir(), &format!("the landing zone of `{domain}` stands"))?;
    }
    stage.held("customer and claims stand, each with bronze, silver, gold and a drop folder", took);
    stage.invite().await
}

/// The customer domain ingests its operational export.
pub async fn ingest(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "The customer domain ingests its own source",
        "The export lies in the domain's drop folder. Bronze keeps it as it came, silver conforms it, in the domain's SQL.",
    );
    let export: Vec<&str> = files::text("data/customer/customers.csv").lines().take(2).collect();
    stage.narrator.said(&export.join("\n"));
    files::drop_file(&stage.data, "customer", "customers.csv")?;
    stage.narrator.command("tessera run customer");
    let began = Instant::now();
    let report = stage.work("cora", "/runs", &value!({ "domain": "customer" })).await?;
    let took = began.elapsed();
    no_failed_step(&report)?;
    let (bronze, _) = rows_of(&report, "bronze.customers");
    let (silver, rejected) = rows_of(&report, "silver.customers");
    let exported = files::text("data/customer/customers.csv").lines().count() as u64 - 1;
    hold(bronze == exported, "every exported row is in bronze")?;
    hold(silver > 0 && rejected == 1, "one row without a customer number is set aside")?;
    let told = format!(
        "{} rows in bronze, {} customers in silver, {rejected} row set aside with its reason",
        thousands(bronze),
        thousands(silver)
    );
    stage.held(&told, took);
    Ok(())
}

/// The first draft of the product makes no promise, so it is not published.
pub async fn refused_draft(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "A folder of rows is not a product",
        "The team's first contract lists columns and promises nothing. The standards say everything that is missing, at once.",
    );
    stage.narrator.command(&format!("tessera publish {MASTER}"));
    let began = Instant::now();
    let refused = stage.work("cora", "/publications", &value!({ "product": MASTER })).await;
    let took = began.elapsed();
    let Err(failure) = refused else { return Err(not_held("the draft is refused")) };
    if failure.problem.code() != Code::StandardRefused {
        return Err(failure);
    }
    stage.narrator.said(&format!("error: {}", failure.problem.message()));
    let items: Vec<String> = failure.problem.items().iter().map(|item| format!("  - {}", item.message())).collect();
    stage.narrator.said(&items.join("\n"));
    hold(items.len() >= 3, "description, glossary and freshness are all missed at once")?;
    stage.held("refused; nothing became visible", took);
    Ok(())
}

/// The complete contract is applied by its owner, gated and published.
pub async fn publish(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "The contract is completed, gated and published",
        "Purpose, glossary term, freshness. The gate measures every rule on the candidate before anybody can see it.",
    );
    stage.narrator.command(&format!("tessera apply && tessera publish {MASTER}"));
    let began = Instant::now();
    stage.as_person("cora")?.post("/apply", &files::apply_request(State::Complete)).await?;
    let report = stage.work("cora", "/publications", &value!({ "product": MASTER })).await?;
    let told = published(&report)?;
    stage.held(&told, began.elapsed());
    Ok(())
}

/// The claims domain reads the customers in place and publishes its own product.
pub async fn derive(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "The claims domain builds on it, in place",
        "Its service asks like everybody else, reads the customers where they lie, and the classes come along.",
    );
    let request = value!({
        "product": MASTER, "purpose": "claims-handling", "reason": "settle claims of known customers",
        "for": "service:svc-claims",
    });
    stage.narrator.command(&format!(
        "tessera request {MASTER} --for service:svc-claims --purpose claims-handling --reason '...'\n\
         tessera run claims && tessera publish {ENRICHED}"
    ));
    let began = Instant::now();
    stage.grant("carl", "sven", &request).await?;
    files::drop_file(&stage.data, "claims", "notices-2026-10.jsonl")?;
    no_failed_step(&stage.work("carl", "/runs", &value!({ "domain": "claims" })).await?)?;
    let report = stage.work("carl", "/publications", &value!({ "product": ENRICHED })).await?;
    let told = published(&report)?;
    stage.held(&told, began.elapsed());

    let began = Instant::now();
    let page = stage.as_person("carl")?.get("/products/claims/claims_enriched").await?;
    let inherited = classes_of(&page);
    stage
        .narrator
        .said(&inherited.iter().map(|(column, classes)| format!("{column}: {classes}")).collect::<Vec<_>>().join("\n"));
    let carries =
        |column: &str, class: &str| inherited.iter().any(|(name, classes)| name == column && classes.contains(class));
    hold(carries("customer_national_id", "pii.national_id"), "the class of the identity number is inherited")?;
    hold(carries("customer_birth_date", "pii.birth"), "the class of the birth date is inherited")?;
    stage.held("its contract names no class; both came with the lineage of their columns", began.elapsed());
    Ok(())
}

/// A batch that breaks the contract is blocked, and readers keep what they had.
pub async fn blocked_violation(stage: &mut Stage<'_>, reader: &Door) -> Result<(), Failure> {
    stage.narrator.chapter(
        "A batch breaks the contract",
        "The next export holds negative amounts and a boat. The gate fails closed; the publication before it keeps serving.",
    );
    let count = format!("SELECT count(*) FROM {ENRICHED}.claims");
    let before = reader.query(&count).await.map_err(|refusal| not_held(&refusal.message))?.number();
    files::drop_file(&stage.data, "claims", "notices-2026-11-broken.jsonl")?;
    stage.narrator.command(&format!("tessera run claims && tessera publish {ENRICHED}"));
    let began = Instant::now();
    no_failed_step(&stage.work("carl", "/runs", &value!({ "domain": "claims" })).await?)?;
    let refused = stage.work("carl", "/publications", &value!({ "product": ENRICHED })).await;
    let took = began.elapsed();
    let Err(failure) = refused else { return Err(not_held("the broken batch is refused")) };
    if failure.problem.code() != Code::GateRefused {
        return Err(failure);
    }
    stage.narrator.said(&format!("error: {}", failure.problem.message()));
    let items: Vec<String> = failure.problem.items().iter().map(|item| format!("  - {}", item.message())).collect();
    stage.narrator.said(&items.join("\n"));
    hold(!items.is_empty(), "the refusal says which rules are broken")?;
    let after = reader.query(&count).await.map_err(|refusal| not_held(&refusal.message))?.number();
    hold(before.is_some() && before == after, "the previous publication still serves")?;
    let told =
        format!("refused; readers still see the {} claims of the publication before", thousands(after.unwrap_or(0)));
    stage.held(&told, took);
    Ok(())
}

/// Columns of a product's page that carry a class.
fn classes_of(page: &Value) -> Vec<(String, String)> {
    json::list(page, "port_details")
        .iter()
        .flat_map(|port| json::list(port, "columns"))
        .map(|column| (json::text(column, "name"), json::text(column, "tags")))
        .filter(|(_, classes)| !classes.is_empty())
        .collect()
}

fn published(report: &Value) -> Result<String, Failure> {
    let publication = json::text(report, "publication");
    hold(!publication.is_empty(), "the product is published")?;
    let gate = report.get("gate").cloned().unwrap_or_default();
    let passed = json::list(&gate, "rules").iter().filter(|rule| json::text(rule, "outcome") == "passed").count();
    let rows: u64 = report
        .get("ports")
        .and_then(Value::as_object)
        .map(|ports| ports.values().filter_map(|port| port.get("rows").and_then(Value::as_u64)).sum())
        .unwrap_or(0);
    hold(rows > 0, "the publication has rows")?;
    Ok(format!("{publication}: {} rows, {passed} rules held, one atomic release", thousands(rows)))
}

fn no_failed_step(report: &Value) -> Result<(), Failure> {
    let failed = json::list(report, "steps").iter().find(|step| json::text(step, "state") == "failed");
    match failed {
        None => Ok(()),
        Some(step) => Err(match step.get("problem") {
            Some(problem) => cli::failure::of_document(problem).into(),
            None => not_held(&format!("`{}` is built", json::text(step, "name"))),
        }),
    }
}

/// Rows and rejected rows of a step.
fn rows_of(report: &Value, name: &str) -> (u64, u64) {
    let step = json::list(report, "steps").iter().find(|step| json::text(step, "name") == name);
    let count = |key: &str| step.and_then(|step| step.get(key)).and_then(Value::as_u64).unwrap_or(0);
    (count("rows"), count("rejected"))
}
