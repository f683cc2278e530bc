//! Who works off the outbox: targets side by side, each in order.

use std::collections::HashMap;
use std::time::Duration;

use registry::StoreError;
use stdx::backoff::Backoff;
use stdx::clock::UnixMillis;
use tokio::task::JoinSet;

use crate::hall::Hall;
use crate::hall::defer::is_run;
use crate::hall::delivery::Went;

/// How many targets are worked on at once. Most of the time of each goes by waiting for a server.
const TARGETS_AT_ONCE: usize = 32;

/// And how many targets of rules that ask functions: each takes a worker, of which others want some too. What
/// is slow here keeps nothing else from going out, nor the other way around.
const RUNS_AT_ONCE: usize = 32;

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
    /// What goes out of the house, and rules that are run.
    lanes: [Lane; 2],
}

/// Targets of one kind, which have hands of their own.
#[derive(Debug)]
struct Lane {
    is_wanted: fn(&str) -> bool,
    at_once: usize,
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
        Courier { hall, busy: HashMap::new(), lanes: lanes() }
    }

    /// Works off the outbox until the future is dropped.
    pub async fn run(mut self) {
        let (mut under_way, mut targets) = (JoinSet::new(), HashMap::new());
        loop {
            let now = self.hall.0.parts.clock.now();
            for (target, attempts) in self.choose(now) {
                let work = attempt(self.hall.clone(), target.clone(), attempts, now);
                targets.insert(under_way.spawn(work).id(), target);
            }
            let wait = self.wait(now);
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
        for (target, attempts) in self.choose(now) {
            let outcome = attempt(self.hall.clone(), target.clone(), attempts, now).await;
            self.note(&target, outcome, now);
        }
        let is_free = |name: &str| !self.busy.contains_key(name);
        let has_more = !self.hall.0.parts.outbox.targets("", 1, is_free).is_empty();
        let due_at = self.busy.values().filter_map(|busy| busy.due_at).min();
        has_more.then_some(now).or(due_at)
    }

    /// Targets whose turn it is, and how many attempts were made for the first entry of each.
    fn choose(&mut self, now: UnixMillis) -> Vec<(String, u32)> {
        let mut all = Vec::new();
        for lane in &mut self.lanes {
            let limit = lane.hands(&self.busy);
            let is_due = |name: &str| match self.busy.get(name) {
                None => true,
                Some(busy) => busy.due_at.is_some_and(|due_at| due_at <= now),
            };
            let is_next = |name: &str| (lane.is_wanted)(name) && is_due(name);
            let chosen = self.hall.0.parts.outbox.targets(&lane.last, limit, is_next);
            if let Some(last) = chosen.last() {
                lane.last.clone_from(last);
            }
            if chosen.len() < limit {
                // Nothing waits any more for those that were due and were not chosen.
                let is_later = |busy: &Busy| busy.due_at.is_none_or(|due_at| due_at > now);
                self.busy.retain(|name, busy| {
                    !(lane.is_wanted)(name) || is_later(busy) || chosen.contains(name)
                });
            }
            all.extend(chosen);
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
        all.into_iter().map(begin).collect()
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

    /// Until another attempt is due for which there are hands; that there are is told by who ends.
    fn wait(&self, now: UnixMillis) -> Duration {
        let lanes = self.lanes.iter().filter(|lane| lane.hands(&self.busy) > 0);
        let due = lanes.flat_map(|lane| {
            let busy = self.busy.iter().filter(|(name, _)| (lane.is_wanted)(name));
            busy.filter_map(|(_, busy)| busy.due_at)
        });
        let due = due.min();
        due.map_or(LOOK_AGAIN, |at| Duration::from_millis(at.saturating_sub(now)).min(LOOK_AGAIN))
    }
}

fn lanes() -> [Lane; 2] {
    let lane = |is_wanted, at_once| Lane { is_wanted, at_once, last: String::new() };
    [lane(|target| !is_run(target), TARGETS_AT_ONCE), lane(is_run, RUNS_AT_ONCE)]
}

impl Lane {
    /// How many more targets can be worked on.
    fn hands(&self, busy: &HashMap<String, Busy>) -> usize {
        let at_work =
            |(name, busy): &(&String, &Busy)| (self.is_wanted)(name) && busy.due_at.is_none();
        self.at_once.saturating_sub(busy.iter().filter(at_work).count())
    }
}

async fn attempt(hall: Hall, target: String, attempts: u32, now: UnixMillis) -> Outcome {
    hall.0.attempt(&target, attempts, now).await
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_that_ask_slow_functions_keep_nothing_else_in_the_house() {
        let at_work =
            || Busy { attempts: 0, backoff: Backoff::new(RETRY_FIRST, RETRY_MOST), due_at: None };
        let [out, runs] = lanes();
        let mut busy: HashMap<String, Busy> =
            (0..RUNS_AT_ONCE).map(|room| (format!("run ask {room}"), at_work())).collect();
        assert_eq!((out.hands(&busy), runs.hands(&busy)), (TARGETS_AT_ONCE, 0));
        busy.insert("https://example.com".to_owned(), at_work());
        busy.insert("run ask later".to_owned(), Busy { due_at: Some(7), ..at_work() });
        assert_eq!((out.hands(&busy), runs.hands(&busy)), (TARGETS_AT_ONCE - 1, 0));
        busy.remove("run ask 0");
        assert_eq!(runs.hands(&busy), 1);
    }
}
