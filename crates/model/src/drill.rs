//! Drills: storage that fails on purpose, so that tests see what follows from every single failure.
//!
//! What works on storage says before each operation where it is about to work ([`pass`], [`read`]); a test arms one
//! fault for the n-th operation beneath a directory of its own ([`arm`]), so tests of one process do not meet. Nothing
//! here touches storage. It exists in builds with debug assertions only; in a release every operation passes.

use std::{io, path::Path};

/// What an operation needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operation {
    /// No space: opening, listing, reading, removing.
    Plain,
    /// Space, or that what was written becomes durable: creating, writing, syncing, naming.
    Grows,
}

/// What goes wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// One operation fails as on a broken device (`EIO`).
    Broken,
    /// From one operation on, whatever needs space fails (`ENOSPC`) until the drill ends.
    Full,
    /// One read of bytes gives half of them, as every read may.
    Short,
    /// One read of bytes finds the end of the file, as if somebody had cut it.
    Ended,
}

#[cfg(debug_assertions)]
pub use armed::{Drill, arm};

/// An operation beneath `place` is about to happen.
///
/// # Errors
/// That of the fault that is armed for it.
#[cfg(debug_assertions)]
pub fn pass(place: &Path, operation: Operation) -> io::Result<()> {
    armed::meet(place, operation, None).map(|_| ())
}

/// A read of so many bytes beneath `place` is about to happen; gives how many it may read.
///
/// # Errors
/// That of the fault that is armed for it.
#[cfg(debug_assertions)]
pub fn read(place: &Path, wanted: usize) -> io::Result<usize> {
    armed::meet(place, Operation::Plain, Some(wanted))
}

/// An operation beneath `place` is about to happen: nothing, in a release.
///
/// # Errors
/// Never.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn pass(_place: &Path, _operation: Operation) -> io::Result<()> {
    Ok(())
}

/// A read of so many bytes beneath `place` is about to happen: nothing, in a release.
///
/// # Errors
/// Never.
#[cfg(not(debug_assertions))]
#[inline(always)]
pub fn read(_place: &Path, wanted: usize) -> io::Result<usize> {
    Ok(wanted)
}

#[cfg(debug_assertions)]
mod armed {
    use std::{
        io,
        path::{Path, PathBuf},
        sync::{
            Arc, PoisonError, RwLock,
            atomic::{AtomicU64, Ordering::SeqCst},
        },
    };

    use super::{Fault, Operation};

    /// The drills under way; none, outside tests.
    static DRILLS: RwLock<Vec<Arc<Plan>>> = RwLock::new(Vec::new());

    #[derive(Debug)]
    struct Plan {
        place: PathBuf,
        fault: Fault,
        at: u64,
        passed: AtomicU64,
    }

    /// A fault that waits for its operation; it is gone when this is dropped.
    #[derive(Debug)]
    #[must_use = "a drill ends when it is dropped"]
    pub struct Drill(Arc<Plan>);

    /// Arms a fault for the n-th operation, from 1, that can have it and happens in `place` or beneath.
    pub fn arm(place: &Path, fault: Fault, at: u64) -> Drill {
        let plan = Arc::new(Plan { place: place.to_owned(), fault, at, passed: AtomicU64::new(0) });
        DRILLS.write().unwrap_or_else(PoisonError::into_inner).push(Arc::clone(&plan));
        Drill(plan)
    }

    impl Drill {
        /// Whether the operation came.
        pub fn happened(&self) -> bool {
            self.passed() >= self.0.at
        }

        /// How many operations came that could have had the fault.
        pub fn passed(&self) -> u64 {
            self.0.passed.load(SeqCst)
        }
    }

    impl Drop for Drill {
        fn drop(&mut self) {
            DRILLS.write().unwrap_or_else(PoisonError::into_inner).retain(|plan| !Arc::ptr_eq(plan, &self.0));
        }
    }

    /// Lets an operation meet what is armed; gives the bytes that may be read.
    pub(super) fn meet(place: &Path, operation: Operation, bytes: Option<usize>) -> io::Result<usize> {
        let drills = DRILLS.read().unwrap_or_else(PoisonError::into_inner);
        let mut left = bytes.unwrap_or(0);
        for plan in drills.iter().filter(|plan| place.starts_with(&plan.place)) {
            let concerned = match plan.fault {
                Fault::Broken => true,
                Fault::Full => operation == Operation::Grows,
                Fault::Short => bytes.is_some_and(|bytes| bytes > 1),
                Fault::Ended => bytes.is_some_and(|bytes| bytes > 0),
            };
            if !concerned {
                continue;
            }
            let number = plan.passed.fetch_add(1, SeqCst) + 1;
            match plan.fault {
                Fault::Full if number >= plan.at => return Err(io::Error::from_raw_os_error(28)),
                _ if number != plan.at => {}
                Fault::Broken => return Err(io::Error::from_raw_os_error(5)),
                Fault::Short => left = left.div_ceil(2),
                Fault::Ended => left = 0,
                Fault::Full => {}
            }
        }
        Ok(left)
    }
}

#[cfg(all(test, debug_assertions))]
mod tests {
    use super::*;

    #[test]
    fn a_fault_meets_its_operation_and_no_other() {
        let (ours, theirs) = (Path::new("/drill/ours"), Path::new("/drill/ours2"));
        let drill = arm(ours, Fault::Broken, 2);
        assert!(pass(ours, Operation::Plain).is_ok() && !drill.happened());
        assert!(pass(theirs, Operation::Plain).is_ok());
        assert_eq!(pass(&ours.join("beneath"), Operation::Grows).unwrap_err().raw_os_error(), Some(5));
        assert!(drill.happened() && pass(ours, Operation::Plain).is_ok());
        assert_eq!(drill.passed(), 3);
    }

    #[test]
    fn a_full_volume_reads_and_stays_full_until_the_drill_ends() {
        let place = Path::new("/drill/full");
        let drill = arm(place, Fault::Full, 1);
        for _ in 0..2 {
            assert_eq!(pass(place, Operation::Grows).unwrap_err().kind(), io::ErrorKind::StorageFull);
            assert_eq!(read(place, 7).unwrap(), 7);
        }
        drop(drill);
        assert!(pass(place, Operation::Grows).is_ok());
    }

    #[test]
    fn reads_are_cut() {
        let place = Path::new("/drill/reads");
        let short = arm(place, Fault::Short, 1);
        assert!(pass(place, Operation::Plain).is_ok(), "no bytes are read");
        assert_eq!((read(place, 7).unwrap(), read(place, 7).unwrap()), (4, 7));
        drop(short);
        let _ended = arm(place, Fault::Ended, 2);
        assert_eq!((read(place, 7).unwrap(), read(place, 7).unwrap()), (7, 0));
    }
}
