//! Tells those who follow change streams that there may be something new.

use std::fmt;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{PoisonError, RwLock};

type Follower = Box<dyn Fn() + Send + Sync>;

#[derive(Default)]
pub(crate) struct ChangeHook {
    /// Most installations have nobody who follows.
    has_followers: AtomicBool,
    followers: RwLock<Vec<Follower>>,
}

impl ChangeHook {
    pub(crate) fn follow(&self, follower: Follower) {
        self.followers.write().unwrap_or_else(PoisonError::into_inner).push(follower);
        self.has_followers.store(true, Ordering::Release);
    }

    pub(crate) fn tell(&self) {
        if self.has_followers.load(Ordering::Acquire) {
            let followers = self.followers.read().unwrap_or_else(PoisonError::into_inner);
            followers.iter().for_each(|follower| follower());
        }
    }
}

impl fmt::Debug for ChangeHook {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ChangeHook").finish_non_exhaustive()
    }
}
