//! From SQL text to a [`Predicate`]: the SQL parser's tree, of which only the allow-listed shapes are taken.

use sqlparser::{
    ast::{BinaryOperator, Expr, Ident, Spanned, UnaryOperator, Value},
    parser::{Parser, ParserError},
    tokenizer::{Location as SqlLocation, Token},
};

use super::{Comparison, Literal, Operand, Predicate};
use crate::{
    error::{Code, Location, Problem},
    files::sql::{Postgres, is_bounded_by},
    stack::deep,
    yaml::shown,
};

/// Longest text in bytes: also what bounds the depth of the parser's tree.
pub(super) const LONGEST: usize = 8 * 1024;

/// Most comparisons and list entries.
const MOST_PARTS: usize = 1_000;

/// Most operators in a row: comparisons and the AND and OR between them.
const LONGEST_CHAIN: usize = 2 * MOST_PARTS;

/// Most operators in a row other than AND and OR.
const LONGEST_RUN: usize = 50;

/// Deepest nesting of parentheses and NOT.
const DEEPEST: usize = 32;

const FORMS: &str =
    "use columns, principal.<attribute>, literals and = <> < <= > >= IN BETWEEN IS NULL LIKE 'x%' AND OR NOT";

pub(super) fn parse(text: &str) -> Result<Predicate, Problem> {
    if text.len() > LONGEST {
        return Err(Problem::new(Code::TooLarge, format!("a row scope is longer than {LONGEST} bytes")));
    }
    if text.trim().is_empty() {
        return Err(Problem::new(Code::InvalidValue, "a row scope is empty").with_hint("leave it out: then all rows"));
    }
    // Counted before parsing: the parser tries several readings of each parenthesis. SECURITY: what is refused is shown and
    // located by recursion, so only AND and OR, which are walked in a loop, may stand in long rows (test `bombs_end_quickly`).
    if !is_bounded_by(text, LONGEST_CHAIN, LONGEST_RUN) {
        return Err(syntax(&ParserError::RecursionLimitExceeded, SqlLocation { line: 1, column: 1 }));
    }
    let dialect = Postgres;
    let mut parser = Parser::new(&dialect)
        .with_recursion_limit(DEEPEST)
        .try_with_sql(text)
        .map_err(|error| syntax(&error, SqlLocation { line: 1, column: 1 }))?;
    let tree = match deep(|| parser.parse_expr()) {
        Ok(tree) => tree,
        Err(error) => return Err(syntax(&error, parser.peek_token().span.start)),
    };
    let rest = parser.peek_token();
    if rest.token != Token::EOF {
        let message = format!("a row scope ends before `{}`", shown(&rest.token.to_string()));
        return Err(at(Problem::new(Code::InvalidValue, message).with_hint(FORMS), rest.span.start));
    }
    Reader { parts: 0 }.predicate(&tree, 0)
}

fn syntax(error: &ParserError, position: SqlLocation) -> Problem {
    let problem = match error {
        ParserError::RecursionLimitExceeded => {
            Problem::new(Code::TooComplex, format!("a row scope is nested deeper than {DEEPEST} levels"))
        }
        ParserError::TokenizerError(why) | ParserError::ParserError(why) => {
            // The parser appends its own idea of the position.
            let why = why.split(" at Line:").next().unwrap_or(why);
            Problem::new(Code::InvalidValue, format!("this is not a row scope: {}", shown(why))).with_hint(FORMS)
        }
    };
    at(problem, position)
}

fn at(problem: Problem, position: SqlLocation) -> Problem {
    if position.line == 0 {
        return problem;
    }
    let narrow = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    problem.at(Location { file: String::new(), line: narrow(position.line), column: narrow(position.column) })
}

struct Reader {
    parts: usize,
}

impl Reader {
    fn refuse<T>(&self, tree: &Expr, what: &str) -> Result<T, Problem> {
        let message = format!("{what} may not stand in a row scope: `{}`", shown(&tree.to_string()));
        Err(at(Problem::new(Code::InvalidValue, message).with_hint(FORMS), tree.span().start))
    }

    fn count(&mut self) -> Result<(), Problem> {
        self.parts += 1;
        if self.parts > MOST_PARTS {
            return Err(Problem::new(Code::TooComplex, format!("a row scope has more than {MOST_PARTS} parts")));
        }
        Ok(())
    }

    fn predicate(&mut self, tree: &Expr, depth: usize) -> Result<Predicate, Problem> {
        if depth > DEEPEST {
            return Err(syntax(&ParserError::RecursionLimitExceeded, tree.span().start));
        }
        match tree {
            Expr::Nested(inner) => self.predicate(inner, depth + 1),
            Expr::UnaryOp { op: UnaryOperator::Not, expr } => {
                Ok(Predicate::Not(Box::new(self.predicate(expr, depth + 1)?)))
            }
            Expr::BinaryOp { op: op @ (BinaryOperator::And | BinaryOperator::Or), .. } => self.chain(tree, op, depth),
            Expr::BinaryOp { left, op, right } => {
                let Some(comparison) = comparison(op) else {
                    return self.refuse(tree, &format!("the operator `{op}`"));
                };
                self.count()?;
                Ok(Predicate::Compare(self.operand(left)?, comparison, self.operand(right)?))
            }
            Expr::IsNull(expr) => self.null_test(expr, false),
            Expr::IsNotNull(expr) => self.null_test(expr, true),
            Expr::InList { expr, list, negated } => {
                self.count()?;
                let operand = self.operand(expr)?;
                let list = list.iter().map(|entry| self.count().and_then(|()| self.operand(entry)));
                Ok(Predicate::In { operand, list: list.collect::<Result<_, _>>()?, negated: *negated })
            }
            Expr::Between { expr, negated, low, high } => {
                self.count()?;
                let (operand, low, high) = (self.operand(expr)?, self.operand(low)?, self.operand(high)?);
                Ok(Predicate::Between { operand, low, high, negated: *negated })
            }
            Expr::Like { negated, any: false, expr, pattern, escape_char: None } => {
                self.count()?;
                let prefix = self.prefix(pattern)?;
                Ok(Predicate::StartsWith { operand: self.operand(expr)?, prefix, negated: *negated })
            }
            Expr::Identifier(_) | Expr::CompoundIdentifier(_) | Expr::Value(_) => self
                .refuse(tree, "a value that is not compared")
                .map_err(|problem| problem.with_hint(format!("write `{} = TRUE`", shown(&tree.to_string())))),
            Expr::Function(_) => self.refuse(tree, "a function"),
            Expr::Subquery(_) | Expr::InSubquery { .. } | Expr::Exists { .. } => self.refuse(tree, "a subquery"),
            Expr::Cast { .. } => self.refuse(tree, "a cast"),
            _ => self.refuse(tree, "this"),
        }
    }

    /// `a AND b AND c` as one list: the parser nests it to the left, as deep as it is long, so the walk is a loop.
    fn chain(&mut self, tree: &Expr, operator: &BinaryOperator, depth: usize) -> Result<Predicate, Problem> {
        let mut right_to_left = Vec::new();
        let mut rest = tree;
        loop {
            match rest {
                Expr::BinaryOp { left, op, right } if op == operator => {
                    right_to_left.push(right.as_ref());
                    rest = left;
                }
                Expr::Nested(inner) => rest = inner,
                _ => break,
            }
        }
        right_to_left.push(rest);
        let mut parts = Vec::with_capacity(right_to_left.len());
        for part in right_to_left.into_iter().rev() {
            match (self.predicate(part, depth + 1)?, operator) {
                (Predicate::And(inner), BinaryOperator::And) | (Predicate::Or(inner), BinaryOperator::Or) => {
                    parts.extend(inner);
                }
                (part, _) => parts.push(part),
            }
        }
        Ok(if *operator == BinaryOperator::And { Predicate::And(parts) } else { Predicate::Or(parts) })
    }

    fn null_test(&mut self, expr: &Expr, negated: bool) -> Result<Predicate, Problem> {
        self.count()?;
        Ok(Predicate::IsNull { operand: self.operand(expr)?, negated })
    }

    fn operand(&self, tree: &Expr) -> Result<Operand, Problem> {
        match tree {
            Expr::Nested(inner) if !matches!(**inner, Expr::Nested(_)) => self.operand(inner),
            Expr::Identifier(Ident { value, .. }) => Ok(Operand::Column(value.clone())),
            Expr::CompoundIdentifier(parts) => match parts.as_slice() {
                [root, name] if root.quote_style.is_none() && root.value.eq_ignore_ascii_case("principal") => {
                    Ok(Operand::Attribute(name.value.clone()))
                }
                _ => self.refuse(tree, "a name of several parts").map_err(|problem| {
                    problem.with_hint("write a column of the port, or `principal.<attribute>` of the reader")
                }),
            },
            Expr::Value(value) => self.literal(tree, &value.value).map(Operand::Literal),
            Expr::UnaryOp { op: UnaryOperator::Minus, expr } => match expr.as_ref() {
                Expr::Value(value) => match self.literal(tree, &value.value)? {
                    Literal::Number(number) => Ok(Operand::Literal(Literal::Number(format!("-{number}")))),
                    _ => self.refuse(tree, "a sign before something that is not a number"),
                },
                _ => self.refuse(tree, "arithmetic"),
            },
            Expr::BinaryOp { .. } | Expr::UnaryOp { .. } => self.refuse(tree, "arithmetic"),
            Expr::Function(_) => self.refuse(tree, "a function"),
            Expr::Cast { .. } | Expr::TypedString { .. } => self
                .refuse(tree, "a cast")
                .map_err(|problem| problem.with_hint("write dates and times as text: `day >= '2026-01-01'`")),
            _ => self.refuse(tree, "this"),
        }
    }

    fn literal(&self, tree: &Expr, value: &Value) -> Result<Literal, Problem> {
        match value {
            Value::SingleQuotedString(text) if !text.contains('\0') => Ok(Literal::Text(text.clone())),
            Value::Number(number, false) if is_plain_number(number) => Ok(Literal::Number(number.clone())),
            Value::Boolean(value) => Ok(Literal::Boolean(*value)),
            Value::Null => Ok(Literal::Null),
            _ => self.refuse(tree, "this form of a literal"),
        }
    }

    /// The prefix of a pattern: its text up to the one `%` at its end; `\` escapes.
    fn prefix(&self, pattern: &Expr) -> Result<String, Problem> {
        let wrong = || {
            self.refuse(pattern, "a pattern other than a prefix")
                .map_err(|problem: Problem| problem.with_hint("write a text with one `%` at its end: LIKE 'x%'"))
        };
        let Expr::Value(value) = pattern else { return wrong() };
        let Value::SingleQuotedString(text) = &value.value else { return wrong() };
        let mut prefix = String::new();
        let mut characters = text.chars();
        while let Some(character) = characters.next() {
            match character {
                '\\' => match characters.next() {
                    Some(escaped) => prefix.push(escaped),
                    None => return wrong(),
                },
                '%' if characters.as_str().is_empty() => return Ok(prefix),
                '%' | '_' => return wrong(),
                other => prefix.push(other),
            }
        }
        wrong()
    }
}

fn comparison(operator: &BinaryOperator) -> Option<Comparison> {
    Some(match operator {
        BinaryOperator::Eq => Comparison::Equal,
        BinaryOperator::NotEq => Comparison::NotEqual,
        BinaryOperator::Lt => Comparison::Less,
        BinaryOperator::LtEq => Comparison::LessOrEqual,
        BinaryOperator::Gt => Comparison::Greater,
        BinaryOperator::GtEq => Comparison::GreaterOrEqual,
        _ => return None,
    })
}

/// `12`, `12.5`: no exponent, no leading or trailing point, at most 38 digits.
fn is_plain_number(number: &str) -> bool {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    digits(whole) && digits(fraction) && number.len() <= 39
}
