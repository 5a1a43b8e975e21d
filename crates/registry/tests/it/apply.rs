//! Apply: genesis, roles, ownership, retirement, stale plans.

use model::Code;
use registry::{
    Command, Done, Object,
    plan::{Confirmed, Plan, Verb},
};

use crate::house::{CONTRACT, Files, House, apply, enriched, files};

fn with(path: &str, text: &str) -> Files {
    let mut files = files();
    files.insert(path.into(), text.into());
    files
}

fn without(paths: &[&str]) -> Files {
    let mut files = files();
    for path in paths {
        assert!(files.remove(*path).is_some(), "{path}");
    }
    files
}

#[tokio::test]
async fn admin_applies_a_whole_repository_once_and_others_do_not() {
    let house = House::empty().await;
    assert_eq!(house.apply("paul", &files()).await.unwrap_err().code(), Code::NotAllowed);
    let outcome = house.apply("admin", &files()).await.unwrap();
    let Done::Applied { declared, retired } = outcome.done else { panic!() };
    let order: Vec<String> = declared.iter().map(|(_, object)| object.to_string()).collect();
    assert_eq!(
        order,
        [
            "mesh",
            "purposes",
            "glossary",
            "classification:pii",
            "people",
            "domain:claims",
            "domain:policy",
            "source:claims.drops",
            "silver:claims.notices",
            "product:claims.enriched"
        ]
    );
    assert!(retired.is_empty());
    let mesh = house.registry.mesh();
    assert_eq!(mesh.pending_zones().count(), 2);
    assert_eq!(mesh.product(&enriched()).unwrap().access.max_days, 30);
    // From here on the roles hold: the rows and the rules are not the admin's.
    let files = with("domains/claims/silver/notices.sql", "/* tessera\n*/\nSELECT claim_id FROM bronze.notices\n");
    assert_eq!(house.apply("admin", &files).await.unwrap_err().code(), Code::NotAllowed);
}

#[tokio::test]
async fn nothing_changed_appends_nothing() {
    let house = House::furnished().await;
    let before = house.registry.mesh().seq();
    let outcome = house.apply("zoe", &files()).await.unwrap();
    assert_eq!((outcome.done, house.registry.mesh().seq()), (Done::Unchanged, before));
    assert!(outcome.plan.unwrap().is_empty());
}

#[tokio::test]
async fn each_role_applies_its_own_files_only() {
    let house = House::furnished().await;
    let silver =
        with("domains/claims/silver/notices.sql", "/* tessera\n*/\nSELECT claim_id, 1 AS x FROM bronze.notices\n");
    for name in ["ana", "gus", "pia", "paul", "stella"] {
        assert_eq!(house.apply(name, &silver).await.unwrap_err().code(), Code::NotAllowed, "{name}");
    }
    house.apply("emil", &silver).await.unwrap();
    let mut access = silver.clone();
    let path = "domains/claims/products/enriched/access.yaml";
    access.insert(path.into(), b"approve: {max_days: 20}\n".to_vec());
    assert_eq!(house.apply("emil", &access).await.unwrap_err().code(), Code::NotAllowed);
    house.apply("otto", &access).await.unwrap();
    assert_eq!(house.registry.mesh().product(&enriched()).unwrap().access.max_days, 20);
    let mut people = access.clone();
    people.insert(
        "people.yaml".into(),
        b"people: [{name: ana, groups: [x]}]\nservices: [{name: svc-claims, domain: claims}]\n".to_vec(),
    );
    assert_eq!(house.apply("gus", &people).await.unwrap_err().code(), Code::NotAllowed);
    house.apply("paul", &people).await.unwrap();
    assert!(house.registry.mesh().principal_named("zoe").is_none());
}

#[tokio::test]
async fn an_apply_cannot_give_itself_a_role() {
    let house = House::furnished().await;
    let mut files = with(
        "domains/claims/domain.yaml",
        "domain: claims\ncost_center: CC-1\nregion: local\nowner: fraud-analysts\nsteward: claims-stewards\n",
    );
    files.insert(
        "domains/claims/silver/notices.sql".into(),
        b"/* tessera\n*/\nSELECT 1 AS x FROM bronze.notices\n".to_vec(),
    );
    assert_eq!(house.apply("ana", &files).await.unwrap_err().code(), Code::NotAllowed);
}

#[tokio::test]
async fn a_loosening_of_governance_is_refused_and_a_tightening_is_not() {
    let house = House::furnished().await;
    let path = "governance/classifications/pii.yaml";
    let email = |mask: &str| {
        format!(
            "root: pii\nclasses:\n  email: {{level: confidential, mask: {mask}}}\n  birth: {{mask: {{kind: generalise, to: year}}}}\n"
        )
    };
    let loose = with(path, &email("{kind: partial, of: email}"));
    let problem = house.apply("gus", &loose).await.unwrap_err();
    assert_eq!(problem.code(), Code::NotAllowed);
    assert!(problem.message().contains("the mask of `pii.email` would show more"), "{}", problem.message());
    house.apply("gus", &with(path, &email("{kind: 'null'}"))).await.unwrap();
    // Dropping the whole root would turn classes into labels.
    let mut gone = apply(&without(&[path]));
    gone.confirmed.retire = vec!["pii".into()];
    assert!(house.run("gus", Command::Apply(gone)).await.is_err());
}

#[tokio::test]
async fn a_class_that_comes_back_is_compared_with_what_it_was() {
    let house = House::furnished().await;
    let path = "governance/classifications/pii.yaml";
    let file = |extra: &str| {
        let kept = "root: pii\nclasses:\n  email: {level: confidential, mask: {kind: token}}\n  birth: {mask: {kind: generalise, to: year}}\n";
        format!("{kept}{extra}")
    };
    let shoe = |mask: &str| file(&format!("  shoe: {{mask: {mask}}}\n"));
    house.apply("gus", &with(path, &shoe("{kind: 'null'}"))).await.unwrap();
    house.apply("gus", &with(path, &file(""))).await.unwrap();
    let problem = house.apply("gus", &with(path, &shoe("{kind: partial, of: last4}"))).await.unwrap_err();
    assert_eq!(problem.code(), Code::NotAllowed);
    assert!(problem.message().contains("`pii.shoe`"), "{}", problem.message());
    house.apply("gus", &with(path, &shoe("{kind: denied}"))).await.unwrap();
}

#[tokio::test]
async fn an_absent_file_retires_only_when_somebody_says_so() {
    let house = House::published().await;
    let product = "domains/claims/products/enriched/";
    let gone = without(&[
        &format!("{product}contract.yaml"),
        &format!("{product}access.yaml"),
        &format!("{product}claims.sql"),
    ]);
    let plan = planned(&house, &gone);
    let change = plan.changes.iter().find(|change| change.verb == Verb::Retire).unwrap();
    assert_eq!(change.object, Object::Product(enriched()));
    assert_eq!(change.confirm.as_deref(), Some("--retire claims.enriched"));
    assert_eq!(change.felt_by, ["group:claims-owners"]);
    let problem = house.apply("otto", &gone).await.unwrap_err();
    assert_eq!(problem.code(), Code::RetirementRequired);
    let mut confirmed = apply(&gone);
    confirmed.confirmed.retire = vec!["claims.enriched".into()];
    house.run("otto", Command::Apply(confirmed)).await.unwrap();
    let mesh = house.registry.mesh();
    let state = mesh.product(&enriched()).unwrap();
    assert!(state.retired.is_some() && state.entitlements.is_empty());
    // Names are never used again.
    assert_eq!(house.apply("otto", &files()).await.unwrap_err().code(), Code::Conflict);
    let mut wrong = apply(&gone);
    wrong.confirmed.retire = vec!["claims.nothing".into()];
    assert_eq!(house.run("otto", Command::Apply(wrong)).await.unwrap_err().code(), Code::InvalidValue);
}

/// The plan of some files as their owner gets it, with nothing confirmed.
fn planned(house: &House, files: &Files) -> Plan {
    house.plan("otto", files, &Confirmed::default()).unwrap()
}

const ACCESS: &str = "domains/claims/products/enriched/access.yaml";

/// The access file of the small mesh, with a default scope and a restriction.
const NARROW: &str = "visibility: unlisted\nscopes: {eu: \"region = 'EU'\"}\ndefault_scope: eu\n\
    restrict: [\"region <> 'IN'\"]\npurposes: [fraud-detection, billing]\n\
    approve: {auto: [{group: fraud-analysts, purpose: billing, days: 7}], max_days: 30}\n";

#[tokio::test]
async fn access_that_would_show_more_is_confirmed_in_so_many_words() {
    let house = House::published().await;
    house.apply("otto", &with(ACCESS, NARROW)).await.unwrap();
    for (from, to, expected) in [
        ("unlisted", "listed", "everybody would see that it exists"),
        ("restrict: [\"region <> 'IN'\"]\n", "", "the restriction `region <> 'IN'` would be gone"),
        ("region <> 'IN'", "region <> 'US'", "the restriction `region <> 'IN'` would be gone"),
        ("default_scope: eu\n", "", "entitlements without a scope would read every row"),
        ("region = 'EU'", "region <> 'IN'", "entitlements with the scope `eu` would read other rows"),
        ("days: 7", "days: 8", "`fraud-analysts` would read it for `billing` without anybody deciding"),
    ] {
        let wider = with(ACCESS, &NARROW.replace(from, to));
        let change = planned(&house, &wider).changes.into_iter().find(|change| change.verb == Verb::Update).unwrap();
        assert!(change.loosens.iter().any(|line| line == expected), "{from}: {:?}", change.loosens);
        assert_eq!(change.confirm.as_deref(), Some("--loosen claims.enriched"));
        let before = house.registry.mesh().seq();
        let problem = house.apply("otto", &wider).await.unwrap_err();
        assert_eq!(problem.code(), Code::LooseningRequired, "{problem:?}");
        assert!(problem.hint().unwrap().contains("--loosen claims.enriched"), "{problem:?}");
        assert_eq!(house.registry.mesh().seq(), before, "nothing is applied");
    }
    // Without the file the defaults hold, and they show everything.
    let gone = planned(&house, &without(&[ACCESS]));
    assert_eq!(gone.changes.iter().find(|change| change.verb == Verb::Update).unwrap().loosens.len(), 3);
    for narrower in [
        NARROW.replace("days: 7", "days: 5"),
        NARROW.replace("restrict: [", "restrict: [\"claim_id <> 'x'\", "),
        NARROW
            .replace("purposes: [fraud-detection, billing]\n", "purposes: [fraud-detection]\n")
            .replace("auto: [{group: fraud-analysts, purpose: billing, days: 7}], ", ""),
    ] {
        let change = planned(&house, &with(ACCESS, &narrower)).changes;
        assert!(change.iter().all(|change| change.loosens.is_empty()), "{narrower}: {change:?}");
    }
    let mut confirmed = apply(&without(&[ACCESS]));
    confirmed.confirmed.loosen = vec!["claims.enriched".into()];
    house.run("otto", Command::Apply(confirmed.clone())).await.unwrap();
    // The same again loosens nothing any more.
    assert_eq!(house.run("otto", Command::Apply(confirmed)).await.unwrap_err().code(), Code::InvalidValue);
}

#[tokio::test]
async fn rules_of_what_nobody_can_read_yet_change_freely() {
    let house = House::furnished().await;
    house.apply("otto", &with(ACCESS, NARROW)).await.unwrap();
    house.apply("otto", &without(&[ACCESS])).await.unwrap();
}

#[tokio::test]
async fn a_plan_reads_what_its_objects_are_made_of() {
    let house = House::published().await;
    let basis = |path: &str, text: &str| {
        let objects = planned(&house, &with(path, text)).basis.objects;
        objects.into_keys().map(|object| object.to_string()).collect::<Vec<_>>()
    };
    let silver = "domains/claims/silver/notices.sql";
    assert_eq!(
        basis(silver, "SELECT claim_id, email, region, 1 AS one FROM bronze.notices\n"),
        ["domain:claims", "source:claims.drops", "silver:claims.notices"]
    );
    let port = "domains/claims/products/enriched/claims.sql";
    assert_eq!(
        basis(port, "SELECT claim_id, email, upper(region) AS region FROM silver.notices\n"),
        [
            "purposes",
            "glossary",
            "classification:pii",
            "domain:claims",
            "silver:claims.notices",
            "product:claims.enriched"
        ]
    );
    assert_eq!(
        basis(
            "domains/claims/sources/drops.yaml",
            "source: drops\nkind: files\ntables:\n  notices: {path: \"n/*.csv\", format: csv}\n"
        ),
        ["mesh", "domain:claims", "source:claims.drops"]
    );
}

#[tokio::test]
async fn a_plan_is_stale_only_if_what_it_reads_has_moved() {
    let house = House::furnished().await;
    let silver =
        with("domains/claims/silver/notices.sql", "/* tessera\n*/\nSELECT claim_id, 1 AS x FROM bronze.notices\n");
    let plan = planned(&house, &silver);
    let as_planned = || registry::Apply { expected: Some(plan.basis.clone()), ..apply(&silver) };
    // Somebody else publishes: nothing that this plan reads.
    house.publish(1).await.unwrap();
    let other = with("domains/claims/silver/notices.sql", "/* tessera\n*/\nSELECT 7 AS seven FROM bronze.notices\n");
    let unlike = registry::Apply { expected: Some(plan.basis.clone()), ..apply(&other) };
    assert_eq!(house.run("emil", Command::Apply(unlike)).await.unwrap_err().code(), Code::PlanStale);
    house.run("emil", Command::Apply(as_planned())).await.unwrap();
    // The same plan again: its own record has moved the table.
    let problem = house.run("emil", Command::Apply(as_planned())).await.unwrap_err();
    assert_eq!(problem.code(), Code::PlanStale);
    assert!(problem.message().contains("silver:claims.notices"));
}

#[tokio::test]
async fn an_object_belongs_to_the_repository_that_declared_it() {
    let house = House::furnished().await;
    let mut own = Files::new();
    for (path, bytes) in files() {
        if let Some(rest) = path.strip_prefix("domains/claims/") {
            own.insert(rest.to_owned(), bytes);
        }
    }
    let problem = house.apply("otto", &own).await.unwrap_err();
    assert_eq!(problem.code(), Code::Conflict);
    assert!(problem.message().contains("mesh:northpeak"), "{}", problem.message());
    let other = with("mesh.yaml", "mesh: elsewhere\nformat: 1\nregions: [local]\n");
    assert_eq!(house.apply("gus", &other).await.unwrap_err().code(), Code::Conflict);
}

#[tokio::test]
async fn nobody_is_declared_as_admin() {
    let house = House::empty().await;
    for text in ["people: [{name: admin, groups: []}]\n", "services: [{name: tessera, domain: claims}]\n"] {
        let problem = house.apply("admin", &with("people.yaml", text)).await.unwrap_err();
        assert_eq!(problem.code(), Code::InvalidFile, "{text}: {}", problem.message());
    }
}

#[tokio::test]
async fn what_an_actor_may_not_change_can_be_left_out() {
    let house = House::furnished().await;
    let mut both = with("domains/claims/silver/notices.sql", "/* tessera\n*/\nSELECT 2 AS two FROM bronze.notices\n");
    both.insert(
        "people.yaml".into(),
        b"people: [{name: zoe, groups: []}]\nservices: [{name: svc-claims, domain: claims}]\n".to_vec(),
    );
    let mut partly = apply(&both);
    partly.allowed_only = true;
    let outcome = house.run("admin", Command::Apply(partly)).await.unwrap();
    let Done::Applied { declared, .. } = outcome.done else { panic!() };
    assert_eq!(declared.len(), 1);
    assert_eq!(declared[0].1, Object::People);
    assert_eq!(outcome.plan.unwrap().warnings.iter().filter(|w| w.code() == Code::NotAllowed).count(), 1);
}

#[tokio::test]
async fn a_plan_says_what_is_different() {
    let house = House::furnished().await;
    let wider = CONTRACT.replace("version: 1.0.0", "version: 1.1.0") + "      - {name: amount, logicalType: number}\n";
    let plan = planned(&house, &with("domains/claims/products/enriched/contract.yaml", &wider));
    let change = plan.changes.iter().find(|change| change.verb == Verb::Update).unwrap();
    assert!(change.details.contains(&"contract.version: `1.0.0` -> `1.1.0`".to_owned()), "{:?}", change.details);
    assert!(change.details.contains(&"contract.ports.claims.columns.amount added".to_owned()), "{:?}", change.details);
    let text = with("domains/claims/silver/notices.sql", "/* tessera\n*/\nSELECT 2 AS two FROM bronze.notices\n");
    let plan = planned(&house, &text);
    let change = plan.changes.iter().find(|change| change.verb == Verb::Update).unwrap();
    assert_eq!(change.details, ["the document is written differently"]);
}

#[tokio::test]
async fn a_contract_that_promises_something_else_needs_the_version_for_it() {
    let house = House::published().await;
    let path = "domains/claims/products/enriched/contract.yaml";
    let text = |from: &str, to: &str, version: &str| {
        assert!(CONTRACT.contains(from));
        with(path, &CONTRACT.replace(from, to).replace("version: 1.0.0", &format!("version: {version}")))
    };
    let region = "      - {name: region, logicalType: string}\n";
    let more = format!("{region}      - {{name: amount, logicalType: number}}\n");
    for (from, to, versions, code) in [
        (region, more.as_str(), ["1.0.0", "1.0.9"], Code::VersionTooLow),
        ("email, logicalType: string", "email, logicalType: integer", ["1.0.0", "1.7.0"], Code::ContractBreaking),
        ("email, logicalType", "mail, logicalType", ["1.0.0", "1.7.0"], Code::ContractBreaking),
        ("id: claims.enriched\n", "id: claims.enriched\n", ["0.9.0", "0.0.1"], Code::ContractBreaking),
    ] {
        for version in versions {
            let files = text(from, to, version);
            let before = house.registry.mesh().seq();
            for refused in [
                house.plan("otto", &files, &Confirmed::default()).unwrap_err(),
                house.apply("otto", &files).await.unwrap_err(),
            ] {
                assert_eq!(refused.code(), code, "{version}: {refused}");
                assert_eq!(refused.location().map(|location| location.file.as_str()), Some(path));
            }
            assert_eq!(house.registry.mesh().seq(), before);
        }
    }
    let judged = |files: &Files| {
        let plan = planned(&house, files);
        let change = plan.changes.into_iter().find(|change| change.verb == Verb::Update).unwrap();
        (change.details, change.contract)
    };
    let (details, judgement) = judged(&text("email, logicalType", "mail, logicalType", "2.0.0"));
    let judgement = judgement.unwrap();
    assert_eq!(details, ["contract.version: `1.0.0` -> `2.0.0`"]);
    assert_eq!((judgement.published.to_string(), judgement.least.to_string()), ("1.0.0".into(), "2.0.0".into()));
    let lines: Vec<String> = judgement.changes.iter().map(ToString::to_string).collect();
    assert_eq!(lines, ["`claims.email`: the column is gone", "`claims.mail`: the column is new, string"]);
    // A class counts at once, whatever the version; a new version alone changes nothing.
    let (_, judgement) =
        judged(&text("region, logicalType: string", "region, logicalType: string, tags: [x]", "1.0.0"));
    assert_eq!(judgement.unwrap().verdict.to_string(), "documentation");
    assert_eq!(judged(&text("id: claims.enriched\n", "id: claims.enriched\n", "1.4.0")).1, None);
    house.apply("otto", &text("email, logicalType", "mail, logicalType", "2.0.0")).await.unwrap();
    // What was applied and not published is not what readers have.
    let (details, judgement) = judged(&text(region, &more, "1.1.0"));
    assert_eq!(judgement.unwrap().least.to_string(), "1.1.0");
    assert_eq!(details, ["contract.version: `2.0.0` -> `1.1.0`"]);
}

/// S-73: an administrator who would read makes a second person necessary.
#[tokio::test]
async fn nobody_puts_themselves_into_a_group() {
    let house = House::published().await;
    let people = |from: &str, to: &str| {
        let mut files = crate::house::files();
        let text = String::from_utf8(files.remove("people.yaml").unwrap()).unwrap();
        assert!(text.contains(from));
        files.insert("people.yaml".into(), text.replace(from, to).into_bytes());
        files
    };
    let (own, wider) =
        ("{name: paul, groups: [platform-team]}", "{name: paul, groups: [platform-team, claims-owners]}");
    let before = house.registry.mesh().seq();
    let refused = house.apply("paul", &people(own, wider)).await.unwrap_err();
    assert_eq!(refused.code(), Code::NotAllowed);
    assert!(refused.message().contains("claims-owners"), "{}", refused.message());
    assert_eq!(house.registry.mesh().seq(), before);
    // Somebody else may, others may be put anywhere, and leaving a group is nobody's harm.
    house.apply("paul", &people("{name: zoe, groups: []}", "{name: zoe, groups: [fraud-analysts]}")).await.unwrap();
    house.apply("admin", &people(own, wider)).await.unwrap();
    house.apply("paul", &crate::house::files()).await.unwrap();
}
