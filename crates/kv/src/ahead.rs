//! What the batches of a group leave behind that will be committed just before another one.

use std::cell::RefCell;

use crate::batch::{Batch, Change};
use crate::places::Places;
use crate::space::Space;

/// Where their changes are is found out when somebody asks, as most batches and decisions ask nothing.
#[derive(Default)]
pub(crate) struct Ahead<'a> {
    batches: Vec<&'a Batch>,
    known: RefCell<Known>,
}

#[derive(Default)]
struct Known {
    /// A batch, and a change in it.
    places: Places<(usize, usize)>,
    /// How many batches are in.
    batches: usize,
}

impl<'a> Ahead<'a> {
    pub(crate) fn push(&mut self, batch: &'a Batch) {
        self.batches.push(batch);
    }

    /// The newest change of a key.
    pub(crate) fn newest(&self, space: Space, key: &[u8]) -> Option<&'a Change> {
        let at = |(batch, place): (usize, usize)| &self.batches[batch].operations[place];
        let known = &mut *self.known.borrow_mut();
        for batch in known.batches..self.batches.len() {
            for place in 0..self.batches[batch].operations.len() {
                known.places.note((batch, place), at);
            }
        }
        known.batches = self.batches.len();
        known.places.newest(space, key, at).map(|operation| &operation.change)
    }
}
