//! `GET /api/v1/activity`: statements that were run and what else was refused: one's own, everybody's for auditors.

use axum::{Json, extract::State};
use governance::authorise::{Action, may};
use model::principal::Principal;
use registry::activity::{ActivityEntry, CompletionRecord, RefusalEntry, StatementRecord};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use crate::{
    http::{extract::Params, failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// Which statements.
#[derive(Debug, Default, Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub struct Which {
    /// `user:ana`; `all` for everybody's; one's own if absent.
    #[serde(default)]
    pub principal: Option<String>,
    /// Statements and refused attempts at most, each, 1 to 500; 50 if absent.
    #[serde(default)]
    pub limit: Option<u32>,
}

/// Statements, newest first.
#[derive(Debug, Serialize, ToSchema)]
pub struct Statements {
    /// The statements.
    pub items: Vec<StatementItem>,
    /// Attempts at something other than a statement that were refused, newest first.
    pub refused: Vec<RefusedItem>,
}

/// A refused attempt.
#[derive(Debug, Serialize, ToSchema)]
pub struct RefusedItem {
    /// Its number in the log.
    pub seq: u64,
    /// When it was refused.
    pub at: String,
    /// The id that its answer carried.
    pub request_id: String,
    /// Who.
    pub principal: String,
    /// What was called.
    #[schema(example = "POST /api/v1/requests/req-7/decision")]
    pub call: String,
    /// Why not.
    pub code: String,
}

impl RefusedItem {
    fn of(entry: &RefusalEntry) -> Self {
        let refusal = &entry.refusal;
        Self {
            seq: entry.seq,
            at: entry.at.to_string(),
            request_id: refusal.id.to_string(),
            principal: refusal.principal.to_string(),
            call: refusal.call.clone(),
            code: refusal.code.as_str().to_owned(),
        }
    }
}

/// A statement: when, and what the audit holds of it.
#[derive(Debug, Serialize, ToSchema)]
pub struct StatementItem {
    /// Its number in the log.
    pub seq: u64,
    /// When it was decided.
    pub at: String,
    /// The decision record.
    pub statement: StatementRecord,
    /// The completion record, once it ended.
    pub finished: Option<CompletionRecord>,
}

impl StatementItem {
    fn of(entry: ActivityEntry) -> Self {
        Self { seq: entry.seq, at: entry.at.to_string(), statement: entry.statement, finished: entry.finished }
    }
}

/// Statements that were run, and refused attempts at anything else.
#[utoipa::path(get, path = "/api/v1/activity", tag = "journal", params(Which),
    responses((status = 200, body = Statements), (status = 403, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(which): Params<Which>,
) -> Outcome<Json<Statements>> {
    let seen = Seen::by(&house, caller);
    let of: Option<Principal> = match which.principal.as_deref() {
        None => Some(seen.reader.principal.clone()),
        Some("all") => None,
        Some(principal) => Some(principal.parse()?),
    };
    // SECURITY: texts and objects of others are the auditors' (test `activity_of_others_is_for_auditors`).
    may(&seen.caller.actor, &Action::ReadActivity { of: of.clone() }, &seen.roles)?;
    let limit = which.limit.unwrap_or(50).clamp(1, 500);
    let entries = house.activity.recent(of.as_ref(), limit).await?;
    let refused = house.activity.refusals(of.as_ref(), limit).await?;
    Ok(Json(Statements {
        items: entries.into_iter().map(StatementItem::of).collect(),
        refused: refused.iter().map(RefusedItem::of).collect(),
    }))
}
