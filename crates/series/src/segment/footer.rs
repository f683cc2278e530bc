//! What a segment holds, and where.

use std::ops::Range;

use timesql::Stored;

use crate::chunk::{read_type, type_code};
use crate::error::SeriesError;
use crate::segment::keys::{KeyCursor, Keys};
use crate::segment::{PAGE_ROWS_MAX, VERSION};
use crate::wire::{Reader, put_bytes, put_signed, put_varint};

/// It is kept in memory for long, and there may be very many series.
#[derive(Clone, Debug, Default)]
pub(crate) struct Footer {
    pub(crate) columns: Vec<(String, Stored)>,
    /// Of all series, in their order.
    keys: Keys,
    /// Where the pages of each series end.
    ends: Vec<u32>,
    pub(super) pages: Vec<PageEntry>,
}

/// Tells series one by one.
#[derive(Debug)]
pub(crate) struct SeriesCursor<'f> {
    keys: KeyCursor<'f>,
    ends: std::slice::Iter<'f, u32>,
    start: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct PageEntry {
    pub(crate) offset: u64,
    pub(crate) length: usize,
    pub(crate) rows: usize,
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl Footer {
    pub(super) fn new(columns: Vec<(String, Stored)>) -> Footer {
        Footer { columns, ..Footer::default() }
    }

    pub(crate) fn series(&self) -> SeriesCursor<'_> {
        SeriesCursor { keys: self.keys.cursor(), ends: self.ends.iter(), start: 0 }
    }

    /// The pages of a series.
    pub(crate) fn find(&self, key: &[u8]) -> Option<Range<usize>> {
        let place = self.keys.find(key)?;
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before]);
        Some(start as usize..self.ends[place] as usize)
    }

    /// Pages of one series that may have rows in the range; they stand in the order of times.
    pub(crate) fn pages_within(&self, pages: Range<usize>, from: i64, until: i64) -> &[PageEntry] {
        let pages = &self.pages[pages];
        let start = pages.partition_point(|page| page.last < from);
        let end = pages.partition_point(|page| page.first <= until);
        &pages[start..end.max(start)]
    }

    pub(super) fn has_series(&self) -> bool {
        !self.ends.is_empty()
    }

    /// Whether pages were added since the last series.
    pub(super) fn has_open_series(&self) -> bool {
        self.pages.len() > self.ends.last().map_or(0, |end| *end as usize)
    }

    /// Says that the pages that were added since the last series are of this one.
    pub(super) fn end_series(&mut self, key: &[u8]) {
        self.keys.push(key);
        self.ends.push(self.pages.len() as u32);
    }

    /// About what it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.keys.bytes()
            + self.ends.len() * size_of::<u32>()
            + self.pages.len() * size_of::<PageEntry>()
    }

    pub(super) fn encode(&self, into: &mut Vec<u8>) {
        into.push(VERSION);
        put_varint(into, self.columns.len() as u64);
        for (name, stored) in &self.columns {
            into.push(type_code(*stored));
            put_bytes(into, name.as_bytes());
        }
        put_varint(into, self.keys.len() as u64);
        let mut series = self.series();
        while let Some((key, pages)) = series.next() {
            put_bytes(into, key);
            put_varint(into, pages.len() as u64);
            let mut before = 0;
            for page in &self.pages[pages] {
                put_varint(into, page.length as u64);
                put_varint(into, page.rows as u64);
                put_signed(into, page.first.wrapping_sub(before));
                put_varint(into, page.last.wrapping_sub(page.first) as u64);
                before = page.last;
            }
        }
    }

    /// Pages stand one behind the other from `offset` on.
    pub(super) fn decode(bytes: &[u8], mut offset: u64) -> Result<Footer, SeriesError> {
        let mut reader = Reader(bytes);
        if reader.byte()? != VERSION {
            return Err(SeriesError::Damaged { what: "it is of a later program" });
        }
        let mut footer = Footer::default();
        for _ in 0..reader.count(bytes.len())? {
            let stored = read_type(reader.byte()?)?;
            footer.columns.push((reader.text()?.to_owned(), stored));
        }
        for _ in 0..reader.count(bytes.len())? {
            let key = reader.bytes()?;
            let mut before = 0i64;
            for _ in 0..reader.count(bytes.len())? {
                let length = reader.count(usize::MAX)?;
                let rows = reader.count(PAGE_ROWS_MAX)?;
                let first = before.wrapping_add(reader.signed()?);
                let last = first.wrapping_add(reader.varint()? as i64);
                footer.pages.push(PageEntry { offset, length, rows, first, last });
                offset = offset.saturating_add(length as u64);
                before = last;
            }
            footer.end_series(key);
        }
        // Each grew by doubling.
        footer.keys.shrink();
        footer.ends.shrink_to_fit();
        footer.pages.shrink_to_fit();
        Ok(footer)
    }
}

impl SeriesCursor<'_> {
    /// The key of the next series, and which pages it has.
    pub(crate) fn next(&mut self) -> Option<(&[u8], Range<usize>)> {
        let key = self.keys.next()?;
        let end = *self.ends.next()? as usize;
        Some((key, std::mem::replace(&mut self.start, end)..end))
    }
}
