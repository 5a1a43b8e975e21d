//! What can be done to a mesh.

use model::{
    name::{DomainName, GroupName},
    principal::{Principal, Subject},
};

/// Something somebody wants to do. The domain is the one it happens in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Run SQL; what comes back is the treatment's matter.
    Query,
    /// See the metadata of what is visible.
    Browse,
    /// See what a repository would change.
    Plan,
    /// Keep queries and searches for oneself, follow products.
    KeepDesk,
    /// `people.yaml`.
    ChangePeople,
    /// Stores, allowed sources and limits in `mesh.yaml`.
    ChangeStores,
    /// Everything else in `mesh.yaml`: name, roles, regions, identity.
    ChangeMeshRules,
    /// `governance/**`.
    ChangeGovernance {
        /// Whether somebody may see more afterwards.
        loosens: bool,
    },
    /// A `domain.yaml` of a domain that does not exist yet.
    CreateDomain(DomainName),
    /// The `domain.yaml` of one that does.
    ChangeDomain(DomainName),
    /// `sources/*.yaml`.
    ChangeSources(DomainName),
    /// `silver/*.sql`.
    ChangeSilver(DomainName),
    /// `products/**` except `access.yaml`.
    ChangeProduct(DomainName),
    /// `access.yaml`.
    ChangeAccess(DomainName),
    /// Retire an object of the domain, or the domain.
    Retire(DomainName),
    /// Ingest and build.
    Run(DomainName),
    /// Build and gate without publishing.
    DryRun(DomainName),
    /// Publish a product.
    Publish(DomainName),
    /// Pin an earlier publication.
    Rollback(DomainName),
    /// Ask for access.
    RequestAccess {
        /// For whom.
        subject: Subject,
    },
    /// Take one's own request back.
    WithdrawRequest {
        /// Who asked.
        by: Principal,
    },
    /// Approve or deny a request.
    DecideRequest {
        /// The product's domain.
        domain: DomainName,
        /// The deciding group by the product's access rules.
        approver: GroupName,
        /// Who asked.
        requester: Principal,
        /// For whom.
        subject: Subject,
    },
    /// Ask or answer something about a request.
    DiscussRequest {
        /// The product's domain.
        domain: DomainName,
        /// The deciding group by the product's access rules.
        approver: GroupName,
        /// Who asked.
        requester: Principal,
        /// For whom.
        subject: Subject,
    },
    /// End an entitlement.
    Revoke {
        /// The product's domain.
        domain: DomainName,
        /// The deciding group by the product's access rules.
        approver: GroupName,
        /// Who reads by it.
        subject: Subject,
    },
    /// Lower a class that a column inherited.
    Declassify(DomainName),
    /// Confirm or add a class.
    Tag(DomainName),
    /// Make an API token.
    CreateToken {
        /// For whom.
        of: Principal,
    },
    /// Revoke an API token.
    RevokeToken {
        /// Whose.
        of: Principal,
    },
    /// Requests and entitlements of a domain's products.
    ReadAccess(DomainName),
    /// Who there is, in which groups, with which attributes and roles.
    ReadPeople,
    /// The journal.
    ReadJournal,
    /// Statements that were run.
    ReadActivity {
        /// Of one principal; `None` for everybody's.
        of: Option<Principal>,
    },
    /// The state of the mesh at a past time.
    ReadAsOf,
}

impl Action {
    /// One of every kind of action in a domain, in the order of the matrix: what the golden file lists.
    pub fn every(domain: &DomainName, approver: &GroupName, other: &Principal) -> Vec<Self> {
        let subject = Subject::Principal(other.clone());
        vec![
            Self::Query,
            Self::Browse,
            Self::Plan,
            Self::KeepDesk,
            Self::ChangePeople,
            Self::ChangeStores,
            Self::ChangeMeshRules,
            Self::ChangeGovernance { loosens: false },
            Self::ChangeGovernance { loosens: true },
            Self::CreateDomain(domain.clone()),
            Self::ChangeDomain(domain.clone()),
            Self::ChangeSources(domain.clone()),
            Self::ChangeSilver(domain.clone()),
            Self::ChangeProduct(domain.clone()),
            Self::ChangeAccess(domain.clone()),
            Self::Retire(domain.clone()),
            Self::Run(domain.clone()),
            Self::DryRun(domain.clone()),
            Self::Publish(domain.clone()),
            Self::Rollback(domain.clone()),
            Self::RequestAccess { subject: subject.clone() },
            Self::WithdrawRequest { by: other.clone() },
            Self::DecideRequest {
                domain: domain.clone(),
                approver: approver.clone(),
                requester: other.clone(),
                subject: subject.clone(),
            },
            Self::DiscussRequest {
                domain: domain.clone(),
                approver: approver.clone(),
                requester: other.clone(),
                subject: subject.clone(),
            },
            Self::Revoke { domain: domain.clone(), approver: approver.clone(), subject },
            Self::Declassify(domain.clone()),
            Self::Tag(domain.clone()),
            Self::CreateToken { of: other.clone() },
            Self::RevokeToken { of: other.clone() },
            Self::ReadAccess(domain.clone()),
            Self::ReadPeople,
            Self::ReadJournal,
            Self::ReadActivity { of: None },
            Self::ReadActivity { of: Some(other.clone()) },
            Self::ReadAsOf,
        ]
    }

    /// The domain it happens in.
    pub fn domain(&self) -> Option<&DomainName> {
        match self {
            Self::CreateDomain(domain)
            | Self::ChangeDomain(domain)
            | Self::ChangeSources(domain)
            | Self::ChangeSilver(domain)
            | Self::ChangeProduct(domain)
            | Self::ChangeAccess(domain)
            | Self::Retire(domain)
            | Self::Run(domain)
            | Self::DryRun(domain)
            | Self::Publish(domain)
            | Self::Rollback(domain)
            | Self::DecideRequest { domain, .. }
            | Self::DiscussRequest { domain, .. }
            | Self::Revoke { domain, .. }
            | Self::Declassify(domain)
            | Self::Tag(domain)
            | Self::ReadAccess(domain) => Some(domain),
            Self::Query
            | Self::Browse
            | Self::Plan
            | Self::KeepDesk
            | Self::ChangePeople
            | Self::ChangeStores
            | Self::ChangeMeshRules
            | Self::ChangeGovernance { .. }
            | Self::RequestAccess { .. }
            | Self::WithdrawRequest { .. }
            | Self::CreateToken { .. }
            | Self::RevokeToken { .. }
            | Self::ReadPeople
            | Self::ReadJournal
            | Self::ReadActivity { .. }
            | Self::ReadAsOf => None,
        }
    }

    /// What it is, as it follows "may" in a sentence.
    pub fn verb(&self) -> &'static str {
        match self {
            Self::Query => "run SQL",
            Self::Browse => "see metadata",
            Self::Plan => "plan",
            Self::KeepDesk => "keep queries and follow products",
            Self::ChangePeople => "change people",
            Self::ChangeStores => "change stores, allowed sources and limits",
            Self::ChangeMeshRules => "change the rules of `mesh.yaml`",
            Self::ChangeGovernance { loosens: false } => "change governance",
            Self::ChangeGovernance { loosens: true } => "loosen governance",
            Self::CreateDomain(_) => "create a domain",
            Self::ChangeDomain(_) => "change `domain.yaml`",
            Self::ChangeSources(_) => "change sources",
            Self::ChangeSilver(_) => "change silver steps",
            Self::ChangeProduct(_) => "change products",
            Self::ChangeAccess(_) => "change `access.yaml`",
            Self::Retire(_) => "retire",
            Self::Run(_) => "run pipelines",
            Self::DryRun(_) => "try a publication",
            Self::Publish(_) => "publish",
            Self::Rollback(_) => "roll back",
            Self::RequestAccess { .. } => "request access",
            Self::WithdrawRequest { .. } => "withdraw a request",
            Self::DecideRequest { .. } => "decide requests",
            Self::DiscussRequest { .. } => "discuss requests",
            Self::Revoke { .. } => "revoke access",
            Self::Declassify(_) => "declassify",
            Self::Tag(_) => "tag columns",
            Self::CreateToken { .. } => "create tokens",
            Self::RevokeToken { .. } => "revoke tokens",
            Self::ReadAccess(_) => "see requests and entitlements",
            Self::ReadPeople => "see who there is",
            Self::ReadJournal => "read the journal",
            Self::ReadActivity { of: None } => "read everybody's activity",
            Self::ReadActivity { of: Some(_) } => "read the activity of others",
            Self::ReadAsOf => "ask about the past",
        }
    }

    /// Whether it is part of applying a whole repository to an empty mesh.
    pub(super) fn is_of_genesis(&self) -> bool {
        matches!(
            self,
            Self::Plan
                | Self::ChangePeople
                | Self::ChangeStores
                | Self::ChangeMeshRules
                | Self::ChangeGovernance { .. }
                | Self::CreateDomain(_)
                | Self::ChangeDomain(_)
                | Self::ChangeSources(_)
                | Self::ChangeSilver(_)
                | Self::ChangeProduct(_)
                | Self::ChangeAccess(_)
        )
    }
}
