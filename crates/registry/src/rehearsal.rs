//! Rehearsals: large journals made quickly, to measure start-up and memory. Nothing in a running mesh calls this.

use std::{collections::BTreeMap, path::Path};

use model::{
    Code, Digest, Problem, Timestamp,
    access::AccessRules,
    column::ColumnType,
    contract::{Column, Contract, PortContract},
    files::{access::Visibility, domain::DomainFile},
    name::{DomainName, PortName, ProductName},
    publication::{PinnedPort, PublishedColumn},
    reference::ProductRef,
};

use crate::{
    event::{Declaration, Event, ProductDeclaration, Provenance, PublicationFacts},
    journal::{self, CommandStamp, SNAPSHOT_EVERY, StoredRecord},
    mesh::{Mesh, Retention},
};

/// Publications of a product a day.
const ROUNDS_A_DAY: usize = 24;

/// How large.
#[derive(Debug, Clone, Copy)]
pub struct Size {
    /// Domains.
    pub domains: usize,
    /// Products, spread over the domains.
    pub products: usize,
    /// How many of them publish.
    pub publishing: usize,
    /// Publications of each of those.
    pub publications: usize,
    /// Columns of every product.
    pub columns: usize,
}

impl Size {
    /// 1,000 products, of which 100 publish every hour for a year.
    pub fn a_year() -> Self {
        Self { domains: 50, products: 1_000, publishing: 100, publications: 8_760, columns: 12 }
    }
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
    let mut waiting = Vec::new();
    let mut at = Timestamp::from_micros(1_700_000_000_000_000);
    let mut events: Vec<Event> = declarations(size, &products)?;
    for round in 0..size.publications {
        events.extend(products.iter().take(size.publishing).map(|product| publication(product, size.columns, round)));
        for event in events.drain(..) {
            at = Timestamp::from_micros(at.micros() + 36_000_000);
            let stamp = CommandStamp {
                at,
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
            if mesh.seq() % SNAPSHOT_EVERY == 0 {
                writer.pour(&std::mem::take(&mut waiting)).await?;
                journal.keep_snapshot(&mesh).await?;
            }
        }
        if round % ROUNDS_A_DAY == 0 {
            events.extend(products.iter().take(size.publishing).filter_map(|product| given_up(&mesh, product, at)));
        }
    }
    writer.pour(&waiting).await?;
    Ok(mesh.seq())
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
            Ok(ProductRef::new(domain, ProductName::new(&format!("product_{number}"))?))
        })
        .collect()
}

fn provenance(path: String) -> Provenance {
    Provenance { repository: "mesh:rehearsal".to_owned(), document: Digest::of(path.as_bytes()), path }
}

fn declarations(size: Size, products: &[ProductRef]) -> Result<Vec<Event>, Problem> {
    let mut events = Vec::new();
    for number in 0..size.domains.max(1) {
        let domain = DomainName::new(&format!("domain_{number}"))?;
        let facts = DomainFile {
            domain: domain.clone(),
            description: None,
            cost_center: Some("CC-1".to_owned()),
            region: None,
            zones: BTreeMap::new(),
            classification: None,
            owner: "owners".parse()?,
            steward: "stewards".parse()?,
            engineers: None,
            on_call: None,
            schedule: None,
            service: None,
        };
        let provenance = provenance(format!("domains/{domain}/domain.yaml"));
        events.push(Event::DomainOnboarding(Declaration { provenance, facts }));
    }
    for product in products {
        events.push(declaration(product, size.columns)?);
    }
    Ok(events)
}

fn port() -> Result<PortName, Problem> {
    PortName::new("rows")
}

fn declaration(product: &ProductRef, columns: usize) -> Result<Event, Problem> {
    let contract = Contract {
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
    };
    let provenance = provenance(format!("domains/{}/products/{}/contract.yaml", product.domain, product.product));
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
            approver: "stewards".parse()?,
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

fn publication(product: &ProductRef, columns: usize, round: usize) -> Event {
    let digest = |what: &str| Digest::of(format!("{product} {round} {what}").as_bytes());
    let published = |number| PublishedColumn {
        name: format!("column_{number}"),
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
        columns: (0..columns).map(published).collect(),
        restrict: Vec::new(),
        sample: Some(digest("sample")),
        fresh_until: None,
    };
    Event::ProductPublished(Box::new(PublicationFacts {
        product: product.clone(),
        version: semver::Version::new(1, 0, 0),
        contract: digest("contract"),
        ports: port().map(|port| (port, pinned)).into_iter().collect(),
        gate: digest("gate"),
        lineage: digest("lineage"),
        regions: Vec::new(),
        inputs: Vec::new(),
    }))
}
