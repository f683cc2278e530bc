//! UNION, INTERSECT, EXCEPT.

use std::collections::{HashMap, HashSet};

use super::{Runner, Sink, row_bytes};
use crate::ast::SetOperator;
use crate::error::QueryError;
use crate::plan::Plan;
use crate::source::Next;
use crate::types::Type;
use crate::value::Value;

impl Runner<'_> {
    pub(super) fn set(
        &self,
        operator: SetOperator,
        all: bool,
        (left, right): (&Plan, &Plan),
        types: &[Type],
        sink: Sink<'_>,
    ) -> Result<(), QueryError> {
        match operator {
            SetOperator::Union => self.union(all, left, right, types, sink),
            SetOperator::Intersect | SetOperator::Except => {
                let is_kept_if_known = operator == SetOperator::Intersect;
                self.compared(is_kept_if_known, all, left, right, types, sink)
            }
        }
    }

    fn union(
        &self,
        all: bool,
        left: &Plan,
        right: &Plan,
        types: &[Type],
        sink: Sink<'_>,
    ) -> Result<(), QueryError> {
        let mut seen: HashSet<Vec<Value>> = HashSet::new();
        let mut stopped = false;
        for side in [left, right] {
            if stopped {
                break;
            }
            self.run(side, &mut |batch| {
                let next = if all {
                    sink(batch)?
                } else {
                    let mut fresh = Vec::new();
                    for row in (0..batch.rows).map(|row| batch.row(row)) {
                        if seen.insert(row.clone()) {
                            self.memory.take(row_bytes(&row))?;
                            fresh.push(row);
                        }
                    }
                    self.give(&fresh, types, sink)?
                };
                stopped = next == Next::Stop;
                Ok(if stopped { Next::Stop } else { Next::More })
            })?;
        }
        Ok(())
    }

    /// Rows of the left side that the right side has, or has not; with ALL as often as they remain.
    fn compared(
        &self,
        is_kept_if_known: bool,
        all: bool,
        left: &Plan,
        right: &Plan,
        types: &[Type],
        sink: Sink<'_>,
    ) -> Result<(), QueryError> {
        let mut known: HashMap<Vec<Value>, u64> = HashMap::new();
        self.run(right, &mut |batch| {
            for row in (0..batch.rows).map(|row| batch.row(row)) {
                self.memory.take(row_bytes(&row))?;
                *known.entry(row).or_default() += 1;
            }
            Ok(Next::More)
        })?;
        let mut given: HashSet<Vec<Value>> = HashSet::new();
        self.run(left, &mut |batch| {
            let mut kept = Vec::new();
            for row in (0..batch.rows).map(|row| batch.row(row)) {
                let is_known = match known.get_mut(&row) {
                    Some(count) if *count > 0 => {
                        *count -= u64::from(all);
                        true
                    }
                    _ => false,
                };
                if is_known != is_kept_if_known {
                    continue;
                }
                if !all {
                    if given.contains(&row) {
                        continue;
                    }
                    self.memory.take(row_bytes(&row))?;
                    given.insert(row.clone());
                }
                kept.push(row);
            }
            let next = self.give(&kept, types, sink)?;
            Ok(if next == Next::Stop { Next::Stop } else { Next::More })
        })
    }
}
