//! Functions of time series: between their points, and of their slopes and areas.

use super::{Call, Site};
use crate::error::Failure;
use crate::time::SECOND;
use crate::value::Value;

pub(super) const TABLE: &[(&str, Call)] = &[
    ("interpolate_linear(timeseries(double), array(timestamp)) timeseries(double)", |_, v| {
        at_all(v, linear)
    }),
    ("interpolate_linear(timeseries(double), timestamp) double", |_, v| at_one(v, linear)),
    ("interpolate_locf(timeseries(double), array(timestamp)) timeseries(double)", |_, v| {
        at_all(v, last)
    }),
    ("interpolate_locf(timeseries(double), timestamp) double", |_, v| at_one(v, last)),
    (
        "interpolate_fill(timeseries(double), array(timestamp), double) timeseries(double)",
        |_, v| at_all(v, |points, time| Some(exact(points, time).unwrap_or(v[2].double()))),
    ),
    ("interpolate_fill(timeseries(double), timestamp, double) double", |_, v| {
        at_one(v, |points, time| Some(exact(points, time).unwrap_or(v[2].double())))
    }),
    (
        "interpolate_spline_cubic(timeseries(double), array(timestamp)) timeseries(double)",
        |_, v| {
            let spline = Spline::of(points(&v[0]));
            at_all(v, |_, time| spline.at(time))
        },
    ),
    ("interpolate_spline_cubic(timeseries(double), timestamp) double", |_, v| {
        let spline = Spline::of(points(&v[0]));
        at_one(v, |_, time| spline.at(time))
    }),
    ("derivative_linear(timeseries(double), interval) timeseries(double)", |_, v| {
        derivative(v, |slope| slope)
    }),
    ("non_negative_derivative_linear(timeseries(double), interval) timeseries(double)", |_, v| {
        derivative(v, |slope| slope.max(0.0))
    }),
    ("integral_trapezoidal(timeseries(double)) double", |_, v| integral(&v[0], SECOND)),
    ("integral_trapezoidal(timeseries(double), interval) double", |_, v| {
        integral(&v[0], v[1].int())
    }),
    ("correlate_pearson(timeseries(double), timeseries(double)) double", correlate),
];

type Point = (i64, f64);

fn points(series: &Value) -> Vec<Point> {
    let items = series.items().iter().map(Value::items);
    items.filter(|point| !point[1].is_null()).map(|p| (p[0].int(), p[1].double())).collect()
}

fn point(time: i64, value: f64) -> Value {
    Value::list(vec![Value::Int(time), Value::Double(value)])
}

/// At each of the times; where there is no value, no point.
fn at_all(v: &[Value], value_at: impl Fn(&[Point], i64) -> Option<f64>) -> Result<Value, Failure> {
    let points = points(&v[0]);
    let times = v[1].items().iter().filter(|time| !time.is_null()).map(Value::int);
    let made = times.filter_map(|time| value_at(&points, time).map(|value| point(time, value)));
    Ok(Value::list(made.collect()))
}

fn at_one(v: &[Value], value_at: impl Fn(&[Point], i64) -> Option<f64>) -> Result<Value, Failure> {
    Ok(value_at(&points(&v[0]), v[1].int()).map_or(Value::Null, Value::Double))
}

fn exact(points: &[Point], time: i64) -> Option<f64> {
    points.binary_search_by_key(&time, |point| point.0).ok().map(|place| points[place].1)
}

fn last(points: &[Point], time: i64) -> Option<f64> {
    let after = points.partition_point(|point| point.0 <= time);
    after.checked_sub(1).map(|place| points[place].1)
}

fn linear(points: &[Point], time: i64) -> Option<f64> {
    let after = points.partition_point(|point| point.0 < time);
    let next = points.get(after)?;
    if next.0 == time {
        return Some(next.1);
    }
    let before = points[after.checked_sub(1)?];
    let share = (time - before.0) as f64 / (next.0 - before.0) as f64;
    Some(before.1 + (next.1 - before.1) * share)
}

/// A natural cubic spline: without curvature at its ends.
struct Spline {
    points: Vec<Point>,
    /// The second derivative at each point, by seconds.
    curvature: Vec<f64>,
}

impl Spline {
    fn of(points: Vec<Point>) -> Spline {
        let count = points.len();
        let mut curvature = vec![0.0; count];
        let mut upper = vec![0.0; count];
        for place in 1..count.saturating_sub(1) {
            let (left, right) = (seconds(&points, place - 1), seconds(&points, place));
            let slope_left = (points[place].1 - points[place - 1].1) / left;
            let slope_right = (points[place + 1].1 - points[place].1) / right;
            let pivot = 2.0 * (left + right) - left * upper[place - 1];
            upper[place] = right / pivot;
            let rest = 6.0 * (slope_right - slope_left) - left * curvature[place - 1];
            curvature[place] = rest / pivot;
        }
        for place in (1..count.saturating_sub(1)).rev() {
            curvature[place] -= upper[place] * curvature[place + 1];
        }
        Spline { points, curvature }
    }

    fn at(&self, time: i64) -> Option<f64> {
        let after = self.points.partition_point(|point| point.0 < time);
        let next = self.points.get(after)?;
        if next.0 == time {
            return Some(next.1);
        }
        let before = after.checked_sub(1)?;
        let width = seconds(&self.points, before);
        let share = (time - self.points[before].0) as f64 / SECOND as f64 / width;
        let rest = 1.0 - share;
        let bend = (rest.powi(3) - rest) * self.curvature[before]
            + (share.powi(3) - share) * self.curvature[after];
        Some(rest * self.points[before].1 + share * next.1 + bend * width * width / 6.0)
    }
}

/// From a point to the next.
fn seconds(points: &[Point], place: usize) -> f64 {
    (points[place + 1].0 - points[place].0) as f64 / SECOND as f64
}

/// The slope to the next point, by the interval; the first point has none before it.
fn derivative(v: &[Value], shown: fn(f64) -> f64) -> Result<Value, Failure> {
    let unit = v[1].int();
    if unit <= 0 {
        return Err(Failure::new("interval must be greater than zero"));
    }
    let points = points(&v[0]);
    let slopes = points.windows(2).map(|pair| {
        let slope = (pair[1].1 - pair[0].1) / ((pair[1].0 - pair[0].0) as f64 / unit as f64);
        point(pair[1].0, shown(slope))
    });
    Ok(Value::list(slopes.collect()))
}

fn integral(series: &Value, unit: i64) -> Result<Value, Failure> {
    if unit <= 0 {
        return Err(Failure::new("interval must be greater than zero"));
    }
    let points = points(series);
    if points.is_empty() {
        return Ok(Value::Null);
    }
    let area = points
        .windows(2)
        .map(|pair| (pair[0].1 + pair[1].1) / 2.0 * ((pair[1].0 - pair[0].0) as f64 / unit as f64));
    Ok(Value::Double(area.sum()))
}

fn correlate(_: &Site<'_>, v: &[Value]) -> Result<Value, Failure> {
    let two = points(&v[1]);
    let pairs = points(&v[0]).into_iter().filter_map(|(time, one)| Some((one, exact(&two, time)?)));
    let pairs: Vec<(f64, f64)> = pairs.collect();
    let count = pairs.len() as f64;
    let (mean_one, mean_two) = (
        pairs.iter().map(|pair| pair.0).sum::<f64>() / count,
        pairs.iter().map(|pair| pair.1).sum::<f64>() / count,
    );
    let (mut both, mut one, mut two) = (0.0, 0.0, 0.0);
    for pair in &pairs {
        let (left, right) = (pair.0 - mean_one, pair.1 - mean_two);
        both += left * right;
        one += left * left;
        two += right * right;
    }
    Ok(if pairs.len() < 2 { Value::Null } else { Value::Double(both / (one * two).sqrt()) })
}
