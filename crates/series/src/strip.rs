//! Rows of one series, by column, in the order of their times, each time once.

use std::sync::Arc;

use timesql::{Bits, Stored};

/// The version of rows that came as lines: of two with one time, the later wins, as InfluxDB has it.
/// Versions of records begin with 1.
pub(crate) const LINES: i64 = 0;

#[derive(Clone, Debug, Default)]
pub(crate) struct Strip {
    pub(crate) times: Vec<i64>,
    /// Empty where none was asked for.
    pub(crate) versions: Vec<i64>,
    /// By slot: places that whoever asked gave to columns.
    pub(crate) columns: Vec<Option<Column>>,
}

#[derive(Clone, Debug)]
pub(crate) struct Column {
    pub(crate) data: Data,
    pub(crate) present: Option<Bits>,
}

#[derive(Clone, Debug)]
pub(crate) enum Data {
    Double(Vec<f64>),
    BigInt(Vec<i64>),
    Boolean(Vec<bool>),
    Timestamp(Vec<i64>),
    Varchar { codes: Vec<u32>, words: Vec<Arc<str>> },
}

/// One value of a row.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Cell<'a> {
    Double(f64),
    BigInt(i64),
    Boolean(bool),
    Timestamp(i64),
    Varchar(&'a str),
}

impl PartialEq for Cell<'_> {
    /// Doubles by their bits: what is not a number is itself.
    fn eq(&self, other: &Cell<'_>) -> bool {
        match (self, other) {
            (Cell::Double(one), Cell::Double(two)) => one.to_bits() == two.to_bits(),
            (Cell::BigInt(one), Cell::BigInt(two)) => one == two,
            (Cell::Timestamp(one), Cell::Timestamp(two)) => one == two,
            (Cell::Boolean(one), Cell::Boolean(two)) => one == two,
            (Cell::Varchar(one), Cell::Varchar(two)) => one == two,
            _ => false,
        }
    }
}

impl Cell<'_> {
    pub(crate) fn stored(&self) -> Stored {
        match self {
            Cell::Double(_) => Stored::Double,
            Cell::BigInt(_) => Stored::BigInt,
            Cell::Boolean(_) => Stored::Boolean,
            Cell::Timestamp(_) => Stored::Timestamp,
            Cell::Varchar(_) => Stored::Varchar,
        }
    }
}

impl Column {
    pub(crate) fn cell(&self, row: usize) -> Option<Cell<'_>> {
        if self.present.as_ref().is_some_and(|present| !present.get(row)) {
            return None;
        }
        Some(match &self.data {
            Data::Double(values) => Cell::Double(values[row]),
            Data::BigInt(values) => Cell::BigInt(values[row]),
            Data::Boolean(values) => Cell::Boolean(values[row]),
            Data::Timestamp(values) => Cell::Timestamp(values[row]),
            Data::Varchar { codes, words } => Cell::Varchar(&words[codes[row] as usize]),
        })
    }
}

impl Data {
    pub(crate) fn empty(stored: Stored) -> Data {
        match stored {
            Stored::Double => Data::Double(Vec::new()),
            Stored::BigInt => Data::BigInt(Vec::new()),
            Stored::Boolean => Data::Boolean(Vec::new()),
            Stored::Timestamp => Data::Timestamp(Vec::new()),
            Stored::Varchar => Data::Varchar { codes: Vec::new(), words: Vec::new() },
        }
    }

    pub(crate) fn stored(&self) -> Stored {
        match self {
            Data::Double(_) => Stored::Double,
            Data::BigInt(_) => Stored::BigInt,
            Data::Boolean(_) => Stored::Boolean,
            Data::Timestamp(_) => Stored::Timestamp,
            Data::Varchar { .. } => Stored::Varchar,
        }
    }

    fn len(&self) -> usize {
        match self {
            Data::Double(values) => values.len(),
            Data::BigInt(values) | Data::Timestamp(values) => values.len(),
            Data::Boolean(values) => values.len(),
            Data::Varchar { codes, .. } => codes.len(),
        }
    }

    /// A row that has no value.
    fn push_nothing(&mut self) {
        match self {
            Data::Double(values) => values.push(0.0),
            Data::BigInt(values) | Data::Timestamp(values) => values.push(0),
            Data::Boolean(values) => values.push(false),
            Data::Varchar { codes, words } => {
                if words.is_empty() {
                    words.push(Arc::from(""));
                }
                codes.push(0);
            }
        }
    }
}

/// Puts a column together out of pieces of others.
#[derive(Debug)]
pub(crate) struct ColumnBuilder {
    data: Data,
    /// Nothing as long as all rows have a value.
    present: Option<Bits>,
    words: hashbrown::HashMap<Arc<str>, u32>,
}

impl ColumnBuilder {
    pub(crate) fn new(stored: Stored) -> ColumnBuilder {
        ColumnBuilder { data: Data::empty(stored), present: None, words: hashbrown::HashMap::new() }
    }

    pub(crate) fn skip(&mut self, rows: usize) {
        if rows == 0 {
            return;
        }
        let present = self.present.get_or_insert_with(|| Bits::new(self.data.len(), true));
        for _ in 0..rows {
            present.push(false);
            self.data.push_nothing();
        }
    }

    /// Rows of another column; of another type, they are skipped.
    pub(crate) fn extend(&mut self, from: Option<&Column>, rows: std::ops::Range<usize>) {
        let Some(from) = from.filter(|from| from.data.stored() == self.data.stored()) else {
            return self.skip(rows.len());
        };
        if from.present.is_some() && self.present.is_none() {
            self.present = Some(Bits::new(self.data.len(), true));
        }
        if let Some(present) = &mut self.present {
            for row in rows.clone() {
                present.push(from.present.as_ref().is_none_or(|bits| bits.get(row)));
            }
        }
        match (&mut self.data, &from.data) {
            (Data::Double(into), Data::Double(values)) => into.extend_from_slice(&values[rows]),
            (Data::BigInt(into), Data::BigInt(values))
            | (Data::Timestamp(into), Data::Timestamp(values)) => {
                into.extend_from_slice(&values[rows]);
            }
            (Data::Boolean(into), Data::Boolean(values)) => into.extend_from_slice(&values[rows]),
            (Data::Varchar { codes: into, words: known }, Data::Varchar { codes, words }) => {
                let map = &mut self.words;
                for row in rows {
                    let word = words.get(codes[row] as usize).cloned().unwrap_or_default();
                    let next = known.len() as u32;
                    let code = *map.entry(word).or_insert_with_key(|word| {
                        known.push(Arc::clone(word));
                        next
                    });
                    into.push(code);
                }
            }
            _ => {}
        }
    }

    pub(crate) fn len(&self) -> usize {
        self.data.len()
    }

    /// Numbers as a chunk holds them, of as many rows; those of another type are skipped.
    pub(crate) fn extend_plain(&mut self, stored: Stored, bytes: &[u8], rows: usize) {
        if stored != self.data.stored() {
            return self.skip(rows);
        }
        if let Some(present) = &mut self.present {
            (0..rows).for_each(|_| present.push(true));
        }
        let numbers = || {
            let numbers = bytes.chunks_exact(8);
            numbers.map(|it| u64::from_le_bytes(it.try_into().expect("eight bytes")))
        };
        match &mut self.data {
            Data::Double(values) => values.extend(numbers().map(f64::from_bits)),
            Data::BigInt(values) | Data::Timestamp(values) => {
                values.extend(numbers().map(|number| number as i64));
            }
            Data::Boolean(values) => values.extend(bytes.iter().map(|byte| *byte != 0)),
            Data::Varchar { .. } => self.skip(rows),
        }
    }

    /// Nothing, if no row has a value.
    pub(crate) fn finish(self) -> Option<Column> {
        let present = self.present;
        match &present {
            Some(bits) if bits.count() == 0 => None,
            Some(bits) if bits.count() == bits.len() => {
                Some(Column { data: self.data, present: None })
            }
            _ => Some(Column { data: self.data, present }),
        }
    }
}
