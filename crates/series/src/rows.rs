//! Rows on their way into a chunk: cells in a heap, and which series and time they are of.

use std::borrow::Cow;

use hashbrown::HashTable;
use timesql::Stored;

use crate::strip::{Cell, LINES};

#[derive(Debug, Default)]
pub(crate) struct Rows<'a> {
    pub(crate) columns: Vec<(Cow<'a, str>, Stored)>,
    /// The keys of all series, one behind the other.
    pub(crate) keys: Vec<u8>,
    pub(crate) series: Vec<SeriesDraft>,
    /// Places in `series`, by their keys.
    places: HashTable<u32>,
    pub(crate) rows: Vec<Row>,
    pub(crate) cells: Vec<(u32, Cell<'a>)>,
}

#[derive(Clone, Debug)]
pub(crate) struct SeriesDraft {
    pub(crate) key: std::ops::Range<usize>,
    pub(crate) hash: u64,
    /// Of its rows.
    pub(crate) newest: i64,
    pub(crate) oldest: i64,
}

#[derive(Clone, Copy, Debug)]
pub(crate) struct Row {
    pub(crate) series: u32,
    pub(crate) time: i64,
    pub(crate) version: i64,
    /// Which record or line it was.
    pub(crate) origin: u32,
    pub(crate) first: u32,
    pub(crate) count: u32,
}

impl<'a> Rows<'a> {
    /// For so many rows, each with so many cells.
    pub(crate) fn with_capacity(rows: usize, cells: usize) -> Rows<'a> {
        /// Of a key, about.
        const KEY_BYTES: usize = 64;
        Rows {
            columns: Vec::new(),
            keys: Vec::with_capacity(rows * KEY_BYTES),
            series: Vec::with_capacity(rows),
            places: HashTable::with_capacity(rows),
            rows: Vec::with_capacity(rows),
            cells: Vec::with_capacity(rows * cells),
        }
    }

    /// The place of a column, which is new if it has to be.
    pub(crate) fn column(&mut self, name: &'a str, stored: Stored) -> u32 {
        let place = self.columns.iter().position(|(known, of)| *of == stored && known == name);
        let place = place.unwrap_or_else(|| {
            self.columns.push((Cow::Borrowed(name), stored));
            self.columns.len() - 1
        });
        place as u32
    }

    pub(crate) fn has_column(&self, name: &str) -> bool {
        self.columns.iter().any(|(known, _)| known == name)
    }

    /// The column that stood in the same place of the row before, if it is the one that is asked for:
    /// rows tend to have the same columns.
    pub(crate) fn likely_column(&self, first: usize, name: &str, stored: Stored) -> Option<u32> {
        let before = self.rows.last()?;
        let place = self.cells.len() - first;
        let (column, _) = self.cells_of(before).get(place)?;
        let (known, of) = &self.columns[*column as usize];
        (known == name && *of == stored).then_some(*column)
    }

    /// Leaves out rows that have a value in a column; answers how many.
    pub(crate) fn leave_out_column(&mut self, column: u32) -> usize {
        let before = self.rows.len();
        let rows = std::mem::take(&mut self.rows);
        let has_it = |row: &Row| self.cells_of(row).iter().any(|(of, _)| *of == column);
        let kept: Vec<Row> = rows.into_iter().filter(|row| !has_it(row)).collect();
        self.rows = kept;
        self.measure_times();
        before - self.rows.len()
    }

    /// Looks again for the oldest and newest row of each series.
    pub(crate) fn measure_times(&mut self) {
        for draft in &mut self.series {
            (draft.oldest, draft.newest) = (i64::MAX, i64::MIN);
        }
        for row in &self.rows {
            let draft = &mut self.series[row.series as usize];
            draft.newest = draft.newest.max(row.time);
            draft.oldest = draft.oldest.min(row.time);
        }
    }

    /// The series whose key was written behind the others, from this byte on. If it was there before,
    /// the key is taken back.
    pub(crate) fn series(&mut self, from: usize) -> u32 {
        let key = from..self.keys.len();
        let hash = crate::series_key::hash(&self.keys[key.clone()]);
        let Rows { keys, series, places, .. } = self;
        let is_it = |place: &u32| keys[series[*place as usize].key.clone()] == keys[key.clone()];
        if let Some(known) = places.find(hash, is_it) {
            let known = *known;
            keys.truncate(from);
            return known;
        }
        series.push(SeriesDraft { key, hash, newest: i64::MIN, oldest: i64::MAX });
        let place = (series.len() - 1) as u32;
        places.insert_unique(hash, place, |place| series[*place as usize].hash);
        place
    }

    /// A row of the cells behind `first`.
    pub(crate) fn add_row(
        &mut self,
        series: u32,
        (time, version): (i64, i64),
        origin: u32,
        first: usize,
    ) {
        let draft = &mut self.series[series as usize];
        draft.newest = draft.newest.max(time);
        draft.oldest = draft.oldest.min(time);
        let count = (self.cells.len() - first) as u32;
        self.rows.push(Row { series, time, version, origin, first: first as u32, count });
    }

    pub(crate) fn key(&self, series: u32) -> &[u8] {
        &self.keys[self.series[series as usize].key.clone()]
    }

    pub(crate) fn cells_of(&self, row: &Row) -> &[(u32, Cell<'a>)] {
        &self.cells[row.first as usize..(row.first + row.count) as usize]
    }

    /// Brings rows into the order of series and times, and keeps one of each time: of lines the
    /// last, of records the first of the highest version.
    pub(crate) fn settle(&mut self) {
        let place = |row: &Row| (row.series, row.time);
        if !self.rows.is_sorted_by_key(place) {
            self.gather();
        }
        let rows = &mut self.rows;
        if rows.windows(2).all(|pair| place(&pair[0]) != place(&pair[1])) {
            return;
        }
        let mut kept: Vec<Row> = Vec::with_capacity(rows.len());
        for row in rows.drain(..) {
            match kept.last_mut() {
                Some(last) if place(last) == place(&row) => {
                    if replaces(row.version, last.version) {
                        *last = row;
                    }
                }
                _ => kept.push(row),
            }
        }
        *rows = kept;
    }
}

impl Rows<'_> {
    /// Sorts by series, counting, and then by time where that is needed: rows tend to come in the
    /// order of their times.
    fn gather(&mut self) {
        let mut ends = vec![0usize; self.series.len()];
        for row in &self.rows {
            ends[row.series as usize] += 1;
        }
        let mut before = 0;
        for end in &mut ends {
            before += std::mem::replace(end, before);
        }
        let mut gathered = self.rows.clone();
        for row in &self.rows {
            let place = &mut ends[row.series as usize];
            gathered[*place] = *row;
            *place += 1;
        }
        for of_series in gathered.chunk_by_mut(|one, two| one.series == two.series) {
            if !of_series.is_sorted_by_key(|row| row.time) {
                of_series.sort_by_key(|row| row.time);
            }
        }
        self.rows = gathered;
    }
}

/// Whether a later row wins over an earlier one of the same time.
pub(crate) fn replaces(later: i64, earlier: i64) -> bool {
    later > earlier || (later == earlier && later == LINES)
}
