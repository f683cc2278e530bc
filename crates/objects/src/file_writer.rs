//! Writes a large body into a file, and hashes it beside that.
//!
//! Bytes are gathered into blocks. While one block is written and hashed on two threads, the next one is
//! gathered; the disk is asked to sync what it has while more comes, so little is left to wait for in
//! the end. No thread is held while nothing comes.

use std::fs::File;
use std::io::{self, IoSlice, Write};

use bytes::Bytes;
use tokio::task::{JoinHandle, spawn_blocking};

use crate::blob::{Blobs, NewBlob};
use crate::error::ObjectsError;
use crate::hashes::{Digests, Hasher, OtherHashers, Wanted};
use crate::md5::Md5;

/// Large enough that handing it to a thread costs nothing beside the work; two are in memory.
const BLOCK_BYTES: usize = 512 * 1024;

/// How much is written before the disk is asked to sync it.
const SYNC_EVERY_BYTES: usize = 8 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct FileWriter {
    blobs: Blobs,
    gathered: Vec<Bytes>,
    gathered_bytes: usize,
    written_since_sync: usize,
    work: Work,
    sync: Option<JoinHandle<io::Result<()>>>,
}

/// What is done with the block before.
enum Work {
    Idle(Box<Hasher>, Option<Output>),
    Busy(JoinHandle<Md5>, JoinHandle<io::Result<(OtherHashers, Output)>>),
    /// Something failed.
    Broken,
}

struct Output {
    blob: NewBlob,
    file: File,
}

impl FileWriter {
    pub(crate) fn new(blobs: Blobs, wanted: &Wanted) -> FileWriter {
        FileWriter {
            blobs,
            gathered: Vec::new(),
            gathered_bytes: 0,
            written_since_sync: 0,
            work: Work::Idle(Box::new(Hasher::new(wanted)), None),
            sync: None,
        }
    }

    pub(crate) async fn write(&mut self, data: Bytes) -> Result<(), ObjectsError> {
        self.gathered_bytes += data.len();
        self.gathered.push(data);
        if self.gathered_bytes >= BLOCK_BYTES {
            self.start_block().await?;
        }
        Ok(())
    }

    /// Answers when the file and its name are on disk.
    pub(crate) async fn finish(mut self) -> Result<(NewBlob, Digests), ObjectsError> {
        self.start_block().await?;
        let (hasher, output) = self.wait().await?;
        if let Some(sync) = self.sync.take() {
            done(sync).await?.map_err(ObjectsError::io("a body cannot be synced"))?;
        }
        let output = output.ok_or_else(broken)?;
        let synced = spawn_blocking(move || {
            output.file.sync_data()?;
            output.blob.sync_name()?;
            Ok(output.blob)
        });
        let blob = done(synced).await?.map_err(ObjectsError::io("a body cannot be synced"))?;
        Ok((blob, hasher.finish()))
    }

    /// Hands over what was gathered, when the block before is done.
    async fn start_block(&mut self) -> Result<(), ObjectsError> {
        let (hasher, output) = self.wait().await?;
        self.start_sync(output.as_ref()).await?;
        let block = std::mem::take(&mut self.gathered);
        self.written_since_sync += std::mem::take(&mut self.gathered_bytes);
        let Hasher { mut md5, mut others } = hasher;
        let (same, blobs) = (block.clone(), self.blobs.clone());
        let hashing = spawn_blocking(move || {
            same.iter().for_each(|data| md5.update(data));
            md5
        });
        let writing = spawn_blocking(move || {
            let mut output = match output {
                Some(output) => output,
                None => blobs.create().map(|(blob, file)| Output { blob, file })?,
            };
            write_all(&mut output.file, &block)?;
            block.iter().for_each(|data| others.update(data));
            Ok((others, output))
        });
        self.work = Work::Busy(hashing, writing);
        Ok(())
    }

    /// Lets the disk work on what it was given, unless it still does.
    async fn start_sync(&mut self, output: Option<&Output>) -> Result<(), ObjectsError> {
        let is_busy = self.sync.as_ref().is_some_and(|sync| !sync.is_finished());
        let Some(output) = output.filter(|_| self.written_since_sync >= SYNC_EVERY_BYTES) else {
            return Ok(());
        };
        if is_busy {
            return Ok(());
        }
        if let Some(sync) = self.sync.take() {
            done(sync).await?.map_err(ObjectsError::io("a body cannot be synced"))?;
        }
        let file = output.file.try_clone().map_err(ObjectsError::io("a body cannot be synced"))?;
        self.written_since_sync = 0;
        self.sync = Some(spawn_blocking(move || file.sync_data()));
        Ok(())
    }

    async fn wait(&mut self) -> Result<(Hasher, Option<Output>), ObjectsError> {
        match std::mem::replace(&mut self.work, Work::Broken) {
            Work::Idle(hasher, output) => Ok((*hasher, output)),
            Work::Busy(hashing, writing) => {
                let md5 = done(hashing).await?;
                let written = done(writing).await?;
                let (others, output) =
                    written.map_err(ObjectsError::io("a body cannot be written"))?;
                Ok((Hasher { md5, others }, Some(output)))
            }
            Work::Broken => Err(broken()),
        }
    }
}

fn broken() -> ObjectsError {
    let source = io::Error::other("an earlier piece failed");
    ObjectsError::Io { what: "a body cannot be written", source }
}

async fn done<T>(work: JoinHandle<T>) -> Result<T, ObjectsError> {
    work.await.map_err(|error| ObjectsError::Io {
        what: "the work on a body ended early",
        source: io::Error::other(error),
    })
}

fn write_all(file: &mut File, block: &[Bytes]) -> io::Result<()> {
    let mut slices: Vec<IoSlice<'_>> = block.iter().map(|data| IoSlice::new(data)).collect();
    let mut left = &mut slices[..];
    IoSlice::advance_slices(&mut left, 0);
    while !left.is_empty() {
        match file.write_vectored(left) {
            Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
            Ok(count) => IoSlice::advance_slices(&mut left, count),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(())
}

impl std::fmt::Debug for Work {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Work::Idle(..) => "Idle",
            Work::Busy(..) => "Busy",
            Work::Broken => "Broken",
        })
    }
}
