//! `people.yaml`: embedded identity.

use serde::{Deserialize, Serialize};

use crate::{
    name::{DomainName, GroupName, PersonName, ServiceName},
    scope::Attributes,
};

/// `people.yaml`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct PeopleFile {
    /// People.
    #[serde(default)]
    pub people: Vec<Person>,
    /// Services.
    #[serde(default)]
    pub services: Vec<Service>,
}

/// A person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Person {
    /// Name, also the user name on the Postgres door.
    pub name: PersonName,
    /// Groups.
    #[serde(default)]
    pub groups: Vec<GroupName>,
    /// Attributes that row scopes may use.
    #[serde(default)]
    pub attributes: Attributes,
    /// Mail address; personal data, so never serialised into the journal.
    #[serde(default, skip_serializing)]
    pub email: Option<String>,
}

/// A service principal of a domain.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Service {
    /// Name.
    pub name: ServiceName,
    /// The domain it works for.
    pub domain: DomainName,
    /// Attributes that row scopes may use.
    #[serde(default)]
    pub attributes: Attributes,
}
