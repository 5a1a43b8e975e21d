//! Answers: runs SQL for a principal over published ports so that only treated data can come out.
//!
//! The way of a statement: [`statement`] splits and refuses what no door offers, `names` finds the ports it means,
//! `port` asks `governance` for the treatment, `planner` turns it into a plan whose only leaves are opaque (`leaf`),
//! and `run` audits, bounds and executes it. Not for wire protocols, and not for how rules are stored.
//!
//! INVARIANT: `run` is the only module that creates or executes a plan for a principal (test `one_way_to_the_data`).

#![cfg_attr(test, allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing))]

mod answer;
mod audit;
mod catalog;
mod engine;
mod executors;
mod explain;
mod fault;
mod gateway;
mod input;
mod leaf;
pub mod limits;
pub mod lineage;
mod names;
mod planner;
mod port;
#[cfg(test)]
mod reference;
mod run;
pub mod session;
pub mod statement;
mod unreadable;
mod visible;

pub use answer::{Answer, Description, Masked, Prepared};
pub use engine::checked_arithmetic;
pub use gateway::{Gateway, GatewayParts};
pub use input::GovernedInput;
pub use limits::Limits;
pub use run::Basis;
pub use session::{Catalog, Session, Settings};
pub use statement::{Kind, Statement};
pub use visible::VisibleTable;

/// Why a statement could not be planned, in the words of this house: for whoever plans SQL that people wrote.
pub fn planning_problem(error: &datafusion::error::DataFusionError) -> model::Problem {
    fault::problem(error)
}

/// The name in `pg_type` of the type that listings show a column with.
pub fn listed_type(kind: &model::column::ColumnType) -> &'static str {
    catalog::pg::type_of(kind).name
}
