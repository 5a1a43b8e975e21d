//! Threads that execute plans: every principal has its own.
//!
//! How threads share the cores is the operating system's to decide, and it is fair to them. So what one asks too much of
//! keeps its own threads busy; the next statement of another finds threads that wait for nothing else, instead of a place
//! in a queue behind it.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use model::{Code, Problem, principal::Principal};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

/// Bytes of stack of a thread; reserved, not used, unless a plan is deep.
const STACK: usize = 16 << 20;

/// How long the threads of somebody who asks nothing are kept.
const IDLE: Duration = Duration::from_secs(30);

/// Most principals with threads of their own; the others share some.
const OWN: usize = 64;

/// Most threads that read files for one principal.
const READING: usize = 64;

/// The threads of everybody who asks.
#[derive(Debug)]
pub(crate) struct Executors {
    threads: usize,
    each: Mutex<HashMap<Principal, Executor>>,
    /// For whom there are no own ones; absent while this is dropped.
    shared: Option<Runtime>,
}

#[derive(Debug)]
struct Executor {
    runtime: Runtime,
    /// Held by what is executed.
    busy: Arc<()>,
    used: Instant,
}

impl Executor {
    fn is_idle(&self) -> bool {
        Arc::strong_count(&self.busy) == 1
    }
}

impl Drop for Executors {
    fn drop(&mut self) {
        let each = self.each.get_mut().unwrap_or_else(PoisonError::into_inner);
        // The last owner may be a task of another runtime, where waiting is not allowed.
        each.drain().for_each(|(_, executor)| executor.runtime.shutdown_background());
        if let Some(shared) = self.shared.take() {
            shared.shutdown_background();
        }
    }
}

impl Executors {
    /// With so many threads for each principal; 0 means one for each core.
    ///
    /// # Errors
    /// `internal` if there can be no threads.
    pub(crate) fn new(threads: usize) -> Result<Self, Problem> {
        Ok(Self { threads, each: Mutex::default(), shared: Some(runtime(threads)?) })
    }

    /// Executes on the threads of a principal.
    ///
    /// # Errors
    /// `draining` if the server is stopping.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        principal: &Principal,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<JoinHandle<T>, Problem> {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        each.extract_if(|_, executor| executor.is_idle() && executor.used.elapsed() >= IDLE)
            .for_each(|(_, idle)| idle.runtime.shutdown_background());
        if !each.contains_key(principal) && has_room(&mut each) {
            // Out of threads or file handles: there are those that everybody has.
            match runtime(self.threads) {
                Ok(runtime) => {
                    let executor = Executor { runtime, busy: Arc::default(), used: Instant::now() };
                    each.insert(principal.clone(), executor);
                }
                Err(problem) => tracing::warn!(cause = problem.cause(), "no threads for one principal more"),
            }
        }
        let Some(executor) = each.get_mut(principal) else {
            let shared = self.shared.as_ref();
            let shared = shared.ok_or_else(|| Problem::new(Code::Draining, "the server is stopping"))?;
            return Ok(shared.spawn(work));
        };
        executor.used = Instant::now();
        let busy = Arc::clone(&executor.busy);
        Ok(executor.runtime.spawn(async move {
            let _busy = busy;
            work.await
        }))
    }
}

/// Whether one more may have threads; somebody who asks nothing gives them up for it.
fn has_room(each: &mut HashMap<Principal, Executor>) -> bool {
    if each.len() < OWN {
        return true;
    }
    let idle = each.iter().filter(|(_, executor)| executor.is_idle());
    let longest = idle.min_by_key(|(_, executor)| executor.used).map(|(principal, _)| principal.clone());
    let Some(idle) = longest.and_then(|principal| each.remove(&principal)) else { return false };
    idle.runtime.shutdown_background();
    true
}

fn runtime(threads: usize) -> Result<Runtime, Problem> {
    let mut builder = Builder::new_multi_thread();
    builder.thread_name("statement").thread_stack_size(STACK).max_blocking_threads(READING).enable_all();
    if threads > 0 {
        builder.worker_threads(threads);
    }
    // Where the system has no more threads, the library panics.
    std::panic::catch_unwind(AssertUnwindSafe(|| builder.build()))
        .map_err(|_| Problem::internal("no thread can be started"))?
        .map_err(Problem::internal)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone(name: &str) -> Principal {
        format!("user:{name}").parse().unwrap()
    }

    #[tokio::test]
    async fn who_keeps_all_threads_busy_keeps_nobody_elses() {
        let executors = Executors::new(1).unwrap();
        let (sender, receiver) = std::sync::mpsc::channel::<()>();
        // Never gives way.
        let busy = executors.spawn(&someone("una"), async move { receiver.recv().is_ok() }).unwrap();
        let own = executors.spawn(&someone("una"), async { 1 }).unwrap();
        let other = executors.spawn(&someone("ana"), async { 2 }).unwrap();
        assert_eq!(other.await.unwrap(), 2);
        assert!(!own.is_finished());
        sender.send(()).unwrap();
        assert!(busy.await.unwrap());
        assert_eq!(own.await.unwrap(), 1);
    }

    #[tokio::test]
    async fn threads_of_the_idle_are_given_up_and_come_again() {
        let executors = Executors::new(1).unwrap();
        assert_eq!(executors.spawn(&someone("una"), async { 1 }).unwrap().await.unwrap(), 1);
        let long = executors.spawn(&someone("max"), std::future::pending::<()>()).unwrap();
        for executor in executors.each.lock().unwrap().values_mut() {
            executor.used = executor.used.checked_sub(IDLE).unwrap();
        }
        assert_eq!(executors.spawn(&someone("ana"), async { 2 }).unwrap().await.unwrap(), 2);
        let names = |executors: &Executors| {
            let mut names: Vec<String> = executors.each.lock().unwrap().keys().map(ToString::to_string).collect();
            names.sort();
            names
        };
        assert_eq!(names(&executors), ["user:ana", "user:max"], "what is executed keeps its threads");
        assert_eq!(executors.spawn(&someone("una"), async { 3 }).unwrap().await.unwrap(), 3);
        assert_eq!(names(&executors).len(), 3);
        long.abort();
    }

    #[tokio::test]
    async fn there_are_threads_for_some_and_the_others_share() {
        let executors = Executors::new(1).unwrap();
        let busy = |name: String| executors.spawn(&someone(&name), std::future::pending::<()>()).unwrap();
        let long: Vec<_> = (0..OWN).map(|n| busy(format!("p{n}"))).collect();
        assert_eq!(executors.spawn(&someone("one-more"), async { 1 }).unwrap().await.unwrap(), 1);
        assert_eq!(executors.each.lock().unwrap().len(), OWN);
        assert!(!executors.each.lock().unwrap().contains_key(&someone("one-more")));
        // Whoever asks nothing any more makes room at once.
        long[7].abort();
        while !executors.each.lock().unwrap()[&someone("p7")].is_idle() {
            tokio::task::yield_now().await;
        }
        assert_eq!(executors.spawn(&someone("one-more"), async { 2 }).unwrap().await.unwrap(), 2);
        let each = executors.each.lock().unwrap();
        assert!(each.contains_key(&someone("one-more")) && !each.contains_key(&someone("p7")));
    }
}
