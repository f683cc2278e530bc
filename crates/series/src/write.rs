//! Records that are written.
//!
//! A write is planned by who asks and committed as one chunk. Whether a row has an earlier one of its
//! series and time is asked only where it is not newer than all of its series ([`Frontier`]). Of two calls
//! that write one row at once the later waits for the earlier ([`Flight`]). Those who write into
//! somebody's batch are not told what is stored, and are not waited for: readers see one of two
//! such rows, whoever was told what ([`replaces`]).
//!
//! [`Frontier`]: crate::frontier::Frontier
//! [`replaces`]: crate::rows::replaces

use kv::{Batch, CommitError};
use records::StoreError;

use crate::commit::Fate;
use crate::error::SeriesError;
use crate::flights::Flight;
use crate::growth::Growth;
use crate::plan::{Earlier, Plan, place};
use crate::record::{RECORDS_MAX, RecordText};
use crate::rows::{Row, Rows};
use crate::standing::Standing;
use crate::store::{HOT_BYTES_MAX, Series};
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
            let (flight, late) =
                Flight::begin(&table.0.memory, &plan.rows, &mut *self.frontier(table)?);
            if !late.is_empty() {
                flight.wait_for_earlier(&plan.rows, &late).await;
            }
            plan.late = late;
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
        plan.late = self.frontier(table)?.late_rows(&plan.rows);
        plan.resolve(&Earlier::new());
        if !plan.rows.rows.is_empty() {
            plan.growth.join(batch, table, Fate::Joined);
            let is_late = !plan.late.is_empty();
            self.join_chunk(batch, table, &plan.rows, is_late, Fate::Joined);
        }
        Ok(plan.written)
    }

    fn plan<'r, 'a>(
        &self,
        table: &Standing,
        records: &'r [RecordText<'a>],
    ) -> Result<Plan<'r, 'a>, SeriesError> {
        let window = Window::of(table.table(), self.now_nanos());
        loop {
            let mut plan = Plan::new(records, Growth::of(self.schema(table)?), window.memory_from);
            for (index, record) in records.iter().enumerate() {
                if let Err(reason) = plan.add(table, &window, index, record) {
                    plan.written.rejected.push(Rejected { index, reason, existing_version: None });
                }
            }
            // If another write let it grow meanwhile, the next plan knows.
            if !plan.growth.is_of_old_schema(self, table)? {
                plan.rows.rows.sort_by_key(place);
                return Ok(plan);
            }
        }
    }

    /// What is stored of the times of late rows.
    fn earlier(&self, table: &Standing, plan: &Plan<'_, '_>) -> Result<Earlier, SeriesError> {
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

impl Written {
    /// Those that were taken.
    pub fn total(&self) -> usize {
        self.memory + self.magnetic
    }

    pub(crate) fn reject(&mut self, row: &Row, existing: i64) {
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

    pub(crate) fn count(&mut self, is_memory: bool) {
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

pub(crate) fn no_table(table: &Standing) -> SeriesError {
    SeriesError::NoTable { name: table.table().name.as_str().to_owned() }
}
