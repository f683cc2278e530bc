//! Scan

use std::sync::Arc;

use items::legacy::AttributeConditions;
use items::{Arguments, Condition, Item, Names, Parameter, Values};
use serde::{Deserialize, Deserializer};

use super::page::{Output, Select, Taken};
use super::query::{limit, no_index};
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

/// AWS's limit.
const SEGMENTS_MAX: u32 = 1_000_000;

#[derive(Debug)]
pub(crate) struct Scan;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    table_name: TableRef,
    index_name: Option<String>,
    attributes_to_get: Option<Vec<String>>,
    #[serde(default, deserialize_with = "limit")]
    limit: Option<u32>,
    select: Option<Select>,
    scan_filter: Option<AttributeConditions>,
    conditional_operator: Option<ConditionalOperator>,
    exclusive_start_key: Option<Item>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
    #[serde(default, deserialize_with = "total_segments")]
    total_segments: Option<u32>,
    #[serde(default, deserialize_with = "segment")]
    segment: Option<u32>,
    projection_expression: Option<String>,
    filter_expression: Option<String>,
    expression_attribute_names: Option<Names>,
    expression_attribute_values: Option<Values>,
    consistent_read: Option<bool>,
}

fn total_segments<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    bounded::<D, 1, SEGMENTS_MAX>(from, "totalSegments")
}

fn segment<'de, D: Deserializer<'de>>(from: D) -> Result<Option<u32>, D::Error> {
    bounded::<D, 0, { SEGMENTS_MAX - 1 }>(from, "segment")
}

impl Operation for Scan {
    const NAME: &'static str = "Scan";
    // Asked when it is known what the request touches.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, mut input: Input) -> Result<Output, AwsError> {
        input.check_styles()?;
        let segment = input.segment()?;
        let mut arguments = arguments(
            input.expression_attribute_names.take(),
            input.expression_attribute_values.take(),
        )?;
        let taken = input.taken(&mut arguments)?;
        arguments.finish()?;
        let index = input.index_name.as_deref();
        let touch = taken.touch(Touch::of(&state, &caller, &input.table_name, index)?, index);
        let table = touch.permit(&state, &caller, Self::NAME)?;
        let definition = table.definition();
        if let Some(name) = index.filter(|name| definition.index(name).is_none()) {
            return Err(no_index(name));
        }
        let whole_items = taken.check(definition, index)?;
        let page = state.tables.scan(&tables::Scan {
            table: &table,
            index,
            segment,
            whole_items,
            limit: input.limit.map(|limit| limit as usize),
            start: input.exclusive_start_key.as_ref(),
        })?;
        taken.answer(definition, index, page)
    }
}

impl Input {
    fn check_styles(&self) -> Result<(), AwsError> {
        check_styles(
            &[
                ("ProjectionExpression", self.projection_expression.is_some()),
                ("FilterExpression", self.filter_expression.is_some()),
            ],
            &[
                ("AttributesToGet", self.attributes_to_get.is_some()),
                ("ScanFilter", self.scan_filter.is_some()),
                ("ConditionalOperator", self.conditional_operator.is_some()),
            ],
            self.expression_attribute_names.is_some(),
            self.expression_attribute_values.is_some(),
        )
    }

    fn segment(&self) -> Result<Option<(u32, u32)>, AwsError> {
        match (self.segment, self.total_segments) {
            (None, None) => Ok(None),
            (Some(_), None) => Err(validation(
                "The TotalSegments parameter is required but was not present in the request when \
                 Segment parameter is present",
            )),
            (None, Some(_)) => Err(validation(
                "The Segment parameter is required but was not present in the request when \
                 parameter TotalSegments is present",
            )),
            (Some(segment), Some(total)) if segment < total => Ok(Some((segment, total))),
            (Some(segment), Some(total)) => Err(validation(format!(
                "The Segment parameter is zero-based and must be less than parameter \
                 TotalSegments: Segment: {segment} is not less than TotalSegments: {total}"
            ))),
        }
    }

    fn taken(&mut self, arguments: &mut Arguments) -> Result<Taken, AwsError> {
        let filter = match (&self.filter_expression, self.scan_filter.take()) {
            (Some(text), _) => Some(arguments.condition(Parameter::Filter, text)?),
            (None, Some(filter)) if !filter.is_empty() => {
                let combine = combine(self.conditional_operator);
                Some(Condition::of_filter("scanFilter", filter, combine)?)
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
