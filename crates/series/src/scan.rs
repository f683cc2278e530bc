//! A table at one moment: its rows in blocks.
//!
//! Where no two sources can have a row of the same time, their pages are given as they are. Where they
//! can, a series that has pieces in several of them is put together first. Time is cut into days, so
//! that never more than a day of one series is in memory, and newer days can come first.

use timesql::{Column, Kind, Next, Scan, SourceError, SumsWanted, Table};

use crate::definition;
use crate::definition::DAY_NANOS;
use crate::error::SeriesError;
use crate::filter::Filter;
use crate::give::{Constants, Giver, Names};
use crate::moment::{Moment, source_error};
use crate::pieces::{Opened, Piece, Rows, Slots, open, pieces, read_series};
use crate::schema::Schema;
use crate::segment::{OpenSegment, PageEntry};
use crate::sources::{Body, Source, sources};
use crate::strip::Strip;
use crate::totals::Totals;

/// Pages that are named before they are read, about: a segment may have a page for each of very many series.
const PAGES_AT_ONCE: usize = 4_096;

/// More days than this are taken together by twos, threes and so on.
const SLICES_MAX: i64 = 64;

#[derive(Debug)]
pub(crate) struct TableMoment<'m> {
    moment: &'m Moment,
    table: definition::Table,
    columns: Vec<Column>,
}

/// What a scan goes by.
struct Walk<'w> {
    slots: Slots,
    filter: Filter<'w>,
    newest_first: bool,
    /// Which sums would do.
    sums: Option<SumsWanted>,
}

impl<'m> TableMoment<'m> {
    pub(crate) fn new(
        moment: &'m Moment,
        table: definition::Table,
        schema: &Schema,
    ) -> TableMoment<'m> {
        TableMoment { moment, table, columns: schema.columns() }
    }
}

impl Table for TableMoment<'_> {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn scan(
        &self,
        request: &Scan,
        take: &mut dyn FnMut(&timesql::Block<'_>) -> Next,
    ) -> Result<u64, SourceError> {
        self.walk(request, take).map_err(source_error)
    }
}

impl TableMoment<'_> {
    fn walk(
        &self,
        request: &Scan,
        take: &mut dyn FnMut(&timesql::Block<'_>) -> Next,
    ) -> Result<u64, SeriesError> {
        let from = request.from.max(self.table.retention.kept_from(self.moment.now));
        let until = request.until;
        let Moment { series, snapshot, .. } = self.moment;
        let sources = sources(snapshot, &series.files, self.table.number, from, until)?;
        let walk = Walk {
            slots: self.slots(request),
            filter: Filter::new(&self.columns, request),
            newest_first: request.newest_first,
            sums: request.sums,
        };
        let mut giver = Giver::new(&self.columns, request, &walk.slots, take, (from, until));
        for (from, until) in slices(&sources, from, until, request.newest_first) {
            if giver.is_done() {
                break;
            }
            let from = from.max(giver.since());
            if from > until {
                continue;
            }
            let of_slice: Vec<Source> =
                sources.iter().filter(|source| source.overlaps(from, until)).cloned().collect();
            giver.set_range(from, until);
            match may_collide(&of_slice) {
                true => walk.resolved(&of_slice, &mut giver)?,
                false => walk.straight(&of_slice, &mut giver)?,
            }
        }
        Ok(giver.bytes())
    }

    fn slots(&self, request: &Scan) -> Slots {
        let columns = request.columns.iter().map(|place| &self.columns[*place]);
        let measures = columns.filter(|column| column.kind == Kind::Measure);
        Slots { columns: measures.map(|column| (column.name.clone(), column.stored)).collect() }
    }
}

/// Whether a row of one source may have the time of another's.
fn may_collide(sources: &[Source]) -> bool {
    sources.iter().enumerate().any(|(of, late)| {
        late.is_late
            && sources
                .iter()
                .enumerate()
                .any(|(other, source)| other != of && source.overlaps(late.first, late.last))
    })
}

/// The days on which there is anything, or as many at once as keeps them few.
fn slices(sources: &[Source], from: i64, until: i64, newest_first: bool) -> Vec<(i64, i64)> {
    let first = sources.iter().map(|source| source.first).min().unwrap_or(i64::MAX).max(from);
    let last = sources.iter().map(|source| source.last).max().unwrap_or(i64::MIN).min(until);
    if first > last {
        return Vec::new();
    }
    let (first_day, last_day) = (first.div_euclid(DAY_NANOS), last.div_euclid(DAY_NANOS));
    let days = (last_day - first_day) / SLICES_MAX + 1;
    let mut slices: Vec<(i64, i64)> = (first_day..=last_day)
        .step_by(usize::try_from(days).unwrap_or(usize::MAX))
        .map(|day| {
            let start = day.saturating_mul(DAY_NANOS);
            (start.max(first), start.saturating_add(days * DAY_NANOS - 1).min(last))
        })
        .filter(|(from, until)| sources.iter().any(|source| source.overlaps(*from, *until)))
        .collect();
    if newest_first {
        slices.reverse();
    }
    slices
}

impl Walk<'_> {
    /// Each page and chunk as it is.
    fn straight(&self, sources: &[Source], giver: &mut Giver<'_>) -> Result<(), SeriesError> {
        let mut order: Vec<&Source> = sources.iter().collect();
        if self.newest_first {
            order.sort_by_key(|source| std::cmp::Reverse(source.last));
        }
        let mut names = Names::default();
        let chunks = order.iter().filter(|source| matches!(source.body, Body::Chunk(_)));
        for source in chunks {
            if giver.is_done() {
                return Ok(());
            }
            if source.overlaps(giver.from(), giver.until()) {
                let opened = open(source, &self.slots, false)?;
                giver.give_chunk(&opened, &self.filter, &mut names)?;
            }
        }
        if self.newest_first {
            return self.newest_pages(&order, giver);
        }
        let (from, until) = (giver.from(), giver.until());
        let mut totals = self.sums.map(|wanted| Totals::new(wanted, from, until));
        for source in order {
            let Opened::Segment(segment) = open(source, &self.slots, false)? else { continue };
            match &mut totals {
                Some(totals) => self.summed(&segment, totals, giver)?,
                None => self.pages(&segment, giver)?,
            }
            if giver.is_done() {
                return Ok(());
            }
        }
        if let Some(totals) = &mut totals {
            totals.give(giver);
        }
        Ok(())
    }

    /// All wanted pages of a segment, in the order in which they stand in it.
    fn pages(&self, segment: &OpenSegment<'_>, giver: &mut Giver<'_>) -> Result<(), SeriesError> {
        let (mut pages, mut names) = (Vec::new(), Vec::new());
        let (footer, mut series) = (segment.footer(), segment.footer().series());
        while let Some((key, of_series)) = series.next() {
            let of_series = footer.pages_within(of_series, giver.from(), giver.until());
            if of_series.is_empty() {
                continue;
            }
            let Some(name) = self.filter.take(key)? else { continue };
            let constants = giver.constants(&name);
            names.extend(of_series.iter().map(|_| constants.clone()));
            pages.extend_from_slice(of_series);
            if pages.len() >= PAGES_AT_ONCE {
                self.these_pages(segment, (&pages, &names), giver)?;
                if giver.is_done() {
                    return Ok(());
                }
                pages.clear();
                names.clear();
            }
        }
        self.these_pages(segment, (&pages, &names), giver)
    }

    /// Pages and, for each, what is the same in all of its rows.
    fn these_pages(
        &self,
        segment: &OpenSegment<'_>,
        (pages, names): (&[PageEntry], &[Constants]),
        giver: &mut Giver<'_>,
    ) -> Result<(), SeriesError> {
        segment.read(pages, &mut |place, strip| {
            giver.count(pages[place].length);
            giver.give(&names[place], strip);
            Ok(!giver.is_done())
        })
    }

    /// The same as [`Walk::pages`], but of pages whose sums would do nothing else is read.
    fn summed(
        &self,
        segment: &OpenSegment<'_>,
        totals: &mut Totals,
        giver: &mut Giver<'_>,
    ) -> Result<(), SeriesError> {
        totals.forget_many(giver);
        let (mut pages, mut groups) = (Vec::new(), Vec::new());
        let (footer, mut series) = (segment.footer(), segment.footer().series());
        while let Some((key, of_series)) = series.next() {
            let of_series = footer.pages_within(of_series, giver.from(), giver.until());
            if of_series.is_empty() {
                continue;
            }
            let Some(group) = totals.group(key, &self.filter, giver)? else { continue };
            groups.extend(of_series.iter().map(|_| group));
            pages.extend_from_slice(of_series);
            if pages.len() >= PAGES_AT_ONCE {
                self.these_sums(segment, (&pages, &groups), totals, giver)?;
                if giver.is_done() {
                    return Ok(());
                }
                pages.clear();
                groups.clear();
                totals.forget_many(giver);
            }
        }
        self.these_sums(segment, (&pages, &groups), totals, giver)
    }

    /// Pages and the group of each.
    fn these_sums(
        &self,
        segment: &OpenSegment<'_>,
        (pages, groups): (&[PageEntry], &[u32]),
        totals: &mut Totals,
        giver: &mut Giver<'_>,
    ) -> Result<(), SeriesError> {
        let mut strip = Strip::default();
        segment.pages(pages, &mut |place, page| {
            let (entry, group) = (&pages[place], groups[place]);
            giver.count(entry.length);
            if !totals.add(group, page, entry, segment.wanted(), giver)? {
                segment.rows(page, entry, &mut strip)?;
                giver.give(&totals.constants(group), &strip);
            }
            Ok(!giver.is_done())
        })
    }

    /// Pages of all segments, those with the newest rows first.
    fn newest_pages(&self, order: &[&Source], giver: &mut Giver<'_>) -> Result<(), SeriesError> {
        let mut pages: Vec<(PageEntry, usize, usize)> = Vec::new();
        let (mut names, mut segments) = (Vec::new(), Vec::new());
        for source in order {
            let Opened::Segment(segment) = open(source, &self.slots, false)? else { continue };
            let (footer, mut series) = (segment.footer(), segment.footer().series());
            while let Some((key, of_series)) = series.next() {
                let of_series = footer.pages_within(of_series, giver.from(), giver.until());
                if of_series.is_empty() {
                    continue;
                }
                let Some(name) = self.filter.take(key)? else { continue };
                names.push(giver.constants(&name));
                let place = (segments.len(), names.len() - 1);
                pages.extend(of_series.iter().map(|page| (*page, place.0, place.1)));
            }
            segments.push(segment);
        }
        pages.sort_by_key(|(page, _, _)| std::cmp::Reverse(page.last));
        for (page, segment, name) in pages {
            if giver.is_done() || page.last < giver.from() {
                break;
            }
            segments[segment].read(&[page], &mut |_, strip| {
                giver.count(page.length);
                giver.give(&names[name], strip);
                Ok(true)
            })?;
        }
        Ok(())
    }

    /// Series by series, where pieces of one may hold rows of the same time.
    fn resolved(&self, sources: &[Source], giver: &mut Giver<'_>) -> Result<(), SeriesError> {
        let opened = sources.iter().map(|source| open(source, &self.slots, true));
        let opened = opened.collect::<Result<Vec<_>, SeriesError>>()?;
        let pieces = pieces(&opened, giver.from(), giver.until(), None)?;
        let mut order: Vec<(Vec<u8>, Vec<Piece<'_>>)> = pieces.into_iter().collect();
        order.sort_unstable_by(|(one, _), (other, _)| one.cmp(other));
        for (key, of_series) in order {
            if giver.is_done() {
                break;
            }
            let Some(name) = self.filter.take(&key)? else { continue };
            let constants = giver.constants(&name);
            let (from, until) = (giver.from(), giver.until());
            giver.count(of_series.iter().map(Piece::bytes).sum());
            let strip = read_series(&opened, &of_series, &self.slots, from, until)?;
            giver.give(&constants, &strip);
        }
        Ok(())
    }
}

impl Piece<'_> {
    /// About how much of its file or chunk is read.
    fn bytes(&self) -> usize {
        match &self.rows {
            Rows::Pages(pages) => pages.iter().map(|page| page.length).sum(),
            Rows::Section { bytes, .. } => *bytes as usize,
        }
    }
}
