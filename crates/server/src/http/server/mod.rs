//! The server itself: health, readiness, counters, the description of the API.

pub mod health;
pub mod metrics;
pub mod openapi;
pub mod ready;
