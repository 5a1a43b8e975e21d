//! What the targets over `server` do with their bytes: shared by the fuzzer and the test that replays the corpus.

/// The first packets of a Postgres connection.
pub fn postgres_startup(data: &[u8]) {
    server::wire_reads(data, true);
}

/// The messages after sign-in, simple and extended.
pub fn postgres_messages(data: &[u8]) {
    server::wire_reads(data, false);
}
