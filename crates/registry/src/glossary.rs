//! What the glossary's terms mean. The mesh holds the terms; their definitions are free text and lie in the documents.

use std::collections::BTreeMap;

use model::{Code, Digest, Problem, files::governance::GlossaryFile, name::TermName, yaml};

use crate::{mesh::Mesh, registry::Registry};

/// The digest of the glossary's documents; `None` without a glossary.
pub fn version(mesh: &Mesh) -> Option<Digest> {
    mesh.provenance_of(&crate::Object::Glossary).map(|provenance| provenance.document)
}

/// What each term means, as far as its files say.
///
/// # Errors
/// `data-unavailable` if a document cannot be read.
pub async fn definitions(registry: &Registry, mesh: &Mesh) -> Result<BTreeMap<TermName, String>, Problem> {
    let Some(version) = version(mesh) else { return Ok(BTreeMap::new()) };
    let list = registry.blob(&version).await?;
    let unreadable = || Problem::new(Code::DataUnavailable, "the glossary cannot be read");
    let list = std::str::from_utf8(&list).map_err(|error| unreadable().with_cause(error))?;
    let mut definitions = BTreeMap::new();
    for line in list.lines() {
        let (digest, path) = line.split_once(' ').ok_or_else(unreadable)?;
        let document = registry.blob(&digest.parse()?).await?;
        let file: GlossaryFile = yaml::read(&document, path)?;
        let told = file.terms.into_iter().filter_map(|(name, term)| Some((name, term.definition?)));
        definitions.extend(told);
    }
    Ok(definitions)
}
