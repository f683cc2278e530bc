//! The journal: records appended to files that were filled with zeros beforehand and are used again
//! once a checkpoint has made their records superfluous.
//!
//! A file has no header and its name no meaning. Sequence numbers alone say which records follow
//! each other, so what a file held in an earlier use is never mistaken for its present content.

use std::collections::VecDeque;
use std::io;
use std::sync::Arc;

mod identity;
mod record;
mod replay;

pub(crate) use record::{Entry, Kind, Record, RecordBuilder};

use self::record::HEADER_BYTES;
use self::replay::{Replayed, UsedFile};
use crate::disk::{Disk, DiskFile};
use crate::error::OpenError;
use crate::settled::is_full;

/// Spare files beyond this are removed: enough that a checkpoint's worth of journal is recycled
/// whole with the default options, few enough that a burst does not hold the disk for ever.
const MOST_SPARES: usize = 16;

#[derive(Debug)]
pub(crate) struct Journal {
    disk: Arc<dyn Disk>,
    salt: u64,
    segment_bytes: u64,
    current: Option<Current>,
    sealed: VecDeque<Sealed>,
    spare: Vec<Box<dyn DiskFile>>,
    next_name: u64,
    last: u64,
    durable: u64,
    closed: bool,
    broken: Option<Arc<io::Error>>,
}

#[derive(Debug)]
struct Current {
    file: Box<dyn DiskFile>,
    end: u64,
}

#[derive(Debug)]
struct Sealed {
    file: Box<dyn DiskFile>,
    last: u64,
}

/// Why a record was not appended or not synced.
#[derive(Clone, Debug)]
pub(crate) enum JournalError {
    /// Nothing happened; there is no space.
    Full,
    /// Nothing happened; no further file could be had.
    Refused(Arc<io::Error>),
    /// Nobody knows what is on disk, and the journal takes no more records.
    Broken(Arc<io::Error>),
}

impl Journal {
    /// Replays every record after `mark` into `take`, which answers `None` if it makes no sense.
    pub(crate) fn open(
        disk: Arc<dyn Disk>,
        segment_bytes: u64,
        mark: u64,
        take: &mut dyn FnMut(Record<'_>) -> Option<()>,
    ) -> Result<Journal, OpenError> {
        let names = disk.list().map_err(unreadable)?;
        let segments: Vec<String> = names.iter().filter(|name| is_segment(name)).cloned().collect();
        let salt = identity::salt(&*disk, &names, mark == 0 && segments.is_empty())?;
        let replayed = replay::replay(&*disk, &segments, salt, mark, take)?;
        let next_name = segments.iter().filter_map(|name| number(name)).max().map_or(1, |n| n + 1);
        Journal::resume(disk, segment_bytes, salt, replayed, next_name).map_err(unreadable)
    }

    fn resume(
        disk: Arc<dyn Disk>,
        segment_bytes: u64,
        salt: u64,
        replayed: Replayed,
        next_name: u64,
    ) -> io::Result<Journal> {
        let Replayed { mut used, spare, last, closed } = replayed;
        let current =
            used.pop().map(|UsedFile { file, end, .. }| Current { file, end: end as u64 });
        if let Some(current) = &current {
            // After a mere kill its end may be in the page cache only, and readers will see it.
            current.file.sync()?;
        }
        let sealed = used.into_iter().map(|UsedFile { file, last, .. }| Sealed { file, last });
        let mut journal = Journal {
            disk,
            salt,
            segment_bytes,
            current,
            sealed: sealed.collect(),
            spare: Vec::new(),
            next_name,
            last,
            durable: last,
            closed,
            broken: None,
        };
        spare.into_iter().for_each(|file| journal.put_aside(file));
        Ok(journal)
    }

    /// The sequence number of the newest record.
    pub(crate) fn last(&self) -> u64 {
        self.last
    }

    /// Writes the record behind the last one and numbers it. Answers its length.
    pub(crate) fn append(&mut self, record: &mut RecordBuilder) -> Result<u64, JournalError> {
        self.check()?;
        let bytes = record.sealed_bytes() as u64;
        self.make_room(bytes)?;
        let data = record.seal(self.salt, self.last + 1, self.durable);
        let Current { file, end } = self.current.as_mut().expect("make_room() found a file");
        if let Err(error) = file.write_at(*end, data) {
            // What arrived must not be taken for a record that was acknowledged.
            let undone = file.write_at(*end, &[0; HEADER_BYTES]);
            return Err(match undone {
                Ok(()) if is_full(error.kind()) => JournalError::Full,
                _ => self.break_down(error),
            });
        }
        *end += bytes;
        self.last += 1;
        self.closed = false;
        Ok(bytes)
    }

    /// Makes every record so far durable. Answers whether that took a sync.
    pub(crate) fn sync(&mut self) -> Result<bool, JournalError> {
        self.check()?;
        if self.durable == self.last {
            return Ok(false);
        }
        let synced = self.current.as_ref().map_or(Ok(()), |current| current.file.sync());
        synced.map_err(|error| self.break_down(error))?;
        self.durable = self.last;
        Ok(true)
    }

    /// Ends the journal with a record that testifies that all before it was synced, so that damage
    /// even to the last of them is noticed.
    pub(crate) fn close(&mut self) -> Result<(), JournalError> {
        if self.closed {
            return Ok(());
        }
        self.sync()?;
        self.append(&mut RecordBuilder::new())?;
        self.closed = true;
        self.sync().map(drop)
    }

    /// Files with no record after `settled` become spare.
    pub(crate) fn recycle(&mut self, settled: u64) {
        while self.sealed.front().is_some_and(|sealed| sealed.last <= settled) {
            if let Some(Sealed { file, .. }) = self.sealed.pop_front() {
                self.put_aside(file);
            }
        }
    }

    fn make_room(&mut self, bytes: u64) -> Result<(), JournalError> {
        if self.current.as_ref().is_some_and(|now| now.end + bytes <= now.file.bytes()) {
            return Ok(());
        }
        let file = self.another_file(bytes)?;
        // From here on syncs reach the new file only.
        if let Err(error) = self.sync() {
            self.put_aside(file);
            return Err(error);
        }
        if let Some(Current { file, .. }) = self.current.replace(Current { file, end: 0 }) {
            self.sealed.push_back(Sealed { file, last: self.last });
        }
        Ok(())
    }

    fn another_file(&mut self, bytes: u64) -> Result<Box<dyn DiskFile>, JournalError> {
        if bytes <= self.segment_bytes
            && let Some(spare) = self.spare.pop()
        {
            return Ok(spare);
        }
        let name = format!("{:08}.journal", self.next_name);
        let made = self.disk.create(&name, bytes.max(self.segment_bytes));
        let file = made.map_err(|error| match is_full(error.kind()) {
            true => JournalError::Full,
            false => JournalError::Refused(Arc::new(error)),
        })?;
        self.next_name += 1;
        Ok(file)
    }

    fn put_aside(&mut self, file: Box<dyn DiskFile>) {
        if file.bytes() == self.segment_bytes && self.spare.len() < MOST_SPARES {
            self.spare.push(file);
        } else if let Err(error) = self.disk.remove(file.name()) {
            // Harmless: the next start finds it without a record that counts.
            tracing::warn!(file = file.name(), %error, "cannot remove a file of the journal");
        }
    }

    fn check(&self) -> Result<(), JournalError> {
        match &self.broken {
            Some(error) => Err(JournalError::Broken(Arc::clone(error))),
            None => Ok(()),
        }
    }

    fn break_down(&mut self, error: io::Error) -> JournalError {
        tracing::error!(%error, "the journal failed and takes no more commits");
        let error = Arc::new(error);
        self.broken = Some(Arc::clone(&error));
        JournalError::Broken(error)
    }
}

fn is_segment(name: &str) -> bool {
    !identity::is_identity(name) && number(name).is_some()
}

fn number(name: &str) -> Option<u64> {
    name.strip_suffix(".journal")?.parse().ok()
}

fn unreadable(source: io::Error) -> OpenError {
    OpenError::Io { what: "the journal cannot be read".to_owned(), source }
}
