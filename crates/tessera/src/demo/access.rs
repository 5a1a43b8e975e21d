//! The consumers' chapters: finding, asking, reading masked rows, losing access, and the record of it all.

use std::time::Instant;

use cli::{Failure, json};
use serde_json::{Value, json as value};

use super::{
    door::{Door, Refusal, Rows},
    files,
    stage::{ENRICHED, MASTER, PURPOSE, Stage, hold, not_held},
};

/// What ana asks again and again.
const STATEMENT: &str = "SELECT customer_id, full_name, email, national_id, birth_date, region \
                         FROM customer.customer_master.customers ORDER BY customer_id LIMIT 5";

/// Ana finds the product.
pub async fn discover(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "A fraud analyst finds it",
        "Search shows what a product promises and who owns it, to everybody: metadata is listed, rows are not.",
    );
    stage.narrator.command("tessera search customer");
    let began = Instant::now();
    let found = stage.as_person("ana")?.list("/products?q=customer").await?;
    let took = began.elapsed();
    let item = found.items.iter().find(|item| json::text(item, "reference") == MASTER);
    let item = item.ok_or_else(|| not_held("the search finds the customer master"))?.clone();
    let purpose = json::text(&item, "purpose");
    stage.narrator.said(&format!("{MASTER} {}, owned by {}", json::text(&item, "version"), json::text(&item, "owner")));
    stage.narrator.said(&purpose);
    stage.held("found, with its contract, owner and promise", took);
    Ok(())
}

/// Ana reads without access and is told whom to ask.
pub async fn refused_reader(stage: &mut Stage<'_>) -> Result<Door, Failure> {
    stage.narrator.chapter(
        "Listed is not readable",
        "Without an entitlement there are no rows, for nobody: not for analysts, not for administrators.",
    );
    psql(stage, STATEMENT);
    let door = stage.connect("ana").await?;
    let began = Instant::now();
    let refusal = expect_refusal(door.query(STATEMENT).await)?;
    let took = began.elapsed();
    tell_refusal(stage, &refusal);
    hold(refusal.hint.as_deref().is_some_and(|hint| hint.contains("tessera request")), "the refusal says how to ask")?;
    let admin = stage.admin().query(STATEMENT, Some(PURPOSE), "application/json").await;
    hold(admin.is_err(), "an administrator is not a reader")?;
    stage.held("refused with 42501 and the command to paste; the administrator too", took);
    Ok(door)
}

/// Ana asks, the steward grants.
pub async fn request_and_approve(stage: &mut Stage<'_>) -> Result<String, Failure> {
    stage
        .narrator
        .chapter("She asks, the steward of the data decides", "No ticket, no copy. The approval is the grant.");
    let request = value!({ "product": MASTER, "purpose": PURPOSE, "reason": "find claims that share an identity" });
    let began = Instant::now();
    let (id, entitlement) = stage.grant("ana", "sven", &request).await?;
    let took = began.elapsed();
    stage.narrator.command(&format!(
        "tessera request {MASTER} --purpose {PURPOSE} --reason 'find claims that share an identity'\n\
         tessera approve {id} --note 'as agreed'"
    ));
    hold(!entitlement.is_empty(), "the approval is an entitlement")?;
    let own = stage.as_person("ana")?;
    let more = value!({ "product": MASTER, "purpose": PURPOSE, "reason": "approve my own request" });
    let asked = own.post("/requests", &more).await;
    if let Ok(asked) = asked {
        let path = format!("/requests/{}/decision", json::text(&asked, "id"));
        let decided = own.post(&path, &value!({ "decision": "approve" })).await;
        hold(decided.is_err(), "nobody decides their own request")?;
    }
    stage.held(&format!("{id} became {entitlement}; nobody decides their own request"), took);
    Ok(entitlement)
}

/// The same statement on the same connection now gives masked rows. Gives how many rows ana sees in all.
pub async fn masked_rows(stage: &mut Stage<'_>, door: &mut Door) -> Result<u64, Failure> {
    stage.narrator.chapter(
        "The same statement, the next moment",
        "One tag on a column in the contract is a mask on every door. Her region is the only one she sees, vip never.",
    );
    psql(stage, STATEMENT);
    let began = Instant::now();
    let rows = answered(door.query(STATEMENT).await)?;
    let took = began.elapsed();
    stage.narrator.rows(&rows.columns, &rows.rows);
    hold(rows.rows.len() == 5, "there are five rows")?;
    let all = answered(door.query(&format!("SELECT * FROM {MASTER}.customers")).await)?;
    hold(all.column("region").iter().all(|region| *region == Some("EU")), "only her region is visible")?;
    hold(all.column("segment").iter().all(|segment| *segment != Some("vip")), "vip customers are hidden")?;
    let tokens = all.column("national_id");
    let is_token = |text: &&str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hold(tokens.iter().flatten().all(is_token), "identity numbers are tokens")?;
    let births = all.column("birth_date");
    hold(births.iter().flatten().all(|date| date.ends_with("-01-01")), "birth dates are years")?;
    let raw = raw_numbers();
    let leaked = all.rows.iter().flatten().flatten().any(|value| raw.contains(&value.as_str()));
    hold(!raw.is_empty() && !leaked, "no identity number of the source is in any answer")?;
    stage.held("names, addresses, numbers and birth dates are masked; columns without a class are clear", took);

    let secret = raw.first().copied().unwrap_or_default();
    let guess = format!("SELECT count(*) FROM {MASTER}.customers WHERE national_id = '{secret}'");
    psql(stage, &guess);
    let began = Instant::now();
    let found = answered(door.query(&guess).await)?.number();
    hold(found == Some(0), "a raw number finds nothing")?;
    stage.held("0: whoever guesses a number learns nothing, predicates see what she sees", began.elapsed());
    Ok(all.rows.len() as u64)
}

/// Tokens of one class join across products.
pub async fn join_on_tokens(stage: &mut Stage<'_>, door: &Door, visible: u64) -> Result<(), Failure> {
    stage.narrator.chapter(
        "Two products of two domains, joined in place",
        "Equal values have equal tokens, so claims and customers join by a number that nobody here can read.",
    );
    let request = value!({ "product": ENRICHED, "purpose": PURPOSE, "reason": "find claims that share an identity" });
    stage.grant("ana", "stella", &request).await?;
    let join = "SELECT claims.line_of_business, count(*) AS claims, sum(claims.amount) AS amount\n\
                FROM claims.claims_enriched.claims AS claims\n\
                JOIN customer.customer_master.customers AS customers ON customers.national_id = claims.customer_national_id\n\
                GROUP BY claims.line_of_business ORDER BY claims.line_of_business";
    psql(stage, join);
    let began = Instant::now();
    let rows = answered(door.query(join).await)?;
    let took = began.elapsed();
    stage.narrator.rows(&rows.columns, &rows.rows);
    let joined: u64 = rows.column("claims").iter().flatten().filter_map(|count| count.parse::<u64>().ok()).sum();
    let claims = answered(door.query(&format!("SELECT count(*) FROM {ENRICHED}.claims")).await)?.number();
    hold(visible > 0 && joined > 0 && Some(joined) == claims, "every claim finds its customer by token")?;
    stage.held("every claim found its customer; no row left the domain that owns it", took);
    Ok(())
}

/// The steward revokes; the very next statement is refused.
pub async fn revoke(stage: &mut Stage<'_>, door: &Door, entitlement: &str) -> Result<(), Failure> {
    stage.narrator.chapter(
        "The steward takes it back",
        "Ana's connection is open and stays open. Revocation does not wait for it.",
    );
    stage.narrator.command(&format!("tessera revoke {entitlement}"));
    stage.as_person("sven")?.delete(&format!("/entitlements/{entitlement}")).await?;
    psql(stage, STATEMENT);
    let began = Instant::now();
    let refusal = expect_refusal(door.query(STATEMENT).await)?;
    let took = began.elapsed();
    tell_refusal(stage, &refusal);
    stage.held("the very next statement on the open connection was refused", took);
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
    let verdict: Value = stage.as_person("aud")?.get("/journal/verify").await?;
    let took = began.elapsed();
    let records = verdict.get("records").and_then(Value::as_u64).unwrap_or(0);
    hold(records > 0, "the chain holds")?;
    stage.held(&format!("the chain holds: {records} records"), took);
    Ok(())
}

fn psql(stage: &mut Stage<'_>, statement: &str) {
    let mut lines = statement.lines();
    let first = lines.next().unwrap_or_default();
    let rest: Vec<String> = lines.map(|line| format!("  {line}")).collect();
    let text = if rest.is_empty() { first.to_owned() } else { format!("{first}\n{}", rest.join("\n")) };
    stage.narrator.command(&format!("psql -U ana mesh -c \"{text}\""));
}

fn tell_refusal(stage: &mut Stage<'_>, refusal: &Refusal) {
    stage.narrator.said(&format!("ERROR {}: {}", refusal.sqlstate, refusal.message));
    if let Some(hint) = &refusal.hint {
        stage.narrator.said(&format!("HINT: {hint}"));
    }
}

fn answered(result: Result<Rows, Refusal>) -> Result<Rows, Failure> {
    result.map_err(|refusal| {
        not_held(&format!("the statement is answered; it was refused with {} {}", refusal.sqlstate, refusal.message))
    })
}

fn expect_refusal(result: Result<Rows, Refusal>) -> Result<Refusal, Failure> {
    match result {
        Ok(_) => Err(not_held("the statement is refused")),
        Err(refusal) if refusal.sqlstate == "42501" => Ok(refusal),
        Err(refusal) => {
            Err(not_held(&format!("the refusal is 42501; it was {} {}", refusal.sqlstate, refusal.message)))
        }
    }
}

/// The identity numbers of the source file.
fn raw_numbers() -> Vec<&'static str> {
    files::text("data/customer/customers.csv")
        .lines()
        .skip(1)
        .filter_map(|line| line.split(';').nth(4))
        .filter(|number| !number.is_empty())
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_source_has_numbers_to_protect() {
        let numbers = raw_numbers();
        assert!(numbers.len() > 200 && numbers.iter().all(|number| number.len() == 10));
    }
}
