//! The corpora of the fuzz targets over this crate, and what a seed makes of them: what crashed once does not again.
//! `TESSERA_MUTATIONS` says how many.

use crate::{mutate::replay, targets};

#[test]
fn first_packets() {
    replay("postgres_startup", targets::postgres_startup, 5_000);
}

#[test]
fn messages() {
    replay("postgres_messages", targets::postgres_messages, 5_000);
}

#[test]
fn what_the_corpora_hold_is_read() {
    let read = |name: &str, opening: bool| -> usize {
        crate::mutate::corpus(name).iter().map(|bytes| server::wire_reads(bytes, opening)).sum()
    };
    assert!(read("postgres_startup", true) >= 4 && read("postgres_messages", false) >= 10);
}
