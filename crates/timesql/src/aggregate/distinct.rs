//! `approx_distinct`: exact but for values whose hashes of 64 bits collide.

use std::collections::HashSet;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::ops::Range;

use super::Fold;
use crate::column::Column;
use crate::error::Failure;
use crate::value::Value;

#[derive(Debug)]
pub(super) struct Distinct;

/// What a set holds for each hash.
const ENTRY_BYTES: usize = 16;

impl Fold for Distinct {
    type State = HashSet<u64>;

    fn add(
        &self,
        state: &mut HashSet<u64>,
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
            if state.insert(hasher.finish()) {
                bytes += ENTRY_BYTES;
            }
        }
        Ok(bytes)
    }

    fn value(&self, state: &HashSet<u64>) -> Result<Value, Failure> {
        Ok(Value::Int(state.len() as i64))
    }
}
