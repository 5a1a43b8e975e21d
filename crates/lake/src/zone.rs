//! Landing zones: the only constructor of storage handles.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use model::{
    Code, Digest, Problem,
    manifest::Manifest,
    name::{PortName, ProductName, SourceName, TableName},
    zone::ZoneLocation,
};

use crate::{
    batches::BatchLog,
    beneath::{RelativePath, Root},
    fault,
    scan::PinnedPort,
    table::Table,
};

/// One domain's landing zone, open for reading and writing. A capability: pass it down.
#[derive(Debug, Clone)]
pub struct Zone {
    location: ZoneLocation,
    bronze: Root,
    silver: Root,
    gold: Root,
}

/// The gold of one landing zone, open for reading what a manifest names: what the gateway holds.
#[derive(Debug, Clone)]
pub struct GoldReader {
    location: ZoneLocation,
    gold: Root,
}

impl Zone {
    /// Opens a landing zone that the factory stamped.
    ///
    /// # Errors
    /// `data-unavailable` if the root is absent, lies outside the data directory it is relative to, or is reached
    /// through a symbolic link.
    pub fn open(data_directory: &Path, location: &ZoneLocation) -> Result<Self, Problem> {
        let root = open_root(data_directory, &location.root)?;
        let part = |name: &str| root.directory(&RelativePath::of(&[name])?);
        Ok(Self { location: location.clone(), bronze: part("bronze")?, silver: part("silver")?, gold: part("gold")? })
    }

    /// Where it lies.
    pub fn location(&self) -> &ZoneLocation {
        &self.location
    }

    /// The batch log of a bronze table.
    pub fn batches(&self, source: &SourceName, table: &TableName) -> BatchLog {
        BatchLog::new(self.bronze.clone(), source.as_str(), table.as_str())
    }

    /// A silver table.
    pub fn silver(&self, table: &TableName) -> Table {
        Table::new(self.silver.clone(), vec![table.to_string()])
    }

    /// The rejected rows of a silver table, `silver.<table>__rejected`.
    pub fn silver_rejected(&self, table: &TableName) -> Table {
        Table::new(self.silver.clone(), vec![format!("{table}__rejected")])
    }

    /// The table of an output port.
    pub fn gold(&self, product: &ProductName, port: &PortName) -> Table {
        Table::new(self.gold.clone(), vec![product.to_string(), port.to_string()])
    }

    /// The read-only capability on gold.
    pub fn gold_reader(&self) -> GoldReader {
        GoldReader { location: self.location.clone(), gold: self.gold.clone() }
    }
}

impl GoldReader {
    /// Opens only the gold of a landing zone.
    ///
    /// # Errors
    /// As [`Zone::open`].
    pub fn open(data_directory: &Path, location: &ZoneLocation) -> Result<Self, Problem> {
        let gold = open_root(data_directory, &location.root)?.directory(&RelativePath::of(&["gold"])?)?;
        Ok(Self { location: location.clone(), gold })
    }

    /// Where it lies.
    pub fn location(&self) -> &ZoneLocation {
        &self.location
    }

    /// A port at one publication: exactly the files of `manifest`, which is the document that `digest` pins.
    ///
    /// # Errors
    /// `data-unavailable` if the port has no directory or the manifest names a path that cannot be one of its files.
    pub fn pinned(
        &self,
        product: &ProductName,
        port: &PortName,
        manifest: Arc<Manifest>,
        digest: Digest,
    ) -> Result<Arc<PinnedPort>, Problem> {
        let root = self.gold.directory(&RelativePath::of(&[product.as_str(), port.as_str()])?)?;
        PinnedPort::new(root, manifest, digest).map(Arc::new)
    }
}

/// Opens the root of a zone: a path relative to the data directory, or an absolute `file://` URL.
fn open_root(data_directory: &Path, root: &str) -> Result<Root, Problem> {
    let refuse = |why: &str| Problem::new(Code::DataUnavailable, format!("the location of the zone is {why}"));
    if let Some(rest) = root.strip_prefix("file://") {
        let url = url::Url::parse(root).map_err(|_| refuse("not a URL"))?;
        // SECURITY: what `..`, an encoded separator or a host would make of it is never asked
        // (test `a_zone_root_cannot_leave_its_place`).
        let path = url.to_file_path().map_err(|()| refuse("not a local path"))?;
        if !rest.starts_with('/') || rest.split('/').any(|part| matches!(part, "." | "..")) || rest.contains('%') {
            return Err(refuse("not a plain path"));
        }
        let found = path.canonicalize().map_err(|error| fault::of_io(&error, &format!("open {root}")))?;
        if found != trimmed(&path) {
            return Err(refuse("reached through a symbolic link"));
        }
        return Root::open_absolute(&found);
    }
    let relative = root.strip_prefix("./").unwrap_or(root).trim_end_matches('/');
    let relative = RelativePath::parse(relative).map_err(refuse)?;
    Root::of_data_directory(data_directory)?.directory(&relative)
}

/// A path without a trailing separator.
fn trimmed(path: &Path) -> PathBuf {
    path.components().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn location(root: &str) -> ZoneLocation {
        ZoneLocation { domain: "claims".parse().unwrap(), zone: "main".into(), region: None, root: root.into() }
    }

    #[test]
    fn a_zone_root_cannot_leave_its_place() {
        let data = tempfile::tempdir().unwrap();
        let base = data.path().canonicalize().unwrap();
        for part in ["bronze", "silver", "gold"] {
            std::fs::create_dir_all(base.join("data/zones/claims").join(part)).unwrap();
            std::fs::create_dir_all(base.join("outside").join(part)).unwrap();
        }
        std::os::unix::fs::symlink(base.join("outside"), base.join("data/zones/evil")).unwrap();
        let inside = base.join("data");
        assert!(Zone::open(&inside, &location("zones/claims")).is_ok());
        assert!(Zone::open(&inside, &location("./zones/claims/")).is_ok());
        assert!(Zone::open(&inside, &location(&format!("file://{}/outside", base.display()))).is_ok());
        for root in [
            "zones/evil".to_owned(),
            "../outside".to_owned(),
            "zones/../../outside".to_owned(),
            base.join("outside").display().to_string(),
            format!("file://{}/data/zones/evil", base.display()),
            format!("file://{}/data/../outside", base.display()),
            format!("file://{}/data/%2e%2e/outside", base.display()),
            "file:relative".to_owned(),
            "zones/absent".to_owned(),
        ] {
            assert!(Zone::open(&inside, &location(&root)).is_err(), "{root}");
        }
    }
}
