//! The smallest statement that still tells what a larger one told.

use super::query::{Condition, Query, Select, Statement};

/// Leaves out what can be left out while `tells` holds.
pub async fn shrink(statement: Statement, tells: impl AsyncFn(&Statement) -> bool) -> Statement {
    let mut smallest = statement;
    'again: loop {
        for smaller in smaller(&smallest) {
            if tells(&smaller).await {
                smallest = smaller;
                continue 'again;
            }
        }
        return smallest;
    }
}

fn smaller(statement: &Statement) -> Vec<Statement> {
    let of = |query| Statement { explain: statement.explain, query };
    let plan = statement.explain.then(|| Statement { explain: false, query: statement.query.clone() });
    plan.into_iter().chain(queries(&statement.query).into_iter().map(of)).collect()
}

fn queries(query: &Query) -> Vec<Query> {
    match query {
        Query::Other(_) => vec![],
        Query::Set(left, operator, right) => {
            let lefts = queries(left).into_iter().map(|left| Query::Set(left.into(), operator, right.clone()));
            let rights = queries(right).into_iter().map(|right| Query::Set(left.clone(), operator, right.into()));
            [(**left).clone(), (**right).clone()].into_iter().chain(lefts).chain(rights).collect()
        }
        Query::Select(select) => selects(select).into_iter().map(|select| Query::Select(select.into())).collect(),
    }
}

fn selects(select: &Select) -> Vec<Select> {
    let mut all = vec![];
    let mut add = |change: &dyn Fn(&mut Select)| {
        let mut changed = select.clone();
        change(&mut changed);
        all.push(changed);
    };
    if select.limit.is_some() {
        add(&|select| select.limit = None);
    }
    if select.order.is_some() {
        add(&|select| select.order = None);
    }
    if select.distinct {
        add(&|select| select.distinct = false);
    }
    if select.inner.is_some() {
        add(&|select| select.inner = None);
    }
    for at in 0..select.joins.len() {
        add(&|select| {
            select.joins.remove(at);
        });
    }
    for at in (0..select.columns.len()).filter(|_| select.columns.len() > 1 && !select.grouped) {
        add(&|select| {
            select.columns.remove(at);
        });
    }
    for smaller in select.inner.iter().flat_map(conditions) {
        add(&|select| select.inner = Some(smaller.clone()));
    }
    for smaller in conditions(&select.condition) {
        add(&|select| select.condition = smaller.clone());
    }
    all
}

fn conditions(condition: &Condition) -> Vec<Condition> {
    match condition {
        Condition::Plain("1 = 1") => vec![],
        Condition::Plain(_) => vec![Condition::Plain("1 = 1")],
        Condition::Not(inner) => std::iter::once((**inner).clone())
            .chain(conditions(inner).into_iter().map(|inner| Condition::Not(inner.into())))
            .collect(),
        Condition::And(left, right) => pairs(left, right, |left, right| Condition::And(left.into(), right.into())),
        Condition::Or(left, right) => pairs(left, right, |left, right| Condition::Or(left.into(), right.into())),
    }
}

fn pairs(left: &Condition, right: &Condition, join: impl Fn(Condition, Condition) -> Condition) -> Vec<Condition> {
    let lefts = conditions(left).into_iter().map(|smaller| join(smaller, right.clone()));
    let rights = conditions(right).into_iter().map(|smaller| join(left.clone(), smaller));
    [left.clone(), right.clone()].into_iter().chain(lefts).chain(rights).collect()
}
