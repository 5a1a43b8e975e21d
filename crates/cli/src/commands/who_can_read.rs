//! `tessera who-can-read`: everybody who can read a product, together where they get the same.

use clap::Args;
use model::reference::ProductRef;
use serde_json::Value;

use crate::{
    Exit, Failure, Session,
    arguments::{Output, parsed},
    client::encode,
    console::{Style, visible},
    json, table,
};

/// Show who can read a product, and exactly what.
#[derive(Debug, Args)]
pub struct WhoCanRead {
    /// The product: DOMAIN.PRODUCT
    #[arg(value_name = "REF", value_parser = parsed::<ProductRef>)]
    product: ProductRef,
    /// As it was then: a date (the end of that day, UTC) or an instant; for auditors
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
    #[command(flatten)]
    output: Output,
}

impl WhoCanRead {
    /// Prints readers by what they get.
    ///
    /// # Errors
    /// The product is absent, invisible, or not the caller's to answer for.
    pub async fn run(self, session: &mut Session) -> Result<Exit, Failure> {
        let client = session.client()?;
        let path = format!("/access/who-can-read?product={}{}", self.product, then(self.as_of.as_deref()));
        let answer = client.get(&path).await?;
        if self.output.is_json() {
            session.console.json(&answer);
            return Ok(Exit::Done);
        }
        let style = session.console.style();
        for group in json::list(&answer, "groups") {
            for line in readers(group) {
                session.console.data(&style.bold(&visible(&line)));
            }
            for line in under_lines(group, style) {
                session.console.data(&line);
            }
            session.console.data("");
        }
        let count = json::text(&answer, "readers");
        let at = json::instant(&answer, "at");
        session.console.talk(&format!("{count} can read {} at {at}", self.product));
        Ok(Exit::Done)
    }
}

/// The part of an address that asks about the past.
pub(super) fn then(as_of: Option<&str>) -> String {
    as_of.map(|at| format!("&as_of={}", encode(at))).unwrap_or_default()
}

/// One line for each way in: a group with its members, or the people who hold entitlements of their own.
fn readers(group: &Value) -> Vec<String> {
    let mut ways: Vec<(String, Vec<String>)> = Vec::new();
    for reader in json::list(group, "readers") {
        let through = json::list(reader, "through").iter().map(|through| match json::text(through, "group").as_str() {
            "" => "entitlements of their own".to_owned(),
            group => format!("group:{group} ({})", json::text(through, "entitlement")),
        });
        let mut through: Vec<String> = through.collect();
        through.sort();
        through.dedup();
        let (way, name) = (through.join(" and "), json::text(reader, "principal"));
        match ways.iter_mut().find(|(known, _)| *known == way) {
            Some((_, names)) => names.push(name),
            None => ways.push((way, vec![name])),
        }
    }
    ways.into_iter().map(|(way, names)| format!("{} through {way}", names.join(", "))).collect()
}

/// What is read, by purpose: purposes that give the same stand together.
pub(super) fn under_lines(access: &Value, style: Style) -> Vec<String> {
    let mut merged: Vec<(Vec<String>, &Value)> = Vec::new();
    for under in json::list(access, "under") {
        let (purpose, ports) = (json::text(under, "purpose"), under.get("ports").unwrap_or(&Value::Null));
        match merged.iter_mut().find(|(_, known)| *known == ports) {
            Some((purposes, _)) => purposes.push(purpose),
            None => merged.push((vec![purpose], ports)),
        }
    }
    let mut rows = Vec::new();
    for (purposes, ports) in merged {
        for port in ports.as_array().into_iter().flatten() {
            rows.push([purposes.join(", "), json::text(port, "port"), rows_text(port), columns_text(port)]);
        }
    }
    table::of_rows(["for", "port", "rows", "columns"], &rows, style).lines().map(|line| format!("  {line}")).collect()
}

/// What is read of a port in one line.
pub(super) fn under_line(port: &Value) -> String {
    format!("{}: rows {}; {}", json::text(port, "port"), rows_text(port), columns_text(port))
}

fn columns_text(port: &Value) -> String {
    let columns = port.get("columns").and_then(Value::as_object).into_iter().flatten();
    let columns = columns.map(|(outcome, names)| {
        let names: Vec<String> = names.as_array().into_iter().flatten().map(json::plain).collect();
        format!("{outcome}: {}", names.join(", "))
    });
    columns.collect::<Vec<_>>().join("; ")
}

/// Which rows of a port, in a few words.
pub(super) fn rows_text(port: &Value) -> String {
    let refused = json::text(port, "refused");
    if !refused.is_empty() {
        return refused;
    }
    let Some(rows) = port.get("rows") else { return String::new() };
    let list = |key: &str| json::list(rows, key).iter().map(json::plain).collect::<Vec<_>>();
    let any = match rows.get("any_of").and_then(Value::as_array) {
        None => "all".to_owned(),
        Some(scopes) if scopes.is_empty() => "none".to_owned(),
        Some(_) => list("any_of").join(" or "),
    };
    match list("all_of") {
        all if all.is_empty() => any,
        all => format!("{any}, but only {}", all.join(" and ")),
    }
}
