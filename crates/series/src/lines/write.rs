//! Lines that are written. The last of one series and time wins, as InfluxDB has it, so nothing that is
//! stored is looked at.

use kv::{Batch, CommitError};
use records::StoreError;

use crate::commit::Fate;
use crate::error::SeriesError;
use crate::growth::Growth;
use crate::lines::parse::{Lines, TableLines, field_type};
use crate::standing::Standing;
use crate::store::{HOT_BYTES_MAX, Series};
use crate::window::Window;

/// As often as a write of records is tried again.
const ATTEMPTS_MAX: usize = 8;

/// Why rows were left out, as InfluxDB says it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LinesRefused {
    #[error("partial write: points beyond retention policy dropped={rows}")]
    Window { rows: usize },
    #[error(
        "partial write: field type conflict: input field \"{field}\" on measurement \"{table}\" is \
         type {given}, already exists as type {known} dropped={rows}"
    )]
    FieldType {
        table: String,
        field: String,
        given: &'static str,
        known: &'static str,
        rows: usize,
    },
    #[error("partial write: {reason} dropped={rows}")]
    Limit { reason: String, rows: usize },
}

/// What became of a body.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LinesWritten {
    pub rows: usize,
    /// Those that were left out, by their reasons.
    pub refused: Vec<LinesRefused>,
}

impl Series {
    /// Writes all lines as one commit, each table's to the table that `tables` holds in its place.
    /// Waits while too much is waiting to be settled.
    pub async fn write_lines(
        &self,
        tables: &[Standing],
        mut lines: Lines<'_>,
    ) -> Result<LinesWritten, SeriesError> {
        self.gate.below(HOT_BYTES_MAX).await;
        let mut written = LinesWritten::default();
        for (table, lines) in tables.iter().zip(&mut lines.tables) {
            let window = Window::of_lines(table.table(), self.now_nanos());
            lines.keep_within(&window, &mut written.refused);
        }
        for _ in 0..ATTEMPTS_MAX {
            let (mut batch, mut has_grown) = (Batch::new(), false);
            let mut answers = Vec::with_capacity(tables.len());
            for (table, lines) in tables.iter().zip(&mut lines.tables) {
                let growth = self.grow(table, lines, &mut written.refused)?;
                lines.rows.settle();
                if lines.rows.rows.is_empty() {
                    continue;
                }
                has_grown |= !growth.is_empty();
                growth.join(&mut batch, table, Fate::Own);
                let is_late = !self.frontier(table)?.late_rows(&lines.rows).is_empty();
                let gone = self.join_chunk(&mut batch, table, &lines.rows, is_late, Fate::Own);
                answers.push((table, gone));
            }
            match self.store().commit(batch).await {
                Ok(()) => {
                    written.rows = lines.rows();
                    return Ok(written);
                }
                Err(CommitError::Declined) => {
                    if let Some((table, _)) = answers.iter().find(|(_, gone)| gone.is_gone()) {
                        return Err(crate::write::no_table(table));
                    }
                    if !has_grown {
                        return Err(StoreError::Commit(CommitError::Declined).into());
                    }
                    tables.iter().for_each(Standing::forget_schema);
                }
                Err(error) => return Err(StoreError::Commit(error).into()),
            }
        }
        Err(StoreError::Contended.into())
    }

    /// What the schema must grow by; rows that do not fit it are left out.
    fn grow(
        &self,
        table: &Standing,
        lines: &mut TableLines<'_>,
        refused: &mut Vec<LinesRefused>,
    ) -> Result<Growth, SeriesError> {
        let mut growth = Growth::of(self.schema(table)?);
        if !lines.are_known(&growth) {
            growth = Growth::of(self.load_schema(table)?);
        }
        lines.fit(&mut growth, refused);
        Ok(growth)
    }
}

impl TableLines<'_> {
    fn keep_within(&mut self, window: &Window, refused: &mut Vec<LinesRefused>) {
        let within = window.from..window.until;
        let is_in = self.rows.series.iter();
        if is_in.clone().all(|it| within.contains(&it.oldest) && within.contains(&it.newest)) {
            return;
        }
        let before = self.rows.rows.len();
        self.rows.rows.retain(|row| within.contains(&row.time));
        self.rows.measure_times();
        let rows = before - self.rows.rows.len();
        if rows > 0 {
            refused.push(LinesRefused::Window { rows });
        }
    }

    /// Whether the schema holds all that they have.
    fn are_known(&self, growth: &Growth) -> bool {
        self.dimensions.iter().all(|name| growth.has_dimension(name))
            && self.rows.columns.iter().all(|(name, _)| growth.known_type(name).is_some())
    }

    /// Lets the schema grow; rows with a field of another type, or with more than a table may have,
    /// are left out.
    fn fit(&mut self, growth: &mut Growth, refused: &mut Vec<LinesRefused>) {
        for dimension in &self.dimensions {
            if let Err(reason) = growth.dimension(dimension) {
                let rows = self.rows.rows.len();
                self.rows.rows.clear();
                refused.push(LinesRefused::Limit { reason, rows });
                return;
            }
        }
        for column in 0..self.rows.columns.len() {
            let (name, stored) = self.rows.columns[column].clone();
            let Err(reason) = growth.measure(&name, stored) else { continue };
            let rows = self.rows.leave_out_column(column as u32);
            if rows == 0 {
                continue;
            }
            refused.push(match growth.known_type(&name) {
                None => LinesRefused::Limit { reason, rows },
                Some(known) => LinesRefused::FieldType {
                    table: self.name.to_owned(),
                    field: name.into_owned(),
                    given: field_type(stored),
                    known: field_type(known),
                    rows,
                },
            });
        }
    }
}
