//! `approx_percentile`: exact up to a number of values in a group; beyond it neighbours in their order
//! are put together, each sum of them as small as one in some thousands of all.

use std::ops::Range;

use super::Fold;
use crate::column::Column;
use crate::error::Failure;
use crate::value::{Value, order_of_doubles};

/// Below that many values in a group the answer is exact.
const EXACT_MAX: usize = 1 << 16;
/// What they are put together to.
const MERGED: usize = 1 << 13;

#[derive(Debug)]
pub(super) struct Percentile {
    pub(super) is_whole: bool,
}

#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    /// Values that stand for themselves.
    values: Vec<f64>,
    /// Values that stand for several each, in their order.
    merged: Vec<(f64, f64)>,
    shares: Value,
}

impl Percentile {
    fn shown(&self, value: f64) -> Value {
        if self.is_whole { Value::Int(value as i64) } else { Value::Double(value) }
    }
}

impl Group {
    fn add(&mut self, value: f64) {
        self.values.push(value);
        if self.values.len() >= EXACT_MAX {
            self.merge();
        }
    }

    /// All values, each with how many it stands for, in their order.
    fn weighted(&self) -> Vec<(f64, f64)> {
        let own = self.values.iter().map(|value| (*value, 1.0));
        let mut all: Vec<(f64, f64)> = self.merged.iter().copied().chain(own).collect();
        all.sort_by(|one, two| order_of_doubles(one.0, two.0));
        all
    }

    fn merge(&mut self) {
        let all = self.weighted();
        let most = all.iter().map(|value| value.1).sum::<f64>() / MERGED as f64;
        let mut merged: Vec<(f64, f64)> = Vec::with_capacity(2 * MERGED);
        for (value, weight) in all {
            match merged.last_mut() {
                Some(last) if last.1 + weight <= most => {
                    let sum = last.1 + weight;
                    last.0 += (value - last.0) * (weight / sum);
                    last.1 = sum;
                }
                _ => merged.push((value, weight)),
            }
        }
        self.merged = merged;
        self.values.clear();
    }

    /// The values at these shares of their order: those whose ranks are nearest.
    fn at(&self, shares: &[f64]) -> Vec<f64> {
        if self.merged.is_empty() {
            let mut values = self.values.clone();
            let last = values.len() - 1;
            let exact = |share: &f64| {
                let rank = (share * last as f64 + 0.5).floor() as usize;
                *values.select_nth_unstable_by(rank.min(last), |a, b| order_of_doubles(*a, *b)).1
            };
            return shares.iter().map(exact).collect();
        }
        let values = self.weighted();
        let all: f64 = values.iter().map(|value| value.1).sum();
        let at = |share: &f64| {
            let (wanted, mut passed) = (share * (all - 1.0), 0.0);
            let found = values.iter().find(|(_, weight)| {
                passed += weight;
                passed - 0.5 > wanted
            });
            found.or(values.last()).map_or(0.0, |(value, _)| *value)
        };
        shares.iter().map(at).collect()
    }
}

impl Fold for Percentile {
    type State = Group;

    fn add(
        &self,
        state: &mut Group,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let before = state.values.len();
        if state.shares.is_null() && !rows.is_empty() {
            state.shares = arguments[1].get(rows.start);
        }
        match &arguments[0] {
            Column::Double(values, None) => {
                values[rows].iter().for_each(|value| state.add(*value));
            }
            column => {
                for value in rows.map(|row| column.get(row)).filter(|value| !value.is_null()) {
                    state.add(value.double());
                }
            }
        }
        Ok(state.values.len().saturating_sub(before) * size_of::<f64>())
    }

    fn value(&self, state: &Group) -> Result<Value, Failure> {
        if state.values.is_empty() && state.merged.is_empty() {
            return Ok(Value::Null);
        }
        let shares = match &state.shares {
            Value::List(shares) => shares.iter().map(Value::double).collect(),
            share => vec![share.double()],
        };
        if shares.iter().any(|share| !(0.0..=1.0).contains(share)) {
            return Err(Failure::new("Percentile must be between 0 and 1"));
        }
        let values: Vec<Value> =
            state.at(&shares).into_iter().map(|value| self.shown(value)).collect();
        Ok(match (&state.shares, values.first()) {
            (Value::List(_), _) => Value::list(values),
            (_, first) => first.cloned().unwrap_or_default(),
        })
    }
}
