//! DeleteItem

use std::sync::Arc;

use items::legacy::ExpectedAttributes;
use items::{Item, Names, Values};
use serde::{Deserialize, Serialize};
use tables::{ItemChange, ItemWrite};

use super::write::{OnConditionFailure, ReturnValues, Wanted, check_old_or_none, write};
use crate::caller::Caller;
use crate::dynamodb::arguments::{
    ConditionalOperator, arguments, check_parts, check_styles, condition, parts_of,
};
use crate::dynamodb::capacity::{
    ConsumedCapacity, ReturnConsumedCapacity, ReturnItemCollectionMetrics,
};
use crate::dynamodb::collection::{Collection, ItemCollectionMetrics};
use crate::dynamodb::input::TableRef;
use crate::dynamodb::permit::Touch;
use crate::dynamodb::shown::Shown;
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct DeleteItem;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
    key: Item,
    expected: Option<ExpectedAttributes>,
    conditional_operator: Option<ConditionalOperator>,
    condition_expression: Option<String>,
    expression_attribute_names: Option<Names>,
    expression_attribute_values: Option<Values>,
    return_values: Option<ReturnValues>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
    return_item_collection_metrics: Option<ReturnItemCollectionMetrics>,
    return_values_on_condition_check_failure: Option<OnConditionFailure>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes: Option<Shown>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consumed_capacity: Option<ConsumedCapacity>,
    #[serde(skip_serializing_if = "Option::is_none")]
    item_collection_metrics: Option<ItemCollectionMetrics>,
}

impl Operation for DeleteItem {
    const NAME: &'static str = "DeleteItem";
    // Asked when it is known what the request touches.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        check_styles(
            &[("ConditionExpression", input.condition_expression.is_some())],
            &[("Expected", input.expected.is_some())],
            input.expression_attribute_names.is_some(),
            input.expression_attribute_values.is_some(),
        )?;
        check_old_or_none(input.return_values)?;
        let mut arguments =
            arguments(input.expression_attribute_names, input.expression_attribute_values)?;
        let expression = input.condition_expression.as_deref();
        let operator = input.conditional_operator;
        let condition = condition(&mut arguments, expression, input.expected, operator)?;
        arguments.finish()?;
        let wanted = Wanted {
            values: input.return_values,
            updated: None,
            capacity: input.return_consumed_capacity,
            on_failure: input.return_values_on_condition_check_failure,
        };
        let asked_about = condition.iter().flat_map(|it| it.names().iter().map(String::as_str));
        let names = input.key.iter().map(|(name, _)| name).chain(asked_about);
        let table = Touch::of(&state, &caller, &input.table_name, None)?
            .items([&input.key])
            .attributes(names)
            .returns(input.return_values.map(ReturnValues::as_str))
            .capacity(input.return_consumed_capacity)
            .permit(&state, &caller, Self::NAME)?;
        check_parts(table.definition(), parts_of(condition.as_ref()))?;
        let change = ItemChange::Delete { key: input.key };
        let asked = input.return_item_collection_metrics;
        let collection = Collection::asked(asked, &table, &change);
        let delete = ItemWrite { table, change, condition, wants_old: wanted.old() };
        let (attributes, consumed_capacity) = write(&state, delete, &wanted).await?;
        let measured = collection.map(|collection| collection.measure(&state)).transpose()?;
        let item_collection_metrics = measured.flatten();
        Ok(Output { attributes, consumed_capacity, item_collection_metrics })
    }
}
