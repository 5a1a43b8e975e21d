//! Publications: pins, two publishers, rollback, retention of what is at hand.

use model::{Code, Digest, access::Origin, id::PublicationId, name::PortName, scope::RowScope, zone::ZoneLocation};
use registry::{Command, Context, Done, mesh::RECENT};

use crate::house::{CONTRACT, House, enriched, files};

#[tokio::test]
async fn the_first_publication_lets_the_owners_read_and_later_ones_do_not() {
    let house = House::furnished().await;
    let start = Command::StartPublication {
        product: enriched(),
        contract: house.registry.mesh().product(&enriched()).unwrap().contract_digest,
    };
    house.run("emil", start).await.unwrap();
    assert!(house.registry.mesh().product(&enriched()).unwrap().started.is_some());
    let Done::Published { publication, owner } = house.publish(1).await.unwrap().done else { panic!() };
    assert_eq!(house.current(), Some(publication));
    let mesh = house.registry.mesh();
    let held = mesh.entitlement(owner.unwrap()).unwrap();
    assert_eq!((held.subject.to_string(), &held.origin), ("group:claims-owners".to_owned(), &Origin::Owner));
    assert!(mesh.product(&enriched()).unwrap().started.is_none());
    assert_eq!(house.registry.blob(&Digest::of(b"gate")).await.unwrap(), b"gate");
    let Done::Published { owner, .. } = house.publish(2).await.unwrap().done else { panic!() };
    assert_eq!(owner, None);
}

#[tokio::test]
async fn only_the_domain_publishes_and_only_what_its_contract_says() {
    let house = House::furnished().await;
    let publish = |change: &dyn Fn(&mut registry::Publish)| {
        let mut candidate = house.candidate(1);
        change(&mut candidate);
        Command::Publish(Box::new(candidate))
    };
    for name in ["ana", "admin", "gus", "pia", "stella"] {
        assert_eq!(house.run(name, publish(&|_| ())).await.unwrap_err().code(), Code::NotAllowed, "{name}");
    }
    let stale = publish(&|candidate| candidate.contract = Digest::of(b"older"));
    assert_eq!(house.run("emil", stale).await.unwrap_err().code(), Code::Conflict);
    let less = publish(&|candidate| candidate.ports.clear());
    assert_eq!(house.run("emil", less).await.unwrap_err().code(), Code::GateRefused);
    let more = publish(&|candidate| {
        let port = candidate.ports.values().next().unwrap().clone();
        candidate.ports.insert("extra".parse::<PortName>().unwrap(), port);
    });
    assert_eq!(house.run("emil", more).await.unwrap_err().code(), Code::GateRefused);
    let forged = publish(&|candidate| candidate.blobs.push((Digest::of(b"x"), b"y".to_vec())));
    assert_eq!(house.run("emil", forged).await.unwrap_err().code(), Code::Internal);
    assert_eq!(house.current(), None);
}

#[tokio::test]
async fn of_two_publishers_one_wins() {
    let house = House::published().await;
    let (one, two) = (house.candidate(2), house.candidate(3));
    house.run("emil", Command::Publish(Box::new(one))).await.unwrap();
    let problem = house.run("otto", Command::Publish(Box::new(two))).await.unwrap_err();
    assert_eq!(problem.code(), Code::Conflict);
    house.publish(4).await.unwrap();
}

#[tokio::test]
async fn a_repeated_publication_is_the_same_one() {
    let house = House::furnished().await;
    let candidate = house.candidate(1);
    let publish = || Command::Publish(Box::new(candidate.clone()));
    let context = || house.context_with("emil", "nightly");
    assert_eq!(house.registry.earlier(&context()).await.unwrap(), None);
    let first = house.registry.execute(publish(), context()).await.unwrap();
    let again = house.registry.execute(publish(), context()).await.unwrap();
    assert_eq!((first.done.clone(), again.replayed), (again.done, true));
    assert_eq!(house.registry.earlier(&context()).await.unwrap().unwrap().done, first.done);
    let other = Command::Publish(Box::new(house.candidate(2)));
    assert_eq!(house.registry.execute(other, context()).await.unwrap_err().code(), Code::IdempotencyMismatch);
    assert_eq!(house.registry.mesh().product(&enriched()).unwrap().recent.len(), 1);
}

#[tokio::test]
async fn a_rollback_never_loosens() {
    let house = House::published().await;
    let first = house.current().unwrap();
    let mut candidate = house.candidate(2);
    let port = candidate.ports.values_mut().next().unwrap();
    let tags = port.columns[1].tags.clone();
    std::sync::Arc::make_mut(&mut port.columns)[2].tags = tags;
    port.restrict = vec![RowScope::parse("", "region <> 'IN'").unwrap()];
    candidate.regions = vec!["local".into()];
    house.run("emil", Command::Publish(Box::new(candidate))).await.unwrap();
    let second = house.current().unwrap();
    let back = |to| Command::Rollback { product: enriched(), to };
    let unknown = house.run("emil", back(PublicationId::new(1))).await.unwrap_err();
    assert_eq!(unknown.code(), Code::NotFound);
    assert!(unknown.hint().unwrap().contains(&first.to_string()));
    assert_eq!(house.run("ana", back(first)).await.unwrap_err().code(), Code::NotAllowed);
    house.run("emil", back(first)).await.unwrap();
    let mesh = house.registry.mesh();
    let served = mesh.product(&enriched()).unwrap().publication.clone().unwrap();
    assert_eq!(served.id, first);
    let port = served.ports.values().next().unwrap();
    assert_eq!(port.table_version, 1);
    assert_eq!(port.columns[2].tags.len(), 1, "the class learnt since is kept");
    assert_eq!(port.restrict, [RowScope::parse("", "region <> 'IN'").unwrap()], "and so is the restriction");
    assert_eq!(served.regions, ["local"]);
    assert_eq!(house.run("emil", back(first)).await.unwrap().done, Done::Unchanged);
    house.run("emil", back(second)).await.unwrap();
    assert_eq!(house.current(), Some(second));
}

#[tokio::test]
async fn only_the_newest_publications_are_at_hand() {
    let house = House::furnished().await;
    for version in 1..=u64::try_from(RECENT + 5).unwrap() {
        house.publish(version).await.unwrap();
    }
    let mesh = house.registry.mesh();
    let product = mesh.product(&enriched()).unwrap();
    assert_eq!(product.recent.len(), RECENT);
    assert_eq!(product.recent.last().unwrap().id, product.publication.as_ref().unwrap().id);
}

#[tokio::test]
async fn the_newest_of_each_major_version_stays_at_hand() {
    let house = House::published().await;
    let old = house.current().unwrap();
    let mut files = files();
    let contract = files.get_mut("domains/claims/products/enriched/contract.yaml").unwrap();
    *contract = CONTRACT.replace("version: 1.0.0", "version: 2.0.0").into_bytes();
    house.apply("otto", &files).await.unwrap();
    let keyed = |version: u64| (house.candidate(version), house.context_with("emil", &format!("nightly-{version}")));
    let (second, context) = keyed(2);
    let second = house.registry.execute(Command::Publish(Box::new(second)), context).await.unwrap();
    let Done::Published { publication: second, .. } = second.done else { panic!() };
    for version in 3..=u64::try_from(RECENT + 5).unwrap() {
        house.publish(version).await.unwrap();
    }
    let mesh = house.registry.mesh();
    let recent = &mesh.product(&enriched()).unwrap().recent;
    assert_eq!(recent.len(), RECENT + 1);
    assert_eq!(recent[0].id, old, "the only publication of version 1");
    assert!(recent.iter().all(|known| known.id != second));
    // What is not at hand is in the journal.
    let found = house.registry.publication(&enriched(), second).await.unwrap().unwrap();
    assert_eq!((found.id, found.version.major, found.ports.values().next().unwrap().table_version), (second, 2, 2));
    let other = "claims.nothing".parse().unwrap();
    assert!(house.registry.publication(&other, second).await.unwrap().is_none());
    assert!(house.registry.publication(&enriched(), PublicationId::new(1)).await.unwrap().is_none());
    house.run("emil", Command::Rollback { product: enriched(), to: old }).await.unwrap();
}

#[tokio::test]
async fn only_the_platform_records_zones() {
    let house = House::furnished().await;
    let zone = |domain: &str| ZoneLocation {
        domain: domain.parse().unwrap(),
        zone: "main".into(),
        region: Some("local".into()),
        root: format!("zones/{domain}"),
    };
    let ready = |of: &str| Command::RecordZoneReady { domain: "claims".parse().unwrap(), locations: vec![zone(of)] };
    for name in ["admin", "otto", "svc-claims"] {
        assert_eq!(house.run(name, ready("claims")).await.unwrap_err().code(), Code::NotAllowed, "{name}");
    }
    let platform = |key: &str| Context::platform(key).unwrap();
    assert!(house.registry.execute(ready("policy"), platform("z0")).await.is_err());
    house.registry.execute(ready("claims"), platform("z1")).await.unwrap();
    let mesh = house.registry.mesh();
    assert_eq!(mesh.domain(&"claims".parse().unwrap()).unwrap().zones.len(), 1);
    assert_eq!(mesh.pending_zones().map(|domain| domain.name.to_string()).collect::<Vec<_>>(), ["policy"]);
    let again = house.registry.execute(ready("claims"), platform("z2")).await.unwrap();
    assert_eq!(again.done, Done::Unchanged);
}
