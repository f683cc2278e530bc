//! Sorts: all rows, or the first so many, of which then no more are kept.

use std::cmp::Ordering;

use super::{Runner, Sink, row_bytes};
use crate::column::{Batch, Column};
use crate::error::QueryError;
use crate::order::compare;
use crate::plan::Sort;
use crate::source::Next;
use crate::value::Value;

/// Rows and their keys.
struct Kept<'s> {
    sort: &'s Sort,
    order: Vec<(bool, bool)>,
    rows: Vec<(Vec<Value>, Vec<Value>)>,
    /// What no further row may come after, once there are enough.
    worst: Option<Vec<Value>>,
}

/// A limit takes as many rows again before they are sorted, and at least so many.
const SLACK_ROWS: usize = 1_024;

impl Runner<'_> {
    pub(super) fn sort(&self, sort: &Sort, sink: Sink<'_>) -> Result<(), QueryError> {
        if sort.limit == Some(0) {
            return Ok(());
        }
        let order = sort.keys.iter().map(|key| (key.descending, key.nulls_first)).collect();
        let mut kept = Kept { sort, order, rows: Vec::new(), worst: None };
        self.run(&sort.input, &mut |batch| self.keep(&mut kept, batch))?;
        kept.settle(self);
        let rows: Vec<Vec<Value>> = kept.rows.into_iter().map(|(_, row)| row).collect();
        self.give(&rows, &sort.types, sink).map(drop)
    }

    fn keep(&self, kept: &mut Kept<'_>, batch: &Batch<'_>) -> Result<Next, QueryError> {
        let keys = kept.sort.keys.iter().map(|key| self.context.column(&key.by, batch));
        let keys: Vec<Column<'_>> = keys.collect::<Result<_, _>>()?;
        for row in 0..batch.rows {
            if kept.is_late_at_once(&keys, row) || kept.is_late(&keys, row) {
                continue;
            }
            let key: Vec<Value> = keys.iter().map(|column| column.get(row)).collect();
            let values = batch.row(row);
            self.memory.take(row_bytes(&values) + row_bytes(&key))?;
            kept.rows.push((key, values));
            if kept.sort.limit.is_some_and(|limit| {
                kept.rows.len() >= limit.saturating_mul(2).max(limit.saturating_add(SLACK_ROWS))
            }) {
                kept.settle(self);
            }
        }
        // What lies between settling and now is told at the end of each batch, while it is cheap.
        let limit =
            kept.sort.limit.filter(|limit| kept.sort.tells_since && kept.rows.len() >= *limit);
        if limit.is_some() {
            kept.settle(self);
        }
        let worst = kept.worst.as_ref().filter(|_| kept.sort.tells_since);
        Ok(match worst.and_then(|worst| worst.first()) {
            Some(Value::Int(since)) => Next::Since(*since),
            _ => Next::More,
        })
    }
}

impl Kept<'_> {
    /// The same as far as a first key tells that is a time or another whole number, which most rows
    /// of a large table are left out by.
    fn is_late_at_once(&self, keys: &[Column<'_>], row: usize) -> bool {
        let (Some(worst), Some(Column::Int { values, present: None, .. })) =
            (&self.worst, keys.first())
        else {
            return false;
        };
        let (Some(Value::Int(worst)), (descending, _)) = (worst.first(), self.order[0]) else {
            return false;
        };
        if descending { values[row] < *worst } else { values[row] > *worst }
    }

    /// Whether a row certainly comes after all that are wanted.
    fn is_late(&self, keys: &[Column<'_>], row: usize) -> bool {
        let Some(worst) = &self.worst else { return false };
        let mut orders = keys.iter().zip(worst).zip(&self.order);
        let order = orders.find_map(|((column, worst), order)| {
            let found = crate::order::compare_one(&column.get(row), worst, *order);
            found.is_ne().then_some(found)
        });
        order.unwrap_or(Ordering::Equal).is_ge()
    }

    /// Sorts, and forgets what is beyond the limit.
    fn settle(&mut self, runner: &Runner<'_>) {
        let order = &self.order;
        self.rows.sort_by(|(one, _), (two, _)| compare(one, two, order));
        let Some(limit) = self.sort.limit else { return };
        if self.rows.len() > limit {
            for (key, row) in self.rows.drain(limit..) {
                runner.memory.give_back(row_bytes(&key) + row_bytes(&row));
            }
        }
        if self.rows.len() == limit {
            self.worst = self.rows.last().map(|(key, _)| key.clone());
        }
    }
}
