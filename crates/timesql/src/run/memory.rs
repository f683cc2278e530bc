//! What queries hold: each counts for itself, and against what all may hold together.

use std::cell::Cell;
use std::sync::atomic::{AtomicUsize, Ordering};

use crate::error::QueryError;

/// Taken of the common budget at once, so that queries seldom meet there.
const LUMP_BYTES: usize = 1 << 20;

/// What all queries of a program may hold together.
#[derive(Debug)]
pub struct Budget {
    used_bytes: AtomicUsize,
    limit_bytes: usize,
}

impl Budget {
    /// A budget of so many bytes, of which none are used.
    pub fn new(limit_bytes: usize) -> Budget {
        Budget { used_bytes: AtomicUsize::new(0), limit_bytes }
    }

    /// What is taken at the moment.
    pub fn used_bytes(&self) -> usize {
        self.used_bytes.load(Ordering::Relaxed)
    }

    fn take(&self, bytes: usize) -> Result<(), QueryError> {
        let sum = |used: usize| used.checked_add(bytes).filter(|used| *used <= self.limit_bytes);
        let taken = self.used_bytes.fetch_update(Ordering::Relaxed, Ordering::Relaxed, sum);
        taken.map(drop).map_err(|_| QueryError::OutOfMemory)
    }

    fn give_back(&self, bytes: usize) {
        self.used_bytes.fetch_sub(bytes, Ordering::Relaxed);
    }
}

/// What a query holds.
#[derive(Debug)]
pub(crate) struct Memory<'b> {
    used_bytes: Cell<usize>,
    limit_bytes: usize,
    budget: Option<&'b Budget>,
    /// Of the budget, in lumps. It comes back at the end of the query.
    reserved_bytes: Cell<usize>,
}

impl<'b> Memory<'b> {
    pub(crate) fn new(limit_bytes: usize, budget: Option<&'b Budget>) -> Memory<'b> {
        Memory { used_bytes: Cell::new(0), limit_bytes, budget, reserved_bytes: Cell::new(0) }
    }

    /// Takes so many bytes, unless there are too many.
    pub(crate) fn take(&self, bytes: usize) -> Result<(), QueryError> {
        let used = self.used_bytes.get().saturating_add(bytes);
        self.used_bytes.set(used);
        if used > self.limit_bytes {
            return Err(QueryError::TooLarge { limit_bytes: self.limit_bytes });
        }
        let reserved = self.reserved_bytes.get();
        if let Some(budget) = self.budget
            && used > reserved
        {
            let more = (used - reserved).next_multiple_of(LUMP_BYTES);
            budget.take(more)?;
            self.reserved_bytes.set(reserved + more);
        }
        Ok(())
    }

    pub(crate) fn give_back(&self, bytes: usize) {
        self.used_bytes.set(self.used_bytes.get().saturating_sub(bytes));
    }
}

impl Drop for Memory<'_> {
    fn drop(&mut self) {
        if let Some(budget) = self.budget {
            budget.give_back(self.reserved_bytes.get());
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_all_hold_is_bounded_and_comes_back() {
        let budget = Budget::new(3 * LUMP_BYTES);
        let one = Memory::new(10 * LUMP_BYTES, Some(&budget));
        let two = Memory::new(LUMP_BYTES + 1, Some(&budget));
        one.take(LUMP_BYTES + 1).expect("there is room");
        two.take(LUMP_BYTES).expect("there is room");
        assert!(matches!(two.take(2), Err(QueryError::TooLarge { .. })));
        assert!(matches!(one.take(LUMP_BYTES), Err(QueryError::OutOfMemory)));
        assert_eq!(budget.used_bytes(), 3 * LUMP_BYTES);
        drop(one);
        two.give_back(LUMP_BYTES + 2);
        two.take(LUMP_BYTES).expect("it is reserved");
        drop(two);
        assert_eq!(budget.used_bytes(), 0);
    }
}
