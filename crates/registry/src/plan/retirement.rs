//! Retirements: an absent file retires an object of the same repository, if somebody says so.

use std::collections::BTreeMap;

use model::{Code, Problem, files::repository::Identity};

use super::{Change, DraftChange, Verb, actions, felt, loosening, wanted::Wish};
use crate::{event::Event, mesh::Mesh, object::Object};

/// The objects of the repository that it no longer declares, last declared first, so that nothing outlives what it
/// lies in.
///
/// # Errors
/// `invalid-value` if a confirmed retirement names nothing that is retired.
pub(super) fn of(
    mesh: &Mesh,
    repository: &Identity,
    wanted: &BTreeMap<Object, Wish>,
    confirmed: &[String],
) -> Result<Vec<DraftChange>, Problem> {
    let declared = mesh.declared_by(repository);
    let gone: Vec<_> = declared.iter().rev().filter(|(object, _)| !wanted.contains_key(*object)).collect();
    for text in confirmed {
        if !gone.iter().any(|(object, _)| confirms(text, object)) {
            return Err(Problem::new(
                Code::InvalidValue,
                format!("`--retire {}` retires nothing", text.escape_debug()),
            )
            .with_hint("its file is still there, it is retired already, or the name is misspelt; see `tessera plan`"));
        }
    }
    let retire = |(object, provenance): (&Object, &crate::event::Provenance)| DraftChange {
        change: Change {
            verb: Verb::Retire,
            object: object.clone(),
            path: provenance.path.clone(),
            details: vec!["its file is gone".to_owned()],
            felt_by: felt::by(mesh, object),
            loosens: loosening::of_retirement(object),
            confirm: (!confirmed.iter().any(|text| confirms(text, object)))
                .then(|| format!("--retire {}", object.short())),
        },
        event: Some(Event::Retired { object: object.clone() }),
        actions: actions::of_retirement(object),
    };
    Ok(gone.into_iter().map(|(object, provenance)| retire((object, provenance))).collect())
}

/// `claims` confirms the domain and everything in it; `claims.x` and `product:claims.x` confirm that object.
fn confirms(text: &str, object: &Object) -> bool {
    text == object.to_string()
        || text == object.short()
        || object.domain().is_some_and(|domain| text == domain.as_str() || text == format!("domain:{domain}"))
}

/// The refusal of an apply with retirements that nobody confirmed.
pub(crate) fn unconfirmed(changes: &[DraftChange]) -> Option<Problem> {
    let items: Vec<Problem> = changes
        .iter()
        .filter_map(|draft| {
            let confirm = draft.change.confirm.as_ref()?;
            let felt = match draft.change.felt_by.len() {
                0 => String::new(),
                _ => format!("; felt by {}", draft.change.felt_by.join(", ")),
            };
            let text = format!("`{}` is declared, but `{}` is gone{felt}", draft.change.object, draft.change.path);
            Some(Problem::new(Code::RetirementRequired, text).with_hint(format!("add `{confirm}` to retire it")))
        })
        .collect();
    Problem::all(items)
}
