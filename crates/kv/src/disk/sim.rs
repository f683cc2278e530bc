//! A disk in memory that fails as real ones do: it loses power between any two operations, keeps
//! some of the sectors that were not synced, runs full, and reports errors.

use std::collections::BTreeMap;
use std::io;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

use super::sim_file::SimContent;
use super::{Disk, DiskFile};

/// A simulated disk; every clone is the same one.
#[derive(Clone, Debug, Default)]
pub struct SimDisk(Arc<Shared>);

/// What is left, after a loss of power, of writes that were not synced.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Survival {
    Nothing,
    Everything,
    /// Each sector by the toss of a coin that this seed decides.
    Sectors(u64),
}

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    released: Condvar,
}

#[derive(Debug, Default)]
struct State {
    files: BTreeMap<String, SimContent>,
    /// Counts the losses of power: a file opened before one is dead after it.
    life: u64,
    operations: u64,
    syncs: u64,
    crash_at: Option<u64>,
    without_power: bool,
    capacity_bytes: Option<u64>,
    next_write: Option<io::ErrorKind>,
    next_sync: Option<io::ErrorKind>,
    syncs_held: bool,
}

#[derive(Debug)]
struct SimFile {
    disk: SimDisk,
    name: String,
    bytes: usize,
    life: u64,
}

impl SimDisk {
    pub fn new() -> SimDisk {
        SimDisk::default()
    }

    /// How many operations were begun: creations, removals, writes, syncs, and checkpoints of a
    /// [`MemorySettled`](crate::MemorySettled) on this disk.
    pub fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Syncs that succeeded.
    pub fn syncs(&self) -> u64 {
        self.state().syncs
    }

    /// Power fails in the operation after the next `operations`. A write that it hits may leave
    /// any of its sectors behind.
    pub fn crash_after(&self, operations: u64) {
        let mut state = self.state();
        state.crash_at = Some(state.operations + operations);
    }

    /// Takes the power away now, unless it failed already, and gives it back.
    pub fn restart(&self, survival: Survival) {
        let mut state = self.state();
        let mut coin = Coin::of(survival);
        for content in state.files.values_mut() {
            content.settle(|| coin.toss());
        }
        state.life += 1;
        state.without_power = false;
        state.crash_at = None;
        state.next_write = None;
        state.next_sync = None;
    }

    /// From now on files may hold this much together; `None` for no limit.
    pub fn limit(&self, bytes: Option<u64>) {
        self.state().capacity_bytes = bytes;
    }

    /// The next write reports this error, although all of its data arrives: the worst that a caller
    /// who takes it for undone can meet.
    pub fn fail_next_write(&self, error: io::ErrorKind) {
        self.state().next_write = Some(error);
    }

    pub fn fail_next_sync(&self, error: io::ErrorKind) {
        self.state().next_sync = Some(error);
    }

    /// Lets syncs take until [`SimDisk::release_syncs`].
    pub fn hold_syncs(&self) {
        self.state().syncs_held = true;
    }

    pub fn release_syncs(&self) {
        self.state().syncs_held = false;
        self.0.released.notify_all();
    }

    /// Flips the bits of `mask` in one byte, as ageing flash does.
    pub fn flip(&self, file: &str, offset: usize, mask: u8) {
        if let Some(content) = self.state().files.get_mut(file) {
            content.flip(offset, mask);
        }
    }

    /// Begins an operation that is durable and atomic by itself.
    pub(crate) fn step(&self) -> io::Result<()> {
        self.state().step()
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn file(&self, name: &str, bytes: usize, life: u64) -> Box<dyn DiskFile> {
        Box::new(SimFile { disk: self.clone(), name: name.to_owned(), bytes, life })
    }
}

impl State {
    fn powered(&self) -> io::Result<()> {
        match self.without_power {
            true => Err(io::Error::other("the power is off")),
            false => Ok(()),
        }
    }

    fn step(&mut self) -> io::Result<()> {
        self.powered()?;
        if self.crash_at == Some(self.operations) {
            self.without_power = true;
            return Err(io::Error::other("the power failed"));
        }
        self.operations += 1;
        Ok(())
    }

    fn has_room_for(&self, bytes: usize) -> bool {
        let used: usize = self.files.values().map(SimContent::len).sum();
        self.capacity_bytes.is_none_or(|most| (used + bytes) as u64 <= most)
    }

    fn content(&mut self, name: &str, life: u64) -> io::Result<&mut SimContent> {
        if life != self.life {
            return Err(io::Error::other("the file was opened before the power failed"));
        }
        self.files.get_mut(name).ok_or_else(|| io::ErrorKind::NotFound.into())
    }

    fn write(&mut self, name: &str, life: u64, offset: usize, data: &[u8]) -> io::Result<()> {
        self.powered()?;
        // Where the power fails, all of the data is on its way; `restart` says what arrives.
        let outcome = self.step().and_then(|()| self.next_write.take().map_or(Ok(()), failed));
        self.content(name, life)?.write(offset, data);
        outcome
    }

    fn sync(&mut self, name: &str, life: u64) -> io::Result<()> {
        self.step()?;
        if let Some(kind) = self.next_sync.take() {
            return Err(kind.into());
        }
        self.content(name, life)?.settle(|| true);
        self.syncs += 1;
        Ok(())
    }
}

fn failed(kind: io::ErrorKind) -> io::Result<()> {
    Err(kind.into())
}

impl Disk for SimDisk {
    fn list(&self) -> io::Result<Vec<String>> {
        let state = self.state();
        state.powered()?;
        Ok(state.files.keys().cloned().collect())
    }

    fn create(&self, name: &str, bytes: u64) -> io::Result<Box<dyn DiskFile>> {
        let bytes = usize::try_from(bytes).map_err(io::Error::other)?;
        let mut state = self.state();
        state.step()?;
        if state.files.contains_key(name) {
            return Err(io::ErrorKind::AlreadyExists.into());
        }
        if !state.has_room_for(bytes) {
            return Err(io::ErrorKind::StorageFull.into());
        }
        state.files.insert(name.to_owned(), SimContent::zeros(bytes));
        Ok(self.file(name, bytes, state.life))
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let mut state = self.state();
        state.powered()?;
        let life = state.life;
        let bytes = state.content(name, life)?.len();
        Ok(self.file(name, bytes, life))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        let mut state = self.state();
        state.step()?;
        state.files.remove(name).map(drop).ok_or_else(|| io::ErrorKind::NotFound.into())
    }
}

impl DiskFile for SimFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn bytes(&self) -> u64 {
        self.bytes as u64
    }

    fn read(&self) -> io::Result<Vec<u8>> {
        let mut state = self.disk.state();
        state.powered()?;
        Ok(state.content(&self.name, self.life)?.read())
    }

    fn read_start(&self, count: usize) -> io::Result<Vec<u8>> {
        let mut content = self.read()?;
        content.truncate(count);
        Ok(content)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        let mut state = self.disk.state();
        state.powered()?;
        let content = state.content(&self.name, self.life)?.read();
        let end = offset.saturating_add(into.len());
        into.copy_from_slice(content.get(offset..end).ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        let offset = usize::try_from(offset).map_err(io::Error::other)?;
        self.disk.state().write(&self.name, self.life, offset, data)
    }

    fn sync(&self) -> io::Result<()> {
        let held = self.disk.state();
        let mut state = self
            .disk
            .0
            .released
            .wait_while(held, |state| state.syncs_held)
            .unwrap_or_else(PoisonError::into_inner);
        state.sync(&self.name, self.life)
    }
}

/// Decides the fate of one sector after another.
struct Coin {
    survival: Survival,
    state: u64,
}

impl Coin {
    fn of(survival: Survival) -> Coin {
        let seed = match survival {
            Survival::Sectors(seed) => seed,
            Survival::Nothing | Survival::Everything => 0,
        };
        Coin { survival, state: seed }
    }

    fn toss(&mut self) -> bool {
        match self.survival {
            Survival::Nothing => false,
            Survival::Everything => true,
            Survival::Sectors(_) => self.split_mix() & 1 == 1,
        }
    }

    fn split_mix(&mut self) -> u64 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.state;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn power_fails_in_the_chosen_operation_and_stays_away_until_the_restart() {
        let disk = SimDisk::new();
        let file = disk.create("one", 512).unwrap();
        disk.crash_after(1);
        file.write_at(0, b"a").unwrap();
        assert!(file.sync().is_err());
        assert!(file.write_at(0, b"b").is_err());
        disk.restart(Survival::Nothing);
        assert_eq!(disk.open("one").unwrap().read().unwrap()[0], 0);
        assert!(file.read().is_err(), "a file of the earlier life is dead");
    }

    #[test]
    fn the_write_that_power_fails_in_may_arrive() {
        let disk = SimDisk::new();
        let file = disk.create("one", 512).unwrap();
        disk.crash_after(0);
        assert!(file.write_at(0, b"a").is_err());
        disk.restart(Survival::Everything);
        assert_eq!(disk.open("one").unwrap().read().unwrap()[0], b'a');
    }

    #[test]
    fn a_full_disk_takes_no_file() {
        let disk = SimDisk::new();
        disk.limit(Some(1000));
        disk.create("one", 600).unwrap();
        let full = disk.create("two", 600).unwrap_err();
        assert_eq!(full.kind(), io::ErrorKind::StorageFull);
        assert_eq!(disk.list().unwrap(), ["one"]);
    }
}
