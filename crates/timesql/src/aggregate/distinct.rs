//! `approx_distinct`: exact but for values whose hashes of 64 bits collide.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::Gather;
use crate::column::Column;
use crate::error::Failure;
use crate::value::Value;

#[derive(Debug, Default)]
pub(super) struct Distinct(Vec<HashSet<u64>>);

/// What a set holds for each hash.
const ENTRY_BYTES: usize = 16;

impl Gather for Distinct {
    fn grow(&mut self, groups: usize) {
        self.0.resize(groups, HashSet::new());
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let (column, mut bytes) = (&arguments[0], 0);
        let rows = match column {
            Column::Constant(_) => rows.start..rows.end.min(rows.start + 1),
            _ => rows,
        };
        for value in rows.map(|row| column.get(row)).filter(|value| !value.is_null()) {
            let mut hasher = DefaultHasher::new();
            value.hash(&mut hasher);
            if self.0[group].insert(hasher.finish()) {
                bytes += ENTRY_BYTES;
            }
        }
        Ok(bytes)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        Ok(Value::Int(self.0[group].len() as i64))
    }
}
