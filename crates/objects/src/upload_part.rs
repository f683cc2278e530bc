//! Parts of uploads.

use std::ops::Bound;

use bytes::Bytes;
use kv::{Direction, Snapshot};
use records::{Record, decode, encode};
use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;
use stdx::hex;

use crate::body::{PartInfo, Piece};
use crate::bucket::bucket_in;
use crate::checksum::Checksum;
use crate::error::ObjectsError;
use crate::key::{PARTS, Place, UPLOADS, part_key, part_of, upload_key};
use crate::put::write_body;
use crate::store::{Objects, let_go};
use crate::upload::{UploadId, find, touch};
use crate::version::Body;
use crate::writer::{NewBody, Written};

/// AWS's limit; parts are numbered from 1.
pub const PARTS_MAX: u16 = 10_000;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub(crate) struct StoredPart {
    pub(crate) piece: Piece,
    /// In hexadecimal digits.
    pub(crate) md5: String,
    pub(crate) modified_at: UnixMillis,
}

impl Record for StoredPart {
    const VERSION: u8 = 1;
}

/// What became of a part.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PutPart {
    pub etag: String,
    pub checksums: Vec<Checksum>,
}

/// Some parts of an upload, in the order of their numbers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PartPage {
    pub parts: Vec<PartInfo>,
    /// The number behind which the next page begins.
    pub next: Option<u16>,
}

impl Objects {
    /// Puts a part; one that has the same number is replaced.
    pub async fn put_part(
        &self,
        id: &UploadId,
        number: u16,
        written: Written,
        now: UnixMillis,
    ) -> Result<PutPart, ObjectsError> {
        let Written { bytes, digests, body } = written;
        let (md5, checksums) = (hex::encode(&digests.md5), digests.checksums);
        let put = PutPart { etag: md5.clone(), checksums: checksums.clone() };
        let (blob, data) = match body {
            NewBody::Inline(data) => (None, data),
            NewBody::File(blob) => (Some(blob), Bytes::new()),
        };
        let file = blob.as_ref().map(|blob| blob.name().to_owned());
        let (id, upload, size) = (id.clone(), id.place()?, data.len());
        self.decide_with(blob, size, move |present| {
            let bucket = bucket_in(present, &id.bucket)?.number;
            if present.get(UPLOADS, &upload_key(bucket, id.key.as_str(), upload))?.is_none() {
                return Err(ObjectsError::NoUpload);
            }
            let at = part_key(upload, number);
            if let Some(old) = present.get(PARTS, &at)? {
                let_go(present, &decode::<StoredPart>(&old)?.piece.body()?);
            }
            let place = Place::new(present.sequence());
            let body = match (&file, bytes) {
                (Some(name), _) => Body::File(name.clone()),
                (None, 0) => Body::Empty,
                (None, _) => Body::Inline(place),
            };
            write_body(present, place, file.as_deref(), data);
            let piece = Piece::new(number, bytes, body, checksums);
            present.put(PARTS, at, encode(&StoredPart { piece, md5, modified_at: now }));
            touch(present, upload);
            Ok(())
        })
        .await?;
        self.bell.notify_one();
        Ok(put)
    }

    /// Parts of an upload behind a number.
    pub fn parts(&self, id: &UploadId, after: u16, limit: usize) -> Result<PartPage, ObjectsError> {
        let snapshot = self.snapshot();
        find(&snapshot, id)?;
        let mut page = PartPage::default();
        for found in stored_parts(&snapshot, id.place()?, after)? {
            let part = found?;
            if page.parts.len() == limit {
                page.next = page.parts.last().map(|last| last.number);
                break;
            }
            let (etag, modified_at) = (Some(part.md5.clone()), Some(part.modified_at));
            page.parts.push(PartInfo { etag, modified_at, ..part.piece.info() });
        }
        Ok(page)
    }
}

/// The parts of an upload behind a number.
pub(crate) fn stored_parts(
    snapshot: &Snapshot,
    upload: Place,
    after: u16,
) -> Result<impl Iterator<Item = Result<StoredPart, ObjectsError>> + use<>, ObjectsError> {
    let (start, end) = (part_key(upload, after), part_key(upload, u16::MAX));
    let range = (Bound::Excluded(&start[..]), Bound::Included(&end[..]));
    let entries = snapshot.range(PARTS, range, Direction::Forward)?;
    Ok(entries.map(|entry| {
        let (key, value) = entry?;
        part_of(&key)?;
        Ok(decode(&value)?)
    }))
}
