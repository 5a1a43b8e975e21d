//! References: how people and programs point at products, ports and columns.
//!
//! `claims.claims_enriched` (current), `@2`, `@2.1.0`, `#pub-1077`; a port adds a third part, a column a fourth.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Code, Problem},
    id::PublicationId,
    name::{DomainName, PortName, ProductName},
};

/// `domain.product`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ProductRef {
    /// The owning domain.
    pub domain: DomainName,
    /// The product within it.
    pub product: ProductName,
}

/// `domain.product.port`, the canonical name of a governed table.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PortRef {
    /// The product that owns the port.
    pub product: ProductRef,
    /// The port's name.
    pub port: PortName,
}

/// Which release of a product is meant.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Release {
    /// What is served now.
    #[default]
    Current,
    /// The newest publication of a major version: `@2`.
    Major(u64),
    /// The newest publication of one version: `@2.1.0`.
    Version(semver::Version),
    /// One publication: `#pub-1077`.
    Publication(PublicationId),
}

/// A reference as typed: `domain.product[@V|#pub-N][.port[.column]]`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// The product.
    pub product: ProductRef,
    /// Which of its releases.
    pub release: Release,
    /// The port, if one was named.
    pub port: Option<PortName>,
    /// The column, if one was named; columns may hold dots, so it is the rest of the text.
    pub column: Option<String>,
}

impl ProductRef {
    /// Puts a reference together.
    pub fn new(domain: DomainName, product: ProductName) -> Self {
        Self { domain, product }
    }

    /// The reference to one of its ports.
    pub fn port(&self, port: PortName) -> PortRef {
        PortRef { product: self.clone(), port }
    }
}

impl fmt::Display for ProductRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.domain, self.product)
    }
}

impl fmt::Display for PortRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.product, self.port)
    }
}

fn not_a(noun: &str, text: &str, shape: &str) -> Problem {
    Problem::new(Code::InvalidValue, format!("`{}` is not a {noun} reference", text.escape_debug()))
        .with_hint(format!("write `{shape}`"))
}

impl FromStr for ProductRef {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let mut parts = text.split('.');
        match (parts.next(), parts.next(), parts.next()) {
            (Some(domain), Some(product), None) => Ok(Self { domain: domain.parse()?, product: product.parse()? }),
            _ => Err(not_a("product", text, "domain.product")),
        }
    }
}

impl FromStr for PortRef {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let mut parts = text.split('.');
        match (parts.next(), parts.next(), parts.next(), parts.next()) {
            (Some(domain), Some(product), Some(port), None) => Ok(Self {
                product: ProductRef { domain: domain.parse()?, product: product.parse()? },
                port: port.parse()?,
            }),
            _ => Err(not_a("port", text, "domain.product.port")),
        }
    }
}

impl FromStr for Reference {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let wrong = || not_a("product", text, "domain.product[@VERSION][.port[.column]]");
        let (domain, rest) = text.split_once('.').ok_or_else(wrong)?;
        let end = rest.find(['.', '@', '#']).unwrap_or(rest.len());
        let (product, mut rest) = rest.split_at(end);
        let mut release = Release::Current;
        if let Some(after) = rest.strip_prefix('#') {
            let end = after.find('.').unwrap_or(after.len());
            let (id, tail) = after.split_at(end);
            release = Release::Publication(id.parse()?);
            rest = tail;
        } else if let Some(after) = rest.strip_prefix('@') {
            // A version holds dots itself: `@2.1.0.port`; three numeric parts make a version, one a major.
            let parts: Vec<&str> = after.split('.').collect();
            let numeric = parts.iter().take(3).take_while(|part| part.parse::<u64>().is_ok()).count();
            let used = match numeric {
                3 => {
                    let version = parts.iter().take(3).copied().collect::<Vec<_>>().join(".");
                    release = Release::Version(version.parse().map_err(|_| wrong())?);
                    version.len()
                }
                1 => {
                    let major = parts.first().copied().unwrap_or_default();
                    release = Release::Major(major.parse().map_err(|_| wrong())?);
                    major.len()
                }
                _ => return Err(wrong()),
            };
            rest = after.get(used..).unwrap_or_default();
        }
        let mut port = None;
        let mut column = None;
        if !rest.is_empty() {
            let rest = rest.strip_prefix('.').ok_or_else(wrong)?;
            let (first, tail) = match rest.split_once('.') {
                Some((first, tail)) => (first, Some(tail)),
                None => (rest, None),
            };
            port = Some(first.parse()?);
            column = tail.map(str::to_owned);
        }
        Ok(Self { product: ProductRef { domain: domain.parse()?, product: product.parse()? }, release, port, column })
    }
}

impl TryFrom<String> for ProductRef {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl TryFrom<String> for PortRef {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl From<ProductRef> for String {
    fn from(reference: ProductRef) -> Self {
        reference.to_string()
    }
}

impl From<PortRef> for String {
    fn from(reference: PortRef) -> Self {
        reference.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_form_of_reference_parses() {
        let parse = |text: &str| text.parse::<Reference>().unwrap();
        assert_eq!(parse("claims.claims_enriched").release, Release::Current);
        assert_eq!(parse("claims.claims_enriched@2").release, Release::Major(2));
        assert_eq!(parse("claims.claims_enriched@2.1.0").release, Release::Version("2.1.0".parse().unwrap()));
        assert_eq!(parse("claims.claims_enriched#pub-1077").release, Release::Publication(PublicationId::new(1077)));
        let full = parse("claims.claims_enriched@2.1.0.claims.loss amount");
        assert_eq!(full.port.unwrap().as_str(), "claims");
        assert_eq!(full.column.unwrap(), "loss amount");
        assert_eq!(parse("claims.claims_enriched@2.claims").port.unwrap().as_str(), "claims");
    }

    #[test]
    fn nonsense_is_refused() {
        for text in ["", "claims", "claims.", ".x", "a.b@", "a.b@x", "a.b@1.2", "a.b#", "a.b#pub-x", "a..b"] {
            assert!(text.parse::<Reference>().is_err(), "{text:?}");
        }
    }
}
