//! Chance that is a function of seed, subject and number: SplitMix64, so that bytes depend on no library's version.

/// What is diced about; each subject has dice of its own.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Subject {
    Customer = 1,
    Exports,
    Holdings,
    Policy,
    Events,
    Claim,
    Notice,
    Trips,
    Quote,
    Contacts,
    Payments,
}

/// Dice for one thing.
#[derive(Debug, Clone)]
pub(crate) struct Dice(u64);

impl Dice {
    pub(crate) fn of(seed: u64, subject: Subject, number: u64) -> Self {
        let start = mix(seed ^ (subject as u64).wrapping_mul(0xd134_2543_de82_ef95));
        Self(mix(start ^ number.wrapping_mul(0x9e37_79b9_7f4a_7c15)))
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number from 0 up to, and without, `end`; 0 if there is none.
    pub(crate) fn below(&mut self, end: u64) -> u64 {
        ((u128::from(self.next()) * u128::from(end)) >> 64) as u64
    }

    /// True so many times in ten thousand.
    pub(crate) fn happens(&mut self, in_ten_thousand: u64) -> bool {
        self.below(10_000) < in_ten_thousand
    }

    /// One of a list.
    pub(crate) fn pick<T: Copy + Default>(&mut self, list: &[T]) -> T {
        let index = self.below(list.len() as u64) as usize;
        list.get(index).copied().unwrap_or_default()
    }
}

fn mix(mut z: u64) -> u64 {
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}
