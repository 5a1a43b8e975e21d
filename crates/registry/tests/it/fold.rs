//! The fold: the same from the first record, from a snapshot, and as it was followed.

use std::collections::BTreeSet;

use model::{Code, Timestamp, time::Span};
use proptest::prelude::*;
use registry::{Command, Mesh, Retention, Revocation, Verdict, journal};
use sqlx::ConnectOptions;

use crate::house::{DAY, House, START, approval, enriched, files, wish};

/// A step of a random history.
#[derive(Debug, Clone)]
enum Step {
    Publish(u64),
    RollBack(usize),
    Ask(&'static str),
    Decide(usize, bool),
    End(usize),
    Edit(u8),
    Wait(i64),
    Latch,
    GiveUp(u32),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (1_u64..50).prop_map(Step::Publish),
        (0_usize..20).prop_map(Step::RollBack),
        prop_oneof![Just("ana"), Just("zoe"), Just("emil")].prop_map(Step::Ask),
        (0_usize..10, any::<bool>()).prop_map(|(at, yes)| Step::Decide(at, yes)),
        (0_usize..10).prop_map(Step::End),
        (0_u8..4).prop_map(Step::Edit),
        (-DAY..20 * DAY).prop_map(Step::Wait),
        Just(Step::Latch),
        (0_u32..40).prop_map(Step::GiveUp),
    ]
}

async fn take(house: &House, step: &Step, number: usize) {
    let mesh = house.registry.mesh();
    let nth = |at: usize, count: usize| (count > 0).then(|| at % count);
    // Refusals are part of a history: they must change nothing.
    let _ = match step {
        Step::Publish(version) => house.publish(*version).await,
        Step::RollBack(at) => {
            let product = mesh.product(&enriched()).unwrap();
            let Some(at) = nth(*at, product.recent.len()) else { return };
            house.run("emil", Command::Rollback { product: enriched(), to: product.recent[at].id }).await
        }
        Step::Ask(name) => house.run(name, Command::RequestAccess(wish())).await,
        Step::Decide(at, yes) => {
            let Some(at) = nth(*at, mesh.requests().count()) else { return };
            let request = mesh.requests().nth(at).unwrap().id;
            let verdict = if *yes { approval() } else { Verdict::Deny { note: None } };
            house.run("stella", Command::Decide { request, verdict }).await
        }
        Step::End(at) => {
            let Some(at) = nth(*at, mesh.entitlements().count()) else { return };
            let entitlement = mesh.entitlements().nth(at).unwrap().id;
            house.run("stan", Command::Revoke(Revocation::Entitlement(entitlement))).await
        }
        Step::Edit(text) => {
            let mut files = files();
            let sql = format!("/* tessera\n*/\nSELECT {text} AS x FROM bronze.notices\n");
            files.insert("domains/claims/silver/notices.sql".into(), sql.into_bytes());
            house.apply("emil", &files).await
        }
        Step::Wait(micros) => {
            house.clock.turn(*micros);
            return;
        }
        Step::Latch => {
            let context = registry::Context::platform(format!("latch-{number}")).unwrap();
            house.registry.execute(Command::LatchExpired, context).await
        }
        Step::GiveUp(days) => {
            let context = registry::Context::platform(format!("give-up-{number}")).unwrap();
            let retention = Retention { publications: Span::from_days(*days), ..Retention::default() };
            house.registry.execute(Command::RetirePublications { product: enriched(), retention }, context).await
        }
    };
}

async fn refold(house: &House) -> Mesh {
    // A directory without snapshots folds from the first record.
    let (_, _, mesh) = journal::open(house.path()).await.unwrap();
    mesh
}

/// How many publications, contracts and lists of columns each product holds, counting what is shared once.
fn apart(mesh: &Mesh) -> Vec<usize> {
    let of = |product: &registry::ProductState| {
        let publications = product.recent.iter().chain(&product.publication);
        let contracts = product.published_contract.iter().chain([&product.contract]);
        let columns = publications.clone().flat_map(|publication| publication.ports.values());
        let places = publications.map(|publication| std::ptr::from_ref(&**publication).addr());
        let places = places.chain(contracts.map(|contract| std::ptr::from_ref(&**contract).addr()));
        places.chain(columns.map(|port| port.columns.as_ptr().addr())).collect::<BTreeSet<_>>().len()
    };
    mesh.products().map(of).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn fold_is_deterministic(steps in proptest::collection::vec(step(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async {
            let house = House::furnished().await;
            let mut last = Timestamp::from_micros(START);
            for (number, step) in steps.iter().enumerate() {
                take(&house, step, number).await;
                let mesh = house.registry.mesh();
                assert!(mesh.at() >= last, "times never fall");
                last = mesh.at();
            }
            let followed = house.registry.mesh();
            let folded = refold(&house).await;
            assert_eq!(*followed, folded);
            // A mesh is taken apart and put together without loss, and shares what it shared.
            let (frame, parts) = folded.apart();
            let together = frame.filled(parts).unwrap();
            assert_eq!(together, folded);
            let (before, after) = (apart(&folded), apart(&together));
            assert!(before.iter().zip(&after).all(|(before, after)| after <= before), "{before:?} {after:?}");
            // From a snapshot in the middle it is the same mesh.
            let middle = house.registry.as_of(Timestamp::from_micros(START)).await.unwrap();
            let (store, writer, _) = journal::open(house.path()).await.unwrap();
            drop(writer);
            store.keep_snapshot(&middle).await.unwrap();
            assert_eq!(refold(&house).await, folded);
            house.registry.verify().await.unwrap();
        });
    }
}

/// A mesh with everybody's groups changed in the cache alone.
fn forged(mesh: &Mesh) -> Mesh {
    let text = serde_json::to_string(mesh).unwrap().replace("fraud-analysts", "claims-stewards");
    let (frame, parts) = serde_json::from_str::<Mesh>(&text).unwrap().apart();
    frame.filled(parts).unwrap()
}

#[tokio::test]
async fn what_publications_share_is_said_once_and_what_differs_stays() {
    let house = House::published().await;
    house.publish(2).await.unwrap();
    house.publish(3).await.unwrap();
    let mut changed = files();
    let path = "domains/claims/products/enriched/contract.yaml";
    let text = String::from_utf8(changed[path].clone()).unwrap().replace("version: 1.0.0", "version: 1.1.0");
    changed.insert(path.into(), text.into_bytes());
    house.apply("otto", &changed).await.unwrap();
    let (frame, parts) = house.registry.mesh().apart();
    // As it is stored: what is shared in memory alone would be apart again.
    let parts: Vec<registry::mesh::Part> = serde_json::from_slice(&serde_json::to_vec(&parts).unwrap()).unwrap();
    let mesh = frame.filled(parts).unwrap();
    assert_eq!(mesh, *house.registry.mesh());
    let product = mesh.product(&enriched()).unwrap();
    assert_ne!(product.published_contract.as_ref().unwrap().version, product.contract.version);
    let columns =
        |publication: &model::publication::Publication| publication.ports.values().next().unwrap().columns.as_ptr();
    let places: BTreeSet<_> = product.recent.iter().map(|publication| columns(publication)).collect();
    assert_eq!((product.recent.len(), places.len()), (3, 1));
    assert!(std::sync::Arc::ptr_eq(product.recent.last().unwrap(), product.publication.as_ref().unwrap()));
    assert_eq!(apart(&mesh), apart(&house.registry.mesh()));
}

#[tokio::test]
async fn a_snapshot_off_the_chain_or_damaged_is_not_used() {
    let house = House::published().await;
    let (store, _writer, mesh) = journal::open(house.path()).await.unwrap();
    let forged = forged(&mesh);
    // One that is used tells what it says.
    store.keep_snapshot(&forged).await.unwrap();
    assert_eq!(refold(&house).await, forged);
    let mut connection =
        sqlx::sqlite::SqliteConnectOptions::new().filename(journal::file(house.path())).connect().await.unwrap();
    for attack in [
        "UPDATE snapshots SET hash = zeroblob(32)",
        "UPDATE snapshots SET body = substr(body, 1, 40)",
        "UPDATE snapshots SET format = 99",
        "UPDATE snapshot_parts SET body = zeroblob(40)",
        "UPDATE snapshot_parts SET body = zeroblob(40) WHERE part = 1",
        "DELETE FROM snapshot_parts WHERE part = 1",
        "UPDATE snapshot_parts SET part = 9 - part",
    ] {
        store.keep_snapshot(&forged).await.unwrap();
        sqlx::raw_sql(attack).execute(&mut connection).await.unwrap();
        assert_eq!(refold(&house).await, mesh, "{attack}");
    }
}

#[tokio::test]
async fn a_forged_snapshot_is_found_by_verification() {
    let house = House::published().await;
    let (store, _writer, mesh) = journal::open(house.path()).await.unwrap();
    store.keep_snapshot(&forged(&mesh)).await.unwrap();
    // A good one after it: start-up would use that, the past would be told by the forged one.
    house.publish(2).await.unwrap();
    store.keep_snapshot(&house.registry.mesh()).await.unwrap();
    let problem = house.registry.verify().await.unwrap_err();
    assert_eq!(problem.code(), Code::JournalBroken);
    assert!(problem.message().contains("snapshot"));
}

#[tokio::test]
async fn the_past_can_be_asked() {
    let house = House::furnished().await;
    house.clock.turn(DAY);
    let request = house.request("ana").await;
    house.clock.turn(DAY);
    house.approve("stella", request).await.unwrap();
    let at = |days: i64| Timestamp::from_micros(START + days * DAY + DAY / 2);
    let past = house.registry.as_of(at(0)).await.unwrap();
    assert!(past.request(request).is_none() && past.product(&enriched()).is_some());
    let past = house.registry.as_of(at(1)).await.unwrap();
    assert_eq!((past.request(request).is_some(), past.entitlements().count()), (true, 0));
    assert_eq!(house.registry.as_of(at(2)).await.unwrap(), house.registry.mesh());
    assert_eq!(house.registry.as_of(Timestamp::from_micros(0)).await.unwrap().seq(), 0);
}

#[tokio::test]
async fn records_of_a_newer_build_are_not_guessed_at() {
    let house = House::published().await;
    let record = house.registry.records(3, 1).await.unwrap().remove(0);
    let event = registry::Event::decode(&record.kind, 2, record.body.to_string().as_bytes());
    assert_eq!(event.unwrap_err(), registry::event::UnknownEvent::Kind);
    assert_eq!(registry::Event::decode("invented", 1, b"{}").unwrap_err(), registry::event::UnknownEvent::Kind);
}
