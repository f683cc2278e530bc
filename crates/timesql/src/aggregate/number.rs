//! Counts and sums.

use std::ops::Range;

use super::Fold;
use crate::column::Column;
use crate::error::Failure;
use crate::source;
use crate::value::Value;

/// `count(*)`
#[derive(Debug)]
pub(super) struct CountAll;

impl Fold for CountAll {
    type State = i64;

    fn add(
        &self,
        state: &mut i64,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        *state += match arguments.first() {
            Some(Column::Sums(sums)) => counted(&sums[rows]),
            _ => rows.len() as i64,
        };
        Ok(0)
    }

    fn value(&self, state: &i64) -> Result<Value, Failure> {
        Ok(Value::Int(*state))
    }
}

/// `count(x)`
#[derive(Debug)]
pub(super) struct Count;

impl Fold for Count {
    type State = i64;

    fn add(
        &self,
        state: &mut i64,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        *state += match &arguments[0] {
            Column::Int { present: None, .. }
            | Column::Double(_, None)
            | Column::Text { present: None, .. }
            | Column::Runs { .. } => rows.len() as i64,
            Column::Sums(sums) => counted(&sums[rows]),
            column => rows.filter(|row| !column.get(*row).is_null()).count() as i64,
        };
        Ok(0)
    }

    fn value(&self, state: &i64) -> Result<Value, Failure> {
        Ok(Value::Int(*state))
    }
}

fn counted(sums: &[source::Sum]) -> i64 {
    sums.iter().map(|sum| sum.count).sum()
}

/// `count_if(condition)`
#[derive(Debug)]
pub(super) struct CountIf;

impl Fold for CountIf {
    type State = i64;

    fn add(
        &self,
        state: &mut i64,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let is_true = |row: &usize| arguments[0].get(*row).as_bool() == Some(true);
        *state += rows.filter(is_true).count() as i64;
        Ok(0)
    }

    fn value(&self, state: &i64) -> Result<Value, Failure> {
        Ok(Value::Int(*state))
    }
}

/// `sum` of whole numbers and intervals.
#[derive(Debug)]
pub(super) struct SumWhole;

impl Fold for SumWhole {
    type State = Option<i64>;

    fn add(
        &self,
        state: &mut Option<i64>,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let before = i128::from(state.unwrap_or(0));
        let more = match &arguments[0] {
            Column::Int { values, present: None, .. } => {
                Some(values[rows].iter().map(|value| i128::from(*value)).sum::<i128>())
            }
            column => {
                let values = rows.map(|row| column.get(row)).filter(|value| !value.is_null());
                values.fold(None, |sum, value| Some(sum.unwrap_or(0) + i128::from(value.int())))
            }
        };
        if let Some(more) = more {
            let failure = |_| Failure::new("bigint addition overflow in sum");
            *state = Some(i64::try_from(before + more).map_err(failure)?);
        }
        Ok(0)
    }

    fn value(&self, state: &Option<i64>) -> Result<Value, Failure> {
        Ok(state.map_or(Value::Null, Value::Int))
    }
}

/// What a sum is shown as.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Shown {
    Sum,
    Mean,
}

/// `sum` and `avg` of doubles.
#[derive(Debug)]
pub(super) struct Sum {
    pub(super) shown: Shown,
}

impl Fold for Sum {
    type State = (f64, i64);

    fn add(
        &self,
        state: &mut (f64, i64),
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        match &arguments[0] {
            Column::Double(values, None) => {
                state.1 += rows.len() as i64;
                state.0 += sum_of(&values[rows]);
            }
            Column::Sums(sums) => {
                for known in &sums[rows] {
                    state.0 += known.sum;
                    state.1 += known.count;
                }
            }
            Column::Double(values, Some(present)) => {
                for row in rows.filter(|row| present.get(*row)) {
                    state.0 += values[row];
                    state.1 += 1;
                }
            }
            column => {
                for value in rows.map(|row| column.get(row)).filter(|value| !value.is_null()) {
                    state.0 += value.double();
                    state.1 += 1;
                }
            }
        }
        Ok(0)
    }

    fn value(&self, state: &(f64, i64)) -> Result<Value, Failure> {
        let (sum, count) = *state;
        Ok(match (count, self.shown) {
            (0, _) => Value::Null,
            (_, Shown::Sum) => Value::Double(sum),
            (count, Shown::Mean) => Value::Double(sum / count as f64),
        })
    }
}

/// Four sums side by side, since one alone waits for each addition.
fn sum_of(values: &[f64]) -> f64 {
    let (fours, rest) = values.as_chunks::<4>();
    let mut sums = [0.0; 4];
    for four in fours {
        for (sum, value) in sums.iter_mut().zip(four) {
            *sum += value;
        }
    }
    (sums[0] + sums[1]) + (sums[2] + sums[3]) + rest.iter().sum::<f64>()
}

/// `geometric_mean`
#[derive(Debug)]
pub(super) struct GeometricMean;

impl Fold for GeometricMean {
    type State = (f64, i64);

    fn add(
        &self,
        state: &mut (f64, i64),
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        for value in rows.map(|row| arguments[0].get(row)).filter(|value| !value.is_null()) {
            state.0 += value.double().ln();
            state.1 += 1;
        }
        Ok(0)
    }

    fn value(&self, state: &(f64, i64)) -> Result<Value, Failure> {
        let (sum, count) = *state;
        Ok(if count == 0 { Value::Null } else { Value::Double((sum / count as f64).exp()) })
    }
}
