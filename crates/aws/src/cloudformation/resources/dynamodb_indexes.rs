//! Global secondary indexes of a table, brought to what they are to be, one after the other.

use std::time::Duration;

use serde_json::{Value, json};
use stacks::Made;

use crate::cloudformation::desk::{Desk, Wanted};
use crate::cloudformation::resources::deed::plain;
use crate::error::AwsError;

/// Between two looks at an index that is being filled.
const LOOK_EVERY: Duration = Duration::from_millis(100);

pub(crate) async fn change(desk: &Desk, made: &Made, want: &Wanted<'_>) -> Result<(), AwsError> {
    let indexes = |list: Value| plain(list).as_array().cloned().unwrap_or_default();
    let old = indexes(made.properties.get("GlobalSecondaryIndexes").cloned().unwrap_or_default());
    let new = indexes(want.get("GlobalSecondaryIndexes"));
    let find = |list: &[Value], name: &Value| {
        list.iter().find(|index| index["IndexName"] == *name).cloned()
    };
    let there = there(desk, &made.physical_id).await?;
    for index in &old {
        let name = &index["IndexName"];
        let stays = find(&new, name).is_some_and(|becomes| form(&becomes) == form(index));
        if !stays && there.contains(name) {
            update(desk, made, want, json!({ "Delete": { "IndexName": name } })).await?;
        }
    }
    for index in &new {
        let name = &index["IndexName"];
        match find(&old, name) {
            Some(before) if before == *index => {}
            Some(before) if form(&before) == form(index) => {
                let mut change = json!({ "IndexName": name });
                for field in ["ProvisionedThroughput", "OnDemandThroughput"] {
                    if !index[field].is_null() {
                        change[field] = index[field].clone();
                    }
                }
                update(desk, made, want, json!({ "Update": change })).await?;
            }
            // An attempt that was stopped may have made it.
            None if want.is_again && there.contains(name) => {}
            _ => update(desk, made, want, json!({ "Create": index })).await?,
        }
    }
    Ok(())
}

/// What an index is, which cannot be changed.
fn form(index: &Value) -> (Value, Value) {
    (index["KeySchema"].clone(), index["Projection"].clone())
}

async fn update(
    desk: &Desk,
    made: &Made,
    want: &Wanted<'_>,
    change: Value,
) -> Result<(), AwsError> {
    let mut input = json!({
        "TableName": made.physical_id, "GlobalSecondaryIndexUpdates": [change],
    });
    input["AttributeDefinitions"] = want.get("AttributeDefinitions");
    desk.ask("dynamodb", "UpdateTable", input).await?;
    // One changes at a time.
    while !is_settled(desk, &made.physical_id).await? {
        tokio::time::sleep(LOOK_EVERY).await;
    }
    Ok(())
}

async fn is_settled(desk: &Desk, name: &str) -> Result<bool, AwsError> {
    let indexes = described(desk, name).await?;
    Ok(indexes.iter().all(|index| index["IndexStatus"] == "ACTIVE"))
}

async fn there(desk: &Desk, name: &str) -> Result<Vec<Value>, AwsError> {
    let indexes = described(desk, name).await?;
    Ok(indexes.into_iter().map(|index| index["IndexName"].clone()).collect())
}

async fn described(desk: &Desk, name: &str) -> Result<Vec<Value>, AwsError> {
    let answer = desk.ask("dynamodb", "DescribeTable", json!({ "TableName": name })).await?;
    Ok(answer["Table"]["GlobalSecondaryIndexes"].as_array().cloned().unwrap_or_default())
}
