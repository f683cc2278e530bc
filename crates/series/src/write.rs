//! Records that are written.
//!
//! A write is planned by who asks and committed as one chunk. Whether a row has an earlier one of its
//! series and time is asked only where it is not newer than all of its series ([`Frontier`]). Of two calls
//! that write one row at once the later waits for the earlier ([`Flight`]). Those who write into
//! somebody's batch are not told what is stored, and are not waited for: readers see one of two
//! such rows, whoever was told what ([`replaces`]).
//!
//! [`Frontier`]: crate::frontier::Frontier

use hashbrown::HashMap;
use kv::{Batch, CommitError};
use records::StoreError;

use crate::commit::Fate;
use crate::definition::PartitionKey;
use crate::error::SeriesError;
use crate::flights::Flight;
use crate::growth::Growth;
use crate::record::{Checked, RECORDS_MAX, RecordText, Unfit};
use crate::rows::{Row, Rows, replaces};
use crate::schema::single;
use crate::series_key;
use crate::standing::Standing;
use crate::store::{HOT_BYTES_MAX, Series, nanos};
use crate::strip::Cell;
use crate::window::Window;

/// How often a write is planned anew because a table's schema grew in another way.
const ATTEMPTS_MAX: usize = 8;

/// A record that was not taken.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rejected {
    pub index: usize,
    pub reason: String,
    pub existing_version: Option<i64>,
}

/// What became of a write: the records that are not named were taken.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// Taken, with times of the memory store and before.
    pub memory: usize,
    pub magnetic: usize,
    pub rejected: Vec<Rejected>,
}

/// Rows that can be committed, and which of them have to be looked for first.
struct Plan<'a> {
    rows: Rows<'a>,
    growth: Growth,
    written: Written,
    memory_from: i64,
    /// What is not newer than its series, by places in `rows`.
    late: Vec<usize>,
}

impl Series {
    /// Writes records, each for itself. Waits while too much is waiting to be settled.
    pub async fn write(
        &self,
        table: &Standing,
        records: &[RecordText<'_>],
    ) -> Result<Written, SeriesError> {
        if !(1..=RECORDS_MAX).contains(&records.len()) {
            let reason = format!("must have 1 to {RECORDS_MAX} members");
            return Err(SeriesError::invalid("Records", reason));
        }
        self.gate.below(HOT_BYTES_MAX).await;
        for _ in 0..ATTEMPTS_MAX {
            let mut plan = self.plan(table, records)?;
            let _flight = Flight::of(&table.0.memory, &plan.rows).await;
            plan.late = self.late_rows(table, &plan.rows)?;
            let earlier = self.earlier(table, &plan)?;
            plan.resolve(&earlier);
            if plan.rows.rows.is_empty() {
                return Ok(plan.written);
            }
            let is_late = !plan.late.is_empty();
            let written = std::mem::take(&mut plan.written);
            let has_grown = !plan.growth.is_empty();
            let mut batch = Batch::new();
            plan.growth.join(&mut batch, table, Fate::Own);
            let answer = self.join_chunk(&mut batch, table, &plan.rows, is_late, Fate::Own);
            drop(plan);
            match self.store().commit(batch).await {
                Ok(()) => return Ok(written),
                Err(CommitError::Declined) if answer.is_gone() => {
                    return Err(no_table(table));
                }
                Err(CommitError::Declined) if has_grown => table.forget_schema(),
                Err(error) => return Err(StoreError::Commit(error).into()),
            }
        }
        Err(StoreError::Contended.into())
    }

    /// Adds records to somebody's batch; from then on they stand or fall with it. What is rejected is
    /// known now, but for rows that have an earlier one of their time: of those the first wins, or
    /// the higher version, and nobody is told. If the table is deleted before the batch is committed,
    /// they are left out, as if they had been written before that.
    pub fn write_into(
        &self,
        batch: &mut Batch,
        table: &Standing,
        records: &[RecordText<'_>],
    ) -> Result<Written, SeriesError> {
        // Who cannot wait may go further, so that devices are not cut off by an import.
        if self.gate.hot_bytes() >= 2 * HOT_BYTES_MAX {
            return Err(SeriesError::Behind);
        }
        let mut plan = self.plan(table, records)?;
        plan.late = self.late_rows(table, &plan.rows)?;
        plan.resolve(&HashMap::new());
        if !plan.rows.rows.is_empty() {
            plan.growth.join(batch, table, Fate::Joined);
            let is_late = !plan.late.is_empty();
            self.join_chunk(batch, table, &plan.rows, is_late, Fate::Joined);
        }
        Ok(plan.written)
    }

    fn plan<'a>(
        &self,
        table: &Standing,
        records: &[RecordText<'a>],
    ) -> Result<Plan<'a>, SeriesError> {
        let now = nanos(self.now());
        let window = Window::of(table.table(), now);
        let (rows, written) = (Rows::default(), Written::default());
        let growth = Growth::of(self.schema(table)?);
        let memory_from = window.memory_from;
        let mut plan = Plan { rows, growth, written, memory_from, late: Vec::new() };
        for (index, record) in records.iter().enumerate() {
            if let Err(reason) = plan.add(table, &window, index, record) {
                plan.written.rejected.push(Rejected { index, reason, existing_version: None });
            }
        }
        if plan.growth.is_of_old_schema(self, table)? {
            // Another write let it grow meanwhile: the next plan knows.
            return self.plan(table, records);
        }
        plan.rows.rows.sort_by_key(place);
        Ok(plan)
    }

    /// Rows that are not newer than all that their series have.
    pub(crate) fn late_rows(
        &self,
        table: &Standing,
        rows: &Rows<'_>,
    ) -> Result<Vec<usize>, SeriesError> {
        let mut known = self.frontier(table)?;
        let before: Vec<Option<i64>> =
            rows.series.iter().map(|series| known.advance(series.hash, series.newest)).collect();
        drop(known);
        let is_late = |row: &Row| before[row.series as usize].is_some_and(|at| row.time <= at);
        let late = rows.rows.iter().enumerate().filter(|(_, row)| is_late(row));
        Ok(late.map(|(place, _)| place).collect())
    }

    /// What is stored of the times of late rows.
    fn earlier(&self, table: &Standing, plan: &Plan<'_>) -> Result<Earlier, SeriesError> {
        if plan.late.is_empty() {
            return Ok(Earlier::new());
        }
        let rows = &plan.rows;
        // Late rows stand in the order of series and times, as all do.
        let of_series: Vec<&[usize]> = plan
            .late
            .chunk_by(|one, two| rows.rows[*one].series == rows.rows[*two].series)
            .collect();
        let time = |place: usize| rows.rows[place].time;
        let keys: Vec<(&[u8], i64, i64)> = of_series
            .iter()
            .map(|of| {
                let (first, last) = (of[0], of[of.len() - 1]);
                (rows.key(rows.rows[first].series), time(first), time(last))
            })
            .collect();
        let stored = self.snapshot().rows_of(table.table(), &keys)?;
        let mut earlier = Earlier::new();
        for (places, stored) in of_series.iter().zip(&stored) {
            for at in *places {
                let row = rows.rows[*at];
                if let Some((version, cells)) = stored.row(row.time) {
                    earlier.insert(*at, (version, is_same(&cells, rows.cells_of(&row), rows)));
                }
            }
        }
        Ok(earlier)
    }
}

impl<'a> Plan<'a> {
    fn add(
        &mut self,
        table: &Standing,
        window: &Window,
        index: usize,
        record: &RecordText<'a>,
    ) -> Result<(), Unfit> {
        let checked = record.check()?;
        window.check(checked.time)?;
        let cells = record.cells()?;
        check_partition(table, &checked)?;
        self.growth.admit(&checked, &cells)?;
        let Checked { dimensions, measure_name, time, version } = checked;
        let rows = &mut self.rows;
        let from = rows.keys.len();
        series_key::push(&mut rows.keys, measure_name, dimensions.into_iter());
        let series = rows.series(from);
        let first = rows.cells.len();
        for (name, cell) in cells {
            let name = name.unwrap_or_else(|| single(cell.stored()));
            let column = rows.column(name, cell.stored());
            rows.cells.push((column, cell));
        }
        rows.add_row(series, (time, version), index as u32, first);
        Ok(())
    }

    /// Takes records in their order: each stands against what is stored of its time and what of its
    /// own call came before.
    fn resolve(&mut self, earlier: &Earlier) {
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

/// By places of late rows: the stored version, and whether the stored cells are the same.
type Earlier = HashMap<usize, (i64, bool)>;

fn place(row: &Row) -> (u32, i64) {
    (row.series, row.time)
}

impl Written {
    /// Those that were taken.
    pub fn total(&self) -> usize {
        self.memory + self.magnetic
    }

    fn reject(&mut self, row: &Row, existing: i64) {
        let version = row.version;
        let reason = if version == existing {
            "A record already exists with the same time, dimensions, measure name, and record version. \
             A higher record version must be specified in order to update the measure value. \
             Specifying record version is supported by the latest SDKs."
                .to_owned()
        } else {
            format!(
                "The record version {version} is lower than the existing version {existing}. \
                 A higher version is required to update the measure value."
            )
        };
        let (index, existing_version) = (row.origin as usize, Some(existing));
        self.rejected.push(Rejected { index, reason, existing_version });
        self.rejected.sort_by_key(|rejected| rejected.index);
    }

    fn count(&mut self, is_memory: bool) {
        let count = if is_memory { &mut self.memory } else { &mut self.magnetic };
        *count += 1;
    }
}

/// The cells of a stored row, by the names of their columns, and those that are written.
fn is_same(stored: &[(&str, Cell<'_>)], new: &[(u32, Cell<'_>)], rows: &Rows<'_>) -> bool {
    stored.len() == new.len()
        && new.iter().all(|(column, cell)| {
            let (name, _) = &rows.columns[*column as usize];
            stored.iter().any(|(of, known)| of == name && known == cell)
        })
}

fn check_partition(table: &Standing, record: &Checked<'_>) -> Result<(), Unfit> {
    match &table.table().partition_key {
        Some(PartitionKey::Dimension { name, is_required: true })
            if !record.dimensions.iter().any(|(of, _)| of == name) =>
        {
            Err(format!("The record lacks the partition key dimension {name}."))
        }
        _ => Ok(()),
    }
}

pub(crate) fn no_table(table: &Standing) -> SeriesError {
    SeriesError::NoTable { name: table.table().name.as_str().to_owned() }
}
