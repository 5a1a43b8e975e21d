//! Random moments that can be had again: one printed seed gives one schedule.

/// A small generator of numbers.
pub struct Dice(u64);

impl Dice {
    /// Thrown from `TESSERA_SEED`, or from a seed of this process; says which.
    pub fn thrown() -> Self {
        let seed = number("TESSERA_SEED").unwrap_or_else(|| u64::from(std::process::id()) * 7_919 + 1);
        println!("TESSERA_SEED={seed}");
        Self(seed.max(1))
    }

    pub fn roll(&mut self, below: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % below
    }
}

/// A number that a person set for a long run by hand.
#[expect(clippy::disallowed_methods, reason = "a schedule is replayed, and a long one run, by hand")]
pub fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok().and_then(|text| text.parse().ok())
}
