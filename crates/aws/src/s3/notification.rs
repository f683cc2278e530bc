//! Who is told of what happens to objects: nobody yet, since what would be told is not served yet.

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::row::{On, Operation, not_implemented};
use crate::s3::writer::Xml;

pub(super) struct GetBucketNotificationConfiguration;
pub(super) struct PutBucketNotificationConfiguration;

impl Operation for GetBucketNotificationConfiguration {
    const NAME: &'static str = "GetBucketNotificationConfiguration";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "notification";
    const ACTION: &'static str = "GetBucketNotification";

    async fn call(_ask: Ask) -> Result<Answer, AwsError> {
        Ok(Answer::xml(Xml::new("NotificationConfiguration")))
    }
}

impl Operation for PutBucketNotificationConfiguration {
    const NAME: &'static str = "PutBucketNotificationConfiguration";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "notification";
    const ACTION: &'static str = "PutBucketNotification";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let document = ask.document("NotificationConfiguration").await?;
        match document.children.first() {
            // There is none to forget.
            None => Ok(Answer::ok()),
            Some(kind) => Err(not_implemented(&format!(
                "NotificationConfiguration is not supported with {}",
                kind.name
            ))),
        }
    }
}
