//! What no bucket has, answered as AWS does for one that was never told of it.

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::row::{On, Operation};
use crate::s3::writer::Xml;

/// An operation that shows a setting of every bucket.
macro_rules! unset {
    ($type:ident, $name:literal, $query:literal, $action:literal, $answer:expr) => {
        pub(super) struct $type;

        impl Operation for $type {
            const NAME: &'static str = $name;
            const METHOD: &'static str = "GET";
            const ON: On = On::Bucket;
            const QUERY: &'static str = $query;
            const ACTION: &'static str = $action;

            async fn call(_ask: Ask) -> Result<Answer, AwsError> {
                $answer
            }
        }
    };
}

fn empty(root: &'static str) -> Result<Answer, AwsError> {
    Ok(Answer::xml(Xml::new(root)))
}

fn requester() -> Result<Answer, AwsError> {
    let mut xml = Xml::new("RequestPaymentConfiguration");
    xml.leaf("Payer", "BucketOwner");
    Ok(Answer::xml(xml))
}

unset!(
    GetBucketAccelerateConfiguration,
    "GetBucketAccelerateConfiguration",
    "accelerate",
    "GetAccelerateConfiguration",
    empty("AccelerateConfiguration")
);
unset!(
    GetBucketEncryption,
    "GetBucketEncryption",
    "encryption",
    "GetEncryptionConfiguration",
    Err(AwsError::new(
        404,
        "ServerSideEncryptionConfigurationNotFoundError",
        "The server side encryption configuration was not found",
    ))
);
unset!(
    GetBucketLogging,
    "GetBucketLogging",
    "logging",
    "GetBucketLogging",
    empty("BucketLoggingStatus")
);
unset!(
    GetBucketReplication,
    "GetBucketReplication",
    "replication",
    "GetReplicationConfiguration",
    Err(AwsError::new(
        404,
        "ReplicationConfigurationNotFoundError",
        "The replication configuration was not found",
    ))
);
unset!(
    GetBucketRequestPayment,
    "GetBucketRequestPayment",
    "requestPayment",
    "GetBucketRequestPayment",
    requester()
);
unset!(
    GetBucketWebsite,
    "GetBucketWebsite",
    "website",
    "GetBucketWebsite",
    Err(AwsError::new(
        404,
        "NoSuchWebsiteConfiguration",
        "The specified bucket does not have a website configuration",
    ))
);
unset!(
    GetObjectLockConfiguration,
    "GetObjectLockConfiguration",
    "object-lock",
    "GetBucketObjectLockConfiguration",
    Err(AwsError::new(
        404,
        "ObjectLockConfigurationNotFoundError",
        "Object Lock configuration does not exist for this bucket",
    ))
);
