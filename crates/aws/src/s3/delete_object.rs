//! DeleteObject.

use objects::{DeleteTarget, Deleted};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::conditions;
use crate::s3::row::{On, Operation};

pub(super) struct DeleteObject;

impl Operation for DeleteObject {
    const NAME: &'static str = "DeleteObject";
    const METHOD: &'static str = "DELETE";
    const ON: On = On::Object;
    const ACTION: &'static str = "DeleteObject";
    const VERSION_ACTION: &'static str = "DeleteObjectVersion";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        ask.version()?;
        let target = DeleteTarget {
            bucket: ask.bucket_name()?,
            key: ask.key()?,
            version: ask.query.get("versionId").map(str::to_owned),
            condition: conditions::of_write(ask.headers())?,
            doer: ask.permit.doer(),
        };
        let deleted = ask.objects().delete(target, ask.now()).await.map_err(ask.refused())?;
        let Deleted { version, is_marker } = deleted;
        let answer = Answer::no_content().with_some("x-amz-version-id", version);
        Ok(answer.with_some("x-amz-delete-marker", is_marker.then_some("true")))
    }
}
