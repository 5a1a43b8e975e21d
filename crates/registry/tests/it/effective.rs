//! Effective access: what is told of many is what is decided for each.

use std::collections::BTreeMap;

use governance::treatment;
use model::{Code, principal::Principal};
use registry::{
    Command, Revocation,
    effective::{Explanation, GrantState, Moment, PortFacts, ReaderGroup, Visibility, what_can, who_can_read},
};

use crate::house::{DAY, House, enriched};

fn moment<'a>(house: &House, mesh: &'a registry::Mesh) -> Moment<'a> {
    Moment { mesh, now: house.registry.now(), key_version: 1 }
}

fn principals(group: &ReaderGroup) -> Vec<String> {
    group.readers.iter().map(|(principal, _)| principal.to_string()).collect()
}

/// Who can read, by asking the decision point about every single person.
fn one_by_one(house: &House) -> Vec<String> {
    let mesh = house.registry.mesh();
    let moment = moment(house, &mesh);
    let product = mesh.product(&enriched()).unwrap();
    let (port, pinned) = product.publication.as_ref().unwrap().ports.iter().next().unwrap();
    let facts = PortFacts { port, columns: &pinned.columns, restrict: &pinned.restrict };
    let entitlements: Vec<_> = mesh.entitlements_of(&enriched()).collect();
    let mut found: Vec<String> = mesh
        .readers()
        .filter(|reader| moment.ask(reader, product, facts, &entitlements, None, treatment::purposes).is_ok())
        .map(|reader| reader.principal.to_string())
        .collect();
    found.sort();
    found
}

fn together(house: &House) -> Vec<String> {
    let mesh = house.registry.mesh();
    let readers = who_can_read(&moment(house, &mesh), mesh.product(&enriched()).unwrap());
    let mut found: Vec<String> = readers.groups.iter().flat_map(principals).collect();
    found.sort();
    found
}

#[tokio::test]
async fn who_can_read_is_whom_the_decision_lets_read() {
    let house = House::published().await;
    assert_eq!(together(&house), one_by_one(&house));
    let before = together(&house);
    let request = house.request("ana").await;
    assert_eq!(together(&house), before, "asking is not reading");
    house.approve("stella", request).await.unwrap();
    assert_eq!(together(&house), one_by_one(&house));
    assert!(together(&house).contains(&"user:ana".to_owned()), "{:?}", together(&house));
    let mesh = house.registry.mesh();
    let ana = mesh.reader(&"user:ana".parse::<Principal>().unwrap()).unwrap();
    let readable = what_can(&moment(&house, &mesh), &ana);
    assert_eq!(readable.iter().map(|readable| readable.product.clone()).collect::<Vec<_>>(), [enriched()]);
    // Everybody of a group gets what each of them is given alone.
    let product = mesh.product(&enriched()).unwrap();
    for group in who_can_read(&moment(&house, &mesh), product).groups {
        for (principal, through) in &group.readers {
            let reader = mesh.reader(principal).unwrap();
            let alone = what_can(&moment(&house, &mesh), &reader);
            assert_eq!(alone[0].accesses, group.accesses, "{principal}");
            assert!(!through.is_empty());
        }
    }
}

#[tokio::test]
async fn the_chain_of_reasons_is_whole_and_keeps_what_is_over() {
    let house = House::published().await;
    let ana = "user:ana".parse::<Principal>().unwrap();
    let explain = |house: &House| {
        let mesh = house.registry.mesh();
        let reader = mesh.reader(&ana).unwrap();
        Explanation::of(&moment(house, &mesh), &reader, mesh.product(&enriched()).unwrap())
    };
    let nothing = explain(&house);
    assert_eq!((nothing.visible.clone(), nothing.grants.len()), (Some(Visibility::Listed), 0));
    assert_eq!(nothing.refusal.as_ref().unwrap().code(), Code::AccessRequired);
    assert!(nothing.refusal.unwrap().hint().unwrap().contains("tessera request claims.enriched"));
    let request = house.request("ana").await;
    assert_eq!(explain(&house).waiting.iter().map(|waiting| waiting.id).collect::<Vec<_>>(), [request]);
    house.approve("stella", request).await.unwrap();
    let given = explain(&house);
    assert_eq!((given.refusal, given.waiting.len()), (None, 0));
    assert_eq!(given.grants[0].state, GrantState::Active);
    assert_eq!(given.grants[0].request.as_ref().unwrap().id, request);
    let treatment = given.under[0].ports[0].treatment.as_ref().unwrap();
    let reasons: BTreeMap<&str, &str> =
        treatment.columns.iter().map(|column| (column.column.as_str(), column.reasons[0].as_str())).collect();
    assert_eq!(reasons["region"], "carries no class");
    assert!(reasons["email"].contains("pii.email"), "{reasons:?}");
    let until = given.grants[0].entitlement.until.unwrap();
    house.clock.turn(31 * DAY);
    let over = explain(&house);
    assert_eq!(over.grants[0].state, GrantState::Expired(until));
    assert_eq!(over.refusal.unwrap().code(), Code::AccessRequired);
    assert_eq!(together(&house), one_by_one(&house));
    // One that was ended before its time is not one whose time was over.
    let again = house.request("ana").await;
    house.approve("stella", again).await.unwrap();
    let mesh = house.registry.mesh();
    let held = mesh.entitlements().next_back().unwrap().id;
    // What is over is no way to read, though nobody has recorded its end yet.
    let readers = who_can_read(&moment(&house, &mesh), mesh.product(&enriched()).unwrap());
    let through = readers.groups.iter().flat_map(|group| &group.readers).find(|(who, _)| *who == ana).unwrap();
    assert_eq!(through.1.iter().map(|through| through.entitlement).collect::<Vec<_>>(), [held]);
    house.run("stella", Command::Revoke(Revocation::Entitlement(held))).await.unwrap();
    assert!(matches!(explain(&house).grants[0].state, GrantState::Ended(_)));
}
