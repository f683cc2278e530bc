//! What a rule would have made of recorded messages, and making it so.
//!
//! A message is done as a whole or not at all: what its actions write and send, and the mark that says
//! so, are one batch. One for which an action fails leaves nothing, not even the error action's word:
//! who replays is told, and may come again. So a replay that was cut off goes on where it was, and a
//! second one finds nothing to do.

use std::sync::Arc;

use kv::{Batch, CommitError, Snapshot};
use model::{Message, RuleName};
use recordings::{Asked, Place, RecordedMessage, Recordings, RuleReading};
use registry::{StoreError, TopicRuleText};

use crate::hall::recording::failure;
use crate::hall::rule::{Rule, UnfitRule};
use crate::hall::story::{Receipt, RuleOutcome, Ticket, TraceId};
use crate::hall::trial::Trial;
use crate::hall::work::{TopicHall, ingest};
use crate::hall::{Effects, Hall, Sender, Shared};

/// Recorded messages that one call works on: a fraction of a second.
const MESSAGES_MAX: usize = 1_000;

/// What is committed at once: one sync for so many messages, and far less than a batch may hold.
const GROUP_MESSAGES_MAX: usize = 100;
const GROUP_BYTES_MAX: usize = 8 * 1024 * 1024;

/// How many messages may follow from one, as when it came; and from a group.
const ROOM: usize = 1_000;

/// Failures that one answer tells in full.
const FAILURES_MAX: usize = 10;

/// How often a group is planned anew when somebody else was faster.
const ATTEMPTS_MAX: usize = 8;

#[derive(Debug, thiserror::Error)]
pub enum ReplayError {
    #[error("the rule {name} does not exist")]
    NotFound { name: RuleName },
    #[error("the rule {name} was changed since it was looked at: look again")]
    Changed { name: RuleName },
    #[error(transparent)]
    Unfit(#[from] UnfitRule),
    #[error(transparent)]
    Store(#[from] StoreError),
}

/// What a trial is to tell.
#[derive(Clone, Copy, Debug)]
pub struct Showing {
    /// How many messages of each verdict are shown in full.
    pub each_max: u64,
    /// Whether messages for which the rule did all before are only counted.
    pub leaves_out_done: bool,
}

/// How many messages came to what.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Verdicts {
    pub matched: u64,
    pub unmatched: u64,
    /// The statement or an action could not be done.
    pub failed: u64,
    /// The rule, as it reads, did all before.
    pub done_before: u64,
}

/// What would follow from recorded messages.
#[derive(Debug)]
pub struct TriedMany {
    pub verdicts: Verdicts,
    /// The first of each verdict.
    pub shown: Vec<TriedOne>,
    /// To be told who replays the rule: it is done as it reads now.
    pub digest: String,
    pub next: Option<Place>,
}

#[derive(Debug)]
pub struct TriedOne {
    pub recorded: RecordedMessage,
    pub trial: Trial,
}

/// What was done for recorded messages.
#[derive(Debug, Default)]
pub struct Replayed {
    pub verdicts: Verdicts,
    pub failures: Vec<FailedReplay>,
    pub next: Option<Place>,
}

#[derive(Debug)]
pub struct FailedReplay {
    pub recorded: RecordedMessage,
    pub what: String,
}

impl Hall {
    /// Tries a rule on recorded messages. Nothing is written and nothing is sent.
    pub fn try_on_recorded(
        &self,
        name: &RuleName,
        text: &TopicRuleText,
        asked: &Asked,
        showing: Showing,
    ) -> Result<TriedMany, ReplayError> {
        let shared = &self.0;
        let rule = Arc::new(shared.read_rule(name, text)?);
        let piece = shared.parts.recordings.read(asked, MESSAGES_MAX)?;
        let snapshot = shared.parts.recordings.snapshot();
        let (verdicts, digest) = (Verdicts::default(), rule.reading.digest.clone());
        let mut tried = TriedMany { verdicts, shown: Vec::new(), digest, next: piece.next };
        for (place, recorded) in piece.messages {
            let Some(hidden) = hidden_from(&rule, &recorded.message) else { continue };
            let is_done = Recordings::is_done(&snapshot, place, &recorded, &rule.reading)?;
            if is_done && showing.leaves_out_done {
                tried.verdicts.done_before += 1;
                continue;
            }
            let hall = shared.hall_of(&rule, hidden);
            let effects = hall.work_on(&recorded);
            let count = *tried.verdicts.count(&effects);
            effects.receipt.settle(false);
            if count <= showing.each_max {
                let trial = hall.try_on(&recorded);
                tried.shown.push(TriedOne { recorded, trial });
            }
        }
        Ok(tried)
    }

    /// Does what a rule has to do for recorded messages, unless it did. `digest` is what a trial told.
    pub async fn replay(
        &self,
        name: &RuleName,
        digest: &str,
        asked: &Asked,
    ) -> Result<Replayed, ReplayError> {
        let shared = &self.0;
        let stored = shared.registry().topic_rule(name)?;
        let stored = stored.ok_or_else(|| ReplayError::NotFound { name: name.clone() })?;
        let rule = Arc::new(shared.read_rule(name, &stored.text)?);
        if rule.reading.digest != digest {
            return Err(ReplayError::Changed { name: name.clone() });
        }
        let piece = shared.parts.recordings.read(asked, MESSAGES_MAX)?;
        let mut replayed = Replayed { next: piece.next, ..Replayed::default() };
        let mut left = &piece.messages[..];
        while !left.is_empty() {
            let taken = shared.replay_group(&rule, left, &mut replayed).await?;
            left = &left[taken..];
        }
        Ok(replayed)
    }
}

impl Verdicts {
    /// Counts an outcome, and answers how many of its kind there are now.
    fn count(&mut self, effects: &Effects) -> &u64 {
        let told = &effects.receipt.story.rules[0];
        let count = match (&told.outcome, failure(told)) {
            (_, Some(_)) => &mut self.failed,
            (RuleOutcome::NoMatch, None) => &mut self.unmatched,
            (_, None) => &mut self.matched,
        };
        *count += 1;
        count
    }

    fn add(&mut self, other: Verdicts) {
        self.matched += other.matched;
        self.unmatched += other.unmatched;
        self.failed += other.failed;
        self.done_before += other.done_before;
    }
}

/// How much of a message's topic the rule does not see; `None` if it does not listen there.
fn hidden_from(rule: &Rule, message: &Message) -> Option<usize> {
    let topic = message.topic.as_str();
    match ingest(topic) {
        Some((name, hidden)) => (name == rule.name.as_str()).then_some(hidden),
        None => rule.statement.filter().is_some_and(|it| it.matches(topic)).then_some(0),
    }
}

// === one message ===

impl Shared {
    /// A hall where one rule listens and nothing is recorded.
    fn hall_of(self: &Arc<Self>, rule: &Arc<Rule>, hidden: usize) -> TopicHall {
        TopicHall {
            shared: Arc::clone(self),
            rules: Arc::from([Arc::clone(rule)]),
            hidden,
            unknown_rule: None,
            recorded_by: Arc::from([]),
            is_unreadable: false,
        }
    }

    /// What the message had when it came: the same random numbers and the same trace follow from it.
    fn ticket_of(&self, recorded: &RecordedMessage) -> Ticket {
        let fresh = self.stories.ticket();
        let trace_id = TraceId::read(&recorded.trace_id).unwrap_or(fresh.trace_id);
        Ticket { id: fresh.id, trace_id, seed: recorded.seed }
    }
}

impl TopicHall {
    fn work_on(&self, recorded: &RecordedMessage) -> Effects {
        let message = Arc::new(recorded.message.clone());
        let ticket = self.shared.ticket_of(recorded);
        self.work_as(&ticket, &message, &sender(recorded))
    }

    fn try_on(&self, recorded: &RecordedMessage) -> Trial {
        let (message, ticket) = (&recorded.message, self.shared.ticket_of(recorded));
        let topic = &message.topic.as_str()[self.hidden..];
        self.shared.try_on(&self.rules[0], &ticket, topic, message, &sender(recorded))
    }
}

fn sender(recorded: &RecordedMessage) -> Sender<'_> {
    Sender {
        client_id: recorded.client_id.as_ref(),
        principal: &recorded.principal,
        source_ip: recorded.source_ip,
        at: recorded.at,
        hops: 0,
        room: ROOM,
    }
}

// === groups ===

/// Messages that are done in one commit.
#[derive(Default)]
struct Group {
    batch: Batch,
    messages: Vec<Message>,
    receipts: Vec<Receipt>,
    verdicts: Verdicts,
    failures: Vec<FailedReplay>,
    /// How many messages were looked at.
    taken: usize,
}

impl Shared {
    /// Does the first of these messages, and answers how many.
    async fn replay_group(
        self: &Arc<Self>,
        rule: &Arc<Rule>,
        messages: &[(Place, RecordedMessage)],
        replayed: &mut Replayed,
    ) -> Result<usize, ReplayError> {
        for _ in 0..ATTEMPTS_MAX {
            let mut group = Group::default();
            let snapshot = self.parts.recordings.snapshot();
            for (place, recorded) in messages {
                self.add_to(&mut group, rule, *place, recorded, &snapshot)?;
                if group.is_full() {
                    break;
                }
            }
            match self.commit_group(&mut group).await {
                Ok(()) => {
                    replayed.verdicts.add(group.verdicts);
                    let room = FAILURES_MAX.saturating_sub(replayed.failures.len());
                    replayed.failures.extend(group.failures.into_iter().take(room));
                    return Ok(group.taken);
                }
                // Another replay did some of it, or a table changed meanwhile.
                Err(CommitError::PreconditionFailed { .. } | CommitError::Declined) => {}
                Err(error) => return Err(StoreError::Commit(error).into()),
            }
        }
        Err(StoreError::Contended.into())
    }

    fn add_to(
        self: &Arc<Self>,
        group: &mut Group,
        rule: &Arc<Rule>,
        place: Place,
        recorded: &RecordedMessage,
        snapshot: &Snapshot,
    ) -> Result<(), StoreError> {
        group.taken += 1;
        let Some(hidden) = hidden_from(rule, &recorded.message) else { return Ok(()) };
        let reading = &rule.reading;
        if Recordings::is_done(snapshot, place, recorded, reading)? {
            group.verdicts.done_before += 1;
            return Ok(());
        }
        let effects = self.hall_of(rule, hidden).work_on(recorded);
        group.verdicts.count(&effects);
        let told = &effects.receipt.story.rules[0];
        let what = failure(told).map(str::to_owned);
        if what.is_some() || matches!(told.outcome, RuleOutcome::NoMatch) {
            effects.receipt.settle(false);
            let failed = what.map(|what| FailedReplay { recorded: recorded.clone(), what });
            group.failures.extend(failed);
            return Ok(());
        }
        group.add(effects, place, reading);
        Ok(())
    }

    async fn commit_group(&self, group: &mut Group) -> Result<(), CommitError> {
        if group.receipts.is_empty() {
            return Ok(());
        }
        let (batch, messages) =
            (std::mem::take(&mut group.batch), std::mem::take(&mut group.messages));
        let outcome = self.commit(batch, messages).await;
        for receipt in group.receipts.drain(..) {
            let story = Arc::clone(&receipt.story);
            receipt.settle(outcome.is_ok());
            if outcome.is_ok() {
                self.stories.keep(story);
            }
        }
        outcome
    }
}

impl Group {
    fn add(&mut self, effects: Effects, place: Place, reading: &RuleReading) {
        let Effects { batch, messages, receipt } = effects;
        self.batch.append(batch);
        Recordings::mark_into(&mut self.batch, place, reading);
        self.messages.extend(messages);
        self.receipts.push(receipt);
    }

    fn is_full(&self) -> bool {
        self.receipts.len() >= GROUP_MESSAGES_MAX
            || self.batch.bytes() >= GROUP_BYTES_MAX
            || self.messages.len() >= ROOM
    }
}
