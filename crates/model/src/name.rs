//! Names: the identifiers people choose, parsed once at the edge.
//!
//! Two shapes exist. *Object* names (`^[a-z][a-z0-9_]{0,47}$`, no `__`) are SQL identifiers that never need quoting;
//! *subject* names (`^[a-z][a-z0-9_-]{0,62}$`) are for people, services, groups, purposes and glossary terms.
//! Not for column names, which keep what the data brings (see [`ColumnName`]).
//!
//! INVARIANT: a value of these types has passed [`Kind::check`]; there is no other constructor.

use std::{borrow::Borrow, fmt, marker::PhantomData, sync::Arc};

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::error::{Code, Problem};

/// What a name names: its noun in messages, its shape and its reserved words.
pub trait Kind: Copy + Clone + fmt::Debug + PartialEq + Eq + PartialOrd + Ord + std::hash::Hash + 'static {
    /// The noun used in messages (`domain`, `product`).
    const NOUN: &'static str;
    /// Longest accepted name in bytes.
    const MAX: usize;
    /// Whether `-` is allowed (subjects) and `__` therefore too.
    const HYPHEN: bool;
    /// Whether the reserved words of SQL catalogs and zones are refused.
    const RESERVED: bool;
}

/// The kinds of names; each is a marker type.
pub mod kind {
    use super::Kind;

    /// One marker type per kind of name. A macro, because Rust has no other way to state a table of constants as types.
    macro_rules! kinds {
        ($($(#[$doc:meta])* $name:ident = $noun:literal, $max:literal, $hyphen:literal, $reserved:literal;)*) => {$(
            $(#[$doc])*
            #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
            pub struct $name;
            impl Kind for $name {
                const NOUN: &'static str = $noun;
                const MAX: usize = $max;
                const HYPHEN: bool = $hyphen;
                const RESERVED: bool = $reserved;
            }
        )*};
    }

    kinds! {
        /// One installation.
        Mesh = "mesh", 48, false, false;
        /// An owning team.
        Domain = "domain", 24, false, true;
        /// An operational system a domain ingests from.
        Source = "source", 48, false, true;
        /// A bronze or silver table.
        Table = "table", 48, false, true;
        /// A data product.
        Product = "product", 48, false, true;
        /// An output port of a product.
        Port = "port", 48, false, true;
        /// A row scope of an access file.
        Scope = "scope", 48, false, false;
        /// A person.
        Person = "person", 63, true, false;
        /// A service principal.
        Service = "service", 63, true, false;
        /// A group of people.
        Group = "group", 63, true, false;
        /// A purpose of reading.
        Purpose = "purpose", 63, true, false;
        /// A glossary term.
        Term = "glossary term", 63, true, false;
    }
}

/// Words that would collide with catalogs, zones or engine names.
const RESERVED: &[&str] = &[
    "mesh",
    "platform",
    "system",
    "bronze",
    "silver",
    "gold",
    "public",
    "default",
    "information_schema",
    "pg_catalog",
    "admin",
    "tessera",
    "con",
    "prn",
    "aux",
    "nul",
    "com1",
    "com2",
    "com3",
    "com4",
    "com5",
    "com6",
    "com7",
    "com8",
    "com9",
    "lpt1",
    "lpt2",
    "lpt3",
    "lpt4",
    "lpt5",
    "lpt6",
    "lpt7",
    "lpt8",
    "lpt9",
];

/// A checked name of kind `K`. Cheap to clone.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name<K: Kind>(Arc<str>, PhantomData<K>);

/// Name of the installation.
pub type MeshName = Name<kind::Mesh>;
/// Name of a domain.
pub type DomainName = Name<kind::Domain>;
/// Name of a source.
pub type SourceName = Name<kind::Source>;
/// Name of a bronze or silver table.
pub type TableName = Name<kind::Table>;
/// Name of a product within its domain.
pub type ProductName = Name<kind::Product>;
/// Name of an output port within its product.
pub type PortName = Name<kind::Port>;
/// Name of a row scope.
pub type ScopeName = Name<kind::Scope>;
/// Name of a person.
pub type PersonName = Name<kind::Person>;
/// Name of a service.
pub type ServiceName = Name<kind::Service>;
/// Name of a group.
pub type GroupName = Name<kind::Group>;
/// Name of a purpose.
pub type PurposeName = Name<kind::Purpose>;
/// Name of a glossary term.
pub type TermName = Name<kind::Term>;

impl<K: Kind> Name<K> {
    /// Parses a name.
    ///
    /// # Errors
    /// `invalid-value` naming the rule that the text breaks.
    pub fn new(text: &str) -> Result<Self, Problem> {
        let refuse = |why: &str| {
            Err(Problem::new(Code::InvalidValue, format!("the {} name `{}` {why}", K::NOUN, shown(text))).with_hint(
                format!(
                    "use {}",
                    if K::HYPHEN {
                        "a lower-case letter, then letters, digits, `_` or `-`"
                    } else {
                        "a lower-case letter, then letters, digits or single `_`"
                    }
                ),
            ))
        };
        if text.is_empty() {
            return refuse("is empty");
        }
        if text.len() > K::MAX {
            return refuse(&format!("is longer than {} characters", K::MAX));
        }
        if !text.starts_with(|c: char| c.is_ascii_lowercase()) {
            return refuse("does not start with a lower-case letter");
        }
        if !text.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_' || (K::HYPHEN && b == b'-'))
        {
            return refuse("has a character that is not allowed");
        }
        if !K::HYPHEN && text.contains("__") {
            return refuse("contains `__`, which separates product and port");
        }
        if K::RESERVED && RESERVED.contains(&text) {
            return refuse("is a reserved word");
        }
        Ok(Self(text.into(), PhantomData))
    }

    /// The name as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// Hostile input is shown without control or direction characters and at most 60 characters long.
fn shown(text: &str) -> String {
    text.chars()
        .take(60)
        .map(|c| {
            if c.is_control()
                || matches!(c, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
            {
                '\u{fffd}'
            } else {
                c
            }
        })
        .collect()
}

impl<K: Kind> fmt::Display for Name<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<K: Kind> fmt::Debug for Name<K> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}`", self.0)
    }
}

impl<K: Kind> Borrow<str> for Name<K> {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl<K: Kind> AsRef<str> for Name<K> {
    fn as_ref(&self) -> &str {
        &self.0
    }
}

impl<K: Kind> std::str::FromStr for Name<K> {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        Self::new(text)
    }
}

impl<K: Kind> Serialize for Name<K> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.0)
    }
}

impl<'de, K: Kind> Deserialize<'de> for Name<K> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Self::new(&text).map_err(|problem| serde::de::Error::custom(problem.message()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ordinary_names_pass() {
        for text in ["claims", "a", "claims_enriched", "x9"] {
            assert_eq!(ProductName::new(text).unwrap().as_str(), text);
        }
        assert_eq!(GroupName::new("fraud-analysts").unwrap().as_str(), "fraud-analysts");
    }

    #[test]
    fn hostile_and_reserved_names_are_refused() {
        let long = "x".repeat(300);
        for text in [
            "",
            "..",
            "a/b",
            "a\\b",
            "%2e%2e",
            "a\0",
            "a\r\nb",
            "\u{202e}abc",
            &long,
            "*",
            "con",
            ".a",
            "A",
            "9a",
            "a__b",
            "gold",
            "ä",
        ] {
            assert!(ProductName::new(text).is_err(), "{text:?} must be refused");
        }
        assert!(DomainName::new(&"d".repeat(25)).is_err());
        assert!(GroupName::new("-a").is_err());
    }

    #[test]
    fn a_message_never_carries_control_characters() {
        let problem = ProductName::new("a\u{202e}\r\nb").unwrap_err();
        assert!(!problem.message().contains(['\u{202e}', '\r', '\n']));
    }
}
