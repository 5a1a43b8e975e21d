//! A catalogue to look things up in: products with contracts that say something, made of one another, and people who
//! read them. The same size gives the same catalogue.

use std::collections::BTreeMap;

use model::{
    Code, Digest, Problem,
    access::{Origin, Purposes, RowsGrant},
    class::{Class, ClassificationFile, Mask},
    contract::Contract,
    files::{
        governance::{Purpose, PurposesFile},
        mesh::{MeshFile, Roles},
        people::{PeopleFile, Person},
    },
    lineage::{ColumnLineage, Dependence, InputColumn, LineageDocument, TableLineage},
    name::{GroupName, PortName, ProductName, PurposeName},
    principal::{Principal, Subject},
    reference::ProductRef,
};

use super::{AUDITORS, OWNERS, STEWARDS, port, provenance};
use crate::event::{Declaration, Event, GrantFacts};

/// A document and its digest.
pub(super) type Blob = (Digest, Vec<u8>);

/// How large.
#[derive(Debug, Clone, Copy)]
pub struct Catalogue {
    /// People, each in five groups.
    pub people: usize,
    /// Groups.
    pub groups: usize,
    /// Entitlements of each product, of groups in turn.
    pub entitlements: usize,
    /// Input columns of each column of a product but the first.
    pub edges: usize,
}

/// Words that names and texts are made of.
const WORDS: [&str; 96] = [
    "account",
    "agent",
    "amount",
    "appraisal",
    "asset",
    "audit",
    "balance",
    "bank",
    "batch",
    "benefit",
    "billing",
    "binder",
    "branch",
    "broker",
    "budget",
    "campaign",
    "cancellation",
    "capital",
    "carrier",
    "cashflow",
    "category",
    "channel",
    "charge",
    "churn",
    "claim",
    "client",
    "collection",
    "commission",
    "complaint",
    "contact",
    "contract",
    "cost",
    "coverage",
    "credit",
    "currency",
    "customer",
    "damage",
    "debit",
    "deductible",
    "delivery",
    "demand",
    "deposit",
    "device",
    "discount",
    "dispute",
    "driver",
    "employee",
    "endorsement",
    "engine",
    "event",
    "exposure",
    "facility",
    "forecast",
    "fraud",
    "fund",
    "garage",
    "hazard",
    "holder",
    "household",
    "income",
    "inspection",
    "insured",
    "interest",
    "invoice",
    "journey",
    "ledger",
    "liability",
    "limit",
    "location",
    "loss",
    "margin",
    "market",
    "medical",
    "member",
    "mileage",
    "notice",
    "occupation",
    "offer",
    "order",
    "partner",
    "payment",
    "peril",
    "policy",
    "portfolio",
    "premium",
    "product",
    "provider",
    "quote",
    "rating",
    "recovery",
    "region",
    "renewal",
    "reserve",
    "risk",
    "settlement",
    "vehicle",
];

/// Endings of column names.
const ENDINGS: [&str; 12] =
    ["id", "code", "date", "amount", "count", "name", "status", "type", "share", "score", "reason", "note"];

fn word(number: usize) -> &'static str {
    WORDS.get(number % WORDS.len()).copied().unwrap_or_default()
}

/// The name of a product: two words and its number.
pub(super) fn name(number: usize) -> Result<ProductName, Problem> {
    ProductName::new(&format!("{}_{}_{number}", word(number * 7), word(number / 11 + 3)))
}

/// The name of a column of a product; names differ within it.
pub(super) fn column(product: usize, number: usize) -> String {
    let ending = ENDINGS.get(number % ENDINGS.len()).copied().unwrap_or_default();
    format!("{}_{ending}_{}", word(product * 13 + number * 5), number / ENDINGS.len())
}

/// A contract that says something.
pub(super) fn contract(reference: &ProductRef, number: usize, columns: usize) -> Result<(Contract, Blob), Problem> {
    let (first, second) = (word(number * 7), word(number / 11 + 3));
    let mut text = format!(
        "apiVersion: v3.2.0\nkind: DataContract\nid: {reference}\nname: {first} by {second}\nversion: 1.0.0\nstatus: active\n\
         description:\n  purpose: Every {first} with its {second} and {}, as the {} desk sees it.\n\
         authoritativeDefinitions:\n- {{type: glossary, url: \"glossary:{first}\"}}\nschema:\n- name: rows\n  properties:\n",
        word(number + 17),
        word(number / 3),
    );
    for index in 0..columns {
        let column = column(number, index);
        let tags = if index % 10 == 3 { ", tags: [pii.name]" } else { "" };
        text.push_str(&format!(
            "  - {{name: {column}, logicalType: string, description: The {} of the {}{tags}}}\n",
            column.replace('_', " "),
            word(index + number)
        ));
    }
    let bytes = text.into_bytes();
    let parsed = Contract::parse_accepted(&bytes, "contract.yaml");
    let contract =
        parsed.map_err(|problems| Problem::all(problems).unwrap_or_else(|| Problem::internal("no reason")))?;
    Ok((contract, (Digest::of(&bytes), bytes)))
}

/// The products that a product is made of: a tree with cross-ties, so that all of it hangs on the first one.
pub(super) fn inputs(number: usize) -> Vec<usize> {
    let mut inputs: Vec<usize> = if number == 0 { Vec::new() } else { vec![(number - 1) / 2, (number - 1) / 3] };
    inputs.dedup();
    inputs
}

/// The lineage of a product: every column of `edges` columns of its inputs.
pub(super) fn lineage(products: &[ProductRef], number: usize, columns: usize, edges: usize) -> Result<Blob, Problem> {
    let table = |number: usize| -> Result<String, Problem> {
        let product = products.get(number).ok_or_else(|| Problem::internal("a product that is not there"))?;
        Ok(format!("{product}.{}", port()?))
    };
    let inputs = inputs(number);
    let tables: Vec<(usize, String)> =
        inputs.iter().map(|input| Ok((*input, table(*input)?))).collect::<Result<_, Problem>>()?;
    let of = |index: usize| ColumnLineage {
        column: column(number, index),
        from: (0..edges)
            .filter_map(|edge| {
                let (input, table) = tables.get(edge % tables.len().max(1))?;
                let from = InputColumn { table: table.clone(), column: column(*input, (index + edge) % columns) };
                Some((from, if edge == 0 { Dependence::Copy } else { Dependence::Derived }))
            })
            .collect(),
        known: true,
        tags: Vec::new(),
    };
    let lineage = TableLineage {
        table: table(number)?,
        inputs: tables.iter().map(|(_, table)| table.clone()).collect(),
        influenced_by: Vec::new(),
        columns: (0..columns).map(of).collect(),
        mixed: Vec::new(),
    };
    let ports: BTreeMap<PortName, TableLineage> = [(port()?, lineage)].into();
    let bytes = serde_json::to_vec(&LineageDocument { format: 1, ports, tables: Vec::new() });
    let bytes = bytes.map_err(Problem::internal)?;
    Ok((Digest::of(&bytes), bytes))
}

fn group(number: usize) -> Result<GroupName, Problem> {
    GroupName::new(&format!("group-{number}"))
}

/// The mesh, people, purposes and classes. The first person answers for every domain and audits the mesh.
pub(super) fn declarations(catalogue: Catalogue) -> Result<Vec<Event>, Problem> {
    let groups = catalogue.groups.max(1);
    let person = |number: usize| -> Result<Person, Problem> {
        let mut own = (0..5).map(|step| group((number + step * step * 31) % groups)).collect::<Result<Vec<_>, _>>()?;
        if number == 0 {
            own.extend([OWNERS.parse()?, STEWARDS.parse()?, AUDITORS.parse()?]);
        }
        Ok(Person {
            name: format!("person-{number}").parse()?,
            groups: own,
            attributes: Default::default(),
            email: None,
        })
    };
    let people =
        PeopleFile { people: (0..catalogue.people).map(person).collect::<Result<_, _>>()?, services: Vec::new() };
    let purposes = [(purpose()?, Purpose { description: None, legal_basis: None })].into();
    let class = Class {
        level: None,
        mask: Some(Mask::Null {}),
        unmask: Vec::new(),
        detect: Default::default(),
        description: None,
    };
    let pii =
        ClassificationFile { root: "pii".to_owned(), personal: None, classes: [("name".to_owned(), class)].into() };
    let mesh = MeshFile {
        mesh: "rehearsal".parse()?,
        format: 1,
        regions: Vec::new(),
        roles: Roles { admins: None, guild: None, auditors: Some(AUDITORS.parse()?) },
        stores: BTreeMap::new(),
        sources: Default::default(),
        identity: Default::default(),
    };
    Ok(vec![
        Event::MeshConfigured(Declaration { provenance: provenance("mesh.yaml".to_owned()), facts: mesh }),
        Event::PurposesDeclared(Declaration {
            provenance: provenance("governance/purposes.yaml".to_owned()),
            facts: PurposesFile { purposes },
        }),
        Event::ClassificationDeclared(Declaration {
            provenance: provenance("governance/classifications/pii.yaml".to_owned()),
            facts: pii,
        }),
        Event::PeopleDeclared(Declaration { provenance: provenance("people.yaml".to_owned()), facts: people }),
    ])
}

fn purpose() -> Result<PurposeName, Problem> {
    PurposeName::new("billing")
}

/// The entitlements of a product; the first product is read by everybody, each by an entitlement of their own.
pub(super) fn grants(catalogue: Catalogue, product: &ProductRef, number: usize) -> Result<Vec<Event>, Problem> {
    let groups = catalogue.groups.max(1);
    let subjects: Vec<Subject> = if number == 0 {
        let person = |number: usize| -> Result<Subject, Problem> {
            Ok(Subject::Principal(Principal::User(format!("person-{number}").parse()?)))
        };
        (0..catalogue.people).map(person).collect::<Result<_, _>>()?
    } else {
        let step = |step: usize| group((number * 3 + step) % groups).map(Subject::Group);
        (0..catalogue.entitlements).map(step).collect::<Result<_, _>>()?
    };
    let purposes = Purposes::Only(vec![purpose()?]);
    let grant = |subject| {
        Event::EntitlementGranted(GrantFacts {
            subject,
            product: product.clone(),
            purposes: purposes.clone(),
            rows: RowsGrant::All,
            clear: Vec::new(),
            until: None,
            origin: Origin::Owner,
            by: None,
            note: None,
        })
    };
    if subjects.is_empty() {
        return Err(Problem::new(Code::InvalidValue, "nobody would read anything"));
    }
    Ok(subjects.into_iter().map(grant).collect())
}
