//! Saved queries. A shared one is text: whoever runs it reads what they may read themselves.

pub mod change;
pub mod create;
pub mod list;
pub mod remove;
pub mod show;

use model::{Problem, error::Code};
use registry::desk::{Draft, SavedQuery, Share};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

use super::{failure::absent, seen::Seen};

/// What its owner says about a query.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewQuery {
    /// Its name, 1 to 120 visible characters.
    #[schema(example = "Open claims by region")]
    pub name: String,
    /// The SQL, at most 64 KiB.
    pub sql: String,
    /// The purpose it is run under.
    #[serde(default)]
    pub purpose: Option<String>,
    /// Who may read and run it besides its owner: `group:NAME`, a group of the owner's, or `everybody`.
    #[serde(default)]
    #[schema(example = "group:fraud-analysts")]
    pub shared_with: Option<String>,
}

impl NewQuery {
    /// The query as it is kept.
    ///
    /// # Errors
    /// `invalid-value` for a purpose or a group that is none; `not-allowed` for a group that the owner is not in.
    fn draft(self, seen: &Seen) -> Result<Draft, Problem> {
        let shared: Option<Share> = self.shared_with.as_deref().map(str::parse).transpose()?;
        if let Some(Share::Group(group)) = &shared
            && !seen.reader.groups.contains(group)
        {
            let message = format!("you are not in `{group}`, so you share nothing with it");
            return Err(Problem::new(Code::NotAllowed, message).with_hint("share with a group of yours, or everybody"));
        }
        let purpose = self.purpose.as_deref().map(str::parse).transpose()?;
        Ok(Draft { name: self.name, text: self.sql, purpose, shared })
    }
}

/// A saved query without its text.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QueryItem {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: String,
    /// Whether it is the caller's, who alone may change it.
    pub mine: bool,
    /// The purpose it is run under.
    pub purpose: Option<String>,
    /// Who may read and run it besides its owner.
    pub shared_with: Option<String>,
    /// When it was changed last.
    pub changed_at: String,
}

/// A saved query.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, ToSchema)]
pub struct QueryPage {
    /// At a glance.
    #[serde(flatten)]
    pub item: QueryItem,
    /// The SQL.
    pub sql: String,
}

impl QueryItem {
    fn of(query: &SavedQuery, seen: &Seen) -> Self {
        Self {
            id: query.id.to_string(),
            name: query.draft.name.clone(),
            owner: query.owner.to_string(),
            mine: query.owner == seen.reader.principal,
            purpose: query.draft.purpose.as_ref().map(ToString::to_string),
            shared_with: query.draft.shared.as_ref().map(ToString::to_string),
            changed_at: query.changed.to_string(),
        }
    }
}

impl QueryPage {
    fn of(query: &SavedQuery, seen: &Seen) -> Self {
        Self { item: QueryItem::of(query, seen), sql: query.draft.text.clone() }
    }
}

fn unknown(id: &str) -> Problem {
    absent("saved query", id)
}

fn id_of(text: &str) -> Result<Uuid, Problem> {
    text.parse().map_err(|_| unknown(text))
}
