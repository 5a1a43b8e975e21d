//! Who acts and who may be granted something.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

use crate::{
    error::{Code, Problem},
    name::{GroupName, PersonName, ServiceName},
};

/// Somebody who can act: a person or a service. Written `user:ana`, `service:svc-claims`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Principal {
    /// A person.
    User(PersonName),
    /// A service of a domain.
    Service(ServiceName),
}

/// Somebody or a set of people an entitlement is for. Written as [`Principal`] or `group:fraud-analysts`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Subject {
    /// One principal.
    Principal(Principal),
    /// Everybody in the group.
    Group(GroupName),
}

impl Principal {
    /// The bare name, as used to sign in on the Postgres door. A person and a service never share one.
    pub fn name(&self) -> &str {
        match self {
            Self::User(name) => name.as_str(),
            Self::Service(name) => name.as_str(),
        }
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::User(name) => write!(f, "user:{name}"),
            Self::Service(name) => write!(f, "service:{name}"),
        }
    }
}

impl fmt::Display for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Principal(principal) => principal.fmt(f),
            Self::Group(name) => write!(f, "group:{name}"),
        }
    }
}

impl FromStr for Principal {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text.split_once(':') {
            Some(("user", name)) => Ok(Self::User(name.parse()?)),
            Some(("service", name)) => Ok(Self::Service(name.parse()?)),
            _ => Err(Problem::new(Code::InvalidValue, format!("`{}` is not a principal", text.escape_debug()))
                .with_hint("write `user:NAME` or `service:NAME`")),
        }
    }
}

impl FromStr for Subject {
    type Err = Problem;

    fn from_str(text: &str) -> Result<Self, Problem> {
        match text.split_once(':') {
            Some(("group", name)) => Ok(Self::Group(name.parse()?)),
            _ => text
                .parse()
                .map(Self::Principal)
                .map_err(|problem: Problem| problem.with_hint("write `user:NAME`, `service:NAME` or `group:NAME`")),
        }
    }
}

impl TryFrom<String> for Principal {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl TryFrom<String> for Subject {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        text.parse().map_err(|problem: Problem| problem.message().to_owned())
    }
}

impl From<Principal> for String {
    fn from(principal: Principal) -> Self {
        principal.to_string()
    }
}

impl From<Subject> for String {
    fn from(subject: Subject) -> Self {
        subject.to_string()
    }
}

impl From<Principal> for Subject {
    fn from(principal: Principal) -> Self {
        Self::Principal(principal)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn principals_and_subjects_round_trip() {
        for text in ["user:ana", "service:svc-claims"] {
            assert_eq!(text.parse::<Principal>().unwrap().to_string(), text);
        }
        assert_eq!("group:fraud-analysts".parse::<Subject>().unwrap().to_string(), "group:fraud-analysts");
        assert!("ana".parse::<Principal>().is_err());
        assert!("group:x".parse::<Principal>().is_err());
    }
}
