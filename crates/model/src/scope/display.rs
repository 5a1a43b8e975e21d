//! A predicate as SQL text that parses to the same predicate.

use std::fmt::{self, Display, Formatter};

use super::{Comparison, Literal, Operand, Predicate, RowScope};

impl Display for RowScope {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        self.predicate.fmt(f)
    }
}

impl Display for Predicate {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let not = |negated: &bool| if *negated { "NOT " } else { "" };
        match self {
            Self::Compare(left, comparison, right) => write!(f, "{left} {comparison} {right}"),
            Self::In { operand, list, negated } => {
                write!(f, "{operand} {}IN (", not(negated))?;
                for (index, entry) in list.iter().enumerate() {
                    write!(f, "{}{entry}", if index == 0 { "" } else { ", " })?;
                }
                f.write_str(")")
            }
            Self::Between { operand, low, high, negated } => {
                write!(f, "{operand} {}BETWEEN {low} AND {high}", not(negated))
            }
            Self::IsNull { operand, negated } => write!(f, "{operand} IS {}NULL", not(negated)),
            Self::StartsWith { operand, prefix, negated } => {
                write!(f, "{operand} {}LIKE ", not(negated))?;
                let escaped = prefix.replace('\\', "\\\\").replace('%', "\\%").replace('_', "\\_");
                quote(f, &format!("{escaped}%"), '\'')
            }
            Self::And(parts) => chain(f, parts, " AND "),
            Self::Or(parts) => chain(f, parts, " OR "),
            Self::Not(inner) => write!(f, "NOT ({inner})"),
        }
    }
}

fn chain(f: &mut Formatter<'_>, parts: &[Predicate], between: &str) -> fmt::Result {
    for (index, part) in parts.iter().enumerate() {
        if index > 0 {
            f.write_str(between)?;
        }
        match part {
            Predicate::And(_) | Predicate::Or(_) => write!(f, "({part})")?,
            _ => part.fmt(f)?,
        }
    }
    Ok(())
}

impl Display for Comparison {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Equal => "=",
            Self::NotEqual => "<>",
            Self::Less => "<",
            Self::LessOrEqual => "<=",
            Self::Greater => ">",
            Self::GreaterOrEqual => ">=",
        })
    }
}

impl Display for Operand {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Column(name) => identifier(f, name),
            Self::Attribute(name) => {
                f.write_str("principal.")?;
                identifier(f, name)
            }
            Self::Literal(literal) => literal.fmt(f),
        }
    }
}

impl Display for Literal {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => quote(f, text, '\''),
            Self::Number(number) => f.write_str(number),
            Self::Boolean(true) => f.write_str("TRUE"),
            Self::Boolean(false) => f.write_str("FALSE"),
            Self::Null => f.write_str("NULL"),
        }
    }
}

/// Quoted unless it is a simple word that means nothing else to the parser.
fn identifier(f: &mut Formatter<'_>, name: &str) -> fmt::Result {
    let simple = name.starts_with(|c: char| c.is_ascii_alphabetic() || c == '_')
        && name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
    let keyword = sqlparser::keywords::ALL_KEYWORDS.binary_search(&name.to_ascii_uppercase().as_str()).is_ok();
    if simple && (!keyword || HARMLESS.contains(&name)) { f.write_str(name) } else { quote(f, name, '"') }
}

/// Keywords of some dialect that people name columns with, and that stand well alone.
const HARMLESS: &[&str] =
    &["region", "name", "status", "country", "domain", "category", "owner", "type", "level", "day"];

fn quote(f: &mut Formatter<'_>, text: &str, mark: char) -> fmt::Result {
    write!(f, "{mark}{}{mark}", text.replace(mark, &format!("{mark}{mark}")))
}
