//! PutObject.

use objects::{Algorithm, Happening, NewObject, Put};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::conditions;
use crate::s3::meta::{self, checksum_header};
use crate::s3::row::{On, Operation};
use crate::s3::tags::{self, Tags};

pub(super) struct PutObject;

impl Operation for PutObject {
    const NAME: &'static str = "PutObject";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Object;
    const ACTION: &'static str = "PutObject";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let new = new_object(&ask)?;
        let Ask { state, receiver, head, .. } = &mut ask;
        let written = receiver.object(&state.objects, &head.headers, None).await?;
        let put = ask.objects().put(new, written).await.map_err(ask.refused())?;
        Ok(shown(&put))
    }
}

/// The object that headers speak of.
pub(super) fn new_object(ask: &Ask) -> Result<NewObject, AwsError> {
    Ok(NewObject {
        bucket: ask.bucket_name()?,
        key: ask.key()?,
        meta: meta::read(ask.headers())?,
        tags: header_tags(ask)?,
        condition: conditions::of_write(ask.headers())?,
        how: Happening::Put,
        doer: ask.permit.doer(),
        now: ask.now(),
    })
}

/// Tags that come with an object, which is an action of its own.
pub(super) fn header_tags(ask: &Ask) -> Result<Tags, AwsError> {
    let Some(text) = ask.header("x-amz-tagging") else { return Ok(Tags::new()) };
    let tags = tags::from_header(text)?;
    ask.check("PutObjectTagging", ask.key()?.as_str())?;
    Ok(tags)
}

pub(super) fn shown(put: &Put) -> Answer {
    let mut answer = Answer::ok().with("etag", format!("\"{}\"", put.etag));
    for checksum in &put.checksums {
        answer = answer
            .with(&checksum_header(checksum.algorithm), &checksum.value)
            .with("x-amz-checksum-type", "FULL_OBJECT");
    }
    answer.with_some("x-amz-version-id", put.version.as_ref())
}

/// The algorithm that a header names.
pub(super) fn algorithm(ask: &Ask, header: &str) -> Result<Option<Algorithm>, AwsError> {
    let Some(name) = ask.header(header) else { return Ok(None) };
    let wrong = || {
        let message = "Checksum algorithm provided is unsupported. Please try again with any of the \
                       valid types: [CRC32, CRC32C, SHA1, SHA256, CRC64NVME]";
        AwsError::new(400, "InvalidRequest", message)
    };
    Algorithm::named(name).map(Some).ok_or_else(wrong)
}
