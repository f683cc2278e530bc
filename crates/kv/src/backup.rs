//! A consistent copy of a store in one file, written while the store is in use.
//!
//! The file is a magic line and then frames: length, CRC-32C of the content, content. A frame holds
//! entries (space, key length, value length, key, value); an empty frame ends the file, followed by
//! the number of entries and the CRC-32C of all the frames' checksums, so that frames cannot be
//! lost, doubled or exchanged unnoticed.
//!
//! The first entry says how many records the store has written in its life, so that what is numbered
//! by them goes on rising when the backup is restored.

use std::fs::{self, File, OpenOptions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

use crate::directory::{beside, parent_of};
use crate::disk::sync_directory;
use crate::error::{BackupError, ReadError};
use crate::snapshot::Snapshot;
use crate::space::{NAMES, PAST_KEY, SpaceId};

pub(crate) const MAGIC: &[u8] = b"thingstead kv backup 1\n";

/// Large enough that frames cost nothing, small enough to hold in memory on any box.
const FRAME_BYTES: usize = 256 * 1024;

/// Whoever reads a backup has every secret of the fleet.
const FILE_MODE: u32 = 0o600;

/// What a backup holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BackupReport {
    /// Keys, those of our own table of spaces and the count of records included.
    pub entries: u64,
    /// The size of the file.
    pub bytes: u64,
}

/// Why the copying stopped, before the path of the file is known.
enum Failure {
    Read(ReadError),
    Write(io::Error),
}

/// Writes beside the target and renames at the end, so that a file under the asked name is whole.
pub(crate) fn write(snapshot: &Snapshot, to: &Path) -> Result<BackupReport, BackupError> {
    let partial = beside(to);
    let written = write_partial(snapshot, &partial).and_then(|report| {
        publish(&partial, to)?;
        Ok(report)
    });
    written.map_err(|failure| {
        // It may not even exist; the failure itself is what the caller must know.
        drop(fs::remove_file(&partial));
        match failure {
            Failure::Read(error) => BackupError::Read(error),
            Failure::Write(source) => BackupError::Write { path: to.to_owned(), source },
        }
    })
}

fn write_partial(snapshot: &Snapshot, partial: &Path) -> Result<BackupReport, Failure> {
    let options =
        OpenOptions::new().write(true).create(true).truncate(true).mode(FILE_MODE).clone();
    let mut frames = Frames::begin(options.open(partial)?)?;
    let past = snapshot.view().past + snapshot.sequence();
    frames.push(NAMES, PAST_KEY, &past.to_le_bytes())?;
    for space in 0..=snapshot.view().spaces.highest() {
        for entry in snapshot.whole(space)? {
            let (key, value) = entry?;
            if space == NAMES && key == PAST_KEY {
                continue;
            }
            frames.push(space, &key, &value)?;
        }
    }
    Ok(frames.end()?)
}

fn publish(partial: &Path, to: &Path) -> io::Result<()> {
    fs::rename(partial, to)?;
    sync_directory(parent_of(to))
}

struct Frames {
    file: BufWriter<File>,
    frame: Vec<u8>,
    entries: u64,
    bytes: u64,
    chain: u32,
}

impl Frames {
    fn begin(file: File) -> io::Result<Frames> {
        let mut file = BufWriter::new(file);
        file.write_all(MAGIC)?;
        let (frame, bytes) = (Vec::with_capacity(FRAME_BYTES), MAGIC.len() as u64);
        Ok(Frames { file, frame, entries: 0, bytes, chain: 0 })
    }

    fn push(&mut self, space: SpaceId, key: &[u8], value: &[u8]) -> io::Result<()> {
        self.frame.push(space);
        for part in [key, value] {
            self.frame.extend_from_slice(&length(part)?.to_le_bytes());
        }
        self.frame.extend_from_slice(key);
        self.frame.extend_from_slice(value);
        self.entries += 1;
        if self.frame.len() >= FRAME_BYTES { self.flush() } else { Ok(()) }
    }

    fn flush(&mut self) -> io::Result<()> {
        let checksum = crc32c::crc32c(&self.frame).to_le_bytes();
        self.chain = crc32c::crc32c_append(self.chain, &checksum);
        self.file.write_all(&length(&self.frame)?.to_le_bytes())?;
        self.file.write_all(&checksum)?;
        self.file.write_all(&self.frame)?;
        self.bytes += (8 + self.frame.len()) as u64;
        self.frame.clear();
        Ok(())
    }

    fn end(mut self) -> io::Result<BackupReport> {
        if !self.frame.is_empty() {
            self.flush()?;
        }
        self.flush()?;
        let mut trailer = [0; TRAILER_BYTES];
        trailer[..8].copy_from_slice(&self.entries.to_le_bytes());
        trailer[8..].copy_from_slice(
            &crc32c::crc32c_append(self.chain, &self.entries.to_le_bytes()).to_le_bytes(),
        );
        self.file.write_all(&trailer)?;
        self.file.into_inner().map_err(io::IntoInnerError::into_error)?.sync_all()?;
        Ok(BackupReport { entries: self.entries, bytes: self.bytes + TRAILER_BYTES as u64 })
    }
}

/// The number of entries, and the checksum of the frames' checksums and that number.
pub(crate) const TRAILER_BYTES: usize = 12;

fn length(part: &[u8]) -> io::Result<u32> {
    u32::try_from(part.len()).map_err(io::Error::other)
}

impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Failure {
        Failure::Write(error)
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Failure {
        Failure::Read(error)
    }
}
