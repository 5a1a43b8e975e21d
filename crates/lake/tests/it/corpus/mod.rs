//! A generated corpus of storage that means harm (attack catalogue F): each case changes one thing of a table that is
//! published at version 0 and has a candidate at version 1. Asked of every case: the candidate is refused with the code
//! that is written down, or has exactly the rows it had; what is pinned answers as before; nothing outside the table is
//! opened, not even to look.

mod checkpoints;
mod files;
mod links;
mod log;
mod paths;
mod scene;

use std::{sync::Arc, time::Duration};

use model::{Code, Problem};

use self::scene::{CANARY, Scene};
use crate::support::value;

/// What must come of a candidate.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expect {
    /// It is refused.
    Refused(Code),
    /// What was changed says nothing about its rows: it is what it was.
    Harmless,
}

/// The data cannot be read or trusted.
const UNAVAILABLE: Expect = Expect::Refused(Code::DataUnavailable);
/// The log asks for something that is not served.
const UNSUPPORTED: Expect = Expect::Refused(Code::DeltaFeatureUnsupported);

/// One case.
pub struct Case {
    name: String,
    expect: Expect,
    /// Whether the change is to a file that is pinned: then statements that need it are refused.
    pinned_is_hit: bool,
    /// Whether a canary is another name of a file of the table, and so opened with it.
    is_shared: bool,
    damage: Box<dyn Fn(&Scene)>,
}

fn case(name: impl Into<String>, expect: Expect, damage: impl Fn(&Scene) + 'static) -> Case {
    Case { name: name.into(), expect, pinned_is_hit: false, is_shared: false, damage: Box::new(damage) }
}

/// Rows of the candidate and of what is published, as [`SUM`] tells them.
const CANDIDATE: &str = "25 5300 25";
const PUBLISHED: &str = "10 45 10";
const SUM: &str = "SELECT count(*) || ' ' || sum(id) || ' ' || count(name) FROM t";
const COUNTS: [&str; 3] = ["SELECT count(*) FROM t", "SELECT count(name) FROM t", "SELECT max(name) FROM t"];

/// What a publication does with the newest version, and a first read of it.
async fn publish(scene: &Scene) -> Result<String, Problem> {
    let table = scene.table();
    let Some(head) = table.head().await? else { return Ok("nothing".to_owned()) };
    let manifest = table.manifest(head).await?;
    let port = table.pin(Arc::new(manifest))?;
    let counted = value(port.provider(None)?, COUNTS[0]).await?;
    let summed = value(port.provider(None)?, SUM).await?;
    let same = summed.split(' ').next() == Some(counted.as_str());
    Ok(if same { summed } else { format!("{counted} or {summed:?}") })
}

/// What is wrong with a refusal. Nobody learns from it what lies elsewhere; the cause is for the log of the server and may
/// name paths, but never a byte of what they hold.
fn words(problem: &Problem, code: Code) -> Option<String> {
    let told = serde_json::to_string(problem).unwrap();
    let says_too_much = ["payroll", "zones", "part.parquet", "part-", CANARY].iter().any(|word| told.contains(word))
        || problem.cause().unwrap_or_default().contains(CANARY);
    (says_too_much || problem.code() != code).then(|| format!("{told}, cause {:?}", problem.cause()))
}

/// What is wrong with one case.
async fn judge(case: &Case, made: &Scene) -> Vec<String> {
    let mut wrong = Vec::new();
    let scene = made.copy();
    let before = scene.published().await;
    (case.damage)(&scene);
    let watch = scene.watch();
    match (case.expect, tokio::time::timeout(Duration::from_secs(20), publish(&scene)).await) {
        (_, Err(_)) => wrong.push("it hangs".to_owned()),
        (Expect::Harmless, Ok(Ok(rows))) if rows == CANDIDATE => {}
        (Expect::Refused(code), Ok(Err(problem))) => wrong.extend(words(&problem, code)),
        (expect, Ok(Ok(rows))) => wrong.push(format!("{rows} rows are served, {expect:?} was due")),
        (expect, Ok(Err(problem))) => {
            wrong.push(format!("{problem} ({:?}), {expect:?} was due", problem.cause().unwrap_or_default()));
        }
    }
    // What is pinned: through the port that was open before, and through a new one.
    let all = [(SUM, PUBLISHED), (COUNTS[0], "10"), (COUNTS[1], "10"), (COUNTS[2], "name 9")];
    let (first, second) = if case.pinned_is_hit { (&all[..], &all[..]) } else { (&all[..1], &all[1..2]) };
    for (port, questions) in [(before, first), (scene.published().await, second)] {
        for (sql, expected) in questions {
            match value(port.provider(None).unwrap(), sql).await {
                Ok(found) if !case.pinned_is_hit && found == *expected => {}
                Ok(found) => wrong.push(format!("{sql} gives {found}")),
                Err(problem) if case.pinned_is_hit => wrong.extend(words(&problem, Code::DataUnavailable)),
                Err(problem) => wrong.push(format!("{sql}: {problem}: {:?}", problem.cause())),
            }
        }
    }
    let seen = watch.seen();
    if !seen.is_empty() && !case.is_shared {
        wrong.push(format!("what lies elsewhere was opened: {seen:?}"));
    }
    if scene.was_called() {
        wrong.push("somebody was called over the network".to_owned());
    }
    wrong
}

async fn judge_all(cases: Vec<Case>, at_least: usize) {
    assert!(cases.len() >= at_least, "the corpus shrank to {} cases", cases.len());
    let made = Scene::new().await;
    let mut wrong = String::new();
    for case in &cases {
        let name: String = case.name.chars().take(120).collect();
        // Said beforehand: a case may end the process.
        println!("{name}");
        for what in judge(case, &made).await {
            let what: String = what.chars().take(400).collect();
            wrong.push_str(&format!("\n{name}: {what}"));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
    println!("{} cases", cases.len());
}

#[tokio::test]
async fn no_path_of_a_log_leads_out_of_its_table() {
    judge_all(paths::cases(), 40).await;
}

#[tokio::test]
async fn a_hostile_log_is_refused_or_changes_nothing() {
    judge_all(log::cases(), 40).await;
}

#[tokio::test]
async fn a_hostile_checkpoint_is_refused_or_changes_nothing() {
    judge_all(checkpoints::cases(), 14).await;
}

#[tokio::test]
async fn a_link_or_a_special_file_is_refused_wherever_it_stands() {
    judge_all(links::cases(), 12).await;
}

#[tokio::test]
async fn an_altered_file_is_an_error_and_never_fewer_rows() {
    judge_all(files::cases(), 14).await;
}

#[tokio::test]
async fn without_a_change_the_candidate_is_published() {
    judge_all(vec![case("nothing", Expect::Harmless, |_| {})], 1).await;
}
