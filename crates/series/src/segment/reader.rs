//! Reads a segment: its footer once, its pages as they are asked for.

use std::sync::Arc;

use kv::{Disk, DiskFile};

use crate::error::SeriesError;
use crate::segment::footer::{Footer, PageEntry};
pub(crate) use crate::segment::page::{Page, Wanted};
use crate::segment::{MAGIC, SegmentWriter, page};
use crate::strip::Strip;

/// Length and checksum of the footer, and the magic.
const TRAILER_BYTES: usize = 4 + 4 + MAGIC.len();

/// Pages that are not further apart are read at once: about what another call to the system costs.
const GAP_BYTES: u64 = 1024;

/// What is read at once at most: more would leave the caches before it is looked at.
const READ_BYTES_MAX: u64 = 64 * 1024;

/// What is kept of a segment in memory. Its file is open only while it is read: there may be many.
#[derive(Debug)]
pub(crate) struct Segment {
    disk: Arc<dyn Disk>,
    name: String,
    pub(crate) footer: Footer,
}

/// A segment whose pages can be read.
#[derive(Debug)]
pub(crate) struct OpenSegment<'s> {
    segment: &'s Segment,
    file: Box<dyn DiskFile>,
    wanted: Wanted,
}

impl Segment {
    pub(crate) fn load(disk: &Arc<dyn Disk>, name: String) -> Result<Segment, SeriesError> {
        const NO_SEGMENT: SeriesError = SeriesError::Damaged { what: "it does not end as one" };
        let file = disk.open(&name)?;
        let total = usize::try_from(file.bytes()).map_err(|_| NO_SEGMENT)?;
        let at = total.checked_sub(TRAILER_BYTES).ok_or(NO_SEGMENT)?;
        let mut trailer = [0; TRAILER_BYTES];
        file.read_at(at as u64, &mut trailer)?;
        let (length, rest) = trailer.split_first_chunk::<4>().ok_or(NO_SEGMENT)?;
        let (checksum, magic) = rest.split_first_chunk::<4>().ok_or(NO_SEGMENT)?;
        let length = u32::from_le_bytes(*length) as usize;
        let start = at.checked_sub(length).filter(|start| *start >= MAGIC.len());
        let start = start.filter(|_| magic == MAGIC).ok_or(NO_SEGMENT)?;
        let mut bytes = vec![0; length];
        file.read_at(start as u64, &mut bytes)?;
        if crc32c::crc32c(&bytes) != u32::from_le_bytes(*checksum) {
            return Err(SeriesError::Damaged { what: "its footer fails its checksum" });
        }
        let footer = Footer::decode(&bytes, MAGIC.len() as u64)?;
        let is_within = |page: &PageEntry| page.offset + page.length as u64 <= start as u64;
        if !footer.pages.last().is_none_or(is_within) {
            return Err(SeriesError::Damaged { what: "its pages are longer than it is" });
        }
        Ok(Segment { disk: Arc::clone(disk), name, footer })
    }

    /// For reading what is wanted.
    pub(crate) fn open(&self, wanted: Wanted) -> Result<OpenSegment<'_>, SeriesError> {
        Ok(OpenSegment { segment: self, file: self.disk.open(&self.name)?, wanted })
    }
}

impl<'s> OpenSegment<'s> {
    pub(crate) fn footer(&self) -> &'s Footer {
        &self.segment.footer
    }

    pub(crate) fn wanted(&self) -> &Wanted {
        &self.wanted
    }

    /// Reads pages that stand in this order in the file, and gives the rows of each to `take` with its
    /// place among `pages`, until that answers no. The strip's memory is used again, unless it is
    /// taken.
    pub(crate) fn read(
        &self,
        pages: &[PageEntry],
        take: &mut dyn FnMut(usize, &mut Strip) -> Result<bool, SeriesError>,
    ) -> Result<(), SeriesError> {
        let mut strip = Strip::default();
        self.pages(pages, &mut |place, page| {
            self.rows(page, &pages[place], &mut strip)?;
            take(place, &mut strip)
        })
    }

    /// Adds a page to a segment that has its columns in the same places; not one that is damaged.
    pub(crate) fn carry(
        &self,
        page: &PageEntry,
        into: &mut SegmentWriter,
    ) -> Result<(), SeriesError> {
        let mut bytes = vec![0; page.length];
        self.file.read_at(page.offset, &mut bytes)?;
        page::check(&bytes)?;
        into.add_page(page, &bytes);
        Ok(())
    }

    /// The rows of a page that was read.
    pub(crate) fn rows(
        &self,
        page: &Page<'_>,
        entry: &PageEntry,
        strip: &mut Strip,
    ) -> Result<(), SeriesError> {
        page.rows(entry.rows, &self.footer().columns, &self.wanted, strip)
    }

    /// The same as [`OpenSegment::read`], but nothing of the pages is read yet.
    pub(crate) fn pages(
        &self,
        pages: &[PageEntry],
        take: &mut dyn FnMut(usize, &Page<'_>) -> Result<bool, SeriesError>,
    ) -> Result<(), SeriesError> {
        let mut buffer = Vec::new();
        let mut at = 0;
        while at < pages.len() {
            let start = pages[at].offset;
            let mut end = start + pages[at].length as u64;
            let mut count = 1;
            for page in &pages[at + 1..] {
                let page_end = page.offset + page.length as u64;
                if page.offset < end
                    || page.offset - end > GAP_BYTES
                    || page_end - start > READ_BYTES_MAX
                {
                    break;
                }
                end = page_end;
                count += 1;
            }
            let length = (end - start) as usize;
            if buffer.len() < length {
                buffer.resize(length, 0);
            }
            self.file.read_at(start, &mut buffer[..length])?;
            for (place, page) in pages[at..at + count].iter().enumerate() {
                let from = (page.offset - start) as usize;
                let bytes = &buffer[from..from + page.length];
                if !take(at + place, &Page::open(bytes, self.footer().columns.len())?)? {
                    return Ok(());
                }
            }
            at += count;
        }
        Ok(())
    }
}
