//! How much of NorthPeak there is.

use std::{fmt, str::FromStr};

/// Policyholders at scale 1.
pub const POLICYHOLDERS: u64 = 3_100_000;

/// Fewer policyholders than this show none of the rarer defects.
const FEWEST: f64 = 620.0;
/// Ten times the whole company.
const LARGEST: f64 = 10.0;

/// A fraction of NorthPeak: 1 is all of its policyholders, 0.0002 the least, 10 the most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Scale(f64);

impl Scale {
    /// A scale from a number.
    ///
    /// # Errors
    /// If it is no number, not positive, too small to show anything or larger than ten companies.
    pub fn new(fraction: f64) -> Result<Self, ScaleError> {
        let fits = fraction.is_finite() && fraction * POLICYHOLDERS as f64 + 0.5 >= FEWEST && fraction <= LARGEST;
        if fits { Ok(Self(fraction)) } else { Err(ScaleError { given: fraction.to_string() }) }
    }

    /// The fraction.
    pub fn fraction(self) -> f64 {
        self.0
    }

    /// How many policyholders that are.
    pub fn policyholders(self) -> u64 {
        // INVARIANT: `new` took a finite number that is positive and small.
        (self.0 * POLICYHOLDERS as f64).round() as u64
    }
}

impl FromStr for Scale {
    type Err = ScaleError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let wrong = || ScaleError { given: text.to_owned() };
        let fraction = text.trim().parse().map_err(|_| wrong())?;
        Self::new(fraction).map_err(|_| wrong())
    }
}

impl fmt::Display for Scale {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// A scale that means nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ScaleError {
    given: String,
}

impl fmt::Display for ScaleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "`{}` is no scale: a number from 0.0002 to {LARGEST}, where 1 is all of NorthPeak", self.given)
    }
}

impl std::error::Error for ScaleError {}
