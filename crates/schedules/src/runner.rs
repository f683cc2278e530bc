//! Who lets things happen: rings those whose moment has come, and has firings carried to their targets.

use std::collections::HashSet;
use std::sync::Arc;
use std::time::Duration;

use kv::Direction;
use records::{RecordError, decode};
use stdx::clock::UnixMillis;
use tokio::task::JoinSet;

use crate::carrier::{Carrier, Parcel, Service};
use crate::error::ScheduleError;
use crate::firing::Firing;
use crate::key::{FIRINGS, firing_parts};
use crate::schedules::Schedules;

/// Firings that are carried at once: most of the time of each goes by waiting for its target.
const AT_ONCE: usize = 32;

/// Clocks are set, so nobody sleeps for longer.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// The wait after the store failed.
const RETRY: Duration = Duration::from_secs(5);

pub struct Runner<C> {
    schedules: Schedules,
    carrier: Arc<C>,
    /// Keys of what is being carried.
    busy: HashSet<Vec<u8>>,
}

impl<C> std::fmt::Debug for Runner<C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Runner").field("busy", &self.busy.len()).finish_non_exhaustive()
    }
}

impl<C: Carrier> Runner<C> {
    pub fn new(schedules: Schedules, carrier: Arc<C>) -> Runner<C> {
        Runner { schedules, carrier, busy: HashSet::new() }
    }

    /// Works until the future is dropped.
    pub async fn run(mut self) {
        let mut under_way = JoinSet::new();
        loop {
            let wait = match self.look(&mut under_way).await {
                Ok(wait) => wait,
                Err(error) => {
                    tell(&error, "schedules stand still");
                    RETRY
                }
            };
            tokio::select! {
                Some(ended) = under_way.join_next() => match ended {
                    Ok(key) => drop(self.busy.remove(&key)),
                    Err(error) => {
                        // Whatever it carried is on disk, and is looked for anew.
                        tracing::error!(%error, "a carrier stumbled");
                        under_way.shutdown().await;
                        self.busy.clear();
                    }
                },
                () = self.schedules.shared.bell.notified() => {}
                () = tokio::time::sleep(wait) => {}
            }
        }
    }

    /// Rings, and begins to carry as much as there are hands for.
    async fn look(&mut self, under_way: &mut JoinSet<Vec<u8>>) -> Result<Duration, ScheduleError> {
        let now = self.schedules.now();
        let due_at = self.schedules.ring(now).await?;
        let (waiting, firing_at) = self.choose(now, AT_ONCE - under_way.len())?;
        for (key, firing) in waiting {
            self.busy.insert(key.clone());
            let (schedules, carrier) = (self.schedules.clone(), Arc::clone(&self.carrier));
            under_way.spawn(async move {
                if let Err(error) = carry(&schedules, &*carrier, &key, firing).await {
                    // It may have arrived, and is carried again: at least once.
                    tell(&error, "a firing was not settled");
                    tokio::time::sleep(RETRY).await;
                }
                key
            });
        }
        // With all hands busy the next to end wakes us.
        let firing_at = firing_at.filter(|_| under_way.len() < AT_ONCE);
        let next = due_at.into_iter().chain(firing_at).min();
        let until = |at: UnixMillis| Duration::from_millis(at.saturating_sub(now));
        Ok(next.map_or(LOOK_AGAIN, |at| until(at).min(LOOK_AGAIN)))
    }

    /// Does all that is due, one after the other, and answers when something is due again.
    pub async fn step(&mut self) -> Result<Option<UnixMillis>, ScheduleError> {
        loop {
            let now = self.schedules.now();
            let due_at = self.schedules.ring(now).await?;
            let (waiting, firing_at) = self.choose(now, AT_ONCE)?;
            let is_done = waiting.is_empty();
            for (key, firing) in waiting {
                carry(&self.schedules, &*self.carrier, &key, firing).await?;
            }
            if is_done && due_at.is_none_or(|at| at > now) {
                return Ok(due_at.into_iter().chain(firing_at).min());
            }
        }
    }

    /// Firings that are due and that nobody carries, and when the next is due that is left.
    #[expect(
        clippy::type_complexity,
        reason = "both are used where they are asked for, and only there"
    )]
    fn choose(
        &self,
        now: UnixMillis,
        most: usize,
    ) -> Result<(Vec<(Vec<u8>, Firing)>, Option<UnixMillis>), ScheduleError> {
        let snapshot = self.schedules.snapshot();
        let mut chosen = Vec::new();
        for found in snapshot.range(FIRINGS, .., Direction::Forward)? {
            let (key, value) = found?;
            let (at, _) = firing_parts(&key).ok_or(RecordError::Key)?;
            if self.busy.contains(&key[..]) {
                continue;
            }
            if at > now || chosen.len() == most {
                return Ok((chosen, Some(at)));
            }
            chosen.push((key.to_vec(), decode(&value)?));
        }
        Ok((chosen, None))
    }
}

fn tell(error: &ScheduleError, what: &str) {
    tracing::error!(error = error as &dyn std::error::Error, "{what}");
}

/// Makes one attempt, and notes what came of it.
async fn carry(
    schedules: &Schedules,
    carrier: &impl Carrier,
    key: &[u8],
    firing: Firing,
) -> Result<(), ScheduleError> {
    let (attributes, body) = (firing.attributes(), firing.body());
    let dead_letter = firing.dead_letter_arn.as_deref().filter(|_| firing.dead.is_some());
    let parcel = Parcel {
        service: firing.service,
        source_arn: &firing.source_arn,
        target_arn: dead_letter.unwrap_or(&firing.target_arn),
        // Rules bring their dead letters in the service's own name.
        role_arn: firing
            .role_arn
            .as_deref()
            .filter(|_| dead_letter.is_none() || firing.service == Service::Scheduler),
        message_group: firing.message_group.as_deref().filter(|_| dead_letter.is_none()),
        body: &body,
        attributes: &attributes,
    };
    let outcome = carrier.carry(parcel).await;
    let next = match outcome {
        Ok(()) => None,
        Err(failure) => {
            let (source, target) = (firing.source_arn.clone(), parcel.target_arn.to_owned());
            let next = firing.after(&failure, schedules.now());
            match next {
                Some(_) => {
                    tracing::debug!(%failure, source, target, "did not arrive, and is tried again");
                }
                None => tracing::error!(%failure, source, target, "is given up: it did not arrive"),
            }
            next
        }
    };
    schedules.settle(key.to_vec(), next).await
}
