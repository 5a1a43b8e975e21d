//! The chapters of those who answer for data: where it comes from, a new class that holds at once, the record.

use std::{collections::BTreeSet, time::Instant};

use cli::{Failure, json, progress::thousands};
use serde_json::{Value, json as value};

use super::{
    consumers::{answered, psql},
    stage::{Stage, hold},
};

/// A column of pricing, three domains away from the list of customers.
const SCORE: &str = "pricing.risk_premiums.premiums.highest_score";
/// The product of marketing that nobody touches.
const SEGMENTS: &str = "marketing.marketing_segments";

/// What the guild decides: how much a customer is worth to us is nobody's business outside the department.
const STANDING: &str = "\
root: standing
classes:
  segment:
    description: How much a customer is worth to us
    level: confidential
    mask: {kind: 'null'}
    unmask: [customer-analysts]
";

/// The chain of three domains, from what really ran.
pub async fn lineage(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Where a column of pricing comes from",
        "Column lineage across domains, from the SQL that ran. Nobody draws it and nobody forgets to.",
    );
    stage.narrator.command(&format!("tessera lineage {SCORE} --up 5"));
    let began = Instant::now();
    let answer = stage.as_person("edda")?.get(&format!("/lineage?of={SCORE}&up=5")).await?;
    let took = began.elapsed();
    let edges = edges(&answer);
    for (from, to) in &edges {
        stage.narrator.said(&format!("{from} -> {to}"));
    }
    let has = |from: &str, to: &str| edges.contains(&(from.to_owned(), to.to_owned()));
    hold(has("claims.fraud_signals", "pricing.risk_premiums"), "pricing is made of the fraud signals")?;
    for input in ["customer.customer_master", "policy.policies_active"] {
        hold(has(input, "claims.fraud_signals"), "the fraud signals are made of customers and policies")?;
    }
    stage.held("three domains, one chain; the same edges answer who would feel a change", took);
    Ok(())
}

/// Which product is made of which, of the edges between columns.
fn edges(answer: &Value) -> BTreeSet<(String, String)> {
    let product = |edge: &Value, key: &str| {
        let name = json::text(edge, key);
        let mut parts = name.split('.');
        parts.next().zip(parts.next()).map(|(domain, product)| format!("{domain}.{product}"))
    };
    let edges = json::list(answer, "edges").iter();
    edges.filter_map(|edge| product(edge, "from").zip(product(edge, "to"))).filter(|(from, to)| from != to).collect()
}

/// A class that is put on a column of customer masks a column of marketing, whose product nobody touches.
pub async fn new_class(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "A new class, and a product that nobody touched",
        "The guild decides that a customer's standing is confidential; customer tags one column. Marketing does nothing.",
    );
    let request = value!({ "product": SEGMENTS, "purpose": "marketing", "reason": "plan the autumn campaign" });
    stage.grant("amal", "sina", &request).await?;
    let amal = stage.connect("amal", "marketing").await?;
    let statement =
        format!("SELECT segment, count(*) AS customers FROM {SEGMENTS}.segments GROUP BY segment ORDER BY segment");
    psql(stage, "amal", &statement);
    let before = answered(amal.query(&statement).await)?;
    stage.narrator.rows(&before.columns, &before.rows);
    hold(before.column("segment").len() == 3, "segments are there to be read")?;

    stage.narrator.said(STANDING.trim_end());
    stage.narrator.said("and in the contract of customer_master, at `segment`: tags: [standing.segment]");
    stage.narrator.command("tessera apply");
    let began = Instant::now();
    stage.repository.put("governance/classifications/standing.yaml", STANDING);
    stage.apply("sven").await?;
    let contract = "domains/customer/products/customer_master/contract.yaml";
    let described = "        description: \"private, business or vip.\"\n";
    stage.repository.edit(contract, described, &format!("{described}        tags: [standing.segment]\n"))?;
    stage.apply("carla").await?;
    stage.held_since("the guild declared the class, customer put it on one column", began);

    psql(stage, "amal", &statement);
    let began = Instant::now();
    let after = answered(amal.query(&statement).await)?;
    let took = began.elapsed();
    stage.narrator.rows(&after.columns, &after.rows);
    hold(after.column("segment") == [None], "the segments are masked")?;
    let count = |rows: &super::door::Rows| -> u64 {
        rows.column("customers").iter().flatten().filter_map(|count| count.parse::<u64>().ok()).sum()
    };
    hold(count(&before) == count(&after), "the rows are the same")?;
    stage.held("the next statement on her open connection: masked, with nothing rebuilt and nothing published", took);
    Ok(())
}

/// The record of it all.
pub async fn record(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "The record",
        "Every decision is one link of a chain; an auditor verifies it and needs to trust nobody's word.",
    );
    stage.narrator.command("tessera journal verify");
    let began = Instant::now();
    let verdict: Value = stage.as_person("iris")?.get("/journal/verify").await?;
    let took = began.elapsed();
    let records = verdict.get("records").and_then(Value::as_u64).unwrap_or(0);
    hold(records > 0, "the chain holds")?;
    stage.held(&format!("the chain holds: {} records", thousands(records)), took);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edges_are_of_products_and_between_them() {
        let answer = value!({"edges": [
            {"from": "a.b.c.d", "to": "e.f.g.h"}, {"from": "a.b.c.x", "to": "e.f.g.h"}, {"from": "e.f.g.h", "to": "e.f.g.i"},
            {"from": "(not visible)", "to": "a.b.c.d"},
        ]});
        assert_eq!(edges(&answer), BTreeSet::from([("a.b".to_owned(), "e.f".to_owned())]));
    }
}
