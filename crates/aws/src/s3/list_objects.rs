//! ListObjectsV2, and ListObjects, which is older.

use base64::Engine;
use base64::prelude::BASE64_URL_SAFE_NO_PAD;
use objects::{ListQuery, Listing};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::list_buckets::owner;
use crate::s3::row::{On, Operation};
use crate::s3::words::invalid_argument;
use crate::s3::writer::{Xml, encoded};

/// AWS's limit of a page, and what it shows unless asked.
const PAGE_MAX: usize = 1000;

pub(super) struct ListObjects;
pub(super) struct ListObjectsV2;

impl Operation for ListObjectsV2 {
    const NAME: &'static str = "ListObjectsV2";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const QUERY: &'static str = "list-type";
    const ACTION: &'static str = "ListBucket";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let query = &ask.query;
        if query.get("list-type") != Some("2") {
            let found = query.get("list-type").unwrap_or_default();
            return Err(invalid_argument(
                "list-type",
                found,
                "Invalid List Type specified in Request",
            ));
        }
        let token = query.get("continuation-token").map(continued).transpose()?;
        let start = query.get("start-after").filter(|start| !start.is_empty());
        let list = List::of(&ask, token.as_deref().or(start))?;
        let mut xml = list.begin(&ask);
        xml.number("KeyCount", (list.listing.objects.len() + list.listing.prefixes.len()) as u64);
        xml.optional("ContinuationToken", query.get("continuation-token"));
        xml.optional("StartAfter", start.map(|start| list.shown(start)).as_deref());
        let next = list.listing.next.as_ref().map(|next| BASE64_URL_SAFE_NO_PAD.encode(next));
        xml.optional("NextContinuationToken", next.as_deref());
        list.contents(&mut xml, &ask, query.get("fetch-owner") == Some("true"));
        Ok(Answer::xml(xml))
    }
}

impl Operation for ListObjects {
    const NAME: &'static str = "ListObjects";
    const METHOD: &'static str = "GET";
    const ON: On = On::Bucket;
    const ACTION: &'static str = "ListBucket";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let marker = ask.query.get("marker");
        let list = List::of(&ask, marker.filter(|marker| !marker.is_empty()))?;
        let mut xml = list.begin(&ask);
        xml.leaf("Marker", list.shown(marker.unwrap_or_default()));
        // Without a delimiter the last key says the same, so AWS leaves it out.
        let next = list.listing.next.as_deref().filter(|_| ask.query.has("delimiter"));
        xml.optional("NextMarker", next.map(|next| list.shown(next)).as_deref());
        list.contents(&mut xml, &ask, true);
        Ok(Answer::xml(xml))
    }
}

/// A page, and how it is shown.
struct List {
    listing: Listing,
    limit: usize,
    is_encoded: bool,
}

impl List {
    fn of(ask: &Ask, after: Option<&str>) -> Result<List, AwsError> {
        let (query, limit) = (&ask.query, limit(ask, "max-keys")?);
        let prefix = query.get("prefix").unwrap_or_default();
        let delimiter = query.get("delimiter").filter(|delimiter| !delimiter.is_empty());
        let asked = ListQuery { prefix, delimiter, after, limit };
        let listing = ask.objects().list(&ask.bucket_name()?, asked).map_err(ask.refused())?;
        Ok(List { listing, limit, is_encoded: is_encoded(ask)? })
    }

    fn shown(&self, text: &str) -> String {
        if self.is_encoded { encoded(text) } else { text.to_owned() }
    }

    fn begin(&self, ask: &Ask) -> Xml {
        let (query, mut xml) = (&ask.query, Xml::new("ListBucketResult"));
        xml.leaf("Name", ask.target.bucket.as_deref().unwrap_or_default());
        xml.leaf("Prefix", self.shown(query.get("prefix").unwrap_or_default()));
        xml.number("MaxKeys", self.limit as u64)
            .boolean("IsTruncated", self.listing.next.is_some());
        let delimiter = query.get("delimiter").filter(|delimiter| !delimiter.is_empty());
        xml.optional("Delimiter", delimiter.map(|delimiter| self.shown(delimiter)).as_deref());
        xml.optional("EncodingType", self.is_encoded.then_some("url"));
        xml
    }

    fn contents(&self, xml: &mut Xml, ask: &Ask, has_owner: bool) {
        for (key, version) in &self.listing.objects {
            let details = &version.details;
            xml.inside("Contents", |xml| {
                xml.leaf("Key", self.shown(key)).date("LastModified", details.modified_at);
                xml.etag(&details.etag);
                for checksum in &details.checksums {
                    xml.leaf("ChecksumAlgorithm", checksum.algorithm.name());
                    xml.leaf("ChecksumType", details.checksum_type.name());
                }
                xml.number("Size", details.bytes);
                if has_owner {
                    owner(xml, "Owner", ask);
                }
                xml.leaf("StorageClass", "STANDARD");
            });
        }
        prefixes(xml, &self.listing.prefixes, self.is_encoded);
    }
}

fn continued(token: &str) -> Result<String, AwsError> {
    let decoded = BASE64_URL_SAFE_NO_PAD.decode(token).ok();
    decoded.and_then(|bytes| String::from_utf8(bytes).ok()).ok_or_else(|| {
        let message = "The continuation token provided is incorrect";
        invalid_argument("continuation-token", token, message)
    })
}

pub(super) fn prefixes(xml: &mut Xml, prefixes: &[String], is_encoded: bool) {
    for prefix in prefixes {
        xml.inside("CommonPrefixes", |xml| {
            xml.leaf("Prefix", if is_encoded { encoded(prefix) } else { prefix.clone() });
        });
    }
}

/// How many are shown on a page.
pub(super) fn limit(ask: &Ask, name: &str) -> Result<usize, AwsError> {
    let asked = ask.query.number::<i64>(name)?;
    match asked.map(usize::try_from) {
        None => Ok(PAGE_MAX),
        Some(Ok(limit)) => Ok(limit.min(PAGE_MAX)),
        Some(Err(_)) => {
            let found = ask.query.get(name).unwrap_or_default();
            let message = format!("Argument {name} must be an integer between 0 and 2147483647");
            Err(invalid_argument(name, found, &message))
        }
    }
}

pub(super) fn is_encoded(ask: &Ask) -> Result<bool, AwsError> {
    match ask.query.get("encoding-type") {
        None => Ok(false),
        Some("url") => Ok(true),
        Some(other) => Err(invalid_argument(
            "encoding-type",
            other,
            "Invalid Encoding Method specified in Request",
        )),
    }
}
