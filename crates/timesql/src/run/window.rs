//! Functions over windows: rows are kept, put into their partitions, and each gets its value.

use std::collections::HashMap;

use super::frame::Partition;
use super::{BATCH_ROWS, Runner, Sink, row_bytes};
use crate::bound::Bound;
use crate::column::Batch;
use crate::error::QueryError;
use crate::order::compare;
use crate::plan::{Plan, Window};
use crate::source::Next;
use crate::types::Type;
use crate::value::Value;

impl Runner<'_> {
    pub(super) fn windows(
        &self,
        input: &Plan,
        types: &[Type],
        windows: &[Window],
        sink: Sink<'_>,
    ) -> Result<(), QueryError> {
        let mut rows: Vec<Vec<Value>> = Vec::new();
        self.run(input, &mut |batch| {
            for row in (0..batch.rows).map(|row| batch.row(row)) {
                self.memory.take(row_bytes(&row) + windows.len() * size_of::<Value>())?;
                rows.push(row);
            }
            Ok(Next::More)
        })?;
        let mut made = Vec::new();
        for window in windows {
            made.push(self.window(&rows, types, window)?);
        }
        let mut columns = made.into_iter().map(Vec::into_iter).collect::<Vec<_>>();
        for row in &mut rows {
            row.extend(columns.iter_mut().filter_map(Iterator::next));
        }
        let windows = windows.iter().map(|window| window.of.clone());
        let types: Vec<Type> = types.iter().cloned().chain(windows).collect();
        self.give(&rows, &types, sink).map(drop)
    }

    /// The value of each row.
    fn window(
        &self,
        rows: &[Vec<Value>],
        types: &[Type],
        window: &Window,
    ) -> Result<Vec<Value>, QueryError> {
        let partition_by: Vec<&Bound> = window.partition_by.iter().collect();
        let order_by: Vec<&Bound> = window.order_by.iter().map(|key| &key.by).collect();
        let partitions = self.values(rows, types, &partition_by)?;
        let orders = self.values(rows, types, &order_by)?;
        let mut members: HashMap<&[Value], usize> = HashMap::new();
        let mut lists: Vec<Vec<usize>> = Vec::new();
        for (row, key) in partitions.iter().enumerate() {
            let list = *members.entry(key).or_insert_with(|| {
                lists.push(Vec::new());
                lists.len() - 1
            });
            lists[list].push(row);
        }
        let order: Vec<(bool, bool)> =
            window.order_by.iter().map(|key| (key.descending, key.nulls_first)).collect();
        let mut values = vec![Value::Null; rows.len()];
        for mut list in lists {
            self.check()?;
            list.sort_by(|one, two| compare(&orders[*one], &orders[*two], &order));
            let partition = Partition::new(self, rows, types, &list, &orders, window);
            for (row, value) in list.iter().zip(partition.values()?) {
                values[*row] = value;
            }
        }
        Ok(values)
    }

    /// The values of expressions for rows that are kept.
    pub(super) fn values(
        &self,
        rows: &[Vec<Value>],
        types: &[Type],
        exprs: &[&Bound],
    ) -> Result<Vec<Vec<Value>>, QueryError> {
        let mut values = Vec::with_capacity(rows.len());
        for rows in rows.chunks(BATCH_ROWS) {
            let batch = Batch::of_rows(rows, types);
            let columns = exprs.iter().map(|expr| self.context.column(expr, &batch));
            let columns: Vec<_> = columns.collect::<Result<_, _>>()?;
            values.extend(
                (0..rows.len()).map(|row| {
                    columns.iter().map(|column| column.get(row)).collect::<Vec<Value>>()
                }),
            );
        }
        Ok(values)
    }
}
