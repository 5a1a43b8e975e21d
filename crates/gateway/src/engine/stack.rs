//! Work that recurses over what a caller wrote runs on a thread with a deep stack.

use std::{panic::AssertUnwindSafe, thread};

use model::Problem;

/// Bytes of stack; reserved, not used, unless a statement is deep.
const STACK: usize = 64 << 20;

/// Runs work on a thread with a deep stack; a panic is a fault of ours, never the end of the process.
pub(crate) async fn on_big_stack<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Problem> + Send + 'static,
) -> Result<T, Problem> {
    let (sender, receiver) = tokio::sync::oneshot::channel();
    let span = tracing::Span::current();
    thread::Builder::new()
        .name("planning".to_owned())
        .stack_size(STACK)
        .spawn(move || {
            let _entered = span.enter();
            let done = std::panic::catch_unwind(AssertUnwindSafe(work))
                .unwrap_or_else(|_| Err(Problem::internal("planning panicked")));
            // Nobody listens any more if the statement was dropped.
            let _ = sender.send(done);
        })
        .map_err(Problem::internal)?;
    receiver.await.map_err(|_| Problem::internal("the planning thread ended early"))?
}

#[cfg(test)]
mod tests {
    use model::Code;

    use super::*;

    #[tokio::test]
    async fn a_panic_while_planning_is_internal_and_tells_nothing() {
        let problem = on_big_stack::<()>(|| panic!("secret")).await.unwrap_err();
        assert_eq!((problem.code(), problem.sqlstate()), (Code::Internal, "XX000"));
        assert!(!problem.to_string().contains("secret"));
        assert_eq!(on_big_stack(|| Ok(1)).await.unwrap(), 1);
    }

    #[tokio::test]
    async fn the_stack_is_deep() {
        fn down(depth: usize) -> usize {
            let room = std::hint::black_box([depth; 1_024]);
            if depth == 0 { room[0] } else { down(depth - 1) + room[1] - depth }
        }
        // 8 MiB and more of frames: fatal on an ordinary thread, which has two.
        assert_eq!(on_big_stack(|| Ok(down(1_024))).await.unwrap(), 0);
    }
}
