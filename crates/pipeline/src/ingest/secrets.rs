//! The secrets of a domain's sources: variables of the server that bear the domain's name, files in the domain's folder.
//!
//! INVARIANT: a secret is read when a source is reached and kept no longer; no message, log line or debug text holds it.

use std::{fmt, io::Read as _, path::Path};

use model::{Code, Problem, files::source::secret::SecretRef, name::DomainName};

use super::Root;
use crate::pipeline::Environment;

/// Largest secret in bytes; certificates are the large ones.
const LARGEST: u64 = 1 << 20;

/// What was found where a file said a secret is.
pub(crate) struct Secret(Vec<u8>);

impl Secret {
    /// Its bytes, for whom it is meant.
    pub(crate) fn reveal(&self) -> &[u8] {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Where a domain's secrets are.
pub(crate) struct Secrets<'a> {
    /// The data directory.
    pub(crate) data_dir: &'a Path,
    /// The server's environment.
    pub(crate) environment: &'a Environment,
    /// Whose secrets.
    pub(crate) domain: &'a DomainName,
    /// Every domain there is or was.
    pub(crate) domains: &'a [DomainName],
}

impl Secrets<'_> {
    /// Reads a secret.
    ///
    /// # Errors
    /// `not-allowed` for another domain's, `source-unavailable` when there is none.
    pub(crate) fn read(&self, place: &SecretRef) -> Result<Secret, Problem> {
        place.check_owner(self.domain, self.domains)?;
        match place {
            SecretRef::Env(name) => match self.environment.get(name).filter(|value| !value.is_empty()) {
                Some(value) => Ok(Secret(value.into_bytes())),
                None => Err(Problem::new(Code::SourceUnavailable, format!("the variable `{name}` is not set"))
                    .with_hint("set it in the environment of the server, and start it again")),
            },
            SecretRef::File(name) => self.file(name).map(|mut bytes| {
                let end = bytes.iter().rposition(|byte| !matches!(byte, b'\r' | b'\n')).map_or(0, |last| last + 1);
                bytes.truncate(end);
                Secret(bytes)
            }),
        }
    }

    /// Reads a file of the domain's secrets.
    ///
    /// SECURITY: test `a_secret_lies_in_the_domains_folder_and_nowhere_else`.
    pub(crate) fn file(&self, name: &str) -> Result<Vec<u8>, Problem> {
        let wrong = |why: &str| {
            let message = format!("the file `{}` of the secrets of `{}` {why}", name.escape_debug(), self.domain);
            Problem::new(Code::SourceUnavailable, message)
                .with_hint(format!("put a plain file into `secrets/{}/` of the data directory", self.domain))
        };
        let root =
            Root::secrets(self.data_dir, self.domain).map_err(|problem| wrong("cannot be read").with_cause(problem))?;
        let opened = root.map(|root| root.open(name)).transpose();
        let file = opened.map_err(|problem| wrong("cannot be read").with_cause(problem))?.flatten();
        let file = file.ok_or_else(|| wrong("is not there"))?;
        let mut bytes = Vec::new();
        file.take(LARGEST + 1).read_to_end(&mut bytes).map_err(|error| wrong("cannot be read").with_cause(error))?;
        match bytes.len() as u64 {
            0 => Err(wrong("is empty")),
            size if size > LARGEST => Err(wrong("is larger than 1 MiB")),
            _ => Ok(bytes),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    #[test]
    fn a_secret_lies_in_the_domains_folder_and_nowhere_else() {
        let data = tempfile::tempdir().unwrap();
        let at = |path: &str| data.path().join(path);
        for folder in ["secrets/claims", "secrets/policy"] {
            std::fs::create_dir_all(at(folder)).unwrap();
        }
        std::fs::write(at("secrets/claims/own"), "hunter2\r\n").unwrap();
        std::fs::write(at("secrets/claims/empty"), "").unwrap();
        std::fs::write(at("secrets/policy/other"), "hunter2").unwrap();
        symlink("../policy/other", at("secrets/claims/link")).unwrap();
        symlink("policy", at("secrets/linked")).unwrap();
        let environment =
            Environment::new(|name| (name == "CLAIMS_OPS" || name == "POLICY_OPS").then(|| "hunter2".into()));
        let read = |domain: &str, place: SecretRef| {
            let domain: DomainName = domain.parse().unwrap();
            let secrets = Secrets { data_dir: data.path(), environment: &environment, domain: &domain, domains: &[] };
            secrets.read(&place)
        };
        let file = |name: &str| SecretRef::File(name.to_owned());
        let env = |name: &str| SecretRef::Env(name.to_owned());
        assert_eq!(read("claims", file("own")).unwrap().reveal(), b"hunter2");
        assert_eq!(read("claims", env("CLAIMS_OPS")).unwrap().reveal(), b"hunter2");
        for (domain, place) in [
            ("claims", file("link")),
            ("claims", file("../policy/other")),
            ("claims", file("absent")),
            ("claims", file("empty")),
            ("linked", file("other")),
            ("absent", file("other")),
            ("claims", env("CLAIMS_ABSENT")),
        ] {
            let problem = read(domain, place.clone()).unwrap_err();
            assert_eq!(problem.code(), Code::SourceUnavailable, "{place}");
            assert!(!format!("{problem:?}").contains("hunter2"));
        }
        assert_eq!(read("claims", env("POLICY_OPS")).unwrap_err().code(), Code::NotAllowed);
        assert_eq!(format!("{:?}", read("claims", file("own")).unwrap()), "Secret");
    }
}
