//! What is to be written of a call, and what is not.

use hashbrown::HashMap;

use crate::alike::Alike;
use crate::definition::PartitionKey;
use crate::growth::Growth;
use crate::record::{MeasureType, RecordText, Unfit, check_dimension_value, check_dimensions};
use crate::rows::{Row, Rows, replaces};
use crate::series_key;
use crate::standing::Standing;
use crate::window::Window;
use crate::write::Written;

/// Rows that can be committed, and which of them have to be looked for first.
pub(crate) struct Plan<'r, 'a> {
    pub(crate) rows: Rows<'a>,
    pub(crate) growth: Growth,
    pub(crate) written: Written,
    memory_from: i64,
    /// What is not newer than its series, by places in `rows`.
    pub(crate) late: Vec<usize>,
    /// The record that was taken last.
    before: Option<Alike<'r, 'a>>,
}

/// By places of late rows: the stored version, and whether the stored cells are the same.
pub(crate) type Earlier = HashMap<usize, (i64, bool)>;

/// Rows of one place are one.
pub(crate) fn place(row: &Row) -> (u32, i64) {
    (row.series, row.time)
}

impl<'r, 'a> Plan<'r, 'a> {
    pub(crate) fn new(
        records: &[RecordText<'_>],
        growth: Growth,
        memory_from: i64,
    ) -> Plan<'r, 'a> {
        let cells = records.first().map_or(1, |record| record.measures.len().max(1));
        let rows = Rows::with_capacity(records.len(), cells);
        let (written, late, before) = (Written::default(), Vec::new(), None);
        Plan { rows, growth, written, memory_from, late, before }
    }

    pub(crate) fn add(
        &mut self,
        table: &Standing,
        window: &Window,
        index: usize,
        record: &'r RecordText<'a>,
    ) -> Result<(), Unfit> {
        match self.before.take_if(|before| before.has_names_of(record)) {
            Some(mut before) => {
                let added = self.add_alike(window, index, record, &mut before);
                self.before = Some(before);
                added
            }
            None => self.add_other(table, window, index, record),
        }
    }

    /// A record with the names and types of the one before, which need no other look.
    fn add_alike(
        &mut self,
        window: &Window,
        index: usize,
        record: &'r RecordText<'a>,
        before: &mut Alike<'r, 'a>,
    ) -> Result<(), Unfit> {
        for (name, value) in before.in_order(&record.dimensions) {
            check_dimension_value(name, value)?;
        }
        let stamp = record.stamp()?;
        window.check(stamp.time)?;
        let rows = &mut self.rows;
        let first = rows.cells.len();
        for (place, column) in before.columns().enumerate() {
            let cell = match record.kind {
                MeasureType::Multi => record.measures[place].cell(record.unit),
                _ => record.single(),
            };
            let cell = cell.inspect_err(|_| rows.cells.truncate(first))?;
            rows.cells.push((column, cell));
        }
        if !before.is_of_series_of(record) {
            let from = rows.keys.len();
            let dimensions = before.in_order(&record.dimensions);
            series_key::push(&mut rows.keys, stamp.measure_name, dimensions);
            before.set_series(record, rows.series(from));
        }
        rows.add_row(before.series(), (stamp.time, stamp.version), index as u32, first);
        Ok(())
    }

    fn add_other(
        &mut self,
        table: &Standing,
        window: &Window,
        index: usize,
        record: &'r RecordText<'a>,
    ) -> Result<(), Unfit> {
        let mut dimensions = record.dimensions.to_vec();
        dimensions.sort_unstable();
        check_dimensions(&dimensions)?;
        let stamp = record.stamp()?;
        window.check(stamp.time)?;
        let cells = record.cells()?;
        check_partition(table, &dimensions)?;
        self.growth.admit(&dimensions, &cells)?;
        let rows = &mut self.rows;
        let from = rows.keys.len();
        series_key::push(&mut rows.keys, stamp.measure_name, dimensions.iter().copied());
        let series = rows.series(from);
        let first = rows.cells.len();
        for (name, cell) in cells {
            let column = rows.column(name, cell.stored());
            rows.cells.push((column, cell));
        }
        let columns = rows.cells[first..].iter().map(|(column, _)| *column);
        self.before = Some(Alike::of(record, &dimensions, columns, series));
        rows.add_row(series, (stamp.time, stamp.version), index as u32, first);
        Ok(())
    }

    /// Takes records in their order: each stands against what is stored of its time and what of its
    /// own call came before.
    pub(crate) fn resolve(&mut self, earlier: &Earlier) {
        let is_apart = |pair: &[Row]| place(&pair[0]) != place(&pair[1]);
        if earlier.is_empty() && self.rows.rows.windows(2).all(is_apart) {
            let memory_from = self.memory_from;
            let rows = self.rows.rows.iter();
            return rows.for_each(|row| self.written.count(row.time >= memory_from));
        }
        let sorted = std::mem::take(&mut self.rows.rows);
        let mut at = 0;
        for same in sorted.chunk_by(|one, two| place(one) == place(two)) {
            let stored = earlier.get(&at).map(|(version, _)| *version);
            let (mut standing, mut kept) = (stored, None::<&Row>);
            for (row, at) in same.iter().zip(at..) {
                let is_same = match kept {
                    Some(kept) => self.rows.cells_of(kept) == self.rows.cells_of(row),
                    None => earlier.get(&at).is_some_and(|(_, is_same)| *is_same),
                };
                match standing {
                    Some(version) if !replaces(row.version, version) => {
                        if row.version != version || !is_same {
                            self.written.reject(row, version);
                            continue;
                        }
                    }
                    _ => (standing, kept) = (Some(row.version), Some(row)),
                }
                self.written.count(row.time >= self.memory_from);
            }
            self.rows.rows.extend(kept);
            at += same.len();
        }
    }
}

fn check_partition(table: &Standing, dimensions: &[(&str, &str)]) -> Result<(), Unfit> {
    match &table.table().partition_key {
        Some(PartitionKey::Dimension { name, is_required: true })
            if !dimensions.iter().any(|(of, _)| of == name) =>
        {
            Err(format!("The record lacks the partition key dimension {name}."))
        }
        _ => Ok(()),
    }
}
