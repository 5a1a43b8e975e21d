//! Rows by digest: those that were taken already, and all of a table as one number.

use std::collections::HashMap;

use lake::batches::KNOWN_BYTES;
use model::{Code, Digest, Problem};
use sha2::{Digest as _, Sha256};

/// Most rows that a lookback may hold.
const MOST_KNOWN: usize = 8 << 20;

/// The digest of a row, shortened.
pub(super) type Short = [u8; KNOWN_BYTES];

/// Rows that were taken, each as often as it was.
#[derive(Debug, Default)]
pub(super) struct Known(HashMap<Short, u32>);

impl Known {
    /// From the digests that a batch left.
    pub(super) fn of(bytes: &[u8]) -> Self {
        let mut rows = HashMap::with_capacity(bytes.len() / KNOWN_BYTES);
        for row in bytes.as_chunks::<KNOWN_BYTES>().0 {
            *rows.entry(*row).or_default() += 1;
        }
        Self(rows)
    }

    /// Whether a row was taken; a second row like it counts once more.
    pub(super) fn take(&mut self, row: &Short) -> bool {
        match self.0.get_mut(row) {
            Some(left) if *left > 0 => {
                *left -= 1;
                true
            }
            _ => false,
        }
    }
}

/// The digests that this batch leaves.
#[derive(Debug, Default)]
pub(super) struct Leaves(Vec<u8>);

impl Leaves {
    /// Adds a row that the next run meets again.
    pub(super) fn add(&mut self, row: &Short) -> Result<(), Problem> {
        if self.0.len() >= MOST_KNOWN * KNOWN_BYTES {
            return Err(Problem::new(
                Code::TooLarge,
                format!("more than {MOST_KNOWN} rows lie within the lookback or have no cursor"),
            )
            .with_hint("shorten `lookback`, or choose a cursor that every row has"));
        }
        self.0.extend_from_slice(row);
        Ok(())
    }

    /// In one order, whatever order the rows came in.
    pub(super) fn into_bytes(self) -> Vec<u8> {
        let mut rows: Vec<Short> = self.0.as_chunks::<KNOWN_BYTES>().0.to_vec();
        rows.sort_unstable();
        rows.concat()
    }
}

/// A digest of many rows in any order: sums of their digests.
#[derive(Debug, Default)]
pub(super) struct Whole {
    rows: u64,
    high: u128,
    low: u128,
}

impl Whole {
    /// Adds a row.
    pub(super) fn add(&mut self, row: &[u8; 32]) {
        let (high, low) = row.split_at(16);
        let number = |half: &[u8]| half.try_into().map_or(0, u128::from_be_bytes);
        self.rows += 1;
        self.high = self.high.wrapping_add(number(high));
        self.low = self.low.wrapping_add(number(low));
    }

    /// The digest of all.
    pub(super) fn digest(&self) -> Digest {
        let mut hash = Sha256::new();
        hash.update(self.rows.to_be_bytes());
        hash.update(self.high.to_be_bytes());
        hash.update(self.low.to_be_bytes());
        Digest::from_bytes(hash.finalize().into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_known_as_often_as_it_was_taken() {
        let mut leaves = Leaves::default();
        for row in [[2; 16], [1; 16], [2; 16]] {
            leaves.add(&row).unwrap();
        }
        let bytes = leaves.into_bytes();
        assert_eq!(&bytes[..16], &[1; 16]);
        let mut known = Known::of(&bytes);
        assert!(known.take(&[2; 16]) && known.take(&[2; 16]) && !known.take(&[2; 16]));
        assert!(known.take(&[1; 16]) && !known.take(&[3; 16]));
    }

    #[test]
    fn the_digest_of_a_table_has_no_order_and_counts() {
        let of = |rows: &[[u8; 32]]| {
            let mut whole = Whole::default();
            rows.iter().for_each(|row| whole.add(row));
            whole.digest()
        };
        assert_eq!(of(&[[1; 32], [2; 32]]), of(&[[2; 32], [1; 32]]));
        assert_ne!(of(&[[1; 32], [2; 32]]), of(&[[1; 32], [2; 32], [2; 32]]));
        assert_ne!(of(&[]), of(&[[0; 32]]));
    }
}
