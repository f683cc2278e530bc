//! Lists of uploads that are under way.

use std::ops::Bound;

use model::BucketName;
use records::decode;

use crate::bucket::stored_bucket;
use crate::error::ObjectsError;
use crate::key::{Place, UPLOADS, object_key, upload_key, upload_of, versions_prefix};
use crate::lister::{Roll, inside, past, range_from};
use crate::store::Objects;
use crate::upload::Upload;

#[derive(Clone, Copy, Debug, Default)]
pub struct UploadQuery<'a> {
    pub prefix: &'a str,
    pub delimiter: Option<&'a str>,
    /// From behind this key on; or, with an id, from behind that upload of it.
    pub after: Option<&'a str>,
    pub after_id: Option<&'a str>,
    pub limit: usize,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct UploadListing {
    /// Key, id, and what is said of it.
    pub uploads: Vec<(String, String, Upload)>,
    pub prefixes: Vec<String>,
    /// The key and the id behind which the next page begins.
    pub next: Option<(String, String)>,
}

impl Objects {
    pub fn list_uploads(
        &self,
        bucket: &BucketName,
        query: UploadQuery<'_>,
    ) -> Result<UploadListing, ObjectsError> {
        let snapshot = self.snapshot();
        let bucket = stored_bucket(&snapshot, bucket)?.number;
        let roll = Roll { prefix: query.prefix, delimiter: query.delimiter };
        let begin = object_key(bucket, query.prefix);
        let mut listing = UploadListing::default();
        if query.limit == 0 {
            return Ok(listing);
        }
        let place = query.after_id.and_then(Place::parse);
        let start = match (query.after, place) {
            (Some(key), Some(place)) => Bound::Excluded(upload_key(bucket, key, place)),
            (Some(key), None) if key >= query.prefix => match roll.common(key) {
                Some(common) if common == key => past(&object_key(bucket, key)),
                _ => past(&versions_prefix(bucket, key)),
            },
            _ => Bound::Included(begin.clone()),
        };
        let mut last = None;
        let mut entries = range_from(&snapshot, UPLOADS, &start)?;
        while let Some((at, value)) = inside(entries.next(), &begin)? {
            let (key, place) = upload_of(&at)?;
            if listing.uploads.len() + listing.prefixes.len() == query.limit {
                listing.next = last;
                return Ok(listing);
            }
            if let Some(common) = roll.common(key) {
                listing.prefixes.push(common.to_owned());
                last = Some((common.to_owned(), String::new()));
                entries = range_from(&snapshot, UPLOADS, &past(&object_key(bucket, common)))?;
                continue;
            }
            listing.uploads.push((key.to_owned(), place.to_string(), decode(&value)?));
            last = Some((key.to_owned(), place.to_string()));
        }
        Ok(listing)
    }
}
