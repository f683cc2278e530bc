//! BatchGetItem

use std::collections::BTreeMap;
use std::sync::Arc;

use items::{Item, Names, Projection};
use serde::{Deserialize, Serialize};
use tables::{PAGE_BYTES_MAX, StoredItem, Table};

use crate::caller::Caller;
use crate::dynamodb::arguments::{arguments, check_styles, projection};
use crate::dynamodb::capacity::{ConsumedCapacity, Meter, ReturnConsumedCapacity};
use crate::dynamodb::input::TableRef;
use crate::dynamodb::permit::Touch;
use crate::dynamodb::shown::Shown;
use crate::dynamodb::words::{constraint, validation};
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;

/// AWS's limits of one call.
const KEYS_MAX: usize = 100;
const BYTES_MAX: usize = 16 * PAGE_BYTES_MAX;

#[derive(Debug)]
pub(crate) struct BatchGetItem;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    request_items: BTreeMap<String, KeysAndAttributes>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
}

#[derive(Clone, Debug, Deserialize, Serialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct KeysAndAttributes {
    keys: Vec<Item>,
    #[serde(skip_serializing_if = "Option::is_none")]
    attributes_to_get: Option<Vec<String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    consistent_read: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    projection_expression: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    expression_attribute_names: Option<BTreeMap<String, String>>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    responses: BTreeMap<String, Vec<Shown>>,
    unprocessed_keys: BTreeMap<String, KeysAndAttributes>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consumed_capacity: Vec<ConsumedCapacity>,
}

impl Operation for BatchGetItem {
    const NAME: &'static str = "BatchGetItem";
    // Asked for each of the tables.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        let count: usize = input.request_items.values().map(|keys| keys.keys.len()).sum();
        check_count(&input.request_items, count)?;
        let mut output = Output {
            responses: BTreeMap::new(),
            unprocessed_keys: BTreeMap::new(),
            consumed_capacity: Vec::new(),
        };
        let mut room = BYTES_MAX;
        for (name, wanted) in input.request_items {
            let table = TableRef::parse(&name).map_err(validation)?;
            let projection = wanted.projection()?;
            let mut touch = Touch::of(&state, &caller, &table, None)?.items(&wanted.keys);
            touch = match &projection {
                Some(projection) => {
                    touch.attributes(projection.names()).select("SPECIFIC_ATTRIBUTES")
                }
                None => touch.select("ALL_ATTRIBUTES"),
            };
            let asked = input.return_consumed_capacity;
            let found = touch.capacity(asked).permit(&state, &caller, Self::NAME)?;
            let mut read = wanted.read(&state, &found)?;
            let fits = fitting(&read, &mut room);
            let left = KeysAndAttributes { keys: wanted.keys[fits..].to_vec(), ..wanted.clone() };
            read.truncate(fits);
            let mut meter = Meter::default();
            for item in &read {
                let bytes = item.as_ref().map_or(0, StoredItem::item_bytes);
                meter.read(bytes, wanted.consistent_read.unwrap_or(false));
            }
            let capacity = meter.told(table.as_str(), input.return_consumed_capacity);
            output.consumed_capacity.extend(capacity);
            let shown = read.into_iter().flatten().map(|it| Shown::of(it, projection.as_ref()));
            output.responses.insert(name.clone(), shown.collect::<Result<_, _>>()?);
            if !left.keys.is_empty() {
                output.unprocessed_keys.insert(name, left);
            }
        }
        Ok(output)
    }
}

fn check_count(items: &BTreeMap<String, KeysAndAttributes>, count: usize) -> Result<(), AwsError> {
    if items.is_empty() {
        let what = "Member must have length greater than or equal to 1";
        return Err(validation(constraint("{}", "requestItems", what)));
    }
    if count > KEYS_MAX {
        return Err(validation("Too many items requested for the BatchGetItem call"));
    }
    Ok(())
}

/// How many of the items there is room for.
fn fitting(items: &[Option<StoredItem>], room: &mut usize) -> usize {
    for (at, item) in items.iter().enumerate() {
        let bytes = item.as_ref().map_or(0, StoredItem::item_bytes);
        match room.checked_sub(bytes) {
            Some(left) => *room = left,
            None => {
                *room = 0;
                return at;
            }
        }
    }
    items.len()
}

impl KeysAndAttributes {
    fn projection(&self) -> Result<Option<Projection>, AwsError> {
        let expression = self.projection_expression.as_deref();
        check_styles(
            &[("ProjectionExpression", expression.is_some())],
            &[("AttributesToGet", self.attributes_to_get.is_some())],
            self.expression_attribute_names.is_some(),
            false,
        )?;
        let names = self.expression_attribute_names.clone();
        let mut arguments = arguments(names.map(|names| Names(names.into_iter().collect())), None)?;
        let projection = projection(&mut arguments, expression, self.attributes_to_get.clone())?;
        arguments.finish()?;
        Ok(projection)
    }

    fn read(&self, state: &State, table: &Table) -> Result<Vec<Option<StoredItem>>, AwsError> {
        for (at, key) in self.keys.iter().enumerate() {
            if self.keys[..at].contains(key) {
                return Err(validation("Provided list of item keys contains duplicates"));
            }
        }
        let keys: Vec<_> = self.keys.iter().map(|key| (table.clone(), key.clone())).collect();
        Ok(state.tables.get_items(&keys)?)
    }
}
