//! A chunk: the rows of one write as they are committed, grouped by series and by column, so that a
//! write is one entry and a reader skips what it does not want.
//!
//! ```text
//! version, is late, rows, first time, last time, columns: type and name
//! series: key, length of what follows, rows, times, versions, columns: place, presence, values
//! ```

use smallvec::SmallVec;
use timesql::{Bits, Stored};

use crate::error::SeriesError;
use crate::rows::{Row, Rows};
use crate::strip::{Cell, Column, Data, Strip};
use crate::wire::{CUT_SHORT, Reader, put_bytes, put_varint};

const VERSION: u8 = 1;

/// More than any chunk has, so that a damaged count allocates nothing.
const ROWS_BELIEVED: usize = 64 * 1024 * 1024;

#[derive(Clone, Debug)]
pub(crate) struct ChunkHead<'a> {
    /// Some of its rows may have a row of the same time in what was written before.
    pub(crate) is_late: bool,
    pub(crate) first: i64,
    pub(crate) last: i64,
    pub(crate) columns: Vec<(&'a str, Stored)>,
    body: Reader<'a>,
}

/// Rows of one series in a chunk, not read yet.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Section<'a> {
    /// Its place among the chunk's bytes, by which it is found again.
    pub(crate) at: u32,
    pub(crate) key: &'a [u8],
    pub(crate) rows: usize,
    body: Reader<'a>,
}

// === writing ===

/// The rows must be settled, and there must be one.
pub(crate) fn encode(rows: &Rows<'_>, is_late: bool) -> Vec<u8> {
    // Enough that it is not moved while it is written.
    let series = rows.rows.chunk_by(|one, two| one.series == two.series).count();
    let numbers = rows.rows.len() * 8 + rows.cells.len() * 10;
    let mut into = Vec::with_capacity(128 + rows.keys.len() + series * 24 + numbers);
    into.extend([VERSION, u8::from(is_late)]);
    put_varint(&mut into, rows.rows.len() as u64);
    let times = rows.rows.iter().map(|row| row.time);
    let first = times.clone().min().unwrap_or_default();
    let last = times.max().unwrap_or_default();
    into.extend(first.to_le_bytes());
    into.extend(last.to_le_bytes());
    put_varint(&mut into, rows.columns.len() as u64);
    for (name, stored) in &rows.columns {
        into.push(type_code(*stored));
        put_bytes(&mut into, name.as_bytes());
    }
    for of_series in rows.rows.chunk_by(|one, two| one.series == two.series) {
        put_bytes(&mut into, rows.key(of_series[0].series));
        let start = into.len();
        into.extend([0; 4]);
        encode_section(&mut into, rows, of_series);
        let length = (into.len() - start - 4) as u32;
        into[start..start + 4].copy_from_slice(&length.to_le_bytes());
    }
    into
}

fn encode_section(into: &mut Vec<u8>, rows: &Rows<'_>, of_series: &[Row]) {
    put_varint(into, of_series.len() as u64);
    for row in of_series {
        into.extend(row.time.to_le_bytes());
    }
    let version = of_series[0].version;
    let is_same = of_series.iter().all(|row| row.version == version);
    into.push(u8::from(!is_same));
    let versions = if is_same { &of_series[..1] } else { of_series };
    for row in versions {
        into.extend(row.version.to_le_bytes());
    }
    encode_columns(into, rows, of_series);
}

fn encode_columns(into: &mut Vec<u8>, rows: &Rows<'_>, of_series: &[Row]) {
    let first = rows.cells_of(&of_series[0]);
    let is_even = of_series[1..].iter().all(|row| {
        let cells = rows.cells_of(row);
        cells.len() == first.len() && cells.iter().zip(first).all(|(one, two)| one.0 == two.0)
    });
    if is_even {
        put_varint(into, first.len() as u64);
        for (place, (column, _)) in first.iter().enumerate() {
            put_varint(into, u64::from(*column));
            into.push(0);
            for row in of_series {
                put_cell(into, &rows.cells_of(row)[place].1);
            }
        }
        return;
    }
    let mut columns: Vec<u32> = Vec::new();
    for (column, _) in of_series.iter().flat_map(|row| rows.cells_of(row)) {
        if !columns.contains(column) {
            columns.push(*column);
        }
    }
    put_varint(into, columns.len() as u64);
    for column in columns {
        let cell = |row: &Row| rows.cells_of(row).iter().find(|(of, _)| *of == column);
        put_varint(into, u64::from(column));
        into.push(1);
        let present: Bits = of_series.iter().map(|row| cell(row).is_some()).collect();
        for word in present.words() {
            into.extend(word.to_le_bytes());
        }
        for (_, cell) in of_series.iter().filter_map(cell) {
            put_cell(into, cell);
        }
    }
}

fn put_cell(into: &mut Vec<u8>, cell: &Cell<'_>) {
    match cell {
        Cell::Double(value) => into.extend(value.to_bits().to_le_bytes()),
        Cell::BigInt(value) | Cell::Timestamp(value) => into.extend(value.to_le_bytes()),
        Cell::Boolean(value) => into.push(u8::from(*value)),
        Cell::Varchar(value) => put_bytes(into, value.as_bytes()),
    }
}

// === reading ===

pub(crate) fn read(bytes: &[u8]) -> Result<ChunkHead<'_>, SeriesError> {
    let mut reader = Reader(bytes);
    if reader.byte()? != VERSION {
        return Err(SeriesError::Damaged { what: "a chunk is of a later program" });
    }
    let is_late = reader.byte()? != 0;
    reader.count(ROWS_BELIEVED)?;
    let (first, last) = (reader.i64()?, reader.i64()?);
    let count = reader.count(bytes.len())?;
    let mut columns = Vec::with_capacity(count);
    for _ in 0..count {
        let stored = read_type(reader.byte()?)?;
        columns.push((reader.text()?, stored));
    }
    Ok(ChunkHead { is_late, first, last, columns, body: reader })
}

impl<'a> ChunkHead<'a> {
    pub(crate) fn sections(&self) -> Sections<'a> {
        Sections { body: self.body.0, at: 0 }
    }

    /// The section at a place that a section told.
    pub(crate) fn section(&self, at: u32) -> Result<Section<'a>, SeriesError> {
        section(self.body.0, at as usize).map(|(section, _)| section)
    }
}

#[derive(Clone, Debug)]
pub(crate) struct Sections<'a> {
    body: &'a [u8],
    at: usize,
}

impl<'a> Iterator for Sections<'a> {
    type Item = Result<Section<'a>, SeriesError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.at >= self.body.len() {
            return None;
        }
        let found = section(self.body, self.at);
        self.at = found.as_ref().map_or(self.body.len(), |(_, end)| *end);
        Some(found.map(|(section, _)| section))
    }
}

/// The section at a place, and where it ends.
fn section(chunk: &[u8], at: usize) -> Result<(Section<'_>, usize), SeriesError> {
    let mut reader = Reader(chunk.get(at..).ok_or(CUT_SHORT)?);
    let key = reader.bytes()?;
    let length = reader.u32()? as usize;
    let mut body = Reader(reader.take(length)?);
    let rows = body.count(length / 8)?;
    if rows == 0 {
        return Err(SeriesError::Damaged { what: "a series of a chunk has no rows" });
    }
    let end = chunk.len() - reader.0.len();
    let at = u32::try_from(at).map_err(|_| CUT_SHORT)?;
    Ok((Section { at, key, rows, body }, end))
}

/// A section whose rows all have a number in each of its columns.
#[derive(Clone, Debug)]
pub(crate) struct Plain<'a> {
    times: &'a [u8],
    /// One, if all rows have the same.
    versions: &'a [u8],
    /// Places among the chunk's columns, and values as they are written.
    pub(crate) columns: SmallVec<[(usize, &'a [u8]); 4]>,
}

impl<'a> Plain<'a> {
    pub(crate) fn times(&self) -> impl ExactSizeIterator<Item = i64> + DoubleEndedIterator {
        numbers(self.times)
    }

    pub(crate) fn add_versions(&self, into: &mut Vec<i64>) {
        let mut versions = numbers(self.versions);
        match (versions.len(), versions.next()) {
            (1, Some(version)) => into.resize(into.len() + self.times.len() / 8, version),
            (_, first) => into.extend(first.into_iter().chain(versions)),
        }
    }
}

impl<'a> Section<'a> {
    /// The section as it is, if it is plain.
    pub(crate) fn plain(
        &self,
        columns: &[(&str, Stored)],
    ) -> Result<Option<Plain<'a>>, SeriesError> {
        let mut body = self.body;
        let times = body.take(self.rows * 8)?;
        let versions = if body.byte()? == 0 { 1 } else { self.rows };
        let versions = body.take(versions * 8)?;
        let count = body.count(columns.len())?;
        let mut plain = Plain { times, versions, columns: SmallVec::new() };
        for _ in 0..count {
            let place = body.count(columns.len())?;
            let Some((_, stored)) = columns.get(place) else { return Err(CUT_SHORT) };
            let width = match stored {
                Stored::Double | Stored::BigInt | Stored::Timestamp => 8,
                Stored::Boolean => 1,
                Stored::Varchar => return Ok(None),
            };
            if body.byte()? != 0 {
                return Ok(None);
            }
            plain.columns.push((place, body.take(self.rows * width)?));
        }
        Ok(Some(plain))
    }
}

impl Section<'_> {
    /// About how much of the chunk it is.
    pub(crate) fn bytes(&self) -> usize {
        self.key.len() + self.body.0.len()
    }

    /// `slots` says for each of the chunk's columns where it is wanted.
    pub(crate) fn read(
        &self,
        columns: &[(&str, Stored)],
        slots: &[Option<usize>],
        slot_count: usize,
        with_versions: bool,
    ) -> Result<Strip, SeriesError> {
        let mut body = self.body;
        let times = read_numbers(&mut body, self.rows)?;
        let versions = match body.byte()? {
            0 => {
                let version = body.i64()?;
                if with_versions { vec![version; self.rows] } else { Vec::new() }
            }
            _ => read_numbers(&mut body, self.rows)?,
        };
        let mut strip = Strip { times, versions, columns: Vec::new() };
        strip.columns.resize_with(slot_count, || None);
        for _ in 0..body.count(columns.len())? {
            let place = body.count(columns.len().saturating_sub(1))?;
            let (_, stored) = *columns.get(place).ok_or(CUT_SHORT)?;
            let column = read_column(&mut body, stored, self.rows)?;
            if let Some(slot) = slots[place] {
                strip.columns[slot] = Some(column);
            }
        }
        Ok(strip)
    }
}

fn numbers(bytes: &[u8]) -> impl ExactSizeIterator<Item = i64> + DoubleEndedIterator {
    let numbers = bytes.chunks_exact(8);
    numbers.map(|it| i64::from_le_bytes(it.try_into().expect("eight bytes")))
}

fn read_numbers(body: &mut Reader<'_>, count: usize) -> Result<Vec<i64>, SeriesError> {
    Ok(numbers(body.take(count * 8)?).collect())
}

fn read_column(body: &mut Reader<'_>, stored: Stored, rows: usize) -> Result<Column, SeriesError> {
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
            let numbers = read_numbers(body, count)?.into_iter();
            Data::Double(numbers.map(|bits| f64::from_bits(bits as u64)).collect())
        }
        Stored::BigInt => Data::BigInt(read_numbers(body, count)?),
        Stored::Timestamp => Data::Timestamp(read_numbers(body, count)?),
        Stored::Boolean => Data::Boolean(body.take(count)?.iter().map(|byte| *byte != 0).collect()),
        Stored::Varchar => read_words(body, count)?,
    };
    Ok(match present {
        None => Column { data, present: None },
        Some(present) => spread(&data, present),
    })
}

fn read_words(body: &mut Reader<'_>, count: usize) -> Result<Data, SeriesError> {
    let mut known: hashbrown::HashMap<&str, u32> = hashbrown::HashMap::new();
    let (mut codes, mut words) = (Vec::with_capacity(count), Vec::new());
    for _ in 0..count {
        let text = body.text()?;
        let code = *known.entry(text).or_insert_with(|| {
            words.push(std::sync::Arc::from(text));
            (words.len() - 1) as u32
        });
        codes.push(code);
    }
    Ok(Data::Varchar { codes, words })
}

/// Gives the values of rows that have one to these rows.
pub(crate) fn spread(dense: &Data, present: Bits) -> Column {
    fn places<T: Copy + Default>(dense: &[T], present: &Bits) -> Vec<T> {
        let mut left = dense.iter();
        let value = |row| match present.get(row) {
            true => left.next().copied().unwrap_or_default(),
            false => T::default(),
        };
        (0..present.len()).map(value).collect()
    }
    let data = match dense {
        Data::Double(values) => Data::Double(places(values, &present)),
        Data::BigInt(values) => Data::BigInt(places(values, &present)),
        Data::Timestamp(values) => Data::Timestamp(places(values, &present)),
        Data::Boolean(values) => Data::Boolean(places(values, &present)),
        Data::Varchar { codes, words } => {
            Data::Varchar { codes: places(codes, &present), words: words.clone() }
        }
    };
    Column { data, present: Some(present) }
}

pub(crate) const fn type_code(stored: Stored) -> u8 {
    match stored {
        Stored::Varchar => 0,
        Stored::Double => 1,
        Stored::BigInt => 2,
        Stored::Boolean => 3,
        Stored::Timestamp => 4,
    }
}

pub(crate) const fn read_type(code: u8) -> Result<Stored, SeriesError> {
    Ok(match code {
        0 => Stored::Varchar,
        1 => Stored::Double,
        2 => Stored::BigInt,
        3 => Stored::Boolean,
        4 => Stored::Timestamp,
        _ => return Err(SeriesError::Damaged { what: "a type is unknown" }),
    })
}
