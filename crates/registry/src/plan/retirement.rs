//! Retirements: an absent file retires an object of the same repository, if somebody says so.

use std::collections::BTreeMap;

use model::{Code, Problem, files::repository::Identity};

use super::{Change, DraftChange, Verb, actions, confirmed::confirms, felt, loosening, wanted::Wish};
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
