//! Tags of an object.

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::row::{On, Operation};
use crate::s3::tags::{self, OBJECT_TAGS_MAX, Tags};

pub(super) struct GetObjectTagging;
pub(super) struct PutObjectTagging;
pub(super) struct DeleteObjectTagging;

impl Operation for GetObjectTagging {
    const NAME: &'static str = "GetObjectTagging";
    const METHOD: &'static str = "GET";
    const ON: On = On::Object;
    const QUERY: &'static str = "tagging";
    const ACTION: &'static str = "GetObjectTagging";
    const VERSION_ACTION: &'static str = "GetObjectVersionTagging";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let (bucket, key) = (ask.bucket_name()?, ask.key()?);
        let version = ask.objects().describe(&bucket, &key, ask.version()?);
        let version = version.map_err(ask.unmarked())?;
        let answer = Answer::xml(tags::document(&version.details.tags));
        Ok(answer.with_some("x-amz-version-id", version.id()))
    }
}

impl Operation for PutObjectTagging {
    const NAME: &'static str = "PutObjectTagging";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Object;
    const QUERY: &'static str = "tagging";
    const ACTION: &'static str = "PutObjectTagging";
    const VERSION_ACTION: &'static str = "PutObjectVersionTagging";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let document = ask.document("Tagging").await?;
        let tags = tags::from_document(&document, OBJECT_TAGS_MAX)?;
        set(&ask, &tags, Answer::ok()).await
    }
}

impl Operation for DeleteObjectTagging {
    const NAME: &'static str = "DeleteObjectTagging";
    const METHOD: &'static str = "DELETE";
    const ON: On = On::Object;
    const QUERY: &'static str = "tagging";
    const ACTION: &'static str = "DeleteObjectTagging";
    const VERSION_ACTION: &'static str = "DeleteObjectVersionTagging";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        set(&ask, &Tags::new(), Answer::no_content()).await
    }
}

async fn set(ask: &Ask, tags: &Tags, answer: Answer) -> Result<Answer, AwsError> {
    let (bucket, key) = (ask.bucket_name()?, ask.key()?);
    let doer = ask.permit.doer();
    let set = ask.objects().set_tags(&bucket, &key, ask.version()?, tags, (&doer, ask.now())).await;
    Ok(answer.with_some("x-amz-version-id", set.map_err(ask.unmarked())?))
}
