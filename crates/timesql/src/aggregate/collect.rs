//! Aggregates that keep values as they come: arrays, series, truths.

use std::ops::Range;

use super::Gather;
use crate::column::Column;
use crate::error::Failure;
use crate::value::Value;

/// `arbitrary`: the first value that is none.
#[derive(Debug, Default)]
pub(super) struct First(Vec<Value>);

impl Gather for First {
    fn grow(&mut self, groups: usize) {
        self.0.resize(groups, Value::Null);
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        mut rows: Range<usize>,
    ) -> Result<usize, Failure> {
        if !self.0[group].is_null() {
            return Ok(0);
        }
        let found =
            rows.find_map(|row| Some(arguments[0].get(row)).filter(|value| !value.is_null()));
        self.0[group] = found.unwrap_or_default();
        Ok(self.0[group].extra_bytes())
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        Ok(self.0[group].clone())
    }
}

/// `array_agg`, which may have an order: then the keys come after the value.
#[derive(Debug)]
pub(super) struct Array {
    /// For each key: descending, nulls first.
    order: Vec<(bool, bool)>,
    rows: Vec<Vec<Vec<Value>>>,
}

impl Array {
    pub(super) fn new(order: Vec<(bool, bool)>) -> Array {
        Array { order, rows: Vec::new() }
    }
}

impl Gather for Array {
    fn grow(&mut self, groups: usize) {
        self.rows.resize(groups, Vec::new());
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let mut bytes = 0;
        for row in rows {
            let values: Vec<Value> = arguments.iter().map(|column| column.get(row)).collect();
            let extra = values.iter().map(Value::extra_bytes).sum::<usize>();
            bytes += size_of::<Vec<Value>>() + values.len() * size_of::<Value>() + extra;
            self.rows[group].push(values);
        }
        Ok(bytes)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        if self.rows[group].is_empty() {
            return Ok(Value::Null);
        }
        let mut rows: Vec<&Vec<Value>> = self.rows[group].iter().collect();
        if !self.order.is_empty() {
            rows.sort_by(|one, two| crate::order::compare(&one[1..], &two[1..], &self.order));
        }
        Ok(Value::list(rows.into_iter().map(|row| row[0].clone()).collect()))
    }
}

/// `bool_and`, `bool_or`
#[derive(Debug)]
pub(super) struct Truth {
    decisive: bool,
    found: Vec<Option<bool>>,
}

impl Truth {
    pub(super) fn new(decisive: bool) -> Truth {
        Truth { decisive, found: Vec::new() }
    }
}

impl Gather for Truth {
    fn grow(&mut self, groups: usize) {
        self.found.resize(groups, None);
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let found = &mut self.found[group];
        for value in rows.filter_map(|row| arguments[0].get(row).as_bool()) {
            if *found != Some(self.decisive) {
                *found = Some(value);
            }
        }
        Ok(0)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        Ok(self.found[group].map_or(Value::Null, Value::Boolean))
    }
}

/// `create_time_series`
#[derive(Debug, Default)]
pub(super) struct Series(Vec<Vec<(i64, Value)>>);

impl Gather for Series {
    fn grow(&mut self, groups: usize) {
        self.0.resize(groups, Vec::new());
    }

    fn add(
        &mut self,
        group: usize,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let mut bytes = 0;
        for row in rows {
            let (time, value) = (arguments[0].get(row), arguments[1].get(row));
            if !time.is_null() && !value.is_null() {
                bytes += size_of::<(i64, Value)>() + value.extra_bytes();
                self.0[group].push((time.int(), value));
            }
        }
        Ok(bytes)
    }

    fn value(&self, group: usize) -> Result<Value, Failure> {
        let mut points = self.0[group].clone();
        if points.is_empty() {
            return Ok(Value::Null);
        }
        points.sort_by_key(|point| point.0);
        if let Some(pair) = points.windows(2).find(|pair| pair[0].0 == pair[1].0) {
            let time = crate::time::text::timestamp(pair[0].0);
            return Err(Failure::new(format!("Duplicate timestamp in time series: {time}")));
        }
        let point = |(time, value)| Value::list(vec![Value::Int(time), value]);
        Ok(Value::list(points.into_iter().map(point).collect()))
    }
}
