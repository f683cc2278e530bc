//! Least and greatest values, and what stands beside them.

use std::cmp::Ordering;
use std::ops::Range;

use super::Gather;
use crate::column::Column;
use crate::error::Failure;
use crate::value::{Value, order_of_doubles};

/// `min`, `max`
#[derive(Debug)]
pub(super) struct Extreme {
    greatest: bool,
    best: Vec<Value>,
}

impl Extreme {
    pub(super) fn new(greatest: bool) -> Extreme {
        Extreme { greatest, best: Vec::new() }
    }

    fn offer(&mut self, group: usize, value: Value) -> usize {
        let best = &mut self.best[group];
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

impl Gather for Extreme {
    fn grow(&mut self, groups: usize) {
        self.best.resize(groups, Value::Null);
    }

    fn add(
        &mut self,
        group: usize,
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
        Ok(best.map_or(0, |best| self.offer(group, best)))
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        Ok(self.best[group].clone())
    }
}

/// `min_by`, `max_by`: the first of those that are alike.
#[derive(Debug)]
pub(super) struct ExtremeBy {
    greatest: bool,
    best: Vec<Option<(Value, Value)>>,
}

impl ExtremeBy {
    pub(super) fn new(greatest: bool) -> ExtremeBy {
        ExtremeBy { greatest, best: Vec::new() }
    }
}

impl Gather for ExtremeBy {
    fn grow(&mut self, groups: usize) {
        self.best.resize(groups, None);
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let mut bytes = 0;
        for row in rows {
            let by = arguments[1].get(row);
            let best = &mut self.best[group];
            let wins = !by.is_null()
                && best.as_ref().is_none_or(|(_, best)| is_better(by.order(best), self.greatest));
            if wins {
                let value = arguments[0].get(row);
                bytes += value.extra_bytes() + by.extra_bytes();
                *best = Some((value, by));
            }
        }
        Ok(bytes)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        Ok(self.best[group].as_ref().map_or(Value::Null, |(value, _)| value.clone()))
    }
}

/// `min(x, n)`, `max_by(x, y, n)`: the best so many, best first.
#[derive(Debug)]
pub(super) struct Many {
    greatest: bool,
    has_by: bool,
    best: Vec<Vec<(Value, Value)>>,
}

/// As many as Trino gathers.
const MANY_MAX: i64 = 10_000;

impl Many {
    pub(super) fn new(greatest: bool, has_by: bool) -> Many {
        Many { greatest, has_by, best: Vec::new() }
    }
}

impl Gather for Many {
    fn grow(&mut self, groups: usize) {
        self.best.resize(groups, Vec::new());
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let (greatest, mut bytes) = (self.greatest, 0);
        let best = &mut self.best[group];
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
            let place = best.partition_point(|(_, known)| !is_better(by.order(known), greatest));
            if place < wanted as usize {
                let value = arguments[0].get(row);
                bytes += 2 * size_of::<Value>() + value.extra_bytes() + by.extra_bytes();
                best.insert(place, (value, by));
                best.truncate(wanted as usize);
            }
        }
        Ok(bytes)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        let best = &self.best[group];
        if best.is_empty() {
            return Ok(Value::Null);
        }
        Ok(Value::list(best.iter().map(|(value, _)| value.clone()).collect()))
    }
}
