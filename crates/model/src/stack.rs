//! Work that recurses over what somebody wrote has a deep stack, whatever the thread has.

/// Bytes of stack below which a deep one is taken.
const LEFT: usize = 32 << 20;

/// Bytes of a deep stack; reserved, and used only by what is deep.
const DEEP: usize = 64 << 20;

/// Runs work on a deep stack.
///
/// SECURITY: an exhausted stack ends the whole process. The parser takes a new stack where little is left, but the frames
/// between two such places may be larger than that (tests `depth_costs_no_more_than_length`, `deep_texts_end_no_process`).
pub fn deep<T>(work: impl FnOnce() -> T) -> T {
    stacker::maybe_grow(LEFT, DEEP, work)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_stack_is_deep_wherever_it_is_asked_for() {
        fn down(depth: usize) -> usize {
            let room = std::hint::black_box([depth; 1_024]);
            if depth == 0 { room[0] } else { down(depth - 1) + room[1] - depth }
        }
        // 8 MiB and more of frames, on a thread that has a quarter of one.
        let small = std::thread::Builder::new().stack_size(256 << 10);
        assert_eq!(small.spawn(|| deep(|| down(1_024) + deep(|| down(1_024)))).unwrap().join().unwrap(), 0);
    }
}
