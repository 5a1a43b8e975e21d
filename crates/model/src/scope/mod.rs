//! Row scopes: the allow-listed boolean expressions that decide which rows a reader sees.
//!
//! A small typed language, parsed from SQL text and compiled by the gateway to engine expressions by construction:
//! columns of the port, `principal.<attribute>`, literals, `= <> < <= > >= IN BETWEEN AND OR NOT IS NULL LIKE 'x%'`.
//! No functions, no arithmetic, no casts, nothing that can fail on a row. Column names are taken as written, quoted where
//! they are not simple words.
//!
//! INVARIANT: printing and parsing again gives the same predicate (test `what_is_printed_parses_to_the_same`).

mod check;
mod display;
mod parse;

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use crate::{column::ColumnType, error::Problem};

/// A comparison operator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Comparison {
    /// `=`
    Equal,
    /// `<>`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
    /// `>`
    Greater,
    /// `>=`
    GreaterOrEqual,
}

/// A literal value. Dates and times are text compared with a date or timestamp column.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Literal {
    /// `'EU'`
    Text(String),
    /// A whole or decimal number, as written.
    Number(String),
    /// `TRUE`, `FALSE`
    Boolean(bool),
    /// `NULL`: also what a missing attribute becomes.
    Null,
}

/// What is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Operand {
    /// A column of the port.
    Column(String),
    /// An attribute of the principal; bound before use.
    Attribute(String),
    /// A literal.
    Literal(Literal),
}

/// A boolean expression with SQL's three values.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Predicate {
    /// `a < b`
    Compare(Operand, Comparison, Operand),
    /// `a IN (..)`, `a NOT IN (..)`
    In {
        /// The tested operand.
        operand: Operand,
        /// The list.
        list: Vec<Operand>,
        /// Whether NOT.
        negated: bool,
    },
    /// `a BETWEEN low AND high`
    Between {
        /// The tested operand.
        operand: Operand,
        /// Lower bound, included.
        low: Operand,
        /// Upper bound, included.
        high: Operand,
        /// Whether NOT.
        negated: bool,
    },
    /// `a IS NULL`, `a IS NOT NULL`
    IsNull {
        /// The tested operand.
        operand: Operand,
        /// Whether NOT.
        negated: bool,
    },
    /// `a LIKE 'x%'`: a prefix.
    StartsWith {
        /// The tested operand.
        operand: Operand,
        /// The prefix, unescaped.
        prefix: String,
        /// Whether NOT.
        negated: bool,
    },
    /// Conjunction.
    And(Vec<Predicate>),
    /// Disjunction.
    Or(Vec<Predicate>),
    /// Negation.
    Not(Box<Predicate>),
}

/// A parsed row scope with the text it was written as.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct RowScope {
    /// The name it was declared under, for reasons and records; empty for a restriction or an ad-hoc scope.
    pub name: String,
    /// The expression.
    pub predicate: Predicate,
}

/// Attributes of a principal by name; a missing one binds as NULL and hides.
pub type Attributes = BTreeMap<String, String>;

impl RowScope {
    /// Parses an expression.
    ///
    /// # Errors
    /// `invalid-value`, `too-large` or `too-complex`, with the position within the text.
    pub fn parse(name: &str, text: &str) -> Result<Self, Problem> {
        Ok(Self { name: name.to_owned(), predicate: parse::parse(text)? })
    }

    /// The columns it names.
    pub fn columns(&self) -> BTreeSet<String> {
        let mut columns = BTreeSet::new();
        self.predicate.each_operand(&mut |operand| {
            if let Operand::Column(name) = operand {
                columns.insert(name.clone());
            }
        });
        columns
    }

    /// The attributes of the principal it names.
    pub fn attributes(&self) -> BTreeSet<String> {
        let mut attributes = BTreeSet::new();
        self.predicate.each_operand(&mut |operand| {
            if let Operand::Attribute(name) = operand {
                attributes.insert(name.clone());
            }
        });
        attributes
    }

    /// Checks names and types against a port's columns.
    ///
    /// # Errors
    /// `reference-unknown` for a column that is not there, `invalid-value` for operands that do not compare.
    pub fn check(&self, columns: &[(String, ColumnType)]) -> Result<(), Problem> {
        check::check(&self.predicate, columns)
    }

    /// The scope with the principal's attributes in their place; a missing one is NULL, so that it hides.
    #[must_use]
    pub fn bind(&self, attributes: &Attributes) -> Self {
        let predicate = self.predicate.map_operands(&|operand| match operand {
            Operand::Attribute(name) => {
                Operand::Literal(attributes.get(name).map_or(Literal::Null, |value| Literal::Text(value.clone())))
            }
            other => other.clone(),
        });
        Self { name: self.name.clone(), predicate }
    }
}

impl Predicate {
    fn each_operand(&self, visit: &mut impl FnMut(&Operand)) {
        match self {
            Self::Compare(left, _, right) => {
                visit(left);
                visit(right);
            }
            Self::In { operand, list, .. } => {
                visit(operand);
                list.iter().for_each(visit);
            }
            Self::Between { operand, low, high, .. } => [operand, low, high].into_iter().for_each(visit),
            Self::IsNull { operand, .. } | Self::StartsWith { operand, .. } => visit(operand),
            Self::And(parts) | Self::Or(parts) => parts.iter().for_each(|part| part.each_operand(visit)),
            Self::Not(inner) => inner.each_operand(visit),
        }
    }

    /// The same expression with every operand replaced.
    #[must_use]
    pub fn map_operands(&self, replace: &impl Fn(&Operand) -> Operand) -> Self {
        match self {
            Self::Compare(left, comparison, right) => Self::Compare(replace(left), *comparison, replace(right)),
            Self::In { operand, list, negated } => {
                Self::In { operand: replace(operand), list: list.iter().map(replace).collect(), negated: *negated }
            }
            Self::Between { operand, low, high, negated } => {
                Self::Between { operand: replace(operand), low: replace(low), high: replace(high), negated: *negated }
            }
            Self::IsNull { operand, negated } => Self::IsNull { operand: replace(operand), negated: *negated },
            Self::StartsWith { operand, prefix, negated } => {
                Self::StartsWith { operand: replace(operand), prefix: prefix.clone(), negated: *negated }
            }
            Self::And(parts) => Self::And(parts.iter().map(|part| part.map_operands(replace)).collect()),
            Self::Or(parts) => Self::Or(parts.iter().map(|part| part.map_operands(replace)).collect()),
            Self::Not(inner) => Self::Not(Box::new(inner.map_operands(replace))),
        }
    }
}

#[cfg(test)]
mod tests;
