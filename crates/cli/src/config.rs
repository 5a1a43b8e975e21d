//! Where a person's login is kept: one file in their configuration folder that only they can read.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use model::{Code, Problem};
use serde::{Deserialize, Serialize};

use crate::environment::Environment;

/// An address and the token for it.
#[derive(Clone, Serialize, Deserialize)]
pub struct Login {
    /// The address of the HTTP door.
    pub url: String,
    /// The token.
    pub token: String,
    /// Where the token came from.
    #[serde(skip)]
    pub origin: Origin,
}

/// Where a token came from, and so where a wrong one is mended.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Origin {
    /// It was given to the command.
    #[default]
    Given,
    /// `TESSERA_TOKEN`.
    Variable,
    /// The login that is kept in this file.
    Kept(PathBuf),
    /// A file that was named.
    File(PathBuf),
}

impl Origin {
    /// What to do about a token that is not accepted at `url`.
    pub fn hint(&self, url: &str) -> Option<String> {
        const NEW: &str = "`tessera token create PRINCIPAL` prints a new one, for whoever may";
        match self {
            Self::Given => None,
            Self::Variable => Some(format!(
                "the token came from TESSERA_TOKEN, which goes before the login: set it anew, or unset it; {NEW}"
            )),
            Self::Kept(path) => Some(format!(
                "the token came from the login in `{}`; log in again: tessera login {url} --token-file FILE; {NEW}",
                path.display()
            )),
            Self::File(path) => {
                Some(format!("the token came from `{}`: is it this mesh's file, and its latest? {NEW}", path.display()))
            }
        }
    }
}

const FILE: &str = "login.json";

/// The login in force: the variables win over the file, and `TESSERA_TOKEN` alone goes with the file's address.
///
/// # Errors
/// Nobody is logged in, or the file cannot be read.
pub fn current(environment: &Environment) -> Result<Login, Problem> {
    if let (Some(url), Some(token)) = (&environment.url, &environment.token) {
        return Ok(Login { url: url.clone(), token: token.clone(), origin: Origin::Variable });
    }
    let saved = saved(environment)?;
    match (&environment.url, &environment.token, saved) {
        (None, Some(token), Some(saved)) => Ok(Login { url: saved.url, token: token.clone(), origin: Origin::Variable }),
        (Some(url), _, Some(saved)) if same_address(url, &saved.url) => Ok(saved),
        // SECURITY: a token is only ever sent to the address it was given for (test `a_token_stays_with_its_address`).
        (Some(url), _, _) => Err(Problem::new(Code::BadCredentials, format!("no token is known for `{url}`"))
            .with_hint("set TESSERA_TOKEN, or log in: tessera login URL")),
        (None, None, Some(saved)) => Ok(saved),
        (None, _, None) => Err(Problem::new(Code::BadCredentials, "you are not logged in to a mesh").with_hint(
            "tessera login http://127.0.0.1:7400 --token-file .tessera/admin-token, or set TESSERA_URL and TESSERA_TOKEN",
        )),
    }
}

fn same_address(one: &str, other: &str) -> bool {
    one.trim_end_matches('/') == other.trim_end_matches('/')
}

fn saved(environment: &Environment) -> Result<Option<Login>, Problem> {
    let Some(path) = environment.config.as_ref().map(|folder| folder.join(FILE)) else { return Ok(None) };
    let bytes = match std::fs::read(&path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(unusable(&path, &error)),
    };
    let login: Login = serde_json::from_slice(&bytes).map_err(|error| unusable(&path, &error))?;
    Ok(Some(Login { origin: Origin::Kept(path), ..login }))
}

fn unusable(path: &Path, why: &dyn std::fmt::Display) -> Problem {
    Problem::new(Code::InvalidFile, format!("the login in `{}` cannot be used: {why}", path.display()))
        .with_hint("log in again: tessera login URL")
}

/// Keeps a login, readable by its owner only, and returns where.
///
/// # Errors
/// The folder cannot be written.
pub fn save(environment: &Environment, login: &Login) -> Result<PathBuf, Problem> {
    let folder = environment.config.clone().ok_or_else(|| {
        Problem::new(Code::InvalidValue, "there is no folder to keep the login in")
            .with_hint("set TESSERA_CONFIG to a folder of yours")
    })?;
    let path = folder.join(FILE);
    let failed = |error: std::io::Error| {
        Problem::new(Code::StorageFull, format!("the login could not be kept in `{}`: {error}", path.display()))
            .with_hint("set TESSERA_CONFIG to a folder of yours")
    };
    std::fs::create_dir_all(&folder).map_err(failed)?;
    let fresh = folder.join(format!("{FILE}.new"));
    let text = serde_json::to_vec_pretty(login).unwrap_or_default();
    let _ = std::fs::remove_file(&fresh);
    let mut file = private().open(&fresh).map_err(failed)?;
    file.write_all(&text).and_then(|()| file.sync_all()).map_err(failed)?;
    std::fs::rename(&fresh, &path).map_err(failed)?;
    Ok(path)
}

/// A new file for its owner's eyes.
// SECURITY: the mode is set at creation, so that there is no moment with a wider one (test `a_login_is_kept_for_its_owner`).
fn private() -> std::fs::OpenOptions {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

#[cfg(test)]
mod tests {
    use super::*;

    fn environment(folder: &Path) -> Environment {
        Environment { config: Some(folder.join("deep/tessera")), ..Environment::default() }
    }

    #[test]
    fn a_login_is_kept_for_its_owner() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let environment = environment(folder.path());
        let login = Login { url: "http://127.0.0.1:7400".into(), token: "tsr_x".into(), origin: Origin::Given };
        for _ in 0..2 {
            let path = save(&environment, &login).unwrap();
            assert_eq!(std::fs::metadata(path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        assert_eq!(current(&environment).unwrap().token, "tsr_x");
    }

    #[test]
    fn a_token_stays_with_its_address() {
        let folder = tempfile::tempdir().unwrap();
        let mut environment = environment(folder.path());
        save(
            &environment,
            &Login { url: "http://127.0.0.1:7400".into(), token: "tsr_x".into(), origin: Origin::Given },
        )
        .unwrap();
        environment.url = Some("http://elsewhere:7400".into());
        assert!(current(&environment).is_err());
        environment.url = Some("http://127.0.0.1:7400/".into());
        assert_eq!(current(&environment).unwrap().token, "tsr_x");
        environment.url = None;
        environment.token = Some("tsr_y".into());
        let login = current(&environment).unwrap();
        assert!(login.origin.hint("u").unwrap().contains("TESSERA_TOKEN"));
        assert_eq!((login.url.as_str(), login.token.as_str()), ("http://127.0.0.1:7400", "tsr_y"));
    }

    #[test]
    fn nobody_is_told_how_to_log_in() {
        let folder = tempfile::tempdir().unwrap();
        let problem = current(&environment(folder.path())).err().unwrap();
        assert_eq!(problem.code(), Code::BadCredentials);
        assert!(problem.hint().unwrap().contains("tessera login"));
    }
}
