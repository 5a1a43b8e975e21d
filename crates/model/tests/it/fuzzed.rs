//! The corpora of the fuzz targets over this crate, and what a seed makes of them: what crashed once does not again.
//! `TESSERA_MUTATIONS` says how many.

use crate::{mutate::replay, targets};

#[test]
fn files_of_every_kind() {
    replay("yaml_files", targets::yaml_files, 100);
}

#[test]
fn row_scopes() {
    replay("row_scope", targets::row_scope, 100);
}

#[test]
fn steps() {
    replay("sql_step", targets::sql_step, 100);
}
