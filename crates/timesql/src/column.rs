//! Columns and batches of rows while a query runs.

use std::hash::{Hash, Hasher};
use std::ops::{Deref, Range};
use std::sync::Arc;

use crate::source::{Bits, Sum, Values};
use crate::types::Type;
use crate::value::Value;

/// Values that a block lends, or that several columns share.
#[derive(Debug)]
pub(crate) enum Buffer<'b, T> {
    Lent(&'b [T]),
    Shared(Arc<Vec<T>>),
}

impl<T> Clone for Buffer<'_, T> {
    fn clone(&self) -> Self {
        match self {
            Buffer::Lent(values) => Buffer::Lent(values),
            Buffer::Shared(values) => Buffer::Shared(Arc::clone(values)),
        }
    }
}

impl<T> Deref for Buffer<'_, T> {
    type Target = [T];

    fn deref(&self) -> &[T] {
        match self {
            Buffer::Lent(values) => values,
            Buffer::Shared(values) => values,
        }
    }
}

impl<T> From<Vec<T>> for Buffer<'_, T> {
    fn from(values: Vec<T>) -> Self {
        Buffer::Shared(Arc::new(values))
    }
}

impl<T: Clone> Buffer<'_, T> {
    fn slice(&self, range: Range<usize>) -> Self {
        match self {
            Buffer::Lent(values) => Buffer::Lent(&values[range]),
            Buffer::Shared(values) => values[range].to_vec().into(),
        }
    }

    fn gather<'o>(&self, rows: &[u32]) -> Buffer<'o, T> {
        rows.iter().map(|row| self[*row as usize].clone()).collect::<Vec<T>>().into()
    }
}

/// Which rows have a value; none if all have.
pub(crate) type Present = Option<Arc<Bits>>;

/// One column of a batch.
#[derive(Clone, Debug)]
pub(crate) enum Column<'b> {
    /// The same in each row.
    Constant(Value),
    Boolean(Buffer<'b, bool>, Present),
    /// `ascending` if it is known that no value is less than one before it.
    Int {
        values: Buffer<'b, i64>,
        present: Present,
        ascending: bool,
    },
    /// Whole numbers without nulls that repeat: each with the row at which it ends.
    Runs {
        values: Buffer<'b, i64>,
        ends: Arc<Vec<u32>>,
    },
    Double(Buffer<'b, f64>, Present),
    /// Each row's place among the words.
    Text {
        codes: Buffer<'b, u32>,
        words: Buffer<'b, Arc<str>>,
        present: Present,
    },
    Any(Buffer<'b, Value>),
    /// Each row stands for several. Aggregates alone are given it.
    Sums(Buffer<'b, Sum>),
}

/// Rows, by column.
#[derive(Clone, Debug)]
pub(crate) struct Batch<'b> {
    pub(crate) rows: usize,
    pub(crate) columns: Vec<Column<'b>>,
}

fn is_present(present: &Present, row: usize) -> bool {
    present.as_ref().is_none_or(|present| present.get(row))
}

fn kept(present: Option<&Bits>) -> Present {
    present.map(|present| Arc::new(present.clone()))
}

impl<'b> Column<'b> {
    pub(crate) fn of_block(values: &Values<'b>) -> Column<'b> {
        match values {
            Values::Constant(scalar) => {
                Column::Constant(scalar.as_ref().map(Value::from).unwrap_or_default())
            }
            Values::Varchar { words: [], .. } => Column::Constant(Value::Null),
            Values::Varchar { codes, words, present } => Column::Text {
                codes: Buffer::Lent(codes),
                words: Buffer::Lent(words),
                present: kept(*present),
            },
            Values::Sums(sums) => Column::Sums(Buffer::Lent(sums)),
            Values::Double { values, present } => {
                Column::Double(Buffer::Lent(values), kept(*present))
            }
            Values::Boolean { values, present } => {
                Column::Boolean(Buffer::Lent(values), kept(*present))
            }
            Values::BigInt { values, present } | Values::Timestamp { values, present } => {
                let (values, present) = (Buffer::Lent(values), kept(*present));
                Column::Int { values, present, ascending: false }
            }
        }
    }

    /// A column of values of a type.
    pub(crate) fn of_values(values: Vec<Value>, of: &Type) -> Column<'static> {
        let has_null = values.iter().any(Value::is_null);
        let present: Present =
            has_null.then(|| Arc::new(values.iter().map(|value| !value.is_null()).collect()));
        match of {
            Type::Double => {
                let doubles: Vec<f64> = values.iter().map(Value::double).collect();
                Column::Double(doubles.into(), present)
            }
            Type::Boolean => {
                let booleans = values.iter().map(|value| value.as_bool() == Some(true));
                Column::Boolean(booleans.collect::<Vec<_>>().into(), present)
            }
            Type::Varchar | Type::Array(_) | Type::Row(_) | Type::TimeSeries(_) | Type::Unknown => {
                Column::Any(values.into())
            }
            _ => {
                let whole: Vec<i64> = values.iter().map(Value::int).collect();
                Column::Int { values: whole.into(), present, ascending: false }
            }
        }
    }

    pub(crate) fn get(&self, row: usize) -> Value {
        match self {
            Column::Constant(value) => value.clone(),
            Column::Boolean(values, present) if is_present(present, row) => {
                Value::Boolean(values[row])
            }
            Column::Int { values, present, .. } if is_present(present, row) => {
                Value::Int(values[row])
            }
            Column::Double(values, present) if is_present(present, row) => {
                Value::Double(values[row])
            }
            Column::Text { codes, words, present } if is_present(present, row) => {
                Value::Text(Arc::clone(&words[codes[row] as usize]))
            }
            Column::Runs { values, ends } => {
                Value::Int(values[ends.partition_point(|end| *end as usize <= row)])
            }
            Column::Any(values) => values[row].clone(),
            _ => Value::Null,
        }
    }

    /// Hashes a row's value as the value itself is hashed.
    pub(crate) fn hash_row<H: Hasher>(&self, row: usize, state: &mut H) {
        match self {
            Column::Constant(value) => value.hash(state),
            Column::Text { codes, words, present } if is_present(present, row) => {
                words[codes[row] as usize].hash(state);
            }
            other => other.get(row).hash(state),
        }
    }

    /// Whether a row holds the value, nulls and NaNs being alike.
    pub(crate) fn is_equal(&self, row: usize, value: &Value) -> bool {
        match (self, value) {
            (Column::Constant(own), _) => own == value,
            (Column::Text { codes, words, present }, Value::Text(text))
                if is_present(present, row) =>
            {
                words[codes[row] as usize] == *text
            }
            (Column::Int { values, present: None, .. }, Value::Int(value)) => values[row] == *value,
            (other, value) => other.get(row) == *value,
        }
    }

    /// Whether two rows certainly hold the same; a doubt is a no.
    pub(crate) fn is_same(&self, one: usize, two: usize) -> bool {
        match self {
            Column::Constant(_) => true,
            Column::Boolean(values, None) => values[one] == values[two],
            Column::Int { values, present: None, .. } => values[one] == values[two],
            Column::Text { codes, present: None, .. } => codes[one] == codes[two],
            other => other.get(one) == other.get(two),
        }
    }

    /// The rows of these places.
    pub(crate) fn gather<'o>(&self, rows: &[u32]) -> Column<'o> {
        let some = |present: &Present| -> Present {
            let present = present.as_ref()?;
            Some(Arc::new(rows.iter().map(|row| present.get(*row as usize)).collect()))
        };
        match self {
            Column::Constant(value) => Column::Constant(value.clone()),
            Column::Boolean(values, present) => Column::Boolean(values.gather(rows), some(present)),
            Column::Int { values, present, .. } => Column::Int {
                values: values.gather(rows),
                present: some(present),
                ascending: false,
            },
            Column::Double(values, present) => Column::Double(values.gather(rows), some(present)),
            Column::Text { codes, words, present } => Column::Text {
                codes: codes.gather(rows),
                words: words.to_vec().into(),
                present: some(present),
            },
            Column::Runs { .. } => {
                let values = rows.iter().map(|row| self.get(*row as usize).int());
                let values = values.collect::<Vec<_>>().into();
                Column::Int { values, present: None, ascending: false }
            }
            Column::Any(values) => Column::Any(values.gather(rows)),
            Column::Sums(sums) => Column::Sums(sums.gather(rows)),
        }
    }

    /// Rows that follow one another.
    pub(crate) fn slice(&self, range: Range<usize>) -> Column<'b> {
        let some = |present: &Present| -> Present {
            let present = present.as_ref()?;
            Some(Arc::new(range.clone().map(|row| present.get(row)).collect()))
        };
        match self {
            Column::Constant(value) => Column::Constant(value.clone()),
            Column::Boolean(values, present) => {
                Column::Boolean(values.slice(range.clone()), some(present))
            }
            Column::Int { values, present, ascending } => Column::Int {
                values: values.slice(range.clone()),
                present: some(present),
                ascending: *ascending,
            },
            Column::Double(values, present) => {
                Column::Double(values.slice(range.clone()), some(present))
            }
            Column::Text { codes, words, present } => Column::Text {
                codes: codes.slice(range.clone()),
                words: words.clone(),
                present: some(present),
            },
            Column::Any(values) => Column::Any(values.slice(range)),
            Column::Sums(sums) => Column::Sums(sums.slice(range)),
            Column::Runs { .. } => {
                let rows: Vec<u32> = range.map(|row| row as u32).collect();
                self.gather(&rows)
            }
        }
    }
}

impl<'b> Batch<'b> {
    pub(crate) fn gather<'o>(&self, rows: &[u32]) -> Batch<'o> {
        let columns = self.columns.iter().map(|column| column.gather(rows)).collect();
        Batch { rows: rows.len(), columns }
    }

    pub(crate) fn slice(&self, range: Range<usize>) -> Batch<'b> {
        let columns = self.columns.iter().map(|column| column.slice(range.clone())).collect();
        Batch { rows: range.len(), columns }
    }

    /// The values of one row.
    pub(crate) fn row(&self, row: usize) -> Vec<Value> {
        self.columns.iter().map(|column| column.get(row)).collect()
    }

    pub(crate) fn of_rows(rows: &[Vec<Value>], types: &[Type]) -> Batch<'static> {
        let column = |(place, of): (usize, &Type)| {
            Column::of_values(rows.iter().map(|row| row[place].clone()).collect(), of)
        };
        Batch { rows: rows.len(), columns: types.iter().enumerate().map(column).collect() }
    }
}
