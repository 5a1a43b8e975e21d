//! An open file of a zone: what the standard library's file does, and in drills ([`model::drill`]) what a disk may do.
//!
//! Every byte that the lake reads or writes goes through here, so a test can let any single one of these operations fail.

use std::{
    fs::{File, Metadata},
    io::{self, BufReader, Read, Seek, SeekFrom, Write},
    os::unix::fs::FileExt as _,
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use model::drill::{self, Operation};
use parquet::file::reader::{ChunkReader, Length};

/// An open file and the directory it was opened beneath.
#[derive(Debug)]
pub(crate) struct Opened {
    file: File,
    place: Arc<Path>,
}

impl Opened {
    pub(crate) fn new(file: File, place: Arc<Path>) -> Self {
        Self { file, place }
    }

    pub(crate) fn metadata(&self) -> io::Result<Metadata> {
        drill::pass(&self.place, Operation::Plain)?;
        self.file.metadata()
    }

    pub(crate) fn sync_all(&self) -> io::Result<()> {
        drill::pass(&self.place, Operation::Grows)?;
        self.file.sync_all()
    }

    /// Fills the buffer from an offset on.
    pub(crate) fn read_exact_at(&self, mut buffer: &mut [u8], mut offset: u64) -> io::Result<()> {
        while !buffer.is_empty() {
            let wanted = drill::read(&self.place, buffer.len())?;
            let part = buffer.get_mut(..wanted).unwrap_or_default();
            let read = match self.file.read_at(part, offset) {
                Ok(0) => return Err(io::ErrorKind::UnexpectedEof.into()),
                Ok(read) => read,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
                Err(error) => return Err(error),
            };
            buffer = buffer.get_mut(read..).unwrap_or_default();
            offset += read as u64;
        }
        Ok(())
    }

    fn from(&self, start: u64) -> io::Result<Self> {
        let mut opened = self.reopened()?;
        opened.file.seek(SeekFrom::Start(start))?;
        Ok(opened)
    }
}

/// A file that can be read from several places at once.
pub(crate) trait Reopen: ChunkReader + Sized {
    /// Another handle on the same file.
    fn reopened(&self) -> io::Result<Self>;
}

impl Reopen for Opened {
    fn reopened(&self) -> io::Result<Self> {
        Ok(Self { file: self.file.try_clone()?, place: Arc::clone(&self.place) })
    }
}

impl Reopen for File {
    fn reopened(&self) -> io::Result<Self> {
        self.try_clone()
    }
}

impl Read for Opened {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let wanted = drill::read(&self.place, buffer.len())?;
        self.file.read(buffer.get_mut(..wanted).unwrap_or_default())
    }
}

impl Write for Opened {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        drill::pass(&self.place, Operation::Grows)?;
        self.file.write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.file.flush()
    }
}

impl Seek for Opened {
    fn seek(&mut self, to: SeekFrom) -> io::Result<u64> {
        self.file.seek(to)
    }
}

impl Length for Opened {
    fn len(&self) -> u64 {
        self.file.metadata().map_or(0, |metadata| metadata.len())
    }
}

impl ChunkReader for Opened {
    type T = BufReader<Self>;

    fn get_read(&self, start: u64) -> parquet::errors::Result<Self::T> {
        Ok(BufReader::new(self.from(start)?))
    }

    fn get_bytes(&self, start: u64, length: usize) -> parquet::errors::Result<Bytes> {
        // Read as it comes: a length that somebody else wrote allocates nothing before there are bytes.
        let mut bytes = Vec::new();
        self.from(start)?.take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length {
            return Err(parquet::errors::ParquetError::EOF(format!("{} of {length} bytes", bytes.len())));
        }
        Ok(bytes.into())
    }
}
