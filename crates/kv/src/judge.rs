//! Checks the preconditions of a group's batches, each against everything committed before it.

use std::collections::HashMap;

use bytes::Bytes;

use crate::batch::{Batch, Expect, Requirement};
use crate::error::{CommitError, ReadError};
use crate::key::Key;
use crate::space::Space;
use crate::view::View;

pub(crate) struct Judge<'a> {
    view: &'a View,
    /// Batches of the same group that will be committed just before.
    ahead: Vec<&'a Batch>,
    /// What the first `indexed` of them leave behind. Filled only when somebody asks, as most
    /// batches require nothing.
    left_behind: HashMap<(Space, &'a Key), Option<&'a Bytes>>,
    indexed: usize,
}

impl<'a> Judge<'a> {
    pub(crate) fn new(view: &'a View) -> Judge<'a> {
        Judge { view, ahead: Vec::new(), left_behind: HashMap::new(), indexed: 0 }
    }

    /// Whether every precondition of the batch holds.
    pub(crate) fn check(&mut self, batch: &Batch) -> Result<(), CommitError> {
        if !batch.requirements.is_empty() {
            self.index();
        }
        for Requirement { space, key, expect } in &batch.requirements {
            if !holds(expect, self.present(*space, key)?.as_ref()) {
                let (space, key) = (*space, key.clone());
                return Err(CommitError::PreconditionFailed { space, key });
            }
        }
        Ok(())
    }

    /// The batch will be committed before all that are checked from now on.
    pub(crate) fn accept(&mut self, batch: &'a Batch) {
        self.ahead.push(batch);
    }

    fn index(&mut self) {
        for batch in &self.ahead[self.indexed..] {
            for operation in &batch.operations {
                let key = (operation.space, &operation.key);
                self.left_behind.insert(key, operation.change.value());
            }
        }
        self.indexed = self.ahead.len();
    }

    fn present(&self, space: Space, key: &Key) -> Result<Option<Bytes>, ReadError> {
        match self.left_behind.get(&(space, key)) {
            Some(value) => Ok(value.cloned()),
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
