//! Plans: what applying a repository would change, who would feel it, and what it was based on. Pure.
//!
//! The same draft makes the plan and the records of the apply, so that what is shown is what happens.

use std::collections::BTreeMap;

use governance::authorise::Action;
use model::{Code, Digest, Problem, files::repository::Repository};
use serde::{Deserialize, Serialize};

use crate::{
    event::Event,
    mesh::Mesh,
    object::Object,
    reach::{Reach, Sight},
};

mod actions;
mod beyond;
pub(crate) mod confirmed;
mod differences;
mod felt;
mod judged;
mod known;
mod loosening;
mod permission;
pub(crate) mod retirement;
pub(crate) mod wanted;
mod wider;

pub use confirmed::Confirmed;
pub use judged::Judgement;
pub use loosening::loosenings;

/// What happens to an object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Verb {
    /// It is new.
    Create,
    /// It is declared differently.
    Update,
    /// Its file is gone.
    Retire,
    /// Nothing.
    Unchanged,
}

/// One object of a plan.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[schema(as = PlannedChange)]
pub struct Change {
    /// What happens.
    pub verb: Verb,
    /// To what.
    #[schema(value_type = String)]
    pub object: Object,
    /// The file that says so.
    pub path: String,
    /// What is different, one line each.
    #[serde(default)]
    pub details: Vec<String>,
    /// What it means for whoever reads the product, if its contract promises something else than what is served.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub contract: Option<Judgement>,
    /// Who would feel it: readers by entitlement, products built from it.
    #[serde(default)]
    pub felt_by: Vec<String>,
    /// What lets somebody see more afterwards: of a product, to be confirmed; of a class, refused until a second person
    /// can confirm it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub loosens: Vec<String>,
    /// For what nobody confirmed yet: what to add to the command.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub confirm: Option<String>,
    /// Why applying it would be refused: it is not the caller's to change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub refused: Option<String>,
}

/// What a plan was made from. An apply that expects it is refused if any of this has moved.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct PlanBasis {
    /// Digest of everything the repository declares.
    #[schema(value_type = String)]
    pub files: Digest,
    /// The record behind every object the plan changes or reads; 0 for one that does not exist yet.
    #[schema(value_type = BTreeMap<String, u64>)]
    pub objects: BTreeMap<Object, u64>,
}

/// A plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Plan {
    /// The repository.
    pub repository: String,
    /// The epoch it was made at.
    pub seq: u64,
    /// Every object of the repository, in the order of an apply.
    pub changes: Vec<Change>,
    /// What it was made from.
    pub basis: PlanBasis,
    /// What should be looked at.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub warnings: Vec<Problem>,
}

impl Plan {
    /// Whether applying it would change anything.
    pub fn is_empty(&self) -> bool {
        self.changes.iter().all(|change| change.verb == Verb::Unchanged)
    }
}

/// A change together with the record it makes and the permissions it needs.
#[derive(Debug, Clone)]
pub(crate) struct DraftChange {
    pub(crate) change: Change,
    /// Absent where nothing changes, and where the actor may not know what there is to change.
    pub(crate) event: Option<Event>,
    pub(crate) actions: Vec<Action>,
    /// Why the actor may not make it.
    pub(crate) refusal: Option<Problem>,
}

/// A plan before it is shown or applied.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub(crate) repository: String,
    pub(crate) changes: Vec<DraftChange>,
    pub(crate) blobs: BTreeMap<Digest, std::sync::Arc<[u8]>>,
    pub(crate) basis: PlanBasis,
    pub(crate) warnings: Vec<Problem>,
}

/// What applying a repository to a mesh would change, given what was confirmed, as far as `sight` reaches: of what lies
/// beyond it nothing is told that is not in the files.
///
/// # Errors
/// Every problem of the files, as one with items; `conflict` if the repository is another mesh's or an object belongs
/// to another repository or was retired.
pub fn plan(mesh: &Mesh, sight: &Sight, repository: &Repository, confirmed: &Confirmed) -> Result<Plan, Problem> {
    let draft = draft(mesh, sight, repository, confirmed)?;
    Ok(draft.plan(mesh))
}

pub(crate) fn draft(
    mesh: &Mesh,
    sight: &Sight,
    repository: &Repository,
    confirmed: &Confirmed,
) -> Result<Draft, Problem> {
    wanted::check_identity(mesh, &repository.identity)?;
    let findings = model::files::repository::check(repository, &known::by(mesh, sight, repository));
    if let Some(problem) = Problem::all(findings.problems) {
        return Err(problem);
    }
    let wanted = wanted::of(repository)?;
    let label = repository.identity.label();
    let mut problems = Vec::new();
    let mut changes = Vec::new();
    for (object, wish) in &wanted.objects {
        match compare(mesh, sight, &label, object, wish, confirmed) {
            Ok(change) => changes.push(change),
            Err(problem) => problems.push(problem),
        }
    }
    if let Some(problem) = Problem::all(problems) {
        return Err(problem);
    }
    confirmed::check(&changes, confirmed)?;
    changes.extend(retirement::of(mesh, sight, &repository.identity, &wanted.objects, &confirmed.retire)?);
    permission::decide(mesh, sight, &mut changes);
    let mut objects = BTreeMap::new();
    for change in changes.iter().filter(|change| change.event.is_some()) {
        let object = &change.change.object;
        for basis in felt::reads(mesh, repository, object).into_iter().chain([object.clone()]) {
            let seq = mesh.seq_of(&basis);
            objects.insert(basis, seq);
        }
    }
    let basis = PlanBasis { files: wanted.digest, objects };
    Ok(Draft { repository: label, changes, blobs: wanted.blobs, basis, warnings: findings.warnings })
}

/// Compares one declared object with the mesh.
fn compare(
    mesh: &Mesh,
    sight: &Sight,
    repository: &str,
    object: &Object,
    wish: &wanted::Wish,
    confirmed: &Confirmed,
) -> Result<DraftChange, Problem> {
    let current = mesh.declaration_of(object);
    // Whoever sends an object's very documents, byte for byte, knows them.
    if current.as_ref() == Some(&wish.event) {
        return Ok(DraftChange::unchanged(object, wish));
    }
    let reach = sight.reach(mesh, object);
    if reach != Reach::Full {
        return Ok(beyond::change(mesh, sight, reach, object, wish));
    }
    if mesh.is_retired(object) {
        return Err(Problem::new(
            Code::Conflict,
            format!("`{}` was retired, and names are never used again", object.short()),
        )
        .at(wanted::start_of(&wish.path))
        .with_hint("choose another name"));
    }
    if let Some(owner) = mesh.provenance_of(object).filter(|owner| owner.repository != repository) {
        return Err(Problem::new(
            Code::Conflict,
            format!("`{object}` belongs to the repository `{}` (`{}`)", owner.repository, owner.path),
        )
        .at(wanted::start_of(&wish.path))
        .with_hint("change it there, or retire it there first"));
    }
    let (verb, mut details) = match &current {
        None => (Verb::Create, Vec::new()),
        Some(current) => (Verb::Update, differences::between(current, &wish.event)?),
    };
    let contract = judged::of(mesh, &wish.event).map_err(|problem| problem.at(wanted::start_of(&wish.path)))?;
    if contract.is_some() {
        // Told there as what they mean.
        details.retain(|line| !line.starts_with("contract.") || line.starts_with("contract.version"));
    }
    let loosens = if verb == Verb::Update { loosening::of(mesh, &wish.event) } else { Vec::new() };
    let change = Change {
        verb,
        details,
        contract,
        felt_by: felt::by(mesh, sight, object),
        confirm: confirmed::of_loosening(object, &loosens, confirmed),
        loosens,
        ..Change::of(object, &wish.path)
    };
    let actions = actions::of_change(mesh, object, &wish.event, !change.loosens.is_empty());
    Ok(DraftChange { change, event: Some(wish.event_for(verb)), actions, refusal: None })
}

impl Change {
    /// An object of which nothing more is told.
    fn of(object: &Object, path: &str) -> Self {
        Self {
            verb: Verb::Unchanged,
            object: object.clone(),
            path: path.to_owned(),
            details: Vec::new(),
            contract: None,
            felt_by: Vec::new(),
            loosens: Vec::new(),
            confirm: None,
            refused: None,
        }
    }
}

impl DraftChange {
    fn unchanged(object: &Object, wish: &wanted::Wish) -> Self {
        Self { change: Change::of(object, &wish.path), event: None, actions: Vec::new(), refusal: None }
    }
}

impl Draft {
    pub(crate) fn plan(&self, mesh: &Mesh) -> Plan {
        Plan {
            repository: self.repository.clone(),
            seq: mesh.seq(),
            changes: self.changes.iter().map(|draft| draft.change.clone()).collect(),
            basis: self.basis.clone(),
            warnings: self.warnings.clone(),
        }
    }
}
