//! Which files a source table means right now, and which of them are still being written.

use std::{fs::File, os::unix::fs::MetadataExt as _, path::Path, time::Duration};

use glob::{MatchOptions, Pattern};
use model::{Code, Problem, Timestamp};

use super::roots::Root;

/// Most entries one pattern may walk over.
const MOST_ENTRIES: usize = 200_000;
/// How long a file must have stood still.
const STILL_MICROS: i64 = 2_000_000;

const OPTIONS: MatchOptions =
    MatchOptions { case_sensitive: true, require_literal_separator: true, require_literal_leading_dot: true };

/// One file that a pattern matched, open.
#[derive(Debug)]
pub(crate) struct Found {
    /// What it is known by: the root as people wrote it and the path beneath it.
    pub(crate) path: String,
    /// The open file; every later read is of this very file.
    pub(crate) file: File,
    /// How it looked when it was opened.
    pub(crate) stamp: Stamp,
}

/// How a file looks without reading it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Stamp {
    /// Bytes.
    pub(crate) size: u64,
    /// Modification time in nanoseconds.
    pub(crate) modified: i128,
    /// Change time in nanoseconds: a new content under an old modification time still moves it.
    pub(crate) changed: i128,
    /// The inode.
    pub(crate) inode: u64,
}

impl Stamp {
    /// The stamp of an open file.
    pub(crate) fn of(file: &File, path: &str) -> Result<Self, Problem> {
        let metadata = file.metadata().map_err(|error| {
            Problem::new(Code::SourceUnavailable, format!("`{path}` cannot be read")).with_cause(error)
        })?;
        let nanos = |seconds: i64, nanos: i64| i128::from(seconds) * 1_000_000_000 + i128::from(nanos);
        Ok(Self {
            size: metadata.len(),
            modified: nanos(metadata.mtime(), metadata.mtime_nsec()),
            changed: nanos(metadata.ctime(), metadata.ctime_nsec()),
            inode: metadata.ino(),
        })
    }

    /// Whether it stood still long enough. A time in the future is another machine's clock, not a file being written.
    pub(crate) fn is_still(&self, now: Timestamp) -> bool {
        let age = i128::from(now.micros()) - self.modified / 1_000;
        !(-i128::from(STILL_MICROS)..i128::from(STILL_MICROS)).contains(&age)
    }

    /// How much longer it has to stand still.
    pub(crate) fn moves_for(&self, now: Timestamp) -> Duration {
        let age = i128::from(now.micros()) - self.modified / 1_000;
        let left = i128::from(STILL_MICROS) - age;
        Duration::from_micros(u64::try_from(left.clamp(0, 2 * i128::from(STILL_MICROS))).unwrap_or_default())
    }

    /// As text, for the batch record.
    pub(crate) fn text(&self) -> String {
        format!("{}:{}:{}:{}", self.size, self.modified, self.changed, self.inode)
    }
}

/// Whether a path names exactly one file.
pub(crate) fn is_plain(path: &str) -> bool {
    !path.contains(['*', '?', '['])
}

/// A table's path, parsed.
#[derive(Debug)]
pub(crate) struct Wanted {
    text: String,
    pattern: Pattern,
    /// Leading folders without a wildcard.
    literal: Vec<String>,
    /// How many further folders the pattern can reach; `None` with `**`.
    depth: Option<usize>,
}

impl Wanted {
    /// Parses a path or glob as written in a source file.
    ///
    /// # Errors
    /// `source-unavailable` for a path that climbs or is no glob; `Ok(None)` for an absolute path beneath no root.
    pub(crate) fn parse(path: &str, root: &Root) -> Result<Option<Self>, Problem> {
        let wrong = |why: &str| {
            Problem::new(Code::SourceUnavailable, format!("the source path `{}` {why}", path.escape_debug()))
                .with_hint("write a path or glob beneath the domain's drop folder, such as `notices/*.csv`")
        };
        let relative = if path.starts_with('/') {
            match root.beneath(Path::new(path)) {
                Some(rest) => rest.to_str().unwrap_or_default(),
                None => return Ok(None),
            }
        } else {
            path.strip_prefix("./").unwrap_or(path)
        };
        let parts: Vec<&str> = relative.split('/').collect();
        // SECURITY: test `a_path_that_climbs_is_refused`.
        if parts.iter().any(|part| part.is_empty() || *part == "." || *part == "..") || relative.contains('\0') {
            return Err(wrong("leaves its folder or has an empty part"));
        }
        let pattern = Pattern::new(relative).map_err(|error| wrong("is not a glob").with_cause(error))?;
        let folders = parts.len().saturating_sub(1);
        let literal: Vec<String> =
            parts.iter().take(folders).take_while(|part| is_plain(part)).map(|part| (*part).to_owned()).collect();
        let depth = (!parts.contains(&"**")).then_some(folders - literal.len());
        Ok(Some(Self { text: relative.to_owned(), pattern, literal, depth }))
    }

    /// The files it means beneath one root, in the order of their paths.
    ///
    /// # Errors
    /// `source-unavailable` when something on the way may not be opened, `too-large` for more entries than are walked.
    pub(crate) fn find(&self, root: &Root) -> Result<Vec<Found>, Problem> {
        let mut paths = Vec::new();
        if is_plain(&self.text) {
            paths.push(self.text.clone());
        } else {
            let mut seen = 0;
            self.walk(root, &self.literal.clone(), 0, &mut seen, &mut paths)?;
        }
        let mut found = Vec::new();
        for path in paths {
            if let Some(file) = root.open(&path)? {
                let stamp = Stamp::of(&file, &path)?;
                let path = if root.label.is_empty() { path } else { format!("{}/{path}", root.label) };
                found.push(Found { path, file, stamp });
            }
        }
        Ok(found)
    }

    fn walk(
        &self,
        root: &Root,
        folder: &[String],
        depth: usize,
        seen: &mut usize,
        paths: &mut Vec<String>,
    ) -> Result<(), Problem> {
        let parts: Vec<&str> = folder.iter().map(String::as_str).collect();
        for entry in root.entries(&parts)? {
            *seen += 1;
            if *seen > MOST_ENTRIES {
                return Err(Problem::new(
                    Code::TooLarge,
                    format!("the source path `{}` walks over more than {MOST_ENTRIES} files", self.text),
                )
                .with_hint("name the folder, or move what was taken away"));
            }
            let mut path = folder.to_vec();
            path.push(entry.name);
            if entry.is_folder {
                if self.depth.is_none_or(|deepest| depth < deepest) && depth < 64 {
                    self.walk(root, &path, depth + 1, seen, paths)?;
                }
            } else {
                let path = path.join("/");
                if self.pattern.matches_with(&path, OPTIONS) {
                    paths.push(path);
                }
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn stamp(modified_micros: i64) -> Stamp {
        Stamp { size: 1, modified: i128::from(modified_micros) * 1_000, changed: 0, inode: 1 }
    }

    #[test]
    fn a_file_is_still_after_two_seconds() {
        let now = Timestamp::from_micros(10_000_000);
        assert!(stamp(8_000_000).is_still(now));
        assert!(!stamp(8_000_001).is_still(now));
        assert!(!stamp(10_000_000).is_still(now));
        assert!(stamp(99_000_000).is_still(now), "another machine's clock");
        assert_eq!(stamp(9_500_000).moves_for(now), Duration::from_millis(1_500));
    }
}
