//! What is done by itself, a bounded piece at a time: bodies that nobody has go, files that nobody ever
//! named are found, and lifecycle rules are kept. What is on disk alone says what is to be done.

use bytes::Bytes;
use kv::{Batch, Present, Snapshot};
use records::{RecordError, StoreError, decode};
use stdx::clock::UnixMillis;
use tokio::task::spawn_blocking;

use crate::blob::DIRECTORIES;
use crate::body::Manifest;
use crate::error::ObjectsError;
use crate::key::{BLOBS, CHORES, GARBAGE, MANIFESTS, PARTS, Place, UPLOADS, upload_of};
use crate::store::{Chore, Objects, chore_key, let_go};
use crate::upload::forget;
use crate::upload_part::StoredPart;

/// Entries that one step takes away: a few milliseconds.
pub(crate) const PIECE: usize = 500;

/// Orphans come only of a process that was killed, so one round after the start is most of the work.
const ORPHANS_EVERY_MS: u64 = 6 * 3_600_000;
/// AWS looks once a day.
const LIFECYCLE_EVERY_MS: u64 = 3_600_000;

/// Works off what is due.
#[derive(Debug)]
pub struct Sweeper {
    objects: Objects,
    /// The next directory to look for orphans in; behind the last there is a pause.
    directory: u16,
    next_orphans_at: UnixMillis,
    next_lifecycle_at: UnixMillis,
}

impl Sweeper {
    pub fn new(objects: Objects) -> Sweeper {
        Sweeper { objects, directory: 0, next_orphans_at: 0, next_lifecycle_at: 0 }
    }

    /// Resolves when something was let go of.
    pub async fn rung(&self) {
        self.objects.bell.notified().await;
    }

    /// Does a piece of what is due; answers whether there may be more.
    pub async fn step(&mut self, now: UnixMillis) -> Result<bool, ObjectsError> {
        if self.objects.is_held() {
            return Ok(false);
        }
        if self.objects.work_off_chore().await? || self.objects.collect_garbage().await? {
            return Ok(true);
        }
        if self.directory < DIRECTORIES {
            self.objects.remove_orphans(self.directory).await?;
            self.directory += 1;
            if self.directory == DIRECTORIES {
                self.next_orphans_at = now + ORPHANS_EVERY_MS;
            }
            return Ok(true);
        }
        if now >= self.next_orphans_at {
            self.directory = 0;
            return Ok(true);
        }
        if now >= self.next_lifecycle_at {
            let is_more = self.objects.keep_lifecycle(now).await?;
            if !is_more {
                self.next_lifecycle_at = now + LIFECYCLE_EVERY_MS;
            }
            return Ok(is_more);
        }
        Ok(false)
    }
}

impl Objects {
    /// Removes files that were let go of and that nobody reads; answers whether there were any.
    async fn collect_garbage(&self) -> Result<bool, ObjectsError> {
        let mut names = Vec::new();
        for entry in self.snapshot().scan(GARBAGE, b"")? {
            let (key, _) = entry?;
            let name = text(&key)?;
            if !self.blobs.is_pinned(name) {
                names.push(name.to_owned());
            }
            if names.len() == PIECE {
                break;
            }
        }
        if names.is_empty() {
            return Ok(false);
        }
        self.remove_files(names.clone()).await?;
        let mut batch = Batch::new();
        names.iter().for_each(|name| batch.delete(GARBAGE, name));
        self.store.commit(batch).await.map_err(StoreError::Commit)?;
        Ok(true)
    }

    /// Removes the files of a directory that no record names, and none in flight will.
    async fn remove_orphans(&self, directory: u16) -> Result<(), ObjectsError> {
        let blobs = self.blobs.clone();
        let listed = spawn_blocking(move || blobs.list(directory)).await;
        let listed = listed.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        let listed = listed.map_err(ObjectsError::io("the files of objects cannot be listed"))?;
        // First who is at work: who is not any more has handed its record to the store before.
        let idle = listed.into_iter().filter(|name| !self.blobs.is_pinned(name));
        let names: Vec<String> = idle.collect();
        for piece in names.chunks(PIECE) {
            let asked = piece.to_vec();
            let orphans = self
                .decide(0, move |present| {
                    let mut orphans = Vec::new();
                    for name in asked {
                        if present.get(BLOBS, name.as_bytes())?.is_none() {
                            orphans.push(name);
                        }
                    }
                    Ok(orphans)
                })
                .await?;
            // A reader may still be at what was let go of a moment ago.
            let orphans: Vec<String> =
                orphans.into_iter().filter(|name| !self.blobs.is_pinned(name)).collect();
            self.remove_files(orphans).await?;
        }
        Ok(())
    }

    async fn remove_files(&self, names: Vec<String>) -> Result<(), ObjectsError> {
        let blobs = self.blobs.clone();
        let removed = spawn_blocking(move || names.iter().try_for_each(|name| blobs.remove(name)));
        let removed = removed.await.unwrap_or_else(|error| Err(std::io::Error::other(error)));
        removed.map_err(ObjectsError::io("the file of an object cannot be removed"))
    }

    /// Does a piece of a chore; answers whether there was one.
    async fn work_off_chore(&self) -> Result<bool, ObjectsError> {
        let snapshot = self.snapshot();
        for entry in snapshot.scan(CHORES, b"")? {
            let (key, _) = entry?;
            let (chore, of) = Chore::of(&key).ok_or(RecordError::Key)?;
            if chore == Chore::Bucket {
                self.abort_all(&snapshot, key.clone(), of).await?;
                return Ok(true);
            }
            let place = Place::read(of)?;
            match chore {
                // Whoever reads it still needs the list and the files.
                Chore::Manifest if self.blobs.is_pinned(&place.to_string()) => continue,
                Chore::Manifest => self.take_apart(&snapshot, key.clone(), place).await?,
                _ => self.drop_parts(&snapshot, key.clone(), (chore, place)).await?,
            }
            return Ok(true);
        }
        Ok(false)
    }

    /// Lets go of the last parts of a body, and of the list with the first of them.
    async fn take_apart(
        &self,
        snapshot: &Snapshot,
        chore: Bytes,
        place: Place,
    ) -> Result<(), ObjectsError> {
        let Some(value) = snapshot.get(MANIFESTS, place.as_ref())? else {
            let forget = move |present: &mut Present<'_>| {
                present.delete(CHORES, chore);
                Ok(())
            };
            return self.decide(0, forget).await;
        };
        let mut pieces = decode::<Manifest>(&value)?.pieces;
        let gone = pieces.split_off(pieces.len().saturating_sub(PIECE));
        let rest = (!pieces.is_empty()).then(|| records::encode(&Manifest { pieces }));
        self.decide(gone.len() * 100, move |present| {
            for piece in gone {
                let_go(present, &piece.body()?);
            }
            match rest {
                Some(rest) => present.put(MANIFESTS, place, rest),
                None => {
                    present.delete(MANIFESTS, place);
                    present.delete(CHORES, chore);
                }
            }
            Ok(())
        })
        .await
    }

    /// Takes away records of parts, and their bodies if the upload was given up.
    async fn drop_parts(
        &self,
        snapshot: &Snapshot,
        chore: Bytes,
        (kind, upload): (Chore, Place),
    ) -> Result<(), ObjectsError> {
        let mut keys = Vec::new();
        for entry in snapshot.scan(PARTS, upload.as_ref())?.take(PIECE) {
            let (key, value) = entry?;
            keys.push((key, decode::<StoredPart>(&value)?.piece.body()?));
        }
        let is_last = keys.len() < PIECE;
        self.decide(keys.len() * 100, move |present| {
            for (key, body) in keys {
                present.delete(PARTS, key);
                if kind == Chore::Upload {
                    let_go(present, &body);
                }
            }
            if is_last {
                present.delete(CHORES, chore);
            }
            Ok(())
        })
        .await
    }

    /// Gives up uploads of a bucket that is gone.
    async fn abort_all(
        &self,
        snapshot: &Snapshot,
        chore: Bytes,
        bucket: &[u8],
    ) -> Result<(), ObjectsError> {
        let number = u64::from_be_bytes(bucket.try_into().map_err(|_| RecordError::Key)?);
        let mut uploads = Vec::new();
        for entry in snapshot.scan(UPLOADS, bucket)?.take(PIECE) {
            let (key, _) = entry?;
            let (name, place) = upload_of(&key)?;
            uploads.push((name.to_owned(), place));
        }
        let is_last = uploads.len() < PIECE;
        self.decide(uploads.len() * 100, move |present| {
            for (name, place) in uploads {
                match forget(present, number, &name, place) {
                    Ok(()) => present.put(CHORES, chore_key(Chore::Upload, place.as_ref()), ""),
                    Err(ObjectsError::NoUpload) => {}
                    Err(error) => return Err(error),
                }
            }
            if is_last {
                present.delete(CHORES, chore);
            }
            Ok(())
        })
        .await
    }
}

fn text(key: &[u8]) -> Result<&str, RecordError> {
    std::str::from_utf8(key).map_err(|_| RecordError::Key)
}
