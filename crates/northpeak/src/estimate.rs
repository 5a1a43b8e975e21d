//! How much disk a generation takes, said beforehand.

use crate::scale::Scale;

/// Bytes of all files for one policyholder, measured and rounded up.
const BYTES_EACH: u64 = 1_300;
/// What files hold however small the company is.
const BYTES_ALWAYS: u64 = 200_000;

/// About how many bytes [`crate::generate`] writes; somewhat more rather than less.
pub fn estimate(scale: Scale) -> u64 {
    BYTES_ALWAYS + scale.policyholders() * BYTES_EACH
}
