//! What a changed contract means for those who read what is served.

use model::{
    Problem,
    contract::compare::{ContractChange, ContractDifference, Verdict, check_version},
};
use serde::{Deserialize, Serialize};

use crate::{event::Event, mesh::Mesh};

/// A contract compared with the one that is served.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Judgement {
    /// How far it reaches.
    pub verdict: Verdict,
    /// The version that was published last.
    #[schema(value_type = String)]
    pub published: semver::Version,
    /// The smallest version that may follow.
    #[schema(value_type = String)]
    pub least: semver::Version,
    /// How long the version that was published last is served beside the new one, if that is announced: RFC 3339.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous_until: Option<String>,
    /// What is different, heaviest first.
    pub changes: Vec<ContractChange>,
}

/// Judges a product's wanted contract; `None` if it promises what is served, or nothing is.
///
/// # Errors
/// As [`check_version`].
pub(super) fn of(mesh: &Mesh, wanted: &Event) -> Result<Option<Judgement>, Problem> {
    let Event::ProductDeclared(declaration) = wanted else { return Ok(None) };
    let state = mesh.product(&declaration.product).filter(|state| state.is_served());
    let Some(published) = state.and_then(|state| state.published_contract.as_deref()) else { return Ok(None) };
    check_version(&declaration.product, published, &declaration.contract)?;
    let difference = ContractDifference::between(published, &declaration.contract);
    Ok(difference.verdict().map(|verdict| Judgement {
        verdict,
        published: published.version.clone(),
        previous_until: declaration
            .contract
            .previous_until
            .filter(|_| declaration.contract.version.major > published.version.major)
            .map(|until| until.to_string()),
        least: difference.least_version(&published.version),
        changes: difference.changes,
    }))
}
