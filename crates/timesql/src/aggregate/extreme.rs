//! Least and greatest values, and what stands beside them.

use std::cmp::Ordering;
use std::ops::Range;

use super::Fold;
use crate::column::Column;
use crate::error::Failure;
use crate::value::{Value, order_of_doubles};

/// `min`, `max`
#[derive(Debug)]
pub(super) struct Extreme {
    pub(super) greatest: bool,
}

impl Extreme {
    fn offer(&self, best: &mut Value, value: Value) -> usize {
        if value.is_null() || !(best.is_null() || is_better(value.order(best), self.greatest)) {
            return 0;
        }
        let bytes = value.extra_bytes();
        *best = value;
        bytes
    }
}

fn is_better(order: Ordering, greatest: bool) -> bool {
    if greatest { order.is_gt() } else { order.is_lt() }
}

impl Fold for Extreme {
    type State = Value;

    fn add(
        &self,
        state: &mut Value,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let greatest = self.greatest;
        let best =
            match &arguments[0] {
                Column::Double(values, None) => {
                    let values = values[rows].iter().copied();
                    let order = |one: &f64, two: &f64| order_of_doubles(*one, *two);
                    let best = if greatest { values.max_by(order) } else { values.min_by(order) };
                    best.map(Value::Double)
                }
                Column::Sums(sums) => {
                    let values = sums[rows].iter();
                    let values = values.map(|sum| if greatest { sum.greatest } else { sum.least });
                    let order = |one: &f64, two: &f64| order_of_doubles(*one, *two);
                    let best = if greatest { values.max_by(order) } else { values.min_by(order) };
                    best.map(Value::Double)
                }
                Column::Int { values, present: None, .. } => {
                    let values = values[rows].iter().copied();
                    let best = if greatest { values.max() } else { values.min() };
                    best.map(Value::Int)
                }
                Column::Constant(value) => Some(value.clone()),
                column => {
                    let values = rows.map(|row| column.get(row)).filter(|value| !value.is_null());
                    values.reduce(|best, value| {
                        if is_better(value.order(&best), greatest) { value } else { best }
                    })
                }
            };
        Ok(best.map_or(0, |best| self.offer(state, best)))
    }

    fn value(&self, state: &Value) -> Result<Value, Failure> {
        Ok(state.clone())
    }
}

/// `min_by`, `max_by`: the first of those that are alike.
#[derive(Debug)]
pub(super) struct ExtremeBy {
    pub(super) greatest: bool,
}

impl Fold for ExtremeBy {
    type State = Option<(Value, Value)>;

    fn add(
        &self,
        state: &mut Option<(Value, Value)>,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let mut bytes = 0;
        for row in rows {
            let by = arguments[1].get(row);
            let wins = !by.is_null()
                && state.as_ref().is_none_or(|(_, best)| is_better(by.order(best), self.greatest));
            if wins {
                let value = arguments[0].get(row);
                bytes += value.extra_bytes() + by.extra_bytes();
                *state = Some((value, by));
            }
        }
        Ok(bytes)
    }

    fn value(&self, state: &Option<(Value, Value)>) -> Result<Value, Failure> {
        Ok(state.as_ref().map_or(Value::Null, |(value, _)| value.clone()))
    }
}

/// `min(x, n)`, `max_by(x, y, n)`: the best so many, best first.
#[derive(Debug)]
pub(super) struct Many {
    pub(super) greatest: bool,
    pub(super) has_by: bool,
}

/// As many as Trino gathers.
const MANY_MAX: i64 = 10_000;

impl Fold for Many {
    type State = Vec<(Value, Value)>;

    fn add(
        &self,
        state: &mut Vec<(Value, Value)>,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let (greatest, mut bytes) = (self.greatest, 0);
        for row in rows {
            let wanted = arguments[arguments.len() - 1].get(row).int();
            if !(1..=MANY_MAX).contains(&wanted) {
                let what = format!("third argument of max_by/min_by must be from 1 to {MANY_MAX}");
                return Err(Failure::new(what));
            }
            let by = arguments[usize::from(self.has_by)].get(row);
            if by.is_null() {
                continue;
            }
            let place = state.partition_point(|(_, known)| !is_better(by.order(known), greatest));
            if place < wanted as usize {
                let value = arguments[0].get(row);
                bytes += 2 * size_of::<Value>() + value.extra_bytes() + by.extra_bytes();
                state.insert(place, (value, by));
                state.truncate(wanted as usize);
            }
        }
        Ok(bytes)
    }

    fn value(&self, state: &Vec<(Value, Value)>) -> Result<Value, Failure> {
        let best = state;
        if best.is_empty() {
            return Ok(Value::Null);
        }
        Ok(Value::list(best.iter().map(|(value, _)| value.clone()).collect()))
    }
}
