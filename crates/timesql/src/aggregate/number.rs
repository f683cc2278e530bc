//! Counts and sums.

use std::ops::Range;

use super::Gather;
use crate::column::Column;
use crate::error::Failure;
use crate::source;
use crate::value::Value;

/// `count(*)`
#[derive(Debug, Default)]
pub(super) struct CountAll(Vec<i64>);

impl Gather for CountAll {
    fn grow(&mut self, groups: usize) {
        self.0.resize(groups, 0);
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        self.0[group] += match arguments.first() {
            Some(Column::Sums(sums)) => counted(&sums[rows]),
            _ => rows.len() as i64,
        };
        Ok(0)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        Ok(Value::Int(self.0[group]))
    }
}

/// `count(x)`
#[derive(Debug, Default)]
pub(super) struct Count(Vec<i64>);

impl Gather for Count {
    fn grow(&mut self, groups: usize) {
        self.0.resize(groups, 0);
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        self.0[group] += match &arguments[0] {
            Column::Int { present: None, .. }
            | Column::Double(_, None)
            | Column::Text { present: None, .. }
            | Column::Runs { .. } => rows.len() as i64,
            Column::Sums(sums) => counted(&sums[rows]),
            column => rows.filter(|row| !column.get(*row).is_null()).count() as i64,
        };
        Ok(0)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        Ok(Value::Int(self.0[group]))
    }
}

fn counted(sums: &[source::Sum]) -> i64 {
    sums.iter().map(|sum| sum.count).sum()
}

/// `count_if(condition)`
#[derive(Debug, Default)]
pub(super) struct CountIf(Vec<i64>);

impl Gather for CountIf {
    fn grow(&mut self, groups: usize) {
        self.0.resize(groups, 0);
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let is_true = |row: &usize| arguments[0].get(*row).as_bool() == Some(true);
        self.0[group] += rows.filter(is_true).count() as i64;
        Ok(0)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        Ok(Value::Int(self.0[group]))
    }
}

/// `sum` of whole numbers and intervals.
#[derive(Debug, Default)]
pub(super) struct SumWhole(Vec<Option<i64>>);

impl Gather for SumWhole {
    fn grow(&mut self, groups: usize) {
        self.0.resize(groups, None);
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let before = i128::from(self.0[group].unwrap_or(0));
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
            self.0[group] = Some(i64::try_from(before + more).map_err(failure)?);
        }
        Ok(0)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        Ok(self.0[group].map_or(Value::Null, Value::Int))
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
    shown: Shown,
    sums: Vec<(f64, i64)>,
}

impl Sum {
    pub(super) fn of(shown: Shown) -> Sum {
        Sum { shown, sums: Vec::new() }
    }
}

impl Gather for Sum {
    fn grow(&mut self, groups: usize) {
        self.sums.resize(groups, (0.0, 0));
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let sum = &mut self.sums[group];
        match &arguments[0] {
            Column::Double(values, None) => {
                sum.1 += rows.len() as i64;
                sum.0 += sum_of(&values[rows]);
            }
            Column::Sums(sums) => {
                for known in &sums[rows] {
                    sum.0 += known.sum;
                    sum.1 += known.count;
                }
            }
            Column::Double(values, Some(present)) => {
                for row in rows.filter(|row| present.get(*row)) {
                    sum.0 += values[row];
                    sum.1 += 1;
                }
            }
            column => {
                for value in rows.map(|row| column.get(row)).filter(|value| !value.is_null()) {
                    sum.0 += value.double();
                    sum.1 += 1;
                }
            }
        }
        Ok(0)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        let (sum, count) = self.sums[group];
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
#[derive(Debug, Default)]
pub(super) struct GeometricMean(Vec<(f64, i64)>);

impl Gather for GeometricMean {
    fn grow(&mut self, groups: usize) {
        self.0.resize(groups, (0.0, 0));
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let sum = &mut self.0[group];
        for value in rows.map(|row| arguments[0].get(row)).filter(|value| !value.is_null()) {
            sum.0 += value.double().ln();
            sum.1 += 1;
        }
        Ok(0)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        let (sum, count) = self.0[group];
        Ok(if count == 0 { Value::Null } else { Value::Double((sum / count as f64).exp()) })
    }
}
