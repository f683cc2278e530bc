//! What a segment holds, and where.

use timesql::Stored;

use crate::chunk::{read_type, type_code};
use crate::error::SeriesError;
use crate::segment::{PAGE_ROWS_MAX, VERSION};
use crate::wire::{Reader, put_bytes, put_signed, put_varint};

#[derive(Clone, Debug, Default)]
pub(crate) struct Footer {
    pub(crate) columns: Vec<(String, Stored)>,
    /// The keys of all series, one behind the other.
    pub(crate) keys: Vec<u8>,
    /// In the order of their keys.
    pub(crate) series: Vec<SeriesEntry>,
    pub(crate) pages: Vec<PageEntry>,
}

#[derive(Clone, Debug)]
pub(crate) struct SeriesEntry {
    pub(crate) key: std::ops::Range<usize>,
    pub(crate) pages: std::ops::Range<usize>,
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
    pub(crate) fn key(&self, series: &SeriesEntry) -> &[u8] {
        &self.keys[series.key.clone()]
    }

    pub(crate) fn find(&self, key: &[u8]) -> Option<&SeriesEntry> {
        let place = self.series.binary_search_by(|entry| self.key(entry).cmp(key));
        place.ok().map(|place| &self.series[place])
    }

    /// About what it takes in memory.
    pub(crate) fn bytes(&self) -> usize {
        self.keys.len()
            + self.series.len() * size_of::<SeriesEntry>()
            + self.pages.len() * size_of::<PageEntry>()
    }

    pub(super) fn encode(&self, into: &mut Vec<u8>) {
        into.push(VERSION);
        put_varint(into, self.columns.len() as u64);
        for (name, stored) in &self.columns {
            into.push(type_code(*stored));
            put_bytes(into, name.as_bytes());
        }
        put_varint(into, self.series.len() as u64);
        for entry in &self.series {
            put_bytes(into, self.key(entry));
            put_varint(into, entry.pages.len() as u64);
            let mut before = 0;
            for page in &self.pages[entry.pages.clone()] {
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
            let from = footer.keys.len();
            footer.keys.extend_from_slice(reader.bytes()?);
            let first_page = footer.pages.len();
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
            let (key, pages) = (from..footer.keys.len(), first_page..footer.pages.len());
            footer.series.push(SeriesEntry { key, pages });
        }
        // It is kept for long, and each grew by doubling.
        footer.keys.shrink_to_fit();
        footer.series.shrink_to_fit();
        footer.pages.shrink_to_fit();
        Ok(footer)
    }
}
