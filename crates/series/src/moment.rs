//! One moment of all databases, as queries read it.

use std::ops::Bound;

use hashbrown::HashSet;
use kv::{Direction, Snapshot};
use records::decode;
use timesql::{Source, SourceError, Table};

use crate::catalog::named;
use crate::definition;
use crate::error::SeriesError;
use crate::files::Pin;
use crate::key::{DATABASES, SCHEMAS, TABLES, table_key};
use crate::pieces::{Slots, open, pieces, read_series};
use crate::scan::TableMoment;
use crate::schema::Schema;
use crate::sources::sources;
use crate::store::Series;
use crate::strip::{Cell, Strip};

/// Sees what was committed before it was taken. It keeps files of segments, so hold it for a query
/// and not for ever.
#[derive(Debug)]
pub struct Moment {
    pub(crate) series: Series,
    pub(crate) snapshot: Snapshot,
    /// By the clock, nanoseconds: what is too old by then is not shown.
    pub(crate) now: i64,
    _pin: Pin,
}

/// Rows of one series as they are stored.
#[derive(Debug)]
pub(crate) struct StoredRows {
    slots: Slots,
    strip: Strip,
}

impl StoredRows {
    /// The version and the cells of the row of a time.
    pub(crate) fn row(&self, time: i64) -> Option<(i64, Vec<(&str, Cell<'_>)>)> {
        let row = self.strip.times.binary_search(&time).ok()?;
        let columns = self.slots.columns.iter().zip(&self.strip.columns);
        let cells = columns
            .filter_map(|((name, _), column)| Some((name.as_str(), column.as_ref()?.cell(row)?)));
        Some((self.strip.versions[row], cells.collect()))
    }
}

impl Series {
    /// This moment, for queries.
    pub fn snapshot(&self) -> Moment {
        let pin = self.files.pin();
        let (snapshot, now) = (self.kv_snapshot(), self.now_nanos());
        Moment { series: self.clone(), snapshot, now, _pin: pin }
    }
}

impl Moment {
    /// What is stored of a series in a range of times, its ends included.
    pub(crate) fn rows_of(
        &self,
        table: &definition::Table,
        keys: &[(&[u8], i64, i64)],
    ) -> Result<Vec<StoredRows>, SeriesError> {
        let from = keys.iter().map(|key| key.1).min().unwrap_or(0);
        let until = keys.iter().map(|key| key.2).max().unwrap_or(0);
        let kept_from = table.retention.kept_from(self.now);
        let files = &self.series.files;
        let sources = sources(&self.snapshot, files, table.number, from, until)?;
        let slots = Slots::all(&sources)?;
        let opened = sources.iter().map(|source| open(source, &slots, true));
        let opened = opened.collect::<Result<Vec<_>, SeriesError>>()?;
        let only: HashSet<&[u8]> = keys.iter().map(|key| key.0).collect();
        let pieces = pieces(&opened, from, until, Some(&only))?;
        let rows = keys.iter().map(|(key, from, until)| {
            let of_key = pieces.get(*key).map_or(&[][..], Vec::as_slice);
            let strip = match of_key {
                [] => Strip::default(),
                _ => read_series(&opened, of_key, &slots, (*from).max(kept_from), *until)?,
            };
            Ok(StoredRows { slots: slots.clone(), strip })
        });
        rows.collect()
    }

    fn schema(&self, number: u32) -> Result<Schema, SeriesError> {
        let bytes = self.snapshot.get(SCHEMAS, &number.to_be_bytes())?;
        Ok(bytes.map(|bytes| decode(&bytes)).transpose()?.unwrap_or_default())
    }

    fn find(&self, database: &str, table: &str) -> Result<Option<TableMoment<'_>>, SeriesError> {
        let key = table_key(database, table);
        let Some(bytes) = self.snapshot.get(TABLES, key.as_bytes())? else { return Ok(None) };
        let table = named(&key, &bytes)?;
        let schema = self.schema(table.number)?;
        Ok(Some(TableMoment::new(self, table, &schema)))
    }
}

impl Source for Moment {
    fn databases(&self) -> Result<Vec<String>, SourceError> {
        names(&self.snapshot, DATABASES, "").map_err(source_error)
    }

    fn tables(&self, database: &str) -> Result<Option<Vec<String>>, SourceError> {
        let is_there = self.snapshot.get(DATABASES, database.as_bytes());
        match is_there.map_err(|error| source_error(error.into()))? {
            None => Ok(None),
            Some(_) => {
                let names = names(&self.snapshot, TABLES, &table_key(database, ""));
                names.map(Some).map_err(source_error)
            }
        }
    }

    fn table(
        &self,
        database: &str,
        table: &str,
    ) -> Result<Option<Box<dyn Table + '_>>, SourceError> {
        let found = self.find(database, table).map_err(source_error)?;
        Ok(found.map(|table| Box::new(table) as Box<dyn Table + '_>))
    }
}

fn names(snapshot: &Snapshot, space: kv::Space, prefix: &str) -> Result<Vec<String>, SeriesError> {
    let start = Bound::Included(prefix.as_bytes());
    let mut names = Vec::new();
    for entry in snapshot.range(space, (start, Bound::Unbounded), Direction::Forward)? {
        let (key, _) = entry?;
        let Some(name) = key.strip_prefix(prefix.as_bytes()) else { break };
        names.push(String::from_utf8_lossy(name).into_owned());
    }
    Ok(names)
}

pub(crate) fn source_error(error: SeriesError) -> SourceError {
    SourceError(Box::new(error))
}
