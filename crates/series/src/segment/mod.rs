//! Segments: settled rows in files that never change, compressed by column.
//!
//! ```text
//! magic, pages, footer, length of the footer, its checksum, magic
//! ```
//!
//! A page holds about [`PAGE_ROWS`] rows of one series; pages stand in the order of series and times.
//! The footer names the columns, and each series once, with the places and times of its pages.

mod bits;
mod doubles;
mod footer;
mod integers;
mod keys;
mod page;
mod reader;
mod sums;
mod texts;
mod writer;

pub(crate) use footer::PageEntry;
pub(crate) use reader::{OpenSegment, Page, Segment, Wanted};
pub(crate) use sums::Sums;
pub(crate) use writer::{Sealed, SegmentWriter};

/// The version is part of it.
const MAGIC: &[u8; 8] = b"tsseries";

/// The first byte of a footer.
const VERSION: u8 = 1;

/// About how many rows a page has. A query decodes pages whole, so that small ones waste less at the ends of its
/// range; each costs some forty bytes beside its values.
pub(crate) const PAGE_ROWS: usize = 1024;

/// What is left of a series does not become a page of its own if it is less than half of one: it would cost a
/// query as much as a whole one, and have no sums.
pub(crate) const PAGE_ROWS_MAX: usize = PAGE_ROWS + PAGE_ROWS / 2;
