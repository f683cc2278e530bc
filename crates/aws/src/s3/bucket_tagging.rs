//! Tags of a bucket.

use objects::Settings;

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::row::{On, Operation};
use crate::s3::tags::{self, BUCKET_TAGS_MAX};

pub(super) struct GetBucketTagging;
pub(super) struct PutBucketTagging;
pub(super) struct DeleteBucketTagging;

impl Operation for GetBucketTagging {
    const NAME: &'static str = "GetBucketTagging";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "tagging";
    const ACTION: &'static str = "GetBucketTagging";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let tags = ask.objects().bucket_tags(ask.bucket()?).map_err(ask.refused())?;
        let none = || AwsError::new(404, "NoSuchTagSet", "The TagSet does not exist");
        let tags = tags.filter(|tags| !tags.is_empty()).ok_or_else(none)?;
        Ok(Answer::xml(tags::document(&tags)))
    }
}

impl Operation for PutBucketTagging {
    const NAME: &'static str = "PutBucketTagging";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "tagging";
    const ACTION: &'static str = "PutBucketTagging";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let document = ask.document("Tagging").await?;
        let tags = Some(tags::from_document(&document, BUCKET_TAGS_MAX)?);
        let (name, settings) = (ask.bucket_name()?, Settings { tags, ..Settings::default() });
        ask.objects().put_settings(&name, settings).await.map_err(ask.refused())?;
        Ok(Answer::no_content())
    }
}

impl Operation for DeleteBucketTagging {
    const NAME: &'static str = "DeleteBucketTagging";
    const METHOD: &'static str = "DELETE";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "tagging";
    const ACTION: &'static str = "PutBucketTagging";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let name = ask.bucket_name()?;
        ask.objects().delete_bucket_tags(&name).await.map_err(ask.refused())?;
        Ok(Answer::no_content())
    }
}
