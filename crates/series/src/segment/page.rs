//! A page: some rows of one series, by column.
//!
//! ```text
//! lengths of times and versions, count of columns, of each: place, length
//! times, versions, columns: presence, values
//! sums of bins of time (nothing, where they would not pay)
//! checksum
//! ```

use smallvec::SmallVec;
use timesql::{Bits, Stored};

use crate::chunk::spread;
use crate::error::SeriesError;
use crate::segment::doubles::Decimals;
use crate::segment::sums::{self, Sums};
use crate::segment::{PageEntry, doubles, integers, texts};
use crate::strip::{Column, Data, Strip};
use crate::wire::{Reader, put_varint};

pub(super) const CHECKSUM_BYTES: usize = 4;

/// What is wanted of pages.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    /// For each column of the segment the slot where it is wanted.
    pub(crate) slots: Vec<Option<usize>>,
    pub(crate) slot_count: usize,
    pub(crate) times: bool,
    pub(crate) versions: bool,
}

/// Writes some rows of a strip; its columns stand in the slots of the segment's columns.
pub(super) fn encode(strip: &Strip, rows: std::ops::Range<usize>, into: &mut Vec<u8>) {
    let start = into.len();
    let mut times = Vec::new();
    integers::encode(&strip.times[rows.clone()], &mut times);
    let mut versions = Vec::new();
    integers::encode(&strip.versions[rows.clone()], &mut versions);
    let mut columns: Vec<(usize, Vec<u8>)> = Vec::new();
    let mut decimals: Vec<(usize, Decimals)> = Vec::new();
    for (place, column) in strip.columns.iter().enumerate() {
        let Some(column) = column else { continue };
        let mut bytes = Vec::new();
        let written = encode_column(column, rows.clone(), &mut bytes);
        if written.has_any {
            columns.push((place, bytes));
        }
        decimals.extend(written.decimals.map(|decimals| (place, decimals)));
    }
    put_varint(into, times.len() as u64);
    put_varint(into, versions.len() as u64);
    put_varint(into, columns.len() as u64);
    for (place, bytes) in &columns {
        put_varint(into, *place as u64);
        put_varint(into, bytes.len() as u64);
    }
    into.extend(times);
    into.extend(versions);
    columns.into_iter().for_each(|(_, bytes)| into.extend(bytes));
    sums::encode(&strip.times[rows], &decimals, into);
    let checksum = crc32c::crc32c(&into[start..]);
    into.extend(checksum.to_le_bytes());
}

/// What a column was found to be while it was written.
struct Written {
    has_any: bool,
    /// If every row has one.
    decimals: Option<Decimals>,
}

fn encode_column(column: &Column, rows: std::ops::Range<usize>, into: &mut Vec<u8>) -> Written {
    let present = column
        .present
        .as_ref()
        .map(|present| rows.clone().map(|row| present.get(row)).collect::<Bits>());
    let count = present.as_ref().map_or(rows.len(), Bits::count);
    let present = present.filter(|present| count < present.len());
    match &present {
        None => into.push(0),
        Some(present) => {
            into.push(1);
            present.words().iter().for_each(|word| into.extend(word.to_le_bytes()));
        }
    }
    let present = present.as_ref();
    let mut decimals = None;
    match &column.data {
        Data::Double(values) => {
            let found = doubles::encode(&dense(&values[rows], present), into);
            decimals = found.filter(|_| present.is_none());
        }
        Data::BigInt(values) | Data::Timestamp(values) => {
            integers::encode(&dense(&values[rows], present), into);
        }
        Data::Boolean(values) => {
            let values = dense(&values[rows], present);
            let numbers: Vec<i64> = values.iter().map(|value| i64::from(*value)).collect();
            integers::encode(&numbers, into);
        }
        Data::Varchar { codes, words } => texts::encode(&dense(&codes[rows], present), words, into),
    }
    Written { has_any: count > 0, decimals }
}

fn dense<T: Copy>(values: &[T], present: Option<&Bits>) -> Vec<T> {
    let rows = values.iter().enumerate();
    let is_there = |row| present.is_none_or(|present: &Bits| present.get(row));
    rows.filter(|(row, _)| is_there(*row)).map(|(_, value)| *value).collect()
}

/// A page whose parts were found; none of them is read yet.
#[derive(Debug)]
pub(crate) struct Page<'p> {
    times: &'p [u8],
    versions: &'p [u8],
    /// With the places of their columns.
    columns: SmallVec<[(usize, &'p [u8]); 8]>,
    sums: &'p [u8],
}

/// What a page says, if it says it as it was written.
pub(super) fn check(bytes: &[u8]) -> Result<&[u8], SeriesError> {
    const DAMAGED: SeriesError = SeriesError::Damaged { what: "a page fails its checksum" };
    let (content, checksum) = bytes.split_last_chunk::<CHECKSUM_BYTES>().ok_or(DAMAGED)?;
    match crc32c::crc32c(content) == u32::from_le_bytes(*checksum) {
        true => Ok(content),
        false => Err(DAMAGED),
    }
}

impl<'p> Page<'p> {
    /// Of a segment with so many columns.
    pub(crate) fn open(bytes: &'p [u8], column_count: usize) -> Result<Page<'p>, SeriesError> {
        let content = check(bytes)?;
        let mut head = Reader(content);
        let times = head.count(content.len())?;
        let versions = head.count(content.len())?;
        let count = head.count(column_count)?;
        let mut lengths = SmallVec::<[(usize, usize); 8]>::with_capacity(count);
        for _ in 0..count {
            lengths.push((head.count(column_count)?, head.count(content.len())?));
        }
        let (times, versions) = (head.take(times)?, head.take(versions)?);
        let columns = lengths.into_iter().map(|(place, length)| Ok((place, head.take(length)?)));
        let columns = columns.collect::<Result<_, SeriesError>>()?;
        Ok(Page { times, versions, columns, sums: head.0 })
    }

    /// Reads the wanted of its rows, so many, into a strip, whose memory is used again.
    pub(crate) fn rows(
        &self,
        rows: usize,
        columns: &[(String, Stored)],
        wanted: &Wanted,
        strip: &mut Strip,
    ) -> Result<(), SeriesError> {
        let mut spare: Vec<Option<Column>> = std::mem::take(&mut strip.columns);
        spare.resize_with(wanted.slot_count, || None);
        strip.columns.resize_with(wanted.slot_count, || None);
        if wanted.times {
            integers::decode_into(&mut Reader(self.times), rows, &mut strip.times)?;
        }
        if wanted.versions {
            integers::decode_into(&mut Reader(self.versions), rows, &mut strip.versions)?;
        }
        for (place, body) in &self.columns {
            let Some(Some(slot)) = wanted.slots.get(*place) else { continue };
            let stored = columns.get(*place).map(|(_, stored)| *stored);
            let stored = stored.ok_or(SeriesError::Damaged { what: "a column is not known" })?;
            let spare = spare[*slot].take();
            strip.columns[*slot] = Some(decode_column(Reader(body), stored, rows, spare)?);
        }
        Ok(())
    }

    /// Adds its sums, if it has those that are asked for; answers whether it has.
    pub(crate) fn sums(
        &self,
        entry: &PageEntry,
        wanted: &Wanted,
        into: &mut Sums,
    ) -> Result<bool, SeriesError> {
        into.add(Reader(self.sums), entry, wanted)
    }
}

fn decode_column(
    mut body: Reader<'_>,
    stored: Stored,
    rows: usize,
    spare: Option<Column>,
) -> Result<Column, SeriesError> {
    let present = match body.byte()? {
        0 => None,
        _ => {
            let words = body.take(rows.div_ceil(64) * 8)?.chunks_exact(8);
            let words = words.map(|it| u64::from_le_bytes(it.try_into().expect("eight bytes")));
            Some(Bits::from_words(words.collect(), rows))
        }
    };
    let count = present.as_ref().map_or(rows, Bits::count);
    let data = match stored {
        Stored::Double => {
            let mut values = match spare {
                Some(Column { data: Data::Double(values), .. }) => values,
                _ => Vec::new(),
            };
            doubles::decode(&mut body, count, &mut values)?;
            Data::Double(values)
        }
        Stored::BigInt => Data::BigInt(integers::decode(&mut body, count)?),
        Stored::Timestamp => Data::Timestamp(integers::decode(&mut body, count)?),
        Stored::Boolean => {
            let numbers = integers::decode(&mut body, count)?.into_iter();
            Data::Boolean(numbers.map(|number| number != 0).collect())
        }
        Stored::Varchar => {
            let (codes, words) = texts::decode(&mut body, count)?;
            Data::Varchar { codes, words }
        }
    };
    Ok(match present {
        None => Column { data, present: None },
        Some(present) => spread(&data, present),
    })
}
