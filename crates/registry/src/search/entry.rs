//! What is found of a product: its texts, each with its place.

use std::collections::{BTreeMap, BTreeSet};

use model::{Digest, contract::Contract, name::TermName, reference::ProductRef};

/// What a text is, and so what a hit in it is worth.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Field {
    /// The names of domain, product and ports.
    Name,
    /// The title.
    Title,
    /// The name of a column.
    Column,
    /// A class or label.
    Tag,
    /// A linked glossary term.
    Term,
    /// The owning team.
    Owner,
    /// Purpose, limitations, usage, descriptions, what its terms mean.
    Text,
}

impl Field {
    /// Every field, most telling first.
    pub const ALL: [Self; 7] = [Self::Name, Self::Title, Self::Term, Self::Column, Self::Tag, Self::Owner, Self::Text];

    /// What a word that is found there is worth.
    pub(super) fn weight(self) -> f32 {
        match self {
            Self::Name => 8.0,
            Self::Title => 6.0,
            Self::Term => 5.0,
            Self::Column => 4.0,
            Self::Tag => 3.0,
            Self::Owner => 2.0,
            Self::Text => 1.0,
        }
    }

    /// The word for it.
    pub fn word(self) -> &'static str {
        match self {
            Self::Name => "name",
            Self::Title => "title",
            Self::Column => "column",
            Self::Tag => "tag",
            Self::Term => "term",
            Self::Owner => "owner",
            Self::Text => "text",
        }
    }
}

/// One text of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fact {
    /// What it is.
    pub field: Field,
    /// The port it is of.
    pub port: Option<String>,
    /// The column it is of.
    pub column: Option<String>,
    /// The text.
    pub text: String,
}

/// What is found of a product.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The product.
    pub product: ProductRef,
    /// Its texts.
    pub facts: Vec<Fact>,
    pub(super) version: Digest,
}

impl Entry {
    /// The entry of a product, by its contract, the domain's owners and what terms mean.
    pub(super) fn of(
        product: ProductRef,
        version: Digest,
        contract: &Contract,
        owner: String,
        terms: &BTreeMap<TermName, String>,
    ) -> Self {
        let mut facts = Vec::new();
        let mut add = |field, port: Option<&str>, column: Option<&str>, text: &str| {
            if !text.trim().is_empty() {
                let (port, column) = (port.map(str::to_owned), column.map(str::to_owned));
                facts.push(Fact { field, port, column, text: text.to_owned() });
            }
        };
        add(Field::Name, None, None, &product.to_string());
        add(Field::Title, None, None, contract.title.as_deref().unwrap_or_default());
        for text in [&contract.purpose, &contract.limitations, &contract.usage].into_iter().flatten() {
            add(Field::Text, None, None, text);
        }
        add(Field::Owner, None, None, contract.owner.as_deref().unwrap_or(&owner));
        for term in &contract.glossary {
            add(Field::Term, None, None, term.as_str());
        }
        let of_columns = contract.ports.iter().flat_map(|port| &port.columns).flat_map(|column| &column.glossary);
        for term in contract.glossary.iter().chain(of_columns).collect::<BTreeSet<_>>() {
            if let Some(meaning) = terms.get(term) {
                add(Field::Text, None, None, &format!("{term}: {meaning}"));
            }
        }
        for tag in &contract.tags {
            add(Field::Tag, None, None, tag);
        }
        for port in &contract.ports {
            let name = Some(port.name.as_str());
            add(Field::Name, name, None, port.name.as_str());
            add(Field::Text, name, None, port.description.as_deref().unwrap_or_default());
            for column in &port.columns {
                let place = Some(column.name.as_str());
                add(Field::Column, name, place, &column.name);
                add(Field::Text, name, place, column.description.as_deref().unwrap_or_default());
                for tag in &column.tags {
                    add(Field::Tag, name, place, tag);
                }
                for term in &column.glossary {
                    add(Field::Term, name, place, term.as_str());
                }
            }
        }
        Self { product, facts, version }
    }
}
