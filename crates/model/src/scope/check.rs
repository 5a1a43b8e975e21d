//! Types of a predicate: what is compared must compare without a cast that can fail on a row.

use super::{Comparison, Literal, Operand, Predicate};
use crate::{
    column::ColumnType,
    error::{Code, Problem},
    suggest,
    time::Timestamp,
    yaml::shown,
};

/// What values are compared as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Sort {
    Text,
    Number,
    Boolean,
    Date,
    Timestamp,
    /// Binary and nested values: only NULL can be asked.
    Opaque,
    /// NULL fits everything.
    Null,
}

impl Sort {
    fn of(kind: &ColumnType) -> Self {
        match kind {
            ColumnType::String => Self::Text,
            ColumnType::Integer | ColumnType::Number | ColumnType::Decimal { .. } => Self::Number,
            ColumnType::Boolean => Self::Boolean,
            ColumnType::Date => Self::Date,
            ColumnType::Timestamp => Self::Timestamp,
            ColumnType::Binary | ColumnType::Struct(_) | ColumnType::List(_) | ColumnType::Map(_) => Self::Opaque,
        }
    }

    fn words(self) -> &'static str {
        match self {
            Self::Text => "text",
            Self::Number => "a number",
            Self::Boolean => "a truth value",
            Self::Date => "a date",
            Self::Timestamp => "a time",
            Self::Opaque => "a nested or binary value",
            Self::Null => "NULL",
        }
    }
}

pub(super) fn check(predicate: &Predicate, columns: &[(String, ColumnType)]) -> Result<(), Problem> {
    let checker = Checker { columns };
    match predicate {
        Predicate::Compare(left, comparison, right) => checker.comparable(left, right, Some(*comparison)),
        Predicate::In { operand, list, .. } => {
            list.iter().try_for_each(|entry| checker.comparable(operand, entry, Some(Comparison::Equal)))
        }
        Predicate::Between { operand, low, high, .. } => {
            checker.comparable(operand, low, None)?;
            checker.comparable(operand, high, None)
        }
        Predicate::IsNull { operand, .. } => checker.sort(operand).map(|_| ()),
        Predicate::StartsWith { operand, .. } => match checker.sort(operand)? {
            Sort::Text | Sort::Null => Ok(()),
            other => Err(wrong(format!("LIKE compares text, `{operand}` is {}", other.words()))),
        },
        Predicate::And(parts) | Predicate::Or(parts) => parts.iter().try_for_each(|part| check(part, columns)),
        Predicate::Not(inner) => check(inner, columns),
    }
}

fn wrong(message: String) -> Problem {
    Problem::new(Code::InvalidValue, message)
}

struct Checker<'a> {
    columns: &'a [(String, ColumnType)],
}

impl Checker<'_> {
    fn sort(&self, operand: &Operand) -> Result<Sort, Problem> {
        match operand {
            Operand::Column(name) => match self.columns.iter().find(|(column, _)| column == name) {
                Some((_, kind)) => Ok(Sort::of(kind)),
                None => {
                    let message = format!("the column `{}` does not exist", shown(name));
                    let problem = Problem::new(Code::ReferenceUnknown, message).with_sqlstate("42703");
                    Err(match suggest::hint(name, self.columns.iter().map(|(column, _)| column.as_str())) {
                        Some(hint) => problem.with_hint(hint),
                        None => problem,
                    })
                }
            },
            Operand::Attribute(_) => Ok(Sort::Text),
            Operand::Literal(Literal::Text(_)) => Ok(Sort::Text),
            Operand::Literal(Literal::Number(_)) => Ok(Sort::Number),
            Operand::Literal(Literal::Boolean(_)) => Ok(Sort::Boolean),
            Operand::Literal(Literal::Null) => Ok(Sort::Null),
        }
    }

    fn comparable(&self, left: &Operand, right: &Operand, comparison: Option<Comparison>) -> Result<(), Problem> {
        let (a, b) = (self.sort(left)?, self.sort(right)?);
        if matches!(a, Sort::Opaque) || matches!(b, Sort::Opaque) {
            return Err(wrong(format!("`{left}` and `{right}` do not compare: one is {}", Sort::Opaque.words()))
                .with_hint("only IS NULL can be asked of it"));
        }
        let ordered = !matches!(comparison, Some(Comparison::Equal | Comparison::NotEqual));
        if ordered && (a == Sort::Boolean || b == Sort::Boolean) {
            return Err(wrong(format!("`{left}` and `{right}` have no order")).with_hint("compare with = or <>"));
        }
        match (a, b) {
            (Sort::Null, _) | (_, Sort::Null) => Ok(()),
            _ if a == b => Ok(()),
            (Sort::Date | Sort::Timestamp, Sort::Text) => self.dated(left, a, right),
            (Sort::Text, Sort::Date | Sort::Timestamp) => self.dated(right, b, left),
            _ => Err(wrong(format!("`{left}` is {}, `{right}` is {}", a.words(), b.words())).with_hint(match right {
                Operand::Attribute(_) => "attributes of principals are text; compare them with a text column",
                _ => "write the literal in the column's type: 'text', 12.5, TRUE, '2026-01-31'",
            })),
        }
    }

    /// A date or time against text: only a literal that reads as one cannot fail on a row.
    fn dated(&self, column: &Operand, sort: Sort, text: &Operand) -> Result<(), Problem> {
        let reads = match text {
            Operand::Literal(Literal::Text(text)) => match sort {
                Sort::Date => is_date(text),
                _ => is_date(text) || text.parse::<Timestamp>().is_ok(),
            },
            _ => false,
        };
        if reads {
            return Ok(());
        }
        Err(wrong(format!("`{column}` is {}, `{text}` does not read as one", sort.words())).with_hint(match sort {
            Sort::Date => "write '2026-01-31'",
            _ => "write '2026-01-31T10:00:00Z'",
        }))
    }
}

fn is_date(text: &str) -> bool {
    text.len() == 10 && text.parse::<jiff::civil::Date>().is_ok()
}
