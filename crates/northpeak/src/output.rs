//! A file that is whole or not there: written beside its name, hidden, and put there when it is finished.

use std::{
    fs::File,
    io::{self, BufWriter, Write},
    path::{Path, PathBuf},
};

/// Bytes that are gathered before the disk is asked.
const BUFFER: usize = 1 << 18;

/// A file under way.
pub(crate) struct Output {
    writer: BufWriter<File>,
    hidden: PathBuf,
    path: PathBuf,
}

impl Output {
    /// Begins `folder/name`; makes the folder.
    pub(crate) fn create(folder: &Path, name: &str) -> io::Result<Self> {
        std::fs::create_dir_all(folder)?;
        // Whatever watches the folder takes no hidden file for a finished one.
        let hidden = folder.join(format!(".{name}.part"));
        let writer = BufWriter::with_capacity(BUFFER, File::create(&hidden)?);
        Ok(Self { writer, hidden, path: folder.join(name) })
    }

    /// Puts it in its place.
    pub(crate) fn finish(self) -> io::Result<()> {
        let file = self.writer.into_inner().map_err(io::IntoInnerError::into_error)?;
        drop(file);
        std::fs::rename(self.hidden, self.path)
    }
}

impl Write for Output {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.writer.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.writer.flush()
    }
}
