//! Who is asking: API tokens as bearer or as Postgres password, checked against the mesh at every request and every
//! statement.
//!
//! A token is `tsr_` and 32 random bytes; the mesh knows its SHA-256. Identity comes from the token alone: no header and
//! no parameter of a request names a principal.
//!
//! INVARIANT: an unknown user, a wrong password and no password at all get the same answer (test
//! `no_answer_tells_a_user_from_a_stranger`).

mod rows;
mod throttle;

use std::{net::IpAddr, sync::Arc, time::Instant};

use axum::http::{HeaderMap, header};
use governance::authorise::Actor;
use model::{Digest, Problem, error::Code, id::TokenId, name::PurposeName, principal::Principal};
use registry::{Mesh, Registry, Token, secret};
use subtle::ConstantTimeEq;
use tokio::sync::Notify;

pub use rows::Batches;
use throttle::Throttle;

/// Somebody who showed a valid token. What it is worth is asked anew for every request ([`Authenticator::actor`]).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SignedIn {
    /// The token's principal.
    pub principal: Principal,
    /// The token.
    pub token: TokenId,
    hash: Digest,
}

/// Checks tokens.
#[derive(Clone)]
pub struct Authenticator {
    registry: Registry,
    throttle: Arc<Throttle>,
    expired: Arc<Notify>,
}

impl Authenticator {
    /// Checks tokens against a registry.
    pub fn new(registry: Registry) -> Self {
        Self { registry, throttle: Arc::default(), expired: Arc::default() }
    }

    /// Signs in by the `Authorization` header.
    ///
    /// # Errors
    /// `bad-credentials` without a token or with an unknown one, `credential-expired` for one that is no longer good.
    pub async fn bearer(&self, headers: &HeaderMap, peer: IpAddr) -> Result<SignedIn, Problem> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let secret = match (values.next(), values.next()) {
            (Some(value), None) => value.to_str().ok().and_then(|value| value.split_once(' ')),
            // SECURITY: two tokens are none: whose they are must not depend on the order (test `two_tokens_are_none`).
            _ => None,
        };
        let secret =
            secret.filter(|(scheme, _)| scheme.eq_ignore_ascii_case("bearer")).map(|(_, secret)| secret.trim());
        match secret {
            Some(secret) => self.check(secret, None, peer).await,
            None => Err(self.refuse(peer, None).await),
        }
    }

    /// Signs in by name and token, as the Postgres door does.
    ///
    /// # Errors
    /// `bad-credentials` for an unknown user and a wrong token alike, `credential-expired` for a token that is no longer
    /// good.
    pub async fn password(&self, user: &str, secret: &str, peer: IpAddr) -> Result<SignedIn, Problem> {
        self.check(secret, Some(user), peer).await
    }

    async fn check(&self, secret: &str, user: Option<&str>, peer: IpAddr) -> Result<SignedIn, Problem> {
        let mesh = self.registry.mesh();
        let found = secret::token_hash(secret).and_then(|hash| {
            let token = mesh.token_by_hash(&hash)?;
            // SECURITY: the lookup is by digest of the secret, and equality is decided in constant time (test
            // `no_answer_tells_a_user_from_a_stranger`).
            let same = bool::from(token.hash.as_bytes().ct_eq(hash.as_bytes()));
            (same && user.is_none_or(|user| user == token.principal.name())).then(|| SignedIn {
                principal: token.principal.clone(),
                token: token.id,
                hash,
            })
        });
        let Some(signed) = found else { return Err(self.refuse(peer, user).await) };
        self.actor(&signed).map(|_| signed)
    }

    /// The refusal, after the wait that the address has earned.
    async fn refuse(&self, peer: IpAddr, user: Option<&str>) -> Problem {
        let wait = self.throttle.failed(peer, Instant::now());
        tracing::info!(%peer, "sign-in refused");
        if !wait.is_zero() {
            tokio::time::sleep(wait).await;
        }
        match user {
            None => Problem::new(Code::BadCredentials, "a valid token is needed")
                .with_hint("send `Authorization: Bearer tsr_...`; `tessera login URL` keeps one"),
            Some(user) => Problem::new(
                Code::BadCredentials,
                format!("password authentication failed for user `{}`", user.escape_debug()),
            )
            .with_hint("the user is the bare name, the password a token (tsr_...)"),
        }
    }

    /// What a token is worth right now: the principal with its present groups, narrowed by the token's scopes.
    ///
    /// # Errors
    /// `credential-expired` when the token was revoked or has expired, or its principal is gone.
    pub fn actor(&self, signed: &SignedIn) -> Result<Actor, Problem> {
        let mesh = self.registry.mesh();
        let token = self.token(&mesh, signed)?;
        let scopes = (!token.scopes.is_empty()).then(|| token.scopes.clone());
        Ok(Actor {
            principal: signed.principal.clone(),
            groups: mesh.groups_of(&signed.principal),
            scopes,
            genesis: mesh.is_empty(),
        })
    }

    /// The purpose a token's statements run under unless they say otherwise.
    ///
    /// # Errors
    /// As [`Authenticator::actor`].
    pub fn purpose(&self, signed: &SignedIn) -> Result<Option<PurposeName>, Problem> {
        let mesh = self.registry.mesh();
        self.token(&mesh, signed).map(|token| token.purpose.clone())
    }

    /// Whether a token is good at this moment.
    ///
    /// # Errors
    /// As [`Authenticator::actor`].
    pub fn check_token(&self, signed: &SignedIn) -> Result<(), Problem> {
        self.token(&self.registry.mesh(), signed).map(drop)
    }

    /// Waits until somebody is told that their token has expired: from then on that is to stay so, whatever the clock
    /// does and whenever the process ends.
    pub async fn expired(&self) {
        self.expired.notified().await;
    }

    fn token<'a>(&self, mesh: &'a Mesh, signed: &SignedIn) -> Result<&'a Token, Problem> {
        let now = self.registry.now();
        let known = mesh.token_by_hash(&signed.hash);
        if known.is_some_and(|token| token.ended.is_none() && !token.is_active(now)) {
            self.expired.notify_one();
        }
        // SECURITY: asked of the present mesh at every statement, so that a revocation holds at the very next one (test
        // `a_revoked_token_ends_open_sessions`).
        known
            .filter(|token| token.is_active(now) && token.principal == signed.principal)
            .filter(|token| mesh.knows(&token.principal))
            .ok_or_else(|| {
                Problem::new(Code::CredentialExpired, "the token is expired or revoked, or its principal is gone")
                    .with_hint("ask an admin for a new one: `tessera token create NAME`")
            })
    }
}
