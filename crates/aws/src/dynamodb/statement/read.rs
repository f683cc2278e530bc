//! SELECT: a query where the partition is said, else a scan.

use items::partiql::Select;
use items::{Item, Value};
use tables::{KeySchema, Query, Scan};

use crate::caller::Caller;
use crate::dynamodb::capacity::ReturnConsumedCapacity;
use crate::dynamodb::input::TableRef;
use crate::dynamodb::item::{Output, Taken};
use crate::dynamodb::permit::Touch;
use crate::dynamodb::words::validation;
use crate::error::AwsError;
use crate::state::State;

/// How a statement shall be read.
#[derive(Debug, Default)]
pub(super) struct Reading {
    pub(super) is_consistent: bool,
    pub(super) limit: Option<usize>,
    pub(super) start: Option<Item>,
    pub(super) capacity: Option<ReturnConsumedCapacity>,
}

const ACTION: &str = "PartiQLSelect";

/// One page of what a statement finds.
pub(super) fn select(
    state: &State,
    caller: &Caller,
    select: &Select,
    reading: &Reading,
) -> Result<Output, AwsError> {
    let name = TableRef::parse(&select.table).map_err(validation)?;
    let index = select.index.as_deref();
    let filter = select.search.as_ref().map(items::partiql::Search::condition);
    let taken = Taken {
        projection: select.projection.clone(),
        filter,
        is_consistent: reading.is_consistent,
        capacity: reading.capacity,
        ..Taken::default()
    };
    let mut touch = taken.touch(Touch::of(state, caller, &name, index)?, index);
    let found = touch.definition().and_then(|definition| {
        let schema = match index {
            None => &definition.key,
            Some(index) => &definition.index(index)?.key,
        };
        partition(select, schema)
    });
    touch = match &found {
        Some((value, _)) => touch.partition(value),
        None => touch,
    };
    let table = touch.permit(state, caller, ACTION)?;
    let definition = table.definition();
    let whole_items = taken.check(definition, index)?;
    let (limit, start) = (reading.limit, reading.start.as_ref());
    let page = match &found {
        Some((partition, sort)) => state.tables.query(&Query {
            table: &table,
            index,
            partition,
            sort: sort.as_ref(),
            backward: select.order.as_ref().is_some_and(|order| order.is_descending),
            whole_items,
            limit,
            start,
        })?,
        None if select.order.is_some() => {
            return Err(validation(
                "Must have WHERE clause in the statement when using ORDER BY clause.",
            ));
        }
        None => state.tables.scan(&Scan {
            table: &table,
            index,
            segment: None,
            whole_items,
            limit,
            start,
        })?,
    };
    taken.answer(definition, index, page)
}

/// The partition and the test of its sort key, if their types are the schema's.
fn partition(select: &Select, schema: &KeySchema) -> Option<(Value, Option<items::KeyTest>)> {
    let search = select.search.as_ref()?;
    let sort = schema.sort.as_ref();
    let (value, test) =
        search.partition(&schema.partition.name, sort.map(|sort| sort.name.as_str()))?;
    // A value of another type is found nowhere, which the scan says too.
    if value.kind() != schema.partition.kind.into() {
        return None;
    }
    let is_of_sort = |test: &items::KeyTest| {
        sort.is_some_and(|sort| test.values().all(|value| value.kind() == sort.kind.into()))
    };
    Some((value, test.filter(is_of_sort)))
}
