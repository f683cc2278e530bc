//! Gives strips to a query as blocks.

use std::sync::Arc;

use hashbrown::HashMap;
use timesql::{Bits, Block, Column, Kind, Next, Scalar, Scan, Stored, Sum, Values};

use crate::chunk::Plain;

use crate::error::SeriesError;
use crate::filter::Filter;
use crate::pieces::{Opened, Slots};
use crate::resolve::within;
use crate::series_key::SeriesName;
use crate::strip::{self, ColumnBuilder, Data, Strip};

/// What a block has in place of each wanted column.
#[derive(Clone, Copy, Debug)]
enum Place {
    Dimension(usize),
    MeasureName,
    Time,
    Slot(usize),
}

/// What is the same in all rows of a series: parallel to the wanted columns, and nothing for those
/// that differ.
pub(crate) type Constants = Arc<[Option<Scalar>]>;

pub(crate) struct Giver<'g> {
    places: Vec<Place>,
    /// Of the wanted dimensions.
    dimensions: Vec<&'g str>,
    slots: &'g Slots,
    take: &'g mut dyn FnMut(&Block<'_>) -> Next,
    from: i64,
    until: i64,
    /// What the query said last.
    since: i64,
    is_done: bool,
    bytes: u64,
}

impl<'g> Giver<'g> {
    pub(crate) fn new(
        columns: &'g [Column],
        request: &Scan,
        slots: &'g Slots,
        take: &'g mut dyn FnMut(&Block<'_>) -> Next,
        (from, until): (i64, i64),
    ) -> Giver<'g> {
        let (mut places, mut dimensions) = (Vec::new(), Vec::new());
        for place in &request.columns {
            let column = &columns[*place];
            places.push(match column.kind {
                Kind::Dimension => {
                    dimensions.push(column.name.as_str());
                    Place::Dimension(dimensions.len() - 1)
                }
                Kind::MeasureName => Place::MeasureName,
                Kind::Time => Place::Time,
                Kind::Measure => {
                    let slot = slots.slot(&column.name, column.stored);
                    Place::Slot(slot.expect("each wanted measure has a slot"))
                }
            });
        }
        let (since, is_done, bytes) = (i64::MIN, false, 0);
        Giver { places, dimensions, slots, take, from, until, since, is_done, bytes }
    }

    pub(crate) fn set_range(&mut self, from: i64, until: i64) {
        (self.from, self.until) = (from, until);
    }

    pub(crate) fn from(&self) -> i64 {
        self.from.max(self.since)
    }

    /// The query wants nothing older from now on.
    pub(crate) fn since(&self) -> i64 {
        self.since
    }

    pub(crate) fn until(&self) -> i64 {
        self.until
    }

    pub(crate) fn is_done(&self) -> bool {
        self.is_done
    }

    pub(crate) fn bytes(&self) -> u64 {
        self.bytes
    }

    pub(crate) fn count(&mut self, bytes: usize) {
        self.bytes += bytes as u64;
    }

    pub(crate) fn constants(&self, name: &SeriesName) -> Constants {
        let places = self.places.iter();
        let constants = places.map(|place| match place {
            Place::Dimension(of) => name.dimension(self.dimensions[*of]).cloned(),
            Place::MeasureName => Some(Arc::clone(&name.measure_name)),
            Place::Time | Place::Slot(_) => None,
        });
        constants.map(|text| text.map(Scalar::Varchar)).collect()
    }

    /// The rows of a strip that lie in the range.
    pub(crate) fn give(&mut self, constants: &Constants, strip: &Strip) {
        let rows = within(&strip.times, self.from(), self.until);
        if rows.is_empty() || self.is_done {
            return;
        }
        let is_whole = rows.len() == strip.times.len();
        let cut: Vec<Option<Bits>> = match is_whole {
            true => Vec::new(),
            false => strip.columns.iter().map(|it| cut(it.as_ref(), &rows)).collect(),
        };
        let columns =
            self.places.iter().zip(constants.iter()).map(|(place, constant)| match place {
                Place::Dimension(_) | Place::MeasureName => Values::Constant(constant.clone()),
                Place::Time => {
                    Values::Timestamp { values: &strip.times[rows.clone()], present: None }
                }
                Place::Slot(slot) => match &strip.columns[*slot] {
                    None => Values::Constant(None),
                    Some(column) => {
                        let present = match is_whole {
                            true => column.present.as_ref(),
                            false => cut[*slot].as_ref(),
                        };
                        values(&column.data, rows.clone(), present)
                    }
                },
            });
        let block = Block { rows: rows.len(), columns: columns.collect() };
        self.hand(&block);
    }

    /// What was summed up: a row for each time, and by slot its sums.
    pub(crate) fn give_sums(&mut self, constants: &Constants, times: &[i64], sums: &[Vec<Sum>]) {
        if times.is_empty() || self.is_done {
            return;
        }
        let places = self.places.iter().zip(constants.iter());
        let columns = places.map(|(place, constant)| match place {
            Place::Dimension(_) | Place::MeasureName => Values::Constant(constant.clone()),
            Place::Time => Values::Timestamp { values: times, present: None },
            Place::Slot(slot) => Values::Sums(&sums[*slot]),
        });
        let block = Block { rows: times.len(), columns: columns.collect() };
        self.hand(&block);
    }

    fn hand(&mut self, block: &Block<'_>) {
        match (self.take)(block) {
            Next::More => {}
            Next::Since(time) => self.since = self.since.max(time),
            Next::Stop => self.is_done = true,
        }
    }

    /// A chunk as one block: its series are short, and a block for each would cost more than to say
    /// for each row of which it is.
    pub(crate) fn give_chunk<'s>(
        &mut self,
        opened: &Opened<'s>,
        filter: &Filter<'_>,
        names: &mut Names<'s>,
    ) -> Result<(), SeriesError> {
        let Opened::Chunk { head, slots } = opened else { return Ok(()) };
        let mut together = Together::new(self.dimensions.len() + 1, self.slots);
        for section in head.sections() {
            let section = section?;
            let Some(name) = names.find(section.key, filter)? else { continue };
            self.count(section.bytes());
            if let Some(plain) = section.plain(&head.columns)? {
                let (first, last) = (plain.times().next(), plain.times().next_back());
                if first >= Some(self.from()) && last <= Some(self.until) {
                    together.add_plain(&name, &self.dimensions, &plain, &head.columns, slots);
                    continue;
                }
            }
            let strip = section.read(&head.columns, slots, self.slots.columns.len(), false)?;
            let rows = within(&strip.times, self.from(), self.until);
            together.add(&name, &self.dimensions, &strip, rows);
        }
        if together.times.is_empty() || self.is_done {
            return Ok(());
        }
        let Together { times, texts, builders } = together;
        let columns: Vec<Option<strip::Column>> =
            builders.into_iter().map(ColumnBuilder::finish).collect();
        let rows = times.len();
        let places = self.places.iter();
        let values = places.map(|place| match place {
            Place::Dimension(of) => texts[of + 1].values(),
            Place::MeasureName => texts[0].values(),
            Place::Time => Values::Timestamp { values: &times, present: None },
            Place::Slot(slot) => match &columns[*slot] {
                None => Values::Constant(None),
                Some(column) => values(&column.data, 0..rows, column.present.as_ref()),
            },
        });
        let block = Block { rows, columns: values.collect() };
        self.hand(&block);
        Ok(())
    }
}

/// The names of series that chunks of a scan had; nothing for those that are not wanted. Chunks tend to
/// have the same.
#[derive(Debug, Default)]
pub(crate) struct Names<'s>(HashMap<&'s [u8], Option<Arc<SeriesName>>>);

impl<'s> Names<'s> {
    fn find(
        &mut self,
        key: &'s [u8],
        filter: &Filter<'_>,
    ) -> Result<Option<Arc<SeriesName>>, SeriesError> {
        if let Some(known) = self.0.get(key) {
            return Ok(known.clone());
        }
        let name = filter.take(key)?.map(Arc::new);
        self.0.insert(key, name.clone());
        Ok(name)
    }
}

/// Series one behind the other.
struct Together {
    times: Vec<i64>,
    /// The measure name, and the wanted dimensions.
    texts: Vec<Texts>,
    builders: Vec<ColumnBuilder>,
}

#[derive(Default)]
struct Texts {
    codes: Vec<u32>,
    words: Vec<Arc<str>>,
    known: HashMap<Arc<str>, u32>,
    /// Nothing as long as all rows have a text.
    present: Option<Bits>,
}

impl Together {
    fn new(texts: usize, slots: &Slots) -> Together {
        let builders = slots.columns.iter().map(|(_, stored)| ColumnBuilder::new(*stored));
        let texts = (0..texts).map(|_| Texts::default()).collect();
        Together { times: Vec::new(), texts, builders: builders.collect() }
    }

    fn name(&mut self, name: &SeriesName, dimensions: &[&str], rows: usize) {
        self.texts[0].add(Some(&name.measure_name), rows);
        for (texts, dimension) in self.texts[1..].iter_mut().zip(dimensions) {
            texts.add(name.dimension(dimension), rows);
        }
    }

    fn add_plain(
        &mut self,
        name: &SeriesName,
        dimensions: &[&str],
        plain: &Plain<'_>,
        columns: &[(&str, Stored)],
        slots: &[Option<usize>],
    ) {
        let rows = plain.times().len();
        self.times.extend(plain.times());
        self.name(name, dimensions, rows);
        for (place, bytes) in &plain.columns {
            if let Some(slot) = slots[*place] {
                self.builders[slot].extend_plain(columns[*place].1, bytes, rows);
            }
        }
        for builder in &mut self.builders {
            builder.skip(self.times.len() - builder.len());
        }
    }

    fn add(
        &mut self,
        name: &SeriesName,
        dimensions: &[&str],
        strip: &Strip,
        rows: std::ops::Range<usize>,
    ) {
        self.times.extend_from_slice(&strip.times[rows.clone()]);
        self.name(name, dimensions, rows.len());
        for (builder, column) in self.builders.iter_mut().zip(&strip.columns) {
            builder.extend(column.as_ref(), rows.clone());
        }
    }
}

impl Texts {
    fn add(&mut self, text: Option<&Arc<str>>, rows: usize) {
        let code = match text {
            None => {
                self.present.get_or_insert_with(|| Bits::new(self.codes.len(), true));
                0
            }
            Some(text) => match self.known.get(text) {
                Some(code) => *code,
                None => {
                    let code = self.words.len() as u32;
                    self.words.push(Arc::clone(text));
                    self.known.insert(Arc::clone(text), code);
                    code
                }
            },
        };
        self.codes.resize(self.codes.len() + rows, code);
        if let Some(present) = &mut self.present {
            (0..rows).for_each(|_| present.push(text.is_some()));
        }
    }

    fn values(&self) -> Values<'_> {
        let Texts { codes, words, present, .. } = self;
        match (words.len(), present) {
            (0, _) => Values::Constant(None),
            (1, None) => Values::Constant(Some(Scalar::Varchar(Arc::clone(&words[0])))),
            _ => Values::Varchar { codes, words, present: present.as_ref() },
        }
    }
}

fn cut(column: Option<&strip::Column>, rows: &std::ops::Range<usize>) -> Option<Bits> {
    let present = column?.present.as_ref()?;
    Some(rows.clone().map(|row| present.get(row)).collect())
}

fn values<'d>(
    data: &'d Data,
    rows: std::ops::Range<usize>,
    present: Option<&'d Bits>,
) -> Values<'d> {
    match data {
        Data::Double(values) => Values::Double { values: &values[rows], present },
        Data::BigInt(values) => Values::BigInt { values: &values[rows], present },
        Data::Boolean(values) => Values::Boolean { values: &values[rows], present },
        Data::Timestamp(values) => Values::Timestamp { values: &values[rows], present },
        Data::Varchar { codes, words } => Values::Varchar { codes: &codes[rows], words, present },
    }
}
