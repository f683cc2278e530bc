//! Attempts to sign in that failed: whoever fails often waits longer and longer. Counted for the user
//! that was named, there or not, and for the address that asked.
//!
//! In memory alone: a restart forgives, and takes longer than it saves.

use std::collections::HashMap;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Mutex, PoisonError};

use stdx::clock::UnixMillis;

use crate::error::IamError;

/// So many failures cost nothing: people mistype.
const FREE: u32 = 5;
/// The longest wait: few guesses a day, and still no way to lock somebody out for good.
const WAIT_SECS_MAX: u64 = 300;
/// After so long without another they are forgotten.
const FORGOTTEN_AFTER_MS: u64 = 60 * 60 * 1000;
/// How many users and addresses are remembered: some hundred kilobytes.
const REMEMBERED_MAX: usize = 4096;

/// Whom an attempt is counted for.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Suspect {
    User(String),
    Address(IpAddr),
}

impl Suspect {
    pub(crate) fn user(name: &str) -> Suspect {
        Suspect::User(name.to_ascii_lowercase())
    }

    /// Whoever has one address of version 6 has its whole network.
    pub(crate) fn address(address: IpAddr) -> Suspect {
        Suspect::Address(match address.to_canonical() {
            IpAddr::V6(address) => {
                const NETWORK: u128 = !0 << 64;
                IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() & NETWORK))
            }
            address => address,
        })
    }
}

#[derive(Clone, Copy, Debug)]
struct Failures {
    count: u32,
    last: UnixMillis,
}

#[derive(Debug, Default)]
pub(crate) struct Attempts(Mutex<HashMap<Suspect, Failures>>);

impl Attempts {
    /// Counts an attempt as failed, until it is known that it was not: so many at once count as many in
    /// a row. Who has to wait is not counted.
    pub(crate) fn begin(&self, suspects: &[Suspect], now: UnixMillis) -> Result<(), IamError> {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let wait_ms = |suspect| all.get(suspect).map_or(0, |failures| failures.wait_ms(now));
        let longest = suspects.iter().map(wait_ms).max().unwrap_or(0);
        if longest > 0 {
            return Err(IamError::Throttled { retry_after_secs: longest.div_ceil(1000) });
        }
        for suspect in suspects {
            let count = all.get(suspect).map_or(0, |failures| failures.count_at(now));
            if count == 0 && all.len() >= REMEMBERED_MAX {
                make_room(&mut all, now);
            }
            all.insert(suspect.clone(), Failures { count: count + 1, last: now });
        }
        Ok(())
    }

    /// An attempt was none to guess. An address is forgiven this attempt alone: it may have a user of its
    /// own, and guess at others.
    pub(crate) fn succeeded(&self, suspects: &[Suspect]) {
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        for suspect in suspects {
            let left = match (suspect, all.get(suspect)) {
                (Suspect::Address(_), Some(failures)) => failures.count.saturating_sub(1),
                _ => 0,
            };
            match all.get_mut(suspect).filter(|_| left > 0) {
                Some(failures) => failures.count = left,
                None => drop(all.remove(suspect)),
            }
        }
    }
}

impl Failures {
    fn count_at(&self, now: UnixMillis) -> u32 {
        if now.saturating_sub(self.last) < FORGOTTEN_AFTER_MS { self.count } else { 0 }
    }

    fn wait_ms(&self, now: UnixMillis) -> u64 {
        let Some(beyond) = self.count_at(now).checked_sub(FREE) else { return 0 };
        let wait = 1_u64.checked_shl(beyond).unwrap_or(WAIT_SECS_MAX).min(WAIT_SECS_MAX) * 1000;
        // A clock that was set back must not make anybody wait for longer.
        let until = self.last.saturating_add(wait);
        until.saturating_sub(now).min(wait)
    }
}

/// Forgets what is old, or else who failed least: a guesser cannot flush what is held against it by
/// inventing names.
fn make_room(all: &mut HashMap<Suspect, Failures>, now: UnixMillis) {
    all.retain(|_, failures| failures.count_at(now) > 0);
    if all.len() < REMEMBERED_MAX {
        return;
    }
    let least = all.iter().min_by_key(|(_, failures)| (failures.count, failures.last));
    if let Some(suspect) = least.map(|(suspect, _)| suspect.clone()) {
        all.remove(&suspect);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: UnixMillis = 1_800_000_000_000;

    fn wait(attempts: &Attempts, suspects: &[Suspect], now: UnixMillis) -> u64 {
        match attempts.begin(suspects, now) {
            Ok(()) => 0,
            Err(IamError::Throttled { retry_after_secs }) => retry_after_secs,
            Err(other) => panic!("{other}"),
        }
    }

    #[test]
    fn waits_grow_and_end_and_are_forgotten() {
        let (attempts, ann) = (Attempts::default(), [Suspect::user("Ann")]);
        let mut now = NOW;
        for _ in 0..FREE {
            assert_eq!(wait(&attempts, &ann, now), 0);
        }
        for expected in [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300] {
            assert_eq!(wait(&attempts, &[Suspect::user("aNN")], now), expected);
            assert_eq!(wait(&attempts, &[Suspect::user("bob")], now + 1), 0);
            attempts.succeeded(&[Suspect::user("bob")]);
            now += expected * 1000;
            assert_eq!(wait(&attempts, &ann, now), 0, "after the wait");
        }
        // A clock that goes back makes nobody wait for longer than that.
        assert_eq!(wait(&attempts, &ann, NOW - 1_000_000_000), WAIT_SECS_MAX);
        now += FORGOTTEN_AFTER_MS;
        for _ in 0..FREE {
            assert_eq!(wait(&attempts, &ann, now), 0);
        }
        assert_eq!(wait(&attempts, &ann, now), 1);
    }

    #[test]
    fn success_forgives_a_user_all_and_an_address_one() {
        let attempts = Attempts::default();
        let both = [Suspect::user("ann"), Suspect::address([10, 0, 0, 7].into())];
        for _ in 0..FREE - 1 {
            assert_eq!(wait(&attempts, &both, NOW), 0);
        }
        assert_eq!(wait(&attempts, &both, NOW), 0);
        attempts.succeeded(&both);
        assert_eq!(wait(&attempts, &both[..1], NOW), 0);
        assert_eq!(wait(&attempts, &both[1..], NOW), 0);
        assert_eq!(wait(&attempts, &both, NOW), 1);
    }

    #[test]
    fn an_address_of_version_6_stands_for_its_network() {
        let of = |text: &str| Suspect::address(text.parse().expect("an address"));
        assert_eq!(of("2001:db8::1"), of("2001:db8::2:0:0:1"));
        assert_ne!(of("2001:db8::1"), of("2001:db8:0:1::1"));
        assert_eq!(of("::ffff:10.0.0.7"), of("10.0.0.7"));
    }

    #[test]
    fn invented_names_do_not_flush_what_is_held_against_a_user() {
        let (attempts, ann) = (Attempts::default(), [Suspect::user("ann")]);
        for _ in 0..FREE {
            assert_eq!(wait(&attempts, &ann, NOW), 0);
        }
        for number in 0..2 * REMEMBERED_MAX {
            assert_eq!(wait(&attempts, &[Suspect::user(&format!("n{number}"))], NOW), 0);
        }
        assert_eq!(attempts.0.lock().expect("whole").len(), REMEMBERED_MAX);
        assert_eq!(wait(&attempts, &ann, NOW), 1);
    }
}
