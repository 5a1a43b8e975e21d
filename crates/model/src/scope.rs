//! Row scopes: the allow-listed boolean expressions that decide which rows a reader sees.
//!
//! A small typed language, parsed from SQL text and compiled by the gateway to engine expressions by construction:
//! columns of the port, `principal.<attribute>`, literals, `= <> < <= > >= IN BETWEEN AND OR NOT IS NULL LIKE 'x%'`.
//! No functions, no arithmetic, no casts, nothing that can fail on a row.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

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
