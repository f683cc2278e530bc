//! Makes a store from a backup.

use std::fs::{self, File};
use std::io::{self, BufReader, Read};
use std::path::Path;

use bytes::Bytes;

use crate::backup::{MAGIC, TRAILER_BYTES};
use crate::directory::{beside, is_vacant, make_private, parent_of, settled};
use crate::disk::sync_directory;
use crate::error::RestoreError;
use crate::key::Key;
use crate::settled::{Lsm, Settled, SettledEntry, SettledError};

/// No frame is longer: it may exceed its aimed size by one entry, which is one batch at most.
const MOST_FRAME_BYTES: usize = 64 * 1024 * 1024;

/// Nothing is read twice here.
const CACHE_BYTES: u64 = 1024 * 1024;

/// What was restored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RestoreReport {
    /// Keys, those of our own table of spaces and the count of records included.
    pub entries: u64,
}

/// Checks the whole backup first, then builds the store beside `dir` and moves it there, so that a
/// damaged backup or an interruption leaves nothing that could be opened.
pub fn restore(backup: &Path, dir: &Path) -> Result<RestoreReport, RestoreError> {
    let cannot_write = |source| RestoreError::Write { dir: dir.to_owned(), source };
    if !is_vacant(dir).map_err(cannot_write)? {
        return Err(RestoreError::NotEmpty { dir: dir.to_owned() });
    }
    let entries = verify(backup)?;
    let partial = beside(dir);
    remove_leftover(&partial).map_err(cannot_write)?;
    make_private(&settled(&partial)).map_err(cannot_write)?;
    fill(backup, &settled(&partial))?;
    move_to(&partial, dir).map_err(cannot_write)?;
    Ok(RestoreReport { entries })
}

fn verify(backup: &Path) -> Result<u64, RestoreError> {
    let mut frames = Frames::open(backup)?;
    let mut entries = 0;
    while let Some(frame) = frames.next_frame(backup)? {
        for entry in Entries(&frame) {
            entry.ok_or(RestoreError::Damaged { offset: frames.offset })?;
            entries += 1;
        }
    }
    frames.check_end(backup, entries)?;
    Ok(entries)
}

/// The mark stays 0: a fresh journal begins after it.
fn fill(backup: &Path, dir: &Path) -> Result<(), RestoreError> {
    let tier = Lsm::open(dir, CACHE_BYTES)?;
    let mut frames = Frames::open(backup)?;
    let mut frame = Vec::new();
    let mut at = 0;
    let mut entries = std::iter::from_fn(|| {
        if at == frame.len() {
            at = 0;
            match frames.next_frame(backup) {
                Ok(next) => frame = next?,
                Err(error) => return Some(Err(SettledError::from_engine(error))),
            }
        }
        let mut rest = Entries(&frame[at..]);
        let entry = rest.next().flatten();
        at = frame.len() - rest.0.len();
        Some(entry.ok_or(SettledError::Damaged { what: "the backup changed while it was read" }))
    });
    Ok(tier.settle(&mut entries, 0)?)
}

/// An earlier attempt may have been interrupted.
fn remove_leftover(partial: &Path) -> io::Result<()> {
    match fs::remove_dir_all(partial) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(error),
        _ => Ok(()),
    }
}

/// Renaming replaces an empty directory.
fn move_to(partial: &Path, dir: &Path) -> io::Result<()> {
    fs::rename(partial, dir)?;
    sync_directory(parent_of(dir))
}

struct Frames {
    file: BufReader<File>,
    offset: u64,
    chain: u32,
}

impl Frames {
    fn open(backup: &Path) -> Result<Frames, RestoreError> {
        let file = File::open(backup).map_err(|error| unreadable(backup, error))?;
        let mut frames = Frames { file: BufReader::new(file), offset: 0, chain: 0 };
        let mut magic = [0; MAGIC.len()];
        match frames.read(backup, &mut magic) {
            Ok(()) if magic == *MAGIC => Ok(frames),
            Ok(()) | Err(RestoreError::Damaged { .. }) => {
                Err(RestoreError::NotABackup { path: backup.to_owned() })
            }
            Err(error) => Err(error),
        }
    }

    /// Nothing after the frame that ends the file.
    fn next_frame(&mut self, backup: &Path) -> Result<Option<Vec<u8>>, RestoreError> {
        let start = self.offset;
        let length = u32::from_le_bytes(self.read_array(backup)?);
        let checksum: [u8; 4] = self.read_array(backup)?;
        let length = usize::try_from(length).unwrap_or(usize::MAX);
        if length > MOST_FRAME_BYTES {
            return Err(RestoreError::Damaged { offset: start });
        }
        let mut frame = vec![0; length];
        self.read(backup, &mut frame)?;
        if crc32c::crc32c(&frame).to_le_bytes() != checksum {
            return Err(RestoreError::Damaged { offset: start });
        }
        self.chain = crc32c::crc32c_append(self.chain, &checksum);
        Ok((!frame.is_empty()).then_some(frame))
    }

    fn check_end(&mut self, backup: &Path, entries: u64) -> Result<(), RestoreError> {
        let start = self.offset;
        let trailer: [u8; TRAILER_BYTES] = self.read_array(backup)?;
        let checksum = crc32c::crc32c_append(self.chain, &entries.to_le_bytes());
        let is_right =
            trailer[..8] == entries.to_le_bytes() && trailer[8..] == checksum.to_le_bytes();
        let rest = self.file.read(&mut [0]).map_err(|error| unreadable(backup, error))?;
        if is_right && rest == 0 { Ok(()) } else { Err(RestoreError::Damaged { offset: start }) }
    }

    fn read_array<const N: usize>(&mut self, backup: &Path) -> Result<[u8; N], RestoreError> {
        let mut bytes = [0; N];
        self.read(backup, &mut bytes)?;
        Ok(bytes)
    }

    fn read(&mut self, backup: &Path, into: &mut [u8]) -> Result<(), RestoreError> {
        self.file.read_exact(into).map_err(|error| match error.kind() {
            io::ErrorKind::UnexpectedEof => RestoreError::Damaged { offset: self.offset },
            _ => unreadable(backup, error),
        })?;
        self.offset += into.len() as u64;
        Ok(())
    }
}

/// The entries of a frame; `None` among them means that they are not what a backup writes.
struct Entries<'a>(&'a [u8]);

impl Iterator for Entries<'_> {
    type Item = Option<SettledEntry>;

    fn next(&mut self) -> Option<Option<SettledEntry>> {
        if self.0.is_empty() {
            return None;
        }
        let entry = self.take();
        if entry.is_none() {
            self.0 = &[];
        }
        Some(entry)
    }
}

impl Entries<'_> {
    fn take(&mut self) -> Option<SettledEntry> {
        let (head, rest) = self.0.split_first_chunk::<9>()?;
        let length = |at: usize| {
            let bytes = head[at..at + 4].try_into().expect("four bytes");
            usize::try_from(u32::from_le_bytes(bytes)).ok()
        };
        let (key, rest) = rest.split_at_checked(length(1)?)?;
        let (value, rest) = rest.split_at_checked(length(5)?)?;
        self.0 = rest;
        let value = Some(Bytes::copy_from_slice(value));
        Some(SettledEntry { space: head[0], key: Key::from_slice(key), value })
    }
}

fn unreadable(backup: &Path, source: io::Error) -> RestoreError {
    RestoreError::Backup { path: backup.to_owned(), source }
}
