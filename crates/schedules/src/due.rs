//! Whose turn it is: moments that have come become firings.

use kv::Present;
use model::{BusName, EventRuleName};
use records::{RecordError, decode, encode};
use serde_json::Value;
use stdx::clock::UnixMillis;

use crate::carrier::Service;
use crate::error::ScheduleError;
use crate::event::iso_8601;
use crate::firing::Firing;
use crate::id;
use crate::key::{DUE, Kind, RULES, SCHEDULES, due_key, due_parts, parts};
use crate::rule::StoredRule;
use crate::schedule::{AfterCompletion, StoredSchedule};
use crate::schedules::{Missed, Schedules};
use crate::target::Input;

/// Owners whose turn one step looks at.
const PIECE: usize = 100;

/// A moment that is older when it is found was missed: the house was closed.
const LATE_MILLIS: u64 = 60_000;

/// Missed moments are counted up to here.
const COUNT_MAX: u64 = 10_000;

/// A moment of somebody.
struct Turn {
    at: UnixMillis,
    now: UnixMillis,
    /// What they are of whose turn it is: `bus, 0, rule` or `group, 0, schedule`.
    key: String,
    missed: Missed,
}

/// What one turn came to.
struct Rung {
    fired: usize,
    /// Moments that passed while nobody was there, this one among them.
    missed: u64,
    arn: String,
}

impl Schedules {
    /// Lets those fire whose moment has come; answers when to look again, if anything is due at all.
    pub(crate) async fn ring(&self, now: UnixMillis) -> Result<Option<UnixMillis>, ScheduleError> {
        let (snapshot, mut again) = (self.snapshot(), None);
        for (count, found) in snapshot.scan(DUE, b"")?.enumerate() {
            let (key, _) = found?;
            let (at, kind, owner) = due_parts(&key).ok_or(RecordError::Key)?;
            if at > now && count == 0 {
                return Ok(Some(at));
            }
            if at > now || count == PIECE {
                break;
            }
            let turn = Turn { at, now, key: owner.to_owned(), missed: self.missed };
            let rung = match kind {
                Kind::Rule => self.ring_rule(turn).await?,
                Kind::Schedule => self.ring_schedule(turn).await?,
            };
            // Those who fired have other moments now, perhaps before any that was seen here.
            again = Some(now);
            if let Some(rung) = rung {
                self.shared.waiting.fetch_add(rung.fired, std::sync::atomic::Ordering::Relaxed);
                rung.tell();
            }
        }
        Ok(again)
    }

    async fn ring_rule(&self, turn: Turn) -> Result<Option<Rung>, ScheduleError> {
        let (bus, name) = parts(&turn.key).ok_or(RecordError::Key)?;
        let bus = BusName::new(bus).map_err(|_| RecordError::Key)?;
        let name = EventRuleName::new(name).map_err(|_| RecordError::Key)?;
        let arn = self.rule_arn(bus.as_str(), name.as_str());
        let event = self.scheduled_event(&arn, turn.at);
        self.decide(move |present| {
            let key = due_key(turn.at, Kind::Rule, &turn.key);
            present.delete(DUE, &key);
            let Some(bytes) = present.get(RULES, turn.key.as_bytes())? else { return Ok(None) };
            let mut rule: StoredRule = decode(&bytes)?;
            if rule.next_at != Some(turn.at) {
                return Ok(None);
            }
            let missed = turn.missed_moments(|after| rule.next_after(after));
            let mut fired = 0;
            if turn.is_to_fire(missed) {
                for target in &rule.targets {
                    let body = target.input.of(&event, (name.as_str(), &arn));
                    let times = (turn.at, turn.now);
                    let firing = Firing::new(Service::Events, &arn, target, body, times);
                    firing.put(present, turn.now);
                    fired += 1;
                }
            }
            let next_at = rule.next_after(turn.now.max(turn.at));
            rule.move_on(present, &turn.key, next_at);
            present.put(RULES, &turn.key, encode(&rule));
            Ok(Some(Rung { fired, missed, arn }))
        })
        .await
    }

    async fn ring_schedule(&self, turn: Turn) -> Result<Option<Rung>, ScheduleError> {
        let (group, name) = parts(&turn.key).ok_or(RecordError::Key)?;
        let arn = self.schedule_arn(group, name);
        let event = self.schedule_event(&arn, turn.at);
        let execution = id::random();
        self.decide(move |present| {
            let key = due_key(turn.at, Kind::Schedule, &turn.key);
            present.delete(DUE, &key);
            let stored = present.get(SCHEDULES, turn.key.as_bytes())?;
            let Some(bytes) = stored else { return Ok(None) };
            let schedule: StoredSchedule = decode(&bytes)?;
            if schedule.next_at != Some(turn.at) {
                return Ok(None);
            }
            let missed = turn.missed_moments(|after| schedule.next_after(after));
            let is_to_fire = turn.is_to_fire(missed);
            if is_to_fire {
                let target = &schedule.said.target;
                let body = match &target.input {
                    Input::Constant(text) => filled(text, &arn, turn.at, &execution),
                    _ => event.to_string(),
                };
                let times = (turn.at, turn.now);
                Firing::new(Service::Scheduler, &arn, target, body, times).put(present, turn.now);
            }
            turn.end(present, schedule);
            Ok(Some(Rung { fired: usize::from(is_to_fire), missed, arn }))
        })
        .await
    }

    fn schedule_event(&self, arn: &str, at: UnixMillis) -> Value {
        let mut event = self.scheduled_event(arn, at);
        event["source"] = Value::from("aws.scheduler");
        event["detail"] = Value::from("{}");
        event
    }
}

impl Turn {
    /// How many moments passed while nobody was there; none if this one is hardly over.
    fn missed_moments(&self, next: impl Fn(UnixMillis) -> Option<UnixMillis>) -> u64 {
        if self.now.saturating_sub(self.at) < LATE_MILLIS {
            return 0;
        }
        let (mut count, mut last) = (1, self.at);
        while let Some(at) = next(last).filter(|at| *at <= self.now && count < COUNT_MAX) {
            (count, last) = (count + 1, at);
        }
        count
    }

    fn is_to_fire(&self, missed: u64) -> bool {
        missed == 0 || self.missed == Missed::RunOnce
    }

    /// Moves a schedule on, or lets it go if its owner wants that.
    fn end(&self, present: &mut Present<'_>, mut schedule: StoredSchedule) {
        let next_at = schedule.next_after(self.now.max(self.at));
        schedule.move_on(present, &self.key, next_at);
        let is_over = next_at.is_none();
        match is_over && schedule.said.after_completion == AfterCompletion::Delete {
            true => present.delete(SCHEDULES, &self.key),
            false => present.put(SCHEDULES, &self.key, encode(&schedule)),
        }
    }
}

impl Rung {
    fn tell(&self) {
        let Rung { fired, missed, arn } = self;
        if *missed > 0 {
            let what = if *fired > 0 { "it runs once" } else { "they are skipped" };
            tracing::warn!("{arn} missed {missed} of its times while nobody was there: {what}");
        }
    }
}

/// The words that Scheduler fills in an input, but for the number of the attempt.
fn filled(text: &str, arn: &str, at: UnixMillis, execution: &str) -> String {
    text.replace("<aws.scheduler.schedule-arn>", arn)
        .replace("<aws.scheduler.scheduled-time>", &iso_8601(at))
        .replace("<aws.scheduler.execution-id>", execution)
}
