//! The registry from outside: chain attacks, crash windows, use cases, start-up.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

extern crate tessera_registry as registry;

mod access;
mod activity;
mod apply;
mod backup;
mod chain;
mod commands;
mod desk;
mod drills;
mod effective;
mod fold;
mod head;
mod history;
mod house;
mod inherit;
mod lineage;
mod privacy;
mod publish;
mod races;
mod reach;
mod release;
mod remarks;
mod retention;
mod search;
mod start;
mod time;
