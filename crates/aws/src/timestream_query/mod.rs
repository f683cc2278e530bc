//! Amazon Timestream's reading side: queries in SQL. The service `timestream`, whose other side, with
//! what both have in common, is in `timestream_write`.

mod cancel_query;
mod permit;
mod prepare_query;
mod queries;
mod query;
mod shape;
mod words;

pub use self::queries::Queries;
use crate::operation::Row;
use crate::service::{Protocol, Service};
use crate::timestream_write::{
    DescribeEndpoints, ListTagsForResource, SIGNING_NAME, TARGET_PREFIX, TagResource, UntagResource,
};

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "timestream",
    protocol: Protocol::Json10 { target_prefix: TARGET_PREFIX },
    operations: &[
        Row::of::<cancel_query::CancelQuery>(),
        Row::of::<DescribeEndpoints>(),
        Row::of::<ListTagsForResource>(),
        Row::of::<prepare_query::PrepareQuery>(),
        Row::of::<query::Query>(),
        Row::of::<TagResource>(),
        Row::of::<UntagResource>(),
    ],
};
