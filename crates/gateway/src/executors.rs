//! Threads that execute plans: every principal has its own.
//!
//! How threads share the cores is the operating system's to decide, and it is fair to them. So what one asks too much of
//! keeps its own threads busy; the next statement of another finds threads that wait for nothing else, instead of a place
//! in a queue behind it.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use model::{Problem, principal::Principal};
use tokio::{
    runtime::{Builder, Runtime},
    task::JoinHandle,
};

/// Bytes of stack of a thread; reserved, not used, unless a plan is deep.
const STACK: usize = 16 << 20;

/// How long the threads of somebody who asks nothing are kept.
const IDLE: Duration = Duration::from_secs(30);

/// The threads of everybody who asks.
#[derive(Debug)]
pub(crate) struct Executors {
    threads: usize,
    each: Mutex<HashMap<Principal, Executor>>,
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
        Arc::strong_count(&self.busy) == 1 && self.used.elapsed() >= IDLE
    }
}

impl Drop for Executors {
    fn drop(&mut self) {
        let each = self.each.get_mut().unwrap_or_else(PoisonError::into_inner);
        each.drain().for_each(|(_, executor)| end(executor));
    }
}

/// The last owner may be a task of another runtime, where waiting is not allowed.
fn end(executor: Executor) {
    executor.runtime.shutdown_background();
}

impl Executors {
    /// With so many threads for each principal; 0 means one for each core.
    pub(crate) fn new(threads: usize) -> Self {
        Self { threads, each: Mutex::default() }
    }

    /// Executes on the threads of a principal.
    ///
    /// # Errors
    /// `internal` if there can be no more threads.
    pub(crate) fn spawn<T: Send + 'static>(
        &self,
        principal: &Principal,
        work: impl Future<Output = T> + Send + 'static,
    ) -> Result<JoinHandle<T>, Problem> {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        each.extract_if(|other, executor| other != principal && executor.is_idle()).for_each(|(_, idle)| end(idle));
        if !each.contains_key(principal) {
            each.insert(principal.clone(), self.executor()?);
        }
        let Some(executor) = each.get_mut(principal) else { return Err(Problem::internal("no executor")) };
        executor.used = Instant::now();
        let busy = Arc::clone(&executor.busy);
        Ok(executor.runtime.spawn(async move {
            let _busy = busy;
            work.await
        }))
    }

    fn executor(&self) -> Result<Executor, Problem> {
        let mut threads = Builder::new_multi_thread();
        threads.thread_name("statement").thread_stack_size(STACK).enable_all();
        if self.threads > 0 {
            threads.worker_threads(self.threads);
        }
        let runtime = threads.build().map_err(Problem::internal)?;
        Ok(Executor { runtime, busy: Arc::default(), used: Instant::now() })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone(name: &str) -> Principal {
        format!("user:{name}").parse().unwrap()
    }

    #[tokio::test]
    async fn who_keeps_all_threads_busy_keeps_nobody_elses() {
        let executors = Executors::new(1);
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
        let executors = Executors::new(1);
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
}
