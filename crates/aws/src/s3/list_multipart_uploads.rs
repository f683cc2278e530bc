//! ListMultipartUploads.

use objects::UploadQuery;

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::list_buckets::owner;
use crate::s3::list_objects::{is_encoded, limit, prefixes};
use crate::s3::row::{On, Operation};
use crate::s3::writer::{Xml, encoded};

pub(super) struct ListMultipartUploads;

impl Operation for ListMultipartUploads {
    const NAME: &'static str = "ListMultipartUploads";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "uploads";
    const ACTION: &'static str = "ListBucketMultipartUploads";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let (query, limit) = (&ask.query, limit(&ask, "max-uploads")?);
        let is_encoded = is_encoded(&ask)?;
        let shown = |text: &str| if is_encoded { encoded(text) } else { text.to_owned() };
        let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
        let prefix = query.get("prefix").unwrap_or_default();
        let (delimiter, after) = (given("delimiter"), given("key-marker"));
        // AWS ignores it without a key.
        let after_id = given("upload-id-marker").filter(|_| after.is_some());
        let asked = UploadQuery { prefix, delimiter, after, after_id, limit };
        let listing =
            ask.objects().list_uploads(&ask.bucket_name()?, asked).map_err(ask.refused())?;
        let mut xml = Xml::new("ListMultipartUploadsResult");
        xml.leaf("Bucket", ask.target.bucket.as_deref().unwrap_or_default());
        xml.leaf("KeyMarker", shown(after.unwrap_or_default()));
        xml.leaf("UploadIdMarker", after_id.unwrap_or_default());
        if let Some((key, id)) = &listing.next {
            xml.leaf("NextKeyMarker", shown(key)).leaf("NextUploadIdMarker", id);
        }
        xml.optional("Delimiter", delimiter.map(shown).as_deref());
        xml.leaf("Prefix", shown(prefix));
        xml.optional("EncodingType", is_encoded.then_some("url"));
        xml.number("MaxUploads", limit as u64).boolean("IsTruncated", listing.next.is_some());
        for (key, id, upload) in &listing.uploads {
            xml.inside("Upload", |xml| {
                xml.leaf("Key", shown(key)).leaf("UploadId", id);
                owner(xml, "Initiator", &ask);
                owner(xml, "Owner", &ask);
                xml.leaf("StorageClass", "STANDARD").date("Initiated", upload.started_at);
                if let Some((algorithm, kind)) = upload.checksum {
                    xml.leaf("ChecksumAlgorithm", algorithm.name());
                    xml.leaf("ChecksumType", kind.name());
                }
            });
        }
        prefixes(&mut xml, &listing.prefixes, is_encoded);
        Ok(Answer::xml(xml))
    }
}
