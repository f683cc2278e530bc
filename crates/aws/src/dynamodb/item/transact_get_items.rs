//! TransactGetItems

use std::collections::BTreeMap;
use std::sync::Arc;

use items::{Item, Names, Projection};
use serde::{Deserialize, Serialize};
use tables::{StoredItem, TRANSACTION_BYTES_MAX, TRANSACTION_ITEMS_MAX, Table};

use crate::caller::Caller;
use crate::dynamodb::arguments::{arguments, check_styles};
use crate::dynamodb::capacity::{ConsumedCapacity, Direction, Meter, ReturnConsumedCapacity};
use crate::dynamodb::input::TableRef;
use crate::dynamodb::permit::Touch;
use crate::dynamodb::shown::Shown;
use crate::dynamodb::words::{constraint, validation};
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct TransactGetItems;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    transact_items: Vec<TransactGetItem>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct TransactGetItem {
    get: Get,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Get {
    key: Item,
    table_name: TableRef,
    projection_expression: Option<String>,
    expression_attribute_names: Option<Names>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consumed_capacity: Vec<ConsumedCapacity>,
    responses: Vec<Response>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Response {
    #[serde(skip_serializing_if = "Option::is_none")]
    item: Option<Shown>,
}

impl Operation for TransactGetItems {
    const NAME: &'static str = "TransactGetItems";
    // Asked for each of the items, as GetItem.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        check_count(input.transact_items.len())?;
        let (mut keys, mut projections) = (Vec::new(), Vec::new());
        for TransactGetItem { get } in input.transact_items {
            let projection = projection(get.projection_expression, get.expression_attribute_names)?;
            let mut touch = Touch::of(&state, &caller, &get.table_name, None)?.items([&get.key]);
            touch = match &projection {
                Some(projection) => {
                    touch.attributes(projection.names()).select("SPECIFIC_ATTRIBUTES")
                }
                None => touch.select("ALL_ATTRIBUTES"),
            };
            let table = touch.within(Self::NAME).permit(&state, &caller, "GetItem")?;
            projections.push(projection);
            keys.push((table, get.key));
        }
        let items = state.tables.get_items(&keys)?;
        let bytes: usize = items.iter().flatten().map(StoredItem::item_bytes).sum();
        if bytes > TRANSACTION_BYTES_MAX {
            return Err(validation("Aggregate size of items in the transaction exceeds 4 MB"));
        }
        let consumed_capacity = capacity(&keys, &items, input.return_consumed_capacity);
        let shown = items.into_iter().zip(&projections).map(|(item, projection)| {
            let item = item.map(|item| Shown::of(item, projection.as_ref())).transpose()?;
            Ok::<_, AwsError>(Response { item })
        });
        Ok(Output { consumed_capacity, responses: shown.collect::<Result<_, _>>()? })
    }
}

/// What the reads of a transaction consumed, table by table.
pub(crate) fn capacity(
    keys: &[(Table, Item)],
    items: &[Option<StoredItem>],
    asked: Option<ReturnConsumedCapacity>,
) -> Vec<ConsumedCapacity> {
    let mut meters = BTreeMap::new();
    for ((table, _), item) in keys.iter().zip(items) {
        let meter = || Meter::of_transaction(Direction::Read);
        let meter = meters.entry(table.definition().name.clone()).or_insert_with(meter);
        meter.read(item.as_ref().map_or(0, StoredItem::item_bytes), true);
    }
    meters.into_iter().filter_map(|(name, meter)| meter.told(name.as_str(), asked)).collect()
}

pub(super) fn check_count(count: usize) -> Result<(), AwsError> {
    let what = match count {
        0 => "Member must have length greater than or equal to 1",
        1..=TRANSACTION_ITEMS_MAX => return Ok(()),
        _ => "Member must have length less than or equal to 100",
    };
    Err(validation(constraint("[...]", "transactItems", what)))
}

fn projection(
    expression: Option<String>,
    names: Option<Names>,
) -> Result<Option<Projection>, AwsError> {
    let is_given = expression.is_some();
    check_styles(&[("ProjectionExpression", is_given)], &[], names.is_some(), false)?;
    let mut arguments = arguments(names, None)?;
    let projection = expression.map(|text| arguments.projection(&text)).transpose()?;
    arguments.finish()?;
    Ok(projection)
}
