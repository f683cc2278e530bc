//! UNNEST: a row for each item of the longest list.

use super::{BATCH_ROWS, Runner, Sink};
use crate::bound::Bound;
use crate::column::{Batch, Column};
use crate::error::QueryError;
use crate::plan::{Plan, unnested};
use crate::source::Next;
use crate::types::Type;
use crate::value::Value;

/// Rows that were made of a batch: which they come from, and what was made.
#[derive(Default)]
struct Made {
    from: Vec<u32>,
    values: Vec<Vec<Value>>,
}

impl Runner<'_> {
    pub(super) fn unnest(
        &self,
        input: &Plan,
        arguments: &[Bound],
        ordinality: bool,
        sink: Sink<'_>,
    ) -> Result<(), QueryError> {
        let widths: Vec<(Type, usize)> = arguments
            .iter()
            .map(|argument| (argument.of.clone(), unnested(&argument.of).len()))
            .collect();
        let mut types: Vec<Type> =
            arguments.iter().flat_map(|argument| unnested(&argument.of)).collect();
        types.extend(ordinality.then_some(Type::BigInt));
        self.run(input, &mut |batch| {
            let columns = arguments.iter().map(|argument| self.context.column(argument, batch));
            let columns: Vec<Column<'_>> = columns.collect::<Result<_, _>>()?;
            let mut made = Made::default();
            for row in 0..batch.rows {
                let lists: Vec<Value> = columns.iter().map(|column| column.get(row)).collect();
                let longest = lists.iter().map(|list| list.items().len()).max().unwrap_or(0);
                for item in 0..longest {
                    made.add(row, item, &lists, &widths, ordinality);
                    if made.from.len() == BATCH_ROWS
                        && made.give(batch, &types, sink)? == Next::Stop
                    {
                        return Ok(Next::Stop);
                    }
                }
            }
            if made.from.is_empty() {
                return Ok(Next::More);
            }
            let next = made.give(batch, &types, sink)?;
            Ok(if next == Next::Stop { Next::Stop } else { Next::More })
        })
    }
}

impl Made {
    fn add(
        &mut self,
        row: usize,
        item: usize,
        lists: &[Value],
        widths: &[(Type, usize)],
        ordinality: bool,
    ) {
        self.from.push(row as u32);
        let mut values = Vec::new();
        for (list, (of, width)) in lists.iter().zip(widths) {
            let found = list.items().get(item).cloned().unwrap_or_default();
            let is_row = matches!(of, Type::TimeSeries(_))
                || matches!(of, Type::Array(element) if matches!(**element, Type::Row(_)));
            if is_row {
                let fields = found.items();
                values.extend(
                    (0..*width).map(|place| fields.get(place).cloned().unwrap_or_default()),
                );
            } else {
                values.push(found);
            }
        }
        if ordinality {
            values.push(Value::Int(item as i64 + 1));
        }
        self.values.push(values);
    }

    fn give(
        &mut self,
        batch: &Batch<'_>,
        types: &[Type],
        sink: Sink<'_>,
    ) -> Result<Next, QueryError> {
        let mut joined = batch.gather(&self.from);
        joined.columns.extend(Batch::of_rows(&self.values, types).columns);
        self.from.clear();
        self.values.clear();
        sink(&joined)
    }
}
