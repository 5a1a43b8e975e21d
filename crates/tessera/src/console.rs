//! The console as it was built into this binary.

use std::sync::Arc;

use bytes::Bytes;
use include_dir::{Dir, include_dir};
use model::Problem;
use server::Console;

static FILES: Dir<'_> = include_dir!("$OUT_DIR/console");

/// The console's files.
///
/// # Errors
/// `internal` if what was built in is not a console.
pub fn files() -> Result<Arc<Console>, Problem> {
    let files = below(&FILES).map(|(path, bytes)| (path, Bytes::from_static(bytes)));
    Ok(Arc::new(Console::new(files)?))
}

fn below(folder: &'static Dir<'static>) -> Box<dyn Iterator<Item = (String, &'static [u8])>> {
    let here = folder.files().map(|file| (file.path().display().to_string(), file.contents()));
    Box::new(here.chain(folder.dirs().flat_map(below)))
}
