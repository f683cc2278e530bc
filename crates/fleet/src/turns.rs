//! Whoever changes what others are changing, too, waits for its turn instead of losing time and again.

use std::hash::{BuildHasher, RandomState};

use tokio::sync::{Mutex, MutexGuard};

/// Many more than there are commits at once, so that few wait for those who change something else.
const LANES: usize = 1_024;

/// Turns at things that are told apart by a hash.
#[derive(Debug)]
pub(crate) struct Turns {
    lanes: Vec<Mutex<()>>,
    hasher: RandomState,
}

impl Default for Turns {
    fn default() -> Turns {
        let lanes = (0..LANES).map(|_| Mutex::new(())).collect();
        Turns { lanes, hasher: RandomState::new() }
    }
}

impl Turns {
    /// Resolves when those who came before are done; the turn lasts as long as what this answers.
    pub(crate) async fn take(&self, key: impl std::hash::Hash) -> MutexGuard<'_, ()> {
        let lane = self.hasher.hash_one(key) % LANES as u64;
        self.lanes[usize::try_from(lane).unwrap_or(0)].lock().await
    }
}
