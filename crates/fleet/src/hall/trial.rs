//! What would follow from a message if there were such a rule.

use std::sync::Arc;

use model::{Message, RuleName};
use registry::TopicRuleText;
use rules::{Answers, Event, Payload};

use crate::hall::defer::Coming;
use crate::hall::rule::{Rule, UnfitRule};
use crate::hall::story::{RuleOutcome, RuleStory, Ticket};
use crate::hall::work::Work;
use crate::hall::{Hall, Sender, Shared};

#[derive(Debug)]
pub struct Trial {
    pub outcome: RuleOutcome,
    /// What it would select, if it matched.
    pub output: Option<Vec<u8>>,
    pub explained: rules::Explained,
    /// What its actions would do.
    pub notes: Vec<String>,
}

impl Hall {
    /// Tries a rule on a message. Nothing is written and nothing is sent, and no function is asked.
    pub fn try_rule(
        &self,
        name: &RuleName,
        text: &TopicRuleText,
        message: &Message,
        sender: &Sender<'_>,
    ) -> Result<Trial, UnfitRule> {
        let shared = &self.0;
        let rule = Arc::new(shared.read_rule(name, text)?);
        let ticket = shared.stories.ticket();
        Ok(shared.try_on(&rule, &ticket, message.topic.as_str(), message, sender))
    }
}

/// What came of a rule, and what its actions would do.
struct Done {
    outcome: RuleOutcome,
    notes: Vec<String>,
}

impl Shared {
    /// Tries a rule that is ready, on a message of a topic as rules see it.
    pub(crate) fn try_on(
        &self,
        rule: &Arc<Rule>,
        ticket: &Ticket,
        topic: &str,
        message: &Message,
        sender: &Sender<'_>,
    ) -> Trial {
        let payload = Payload::new(&message.payload);
        let event = self.event(ticket, topic, &payload, message, sender);
        let coming = Some(Coming { message, sender: *sender });
        let mut work = Work { notes: Some(Vec::new()), coming, ..Work::new(self, sender.room) };
        let RuleStory { outcome, answers, .. } = work.run(rule, &event, Answers::default());
        let explained = rule.statement.explain(&event, &answers);
        let output = rule.output(&event, &answers);
        let done = Done { outcome, notes: work.notes.unwrap_or_default() };
        let Done { outcome, notes } = match answers.veiled() {
            None => done,
            Some(veiled) => self.veil(done, rule, &event, veiled, sender.room),
        };
        Trial { outcome, output, explained, notes }
    }

    /// What actions would do, told without secrets: they are planned anew with other texts in their place.
    fn veil(
        &self,
        done: Done,
        rule: &Rule,
        event: &Event<'_>,
        mut veiled: Answers,
        room: usize,
    ) -> Done {
        let RuleOutcome::Matched { .. } = done.outcome else { return done };
        let Ok(selected) = rule.statement.select(event, &veiled) else {
            let what = "what it selects cannot be told without secrets".to_owned();
            return Done { outcome: RuleOutcome::Failed(what), notes: Vec::new() };
        };
        let mut work = Work { notes: Some(Vec::new()), ..Work::new(self, room) };
        let outcome = work.act(rule, event, &selected, &mut veiled);
        Done { outcome, notes: work.notes.unwrap_or_default() }
    }
}
