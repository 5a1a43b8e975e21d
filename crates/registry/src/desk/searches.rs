//! Searches that somebody keeps, to ask them again.

use model::{Code, Problem, Timestamp, principal::Principal};
use sqlx::{Row as _, sqlite::SqliteRow};
use uuid::Uuid;

use super::{Desk, broken, check_name, failed, limit, too_many};

/// Most searches that one person keeps.
pub const MOST_SEARCHES: usize = 100;

/// The longest text of a search, in bytes: as the marketplace takes it.
const LONGEST_WORDS: usize = 1_000;

/// A search that is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SavedSearch {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What is looked for, as the marketplace takes it: `claims domain:claims state:ok`.
    pub words: String,
    /// When it was kept.
    pub changed: Timestamp,
}

impl Desk {
    /// Keeps a search.
    ///
    /// # Errors
    /// `invalid-value` for a name that is none, `too-large` for one too many or too long, `data-unavailable`.
    pub async fn keep_search(
        &self,
        owner: &Principal,
        name: &str,
        words: &str,
        now: Timestamp,
    ) -> Result<SavedSearch, Problem> {
        let search = SavedSearch {
            id: Uuid::now_v7(),
            name: check_name(name)?.to_owned(),
            words: words.trim().to_owned(),
            changed: now,
        };
        if search.words.len() > LONGEST_WORDS {
            return Err(Problem::new(Code::TooLarge, format!("a search has at most {LONGEST_WORDS} bytes")));
        }
        let kept = sqlx::query(
            "INSERT INTO searches (id, owner, name, words, changed) \
             SELECT ?1, ?2, ?3, ?4, ?5 WHERE (SELECT count(*) FROM searches WHERE owner = ?2) < ?6",
        )
        .bind(search.id.to_string())
        .bind(owner.to_string())
        .bind(&search.name)
        .bind(&search.words)
        .bind(now.micros())
        .bind(limit(MOST_SEARCHES))
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        if kept.rows_affected() == 0 { Err(too_many("searches", MOST_SEARCHES)) } else { Ok(search) }
    }

    /// Removes a search of one's own; whether there was one.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn drop_search(&self, owner: &Principal, id: Uuid) -> Result<bool, Problem> {
        self.drop_own("DELETE FROM searches WHERE id = ? AND owner = ?", owner, id).await
    }

    /// The searches that somebody keeps, by name.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn searches(&self, owner: &Principal) -> Result<Vec<SavedSearch>, Problem> {
        let rows = sqlx::query("SELECT id, name, words, changed FROM searches WHERE owner = ? ORDER BY name, id")
            .bind(owner.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(failed)?;
        rows.iter().map(saved).collect()
    }
}

fn saved(row: &SqliteRow) -> Result<SavedSearch, Problem> {
    Ok(SavedSearch {
        id: row.try_get::<String, _>(0).map_err(failed)?.parse().map_err(broken)?,
        name: row.try_get(1).map_err(failed)?,
        words: row.try_get(2).map_err(failed)?,
        changed: Timestamp::from_micros(row.try_get(3).map_err(failed)?),
    })
}
