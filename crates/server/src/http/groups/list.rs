//! `GET /api/v1/groups`: the groups, who is in them and what they are for.

use std::collections::BTreeMap;

use axum::{Json, extract::State};
use model::name::GroupName;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use crate::{
    http::{
        extract::Params,
        failure::Outcome,
        page::{Asked, Page, PageParams},
        rule::Caller,
        seen::Seen,
    },
    wiring::House,
};

/// A group.
#[derive(Debug, Clone, Serialize, Deserialize, ToSchema)]
pub struct GroupItem {
    /// Its name.
    #[schema(example = "claims-stewards")]
    pub group: String,
    /// Who is in it; nobody, where a file names a group that no person has.
    pub members: Vec<String>,
    /// What it is for, in words: `auditors`, `steward of claims`.
    pub roles: Vec<String>,
}

/// Groups that a person is in or that hold a role, by name.
#[utoipa::path(get, path = "/api/v1/groups", tag = "identity", params(PageParams),
    responses((status = 200, body = Page<GroupItem>), (status = 403, body = crate::problem::Body)))]
pub async fn handle(
    State(house): State<House>,
    caller: Caller,
    Params(params): Params<PageParams>,
) -> Outcome<Json<Page<GroupItem>>> {
    let seen = Seen::by(&house, caller);
    let asked = Asked { principal: &seen.reader.principal, question: "groups" };
    let page = house.cursors.cut(
        &params,
        asked,
        |item: &GroupItem| item.group.clone(),
        |start| {
            groups(&seen).into_values().filter(|item| start.is_none_or(|start| item.group.as_str() > start)).collect()
        },
    )?;
    Ok(Json(page))
}

fn groups(seen: &Seen) -> BTreeMap<GroupName, GroupItem> {
    let mut groups = BTreeMap::new();
    for reader in seen.mesh.readers() {
        for group in &reader.groups {
            entry(&mut groups, group).members.push(reader.principal.to_string());
        }
    }
    let mesh = seen.mesh.config().map(|config| config.roles.clone()).unwrap_or_default();
    for (role, group) in [("admins", mesh.admins), ("guild", mesh.guild), ("auditors", mesh.auditors)] {
        if let Some(group) = group {
            entry(&mut groups, &group).roles.push(role.to_owned());
        }
    }
    for domain in seen.mesh.domains() {
        let file = &domain.file;
        for (role, group) in [("owner", &file.owner), ("steward", &file.steward), ("engineer", file.engineers())] {
            entry(&mut groups, group).roles.push(format!("{role} of {}", domain.name));
        }
    }
    for item in groups.values_mut() {
        item.members.sort_unstable();
    }
    groups
}

fn entry<'a>(groups: &'a mut BTreeMap<GroupName, GroupItem>, name: &GroupName) -> &'a mut GroupItem {
    let empty = || GroupItem { group: name.to_string(), members: Vec::new(), roles: Vec::new() };
    groups.entry(name.clone()).or_insert_with(empty)
}
