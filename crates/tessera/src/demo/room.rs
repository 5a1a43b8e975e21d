//! Whether the disk has room for NorthPeak at a scale, said before anything is written.

use std::path::Path;

use cli::progress::thousands;
use model::{Code, Problem};
use northpeak::Scale;

/// Bytes of the mesh and of the operational database for a hundred of the exports; measured, rounded up
/// (docs/benchmarks.md).
const PERCENT: u64 = 110;
/// What a mesh takes however small the company is: journal, search index, write-ahead logs.
const ALWAYS: u64 = 96 << 20;

/// Refuses a scale that does not fit on the disk of a folder.
///
/// # Errors
/// `storage-full`, with the scale that fits; `data-unavailable` if the disk does not say what is free.
pub fn check(scale: Scale, folder: &Path) -> Result<(), Problem> {
    let disk = rustix::fs::statvfs(folder).map_err(|error| {
        Problem::new(Code::DataUnavailable, format!("how much of `{}` is free is not known: {error}", folder.display()))
            .with_hint("set TMPDIR to a folder that is there")
    })?;
    fits(scale, disk.f_bavail.saturating_mul(disk.f_frsize), folder)
}

/// Bytes that the exports, the database and the mesh take together.
pub fn needed(scale: Scale) -> u64 {
    let exports = northpeak::estimate(scale);
    exports + exports / 100 * PERCENT + ALWAYS
}

/// Bytes of all files beneath a folder; what cannot be read counts as nothing.
pub fn used(folder: &Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    let bytes = entries.map(|entry| match entry.metadata() {
        Ok(metadata) if metadata.is_dir() => used(&entry.path()),
        Ok(metadata) => metadata.len(),
        Err(_) => 0,
    });
    bytes.sum()
}

fn fits(scale: Scale, free: u64, folder: &Path) -> Result<(), Problem> {
    let needed = needed(scale);
    if needed <= free {
        return Ok(());
    }
    let smaller = [3.0, 1.0, 0.3, 0.1, 0.03, 0.01, 0.003, 0.001];
    let smaller =
        smaller.into_iter().find(|fraction| Scale::new(*fraction).is_ok_and(|scale| self::needed(scale) <= free));
    let other = "set TMPDIR to a folder with more room";
    let hint = smaller.map_or_else(|| other.to_owned(), |smaller| format!("`--scale {smaller}` fits; or {other}"));
    let message = format!(
        "NorthPeak at scale {scale} takes {} MB, and {} MB are free in `{}`",
        thousands(needed / 1_000_000),
        thousands(free / 1_000_000),
        folder.display()
    );
    Err(Problem::new(Code::StorageFull, message).with_hint(hint))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_does_not_fit_is_said_with_what_does() {
        let whole = Scale::new(1.0).unwrap();
        let there = Path::new("/there");
        assert!(fits(whole, needed(whole), there).is_ok());
        let problem = fits(whole, needed(whole) - 1, there).unwrap_err();
        assert_eq!(problem.code(), Code::StorageFull);
        assert!(problem.message().contains("scale 1 takes") && problem.message().contains("/there"), "{problem}");
        assert!(problem.hint().unwrap().contains("`--scale 0.3` fits"), "{problem:?}");
        let nothing = fits(whole, 1_000, there).unwrap_err();
        assert!(!nothing.hint().unwrap().contains("--scale"), "nothing fits there: {nothing:?}");
    }

    #[test]
    fn what_is_needed_grows_with_the_company() {
        let needed: Vec<u64> = [0.001, 0.01, 0.1, 1.0].map(|scale| self::needed(Scale::new(scale).unwrap())).to_vec();
        assert!(needed.is_sorted() && needed[3] > 8_000_000_000 && needed[1] < 300_000_000, "{needed:?}");
    }
}
