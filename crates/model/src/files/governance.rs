//! `governance/purposes.yaml` and `governance/glossary/*.yaml`. Classifications are in [`crate::class`].

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::name::{GroupName, PurposeName, TermName};

/// `governance/purposes.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct PurposesFile {
    /// Purposes by name.
    pub purposes: BTreeMap<PurposeName, Purpose>,
}

/// Why data is read.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Purpose {
    /// What it is for.
    #[serde(default, skip_serializing)]
    pub description: Option<String>,
    /// The legal basis for personal data.
    #[serde(default)]
    pub legal_basis: Option<String>,
}

/// A file of `governance/glossary`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct GlossaryFile {
    /// Terms by name.
    pub terms: BTreeMap<TermName, Term>,
}

/// A glossary term.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Term {
    /// What the word means here.
    #[serde(default, skip_serializing)]
    pub definition: Option<String>,
    /// Who curates it.
    #[serde(default)]
    pub owner: Option<GroupName>,
}
