//! The consumers' chapters: finding, asking, reading other domains' rows in place under masks and row scope, losing
//! access.

use std::time::Instant;

use cli::{Failure, json, progress::thousands};
use model::Code;
use serde_json::json as value;

use super::{
    door::{Door, Refusal, Rows},
    producers::{SIGNALS, planted},
    room::used,
    stage::{Stage, hold, not_held},
};

/// What ana and rajan read for.
pub const PURPOSE: &str = "fraud-detection";

/// The list of customers.
const MASTER: &str = "customer.customer_master";
/// Live policies of the EU.
const POLICIES: &str = "policy.policies_active";

/// What ana asks again and again: who shares the document of the customer with this claim, from three domains' products.
fn who_shares_it(claim: &str) -> String {
    format!(
        "SELECT s.claim_id, c.full_name, c.national_id, c.birth_date, p.coverage, s.amount, s.score\n\
         FROM claims.fraud_signals.signals AS s\n\
         JOIN customer.customer_master.customers AS c ON c.customer_id = s.customer_id\n\
         JOIN policy.policies_active.policies AS p ON p.policy_no = s.policy_no\n\
         WHERE s.customer_national_id IN\n  \
         (SELECT customer_national_id FROM claims.fraud_signals.signals WHERE claim_id = '{claim}')\n\
         ORDER BY s.claim_id"
    )
}

/// Ana, once she was let in.
pub struct Reader {
    /// What she asks.
    statement: String,
    /// Her open connection.
    pub door: Door,
    /// Her entitlement to read policies.
    pub policies: String,
}

/// Ana finds the product.
pub async fn discover(stage: &mut Stage<'_>) -> Result<(), Failure> {
    stage.narrator.chapter(
        "A fraud analyst finds it",
        "Search shows what a product promises and who answers for it, to everybody: metadata is listed, rows are not.",
    );
    stage.narrator.command("ana", "tessera search fraud");
    let began = Instant::now();
    let found = stage.as_person("ana")?.list("/products?q=fraud").await?;
    let took = began.elapsed();
    let item = found.items.iter().find(|item| json::text(item, "reference") == SIGNALS);
    let item = item.ok_or_else(|| not_held("the search finds the fraud signals"))?.clone();
    let (version, owner) = (json::text(&item, "version"), json::text(&item, "owner"));
    stage.narrator.said(&format!("{SIGNALS} {version}, owned by {owner}\n{}", json::text(&item, "purpose")));
    stage.held("found, with its contract, owner and promise", took);
    Ok(())
}

/// Ana reads without access and is told whom to ask.
pub async fn refused_reader(stage: &mut Stage<'_>) -> Result<Door, Failure> {
    stage.narrator.chapter(
        "Listed is not readable",
        "Without an entitlement there are no rows, for nobody: not for analysts, not for administrators.",
    );
    let statement = who_shares_it(&planted(stage)?.0);
    psql(stage, "ana", &statement);
    let door = stage.connect("ana", PURPOSE).await?;
    let began = Instant::now();
    let refusal = expect_refusal(door.query(&statement).await)?;
    let took = began.elapsed();
    tell_refusal(stage, &refusal);
    hold(refusal.hint.as_deref().is_some_and(|hint| hint.contains("tessera request")), "the refusal says how to ask")?;
    stage.held("refused with 42501 and the command to paste", took);
    let began = Instant::now();
    let admin = stage.admin().query(&statement, Some(PURPOSE), "application/json").await;
    let Err(refused) = admin else { return Err(not_held("an administrator is not a reader")) };
    hold(refused.problem.code() == Code::AccessRequired, "an administrator is refused as she is")?;
    stage.held_since("so is the administrator, in the same words", began);
    Ok(door)
}

/// Ana asks, the stewards of the data grant.
pub async fn request_and_approve(stage: &mut Stage<'_>, door: Door) -> Result<Reader, Failure> {
    stage.narrator.chapter(
        "She asks, the stewards of the data decide",
        "No ticket, no copy: the approval is the grant. For customers a rule that the steward wrote decides at once.",
    );
    let mut policies = String::new();
    for (product, steward) in
        [(SIGNALS, "sam"), (POLICIES, "stella"), (MASTER, "sven"), ("claims.claims_enriched", "sam")]
    {
        let request = value!({ "product": product, "purpose": PURPOSE, "reason": "find claims that share a document" });
        let began = Instant::now();
        let granted = stage.grant("ana", steward, &request).await?;
        let took = began.elapsed();
        let (id, entitlement) = (&granted.request, &granted.entitlement);
        stage.narrator.command("ana", &format!("tessera request {product} --purpose {PURPOSE} --reason '...'"));
        let who = if granted.at_once { "at once, by rule".to_owned() } else { format!("approved by {steward}") };
        stage.held(&format!("{id} became {entitlement}, {who}"), took);
        if product == POLICIES {
            policies = granted.entitlement;
        }
    }
    let own = value!({ "product": "finance.premium_ledger", "purpose": "financial-reporting", "reason": "close the quarter" });
    let asked = stage.as_person("selma")?.post("/requests", &own).await?;
    let path = format!("/requests/{}/decision", json::text(&asked, "id"));
    let began = Instant::now();
    let decided = stage.as_person("selma")?.post(&path, &value!({ "decision": "approve" })).await;
    hold(decided.is_err(), "nobody decides their own request")?;
    stage.held_since("selma, a steward, asked for her own domain's product and could not decide it herself", began);
    stage.as_person("selma")?.delete(&format!("/requests/{}", json::text(&asked, "id"))).await?;
    Ok(Reader { statement: who_shares_it(&planted(stage)?.0), door, policies })
}

/// The same statement on the same connection now gives masked rows of three domains. Gives how many bytes the zones grew.
pub async fn read_in_place(stage: &mut Stage<'_>, reader: &Reader) -> Result<u64, Failure> {
    stage.narrator.chapter(
        "The question that waited five quarters",
        "Three products of three domains, joined where they lie. Names, documents and births are masked on the way out.",
    );
    let before = used(&stage.data.join("zones"));
    psql(stage, "ana", &reader.statement);
    let began = Instant::now();
    let rows = answered(reader.door.query(&reader.statement).await)?;
    let took = began.elapsed();
    stage.narrator.rows(&rows.columns, &rows.rows);
    hold(rows.rows.len() == 5, "the ring is found")?;
    let tokens = rows.column("national_id");
    let is_token = |text: &&str| text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    hold(tokens.iter().flatten().all(is_token), "documents are tokens")?;
    let same = |token: &Option<&str>| token.is_some() && Some(token) == tokens.first();
    hold(tokens.iter().all(same), "five people gave the same document")?;
    let births = rows.column("birth_date");
    hold(births.iter().flatten().all(|date| date.ends_with("-01-01")), "births are years")?;
    stage.held("five people, one document: found without anybody having seen its number", took);

    let all = format!("SELECT claim_id FROM {SIGNALS}.signals WHERE score >= 80");
    psql(stage, "ana", &all);
    let began = Instant::now();
    let found = answered(reader.door.query(&all).await)?;
    let found = found.column("claim_id");
    let planted: Vec<&String> = stage.company.truth.rings.iter().flat_map(|ring| &ring.claims).collect();
    hold(planted.iter().all(|claim| found.contains(&Some(claim.as_str()))), "every planted ring is found")?;
    let (count, rings) = (thousands(found.len() as u64), stage.company.truth.rings.len());
    let told = format!("{count} claims, among them those of all {rings} rings that were planted");
    stage.held_since(&told, began);

    row_scope(stage, reader).await?;
    guesses(stage, reader).await?;
    Ok(used(&stage.data.join("zones")).abs_diff(before))
}

/// She sees the rows that she was granted, and no others exist for her.
async fn row_scope(stage: &mut Stage<'_>, reader: &Reader) -> Result<(), Failure> {
    let regions = format!("SELECT region, count(*) FROM {MASTER}.customers GROUP BY region");
    psql(stage, "ana", &regions);
    let began = Instant::now();
    let rows = answered(reader.door.query(&regions).await)?;
    let took = began.elapsed();
    hold(rows.column("region") == [Some("EU")], "only her region is there")?;
    for table in [format!("{POLICIES}.policies"), "claims.claims_enriched.claims".to_owned()] {
        let lines = format!("SELECT DISTINCT line_of_business FROM {table}");
        let lines = answered(reader.door.query(&lines).await)?;
        let is_there = lines.column("line_of_business").contains(&Some("life"));
        hold(!is_there, "life insurance is not in what she was granted")?;
    }
    let count = rows.rows.first().and_then(|row| row.get(1)).cloned().flatten().unwrap_or_default();
    let count = count.parse().map_or(count, thousands);
    stage.held(&format!("{count} customers of the EU, her region: for her there are no others"), took);
    stage.held("nor any life insurance among the policies and claims that she was granted: that tells of health", took);
    Ok(())
}

/// Who may be shown a document sees it; who may not, cannot guess it.
async fn guesses(stage: &mut Stage<'_>, reader: &Reader) -> Result<(), Failure> {
    let clear = value!({
        "product": MASTER, "purpose": PURPOSE, "reason": "compare the documents of a ring", "clear": ["pii.national_id"],
    });
    stage.grant("rajan", "sven", &clear).await?;
    let (_, customer) = planted(stage)?;
    let one = format!("SELECT national_id FROM {MASTER}.customers WHERE customer_id = '{customer}'");
    let rows = answered(stage.connect("rajan", PURPOSE).await?.query(&one).await)?;
    let number = rows.rows.first().and_then(|row| row.first()).cloned().flatten().unwrap_or_default();
    hold(number.len() == 11 && number.bytes().all(|byte| byte.is_ascii_digit()), "rajan is shown the document")?;
    let guess = |number: &str| format!("SELECT count(*) FROM {MASTER}.customers WHERE national_id = '{number}'");
    psql(stage, "ana", &guess("WHAT RAJAN SEES"));
    let guess = guess(&number);
    let began = Instant::now();
    let found = answered(reader.door.query(&guess).await)?.number();
    hold(found == Some(0), "a number that is right finds nothing")?;
    stage.held("0, though the number is right: rajan may be shown it, ana cannot guess it", began.elapsed());
    Ok(())
}

/// The steward revokes; the very next statement is refused.
pub async fn revoke(stage: &mut Stage<'_>, reader: &Reader) -> Result<(), Failure> {
    stage.narrator.chapter(
        "The steward takes it back",
        "Ana's connection is open and stays open. Revocation does not wait for it.",
    );
    stage.narrator.command("stella", &format!("tessera revoke {}", reader.policies));
    stage.as_person("stella")?.delete(&format!("/entitlements/{}", reader.policies)).await?;
    stage.narrator.command("ana", "psql mesh    # the same connection, the same statement");
    let began = Instant::now();
    let refusal = expect_refusal(reader.door.query(&reader.statement).await)?;
    let took = began.elapsed();
    tell_refusal(stage, &refusal);
    stage.held("the very next statement on the open connection was refused", took);
    Ok(())
}

/// Shows a statement as it is typed.
pub fn psql(stage: &mut Stage<'_>, who: &str, statement: &str) {
    let indented = statement.replace('\n', "\n  ");
    stage.narrator.command(who, &format!("psql mesh -c \"{indented}\""));
}

fn tell_refusal(stage: &mut Stage<'_>, refusal: &Refusal) {
    stage.narrator.said(&format!("ERROR {}: {}", refusal.sqlstate, refusal.message));
    if let Some(hint) = &refusal.hint {
        stage.narrator.said(&format!("HINT: {hint}"));
    }
}

/// The rows of a statement that must be answered.
pub fn answered(result: Result<Rows, Refusal>) -> Result<Rows, Failure> {
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
