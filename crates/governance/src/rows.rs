//! Rewriting the operands of a row scope: one traversal for renaming columns and for reading them.

use std::collections::BTreeSet;

use model::scope::{Operand, Predicate, RowScope};

/// The scope with every operand passed through `change`.
pub(crate) fn rewrite(scope: &RowScope, change: &mut dyn FnMut(&Operand) -> Operand) -> RowScope {
    RowScope { name: scope.name.clone(), predicate: rewrite_predicate(&scope.predicate, change) }
}

/// The columns a scope reads.
pub(crate) fn columns(scope: &RowScope) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    rewrite(scope, &mut |operand| {
        if let Operand::Column(column) = operand {
            found.insert(column.clone());
        }
        operand.clone()
    });
    found
}

fn rewrite_predicate(predicate: &Predicate, change: &mut dyn FnMut(&Operand) -> Operand) -> Predicate {
    match predicate {
        Predicate::Compare(left, comparison, right) => {
            let left = change(left);
            Predicate::Compare(left, *comparison, change(right))
        }
        Predicate::In { operand, list, negated } => {
            Predicate::In { operand: change(operand), list: list.iter().map(&mut *change).collect(), negated: *negated }
        }
        Predicate::Between { operand, low, high, negated } => {
            Predicate::Between { operand: change(operand), low: change(low), high: change(high), negated: *negated }
        }
        Predicate::IsNull { operand, negated } => Predicate::IsNull { operand: change(operand), negated: *negated },
        Predicate::StartsWith { operand, prefix, negated } => {
            Predicate::StartsWith { operand: change(operand), prefix: prefix.clone(), negated: *negated }
        }
        Predicate::And(parts) => Predicate::And(parts.iter().map(|part| rewrite_predicate(part, change)).collect()),
        Predicate::Or(parts) => Predicate::Or(parts.iter().map(|part| rewrite_predicate(part, change)).collect()),
        Predicate::Not(inner) => Predicate::Not(Box::new(rewrite_predicate(inner, change))),
    }
}

/// The scope with the reader's attributes as literals; a missing one becomes NULL, which hides.
pub(crate) fn bind(scope: &RowScope, attributes: &model::scope::Attributes) -> RowScope {
    use model::scope::Literal;
    rewrite(scope, &mut |operand| match operand {
        Operand::Attribute(name) => {
            Operand::Literal(attributes.get(name).map_or(Literal::Null, |value| Literal::Text(value.clone())))
        }
        other => other.clone(),
    })
}
