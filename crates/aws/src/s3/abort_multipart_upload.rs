//! AbortMultipartUpload.

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::row::{On, Operation};
use crate::s3::upload_part::upload_id;

pub(super) struct AbortMultipartUpload;

impl Operation for AbortMultipartUpload {
    const NAME: &'static str = "AbortMultipartUpload";
    const METHOD: &'static str = "DELETE";
    const ON: On = On::Object;
    const QUERY: &'static str = "uploadId";
    const ACTION: &'static str = "AbortMultipartUpload";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        ask.objects().abort_upload(&upload_id(&ask)?).await.map_err(ask.refused())?;
        Ok(Answer::no_content())
    }
}
