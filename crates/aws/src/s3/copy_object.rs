//! CopyObject.

use objects::{Happening, NewObject, OBJECT_BYTES_MAX};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::copied::Source;
use crate::s3::put_object::{algorithm, new_object};
use crate::s3::row::{On, Operation};
use crate::s3::words::{invalid_argument, invalid_request};
use crate::s3::writer::Xml;

pub(super) struct CopyObject;

impl Operation for CopyObject {
    const NAME: &'static str = "CopyObject";
    const METHOD: &'static str = "PUT";
    const ON: On = On::Object;
    const COPIES: bool = true;
    const ACTION: &'static str = "PutObject";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let replaces_meta = directive(&ask, "x-amz-metadata-directive")?;
        let replaces_tags = directive(&ask, "x-amz-tagging-directive")?;
        let mut new = NewObject { how: Happening::Copied, ..new_object(&ask)? };
        let source = Source::of(&ask)?;
        let is_same = source.bucket == new.bucket.as_str()
            && source.key == new.key.as_str()
            && source.found.is_current;
        if is_same && !replaces_meta && ask.header("x-amz-storage-class").is_none() {
            return Err(invalid_request(
                "This copy request is illegal because it is trying to copy an object to itself \
                 without changing the object's metadata, storage class, website redirect location \
                 or encryption attributes.",
            ));
        }
        let details = &source.found.version.details;
        if details.bytes > OBJECT_BYTES_MAX {
            return Err(invalid_request(
                "The specified copy source is larger than the maximum allowable size for a copy \
                 source: 5368709120",
            ));
        }
        if !replaces_meta {
            new.meta = details.meta.clone();
        }
        if !replaces_tags {
            new.tags.clone_from(&details.tags);
        }
        let (version, bytes) = (source.version(), details.bytes);
        let asked = algorithm(&ask, "x-amz-checksum-algorithm")?;
        let held = details.checksums.first().map(|checksum| checksum.algorithm);
        let checksums = asked.or(held).into_iter().collect();
        let written = source.copy(&ask, 0..bytes, checksums).await?;
        let at = new.now;
        let put = ask.objects().put(new, written).await.map_err(ask.refused())?;
        let mut xml = Xml::new("CopyObjectResult");
        xml.etag(&put.etag).date("LastModified", at);
        for checksum in &put.checksums {
            xml.leaf("ChecksumType", "FULL_OBJECT");
            xml.leaf(&format!("Checksum{}", checksum.algorithm.name()), &checksum.value);
        }
        Ok(Answer::xml(xml)
            .with_some("x-amz-version-id", put.version)
            .with_some("x-amz-copy-source-version-id", version))
    }
}

/// Whether what the source has is replaced.
fn directive(ask: &Ask, name: &str) -> Result<bool, AwsError> {
    match ask.header(name) {
        None | Some("COPY") => Ok(false),
        Some("REPLACE") => Ok(true),
        Some(other) => Err(invalid_argument(name, other, "Unknown directive.")),
    }
}
