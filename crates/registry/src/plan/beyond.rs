//! What is told of a change beyond the actor's reach: that it would be one, and that it is not the actor's to make.
//!
//! INVARIANT: it has no record, so that it is never applied; what is told of a hidden object does not depend on the
//! mesh at all (test `what_is_told_depends_on_reach`).

use governance::authorise;
use model::{Code, Problem};

use super::{Change, DraftChange, Verb, permission, wanted::Wish};
use crate::{
    mesh::Mesh,
    object::Object,
    reach::{Reach, Sight},
};

/// The change of an object of which the actor may not know everything.
pub(super) fn change(mesh: &Mesh, sight: &Sight, reach: Reach, object: &Object, wish: &Wish) -> DraftChange {
    // SECURITY: what is hidden is new to whoever may not know of it; retired, declared elsewhere or absent, all the
    // same (test `a_hidden_domain_and_an_absent_one_are_planned_alike`).
    let verb = match reach {
        Reach::Hidden => Verb::Create,
        _ if mesh.seq_of(object) == 0 => Verb::Create,
        _ => Verb::Update,
    };
    let refusal = refusal(sight, object);
    let refused = Some(permission::words(&refusal));
    let change = Change { verb, refused, ..Change::of(object, &wish.path) };
    DraftChange { change, event: None, actions: Vec::new(), refusal: Some(refusal) }
}

/// Why it is not the actor's to make, in words that say nothing of what is there now.
fn refusal(sight: &Sight, object: &Object) -> Problem {
    if let Some(domain) = object.domain() {
        let text = format!("only people with a role in the domain `{domain}` change what lies in it");
        return Problem::new(Code::NotAllowed, text).with_hint(format!(
            "an admin creates a domain that is new; if `{domain}` is there already, its owners change it"
        ));
    }
    // Of a loosening or a part that moved nothing is said: both compare with what holds now.
    let refused = permission::of_mesh_object(object)
        .and_then(|action| authorise::may(sight.actor(), &action, sight.roles()).err());
    refused.unwrap_or_else(|| Problem::new(Code::NotAllowed, "it is not yours to change"))
}
