//! The corpus of the fuzz target over this crate, and what a seed makes of it: what crashed once does not again.
//! `TESSERA_MUTATIONS` says how many.

use crate::{mutate::replay, targets};

#[test]
fn statements() {
    replay("statement_gate", targets::statement_gate, 2_000);
}
