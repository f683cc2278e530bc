//! GetObjectAttributes.

use objects::{Found, PartInfo};

use crate::error::AwsError;
use crate::s3::answer::Answer;
use crate::s3::ask::Ask;
use crate::s3::row::{On, Operation};
use crate::s3::words::{invalid_argument, invalid_request};
use crate::s3::writer::{Xml, http_date};

/// AWS's limit of a page of parts, and what it shows unless asked.
const PAGE_MAX: usize = 1000;

const KNOWN: [&str; 5] = ["ETag", "Checksum", "ObjectParts", "StorageClass", "ObjectSize"];

pub(super) struct GetObjectAttributes;

impl Operation for GetObjectAttributes {
    const NAME: &'static str = "GetObjectAttributes";
    const METHOD: &'static str = "GET";
    const ON: On = On::Object;
    const QUERY: &'static str = "attributes";
    const ACTION: &'static str = "GetObjectAttributes";
    const VERSION_ACTION: &'static str = "GetObjectVersionAttributes";

    async fn call(ask: Ask) -> Result<Answer, AwsError> {
        let values = ask.headers().get_all("x-amz-object-attributes");
        let listed: Vec<&str> = values.iter().filter_map(|value| value.to_str().ok()).collect();
        let listed = listed.join(",");
        let asked: Vec<&str> =
            listed.split(',').map(str::trim).filter(|one| !one.is_empty()).collect();
        if asked.is_empty() {
            let message = "The x-amz-object-attributes header specifying the attributes to be \
                           retrieved is either missing or empty";
            return Err(invalid_request(message));
        }
        if let Some(other) = asked.iter().find(|one| !KNOWN.contains(one)) {
            let message = "Invalid attribute name specified.";
            return Err(invalid_argument("x-amz-object-attributes", other, message));
        }
        ask.check("GetObject", ask.key()?.as_str())?;
        let (bucket, key) = (ask.bucket_name()?, ask.key()?);
        let found = ask.objects().find(&bucket, &key, ask.version()?).map_err(ask.unread())?;
        let xml = document(&ask, &found, &asked)?;
        Ok(Answer::xml(xml)
            .with("last-modified", http_date(found.version.details.modified_at))
            .with_some("x-amz-version-id", found.version.id()))
    }
}

fn document(ask: &Ask, found: &Found, asked: &[&str]) -> Result<Xml, AwsError> {
    let details = &found.version.details;
    let mut xml = Xml::new("GetObjectAttributesResponse");
    if asked.contains(&"ETag") {
        // Without quotes, here alone.
        xml.leaf("ETag", &details.etag);
    }
    if asked.contains(&"Checksum") && !details.checksums.is_empty() {
        xml.inside("Checksum", |xml| {
            for checksum in &details.checksums {
                let value = checksum.value.split('-').next().unwrap_or_default();
                xml.leaf(&format!("Checksum{}", checksum.algorithm.name()), value);
            }
            xml.leaf("ChecksumType", details.checksum_type.name());
        });
    }
    if let (true, Some(count)) = (asked.contains(&"ObjectParts"), details.parts) {
        let parts = ask.objects().parts_of(found).map_err(ask.refused())?;
        write_parts(&mut xml, ask, count, &parts)?;
    }
    if asked.contains(&"StorageClass") {
        xml.leaf("StorageClass", "STANDARD");
    }
    if asked.contains(&"ObjectSize") {
        xml.number("ObjectSize", details.bytes);
    }
    Ok(xml)
}

fn write_parts(xml: &mut Xml, ask: &Ask, count: u16, parts: &[PartInfo]) -> Result<(), AwsError> {
    let number = |name: &str| {
        let wrong = || invalid_argument(name, "", &format!("{name} must be a number"));
        ask.header(name).map(|text| text.parse::<usize>().map_err(|_| wrong())).transpose()
    };
    let limit = number("x-amz-max-parts")?.unwrap_or(PAGE_MAX).min(PAGE_MAX);
    let after = number("x-amz-part-number-marker")?.unwrap_or(0);
    let rest: Vec<&PartInfo> =
        parts.iter().filter(|part| usize::from(part.number) > after).collect();
    let page = &rest[..rest.len().min(limit)];
    // AWS lists parts only of objects whose parts have checksums.
    let has_checksums = parts.iter().all(|part| !part.checksums.is_empty());
    xml.inside("ObjectParts", |xml| {
        xml.number("PartsCount", count);
        if !has_checksums {
            return;
        }
        xml.number("PartNumberMarker", after as u64).number("MaxParts", limit as u64);
        xml.number("NextPartNumberMarker", page.last().map_or(0, |part| part.number));
        xml.boolean("IsTruncated", page.len() < rest.len());
        for part in page {
            xml.inside("Part", |xml| {
                xml.number("PartNumber", part.number).number("Size", part.bytes);
                for checksum in &part.checksums {
                    xml.leaf(&format!("Checksum{}", checksum.algorithm.name()), &checksum.value);
                }
            });
        }
    });
    Ok(())
}
