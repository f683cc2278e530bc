//! How often a rule was asked, and what came of it: since it was last changed, or the server was started.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use actions::Action;
use stdx::clock::UnixMillis;

use crate::hall::story::{ActionStory, RuleOutcome, RuleStory};

/// Counted for one rule.
#[derive(Debug)]
pub struct Tally {
    evaluated: AtomicU64,
    matched: AtomicU64,
    failed: AtomicU64,
    last_failure: Mutex<Option<LastFailure>>,
    /// In the order of the rule's actions.
    pub actions: Box<[ActionTally]>,
    pub error_action: Option<ActionTally>,
}

/// Counted for one action of a rule. What goes into the outbox counts when it got there, or was given up.
#[derive(Debug)]
pub struct ActionTally {
    pub kind: &'static str,
    succeeded: AtomicU64,
    failed: AtomicU64,
    last_failure: Mutex<Option<LastFailure>>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LastFailure {
    pub at: UnixMillis,
    pub what: String,
}

/// Counted for all rules together, also for those that are gone.
#[derive(Debug, Default)]
pub struct Totals {
    matched: AtomicU64,
    failed: AtomicU64,
}

impl Tally {
    pub(crate) fn new(actions: &[Box<dyn Action>], error_action: Option<&dyn Action>) -> Tally {
        Tally {
            evaluated: AtomicU64::new(0),
            matched: AtomicU64::new(0),
            failed: AtomicU64::new(0),
            last_failure: Mutex::default(),
            actions: actions.iter().map(|action| ActionTally::new(action.kind())).collect(),
            error_action: error_action.map(|action| ActionTally::new(action.kind())),
        }
    }

    /// How often its statement was asked.
    pub fn evaluated(&self) -> u64 {
        self.evaluated.load(Ordering::Relaxed)
    }

    pub fn matched(&self) -> u64 {
        self.matched.load(Ordering::Relaxed)
    }

    /// How often its statement could not be evaluated.
    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    pub fn last_failure(&self) -> Option<LastFailure> {
        read(&self.last_failure)
    }

    fn count(&self, outcome: &RuleOutcome, at: UnixMillis) {
        match outcome {
            // Counted when it is run.
            RuleOutcome::Deferred { .. } => return,
            RuleOutcome::NoMatch => {}
            RuleOutcome::Failed(what) => {
                add_one(&self.failed);
                note(&self.last_failure, at, what);
            }
            RuleOutcome::Matched { actions, error_action } => {
                add_one(&self.matched);
                let of_actions = self.actions.iter().zip(actions);
                let of_error_action = self.error_action.iter().zip(error_action.as_deref());
                of_actions.chain(of_error_action).for_each(|(tally, told)| tally.count(told, at));
            }
        }
        add_one(&self.evaluated);
    }
}

impl ActionTally {
    fn new(kind: &'static str) -> ActionTally {
        let (succeeded, failed) = (AtomicU64::new(0), AtomicU64::new(0));
        ActionTally { kind, succeeded, failed, last_failure: Mutex::default() }
    }

    pub fn succeeded(&self) -> u64 {
        self.succeeded.load(Ordering::Relaxed)
    }

    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    pub fn last_failure(&self) -> Option<LastFailure> {
        read(&self.last_failure)
    }

    fn count(&self, told: &ActionStory, at: UnixMillis) {
        match &told.failure {
            Some(what) => self.count_end(Err(what), at),
            None if told.errands.is_empty() => self.count_end(Ok(()), at),
            None => {}
        }
    }

    /// It is done, or will not be done.
    pub(crate) fn count_end(&self, end: Result<(), &str>, at: UnixMillis) {
        match end {
            Ok(()) => add_one(&self.succeeded),
            Err(what) => {
                add_one(&self.failed);
                note(&self.last_failure, at, what);
            }
        }
    }
}

impl Totals {
    pub fn matched(&self) -> u64 {
        self.matched.load(Ordering::Relaxed)
    }

    pub fn failed(&self) -> u64 {
        self.failed.load(Ordering::Relaxed)
    }

    /// What one rule made of a message that came at this moment.
    pub(crate) fn count(&self, told: &RuleStory, at: UnixMillis) {
        match &told.outcome {
            RuleOutcome::Matched { .. } => add_one(&self.matched),
            RuleOutcome::Failed(_) => add_one(&self.failed),
            RuleOutcome::NoMatch | RuleOutcome::Deferred { .. } => {}
        }
        told.rule.tally.count(&told.outcome, at);
    }
}

fn add_one(counter: &AtomicU64) {
    counter.fetch_add(1, Ordering::Relaxed);
}

fn read(last: &Mutex<Option<LastFailure>>) -> Option<LastFailure> {
    last.lock().unwrap_or_else(PoisonError::into_inner).clone()
}

fn note(last: &Mutex<Option<LastFailure>>, at: UnixMillis, what: &str) {
    let failure = LastFailure { at, what: what.to_owned() };
    *last.lock().unwrap_or_else(PoisonError::into_inner) = Some(failure);
}
