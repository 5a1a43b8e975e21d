//! Who may do what: the roles table as one pure function.
//!
//! A role is a group named by `mesh.yaml` or `domain.yaml`; a service has its home domain; a token may narrow what its
//! principal may do, never widen it. Reading rows is not a role's to give: that is [`crate::treatment`].
//!
//! INVARIANT: a write needs an [`Allowed`], and [`may`] is the only place that makes one
//! (`tests/golden/authz-matrix.txt` shows every role against every action).

mod action;
mod scope;

use std::collections::{BTreeMap, BTreeSet};

use model::{
    error::{Code, Problem},
    files::{domain::DomainFile, mesh::Roles},
    name::{DomainName, GroupName, ServiceName},
    principal::{Principal, Subject},
};

pub use action::Action;
pub use scope::TokenScope;

/// Somebody who acts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Actor {
    /// The person or service.
    pub principal: Principal,
    /// Its groups.
    pub groups: BTreeSet<GroupName>,
    /// What its token is narrowed to; `None` for a token without scopes.
    pub scopes: Option<Vec<TokenScope>>,
    /// Whether the mesh is empty, so that `admin` may apply a whole repository once.
    pub genesis: bool,
}

/// Who holds which role.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RoleView {
    /// Mesh-wide roles by group.
    pub mesh: Roles,
    /// Roles of the domains; those that the action names suffice.
    pub domains: BTreeMap<DomainName, DomainRoles>,
    /// Services by home domain.
    pub services: BTreeMap<ServiceName, DomainName>,
}

/// The groups that hold a domain's roles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DomainRoles {
    /// Owners.
    pub owner: GroupName,
    /// Stewards.
    pub steward: GroupName,
    /// Engineers.
    pub engineers: GroupName,
}

/// The proof that somebody may do something. Writes take it as an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Allowed {
    action: Action,
    principal: Principal,
}

impl Allowed {
    /// What is allowed.
    pub fn action(&self) -> &Action {
        &self.action
    }

    /// To whom.
    pub fn principal(&self) -> &Principal {
        &self.principal
    }
}

impl From<&DomainFile> for DomainRoles {
    fn from(file: &DomainFile) -> Self {
        Self { owner: file.owner.clone(), steward: file.steward.clone(), engineers: file.engineers().clone() }
    }
}

impl RoleView {
    /// The domains in which the principal holds a role or which are its home.
    pub fn domains_of(&self, principal: &Principal, groups: &BTreeSet<GroupName>) -> BTreeSet<DomainName> {
        let held = self.domains.iter().filter(|(_, roles)| {
            [&roles.owner, &roles.steward, &roles.engineers].into_iter().any(|group| groups.contains(group))
        });
        held.map(|(name, _)| name).chain(self.home(principal)).cloned().collect()
    }

    /// The home domain of a service.
    pub fn home(&self, principal: &Principal) -> Option<&DomainName> {
        match principal {
            Principal::Service(name) => self.services.get(name),
            Principal::User(_) => None,
        }
    }
}

/// A role as the table of roles names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Role {
    Admin,
    Guild,
    Auditor,
    Owner,
    Engineer,
    Steward,
    Service,
}

/// Decides whether the actor may do it.
///
/// # Errors
/// `not-allowed` saying who may, or which scope the token lacks; `not-found` for a domain that does not exist.
pub fn may(actor: &Actor, action: &Action, view: &RoleView) -> Result<Allowed, Problem> {
    let allowed = || Ok(Allowed { action: action.clone(), principal: actor.principal.clone() });
    check_token(actor, action)?;
    if actor.genesis && is_admin_principal(&actor.principal) && action.is_of_genesis() {
        return allowed();
    }
    match action {
        Action::Query | Action::Browse | Action::KeepDesk => allowed(),
        Action::Plan => {
            let mesh_wide = [Role::Admin, Role::Guild, Role::Auditor];
            let holds = mesh_wide.into_iter().any(|role| holds(actor, role, None, view));
            if holds || !view.domains_of(&actor.principal, &actor.groups).is_empty() {
                return allowed();
            }
            Err(refusal("plans are for people with a role in the mesh or a domain"))
        }
        Action::RequestAccess { subject } => may_request(actor, subject, view).and_then(|()| allowed()),
        Action::WithdrawRequest { by } if actor.principal == *by => allowed(),
        Action::WithdrawRequest { .. } => Err(refusal("only the requester withdraws a request")),
        Action::DecideRequest { domain, approver, requester, subject } => {
            known(domain, view)?;
            may_decide(actor, approver, requester, subject).and_then(|()| allowed())
        }
        Action::DiscussRequest { domain, approver, requester, subject } => {
            known(domain, view)?;
            let concerns = match subject {
                Subject::Principal(principal) => *principal == actor.principal,
                Subject::Group(group) => actor.groups.contains(group),
            };
            let decides = actor.groups.contains(approver);
            let answers = [Role::Owner, Role::Steward].into_iter().any(|role| holds(actor, role, Some(domain), view));
            if *requester == actor.principal || concerns || decides || answers {
                return allowed();
            }
            Err(refusal(format!("only whoever asked, `{approver}` and the people of `{domain}` discuss a request")))
        }
        Action::Revoke { domain, approver, subject } => {
            known(domain, view)?;
            let own = *subject == Subject::Principal(actor.principal.clone());
            if own || actor.groups.contains(approver) || holds(actor, Role::Steward, Some(domain), view) {
                return allowed();
            }
            Err(refusal(format!("only `{approver}`, the stewards of `{domain}` and the reader itself revoke it")))
        }
        Action::ReadActivity { of: Some(of) } if *of == actor.principal => allowed(),
        Action::RevokeToken { of } if *of == actor.principal => allowed(),
        Action::ChangeGovernance { loosens: true } => Err(refusal("a loosening needs a second person to confirm it")
            .with_hint("until confirmation by a second person exists, a loosening is refused; tighten instead")),
        _ => {
            let domain = action.domain();
            if let Some(domain) = domain
                && !matches!(action, Action::CreateDomain(_))
            {
                known(domain, view)?;
            }
            let roles = roles_for(action);
            if roles.iter().any(|role| holds(actor, *role, domain, view)) {
                return allowed();
            }
            Err(refusal(format!("only {} may {}", who(roles, domain, view), action.verb())))
        }
    }
}

/// Whether somebody is told everything about what lies in a domain, or about what is the mesh's own (`None`): roles of
/// the mesh everywhere, roles of a domain in it. Like [`may`] it heeds the token: one with scopes is told of the domains
/// it may apply.
pub fn is_insider(actor: &Actor, domain: Option<&DomainName>, view: &RoleView) -> bool {
    let permitted = match (&actor.scopes, domain) {
        (None, _) => true,
        (Some(_), None) => false,
        (Some(scopes), Some(domain)) => scopes.contains(&TokenScope::Apply(domain.clone())),
    };
    let of_mesh = [Role::Admin, Role::Guild, Role::Auditor];
    let of_domain = [Role::Owner, Role::Engineer, Role::Steward, Role::Service];
    permitted && of_mesh.into_iter().chain(of_domain).any(|role| holds(actor, role, domain, view))
}

/// The table of roles: who may, where nothing but the role matters.
fn roles_for(action: &Action) -> &'static [Role] {
    match action {
        Action::ChangePeople
        | Action::ChangeStores
        | Action::CreateDomain(_)
        | Action::CreateToken { .. }
        | Action::RevokeToken { .. } => &[Role::Admin],
        Action::ChangeMeshRules | Action::ChangeGovernance { .. } => &[Role::Guild],
        Action::ReadPeople => &[Role::Admin, Role::Auditor],
        Action::ReadJournal | Action::ReadActivity { .. } | Action::ReadAsOf => &[Role::Auditor],
        Action::ChangeDomain(_) | Action::ChangeAccess(_) | Action::Retire(_) => &[Role::Owner],
        Action::ChangeSources(_) | Action::ChangeSilver(_) | Action::ChangeProduct(_) => &[Role::Owner, Role::Engineer],
        Action::Run(_) => &[Role::Engineer, Role::Service],
        Action::DryRun(_) | Action::Publish(_) | Action::Rollback(_) => &[Role::Owner, Role::Engineer, Role::Service],
        Action::Declassify(_) | Action::Tag(_) => &[Role::Steward],
        Action::ReadAccess(_) => &[Role::Owner, Role::Steward, Role::Auditor],
        Action::Query
        | Action::Browse
        | Action::Plan
        | Action::KeepDesk
        | Action::RequestAccess { .. }
        | Action::WithdrawRequest { .. }
        | Action::DecideRequest { .. }
        | Action::DiscussRequest { .. }
        | Action::Revoke { .. } => &[],
    }
}

fn holds(actor: &Actor, role: Role, domain: Option<&DomainName>, view: &RoleView) -> bool {
    let in_group = |group: Option<&GroupName>| group.is_some_and(|group| actor.groups.contains(group));
    let of_domain = || domain.and_then(|domain| view.domains.get(domain));
    match role {
        Role::Admin => is_admin_principal(&actor.principal) || in_group(view.mesh.admins.as_ref()),
        Role::Guild => in_group(view.mesh.guild.as_ref()),
        Role::Auditor => in_group(view.mesh.auditors.as_ref()),
        Role::Owner => in_group(of_domain().map(|roles| &roles.owner)),
        Role::Engineer => in_group(of_domain().map(|roles| &roles.engineers)),
        Role::Steward => in_group(of_domain().map(|roles| &roles.steward)),
        Role::Service => domain.is_some() && view.home(&actor.principal) == domain,
    }
}

/// The principal `admin` is in the admins group for ever; nothing but that group's rights follows from it.
fn is_admin_principal(principal: &Principal) -> bool {
    matches!(principal, Principal::User(name) if name.as_str() == "admin")
}

fn check_token(actor: &Actor, action: &Action) -> Result<(), Problem> {
    match &actor.scopes {
        Some(scopes) if !scopes.iter().any(|scope| scope.permits(action)) => {
            Err(refusal(format!("this token's scopes do not let it {}", action.verb())).with_hint(scope::hint(action)))
        }
        _ => Ok(()),
    }
}

/// For oneself, for a group one is in, for a service of a domain in which one has a role.
fn may_request(actor: &Actor, subject: &Subject, view: &RoleView) -> Result<(), Problem> {
    let fine = match subject {
        Subject::Principal(principal) if *principal == actor.principal => true,
        Subject::Group(group) => actor.groups.contains(group),
        Subject::Principal(service) => {
            view.home(service).is_some_and(|home| view.domains_of(&actor.principal, &actor.groups).contains(home))
        }
    };
    if fine {
        return Ok(());
    }
    Err(refusal(format!("access for `{subject}` is not yours to ask for"))
        .with_hint("ask for yourself, for a group you are in, or for a service of your domain"))
}

/// SECURITY: nobody decides what they asked for or would themselves gain (test `nobody_decides_for_themselves`).
fn may_decide(actor: &Actor, approver: &GroupName, requester: &Principal, subject: &Subject) -> Result<(), Problem> {
    let gains = match subject {
        Subject::Principal(principal) => *principal == actor.principal,
        Subject::Group(group) => actor.groups.contains(group),
    };
    if *requester == actor.principal || gains {
        let why = match subject {
            _ if *requester == actor.principal => "you asked for this yourself".to_owned(),
            Subject::Principal(_) => "this request is for you".to_owned(),
            Subject::Group(group) => format!("this request is for `{group}`, which you are in"),
        };
        return Err(refusal(format!("{why}, and nobody decides what they would gain"))
            .with_hint(format!("another member of `{approver}` decides it")));
    }
    // A service never decides, whatever its groups: approval is a person's.
    let person = matches!(actor.principal, Principal::User(_));
    if person && actor.groups.contains(approver) {
        return Ok(());
    }
    Err(refusal(format!("only members of `{approver}` decide requests for this product")))
}

fn known(domain: &DomainName, view: &RoleView) -> Result<(), Problem> {
    if view.domains.contains_key(domain) {
        return Ok(());
    }
    Err(Problem::new(Code::NotFound, format!("domain `{domain}` does not exist")))
}

fn refusal(why: impl Into<String>) -> Problem {
    Problem::new(Code::NotAllowed, why)
}

/// The roles in words, with their groups.
fn who(roles: &[Role], domain: Option<&DomainName>, view: &RoleView) -> String {
    let of = domain.and_then(|domain| view.domains.get(domain));
    let place = domain.map(|domain| format!(" of `{domain}`")).unwrap_or_default();
    let group = |group: Option<&GroupName>| group.map(|group| format!(" (group `{group}`)")).unwrap_or_default();
    let words = roles.iter().map(|role| match role {
        Role::Admin => format!("the admins{}", group(view.mesh.admins.as_ref())),
        Role::Guild => format!("the guild{}", group(view.mesh.guild.as_ref())),
        Role::Auditor => format!("the auditors{}", group(view.mesh.auditors.as_ref())),
        Role::Owner => format!("the owners{place}{}", group(of.map(|roles| &roles.owner))),
        Role::Engineer => format!("the engineers{place}{}", group(of.map(|roles| &roles.engineers))),
        Role::Steward => format!("the stewards{place}{}", group(of.map(|roles| &roles.steward))),
        Role::Service => format!("a service{place}"),
    });
    words.collect::<Vec<_>>().join(" or ")
}
