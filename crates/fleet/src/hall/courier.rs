//! Who works off the outbox: targets side by side, each in order.

use std::collections::HashMap;
use std::time::Duration;

use registry::StoreError;
use stdx::backoff::Backoff;
use stdx::clock::UnixMillis;
use tokio::task::JoinSet;

use crate::hall::Hall;
use crate::hall::delivery::Went;

/// How many targets are worked on at once. Most of the time of each goes by waiting for a server.
const TARGETS_AT_ONCE: usize = 32;

/// The waits after an attempt: a second, two, four…
const RETRY_FIRST: Duration = Duration::from_secs(1);
const RETRY_MOST: Duration = Duration::from_secs(16);

/// Clocks are set, so nobody sleeps for longer.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// Takes out of the house what is in its outbox.
#[derive(Debug)]
pub struct Courier {
    hall: Hall,
    /// Targets that are worked on or wait for another attempt.
    busy: HashMap<String, Busy>,
    /// Whose turn it was last.
    last: String,
}

#[derive(Debug)]
struct Busy {
    attempts: u32,
    backoff: Backoff,
    /// `None` while it is worked on.
    due_at: Option<UnixMillis>,
}

/// What an attempt came to.
type Outcome = Result<Went, StoreError>;

impl Courier {
    pub fn new(hall: Hall) -> Courier {
        Courier { hall, busy: HashMap::new(), last: String::new() }
    }

    /// Works off the outbox until the future is dropped.
    pub async fn run(mut self) {
        let (mut under_way, mut targets) = (JoinSet::new(), HashMap::new());
        loop {
            let now = self.hall.0.parts.clock.now();
            for (target, attempts) in self.choose(now, TARGETS_AT_ONCE - under_way.len()) {
                let work = attempt(self.hall.clone(), target.clone(), attempts, now);
                targets.insert(under_way.spawn(work).id(), target);
            }
            let has_hands = under_way.len() < TARGETS_AT_ONCE;
            let wait = if has_hands { self.wait(now) } else { LOOK_AGAIN };
            tokio::select! {
                Some(ended) = under_way.join_next_with_id() => {
                    let (id, outcome) = match ended {
                        Ok((id, outcome)) => (id, outcome),
                        Err(error) => {
                            tracing::error!(%error, "a courier stumbled");
                            (error.id(), Ok(Went::Nothing))
                        }
                    };
                    if let Some(target) = targets.remove(&id) {
                        self.note(&target, outcome, self.hall.0.parts.clock.now());
                    }
                }
                () = self.hall.0.outward.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Makes one attempt for each target that is due, one after the other, and answers when to come
    /// again: now, if there is more to do.
    pub async fn step(&mut self, now: UnixMillis) -> Option<UnixMillis> {
        for (target, attempts) in self.choose(now, TARGETS_AT_ONCE) {
            let outcome = attempt(self.hall.clone(), target.clone(), attempts, now).await;
            self.note(&target, outcome, now);
        }
        let is_free = |name: &str| !self.busy.contains_key(name);
        let has_more = !self.hall.0.parts.outbox.targets("", 1, is_free).is_empty();
        let due_at = self.busy.values().filter_map(|busy| busy.due_at).min();
        has_more.then_some(now).or(due_at)
    }

    /// Targets whose turn it is, and how many attempts were made for the first entry of each.
    fn choose(&mut self, now: UnixMillis, limit: usize) -> Vec<(String, u32)> {
        let is_due = |name: &str| match self.busy.get(name) {
            None => true,
            Some(busy) => busy.due_at.is_some_and(|due_at| due_at <= now),
        };
        let chosen = self.hall.0.parts.outbox.targets(&self.last, limit, is_due);
        if let Some(last) = chosen.last() {
            self.last.clone_from(last);
        }
        if chosen.len() < limit {
            // Nothing waits any more for those that were due and were not chosen.
            let is_later = |busy: &Busy| busy.due_at.is_none_or(|due_at| due_at > now);
            self.busy.retain(|name, busy| is_later(busy) || chosen.contains(name));
        }
        let begin = |target: String| {
            let fresh = || Busy {
                attempts: 0,
                backoff: Backoff::new(RETRY_FIRST, RETRY_MOST),
                due_at: None,
            };
            let busy = self.busy.entry(target.clone()).or_insert_with(fresh);
            busy.due_at = None;
            (target, busy.attempts)
        };
        chosen.into_iter().map(begin).collect()
    }

    fn note(&mut self, target: &str, outcome: Outcome, now: UnixMillis) {
        let is_attempt = match outcome {
            Ok(Went::Settled) => {
                self.busy.remove(target);
                return;
            }
            Ok(Went::Missed) => true,
            Ok(Went::Nothing) => false,
            Err(error) => {
                // It may have got there, and goes there again: at least once.
                let error = &error as &dyn std::error::Error;
                tracing::error!(error, target, "the outbox stands still");
                false
            }
        };
        if let Some(busy) = self.busy.get_mut(target) {
            busy.attempts += u32::from(is_attempt);
            let wait = u64::try_from(busy.backoff.next_wait().as_millis()).unwrap_or(u64::MAX);
            busy.due_at = Some(now.saturating_add(wait));
        }
    }

    fn wait(&self, now: UnixMillis) -> Duration {
        let due = self.busy.values().filter_map(|busy| busy.due_at).min();
        due.map_or(LOOK_AGAIN, |at| Duration::from_millis(at.saturating_sub(now)).min(LOOK_AGAIN))
    }
}

async fn attempt(hall: Hall, target: String, attempts: u32, now: UnixMillis) -> Outcome {
    hall.0.attempt(&target, attempts, now).await
}
