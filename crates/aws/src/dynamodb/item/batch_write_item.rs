//! BatchWriteItem

use std::collections::BTreeMap;
use std::sync::Arc;

use items::{Item, Packed};
use serde::{Deserialize, Serialize};
use tables::{ItemChange, ItemWrite, Table};

use crate::caller::Caller;
use crate::dynamodb::capacity::{
    ConsumedCapacity, Meter, ReturnConsumedCapacity, ReturnItemCollectionMetrics, is_asked,
};
use crate::dynamodb::collection::{Collection, MetricsOfTables, measure_all};
use crate::dynamodb::input::TableRef;
use crate::dynamodb::permit::Touch;
use crate::dynamodb::words::{constraint, validation};
use crate::error::AwsError;
use crate::operation::{Operation, Permission};
use crate::state::State;

/// AWS's limit of one call.
const WRITES_MAX: usize = 25;

#[derive(Debug)]
pub(crate) struct BatchWriteItem;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct Input {
    request_items: BTreeMap<String, Vec<WriteRequest>>,
    return_consumed_capacity: Option<ReturnConsumedCapacity>,
    return_item_collection_metrics: Option<ReturnItemCollectionMetrics>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct WriteRequest {
    put_request: Option<PutRequest>,
    delete_request: Option<DeleteRequest>,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct PutRequest {
    item: Packed,
}

#[derive(Debug, Deserialize)]
#[serde(rename_all = "PascalCase", deny_unknown_fields)]
pub(crate) struct DeleteRequest {
    key: Item,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Output {
    /// Always empty: all are written, or the call fails.
    unprocessed_items: BTreeMap<String, Item>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    consumed_capacity: Vec<ConsumedCapacity>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    item_collection_metrics: MetricsOfTables,
}

impl Operation for BatchWriteItem {
    const NAME: &'static str = "BatchWriteItem";
    // Asked for each of the tables.
    const PERMISSION: Permission = Permission::Own;

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, caller: Caller, input: Input) -> Result<Output, AwsError> {
        check_count(&input.request_items)?;
        let asked = input.return_consumed_capacity;
        let mut writes = Vec::new();
        let (mut consumed_capacity, mut collections) = (Vec::new(), Vec::new());
        for (name, requests) in input.request_items {
            let name = TableRef::parse(&name).map_err(validation)?;
            let touched = || requests.iter().filter_map(WriteRequest::touched).collect();
            let table = Touch::of(&state, &caller, &name, None)?
                .many(touched)
                .capacity(asked)
                .permit(&state, &caller, Self::NAME)?;
            let of_table = requests.into_iter().map(|request| request.write(&table));
            let of_table = of_table.collect::<Result<Vec<_>, _>>()?;
            if is_asked(asked) {
                let meter = meter(&state, &table, &of_table)?;
                consumed_capacity.extend(meter.told(name.as_str(), asked));
            }
            let metrics = input.return_item_collection_metrics;
            let written = of_table.iter();
            collections
                .extend(written.filter_map(|it| Collection::asked(metrics, &table, &it.change)));
            writes.extend(of_table);
        }
        state.tables.batch_write(writes).await?;
        let item_collection_metrics = measure_all(&state, collections)?;
        let unprocessed_items = BTreeMap::new();
        Ok(Output { unprocessed_items, consumed_capacity, item_collection_metrics })
    }
}

fn check_count(items: &BTreeMap<String, Vec<WriteRequest>>) -> Result<(), AwsError> {
    if items.is_empty() {
        let what = "Member must have length greater than or equal to 1";
        return Err(validation(constraint("{}", "requestItems", what)));
    }
    let count: usize = items.values().map(Vec::len).sum();
    if count > WRITES_MAX {
        return Err(validation("Too many items requested for the BatchWriteItem call"));
    }
    if let Some((name, _)) = items.iter().find(|(_, requests)| requests.is_empty()) {
        let at = format!("requestItems.{name}.member");
        let what = "Member must have length less than or equal to 25, Member must have length \
                    greater than or equal to 1";
        return Err(validation(constraint("[]", &at, what)));
    }
    Ok(())
}

impl WriteRequest {
    /// The item that is put, or the key that is deleted.
    fn touched(&self) -> Option<Item> {
        match (&self.put_request, &self.delete_request) {
            (Some(PutRequest { item }), _) => Some(item.unpack()),
            (None, Some(DeleteRequest { key })) => Some(key.clone()),
            (None, None) => None,
        }
    }

    fn write(self, table: &Table) -> Result<ItemWrite, AwsError> {
        let change = match (self.put_request, self.delete_request) {
            (Some(PutRequest { item }), None) => ItemChange::PutPacked(item),
            (None, Some(DeleteRequest { key })) => ItemChange::Delete { key },
            _ => {
                return Err(validation(
                    "Supplied AttributeValue has more than one datatypes set, must contain exactly \
                     one of the supported datatypes",
                ));
            }
        };
        Ok(ItemWrite { table: table.clone(), change, condition: None, wants_old: false })
    }
}

/// Reads what is there now: the writes themselves do not have to.
fn meter(state: &State, table: &Table, writes: &[ItemWrite]) -> Result<Meter, AwsError> {
    let mut meter = Meter::default();
    for write in writes {
        let touched = write.change.touched();
        let (key, new) = match &write.change {
            ItemChange::Put(_) | ItemChange::PutPacked(_) => {
                (key_of(table, &touched), Some(&*touched))
            }
            ItemChange::Update { .. } | ItemChange::Delete { .. } | ItemChange::Check { .. } => {
                (touched.clone().into_owned(), None)
            }
        };
        let old = state.tables.get_item(table, &key)?;
        meter.write_new(table.definition(), old.as_ref(), new)?;
    }
    Ok(meter)
}

fn key_of(table: &Table, item: &Item) -> Item {
    let names = table.definition().key.attributes().map(|attribute| attribute.name.as_str());
    names.filter_map(|name| Some((name, item.get(name)?.clone()))).collect()
}
