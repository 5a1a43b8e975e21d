//! The corpora of the fuzz targets over this crate, and what a seed makes of them: what crashed once does not again.
//! `TESSERA_MUTATIONS` says how many.

use crate::{mutate::replay, targets};

#[test]
fn logs() {
    replay("delta_log", targets::delta_log, 60);
}

#[test]
fn parquet_files() {
    replay("parquet_file", targets::parquet_file, 500);
}
