//! Rows that come summed up: what dashboards ask most is answered by the sums that a table has, without
//! its values.

use super::{Runner, Sink};
use crate::aggregate::Kind;
use crate::bound::{Bound, Node};
use crate::error::QueryError;
use crate::plan::{Aggregate, AggregateCall, Plan, Scan};
use crate::source::{self, Stored, SumsWanted};
use crate::types::Type;
use crate::value::Value;

impl Runner<'_> {
    /// The rows that an aggregate stands on.
    pub(super) fn input(&self, aggregate: &Aggregate, sink: Sink<'_>) -> Result<(), QueryError> {
        match &aggregate.input {
            Plan::Scan(scan) => self.scan(scan, self.sums(aggregate, scan), sink),
            input => self.run(input, sink),
        }
    }

    /// Whether sums would do in place of rows: groups must be of constants of series and of bins,
    /// aggregates of what sums tell.
    fn sums(&self, aggregate: &Aggregate, scan: &Scan) -> Option<SumsWanted> {
        let columns = self.tables[scan.table].columns();
        let is_of_series = |place: usize| {
            matches!(columns[place].kind, source::Kind::Dimension | source::Kind::MeasureName)
        };
        if !scan.equal.iter().all(|(place, _)| is_of_series(*place)) {
            return None;
        }
        let mut bins = 0;
        for key in &aggregate.keys {
            match key.as_column() {
                Some(place) if is_of_series(place) => {}
                Some(_) => return None,
                None => bins = divisor(bins, width(key, scan)?),
            }
        }
        let is_measure = |place: usize| {
            columns[place].kind == source::Kind::Measure && columns[place].stored == Stored::Double
        };
        let are_told = aggregate.calls.iter().all(|call| is_told(call, is_measure));
        // Without any measure there is nothing that could be summed up.
        let has_measure = aggregate.calls.iter().any(|call| !call.arguments.is_empty());
        let is_extreme = |call: &AggregateCall| matches!(call.kind, Kind::Least | Kind::Greatest);
        let extremes = aggregate.calls.iter().any(is_extreme);
        (are_told && has_measure).then_some(SumsWanted { bins, extremes })
    }
}

/// The width of `bin(time, width)`.
fn width(key: &Bound, scan: &Scan) -> Option<i64> {
    let Node::Call { function, arguments, .. } = &key.node else { return None };
    let ("bin", [time, width]) = (function.name, &arguments[..]) else { return None };
    let is_time = time.as_column().is_some() && time.as_column() == scan.time;
    let is_width = is_time && width.of == Type::DayToSecond;
    let width = width.as_constant().filter(|_| is_width).map(Value::int);
    width.filter(|width| *width > 0)
}

fn is_told(call: &AggregateCall, is_measure: impl Fn(usize) -> bool) -> bool {
    let is_plain = !call.distinct && call.filter.is_none() && call.order.is_empty();
    let is_known = match call.kind {
        Kind::CountAll => true,
        Kind::Count | Kind::SumDouble | Kind::Average | Kind::Least | Kind::Greatest => {
            call.arguments[0].as_column().is_some_and(is_measure)
        }
        _ => false,
    };
    is_plain && is_known
}

/// The greatest that both are multiples of.
fn divisor(one: i64, two: i64) -> i64 {
    if two == 0 { one } else { divisor(two, one % two) }
}

#[cfg(test)]
mod tests {
    use super::divisor;

    #[test]
    fn every_width_divides_none() {
        assert_eq!((divisor(0, 60), divisor(60, 0), divisor(90, 60)), (60, 60, 30));
    }
}
