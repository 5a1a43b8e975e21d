//! Threads that plan and execute statements: every principal has its own.
//!
//! How threads share the cores is the operating system's to decide, and it is fair to them. So what one asks too much of
//! keeps its own threads busy; the next statement of another finds threads that wait for nothing else, instead of a place
//! in a queue behind it. And whoever is busy without a pause - with one long statement, or with several at once - gives way:
//! their threads get what the others leave, which is everything while nobody else asks.

use std::{
    collections::HashMap,
    panic::AssertUnwindSafe,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use model::{Code, Problem, principal::Principal};
use thread_priority::{
    NormalThreadSchedulePolicy, ThreadId, ThreadPriority, ThreadSchedulePolicy, set_thread_priority_and_policy,
    thread_native_id, thread_schedule_policy_param,
};
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

/// Who is busy for longer without a pause gives way to the others.
const LONG: Duration = Duration::from_millis(500);

/// How long somebody who gave way asks nothing before they are like everybody else again.
const FORGIVEN: Duration = Duration::from_secs(2);

/// How: whoever else has work interrupts such a thread at once, where one that only has a larger nice value goes on to
/// the end of its slice. Anybody may choose it, and leave it again only with rights that a server should not have: so
/// threads that gave way are replaced.
const GIVES_WAY: ThreadSchedulePolicy = ThreadSchedulePolicy::Normal(NormalThreadSchedulePolicy::Idle);

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
    load: Arc<Load>,
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
        Ok(Self { threads, each: Mutex::default(), shared: Some(runtime(threads, None)?) })
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
        let mut each = self.each(principal);
        let Some(executor) = each.get_mut(principal) else {
            let shared = self.shared.as_ref();
            let shared = shared.ok_or_else(|| Problem::new(Code::Draining, "the server is stopping"))?;
            return Ok(shared.spawn(work));
        };
        let busy = Busy::new(&executor.load);
        Ok(executor.runtime.spawn(async move {
            let _busy = busy;
            work.await
        }))
    }

    /// What a thread of a principal's own holds while it works for a statement.
    pub(crate) fn lend(&self, principal: &Principal) -> Lent {
        Lent(self.each(principal).get(principal).map(|executor| Busy::new(&executor.load)))
    }

    /// The threads of everybody, with those of a principal if there may be. Who has kept theirs busy for long gives way.
    fn each(&self, principal: &Principal) -> MutexGuard<'_, HashMap<Principal, Executor>> {
        let mut each = self.each.lock().unwrap_or_else(PoisonError::into_inner);
        each.extract_if(|_, executor| executor.load.is_over()).for_each(|(_, over)| over.runtime.shutdown_background());
        each.iter()
            .filter(|(other, _)| *other != principal)
            .for_each(|(_, executor)| executor.load.give_way_if_busy_for_long());
        if !each.contains_key(principal) && has_room(&mut each) {
            let load = Arc::new(Load::default());
            // Out of threads or file handles: there are those that everybody has.
            match runtime(self.threads, Some(&load)) {
                Ok(runtime) => _ = each.insert(principal.clone(), Executor { runtime, load }),
                Err(problem) => tracing::warn!(cause = problem.cause(), "no threads for one principal more"),
            }
        }
        each
    }
}

/// Whether one more may have threads; somebody who asks nothing gives them up for it.
fn has_room(each: &mut HashMap<Principal, Executor>) -> bool {
    if each.len() < OWN {
        return true;
    }
    let idle = each.iter().filter_map(|(principal, executor)| Some((executor.load.idle_since()?, principal)));
    let longest = idle.min_by_key(|(since, _)| *since).map(|(_, principal)| principal.clone());
    let Some(idle) = longest.and_then(|principal| each.remove(&principal)) else { return false };
    idle.runtime.shutdown_background();
    true
}

fn runtime(threads: usize, load: Option<&Arc<Load>>) -> Result<Runtime, Problem> {
    let mut builder = Builder::new_multi_thread();
    builder.thread_name("statement").thread_stack_size(STACK).max_blocking_threads(READING).enable_all();
    if threads > 0 {
        builder.worker_threads(threads);
    }
    if let Some(load) = load {
        let (starts, stops) = (Arc::clone(load), Arc::clone(load));
        builder.on_thread_start(move || starts.enter()).on_thread_stop(move || stops.leave());
    }
    // Where the system has no more threads, the library panics.
    std::panic::catch_unwind(AssertUnwindSafe(|| builder.build()))
        .map_err(|_| Problem::internal("no thread can be started"))?
        .map_err(Problem::internal)
}

/// What a principal's threads are busy with.
#[derive(Debug)]
struct Load(Mutex<Inside>);

#[derive(Debug)]
struct Inside {
    /// Those that live: each is taken out before it ends.
    threads: Vec<ThreadId>,
    /// How much they work at.
    running: usize,
    /// Since when they are busy or idle.
    since: Instant,
    gives_way: bool,
}

impl Default for Load {
    fn default() -> Self {
        Self(Mutex::new(Inside { threads: Vec::new(), running: 0, since: Instant::now(), gives_way: false }))
    }
}

impl Load {
    fn inside(&self) -> MutexGuard<'_, Inside> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The calling thread is one of them from now on.
    fn enter(&self) {
        let (own, mut inside) = (thread_native_id(), self.inside());
        inside.threads.push(own);
        if inside.gives_way {
            give_way(own);
        }
    }

    /// The calling thread ends.
    fn leave(&self) {
        let own = thread_native_id();
        self.inside().threads.retain(|thread| *thread != own);
    }

    fn count(&self, change: impl FnOnce(usize) -> usize) {
        let mut inside = self.inside();
        let running = change(inside.running);
        if (running == 0) != (inside.running == 0) {
            inside.since = Instant::now();
        }
        inside.running = running;
    }

    fn give_way_if_busy_for_long(&self) {
        let mut inside = self.inside();
        if !inside.gives_way && inside.running > 0 && inside.since.elapsed() >= LONG {
            inside.gives_way = true;
            // On a thread of its own, because the library resets the nice value of the one that asks.
            std::thread::scope(|scope| {
                let lower = || inside.threads.iter().copied().for_each(give_way);
                if let Err(error) = std::thread::Builder::new().spawn_scoped(scope, lower) {
                    tracing::debug!(%error, "threads do not give way");
                }
            });
        }
    }

    fn idle_since(&self) -> Option<Instant> {
        let inside = self.inside();
        (inside.running == 0).then_some(inside.since)
    }

    /// Whether the threads have done what they are for: nobody needs them, or they are to be like others again.
    fn is_over(&self) -> bool {
        let inside = self.inside();
        let kept = if inside.gives_way { FORGIVEN } else { IDLE };
        inside.running == 0 && inside.since.elapsed() >= kept
    }
}

/// A thread that cannot give way goes on as it is.
fn give_way(thread: ThreadId) {
    let done = set_thread_priority_and_policy(thread, ThreadPriority::Min, GIVES_WAY);
    if !gives_way(thread) {
        tracing::debug!(?done, "a thread does not give way");
    }
}

fn gives_way(thread: ThreadId) -> bool {
    thread_schedule_policy_param(thread).is_ok_and(|(policy, _)| policy == GIVES_WAY)
}

/// Work that a principal's threads have.
#[derive(Debug)]
struct Busy(Arc<Load>);

impl Busy {
    fn new(load: &Arc<Load>) -> Self {
        load.count(|running| running + 1);
        Self(Arc::clone(load))
    }
}

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.count(|running| running.saturating_sub(1));
    }
}

/// A thread's part in a principal's work.
#[derive(Debug)]
pub(crate) struct Lent(Option<Busy>);

impl Lent {
    /// Works on the calling thread, which gives way as the principal's others do.
    pub(crate) fn work<T>(self, work: impl FnOnce() -> T) -> T {
        let Some(busy) = self.0 else { return work() };
        busy.0.enter();
        let _left = Left(busy);
        work()
    }
}

/// The thread leaves also when the work panics.
struct Left(Busy);

impl Drop for Left {
    fn drop(&mut self) {
        self.0.0.leave();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn someone(name: &str) -> Principal {
        format!("user:{name}").parse().unwrap()
    }

    /// As if everything had been asked so much earlier.
    fn age(executors: &Executors, by: Duration) {
        for executor in executors.each.lock().unwrap().values() {
            let mut inside = executor.load.inside();
            inside.since = inside.since.checked_sub(by).unwrap();
        }
    }

    fn lowered() -> bool {
        gives_way(thread_native_id())
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
        age(&executors, IDLE);
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
        while executors.each.lock().unwrap()[&someone("p7")].load.idle_since().is_none() {
            tokio::task::yield_now().await;
        }
        assert_eq!(executors.spawn(&someone("one-more"), async { 2 }).unwrap().await.unwrap(), 2);
        let each = executors.each.lock().unwrap();
        assert!(each.contains_key(&someone("one-more")) && !each.contains_key(&someone("p7")));
    }

    #[tokio::test]
    async fn who_is_busy_for_long_gives_way_until_nothing_is_asked_for_a_while() {
        let executors = Executors::new(1).unwrap();
        let (una, ana) = (someone("una"), someone("ana"));
        assert!(!executors.spawn(&una, async { lowered() }).unwrap().await.unwrap());
        let long = executors.spawn(&una, std::future::pending::<()>()).unwrap();
        assert!(!executors.spawn(&ana, async { lowered() }).unwrap().await.unwrap());
        assert!(!executors.spawn(&una, async { lowered() }).unwrap().await.unwrap(), "it is not long yet");
        age(&executors, LONG);
        // Whoever comes next makes it give way, and nobody else.
        let plan = |who: &Principal| {
            let lent = executors.lend(who);
            std::thread::spawn(move || lent.work(lowered)).join().unwrap()
        };
        assert!(!executors.spawn(&ana, async { lowered() }).unwrap().await.unwrap());
        assert!(executors.spawn(&una, async { lowered() }).unwrap().await.unwrap());
        assert_eq!((plan(&una), plan(&ana)), (true, false), "planning gives way, too");
        assert!(!lowered(), "whoever makes others give way does not");
        long.abort();
        while executors.each.lock().unwrap()[&una].load.idle_since().is_none() {
            tokio::task::yield_now().await;
        }
        assert!(executors.spawn(&una, async { lowered() }).unwrap().await.unwrap());
        age(&executors, FORGIVEN);
        assert!(!executors.spawn(&una, async { lowered() }).unwrap().await.unwrap());
        let threads = |who: &Principal| executors.each.lock().unwrap()[who].load.inside().threads.len();
        assert_eq!(threads(&una), 1, "threads that planned have left");
    }
}
