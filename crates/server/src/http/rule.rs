//! Who may call a route. Every route names a rule by type; the rule holds before the handler runs and before a byte of
//! the body is read. There is no route without one, and no handler gets a [`Caller`] past a rule that did not make it.

use axum::{
    extract::{ConnectInfo, FromRequestParts, Request, State},
    http::{StatusCode, request::Parts},
    middleware::Next,
    response::Response,
};
use governance::authorise::{Action, Actor};
use model::{Problem, principal::Principal};
use registry::activity::RefusalRecord;
use uuid::Uuid;

use super::{
    Peer,
    extract::RequestId,
    failure::{Failure, status},
};
use crate::{auth::SignedIn, wiring::House};

/// A condition on the caller.
pub trait Rule: Send + Sync + 'static {
    /// How the OpenAPI document names it.
    const NAME: &'static str;

    /// Whether what is behind it keeps its own record of what it refuses.
    const RECORDS: bool = false;

    /// The action a caller must be allowed; `None` lets anybody in, signed in or not.
    fn action() -> Option<Action>;
}

/// Health, metrics and the description of the API: no data, no names.
pub struct Anybody;

/// Metadata as far as the caller may see it: the handler asks about each object.
pub struct AnyPrincipal;

/// Governed SQL.
pub struct Queries;

/// A command of the registry or a run of the pipeline, which decide for each object; a token without scopes, or with
/// one that the command needs.
pub struct Commands;

/// Plans of a repository.
pub struct Plans;

/// What one keeps for oneself; a token without scopes.
pub struct OwnDesk;

/// Who there is.
pub struct Keepers;

/// The journal.
pub struct Auditors;

impl Rule for Anybody {
    const NAME: &'static str = "anybody";
    fn action() -> Option<Action> {
        None
    }
}

impl Rule for AnyPrincipal {
    const NAME: &'static str = "any principal";
    fn action() -> Option<Action> {
        Some(Action::Browse)
    }
}

impl Rule for Queries {
    const NAME: &'static str = "scope query";
    const RECORDS: bool = true;
    fn action() -> Option<Action> {
        Some(Action::Query)
    }
}

impl Rule for Commands {
    const NAME: &'static str = "by the command";
    fn action() -> Option<Action> {
        Some(Action::Browse)
    }
}

impl Rule for Plans {
    const NAME: &'static str = "a role in the mesh or a domain";
    fn action() -> Option<Action> {
        Some(Action::Plan)
    }
}

impl Rule for OwnDesk {
    const NAME: &'static str = "any principal, token without scopes";
    fn action() -> Option<Action> {
        Some(Action::KeepDesk)
    }
}

impl Rule for Keepers {
    const NAME: &'static str = "administrators and auditors";
    fn action() -> Option<Action> {
        Some(Action::ReadPeople)
    }
}

impl Rule for Auditors {
    const NAME: &'static str = "auditors";
    fn action() -> Option<Action> {
        Some(Action::ReadJournal)
    }
}

/// Who calls, after the route's rule held.
#[derive(Debug, Clone)]
pub struct Caller {
    /// The token's sign-in.
    pub signed: SignedIn,
    /// The principal with groups and scopes of this moment.
    pub actor: Actor,
}

impl<S: Send + Sync> FromRequestParts<S> for Caller {
    type Rejection = Failure;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Failure> {
        // Denied by default: a route for anybody has no caller to give.
        let absent = || Problem::internal("a handler wants a caller on a route that has none");
        parts.extensions.get::<Self>().cloned().ok_or_else(|| absent().into())
    }
}

/// The layer of one route.
pub async fn enter<R: Rule>(State(house): State<House>, mut request: Request, next: Next) -> Result<Response, Failure> {
    // SECURITY: identity comes from the token alone; no header names a principal (test
    // `identity_headers_change_nothing`).
    request.extensions_mut().remove::<Caller>();
    let Some(action) = R::action() else { return Ok(next.run(request).await) };
    let peer = request.extensions().get::<ConnectInfo<Peer>>();
    let peer = peer.map_or(std::net::IpAddr::from([0, 0, 0, 0]), |peer| peer.0.0.ip());
    let signed = house.authenticator.bearer(request.headers(), peer).await?;
    let attempt = Attempt::of(&request, &signed)?;
    let actor = house.authenticator.actor(&signed)?;
    if let Err(refusal) = house.registry.may(&actor, &action) {
        attempt.was_refused(&house, &refusal).await?;
        return Err(refusal.into());
    }
    request.extensions_mut().insert(Caller { signed, actor });
    let response = next.run(request).await;
    if !R::RECORDS
        && let Some(Failure(refusal)) = response.extensions().get::<Failure>()
    {
        attempt.was_refused(&house, refusal).await?;
    }
    Ok(response)
}

/// Longest part of a path in a record.
const CALL_LIMIT: usize = 300;

/// Something that a signed-in principal tries.
struct Attempt {
    id: Uuid,
    principal: Principal,
    call: String,
}

impl Attempt {
    fn of(request: &Request, signed: &SignedIn) -> Result<Self, Problem> {
        let id = request.extensions().get::<RequestId>().and_then(|RequestId(id)| id.parse().ok());
        let path: String = request.uri().path().chars().take(CALL_LIMIT).collect();
        Ok(Self {
            id: id.ok_or_else(|| Problem::internal("a request reached a rule without its id"))?,
            principal: signed.principal.clone(),
            call: format!("{} {path}", request.method()),
        })
    }

    /// SECURITY: who tries what they may not is on record, whatever it is (test `refused_attempts_are_on_record`).
    async fn was_refused(self, house: &House, refusal: &Problem) -> Result<(), Problem> {
        if status(refusal) != StatusCode::FORBIDDEN {
            return Ok(());
        }
        let Self { id, principal, call } = self;
        house.activity.refusal(RefusalRecord { id, principal, call, code: refusal.code() }).await
    }
}
