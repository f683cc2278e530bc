//! Joins: the right side is kept by what must be equal, the left side passes along it.

use std::collections::HashMap;

use super::{BATCH_ROWS, Runner, Sink, row_bytes};
use crate::ast::JoinKind;
use crate::column::{Batch, Column};
use crate::error::QueryError;
use crate::plan::Join;
use crate::source::Next;
use crate::types::Type;
use crate::value::Value;

/// The right side.
struct Kept {
    rows: Vec<Vec<Value>>,
    /// Rows by what must be equal; those with a null in it are equal to none.
    places: HashMap<Vec<Value>, Vec<u32>>,
    matched: Vec<bool>,
}

impl Runner<'_> {
    pub(super) fn join(&self, join: &Join, sink: Sink<'_>) -> Result<(), QueryError> {
        let mut kept = self.kept(join)?;
        let is_left_kept = matches!(join.kind, JoinKind::Left | JoinKind::Full);
        let mut stopped = false;
        self.run(&join.left, &mut |batch| {
            let next = self.along(join, &mut kept, batch, is_left_kept, sink)?;
            stopped = next == Next::Stop;
            Ok(if stopped { Next::Stop } else { Next::More })
        })?;
        if !stopped && matches!(join.kind, JoinKind::Right | JoinKind::Full) {
            let nulls = vec![Value::Null; join.left_types.len()];
            let lonely = kept.rows.iter().zip(&kept.matched).filter(|(_, matched)| !**matched);
            let rows: Vec<Vec<Value>> = lonely.map(|(row, _)| [&nulls[..], row].concat()).collect();
            self.give(&rows, &types(join), sink)?;
        }
        Ok(())
    }

    fn kept(&self, join: &Join) -> Result<Kept, QueryError> {
        let mut kept = Kept { rows: Vec::new(), places: HashMap::new(), matched: Vec::new() };
        self.run(&join.right, &mut |batch| {
            let keys = join.equal.iter().map(|(_, right)| self.context.column(right, batch));
            let keys: Vec<Column<'_>> = keys.collect::<Result<_, _>>()?;
            for row in 0..batch.rows {
                let key: Vec<Value> = keys.iter().map(|column| column.get(row)).collect();
                let values = batch.row(row);
                self.memory.take(row_bytes(&key) + row_bytes(&values))?;
                if !key.iter().any(Value::is_null) {
                    kept.places.entry(key).or_default().push(kept.rows.len() as u32);
                }
                kept.rows.push(values);
                kept.matched.push(false);
            }
            Ok(Next::More)
        })?;
        Ok(kept)
    }

    fn along(
        &self,
        join: &Join,
        kept: &mut Kept,
        batch: &Batch<'_>,
        is_left_kept: bool,
        sink: Sink<'_>,
    ) -> Result<Next, QueryError> {
        let keys = join.equal.iter().map(|(left, _)| self.context.column(left, batch));
        let keys: Vec<Column<'_>> = keys.collect::<Result<_, _>>()?;
        let mut met = vec![false; batch.rows];
        let mut pairs: Vec<(u32, u32)> = Vec::new();
        for row in 0..batch.rows {
            let key: Vec<Value> = keys.iter().map(|column| column.get(row)).collect();
            // Taken by number, since a key may have more rows than one batch takes.
            let mut from = 0;
            while let Some(place) = kept.places.get(&key).and_then(|places| places.get(from)) {
                pairs.push((row as u32, *place));
                from += 1;
                if pairs.len() == BATCH_ROWS {
                    if self.pairs(join, kept, batch, &pairs, &mut met, sink)? == Next::Stop {
                        return Ok(Next::Stop);
                    }
                    pairs.clear();
                }
            }
        }
        if self.pairs(join, kept, batch, &pairs, &mut met, sink)? == Next::Stop {
            return Ok(Next::Stop);
        }
        if !is_left_kept {
            return Ok(Next::More);
        }
        let lonely: Vec<u32> = (0..batch.rows as u32).filter(|row| !met[*row as usize]).collect();
        if lonely.is_empty() {
            return Ok(Next::More);
        }
        let mut joined = batch.gather(&lonely);
        joined.columns.extend(join.right_types.iter().map(|_| Column::Constant(Value::Null)));
        sink(&joined)
    }

    fn pairs(
        &self,
        join: &Join,
        kept: &mut Kept,
        batch: &Batch<'_>,
        pairs: &[(u32, u32)],
        met: &mut [bool],
        sink: Sink<'_>,
    ) -> Result<Next, QueryError> {
        self.check()?;
        if pairs.is_empty() {
            return Ok(Next::More);
        }
        let left: Vec<u32> = pairs.iter().map(|(left, _)| *left).collect();
        let mut joined = batch.gather(&left);
        for (place, of) in join.right_types.iter().enumerate() {
            let values = pairs.iter().map(|(_, right)| kept.rows[*right as usize][place].clone());
            joined.columns.push(Column::of_values(values.collect(), of));
        }
        let mut chosen: Vec<u32> = (0..pairs.len() as u32).collect();
        for condition in &join.condition {
            if let Some(rows) = self.context.selection(condition, &joined)? {
                joined = joined.gather(&rows);
                chosen = rows.iter().map(|row| chosen[*row as usize]).collect();
            }
        }
        for pair in &chosen {
            let (left, right) = pairs[*pair as usize];
            met[left as usize] = true;
            kept.matched[right as usize] = true;
        }
        if joined.rows == 0 {
            return Ok(Next::More);
        }
        sink(&joined)
    }
}

fn types(join: &Join) -> Vec<Type> {
    join.left_types.iter().chain(&join.right_types).cloned().collect()
}
