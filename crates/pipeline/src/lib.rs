//! Makes: ingestion, SQL steps, gate, publication.
//!
//! One [`Pipeline`] serves every domain of an installation. It reads and writes the domain's own landing zone, reads
//! foreign products only as the domain's service through the gateway, and speaks to the registry by commands.
//! Not for wire protocols, and not for deciding who may read what.
//!
//! INVARIANT: only [`engine`] creates or executes query plans here; the gate and samples ask it for their sessions.

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod build;
mod busy;
mod damage;
pub mod engine;
pub mod gate;
mod graph;
mod increment;
mod ingest;
mod pipeline;
pub mod profile;
pub mod progress;
mod publish;
mod record;
pub mod rejects;
pub mod report;
mod retention;
mod run;
mod workshop;

pub use pipeline::{Environment, Limits, Pipeline, PipelineParts, RunTarget};
pub use progress::{Phase, Progress, Silent, Step, StepState};
pub use report::{GateReport, PublishReport, RuleOutcome, RuleResult, RunReport, StepReport};
pub use retention::Tidied;
