//! Amazon DynamoDB: tables and their items. The service `dynamodb`.

mod arguments;
mod capacity;
mod collection;
mod input;
mod item;
mod permit;
pub(crate) mod shown;
mod statement;
mod table;
pub(crate) mod words;

pub(crate) use self::input::{TableRef, bounded, wire_words, wrong_input};
pub(crate) use self::table::{KeySchemaElement, key_schema, seconds, view};
use crate::operation::Row;
use crate::service::{Protocol, Service};

/// Also that of the streams, which are told apart by their target.
pub(crate) const SIGNING_NAME: &str = "dynamodb";

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "dynamodb",
    protocol: Protocol::Json10 { target_prefix: "DynamoDB_20120810" },
    operations: &[
        // Those that are asked most are found first.
        Row::of::<item::put_item::PutItem>(),
        Row::of::<item::get_item::GetItem>(),
        Row::of::<item::query::Query>(),
        Row::of::<item::update_item::UpdateItem>(),
        Row::of::<item::batch_write_item::BatchWriteItem>(),
        Row::of::<item::batch_get_item::BatchGetItem>(),
        Row::of::<item::delete_item::DeleteItem>(),
        Row::of::<item::scan::Scan>(),
        Row::of::<item::transact_get_items::TransactGetItems>(),
        Row::of::<item::transact_write_items::TransactWriteItems>(),
        Row::of::<statement::execute_statement::ExecuteStatement>(),
        Row::of::<statement::batch_execute_statement::BatchExecuteStatement>(),
        Row::of::<statement::execute_transaction::ExecuteTransaction>(),
        Row::of::<table::create_table::CreateTable>(),
        Row::of::<table::delete_table::DeleteTable>(),
        Row::of::<table::describe_continuous_backups::DescribeContinuousBackups>(),
        Row::of::<table::describe_endpoints::DescribeEndpoints>(),
        Row::of::<table::describe_limits::DescribeLimits>(),
        Row::of::<table::describe_table::DescribeTable>(),
        Row::of::<table::describe_time_to_live::DescribeTimeToLive>(),
        Row::of::<table::list_tables::ListTables>(),
        Row::of::<table::list_tags_of_resource::ListTagsOfResource>(),
        Row::of::<table::tag_resource::TagResource>(),
        Row::of::<table::untag_resource::UntagResource>(),
        Row::of::<table::update_table::UpdateTable>(),
        Row::of::<table::update_time_to_live::UpdateTimeToLive>(),
    ],
};
