//! The files of a mesh repository: what they would change, and making it so.

pub mod apply;
pub mod plan;

use std::{collections::BTreeMap, sync::Arc};

use model::{Problem, files::repository::Repository};
use registry::plan::PlanBasis;
use serde::Deserialize;
use utoipa::ToSchema;

/// A repository as sent.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Files {
    /// Texts by path relative to the repository's root.
    pub files: BTreeMap<String, String>,
    /// The commit of the checkout.
    #[serde(default)]
    pub commit: Option<String>,
    /// Whether files differ from the commit.
    #[serde(default)]
    pub dirty: bool,
    /// Objects whose files are gone on purpose.
    #[serde(default)]
    pub retire: Vec<String>,
    /// Products whose access may show more, on purpose.
    #[serde(default)]
    pub loosen: Vec<String>,
    /// The basis of the plan that was looked at.
    #[serde(default)]
    pub expected: Option<PlanBasis>,
}

impl Files {
    /// The repository that the files are. Parsing is work, so it is done off the reactor.
    ///
    /// # Errors
    /// Every problem of the files, as one with items.
    pub async fn parse(files: BTreeMap<String, String>) -> Result<Arc<Repository>, Problem> {
        let parse = move || {
            let files = files.into_iter().map(|(path, text)| (path, text.into_bytes())).collect();
            Repository::load(&files)
        };
        let loaded = tokio::task::spawn_blocking(parse).await.map_err(Problem::internal)?;
        loaded
            .map(Arc::new)
            .map_err(|problems| Problem::all(problems).unwrap_or_else(|| Problem::internal("no reason was given")))
    }
}
