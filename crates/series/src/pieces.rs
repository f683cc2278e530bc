//! The pieces of each series in several sources, found without reading values.

use hashbrown::{HashMap, HashSet};
use timesql::Stored;

use crate::chunk::{self, ChunkHead};
use crate::error::SeriesError;
use crate::resolve::{clip, resolve};
use crate::segment::{OpenSegment, PageEntry, Wanted};
use crate::sources::{Body, Source};
use crate::strip::{ColumnBuilder, Strip};

/// Which columns are wanted, by name and type, each in its slot.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    pub(crate) columns: Vec<(String, Stored)>,
}

impl Slots {
    /// All columns of the sources.
    pub(crate) fn all(sources: &[Source]) -> Result<Slots, SeriesError> {
        let mut slots = Slots::default();
        for source in sources {
            match &source.body {
                Body::Segment(segment) => {
                    for (name, stored) in &segment.footer.columns {
                        slots.add(name, *stored);
                    }
                }
                Body::Chunk(bytes) => {
                    for (name, stored) in chunk::read(bytes)?.columns {
                        slots.add(name, stored);
                    }
                }
            }
        }
        Ok(slots)
    }

    fn add(&mut self, name: &str, stored: Stored) {
        if !self.columns.iter().any(|(known, of)| known == name && *of == stored) {
            self.columns.push((name.to_owned(), stored));
        }
    }

    pub(crate) fn slot(&self, name: &str, stored: Stored) -> Option<usize> {
        self.columns.iter().position(|(known, of)| known == name && *of == stored)
    }

    pub(crate) fn types(&self) -> Vec<Stored> {
        self.columns.iter().map(|(_, stored)| *stored).collect()
    }
}

/// A source that is ready to be read.
#[derive(Debug)]
pub(crate) enum Opened<'s> {
    Segment(OpenSegment<'s>),
    Chunk { head: ChunkHead<'s>, slots: Vec<Option<usize>> },
}

pub(crate) fn open<'s>(
    source: &'s Source,
    slots: &Slots,
    versions: bool,
) -> Result<Opened<'s>, SeriesError> {
    Ok(match &source.body {
        Body::Segment(segment) => {
            let columns = segment.footer.columns.iter();
            let of = columns.map(|(name, stored)| slots.slot(name, *stored)).collect();
            let slot_count = slots.columns.len();
            let wanted = Wanted { slots: of, slot_count, times: true, versions };
            Opened::Segment(segment.open(wanted)?)
        }
        Body::Chunk(bytes) => {
            let head = chunk::read(bytes)?;
            let of = head.columns.iter().map(|(name, stored)| slots.slot(name, *stored)).collect();
            Opened::Chunk { head, slots: of }
        }
    })
}

/// Some rows of a series in one source. There may be as many as there are rows.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Piece<'s> {
    /// Among the sources, which stand in the order of commits.
    pub(crate) of: usize,
    pub(crate) rows: Rows<'s>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Rows<'s> {
    Pages(&'s [PageEntry]),
    /// At this place of a chunk.
    Section {
        at: u32,
        bytes: u32,
    },
}

pub(crate) type Pieces<'s> = HashMap<Vec<u8>, Vec<Piece<'s>>>;

/// The pieces of all series, or of these, that may have rows in the range.
pub(crate) fn pieces<'s>(
    opened: &'s [Opened<'s>],
    from: i64,
    until: i64,
    only: Option<&HashSet<&[u8]>>,
) -> Result<Pieces<'s>, SeriesError> {
    let mut pieces = Pieces::new();
    for (of, source) in opened.iter().enumerate() {
        match source {
            Opened::Segment(segment) => {
                let footer = segment.footer();
                let mut add = |key: &[u8], pages| {
                    let pages = footer.pages_within(pages, from, until);
                    if !pages.is_empty() {
                        let piece = Piece { of, rows: Rows::Pages(pages) };
                        pieces.entry_ref(key).or_default().push(piece);
                    }
                };
                let mut series = footer.series();
                match only {
                    None => {
                        while let Some((key, pages)) = series.next() {
                            add(key, pages);
                        }
                    }
                    Some(only) => {
                        for key in only {
                            footer.find(key).into_iter().for_each(|pages| add(key, pages));
                        }
                    }
                }
            }
            Opened::Chunk { head, .. } => {
                for section in head.sections() {
                    let section = section?;
                    if only.is_none_or(|only| only.contains(section.key)) {
                        let rows = Rows::Section { at: section.at, bytes: section.bytes() as u32 };
                        let piece = Piece { of, rows };
                        pieces.entry_ref(section.key).or_default().push(piece);
                    }
                }
            }
        }
    }
    Ok(pieces)
}

/// The rows of one series in the range, of all of its pieces.
pub(crate) fn read_series(
    opened: &[Opened<'_>],
    pieces: &[Piece<'_>],
    slots: &Slots,
    from: i64,
    until: i64,
) -> Result<Strip, SeriesError> {
    if let Some(strip) = joined(opened, pieces, slots, from, until)? {
        return Ok(strip);
    }
    let types = slots.types();
    let mut strips = Vec::with_capacity(pieces.len());
    for piece in pieces {
        match (&opened[piece.of], &piece.rows) {
            (Opened::Segment(segment), Rows::Pages(pages)) => {
                segment.read(pages, &mut |_, strip| {
                    strips.push(clip(std::mem::take(strip), from, until, &types));
                    Ok(true)
                })?;
            }
            (Opened::Chunk { head, slots: of }, Rows::Section { at, .. }) => {
                let section = head.section(*at)?;
                let strip = section.read(&head.columns, of, types.len(), true)?;
                strips.push(clip(strip, from, until, &types));
            }
            _ => return Err(SeriesError::Damaged { what: "a piece is of another source" }),
        }
    }
    Ok(resolve(strips, &types))
}

/// Sections of numbers whose times follow each other, within the range: which is how the chunks of a series
/// mostly are. They are short, so that to read each for itself would cost more than all of the rest.
fn joined(
    opened: &[Opened<'_>],
    pieces: &[Piece<'_>],
    slots: &Slots,
    from: i64,
    until: i64,
) -> Result<Option<Strip>, SeriesError> {
    let mut strip = Strip::default();
    let builders = slots.columns.iter().map(|(_, stored)| ColumnBuilder::new(*stored));
    let mut builders: Vec<ColumnBuilder> = builders.collect();
    for piece in pieces {
        let (Opened::Chunk { head, slots: of }, Rows::Section { at, .. }) =
            (&opened[piece.of], &piece.rows)
        else {
            return Ok(None);
        };
        let section = head.section(*at)?;
        let Some(plain) = section.plain(&head.columns)? else { return Ok(None) };
        let (first, last) = (plain.times().next(), plain.times().next_back());
        if first <= strip.times.last().copied() || first < Some(from) || last > Some(until) {
            return Ok(None);
        }
        strip.times.extend(plain.times());
        plain.add_versions(&mut strip.versions);
        for (place, bytes) in &plain.columns {
            if let Some(slot) = of[*place] {
                builders[slot].extend_plain(head.columns[*place].1, bytes, section.rows);
            }
        }
        for builder in &mut builders {
            builder.skip(strip.times.len() - builder.len());
        }
    }
    strip.columns = builders.into_iter().map(ColumnBuilder::finish).collect();
    Ok(Some(strip))
}
