//! CompleteMultipartUpload.

use objects::{Algorithm, Checksum, Complete, CompletedPart};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::conditions;
use crate::s3::element::{Element, malformed};
use crate::s3::integrity::stated;
use crate::s3::row::{On, Operation};
use crate::s3::upload_part::upload_id;
use crate::s3::words::invalid_request;
use crate::s3::writer::Xml;

pub(super) struct CompleteMultipartUpload;

impl Operation for CompleteMultipartUpload {
    const NAME: &'static str = "CompleteMultipartUpload";
    const METHOD: &'static str = "POST";
    const ON: On = On::Object;
    const QUERY: &'static str = "uploadId";
    const ACTION: &'static str = "PutObject";

    async fn call(mut ask: Ask) -> Result<Answer, AwsError> {
        // The checksums of this request are those of the object, not of the document.
        let checksum = stated(ask.headers())?.pop();
        for algorithm in Algorithm::ALL {
            let name = crate::s3::meta::checksum_header(algorithm);
            ask.head.headers.remove(name.as_str());
        }
        let document = ask.document("CompleteMultipartUpload").await?;
        document.only(&["Part"])?;
        let parts: Vec<CompletedPart> = document.all("Part").map(read).collect::<Result<_, _>>()?;
        if parts.is_empty() {
            return Err(malformed());
        }
        let bytes = match ask.header("x-amz-mp-object-size").map(str::parse) {
            None => None,
            Some(Ok(bytes)) => Some(bytes),
            Some(Err(_)) => return Err(invalid_request("x-amz-mp-object-size must be a number")),
        };
        let id = upload_id(&ask)?;
        let condition = conditions::of_write(ask.headers())?;
        let (doer, now) = (ask.permit.doer(), ask.now());
        let complete = Complete { id, parts, condition, checksum, bytes, doer, now };
        let done = ask.objects().complete_upload(complete).await.map_err(ask.refused())?;
        let (bucket, key) = (ask.bucket_name()?, ask.key()?);
        let host = ask.header("host").unwrap_or_default();
        let scheme = if ask.is_secure { "https" } else { "http" };
        let mut xml = Xml::new("CompleteMultipartUploadResult");
        xml.leaf("Location", format!("{scheme}://{host}{}", ask.head.uri.path()))
            .leaf("Bucket", bucket.as_str())
            .leaf("Key", key.as_str())
            .etag(&done.etag);
        if let Some((checksum, kind)) = &done.checksum {
            xml.leaf(&format!("Checksum{}", checksum.algorithm.name()), &checksum.value);
            xml.leaf("ChecksumType", kind.name());
        }
        Ok(Answer::xml(xml).with_some("x-amz-version-id", done.version))
    }
}

fn read(part: &Element) -> Result<CompletedPart, AwsError> {
    let mut checksums = Vec::new();
    for child in &part.children {
        let Some(name) = child.name.strip_prefix("Checksum") else { continue };
        let algorithm = Algorithm::named(name).ok_or_else(malformed)?;
        checksums.push(Checksum::read(algorithm, &child.text).ok_or_else(malformed)?);
    }
    let number = part.number("PartNumber")?.ok_or_else(malformed)?;
    let etag = part.required("ETag")?.trim().trim_matches('"').to_owned();
    Ok(CompletedPart { number, etag, checksums })
}
