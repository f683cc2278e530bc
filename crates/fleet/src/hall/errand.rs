//! What an action sends out: into the outbox with its message's batch, and what became of it since.

use std::sync::{Arc, Mutex, PoisonError};

use kv::Batch;
use outbox::{Delivery, Entry, ErrorAction, Origin, Reservation};
use rules::Event;

use crate::hall::Shared;
use crate::hall::failure::RuleFailure;
use crate::hall::rule::Rule;
use crate::hall::story::{ActionStory, RuleOutcome};

/// Something that is to go out, as stories tell of it.
#[derive(Debug)]
pub struct Errand {
    /// What it is for: a URL, a topic.
    pub resource: String,
    fate: Mutex<ErrandFate>,
}

/// How it went so far.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ErrandFate {
    Queued,
    /// It did not get there yet, and is tried again.
    Missed {
        attempts: u32,
        what: String,
    },
    Delivered,
    /// It is given up, and the rule's error action was told if it has one.
    Failed {
        what: String,
        told: bool,
    },
}

impl Errand {
    pub fn fate(&self) -> ErrandFate {
        self.fate.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(crate) fn tell(&self, fate: ErrandFate) {
        *self.fate.lock().unwrap_or_else(PoisonError::into_inner) = fate;
    }
}

impl ActionStory {
    pub(crate) fn of(
        kind: &'static str,
        planned: &Result<Vec<Arc<Errand>>, RuleFailure>,
    ) -> ActionStory {
        let (failure, errands) = match planned {
            Ok(errands) => (None, errands.clone()),
            Err(failure) => (Some(failure.message.clone()), Vec::new()),
        };
        ActionStory { kind, failure, errands }
    }
}

/// An action of a rule: the rule, what error documents call the action, and its place.
pub(crate) type From<'r> = (&'r Rule, &'static str, Option<usize>);

impl Shared {
    /// Adds what is to go out to the batch of its message.
    pub(crate) fn queue(
        &self,
        batch: &mut Batch,
        from: From<'_>,
        event: &Event<'_>,
        errands: Vec<actions::Errand>,
    ) -> Result<Vec<(Arc<Errand>, Reservation)>, RuleFailure> {
        let queue = |errand: actions::Errand| {
            let resource = errand.resource.clone();
            let entry = self.entry(from, event, errand);
            let reserved = self.parts.outbox.put(batch, &entry).map_err(|error| RuleFailure {
                action: entry.action.clone(),
                resource: Some(resource.clone()),
                message: error.to_string(),
            });
            let fate = Mutex::new(ErrandFate::Queued);
            reserved.map(|reserved| (Arc::new(Errand { resource, fate }), reserved))
        };
        errands.into_iter().map(queue).collect()
    }

    fn entry(&self, from: From<'_>, event: &Event<'_>, errand: actions::Errand) -> Entry {
        let (rule, action, action_at) = from;
        // What fails for an error action is told to nobody, or it would never end.
        let is_of_rule = action_at.is_some() || matches!(errand.delivery, Delivery::Run(_));
        let told = rule.text.error_action.clone().filter(|_| is_of_rule);
        Entry {
            target: errand.target,
            delivery: errand.delivery,
            rule: rule.name.to_string(),
            action: action.to_owned(),
            action_at,
            resource: Some(errand.resource),
            origin: origin(event),
            error_action: told.map(|action| ErrorAction {
                action,
                sql: rule.text.sql.clone(),
                sql_version: rule.text.sql_version.clone(),
            }),
            queued_at: self.parts.clock.now(),
        }
    }

    /// What was promised to the outbox is on disk, or none of it is.
    pub(crate) fn settle_outward(&self, reservations: Vec<Reservation>, is_kept: bool) {
        if reservations.is_empty() {
            return;
        }
        reservations.into_iter().for_each(|reservation| reservation.settle(is_kept));
        self.outward.notify_one();
    }

    /// Tells the story of an entry, if it is still remembered, what became of it; and counts that.
    pub(crate) fn tell_story(&self, entry: &Entry, fate: &ErrandFate) {
        self.count_end(entry, fate);
        self.stories.seek(&entry.origin.trace_id, |story| {
            let of_rule = story.rules.iter().filter(|told| told.rule.name.as_str() == entry.rule);
            let errands = of_rule.flat_map(|told| errands_of(&told.outcome, entry));
            let of_entry =
                errands.filter(|errand| entry.resource.as_ref() == Some(&errand.resource));
            let mut is_it = false;
            for errand in of_entry {
                errand.tell(fate.clone());
                is_it = true;
            }
            is_it
        });
    }
}

impl Shared {
    /// Counts what became of an entry for the action that it is of, if that is still there.
    fn count_end(&self, entry: &Entry, fate: &ErrandFate) {
        let end = match fate {
            ErrandFate::Delivered => Ok(()),
            ErrandFate::Failed { what, .. } => Err(&**what),
            ErrandFate::Queued | ErrandFate::Missed { .. } => return,
        };
        if matches!(entry.delivery, Delivery::Run(_)) {
            return;
        }
        // Rules that cannot be read are reported by those who need them; nobody waits for a count.
        let Ok(rules) = self.rule_set() else { return };
        let Some(rule) = rules.of_name(&entry.rule) else { return };
        let tally = match entry.action_at {
            Some(at) => rule.tally.actions.get(at),
            None => rule.tally.error_action.as_ref(),
        };
        if let Some(tally) = tally.filter(|tally| tally.kind == entry.action) {
            tally.count_end(end, self.parts.clock.now());
        }
    }
}

/// Those among which the errand of an entry is, if it is of this outcome.
fn errands_of<'o>(outcome: &'o RuleOutcome, entry: &Entry) -> &'o [Arc<Errand>] {
    let is_run = matches!(entry.delivery, Delivery::Run(_));
    match outcome {
        RuleOutcome::Deferred { errand } if is_run => std::slice::from_ref(errand),
        RuleOutcome::Matched { actions, error_action } if !is_run => {
            let action = match entry.action_at {
                Some(at) => actions.get(at),
                None => error_action.as_deref(),
            };
            action.map_or(&[], |action| &action.errands)
        }
        _ => &[],
    }
}

fn origin(event: &Event<'_>) -> Origin {
    Origin {
        topic: event.topic.to_owned(),
        payload: bytes::Bytes::copy_from_slice(event.payload.bytes()),
        client_id: event.client_id.map(str::to_owned),
        principal: event.principal.map(str::to_owned),
        source_ip: event.source_ip,
        at: event.timestamp_ms,
        trace_id: event.trace_id.unwrap_or_default().to_owned(),
        seed: event.seed,
    }
}
