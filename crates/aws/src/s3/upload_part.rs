//! UploadPart, and UploadPartCopy.

use std::ops::Range;

use objects::{PARTS_MAX, UploadId};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::copied::Source;
use crate::s3::meta::checksum_header;
use crate::s3::row::{On, Operation};
use crate::s3::words::{invalid_argument, invalid_request};
use crate::s3::writer::Xml;

pub(super) struct UploadPart;
pub(super) struct UploadPartCopy;

impl Operation for UploadPart {
    const NAME: &'static str = "UploadPart";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Object;
    const QUERY: &'static str = "uploadId";
    const ACTION: &'static str = "PutObject";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        let (id, number) = (upload_id(&ask)?, part_number(&ask)?);
        // Before gigabytes come.
        let upload = ask.objects().upload(&id).map_err(ask.refused())?;
        let algorithm = upload.checksum.map(|(algorithm, _)| algorithm);
        let Ask { state, receiver, head, .. } = &mut ask;
        let written = receiver.object(&state.objects, &head.headers, algorithm).await?;
        let now = ask.now();
        let put = ask.objects().put_part(&id, number, written, now).await.map_err(ask.refused())?;
        let mut answer = Answer::ok().with("etag", format!("\"{}\"", put.etag));
        for checksum in &put.checksums {
            answer = answer.with(&checksum_header(checksum.algorithm), &checksum.value);
        }
        Ok(answer)
    }
}

impl Operation for UploadPartCopy {
    const NAME: &'static str = "UploadPartCopy";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Object;
    const QUERY: &'static str = "uploadId";
    const COPIES: bool = true;
    const ACTION: &'static str = "PutObject";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let (id, number) = (upload_id(&ask)?, part_number(&ask)?);
        let upload = ask.objects().upload(&id).map_err(ask.refused())?;
        let source = Source::of(&ask)?;
        let range = range(&ask, source.found.version.details.bytes)?;
        let version = source.version();
        let checksums = upload.checksum.map(|(algorithm, _)| algorithm).into_iter().collect();
        let written = source.copy(&ask, range, checksums).await?;
        let now = ask.now();
        let put = ask.objects().put_part(&id, number, written, now).await.map_err(ask.refused())?;
        let mut xml = Xml::new("CopyPartResult");
        xml.etag(&put.etag).date("LastModified", now);
        for checksum in &put.checksums {
            xml.leaf(&format!("Checksum{}", checksum.algorithm.name()), &checksum.value);
        }
        Ok(Answer::xml(xml).with_some("x-amz-copy-source-version-id", version))
    }
}

pub(super) fn upload_id(ask: &Ask) -> Result<UploadId, AwsError> {
    let id = ask.query.get("uploadId").unwrap_or_default().to_owned();
    Ok(UploadId { bucket: ask.bucket_name()?, key: ask.key()?, id })
}

fn part_number(ask: &Ask) -> Result<u16, AwsError> {
    let text = ask.query.get("partNumber").unwrap_or_default();
    let number = text.parse().ok().filter(|number| (1..=PARTS_MAX).contains(number));
    number.ok_or_else(|| {
        let message = "Part number must be an integer between 1 and 10000, inclusive";
        invalid_argument("partNumber", text, message)
    })
}

/// `bytes=0-99`, both of which must lie in the source.
fn range(ask: &Ask, bytes: u64) -> Result<Range<u64>, AwsError> {
    let Some(text) = ask.header("x-amz-copy-source-range") else { return Ok(0..bytes) };
    let parts = text.strip_prefix("bytes=").and_then(|rest| rest.split_once('-'));
    let parts =
        parts.and_then(|(start, end)| Some((start.parse().ok()?, end.parse::<u64>().ok()?)));
    let (start, end) = parts.ok_or_else(|| {
        let message = "The x-amz-copy-source-range value must be of the form bytes=first-last where \
                       first and last are the zero-based offsets of the first and last bytes to copy";
        invalid_argument("x-amz-copy-source-range", text, message)
    })?;
    match start <= end && end < bytes {
        true => Ok(start..end + 1),
        false => Err(invalid_request(&format!(
            "Range specified is not valid for source object of size: {bytes}"
        ))),
    }
}
