//! Effective access: who can read what, and why; now or as the mesh was.
//!
//! SECURITY: what others may read is for those who decide on the product and for auditors; the past is for auditors; what
//! oneself may read is everybody's own (test `who_reads_what_is_told_to_those_who_answer_for_it`).

pub mod explain;
pub mod what_can;
pub mod who_can_read;

use std::{collections::BTreeMap, sync::Arc};

use governance::authorise::Action;
use model::{
    Problem, Timestamp,
    error::Code,
    principal::Principal,
    reference::ProductRef,
    scope::RowScope,
    treatment::{Outcome as ColumnOutcome, RowTreatment},
};
use registry::{
    Mesh, ProductState,
    effective::{Access, Moment, PortAccess},
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::{failure::absent, seen::Seen};
use crate::wiring::House;

/// What is read under one purpose.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct UnderItem {
    /// The purpose.
    pub purpose: String,
    /// The ports.
    pub ports: Vec<PortItem>,
}

/// What is read of one port.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct PortItem {
    /// The port.
    pub port: String,
    /// Columns by what is seen of them: `clear`, `partial`, `generalised`, `token`, `constant`, `null`, `denied`.
    pub columns: BTreeMap<String, Vec<String>>,
    /// Which rows.
    pub rows: Option<RowsItem>,
    /// Why nothing can be read of it.
    pub refused: Option<String>,
}

/// Which rows: those for which one of `any_of` holds, and all of `all_of`.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct RowsItem {
    /// Conditions of which one suffices; absent for all rows.
    pub any_of: Option<Vec<String>>,
    /// Conditions that hold for everybody.
    pub all_of: Vec<String>,
}

impl RowsItem {
    /// The rows of a treatment. Conditions are for those who answer for the product; a reader is told their names.
    pub fn of(rows: &RowTreatment, whole: bool) -> Self {
        // SECURITY: what a condition says tells of rows that it hides (test
        // `a_reader_is_told_no_condition_and_no_denied_column`).
        let text = |scope: &RowScope| match (whole, scope.name.as_str()) {
            (true, _) => scope.to_string(),
            (false, "") => "those a restriction leaves".to_owned(),
            (false, name) => name.to_owned(),
        };
        let texts = |scopes: &[RowScope]| scopes.iter().map(text).collect();
        Self { any_of: rows.any_of.as_deref().map(texts), all_of: texts(&rows.all_of) }
    }
}

impl UnderItem {
    /// What is read under a purpose; `whole` for those who answer for the product.
    pub fn of(access: &Access, whole: bool) -> Self {
        let ports = access.ports.iter().map(|port| PortItem::of(port, whole));
        Self { purpose: access.purpose.to_string(), ports: ports.collect() }
    }
}

impl PortItem {
    fn of(access: &PortAccess, whole: bool) -> Self {
        let port = access.port.to_string();
        match &access.read {
            Err(problem) => {
                Self { port, columns: BTreeMap::new(), rows: None, refused: Some(problem.message().to_owned()) }
            }
            Ok((outcomes, rows)) => {
                let mut columns: BTreeMap<String, Vec<String>> = BTreeMap::new();
                let told = outcomes.iter().filter(|(_, outcome)| whole || *outcome != ColumnOutcome::Denied);
                for (column, outcome) in told {
                    columns.entry(outcome.word().to_owned()).or_default().push(column.clone());
                }
                Self { port, columns, rows: Some(RowsItem::of(rows, whole)), refused: None }
            }
        }
    }
}

/// The mesh that a question is about.
pub struct Asked {
    mesh: Arc<Mesh>,
    now: Timestamp,
    key_version: u32,
}

impl Asked {
    /// The mesh of today, or as it was for whoever may ask about the past.
    ///
    /// # Errors
    /// `not-allowed`; `invalid-value` for an instant that has not come, or before the first record.
    pub async fn of(house: &House, seen: &Seen, as_of: Option<&str>) -> Result<Self, Problem> {
        let key_version = house.keys.current_version();
        let Some(text) = as_of else {
            return Ok(Self { mesh: Arc::clone(&seen.mesh), now: seen.now, key_version });
        };
        house.registry.may(&seen.caller.actor, &Action::ReadAsOf)?;
        let at = Timestamp::parse_limit(text)?;
        if at > seen.now {
            return Err(Problem::new(Code::InvalidValue, format!("{at} has not come yet"))
                .with_hint("leave the time out for what holds now; a date means the end of its day, UTC"));
        }
        // A time told without a fraction means all of its second, as far as it has come: what people and shells
        // write down right after a change must not lie before it.
        let at = if text.contains('.') { at } else { at.end_of_second().min(seen.now) };
        let mesh = house.registry.as_of(at).await?;
        if mesh.seq() == 0 {
            let first = house.registry.records(1, 1).await?.first().map(|record| record.at.to_string());
            return Err(Problem::new(Code::InvalidValue, format!("this mesh had no record yet at {at}"))
                .with_hint(format!("its first is of {}", first.unwrap_or_else(|| "no time".to_owned()))));
        }
        Ok(Self { mesh, now: at, key_version })
    }

    /// The mesh that is asked about.
    pub fn mesh(&self) -> &Mesh {
        &self.mesh
    }

    /// The moment that is asked about.
    pub fn moment(&self) -> Moment<'_> {
        Moment { mesh: &self.mesh, now: self.now, key_version: self.key_version }
    }

    /// A product of which the caller may ask what others read.
    ///
    /// # Errors
    /// `not-found`, the same for what is absent and what is invisible; `not-allowed`.
    pub fn judged(&self, seen: &Seen, name: &str) -> Result<&ProductState, Problem> {
        let parsed = name.parse::<ProductRef>().ok();
        let product = parsed.and_then(|reference| self.mesh.product(&reference));
        match product {
            Some(product) if judges(seen, product) => Ok(product),
            Some(product) if seen.mesh.product(&product.reference).is_some_and(|today| seen.sees(today)) => {
                let message = format!("who can read `{}` is not for everybody to know", product.reference);
                Err(Problem::new(Code::NotAllowed, message).with_hint(format!(
                    "its owners, its stewards, `{}` and auditors may ask; `tessera explain` tells what you get",
                    product.access.approver
                )))
            }
            _ => Err(absent("product", name)),
        }
    }

    /// A principal by its name, with or without its kind.
    ///
    /// # Errors
    /// `not-found` if nobody of that name was declared.
    pub fn principal(&self, text: &str) -> Result<Principal, Problem> {
        let named = match text.contains(':') {
            true => text.parse().ok().filter(|principal| self.mesh.knows(principal)),
            false => self.mesh.principal_named(text),
        };
        named.ok_or_else(|| absent("person or service", text))
    }
}

/// Whether the caller may ask what others read of a product.
pub fn judges(seen: &Seen, product: &ProductState) -> bool {
    seen.reader.groups.contains(&product.access.approver)
        || seen.may(&Action::ReadAccess(product.reference.domain.clone()))
}

/// Whether a name is the caller's own.
pub fn is_own(seen: &Seen, text: &str) -> bool {
    let own = &seen.reader.principal;
    text == own.name() || text == own.to_string()
}
