//! ListParts.

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::list_buckets::owner;
use crate::s3::list_objects::limit;
use crate::s3::row::{On, Operation};
use crate::s3::upload_part::upload_id;
use crate::s3::writer::Xml;

pub(super) struct ListParts;

impl Operation for ListParts {
    const NAME: &'static str = "ListParts";
    const METHOD: &'static str = "GET";
    const ON: On = On::Object;
    const QUERY: &'static str = "uploadId";
    const ACTION: &'static str = "ListMultipartUploadParts";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let id = upload_id(&ask)?;
        let upload = ask.objects().upload(&id).map_err(ask.refused())?;
        let limit = limit(&ask, "max-parts")?;
        let after = ask.query.number::<u16>("part-number-marker")?.unwrap_or(0);
        let page = ask.objects().parts(&id, after, limit).map_err(ask.refused())?;
        let mut xml = Xml::new("ListPartsResult");
        xml.leaf("Bucket", id.bucket.as_str())
            .leaf("Key", id.key.as_str())
            .leaf("UploadId", &id.id);
        owner(&mut xml, "Initiator", &ask);
        owner(&mut xml, "Owner", &ask);
        xml.leaf("StorageClass", "STANDARD").number("PartNumberMarker", after);
        let last = page.parts.last().map_or(0, |part| part.number);
        xml.number("NextPartNumberMarker", page.next.unwrap_or(last));
        xml.number("MaxParts", limit as u64).boolean("IsTruncated", page.next.is_some());
        if let Some((algorithm, kind)) = upload.checksum {
            xml.leaf("ChecksumAlgorithm", algorithm.name()).leaf("ChecksumType", kind.name());
        }
        for part in &page.parts {
            xml.inside("Part", |xml| {
                xml.number("PartNumber", part.number);
                xml.date("LastModified", part.modified_at.unwrap_or_default());
                xml.etag(part.etag.as_deref().unwrap_or_default()).number("Size", part.bytes);
                for checksum in &part.checksums {
                    xml.leaf(&format!("Checksum{}", checksum.algorithm.name()), &checksum.value);
                }
            });
        }
        Ok(Answer::xml(xml))
    }
}
