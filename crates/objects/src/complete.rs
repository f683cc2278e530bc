//! Uploads that become objects. No byte of a part is copied: the object is the list of them.

use std::collections::HashMap;

use kv::{Present, Snapshot};
use records::encode;
use stdx::clock::UnixMillis;
use stdx::hex;

use crate::body::{Manifest, PART_BYTES_MIN, Piece};
use crate::bucket::bucket_in;
use crate::checksum::{Algorithm, Checksum, ChecksumType};
use crate::condition::Condition;
use crate::crc;
use crate::current::write_current;
use crate::error::ObjectsError;
use crate::hashes::{Hasher, Wanted, md5};
use crate::key::{CHORES, MANIFESTS, Place, UPLOAD_MARKS};
use crate::notice::{About, Doer, Happening, NOTICE_BYTES, Telling};
use crate::put::tell_written;
use crate::store::{ATTEMPTS_MAX, Chore, Objects, chore_key, let_go};
use crate::upload::{Upload, UploadId, find, forget};
use crate::upload_part::{StoredPart, stored_parts};
use crate::version::{Body, Details, MANIFEST, NULL};

/// A part as the client that completes names it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CompletedPart {
    pub number: u16,
    /// Without quotes.
    pub etag: String,
    pub checksums: Vec<Checksum>,
}

/// How an upload is to be completed.
#[derive(Clone, Debug)]
pub struct Complete {
    pub id: UploadId,
    pub parts: Vec<CompletedPart>,
    pub condition: Condition,
    /// What the whole object must have.
    pub checksum: Option<Checksum>,
    pub bytes: Option<u64>,
    pub doer: Doer,
    pub now: UnixMillis,
}

/// The object that came of an upload.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Completed {
    pub version: Option<String>,
    pub etag: String,
    pub checksum: Option<(Checksum, ChecksumType)>,
}

/// What is to be written, as a snapshot had it.
struct Plan {
    mark: Option<bytes::Bytes>,
    manifest: Vec<u8>,
    details: Details,
    /// Of parts that the client does not name.
    unused: Vec<Body>,
    checksum: Option<(Checksum, ChecksumType)>,
}

impl Objects {
    pub async fn complete_upload(&self, complete: Complete) -> Result<Completed, ObjectsError> {
        let place = complete.id.place()?;
        for _ in 0..ATTEMPTS_MAX {
            let plan = plan(&self.snapshot(), &complete, place)?;
            let (id, condition) = (complete.id.clone(), complete.condition.clone());
            let (etag, checksum) = (plan.details.etag.clone(), plan.checksum.clone());
            let size = plan.manifest.len() + NOTICE_BYTES;
            let telling = self.telling((&id.bucket, &id.key), complete.doer.clone(), complete.now);
            let written = self
                .decide(size, move |present| {
                    write(present, (&id, place), &telling, &condition, plan)
                })
                .await?;
            if let Some(version) = written {
                self.bell.notify_one();
                self.notices.ring();
                return Ok(Completed { version, etag, checksum });
            }
        }
        Err(ObjectsError::Contended)
    }
}

fn plan(snapshot: &Snapshot, complete: &Complete, place: Place) -> Result<Plan, ObjectsError> {
    let (_, upload) = find(snapshot, &complete.id)?;
    let mark = snapshot.get(UPLOAD_MARKS, place.as_ref())?;
    let mut stored = HashMap::new();
    for part in stored_parts(snapshot, place, 0)? {
        let part = part?;
        stored.insert(part.piece.number, part);
    }
    let chosen = choose(&complete.parts, &mut stored)?;
    let etag = etag_of(&chosen)?;
    let bytes = chosen.iter().map(|part| part.piece.bytes).sum();
    if complete.bytes.is_some_and(|expected| expected != bytes) {
        return Err(ObjectsError::ChecksumDiffers);
    }
    let pieces: Vec<Piece> = chosen.into_iter().map(|part| part.piece).collect();
    let checksum = checksum_of(&upload, &pieces);
    let known = checksum.as_ref().map(|(checksum, _)| checksum);
    if let Some(expected) = &complete.checksum
        && known.is_some_and(|known| known.algorithm == expected.algorithm && known != expected)
    {
        return Err(ObjectsError::ChecksumDiffers);
    }
    let unused: Result<Vec<Body>, _> = stored.values().map(|part| part.piece.body()).collect();
    let details = Details {
        modified_at: complete.now,
        bytes,
        etag,
        file: None,
        checksums: known.cloned().into_iter().collect(),
        checksum_type: checksum.as_ref().map(|(_, kind)| *kind).unwrap_or_default(),
        parts: u16::try_from(pieces.len()).ok(),
        meta: upload.meta,
        tags: upload.tags,
    };
    let manifest = encode(&Manifest { pieces });
    Ok(Plan { mark, manifest, details, unused: unused?, checksum })
}

/// The parts that the client names, out of those that are there.
fn choose(
    named: &[CompletedPart],
    stored: &mut HashMap<u16, StoredPart>,
) -> Result<Vec<StoredPart>, ObjectsError> {
    if !named.is_sorted_by(|one, next| one.number < next.number) {
        return Err(ObjectsError::PartOrder);
    }
    let mut chosen: Vec<StoredPart> = Vec::with_capacity(named.len());
    for part in named {
        let number = part.number;
        let is_same = |found: &StoredPart| {
            let sums = &found.piece.checksums;
            found.md5 == part.etag
                && part.checksums.iter().all(|sum| {
                    let of_kind = sums.iter().find(|known| known.algorithm == sum.algorithm);
                    of_kind.is_none_or(|known| known == sum)
                })
        };
        let found = stored.remove(&number).filter(is_same);
        chosen.push(found.ok_or(ObjectsError::InvalidPart { number })?);
    }
    let Some((_, all_but_last)) = chosen.split_last() else {
        return Err(ObjectsError::InvalidPart { number: 1 });
    };
    match all_but_last.iter().find(|part| part.piece.bytes < PART_BYTES_MIN) {
        Some(StoredPart { piece, .. }) => {
            Err(ObjectsError::PartTooSmall { number: piece.number, bytes: piece.bytes })
        }
        None => Ok(chosen),
    }
}

/// The MD5 of the MD5s of the parts, and how many there are.
fn etag_of(parts: &[StoredPart]) -> Result<String, ObjectsError> {
    let mut all = Vec::with_capacity(parts.len() * 16);
    for part in parts {
        let sum = u128::from_str_radix(&part.md5, 16).map_err(|_| records::RecordError::Key)?;
        all.extend(sum.to_be_bytes());
    }
    Ok(format!("{}-{}", hex::encode(&md5(&all)), parts.len()))
}

/// The checksum of the whole, if the upload has one and each part has its own.
fn checksum_of(upload: &Upload, pieces: &[Piece]) -> Option<(Checksum, ChecksumType)> {
    let (algorithm, kind) = upload.checksum?;
    let of_piece =
        |piece: &Piece| piece.checksums.iter().find(|known| known.algorithm == algorithm).cloned();
    let sums: Option<Vec<(Checksum, u64)>> =
        pieces.iter().map(|piece| Some((of_piece(piece)?, piece.bytes))).collect();
    let checksum = match kind {
        ChecksumType::FullObject => crc::combine(algorithm, sums?.into_iter())?,
        ChecksumType::Composite => composite(algorithm, &sums?)?,
    };
    Some((checksum, kind))
}

fn composite(algorithm: Algorithm, sums: &[(Checksum, u64)]) -> Option<Checksum> {
    let mut hasher = Hasher::new(&Wanted { checksums: vec![algorithm], sha256: false });
    for (sum, _) in sums {
        hasher.update(&sum.raw()?);
    }
    let Checksum { value, .. } = hasher.finish().checksums.pop()?;
    Some(Checksum { algorithm, value: format!("{value}-{}", sums.len()) })
}

/// Nothing if the upload changed meanwhile.
fn write(
    present: &mut Present<'_>,
    (id, upload): (&UploadId, Place),
    telling: &Telling,
    condition: &Condition,
    plan: Plan,
) -> Result<Option<Option<String>>, ObjectsError> {
    let bucket = bucket_in(present, &id.bucket)?;
    if present.get(UPLOAD_MARKS, upload.as_ref())? != plan.mark {
        return Ok(None);
    }
    telling.notices.check(&bucket)?;
    condition.check(present, &bucket, &id.key)?;
    forget(present, bucket.number, id.key.as_str(), upload)?;
    present.put(CHORES, chore_key(Chore::Parts, upload.as_ref()), "");
    plan.unused.iter().for_each(|body| let_go(present, body));
    let place = Place::new(present.sequence());
    present.put_new(MANIFESTS, place, plan.manifest);
    let details = encode(&plan.details);
    let flags = write_current(present, &bucket, &id.key, (place, MANIFEST), &details)?;
    let (bytes, etag) = (Some(plan.details.bytes), Some(plan.details.etag));
    let about = About { bytes, etag, ..About::default() };
    let written = (Happening::Completed, (place, flags & NULL == 0));
    tell_written(present, &bucket, telling, written, about).map(Some)
}
