//! Lists of objects.

use model::BucketName;

use crate::bucket::stored_bucket;
use crate::error::ObjectsError;
use crate::key::{OBJECTS, name_of, object_key};
use crate::lister::{PASSED_MAX, Roll, inside, past, range_from};
use crate::store::Objects;
use crate::version::{Head, MARKER, Version};

/// Which objects are listed.
#[derive(Clone, Copy, Debug, Default)]
pub struct ListQuery<'a> {
    pub prefix: &'a str,
    /// What lies behind the next one of these is listed as one.
    pub delimiter: Option<&'a str>,
    /// From behind this key or common prefix on.
    pub after: Option<&'a str>,
    /// Of keys and common prefixes together.
    pub limit: usize,
}

/// A page of a list, in the order of keys.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Listing {
    pub objects: Vec<(String, Version)>,
    pub prefixes: Vec<String>,
    /// What to pass as `after` for the next page; nothing at the end.
    pub next: Option<String>,
}

impl Objects {
    pub fn list(&self, bucket: &BucketName, query: ListQuery<'_>) -> Result<Listing, ObjectsError> {
        let snapshot = self.snapshot();
        let bucket = stored_bucket(&snapshot, bucket)?.number;
        let roll = Roll { prefix: query.prefix, delimiter: query.delimiter };
        let begin = object_key(bucket, query.prefix);
        let (mut listing, mut left, mut last) = (Listing::default(), query.limit, None);
        if query.limit == 0 {
            return Ok(listing);
        }
        let mut entries = range_from(&snapshot, OBJECTS, &roll.start(bucket, query.after))?;
        for passed in 0.. {
            let Some((key, value)) = inside(entries.next(), &begin)? else { return Ok(listing) };
            if passed == PASSED_MAX {
                break;
            }
            let name = name_of(&key)?;
            if Head::read(&value)?.flags & MARKER != 0 {
                last = Some(name.to_owned());
                continue;
            }
            if left == 0 {
                break;
            }
            left -= 1;
            if let Some(common) = roll.common(name) {
                listing.prefixes.push(common.to_owned());
                last = Some(common.to_owned());
                entries = range_from(&snapshot, OBJECTS, &past(&object_key(bucket, common)))?;
            } else {
                listing.objects.push((name.to_owned(), Version::decode(&value)?));
                last = Some(name.to_owned());
            }
        }
        listing.next = last;
        Ok(listing)
    }
}
