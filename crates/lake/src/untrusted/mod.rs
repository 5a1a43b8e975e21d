//! Parquet files of others, looked through before a decoder believes them.
//!
//! The decoders behind are fast because they take sizes and counts from the file as they stand: a list of two billion row
//! groups in twenty bytes, a dictionary of two billion values, a schema of a hundred thousand levels. Memory that cannot
//! be had and a stack that ends take the whole process with them, so each is refused here, before it is asked for.
//!
//! [`footer`] looks through the bytes of a footer, [`pages`] through the headers of every page and the page index. Not for
//! what a file may say about its rows: that is the decoder's and the gate's.

mod compact;
mod delta;
pub(crate) mod pages;
mod shapes;

use compact::{Event, Fault};

/// Deepest nesting of columns.
const DEEPEST: usize = 64;
/// Most nodes of a schema: twice the columns a file may have, and their groups.
const MOST_NODES: usize = 60_000;
/// Most row groups: what the decoder can number.
const MOST_ROW_GROUPS: usize = 32_767;
/// Most column chunks of a file: row groups times columns.
const MOST_CHUNKS: usize = 1 << 20;
/// Bytes of a value of fixed length. The decoder asks for the memory of a batch of them at once.
const LONGEST_FIXED: i64 = 16 << 10;

/// Looks through the bytes of a footer.
///
/// # Errors
/// Why nothing of it may be believed.
pub(crate) fn footer(bytes: &[u8]) -> Result<(), &'static str> {
    use shapes::footer as at;
    // How many nodes each node of the schema has beneath it, in the order in which they are listed.
    let mut children: Vec<i64> = Vec::new();
    let (mut groups, mut chunks) = (0_usize, 0_usize);
    let limit = |fits: bool, why: &'static str| if fits { Ok(()) } else { Err(Fault::Wrong(why)) };
    let walked = compact::walk(bytes, shapes::FILE_META_DATA, &mut |path, event| match event {
        Event::Begin if path == at::NODE => {
            children.push(0);
            limit(children.len() <= MOST_NODES, "it declares too many columns")
        }
        Event::Number(count) if path == at::CHILDREN => {
            children.last_mut().into_iter().for_each(|last| *last = count);
            limit(count >= 0, "its schema has a negative number of columns")
        }
        Event::Number(length) if path == at::LENGTH => {
            limit(length <= LONGEST_FIXED, "it declares values of a fixed length beyond 16 KiB")
        }
        Event::Begin if path == at::GROUP => {
            groups += 1;
            limit(groups <= MOST_ROW_GROUPS, "it has too many row groups")
        }
        Event::Begin if path == at::CHUNK => {
            chunks += 1;
            limit(chunks <= MOST_CHUNKS, "it has too many column chunks")
        }
        _ => Ok(()),
    });
    walked.and_then(|_| nesting(&children)).map_err(told)
}

fn told(fault: Fault) -> &'static str {
    match fault {
        Fault::Short => "it ends too early",
        Fault::Wrong(why) => why,
    }
}

/// The decoder builds the schema by recursion, and drops it so.
fn nesting(children: &[i64]) -> Result<(), Fault> {
    let mut open: Vec<i64> = Vec::new();
    for (index, count) in children.iter().enumerate() {
        while open.last() == Some(&0) {
            open.pop();
        }
        match open.last_mut() {
            Some(waiting) => *waiting -= 1,
            None if index == 0 => {}
            None => return Err(Fault::Wrong("its schema has more columns than it says")),
        }
        if *count > 0 {
            open.push(*count);
        }
        if open.len() > DEEPEST {
            return Err(Fault::Wrong("its columns are nested too deeply"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
