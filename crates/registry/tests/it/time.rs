//! The clock goes forward and back (F-24): what has expired stays so, nothing recorded or told goes back, and nobody
//! waits for a clock that is behind.

use model::{Code, Digest, Timestamp};
use proptest::prelude::*;
use registry::{Activity, Command, Context, Done, Revocation, Verdict, activity::CompletionRecord};

use crate::house::{DAY, House, START};

const HOUR: i64 = DAY / 24;

#[tokio::test]
async fn two_hours_forward_and_back() {
    let mut house = House::published().await;
    let request = house.request("ana").await;
    let until = Timestamp::from_micros(START + HOUR);
    let verdict = Verdict::Approve { until: Some(until), rows: None, note: None };
    let Done::Approved { entitlement } = house.run("stella", Command::Decide { request, verdict }).await.unwrap().done
    else {
        panic!()
    };
    let token = |secret: &str, until: i64| Command::CreateToken {
        principal: "user:ana".parse().unwrap(),
        label: None,
        scopes: vec![],
        purpose: None,
        until: Some(Timestamp::from_micros(until)),
        hash: Digest::of(secret.as_bytes()),
    };
    house.run("paul", token("a", START + HOUR)).await.unwrap();
    house.clock.turn(2 * HOUR);
    // Two hours on: both are over, a limit that has passed is refused, a new one counts from here.
    assert_eq!(house.run("paul", token("b", START + HOUR)).await.unwrap_err().code(), Code::InvalidValue);
    house.run("paul", token("c", START + 3 * HOUR)).await.unwrap();
    let latest = house.registry.now();
    house.clock.turn(-2 * HOUR);
    let over = |house: &House| {
        let (mesh, now) = (house.registry.mesh(), house.registry.now());
        assert!(now >= latest, "the present went back");
        assert!(!mesh.entitlement(entitlement).unwrap().is_active(now));
        assert!(!mesh.token_by_hash(&Digest::of(b"a")).unwrap().is_active(now));
        assert!(mesh.token_by_hash(&Digest::of(b"c")).unwrap().is_active(now));
    };
    over(&house);
    house.registry.execute(Command::LatchExpired, Context::platform("latch").unwrap()).await.unwrap();
    // A request that is decided while the clock is behind is decided in the present.
    let request = house.request("ana").await;
    let verdict = Verdict::Approve { until: Some(until), rows: None, note: None };
    let late = house.run("stella", Command::Decide { request, verdict }).await.unwrap_err();
    assert_eq!(late.code(), Code::InvalidValue, "an hour that was over is not given");
    house.approve("stella", request).await.unwrap();
    house.reopen().await.unwrap();
    over(&house);
    recorded_in_order(&house).await;
    house.registry.verify().await.unwrap();
}

#[tokio::test]
async fn what_was_told_before_a_restart_is_not_taken_back() {
    let house = House::published().await;
    // A statement was refused two hours on, and the process ended before anything was latched.
    house.clock.turn(2 * HOUR);
    let present: std::sync::Arc<dyn model::time::Clock> = std::sync::Arc::new(house.registry.clone());
    let folder = tempfile::tempdir().unwrap();
    let activity = Activity::open(folder.path(), present).await.unwrap();
    assert_eq!(activity.began_at(), Timestamp::default());
    let ended = || CompletionRecord { id: uuid(), rows: 0, bytes: 0, error: None, millis: 0 };
    activity.finished(ended()).await.unwrap();
    house.clock.turn(-2 * HOUR);
    drop(activity);
    let clock = house.clock.clone();
    let again = registry::Registry::open(house.path(), clock.clone()).await.unwrap();
    let activity = Activity::open(folder.path(), clock).await.unwrap();
    again.not_before(activity.began_at());
    assert_eq!(again.now(), Timestamp::from_micros(START + 2 * HOUR));
}

#[tokio::test]
async fn the_activity_log_never_goes_back() {
    let house = House::published().await;
    let activity = Activity::open(house.path(), house.clock.clone()).await.unwrap();
    let ended = || CompletionRecord { id: uuid(), rows: 0, bytes: 0, error: None, millis: 0 };
    let mut latest = Timestamp::default();
    for turn in [0, 2 * HOUR, -2 * HOUR, -DAY, 3 * HOUR, 0] {
        house.clock.turn(turn);
        activity.finished(ended()).await.unwrap();
        let again = Activity::open(house.path(), house.clock.clone()).await.unwrap();
        assert!(again.began_at() >= latest, "{turn}");
        latest = again.began_at();
    }
    assert_eq!(latest, Timestamp::from_micros(START + 2 * HOUR));
}

async fn recorded_in_order(house: &House) {
    let records = house.registry.records(1, 1_000).await.unwrap();
    let at: Vec<Timestamp> = records.iter().map(|record| record.at.parse().unwrap()).collect();
    assert!(at.is_sorted(), "a record went back: {at:?}");
    assert!(records.is_sorted_by(|one, next| one.seq < next.seq));
}

fn uuid() -> uuid::Uuid {
    uuid::Uuid::nil()
}

/// A step of a random life under a random clock.
#[derive(Debug, Clone)]
enum Step {
    Turn(i64),
    Grant(i64),
    Latch,
    Revoke,
    Reopen,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        3 => (-5 * HOUR..5 * HOUR).prop_map(Step::Turn),
        3 => (1..4_i64).prop_map(|hours| Step::Grant(hours * HOUR)),
        2 => Just(Step::Latch),
        1 => Just(Step::Revoke),
        1 => Just(Step::Reopen),
    ];
    proptest::collection::vec(step, 1..25)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn whatever_the_clock_does_time_only_goes_on(steps in steps()) {
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap().block_on(live(steps));
    }
}

/// Lives the steps; what was seen to be over stays over, and the present and the records only go on.
async fn live(steps: Vec<Step>) {
    let mut house = House::published().await;
    let mut over = std::collections::BTreeSet::new();
    let mut latest = house.registry.now();
    for (number, step) in steps.into_iter().enumerate() {
        let reopened = matches!(step, Step::Reopen);
        match step {
            Step::Turn(micros) => house.clock.turn(micros),
            Step::Grant(span) => {
                let request = house.request("ana").await;
                let until = Some(Timestamp::from_micros(house.registry.now().micros() + span));
                let verdict = Verdict::Approve { until, rows: None, note: None };
                house.run("stella", Command::Decide { request, verdict }).await.unwrap();
            }
            Step::Latch => {
                let context = Context::platform(format!("latch-{number}")).unwrap();
                house.registry.execute(Command::LatchExpired, context).await.unwrap();
            }
            Step::Revoke => {
                let held = house.registry.mesh().entitlements().next_back().map(|held| held.id);
                if let Some(held) = held {
                    house.run("stan", Command::Revoke(Revocation::Entitlement(held))).await.unwrap();
                }
            }
            Step::Reopen => {
                // As the house does before it stops.
                let context = Context::platform(format!("stop-{number}")).unwrap();
                house.registry.execute(Command::LatchExpired, context).await.unwrap();
                house.reopen().await.unwrap();
            }
        }
        let (mesh, now) = (house.registry.mesh(), house.registry.now());
        // A process that begins knows what was recorded, not what the one before it saw in passing.
        assert!(now >= if reopened { mesh.at() } else { latest }, "the present went back");
        latest = now;
        for held in mesh.entitlements() {
            if held.is_active(now) {
                assert!(!over.contains(&held.id), "{} came back", held.id);
            } else {
                over.insert(held.id);
            }
        }
    }
    recorded_in_order(&house).await;
}
