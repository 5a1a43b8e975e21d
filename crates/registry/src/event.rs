//! Events: what a record of the journal says happened. Facts and digests only; documents, reasons and notes are blobs.
//!
//! Every kind carries a version. A stored body never changes: when a payload changes shape, its version rises and
//! [`Event::decode`] keeps an upcaster for every older one.

use std::collections::{BTreeMap, BTreeSet};

use governance::authorise::TokenScope;
use model::{
    Digest, Timestamp,
    access::{AccessRules, Origin, Purposes, RowsGrant},
    class::{ClassName, ClassificationFile},
    contract::Contract,
    files::{
        domain::DomainFile,
        governance::{PurposesFile, Term},
        mesh::MeshFile,
        people::PeopleFile,
        source::SourceFile,
    },
    id::{EntitlementId, PublicationId, RequestId, TokenId},
    name::{DomainName, PortName, PurposeName, SourceName, TableName, TermName},
    principal::{Principal, Subject},
    publication::{PinnedPort, Publication},
    reference::{PortRef, ProductRef},
    zone::ZoneLocation,
};
use serde::{Deserialize, Serialize};

use crate::object::Object;

pub use decode::{Encoded, UnknownEvent};

mod decode;

/// Where a declared object came from: only an apply of the same repository may change or retire it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Provenance {
    /// The repository: `mesh:northpeak` or `domain:claims`.
    pub repository: String,
    /// Path of its main document, relative to the repository's root.
    pub path: String,
    /// Digest of the document, a blob.
    pub document: Digest,
}

/// A declared document with its facts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Declaration<T> {
    /// Where it came from.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// What it says.
    pub facts: T,
}

/// The head of an apply: whose, from where, and whether the checkout was clean.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Applied {
    /// The repository.
    pub repository: String,
    /// The commit, if it is a git checkout.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<String>,
    /// Whether files differed from the commit.
    #[serde(default)]
    pub dirty: bool,
    /// Whether this was the first apply on an empty mesh.
    #[serde(default)]
    pub genesis: bool,
}

/// A SQL step: where its text is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepFacts {
    /// Digest of the file, a blob.
    pub digest: Digest,
    /// Path in the repository, for messages.
    pub path: String,
}

/// Everything that makes a product, as declared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ProductDeclaration {
    /// The product.
    pub product: ProductRef,
    /// Where its contract came from; `document` is the contract's digest.
    #[serde(flatten)]
    pub provenance: Provenance,
    /// The contract's facts.
    pub contract: Contract,
    /// The access rules with every default filled in.
    pub access: AccessRules,
    /// Digest of `access.yaml`, if given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub access_document: Option<Digest>,
    /// SQL by port.
    #[serde(default)]
    pub steps: BTreeMap<PortName, StepFacts>,
    /// Given samples by port.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub samples: BTreeMap<PortName, Digest>,
    /// `README.md`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub readme: Option<Digest>,
}

/// What a publication pins; its id and time are those of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PublicationFacts {
    /// The product.
    pub product: ProductRef,
    /// The contract's version.
    pub version: semver::Version,
    /// Digest of the contract document.
    pub contract: Digest,
    /// The ports.
    pub ports: BTreeMap<PortName, PinnedPort>,
    /// Digest of the gate's report.
    pub gate: Digest,
    /// Digest of the column lineage.
    pub lineage: Digest,
    /// Regions inherited and own.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<String>,
    /// Inputs: other products by publication.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inputs: Vec<(ProductRef, PublicationId)>,
}

impl PublicationFacts {
    /// The publication that the record with this number and time makes.
    pub fn publication(self, seq: u64, at: Timestamp) -> Publication {
        Publication {
            id: PublicationId::new(seq),
            at,
            product: self.product,
            version: self.version,
            contract: self.contract,
            ports: self.ports,
            gate: self.gate,
            lineage: self.lineage,
            regions: self.regions,
            inputs: self.inputs,
        }
    }
}

/// An access request as asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestFacts {
    /// Who asked.
    pub by: Principal,
    /// For whom.
    pub subject: Subject,
    /// What.
    pub product: ProductRef,
    /// For which purpose.
    pub purpose: PurposeName,
    /// Which rows.
    #[serde(default)]
    pub rows: RowsGrant,
    /// Classes to be shown clear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clear: Vec<ClassName>,
    /// Until when, if asked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Digest of the reason, a blob.
    pub reason: Digest,
}

/// An entitlement as given; its id and time are those of the record.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct GrantFacts {
    /// Who may read.
    pub subject: Subject,
    /// What.
    pub product: ProductRef,
    /// For which purposes.
    pub purposes: Purposes,
    /// Which rows.
    #[serde(default)]
    pub rows: RowsGrant,
    /// Classes that are shown clear.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clear: Vec<ClassName>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
    /// Why it exists.
    pub origin: Origin,
    /// Who decided; absent for automatic approvals and owners.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<Principal>,
    /// Digest of the note, a blob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Digest>,
}

/// An API token as made: the secret is known to its holder only.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TokenFacts {
    /// Whose.
    pub principal: Principal,
    /// SHA-256 of the secret.
    pub hash: Digest,
    /// Digest of the label, a blob.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label: Option<Digest>,
    /// What it may be used for; none means whatever the principal may.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub scopes: Vec<TokenScope>,
    /// The purpose its statements run under unless they say otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub purpose: Option<PurposeName>,
    /// Until when.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub until: Option<Timestamp>,
}

/// Why something ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Ending {
    /// Somebody ended it.
    Revoked,
    /// Its time was over; recorded so that it stays over whatever the clock does.
    Expired,
}

/// A steward's recorded lowering of a class on a column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Declassification {
    /// The port.
    pub port: PortRef,
    /// The column.
    pub column: String,
    /// The class that no longer applies.
    pub class: ClassName,
    /// Digest of the reason, a blob.
    pub reason: Digest,
}

/// A steward's recorded waiver of a restriction that a port's rows lost on the way (M15b).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Waiver {
    /// The port.
    pub port: PortRef,
    /// Which restriction of which input, as the refusal of the publication named it.
    pub restriction: Digest,
    /// Digest of the reason, a blob.
    pub reason: Digest,
}

/// Classes that columns of a publication are given after it was made, because what they are made of carries them now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct InheritedClasses {
    /// The product.
    pub product: ProductRef,
    /// The publication, which is served.
    pub publication: PublicationId,
    /// The classes by port and column.
    pub ports: BTreeMap<PortName, BTreeMap<String, BTreeSet<ClassName>>>,
}

/// What happened.
#[derive(Debug, Clone, PartialEq)]
pub enum Event {
    /// An apply began; the records after it are its changes.
    Applied(Applied),
    /// `mesh.yaml`.
    MeshConfigured(Declaration<MeshFile>),
    /// `governance/purposes.yaml`.
    PurposesDeclared(Declaration<PurposesFile>),
    /// The whole glossary.
    GlossaryDeclared(Declaration<BTreeMap<TermName, Term>>),
    /// A classification root.
    ClassificationDeclared(Declaration<ClassificationFile>),
    /// `people.yaml`.
    PeopleDeclared(Declaration<PeopleFile>),
    /// A new domain: the intent to stamp its zones.
    DomainOnboarding(Declaration<DomainFile>),
    /// A known domain changed; zones it newly names are an intent too.
    DomainChanged(Declaration<DomainFile>),
    /// The outcome: these zones exist.
    DomainReady {
        /// The domain.
        domain: DomainName,
        /// Where its zones lie.
        zones: Vec<ZoneLocation>,
    },
    /// A source of a domain.
    SourceDeclared {
        /// The domain.
        domain: DomainName,
        /// The source.
        source: SourceName,
        /// Its file.
        declaration: Declaration<SourceFile>,
    },
    /// A silver step of a domain.
    SilverDeclared {
        /// The domain.
        domain: DomainName,
        /// The table it builds.
        table: TableName,
        /// Where its SQL came from.
        provenance: Provenance,
    },
    /// A product, new or changed.
    ProductDeclared(Box<ProductDeclaration>),
    /// An object's file is gone and somebody said so.
    Retired {
        /// The object.
        object: Object,
    },
    /// A candidate is being built (P1).
    PublicationStarted {
        /// The product.
        product: ProductRef,
        /// The contract it is built for.
        contract: Digest,
    },
    /// Every port is pinned (P6).
    ProductPublished(Box<PublicationFacts>),
    /// An earlier publication is pinned again, with every tag that the one before it had.
    ProductRolledBack {
        /// The product.
        product: ProductRef,
        /// The publication that is served again.
        to: PublicationId,
        /// Its ports with the tags and restrictions they are served with.
        ports: BTreeMap<PortName, PinnedPort>,
        /// Its regions.
        regions: Vec<String>,
    },
    /// Publications that are no longer served are given up: from here on nobody goes back to them, and their files may
    /// go. The intent of retention; the removal that follows needs no outcome, because it starts from the mesh.
    PublicationsRetired {
        /// The product.
        product: ProductRef,
        /// The publications.
        publications: Vec<PublicationId>,
    },
    /// Somebody asked for access.
    AccessRequested(RequestFacts),
    /// Somebody may read.
    EntitlementGranted(GrantFacts),
    /// A request was refused.
    AccessDenied {
        /// The request.
        request: RequestId,
        /// Digest of the note, a blob.
        note: Option<Digest>,
    },
    /// Somebody asked or answered something about a request that waits.
    RequestDiscussed {
        /// The request.
        request: RequestId,
        /// Digest of the text, a blob.
        text: Digest,
    },
    /// A request was taken back.
    RequestWithdrawn {
        /// The request.
        request: RequestId,
    },
    /// Somebody may no longer read.
    EntitlementEnded {
        /// The entitlement.
        entitlement: EntitlementId,
        /// Why.
        why: Ending,
    },
    /// A token was made.
    TokenCreated(TokenFacts),
    /// A token is no longer valid.
    TokenEnded {
        /// The token.
        token: TokenId,
        /// Why.
        why: Ending,
    },
    /// A class was lowered on a column.
    Declassified(Declassification),
    /// A lost restriction was waived on a port.
    RestrictionWaived(Waiver),
    /// Columns of what is served inherit classes that were put on what they are made of; in the append of what put them.
    ClassesInherited(InheritedClasses),
    /// The head of a node's activity log, so that its tail cannot vanish unseen.
    ActivityAnchored {
        /// The node.
        node: String,
        /// The log's last sequence number.
        seq: u64,
        /// The hash there.
        hash: Digest,
    },
}
