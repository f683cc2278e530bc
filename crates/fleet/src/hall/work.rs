//! The way of one message through the hall.

use std::sync::Arc;

use actions::{Action, Desk, Failure, Matched, ToTell};
use kv::{Batch, Declined};
use model::{BASIC_INGEST, Message, Topic};
use recordings::RecordingNumber;
use registry::StoreError;
use rules::{Answers, Event, Lookup, Outcome, Payload, Selected, Stop};
use smallvec::SmallVec;

use crate::hall::defer::Coming;
use crate::hall::errand::Errand;
use crate::hall::failure::{self, RuleFailure};
use crate::hall::permits::RulePermits;
use crate::hall::rule::Rule;
use crate::hall::story::{self, ActionStory, Receipt, RuleOutcome, RuleStory};
use crate::hall::{Effects, Hall, Sender, Shared};

/// What one message may write. A batch that is larger than the store takes would fail for ever, and
/// its sender would send it again for ever.
const BYTES_MAX: usize = 8 * 1024 * 1024;

/// What error documents call a statement that could not be evaluated.
pub(crate) const EVALUATION: &str = "RuleEvaluation";

/// What the hall does with the messages of one topic.
#[derive(Clone, Debug)]
pub struct TopicHall {
    pub(crate) shared: Arc<Shared>,
    pub(crate) rules: Arc<[Arc<Rule>]>,
    /// How much of the topic the rules do not see.
    pub(crate) hidden: usize,
    /// The rule that the topic names, if there is none.
    pub(crate) unknown_rule: Option<Arc<str>>,
    /// What keeps its messages.
    pub(crate) recorded_by: Arc<[RecordingNumber]>,
    /// Whether it is not known what is to be done: then none of its messages may be acknowledged.
    pub(crate) is_unreadable: bool,
}

impl TopicHall {
    pub(crate) fn of(hall: &Hall, topic: &Topic) -> Option<TopicHall> {
        TopicHall::find(&hall.0, topic).unwrap_or_else(|error| {
            let error = &error as &dyn std::error::Error;
            tracing::error!(error, "what is to be done with messages cannot be read");
            let (shared, rules, recorded_by) = (Arc::clone(&hall.0), [].into(), [].into());
            let (hidden, unknown_rule, is_unreadable) = (0, None, true);
            Some(TopicHall { shared, rules, hidden, unknown_rule, recorded_by, is_unreadable })
        })
    }

    fn find(shared: &Arc<Shared>, topic: &Topic) -> Result<Option<TopicHall>, StoreError> {
        let set = shared.rule_set()?;
        let (rules, hidden, unknown_rule) = match ingest(topic.as_str()) {
            Some((name, hidden)) => match set.of_name(name) {
                Some(rule) => (vec![Arc::clone(rule)], hidden, None),
                None => (Vec::new(), hidden, Some(Arc::from(name))),
            },
            None => (set.of_topic(topic.as_str()), 0, None),
        };
        let recorded_by: Arc<[_]> = shared.parts.recordings.of_topic(topic.as_str())?.into();
        let is_for_nobody = rules.is_empty() && unknown_rule.is_none() && recorded_by.is_empty();
        let (shared, rules, is_unreadable) = (Arc::clone(shared), rules.into(), false);
        let hall = TopicHall { shared, rules, hidden, unknown_rule, recorded_by, is_unreadable };
        Ok((!is_for_nobody).then_some(hall))
    }

    /// What follows from a message of the topic.
    pub fn work(&self, message: &Arc<Message>, sender: &Sender<'_>) -> Effects {
        let ticket = self.shared.stories.ticket();
        let mut effects = self.work_as(&ticket, message, sender);
        if self.is_unreadable {
            // The message fails with its effects, and its sender sends it again.
            effects.batch.decide_by(0, |_| Err(Declined::ByChoice));
        }
        self.record(&mut effects, &ticket, message, sender);
        if !self.rules.is_empty() || self.unknown_rule.is_some() {
            self.shared.stories.keep(Arc::clone(&effects.receipt.story));
        }
        effects
    }

    /// The same, with a ticket that may have been given out before. The story is not kept yet.
    pub(crate) fn work_as(
        &self,
        ticket: &story::Ticket,
        message: &Arc<Message>,
        sender: &Sender<'_>,
    ) -> Effects {
        let shared = &self.shared;
        let payload = Payload::new(&message.payload);
        let topic = &message.topic.as_str()[self.hidden..];
        let event = shared.event(ticket, topic, &payload, message, sender);
        let mut story = story::begin(ticket, message, self.hidden, sender);
        story.unknown_rule = self.unknown_rule.as_deref().map(str::to_owned);
        let coming = Some(Coming { message, sender: *sender });
        let mut work = Work { coming, ..Work::new(shared, sender.room) };
        story.rules.reserve(self.rules.len());
        for rule in self.rules.iter() {
            story.rules.push(work.run(rule, &event, Answers::default()));
        }
        let Work { batch, messages, to_tell, reservations, .. } = work;
        let story = Arc::new(story);
        let receipt = Receipt { hall: Arc::clone(shared), story, to_tell, reservations };
        Effects { batch, messages, receipt }
    }
}

/// The rule that a topic names, and how much of the topic names it.
pub(crate) fn ingest(topic: &str) -> Option<(&str, usize)> {
    let rest = topic.strip_prefix(BASIC_INGEST)?;
    let (name, topic_of_rule) = rest.split_once('/').unwrap_or((rest, ""));
    Some((name, topic.len() - topic_of_rule.len()))
}

impl Shared {
    pub(crate) fn event<'e>(
        &'e self,
        ticket: &'e story::Ticket,
        topic: &'e str,
        payload: &'e Payload<'e>,
        message: &'e Message,
        sender: &Sender<'e>,
    ) -> Event<'e> {
        Event {
            topic,
            payload,
            client_id: sender.client_id.map(model::ClientId::as_str),
            principal: Some(sender.principal.identifier()),
            source_ip: sender.source_ip,
            account: &self.registry().home().account,
            timestamp_ms: sender.at,
            trace_id: Some(ticket.trace_id.as_str()),
            seed: ticket.seed,
            properties: message.properties.as_deref(),
        }
    }
}

/// The rules of one message, at work.
#[derive(Debug)]
pub(crate) struct Work<'a> {
    pub(super) shared: &'a Shared,
    pub(super) room: usize,
    pub(crate) batch: Batch,
    pub(crate) messages: Vec<Message>,
    pub(crate) to_tell: ToTell,
    /// Of what goes into the outbox.
    pub(crate) reservations: Vec<outbox::Reservation>,
    /// What is done, in words, if somebody wants to read it.
    pub(super) notes: Option<Vec<String>>,
    /// If a rule that asks a function is put off; else it ends where it asks.
    pub(super) coming: Option<Coming<'a>>,
    /// The question for a function at which the last rule ended.
    pub(super) wanted: Option<Box<Lookup>>,
}

impl<'a> Work<'a> {
    pub(crate) fn new(shared: &'a Shared, room: usize) -> Work<'a> {
        let (batch, messages, to_tell) = (Batch::new(), Vec::new(), ToTell::default());
        let (reservations, notes, coming, wanted) = (Vec::new(), None, None, None);
        Work { shared, room, batch, messages, to_tell, reservations, notes, coming, wanted }
    }

    /// What a rule makes of an event, with what is known already of what it asks.
    pub(crate) fn run(
        &mut self,
        rule: &Arc<Rule>,
        event: &Event<'_>,
        mut answers: Answers,
    ) -> RuleStory {
        self.wanted = None;
        let outcome = match self.evaluate(rule, event, &mut answers) {
            Err(failure) => self.stop(rule, event, failure),
            Ok(Outcome::NoMatch) => RuleOutcome::NoMatch,
            Ok(Outcome::Match(selected)) => match (&rule.asks_in_actions, self.coming) {
                (Some(function), Some(coming)) => self.put_off(rule, event, function, &coming),
                _ => self.act(rule, event, &selected, &mut answers),
            },
        };
        RuleStory { rule: Arc::clone(rule), outcome, answers }
    }

    pub(super) fn fail(
        &mut self,
        rule: &Rule,
        event: &Event<'_>,
        failure: RuleFailure,
    ) -> RuleOutcome {
        let message = failure.message.clone();
        self.tell_error_action(rule, event, &[failure]);
        RuleOutcome::Failed(message)
    }

    fn evaluate<'e>(
        &mut self,
        rule: &Rule,
        event: &Event<'e>,
        answers: &mut Answers,
    ) -> Result<Outcome<'e>, RuleFailure> {
        loop {
            match rule.statement.evaluate(event, answers) {
                Ok(outcome) => return Ok(outcome),
                Err(Stop::Needs(lookup)) => {
                    self.answer(rule, lookup, answers).map_err(unevaluated)?;
                }
                Err(Stop::Failed(error)) => return Err(unevaluated(error.to_string())),
            }
        }
    }

    /// Looks something up. Each thing is asked for once.
    fn answer(
        &mut self,
        rule: &Rule,
        lookup: Box<Lookup>,
        answers: &mut Answers,
    ) -> Result<(), String> {
        if answers.len() >= Answers::LOOKUPS_MAX {
            return Err(format!("a rule looks up at most {} things", Answers::LOOKUPS_MAX));
        }
        if let Lookup::Function { .. } = *lookup {
            let waits = format!("it waits for {lookup}");
            self.wanted = Some(lookup);
            return Err(waits);
        }
        let answer = self.shared.look_up(&lookup, &self.permits(rule));
        answers.put(*lookup, answer);
        Ok(())
    }

    /// As they are now, also for a message that came long ago.
    fn permits<'r>(&self, rule: &'r Rule) -> RulePermits<'r>
    where
        'a: 'r,
    {
        let shared = self.shared;
        let (iam, home) = (&shared.parts.iam, shared.registry().home());
        RulePermits { iam, home, rule, now: shared.parts.clock.now() }
    }

    pub(super) fn act(
        &mut self,
        rule: &Rule,
        event: &Event<'_>,
        selected: &Selected<'_>,
        answers: &mut Answers,
    ) -> RuleOutcome {
        let mut told = SmallVec::with_capacity(rule.actions.len());
        let mut failures = Vec::new();
        for (at, action) in rule.actions.iter().enumerate() {
            let planned = self.plan(rule, (&**action, Some(at)), event, selected, answers);
            told.push(ActionStory::of(action.kind(), &planned));
            failures.extend(planned.err());
            if self.wanted.is_some() && self.coming.is_none() {
                // Who runs the rule asks, and plans everything anew.
                return RuleOutcome::Matched { actions: told, error_action: None };
            }
        }
        let error_action = match failures.is_empty() {
            true => None,
            false => self.tell_error_action(rule, event, &failures),
        };
        RuleOutcome::Matched { actions: told, error_action }
    }

    fn plan(
        &mut self,
        rule: &Rule,
        (action, action_at): (&dyn Action, Option<usize>),
        event: &Event<'_>,
        selected: &Selected<'_>,
        answers: &mut Answers,
    ) -> Result<Vec<Arc<Errand>>, RuleFailure> {
        let kind = action.kind();
        let failed = |resource, message| RuleFailure { action: kind.to_owned(), resource, message };
        loop {
            let permits = self.permits(rule);
            let mut desk = self.desk(&permits);
            let matched = Matched {
                rule: rule.name.as_str(),
                event,
                answers,
                selected,
                version: rule.version,
            };
            match action.plan(&matched, &mut desk) {
                Ok(()) => {
                    let Desk { mut batch, messages, to_tell, errands, notes, .. } = desk;
                    let from = (rule, kind, action_at);
                    let queued = self.shared.queue(&mut batch, from, event, errands)?;
                    self.fits(&batch).map_err(|unfit| failed(None, unfit.message))?;
                    self.batch.append(batch);
                    self.room -= messages.len();
                    self.messages.extend(messages);
                    self.to_tell.extend(to_tell);
                    notes.into_iter().flatten().for_each(|note| self.note(|| note));
                    let (errands, reservations): (Vec<_>, Vec<_>) = queued.into_iter().unzip();
                    self.reservations.extend(reservations);
                    return Ok(errands);
                }
                Err(Failure::Needs(lookup)) => {
                    let answered = self.answer(rule, lookup, answers);
                    answered.map_err(|message| failed(None, message))?;
                }
                Err(Failure::Failed { resource, message }) => {
                    return Err(failed(resource, message));
                }
            }
        }
    }

    /// Whether there is room for this, too.
    pub(super) fn fits(&self, batch: &Batch) -> Result<(), RuleFailure> {
        match self.batch.bytes() + batch.bytes() > BYTES_MAX {
            true => Err(unevaluated(format!("one message may write {BYTES_MAX} bytes"))),
            false => Ok(()),
        }
    }

    pub(super) fn note(&mut self, note: impl FnOnce() -> String) {
        if let Some(notes) = &mut self.notes {
            notes.push(note());
        }
    }

    fn desk<'d>(&self, permits: &'d RulePermits<'d>) -> Desk<'d>
    where
        Self: 'd,
    {
        Desk {
            home: self.shared.registry().home(),
            tables: &self.shared.parts.tables,
            logs: &self.shared.parts.logs,
            queues: &self.shared.parts.queues,
            series: &self.shared.parts.series,
            objects: &self.shared.parts.objects,
            blueprints: &self.shared.parts.blueprints,
            permits,
            house: self.shared,
            room: self.room,
            batch: Batch::new(),
            messages: Vec::new(),
            to_tell: ToTell::default(),
            errands: Vec::new(),
            notes: self.notes.as_ref().map(|_| Vec::new()),
        }
    }

    /// Tells the rule's error action what went wrong, if it has one.
    pub(crate) fn tell_error_action(
        &mut self,
        rule: &Rule,
        event: &Event<'_>,
        failures: &[RuleFailure],
    ) -> Option<Box<ActionStory>> {
        let action = rule.error_action.as_deref()?;
        let document = failure::document(rule.name.as_str(), event, failures);
        let selected = Selected::of_document(document.to_string(), rule.version);
        let answers = &mut Answers::default();
        let planned = self.plan(rule, (action, None), event, &selected, answers);
        if let Err(failure) = &planned {
            tracing::warn!(rule = %rule.name, what = failure.message, "an error action failed");
        }
        Some(Box::new(ActionStory::of(action.kind(), &planned)))
    }
}

fn unevaluated(message: String) -> RuleFailure {
    RuleFailure { action: EVALUATION.to_owned(), resource: None, message }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_topic_below_rules_names_one() {
        for (topic, named) in [
            ("$aws/rules/hot/a/b", Some(("hot", "a/b"))),
            ("$aws/rules/hot", Some(("hot", ""))),
            ("a/b", None),
        ] {
            let found = ingest(topic).map(|(name, hidden)| (name, &topic[hidden..]));
            assert_eq!(found, named, "{topic}");
        }
    }
}
