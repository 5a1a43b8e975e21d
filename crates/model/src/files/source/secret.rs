//! Where a secret is found. A file of a repository names its place and never holds it.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Code, Problem},
    name::DomainName,
};

/// The place of a secret: `env:NAME` or `file:NAME`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum SecretRef {
    /// A variable of the server's environment, named after the domain: `CLAIMS_OPS_PASSWORD`.
    Env(String),
    /// A file in the domain's folder beneath `secrets/` of the data directory.
    File(String),
}

impl SecretRef {
    /// Whether a domain may have this secret: files lie in the domain's own folder, variables begin with its name.
    ///
    /// # Errors
    /// `not-allowed` for a variable that begins otherwise, or that begins with the longer name of one of `others`.
    pub fn check_owner<'a>(
        &self,
        domain: &DomainName,
        others: impl IntoIterator<Item = &'a DomainName>,
    ) -> Result<(), Problem> {
        let Self::Env(name) = self else { return Ok(()) };
        let begins = |domain: &DomainName| {
            name.strip_prefix(&domain.as_str().to_uppercase()).is_some_and(|rest| rest.starts_with('_'))
        };
        // SECURITY: otherwise whoever writes sources of one domain sends another's secret, or one of the server's, to a
        // host of theirs (test `a_variable_belongs_to_the_domain_with_the_longest_name`).
        let is_longer = |other: &&DomainName| other.as_str().len() > domain.as_str().len() && begins(other);
        if begins(domain) && !others.into_iter().any(|other| is_longer(&other)) {
            return Ok(());
        }
        let prefix = format!("{}_", domain.as_str().to_uppercase());
        Err(Problem::new(Code::NotAllowed, format!("the variable `{name}` is not one of the domain `{domain}`"))
            .with_hint(format!("name it `env:{prefix}...`, and set it for the server")))
    }
}

impl FromStr for SecretRef {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        // SECURITY: what stands here may be the secret itself, so no message repeats it (test
        // `a_secret_is_never_repeated`).
        let refuse = |what: &str, hint: &str| Err(Problem::new(Code::InvalidValue, what).with_hint(hint));
        match text.split_once(':') {
            Some(("env", name)) => {
                let is_name = name.starts_with(|c: char| c.is_ascii_uppercase())
                    && name.bytes().all(|byte| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_');
                if is_name && name.len() <= 128 {
                    return Ok(Self::Env(name.to_owned()));
                }
                refuse(
                    "what follows `env:` is not the name of a variable",
                    "write capitals, digits and `_`: `env:CLAIMS_OPS_PASSWORD`",
                )
            }
            Some(("file", name)) => {
                let is_plain = name.starts_with(|c: char| c.is_ascii_alphanumeric())
                    && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'));
                if is_plain && name.len() <= 128 {
                    return Ok(Self::File(name.to_owned()));
                }
                refuse(
                    "what follows `file:` is not a plain file name",
                    "write `file:ops-password`; the file lies in `secrets/<domain>/` of the data directory",
                )
            }
            Some(("keyvault", _)) => refuse(
                "secrets in a key vault are not offered yet",
                "let the vault set a variable (`env:`) or write a file (`file:`)",
            ),
            _ => refuse(
                "a secret stands in the file itself",
                "write `env:NAME` or `file:NAME` in its place, and change the secret: whoever has the repository has it",
            ),
        }
    }
}

impl fmt::Display for SecretRef {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Env(name) => write!(f, "env:{name}"),
            Self::File(name) => write!(f, "file:{name}"),
        }
    }
}

impl TryFrom<String> for SecretRef {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl From<SecretRef> for String {
    fn from(secret: SecretRef) -> Self {
        secret.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_secret_is_never_repeated() {
        for text in [
            "hunter2",
            "env:hunter2",
            "ENV:HUNTER2",
            "file:../hunter2",
            "file:/hunter2",
            "file:.hunter2",
            "keyvault:hunter2",
            "hun:ter2",
        ] {
            let problem = text.parse::<SecretRef>().unwrap_err();
            assert!(!format!("{problem:?}").to_lowercase().contains("hunter2"), "{text}: {problem:?}");
        }
        for text in ["env:CLAIMS_OPS_PASSWORD", "file:ops.password"] {
            assert_eq!(text.parse::<SecretRef>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn a_variable_belongs_to_the_domain_with_the_longest_name() {
        let domains: Vec<DomainName> = ["claims", "claims_eu"].map(|name| name.parse().unwrap()).into();
        let may = |domain: &DomainName, name: &str| SecretRef::Env(name.into()).check_owner(domain, &domains).is_ok();
        assert!(may(&domains[0], "CLAIMS_OPS"));
        assert!(may(&domains[1], "CLAIMS_EU_OPS"));
        for (domain, name) in [
            (0, "CLAIMS_EU_OPS"),
            (0, "POLICY_OPS"),
            (0, "CLAIMS"),
            (0, "CLAIMSOPS"),
            (0, "TESSERA_TOKEN"),
            (1, "CLAIMS_OPS"),
        ] {
            assert!(!may(&domains[domain], name), "{name}");
        }
    }
}
