//! Reads tables: whatever a block holds beside what was asked for is left out here.

use std::collections::HashMap;

use super::{Runner, Sink};
use crate::column::{Batch, Buffer, Column};
use crate::error::QueryError;
use crate::plan::Scan;
use crate::source::{self, Block, Kind, Next, SumsWanted};
use crate::value::Value;

impl Runner<'_> {
    /// With `sums`, rows may come summed up: see [`source::Scan::sums`].
    pub(super) fn scan(
        &self,
        scan: &Scan,
        sums: Option<SumsWanted>,
        sink: Sink<'_>,
    ) -> Result<(), QueryError> {
        let table = &self.tables[scan.table];
        let is_bounded = scan.from > i64::MIN || scan.until < i64::MAX;
        let is_read = |place: &usize| {
            scan.wanted[*place]
                || (is_bounded && scan.time == Some(*place))
                || scan.equal.iter().any(|(column, _)| column == place)
        };
        let columns: Vec<usize> = (0..scan.width).filter(is_read).collect();
        let prunes = |place: usize| {
            matches!(table.columns()[place].kind, Kind::Dimension | Kind::MeasureName)
        };
        let equal = scan.equal.iter().filter(|(column, _)| prunes(*column)).cloned();
        let request = source::Scan {
            columns,
            from: scan.from,
            until: scan.until,
            equal: equal.collect(),
            newest_first: scan.newest_first,
            sums,
        };
        if scan.from > scan.until {
            return Ok(());
        }
        let mut result = Ok(());
        let bytes = table.scan(&request, &mut |block| {
            let next = self.check().and_then(|()| self.block(scan, &request, block, sink));
            next.unwrap_or_else(|error| {
                result = Err(error);
                Next::Stop
            })
        })?;
        self.scanned_bytes.set(self.scanned_bytes.get() + bytes);
        result
    }

    fn block(
        &self,
        scan: &Scan,
        request: &source::Scan,
        block: &Block<'_>,
        sink: Sink<'_>,
    ) -> Result<Next, QueryError> {
        let mut columns = vec![Column::Constant(Value::Null); scan.width];
        for (place, values) in request.columns.iter().zip(&block.columns) {
            columns[*place] = Column::of_block(values);
        }
        let mut batch = Batch { rows: block.rows, columns };
        for (column, texts) in &scan.equal {
            match equal_rows(&batch.columns[*column], texts, batch.rows) {
                Rows::All => {}
                Rows::Some(rows) if rows.is_empty() => return Ok(Next::More),
                Rows::Some(rows) => batch = batch.gather(&rows),
            }
        }
        if let Some(time) = scan.time
            && request.columns.contains(&time)
        {
            match within(&mut batch.columns[time], scan.from, scan.until, batch.rows) {
                Within::All => {}
                Within::Range(range) if range.is_empty() => return Ok(Next::More),
                Within::Range(range) => batch = batch.slice(range),
                Within::Some(rows) if rows.is_empty() => return Ok(Next::More),
                Within::Some(rows) => batch = batch.gather(&rows),
            }
        }
        sink(&batch)
    }
}

enum Rows {
    All,
    Some(Vec<u32>),
}

fn equal_rows(column: &Column<'_>, texts: &[String], rows: usize) -> Rows {
    let is_one = |text: &str| texts.iter().any(|known| known == text);
    match column {
        Column::Constant(Value::Text(text)) if is_one(text) => Rows::All,
        Column::Constant(_) => Rows::Some(Vec::new()),
        Column::Text { codes, words, present } => {
            // Each word is compared once, however many rows have it.
            let mut known: HashMap<u32, bool> = HashMap::new();
            let is_in = |row: &u32| {
                let row = *row as usize;
                let code = codes[row];
                present.as_ref().is_none_or(|present| present.get(row))
                    && *known.entry(code).or_insert_with(|| is_one(&words[code as usize]))
            };
            let chosen: Vec<u32> = (0..rows as u32).filter(is_in).collect();
            if chosen.len() == rows { Rows::All } else { Rows::Some(chosen) }
        }
        column => Rows::Some(
            (0..rows as u32).filter(|row| is_one(column.get(*row as usize).str())).collect(),
        ),
    }
}

enum Within {
    All,
    Range(std::ops::Range<usize>),
    Some(Vec<u32>),
}

/// The rows within a range of times. Notes if times ascend, which most do: bins use it.
fn within(times: &mut Column<'_>, from: i64, until: i64, rows: usize) -> Within {
    match times {
        Column::Int { values, present: None, ascending } => {
            *ascending = is_ascending(values);
            if *ascending {
                let range = values.partition_point(|time| *time < from)
                    ..values.partition_point(|time| *time <= until);
                return if range.len() == rows { Within::All } else { Within::Range(range) };
            }
            let is_in = |row: &u32| (from..=until).contains(&values[*row as usize]);
            let chosen: Vec<u32> = (0..rows as u32).filter(is_in).collect();
            if chosen.len() == rows { Within::All } else { Within::Some(chosen) }
        }
        column => {
            let is_in = |row: &u32| {
                let time = column.get(*row as usize);
                !time.is_null() && (from..=until).contains(&time.int())
            };
            let chosen: Vec<u32> = (0..rows as u32).filter(is_in).collect();
            if chosen.len() == rows { Within::All } else { Within::Some(chosen) }
        }
    }
}

fn is_ascending(values: &Buffer<'_, i64>) -> bool {
    // In strides without a branch for each value.
    values.chunks(512).all(|stride| {
        stride.windows(2).fold(0, |falls, pair| falls | u32::from(pair[0] > pair[1])) == 0
    }) && (1..values.len().div_ceil(512))
        .all(|stride| values[stride * 512 - 1] <= values[stride * 512])
}
