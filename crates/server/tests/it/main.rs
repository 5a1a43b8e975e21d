//! The doors, end to end: an in-process router and a real Postgres client against a mesh with published products.
// Long runs, and schedules that are played again, are asked for by hand.
#![allow(clippy::disallowed_methods)]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

extern crate tessera_server as server;

#[allow(dead_code)]
#[path = "../../../gateway/tests/support/canary.rs"]
mod canary;
#[allow(dead_code, unused_imports)]
#[path = "../../../gateway/tests/support/f1.rs"]
mod f1;
#[path = "../../../../tests/support/page.rs"]
mod page;
#[allow(dead_code)]
#[path = "../../../gateway/tests/support/slt.rs"]
mod slt;

mod access;
mod auth;
mod beside;
mod change;
mod clock;
mod console;
mod damage;
mod desk;
mod doors;
mod effective;
mod endpoints;
mod events;
mod f1_house;
mod finding;
mod fuzzed;
mod governed_sql;
mod hostile_names;
mod lifecycle;
mod lineage;
mod load;
#[allow(dead_code)]
#[path = "../../../../fuzz/targets/mutate.rs"]
mod mutate;
mod one_error;
mod operations;
mod outside;
mod people;
mod postgres;
mod product_pages;
mod publishers;
mod purposes;
mod query;
mod racing;
mod raw;
mod reach;
mod reference;
mod revocation;
mod sessions;
mod slow_clients;
mod support;
#[allow(dead_code)]
#[path = "../../../../fuzz/targets/server.rs"]
mod targets;
mod visibility;
mod web;
