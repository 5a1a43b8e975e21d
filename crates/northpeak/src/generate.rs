//! All files of one world, on as many threads as there are processors.

use std::{
    io,
    path::Path,
    sync::Mutex,
    sync::atomic::{AtomicBool, AtomicUsize, Ordering},
};

use crate::{
    files::{claims, contacts, customers, notices, payments, policies, quotes, trips},
    scale::Scale,
    truth::Truth,
    world::World,
};

/// What is to be noted about files that were written.
type Note = Box<dyn FnOnce(&mut Truth)>;

/// One file, or files that are written in one go.
#[derive(Debug, Clone, Copy)]
enum Job {
    Policies,
    Customers,
    Claims,
    Trips(u64),
    Payments(usize),
    Contacts,
    Notices,
    Quotes,
}

/// Writes what every system exports to `out_dir/<domain>/<system>/` and gives the truth about it.
///
/// The same scale and seed give the same bytes. A file stands in its place once it is whole; one that was there is
/// replaced. Memory does not grow with the scale; [`crate::estimate`] tells how much disk it takes.
///
/// # Errors
/// What the file system refuses; files that were finished before stay.
pub fn generate(scale: Scale, seed: u64, out_dir: &Path) -> io::Result<Truth> {
    let world = World::new(scale, seed);
    let jobs = jobs();
    let (next, failed) = (AtomicUsize::new(0), AtomicBool::new(false));
    let truth = Mutex::new(Truth { rings: world.planted_rings(), ..Truth::default() });
    let work = || -> io::Result<()> {
        while !failed.load(Ordering::Relaxed) {
            let Some(job) = jobs.get(next.fetch_add(1, Ordering::Relaxed)) else { break };
            run(*job, &world, out_dir, &truth).inspect_err(|_| failed.store(true, Ordering::Relaxed))?;
        }
        Ok(())
    };
    let threads = std::thread::available_parallelism().map_or(1, usize::from).min(jobs.len());
    let ended: Vec<io::Result<()>> = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        let lost = |_| Err(io::Error::other("a thread that wrote exports ended before its work"));
        workers.into_iter().map(|worker| worker.join().unwrap_or_else(lost)).collect()
    });
    ended.into_iter().collect::<io::Result<Vec<()>>>()?;
    truth.into_inner().map_err(|_| io::Error::other("the truth was lost with a thread"))
}

/// What takes longest comes first.
fn jobs() -> Vec<Job> {
    let mut jobs = vec![Job::Policies, Job::Customers];
    jobs.extend((0..trips::WEEKS).map(Job::Trips));
    jobs.extend((0..payments::QUARTERS.len()).map(Job::Payments));
    jobs.extend([Job::Claims, Job::Contacts, Job::Quotes, Job::Notices]);
    jobs
}

fn run(job: Job, world: &World, folder: &Path, truth: &Mutex<Truth>) -> io::Result<()> {
    let part = write(job, world, folder)?;
    let mut truth = truth.lock().map_err(|_| io::Error::other("another thread ended before its work"))?;
    part(&mut truth);
    Ok(())
}

/// Writes the files of a job and gives what is to be noted about them.
fn write(job: Job, world: &World, folder: &Path) -> io::Result<Note> {
    Ok(match job {
        Job::Policies => {
            let new = policies::write(world, folder)?;
            Box::new(move |truth| truth.policies = new)
        }
        Job::Customers => {
            let new = customers::write(world, folder)?;
            Box::new(move |truth| truth.customers = new)
        }
        Job::Claims => {
            let new = claims::write(world, folder)?;
            Box::new(move |truth| truth.claims = new)
        }
        Job::Trips(week) => {
            let new = trips::write(world, folder, week)?;
            Box::new(move |truth| truth.trips.add(&new))
        }
        Job::Payments(quarter) => {
            let new = payments::write(world, folder, quarter)?;
            Box::new(move |truth| truth.payments.add(&new))
        }
        Job::Contacts => {
            let new = contacts::write(world, folder)?;
            Box::new(move |truth| truth.contacts = new)
        }
        Job::Notices => {
            let new = notices::write(world, folder)?;
            Box::new(move |truth| truth.notices = new)
        }
        Job::Quotes => {
            let new = quotes::write(world, folder)?;
            Box::new(move |truth| truth.quotes = new)
        }
    })
}
