//! ListObjectVersions.

use objects::{Listed, VersionQuery};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::list_buckets::owner;
use crate::s3::list_objects::{is_encoded, limit, prefixes};
use crate::s3::row::{On, Operation};
use crate::s3::words::invalid_argument;
use crate::s3::writer::{Xml, encoded};

pub(super) struct ListObjectVersions;

impl Operation for ListObjectVersions {
    const NAME: &'static str = "ListObjectVersions";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "versions";
    const ACTION: &'static str = "ListBucketVersions";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let (query, limit, is_encoded) = (&ask.query, limit(&ask, "max-keys")?, is_encoded(&ask)?);
        let shown = |text: &str| if is_encoded { encoded(text) } else { text.to_owned() };
        let given = |name: &str| query.get(name).filter(|text| !text.is_empty());
        let (after, after_version) = (given("key-marker"), given("version-id-marker"));
        if let (None, Some(version)) = (after, after_version) {
            let message = "A version-id marker cannot be specified without a key marker.";
            return Err(invalid_argument("version-id-marker", version, message));
        }
        let prefix = query.get("prefix").unwrap_or_default();
        let delimiter = given("delimiter");
        let asked = VersionQuery { prefix, delimiter, after, after_version, limit };
        let listing =
            ask.objects().list_versions(&ask.bucket_name()?, asked).map_err(ask.refused())?;
        let mut xml = Xml::new("ListVersionsResult");
        xml.leaf("Name", ask.target.bucket.as_deref().unwrap_or_default());
        xml.leaf("Prefix", shown(prefix)).leaf("KeyMarker", shown(after.unwrap_or_default()));
        xml.leaf("VersionIdMarker", after_version.unwrap_or_default());
        if let Some((key, version)) = &listing.next {
            xml.leaf("NextKeyMarker", shown(key));
            xml.optional("NextVersionIdMarker", version.as_deref());
        }
        xml.number("MaxKeys", limit as u64);
        xml.optional("Delimiter", delimiter.map(shown).as_deref());
        xml.optional("EncodingType", is_encoded.then_some("url"));
        xml.boolean("IsTruncated", listing.next.is_some());
        for listed in &listing.versions {
            write(&mut xml, &ask, listed, &shown(&listed.key));
        }
        prefixes(&mut xml, &listing.prefixes, is_encoded);
        Ok(Answer::xml(xml))
    }
}

fn write(xml: &mut Xml, ask: &Ask, listed: &Listed, key: &str) {
    let (version, details) = (&listed.version, &listed.version.details);
    let id = version.id().unwrap_or_else(|| "null".to_owned());
    xml.inside(if version.is_marker() { "DeleteMarker" } else { "Version" }, |xml| {
        xml.leaf("Key", key).leaf("VersionId", id).boolean("IsLatest", listed.is_latest);
        xml.date("LastModified", details.modified_at);
        if !version.is_marker() {
            xml.etag(&details.etag).number("Size", details.bytes);
            for checksum in &details.checksums {
                xml.leaf("ChecksumAlgorithm", checksum.algorithm.name());
                xml.leaf("ChecksumType", details.checksum_type.name());
            }
            xml.leaf("StorageClass", "STANDARD");
        }
        owner(xml, "Owner", ask);
    });
}
