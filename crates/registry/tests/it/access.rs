//! Requests, decisions, entitlements, expiry, tokens, declassification.

use model::{
    Code, Digest, Timestamp,
    access::{RequestState, RowsGrant},
    principal::{Principal, Subject},
};
use registry::{Command, Context, Done, RequestAccess, Revocation, Verdict};

use crate::house::{DAY, House, START, approval, enriched, wish};

#[tokio::test]
async fn a_request_becomes_an_entitlement_until_it_is_revoked() {
    let house = House::published().await;
    let request = house.request("ana").await;
    // Whoever asked and whoever looks after the product may know of it; for others there is nothing to decide.
    for (name, code) in [
        ("ana", Code::NotAllowed),
        ("otto", Code::NotAllowed),
        ("gus", Code::NotFound),
        ("admin", Code::NotFound),
        ("svc-claims", Code::NotFound),
        ("emil", Code::NotFound),
    ] {
        assert_eq!(house.approve(name, request).await.unwrap_err().code(), code, "{name}");
    }
    let Done::Approved { entitlement } = house.approve("stella", request).await.unwrap().done else { panic!() };
    let mesh = house.registry.mesh();
    let held = mesh.entitlements_of(&enriched()).find(|held| held.id == entitlement).unwrap();
    assert_eq!(held.subject.to_string(), "user:ana");
    assert_eq!(held.until, Some(Timestamp::from_micros(START + 30 * DAY)));
    assert!(held.is_active(house.registry.now()) && held.is_for(&"fraud-detection".parse().unwrap()));
    assert!(!held.is_for(&"billing".parse().unwrap()));
    assert_eq!(house.approve("stan", request).await.unwrap_err().code(), Code::Conflict);
    assert_eq!(
        house.run("zoe", Command::Revoke(Revocation::Entitlement(entitlement))).await.unwrap_err().code(),
        Code::NotFound
    );
    let before = house.registry.mesh();
    house.run("stan", Command::Revoke(Revocation::Entitlement(entitlement))).await.unwrap();
    // Who holds the older epoch still has the older answer; the new one is without.
    assert!(before.entitlement(entitlement).unwrap().ended.is_none());
    let mesh = house.registry.mesh();
    assert!(mesh.seq() > before.seq() && mesh.entitlement(entitlement).unwrap().ended.is_some());
    assert!(mesh.entitlements_of(&enriched()).all(|held| held.id != entitlement));
    let again = house.run("stella", Command::Revoke(Revocation::Entitlement(entitlement))).await.unwrap();
    assert_eq!(again.done, Done::Unchanged);
}

#[tokio::test]
async fn requests_ask_for_what_exists_and_is_allowed() {
    let house = House::published().await;
    let ask = |change: &dyn Fn(&mut RequestAccess)| {
        let mut asked = wish();
        change(&mut asked);
        house.run("ana", Command::RequestAccess(asked))
    };
    let far = Timestamp::from_micros(START + 31 * DAY);
    let past = Timestamp::from_micros(START - 1);
    type Change = Box<dyn Fn(&mut RequestAccess)>;
    let cases: Vec<(Code, Change)> = vec![
        (Code::ReferenceUnknown, Box::new(|asked| asked.purpose = "fraud-detektion".parse().unwrap())),
        (Code::InvalidValue, Box::new(|asked| asked.purpose = "marketing".parse().unwrap())),
        (Code::ReferenceUnknown, Box::new(|asked| asked.rows = RowsGrant::Scope("us".parse().unwrap()))),
        (Code::ReferenceUnknown, Box::new(|asked| asked.clear = vec!["pii.shoe".parse().unwrap()])),
        (Code::InvalidValue, Box::new(move |asked| asked.until = Some(far))),
        (Code::InvalidValue, Box::new(move |asked| asked.until = Some(past))),
        (Code::InvalidValue, Box::new(|asked| asked.reason = "  ".into())),
        (Code::TooLarge, Box::new(|asked| asked.reason = "x".repeat(5_000))),
        (Code::NotFound, Box::new(|asked| asked.product = "claims.nothing".parse().unwrap())),
        (Code::NotAllowed, Box::new(|asked| asked.subject = Some("user:zoe".parse().unwrap()))),
        (Code::NotAllowed, Box::new(|asked| asked.subject = Some("group:claims-owners".parse().unwrap()))),
    ];
    let before = house.registry.mesh().seq();
    for (index, (code, change)) in cases.iter().enumerate() {
        assert_eq!(ask(change).await.unwrap_err().code(), *code, "case {index}");
    }
    assert_eq!(house.registry.mesh().seq(), before);
    ask(&|_| ()).await.unwrap();
    assert_eq!(ask(&|_| ()).await.unwrap_err().code(), Code::Conflict);
    ask(&|asked| asked.rows = RowsGrant::Scope("eu".parse().unwrap())).await.unwrap();
    ask(&|asked| asked.subject = Some("group:fraud-analysts".parse().unwrap())).await.unwrap();
}

#[tokio::test]
async fn automatic_approval_needs_the_group() {
    let house = House::published().await;
    let billing = || RequestAccess { purpose: "billing".parse().unwrap(), ..wish() };
    let Done::Requested { entitlement, .. } = house.run("ana", Command::RequestAccess(billing())).await.unwrap().done
    else {
        panic!()
    };
    let mesh = house.registry.mesh();
    let held = mesh.entitlement(entitlement.unwrap()).unwrap();
    assert_eq!(held.until, Some(Timestamp::from_micros(START + 7 * DAY)));
    // Zoe brings the group along, but the mesh does not know her in it.
    let mut context = house.context("zoe");
    context.actor.groups.insert("fraud-analysts".parse().unwrap());
    let outcome = house.registry.execute(Command::RequestAccess(billing()), context).await.unwrap();
    assert!(matches!(outcome.done, Done::Requested { entitlement: None, .. }));
    // More than the default is a person's to approve.
    let more = RequestAccess { rows: RowsGrant::All, ..billing() };
    let outcome = house.run("ana", Command::RequestAccess(more)).await.unwrap();
    assert!(matches!(outcome.done, Done::Requested { entitlement: None, .. }));
}

#[tokio::test]
async fn groups_count_as_they_are_when_it_is_decided() {
    let house = House::published().await;
    let request = house.request("ana").await;
    let stella = house.context("stella");
    let mut files = crate::house::files();
    let people = String::from_utf8(files.remove("people.yaml").unwrap()).unwrap();
    let people = people.replace("{name: stella, groups: [claims-stewards]}", "{name: stella, groups: []}");
    files.insert("people.yaml".into(), people.into_bytes());
    house.apply("paul", &files).await.unwrap();
    let decide = Command::Decide { request, verdict: approval() };
    assert_eq!(house.registry.execute(decide, stella).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_steward_narrows_denies_and_never_decides_for_themselves() {
    let house = House::published().await;
    let own = house.request("stella").await;
    assert_eq!(house.approve("stella", own).await.unwrap_err().code(), Code::NotAllowed);
    let denial = Command::Decide { request: own, verdict: Verdict::Deny { note: Some("no".into()) } };
    house.run("stan", denial).await.unwrap();
    assert!(matches!(house.registry.mesh().request(own).unwrap().state, RequestState::Denied { .. }));
    let request = house.request("ana").await;
    let until = Timestamp::from_micros(START + 2 * DAY);
    let verdict = |until| Verdict::Approve {
        until: Some(until),
        rows: Some(RowsGrant::Scope("eu".parse().unwrap())),
        note: None,
    };
    let late = Command::Decide { request, verdict: verdict(Timestamp::from_micros(START + 40 * DAY)) };
    assert_eq!(house.run("stella", late).await.unwrap_err().code(), Code::InvalidValue);
    let outcome = house.run("stella", Command::Decide { request, verdict: verdict(until) }).await.unwrap();
    let Done::Approved { entitlement } = outcome.done else { panic!() };
    let mesh = house.registry.mesh();
    let held = mesh.entitlement(entitlement).unwrap();
    assert_eq!((held.until, held.rows.to_string()), (Some(until), "eu".to_owned()));
}

#[tokio::test]
async fn a_pending_request_is_taken_back_by_whoever_asked() {
    let house = House::published().await;
    let request = house.request("ana").await;
    let back = || Command::Revoke(Revocation::Request(request));
    assert_eq!(house.run("zoe", back()).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(house.run("stella", back()).await.unwrap_err().code(), Code::NotAllowed);
    assert_eq!(house.run("ana", back()).await.unwrap().done, Done::Withdrawn);
    assert_eq!(house.approve("stella", request).await.unwrap_err().code(), Code::Conflict);
    let request = house.request("ana").await;
    house.approve("stella", request).await.unwrap();
    let outcome = house.run("ana", Command::Revoke(Revocation::Request(request))).await.unwrap();
    assert!(matches!(outcome.done, Done::Ended { entitlements, .. } if entitlements.len() == 1));
}

#[tokio::test]
async fn what_expired_stays_expired_when_the_clock_goes_back() {
    let mut house = House::published().await;
    let request = house.request("ana").await;
    let Done::Approved { entitlement } = house.approve("stella", request).await.unwrap().done else { panic!() };
    house.clock.turn(31 * DAY);
    let now = house.registry.now();
    assert!(!house.registry.mesh().entitlement(entitlement).unwrap().is_active(now));
    house.clock.turn(-31 * DAY);
    // Without any record in between: what was told once is not taken back.
    assert!(!house.registry.mesh().entitlement(entitlement).unwrap().is_active(house.registry.now()));
    let outcome = house.registry.execute(Command::LatchExpired, Context::platform("tick-1").unwrap()).await.unwrap();
    assert!(matches!(outcome.done, Done::Ended { entitlements, .. } if entitlements == [entitlement]));
    house.reopen().await.unwrap();
    assert!(house.registry.mesh().entitlement(entitlement).unwrap().ended.is_some());
    assert!(house.registry.now() >= now);
    let again = house.registry.execute(Command::LatchExpired, Context::platform("tick-2").unwrap()).await.unwrap();
    assert_eq!(again.done, Done::Unchanged);
}

#[tokio::test]
async fn an_unlisted_product_does_not_exist_for_strangers() {
    let house = House::furnished().await;
    let mut files = crate::house::files();
    files.insert("domains/claims/products/enriched/access.yaml".into(), b"visibility: unlisted\n".to_vec());
    house.apply("otto", &files).await.unwrap();
    let hidden = house.run("ana", Command::RequestAccess(wish())).await.unwrap_err();
    let absent = RequestAccess { product: "claims.enrichee".parse().unwrap(), ..wish() };
    let absent = house.run("ana", Command::RequestAccess(absent)).await.unwrap_err();
    assert_eq!((hidden.code(), hidden.hint()), (absent.code(), absent.hint()));
    assert_eq!(hidden.message().replace("enriched", ""), absent.message().replace("enrichee", ""));
    house.run("emil", Command::RequestAccess(wish())).await.unwrap();
}

#[tokio::test]
async fn tokens_are_hashes_with_an_end() {
    let house = House::furnished().await;
    let ana: Principal = "user:ana".parse().unwrap();
    let make = |secret: &str| Command::CreateToken {
        principal: ana.clone(),
        label: Some("Ana's telephone".into()),
        scopes: vec!["query".parse().unwrap()],
        purpose: Some("billing".parse().unwrap()),
        until: None,
        hash: Digest::of(secret.as_bytes()),
    };
    assert_eq!(house.run("ana", make("a")).await.unwrap_err().code(), Code::NotAllowed);
    let Done::TokenCreated { token } = house.run("paul", make("a")).await.unwrap().done else { panic!() };
    let mesh = house.registry.mesh();
    let held = mesh.token_by_hash(&Digest::of(b"a")).unwrap();
    assert_eq!((held.id, held.until), (token, Some(Timestamp::from_micros(START + 90 * DAY))));
    assert!(mesh.token_by_hash(&Digest::of(b"b")).is_none());
    assert_eq!(house.run("zoe", Command::RevokeToken { token }).await.unwrap_err().code(), Code::NotFound);
    house.run("ana", Command::RevokeToken { token }).await.unwrap();
    assert!(!house.registry.mesh().token(token).unwrap().is_active(house.registry.now()));
    let nobody = Command::CreateToken {
        principal: "user:nobody".parse().unwrap(),
        label: None,
        scopes: vec![],
        purpose: None,
        until: None,
        hash: Digest::of(b"n"),
    };
    assert_eq!(house.run("paul", nobody).await.unwrap_err().code(), Code::NotFound);
}

#[tokio::test]
async fn a_repeated_token_command_says_that_the_secret_is_out() {
    let house = House::furnished().await;
    let make = |secret: &str| Command::CreateToken {
        principal: "user:ana".parse().unwrap(),
        label: None,
        scopes: vec![],
        purpose: None,
        until: None,
        hash: Digest::of(secret.as_bytes()),
    };
    let first = house.registry.execute(make("a"), house.context_with("paul", "once")).await.unwrap();
    let again = house.registry.execute(make("b"), house.context_with("paul", "once")).await.unwrap();
    assert!(!first.replayed && again.replayed);
    assert_eq!(first.done, again.done);
    assert!(house.registry.mesh().token_by_hash(&Digest::of(b"b")).is_none());
}

#[tokio::test]
async fn the_steward_lowers_a_class_with_a_reason() {
    let house = House::published().await;
    let lower = |column: &str, class: &str| Command::Declassify {
        port: "claims.enriched.claims".parse().unwrap(),
        column: column.into(),
        class: class.parse().unwrap(),
        reason: "a private reason".into(),
    };
    assert_eq!(house.run("otto", lower("email", "pii.email")).await.unwrap_err().code(), Code::NotAllowed);
    assert_eq!(house.run("stella", lower("emial", "pii.email")).await.unwrap_err().code(), Code::NotFound);
    assert_eq!(house.run("stella", lower("email", "pii.shoe")).await.unwrap_err().code(), Code::ReferenceUnknown);
    house.run("stella", lower("email", "pii.email")).await.unwrap();
    let port = "claims.enriched.claims".parse().unwrap();
    let mesh = house.registry.mesh();
    assert!(mesh.declassified(&port, "email", &"pii.email".parse().unwrap()));
    assert!(!mesh.declassified(&port, "region", &"pii.email".parse().unwrap()));
}

#[tokio::test]
async fn a_hundred_approvals_and_revocations_end_in_one_state() {
    let house = std::sync::Arc::new(House::published().await);
    let request = house.request("ana").await;
    let mut tasks = tokio::task::JoinSet::new();
    for index in 0..100_u32 {
        let house = std::sync::Arc::clone(&house);
        let command = match index % 3 {
            0 => Command::Decide { request, verdict: approval() },
            1 => Command::Decide { request, verdict: Verdict::Deny { note: None } },
            _ => Command::Revoke(Revocation::Request(request)),
        };
        let name = if index % 3 == 2 { "ana" } else { "stella" };
        tasks.spawn(async move { house.run(name, command).await });
    }
    let answers: Vec<_> = tasks.join_all().await;
    let settled = answers
        .iter()
        .flatten()
        .filter(|outcome| matches!(outcome.done, Done::Approved { .. } | Done::Denied | Done::Withdrawn));
    assert_eq!(settled.count(), 1);
    assert!(answers.iter().filter_map(|answer| answer.as_ref().err()).all(|problem| problem.code() == Code::Conflict));
    let mesh = house.registry.mesh();
    let active = mesh
        .entitlements_of(&enriched())
        .filter(|held| held.subject != Subject::Group("claims-owners".parse().unwrap()));
    let ended = answers.iter().flatten().any(|outcome| matches!(outcome.done, Done::Ended { .. }));
    let approved = matches!(mesh.request(request).unwrap().state, RequestState::Approved { .. });
    assert_eq!(active.count(), usize::from(approved && !ended));
    house.registry.verify().await.unwrap();
}
