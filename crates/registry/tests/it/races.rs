//! A hundred people at one request: approve, deny, take back, revoke and expire, again and again (F-22).
//!
//! Every call remembers the epoch before it began and after it was answered. A small sequential model replays the
//! journal; a call that changed something must be the record it says it is, in the order of the journal, and a call that
//! was refused or changed nothing must have had a moment between its begin and its answer at which that was the answer.
//! `TESSERA_ROUNDS` sets how often (6).

use std::sync::Arc;

use model::{Code, Problem, Timestamp, access::RequestState, id::RequestId};
use registry::{Command, Context, Done, Outcome, Revocation, Verdict, plan::Confirmed};

use crate::house::{House, approval};

/// Clients of one round.
const CLIENTS: u64 = 100;
const SECOND: i64 = 1_000_000;

/// What a client wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wish {
    Approve,
    /// Until a moment that the clock passes within the round.
    ApproveBriefly,
    Deny,
    TakeBack,
    Revoke,
    Latch,
}

/// The life of a request, in the model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Life {
    Pending,
    Granted { until: i64, over: bool },
    Denied,
    Withdrawn,
}

/// What a call came to, as far as the model cares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Approved,
    Denied,
    Withdrawn,
    Ended,
    Unchanged,
    Refused(Code),
}

/// One call as its client saw it.
struct Call {
    wish: Wish,
    actor: String,
    key: String,
    /// The epoch and the present before it began.
    began: u64,
    present: Timestamp,
    /// The epoch after it was answered.
    answered: u64,
    outcome: Result<Outcome, Problem>,
}

impl Call {
    fn answer(&self) -> Answer {
        match &self.outcome {
            Err(problem) => Answer::Refused(problem.code()),
            Ok(outcome) => match &outcome.done {
                Done::Approved { .. } => Answer::Approved,
                Done::Denied => Answer::Denied,
                Done::Withdrawn => Answer::Withdrawn,
                Done::Ended { .. } => Answer::Ended,
                Done::Unchanged => Answer::Unchanged,
                other => panic!("{other:?} is no answer to {:?}", self.wish),
            },
        }
    }
}

/// What the model answers to a wish in a state. `None` where it depends on an instant that only the record knows.
fn sequential(life: Life, wish: Wish, present: i64) -> Option<Answer> {
    let conflict = Answer::Refused(Code::Conflict);
    Some(match (wish, life) {
        (Wish::Approve, Life::Pending) => Answer::Approved,
        // The limit may have passed on the way.
        (Wish::ApproveBriefly, Life::Pending) => return None,
        (Wish::Deny, Life::Pending) => Answer::Denied,
        (Wish::TakeBack, Life::Pending) => Answer::Withdrawn,
        (Wish::Revoke, Life::Pending) => Answer::Refused(Code::NotAllowed),
        (Wish::TakeBack | Wish::Revoke, Life::Granted { over: false, .. }) => Answer::Ended,
        (Wish::TakeBack | Wish::Revoke, Life::Granted { over: true, .. }) => Answer::Unchanged,
        (Wish::Latch, Life::Granted { until, over: false }) if until < present => Answer::Ended,
        // It may pass between the begin and the decision.
        (Wish::Latch, Life::Granted { over: false, .. }) => return None,
        (Wish::Latch, _) => Answer::Unchanged,
        (Wish::Approve | Wish::ApproveBriefly | Wish::Deny | Wish::TakeBack | Wish::Revoke, _) => conflict,
    })
}

/// The state after a record.
fn next(life: Life, kind: &str, until: i64) -> Life {
    match (life, kind) {
        (Life::Pending, "entitlement-granted") => Life::Granted { until, over: false },
        (Life::Pending, "access-denied") => Life::Denied,
        (Life::Pending, "request-withdrawn") => Life::Withdrawn,
        (Life::Granted { until, over: false }, "entitlement-ended") => Life::Granted { until, over: true },
        (life, kind) => panic!("{kind} cannot follow {life:?}"),
    }
}

fn wish(number: u64) -> Wish {
    [Wish::Approve, Wish::ApproveBriefly, Wish::Deny, Wish::TakeBack, Wish::Revoke, Wish::Latch, Wish::Revoke]
        [usize::try_from(number % 7).unwrap()]
}

fn command(wish: Wish, request: RequestId, brief: Timestamp) -> Command {
    match wish {
        Wish::Approve => Command::Decide { request, verdict: approval() },
        Wish::ApproveBriefly => Command::Decide {
            request,
            verdict: Verdict::Approve { until: Some(brief), rows: None, note: Some("briefly".into()) },
        },
        Wish::Deny => Command::Decide { request, verdict: Verdict::Deny { note: None } },
        Wish::TakeBack | Wish::Revoke => Command::Revoke(Revocation::Request(request)),
        Wish::Latch => Command::LatchExpired,
    }
}

fn context(house: &House, wish: Wish, key: &str) -> Context {
    match wish {
        Wish::Latch => Context::platform(key).unwrap(),
        Wish::TakeBack => house.context_with("ana", key),
        // Two stewards, so that the same key is two keys.
        Wish::Approve | Wish::Deny => house.context_with("stella", key),
        Wish::ApproveBriefly | Wish::Revoke => house.context_with("stan", key),
    }
}

/// One call of one client.
async fn call(house: Arc<House>, wish: Wish, key: String, request: RequestId, brief: Timestamp) -> Call {
    let context = context(&house, wish, &key);
    let actor = context.actor.principal.to_string();
    if wish == Wish::Latch {
        house.clock.turn(SECOND / 4);
    }
    let (began, present) = (house.registry.mesh().seq(), house.registry.now());
    let outcome = house.registry.execute(command(wish, request, brief), context).await;
    Call { wish, actor, key, began, present, answered: house.registry.mesh().seq(), outcome }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_hundred_clients_at_one_request_are_one_after_the_other() {
    #[expect(clippy::disallowed_methods, reason = "a long run is by hand")]
    let rounds = std::env::var("TESSERA_ROUNDS").ok().and_then(|text| text.parse().ok()).unwrap_or(6_u64);
    let mut house = Arc::new(House::published().await);
    let mut ends = std::collections::BTreeMap::new();
    for round in 0..rounds {
        let request = house.request("ana").await;
        let brief = Timestamp::from_micros(house.registry.now().micros() + 2 * SECOND);
        let mut tasks = tokio::task::JoinSet::new();
        for client in 0..CLIENTS {
            // The order of the wishes turns with the rounds, and every third client shares its key with others.
            let wish = wish(client + round);
            let key = if client % 3 == 0 { format!("shared-{round}-{wish:?}") } else { format!("c-{round}-{client}") };
            tasks.spawn(call(Arc::clone(&house), wish, key, request, brief));
        }
        let calls = tasks.join_all().await;
        let life = check(&house, request, &calls, brief).await;
        *ends.entry(format!("{life:?}").split(' ').next().unwrap().to_owned()).or_insert(0) += 1;
        // What is left over is ended, so that the next round begins like the first.
        house.run("stan", Command::Revoke(Revocation::Request(request))).await.ok();
        if round % 4 == 3 {
            Arc::get_mut(&mut house).unwrap().reopen().await.unwrap();
        }
    }
    house.registry.verify().await.unwrap();
    println!("{rounds} rounds of {CLIENTS} clients ended as {ends:?}");
}

/// Replays the journal of one request and holds every call to it; gives the last state.
async fn check(house: &House, request: RequestId, calls: &[Call], brief: Timestamp) -> Life {
    let records = house.registry.records(request.seq() + 1, 1_000).await.unwrap();
    // The states by epoch, from the request on.
    let mut states = vec![Life::Pending];
    for record in &records {
        let caller = calls.iter().find(|call| call.actor == record.actor && call.key == record.command_id);
        let caller = caller.unwrap_or_else(|| panic!("nobody caused {record:?}"));
        let until = if caller.wish == Wish::ApproveBriefly { brief.micros() } else { i64::MAX };
        states.push(next(*states.last().unwrap(), &record.kind, until));
    }
    let at = |seq: u64| states[usize::try_from(seq.saturating_sub(request.seq())).unwrap()];
    for call in calls {
        let answer = call.answer();
        let of_key: Vec<_> = records.iter().filter(|r| r.actor == call.actor && r.command_id == call.key).collect();
        let said = matches!(answer, Answer::Approved | Answer::Denied | Answer::Withdrawn | Answer::Ended);
        if said {
            // It says that something happened: it is there once, where it says, and was the next thing to happen.
            let outcome = call.outcome.as_ref().unwrap();
            assert_eq!(of_key.len(), 1, "{} of {} is recorded as {of_key:?}", call.key, call.actor);
            let record = of_key[0];
            assert_eq!(record.seq, outcome.seq);
            assert!(record.seq <= call.answered, "answered before it happened");
            assert!(outcome.replayed || record.seq > call.began, "it happened before it was asked");
            let before = at(record.seq - 1);
            let at: Timestamp = record.at.parse().unwrap();
            if let (Wish::Latch, Life::Granted { until, .. }) = (call.wish, before) {
                assert!(until < at.micros(), "it was ended before its time");
            }
            let expected = sequential(before, call.wish, at.micros());
            assert!(
                expected.is_none_or(|expected| expected == answer),
                "{:?} on {before:?} gave {answer:?} instead of {expected:?}",
                call.wish
            );
        } else {
            let fits = (call.began..=call.answered).any(|seq| {
                let life = at(seq);
                match sequential(life, call.wish, call.present.micros()) {
                    Some(expected) => expected == answer,
                    None if call.wish == Wish::Latch => answer == Answer::Unchanged,
                    None => answer == Answer::Refused(Code::InvalidValue),
                }
            });
            assert!(
                fits,
                "{:?} got {answer:?} although it was {:?} all the while",
                call.wish,
                (call.began..=call.answered).map(at).collect::<Vec<_>>()
            );
        }
    }
    // One key, one answer, once it had an effect; whoever shared it is told the same.
    for call in calls.iter().filter(|call| call.outcome.as_ref().is_ok_and(|outcome| outcome.replayed)) {
        let first = calls.iter().find(|other| {
            (&other.key, &other.actor) == (&call.key, &call.actor)
                && other.outcome.as_ref().is_ok_and(|outcome| !outcome.replayed && outcome.seq == call_seq(call))
        });
        let first = first.unwrap_or_else(|| panic!("{} repeats what nobody did", call.key));
        assert_eq!(first.outcome.as_ref().unwrap().done, call.outcome.as_ref().unwrap().done);
    }
    settled(house, request, *states.last().unwrap());
    *states.last().unwrap()
}

fn call_seq(call: &Call) -> u64 {
    call.outcome.as_ref().unwrap().seq
}

/// The mesh is where the model is.
fn settled(house: &House, request: RequestId, life: Life) {
    let mesh = house.registry.mesh();
    let state = &mesh.request(request).unwrap().state;
    match (life, state) {
        (Life::Granted { over, .. }, RequestState::Approved { entitlement, .. }) => {
            assert_eq!(mesh.entitlement(*entitlement).unwrap().ended.is_some(), over);
        }
        (Life::Denied, RequestState::Denied { .. }) | (Life::Withdrawn, RequestState::Withdrawn { .. }) => {}
        (life, state) => panic!("the journal says {life:?}, the mesh {state:?}"),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_applies_from_one_plan_are_one() {
    let house = Arc::new(House::published().await);
    let basis = house.plan("otto", &changed("Other claims"), &Confirmed::default()).unwrap().basis;
    // Both were planned on the same mesh; both change the same object.
    let apply = |text: &str| {
        let files = changed(text);
        let basis = house.plan("otto", &files, &Confirmed::default()).unwrap().basis;
        registry::Apply { expected: Some(basis), ..crate::house::apply(&files) }
    };
    let (one, two) = (apply("Motor claims"), apply("Home claims"));
    let (first, second) = (house.run("otto", Command::Apply(one)), house.run("otto", Command::Apply(two)));
    let answers = [first, second];
    let answers = futures::future::join_all(answers).await;
    let stale = answers.iter().filter_map(|answer| answer.as_ref().err()).collect::<Vec<_>>();
    assert_eq!(stale.iter().map(|problem| problem.code()).collect::<Vec<_>>(), [Code::PlanStale]);
    assert!(stale[0].message().contains("`domain:claims`"), "{:?}", stale[0]);
    // The plan of before is stale for everybody from now on.
    let late = registry::Apply { expected: Some(basis), ..crate::house::apply(&changed("Other claims")) };
    assert_eq!(house.run("otto", Command::Apply(late)).await.unwrap_err().code(), Code::PlanStale);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_applies_of_different_domains_are_both_done() {
    let house = Arc::new(House::published().await);
    // Each sends a repository of its own.
    let apply = |domain: &str| {
        let text = format!(
            "domain: {domain}\ncost_center: CC-3\nregion: local\nowner: claims-owners\nsteward: claims-stewards\n"
        );
        let files = crate::house::Files::from([("domain.yaml".to_owned(), text.into_bytes())]);
        let basis = house.plan("paul", &files, &Confirmed::default()).unwrap().basis;
        Command::Apply(registry::Apply { expected: Some(basis), ..crate::house::apply(&files) })
    };
    let (north, south) = (apply("north"), apply("south"));
    let answers = futures::future::join_all([house.run("paul", north), house.run("admin", south)]).await;
    for answer in &answers {
        assert!(matches!(answer.as_ref().unwrap().done, Done::Applied { .. }), "{answer:?}");
    }
}

/// The files with another description of `claims`.
fn changed(text: &str) -> crate::house::Files {
    let mut files = crate::house::files();
    let path = "domains/claims/domain.yaml".to_owned();
    let file = String::from_utf8(files.remove(&path).unwrap()).unwrap();
    files.insert(path, file.replace("Motor and home claims", text).into_bytes());
    files
}
