//! What is to be carried to a target, on disk until it has arrived.

use std::borrow::Cow;
use std::sync::atomic::Ordering;

use kv::{Batch, Present};
use records::{Record, StoreError, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

use crate::carrier::{Service, Undelivered};
use crate::error::ScheduleError;
use crate::key::{FIRINGS, firing_key, place};
use crate::schedules::Schedules;
use crate::target::{Retry, Target};

/// Firings that may wait. Beyond them events are refused: their senders know to try again.
const WAITING_MAX: usize = 100_000;

/// The waits between attempts: a second, two, four, up to five minutes.
const RETRY_FIRST_MILLIS: u64 = 1_000;
const RETRY_MOST_MILLIS: u64 = 300_000;

/// Where an input names the attempt.
const ATTEMPT: &str = "<aws.scheduler.attempt-number>";

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Firing {
    pub(crate) service: Service,
    pub(crate) source_arn: String,
    pub(crate) target_arn: String,
    pub(crate) role_arn: Option<String>,
    pub(crate) message_group: Option<String>,
    pub(crate) dead_letter_arn: Option<String>,
    pub(crate) retry: Retry,
    body: String,
    /// The moment that it is for.
    pub(crate) at: UnixMillis,
    begun_at: UnixMillis,
    pub(crate) attempts: u32,
    /// Why the last attempt did not work, once it goes to its dead letters.
    pub(crate) dead: Option<(String, String)>,
}

impl Record for Firing {
    const VERSION: u8 = 1;
}

impl Firing {
    /// `at`: the moment that it is for, and now.
    pub(crate) fn new(
        service: Service,
        source_arn: &str,
        target: &Target,
        body: String,
        (at, now): (UnixMillis, UnixMillis),
    ) -> Firing {
        Firing {
            service,
            source_arn: source_arn.to_owned(),
            target_arn: target.arn.clone(),
            role_arn: target.role_arn.clone(),
            message_group: target.message_group.clone(),
            dead_letter_arn: target.dead_letter_arn.clone(),
            retry: target.retry,
            body,
            at,
            begun_at: now,
            attempts: 0,
            dead: None,
        }
    }

    /// When it is tried again, or nothing if it is given up.
    pub(crate) fn after(
        mut self,
        failure: &Undelivered,
        now: UnixMillis,
    ) -> Option<(UnixMillis, Firing)> {
        self.attempts += 1;
        let wait = RETRY_FIRST_MILLIS << (self.attempts - 1).min(20);
        let next_at = now + wait.min(RETRY_MOST_MILLIS);
        let ends_at = self.begun_at + u64::from(self.retry.age_max_secs) * 1_000;
        let is_final = matches!(failure, Undelivered::Refused { .. })
            || self.attempts > self.retry.attempts_max
            || next_at > ends_at;
        match (is_final, self.dead.is_some()) {
            (false, _) => Some((next_at, self)),
            (true, false) if self.dead_letter_arn.is_some() => {
                self.dead = Some((failure.code().to_owned(), failure.what().to_owned()));
                (self.attempts, self.begun_at) = (0, now);
                self.retry = Retry::default();
                Some((now, self))
            }
            (true, _) => None,
        }
    }

    /// What is brought by the next attempt, whose number an input of Scheduler may name.
    pub(crate) fn body(&self) -> Cow<'_, str> {
        let names = self.service == Service::Scheduler && self.body.contains(ATTEMPT);
        match names {
            true => self.body.replace(ATTEMPT, &(self.attempts + 1).to_string()).into(),
            false => self.body.as_str().into(),
        }
    }

    /// What a dead letter says of itself.
    pub(crate) fn attributes(&self) -> Vec<(&'static str, String)> {
        let Some((code, what)) = &self.dead else { return Vec::new() };
        let source = match self.service {
            Service::Events => "RULE_ARN",
            Service::Scheduler => "SCHEDULE_ARN",
            Service::S3 => "BUCKET_ARN",
        };
        vec![
            ("ERROR_CODE", code.clone()),
            ("ERROR_MESSAGE", what.clone()),
            (source, self.source_arn.clone()),
            ("TARGET_ARN", self.target_arn.clone()),
        ]
    }

    pub(crate) fn put(&self, present: &mut Present<'_>, due_at: UnixMillis) {
        let place = place(present.sequence());
        present.put_new(FIRINGS, firing_key(due_at, &place), encode(self));
    }

    fn bytes(&self) -> usize {
        1_024 + self.body.len()
    }
}

impl Schedules {
    /// Leaves firings, which are on disk when this answers.
    pub(crate) async fn fire(&self, firings: Vec<Firing>) -> Result<(), ScheduleError> {
        self.fire_with(firings, Batch::new()).await
    }

    /// The same, in one commit with what is in the batch.
    pub(crate) async fn fire_with(
        &self,
        firings: Vec<Firing>,
        mut batch: Batch,
    ) -> Result<(), ScheduleError> {
        if firings.is_empty() && batch.is_empty() {
            return Ok(());
        }
        let (count, now) = (firings.len(), self.now());
        let waiting = &self.shared.waiting;
        // Promised before it is written, so that many at once stay within the bound together.
        if waiting.fetch_add(count, Ordering::Relaxed) + count > WAITING_MAX {
            waiting.fetch_sub(count, Ordering::Relaxed);
            return Err(ScheduleError::Full { most: WAITING_MAX });
        }
        let bytes = firings.iter().map(Firing::bytes).sum();
        batch.decide_by(bytes, move |present| {
            firings.iter().for_each(|firing| firing.put(present, now));
            Ok(())
        });
        let fired = self.store.commit(batch).await;
        if fired.is_err() {
            waiting.fetch_sub(count, Ordering::Relaxed);
        }
        self.shared.bell.notify_one();
        fired.map_err(|error| StoreError::Commit(error).into())
    }

    /// Takes a firing away that has arrived or is given up, or lets it wait for another attempt.
    pub(crate) async fn settle(
        &self,
        key: Vec<u8>,
        next: Option<(UnixMillis, Firing)>,
    ) -> Result<(), ScheduleError> {
        let is_gone = next.is_none();
        let bytes = next.as_ref().map_or(0, |(_, firing)| firing.bytes());
        let settled: Result<(), ScheduleError> =
            records::decide(&self.store, 1_024 + bytes, move |present| {
                present.delete(FIRINGS, &key);
                if let Some((at, firing)) = &next {
                    firing.put(present, *at);
                }
                Ok(())
            })
            .await;
        if settled.is_ok() && is_gone {
            self.shared.waiting.fetch_sub(1, Ordering::Relaxed);
        }
        settled
    }
}
