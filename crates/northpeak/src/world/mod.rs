//! NorthPeak itself: every customer, policy and claim as a function of the seed and a number.

mod claims;
mod customers;
mod policies;
mod rings;

pub(crate) use claims::{Claim, Fault, HOURS, Version};
pub(crate) use customers::{BirthForm, Customer, Encoding};
pub(crate) use policies::{Event, Line, Policy};

use crate::{
    moment::{Clock, Office},
    scale::Scale,
};

/// Where a customer's policies are held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Region {
    Eu,
    In,
}

impl Region {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Eu => "EU",
            Self::In => "IN",
        }
    }

    pub(crate) fn currency(self) -> &'static str {
        match self {
            Self::Eu => "EUR",
            Self::In => "INR",
        }
    }

    fn office(self) -> Office {
        match self {
            Self::Eu => Office::Berlin,
            Self::In => Office::Pune,
        }
    }

    /// How this region's systems write a moment, by a number below 10.
    pub(crate) fn clock(self, number: u64) -> Clock {
        match number {
            0..5 => Clock::Offset(self.office()),
            5..8 => Clock::Utc,
            _ => Clock::Naive(self.office()),
        }
    }
}

/// The company at one scale and seed.
#[derive(Debug, Clone, Copy)]
pub(crate) struct World {
    pub(crate) seed: u64,
    /// Customers are numbered from 0 up to, and without, this.
    pub(crate) policyholders: u64,
}

impl World {
    pub(crate) fn new(scale: Scale, seed: u64) -> Self {
        Self { seed, policyholders: scale.policyholders() }
    }
}

/// The number of a customer as every system should write it.
pub(crate) fn customer_no(index: u64) -> String {
    format!("C-{index:08}")
}

/// The number of a policy.
pub(crate) fn policy_no(id: u64) -> String {
    format!("P-{id:010}")
}

/// The number of a claim.
pub(crate) fn claim_no(number: u64) -> String {
    format!("K-{number:09}")
}

/// A customer's number that no customer has.
pub(crate) fn unknown_customer_no(number: u64) -> String {
    format!("C-9{:07}", number % 10_000_000)
}

/// A policy's number that no policy has.
pub(crate) fn unknown_policy_no(number: u64) -> String {
    format!("P-9{:09}", number % 1_000_000_000)
}
