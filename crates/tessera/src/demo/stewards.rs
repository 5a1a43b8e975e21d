//! The chapters of those who answer for data: where it comes from, a new class that holds at once, the record.

use std::{collections::BTreeSet, time::Instant};

use cli::{Failure, commands::lineage, console::Style, json, progress::thousands};
use serde_json::{Value, json as value};

use super::{
    consumers::{answered, psql},
    stage::{Stage, hold},
};

/// Lines of the tree that are shown.
const SHOWN: usize = 16;

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
    mask: {kind: constant, value: withheld}
    unmask: [customer-analysts]
";

/// The chain of three domains, from what really ran.
pub async fn origin(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Where a column of pricing comes from",
        "Column lineage across domains, from the SQL that ran. Nobody draws it and nobody forgets to.",
    );
    stage.narrator.command("edda", &format!("tessera lineage {SCORE} --up 5"));
    let began = Instant::now();
    let answer = stage.as_person("edda")?.get(&format!("/lineage?of={SCORE}&up=5")).await?;
    let took = began.elapsed();
    let edges = edges(&answer);
    // Which rows there are depends on much more; what values are made of is what a person asks first.
    let tree = lineage::lines(&values_only(&answer), SCORE, Style::Plain);
    stage.narrator.said("(what its values are made of)");
    stage.narrator.said(&tree.iter().take(SHOWN).cloned().collect::<Vec<_>>().join("\n"));
    if tree.len() > SHOWN {
        stage.narrator.said(&format!("... and {} lines more", tree.len() - SHOWN));
    }
    let has = |from: &str, to: &str| edges.contains(&(from.to_owned(), to.to_owned()));
    hold(has("claims.fraud_signals", "pricing.risk_premiums"), "pricing is made of the fraud signals")?;
    for input in ["customer.customer_master", "policy.policies_active"] {
        hold(has(input, "claims.fraud_signals"), "the fraud signals are made of customers and policies")?;
    }
    let through = "customer_master and policies_active, through fraud_signals, into pricing";
    stage.held(&format!("{through}: four domains, column by column"), took);
    Ok(())
}

/// The answer without what only decides which rows there are, and without what may not be told.
fn values_only(answer: &Value) -> Value {
    let is_value = |edge: &&Value| json::text(edge, "how") != "rows" && !json::text(edge, "from").starts_with('(');
    let edges: Vec<Value> = json::list(answer, "edges").iter().filter(is_value).cloned().collect();
    value!({ "edges": edges })
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
    stage.narrator.command("sven", "tessera apply");
    stage.narrator.command("carla", "tessera apply");
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
    hold(after.column("segment") == [Some("withheld")], "the segments are masked")?;
    let count = |rows: &super::door::Rows| -> u64 {
        rows.column("customers").iter().flatten().filter_map(|count| count.parse::<u64>().ok()).sum()
    };
    hold(count(&before) == count(&after), "the rows are the same")?;
    stage.held("the next statement on her open connection: masked, with nothing rebuilt and nothing published", took);
    stage.narrator.command("elsa", &format!("tessera publish {SEGMENTS}"));
    let began = Instant::now();
    stage.publish("elsa", SEGMENTS).await?;
    stage.held_since("and marketing's next release holds its contract, with the masked column in it", began);
    Ok(())
}

/// The record of it all.
pub async fn record(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "The record",
        "Every decision is one link of a chain of hashes: none can be changed, left out or put in without breaking it.",
    );
    stage.narrator.command("iris", "tessera journal verify");
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
