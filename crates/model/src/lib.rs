//! The words of the house: names, ARNs, topics, messages and principals, as types.
//!
//! A value of one of these types is valid: it was checked when it was made, with AWS's limits
//! where AWS has any, and need not be checked again. Nothing here stores, sends or decides.

pub mod arn;
pub mod bucket_name;
pub mod distinguished;
pub mod function_name;
pub mod iam_name;
pub mod log_name;
pub mod message;
pub mod name;
pub mod principal;
pub mod queue_name;
pub mod schedule_name;
pub mod series_name;
pub mod table_name;
pub mod topic;

pub use arn::{Arn, Home};
pub use bucket_name::{BucketName, ObjectKey};
pub use distinguished::{DistinguishedName, NameField};
pub use function_name::{FunctionName, LayerName};
pub use iam_name::{GroupName, IamPath, InstanceProfileName, RoleName, RoleSessionName, UserName};
pub use log_name::{LogGroupName, LogStreamName};
pub use message::{Message, MessageProperties, Qos};
pub use name::{
    AuthorizerName, BillingGroupName, CertificateId, ClientId, JobId, JobTemplateId, PolicyName,
    RoleAliasName, RuleName, ShadowName, TemplateName, ThingGroupName, ThingName, ThingTypeName,
};
pub use principal::Principal;
pub use queue_name::QueueName;
pub use schedule_name::{BusName, EventRuleName, ScheduleGroupName, ScheduleName};
pub use series_name::{DatabaseName, SeriesTableName};
pub use table_name::{IndexName, TableName};
pub use topic::{BASIC_INGEST, Topic, TopicFilter};
