//! Products that somebody follows. Whether they still may know of one is the caller's to ask.

use model::{Problem, Timestamp, principal::Principal, reference::ProductRef};
use sqlx::Row as _;

use super::{Desk, failed, limit, too_many};

/// Most products that one person follows.
pub const MOST_FOLLOWED: usize = 1_000;

/// A product that is followed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Followed {
    /// The product.
    pub product: ProductRef,
    /// Since when.
    pub since: Timestamp,
}

impl Desk {
    /// Follows a product from now on; since when, if it was followed before.
    ///
    /// # Errors
    /// `too-large` for one too many, `data-unavailable`.
    pub async fn follow(&self, owner: &Principal, product: &ProductRef, now: Timestamp) -> Result<Timestamp, Problem> {
        sqlx::query(
            "INSERT INTO follows (owner, product, since) \
             SELECT ?1, ?2, ?3 WHERE (SELECT count(*) FROM follows WHERE owner = ?1) < ?4 ON CONFLICT DO NOTHING",
        )
        .bind(owner.to_string())
        .bind(product.to_string())
        .bind(now.micros())
        .bind(limit(MOST_FOLLOWED))
        .execute(&self.pool)
        .await
        .map_err(failed)?;
        let since: Option<i64> = sqlx::query_scalar("SELECT since FROM follows WHERE owner = ? AND product = ?")
            .bind(owner.to_string())
            .bind(product.to_string())
            .fetch_optional(&self.pool)
            .await
            .map_err(failed)?;
        since.map(Timestamp::from_micros).ok_or_else(|| too_many("followed products", MOST_FOLLOWED))
    }

    /// Follows a product no longer.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn unfollow(&self, owner: &Principal, product: &ProductRef) -> Result<(), Problem> {
        sqlx::query("DELETE FROM follows WHERE owner = ? AND product = ?")
            .bind(owner.to_string())
            .bind(product.to_string())
            .execute(&self.pool)
            .await
            .map(|_| ())
            .map_err(failed)
    }

    /// What somebody follows, by name.
    ///
    /// # Errors
    /// `data-unavailable`.
    pub async fn followed(&self, owner: &Principal) -> Result<Vec<Followed>, Problem> {
        let rows = sqlx::query("SELECT product, since FROM follows WHERE owner = ? ORDER BY product")
            .bind(owner.to_string())
            .fetch_all(&self.pool)
            .await
            .map_err(failed)?;
        let followed = |row: &sqlx::sqlite::SqliteRow| {
            let product: String = row.try_get(0).map_err(failed)?;
            let since = Timestamp::from_micros(row.try_get(1).map_err(failed)?);
            Ok(Followed { product: product.parse()?, since })
        };
        rows.iter().map(followed).collect()
    }
}
