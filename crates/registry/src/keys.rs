//! Keys of token masks: files in `DATA/keys/`, mode 0600, one per version, never in the journal.
//!
//! A token's key is derived from the version's secret, the class and the scope, so that equal values give equal tokens
//! exactly within their scope.

use std::{collections::BTreeMap, path::Path, sync::Arc};

use hmac::{Hmac, KeyInit, Mac};
use model::{Code, Problem, treatment::TokenKey};
use sha2::Sha256;

use crate::durable;

/// The secrets by version.
#[derive(Clone)]
pub struct Keys(Arc<BTreeMap<u32, [u8; 32]>>);

impl std::fmt::Debug for Keys {
    /// SECURITY: shows the versions only (test `keys_do_not_show_themselves`).
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_tuple("Keys").field(&self.0.keys().collect::<Vec<_>>()).finish()
    }
}

impl Keys {
    /// Opens the keys of a data directory, making the first one.
    ///
    /// # Errors
    /// `policy-unavailable` if they cannot be read, or others than the owner may read them.
    pub fn open(data_dir: &Path) -> Result<Self, Problem> {
        Self::open_with(data_dir, crate::secret::random)
    }

    /// As [`Keys::open`] with the randomness of the first key given.
    pub fn open_with(data_dir: &Path, random: impl FnOnce() -> [u8; 32]) -> Result<Self, Problem> {
        let folder = data_dir.join("keys");
        std::fs::create_dir_all(&folder).map_err(|error| unavailable("they cannot be kept").with_cause(error))?;
        let mut found = BTreeMap::new();
        let entries =
            std::fs::read_dir(&folder).map_err(|error| unavailable("they cannot be read").with_cause(error))?;
        for entry in entries {
            let path = entry.map_err(|error| unavailable("they cannot be read").with_cause(error))?.path();
            if let Some(version) = version_of(&path) {
                found.insert(version, read(&path)?);
            }
        }
        if found.is_empty() {
            let secret = random();
            let text = crate::secret::hex(&secret);
            durable::write(&folder.join("token-1.key"), text.as_bytes())
                .map_err(|error| unavailable("they cannot be kept").with_cause(error))?;
            found.insert(1, secret);
        }
        Ok(Self(Arc::new(found)))
    }

    /// The version that new tokens are made with.
    pub fn current_version(&self) -> u32 {
        self.0.keys().next_back().copied().unwrap_or(1)
    }

    /// The key of a class and scope.
    ///
    /// # Errors
    /// `policy-unavailable` if its version is not here: the column cannot be treated, so it is not served.
    pub fn token_key(&self, key: &TokenKey) -> Result<[u8; 32], Problem> {
        let secret = self.0.get(&key.version).ok_or_else(|| unavailable("a version that is needed is missing"))?;
        let mut derived = Hmac::<Sha256>::new_from_slice(secret).map_err(Problem::internal)?;
        for part in ["tessera token key 1", key.class.as_str(), &key.scope] {
            derived.update(&(part.len() as u64).to_le_bytes());
            derived.update(part.as_bytes());
        }
        Ok(derived.finalize().into_bytes().into())
    }
}

fn unavailable(why: &str) -> Problem {
    Problem::new(Code::PolicyUnavailable, format!("the keys of masks cannot be used: {why}"))
        .with_hint("see `DATA/keys`; restore it from the backup it belongs to")
}

/// `token-3.key` is version 3.
fn version_of(path: &Path) -> Option<u32> {
    path.file_name()?
        .to_str()?
        .strip_prefix("token-")?
        .strip_suffix(".key")?
        .parse()
        .ok()
        .filter(|version| *version > 0)
}

fn read(path: &Path) -> Result<[u8; 32], Problem> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = std::fs::metadata(path)
            .map_err(|error| unavailable("one cannot be read").with_cause(error))?
            .permissions()
            .mode();
        if mode & 0o077 != 0 {
            return Err(unavailable("one is readable by others").with_hint("set its mode to 0600, and ask who read it"));
        }
    }
    let text = std::fs::read_to_string(path).map_err(|error| unavailable("one cannot be read").with_cause(error))?;
    crate::secret::unhex(text.trim()).ok_or_else(|| unavailable("one is damaged"))
}

#[cfg(test)]
mod tests {
    use model::class::ClassName;

    use super::*;

    fn key(class: &str, scope: &str, version: u32) -> TokenKey {
        TokenKey { class: ClassName::from_tag(class), scope: scope.into(), version }
    }

    #[test]
    fn keys_stay_the_same_and_differ_by_class_scope_and_version() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open_with(folder.path(), || [7; 32]).unwrap();
        let again = Keys::open_with(folder.path(), || [8; 32]).unwrap();
        let email = keys.token_key(&key("pii.email", "mesh", 1)).unwrap();
        assert_eq!(again.token_key(&key("pii.email", "mesh", 1)).unwrap(), email);
        assert_ne!(keys.token_key(&key("pii.iban", "mesh", 1)).unwrap(), email);
        assert_ne!(keys.token_key(&key("pii.email", "domain:claims", 1)).unwrap(), email);
        assert_eq!(keys.token_key(&key("pii.email", "mesh", 2)).unwrap_err().code(), Code::PolicyUnavailable);
        durable::write(&folder.path().join("keys/token-2.key"), "09".repeat(32).as_bytes()).unwrap();
        let rotated = Keys::open(folder.path()).unwrap();
        assert_eq!(rotated.current_version(), 2);
        assert_eq!(rotated.token_key(&key("pii.email", "mesh", 1)).unwrap(), email);
        assert_ne!(rotated.token_key(&key("pii.email", "mesh", 2)).unwrap(), email);
    }

    #[test]
    fn keys_do_not_show_themselves() {
        let folder = tempfile::tempdir().unwrap();
        let keys = Keys::open_with(folder.path(), || [7; 32]).unwrap();
        assert_eq!(format!("{keys:?}"), "Keys([1])");
    }

    #[cfg(unix)]
    #[test]
    fn a_key_that_others_may_read_is_refused() {
        use std::os::unix::fs::PermissionsExt;
        let folder = tempfile::tempdir().unwrap();
        Keys::open_with(folder.path(), || [7; 32]).unwrap();
        let path = folder.path().join("keys/token-1.key");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        assert_eq!(Keys::open(folder.path()).unwrap_err().code(), Code::PolicyUnavailable);
    }
}
