//! The objects that `apply` declares and retires, named the way plans, records and `--retire` name them.
//!
//! The order of [`Object`] is the order of an apply: governance, people, domains, sources, products.

use std::{fmt, str::FromStr};

use model::{
    error::{Code, Problem},
    name::{DomainName, SourceName, TableName},
    reference::ProductRef,
};
use serde::{Deserialize, Serialize};

/// One declared object. Written `mesh`, `people`, `classification:pii`, `domain:claims`, `source:claims.ops`,
/// `silver:claims.notices`, `product:claims.claims_enriched`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Object {
    /// `mesh.yaml`.
    Mesh,
    /// `governance/purposes.yaml`.
    Purposes,
    /// Everything in `governance/glossary/`.
    Glossary,
    /// A root of `governance/classifications/`.
    Classification(String),
    /// `people.yaml`.
    People,
    /// A domain.
    Domain(DomainName),
    /// A source of a domain.
    Source(DomainName, SourceName),
    /// A silver table of a domain.
    Silver(DomainName, TableName),
    /// A product.
    Product(ProductRef),
}

impl Object {
    /// The domain it lies in, itself if it is one.
    pub fn domain(&self) -> Option<&DomainName> {
        match self {
            Self::Domain(domain) | Self::Source(domain, _) | Self::Silver(domain, _) => Some(domain),
            Self::Product(product) => Some(&product.domain),
            Self::Mesh | Self::Purposes | Self::Glossary | Self::Classification(_) | Self::People => None,
        }
    }

    /// The part a person types after `--retire`: without the kind, as in every other command.
    pub fn short(&self) -> String {
        let text = self.to_string();
        text.split_once(':').map_or(text.clone(), |(_, name)| name.to_owned())
    }
}

impl fmt::Display for Object {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mesh => f.write_str("mesh"),
            Self::Purposes => f.write_str("purposes"),
            Self::Glossary => f.write_str("glossary"),
            Self::Classification(root) => write!(f, "classification:{root}"),
            Self::People => f.write_str("people"),
            Self::Domain(domain) => write!(f, "domain:{domain}"),
            Self::Source(domain, source) => write!(f, "source:{domain}.{source}"),
            Self::Silver(domain, table) => write!(f, "silver:{domain}.{table}"),
            Self::Product(product) => write!(f, "product:{product}"),
        }
    }
}

impl FromStr for Object {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        let wrong = || {
            Problem::new(Code::InvalidValue, format!("`{}` names no object", text.escape_debug()))
                .with_hint("write `domain:NAME`, `source:DOMAIN.NAME`, `silver:DOMAIN.NAME` or `product:DOMAIN.NAME`")
        };
        let pair = |name: &str| name.split_once('.').map(|(a, b)| (a.to_owned(), b.to_owned())).ok_or_else(wrong);
        match text.split_once(':') {
            None => match text {
                "mesh" => Ok(Self::Mesh),
                "purposes" => Ok(Self::Purposes),
                "glossary" => Ok(Self::Glossary),
                "people" => Ok(Self::People),
                _ => Err(wrong()),
            },
            Some(("classification", root)) if !root.is_empty() => Ok(Self::Classification(root.to_owned())),
            Some(("domain", name)) => Ok(Self::Domain(name.parse()?)),
            Some(("source", name)) => pair(name).and_then(|(a, b)| Ok(Self::Source(a.parse()?, b.parse()?))),
            Some(("silver", name)) => pair(name).and_then(|(a, b)| Ok(Self::Silver(a.parse()?, b.parse()?))),
            Some(("product", name)) => Ok(Self::Product(name.parse()?)),
            Some(_) => Err(wrong()),
        }
    }
}

impl TryFrom<String> for Object {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl From<Object> for String {
    fn from(object: Object) -> Self {
        object.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_round_trip_and_sort_in_the_order_of_an_apply() {
        let order = [
            "mesh",
            "purposes",
            "glossary",
            "classification:pii",
            "people",
            "domain:claims",
            "source:claims.ops",
            "silver:claims.notices",
            "product:claims.claims_enriched",
        ];
        let objects: Vec<Object> = order.iter().map(|text| text.parse().unwrap()).collect();
        for (object, text) in objects.iter().zip(order) {
            assert_eq!(object.to_string(), text);
        }
        let mut sorted = objects.clone();
        sorted.sort();
        assert_eq!(sorted, objects);
        assert_eq!(objects[8].short(), "claims.claims_enriched");
        for text in ["", "x", "domain:", "source:claims", "classification:", "what:ever"] {
            assert!(text.parse::<Object>().is_err(), "{text}");
        }
    }
}
