//! What is done to answer a query, from its tables up.

use std::collections::HashSet;

use crate::aggregate::Kind;
use crate::ast::{JoinKind, SetOperator};
use crate::bound::Bound;
use crate::types::Type;

/// One step; the rows of those that it stands on come to it in batches.
#[derive(Debug)]
pub(crate) enum Plan {
    Scan(Scan),
    Values { rows: Vec<Vec<Bound>>, types: Vec<Type> },
    Filter { input: Box<Plan>, conditions: Vec<Bound> },
    Project { input: Box<Plan>, exprs: Vec<Bound> },
    Aggregate(Box<Aggregate>),
    Window { input: Box<Plan>, types: Vec<Type>, windows: Vec<Window> },
    Sort(Box<Sort>),
    Limit { input: Box<Plan>, offset: u64, limit: Option<u64> },
    Join(Box<Join>),
    Set { operator: SetOperator, all: bool, left: Box<Plan>, right: Box<Plan>, types: Vec<Type> },
    Unnest { input: Box<Plan>, arguments: Vec<Bound>, ordinality: bool },
}

/// Reads a table; what it asks for is all that comes.
#[derive(Debug)]
pub(crate) struct Scan {
    /// Its place among the tables that the query has opened.
    pub(crate) table: usize,
    /// How many columns the table has: each comes, as nulls if it is not wanted.
    pub(crate) width: usize,
    pub(crate) wanted: Vec<bool>,
    /// The place of the column `time`.
    pub(crate) time: Option<usize>,
    pub(crate) from: i64,
    pub(crate) until: i64,
    pub(crate) equal: Vec<(usize, Vec<String>)>,
    pub(crate) newest_first: bool,
}

#[derive(Debug)]
pub(crate) struct Aggregate {
    pub(crate) input: Plan,
    pub(crate) keys: Vec<Bound>,
    pub(crate) calls: Vec<AggregateCall>,
    /// The keys of each grouping set; one set of all keys is the usual case.
    pub(crate) sets: Vec<Vec<usize>>,
    /// Without keys there is one row, even of nothing.
    pub(crate) is_global: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct AggregateCall {
    pub(crate) kind: Kind,
    pub(crate) arguments: Vec<Bound>,
    pub(crate) distinct: bool,
    pub(crate) filter: Option<Bound>,
    /// For those that have an order of their own.
    pub(crate) order: Vec<SortKey>,
    pub(crate) of: Type,
}

#[derive(Clone, Debug)]
pub(crate) struct SortKey {
    pub(crate) by: Bound,
    pub(crate) descending: bool,
    pub(crate) nulls_first: bool,
}

#[derive(Debug)]
pub(crate) struct Sort {
    pub(crate) input: Plan,
    pub(crate) keys: Vec<SortKey>,
    pub(crate) types: Vec<Type>,
    /// How many of the first rows are wanted.
    pub(crate) limit: Option<usize>,
    /// The first key is the time of a table below, newest first: the scan is told what is too old.
    pub(crate) tells_since: bool,
}

#[derive(Debug)]
pub(crate) struct Join {
    pub(crate) kind: JoinKind,
    pub(crate) left: Plan,
    pub(crate) right: Plan,
    pub(crate) left_types: Vec<Type>,
    pub(crate) right_types: Vec<Type>,
    /// Pairs that must be equal: of the left row, of the right row (counted from its first column).
    pub(crate) equal: Vec<(Bound, Bound)>,
    /// What must hold beside that, of the joined row.
    pub(crate) condition: Vec<Bound>,
}

#[derive(Clone, Debug)]
pub(crate) struct Window {
    pub(crate) function: WindowFunction,
    pub(crate) arguments: Vec<Bound>,
    pub(crate) partition_by: Vec<Bound>,
    pub(crate) order_by: Vec<SortKey>,
    pub(crate) frame: Frame,
    pub(crate) ignore_nulls: bool,
    pub(crate) of: Type,
}

#[derive(Clone, Debug)]
pub(crate) enum WindowFunction {
    RowNumber,
    Rank,
    DenseRank,
    PercentRank,
    CumeDist,
    Ntile,
    Lag,
    Lead,
    FirstValue,
    LastValue,
    NthValue,
    Aggregate(Box<AggregateCall>),
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Frame {
    pub(crate) by_rows: bool,
    pub(crate) start: Edge,
    pub(crate) end: Edge,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Edge {
    Unbounded,
    /// So many rows before (negative) or after the current one; peers count as one if not by rows.
    Offset(i64),
}

impl Plan {
    /// Tells scans which of their columns anybody reads.
    pub(crate) fn want(&mut self, wanted: &HashSet<usize>) {
        match self {
            Plan::Scan(scan) => wanted.iter().for_each(|place| scan.wanted[*place] = true),
            Plan::Values { .. } => {}
            Plan::Filter { input, conditions } => {
                let mut wanted = wanted.clone();
                conditions.iter().for_each(|condition| condition.read_columns(&mut wanted));
                input.want(&wanted);
            }
            Plan::Project { input, exprs } => {
                let mut read = HashSet::new();
                let exprs = exprs.iter().enumerate().filter(|(place, _)| wanted.contains(place));
                exprs.for_each(|(_, expr)| expr.read_columns(&mut read));
                input.want(&read);
            }
            Plan::Aggregate(aggregate) => aggregate.want(),
            Plan::Window { input, types, windows } => {
                let width = types.len();
                let mut wanted: HashSet<usize> =
                    wanted.iter().copied().filter(|place| *place < width).collect();
                windows.iter().for_each(|window| window.read_columns(&mut wanted));
                input.want(&wanted);
            }
            Plan::Sort(sort) => {
                let mut wanted = wanted.clone();
                sort.keys.iter().for_each(|key| key.by.read_columns(&mut wanted));
                sort.input.want(&wanted);
            }
            Plan::Limit { input, .. } => input.want(wanted),
            Plan::Join(join) => join.want(wanted),
            Plan::Set { left, right, types, .. } => {
                let all = (0..types.len()).collect();
                left.want(&all);
                right.want(&all);
            }
            Plan::Unnest { input, arguments, .. } => {
                let width = input.width();
                let mut wanted: HashSet<usize> =
                    wanted.iter().copied().filter(|place| *place < width).collect();
                arguments.iter().for_each(|argument| argument.read_columns(&mut wanted));
                input.want(&wanted);
            }
        }
    }

    /// How many columns its rows have.
    pub(crate) fn width(&self) -> usize {
        match self {
            Plan::Scan(scan) => scan.width,
            Plan::Values { types, .. } | Plan::Set { types, .. } => types.len(),
            Plan::Filter { input, .. } | Plan::Limit { input, .. } => input.width(),
            Plan::Project { exprs, .. } => exprs.len(),
            Plan::Aggregate(aggregate) => aggregate.keys.len() + aggregate.calls.len(),
            Plan::Window { types, windows, .. } => types.len() + windows.len(),
            Plan::Sort(sort) => sort.types.len(),
            Plan::Join(join) => join.left_types.len() + join.right_types.len(),
            Plan::Unnest { input, arguments, ordinality } => {
                let made = arguments.iter().map(|argument| unnested(&argument.of).len());
                input.width() + made.sum::<usize>() + usize::from(*ordinality)
            }
        }
    }
}

impl Aggregate {
    fn want(&mut self) {
        let mut wanted = HashSet::new();
        self.keys.iter().for_each(|key| key.read_columns(&mut wanted));
        self.calls.iter().for_each(|call| call.read_columns(&mut wanted));
        self.input.want(&wanted);
    }
}

impl AggregateCall {
    pub(crate) fn read_columns(&self, wanted: &mut HashSet<usize>) {
        let order = self.order.iter().map(|key| &key.by);
        let all = self.arguments.iter().chain(&self.filter).chain(order);
        all.for_each(|bound| bound.read_columns(wanted));
    }
}

impl Window {
    fn read_columns(&self, wanted: &mut HashSet<usize>) {
        let order = self.order_by.iter().map(|key| &key.by);
        let all = self.arguments.iter().chain(&self.partition_by).chain(order);
        all.for_each(|bound| bound.read_columns(wanted));
        if let WindowFunction::Aggregate(call) = &self.function {
            call.read_columns(wanted);
        }
    }
}

impl Join {
    fn want(&mut self, wanted: &HashSet<usize>) {
        let mut wanted = wanted.clone();
        self.condition.iter().for_each(|condition| condition.read_columns(&mut wanted));
        let width = self.left_types.len();
        let mut left: HashSet<usize> =
            wanted.iter().copied().filter(|place| *place < width).collect();
        let mut right: HashSet<usize> =
            wanted.iter().filter_map(|place| place.checked_sub(width)).collect();
        for (one, two) in &self.equal {
            one.read_columns(&mut left);
            two.read_columns(&mut right);
        }
        self.left.want(&left);
        self.right.want(&right);
    }
}

/// The columns that UNNEST makes of a value of a type.
pub(crate) fn unnested(of: &Type) -> Vec<Type> {
    match of {
        Type::Array(element) => match &**element {
            Type::Row(fields) => fields.iter().map(|(_, field)| field.clone()).collect(),
            element => vec![element.clone()],
        },
        Type::TimeSeries(value) => vec![Type::Timestamp, (**value).clone()],
        _ => Vec::new(),
    }
}
