//! What a plan and an apply tell to whom (M1, M17): every kind of object, every reach, every verb.

use std::collections::BTreeSet;

use governance::authorise::Actor;
use model::{Code, access::RowsGrant, principal::Subject, publication::Publication};
use registry::{
    Command, Done, Object, Publish, Reach, RequestAccess, Revocation, Sight,
    plan::{Change, Confirmed, Plan, Verb},
};

use crate::house::{CONTRACT, Files, House, apply, approval, enriched, files};

const ACCESS: &str = "domains/claims/products/enriched/access.yaml";

/// How far `pia` of the domain `policy` reaches, by object: while `claims.enriched` is listed, and while it is not.
const TABLE: [(&str, Reach, Reach); 9] = [
    ("mesh", Reach::Visible, Reach::Visible),
    ("purposes", Reach::Visible, Reach::Visible),
    ("glossary", Reach::Visible, Reach::Visible),
    ("classification:pii", Reach::Visible, Reach::Visible),
    ("people", Reach::Visible, Reach::Visible),
    ("domain:claims", Reach::Visible, Reach::Hidden),
    ("source:claims.drops", Reach::Hidden, Reach::Hidden),
    ("silver:claims.notices", Reach::Hidden, Reach::Hidden),
    ("product:claims.enriched", Reach::Visible, Reach::Hidden),
];

/// One change of each object: the file, what stands there, what stands there instead.
const CHANGES: [(&str, &str, &str, &str); 9] = [
    ("mesh", "mesh.yaml", "regions: [local]", "regions: [local, far]"),
    ("purposes", "governance/purposes.yaml", "Sell}", "Sell more}"),
    ("glossary", "governance/glossary/terms.yaml", "Somebody", "Anybody"),
    ("classification:pii", "governance/classifications/pii.yaml", "kind: token", "kind: partial, of: email"),
    ("people", "people.yaml", "{name: zoe, groups: []}", "{name: zoe, groups: [fraud-analysts]}"),
    ("domain:claims", "domains/claims/domain.yaml", "CC-1", "CC-9"),
    ("source:claims.drops", "domains/claims/sources/drops.yaml", "notices/", "other/"),
    ("silver:claims.notices", "domains/claims/silver/notices.sql", "claim_id, email", "claim_id, 1 AS one, email"),
    ("product:claims.enriched", ACCESS, "visibility", "scopes: {eu: \"region = 'EU'\"}\nvisibility"),
];

/// Who reaches everything of the domain `claims`, and who everything there is.
const OF_CLAIMS: [&str; 4] = ["otto", "emil", "stella", "svc-claims"];
const OF_THE_MESH: [&str; 4] = ["gus", "paul", "admin", "udo"];

/// The small mesh, published, with an auditor; `claims.enriched` is listed or not.
async fn world(visibility: &str) -> (House, Files) {
    let house = House::empty().await;
    let mut files = files();
    let people = String::from_utf8(files["people.yaml"].clone()).unwrap();
    let people = people.replace("  - {name: zoe", "  - {name: udo, groups: [audit]}\n  - {name: zoe");
    let people = people.replace("domain: claims}]", "domain: claims}, {name: svc-policy, domain: policy}]");
    files.insert("people.yaml".into(), people.into_bytes());
    files.insert(ACCESS.into(), format!("visibility: {visibility}\n").into_bytes());
    house.apply("admin", &files).await.unwrap();
    house.publish(1).await.unwrap();
    (house, files)
}

fn changed(files: &Files, object: &str) -> Files {
    let (_, path, from, to) = CHANGES.into_iter().find(|(name, ..)| *name == object).unwrap();
    let text = String::from_utf8(files[path].clone()).unwrap();
    assert!(text.contains(from), "{path}: {text}");
    let mut files = files.clone();
    files.insert(path.into(), text.replace(from, to).into_bytes());
    files
}

fn without(files: &Files, prefix: &str) -> Files {
    let left: Files =
        files.iter().filter(|(path, _)| !path.starts_with(prefix)).map(|(p, b)| (p.clone(), b.clone())).collect();
    assert!(left.len() < files.len());
    left
}

fn planned(house: &House, name: &str, files: &Files) -> Plan {
    house.plan(name, files, &Confirmed::default()).unwrap_or_else(|problem| panic!("{name}: {problem:?}"))
}

fn change_of<'a>(plan: &'a Plan, object: &str) -> Option<&'a Change> {
    plan.changes.iter().find(|change| change.object.to_string() == object)
}

fn reach_of(house: &House, actor: &Actor, object: &str) -> Reach {
    let mesh = house.registry.mesh();
    Sight::of(&mesh, actor, house.registry.now()).reach(&mesh, &object.parse::<Object>().unwrap())
}

/// That nothing but the files is told, and that it is not theirs to change.
#[track_caller]
fn assert_bare(change: &Change, verb: Verb) {
    assert_eq!(change.verb, verb, "{change:?}");
    assert!(change.details.is_empty() && change.felt_by.is_empty() && change.loosens.is_empty(), "{change:?}");
    assert!(change.confirm.is_none() && change.refused.is_some(), "{change:?}");
}

#[tokio::test]
async fn reach_follows_roles_and_what_is_visible() {
    for (visibility, listed) in [("listed", true), ("unlisted", false)] {
        let (house, _) = world(visibility).await;
        let actor = |name: &str| house.context(name).actor;
        for (object, if_listed, if_not) in TABLE {
            let expected = if listed { if_listed } else { if_not };
            assert_eq!(reach_of(&house, &actor("pia"), object), expected, "{visibility} {object}");
            for name in OF_THE_MESH {
                assert_eq!(reach_of(&house, &actor(name), object), Reach::Full, "{name} {object}");
            }
            let in_domain = object.contains("claims");
            for name in OF_CLAIMS {
                let expected = if in_domain { Reach::Full } else { Reach::Visible };
                assert_eq!(reach_of(&house, &actor(name), object), expected, "{name} {object}");
            }
            // A token narrows it: to the domains it may apply, whatever the role.
            for (name, scope, full) in [
                ("emil", "apply:claims", in_domain),
                ("emil", "apply:policy", false),
                ("gus", "apply:claims", in_domain),
                ("gus", "query", false),
            ] {
                let narrow = Actor { scopes: Some(vec![scope.parse().unwrap()]), ..actor(name) };
                assert_eq!(reach_of(&house, &narrow, object) == Reach::Full, full, "{name} {scope} {object}");
            }
        }
        for absent in ["domain:nowhere", "source:claims.no", "silver:policy.no", "product:claims.no", "product:no.no"] {
            assert_eq!(reach_of(&house, &actor("ana"), absent), Reach::Hidden, "{absent}");
        }
    }
}

#[tokio::test]
async fn what_is_told_depends_on_reach() {
    for (visibility, listed) in [("listed", true), ("unlisted", false)] {
        let (house, files) = world(visibility).await;
        for (object, if_listed, if_not) in TABLE {
            let reach = if listed { if_listed } else { if_not };
            let files = changed(&files, object);
            let whole = planned(&house, "gus", &files);
            let change = change_of(&whole, object).unwrap();
            assert_eq!(change.verb, Verb::Update);
            assert!(!change.details.is_empty() && whole.basis.objects.contains_key(&change.object), "{change:?}");
            let plan = planned(&house, "pia", &files);
            let change = change_of(&plan, object).unwrap();
            assert_bare(change, if reach == Reach::Hidden { Verb::Create } else { Verb::Update });
            assert!(plan.basis.objects.is_empty(), "{object}: {:?}", plan.basis);
            assert!(plan.changes.iter().all(|other| other.object == change.object || other.verb == Verb::Unchanged));
            let problem = house.apply("pia", &files).await.unwrap_err();
            assert_eq!(problem.code(), Code::NotAllowed, "{object}");
            assert_eq!(problem.message(), format!("`{object}`: {}", change.refused.as_ref().unwrap()));
        }
        // Whoever works in the domain is told everything about it.
        for name in OF_CLAIMS {
            let files = changed(&files, "product:claims.enriched");
            let plan = planned(&house, name, &files);
            let change = change_of(&plan, "product:claims.enriched").unwrap();
            assert_eq!(
                (change.verb, change.felt_by.as_slice()),
                (Verb::Update, &["group:claims-owners".to_owned()][..])
            );
            assert_eq!(change.refused.is_none(), name == "otto", "{name}");
        }
        // That a class would show more compares it with what holds: the guild's to know.
        let looser = changed(&files, "classification:pii");
        assert!(!change_of(&planned(&house, "gus", &looser), "classification:pii").unwrap().loosens.is_empty());
        let unchanged = planned(&house, "pia", &files);
        assert!(unchanged.is_empty() && unchanged.basis.objects.is_empty());
        assert_eq!(house.apply("pia", &files).await.unwrap().done, Done::Unchanged);
    }
}

#[tokio::test]
async fn an_absent_file_of_somebody_else_retires_and_tells_nothing() {
    let (house, files) = world("listed").await;
    for (prefix, gone) in [
        ("people.yaml", vec!["people"]),
        ("governance/purposes.yaml", vec!["purposes"]),
        ("governance/glossary/", vec!["glossary"]),
        ("governance/classifications/", vec!["classification:pii"]),
        (
            "domains/claims/",
            vec!["product:claims.enriched", "silver:claims.notices", "source:claims.drops", "domain:claims"],
        ),
    ] {
        let files = without(&files, prefix);
        let retired = |name: &str| {
            let plan = planned(&house, name, &files);
            let gone = plan.changes.iter().filter(|change| change.verb == Verb::Retire);
            gone.map(|change| change.object.to_string()).collect::<Vec<_>>()
        };
        assert_eq!(retired("gus"), gone, "{prefix}");
        assert_eq!(retired("emil"), if prefix == "domains/claims/" { gone.clone() } else { vec![] }, "{prefix}");
        assert_eq!(retired("pia"), Vec::<String>::new(), "{prefix}");
        assert_eq!(house.apply("pia", &files).await.unwrap().done, Done::Unchanged, "{prefix}");
        // To confirm it answers nothing either: there or not, it retires nothing.
        let confirm = |what: &str| {
            let confirmed = Confirmed { retire: vec![what.to_owned()], loosen: vec![] };
            let problem = house.plan("pia", &files, &confirmed).unwrap_err();
            (problem.code(), problem.message().replace(what, "NAME"), problem.hint().map(str::to_owned))
        };
        assert_eq!(confirm(gone[0]), confirm("product:claims.nothing"));
    }
    let only = without(&without(&without(&files, "domains/"), "governance/"), "people.yaml");
    let plan = planned(&house, "pia", &only);
    let told: Vec<_> = plan.changes.iter().map(|change| change.object.to_string()).collect();
    assert_eq!(told, ["mesh", "domain:policy"], "what she sent, and her own domain");
}

/// The repository with another domain, and other groups, in the place of `claims`.
fn renamed(files: &Files, to: &str) -> Files {
    let rename = |text: &str| {
        text.replace("domains/claims/", &format!("domains/{to}/"))
            .replace("domain: claims\n", &format!("domain: {to}\n"))
            .replace("claims-", &format!("{to}-"))
    };
    let text = |bytes: &[u8]| rename(std::str::from_utf8(bytes).unwrap()).into_bytes();
    files.iter().map(|(path, bytes)| (rename(path), text(bytes))).collect()
}

#[tokio::test]
async fn a_guess_at_a_hidden_domain_is_answered_like_one_at_an_absent_domain() {
    let (house, files) = world("unlisted").await;
    // One guesses everything but a detail of each file, so that nothing is exactly what is declared.
    let guessed = ["domain:claims", "source:claims.drops", "silver:claims.notices", "product:claims.enriched"]
        .into_iter()
        .fold(without(&files, "people.yaml"), |files, object| changed(&files, object));
    let told = |files: &Files, name: &str| {
        let plan = planned(&house, "pia", files);
        let changes: Vec<_> =
            plan.changes.iter().filter(|change| change.object.domain().is_some_and(|d| d.as_str() == name)).collect();
        assert_eq!(changes.len(), 4);
        let text = serde_json::to_string(&(changes, &plan.basis.objects, &plan.warnings)).unwrap();
        text.replace("orbits", "claims")
    };
    let absent = renamed(&guessed, "orbits");
    assert_eq!(told(&guessed, "claims"), told(&absent, "orbits"));
    let refused = async |files: &Files| {
        let problem = house.apply("pia", files).await.unwrap_err();
        serde_json::to_string(&problem).unwrap().replace("orbits", "claims")
    };
    let answer = refused(&guessed).await;
    assert_eq!(answer, refused(&absent).await);
    assert!(!answer.contains("claims-owners") && !answer.contains("retired"), "{answer}");
    // Nor does it help that it is retired, or another repository's.
    let own: Files = guessed
        .iter()
        .filter_map(|(path, bytes)| Some((path.strip_prefix("domains/claims/")?.to_owned(), bytes.clone())))
        .collect();
    assert_eq!(house.apply("pia", &own).await.unwrap_err().code(), Code::NotAllowed);
    assert_eq!(house.apply("otto", &own).await.unwrap_err().code(), Code::Conflict);
    let mut gone = apply(&without(&files_of(&house), "domains/claims/products/"));
    gone.confirmed.retire = vec!["claims.enriched".into()];
    house.run("otto", Command::Apply(gone)).await.unwrap();
    assert_eq!(answer, refused(&guessed).await);
    assert_eq!(house.apply("otto", &guessed).await.unwrap_err().code(), Code::Conflict);
}

/// The files that `world` applied, unlisted.
fn files_of(house: &House) -> Files {
    let mesh = house.registry.mesh();
    let mut files = files();
    files.insert(ACCESS.into(), b"visibility: unlisted\n".to_vec());
    assert!(mesh.product(&enriched()).unwrap().access_document.is_some());
    without(&files, "people.yaml")
}

#[tokio::test]
async fn an_expected_basis_asks_nothing_about_others() {
    let (house, files) = world("unlisted").await;
    let ask = async |name: &str, object: &str| {
        let mut asked = apply(&files);
        let mut basis = planned(&house, name, &files).basis;
        basis.objects.insert(object.parse().unwrap(), 0);
        asked.expected = Some(basis);
        house.run(name, Command::Apply(asked)).await.map(|outcome| outcome.done).map_err(|problem| problem.code())
    };
    for object in ["silver:claims.notices", "product:claims.enriched", "domain:claims", "domain:nowhere"] {
        assert_eq!(ask("pia", object).await, Ok(Done::Unchanged), "{object}");
    }
    for name in ["otto", "gus"] {
        assert_eq!(ask(name, "silver:claims.notices").await, Err(Code::PlanStale), "{name}");
    }
}

/// A product of `policy` that nobody else may know of, built from `claims.enriched`.
fn with_premiums(files: &Files, visibility: &str) -> Files {
    let mut files = files.clone();
    let folder = "domains/policy/products/premiums";
    for (file, text) in [
        ("contract.yaml", CONTRACT.replace("claims.enriched", "policy.premiums")),
        ("claims.sql", "/* tessera\n*/\nSELECT claim_id, email, region FROM claims.enriched.claims\n".to_owned()),
        ("access.yaml", format!("visibility: {visibility}\n")),
    ] {
        files.insert(format!("{folder}/{file}"), text.into_bytes());
    }
    files
}

#[tokio::test]
async fn an_owner_is_not_told_of_a_hidden_reader() {
    for (visibility, felt) in
        [("unlisted", vec!["group:claims-owners"]), ("listed", vec!["group:claims-owners", "product:policy.premiums"])]
    {
        let (house, files) = world("listed").await;
        let files = with_premiums(&files, visibility);
        house.apply("pia", &files).await.unwrap();
        let mesh = house.registry.mesh();
        let premiums: model::reference::ProductRef = "policy.premiums".parse().unwrap();
        let input: &Publication = mesh.product(&enriched()).unwrap().publication.as_ref().unwrap();
        let candidate = Publish {
            contract: mesh.product(&premiums).unwrap().contract_digest,
            product: premiums,
            inputs: vec![(enriched(), input.id)],
            based_on: None,
            ..house.candidate(1)
        };
        house.run("pia", Command::Publish(Box::new(candidate))).await.unwrap();
        let files = changed(&files, "product:claims.enriched");
        let plan = planned(&house, "otto", &files);
        assert_eq!(change_of(&plan, "product:claims.enriched").unwrap().felt_by, felt, "{visibility}");
        let plan = planned(&house, "gus", &files);
        let all = &change_of(&plan, "product:claims.enriched").unwrap().felt_by;
        assert!(all.contains(&"product:policy.premiums".to_owned()), "{all:?}");
    }
}

#[tokio::test]
async fn a_check_proposes_and_knows_what_the_actor_may_know() {
    let (house, files) = world("unlisted").await;
    let files = without(&files, "domains/claims/");
    let naming = |table: &str| {
        let mut files = files.clone();
        let text = format!("/* tessera\n*/\nSELECT claim_id FROM {table}.enriched.claims\n");
        files.insert("domains/policy/silver/mine.sql".into(), text.into_bytes());
        files
    };
    let told = |name: &str, table: &str| {
        let plan = planned(&house, name, &naming(table));
        let told = plan.warnings.iter().filter(|warning| warning.message().contains("does not exist"));
        let told = told.map(|warning| serde_json::to_string(warning).unwrap().replace(table, "NAME"));
        told.collect::<BTreeSet<_>>()
    };
    // A hidden domain is warned of like an absent one, and a slip is not mended with its name.
    let hidden = told("pia", "claims");
    assert_eq!(hidden.len(), 1, "{hidden:?}");
    for table in ["orbits", "claimz"] {
        assert_eq!(told("pia", table), hidden, "{table}");
    }
    assert!(told("gus", "claimz").iter().any(|text| text.contains("did you mean `claims`?")));
    assert!(told("gus", "claims").is_empty());
    assert!(told("pia", "orbits").iter().all(|text| !text.contains("claims`")));
}

#[tokio::test]
async fn who_builds_names_what_the_domains_service_reads() {
    let (house, files) = world("listed").await;
    let mut unlisted = files.clone();
    unlisted.insert(ACCESS.into(), b"visibility: unlisted\n".to_vec());
    let mut sent = without(&files, "domains/claims/");
    let text = "/* tessera\n*/\nSELECT claim_id FROM claims.enriched.claims\n";
    sent.insert("domains/policy/silver/mine.sql".into(), text.into());
    let unknown = || {
        let warnings = planned(&house, "pia", &sent).warnings;
        warnings.iter().filter(|warning| warning.message() == "the domain `claims` does not exist").count()
    };
    assert_eq!(unknown(), 0);
    let ask = RequestAccess {
        subject: Some(Subject::Principal(house.registry.mesh().principal_named("svc-policy").unwrap())),
        product: enriched(),
        purpose: "billing".parse().unwrap(),
        rows: RowsGrant::Default,
        clear: vec![],
        until: None,
        reason: "to know what is owed".into(),
    };
    let Done::Requested { request, .. } = house.run("pia", Command::RequestAccess(ask)).await.unwrap().done else {
        panic!()
    };
    house.run("stella", Command::Decide { request, verdict: approval() }).await.unwrap();
    house.apply("otto", &unlisted).await.unwrap();
    // Nobody else sees it any more; the service reads on, and its people may name what it reads.
    assert_eq!(reach_of(&house, &house.context("ana").actor, "domain:claims"), Reach::Hidden);
    assert_eq!(unknown(), 0);
    let granted = house
        .registry
        .mesh()
        .entitlements_of(&enriched())
        .find(|held| held.subject.to_string() == "service:svc-policy")
        .unwrap()
        .id;
    house.run("stan", Command::Revoke(Revocation::Entitlement(granted))).await.unwrap();
    assert_eq!(unknown(), 1);
}

#[tokio::test]
async fn a_domains_own_repository_is_checked_with_what_its_people_may_know() {
    let (house, files) = world("unlisted").await;
    let people = String::from_utf8(files["people.yaml"].clone()).unwrap();
    let people = people.replace(
        "  - {name: zoe, groups: []}",
        "  - {name: zoe, groups: [shop-owners]}\n  - {name: stu, groups: [shop-stewards]}",
    );
    let mut with_shop = files;
    with_shop.insert("people.yaml".into(), people.into_bytes());
    house.apply("paul", &with_shop).await.unwrap();
    let shop = |more: &str| {
        let text = format!(
            "domain: shop\ncost_center: CC-3\nregion: local\nowner: shop-owners\nsteward: shop-stewards\n{more}"
        );
        Files::from([("domain.yaml".to_owned(), text.into_bytes())])
    };
    house.apply("paul", &shop("")).await.unwrap();
    let told = |name: &str, more: &str| match house.plan(name, &shop(more), &Confirmed::default()) {
        Ok(plan) => serde_json::to_string(&plan.warnings).unwrap(),
        Err(problem) => serde_json::to_string(&problem).unwrap(),
    };
    // An empty group is told as such, without the name of one that belongs to a hidden domain.
    let slip = told("zoe", "engineers: claims-engineerz\n");
    assert!(slip.contains("nobody is in the group") && !slip.contains("claims-engineers"), "{slip}");
    assert!(told("gus", "engineers: claims-engineerz\n").contains("did you mean `claims-engineers`?"));
    assert!(told("zoe", "engineers: shop-ownerz\n").contains("did you mean `shop-owners`?"));
    // A group that has people in it is no mistake, whoever asks from within the domain.
    assert_eq!(told("zoe", "engineers: fraud-analysts\n"), "[]");
    // A service of a hidden domain is nobody's.
    let taken = told("zoe", "service: svc-claims\n");
    assert_eq!(taken.replace("svc-claims", "NAME"), told("zoe", "service: svc-orbits\n").replace("svc-orbits", "NAME"));
    assert!(told("gus", "service: svc-claims\n").contains("works for the domain `claims`"));
}
