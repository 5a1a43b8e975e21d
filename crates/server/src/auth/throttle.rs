//! Failed sign-ins of one address are answered ever later. A right token is never held up: it cannot be guessed (32
//! random bytes), so locking people out would only serve an attacker.

use std::{
    collections::HashMap,
    net::IpAddr,
    sync::Mutex,
    time::{Duration, Instant},
};

/// Failures that are answered at once.
const FREE: u32 = 5;
/// After so much quiet an address starts afresh.
const QUIET: Duration = Duration::from_secs(60);
/// Longest delay.
const LONGEST: Duration = Duration::from_secs(1);
/// Addresses remembered at once.
const REMEMBERED: usize = 10_000;

/// Failures by address.
#[derive(Debug, Default)]
pub struct Throttle {
    failures: Mutex<HashMap<IpAddr, (u32, Instant)>>,
}

impl Throttle {
    /// Counts a failure and says how long its answer waits. Instants are monotonic: setting the clock frees nobody.
    pub fn failed(&self, address: IpAddr, now: Instant) -> Duration {
        let mut failures = self.failures.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if failures.len() >= REMEMBERED && !failures.contains_key(&address) {
            failures.retain(|_, (_, last)| now.saturating_duration_since(*last) < QUIET);
            if failures.len() >= REMEMBERED {
                return LONGEST;
            }
        }
        let (count, last) = failures.entry(address).or_insert((0, now));
        if now.saturating_duration_since(*last) >= QUIET {
            *count = 0;
        }
        *count = count.saturating_add(1);
        *last = now;
        match count.saturating_sub(FREE) {
            0 => Duration::ZERO,
            over => LONGEST.min(Duration::from_millis(25) * 2_u32.saturating_pow(over.min(10))),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn failures_of_one_address_wait_ever_longer_and_are_forgotten() {
        let throttle = Throttle::default();
        let (attacker, other) = ("192.0.2.1".parse().unwrap(), "192.0.2.2".parse().unwrap());
        let start = Instant::now();
        let at = |seconds: u64| start + Duration::from_secs(seconds);
        let waits: Vec<Duration> = (0..100).map(|_| throttle.failed(attacker, at(1))).collect();
        assert!(waits[..5].iter().all(Duration::is_zero));
        assert!(waits.windows(2).all(|pair| pair[0] <= pair[1]));
        assert_eq!(waits[99], LONGEST);
        assert!(throttle.failed(other, at(1)).is_zero());
        assert!(throttle.failed(attacker, at(61)).is_zero());
    }

    #[test]
    fn the_table_of_addresses_is_bounded() {
        let throttle = Throttle::default();
        let now = Instant::now();
        for number in 0..20_000_u32 {
            throttle.failed(IpAddr::from(number.to_be_bytes()), now);
        }
        assert!(throttle.failures.lock().unwrap().len() <= REMEMBERED);
    }
}
