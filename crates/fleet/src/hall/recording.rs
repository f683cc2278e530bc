//! Keeping a message where a recording is on, as one with what rules make of it.

use std::sync::Arc;

use model::Message;
use recordings::{RecordedMessage, Recordings, RuleReading};

use crate::hall::story::{RuleOutcome, RuleStory, Ticket};
use crate::hall::work::TopicHall;
use crate::hall::{Effects, Hall, Sender};

impl Hall {
    /// What is recorded.
    pub fn recordings(&self) -> &Recordings {
        &self.0.parts.recordings
    }
}

impl TopicHall {
    /// Adds the message itself to its effects, with what makes rules say the same of it again.
    pub(crate) fn record(
        &self,
        effects: &mut Effects,
        ticket: &Ticket,
        message: &Arc<Message>,
        sender: &Sender<'_>,
    ) {
        if self.recorded_by.is_empty() {
            return;
        }
        let recorded = RecordedMessage {
            message: Message::clone(message),
            client_id: sender.client_id.cloned(),
            principal: sender.principal.clone(),
            source_ip: sender.source_ip,
            at: sender.at,
            trace_id: ticket.trace_id.as_str().to_owned(),
            seed: ticket.seed,
            done: effects.receipt.story.rules.iter().filter_map(done_by).collect(),
        };
        Recordings::record_into(&mut effects.batch, &self.recorded_by, &recorded);
    }
}

/// The rule, if all that it had to do is among the effects: then a replay does not do it again.
fn done_by(told: &RuleStory) -> Option<RuleReading> {
    // What is put off is among them, too: it will be done.
    let is_met =
        matches!(&told.outcome, RuleOutcome::Matched { .. } | RuleOutcome::Deferred { .. });
    (is_met && failure(told).is_none()).then(|| told.rule.reading.clone())
}

/// What went wrong first, if anything did.
pub(crate) fn failure(told: &RuleStory) -> Option<&str> {
    match &told.outcome {
        RuleOutcome::NoMatch | RuleOutcome::Deferred { .. } => None,
        RuleOutcome::Failed(what) => Some(what),
        RuleOutcome::Matched { actions, .. } => {
            actions.iter().find_map(|action| action.failure.as_deref())
        }
    }
}
