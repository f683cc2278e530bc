//! One partition of a window: ranks, neighbours, and aggregates over frames.

use std::ops::Range;

use super::Runner;
use crate::aggregate::gather;
use crate::column::{Batch, Column};
use crate::error::{Failure, QueryError};
use crate::plan::{AggregateCall, Edge, Window, WindowFunction};
use crate::types::Type;
use crate::value::Value;

pub(super) struct Partition<'p> {
    runner: &'p Runner<'p>,
    rows: Vec<Vec<Value>>,
    types: &'p [Type],
    window: &'p Window,
    /// For each row, the rows that are alike in the order.
    peers: Vec<Range<usize>>,
}

impl<'p> Partition<'p> {
    pub(super) fn new(
        runner: &'p Runner<'p>,
        rows: &[Vec<Value>],
        types: &'p [Type],
        list: &[usize],
        orders: &[Vec<Value>],
        window: &'p Window,
    ) -> Partition<'p> {
        let mut peers = Vec::with_capacity(list.len());
        let mut start = 0;
        while start < list.len() {
            let is_peer = |row: &&usize| orders[**row] == orders[list[start]];
            let end = start + list[start..].iter().take_while(is_peer).count();
            peers.extend((start..end).map(|_| start..end));
            start = end;
        }
        let rows = list.iter().map(|row| rows[*row].clone()).collect();
        Partition { runner, rows, types, window, peers }
    }

    pub(super) fn values(&self) -> Result<Vec<Value>, QueryError> {
        let count = self.rows.len();
        let ranks = |value: &dyn Fn(usize) -> Value| Ok((0..count).map(value).collect());
        match &self.window.function {
            WindowFunction::RowNumber => ranks(&|row| Value::Int(row as i64 + 1)),
            WindowFunction::Rank => ranks(&|row| Value::Int(self.peers[row].start as i64 + 1)),
            WindowFunction::DenseRank => {
                let mut rank = 0;
                let dense = self.peers.iter().enumerate().map(|(row, peers)| {
                    rank += i64::from(peers.start == row);
                    Value::Int(rank)
                });
                Ok(dense.collect())
            }
            WindowFunction::PercentRank => ranks(&|row| {
                let others = count.saturating_sub(1).max(1);
                Value::Double(self.peers[row].start as f64 / others as f64)
            }),
            WindowFunction::CumeDist => {
                ranks(&|row| Value::Double(self.peers[row].end as f64 / count as f64))
            }
            WindowFunction::Ntile => self.ntile(),
            WindowFunction::Lag => self.neighbour(-1),
            WindowFunction::Lead => self.neighbour(1),
            WindowFunction::FirstValue | WindowFunction::LastValue | WindowFunction::NthValue => {
                self.of_frame()
            }
            WindowFunction::Aggregate(call) => self.aggregate(call),
        }
    }

    fn arguments(&self) -> Result<Vec<Vec<Value>>, QueryError> {
        let arguments: Vec<_> = self.window.arguments.iter().collect();
        self.runner.values(&self.rows, self.types, &arguments)
    }

    fn ntile(&self) -> Result<Vec<Value>, QueryError> {
        let (arguments, count) = (self.arguments()?, self.rows.len() as i64);
        let tile = |(row, argument): (usize, &Vec<Value>)| {
            let tiles = argument[0].int();
            if tiles <= 0 {
                return Err(Failure::new("Buckets must be greater than 0").into());
            }
            // The first tiles take one row more each, until none is left over.
            let (small, more) = (count / tiles, count % tiles);
            let row = row as i64;
            let in_large = more * (small + 1);
            let tile = if row < in_large {
                row / (small + 1)
            } else {
                more + (row - in_large) / small.max(1)
            };
            Ok(Value::Int(tile + 1))
        };
        arguments.iter().enumerate().map(tile).collect()
    }

    fn neighbour(&self, direction: i64) -> Result<Vec<Value>, QueryError> {
        let arguments = self.arguments()?;
        let mut values = Vec::with_capacity(arguments.len());
        for (row, argument) in arguments.iter().enumerate() {
            let distance = argument.get(1).map_or(1, Value::int);
            if distance < 0 {
                return Err(Failure::new("Offset must be at least 0").into());
            }
            let mut place = row as i64;
            let mut left = distance;
            while left > 0 {
                place += direction;
                let found = usize::try_from(place).ok().and_then(|place| arguments.get(place));
                let Some(found) = found else { break };
                let counts = !self.window.ignore_nulls || !found[0].is_null();
                left -= i64::from(counts);
            }
            let found = usize::try_from(place).ok().and_then(|place| arguments.get(place));
            values.push(match found {
                Some(found) => found[0].clone(),
                None => argument.get(2).cloned().unwrap_or_default(),
            });
        }
        Ok(values)
    }

    fn of_frame(&self) -> Result<Vec<Value>, QueryError> {
        let arguments = self.arguments()?;
        let value = |row: usize| {
            let counts =
                |place: &usize| !self.window.ignore_nulls || !arguments[*place][0].is_null();
            let mut places = self.frame(row).filter(counts);
            let found = match self.window.function {
                WindowFunction::FirstValue => places.next(),
                WindowFunction::LastValue => places.next_back(),
                _ => {
                    let number = arguments[row][1].int();
                    let Some(skipped) = number.checked_sub(1).and_then(|n| usize::try_from(n).ok())
                    else {
                        return Err(Failure::new("Offset must be at least 1").into());
                    };
                    places.nth(skipped)
                }
            };
            Ok(found.map_or(Value::Null, |place| arguments[place][0].clone()))
        };
        (0..self.rows.len()).map(value).collect()
    }

    /// The rows that the value of a row is made of.
    fn frame(&self, row: usize) -> Range<usize> {
        let (count, frame) = (self.rows.len(), self.window.frame);
        let moved =
            |distance: i64| (row as i64).saturating_add(distance).clamp(0, count as i64) as usize;
        let start = match frame.start {
            Edge::Unbounded => 0,
            Edge::Offset(_) if !frame.by_rows => self.peers[row].start,
            Edge::Offset(distance) => moved(distance),
        };
        let end = match frame.end {
            Edge::Unbounded => count,
            Edge::Offset(_) if !frame.by_rows => self.peers[row].end,
            Edge::Offset(distance) => moved(distance.saturating_add(1)),
        };
        start..end.max(start)
    }

    /// A frame that only grows is gathered once; one that moves is gathered anew for each row.
    fn aggregate(&self, call: &AggregateCall) -> Result<Vec<Value>, QueryError> {
        let batch = Batch::of_rows(&self.rows, self.types);
        let order = call.order.iter().map(|key| &key.by);
        let columns = call.arguments.iter().chain(order);
        let columns = columns.map(|bound| self.runner.context.column(bound, &batch));
        let columns: Vec<Column<'_>> = columns.collect::<Result<_, _>>()?;
        let filter = match &call.filter {
            None => None,
            Some(filter) => Some(self.runner.context.column(filter, &batch)?),
        };
        let of = call.arguments.first().map_or(Type::Unknown, |argument| argument.of.clone());
        let order: Vec<(bool, bool)> =
            call.order.iter().map(|key| (key.descending, key.nulls_first)).collect();
        let fresh = || {
            let mut gathered = gather(call.kind, &of, order.clone());
            gathered.grow(1);
            gathered
        };
        let passes = |row: usize| {
            filter.as_ref().is_none_or(|filter| filter.get(row).as_bool() == Some(true))
        };
        let grows = self.window.frame.start == Edge::Unbounded;
        let (mut values, mut gathered, mut reached) = (Vec::new(), fresh(), 0);
        for row in 0..self.rows.len() {
            let frame = self.frame(row);
            let from = if grows {
                reached.max(frame.start)
            } else {
                self.runner.check()?;
                gathered = fresh();
                frame.start
            };
            for place in (from..frame.end).filter(|place| passes(*place)) {
                let bytes = gathered.add(0, &columns, place..place + 1)?;
                self.runner.memory.take(bytes)?;
            }
            reached = reached.max(frame.end);
            values.push(gathered.value(0)?);
        }
        Ok(values)
    }
}
