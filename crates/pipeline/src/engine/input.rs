//! Names inside a step's SQL, parsed once: `bronze.x`, `silver.x`, `<product>.<port>`, `domain.product.port`.

use std::fmt;

use datafusion::common::TableReference;
use model::{
    Code, Problem,
    name::{DomainName, TableName},
    reference::{PortRef, ProductRef},
};

/// The suffix of the tables that hold rows set aside.
pub(crate) const REJECTED: &str = "__rejected";

/// Something a step reads.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Input {
    /// A source's table.
    Bronze(LayerTable),
    /// A silver table of the domain.
    Silver(LayerTable),
    /// A port: of the domain itself or of another one.
    Port(PortRef),
}

/// A table of a layer, or the rows set aside from it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) struct LayerTable {
    /// The table.
    pub(crate) table: TableName,
    /// Whether the rows set aside are meant.
    pub(crate) rejected: bool,
}

impl LayerTable {
    /// The rows that were kept.
    pub(crate) fn kept(table: TableName) -> Self {
        Self { table, rejected: false }
    }

    fn parse(text: &str) -> Result<Self, Problem> {
        match text.strip_suffix(REJECTED) {
            Some(table) => Ok(Self { table: table.parse()?, rejected: true }),
            None => Ok(Self { table: text.parse()?, rejected: false }),
        }
    }
}

impl Input {
    /// The input a table name in a domain's SQL means.
    ///
    /// # Errors
    /// `invalid-sql` for one-part names and names that nothing can have.
    pub(crate) fn parse(domain: &DomainName, reference: &TableReference) -> Result<Self, Problem> {
        let shaped = |problem: Problem| {
            Problem::new(
                Code::InvalidSql,
                format!("`{reference}` is not a table a step can read: {}", problem.message()),
            )
            .with_hint(SHAPES)
        };
        match reference {
            TableReference::Bare { table } => Err(Problem::new(
                Code::InvalidSql,
                format!("the table name `{table}` has one part only, so it could mean anything"),
            )
            .with_hint(SHAPES)),
            TableReference::Partial { schema, table } => Self::own(domain, schema, table).map_err(shaped),
            TableReference::Full { catalog, schema, table } if catalog.as_ref() == domain.as_str() => {
                Self::own(domain, schema, table).map_err(shaped)
            }
            TableReference::Full { catalog, schema, table } => {
                let port = || -> Result<PortRef, Problem> {
                    Ok(ProductRef::new(catalog.parse()?, schema.parse()?).port(table.parse()?))
                };
                port().map(Self::Port).map_err(shaped)
            }
        }
    }

    fn own(domain: &DomainName, schema: &str, table: &str) -> Result<Self, Problem> {
        Ok(match schema {
            "bronze" => Self::Bronze(LayerTable::parse(table)?),
            "silver" => Self::Silver(LayerTable::parse(table)?),
            product => Self::Port(ProductRef::new(domain.clone(), product.parse()?).port(table.parse()?)),
        })
    }
}

const SHAPES: &str = "write `bronze.TABLE`, `silver.TABLE`, `PRODUCT.PORT` or `DOMAIN.PRODUCT.PORT`";

impl fmt::Display for LayerTable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", self.table, if self.rejected { REJECTED } else { "" })
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Bronze(table) => write!(f, "bronze.{table}"),
            Self::Silver(table) => write!(f, "silver.{table}"),
            Self::Port(port) => port.fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(name: &str) -> Result<String, Problem> {
        Input::parse(&"claims".parse().unwrap(), &TableReference::parse_str(name)).map(|input| input.to_string())
    }

    #[test]
    fn every_documented_form_is_understood() {
        for (name, meaning) in [
            ("bronze.notices", "bronze.notices"),
            ("bronze.notices__rejected", "bronze.notices__rejected"),
            ("silver.claims", "silver.claims"),
            ("claims.silver.claims", "silver.claims"),
            ("fraud.signals", "claims.fraud.signals"),
            ("claims.fraud.signals", "claims.fraud.signals"),
            ("policy.policies.active", "policy.policies.active"),
        ] {
            assert_eq!(parse(name).unwrap(), meaning);
        }
    }

    #[test]
    fn one_part_names_and_impossible_names_are_refused_with_the_forms() {
        for name in ["claims", "bronze.\"../x\"", "a__b.c", "policy.bronze.x"] {
            let problem = parse(name).unwrap_err();
            assert_eq!(problem.code(), Code::InvalidSql, "{name}");
            assert!(problem.hint().unwrap().contains("silver.TABLE"));
        }
    }
}
