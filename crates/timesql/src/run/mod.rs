//! Runs plans: each step gives its rows in batches to the step above it.

mod aggregate;
mod frame;
mod join;
mod memory;
mod scan;
mod set;
mod sort;
mod sums;
mod unnest;
mod window;

use std::cell::Cell;
use std::sync::atomic::{AtomicBool, Ordering};

pub use memory::Budget;
pub(crate) use memory::Memory;

use crate::bind::{Inner, InnerKind};
use crate::bound::Bound;
use crate::column::Batch;
use crate::error::{Failure, QueryError};
use crate::interpret::{Answer, Context};
use crate::plan::Plan;
use crate::source::{Next, Table};
use crate::value::Value;

/// How many rows are put together where rows are made one by one.
pub(crate) const BATCH_ROWS: usize = 4_096;

/// What one run may take.
#[derive(Clone, Copy, Debug)]
pub struct Limits<'l> {
    /// What sorts, joins, groups and the like may hold together.
    pub memory_bytes: usize,
    /// And what they may hold together with those of other queries.
    pub budget: Option<&'l Budget>,
    /// Set by whoever wants the query to end; looked at between batches.
    pub cancelled: &'l AtomicBool,
}

/// What a run has found out beside its rows.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Ran {
    /// How many bytes of tables were read.
    pub scanned_bytes: u64,
}

/// Takes batches; answers what else it wants.
pub(crate) type Sink<'k> = &'k mut dyn FnMut(&Batch<'_>) -> Result<Next, QueryError>;

pub(crate) struct Runner<'r> {
    pub(crate) tables: &'r [Box<dyn Table + 'r>],
    pub(crate) context: Context,
    pub(crate) memory: Memory<'r>,
    pub(crate) cancelled: &'r AtomicBool,
    pub(crate) scanned_bytes: Cell<u64>,
}

/// About how many bytes a row takes where rows are kept.
pub(crate) fn row_bytes(row: &[Value]) -> usize {
    let extra = row.iter().map(Value::extra_bytes).sum::<usize>();
    size_of::<Vec<Value>>() + size_of_val(row) + extra
}

impl Runner<'_> {
    /// Runs the queries within the query, whose answers the others need.
    pub(crate) fn answer(&mut self, queries: &[Inner]) -> Result<(), QueryError> {
        for inner in queries {
            let answer = match inner.kind {
                InnerKind::Exists => {
                    let mut exists = false;
                    self.run(&inner.plan, &mut |batch| {
                        exists |= batch.rows > 0;
                        Ok(if exists { Next::Stop } else { Next::More })
                    })?;
                    Answer::One(Value::Boolean(exists))
                }
                InnerKind::Scalar => Answer::One(self.scalar(&inner.plan)?),
                InnerKind::Set => self.set_of(&inner.plan)?,
            };
            self.context.answers.push(answer);
        }
        Ok(())
    }

    fn scalar(&self, plan: &Plan) -> Result<Value, QueryError> {
        let mut found: Option<Value> = None;
        self.run(plan, &mut |batch| {
            if batch.rows > 1 || (batch.rows == 1 && found.is_some()) {
                return Err(Failure::new("Scalar sub-query has returned multiple rows").into());
            }
            if batch.rows == 1 {
                found = Some(batch.columns[0].get(0));
            }
            Ok(Next::More)
        })?;
        Ok(found.unwrap_or_default())
    }

    fn set_of(&self, plan: &Plan) -> Result<Answer, QueryError> {
        let (mut values, mut has_null) = (std::collections::HashSet::new(), false);
        self.run(plan, &mut |batch| {
            for value in (0..batch.rows).map(|row| batch.columns[0].get(row)) {
                if value.is_null() {
                    has_null = true;
                } else {
                    let bytes = 2 * size_of::<Value>() + value.extra_bytes();
                    if values.insert(value) {
                        self.memory.take(bytes)?;
                    }
                }
            }
            Ok(Next::More)
        })?;
        Ok(Answer::Set { values: values.into(), has_null })
    }

    pub(crate) fn check(&self) -> Result<(), QueryError> {
        if self.cancelled.load(Ordering::Relaxed) {
            return Err(QueryError::Cancelled);
        }
        Ok(())
    }

    /// Gives all rows of a plan to the sink, until it wants no more.
    pub(crate) fn run(&self, plan: &Plan, sink: Sink<'_>) -> Result<(), QueryError> {
        self.check()?;
        match plan {
            Plan::Scan(scan) => self.scan(scan, None, sink),
            Plan::Values { rows, types } => {
                for rows in rows.chunks(BATCH_ROWS) {
                    let value = |bound: &Bound| self.context.fixed(bound);
                    let row = |row: &Vec<Bound>| row.iter().map(value).collect::<Result<_, _>>();
                    let rows: Vec<Vec<Value>> = rows.iter().map(row).collect::<Result<_, _>>()?;
                    if sink(&Batch::of_rows(&rows, types))? == Next::Stop {
                        break;
                    }
                }
                Ok(())
            }
            Plan::Filter { input, conditions } => {
                self.run(input, &mut |batch| self.filtered(conditions, batch, sink))
            }
            Plan::Project { input, exprs } => self.run(input, &mut |batch| {
                let column = |expr: &Bound| self.context.column(expr, batch);
                let columns = exprs.iter().map(column).collect::<Result<_, _>>()?;
                sink(&Batch { rows: batch.rows, columns })
            }),
            Plan::Limit { input, offset, limit } => self.limited(input, *offset, *limit, sink),
            Plan::Aggregate(aggregate) => self.aggregate(aggregate, sink),
            Plan::Window { input, types, windows } => self.windows(input, types, windows, sink),
            Plan::Sort(sort) => self.sort(sort, sink),
            Plan::Join(join) => self.join(join, sink),
            Plan::Set { operator, all, left, right, types } => {
                self.set(*operator, *all, (left, right), types, sink)
            }
            Plan::Unnest { input, arguments, ordinality } => {
                self.unnest(input, arguments, *ordinality, sink)
            }
        }
    }

    /// One condition after the other, each asked only of rows that met those before it.
    fn filtered(
        &self,
        conditions: &[Bound],
        batch: &Batch<'_>,
        sink: Sink<'_>,
    ) -> Result<Next, QueryError> {
        let Some((condition, rest)) = conditions.split_first() else { return sink(batch) };
        match self.context.selection(condition, batch)? {
            None => self.filtered(rest, batch, sink),
            Some(rows) if rows.is_empty() => Ok(Next::More),
            Some(rows) => self.filtered(rest, &batch.gather(&rows), sink),
        }
    }

    fn limited(
        &self,
        input: &Plan,
        offset: u64,
        limit: Option<u64>,
        sink: Sink<'_>,
    ) -> Result<(), QueryError> {
        let (mut to_skip, mut left) = (offset, limit.unwrap_or(u64::MAX));
        if left == 0 {
            return Ok(());
        }
        self.run(input, &mut |batch| {
            let rows = batch.rows as u64;
            let skipped = to_skip.min(rows);
            to_skip -= skipped;
            let taken = left.min(rows - skipped);
            if taken == 0 {
                return Ok(Next::More);
            }
            left -= taken;
            let next = if taken == rows {
                sink(batch)?
            } else {
                sink(&batch.slice(skipped as usize..(skipped + taken) as usize))?
            };
            Ok(if left == 0 { Next::Stop } else { next })
        })
    }

    /// Rows that were made one by one, in batches.
    pub(crate) fn give(
        &self,
        rows: &[Vec<Value>],
        types: &[crate::types::Type],
        sink: Sink<'_>,
    ) -> Result<Next, QueryError> {
        for rows in rows.chunks(BATCH_ROWS) {
            self.check()?;
            if sink(&Batch::of_rows(rows, types))? == Next::Stop {
                return Ok(Next::Stop);
            }
        }
        Ok(Next::More)
    }
}
