//! Checks the preconditions of a group's batches and runs their decisions, each against everything
//! committed before it.

use bytes::Bytes;

use crate::ahead::Ahead;
use crate::batch::{Batch, Expect, Requirement};
use crate::decision::{Placed, run};
use crate::error::{CommitError, ReadError};
use crate::present::{Present, Sequence};
use crate::space::Space;
use crate::view::View;

pub(crate) struct Judge<'a> {
    view: &'a View,
    ahead: Ahead<'a>,
    /// What the next decision that asks is told.
    next: Sequence,
}

impl<'a> Judge<'a> {
    /// `record` is the number of the record that the group will be.
    pub(crate) fn new(view: &'a View, record: u64) -> Judge<'a> {
        let next = Sequence { record, position: 0 };
        Judge { view, ahead: Ahead::default(), next }
    }

    /// Whether every precondition of the batch holds and no decision declines. Then the batch holds
    /// the changes that its decisions made.
    pub(crate) fn check(&mut self, batch: &mut Batch) -> Result<(), CommitError> {
        for Requirement { space, key, expect } in &batch.requirements {
            if !holds(expect, self.present(*space, key)?.as_ref()) {
                let (space, key) = (*space, key.clone());
                return Err(CommitError::PreconditionFailed { space, key });
            }
        }
        if batch.decisions.is_empty() { Ok(()) } else { self.decide(batch) }
    }

    /// The batch will be committed before all that are checked from now on.
    pub(crate) fn accept(&mut self, batch: &'a Batch) {
        self.ahead.push(batch);
    }

    fn decide(&mut self, batch: &mut Batch) -> Result<(), CommitError> {
        let planned_bytes = batch.planned_bytes();
        let mut planned = std::mem::take(&mut batch.operations).into_iter();
        let mut present = Present::new(self.view, &self.ahead, &mut self.next);
        let mut followed = 0;
        for Placed { after, decision } in batch.decisions.drain(..) {
            present.follow(planned.by_ref().take(after - followed));
            followed = after;
            run(decision, &mut present)?;
            present.check_size(planned_bytes)?;
        }
        present.follow(planned);
        batch.operations = present.into_operations();
        Ok(())
    }

    fn present(&self, space: Space, key: &[u8]) -> Result<Option<Bytes>, ReadError> {
        match self.ahead.newest(space, key) {
            Some(change) => Ok(change.value().cloned()),
            None => self.view.newest(space, key),
        }
    }
}

fn holds(expect: &Expect, present: Option<&Bytes>) -> bool {
    match expect {
        Expect::Absent => present.is_none(),
        Expect::Present => present.is_some(),
        Expect::Value(value) => present == Some(value),
    }
}
