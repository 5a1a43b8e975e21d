//! Rehearsals: large journals made quickly, to measure start-up and memory. Nothing in a running mesh calls this.

mod catalogue;

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
};

use model::{
    Code, Digest, Problem, Timestamp,
    access::AccessRules,
    column::ColumnType,
    contract::{Column, Contract, PortContract},
    files::{access::Visibility, domain::DomainFile},
    id::PublicationId,
    name::{DomainName, PortName, ProductName},
    publication::{PinnedPort, PublishedColumn},
    reference::ProductRef,
};

use crate::{
    event::{Declaration, Event, ProductDeclaration, Provenance, PublicationFacts},
    journal::{self, CommandStamp, StoredRecord},
    mesh::{Mesh, Retention},
};

use catalogue::Blob;
pub use catalogue::Catalogue;

/// Seconds of a day.
const DAY: usize = 86_400;
/// Seconds between two records, unless a round is over earlier.
const STEP: i64 = 36;
/// When the first record is made, in microseconds.
const START: i64 = 1_700_000_000_000_000;

/// Who owns every domain, who decides in it, who audits the mesh.
const OWNERS: &str = "owners";
const STEWARDS: &str = "stewards";
const AUDITORS: &str = "auditors";

/// How large.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Domains.
    pub domains: usize,
    /// Products, spread over the domains.
    pub products: usize,
    /// How many of them publish in every round.
    pub publishing: usize,
    /// Every so many rounds each of the others publishes, and all of them in the first; never if absent.
    pub others_every: Option<usize>,
    /// How many rounds.
    pub publications: usize,
    /// How long a round is, in seconds.
    pub round: usize,
    /// Columns of every product.
    pub columns: usize,
    /// What there is to look up, beside names and numbers.
    pub catalogue: Option<Catalogue>,
}

impl Size {
    /// 60 domains, 200,000 columns of 10,000 products that a million dependences tie together, 10,000 people, and a year
    /// in which 500 of the products were published every day and the others every month.
    pub fn a_marketplace() -> Self {
        let catalogue = Catalogue { people: 10_000, groups: 400, entitlements: 3, edges: 5 };
        Self {
            domains: 60,
            products: 10_000,
            publishing: 500,
            others_every: Some(30),
            publications: 365,
            round: DAY,
            columns: 20,
            catalogue: Some(catalogue),
        }
    }

    /// 1,000 products, of which 100 publish every hour for a year.
    pub fn a_year() -> Self {
        Self {
            domains: 50,
            products: 1_000,
            publishing: 100,
            others_every: None,
            publications: 8_760,
            round: 3_600,
            columns: 12,
            catalogue: None,
        }
    }

    /// Whether a product is published in a round.
    fn publishes(&self, number: usize, round: usize) -> bool {
        let others = self.others_every.is_some_and(|every| round == 0 || (round + number).is_multiple_of(every));
        number < self.publishing || others
    }
}

/// A folder below another that a rehearsal fills once, for benches to share: its `data` is a data directory.
///
/// # Errors
/// Whatever [`fill`] refuses; `internal` if the folder cannot be made.
#[allow(clippy::disallowed_methods)]
pub async fn folder(below: &Path, name: &str, size: Size) -> Result<PathBuf, Problem> {
    let folder = below.join(format!("{name}-{}-{}", size.products, size.publications));
    let whole = folder.join("whole");
    if !whole.exists() {
        let _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("data")).map_err(Problem::internal)?;
        fill(&folder.join("data"), size).await?;
        std::fs::write(&whole, "").map_err(Problem::internal)?;
    }
    Ok(folder)
}

/// Fills the empty journal of a data directory; the number of records.
///
/// # Errors
/// `conflict` if the journal is not empty; whatever opening and writing it refuses.
pub async fn fill(data_dir: &Path, size: Size) -> Result<u64, Problem> {
    let (journal, mut writer, mut mesh) = journal::open(data_dir).await?;
    if mesh.seq() > 0 {
        return Err(Problem::new(Code::Conflict, "the journal is not empty"));
    }
    let products = products(size)?;
    let (mut waiting, mut snapshot) = (Vec::new(), 0);
    let mut at = START;
    let mut documents = Vec::new();
    let (mut events, mut blobs) = declarations(size, &products)?;
    for round in 0..size.publications {
        if round == 0 {
            for number in 0..products.len() {
                let (named, made) = self::documents(size, &products, number)?;
                documents.push(named);
                blobs.extend(made);
            }
        }
        for (number, (product, named)) in products.iter().zip(&documents).enumerate() {
            if size.publishes(number, round) {
                events.push(publication(size, &products, product, number, round, *named)?);
            }
        }
        at = at.max(START + micros(round * size.round));
        if let Some(catalogue) = size.catalogue.filter(|_| round == 0) {
            for (number, product) in products.iter().enumerate() {
                events.extend(catalogue::grants(catalogue, product, number)?);
            }
        }
        for event in events.drain(..) {
            at += STEP * 1_000_000;
            let stamp = CommandStamp {
                at: Timestamp::from_micros(at),
                actor: "service:rehearsal".to_owned(),
                id: format!("rehearsal-{}", mesh.seq() + 1),
                request: Digest::of(b"rehearsal"),
            };
            let encoded = event.encode().map_err(Problem::internal)?;
            let records = StoredRecord::chain(journal::position(&mesh), &stamp, vec![encoded]);
            for record in records {
                journal::follow_record(&mut mesh, &record)?;
                waiting.push(record);
            }
            if journal::snapshot_is_due(&mesh, snapshot) {
                writer.pour(&std::mem::take(&mut waiting), &std::mem::take(&mut blobs)).await?;
                journal.keep_snapshot(&mesh).await?;
                snapshot = mesh.seq();
            }
        }
        if (round * size.round).is_multiple_of(DAY) {
            let now = Timestamp::from_micros(at);
            events.extend(products.iter().filter_map(|product| given_up(&mesh, product, now)));
        }
    }
    writer.pour(&waiting, &blobs).await?;
    Ok(mesh.seq())
}

fn micros(seconds: usize) -> i64 {
    i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1_000_000)
}

/// What a server gives up of a product by then.
fn given_up(mesh: &Mesh, product: &ProductRef, at: Timestamp) -> Option<Event> {
    let publications = mesh.product(product)?.outdated(Retention::default(), at);
    (!publications.is_empty()).then(|| Event::PublicationsRetired { product: product.clone(), publications })
}

fn products(size: Size) -> Result<Vec<ProductRef>, Problem> {
    (0..size.products)
        .map(|number| {
            let domain = DomainName::new(&format!("domain_{}", number % size.domains.max(1)))?;
            let name = match size.catalogue {
                Some(_) => catalogue::name(number)?,
                None => ProductName::new(&format!("product_{number}"))?,
            };
            Ok(ProductRef::new(domain, name))
        })
        .collect()
}

fn provenance(path: String) -> Provenance {
    Provenance { repository: "mesh:rehearsal".to_owned(), document: Digest::of(path.as_bytes()), path }
}

fn declarations(size: Size, products: &[ProductRef]) -> Result<(Vec<Event>, Vec<Blob>), Problem> {
    let mut events = size.catalogue.map(catalogue::declarations).transpose()?.unwrap_or_default();
    let mut blobs = Vec::new();
    for number in 0..size.domains.max(1) {
        let domain = DomainName::new(&format!("domain_{number}"))?;
        let facts = DomainFile {
            domain: domain.clone(),
            description: None,
            cost_center: Some("CC-1".to_owned()),
            region: None,
            zones: BTreeMap::new(),
            classification: None,
            owner: OWNERS.parse()?,
            steward: STEWARDS.parse()?,
            engineers: None,
            on_call: None,
            schedule: None,
            service: None,
        };
        let provenance = provenance(format!("domains/{domain}/domain.yaml"));
        events.push(Event::DomainOnboarding(Declaration { provenance, facts }));
    }
    for (number, product) in products.iter().enumerate() {
        let (contract, document) = match size.catalogue {
            Some(_) => {
                let (contract, blob) = catalogue::contract(product, number, size.columns)?;
                let digest = blob.0;
                blobs.push(blob);
                (contract, Some(digest))
            }
            None => (contract(product, size.columns)?, None),
        };
        events.push(declaration(product, contract, document)?);
    }
    Ok((events, blobs))
}

fn port() -> Result<PortName, Problem> {
    PortName::new("rows")
}

fn contract(product: &ProductRef, columns: usize) -> Result<Contract, Problem> {
    Ok(Contract {
        id: product.to_string(),
        version: semver::Version::new(1, 0, 0),
        status: "active".to_owned(),
        title: None,
        purpose: None,
        limitations: None,
        usage: None,
        owner: None,
        glossary: Vec::new(),
        tier: 3,
        regions: Vec::new(),
        zone: None,
        previous_until: None,
        tags: Vec::new(),
        freshness: Vec::new(),
        ports: vec![PortContract {
            name: port()?,
            description: None,
            columns: (0..columns).map(column).collect(),
            rules: Vec::new(),
            partition_by: Vec::new(),
            sort: Vec::new(),
        }],
    })
}

fn declaration(product: &ProductRef, contract: Contract, document: Option<Digest>) -> Result<Event, Problem> {
    let path = format!("domains/{}/products/{}/contract.yaml", product.domain, product.product);
    let mut provenance = provenance(path);
    provenance.document = document.unwrap_or(provenance.document);
    Ok(Event::ProductDeclared(Box::new(ProductDeclaration {
        product: product.clone(),
        provenance,
        contract,
        access: AccessRules {
            visibility: Visibility::Listed,
            direct: false,
            scopes: BTreeMap::new(),
            default_scope: None,
            restrict: Vec::new(),
            purposes: None,
            approver: STEWARDS.parse()?,
            auto: Vec::new(),
            max_days: 90,
        },
        access_document: None,
        steps: BTreeMap::new(),
        samples: BTreeMap::new(),
        readme: None,
    })))
}

fn column(number: usize) -> Column {
    Column {
        name: format!("column_{number}"),
        kind: ColumnType::String,
        required: false,
        unique: false,
        primary_key: None,
        description: None,
        tags: Vec::new(),
        rules: Vec::new(),
        glossary: Vec::new(),
        permitted: Vec::new(),
        examples: Vec::new(),
    }
}

/// The documents that every publication of a product names: its contract and its lineage.
fn documents(size: Size, products: &[ProductRef], number: usize) -> Result<((Digest, Digest), Vec<Blob>), Problem> {
    let product = products.get(number).ok_or_else(|| Problem::internal("a product that is not there"))?;
    let Some(catalogue) = size.catalogue else {
        let digest = |what: &str| Digest::of(format!("{product} {what}").as_bytes());
        return Ok(((digest("contract"), digest("lineage")), Vec::new()));
    };
    let lineage = catalogue::lineage(products, number, size.columns, catalogue.edges)?;
    let contract = catalogue::contract(product, number, size.columns)?.1.0;
    Ok(((contract, lineage.0), vec![lineage]))
}

fn publication(
    size: Size,
    products: &[ProductRef],
    product: &ProductRef,
    number: usize,
    round: usize,
    (contract, lineage): (Digest, Digest),
) -> Result<Event, Problem> {
    let digest = |what: &str| Digest::of(format!("{product} {round} {what}").as_bytes());
    let published = |index| PublishedColumn {
        name: match size.catalogue {
            Some(_) => catalogue::column(number, index),
            None => format!("column_{index}"),
        },
        kind: ColumnType::String,
        nullable: true,
        tags: Vec::new(),
        labels: Vec::new(),
    };
    let pinned = PinnedPort {
        manifest: digest("manifest"),
        table_version: round as u64,
        rows: 1_000_000,
        bytes: 40_000_000,
        columns: (0..size.columns).map(published).collect(),
        restrict: Vec::new(),
        sample: Some(digest("sample")),
        fresh_until: None,
    };
    let inputs = size.catalogue.map(|_| catalogue::inputs(number)).unwrap_or_default();
    let inputs = inputs.into_iter().filter_map(|input| Some((products.get(input)?.clone(), PublicationId::new(1))));
    Ok(Event::ProductPublished(Box::new(PublicationFacts {
        product: product.clone(),
        version: semver::Version::new(1, 0, 0),
        contract,
        ports: port().map(|port| (port, pinned)).into_iter().collect(),
        gate: digest("gate"),
        lineage,
        regions: Vec::new(),
        inputs: inputs.collect(),
    })))
}
