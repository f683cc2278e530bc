//! Query

use std::sync::Arc;

use items::legacy::AttributeConditions;
use items::{Arguments, Condition, Item, KeyTest, KeyTests, Names, Parameter, Values};
use serde::{Deserialize, Deserializer};
use tables::{Definition, KeySchema};

use super::page::{Output, Select, Taken};
use crate::caller::Caller;
use crate::dynamodb::arguments::{
    ConditionalOperator, arguments, check_styles, combine, projection,
};
use crate::dynamodb::capacity::ReturnConsumedCapacity;
use crate::dynamodb::input::{TableRef, bounded};
use crate::dynamodb::permit::Touch;
use crate::dynamodb::words::validation;
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;

#[derive(Debug)]
pub(crate) struct Query;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
    index_name: Option<String>,
    select: Option<Select>,
    attributes_to_get: Option<Vec<String>>,
    #[serde(default, deserialize_with = "limit")]
    limit: Option<u32>,
    consistent_read: Option<bool>,
    key_conditions: Option<AttributeConditions>,
    query_filter: Option<AttributeConditions>,
    conditional_operator: Option<ConditionalOperator>,
    scan_index_forward: Option<bool>,
    exclusive_start_key: Option<Item>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
    projection_expression: Option<String>,
    filter_expression: Option<String>,
    key_condition_expression: Option<String>,
    expression_attribute_names: Option<Names>,
    expression_attribute_values: Option<Values>,
}

pub(super) fn limit<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u32>, D::Error> {
    bounded::<D, 1, { i32::MAX as u32 }>(deserializer, "limit")
}

impl Operation for Query {
    const NAME: &'static str = "Query";
    // Asked when it is known what the request touches.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, mut input: Input) -> Result<Output, AwsError> {
        input.check_styles()?;
        let mut arguments = arguments(
            input.expression_attribute_names.take(),
            input.expression_attribute_values.take(),
        )?;
        let tests = input.key_tests(&mut arguments)?;
        let taken = input.taken(&mut arguments)?;
        arguments.finish()?;
        let index = input.index_name.as_deref();
        let mut touch = taken.touch(Touch::of(&state, &caller, &input.table_name, index)?, index);
        if let Some(schema) = touch.definition().and_then(|it| schema(it, index))
            && let Some(KeyTest::Equal(value)) = tests.of(&schema.partition.name)
        {
            touch = touch.partition(value);
        }
        let table = touch.permit(&state, &caller, Self::NAME)?;
        let definition = table.definition();
        let schema =
            schema(definition, index).ok_or_else(|| no_index(index.unwrap_or_default()))?;
        let sort = schema.sort.as_ref().map(|sort| sort.name.as_str());
        let (partition, sort) = tests.split(&schema.partition.name, sort)?;
        check_filter(schema, &taken, input.query_filter.is_some())?;
        let whole_items = taken.check(definition, index)?;
        let page = state.tables.query(&tables::Query {
            table: &table,
            index,
            partition: &partition,
            sort: sort.as_ref(),
            backward: input.scan_index_forward == Some(false),
            whole_items,
            limit: input.limit.map(|limit| limit as usize),
            start: input.exclusive_start_key.as_ref(),
        })?;
        taken.answer(definition, index, page)
    }
}

fn schema<'a>(definition: &'a Definition, index: Option<&str>) -> Option<&'a KeySchema> {
    match index {
        None => Some(&definition.key),
        Some(name) => Some(&definition.index(name)?.key),
    }
}

pub(super) fn no_index(name: &str) -> AwsError {
    validation(format!("The table does not have the specified index: {name}"))
}

/// What a key decides, a filter may not.
fn check_filter(schema: &KeySchema, taken: &Taken, is_legacy: bool) -> Result<(), AwsError> {
    let Some(filter) = &taken.filter else { return Ok(()) };
    match filter.names().iter().find(|name| schema.contains(name)) {
        None => Ok(()),
        Some(name) => {
            let what = if is_legacy { "QueryFilter" } else { "Filter Expression" };
            Err(validation(format!(
                "{what} can only contain non-primary key attributes: Primary key attribute: {name}"
            )))
        }
    }
}

impl Input {
    fn check_styles(&self) -> Result<(), AwsError> {
        let is_mixed = self.key_condition_expression.is_some();
        check_styles(
            &[
                ("ProjectionExpression", self.projection_expression.is_some()),
                ("FilterExpression", self.filter_expression.is_some()),
                ("KeyConditionExpression", self.key_condition_expression.is_some()),
            ],
            &[
                ("AttributesToGet", self.attributes_to_get.is_some()),
                ("QueryFilter", self.query_filter.is_some()),
                ("ConditionalOperator", self.conditional_operator.is_some()),
                // Expressions may stand beside it, if none of them is of keys.
                ("KeyConditions", self.key_conditions.is_some() && is_mixed),
            ],
            self.expression_attribute_names.is_some(),
            self.expression_attribute_values.is_some(),
        )
    }

    fn key_tests(&mut self, arguments: &mut Arguments) -> Result<KeyTests, AwsError> {
        match (&self.key_condition_expression, self.key_conditions.take()) {
            (Some(text), _) => Ok(arguments.key_condition(text)?),
            (None, Some(conditions)) => Ok(KeyTests::of_conditions(conditions)?),
            (None, None) => Err(validation(
                "Either the KeyConditions or KeyConditionExpression parameter must be specified in \
                 the request.",
            )),
        }
    }

    fn taken(&mut self, arguments: &mut Arguments) -> Result<Taken, AwsError> {
        let filter = match (&self.filter_expression, &self.query_filter) {
            (Some(text), _) => Some(arguments.condition(Parameter::Filter, text)?),
            (None, Some(filter)) if !filter.is_empty() => {
                let combine = combine(self.conditional_operator);
                Some(Condition::of_filter("queryFilter", filter.clone(), combine)?)
            }
            (None, _) => None,
        };
        let expression = self.projection_expression.as_deref();
        Ok(Taken {
            select: self.select,
            projection: projection(arguments, expression, self.attributes_to_get.take())?,
            filter,
            is_consistent: self.consistent_read.unwrap_or(false),
            capacity: self.return_consumed_capacity,
        })
    }
}
