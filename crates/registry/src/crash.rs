//! Crash points: named places where a test ends the process at once, without unwinding, flushing or answering.
//!
//! They exist in builds with debug assertions only; a release has none of them. A point is a stage and what it is about:
//! `committed product-published` is the moment after the transaction of a publication, before anybody was told.

/// Chooses the point at which the process aborts: `STAGE OF` or `STAGE OF TIMES`, the n-th time it is passed.
///
/// # Errors
/// What cannot be read of the text.
#[cfg(debug_assertions)]
pub fn arm(text: &str) -> Result<(), String> {
    let words: Vec<&str> = text.split_whitespace().collect();
    let (stage, of, times) = match words.as_slice() {
        [stage, of] => (stage, of, 1),
        [stage, of, times] => (stage, of, times.parse().map_err(|_| format!("`{times}` is no number"))?),
        _ => return Err(format!("a crash point is `STAGE OF [TIMES]`, not `{text}`")),
    };
    let plan = armed::Plan { stage: (*stage).to_owned(), of: (*of).to_owned(), left: times.into() };
    armed::PLAN.set(plan).map_err(|_| "a crash point is armed already".to_owned())
}

/// Passes a point: aborts if it is the one that was armed.
#[cfg(debug_assertions)]
pub fn point(stage: &str, of: &str) {
    use std::sync::atomic::Ordering::SeqCst;
    let Some(plan) = armed::PLAN.get() else { return };
    if plan.stage == stage && plan.of == of && plan.left.fetch_sub(1, SeqCst) == 1 {
        std::process::abort();
    }
}

/// Passes a point: nothing, in a release.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn point(_stage: &str, _of: &str) {}

#[cfg(debug_assertions)]
mod armed {
    use std::sync::{OnceLock, atomic::AtomicI64};

    pub(super) struct Plan {
        pub(super) stage: String,
        pub(super) of: String,
        pub(super) left: AtomicI64,
    }

    pub(super) static PLAN: OnceLock<Plan> = OnceLock::new();
}
