//! Putting a rule off that asks a function: a message waits for none.
//!
//! The rule becomes an entry of the outbox in the message's own batch, so the acknowledgement says that it
//! will be run. `run.rs` is where that happens.

use kv::Batch;
use model::Message;
use outbox::{Delivery, Run};
use rules::{Event, Lookup};

use crate::hall::Sender;
use crate::hall::failure::RuleFailure;
use crate::hall::rule::Rule;
use crate::hall::story::RuleOutcome;
use crate::hall::work::{EVALUATION, Work};

/// What the targets of rules that are put off begin with, and no other's: those are addresses, topics and
/// tables.
const TARGET: &str = "run ";

/// Whether what waits for this target are rules to be run.
pub(super) fn is_run(target: &str) -> bool {
    target.starts_with(TARGET)
}

/// A message that came just now, whose rules may be put off.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coming<'a> {
    pub(crate) message: &'a Message,
    pub(crate) sender: Sender<'a>,
}

impl Work<'_> {
    /// What a statement that could not be evaluated comes to.
    pub(super) fn stop(
        &mut self,
        rule: &Rule,
        event: &Event<'_>,
        failure: RuleFailure,
    ) -> RuleOutcome {
        match (self.wanted.take(), self.coming) {
            (None, _) => self.fail(rule, event, failure),
            (Some(lookup), Some(coming)) => {
                self.put_off(rule, event, function_of(&lookup), &coming)
            }
            (wanted @ Some(_), None) => {
                // Nothing is told: it is not the last word.
                self.wanted = wanted;
                RuleOutcome::Failed(failure.message)
            }
        }
    }

    /// Queues the rule, to be run with this message when functions can be asked.
    pub(super) fn put_off(
        &mut self,
        rule: &Rule,
        event: &Event<'_>,
        function: &str,
        coming: &Coming<'_>,
    ) -> RuleOutcome {
        let Coming { message, sender } = coming;
        let run = Run::of(message, sender.principal, sender.hops, self.room);
        let errand = actions::Errand {
            // In order for each topic, and beside those of others.
            target: format!("{TARGET}{} {}", rule.name, event.topic),
            resource: function.to_owned(),
            delivery: Delivery::Run(run),
        };
        let mut batch = Batch::new();
        let from = (rule, EVALUATION, None);
        let queued = self.shared.queue(&mut batch, from, event, vec![errand]);
        let mut queued = match queued.and_then(|queued| self.fits(&batch).map(|()| queued)) {
            Ok(queued) => queued,
            Err(failure) => return self.fail(rule, event, failure),
        };
        let (errand, reservation) = queued.pop().expect("one errand was queued");
        self.batch.append(batch);
        self.reservations.push(reservation);
        self.note(|| format!("ask the function {function} when a message comes, and then go on"));
        RuleOutcome::Deferred { errand }
    }
}

fn function_of(lookup: &Lookup) -> &str {
    match lookup {
        Lookup::Function { arn, .. } => arn,
        other => other.function(),
    }
}
