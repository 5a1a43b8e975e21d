//! `GET /api/v1/whoami`: the caller as the mesh knows them.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use governance::authorise::Action;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{failure::Outcome, rule::Caller, seen::Seen},
    wiring::House,
};

/// The caller.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct WhoAmI {
    /// `user:ana`.
    #[schema(example = "user:ana")]
    pub principal: String,
    /// Groups.
    pub groups: Vec<String>,
    /// Attributes that row scopes may use.
    pub attributes: BTreeMap<String, String>,
    /// Roles in words: `admins`, `owner of claims`.
    pub roles: Vec<String>,
    /// The mesh's name; absent before the first apply.
    pub mesh: Option<String>,
    /// The token of this request.
    pub token: TokenFacts,
    /// Where the Postgres door is.
    pub postgres: String,
    /// The server's version.
    pub version: String,
}

/// What a token says about itself.
#[derive(Debug, Serialize, Deserialize, ToSchema)]
pub struct TokenFacts {
    /// `tok-7`.
    pub id: String,
    /// Until when; absent for ever.
    pub until: Option<String>,
    /// What it is narrowed to; empty for everything its principal may.
    pub scopes: Vec<String>,
    /// The purpose its statements run under unless they say otherwise.
    pub purpose: Option<String>,
}

/// The caller: principal, groups, roles, token.
#[utoipa::path(get, path = "/api/v1/whoami", tag = "identity", responses((status = 200, body = WhoAmI)))]
pub async fn handle(State(house): State<House>, caller: Caller) -> Outcome<Json<WhoAmI>> {
    let seen = Seen::by(&house, caller);
    let token = seen.mesh.token(seen.caller.signed.token);
    Ok(Json(WhoAmI {
        principal: seen.reader.principal.to_string(),
        groups: seen.reader.groups.iter().map(ToString::to_string).collect(),
        attributes: seen.reader.attributes.clone(),
        roles: roles(&seen),
        mesh: seen.mesh.config().map(|config| config.mesh.to_string()),
        token: TokenFacts {
            id: seen.caller.signed.token.to_string(),
            until: token.and_then(|token| token.until).map(|until| until.to_string()),
            scopes: token.iter().flat_map(|token| &token.scopes).map(ToString::to_string).collect(),
            purpose: token.and_then(|token| token.purpose.as_ref()).map(ToString::to_string),
        },
        postgres: house.postgres_address(),
        version: env!("CARGO_PKG_VERSION").to_owned(),
    }))
}

fn roles(seen: &Seen) -> Vec<String> {
    let groups = &seen.caller.actor.groups;
    let mesh = &seen.roles.mesh;
    let of_mesh = [("admins", &mesh.admins), ("guild", &mesh.guild), ("auditors", &mesh.auditors)];
    let mut roles: Vec<String> = of_mesh
        .into_iter()
        .filter(|(_, group)| group.as_ref().is_some_and(|group| groups.contains(group)))
        .map(|(role, _)| role.to_owned())
        .collect();
    if seen.caller.actor.genesis && seen.may(&Action::ChangeMeshRules) {
        roles.push("founder of the empty mesh".to_owned());
    }
    for (domain, of) in &seen.roles.domains {
        for (role, group) in [("owner", &of.owner), ("steward", &of.steward), ("engineer", &of.engineers)] {
            if groups.contains(group) {
                roles.push(format!("{role} of {domain}"));
            }
        }
    }
    if let Some(home) = seen.roles.home(&seen.reader.principal) {
        roles.push(format!("service of {home}"));
    }
    roles
}
