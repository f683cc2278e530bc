//! GetItem

use std::sync::Arc;

use items::{Item, Names};
use serde::{Deserialize, Serialize};

use crate::caller::Caller;
use crate::dynamodb::arguments::{arguments, check_parts, check_styles, projection};
use crate::dynamodb::capacity::{ConsumedCapacity, Meter, ReturnConsumedCapacity};
use crate::dynamodb::input::TableRef;
use crate::dynamodb::permit::Touch;
use crate::dynamodb::shown::{Answer, Shown};
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::reply::{Reply, Respond};
use crate::service::Protocol;
use crate::state::State;

#[derive(Debug)]
pub(crate) struct GetItem;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
    key: Item,
    attributes_to_get: Option<Vec<String>>,
    consistent_read: Option<bool>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
    projection_expression: Option<String>,
    expression_attribute_names: Option<Names>,
}

#[derive(Debug)]
pub(crate) struct Output {
    item: Option<Shown>,
    rest: Rest,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Rest {
    #[serde(skip_serializing_if = "Option::is_none")]
    consumed_capacity: Option<ConsumedCapacity>,
}

impl Respond for Output {
    fn respond(self, _protocol: Protocol) -> Result<Reply, AwsError> {
        let mut answer = Answer::new();
        if let Some(item) = &self.item {
            answer.item("Item", item)?;
        }
        answer.end(&self.rest)
    }
}

impl Operation for GetItem {
    const NAME: &'static str = "GetItem";
    // Asked when it is known what the request touches.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let expression = input.projection_expression.as_deref();
        check_styles(
            &[("ProjectionExpression", expression.is_some())],
            &[("AttributesToGet", input.attributes_to_get.is_some())],
            input.expression_attribute_names.is_some(),
            false,
        )?;
        let mut arguments = arguments(input.expression_attribute_names, None)?;
        let projection = projection(&mut arguments, expression, input.attributes_to_get)?;
        arguments.finish()?;
        let mut touch = Touch::of(&state, &caller, &input.table_name, None)?.items([&input.key]);
        touch = match &projection {
            Some(projection) => touch.attributes(projection.names()).select("SPECIFIC_ATTRIBUTES"),
            None => touch.select("ALL_ATTRIBUTES"),
        };
        let table =
            touch.capacity(input.return_consumed_capacity).permit(&state, &caller, Self::NAME)?;
        let parts = projection.iter().flat_map(items::Projection::names_of_parts);
        check_parts(table.definition(), parts)?;
        let item = state.tables.get_item(&table, &input.key)?;
        let mut meter = Meter::default();
        let bytes = item.as_ref().map_or(0, tables::StoredItem::item_bytes);
        meter.read(bytes, input.consistent_read.unwrap_or(false));
        let consumed_capacity =
            meter.told(input.table_name.as_str(), input.return_consumed_capacity);
        let item = item.map(|item| Shown::of(item, projection.as_ref())).transpose()?;
        Ok(Output { item, rest: Rest { consumed_capacity } })
    }
}
