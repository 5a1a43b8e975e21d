//! Comparing and combining outcomes: which is stronger, what satisfies what, what may be applied on top of what.

use model::{
    class::Step,
    column::ColumnType,
    treatment::{Outcome, TokenKey},
};

use crate::mask;

/// Whether values that went through `applied` need nothing more to satisfy `required`: stronger by rank, or of equal
/// rank with the same key or an equal or coarser step (M15a).
pub(super) fn covers(applied: &Outcome, required: &Outcome) -> bool {
    if applied.rank() != required.rank() {
        return applied.rank() > required.rank();
    }
    match (applied, required) {
        (Outcome::Generalise { to: applied }, Outcome::Generalise { to: required }) => is_coarser(*applied, *required),
        (Outcome::Partial { .. }, _) | (Outcome::Token { .. }, _) => applied == required,
        _ => true,
    }
}

/// The outcome that does what every one of `required` asks for, given what the values went through before; `key` is the
/// key of a token that takes the place of a weaker mask that does not serve. Not for an empty list.
pub(super) fn strongest(required: &[Outcome], applied: &[Outcome], kind: &ColumnType, key: &TokenKey) -> Outcome {
    let rank = required.iter().map(Outcome::rank).max().unwrap_or_default();
    let top: Vec<&Outcome> = required.iter().filter(|outcome| outcome.rank() == rank).collect();
    let merged = top
        .iter()
        .skip(1)
        .fold(top.first().map(|first| (*first).clone()), |so_far, next| so_far.and_then(|so_far| merge(so_far, next)));
    let stronger = [Outcome::Token { key: key.clone() }, Outcome::Constant { value: None }, Outcome::Null];
    merged
        .into_iter()
        .chain(stronger.into_iter().filter(|outcome| outcome.rank() > rank))
        .find(|outcome| mask::holds(outcome, kind) && applied.iter().all(|before| is_meaningful(outcome, before)))
        .unwrap_or(Outcome::Denied)
}

/// One outcome that satisfies both of equal rank, if there is one.
fn merge(left: Outcome, right: &Outcome) -> Option<Outcome> {
    if left == *right {
        return Some(left);
    }
    match (&left, right) {
        (Outcome::Generalise { to: a }, Outcome::Generalise { to: b }) if is_coarser(*a, *b) => Some(left),
        (Outcome::Generalise { to: a }, Outcome::Generalise { to: b }) if is_coarser(*b, *a) => Some(right.clone()),
        (Outcome::Token { key: a }, Outcome::Token { key: b }) => {
            Some(if (narrowness(a), b) >= (narrowness(b), a) { left } else { right.clone() })
        }
        (Outcome::Constant { .. }, Outcome::Constant { .. }) => Some(Outcome::Constant { value: None }),
        _ => None,
    }
}

/// Whether `outcome` applied to values that went through `before` shows no more than it would of the raw values.
fn is_meaningful(outcome: &Outcome, before: &Outcome) -> bool {
    match outcome {
        Outcome::Clear | Outcome::Partial { .. } => *before == Outcome::Clear,
        Outcome::Generalise { to } => match before {
            Outcome::Clear => true,
            Outcome::Generalise { to: applied } => is_coarser(*to, *applied) || is_coarser(*applied, *to),
            _ => false,
        },
        // SECURITY: a token of a token never (test `a_token_is_never_made_of_a_token`).
        Outcome::Token { .. } => before.rank() < outcome.rank(),
        Outcome::Constant { .. } | Outcome::Null | Outcome::Denied => true,
    }
}

/// Whether `a` keeps no more than `b`: everything `a` shows follows from what `b` shows.
fn is_coarser(a: Step, b: Step) -> bool {
    let calendar = |step: Step| match step {
        Step::Month => Some(0),
        Step::Year => Some(1),
        Step::Decade => Some(2),
        Step::Multiple(_) | Step::Prefix(_) => None,
    };
    match (a, b) {
        (Step::Multiple(a), Step::Multiple(b)) => a.checked_rem(b) == Some(0),
        (Step::Prefix(a), Step::Prefix(b)) => a <= b,
        _ => calendar(a).zip(calendar(b)).is_some_and(|(a, b)| a >= b),
    }
}

/// Tokens of a narrower key join with fewer others.
fn narrowness(key: &TokenKey) -> u8 {
    match key.scope.split(':').next() {
        Some("purpose") => 2,
        Some("domain") => 1,
        _ => 0,
    }
}

#[cfg(test)]
mod tests {
    use model::class::{ClassName, PartialKind};

    use super::*;

    fn key(class: &str, scope: &str) -> TokenKey {
        TokenKey { class: ClassName::from_tag(class), scope: scope.to_owned(), version: 1 }
    }

    fn token(class: &str) -> Outcome {
        Outcome::Token { key: key(class, "mesh") }
    }

    fn partial(of: PartialKind) -> Outcome {
        Outcome::Partial { of }
    }

    fn general(to: Step) -> Outcome {
        Outcome::Generalise { to }
    }

    fn constant() -> Outcome {
        Outcome::Constant { value: None }
    }

    #[test]
    fn what_was_applied_covers_the_same_and_the_weaker() {
        let email = partial(PartialKind::Email);
        for (applied, required, expected) in [
            (Outcome::Clear, Outcome::Clear, true),
            (Outcome::Clear, email.clone(), false),
            (email.clone(), email.clone(), true),
            (partial(PartialKind::Name), email.clone(), false),
            (token("pii.a"), email.clone(), true),
            (token("pii.a"), token("pii.a"), true),
            (token("pii.a"), token("pii.b"), false),
            (general(Step::Decade), general(Step::Year), true),
            (general(Step::Month), general(Step::Year), false),
            (general(Step::Multiple(100)), general(Step::Multiple(10)), true),
            (general(Step::Multiple(15)), general(Step::Multiple(10)), false),
            (general(Step::Prefix(2)), general(Step::Prefix(3)), true),
            (general(Step::Prefix(4)), general(Step::Prefix(3)), false),
            (constant(), Outcome::Constant { value: Some("x".into()) }, true),
            (Outcome::Null, constant(), true),
            (constant(), Outcome::Null, false),
            (Outcome::Null, Outcome::Denied, false),
        ] {
            assert_eq!(covers(&applied, &required), expected, "{applied:?} covers {required:?}");
        }
    }

    #[test]
    fn several_requirements_become_one_that_serves_all() {
        let text = ColumnType::String;
        let fallback = key("pii.a", "mesh");
        for (required, applied, kind, expected) in [
            (vec![partial(PartialKind::Email), Outcome::Null], vec![], &text, Outcome::Null),
            (vec![partial(PartialKind::Email), partial(PartialKind::Name)], vec![], &text, token("pii.a")),
            (vec![general(Step::Prefix(3)), general(Step::Prefix(2))], vec![], &text, general(Step::Prefix(2))),
            (vec![general(Step::Year), general(Step::Month)], vec![], &ColumnType::Date, general(Step::Year)),
            (vec![general(Step::Multiple(4)), general(Step::Multiple(6))], vec![], &ColumnType::Integer, constant()),
            (vec![token("pii.b"), token("pii.a")], vec![], &text, token("pii.a")),
            (
                vec![token("pii.a"), Outcome::Token { key: key("pii.b", "purpose:x") }],
                vec![],
                &text,
                Outcome::Token { key: key("pii.b", "purpose:x") },
            ),
            (
                vec![Outcome::Constant { value: Some("x".into()) }, Outcome::Constant { value: Some("y".into()) }],
                vec![],
                &text,
                constant(),
            ),
            // On values that went through something weaker.
            (vec![token("pii.a")], vec![partial(PartialKind::Email)], &text, token("pii.a")),
            (vec![token("pii.a")], vec![token("pii.b")], &text, constant()),
            (vec![partial(PartialKind::Email)], vec![token("pii.b"), Outcome::Clear], &text, constant()),
            (vec![general(Step::Year)], vec![general(Step::Month)], &ColumnType::Date, general(Step::Year)),
            (vec![general(Step::Multiple(15))], vec![general(Step::Multiple(10))], &ColumnType::Integer, constant()),
            (vec![general(Step::Prefix(2))], vec![partial(PartialKind::Last4)], &text, token("pii.a")),
        ] {
            assert_eq!(strongest(&required, &applied, kind, &fallback), expected, "{required:?} on {applied:?}");
        }
    }
}
