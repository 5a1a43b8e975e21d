//! Saved queries: one's own, and those that others share.

use std::{collections::BTreeSet, fmt, str::FromStr};

use model::{
    Code, Problem, Timestamp,
    name::{GroupName, PurposeName},
    principal::Principal,
};
use sqlx::{Row as _, sqlite::SqliteRow};
use uuid::Uuid;

use super::{Desk, broken, check_name, failed, limit, too_many};

/// Most queries that one person keeps.
pub const MOST_QUERIES: usize = 500;

/// The longest text of a query, in bytes.
pub const LONGEST_TEXT: usize = 64 << 10;

/// Who may read a query besides its owner. Written `group:fraud-analysts` or `everybody`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Share {
    /// Everybody in a group.
    Group(GroupName),
    /// Whoever may sign in.
    Everybody,
}

impl fmt::Display for Share {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Group(group) => write!(f, "group:{group}"),
            Self::Everybody => f.write_str("everybody"),
        }
    }
}

impl FromStr for Share {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text.strip_prefix("group:") {
            Some(group) => group.parse().map(Self::Group),
            None if text == "everybody" => Ok(Self::Everybody),
            None => Err(Problem::new(Code::InvalidValue, format!("`{}` is nobody to share with", text.escape_debug()))
                .with_hint("write `group:NAME` or `everybody`, or leave it out")),
        }
    }
}

/// What its owner says about a query.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Draft {
    /// Its name.
    pub name: String,
    /// The SQL.
    pub text: String,
    /// The purpose it is run under.
    pub purpose: Option<PurposeName>,
    /// With whom it is shared.
    pub shared: Option<Share>,
}

/// A query that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedQuery {
    /// Its id.
    pub id: Uuid,
    /// Whose it is.
    pub owner: Principal,
    /// What they say about it.
    pub draft: Draft,
    /// When it was changed last.
    pub changed: Timestamp,
}

impl SavedQuery {
    /// Whether somebody may read its text.
    pub fn is_for(&self, principal: &Principal, groups: &BTreeSet<GroupName>) -> bool {
        self.owner == *principal
            || match &self.draft.shared {
                Some(Share::Group(group)) => groups.contains(group),
                Some(Share::Everybody) => true,
                None => false,
            }
    }
}

impl Draft {
    fn check(&self) -> Result<&str, Problem> {
        if self.text.len() > LONGEST_TEXT {
            let message = format!("a query that is kept has at most {} KiB", LONGEST_TEXT >> 10);
            return Err(Problem::new(Code::TooLarge, message));
        }
        check_name(&self.name)
    }
}

const COLUMNS: &str = "SELECT id, owner, name, text, purpose, shared, changed FROM queries";

impl Desk {
    /// Keeps a query.
    ///
    /// # Errors
    /// `invalid-value` for a name that is none, `too-large` for a text or a number that is, `data-unavailable`.
    pub async fn keep_query(&self, owner: &Principal, draft: Draft, now: Timestamp) -> Result<SavedQuery, Problem> {
        let name = draft.check()?.to_owned();
        let query =
            SavedQuery { id: Uuid::now_v7(), owner: owner.clone(), draft: Draft { name, ..draft }, changed: now };
        let kept = sqlx::query(
            "INSERT INTO queries (id, owner, name, text, purpose, shared, changed) \
             SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE (SELECT count(*) FROM queries WHERE owner = ?2) < ?8",
        )
        .bind(query.id.to_string())
        .bind(owner.to_string())
        .bind(&query.draft.name)
        .bind(&query.draft.text)
        .bind(query.draft.purpose.as_ref().map(ToString::to_string))
        .bind(query.draft.shared.as_ref().map(ToString::to_string))
        .bind(now.micros())
        .bind(limit(MOST_QUERIES))
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        if kept.rows_affected() == 0 { Err(too_many("queries", MOST_QUERIES)) } else { Ok(query) }
    }

    /// Says something else about a query of one's own; `None` if there is none with this id.
    ///
    /// # Errors
    /// As [`Desk::keep_query`].
    pub async fn change_query(
        &self,
        owner: &Principal,
        id: Uuid,
        draft: Draft,
        now: Timestamp,
    ) -> Result<Option<SavedQuery>, Problem> {
        let name = draft.check()?.to_owned();
        let draft = Draft { name, ..draft };
        let changed = sqlx::query(
            "UPDATE queries SET name = ?3, text = ?4, purpose = ?5, shared = ?6, changed = ?7 WHERE id = ?1 AND owner = ?2",
        )
        .bind(id.to_string())
        .bind(owner.to_string())
        .bind(&draft.name)
        .bind(&draft.text)
        .bind(draft.purpose.as_ref().map(ToString::to_string))
        .bind(draft.shared.as_ref().map(ToString::to_string))
        .bind(now.micros())
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        let found = changed.rows_affected() > 0;
        Ok(found.then(|| SavedQuery { id, owner: owner.clone(), draft, changed: now }))
    }

    /// Removes a query of one's own; whether there was one.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn drop_query(&self, owner: &Principal, id: Uuid) -> Result<bool, Problem> {
        self.drop_own("DELETE FROM queries WHERE id = ? AND owner = ?", owner, id).await
    }

    /// A query that somebody may read.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn query(
        &self,
        id: Uuid,
        principal: &Principal,
        groups: &BTreeSet<GroupName>,
    ) -> Result<Option<SavedQuery>, Problem> {
        let sql = sqlx::AssertSqlSafe(format!("{COLUMNS} WHERE id = ?"));
        let row = sqlx::query(sql).bind(id.to_string()).fetch_optional(&self.pool).await.map_err(failed)?;
        let query = row.as_ref().map(saved).transpose()?;
        // SECURITY: one answer for what is not there and for what is somebody else's (test `a_desk_is_its_owners`).
        Ok(query.filter(|query| query.is_for(principal, groups)))
    }

    /// The queries that somebody may read, newest change first.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn queries(
        &self,
        principal: &Principal,
        groups: &BTreeSet<GroupName>,
    ) -> Result<Vec<SavedQuery>, Problem> {
        let sql = sqlx::AssertSqlSafe(format!(
            "{COLUMNS} WHERE owner = ? OR shared IS NOT NULL ORDER BY changed DESC, id DESC"
        ));
        let rows = sqlx::query(sql).bind(principal.to_string()).fetch_all(&self.pool).await.map_err(failed)?;
        let queries = rows.iter().map(saved).collect::<Result<Vec<_>, _>>()?;
        Ok(queries.into_iter().filter(|query| query.is_for(principal, groups)).collect())
    }
}

fn saved(row: &SqliteRow) -> Result<SavedQuery, Problem> {
    let text = |index: usize| row.try_get::<String, _>(index).map_err(failed);
    let optional = |index: usize| row.try_get::<Option<String>, _>(index).map_err(failed);
    Ok(SavedQuery {
        id: text(0)?.parse().map_err(broken)?,
        owner: text(1)?.parse()?,
        draft: Draft {
            name: text(2)?,
            text: text(3)?,
            purpose: optional(4)?.map(|purpose| purpose.parse()).transpose()?,
            shared: optional(5)?.map(|shared| shared.parse()).transpose()?,
        },
        changed: Timestamp::from_micros(row.try_get(6).map_err(failed)?),
    })
}
