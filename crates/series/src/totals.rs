//! Sums of many series put together, as far as a query does not tell them apart: it is told of groups and
//! bins, and not of each page.

use std::hash::{BuildHasher, Hash, Hasher};
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashMap, HashTable};
use timesql::{Scalar, Sum, SumsWanted};

use crate::error::SeriesError;
use crate::filter::Filter;
use crate::give::{Constants, Giver};
use crate::segment::{Page, PageEntry, Sums, Wanted};

/// Bins of all groups that are held at once. What a dashboard shows fits, in a few MiB.
const BINS_MAX: usize = 64 * 1024;

/// Series whose groups are remembered from one segment to the next. They take some hundred bytes each.
const SERIES_MAX: usize = 16 * 1024;

/// Bins of a group from its first to its last: those between that have nothing are held too.
const SPAN_MAX: usize = 4 * 1024;

/// The series whose wanted columns are the same.
#[derive(Debug)]
struct Group {
    constants: Constants,
    /// The number of its first bin.
    first: i64,
    /// A time of each bin.
    times: Vec<i64>,
    /// By slot. A bin that counts nothing is not there.
    slots: Vec<Vec<Sum>>,
}

#[derive(Debug)]
pub(crate) struct Totals {
    /// Of one page.
    sums: Sums,
    bin_nanos: i64,
    groups: Vec<Group>,
    /// By what their series have in common.
    places: HashTable<u32>,
    hasher: DefaultHashBuilder,
    /// The group of each series, if it is wanted: segments tend to have the same.
    of_series: HashMap<Box<[u8]>, Option<u32>>,
    bins: usize,
}

const NOTHING: Sum = Sum { count: 0, sum: 0.0, least: f64::NAN, greatest: f64::NAN };

impl Totals {
    /// Of a range of times, its ends included.
    pub(crate) fn new(wanted: SumsWanted, from: i64, until: i64) -> Totals {
        Totals {
            sums: Sums::new(wanted, from, until),
            bin_nanos: wanted.bins,
            groups: Vec::new(),
            places: HashTable::new(),
            hasher: DefaultHashBuilder::default(),
            of_series: HashMap::new(),
            bins: 0,
        }
    }

    /// To be called where no group is named any more: if there were very many series, it begins anew.
    pub(crate) fn forget_many(&mut self, giver: &mut Giver<'_>) {
        if self.of_series.len() > SERIES_MAX {
            self.give(giver);
            self.groups.clear();
            self.places.clear();
            self.of_series.clear();
        }
    }

    /// The group of a series; nothing, if that is not wanted.
    pub(crate) fn group(
        &mut self,
        key: &[u8],
        filter: &Filter<'_>,
        giver: &Giver<'_>,
    ) -> Result<Option<u32>, SeriesError> {
        if let Some(known) = self.of_series.get(key) {
            return Ok(*known);
        }
        let name = filter.take(key)?;
        let group = name.map(|name| self.of_constants(giver.constants(&name)));
        self.of_series.insert(key.into(), group);
        Ok(group)
    }

    pub(crate) fn constants(&self, group: u32) -> Constants {
        Arc::clone(&self.groups[group as usize].constants)
    }

    fn of_constants(&mut self, constants: Constants) -> u32 {
        let Totals { groups, places, hasher, .. } = self;
        let hash = |constants: &Constants| {
            let mut state = hasher.build_hasher();
            for constant in constants.iter() {
                text(constant.as_ref()).hash(&mut state);
            }
            state.finish()
        };
        let of_new = hash(&constants);
        let is_it = |place: &u32| groups[*place as usize].constants == constants;
        if let Some(known) = places.find(of_new, is_it) {
            return *known;
        }
        let place = groups.len() as u32;
        groups.push(Group { constants, first: 0, times: Vec::new(), slots: Vec::new() });
        places.insert_unique(of_new, place, |place| hash(&groups[*place as usize].constants));
        place
    }

    /// Adds a page of a group's series, if its sums would do; answers whether they do.
    pub(crate) fn add(
        &mut self,
        group: u32,
        page: &Page<'_>,
        entry: &PageEntry,
        wanted: &Wanted,
        giver: &mut Giver<'_>,
    ) -> Result<bool, SeriesError> {
        self.sums.clear();
        if !page.sums(entry, wanted, &mut self.sums)? {
            return Ok(false);
        }
        let Sums { times, slots, .. } = &self.sums;
        let group = &mut self.groups[group as usize];
        group.slots.resize_with(slots.len(), Vec::new);
        for (row, time) in times.iter().enumerate() {
            let bin = if self.bin_nanos == 0 { 0 } else { time.div_euclid(self.bin_nanos) };
            self.bins -= group.times.len();
            let place = group.place(bin).unwrap_or_else(|| {
                group.give(giver);
                group.begin(bin)
            });
            self.bins += group.times.len();
            group.add(place, *time, slots.iter().map(|sums| &sums[row]));
        }
        if self.bins > BINS_MAX {
            self.give(giver);
        }
        Ok(true)
    }

    /// Hands over all that was put together.
    pub(crate) fn give(&mut self, giver: &mut Giver<'_>) {
        self.groups.iter_mut().for_each(|group| group.give(giver));
        self.bins = 0;
    }
}

/// Dimensions and measure names are texts.
fn text(constant: Option<&Scalar>) -> Option<&str> {
    match constant {
        Some(Scalar::Varchar(text)) => Some(text),
        _ => None,
    }
}

impl Group {
    /// Where a bin is; nothing, if it is too far from the others.
    fn place(&mut self, bin: i64) -> Option<usize> {
        if self.times.is_empty() {
            return Some(self.begin(bin));
        }
        let ahead = usize::try_from(self.first.saturating_sub(bin)).unwrap_or(0);
        if ahead > 0 {
            if ahead + self.times.len() > SPAN_MAX {
                return None;
            }
            self.first = bin;
            self.times.splice(0..0, std::iter::repeat_n(0, ahead));
            for sums in &mut self.slots {
                sums.splice(0..0, std::iter::repeat_n(NOTHING, ahead));
            }
            return Some(0);
        }
        let place = usize::try_from(bin.saturating_sub(self.first)).ok()?;
        if place >= SPAN_MAX {
            return None;
        }
        self.hold(place);
        Some(place)
    }

    /// With nothing but this bin.
    fn begin(&mut self, bin: i64) -> usize {
        self.first = bin;
        self.hold(0);
        0
    }

    fn hold(&mut self, place: usize) {
        if place >= self.times.len() {
            self.times.resize(place + 1, 0);
            self.slots.iter_mut().for_each(|sums| sums.resize(place + 1, NOTHING));
        }
    }

    fn add<'p>(&mut self, place: usize, time: i64, sums: impl Iterator<Item = &'p Sum>) {
        for (known, more) in self.slots.iter_mut().zip(sums) {
            let known = &mut known[place];
            if known.count == 0 {
                self.times[place] = time;
                *known = *more;
                continue;
            }
            known.count += more.count;
            known.sum += more.sum;
            known.least = known.least.min(more.least);
            known.greatest = known.greatest.max(more.greatest);
        }
    }

    /// Hands over what it holds, and holds nothing any more.
    fn give(&mut self, giver: &mut Giver<'_>) {
        let is_there = |place: usize| self.slots.first().is_some_and(|it| it[place].count > 0);
        let there: Vec<bool> = (0..self.times.len()).map(is_there).collect();
        if there.contains(&false) {
            let mut known = there.iter();
            self.times.retain(|_| known.next() == Some(&true));
            for sums in &mut self.slots {
                sums.retain(|sum| sum.count > 0);
            }
        }
        giver.give_sums(&self.constants, &self.times, &self.slots);
        self.times.clear();
        self.slots.iter_mut().for_each(Vec::clear);
    }
}
