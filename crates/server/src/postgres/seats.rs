//! Places for signed-in connections: so many in all, and so many for each principal, so that nobody keeps the others out.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use model::{Problem, error::Code, principal::Principal};

use crate::config::Limits;

/// The places and who has them.
#[derive(Clone)]
pub struct Seats {
    taken: Arc<Mutex<Taken>>,
    all: usize,
    each: usize,
}

#[derive(Default)]
struct Taken {
    all: usize,
    each: HashMap<Principal, usize>,
}

/// One place; dropping it gives it back.
pub struct Seat {
    who: Principal,
    taken: Arc<Mutex<Taken>>,
}

impl Seats {
    /// All places, free.
    pub fn new(limits: &Limits) -> Self {
        Self { taken: Arc::default(), all: limits.connections, each: limits.connections_each }
    }

    /// A place for a principal.
    ///
    /// # Errors
    /// `limit-concurrency` when there is none.
    pub fn take(&self, who: &Principal) -> Result<Seat, Problem> {
        let mut taken = lock(&self.taken);
        let own = taken.each.get(who).copied().unwrap_or(0);
        let refuse = |message: String, hint: &str| Err(Problem::new(Code::LimitConcurrency, message).with_hint(hint));
        if own >= self.each {
            let message = format!("`{who}` has {own} connections open, which is as many as one may have");
            return refuse(message, "close one, or share them with a pool");
        }
        if taken.all >= self.all {
            return refuse("too many connections are open".to_owned(), "close one, or try again later");
        }
        taken.all += 1;
        taken.each.insert(who.clone(), own + 1);
        drop(taken);
        Ok(Seat { who: who.clone(), taken: self.taken.clone() })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = lock(&self.taken);
        taken.all = taken.all.saturating_sub(1);
        match taken.each.get(&self.who).copied() {
            Some(many) if many > 1 => _ = taken.each.insert(self.who.clone(), many - 1),
            _ => _ = taken.each.remove(&self.who),
        }
    }
}

fn lock(taken: &Mutex<Taken>) -> MutexGuard<'_, Taken> {
    taken.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_are_counted_for_each_and_for_all() {
        let seats = Seats::new(&Limits { connections: 3, connections_each: 2, ..Limits::default() });
        let (ana, bob): (Principal, Principal) = ("user:ana".parse().unwrap(), "user:bob".parse().unwrap());
        let first = seats.take(&ana).unwrap();
        let second = seats.take(&ana).unwrap();
        let problem = seats.take(&ana).err().unwrap();
        assert!(problem.message().contains("user:ana"), "{problem}");
        let third = seats.take(&bob).unwrap();
        assert_eq!(seats.take(&bob).err().unwrap().message(), "too many connections are open");
        drop(first);
        let fourth = seats.take(&bob).unwrap();
        drop((second, third, fourth));
        let taken = lock(&seats.taken);
        assert_eq!((taken.all, taken.each.len()), (0, 0));
    }
}
