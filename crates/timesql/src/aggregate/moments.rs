//! Variances and their like, gathered in one pass without losing digits (Welford).

use std::ops::Range;

use super::{Fold, Kind, Pairs};
use crate::column::Column;
use crate::error::Failure;
use crate::value::Value;

/// Of single numbers.
#[derive(Debug)]
pub(super) struct Moments {
    pub(super) kind: Kind,
}

/// Sums of powers of the distance from the mean.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Group {
    count: f64,
    mean: f64,
    second: f64,
    third: f64,
    fourth: f64,
}

impl Group {
    fn add(&mut self, value: f64) {
        let before = self.count;
        self.count += 1.0;
        let count = self.count;
        let delta = value - self.mean;
        let part = delta / count;
        let term = delta * part * before;
        self.mean += part;
        self.fourth += term * part * part * (count * count - 3.0 * count + 3.0)
            + 6.0 * part * part * self.second
            - 4.0 * part * self.third;
        self.third += term * part * (count - 2.0) - 3.0 * part * self.second;
        self.second += term;
    }

    fn value(&self, kind: Kind) -> Option<f64> {
        let count = self.count;
        match kind {
            Kind::Variance { of_sample, root } => {
                let divisor = if of_sample { count - 1.0 } else { count };
                if count == 0.0 || divisor == 0.0 {
                    return None;
                }
                let variance = self.second / divisor;
                Some(if root { variance.sqrt() } else { variance })
            }
            Kind::Skewness if count >= 3.0 => {
                Some(count.sqrt() * self.third / self.second.powf(1.5))
            }
            Kind::Kurtosis if count >= 4.0 => {
                let variance = self.second / (count - 1.0);
                let high = count * (count + 1.0) / ((count - 1.0) * (count - 2.0) * (count - 3.0));
                let low = 3.0 * (count - 1.0).powi(2) / ((count - 2.0) * (count - 3.0));
                Some(high * self.fourth / (variance * variance) - low)
            }
            _ => None,
        }
    }
}

impl Fold for Moments {
    type State = Group;

    fn add(
        &self,
        state: &mut Group,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        for value in rows.map(|row| arguments[0].get(row)).filter(|value| !value.is_null()) {
            state.add(value.double());
        }
        Ok(0)
    }

    fn value(&self, state: &Group) -> Result<Value, Failure> {
        Ok(state.value(self.kind).map_or(Value::Null, Value::Double))
    }
}

/// Of pairs of numbers: functions of y, x.
#[derive(Debug)]
pub(super) struct PairMoments {
    pub(super) kind: Pairs,
}

#[derive(Clone, Copy, Debug, Default)]
pub(super) struct PairGroup {
    count: f64,
    mean_y: f64,
    mean_x: f64,
    second_y: f64,
    second_x: f64,
    both: f64,
}

impl PairGroup {
    fn add(&mut self, y: f64, x: f64) {
        self.count += 1.0;
        let (delta_y, delta_x) = (y - self.mean_y, x - self.mean_x);
        self.mean_y += delta_y / self.count;
        self.mean_x += delta_x / self.count;
        self.second_y += delta_y * (y - self.mean_y);
        self.second_x += delta_x * (x - self.mean_x);
        self.both += delta_x * (y - self.mean_y);
    }

    fn value(&self, kind: Pairs) -> Option<f64> {
        if self.count == 0.0 {
            return None;
        }
        let slope = self.both / self.second_x;
        Some(match kind {
            Pairs::CovariancePopulation => self.both / self.count,
            Pairs::CovarianceSample if self.count < 2.0 => return None,
            Pairs::CovarianceSample => self.both / (self.count - 1.0),
            Pairs::Correlation => self.both / (self.second_x * self.second_y).sqrt(),
            Pairs::Slope => slope,
            Pairs::Intercept => self.mean_y - slope * self.mean_x,
        })
        .filter(|value| {
            !value.is_nan() || !matches!(kind, Pairs::Correlation | Pairs::Slope | Pairs::Intercept)
        })
    }
}

impl Fold for PairMoments {
    type State = PairGroup;

    fn add(
        &self,
        state: &mut PairGroup,
        arguments: &[Column<'_>],
        rows: Range<usize>,
    ) -> Result<usize, Failure> {
        for row in rows {
            let (y, x) = (arguments[0].get(row), arguments[1].get(row));
            if !y.is_null() && !x.is_null() {
                state.add(y.double(), x.double());
            }
        }
        Ok(0)
    }

    fn value(&self, state: &PairGroup) -> Result<Value, Failure> {
        Ok(state.value(self.kind).map_or(Value::Null, Value::Double))
    }
}
