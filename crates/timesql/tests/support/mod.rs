//! A source in memory, with tables whose blocks may be cut and written in any way.

#![allow(dead_code, reason = "each test uses some of it")]

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use timesql::{
    Bits, Block, Column, Kind, Limits, Next, Query, Scalar, Scan, Source, SourceError, Stored,
    Table, Value, Values, text_of,
};

pub(crate) const NOW: i64 = 1_704_110_400_000_000_000;

pub(crate) type Row = Vec<Option<Scalar>>;

/// How rows become blocks.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Layout {
    /// As they come, so many a block; no constants.
    Mixed(usize),
    /// A block for each run of rows with the same texts, which are constants.
    Series(usize),
}

#[derive(Clone, Debug)]
pub(crate) struct MemoryTable {
    pub(crate) columns: Vec<Column>,
    pub(crate) rows: Vec<Row>,
    pub(crate) layout: Layout,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Memory {
    pub(crate) databases: BTreeMap<String, BTreeMap<String, MemoryTable>>,
}

impl Memory {
    pub(crate) fn with(mut self, database: &str, table: &str, content: MemoryTable) -> Memory {
        self.databases.entry(database.into()).or_default().insert(table.into(), content);
        self
    }
}

impl Source for Memory {
    fn databases(&self) -> Result<Vec<String>, SourceError> {
        Ok(self.databases.keys().cloned().collect())
    }

    fn tables(&self, database: &str) -> Result<Option<Vec<String>>, SourceError> {
        Ok(self.databases.get(database).map(|tables| tables.keys().cloned().collect()))
    }

    fn table(
        &self,
        database: &str,
        table: &str,
    ) -> Result<Option<Box<dyn Table + '_>>, SourceError> {
        let found = self.databases.get(database).and_then(|tables| tables.get(table));
        Ok(found.map(|table| Box::new(table.clone()) as Box<dyn Table>))
    }
}

impl Table for MemoryTable {
    fn columns(&self) -> &[Column] {
        &self.columns
    }

    fn scan(
        &self,
        request: &Scan,
        take: &mut dyn FnMut(&Block<'_>) -> Next,
    ) -> Result<u64, SourceError> {
        let mut start = 0;
        while start < self.rows.len() {
            let end = self.end(start);
            let rows = &self.rows[start..end];
            if give(&self.columns, rows, request, self.layout, take) == Next::Stop {
                break;
            }
            start = end;
        }
        Ok(self.rows.len() as u64 * 8)
    }
}

impl MemoryTable {
    fn end(&self, start: usize) -> usize {
        let texts = |row: &Row| {
            let texts = row.iter().filter(|value| matches!(value, Some(Scalar::Varchar(_)) | None));
            texts.cloned().collect::<Vec<_>>()
        };
        match self.layout {
            Layout::Mixed(most) => self.rows.len().min(start + most),
            Layout::Series(most) => {
                let first = texts(&self.rows[start]);
                let same = self.rows[start..].iter().take(most);
                start + same.take_while(|row| texts(row) == first).count()
            }
        }
    }
}

/// The buffers that a block lends.
enum Held {
    Constant(Option<Scalar>),
    Varchar(Vec<u32>, Vec<Arc<str>>, Option<Bits>),
    Double(Vec<f64>, Option<Bits>),
    Whole(Vec<i64>, Option<Bits>, Stored),
    Boolean(Vec<bool>, Option<Bits>),
}

fn give(
    columns: &[Column],
    rows: &[Row],
    request: &Scan,
    layout: Layout,
    take: &mut dyn FnMut(&Block<'_>) -> Next,
) -> Next {
    let held: Vec<Held> = request
        .columns
        .iter()
        .map(|place| {
            let values: Vec<&Option<Scalar>> = rows.iter().map(|row| &row[*place]).collect();
            hold(&values, columns[*place].stored, layout)
        })
        .collect();
    let columns = held.iter().map(lend).collect();
    take(&Block { rows: rows.len(), columns })
}

fn hold(values: &[&Option<Scalar>], stored: Stored, layout: Layout) -> Held {
    let is_text = stored == Stored::Varchar || values[0].is_none();
    if matches!(layout, Layout::Series(_)) && is_text && values.iter().all(|v| *v == values[0]) {
        return Held::Constant(values[0].clone());
    }
    let present = values.iter().any(|value| value.is_none());
    let present = present.then(|| values.iter().map(|value| value.is_some()).collect::<Bits>());
    match stored {
        Stored::Varchar => {
            let mut words: Vec<Arc<str>> = Vec::new();
            let codes = values.iter().map(|value| {
                let Some(Scalar::Varchar(text)) = value else { return 0 };
                let known = words.iter().position(|word| word == text);
                known.unwrap_or_else(|| {
                    words.push(Arc::clone(text));
                    words.len() - 1
                }) as u32
            });
            let codes = codes.collect();
            Held::Varchar(codes, words, present)
        }
        Stored::Double => {
            let value = |value: &&Option<Scalar>| match value {
                Some(Scalar::Double(value)) => *value,
                _ => f64::NAN,
            };
            Held::Double(values.iter().map(value).collect(), present)
        }
        Stored::BigInt | Stored::Timestamp => {
            let value = |value: &&Option<Scalar>| match value {
                Some(Scalar::BigInt(value) | Scalar::Timestamp(value)) => *value,
                _ => -1,
            };
            Held::Whole(values.iter().map(value).collect(), present, stored)
        }
        Stored::Boolean => {
            let value = |value: &&Option<Scalar>| matches!(value, Some(Scalar::Boolean(true)));
            Held::Boolean(values.iter().map(value).collect(), present)
        }
    }
}

fn lend(held: &Held) -> Values<'_> {
    match held {
        Held::Constant(value) => Values::Constant(value.clone()),
        Held::Varchar(codes, words, present) => {
            Values::Varchar { codes, words, present: present.as_ref() }
        }
        Held::Double(values, present) => Values::Double { values, present: present.as_ref() },
        Held::Whole(values, present, Stored::Timestamp) => {
            Values::Timestamp { values, present: present.as_ref() }
        }
        Held::Whole(values, present, _) => Values::BigInt { values, present: present.as_ref() },
        Held::Boolean(values, present) => Values::Boolean { values, present: present.as_ref() },
    }
}

/// Columns of a table with these dimensions and these multi-measures beside the single ones.
pub(crate) fn columns(dimensions: &[&str], measures: &[(&str, Stored)]) -> Vec<Column> {
    let column = |name: &str, kind, stored| Column { name: name.into(), kind, stored };
    let mut columns: Vec<Column> =
        dimensions.iter().map(|name| column(name, Kind::Dimension, Stored::Varchar)).collect();
    columns.push(column("measure_name", Kind::MeasureName, Stored::Varchar));
    columns.push(column("time", Kind::Time, Stored::Timestamp));
    columns.extend(measures.iter().map(|(name, stored)| column(name, Kind::Measure, *stored)));
    columns
}

pub(crate) fn text(text: &str) -> Option<Scalar> {
    Some(Scalar::Varchar(text.into()))
}

/// The types and rows of an answer as lines, or the error.
pub(crate) fn answer(source: &Memory, sql: &str) -> String {
    answer_within(source, sql, 64 << 20)
}

pub(crate) fn answer_within(source: &Memory, sql: &str, memory_bytes: usize) -> String {
    rows(source, sql, memory_bytes).unwrap_or_else(|error| format!("error: {error}\n"))
}

pub(crate) fn rows(
    source: &Memory,
    sql: &str,
    memory_bytes: usize,
) -> Result<String, timesql::QueryError> {
    let query = Query::parse(sql)?;
    let bound = query.bind(source, NOW, &[])?;
    let types: Vec<_> = bound.columns().iter().map(|column| column.of.clone()).collect();
    let head = bound.columns().iter().map(|column| format!("{}:{}", column.name, column.of));
    let mut lines = format!("{}\n", head.collect::<Vec<_>>().join(" | "));
    let cancelled = AtomicBool::new(false);
    let limits = Limits { memory_bytes, budget: None, cancelled: &cancelled };
    bound.run(limits, &mut |rows| {
        for row in rows {
            let cells = row.iter().zip(&types).map(|(value, of)| match value {
                Value::Null => "NULL".to_owned(),
                value => text_of(value, of),
            });
            lines.push_str(&format!("{}\n", cells.collect::<Vec<_>>().join(" | ")));
        }
        Next::More
    })?;
    Ok(lines)
}
