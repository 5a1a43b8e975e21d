//! The use cases: what can be asked of a mesh, and the pure decision what happens.
//!
//! One file per use case; each reads top to bottom: authorise, look, decide. Nothing here touches a disk or a clock.
//!
//! INVARIANT: a decision holds only facts and digests; every free text becomes a blob (test `texts_stay_out_of_records`).

use std::{collections::BTreeMap, sync::Arc};

use governance::authorise::{self, Action, Actor, Allowed, TokenScope};
use model::{
    Code, Digest, Problem, Timestamp,
    access::RowsGrant,
    class::ClassName,
    files::repository::Repository,
    id::{EntitlementId, PublicationId, RequestId, TokenId},
    name::{DomainName, GroupName, PortName, PurposeName},
    principal::{Principal, Subject},
    publication::PinnedPort,
    reference::{PortRef, ProductRef},
    zone::ZoneLocation,
};

use crate::{
    event::Event,
    mesh::{ADMIN, Mesh, Retention},
    plan::{Confirmed, Plan, PlanBasis, wanted::PLATFORM},
};

mod access;
mod apply;
mod fingerprint;
mod outcome;
mod publish;
mod request;
mod revoke;
mod token;
mod upkeep;

pub(crate) use outcome::outcome_of;
pub use outcome::{Done, Outcome};

/// The longest free text: a reason, a note, a label.
pub const LONGEST_TEXT: usize = 4_096;

/// Most that is said about one request.
pub const MOST_REMARKS: usize = 100;

/// How long an access token lives unless it says otherwise.
pub const TOKEN_DAYS: u32 = 90;

/// Who asks, and under which idempotency key.
#[derive(Debug, Clone)]
pub struct Context {
    /// Who.
    pub actor: Actor,
    /// The command's id: the same id with the same body happens once.
    pub command_id: String,
    /// The door it came through, for logs.
    pub via: &'static str,
}

/// Something to be done.
#[derive(Debug, Clone)]
pub enum Command {
    /// Make the mesh be what a repository says.
    Apply(Apply),
    /// The outcome of stamping a domain's zones. The platform's own.
    RecordZoneReady {
        /// The domain.
        domain: DomainName,
        /// Where its zones lie.
        locations: Vec<ZoneLocation>,
    },
    /// A candidate is being built.
    StartPublication {
        /// The product.
        product: ProductRef,
        /// The contract it is built for: that of the product as declared.
        contract: Digest,
    },
    /// Pin every port of a product to a gated candidate.
    Publish(Box<Publish>),
    /// Pin an earlier publication.
    Rollback {
        /// The product.
        product: ProductRef,
        /// The publication.
        to: PublicationId,
    },
    /// Ask for access.
    RequestAccess(RequestAccess),
    /// Approve or deny.
    Decide {
        /// The request.
        request: RequestId,
        /// How.
        verdict: Verdict,
    },
    /// Ask or answer something about a request that waits.
    Discuss {
        /// The request.
        request: RequestId,
        /// What is said.
        text: String,
    },
    /// End an entitlement, or take a request back.
    Revoke(Revocation),
    /// Make an API token; the secret itself stays outside.
    CreateToken {
        /// For whom.
        principal: Principal,
        /// A name for it.
        label: Option<String>,
        /// What it may be used for; none means whatever the principal may.
        scopes: Vec<TokenScope>,
        /// The purpose of its statements.
        purpose: Option<PurposeName>,
        /// Until when; [`TOKEN_DAYS`] from now if absent.
        until: Option<Timestamp>,
        /// SHA-256 of the secret.
        hash: Digest,
    },
    /// End an API token.
    RevokeToken {
        /// The token.
        token: TokenId,
    },
    /// Lower a class on a column.
    Declassify {
        /// The port.
        port: PortRef,
        /// The column.
        column: String,
        /// The class.
        class: ClassName,
        /// Why.
        reason: String,
    },
    /// Waive a restriction of an input that a port's rows lost on the way.
    WaiveRestriction {
        /// The port.
        port: PortRef,
        /// Which, as the refusal of the publication named it.
        restriction: Digest,
        /// Why.
        reason: String,
    },
    /// Give up the publications of a product that were superseded longer ago than they are kept. The platform's own.
    RetirePublications {
        /// The product.
        product: ProductRef,
        /// How long they are kept.
        retention: Retention,
    },
    /// Record what expired, so that it stays expired. The platform's own.
    LatchExpired,
    /// Anchor the head of a node's activity log. The platform's own.
    AnchorActivity {
        /// The node.
        node: String,
        /// The log's last number.
        seq: u64,
        /// The hash there.
        hash: Digest,
    },
}

/// What to apply.
#[derive(Debug, Clone)]
pub struct Apply {
    /// The repository.
    pub repository: Arc<Repository>,
    /// The commit it was read at.
    pub commit: Option<String>,
    /// Whether files differed from that commit.
    pub dirty: bool,
    /// Retirements and loosenings that were confirmed.
    pub confirmed: Confirmed,
    /// What the plan that was looked at was made from.
    pub expected: Option<PlanBasis>,
    /// Leave out what the actor may not change instead of refusing the whole (`up --mesh`).
    pub allowed_only: bool,
}

/// What to publish.
#[derive(Debug, Clone)]
pub struct Publish {
    /// The product.
    pub product: ProductRef,
    /// The contract's version.
    pub version: semver::Version,
    /// The contract the gate held the candidate to: that of the product as declared.
    pub contract: Digest,
    /// The ports, each with manifest, tags and restrictions.
    pub ports: BTreeMap<PortName, PinnedPort>,
    /// Digest of the gate's report.
    pub gate: Digest,
    /// Digest of the column lineage.
    pub lineage: Digest,
    /// Regions inherited and own.
    pub regions: Vec<String>,
    /// Inputs by publication.
    pub inputs: Vec<(ProductRef, PublicationId)>,
    /// What was served when the candidate was built; another publication since then is a conflict.
    pub based_on: Option<PublicationId>,
    /// Manifests, gate report, lineage, samples.
    pub blobs: Vec<(Digest, Vec<u8>)>,
}

/// What is asked for.
#[derive(Debug, Clone)]
pub struct RequestAccess {
    /// What.
    pub product: ProductRef,
    /// For whom; the requester if absent.
    pub subject: Option<Subject>,
    /// For which purpose.
    pub purpose: PurposeName,
    /// Which rows.
    pub rows: RowsGrant,
    /// Classes to be shown clear.
    pub clear: Vec<ClassName>,
    /// Until when; as long as the product allows if absent.
    pub until: Option<Timestamp>,
    /// Why.
    pub reason: String,
}

/// How a request is decided.
#[derive(Debug, Clone)]
pub enum Verdict {
    /// Granted, perhaps narrower than asked.
    Approve {
        /// Until when instead.
        until: Option<Timestamp>,
        /// Which rows instead.
        rows: Option<RowsGrant>,
        /// A note.
        note: Option<String>,
    },
    /// Refused.
    Deny {
        /// Why.
        note: Option<String>,
    },
}

/// What is ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Revocation {
    /// An entitlement.
    Entitlement(EntitlementId),
    /// A request: its entitlement if it was approved; taken back if it is pending.
    Request(RequestId),
}

/// What a command leads to: records and blobs of one append.
#[derive(Debug, Clone, Default)]
pub struct Decision {
    /// What happens, in order; empty if nothing changes.
    pub events: Vec<Event>,
    /// Documents and texts the events point to.
    pub blobs: BTreeMap<Digest, Arc<[u8]>>,
    /// For an apply: what was decided, object by object.
    pub plan: Option<Plan>,
}

impl Context {
    /// The platform acting for itself: recording outcomes of its own effects.
    ///
    /// # Errors
    /// `internal` if the platform's name were no name.
    pub fn platform(command_id: impl Into<String>) -> Result<Self, Problem> {
        let principal = Principal::Service(PLATFORM.parse()?);
        let actor = Actor { principal, groups: Default::default(), scopes: None, genesis: false };
        Ok(Self { actor, command_id: command_id.into(), via: "platform" })
    }
}

impl Command {
    /// A word for logs.
    pub fn name(&self) -> &'static str {
        match self {
            Self::Apply(_) => "apply",
            Self::RecordZoneReady { .. } => "record-zone-ready",
            Self::StartPublication { .. } => "start-publication",
            Self::Publish(_) => "publish",
            Self::Rollback { .. } => "rollback",
            Self::RequestAccess(_) => "request-access",
            Self::Decide { .. } => "decide",
            Self::Discuss { .. } => "discuss",
            Self::Revoke(_) => "revoke",
            Self::CreateToken { .. } => "create-token",
            Self::RevokeToken { .. } => "revoke-token",
            Self::Declassify { .. } => "declassify",
            Self::WaiveRestriction { .. } => "waive-restriction",
            Self::RetirePublications { .. } => "retire-publications",
            Self::LatchExpired => "latch-expired",
            Self::AnchorActivity { .. } => "anchor-activity",
        }
    }
}

/// Decides what a command leads to on a mesh at an instant. Pure: the same arguments give the same decision.
///
/// # Errors
/// Why it is refused; nothing happens then.
pub fn decide(mesh: &Mesh, command: &Command, context: &Context, now: Timestamp) -> Result<Decision, Problem> {
    let case = Case { mesh, context, now };
    match command {
        Command::Apply(apply) => apply::decide(&case, apply),
        Command::RecordZoneReady { domain, locations } => upkeep::zone_ready(&case, domain, locations),
        Command::StartPublication { product, contract } => publish::start(&case, product, *contract),
        Command::Publish(publish) => publish::publish(&case, publish),
        Command::Rollback { product, to } => publish::rollback(&case, product, *to),
        Command::RequestAccess(request) => request::request(&case, request),
        Command::Decide { request, verdict } => access::decide(&case, *request, verdict),
        Command::Discuss { request, text } => access::discuss(&case, *request, text),
        Command::Revoke(revocation) => revoke::revoke(&case, *revocation),
        Command::CreateToken { principal, label, scopes, purpose, until, hash } => {
            let wish =
                token::Wish { principal, label: label.as_deref(), scopes, purpose: purpose.as_ref(), hash: *hash };
            token::create(&case, &wish, *until)
        }
        Command::RevokeToken { token } => token::revoke(&case, *token),
        Command::Declassify { port, column, class, reason } => access::declassify(&case, port, column, class, reason),
        Command::WaiveRestriction { port, restriction, reason } => access::waive(&case, port, *restriction, reason),
        Command::RetirePublications { product, retention } => upkeep::retire_publications(&case, product, *retention),
        Command::LatchExpired => upkeep::latch_expired(&case),
        Command::AnchorActivity { node, seq, hash } => upkeep::anchor(&case, node, *seq, *hash),
    }
}

/// What every use case has at hand.
struct Case<'a> {
    mesh: &'a Mesh,
    context: &'a Context,
    now: Timestamp,
}

impl Case<'_> {
    /// The actor with the groups it has at this very record. SECURITY: a session that is older than a change of groups
    /// decides nothing with the old ones (test `groups_count_as_they_are_when_it_is_decided`).
    fn actor(&self) -> Actor {
        self.mesh.as_declared(&self.context.actor)
    }

    fn is_admin(&self) -> bool {
        matches!(&self.context.actor.principal, Principal::User(name) if name.as_str() == ADMIN)
    }

    fn principal(&self) -> &Principal {
        &self.context.actor.principal
    }

    fn authorise(&self, action: &Action) -> Result<Allowed, Problem> {
        let actor = self.actor();
        authorise::may(&actor, action, &self.mesh.roles_for(action, &actor.groups))
    }

    /// SECURITY: outcomes of the platform's own effects are the platform's to record (test `only_the_platform_records_zones`).
    fn only_platform(&self) -> Result<(), Problem> {
        if matches!(self.principal(), Principal::Service(name) if name.as_str() == PLATFORM) {
            return Ok(());
        }
        Err(Problem::new(Code::NotAllowed, "only the platform itself records this"))
    }

    /// The number that the decision's `index`th record will have.
    fn seq_of_record(&self, index: usize) -> u64 {
        self.mesh.seq() + 1 + index as u64
    }

    /// Whether the actor may know who asks for a product and who reads it: the asker, the reader, those who decide for it
    /// and those who look after it. SECURITY: for everybody else such things do not exist (test
    /// `other_peoples_objects_are_absent_one_by_one`).
    fn knows_access(
        &self,
        product: &ProductRef,
        approver: &GroupName,
        subject: &Subject,
        by: Option<&Principal>,
    ) -> bool {
        let groups = self.mesh.groups_of(self.principal());
        let reads = match subject {
            Subject::Principal(principal) => principal == self.principal(),
            Subject::Group(group) => groups.contains(group),
        };
        reads
            || by == Some(self.principal())
            || groups.contains(approver)
            || self.authorise(&Action::ReadAccess(product.domain.clone())).is_ok()
    }

    /// A product the actor may know of; absent, retired and invisible ones are told alike.
    fn visible_product(&self, product: &ProductRef) -> Result<&crate::mesh::ProductState, Problem> {
        let absent = || Problem::new(Code::NotFound, format!("product `{product}` does not exist"));
        let state = self.mesh.product(product).filter(|state| state.retired.is_none()).ok_or_else(absent)?;
        let reader = self.mesh.reader(self.principal()).ok_or_else(absent)?;
        let member = self.mesh.is_member(&reader, &product.domain);
        let entitlements = self.mesh.entitlements_in(state);
        if governance::treatment::visible(&reader, &state.access, entitlements, member, self.now) {
            return Ok(state);
        }
        Err(absent())
    }
}

impl Decision {
    fn of(event: Event) -> Self {
        Self { events: vec![event], ..Self::default() }
    }

    /// Keeps a free text as a blob.
    ///
    /// # Errors
    /// `invalid-value` if it is empty, `too-large` beyond [`LONGEST_TEXT`].
    fn keep_text(&mut self, noun: &str, text: &str) -> Result<Digest, Problem> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Problem::new(Code::InvalidValue, format!("the {noun} is empty")));
        }
        if text.len() > LONGEST_TEXT {
            return Err(Problem::new(Code::TooLarge, format!("the {noun} is longer than {LONGEST_TEXT} bytes")));
        }
        let digest = Digest::of(text.as_bytes());
        self.blobs.insert(digest, text.as_bytes().into());
        Ok(digest)
    }

    fn keep_optional(&mut self, noun: &str, text: Option<&str>) -> Result<Option<Digest>, Problem> {
        text.filter(|text| !text.trim().is_empty()).map(|text| self.keep_text(noun, text)).transpose()
    }
}
