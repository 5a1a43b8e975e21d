//! Ids that are born of a journal record: kind and sequence number (`req-1042`, `ent-1050`, `pub-1077`, `tok-7`).

use std::{fmt, marker::PhantomData, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::error::{Code, Problem};

/// What an id identifies.
pub trait IdKind: Copy + Clone + fmt::Debug + PartialEq + Eq + PartialOrd + Ord + std::hash::Hash + 'static {
    /// The text before the hyphen.
    const PREFIX: &'static str;
}

/// An access request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RequestKind;
/// An entitlement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EntitlementKind;
/// A publication.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PublicationKind;
/// An API token.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenKind;

impl IdKind for RequestKind {
    const PREFIX: &'static str = "req";
}
impl IdKind for EntitlementKind {
    const PREFIX: &'static str = "ent";
}
impl IdKind for PublicationKind {
    const PREFIX: &'static str = "pub";
}
impl IdKind for TokenKind {
    const PREFIX: &'static str = "tok";
}

/// Prefix and the sequence number of the record it was born of.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Id<K: IdKind>(u64, PhantomData<K>);

/// `req-N`.
pub type RequestId = Id<RequestKind>;
/// `ent-N`.
pub type EntitlementId = Id<EntitlementKind>;
/// `pub-N`.
pub type PublicationId = Id<PublicationKind>;
/// `tok-N`.
pub type TokenId = Id<TokenKind>;

impl<K: IdKind> Id<K> {
    /// The id born of record `seq`.
    pub fn new(seq: u64) -> Self {
        Self(seq, PhantomData)
    }

    /// The sequence number of the record it was born of.
    pub fn seq(self) -> u64 {
        self.0
    }
}

impl<K: IdKind> fmt::Display for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}-{}", K::PREFIX, self.0)
    }
}

impl<K: IdKind> fmt::Debug for Id<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl<K: IdKind> FromStr for Id<K> {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        text.strip_prefix(K::PREFIX)
            .and_then(|rest| rest.strip_prefix('-'))
            .filter(|digits| digits.bytes().all(|b| b.is_ascii_digit()))
            .and_then(|digits| digits.parse().ok())
            .map(Self::new)
            .ok_or_else(|| {
                Problem::new(
                    Code::InvalidValue,
                    format!("`{}` is not an id of the form `{}-N`", text.escape_debug(), K::PREFIX),
                )
            })
    }
}

impl<K: IdKind> TryFrom<String> for Id<K> {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl<K: IdKind> From<Id<K>> for String {
    fn from(id: Id<K>) -> Self {
        id.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_round_trip_and_refuse_other_kinds() {
        assert_eq!("pub-1077".parse::<PublicationId>().unwrap().to_string(), "pub-1077");
        for text in ["req-1", "pub-", "pub-+1", "pub-1x", "pub1", "pub-99999999999999999999999"] {
            assert!(text.parse::<PublicationId>().is_err(), "{text}");
        }
    }
}
