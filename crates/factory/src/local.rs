//! Landing zones on a local disk.
//!
//! A zone's root lies at `<store>/<domain>` (`<store>/<domain>/<zone>` where a domain has several) and holds `bronze`,
//! `silver`, `gold`. A marker in it says whose it is.
//!
//! INVARIANT: roots never overlap: not another zone's, not the data directory's own files. A root that exists without
//! its marker and is not empty belongs to somebody else.

use std::path::{Path, PathBuf};

use model::{Code, Problem, files::domain::DomainFile, zone::ZoneLocation};
use serde::{Deserialize, Serialize};

use crate::directory::Directory;

/// The file in a zone's root that says whose it is.
const MARKER: &str = ".tessera-zone";
/// The parts of a zone.
const LAYERS: [&str; 3] = ["bronze", "silver", "gold"];
/// What a store beneath the data directory may not begin with: the data directory's own files.
const OWN: [&str; 9] =
    ["journal.db", "journal.head", "activity.db", "admin-token", "lock", "keys", "drop", "tmp", "spill"];

#[derive(Debug, PartialEq, Eq, Serialize, Deserialize)]
struct Marker {
    domain: String,
    zone: String,
}

/// Creates the landing zones and the drop folder of a domain and says where the zones are. Running it again changes
/// nothing.
///
/// `store` is the entry of `stores` in `mesh.yaml`: `file:./zones` beneath the data directory, or `file:///srv/mesh`.
///
/// # Errors
/// `invalid-value` for a store that is not a plain location, `conflict` for one that overlaps another domain's zone or
/// the data directory's own files, `not-allowed` for one that leads through a symbolic link, `storage-full`.
pub fn stamp(data_directory: &Path, store: &str, domain: &DomainFile) -> Result<Vec<ZoneLocation>, Problem> {
    let data = data_directory.canonicalize().map_err(|error| {
        Problem::new(Code::DataUnavailable, "the data directory cannot be opened").with_cause(error)
    })?;
    let store = Store::parse(store, &data)?;
    let mut zones: Vec<(String, Option<String>, Vec<String>)> = Vec::new();
    if domain.zones.is_empty() {
        zones.push(("main".to_owned(), domain.region.clone(), vec![domain.domain.to_string()]));
    }
    for (zone, region) in &domain.zones {
        check_zone_name(zone)?;
        zones.push((zone.clone(), Some(region.clone()), vec![domain.domain.to_string(), zone.clone()]));
    }
    let mut locations = Vec::with_capacity(zones.len());
    for (zone, region, parts) in zones {
        let marker = Marker { domain: domain.domain.to_string(), zone: zone.clone() };
        stamp_zone(&store, &parts, &marker)?;
        locations.push(ZoneLocation { domain: domain.domain.clone(), zone, region, root: store.root_of(&parts) });
    }
    let data = Directory::open(&data)?;
    let drops = data.make("drop")?;
    drops.make(domain.domain.as_str())?;
    drops.sync()?;
    data.sync()?;
    Ok(locations)
}

/// Where zones are stamped.
struct Store {
    /// An existing directory.
    base: PathBuf,
    /// Components beneath it, made if absent.
    beneath: Vec<String>,
    /// Whether locations are written relative to the data directory.
    is_relative: bool,
}

impl Store {
    fn parse(text: &str, data: &Path) -> Result<Self, Problem> {
        let wrong = |why: &str| {
            Problem::new(Code::InvalidValue, format!("the store `{}` {why}", text.escape_debug()))
                .with_hint("write `file:./zones` for a folder in the data directory, or `file:///srv/mesh`")
        };
        let rest = text.strip_prefix("file:").ok_or_else(|| wrong("is not a `file:` location"))?;
        if rest.contains(['%', '?', '#', '\\', '\0']) {
            return Err(wrong("is not a plain path"));
        }
        let absolute = rest.strip_prefix("//").filter(|path| path.starts_with('/'));
        let (path, is_relative) = match absolute {
            Some(path) => (path.trim_start_matches('/'), false),
            None if rest.starts_with('/') => return Err(wrong("names a host or a path without `//`")),
            None => (rest.strip_prefix("./").unwrap_or(rest), true),
        };
        let beneath: Vec<String> =
            path.split('/').filter(|part| !part.is_empty() && *part != ".").map(str::to_owned).collect();
        if beneath.iter().any(|part| part == "..") {
            return Err(wrong("climbs out of its place"));
        }
        let overlap = |what: &str| {
            Problem::new(Code::Conflict, format!("the store `{}` overlaps {what}", text.escape_debug()))
                .with_hint("give the zones a folder of their own, such as `file:./zones`")
        };
        if beneath.is_empty() {
            return Err(overlap("the data directory's own files"));
        }
        if is_relative {
            let first = beneath.first().map(String::as_str).unwrap_or_default();
            if is_own(first) {
                return Err(overlap("the data directory's own files"));
            }
            return Ok(Self { base: data.to_owned(), beneath, is_relative });
        }
        let base = PathBuf::from("/").join(beneath.join("/"));
        let found = base.canonicalize().map_err(|error| wrong("does not exist").with_cause(error))?;
        // SECURITY: an absolute store inside the data directory is held to the same rules, and one around it is
        // refused (test `stores_that_overlap_the_data_directory_are_refused`).
        if data.starts_with(&found) {
            return Err(overlap("the data directory"));
        }
        if let Ok(inside) = found.strip_prefix(data) {
            let first = inside.components().next().map(|part| part.as_os_str().to_string_lossy().into_owned());
            if is_own(&first.unwrap_or_default()) {
                return Err(overlap("the data directory's own files"));
            }
        }
        Ok(Self { base, beneath: Vec::new(), is_relative })
    }

    /// The location of a zone as it is recorded.
    fn root_of(&self, parts: &[String]) -> String {
        if self.is_relative {
            return self.beneath.iter().chain(parts).cloned().collect::<Vec<_>>().join("/");
        }
        format!("file://{}", self.base.join(parts.join("/")).display())
    }
}

fn is_own(name: &str) -> bool {
    name.starts_with('.') || OWN.iter().any(|own| name == *own || name.starts_with(&format!("{own}-")))
}

fn check_zone_name(name: &str) -> Result<(), Problem> {
    let plain = name.starts_with(|c: char| c.is_ascii_lowercase())
        && name.len() <= 48
        && name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_');
    if plain && !LAYERS.contains(&name) {
        return Ok(());
    }
    Err(Problem::new(Code::InvalidValue, format!("the zone name `{}` is not allowed", name.escape_debug()))
        .with_hint("use a lower-case letter, then letters, digits or `_`; not `bronze`, `silver`, `gold`"))
}

fn stamp_zone(store: &Store, parts: &[String], marker: &Marker) -> Result<(), Problem> {
    let mut trail = vec![Directory::open(&store.base)?];
    refuse_zones_above(&store.base)?;
    let names: Vec<&String> = store.beneath.iter().chain(parts).collect();
    for (index, name) in names.iter().enumerate() {
        let parent = trail.last().ok_or_else(|| Problem::internal("a store without a base"))?;
        // SECURITY: a zone inside another zone would be readable with the other's handles
        // (test `a_zone_never_lies_inside_another`).
        if index > 0 && parent.read(MARKER)?.is_some() {
            return Err(taken());
        }
        let child = match parent.child(name)? {
            Some(child) => child,
            None => {
                let child = parent.make(name)?;
                parent.sync()?;
                child
            }
        };
        trail.push(child);
    }
    let root = trail.pop().ok_or_else(|| Problem::internal("a zone without a root"))?;
    match root.read(MARKER)? {
        Some(found) => {
            if serde_json::from_slice::<Marker>(&found).ok().as_ref() != Some(marker) {
                return Err(taken());
            }
        }
        None if root.is_empty_but_for(MARKER)? => {
            root.write(MARKER, &serde_json::to_vec(marker).map_err(Problem::internal)?)?;
        }
        None => return Err(taken()),
    }
    for layer in LAYERS {
        root.make(layer)?;
    }
    root.sync()
}

/// The base of an absolute store may itself lie inside a zone.
fn refuse_zones_above(base: &Path) -> Result<(), Problem> {
    for path in base.ancestors() {
        if path.join(MARKER).symlink_metadata().is_ok() {
            return Err(taken());
        }
    }
    Ok(())
}

fn taken() -> Problem {
    Problem::new(Code::Conflict, "the location of the zone belongs to another zone or holds other files")
        .with_hint("give the domain a store of its own under `stores` in mesh.yaml")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::{PermissionsExt as _, symlink};

    use super::*;

    fn domain(name: &str, zones: &[(&str, &str)]) -> DomainFile {
        DomainFile {
            domain: name.parse().unwrap(),
            description: None,
            cost_center: None,
            region: Some("westeurope".into()),
            zones: zones.iter().map(|(zone, region)| ((*zone).to_owned(), (*region).to_owned())).collect(),
            classification: None,
            owner: "owners".parse().unwrap(),
            steward: "stewards".parse().unwrap(),
            engineers: None,
            on_call: None,
            schedule: None,
            service: None,
        }
    }

    fn data() -> (tempfile::TempDir, PathBuf) {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().canonicalize().unwrap().join("data");
        std::fs::create_dir(&path).unwrap();
        (directory, path)
    }

    fn mode(path: &Path) -> u32 {
        path.metadata().unwrap().permissions().mode() & 0o777
    }

    #[test]
    fn a_domain_gets_its_zone_and_its_drop_folder_and_stamping_again_changes_nothing() {
        let (_keep, data) = data();
        let first = stamp(&data, "file:./zones", &domain("claims", &[])).unwrap();
        assert_eq!(first.len(), 1);
        assert_eq!((first[0].zone.as_str(), first[0].root.as_str()), ("main", "zones/claims"));
        assert_eq!(first[0].region.as_deref(), Some("westeurope"));
        for path in ["zones", "zones/claims", "zones/claims/bronze", "zones/claims/silver", "zones/claims/gold"] {
            assert_eq!(mode(&data.join(path)), 0o700, "{path}");
        }
        assert_eq!(mode(&data.join("drop/claims")), 0o700);
        std::fs::write(data.join("zones/claims/gold/kept"), "x").unwrap();
        assert_eq!(stamp(&data, "file:./zones", &domain("claims", &[])).unwrap(), first);
        assert!(data.join("zones/claims/gold/kept").exists());
    }

    #[test]
    fn several_zones_lie_beside_each_other() {
        let (_keep, data) = data();
        let zones = [("eu", "westeurope"), ("in", "centralindia")];
        let found = stamp(&data, "file:zones/", &domain("claims", &zones)).unwrap();
        let roots: Vec<_> = found.iter().map(|zone| zone.root.as_str()).collect();
        assert_eq!(roots, ["zones/claims/eu", "zones/claims/in"]);
        assert!(data.join("zones/claims/in/gold").is_dir());
        for zone in ["gold", "..", "a/b", "", "A"] {
            assert!(stamp(&data, "file:zones", &domain("claims", &[(zone, "x")])).is_err(), "{zone}");
        }
    }

    #[test]
    fn stores_that_overlap_the_data_directory_are_refused() {
        let (_keep, data) = data();
        std::fs::create_dir(data.join("keys")).unwrap();
        let shown = data.display().to_string();
        for store in [
            "file:.".to_owned(),
            "file:./".to_owned(),
            "file:./keys".to_owned(),
            "file:drop/x".to_owned(),
            "file:./journal.db-wal".to_owned(),
            "file:./../outside".to_owned(),
            "file:./%2e%2e/outside".to_owned(),
            "file:/etc".to_owned(),
            "file://host/share".to_owned(),
            "s3://bucket/zones".to_owned(),
            "zones".to_owned(),
            "file:///".to_owned(),
            format!("file://{shown}"),
            format!("file://{shown}/keys"),
            format!("file://{}", data.parent().unwrap().display()),
            "file:///absent/place".to_owned(),
        ] {
            let code = stamp(&data, &store, &domain("claims", &[])).unwrap_err().code();
            assert!(matches!(code, Code::InvalidValue | Code::Conflict), "{store}: {code}");
        }
        let left: Vec<_> = std::fs::read_dir(&data).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        assert_eq!(left, ["keys"], "a refused store leaves nothing behind");
    }

    #[test]
    fn a_zone_never_lies_inside_another() {
        let (_keep, data) = data();
        stamp(&data, "file:./zones", &domain("claims", &[])).unwrap();
        for store in ["file:./zones/claims".to_owned(), format!("file://{}/zones/claims/gold", data.display())] {
            let problem = stamp(&data, &store, &domain("evil", &[])).unwrap_err();
            assert_eq!(problem.code(), Code::Conflict, "{store}");
        }
        // Around another zone: `zones` as the root of a domain of that name.
        let problem = stamp(&data, "file:.//x/..", &domain("zones", &[])).unwrap_err();
        assert_eq!(problem.code(), Code::InvalidValue);
        std::fs::create_dir_all(data.join("shared/hr/payroll")).unwrap();
        let problem = stamp(&data, "file:./shared", &domain("hr", &[])).unwrap_err();
        assert_eq!(problem.code(), Code::Conflict, "a folder with other files is nobody's zone");
        // One domain in one zone, then in several: the zones would lie inside the first.
        let problem = stamp(&data, "file:./zones", &domain("claims", &[("eu", "x")])).unwrap_err();
        assert_eq!(problem.code(), Code::Conflict);
    }

    #[test]
    fn a_name_prefix_is_not_an_overlap() {
        let (_keep, data) = data();
        stamp(&data, "file:./zones", &domain("claims", &[])).unwrap();
        stamp(&data, "file:./zones", &domain("claims_evil", &[])).unwrap();
        stamp(&data, "file:./zones2", &domain("other", &[])).unwrap();
    }

    #[test]
    fn symbolic_links_are_refused() {
        let (keep, data) = data();
        let outside = keep.path().canonicalize().unwrap().join("outside");
        std::fs::create_dir(&outside).unwrap();
        symlink(&outside, data.join("zones")).unwrap();
        assert_eq!(stamp(&data, "file:./zones", &domain("claims", &[])).unwrap_err().code(), Code::NotAllowed);
        std::fs::create_dir(data.join("real")).unwrap();
        symlink(&outside, data.join("real/claims")).unwrap();
        assert_eq!(stamp(&data, "file:./real", &domain("claims", &[])).unwrap_err().code(), Code::NotAllowed);
        let link = format!("file://{}/zones", data.display());
        assert!(stamp(&data, &link, &domain("claims", &[])).is_err());
        assert_eq!(std::fs::read_dir(&outside).unwrap().count(), 0);
    }

    #[test]
    fn an_absolute_store_is_recorded_as_a_url() {
        let (keep, data) = data();
        let store = keep.path().canonicalize().unwrap().join("mesh");
        std::fs::create_dir(&store).unwrap();
        let found = stamp(&data, &format!("file://{}", store.display()), &domain("claims", &[])).unwrap();
        assert_eq!(found[0].root, format!("file://{}/claims", store.display()));
        assert!(store.join("claims/silver").is_dir());
        assert!(data.join("drop/claims").is_dir());
    }

    #[test]
    fn a_stamp_that_was_interrupted_is_completed() {
        let (_keep, data) = data();
        stamp(&data, "file:./zones", &domain("claims", &[])).unwrap();
        std::fs::remove_dir(data.join("zones/claims/gold")).unwrap();
        std::fs::remove_dir(data.join("drop/claims")).unwrap();
        stamp(&data, "file:./zones", &domain("claims", &[])).unwrap();
        assert!(data.join("zones/claims/gold").is_dir() && data.join("drop/claims").is_dir());
        // Killed before the marker had its name: an empty root is anybody's.
        std::fs::create_dir(data.join("zones/early")).unwrap();
        std::fs::write(data.join("zones/early/.tessera-zone.new"), "{\"dom").unwrap();
        stamp(&data, "file:./zones", &domain("early", &[])).unwrap();
    }
}
