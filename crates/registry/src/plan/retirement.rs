//! Retirements: an absent file retires an object of the same repository, if somebody who may know all about it says so.

use std::collections::BTreeMap;

use model::{Code, Problem, files::repository::Identity};

use super::{Change, DraftChange, Verb, actions, confirmed::confirms, felt, loosening, wanted::Wish};
use crate::{event::Event, mesh::Mesh, object::Object, reach::Sight};

/// The objects of the repository that it no longer declares, as far as the actor reaches them fully, last declared first,
/// so that nothing outlives what it lies in.
///
/// # Errors
/// `invalid-value` if a confirmed retirement names nothing that is retired.
pub(super) fn of(
    mesh: &Mesh,
    sight: &Sight,
    repository: &Identity,
    wanted: &BTreeMap<Object, Wish>,
    confirmed: &[String],
) -> Result<Vec<DraftChange>, Problem> {
    let declared = mesh.declared_by(repository);
    // SECURITY: the absent file of what is somebody else's retires nothing and tells nothing (test
    // `an_absent_file_of_somebody_else_retires_and_tells_nothing`).
    let gone = declared.iter().rev().filter(|(object, _)| !wanted.contains_key(*object) && sight.is_full(mesh, object));
    let gone: Vec<_> = gone.collect();
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
            details: vec!["its file is gone".to_owned()],
            felt_by: felt::by(mesh, sight, object),
            loosens: loosening::of_retirement(object),
            confirm: (!confirmed.iter().any(|text| confirms(text, object)))
                .then(|| format!("--retire {}", object.short())),
            ..Change::of(object, &provenance.path)
        },
        event: Some(Event::Retired { object: object.clone() }),
        actions: actions::of_retirement(object),
        refusal: None,
    };
    Ok(gone.into_iter().map(|(object, provenance)| retire((object, provenance))).collect())
}
