//! API tokens: made by admins, stored as hashes, ended by admins or their holder.

use governance::authorise::{Action, TokenScope};
use model::{Code, Digest, Problem, Span, Timestamp, id::TokenId, name::PurposeName, principal::Principal};

use super::{Case, Decision, TOKEN_DAYS};
use crate::event::{Ending, Event, TokenFacts};

/// A token as wished for.
pub(super) struct Wish<'a> {
    pub(super) principal: &'a Principal,
    pub(super) label: Option<&'a str>,
    pub(super) scopes: &'a [TokenScope],
    pub(super) purpose: Option<&'a PurposeName>,
    pub(super) hash: Digest,
}

pub(super) fn create(case: &Case<'_>, wish: &Wish<'_>, until: Option<Timestamp>) -> Result<Decision, Problem> {
    case.authorise(&Action::CreateToken { of: wish.principal.clone() })?;
    if !case.mesh.knows(wish.principal) {
        return Err(Problem::new(Code::NotFound, format!("`{}` is not declared", wish.principal))
            .with_hint("people and services are declared in `people.yaml`"));
    }
    if let Some(purpose) = wish.purpose
        && !case.mesh.purposes().contains_key(purpose)
    {
        return Err(Problem::new(Code::ReferenceUnknown, format!("purpose `{purpose}` is not declared")));
    }
    if until.is_some_and(|until| until <= case.now) {
        return Err(Problem::new(Code::InvalidValue, "the token would be expired at once")
            .with_hint("give a date that lies ahead"));
    }
    if case.mesh.token_by_hash(&wish.hash).is_some() {
        return Err(Problem::new(Code::Conflict, "this token exists already"));
    }
    // The first token of the first principal has no end: with it, a mesh could lock everybody out.
    let first = case.mesh.tokens().next().is_none() && case.is_admin();
    let until = until.or_else(|| (!first).then(|| case.now.plus(Span::from_days(TOKEN_DAYS))));
    let mut decision = Decision::default();
    let facts = TokenFacts {
        principal: wish.principal.clone(),
        hash: wish.hash,
        label: decision.keep_optional("label", wish.label)?,
        scopes: wish.scopes.to_vec(),
        purpose: wish.purpose.cloned(),
        until,
    };
    decision.events.push(Event::TokenCreated(facts));
    Ok(decision)
}

pub(super) fn revoke(case: &Case<'_>, id: TokenId) -> Result<Decision, Problem> {
    let absent = || Problem::new(Code::NotFound, format!("token `{id}` does not exist"));
    let token = case.mesh.token(id).ok_or_else(absent)?;
    // Whoever may not revoke a token does not learn that it exists.
    case.authorise(&Action::RevokeToken { of: token.principal.clone() }).map_err(|_| absent())?;
    if token.ended.is_some() {
        return Ok(Decision::default());
    }
    Ok(Decision::of(Event::TokenEnded { token: id, why: Ending::Revoked }))
}
