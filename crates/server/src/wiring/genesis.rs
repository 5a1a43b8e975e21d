//! `up --mesh PATH`: on an empty mesh the whole repository as `admin`, once; later only what admins may, and the rest is
//! told as a plan.

use std::path::Path;

use governance::authorise::Actor;
use model::{Digest, Problem, files::repository::Repository, principal::Principal};
use registry::{
    Apply, Command, Context, Sight,
    mesh::ADMIN,
    plan::{Confirmed, Verb},
};

use super::{House, repository};

/// Applies the repository at `path`.
pub async fn apply(house: &House, path: &Path) -> Result<(), Problem> {
    let root = path.to_path_buf();
    let read = move || -> Result<(Repository, Digest), Problem> {
        let files = repository::read(&root)?;
        let digest = Digest::of(&serde_json::to_vec(&files).unwrap_or_default());
        let repository = Repository::load(&files)
            .map_err(|problems| Problem::all(problems).unwrap_or_else(|| Problem::internal("no reason was given")))?;
        Ok((repository, digest))
    };
    let (repository, digest) = tokio::task::spawn_blocking(read).await.map_err(Problem::internal)??;
    let mesh = house.registry.mesh();
    let principal = Principal::User(ADMIN.parse()?);
    let actor = Actor { groups: mesh.groups_of(&principal), principal, scopes: None, genesis: mesh.is_empty() };
    let apply = Apply {
        repository: repository.into(),
        commit: None,
        dirty: false,
        confirmed: Confirmed::default(),
        expected: None,
        allowed_only: !mesh.is_empty(),
    };
    // The mesh's place in the id: the same files applied again after other changes are another command.
    let command_id = format!("up-mesh-{}-{digest}", mesh.seq());
    let sight = Sight::of(&mesh, &actor, house.registry.now());
    let whole = registry::plan::plan(&mesh, &sight, &apply.repository, &apply.confirmed)?;
    let context = Context { actor, command_id, via: "up" };
    let outcome = house.registry.execute(Command::Apply(apply), context).await?;
    let done = outcome.plan.map(|plan| plan.changes).unwrap_or_default();
    for change in whole.changes.iter().filter(|change| change.verb != Verb::Unchanged) {
        if !done.iter().any(|done| done.object == change.object && done.verb == change.verb) {
            let (verb, object) = (format!("{:?}", change.verb).to_lowercase(), &change.object);
            eprintln!("not applied at start: {verb} {object} ({}); use `tessera apply`", change.path);
        }
    }
    house.zones_ready().await;
    Ok(())
}
