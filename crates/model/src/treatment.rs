//! Treatments: what a principal gets from a port. Decided by `governance`, executed by `gateway`, shown everywhere.
//!
//! Strength is total: `denied > null > constant > token > generalised > partial > clear` (M3).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::{
    class::{ClassName, PartialKind, Step},
    digest::Digest,
    id::EntitlementId,
    name::PurposeName,
    scope::RowScope,
};

/// Which key a token is made with. Two tokens are comparable only if their keys are equal.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct TokenKey {
    /// The class whose key it is.
    pub class: ClassName,
    /// `mesh`, `domain:claims` or `purpose:fraud-detection`.
    pub scope: String,
    /// The key's version, from 1.
    pub version: u32,
}

/// What happens to one column, weakest first: the derived order is the order of strength.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Outcome {
    /// As stored.
    Clear,
    /// Shortened, keeping a shape.
    Partial {
        /// The shape.
        of: PartialKind,
    },
    /// Coarsened.
    Generalise {
        /// How far.
        to: Step,
    },
    /// Replaced by a keyed token.
    Token {
        /// The key.
        key: TokenKey,
    },
    /// Replaced by one value.
    Constant {
        /// The value as text, if the class gives one.
        value: Option<String>,
    },
    /// Replaced by NULL.
    Null,
    /// Absent.
    Denied,
}

impl Outcome {
    /// The rank of the outcome's kind, 0 for clear to 6 for denied.
    pub fn rank(&self) -> u8 {
        match self {
            Self::Clear => 0,
            Self::Partial { .. } => 1,
            Self::Generalise { .. } => 2,
            Self::Token { .. } => 3,
            Self::Constant { .. } => 4,
            Self::Null => 5,
            Self::Denied => 6,
        }
    }

    /// The word people read: `clear`, `partial`, `generalised`, `token`, `constant`, `null`, `denied`.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Clear => "clear",
            Self::Partial { .. } => "partial",
            Self::Generalise { .. } => "generalised",
            Self::Token { .. } => "token",
            Self::Constant { .. } => "constant",
            Self::Null => "null",
            Self::Denied => "denied",
        }
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Partial { of } => write!(f, "partial ({})", format!("{of:?}").to_lowercase()),
            Self::Generalise { to } => write!(f, "generalised to {to}"),
            other => f.write_str(other.word()),
        }
    }
}

/// A class a published column carries, and what was already applied to it where it was read (M15a).
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct CarriedTag {
    /// The class.
    pub class: ClassName,
    /// What the values already went through; `Clear` if nothing.
    #[serde(default = "clear", skip_serializing_if = "is_clear")]
    pub applied: Outcome,
}

fn clear() -> Outcome {
    Outcome::Clear
}

fn is_clear(outcome: &Outcome) -> bool {
    *outcome == Outcome::Clear
}

/// What happens to one column and why.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ColumnTreatment {
    /// The column.
    pub column: String,
    /// The outcome that the reader sees.
    pub outcome: Outcome,
    /// What must still be done to the stored values: `Clear` where the outcome was applied upstream.
    pub apply: Outcome,
    /// Why, as sentences without values.
    pub reasons: Vec<String>,
}

/// Which rows: a row passes if any scope is TRUE and every restriction is TRUE.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowTreatment {
    /// Scopes of the active entitlements, attributes already bound as literals; `None` means all rows.
    pub any_of: Option<Vec<RowScope>>,
    /// Mandatory restrictions.
    pub all_of: Vec<RowScope>,
}

impl RowTreatment {
    /// Whether every row passes.
    pub fn is_all(&self) -> bool {
        self.any_of.is_none() && self.all_of.is_empty()
    }
}

/// What a principal gets from a port, with reasons.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Treatment {
    /// One entry per column of the port, in its order; denied ones included, so that reasons can be told.
    pub columns: Vec<ColumnTreatment>,
    /// The rows.
    pub rows: RowTreatment,
    /// The entitlements it rests on.
    pub entitlements: Vec<EntitlementId>,
    /// The purpose it was decided for.
    pub purpose: Option<PurposeName>,
}

impl Treatment {
    /// Whether the port is served as it is stored: the fast lane.
    pub fn is_identity(&self) -> bool {
        self.rows.is_all() && self.columns.iter().all(|column| column.apply == Outcome::Clear)
    }

    /// The digest of what is done to the data (not of the reasons): part of every cache key.
    pub fn digest(&self) -> Digest {
        let effect: Vec<_> =
            self.columns.iter().map(|column| (&column.column, &column.outcome, &column.apply)).collect();
        Digest::of(&serde_json::to_vec(&(effect, &self.rows)).unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn strength_is_the_declared_order() {
        let key = TokenKey { class: ClassName::from_tag("pii.x"), scope: "mesh".into(), version: 1 };
        let order = [
            Outcome::Clear,
            Outcome::Partial { of: PartialKind::Email },
            Outcome::Generalise { to: Step::Year },
            Outcome::Token { key },
            Outcome::Constant { value: None },
            Outcome::Null,
            Outcome::Denied,
        ];
        for pair in order.windows(2) {
            assert!(pair[0] < pair[1] && pair[0].rank() < pair[1].rank());
        }
    }
}
