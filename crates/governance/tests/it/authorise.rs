//! The golden matrix of roles and actions, and the rules a table cannot show.

use std::{collections::BTreeSet, fmt::Write, path::Path};

use governance::authorise::{Action, Actor, DomainRoles, RoleView, TokenScope, may};
use model::{
    Code,
    files::mesh::Roles,
    name::{DomainName, GroupName},
    principal::{Principal, Subject},
};

fn view() -> RoleView {
    let roles = |domain: &str, engineers: &str| DomainRoles {
        owner: format!("{domain}-owners").parse().unwrap(),
        steward: format!("{domain}-stewards").parse().unwrap(),
        engineers: engineers.parse().unwrap(),
    };
    RoleView {
        mesh: Roles {
            admins: Some("platform-team".parse().unwrap()),
            guild: Some("governance-guild".parse().unwrap()),
            auditors: Some("internal-audit".parse().unwrap()),
        },
        domains: [
            ("claims".parse().unwrap(), roles("claims", "claims-engineers")),
            ("policy".parse().unwrap(), roles("policy", "policy-owners")),
        ]
        .into(),
        services: [
            ("svc-claims".parse().unwrap(), "claims".parse().unwrap()),
            ("svc-policy".parse().unwrap(), "policy".parse().unwrap()),
        ]
        .into(),
    }
}

fn actor(principal: &str, groups: &[&str]) -> Actor {
    Actor {
        principal: principal.parse().unwrap(),
        groups: groups.iter().map(|group| group.parse().unwrap()).collect(),
        scopes: None,
        genesis: false,
    }
}

fn with_scopes(mut actor: Actor, scopes: &[&str]) -> Actor {
    actor.scopes = Some(scopes.iter().map(|scope| scope.parse().unwrap()).collect());
    actor
}

fn actors() -> Vec<(&'static str, Actor)> {
    let everything = ["claims-owners", "claims-engineers", "claims-stewards", "platform-team", "governance-guild"];
    let mut genesis = actor("user:admin", &[]);
    genesis.genesis = true;
    let mut impostor = actor("user:eve", &[]);
    impostor.genesis = true;
    vec![
        ("nobody in particular", actor("user:eve", &["fraud-analysts"])),
        ("admin (the principal)", actor("user:admin", &[])),
        ("admins", actor("user:adm", &["platform-team"])),
        ("guild", actor("user:gia", &["governance-guild"])),
        ("auditors", actor("user:ida", &["internal-audit"])),
        ("owner of claims", actor("user:bob", &["claims-owners"])),
        ("engineer of claims", actor("user:eno", &["claims-engineers"])),
        ("steward of claims", actor("user:stu", &["claims-stewards"])),
        ("service of claims", actor("service:svc-claims", &[])),
        ("owner and engineer of policy", actor("user:pia", &["policy-owners"])),
        ("steward of policy", actor("user:pat", &["policy-stewards"])),
        ("service of policy", actor("service:svc-policy", &[])),
        ("genesis: admin", genesis),
        ("genesis: somebody else", impostor),
        ("every role, token query", with_scopes(actor("user:all", &everything), &["query"])),
        ("every role, token run:claims", with_scopes(actor("user:all", &everything), &["run:claims"])),
        ("every role, token publish:claims", with_scopes(actor("user:all", &everything), &["publish:claims"])),
        ("every role, token apply:claims", with_scopes(actor("user:all", &everything), &["apply:claims"])),
        ("every role, token decide:claims", with_scopes(actor("user:all", &everything), &["decide:claims"])),
        ("every role, token publish:policy", with_scopes(actor("user:all", &everything), &["publish:policy"])),
        ("every role, token without any", with_scopes(actor("user:all", &everything), &[])),
        ("nobody, token publish:claims", with_scopes(actor("user:eve", &[]), &["publish:claims"])),
        ("service of claims, token publish", with_scopes(actor("service:svc-claims", &[]), &["publish:claims"])),
    ]
}

fn actions() -> Vec<Action> {
    let other: Principal = "user:ana".parse().unwrap();
    Action::every(&"claims".parse().unwrap(), &"claims-stewards".parse().unwrap(), &other)
}

/// What people do about themselves.
fn own(principal: &Principal) -> Vec<Action> {
    let (domain, approver): (DomainName, GroupName) = ("claims".parse().unwrap(), "claims-stewards".parse().unwrap());
    let (me, subject) = (principal.clone(), Subject::Principal(principal.clone()));
    vec![
        Action::RequestAccess { subject: subject.clone() },
        Action::WithdrawRequest { by: me.clone() },
        Action::DiscussRequest {
            domain: domain.clone(),
            approver: approver.clone(),
            requester: me.clone(),
            subject: subject.clone(),
        },
        Action::Revoke { domain, approver, subject },
        Action::CreateToken { of: me.clone() },
        Action::RevokeToken { of: me.clone() },
        Action::ReadActivity { of: Some(me) },
    ]
}

/// A new action does not compile here until it has a place, and fails below until [`Action::every`] lists it.
fn place(action: &Action) -> usize {
    match action {
        Action::Query => 0,
        Action::Browse => 1,
        Action::Plan => 2,
        Action::KeepDesk => 3,
        Action::ChangePeople => 4,
        Action::ChangeStores => 5,
        Action::ChangeMeshRules => 6,
        Action::ChangeGovernance { loosens: false } => 7,
        Action::ChangeGovernance { loosens: true } => 8,
        Action::CreateDomain(_) => 9,
        Action::ChangeDomain(_) => 10,
        Action::ChangeSources(_) => 11,
        Action::ChangeSilver(_) => 12,
        Action::ChangeProduct(_) => 13,
        Action::ChangeAccess(_) => 14,
        Action::Retire(_) => 15,
        Action::Run(_) => 16,
        Action::DryRun(_) => 17,
        Action::Publish(_) => 18,
        Action::Rollback(_) => 19,
        Action::RequestAccess { .. } => 20,
        Action::WithdrawRequest { .. } => 21,
        Action::DecideRequest { .. } => 22,
        Action::DiscussRequest { .. } => 23,
        Action::Revoke { .. } => 24,
        Action::Declassify(_) => 25,
        Action::Tag(_) => 26,
        Action::CreateToken { .. } => 27,
        Action::RevokeToken { .. } => 28,
        Action::ReadAccess(_) => 29,
        Action::ReadPeople => 30,
        Action::ReadJournal => 31,
        Action::ReadActivity { of: None } => 32,
        Action::ReadActivity { of: Some(_) } => 33,
        Action::ReadAsOf => 34,
    }
}
const PLACES: usize = 35;

#[test]
fn every_action_is_in_the_matrix() {
    let places: Vec<usize> = actions().iter().map(place).collect();
    assert_eq!(places, (0..PLACES).collect::<Vec<_>>());
}

#[test]
#[allow(clippy::disallowed_methods, reason = "the switch that rewrites golden files is an environment variable")]
fn the_matrix_of_roles_and_actions_is_the_golden_one() {
    let (view, actors) = (view(), actors());
    let mut text = String::from(
        "Who may do what in domain `claims`; requests are ana's, decided by `claims-stewards`.\n\
         `x` may, `.` may not. Rewritten with UPDATE_GOLDEN=1.\n\n",
    );
    for (index, (name, _)) in actors.iter().enumerate() {
        writeln!(text, "{:>2} {name}", index + 1).unwrap();
    }
    write!(text, "\n{:<42}", "").unwrap();
    (1..=actors.len()).for_each(|index| write!(text, "{index:>3}").unwrap());
    text.push('\n');
    for action in actions() {
        write!(text, "{:<42}", action.verb()).unwrap();
        for (_, actor) in &actors {
            write!(text, "{:>3}", if may(actor, &action, &view).is_ok() { 'x' } else { '.' }).unwrap();
        }
        text.push('\n');
    }
    for index in 0..own(&actors[0].1.principal).len() {
        let verb = own(&actors[0].1.principal)[index].verb().to_owned();
        write!(text, "{:<42}", format!("their own: {verb}")).unwrap();
        for (_, actor) in &actors {
            let allowed = may(actor, &own(&actor.principal)[index], &view).is_ok();
            write!(text, "{:>3}", if allowed { 'x' } else { '.' }).unwrap();
        }
        text.push('\n');
    }
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/authz-matrix.txt");
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(&path, &text).unwrap();
    }
    let golden = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(text, golden, "who may do what has changed; review it, then run with UPDATE_GOLDEN=1");
}

fn decide(requester: &str, subject: &str) -> Action {
    Action::DecideRequest {
        domain: "claims".parse().unwrap(),
        approver: "claims-stewards".parse().unwrap(),
        requester: requester.parse().unwrap(),
        subject: subject.parse().unwrap(),
    }
}

#[test]
fn nobody_decides_for_themselves() {
    let view = view();
    let stu = actor("user:stu", &["claims-stewards", "fraud-analysts"]);
    for (requester, subject, expected) in [
        ("user:ana", "user:ana", true),
        ("user:ana", "group:claims-owners", true),
        ("user:ana", "service:svc-policy", true),
        ("user:stu", "user:stu", false),
        ("user:stu", "user:ana", false),
        ("user:ana", "user:stu", false),
        ("user:ana", "group:fraud-analysts", false),
        ("user:stu", "group:claims-owners", false),
    ] {
        let answer = may(&stu, &decide(requester, subject), &view);
        assert_eq!(answer.is_ok(), expected, "{requester} for {subject}");
        if let Err(problem) = answer {
            assert_eq!((problem.code(), problem.sqlstate()), (Code::NotAllowed, "42501"));
        }
    }
    // Neither other domains' stewards, nor owners, nor admins, nor a service in the group.
    for other in [
        actor("user:pat", &["policy-stewards"]),
        actor("user:bob", &["claims-owners"]),
        actor("user:admin", &["platform-team"]),
        actor("service:svc-claims", &["claims-stewards"]),
    ] {
        assert!(may(&other, &decide("user:ana", "user:ana"), &view).is_err(), "{other:?}");
    }
}

#[test]
fn the_approver_is_who_the_access_rules_name() {
    let approver: GroupName = "data-board".parse().unwrap();
    let action = Action::DecideRequest {
        domain: "claims".parse().unwrap(),
        approver,
        requester: "user:ana".parse().unwrap(),
        subject: "user:ana".parse().unwrap(),
    };
    assert!(may(&actor("user:dan", &["data-board"]), &action, &view()).is_ok());
    assert!(may(&actor("user:stu", &["claims-stewards"]), &action, &view()).is_err());
}

#[test]
fn requests_are_for_oneself_ones_groups_and_ones_services() {
    let view = view();
    let request = |subject: &str| Action::RequestAccess { subject: subject.parse().unwrap() };
    let ana = actor("user:ana", &["fraud-analysts"]);
    let bob = actor("user:bob", &["claims-owners"]);
    for (who, subject, expected) in [
        (&ana, "user:ana", true),
        (&ana, "group:fraud-analysts", true),
        (&ana, "user:bob", false),
        (&ana, "group:claims-owners", false),
        (&ana, "service:svc-claims", false),
        (&bob, "service:svc-claims", true),
        (&bob, "service:svc-policy", false),
        (&bob, "service:svc-unknown", false),
    ] {
        assert_eq!(may(who, &request(subject), &view).is_ok(), expected, "{subject}");
    }
    let service = actor("service:svc-claims", &[]);
    assert!(may(&service, &request("service:svc-claims"), &view).is_ok());
}

#[test]
fn one_may_always_give_up_withdraw_and_look_at_ones_own() {
    let view = view();
    let ana = actor("user:ana", &[]);
    let me: Principal = "user:ana".parse().unwrap();
    let revoke = |subject: &str| Action::Revoke {
        domain: "claims".parse().unwrap(),
        approver: "claims-stewards".parse().unwrap(),
        subject: subject.parse().unwrap(),
    };
    for action in [
        Action::WithdrawRequest { by: me.clone() },
        Action::ReadActivity { of: Some(me.clone()) },
        Action::RevokeToken { of: me.clone() },
        revoke("user:ana"),
    ] {
        assert!(may(&ana, &action, &view).is_ok(), "{action:?}");
        assert!(may(&actor("user:eve", &[]), &action, &view).is_err(), "{action:?}");
    }
    assert!(may(&ana, &revoke("group:fraud-analysts"), &view).is_err());
    assert!(may(&ana, &Action::CreateToken { of: me }, &view).is_err());
}

#[test]
fn a_domain_that_does_not_exist_is_not_found_whoever_asks() {
    let view = view();
    for who in [actor("user:eve", &[]), actor("user:bob", &["claims-owners"]), actor("user:admin", &[])] {
        for action in [
            Action::Run("nowhere".parse().unwrap()),
            Action::Publish("nowhere".parse().unwrap()),
            Action::Declassify("nowhere".parse().unwrap()),
        ] {
            assert_eq!(may(&who, &action, &view).unwrap_err().code(), Code::NotFound);
        }
    }
    let create = Action::CreateDomain("nowhere".parse().unwrap());
    assert!(may(&actor("user:admin", &[]), &create, &view).is_ok());
    assert!(may(&actor("user:bob", &["claims-owners"]), &create, &view).is_err());
}

#[test]
fn roles_without_a_group_are_nobodys() {
    let mut view = view();
    view.mesh = Roles::default();
    for (who, action) in [
        (actor("user:gia", &["governance-guild"]), Action::ChangeGovernance { loosens: false }),
        (actor("user:adm", &["platform-team"]), Action::ChangePeople),
        (actor("user:ida", &["internal-audit"]), Action::ReadJournal),
    ] {
        assert!(may(&who, &action, &view).is_err(), "{action:?}");
    }
    assert!(may(&actor("user:admin", &[]), &Action::ChangePeople, &view).is_ok());
    // A service called admin is not the principal `admin`.
    assert!(may(&actor("service:admin", &[]), &Action::ChangePeople, &view).is_err());
}

#[test]
fn refusals_say_who_may_and_which_scope_is_missing() {
    let view = view();
    let publish = Action::Publish("claims".parse().unwrap());
    let problem = may(&actor("user:eve", &[]), &publish, &view).unwrap_err();
    assert_eq!(
        problem.message(),
        "only the owners of `claims` (group `claims-owners`) or the engineers of `claims` (group `claims-engineers`) \
         or a service of `claims` may publish"
    );
    let problem = may(&with_scopes(actor("user:bob", &["claims-owners"]), &["query"]), &publish, &view).unwrap_err();
    assert_eq!(problem.message(), "this token's scopes do not let it publish");
    assert_eq!(problem.hint(), Some("use a token with the scope `publish:claims`"));
}

#[test]
fn what_is_allowed_says_to_whom_and_what() {
    let allowed = may(&actor("user:eve", &[]), &Action::Browse, &view()).unwrap();
    assert_eq!(allowed.action(), &Action::Browse);
    assert_eq!(allowed.principal().to_string(), "user:eve");
}

/// Whatever a token is narrowed to, it never does what its principal may not.
#[test]
fn scopes_narrow_and_never_widen() {
    let view = view();
    let scopes: Vec<TokenScope> = ["query", "run:claims", "publish:claims", "apply:claims", "decide:claims"]
        .map(|scope| scope.parse().unwrap())
        .into();
    for (name, bare) in actors().into_iter().filter(|(_, actor)| actor.scopes.is_none()) {
        let can = |actor: &Actor| -> BTreeSet<usize> {
            actions().iter().filter(|action| may(actor, action, &view).is_ok()).map(place).collect()
        };
        let all = can(&bare);
        for scope in &scopes {
            let narrowed = Actor { scopes: Some(vec![scope.clone()]), ..bare.clone() };
            assert!(can(&narrowed).is_subset(&all), "{name} with {scope}");
        }
    }
}
