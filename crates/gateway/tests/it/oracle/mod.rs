//! Random statements for the oracles: the same from the same seed everywhere, and made smaller when one tells something.

mod query;
mod shrink;
mod words;

pub use query::Statement;
pub use shrink::shrink;
pub use words::Words;

/// Randomness of a seed.
#[derive(Debug)]
pub struct Dice(u64);

impl Dice {
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// A number below `sides`.
    pub fn roll(&mut self, sides: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) as usize % sides
    }

    /// Whether one of so many times.
    pub fn once_in(&mut self, times: usize) -> bool {
        self.roll(times) == 0
    }

    pub fn of<'a>(&mut self, options: &[&'a str]) -> &'a str {
        options[self.roll(options.len())]
    }
}

/// How many statements an oracle tries for its seed: the variable, `TWIN=20000`, or what every run of the tests affords.
pub fn count(variable: &str, usual: usize) -> usize {
    std::env::var(variable).ok().and_then(|text| text.parse().ok()).unwrap_or(usual)
}

/// The seeds: one of the variable `SEED`, or those of every run.
pub fn seeds(usual: &[u64]) -> Vec<u64> {
    match std::env::var("SEED").ok().and_then(|text| text.parse().ok()) {
        Some(seed) => vec![seed],
        None => usual.to_vec(),
    }
}
