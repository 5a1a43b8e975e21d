//! The repository of NorthPeak, carried in the binary so that the demo runs anywhere, applied domain by domain.

use std::collections::BTreeMap;

use include_dir::{Dir, include_dir};
use model::{Code, Problem};
use serde_json::{Value, json};

static NORTHPEAK: Dir<'static> = include_dir!("$CARGO_MANIFEST_DIR/../../examples/northpeak");

/// A file of `examples/northpeak`.
///
/// # Errors
/// `internal` if it is not carried: the binary was built from something else.
pub fn text(path: &str) -> Result<&'static str, Problem> {
    let file = NORTHPEAK.get_file(path).and_then(|file| file.contents_utf8());
    file.ok_or_else(|| Problem::new(Code::Internal, format!("the demo carries no file `{path}`")))
}

/// The files as they stand in the working copy of whoever applies them.
#[derive(Debug, Default)]
pub struct Repository {
    files: BTreeMap<String, String>,
}

impl Repository {
    /// What everybody shares: the mesh, its people, its rules.
    pub fn shared() -> Self {
        let mut repository = Self::default();
        repository.take(&|path| !path.contains('/') && path.ends_with(".yaml") || path.starts_with("governance/"));
        repository
    }

    /// Adds what lies beneath a folder, or one file.
    pub fn add(&mut self, path: &str) {
        self.take(&|found| found.strip_prefix(path).is_some_and(|rest| rest.is_empty() || rest.starts_with('/')));
    }

    /// Takes a folder out again.
    pub fn without(&mut self, folder: &str) {
        self.files.retain(|path, _| !path.strip_prefix(folder).is_some_and(|rest| rest.starts_with('/')));
    }

    /// Writes a file.
    pub fn put(&mut self, path: &str, text: impl Into<String>) {
        self.files.insert(path.to_owned(), text.into());
    }

    /// Writes a file anew with one passage in place of another.
    ///
    /// # Errors
    /// `internal` if the file is not there or does not hold the passage.
    pub fn edit(&mut self, path: &str, old: &str, new: &str) -> Result<(), Problem> {
        let file = self.files.get_mut(path).filter(|text| text.contains(old));
        let file = file.ok_or_else(|| Problem::new(Code::Internal, format!("`{path}` does not hold `{old}`")))?;
        *file = file.replacen(old, new, 1);
        Ok(())
    }

    /// The body of an apply.
    pub fn apply_request(&self) -> Value {
        json!({ "files": self.files, "commit": null, "dirty": false, "retire": [], "expected": null })
    }

    fn take(&mut self, chosen: &dyn Fn(&str) -> bool) {
        let mut folders = vec![&NORTHPEAK];
        while let Some(folder) = folders.pop() {
            folders.extend(folder.dirs());
            for file in folder.files() {
                let path = file.path().to_string_lossy();
                if let Some(text) = file.contents_utf8().filter(|_| chosen(&path)) {
                    self.files.insert(path.into_owned(), text.to_owned());
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_folder_by_folder() {
        let mut repository = Repository::shared();
        assert!(
            repository.files.contains_key("mesh.yaml") && repository.files.contains_key("governance/purposes.yaml")
        );
        assert!(!repository.files.keys().any(|path| path.starts_with("domains/") || path.starts_with("drafts/")));
        repository.add("domains/policy/domain.yaml");
        assert_eq!(repository.files.keys().filter(|path| path.starts_with("domains/")).count(), 1);
        repository.add("domains/policy");
        assert!(repository.files.contains_key("domains/policy/products/policies_active_in/contract.yaml"));
        repository.without("domains/policy/products/policies_active");
        assert!(!repository.files.contains_key("domains/policy/products/policies_active/contract.yaml"));
        assert!(repository.files.contains_key("domains/policy/products/policies_active_in/contract.yaml"));
    }

    #[test]
    fn a_passage_that_is_not_there_is_no_edit() {
        let mut repository = Repository::shared();
        assert!(repository.edit("mesh.yaml", "mesh: northpeak", "mesh: n").is_ok());
        assert!(repository.edit("mesh.yaml", "mesh: northpeak", "mesh: n").is_err());
        assert!(repository.edit("absent.yaml", "", "").is_err());
    }
}
