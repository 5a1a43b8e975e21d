//! The doors, end to end: an in-process router and a real Postgres client against a mesh with published products.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

extern crate tessera_server as server;

#[allow(dead_code)]
#[path = "../../../gateway/tests/support/f1.rs"]
mod f1;
#[allow(dead_code)]
#[path = "../../../gateway/tests/support/slt.rs"]
mod slt;

mod access;
mod auth;
mod corpus;
mod endpoints;
mod governed_sql;
mod lifecycle;
mod load;
#[allow(dead_code)]
#[path = "../../../../fuzz/targets/mutate.rs"]
mod mutate;
mod one_error;
mod operations;
mod postgres;
mod purposes;
mod query;
mod revocation;
mod slow_clients;
mod support;
#[allow(dead_code)]
#[path = "../../../../fuzz/targets/server.rs"]
mod targets;
mod visibility;
