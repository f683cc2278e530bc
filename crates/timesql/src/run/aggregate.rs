//! Groups: each run of rows with the same keys finds its group once and is added as a whole.

use std::collections::HashSet;
use std::hash::{BuildHasher, Hash, Hasher};
use std::ops::Range;
use std::sync::Arc;

use hashbrown::{DefaultHashBuilder, HashTable};

use super::{Runner, Sink};
use crate::aggregate::{Gather, Kind, gather};
use crate::column::{Batch, Column};
use crate::error::QueryError;
use crate::plan::{Aggregate, AggregateCall};
use crate::source::Next;
use crate::types::Type;
use crate::value::Value;

/// Groups by their keys.
struct Groups {
    width: usize,
    /// The keys of one group after those of another.
    keys: Vec<Value>,
    table: HashTable<u32>,
    hasher: DefaultHashBuilder,
    count: usize,
    /// The group that was found last.
    last: usize,
}

/// What the table and the gatherers hold for each group, about.
const GROUP_BYTES: usize = 48;

impl Groups {
    fn new(width: usize) -> Groups {
        let hasher = DefaultHashBuilder::default();
        Groups { width, keys: Vec::new(), table: HashTable::new(), hasher, count: 0, last: 0 }
    }

    fn hash(hasher: &DefaultHashBuilder, key: &[Value]) -> u64 {
        let mut state = hasher.build_hasher();
        key.iter().for_each(|value| value.hash(&mut state));
        state.finish()
    }

    /// The group of a row, and whether it is new. Only the key of a new one is copied. Where one
    /// series had its bins one after the other, the next of the same keys has them too: so the
    /// group after the last one is looked at first.
    fn find(&mut self, columns: &[Column<'_>], row: usize) -> (usize, bool) {
        let (group, is_new) = self.search(columns, row);
        self.last = group;
        (group, is_new)
    }

    fn search(&mut self, columns: &[Column<'_>], row: usize) -> (usize, bool) {
        let (width, keys) = (self.width, &self.keys);
        let of = |group: u32| &keys[group as usize * width..(group as usize + 1) * width];
        let is_of = |group: &u32| {
            columns.iter().zip(of(*group)).all(|(column, value)| column.is_equal(row, value))
        };
        if self.last + 1 < self.count && is_of(&(self.last as u32 + 1)) {
            return (self.last + 1, false);
        }
        let mut state = self.hasher.build_hasher();
        columns.iter().for_each(|column| column.hash_row(row, &mut state));
        let hash = state.finish();
        if let Some(group) = self.table.find(hash, is_of) {
            return (*group as usize, false);
        }
        let (group, hasher) = (self.count, &self.hasher);
        self.table.insert_unique(hash, group as u32, |group| Groups::hash(hasher, of(*group)));
        self.keys.extend(columns.iter().map(|column| column.get(row)));
        self.count += 1;
        (group, true)
    }

    fn key(&self, group: usize) -> &[Value] {
        &self.keys[group * self.width..(group + 1) * self.width]
    }
}

/// One call, and what it has gathered.
struct Gathering<'a> {
    call: &'a AggregateCall,
    gather: Box<dyn Gather>,
    /// For DISTINCT: what each group has seen.
    seen: HashSet<(usize, Vec<Value>)>,
}

impl Runner<'_> {
    pub(super) fn aggregate(
        &self,
        aggregate: &Aggregate,
        sink: Sink<'_>,
    ) -> Result<(), QueryError> {
        let has_sets = aggregate.sets.len() > 1;
        let mut groups = Groups::new(aggregate.keys.len() + usize::from(has_sets));
        let mut gatherings: Vec<Gathering<'_>> = aggregate.calls.iter().map(gathering).collect();
        if aggregate.is_global {
            groups.find(&[], 0);
            gatherings.iter_mut().for_each(|gathering| gathering.gather.grow(1));
        }
        self.input(aggregate, &mut |batch| {
            let keys = aggregate.keys.iter().map(|key| self.context.column(key, batch));
            let keys: Vec<Column<'_>> = keys.collect::<Result<_, _>>()?;
            let arguments: Vec<Arguments<'_>> = gatherings
                .iter()
                .map(|gathering| self.arguments(gathering.call, batch))
                .collect::<Result<_, _>>()?;
            for (number, set) in aggregate.sets.iter().enumerate() {
                let mut columns: Vec<Column<'_>> = Vec::with_capacity(groups.width);
                for (place, key) in keys.iter().enumerate() {
                    let is_in = !has_sets || set.contains(&place);
                    columns.push(if is_in { key.clone() } else { Column::Constant(Value::Null) });
                }
                if has_sets {
                    columns.push(Column::Constant(Value::Int(number as i64)));
                }
                self.gather(&mut groups, &mut gatherings, &columns, &arguments, batch.rows)?;
            }
            Ok(Next::More)
        })?;
        self.groups(aggregate, &groups, &gatherings, sink)
    }

    fn arguments<'b>(
        &self,
        call: &AggregateCall,
        batch: &Batch<'b>,
    ) -> Result<Arguments<'b>, QueryError> {
        let order = call.order.iter().map(|key| &key.by);
        let columns = call.arguments.iter().chain(order);
        let columns = columns.map(|bound| self.context.column(bound, batch));
        let columns = columns.collect::<Result<_, _>>()?;
        let mut columns: Vec<Column<'b>> = columns;
        if call.kind == Kind::CountAll {
            // It counts rows, so it must know for how many of them a row stands.
            let sums = batch.columns.iter().find(|column| matches!(column, Column::Sums(_)));
            columns.extend(sums.cloned());
        }
        let filter = call.filter.as_ref().map(|filter| self.context.column(filter, batch));
        Ok(Arguments { columns, filter: filter.transpose()? })
    }

    fn gather(
        &self,
        groups: &mut Groups,
        gatherings: &mut [Gathering<'_>],
        keys: &[Column<'_>],
        arguments: &[Arguments<'_>],
        rows: usize,
    ) -> Result<(), QueryError> {
        let mut start = 0;
        if let Some((keys, ends)) = by_runs(keys) {
            for (run, end) in ends.iter().enumerate() {
                let group = self.group(groups, gatherings, &keys, run)?;
                self.add(gatherings, group, arguments, start..*end as usize)?;
                start = *end as usize;
            }
            return Ok(());
        }
        while start < rows {
            let end = keys.iter().fold(rows, |end, column| run_end(column, start, end));
            let group = self.group(groups, gatherings, keys, start)?;
            self.add(gatherings, group, arguments, start..end)?;
            start = end;
        }
        Ok(())
    }

    /// The group of a row; there is room for it.
    fn group(
        &self,
        groups: &mut Groups,
        gatherings: &mut [Gathering<'_>],
        keys: &[Column<'_>],
        row: usize,
    ) -> Result<usize, QueryError> {
        let (group, is_new) = groups.find(keys, row);
        if is_new {
            let key = groups.key(group);
            let extra = key.iter().map(Value::extra_bytes).sum::<usize>();
            let each = GROUP_BYTES * (1 + gatherings.len());
            self.memory.take(each + size_of_val(key) + extra)?;
            gatherings.iter_mut().for_each(|gathering| gathering.gather.grow(groups.count));
        }
        Ok(group)
    }

    fn add(
        &self,
        gatherings: &mut [Gathering<'_>],
        group: usize,
        arguments: &[Arguments<'_>],
        rows: Range<usize>,
    ) -> Result<(), QueryError> {
        for (gathering, arguments) in gatherings.iter_mut().zip(arguments) {
            let bytes = gathering.add(group, arguments, rows.clone())?;
            if bytes > 0 {
                self.memory.take(bytes)?;
            }
        }
        Ok(())
    }

    fn groups(
        &self,
        aggregate: &Aggregate,
        groups: &Groups,
        gatherings: &[Gathering<'_>],
        sink: Sink<'_>,
    ) -> Result<(), QueryError> {
        let keys = aggregate.keys.iter().map(|key| key.of.clone());
        let types: Vec<Type> =
            keys.chain(aggregate.calls.iter().map(|call| call.of.clone())).collect();
        let mut rows = Vec::new();
        for group in 0..groups.count {
            let mut row = groups.key(group)[..aggregate.keys.len()].to_vec();
            for gathering in gatherings {
                row.push(gathering.gather.value(group)?);
            }
            rows.push(row);
            if rows.len() == super::BATCH_ROWS {
                if self.give(&rows, &types, sink)? == Next::Stop {
                    return Ok(());
                }
                rows.clear();
            }
        }
        self.give(&rows, &types, sink).map(drop)
    }
}

fn gathering(call: &AggregateCall) -> Gathering<'_> {
    let of = call.arguments.first().map_or(Type::Unknown, |argument| argument.of.clone());
    let order = call.order.iter().map(|key| (key.descending, key.nulls_first)).collect();
    Gathering { call, gather: gather(call.kind, &of, order), seen: HashSet::new() }
}

struct Arguments<'b> {
    columns: Vec<Column<'b>>,
    filter: Option<Column<'b>>,
}

impl Gathering<'_> {
    fn add(
        &mut self,
        group: usize,
        arguments: &Arguments<'_>,
        rows: Range<usize>,
    ) -> Result<usize, QueryError> {
        if arguments.filter.is_none() && !self.call.distinct {
            return Ok(self.gather.add(group, &arguments.columns, rows)?);
        }
        let mut bytes = 0;
        for row in rows {
            let passes = arguments.filter.as_ref().map(|filter| filter.get(row).as_bool());
            if !matches!(passes, None | Some(Some(true))) {
                continue;
            }
            if self.call.distinct {
                let values: Vec<Value> =
                    arguments.columns.iter().map(|column| column.get(row)).collect();
                let held = super::row_bytes(&values);
                if !self.seen.insert((group, values)) {
                    continue;
                }
                bytes += held;
            }
            bytes += self.gather.add(group, &arguments.columns, row..row + 1)?;
        }
        Ok(bytes)
    }
}

/// Keys with one row for each run, and where the runs end, if one key repeats and the others are constant:
/// the bins of a series.
fn by_runs<'b>(keys: &[Column<'b>]) -> Option<(Vec<Column<'b>>, Arc<Vec<u32>>)> {
    let is_constant = |column: &&Column<'_>| matches!(column, Column::Constant(_));
    if keys.iter().filter(is_constant).count() + 1 != keys.len() {
        return None;
    }
    let ends = keys.iter().find_map(|column| match column {
        Column::Runs { ends, .. } => Some(Arc::clone(ends)),
        _ => None,
    })?;
    let of_run = |column: &Column<'b>| match column {
        Column::Runs { values, .. } => {
            Column::Int { values: values.clone(), present: None, ascending: false }
        }
        column => column.clone(),
    };
    Some((keys.iter().map(of_run).collect(), ends))
}

/// Where the run of equal values that begins at a row ends, not beyond `end`.
fn run_end(column: &Column<'_>, start: usize, end: usize) -> usize {
    match column {
        Column::Constant(_) => end,
        Column::Runs { ends, .. } => {
            let run = ends.partition_point(|end| *end as usize <= start);
            end.min(ends[run] as usize)
        }
        column => {
            let mut reached = start + 1;
            while reached < end && column.is_same(start, reached) {
                reached += 1;
            }
            reached
        }
    }
}
