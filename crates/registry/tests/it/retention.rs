//! How long publications are kept: rollback targets, what is read as an earlier major version, and what a record gives up.

use model::{Code, Digest, id::PublicationId, name::PortName, time::Span};
use registry::{Command, Context, Done, ProductState, Retention, mesh::RECENT};

use crate::house::{CONTRACT, DAY, House, enriched, files};

fn retire(retention: Retention) -> Command {
    Command::RetirePublications { product: enriched(), retention }
}

async fn give_up(house: &House, retention: Retention) -> Vec<PublicationId> {
    let context = Context::platform(format!("retire-{}", house.registry.mesh().seq())).unwrap();
    match house.registry.execute(retire(retention), context).await.unwrap().done {
        Done::PublicationsRetired { publications, .. } => publications,
        Done::Unchanged => Vec::new(),
        other => panic!("{other:?}"),
    }
}

async fn publish(house: &House, version: u64) -> PublicationId {
    house.publish(version).await.unwrap();
    house.current().unwrap()
}

fn state(house: &House) -> ProductState {
    house.registry.mesh().product(&enriched()).unwrap().clone()
}

fn port() -> PortName {
    "claims".parse().unwrap()
}

fn manifests(versions: &[u64]) -> std::collections::BTreeSet<Digest> {
    versions.iter().map(|version| Digest::of(format!("manifest {version}").as_bytes())).collect()
}

#[tokio::test]
async fn a_superseded_publication_is_a_target_until_it_is_given_up() {
    let mut house = House::furnished().await;
    let first = publish(&house, 1).await;
    house.clock.turn(100 * DAY);
    let second = publish(&house, 2).await;
    // The hundred days count for nothing: it was served.
    house.clock.turn(29 * DAY);
    let third = publish(&house, 3).await;
    assert_eq!(give_up(&house, Retention::default()).await, []);
    assert_eq!(state(&house).kept_manifests(&port()), manifests(&[1, 2, 3]));
    house.clock.turn(DAY);
    let retiring = house.run("admin", retire(Retention::default())).await.unwrap_err();
    assert_eq!(retiring.code(), Code::NotAllowed);
    assert_eq!(give_up(&house, Retention::default()).await, [first]);
    assert_eq!(give_up(&house, Retention::default()).await, []);
    let back = |to| Command::Rollback { product: enriched(), to };
    let gone = house.run("emil", back(first)).await.unwrap_err();
    assert_eq!(gone.code(), Code::PublicationRetired);
    let hint = gone.hint().unwrap();
    assert!(hint.contains(&second.to_string()) && !hint.contains(&format!("`{first}`")), "{hint}");
    assert_eq!(state(&house).kept_manifests(&port()), manifests(&[2, 3]));
    // Going back supersedes the newer one, from now on.
    house.clock.turn(20 * DAY);
    house.run("emil", back(second)).await.unwrap();
    house.clock.turn(29 * DAY);
    assert_eq!(give_up(&house, Retention::default()).await, []);
    house.clock.turn(DAY);
    assert_eq!(give_up(&house, Retention::default()).await, [third]);
    assert_eq!(house.current(), Some(second));
    let followed = house.registry.mesh();
    house.reopen().await.unwrap();
    assert_eq!(house.registry.mesh(), followed);
    house.registry.verify().await.unwrap();
}

#[tokio::test]
async fn what_is_read_is_never_given_up() {
    let house = House::furnished().await;
    let at_once = Retention { publications: Span::from_seconds(0), unreferenced: Span::from_seconds(0) };
    let (old, newest_of_1) = (publish(&house, 1).await, publish(&house, 2).await);
    let mut next = files();
    let contract = CONTRACT.replace("version: 1.0.0", "version: 2.0.0");
    next.insert("domains/claims/products/enriched/contract.yaml".into(), contract.into_bytes());
    house.apply("otto", &next).await.unwrap();
    let before = publish(&house, 3).await;
    let served = publish(&house, 4).await;
    assert_eq!(give_up(&house, at_once).await, [old, before]);
    assert_eq!(state(&house).kept_manifests(&port()), manifests(&[2, 4]));
    let recent: Vec<PublicationId> = state(&house).recent.iter().map(|publication| publication.id).collect();
    assert_eq!(recent, [newest_of_1, served]);
    house.run("emil", Command::Rollback { product: enriched(), to: newest_of_1 }).await.unwrap();
    // Now the second major version is the one that is read beside what is served.
    assert_eq!(give_up(&house, at_once).await, []);
}

#[tokio::test]
async fn a_publication_beyond_the_targets_is_kept_as_long_as_files_nobody_names() {
    let house = House::furnished().await;
    let first = publish(&house, 1).await;
    for version in 2..=u64::try_from(RECENT).unwrap() + 1 {
        publish(&house, version).await;
    }
    assert!(state(&house).recent.iter().all(|publication| publication.id != first));
    assert!(state(&house).kept_manifests(&port()).is_superset(&manifests(&[1])));
    house.clock.turn(7 * DAY - 1);
    assert_eq!(give_up(&house, Retention::default()).await, []);
    house.clock.turn(1);
    assert_eq!(give_up(&house, Retention::default()).await, [first]);
    assert!(state(&house).kept_manifests(&port()).is_disjoint(&manifests(&[1])));
}
