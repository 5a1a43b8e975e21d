//! What a person has to say in so many words before it happens: retirements, and what lets somebody see more of a product.

use model::{Code, Problem};
use serde::{Deserialize, Serialize};

use super::{DraftChange, Verb};
use crate::object::Object;

/// What was confirmed, as typed.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Confirmed {
    /// Objects that may be retired: `claims.x`, or a domain with everything in it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub retire: Vec<String>,
    /// Products whose access may show more: `claims.x`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loosen: Vec<String>,
}

/// `claims` confirms the domain and everything in it; `claims.x` and `product:claims.x` confirm that object.
pub(super) fn confirms(text: &str, object: &Object) -> bool {
    names(text, object)
        || object.domain().is_some_and(|domain| text == domain.as_str() || text == format!("domain:{domain}"))
}

/// `claims.x` and `product:claims.x` name that product.
fn names(text: &str, object: &Object) -> bool {
    text == object.short() || text == object.to_string()
}

/// What is left to say of a product that would show more.
pub(super) fn of_loosening(object: &Object, loosens: &[String], confirmed: &Confirmed) -> Option<String> {
    let said = || confirmed.loosen.iter().any(|text| names(text, object));
    (matches!(object, Object::Product(_)) && !loosens.is_empty() && !said())
        .then(|| format!("--loosen {}", object.short()))
}

/// Refuses a confirmation of something that loosens nothing: it is misspelt, or the plan has moved on.
pub(super) fn check(changes: &[DraftChange], confirmed: &Confirmed) -> Result<(), Problem> {
    let loosens = |text: &&String| {
        changes.iter().any(|draft| !draft.change.loosens.is_empty() && names(text, &draft.change.object))
    };
    match confirmed.loosen.iter().find(|text| !loosens(text)) {
        None => Ok(()),
        Some(text) => {
            Err(Problem::new(Code::InvalidValue, format!("`--loosen {}` loosens nothing", text.escape_debug()))
                .with_hint("it shows no more than before, or the name is misspelt; see `tessera plan`"))
        }
    }
}

/// The refusal of an apply with changes that nobody confirmed.
pub(crate) fn missing(changes: &[DraftChange]) -> Option<Problem> {
    let items = changes.iter().filter_map(|draft| {
        let change = &draft.change;
        let confirm = change.confirm.as_ref()?;
        let felt = match change.felt_by.len() {
            0 => String::new(),
            _ => format!("; felt by {}", change.felt_by.join(", ")),
        };
        Some(match change.verb {
            Verb::Retire => {
                let text = format!("`{}` is declared, but `{}` is gone{felt}", change.object, change.path);
                Problem::new(Code::RetirementRequired, text).with_hint(format!("add `{confirm}` to retire it"))
            }
            _ => {
                let text = format!("`{}` would show more: {}{felt}", change.object, change.loosens.join("; "));
                Problem::new(Code::LooseningRequired, text).with_hint(format!("add `{confirm}` if that is meant"))
            }
        })
    });
    Problem::all(items.collect())
}
