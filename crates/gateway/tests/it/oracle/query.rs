//! Statements as trees, so that parts of one can be left out.

use std::fmt;

use super::{Dice, Words, words::CUSTOMERS};

/// A condition over `c`.
#[derive(Debug, Clone)]
pub enum Condition {
    Plain(&'static str),
    And(Box<Self>, Box<Self>),
    Or(Box<Self>, Box<Self>),
    Not(Box<Self>),
}

/// `SELECT ... FROM customers c ...`.
#[derive(Debug, Clone)]
pub struct Select {
    pub columns: Vec<&'static str>,
    pub distinct: bool,
    pub joins: Vec<&'static str>,
    /// A condition on the customers before anything else, in a subquery.
    pub inner: Option<Condition>,
    pub condition: Condition,
    /// One column of `columns` is the key, the other an aggregate.
    pub grouped: bool,
    /// By `c.customer_id`, descending or not.
    pub order: Option<bool>,
    /// Limit and offset.
    pub limit: Option<(usize, usize)>,
}

#[derive(Debug, Clone)]
pub enum Query {
    Select(Box<Select>),
    Set(Box<Self>, &'static str, Box<Self>),
    Other(&'static str),
}

/// A query, or the question for its plan.
#[derive(Debug, Clone)]
pub struct Statement {
    pub explain: bool,
    pub query: Query,
}

impl Statement {
    /// The next statement of the dice.
    pub fn random(dice: &mut Dice, words: &Words) -> Self {
        if !words.others.is_empty() && dice.once_in(12) {
            return Self { explain: false, query: Query::Other(dice.of(&words.others)) };
        }
        let query = match dice.roll(6) {
            0 => grouped(dice, words),
            1 => set(dice, words),
            2 => windowed(dice, words),
            _ => plain(dice, words),
        };
        Self { explain: words.unordered_limits && dice.once_in(15), query }
    }

    /// Whether its rows come in one order only.
    pub fn is_ordered(&self) -> bool {
        matches!(&self.query, Query::Select(select) if select.order.is_some() && select.joins.is_empty())
    }

    /// Whether it puts answers together, which come as each is done.
    pub fn is_set(&self) -> bool {
        matches!(&self.query, Query::Set(..))
    }
}

fn condition(dice: &mut Dice, words: &Words, depth: usize) -> Condition {
    if depth > 0 && dice.roll(3) > 0 {
        let (left, right) = (condition(dice, words, depth - 1), condition(dice, words, depth - 1));
        return match dice.roll(3) {
            0 => Condition::And(left.into(), right.into()),
            1 => Condition::Or(left.into(), right.into()),
            _ => Condition::Not(left.into()),
        };
    }
    Condition::Plain(dice.of(&words.conditions))
}

fn select(dice: &mut Dice, words: &Words, columns: Vec<&'static str>) -> Select {
    let joins = if dice.once_in(3) { vec![dice.of(&words.joins)] } else { vec![] };
    let inner = dice.once_in(5).then(|| condition(dice, words, 1));
    let condition = condition(dice, words, 2);
    Select { columns, distinct: false, joins, inner, condition, grouped: false, order: None, limit: None }
}

fn plain(dice: &mut Dice, words: &Words) -> Query {
    let columns = (0..=dice.roll(3)).map(|_| dice.of(&words.values)).collect();
    let mut select = select(dice, words, columns);
    if dice.once_in(2) {
        select.joins.clear();
        select.order = Some(dice.once_in(2));
        select.limit = dice.once_in(2).then(|| (dice.roll(50), dice.roll(20)));
    } else {
        select.distinct = dice.once_in(4);
        select.limit = (words.unordered_limits && dice.once_in(3)).then(|| (dice.roll(50), dice.roll(20)));
    }
    Query::Select(select.into())
}

fn grouped(dice: &mut Dice, words: &Words) -> Query {
    let key = dice.of(&["c.segment", "c.full_name", "c.birth_date", "c.customer_id % 5"]);
    let columns = vec![key, dice.of(&words.measures)];
    Query::Select(Select { grouped: true, ..select(dice, words, columns) }.into())
}

fn windowed(dice: &mut Dice, words: &Words) -> Query {
    let columns = vec!["c.customer_id", dice.of(&words.windows)];
    Query::Select(Select { joins: vec![], ..select(dice, words, columns) }.into())
}

fn set(dice: &mut Dice, words: &Words) -> Query {
    let column = dice.of(&["c.national_id", "c.full_name", "c.segment", "c.customer_id"]);
    let mut side = || {
        let side = Select { joins: vec![], ..select(dice, words, vec![column]) };
        Box::new(Query::Select(side.into()))
    };
    let (left, right) = (side(), side());
    Query::Set(left, dice.of(&["UNION ALL", "UNION", "INTERSECT", "EXCEPT"]), right)
}

impl fmt::Display for Condition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Plain(text) => f.write_str(text),
            Self::And(left, right) => write!(f, "({left} AND {right})"),
            Self::Or(left, right) => write!(f, "({left} OR {right})"),
            Self::Not(inner) => write!(f, "NOT ({inner})"),
        }
    }
}

impl fmt::Display for Select {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let columns: Vec<_> = self.columns.iter().enumerate().map(|(at, text)| format!("{text} AS v{at}")).collect();
        let distinct = if self.distinct { "DISTINCT " } else { "" };
        write!(f, "SELECT {distinct}{} FROM ", columns.join(", "))?;
        match &self.inner {
            Some(inner) => write!(f, "(SELECT * FROM {CUSTOMERS} c WHERE {inner}) c")?,
            None => write!(f, "{CUSTOMERS} c")?,
        }
        for join in &self.joins {
            write!(f, " {join}")?;
        }
        write!(f, " WHERE {}", self.condition)?;
        if self.grouped {
            f.write_str(" GROUP BY 1 HAVING count(*) > 1")?;
        }
        if let Some(descending) = self.order {
            write!(f, " ORDER BY c.customer_id{}", if descending { " DESC" } else { "" })?;
        }
        match self.limit {
            Some((limit, offset)) => write!(f, " LIMIT {limit} OFFSET {offset}"),
            None => Ok(()),
        }
    }
}

impl fmt::Display for Query {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Select(select) => select.fmt(f),
            Self::Set(left, operator, right) => write!(f, "{left} {operator} {right}"),
            Self::Other(text) => f.write_str(text),
        }
    }
}

impl fmt::Display for Statement {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}", if self.explain { "EXPLAIN " } else { "" }, self.query)
    }
}
