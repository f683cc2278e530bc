//! Writes a segment, series by series in the order of their keys.

use timesql::Stored;

use crate::segment::footer::{Footer, PageEntry};
use crate::segment::page;
use crate::segment::{MAGIC, PAGE_ROWS};
use crate::strip::Strip;

#[derive(Debug)]
pub(crate) struct SegmentWriter {
    bytes: Vec<u8>,
    footer: Footer,
}

/// A segment that is whole, and what is to be known of it without reading it.
#[derive(Debug)]
pub(crate) struct Sealed {
    pub(crate) bytes: Vec<u8>,
    pub(crate) rows: u64,
    pub(crate) first: i64,
    pub(crate) last: i64,
}

impl SegmentWriter {
    pub(crate) fn new(columns: Vec<(String, Stored)>) -> SegmentWriter {
        let footer = Footer::new(columns);
        SegmentWriter { bytes: MAGIC.to_vec(), footer }
    }

    pub(crate) fn is_empty(&self) -> bool {
        !self.footer.has_series()
    }

    /// Adds rows of one series, with their versions and columns in the slots of the segment's. They come
    /// behind those that were added.
    pub(crate) fn add_rows(&mut self, strip: &Strip) {
        if strip.times.is_empty() {
            return;
        }
        let all = strip.times.len();
        let count = ((all + PAGE_ROWS / 2) / PAGE_ROWS).max(1);
        for page in 0..count {
            let rows = all * page / count..all * (page + 1) / count;
            let offset = self.bytes.len();
            page::encode(strip, rows.clone(), &mut self.bytes);
            self.footer.pages.push(PageEntry {
                offset: offset as u64,
                length: self.bytes.len() - offset,
                rows: rows.len(),
                first: strip.times[rows.start],
                last: strip.times[rows.end - 1],
            });
        }
    }

    /// Adds a page of another segment as it is. The columns that it has stand in the same places here.
    pub(crate) fn add_page(&mut self, entry: &PageEntry, bytes: &[u8]) {
        self.footer.pages.push(PageEntry { offset: self.bytes.len() as u64, ..*entry });
        self.bytes.extend_from_slice(bytes);
    }

    /// Says whose the rows were that were added since the last series. Its key comes behind the others.
    pub(crate) fn end_series(&mut self, key: &[u8]) {
        if self.footer.has_open_series() {
            self.footer.end_series(key);
        }
    }

    pub(crate) fn seal(self) -> Sealed {
        let SegmentWriter { mut bytes, footer } = self;
        let start = bytes.len();
        footer.encode(&mut bytes);
        let footer_bytes = &bytes[start..];
        let (length, checksum) = (footer_bytes.len() as u32, crc32c::crc32c(footer_bytes));
        bytes.extend(length.to_le_bytes());
        bytes.extend(checksum.to_le_bytes());
        bytes.extend(MAGIC);
        Sealed {
            bytes,
            rows: footer.pages.iter().map(|page| page.rows as u64).sum(),
            first: footer.pages.iter().map(|page| page.first).min().unwrap_or_default(),
            last: footer.pages.iter().map(|page| page.last).max().unwrap_or_default(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::segment::PAGE_ROWS_MAX;

    #[test]
    fn what_is_left_joins_the_others() {
        let pages = |rows: usize| {
            let strip = Strip {
                times: (0..rows as i64).collect(),
                versions: vec![1; rows],
                columns: Vec::new(),
            };
            let mut writer = SegmentWriter::new(Vec::new());
            writer.add_rows(&strip);
            writer.end_series(b"key");
            writer.footer.pages.iter().map(|page| page.rows).collect::<Vec<_>>()
        };
        for (rows, expected) in [
            (1, &[1][..]),
            (PAGE_ROWS + 6, &[PAGE_ROWS + 6]),
            (PAGE_ROWS_MAX - 1, &[PAGE_ROWS_MAX - 1]),
            (PAGE_ROWS_MAX, &[PAGE_ROWS_MAX / 2, PAGE_ROWS_MAX / 2]),
            (2 * PAGE_ROWS + 6, &[PAGE_ROWS + 3, PAGE_ROWS + 3]),
        ] {
            assert_eq!(pages(rows), expected, "{rows}");
        }
    }
}
