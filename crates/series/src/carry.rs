//! Pages that a merge carries over as they are.
//!
//! Rows mostly come in the order of their times, so the pages of a series follow each other, from segment
//! to segment, and nothing in them is to be decided. Then only small ones are read and written anew, as
//! fewer and larger; to write the others again would be most of the work of a merge.

use crate::error::SeriesError;
use crate::pieces::{Opened, Piece, Rows, Slots, read_series};
use crate::segment::{OpenSegment, PAGE_ROWS, PageEntry, SegmentWriter};

/// Pages with fewer rows are written anew, together with what stands beside them.
const CARRIED_ROWS_LEAST: usize = PAGE_ROWS / 2;

/// A page, and which of the sources it is in.
#[derive(Clone, Copy, Debug)]
struct Placed<'s> {
    of: usize,
    page: &'s PageEntry,
}

/// Adds the rows of a series to the segment that is written, unless they have to be sorted out first: if
/// times meet, some are too old to be kept, or columns stand elsewhere. Answers whether it did.
pub(crate) fn carry(
    opened: &[Opened<'_>],
    pieces: &[Piece<'_>],
    slots: &Slots,
    kept_from: i64,
    into: &mut SegmentWriter,
) -> Result<bool, SeriesError> {
    let Some(pages) = in_order(opened, pieces, kept_from) else { return Ok(false) };
    for group in groups(&pages) {
        match group {
            [Placed { of, page }] => segment(&opened[*of])?.carry(page, into)?,
            _ => {
                let pieces: Vec<Piece<'_>> = group.iter().map(Placed::piece).collect();
                into.add_rows(&read_series(opened, &pieces, slots, i64::MIN, i64::MAX)?);
            }
        }
    }
    Ok(true)
}

impl<'s> Placed<'s> {
    fn piece(&self) -> Piece<'s> {
        Piece { of: self.of, rows: Rows::Pages(std::slice::from_ref(self.page)) }
    }
}

fn segment<'o, 's>(opened: &'o Opened<'s>) -> Result<&'o OpenSegment<'s>, SeriesError> {
    match opened {
        Opened::Segment(segment) => Ok(segment),
        Opened::Chunk { .. } => Err(SeriesError::Damaged { what: "a chunk has no pages" }),
    }
}

/// All pages of the series, if their rows need no sorting out.
fn in_order<'s>(
    opened: &[Opened<'_>],
    pieces: &[Piece<'s>],
    kept_from: i64,
) -> Option<Vec<Placed<'s>>> {
    let mut placed: Vec<Placed<'s>> = Vec::new();
    for Piece { of, rows } in pieces {
        let (Opened::Segment(segment), Rows::Pages(pages)) = (&opened[*of], rows) else {
            return None;
        };
        let mut slots = segment.wanted().slots.iter().enumerate();
        if !slots.all(|(place, slot)| *slot == Some(place)) {
            return None;
        }
        placed.extend(pages.iter().map(|page| Placed { of: *of, page }));
    }
    let are_apart = |pair: &[Placed<'_>]| pair[0].page.last < pair[1].page.first;
    let are_kept = placed.first().is_none_or(|first| first.page.first >= kept_from);
    (are_kept && placed.windows(2).all(are_apart)).then_some(placed)
}

/// Pages that are carried over one by one, and others that are written anew together: small ones with the
/// next until they are as large as one, or with those before if there is no next.
fn groups<'p, 's>(pages: &'p [Placed<'s>]) -> Vec<&'p [Placed<'s>]> {
    let mut ends = Vec::with_capacity(pages.len());
    let (mut start, mut rows) = (0, 0);
    for (at, Placed { page, .. }) in pages.iter().enumerate() {
        rows += page.rows;
        if rows >= PAGE_ROWS || (start == at && rows >= CARRIED_ROWS_LEAST) {
            ends.push(at + 1);
            (start, rows) = (at + 1, 0);
        }
    }
    if start < pages.len() {
        if rows < CARRIED_ROWS_LEAST {
            ends.pop();
        }
        ends.push(pages.len());
    }
    let mut start = 0;
    ends.into_iter().map(|end| &pages[std::mem::replace(&mut start, end)..end]).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    /// How many pages of so many rows are in each group.
    fn sizes(rows: &[usize]) -> Vec<usize> {
        let page =
            |rows: &usize| PageEntry { offset: 0, length: 1, rows: *rows, first: 0, last: 0 };
        let pages: Vec<PageEntry> = rows.iter().map(page).collect();
        let placed: Vec<_> = pages.iter().map(|page| Placed { of: 0, page }).collect();
        groups(&placed).into_iter().map(<[_]>::len).collect()
    }

    #[test]
    fn small_pages_are_written_anew_together_and_others_carried_alone() {
        for (rows, expected) in [
            (&[][..], &[][..]),
            (&[7], &[1]),
            (&[1024, 512, 1535], &[1, 1, 1]),
            (&[7, 1024, 1024], &[2, 1]),
            (&[400, 400, 400, 400], &[4]),
            (&[400, 400, 400, 600], &[3, 1]),
            (&[1024, 1024, 7, 7], &[1, 3]),
            (&[1024, 600, 7, 600], &[1, 1, 2]),
        ] {
            let found = sizes(rows);
            assert_eq!(found, expected, "{rows:?}");
        }
    }
}
