//! Amazon Timestream's writing side: databases, tables, records. The service `timestream`, whose other
//! side is in `timestream_query`.

mod create_database;
mod create_table;
mod delete_database;
mod delete_table;
mod describe_database;
mod describe_endpoints;
mod describe_table;
mod list_databases;
mod list_tables;
mod list_tags_for_resource;
mod plain_records;
mod records_input;
mod shape;
mod tag_resource;
mod untag_resource;
mod update_database;
mod update_table;
pub(crate) mod words;
mod write_records;

pub(crate) use self::describe_endpoints::DescribeEndpoints;
pub(crate) use self::list_tags_for_resource::ListTagsForResource;
pub(crate) use self::tag_resource::TagResource;
pub(crate) use self::untag_resource::UntagResource;
pub(crate) use self::words::wrong_input;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SIGNING_NAME: &str = "timestream";

/// Of both sides.
pub(crate) const TARGET_PREFIX: &str = "Timestream_20181101";

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "timestream",
    protocol: Protocol::Json10 { target_prefix: TARGET_PREFIX },
    operations: &[
        Row::of::<create_database::CreateDatabase>(),
        Row::of::<create_table::CreateTable>(),
        Row::of::<delete_database::DeleteDatabase>(),
        Row::of::<delete_table::DeleteTable>(),
        Row::of::<describe_database::DescribeDatabase>(),
        Row::of::<DescribeEndpoints>(),
        Row::of::<describe_table::DescribeTable>(),
        Row::of::<list_databases::ListDatabases>(),
        Row::of::<list_tables::ListTables>(),
        Row::of::<ListTagsForResource>(),
        Row::of::<TagResource>(),
        Row::of::<UntagResource>(),
        Row::of::<update_database::UpdateDatabase>(),
        Row::of::<update_table::UpdateTable>(),
        Row::of::<write_records::WriteRecords>(),
    ],
};
