//! What is known of a built table besides its rows: from what it was built, its lineage, the classes and restrictions it
//! carries. One small document per version, beneath `builds/` of the data directory, written before the version is
//! committed, so that no version exists without the classes it carries (I4).
//!
//! A lost document costs a rebuild, nothing else: a version without one is never used.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
    io::{ErrorKind, Write as _},
    path::{Path, PathBuf},
};

use governance::derive::{InputFacts, LostRestriction};
use model::{
    Code, Digest, Problem,
    drill::{self, Operation},
    id::PublicationId,
    lineage::TableLineage,
    name::{DomainName, PortName, ProductName, TableName},
    reference::ProductRef,
    scope::RowScope,
    treatment::CarriedTag,
};
use serde::{Deserialize, Serialize};

use crate::increment::Taken;

/// How many versions' documents are kept of one table.
const KEPT: u64 = 16;

/// What a table's rows carry.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// Classes by column; every column is listed.
    pub(crate) columns: BTreeMap<String, BTreeSet<CarriedTag>>,
    /// Row restrictions on these columns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) restrict: Vec<RowScope>,
    /// Regions the rows may be read in; empty means anywhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) regions: Vec<String>,
}

/// The format of the document. A document of another one is not read: what it tells is built anew.
pub(crate) const FORMAT: u32 = 2;

/// The document of one version.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct BuildRecord {
    /// Format of this document: [`FORMAT`].
    pub(crate) format: u32,
    /// The Delta version.
    pub(crate) version: u64,
    /// What it was built from; equal for equal SQL over equal inputs.
    pub(crate) fingerprint: Digest,
    /// Rows.
    pub(crate) rows: u64,
    /// Rows set aside.
    pub(crate) rejected: u64,
    /// Version of the table of rows set aside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) rejected_version: Option<u64>,
    /// Lineage of the step.
    pub(crate) lineage: TableLineage,
    /// What each input carried as it was read.
    pub(crate) inputs: BTreeMap<String, Facts>,
    /// What the table carries.
    pub(crate) facts: Facts,
    /// What keeps every product built on this from being published: regions that exclude each other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) blocked: Vec<Problem>,
    /// Restrictions of inputs that could not be restated: they block too, until a steward waives them for a port.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) lost: Vec<LostRestriction>,
    /// Publications that rows came from, on whatever way.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) publications: Vec<(ProductRef, PublicationId)>,
    /// What the author should know.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) notes: Vec<String>,
    /// What of its source table it holds, if it is built by increments.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) taken: Option<Taken>,
}

impl From<&Facts> for InputFacts {
    fn from(facts: &Facts) -> Self {
        Self { columns: facts.columns.clone(), restrict: facts.restrict.clone(), regions: facts.regions.clone() }
    }
}

/// The documents of one table.
#[derive(Debug, Clone)]
pub(crate) struct Records(PathBuf);

impl Records {
    /// Those of a silver table.
    pub(crate) fn silver(data_dir: &Path, domain: &DomainName, table: &TableName) -> Self {
        Self(data_dir.join("builds").join(domain.as_str()).join("silver").join(table.as_str()))
    }

    /// Those of a port.
    pub(crate) fn gold(data_dir: &Path, domain: &DomainName, product: &ProductName, port: &PortName) -> Self {
        let gold = data_dir.join("builds").join(domain.as_str()).join("gold");
        Self(gold.join(product.as_str()).join(port.as_str()))
    }

    /// The document of a version; `None` if there is none that can be read.
    pub(crate) fn read(&self, version: u64) -> Result<Option<BuildRecord>, Problem> {
        let path = self.path(version);
        match drill::pass(&path, Operation::Plain).and_then(|()| fs::read(path)) {
            Ok(bytes) => {
                let record = serde_json::from_slice::<BuildRecord>(&bytes).ok();
                Ok(record.filter(|record| record.format == FORMAT && record.version == version))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(fault(&error)),
        }
    }

    /// Stores the document of a version durably.
    pub(crate) fn write(&self, record: &BuildRecord) -> Result<(), Problem> {
        let bytes = serde_json::to_vec(record).map_err(Problem::internal)?;
        let staged = self.0.join(".staged");
        let step = || drill::pass(&self.0, Operation::Grows);
        let store = || -> std::io::Result<()> {
            step()?;
            fs::create_dir_all(&self.0)?;
            let mut file = fs::File::create(&staged)?;
            step()?;
            file.write_all(&bytes)?;
            step()?;
            file.sync_all()?;
            step()?;
            fs::rename(&staged, self.path(record.version))?;
            step()?;
            fs::File::open(&self.0)?.sync_all()
        };
        store().map_err(|error| fault(&error))?;
        if let Some(old) = record.version.checked_sub(KEPT) {
            // Best effort: a document too many harms nobody.
            fs::remove_file(self.path(old)).ok();
        }
        Ok(())
    }

    fn path(&self, version: u64) -> PathBuf {
        self.0.join(format!("{version:020}.json"))
    }
}

fn fault(error: &std::io::Error) -> Problem {
    if matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) {
        return Problem::new(Code::StorageFull, "no space left on the volume of the data directory")
            .with_hint("free space and run the same command again: nothing was half done")
            .with_cause(error);
    }
    Problem::new(Code::DataUnavailable, "what is known of a build cannot be read or written at the moment")
        .with_cause(format!("the documents of builds: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_found_by_its_version_and_a_damaged_one_is_none() {
        let data = tempfile::tempdir().unwrap();
        let records = Records::silver(data.path(), &"claims".parse().unwrap(), &"claims".parse().unwrap());
        assert!(records.read(0).unwrap().is_none());
        let record = BuildRecord {
            format: FORMAT,
            version: 3,
            fingerprint: Digest::of(b"x"),
            rows: 1,
            rejected: 0,
            rejected_version: None,
            lineage: TableLineage {
                table: "silver.claims".into(),
                inputs: vec![],
                influenced_by: vec![],
                mixed: vec![],
                columns: vec![],
            },
            inputs: BTreeMap::new(),
            facts: Facts::default(),
            blocked: vec![],
            lost: vec![],
            publications: vec![],
            notes: vec![],
            taken: None,
        };
        records.write(&record).unwrap();
        assert_eq!(records.read(3).unwrap().unwrap(), record);
        std::fs::write(records.path(3), b"{\"format\":2").unwrap();
        assert!(records.read(3).unwrap().is_none());
    }
}
