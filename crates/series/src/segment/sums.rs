//! Sums of bins of time: what dashboards ask about many values is read without them.
//!
//! A page that has many rows in each bin of some width says for each bin how many there are, and of each
//! column of decimals their sum, the least and the greatest. These are whole numbers, so they are exact.
//! Bins begin at multiples of their width since 1970. It costs a tenth of the page.
//!
//! ```text
//! width in seconds, count of bins, their numbers since 1970, how many rows each has
//! count of columns, of each: place, decimals, sums, length of what follows,
//!     what the least of each bin is below its mean, then what the greatest is above it
//! ```

use timesql::{Sum, SumsWanted};

use crate::error::SeriesError;
use crate::segment::doubles::Decimals;
use crate::segment::page::Wanted;
use crate::segment::{PAGE_ROWS_MAX, PageEntry, integers};
use crate::wire::{Reader, put_bytes, put_varint};

/// What dashboards ask for, finest first: a minute, and what a slower series has enough rows in.
const WIDTHS_SECS: [u64; 4] = [60, 300, 900, 3_600];

/// Rows of a bin below which their sums cost too much beside them, and bring too little.
const ROWS_LEAST: usize = 32;

const SECOND_NANOS: i64 = 1_000_000_000;

/// Sums of pages, bin after bin.
#[derive(Debug)]
pub(crate) struct Sums {
    wanted: SumsWanted,
    from: i64,
    until: i64,
    /// A time of each bin.
    pub(crate) times: Vec<i64>,
    /// By slot.
    pub(crate) slots: Vec<Vec<Sum>>,
    spare: Spare,
}

/// What is read of a page; its memory is used again.
#[derive(Debug, Default)]
struct Spare {
    bins: Vec<i64>,
    counts: Vec<i64>,
    sums: Vec<i64>,
    extremes: Vec<i64>,
}

pub(super) fn encode(times: &[i64], columns: &[(usize, Decimals)], into: &mut Vec<u8>) {
    if columns.is_empty() {
        return;
    }
    let Some((width_secs, bins, counts)) = bins_of(times) else { return };
    put_varint(into, width_secs);
    put_varint(into, bins.len() as u64);
    integers::encode(&bins, into);
    integers::encode(&counts, into);
    put_varint(into, columns.len() as u64);
    for (place, Decimals { decimals, whole }) in columns {
        put_varint(into, *place as u64);
        into.push(*decimals as u8);
        let mut sums = Vec::with_capacity(counts.len());
        // Of about one size: in one run they have one width.
        let mut extremes = vec![0; 2 * counts.len()];
        let mut rest = &whole[..];
        for (at, count) in counts.iter().enumerate() {
            let (bin, behind) = rest.split_at(*count as usize);
            rest = behind;
            let sum: i64 = bin.iter().sum();
            let mean = sum.div_euclid(*count);
            sums.push(sum);
            extremes[at] = mean - bin.iter().min().unwrap_or(&mean);
            extremes[counts.len() + at] = bin.iter().max().unwrap_or(&mean) - mean;
        }
        integers::encode(&sums, into);
        let mut bytes = Vec::new();
        integers::encode(&extremes, &mut bytes);
        put_bytes(into, &bytes);
    }
}

/// The least width whose bins have enough rows, the bins' numbers, and how many rows each has.
fn bins_of(times: &[i64]) -> Option<(u64, Vec<i64>, Vec<i64>)> {
    WIDTHS_SECS.into_iter().find_map(|width_secs| {
        let width = width_secs as i64 * SECOND_NANOS;
        let (mut bins, mut counts) = (Vec::new(), Vec::new());
        let mut rest = times;
        while let Some(first) = rest.first() {
            if (bins.len() + 1) * ROWS_LEAST > times.len() {
                return None;
            }
            let bin = first.div_euclid(width);
            let count = rest.partition_point(|time| time.div_euclid(width) <= bin);
            bins.push(bin);
            counts.push(count as i64);
            rest = &rest[count..];
        }
        (!bins.is_empty()).then_some((width_secs, bins, counts))
    })
}

const DAMAGED: SeriesError = SeriesError::Damaged { what: "its sums are not sums" };

impl Sums {
    /// Of a range of times, its ends included.
    pub(crate) fn new(wanted: SumsWanted, from: i64, until: i64) -> Sums {
        let (times, slots, spare) = (Vec::new(), Vec::new(), Spare::default());
        Sums { wanted, from, until, times, slots, spare }
    }

    pub(crate) fn clear(&mut self) {
        self.times.clear();
        self.slots.iter_mut().for_each(Vec::clear);
    }

    /// Adds the sums of a page that has those that are wanted: of all wanted columns, in bins that the
    /// range does not cut. Answers whether it has.
    pub(super) fn add(
        &mut self,
        mut reader: Reader<'_>,
        page: &PageEntry,
        wanted: &Wanted,
    ) -> Result<bool, SeriesError> {
        if reader.is_empty() {
            return Ok(false);
        }
        let width = reader.varint()? as i64;
        let width = width.checked_mul(SECOND_NANOS).filter(|width| *width > 0).ok_or(DAMAGED)?;
        if !self.is_wanted(width, page) {
            return Ok(false);
        }
        let count = reader.count(PAGE_ROWS_MAX)?;
        integers::decode_into(&mut reader, count, &mut self.spare.bins)?;
        integers::decode_into(&mut reader, count, &mut self.spare.counts)?;
        let taken = self.within(width, page);
        self.slots.resize_with(wanted.slot_count, Vec::new);
        for _ in 0..reader.count(wanted.slots.len())? {
            let place = reader.count(wanted.slots.len())?;
            let decimals = usize::from(reader.byte()?);
            let Some(Some(slot)) = wanted.slots.get(place) else {
                integers::skip(&mut reader, count)?;
                reader.bytes()?;
                continue;
            };
            integers::decode_into(&mut reader, count, &mut self.spare.sums)?;
            let mut extremes = Reader(reader.bytes()?);
            if self.wanted.extremes {
                integers::decode_into(&mut extremes, 2 * count, &mut self.spare.extremes)?;
            }
            let sums = taken.clone().map(|at| self.spare.sum(at, decimals, self.wanted.extremes));
            for sum in sums {
                self.slots[*slot].push(sum.ok_or(DAMAGED)?);
            }
        }
        let before = self.times.len();
        if self.slots.iter().any(|sums| sums.len() != before + taken.len()) {
            self.slots.iter_mut().for_each(|sums| sums.truncate(before));
            return Ok(false);
        }
        let starts = self.spare.bins[taken].iter().map(|bin| bin.saturating_mul(width));
        self.times.extend(starts.map(|start| start.max(page.first)));
        Ok(true)
    }

    /// Whether bins of a page are as wanted, and cut by no end of the range.
    fn is_wanted(&self, width: i64, page: &PageEntry) -> bool {
        let is_edge = |time: i64| time.rem_euclid(width) == 0;
        self.wanted.bins % width == 0
            && (self.from <= page.first || is_edge(self.from))
            && (self.until >= page.last || is_edge(self.until + 1))
    }

    /// The places of the bins within the range, which cuts none: one is within if its first row and its
    /// last may be.
    fn within(&self, width: i64, page: &PageEntry) -> std::ops::Range<usize> {
        let bins = &self.spare.bins;
        let start = |bin: &i64| bin.saturating_mul(width).max(page.first);
        let end = |bin: &i64| bin.saturating_mul(width).saturating_add(width - 1).min(page.last);
        let from = bins.partition_point(|bin| start(bin) < self.from);
        let until = bins.partition_point(|bin| end(bin) <= self.until);
        from..until.max(from)
    }
}

impl Spare {
    fn sum(&self, at: usize, decimals: usize, extremes: bool) -> Option<Sum> {
        let (count, sum) = (self.counts[at], self.sums[at]);
        let double = |whole: i64| Decimals::double(decimals, whole);
        if !extremes {
            return Some(Sum { count, sum: double(sum)?, least: f64::NAN, greatest: f64::NAN });
        }
        let mean = sum.div_euclid(count.max(1));
        let least = double(mean.wrapping_sub(self.extremes[at]))?;
        let greatest = double(mean.wrapping_add(self.extremes[self.sums.len() + at]))?;
        Some(Sum { count, sum: double(sum)?, least, greatest })
    }
}
