//! `product.yaml`: the Bitol ODPS descriptor. It is derived from the contract; a given one must agree with it.

use serde::{Deserialize, Serialize};

use crate::{
    contract::Contract,
    error::{Code, Problem},
    schema::{self, Standard},
    yaml::{self, Node, Position, problem_at, shown},
};

/// What the platform reads of a descriptor, each fact with the place it stands at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Default)]
pub struct Descriptor {
    /// `name`.
    pub name: Option<String>,
    /// `version`.
    pub version: Option<String>,
    /// Output ports.
    pub ports: Vec<DescribedPort>,
}

/// An output port of a descriptor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DescribedPort {
    /// `name`.
    pub name: String,
    /// `version`.
    pub version: String,
    /// `contractId`.
    pub contract_id: Option<String>,
}

impl Descriptor {
    /// Reads a descriptor and tries it on the official schema.
    ///
    /// # Errors
    /// Every violation with its position.
    pub fn parse(bytes: &[u8], path: &str) -> Result<Self, Vec<Problem>> {
        let document = yaml::parse(bytes, path).map_err(|problem| vec![problem])?;
        schema::validate(Standard::Product, &document, path)?;
        let text = |node: &Node, key: &str| node.get(key).and_then(Node::as_text).map(str::to_owned);
        let ports = document.get("outputPorts").map(Node::items).unwrap_or_default();
        Ok(Self {
            name: text(&document, "name"),
            version: text(&document, "version"),
            ports: ports
                .iter()
                .map(|port| DescribedPort {
                    name: text(port, "name").unwrap_or_default(),
                    version: text(port, "version").unwrap_or_default(),
                    contract_id: text(port, "contractId"),
                })
                .collect(),
        })
    }

    /// Compares with the contract: every difference as `descriptor-mismatch`.
    pub fn disagreements(&self, product: &str, contract: &Contract, bytes: &[u8], path: &str) -> Vec<Problem> {
        let document = yaml::parse(bytes, path).ok();
        let mut problems = Vec::new();
        let mut differ = |pointer: &str, message: String| {
            let position = document.as_ref().map_or(Position::START, |node| node.at_pointer(pointer));
            problems.push(
                problem_at(path, position, Code::DescriptorMismatch, message)
                    .with_hint("the contract is what holds; correct the descriptor or remove it"),
            );
        };
        if let Some(name) = &self.name
            && name != product
            && Some(name) != contract.title.as_ref()
        {
            differ("/name", format!("the descriptor is named `{}`, the product `{product}`", shown(name)));
        }
        let version = contract.version.to_string();
        let same = |other: &str| other.strip_prefix('v').unwrap_or(other) == version;
        if let Some(other) = self.version.as_deref().filter(|other| !same(other)) {
            differ("/version", format!("the descriptor's version is `{}`, the contract's {version}", shown(other)));
        }
        for (index, port) in self.ports.iter().enumerate() {
            let at = |key: &str| format!("/outputPorts/{index}/{key}");
            if !contract.ports.iter().any(|other| other.name.as_str() == port.name) {
                differ(&at("name"), format!("the contract has no port `{}`", shown(&port.name)));
            }
            if !same(&port.version) {
                differ(
                    &at("version"),
                    format!("the port's version is `{}`, the contract's {version}", shown(&port.version)),
                );
            }
            match &port.contract_id {
                Some(id) if *id != contract.id => {
                    differ(
                        &at("contractId"),
                        format!("the port names the contract `{}`, not `{}`", shown(id), shown(&contract.id)),
                    );
                }
                Some(_) => {}
                None => differ(&at("name"), format!("the port `{}` has no `contractId`", shown(&port.name))),
            }
        }
        if !self.ports.is_empty() {
            for port in
                contract.ports.iter().filter(|port| !self.ports.iter().any(|other| other.name == port.name.as_str()))
            {
                differ("/outputPorts", format!("the contract's port `{}` is not among the output ports", port.name));
            }
        }
        problems
    }
}
