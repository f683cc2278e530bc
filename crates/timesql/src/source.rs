//! What a query reads: one moment of all databases, table by table, in blocks of columns.

use std::error::Error;
use std::sync::Arc;

/// One moment of all databases: what is asked twice is answered alike.
pub trait Source: Sync {
    /// The names of all databases, sorted.
    fn databases(&self) -> Result<Vec<String>, SourceError>;

    /// The names of a database's tables, sorted; none if there is no such database.
    fn tables(&self, database: &str) -> Result<Option<Vec<String>>, SourceError>;

    /// A table at this moment.
    fn table(
        &self,
        database: &str,
        table: &str,
    ) -> Result<Option<Box<dyn Table + '_>>, SourceError>;
}

/// A table as it was at the moment of its [`Source`].
pub trait Table: Sync {
    /// In the order of `SELECT *`: dimensions, `measure_name`, `time`, then measures
    /// (`measure_value::double` and its like before the names of multi-measure records).
    fn columns(&self) -> &[Column];

    /// Calls `take` with blocks that hold all rows that may satisfy the request, each row once.
    /// Other rows may come with them, since the caller filters again; rows of one version only.
    /// Answers how many bytes were read.
    fn scan(
        &self,
        request: &Scan,
        take: &mut dyn FnMut(&Block<'_>) -> Next,
    ) -> Result<u64, SourceError>;
}

/// A column of a stored table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Column {
    /// As queries name it: `measure_value::double`, `time`, `region`.
    pub name: String,
    /// What it is of a record.
    pub kind: Kind,
    /// Of what type its values are.
    pub stored: Stored,
}

/// What a column is of a record.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Kind {
    /// Of what the record is.
    Dimension,
    /// The column `measure_name`.
    MeasureName,
    /// The column `time`.
    Time,
    /// What was measured.
    Measure,
}

/// The types of stored values.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Stored {
    /// Text.
    Varchar,
    /// 64 bits of floating point.
    Double,
    /// 64 bits, signed.
    BigInt,
    /// True or false.
    Boolean,
    /// Nanoseconds since 1970.
    Timestamp,
}

/// What a query wants of a table.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Scan {
    /// The wanted columns: places in [`Table::columns`], each at most once; blocks hold them in this order.
    pub columns: Vec<usize>,
    /// The earliest time wanted, nanoseconds since 1970.
    pub from: i64,
    /// The latest time wanted, itself included (so that the whole range of `i64` can be said).
    pub until: i64,
    /// Dimensions, or `measure_name`, and the values that they may have: rows with others may be left
    /// out. The columns need not be among the wanted ones.
    pub equal: Vec<(usize, Vec<String>)>,
    /// A hint: newer blocks are better given first, since the caller answers [`Next::Since`].
    pub newest_first: bool,
    /// If there is something here, rows may come summed up: as one for rows in a bin of time that have the
    /// same in all wanted columns but time and measures. Such a row's time lies in its bin and in the
    /// range, and each wanted measure, which are all doubles, is [`Values::Sums`].
    pub sums: Option<SumsWanted>,
}

/// Which sums would do in place of rows.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub struct SumsWanted {
    /// Bins begin at multiples of their width, which divides this many nanoseconds. (Any width divides
    /// none.)
    pub bins: i64,
    /// Whether anybody looks at [`Sum::least`] and [`Sum::greatest`].
    pub extremes: bool,
}

/// What the caller wants after a block.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Next {
    /// The rest.
    More,
    /// Of the rest, rows of this time (nanoseconds since 1970) and later; older may be left out.
    Since(i64),
    /// Nothing: the scan answers at once.
    Stop,
}

/// Some rows of a table, by column. A block of one series with constant dimensions is what a source
/// gives where it can: a query looks at such a column once, not once for each row.
#[derive(Clone, Debug)]
pub struct Block<'b> {
    /// How many rows: at least one. A few thousand are best.
    pub rows: usize,
    /// Parallel to [`Scan::columns`].
    pub columns: Vec<Values<'b>>,
}

/// One column of a block.
#[derive(Clone, Debug)]
pub enum Values<'b> {
    /// The same value, or no value, in each row.
    Constant(Option<Scalar>),
    /// Text: each row's place in `words`. Codes of absent rows are any valid place, or anything if
    /// there are no words.
    Varchar { codes: &'b [u32], words: &'b [Arc<str>], present: Option<&'b Bits> },
    /// Absent rows hold anything.
    Double { values: &'b [f64], present: Option<&'b Bits> },
    /// Absent rows hold anything.
    BigInt { values: &'b [i64], present: Option<&'b Bits> },
    /// Absent rows hold anything.
    Boolean { values: &'b [bool], present: Option<&'b Bits> },
    /// Nanoseconds since 1970; absent rows hold anything.
    Timestamp { values: &'b [i64], present: Option<&'b Bits> },
    /// Only if [`Scan::sums`] asks for it: then all measures of the block are such, and of one row all
    /// count alike.
    Sums(&'b [Sum]),
}

/// Some doubles, none of them absent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Sum {
    /// How many: at least one.
    pub count: i64,
    /// All of them together.
    pub sum: f64,
    /// The least of them; anything, if [`SumsWanted::extremes`] does not ask for it.
    pub least: f64,
    /// The greatest of them, likewise.
    pub greatest: f64,
}

/// One stored value.
#[derive(Clone, Debug, PartialEq)]
pub enum Scalar {
    /// Text.
    Varchar(Arc<str>),
    /// 64 bits of floating point.
    Double(f64),
    /// 64 bits, signed.
    BigInt(i64),
    /// True or false.
    Boolean(bool),
    /// Nanoseconds since 1970.
    Timestamp(i64),
}

/// One bit for each row of a block; none set beyond the last row.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Bits {
    words: Vec<u64>,
    len: usize,
}

impl Bits {
    /// `len` bits, all of one value.
    pub fn new(len: usize, value: bool) -> Self {
        let mut bits =
            Self { words: vec![if value { u64::MAX } else { 0 }; len.div_ceil(64)], len };
        bits.clear_tail();
        bits
    }

    /// The bits in words of 64, lowest first; those beyond `len` are cleared.
    pub fn from_words(words: Vec<u64>, len: usize) -> Self {
        let mut bits = Self { words, len };
        bits.words.resize(len.div_ceil(64), 0);
        bits.clear_tail();
        bits
    }

    fn clear_tail(&mut self) {
        if let Some(last) = self.words.last_mut()
            && !self.len.is_multiple_of(64)
        {
            *last &= (1 << (self.len % 64)) - 1;
        }
    }

    /// How many bits.
    pub fn len(&self) -> usize {
        self.len
    }

    /// Whether there are no bits at all.
    pub fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// The bit at a place.
    pub fn get(&self, place: usize) -> bool {
        self.words[place / 64] >> (place % 64) & 1 == 1
    }

    /// Changes the bit at a place.
    pub fn set(&mut self, place: usize, value: bool) {
        let bit = 1 << (place % 64);
        if value {
            self.words[place / 64] |= bit;
        } else {
            self.words[place / 64] &= !bit;
        }
    }

    /// One bit more.
    pub fn push(&mut self, value: bool) {
        if self.len.is_multiple_of(64) {
            self.words.push(0);
        }
        self.len += 1;
        if value {
            self.set(self.len - 1, true);
        }
    }

    /// The bits in words of 64, lowest first.
    pub fn words(&self) -> &[u64] {
        &self.words
    }

    /// How many are set.
    pub fn count(&self) -> usize {
        self.words.iter().map(|word| word.count_ones() as usize).sum()
    }
}

impl FromIterator<bool> for Bits {
    fn from_iter<I: IntoIterator<Item = bool>>(iterator: I) -> Self {
        let mut bits = Self::default();
        for value in iterator {
            bits.push(value);
        }
        bits
    }
}

/// A store could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read the stored series")]
pub struct SourceError(#[source] pub Box<dyn Error + Send + Sync>);

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bits_keep_their_length() {
        for len in [0, 1, 63, 64, 65, 130] {
            assert_eq!(Bits::new(len, true).count(), len);
            assert_eq!(Bits::new(len, false).count(), 0);
            assert_eq!((0..len).map(|_| true).collect::<Bits>(), Bits::new(len, true));
            assert_eq!(Bits::from_words(vec![u64::MAX; 4], len), Bits::new(len, true));
        }
    }
}
