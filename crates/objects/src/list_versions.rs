//! Lists of all versions, the current one of each object first.

use std::ops::Bound;

use bytes::Bytes;
use kv::Snapshot;
use model::{BucketName, ObjectKey};

use crate::bucket::stored_bucket;
use crate::error::ObjectsError;
use crate::find::{VersionRef, located_value};
use crate::key::{OBJECTS, VERSIONS, name_of, object_key, version_key, versions_prefix};
use crate::lister::{Roll, inside, past, range_from};
use crate::store::Objects;
use crate::version::Version;

#[derive(Clone, Copy, Debug, Default)]
pub struct VersionQuery<'a> {
    pub prefix: &'a str,
    pub delimiter: Option<&'a str>,
    /// From behind this key or common prefix on; or, with a version, from behind that version of it.
    pub after: Option<&'a str>,
    pub after_version: Option<&'a str>,
    pub limit: usize,
}

/// A version in a list.
#[derive(Clone, Debug, PartialEq)]
pub struct Listed {
    pub key: String,
    pub version: Version,
    pub is_latest: bool,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct VersionListing {
    pub versions: Vec<Listed>,
    pub prefixes: Vec<String>,
    /// The key or common prefix behind which the next page begins, and the version of that key.
    pub next: Option<(String, Option<String>)>,
}

impl VersionListing {
    fn push(&mut self, key: &str, value: &Bytes, is_latest: bool) -> Result<(), ObjectsError> {
        let version = Version::decode(value)?;
        self.versions.push(Listed { key: key.to_owned(), version, is_latest });
        Ok(())
    }

    fn len(&self) -> usize {
        self.versions.len() + self.prefixes.len()
    }

    /// Where the next page begins, if this one ends with a version.
    fn end_here(&mut self) {
        self.next = self.versions.last().map(|listed| {
            let id = listed.version.id().unwrap_or_else(|| "null".to_owned());
            (listed.key.clone(), Some(id))
        });
    }
}

impl Objects {
    pub fn list_versions(
        &self,
        bucket: &BucketName,
        query: VersionQuery<'_>,
    ) -> Result<VersionListing, ObjectsError> {
        let snapshot = self.snapshot();
        let bucket = stored_bucket(&snapshot, bucket)?.number;
        let roll = Roll { prefix: query.prefix, delimiter: query.delimiter };
        let begin = object_key(bucket, query.prefix);
        let mut listing = VersionListing::default();
        if query.limit == 0 {
            return Ok(listing);
        }
        if let (Some(key), Some(version)) = (query.after, query.after_version)
            && key.starts_with(query.prefix)
            && list_rest(&snapshot, bucket, (key, version), query.limit, &mut listing)?
        {
            return Ok(listing);
        }
        let mut entries = range_from(&snapshot, OBJECTS, &roll.start(bucket, query.after))?;
        while let Some((key, value)) = inside(entries.next(), &begin)? {
            let name = name_of(&key)?;
            if listing.len() == query.limit {
                if listing.next.is_none() {
                    listing.end_here();
                }
                return Ok(listing);
            }
            listing.next = None;
            if let Some(common) = roll.common(name) {
                listing.prefixes.push(common.to_owned());
                listing.next = Some((common.to_owned(), None));
                entries = range_from(&snapshot, OBJECTS, &past(&object_key(bucket, common)))?;
                continue;
            }
            listing.push(name, &value, true)?;
            let start = Bound::Included(versions_prefix(bucket, name));
            if list_earlier(&snapshot, bucket, (name, &start), query.limit, &mut listing)? {
                return Ok(listing);
            }
        }
        listing.next = None;
        Ok(listing)
    }
}

/// Lists what is left of a key behind one of its versions; answers whether the page is full.
fn list_rest(
    snapshot: &Snapshot,
    bucket: u64,
    (key, version): (&str, &str),
    limit: usize,
    listing: &mut VersionListing,
) -> Result<bool, ObjectsError> {
    let Ok(object) = ObjectKey::new(key) else { return Ok(false) };
    let found = located_value(snapshot, bucket, &object, VersionRef::Id(version))?;
    let Some((_, value, is_current)) = found else { return Ok(false) };
    let start = match is_current {
        true => Bound::Included(versions_prefix(bucket, key)),
        false => {
            let place = Version::decode(&value)?.place;
            Bound::Excluded(version_key(bucket, &object, place))
        }
    };
    list_earlier(snapshot, bucket, (key, &start), limit, listing)
}

/// Lists earlier versions of a key; answers whether the page is full and there are more.
fn list_earlier(
    snapshot: &Snapshot,
    bucket: u64,
    (key, start): (&str, &Bound<Vec<u8>>),
    limit: usize,
    listing: &mut VersionListing,
) -> Result<bool, ObjectsError> {
    let mut entries = range_from(snapshot, VERSIONS, start)?;
    let begin = versions_prefix(bucket, key);
    while let Some((_, value)) = inside(entries.next(), &begin)? {
        if listing.len() == limit {
            listing.end_here();
            return Ok(true);
        }
        listing.push(key, &value, false)?;
    }
    Ok(false)
}
