//! Progress of a run or a publication, as events for whoever watches. Never holds a data value.

use serde::{Deserialize, Serialize};

/// Receives progress. Implementations must be quick: they are called from the work itself.
pub trait Progress: Send + Sync {
    /// Something began, moved or ended.
    fn step(&self, step: &Step);
}

/// One event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
pub struct Step {
    /// `bronze.notices`, `silver.claims`, `claims.claims_enriched.claims`, or the product for its gate and commit.
    pub name: String,
    /// What is being done.
    pub phase: Phase,
    /// Where it stands.
    pub state: StepState,
    /// Rows so far.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rows: Option<u64>,
    /// Rows set aside, once it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rejected: Option<u64>,
    /// Milliseconds it took, once it ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub millis: Option<u64>,
    /// One sentence for people: why it was skipped, what failed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What is being done.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum Phase {
    /// Source rows into bronze.
    Ingest,
    /// A SQL step into silver or into a port's candidate.
    Build,
    /// The manifest of a candidate.
    Manifest,
    /// The contract's rules and the standards.
    Gate,
    /// The record that pins every port.
    Publish,
}

/// Where a step stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, utoipa::ToSchema)]
#[serde(rename_all = "lowercase")]
pub enum StepState {
    /// It began.
    Started,
    /// It moved.
    Running,
    /// It ended well.
    Finished,
    /// Nothing to do: its inputs are those of the last time.
    Unchanged,
    /// Not tried, because something it needs failed.
    Skipped,
    /// It failed.
    Failed,
}

/// Nobody watches.
#[derive(Debug, Clone, Copy, Default)]
pub struct Silent;

impl Progress for Silent {
    fn step(&self, _: &Step) {}
}

/// Tells of one step from its start to its end.
pub(crate) struct Teller<'a> {
    progress: &'a dyn Progress,
    name: String,
    phase: Phase,
    since: std::time::Instant,
}

impl<'a> Teller<'a> {
    /// Announces the start.
    pub(crate) fn start(progress: &'a dyn Progress, name: impl Into<String>, phase: Phase) -> Self {
        let teller = Self { progress, name: name.into(), phase, since: std::time::Instant::now() };
        teller.tell(StepState::Started, None, None, None, None);
        teller
    }

    /// Announces rows so far.
    pub(crate) fn rows(&self, rows: u64) {
        self.tell(StepState::Running, Some(rows), None, None, None);
    }

    /// Announces the end and gives the milliseconds.
    pub(crate) fn end(&self, state: StepState, rows: Option<u64>, note: Option<String>) -> u64 {
        let millis = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.tell(state, rows, None, Some(millis), note);
        millis
    }

    /// Announces the end of a step that took some rows and set others aside.
    pub(crate) fn end_with(&self, state: StepState, rows: u64, rejected: u64, note: Option<String>) -> u64 {
        let millis = u64::try_from(self.since.elapsed().as_millis()).unwrap_or(u64::MAX);
        self.tell(state, Some(rows), Some(rejected).filter(|rows| *rows > 0), Some(millis), note);
        millis
    }

    fn tell(
        &self,
        state: StepState,
        rows: Option<u64>,
        rejected: Option<u64>,
        millis: Option<u64>,
        note: Option<String>,
    ) {
        self.progress.step(&Step { name: self.name.clone(), phase: self.phase, state, rows, rejected, millis, note });
    }
}
