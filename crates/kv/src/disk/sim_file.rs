//! One file of the simulated disk: what is durable, and what only the page cache knows.

use std::collections::BTreeMap;

/// The unit that a disk writes whole or not at all.
const SECTOR_BYTES: usize = 512;

#[derive(Debug)]
pub(super) struct SimContent {
    durable: Vec<u8>,
    /// Sectors written since the last sync, by number, each as long as it is in the file.
    unsynced: BTreeMap<usize, Vec<u8>>,
}

impl SimContent {
    pub(super) fn zeros(bytes: usize) -> SimContent {
        SimContent { durable: vec![0; bytes], unsynced: BTreeMap::new() }
    }

    pub(super) fn len(&self) -> usize {
        self.durable.len()
    }

    pub(super) fn read(&self) -> Vec<u8> {
        let mut content = self.durable.clone();
        for (sector, bytes) in &self.unsynced {
            let start = sector * SECTOR_BYTES;
            content[start..start + bytes.len()].copy_from_slice(bytes);
        }
        content
    }

    /// Data beyond the end of the file is not written: its length never changes.
    pub(super) fn write(&mut self, offset: usize, data: &[u8]) {
        let end = (offset + data.len()).min(self.len());
        let mut at = offset;
        while at < end {
            let (sector, within) = (at / SECTOR_BYTES, at % SECTOR_BYTES);
            let bytes = self.sector_mut(sector);
            let count = (bytes.len() - within).min(end - at);
            bytes[within..within + count].copy_from_slice(&data[at - offset..at - offset + count]);
            at += count;
        }
    }

    fn sector_mut(&mut self, sector: usize) -> &mut Vec<u8> {
        let SimContent { durable, unsynced } = self;
        unsynced.entry(sector).or_insert_with(|| {
            let start = sector * SECTOR_BYTES;
            durable[start..(start + SECTOR_BYTES).min(durable.len())].to_vec()
        })
    }

    /// Makes the sectors durable that `survives` chooses, and forgets the others.
    pub(super) fn settle(&mut self, mut survives: impl FnMut() -> bool) {
        for (sector, bytes) in std::mem::take(&mut self.unsynced) {
            if survives() {
                let start = sector * SECTOR_BYTES;
                self.durable[start..start + bytes.len()].copy_from_slice(&bytes);
            }
        }
    }

    pub(super) fn flip(&mut self, offset: usize, mask: u8) {
        self.settle(|| true);
        self.durable[offset] ^= mask;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_write_across_sectors_is_read_back_and_lost_without_a_sync() {
        let mut file = SimContent::zeros(2000);
        file.write(500, &[7; 1100]);
        assert_eq!(&file.read()[500..1600], &[7; 1100]);
        file.settle(|| false);
        assert_eq!(file.read(), vec![0; 2000]);
    }

    #[test]
    fn sectors_survive_one_by_one() {
        let mut file = SimContent::zeros(1024);
        file.write(0, &[7; 1024]);
        let mut first = true;
        file.settle(|| std::mem::take(&mut first));
        assert_eq!((file.read()[511], file.read()[512]), (7, 0));
    }

    #[test]
    fn a_sector_rewritten_after_a_sync_keeps_its_synced_bytes() {
        let mut file = SimContent::zeros(512);
        file.write(0, b"synced");
        file.settle(|| true);
        file.write(100, b"not");
        file.settle(|| false);
        assert_eq!(&file.read()[..6], b"synced");
        assert_eq!(file.read()[100], 0);
    }
}
