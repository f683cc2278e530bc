//! Reading a journal back after a restart, and telling a torn end from damage.
//!
//! Records follow each other by sequence number, within a file and from one file to the next. The
//! first that is missing or unsound ends the journal. That is right after a crash: what followed
//! was never acknowledged as synced. It is damage if any later record testifies that the missing
//! one had been synced, and then the store is not opened.

use std::io;

use super::record::{ALIGNMENT, HEADER_BYTES, Record, claimed_sequence};
use crate::disk::{Disk, DiskFile};
use crate::error::OpenError;

/// What was found in the files of a journal.
#[derive(Debug)]
pub(super) struct Replayed {
    /// Files that hold replayed records, oldest first.
    pub(super) used: Vec<UsedFile>,
    /// Files that hold none.
    pub(super) spare: Vec<Box<dyn DiskFile>>,
    /// The last sequence number: that of the last record, or the mark.
    pub(super) last: u64,
    /// Whether the last record is one that a clean close leaves.
    pub(super) closed: bool,
}

#[derive(Debug)]
pub(super) struct UsedFile {
    pub(super) file: Box<dyn DiskFile>,
    pub(super) last: u64,
    /// Where its last record ends.
    pub(super) end: usize,
}

/// A sound record where none should be.
struct Stray {
    file: usize,
    offset: usize,
    sequence: u64,
    durable: u64,
}

struct Replay<'a> {
    salt: u64,
    take: &'a mut dyn FnMut(Record<'_>) -> Option<()>,
    last: u64,
    closed: bool,
    /// Which file holds the last replayed record, and where that ends.
    end: Option<(usize, usize)>,
    strays: Vec<Stray>,
}

/// Hands every record after `mark` to `take`, in order. `take` answers `None` if a record's entries
/// make no sense.
pub(super) fn replay(
    disk: &dyn Disk,
    names: &[String],
    salt: u64,
    mark: u64,
    take: &mut dyn FnMut(Record<'_>) -> Option<()>,
) -> Result<Replayed, OpenError> {
    let files = open_in_order(disk, names).map_err(failed)?;
    let mut replay = Replay { salt, take, last: mark, closed: true, end: None, strays: Vec::new() };
    let mut ends = Vec::new();
    for (at, file) in files.iter().enumerate() {
        let content = file.read().map_err(failed)?;
        ends.push(replay.walk(at, file.name(), &content)?);
    }
    replay.check(&files)?;
    replay.erase_strays(&files).map_err(failed)?;
    let Replay { last, closed, .. } = replay;
    let (mut used, mut spare) = (Vec::new(), Vec::new());
    for (file, end) in files.into_iter().zip(ends) {
        match end {
            Some((last, end)) => used.push(UsedFile { file, last, end }),
            None => spare.push(file),
        }
    }
    Ok(Replayed { used, spare, last, closed })
}

/// By the sequence number that each file's first record claims; files without one come last.
fn open_in_order(disk: &dyn Disk, names: &[String]) -> io::Result<Vec<Box<dyn DiskFile>>> {
    let mut files = Vec::new();
    for name in names {
        let file = disk.open(name)?;
        let claim = claimed_sequence(&file.read_start(HEADER_BYTES)?);
        files.push((claim.unwrap_or(u64::MAX), file));
    }
    files.sort_by(|(a, file_a), (b, file_b)| (a, file_a.name()).cmp(&(b, file_b.name())));
    Ok(files.into_iter().map(|(_, file)| file).collect())
}

impl Replay<'_> {
    /// Follows the records of one file. Answers the last sequence number taken from it, and where
    /// that record ends.
    fn walk(
        &mut self,
        at: usize,
        name: &str,
        content: &[u8],
    ) -> Result<Option<(u64, usize)>, OpenError> {
        let mut taken = None;
        let mut offset = 0;
        let mut before = None;
        while let Some(record) = Record::at(content, offset, self.salt) {
            let follows = before.is_none_or(|before| record.sequence == before + 1);
            if !follows || record.sequence > self.last + 1 {
                break;
            }
            let end = offset + record.bytes();
            if record.sequence == self.last + 1 {
                (self.take)(record).ok_or_else(|| damaged(name, offset))?;
                self.last = record.sequence;
                self.closed = record.entries == 0;
                self.end = Some((at, end));
                taken = Some((record.sequence, end));
            }
            before = Some(record.sequence);
            offset = end;
        }
        self.look_for_strays(at, content, offset);
        Ok(taken)
    }

    /// Behind the last record of a file there may be older ones, from the file's earlier use, which
    /// mean nothing. Later ones matter.
    fn look_for_strays(&mut self, file: usize, content: &[u8], from: usize) {
        for offset in (from..content.len()).step_by(ALIGNMENT) {
            let claim = claimed_sequence(&content[offset..]);
            if claim.is_none_or(|sequence| sequence <= self.last) {
                continue;
            }
            if let Some(Record { sequence, durable, .. }) = Record::at(content, offset, self.salt) {
                self.strays.push(Stray { file, offset, sequence, durable });
            }
        }
    }

    fn check(&mut self, files: &[Box<dyn DiskFile>]) -> Result<(), OpenError> {
        let last = self.last;
        self.strays.retain(|stray| stray.sequence > last);
        let Some(witness) = self.strays.iter().find(|stray| stray.durable > last) else {
            return Ok(());
        };
        let (file, offset) = match self.end {
            // A file that begins with a sound record says that the one before it ends unsound.
            Some(end) if end.0 == witness.file || witness.offset == 0 => end,
            _ => (witness.file, 0),
        };
        Err(damaged(files[file].name(), offset))
    }

    /// Otherwise they might seem to follow the records that will be written from now on.
    fn erase_strays(&self, files: &[Box<dyn DiskFile>]) -> io::Result<()> {
        for Stray { file, offset, .. } in &self.strays {
            files[*file].write_at(*offset as u64, &[0; HEADER_BYTES])?;
        }
        for (at, file) in files.iter().enumerate() {
            if self.strays.iter().any(|stray| stray.file == at) {
                file.sync()?;
            }
        }
        Ok(())
    }
}

fn damaged(file: &str, offset: usize) -> OpenError {
    OpenError::JournalDamaged { file: file.to_owned(), offset: offset as u64 }
}

fn failed(source: io::Error) -> OpenError {
    OpenError::Io { what: "the journal cannot be read".to_owned(), source }
}
