//! Aggregates that keep values as they come: arrays, series, truths.

use std::ops::Range;

use super::Fold;
use crate::column::Column;
use crate::error::Failure;
use crate::value::Value;

/// `arbitrary`: the first value that is none.
#[derive(Debug)]
pub(super) struct First;

impl Fold for First {
    type State = Value;

    fn add(
        &self,
        state: &mut Value,
        arguments: &[Column<'_>],
        mut rows: Range<usize>,
    ) -> Result<usize, Failure> {
        if !state.is_null() {
            return Ok(0);
        }
        let found =
            rows.find_map(|row| Some(arguments[0].get(row)).filter(|value| !value.is_null()));
        *state = found.unwrap_or_default();
        Ok(state.extra_bytes())
    }

    fn value(&self, state: &Value) -> Result<Value, Failure> {
        Ok(state.clone())
    }
}

/// `array_agg`, which may have an order: then the keys come after the value.
#[derive(Debug)]
pub(super) struct Array {
    /// For each key: descending, nulls first.
    pub(super) order: Vec<(bool, bool)>,
}

impl Fold for Array {
    type State = Vec<Vec<Value>>;

    fn add(
        &self,
        state: &mut Vec<Vec<Value>>,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let mut bytes = 0;
        for row in rows {
            let values: Vec<Value> = arguments.iter().map(|column| column.get(row)).collect();
            let extra = values.iter().map(Value::extra_bytes).sum::<usize>();
            bytes += size_of::<Vec<Value>>() + values.len() * size_of::<Value>() + extra;
            state.push(values);
        }
        Ok(bytes)
    }

    fn value(&self, state: &Vec<Vec<Value>>) -> Result<Value, Failure> {
        if state.is_empty() {
            return Ok(Value::Null);
        }
        let mut rows: Vec<&Vec<Value>> = state.iter().collect();
        if !self.order.is_empty() {
            rows.sort_by(|one, two| crate::order::compare(&one[1..], &two[1..], &self.order));
        }
        Ok(Value::list(rows.into_iter().map(|row| row[0].clone()).collect()))
    }
}

/// `bool_and`, `bool_or`
#[derive(Debug)]
pub(super) struct Truth {
    pub(super) decisive: bool,
}

impl Fold for Truth {
    type State = Option<bool>;

    fn add(
        &self,
        state: &mut Option<bool>,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        for value in rows.filter_map(|row| arguments[0].get(row).as_bool()) {
            if *state != Some(self.decisive) {
                *state = Some(value);
            }
        }
        Ok(0)
    }

    fn value(&self, state: &Option<bool>) -> Result<Value, Failure> {
        Ok(state.map_or(Value::Null, Value::Boolean))
    }
}

/// `create_time_series`
#[derive(Debug)]
pub(super) struct Series;

impl Fold for Series {
    type State = Vec<(i64, Value)>;

    fn add(
        &self,
        state: &mut Vec<(i64, Value)>,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        let mut bytes = 0;
        for row in rows {
            let (time, value) = (arguments[0].get(row), arguments[1].get(row));
            if !time.is_null() && !value.is_null() {
                bytes += size_of::<(i64, Value)>() + value.extra_bytes();
                state.push((time.int(), value));
            }
        }
        Ok(bytes)
    }

    fn value(&self, state: &Vec<(i64, Value)>) -> Result<Value, Failure> {
        let mut points = state.clone();
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
