//! Who drives jobs: one task that does what is due, and then waits for the next time or for a ring.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use model::{JobId, ThingName};
use registry::{Due, JobView, StoreError};
use stdx::backoff::Backoff;
use stdx::clock::UnixMillis;
use tokio::sync::Notify;

use crate::fleet::Fleet;
use crate::jobs::change::held;
use crate::jobs::decide::Decided;
use crate::jobs::event::Event;
use crate::jobs::turn::TurnError;

/// How many things or executions one commit touches: enough that a sync costs little for each. When
/// others come first the next attempt touches fewer, until it wins.
const LIMITS: [usize; 4] = [250, 50, 10, 1];

/// How many counter changes are added up in one commit.
const COUNTER_CHANGES_MAX: usize = 1_000;

/// Whatever happens, the driver looks again after this long: clocks are set, and a ring may be lost
/// with the process that was to ring.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

/// How long the driver rests when it has done all that is due.
const QUIET: Duration = Duration::from_millis(5);

const RETRY_FIRST: Duration = Duration::from_millis(100);
const RETRY_MOST: Duration = Duration::from_secs(10);

/// Wakes the driver, and remembers for it how far each rollout got: those who were told are gone from
/// the list of those who wait, but a store that is asked for its first entry goes past all of them.
/// Who forgets it, as a restart does, only looks longer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Bell(Arc<Mechanism>);

#[derive(Debug, Default)]
struct Mechanism {
    rung: Notify,
    /// Whether a thing moved since the driver last looked.
    moved: AtomicBool,
    reached: Mutex<HashMap<JobId, ThingName>>,
}

/// Whether to look for things that joined or left groups, which takes long while many do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Moved {
    LookFor,
    Leave,
}

/// What a step found.
#[derive(Clone, Copy, Debug)]
struct Stepped {
    /// When the next is: now, if there is more to do.
    due_at: Option<UnixMillis>,
    found_moved: bool,
}

impl Moved {
    fn look_for_if(has_moved: bool) -> Moved {
        if has_moved { Moved::LookFor } else { Moved::Leave }
    }
}

impl Bell {
    /// Never waits; a ring while the driver works is heard when it is done.
    pub(crate) fn ring(&self) {
        self.0.rung.notify_one();
    }

    /// A thing joined or left a group.
    pub(crate) fn ring_for_moved(&self) {
        self.0.moved.store(true, Ordering::Release);
        self.ring();
    }

    /// Whether a thing moved since this was asked last.
    fn has_moved(&self) -> bool {
        self.0.moved.swap(false, Ordering::AcqRel)
    }

    pub(super) fn reached(&self, id: &JobId) -> Option<ThingName> {
        self.reached_of_all().get(id).cloned()
    }

    pub(super) fn reach(&self, id: &JobId, thing: Option<ThingName>) {
        match thing {
            Some(thing) => self.reached_of_all().insert(id.clone(), thing),
            None => self.reached_of_all().remove(id),
        };
    }

    fn reached_of_all(&self) -> MutexGuard<'_, HashMap<JobId, ThingName>> {
        self.0.reached.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Fleet {
    /// Drives jobs until the future is dropped.
    pub async fn run_jobs(&self) {
        let fresh = || Backoff::new(RETRY_FIRST, RETRY_MOST);
        let (mut backoff, mut moved) = (fresh(), Moved::LookFor);
        loop {
            let now = self.0.clock.now();
            match self.step(now, moved).await {
                Ok(Stepped { due_at: Some(due_at), found_moved }) if due_at <= now => {
                    backoff = fresh();
                    moved = Moved::look_for_if(found_moved || self.0.jobs.has_moved());
                }
                Ok(Stepped { due_at, .. }) => {
                    backoff = fresh();
                    let wait = due_at.map_or(LOOK_AGAIN, |due_at| {
                        Duration::from_millis(due_at.saturating_sub(now)).min(LOOK_AGAIN)
                    });
                    // Those who ring in quick succession are heard together.
                    tokio::time::sleep(QUIET.min(wait)).await;
                    let rung = tokio::time::timeout(wait, self.0.jobs.0.rung.notified()).await;
                    // Who waited in vain looks at all there is.
                    moved = Moved::look_for_if(self.0.jobs.has_moved() || rung.is_err());
                }
                Err(error) => {
                    tracing::error!(error = &error as &dyn std::error::Error, "jobs stand still");
                    tokio::time::sleep(backoff.next_wait()).await;
                }
            }
        }
    }

    /// Does a bounded piece of what is due, and answers when the next is: now, if there is more.
    pub async fn step_jobs(&self, now: UnixMillis) -> Result<Option<UnixMillis>, StoreError> {
        Ok(self.step(now, Moved::LookFor).await?.due_at)
    }

    async fn step(&self, now: UnixMillis, moved: Moved) -> Result<Stepped, StoreError> {
        let has_added_up = self.add_up_counters(now).await?;
        let found_moved = moved == Moved::LookFor && self.follow_moved_things(now).await?;
        let is_busy = has_added_up || found_moved;
        let due = self.registry().jobs().due(LIMITS[0])?;
        let (ripe, later): (Vec<Due>, Vec<Due>) = due.into_iter().partition(|due| due.at <= now);
        if ripe.is_empty() && !is_busy {
            return Ok(Stepped { due_at: later.first().map(|due| due.at), found_moved });
        }
        let (timers, turns): (Vec<Due>, Vec<Due>) =
            ripe.into_iter().partition(|due| due.thing.is_some());
        self.ring_timers(&timers, now).await?;
        for due in turns {
            self.turn_job(&due, now).await?;
        }
        Ok(Stepped { due_at: Some(now), found_moved })
    }

    /// Adds up what executions did to the counters of their jobs. Answers whether there was any.
    async fn add_up_counters(&self, now: UnixMillis) -> Result<bool, StoreError> {
        let most = |attempt: usize| COUNTER_CHANGES_MAX / (attempt * attempt * 10 + 1);
        for attempt in 0..LIMITS.len() {
            let view = self.registry().jobs();
            let changes = view.counter_changes(most(attempt))?;
            if changes.is_empty() {
                return Ok(false);
            }
            let mut draft = view.draft();
            for change in &changes {
                draft.add_up(change);
                if let Some((job, progress)) = held(&view, &change.job)? {
                    draft.put_job((&job, &progress), &job.job, &progress.progress);
                } else {
                    // Deleted since, with more changes waiting than one look takes.
                    draft.forget_counters(&change.job);
                }
            }
            let decided = self.decided(&view, draft, &[], (), now)?;
            if self.commit_jobs(decided).await?.is_some() {
                return Ok(true);
            }
        }
        // Others are at work on the same jobs; they will be done.
        Ok(true)
    }

    /// Looks at things that joined or left groups. Answers whether there was any.
    async fn follow_moved_things(&self, now: UnixMillis) -> Result<bool, StoreError> {
        for limit in LIMITS {
            let view = self.registry().jobs();
            let moved = view.moved_things(limit)?;
            if moved.is_empty() {
                return Ok(false);
            }
            let decided = self.look_at_moved(&view, &moved, now)?;
            if self.commit_jobs(decided).await?.is_some() {
                return Ok(true);
            }
        }
        // Others came first each time; the notices are still there.
        Ok(true)
    }

    /// Executions whose timers ran out.
    async fn ring_timers(&self, timers: &[Due], now: UnixMillis) -> Result<(), StoreError> {
        let mut left = timers;
        for limit in LIMITS {
            while !left.is_empty() {
                let (some, rest) = left.split_at(limit.min(left.len()));
                let view = self.registry().jobs();
                let decided = self.time_out(&view, some, now)?;
                if self.commit_jobs(decided).await?.is_none() {
                    break;
                }
                left = rest;
            }
        }
        Ok(())
    }

    fn time_out(
        &self,
        view: &JobView,
        timers: &[Due],
        now: UnixMillis,
    ) -> Result<Decided<()>, StoreError> {
        let mut draft = view.draft();
        let mut events = Vec::new();
        for due in timers {
            let Some(thing) = &due.thing else { continue };
            let job = view.job(&due.job)?;
            let held = view.execution(&due.job, thing)?;
            let step = job.as_ref().zip(held.as_ref()).and_then(|(job, held)| {
                let step = held.execution.time_out(&job.job.rules(), now)?;
                Some((job, step))
            });
            let Some((job, step)) = step else {
                // Gone since the list was read, or else it would be due for ever.
                draft.forget_due(due);
                continue;
            };
            draft.keep_job(job);
            draft.put_execution(&due.job, thing, held.as_ref(), &step.next)?;
            events.extend(Event::ended(&due.job, thing, &step.reported));
        }
        self.decided(view, draft, &events, (), now)
    }

    async fn turn_job(&self, due: &Due, now: UnixMillis) -> Result<(), StoreError> {
        for limit in LIMITS {
            let view = self.registry().jobs();
            let decided = match self.turn_of_job(&view, &due.job, limit, now) {
                Ok(decided) => decided,
                Err(TurnError::Store(error)) => return Err(error),
                Err(TurnError::Job(error)) => {
                    // It was decided by the same snapshot that it could be done.
                    tracing::error!(%error, job = %due.job, "a job cannot take its turn");
                    return Ok(());
                }
            };
            let decided = match decided {
                Some(decided) => decided,
                None if is_stale(&view, &due.job, due)? => {
                    let mut draft = view.draft();
                    draft.forget_due(due);
                    self.decided(&view, draft, &[], (), now)?
                }
                None => return Ok(()),
            };
            if self.commit_jobs(decided).await?.is_some() {
                return Ok(());
            }
        }
        Ok(())
    }
}

/// Whether a job that is due is not there, or not due then.
fn is_stale(view: &JobView, id: &JobId, due: &Due) -> Result<bool, StoreError> {
    let Some((job, progress)) = held(view, id)? else { return Ok(true) };
    Ok(progress.progress.due_at(&job.job) != Some(due.at))
}
