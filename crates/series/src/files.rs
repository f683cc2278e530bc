//! The files of segments: written, read, and taken away when nobody can name them any more.

use std::collections::{BTreeMap, HashMap};
use std::io;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use kv::Disk;

use crate::error::SeriesError;
use crate::segment::Segment;

const ENDING: &str = ".series";

/// Memory for footers of segments that were read: each some sixty bytes for a page.
const FOOTER_BYTES_MAX: usize = 32 * 1024 * 1024;

#[derive(Debug)]
pub(crate) struct SegmentFiles {
    disk: Arc<dyn Disk>,
    next: AtomicU64,
    open: Mutex<Open>,
    pins: Mutex<Pins>,
}

#[derive(Debug, Default)]
struct Open {
    segments: HashMap<u64, (Arc<Segment>, u64)>,
    bytes: usize,
    /// Counts uses, so that what was not used for longest can be found.
    used: u64,
}

#[derive(Debug, Default)]
struct Pins {
    /// How many hold what was there at each generation.
    held: BTreeMap<u64, usize>,
    generation: u64,
    /// The last generation that may name a file.
    doomed: HashMap<u64, u64>,
}

/// As long as one lives, files that its moment can name stay.
#[derive(Debug)]
pub(crate) struct Pin {
    files: Arc<SegmentFiles>,
    generation: u64,
}

impl SegmentFiles {
    pub(crate) fn open(disk: Arc<dyn Disk>) -> Result<SegmentFiles, SeriesError> {
        let highest = names(&*disk)?.into_iter().max().unwrap_or(0);
        let (open, pins) = (Mutex::default(), Mutex::default());
        Ok(SegmentFiles { disk, next: AtomicU64::new(highest + 1), open, pins })
    }

    /// The numbers of all files that are there.
    pub(crate) fn all(&self) -> Result<Vec<u64>, SeriesError> {
        Ok(names(&*self.disk)?)
    }

    /// Writes a file that is on disk, with its name, when this returns.
    pub(crate) fn write(&self, bytes: &[u8]) -> Result<u64, SeriesError> {
        let number = self.next.fetch_add(1, Ordering::AcqRel);
        let file = self.disk.create(&name(number), bytes.len() as u64)?;
        file.write_at(0, bytes)?;
        file.sync()?;
        Ok(number)
    }

    pub(crate) fn segment(&self, number: u64) -> Result<Arc<Segment>, SeriesError> {
        let mut open = self.lock_open();
        open.used += 1;
        let used = open.used;
        if let Some((segment, last_used)) = open.segments.get_mut(&number) {
            *last_used = used;
            return Ok(Arc::clone(segment));
        }
        drop(open);
        let segment = Arc::new(Segment::load(&self.disk, name(number))?);
        let mut open = self.lock_open();
        open.bytes += segment.footer.bytes();
        if let Some((other, _)) = open.segments.insert(number, (Arc::clone(&segment), used)) {
            open.bytes -= other.footer.bytes();
        }
        open.shrink(number);
        Ok(segment)
    }

    /// Taking away what is not there is no error.
    pub(crate) fn remove(&self, number: u64) -> Result<(), SeriesError> {
        self.lock_open().forget(number);
        match self.disk.remove(&name(number)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error.into()),
            Ok(()) | Err(_) => {}
        }
        self.lock_pins().doomed.remove(&number);
        Ok(())
    }

    /// To be taken before the snapshot whose files it holds.
    pub(crate) fn pin(self: &Arc<SegmentFiles>) -> Pin {
        let mut pins = self.lock_pins();
        let generation = pins.generation;
        *pins.held.entry(generation).or_default() += 1;
        Pin { files: Arc::clone(self), generation }
    }

    /// Says that no snapshot from now on names these files.
    pub(crate) fn doom(&self, numbers: impl IntoIterator<Item = u64>) {
        let mut pins = self.lock_pins();
        let generation = pins.generation;
        pins.doomed.extend(numbers.into_iter().map(|number| (number, generation)));
        pins.generation += 1;
    }

    /// Whether nobody can name a file that is doomed. One of an earlier life nobody can.
    pub(crate) fn is_free(&self, number: u64) -> bool {
        let pins = self.lock_pins();
        let Some(last) = pins.doomed.get(&number) else { return true };
        pins.held.first_key_value().is_none_or(|(oldest, _)| oldest > last)
    }

    fn lock_open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn lock_pins(&self) -> MutexGuard<'_, Pins> {
        self.pins.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Forgets what was not used for longest, but not this one.
    fn shrink(&mut self, but: u64) {
        while self.bytes > FOOTER_BYTES_MAX {
            let others = self.segments.iter().filter(|(number, _)| **number != but);
            let Some((oldest, _)) = others.min_by_key(|(_, (_, used))| *used) else { return };
            let oldest = *oldest;
            self.forget(oldest);
        }
    }

    fn forget(&mut self, number: u64) {
        if let Some((segment, _)) = self.segments.remove(&number) {
            self.bytes -= segment.footer.bytes();
        }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut pins = self.files.lock_pins();
        if let Some(count) = pins.held.get_mut(&self.generation) {
            *count -= 1;
            if *count == 0 {
                pins.held.remove(&self.generation);
            }
        }
    }
}

fn name(number: u64) -> String {
    format!("{number:016x}{ENDING}")
}

/// The numbers of files that are segments.
fn names(disk: &dyn Disk) -> io::Result<Vec<u64>> {
    let names = disk.list()?.into_iter();
    let numbers = names.filter_map(|name| u64::from_str_radix(name.strip_suffix(ENDING)?, 16).ok());
    Ok(numbers.collect())
}
