//! Every input of every corpus, and damage to each of them that is the same in each run.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

use fuzz::{TARGETS, Target};

/// How often each input is damaged.
const MUTATIONS: u32 = 1_000;

#[test]
fn every_input_and_its_mutations_keep_every_promise() {
    for target in TARGETS {
        for file in corpus(target) {
            let bytes = fs::read(&file).expect("a corpus file can be read");
            check(target, &file, &bytes);
            let mut damage = Damage::new(&bytes);
            for _ in 0..MUTATIONS {
                check(target, &file, &damage.apply(&bytes));
            }
        }
    }
}

fn check(target: &Target, file: &Path, bytes: &[u8]) {
    if catch_unwind(|| (target.run)(bytes)).is_err() {
        panic!("{} breaks on {bytes:02x?}, which comes from {}", target.name, file.display());
    }
}

fn corpus(target: &Target) -> Vec<PathBuf> {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target.name);
    let entries = fs::read_dir(directory).expect("each target has a corpus");
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.expect("readable").path()).collect();
    assert!(!files.is_empty(), "the corpus of {} is empty", target.name);
    files.sort();
    files
}

/// The values at the edges of lengths and flags.
const EDGES: [u8; 5] = [0x00, 0x01, 0x7F, 0x80, 0xFF];

/// Small changes of bytes, chosen by xorshift from the bytes themselves.
struct Damage {
    state: u64,
}

impl Damage {
    fn new(bytes: &[u8]) -> Damage {
        let mix = |state: u64, byte: &u8| state.rotate_left(7) ^ u64::from(*byte);
        Damage { state: bytes.iter().fold(0x9E37_79B9_7F4A_7C15, mix) | 1 }
    }

    fn apply(&mut self, bytes: &[u8]) -> Vec<u8> {
        let mut bytes = bytes.to_vec();
        for _ in 0..=self.below(3) {
            self.change(&mut bytes);
        }
        bytes
    }

    fn change(&mut self, bytes: &mut Vec<u8>) {
        let place = self.below(bytes.len() + 1);
        let byte = self.next() as u8;
        match self.below(6) {
            0 => bytes.truncate(place),
            1 => bytes.insert(place, byte),
            2 if place < bytes.len() => {
                bytes.remove(place);
            }
            3 if place < bytes.len() => bytes[place] ^= 1 << (byte % 8),
            4 if place < bytes.len() => bytes[place] = EDGES[usize::from(byte) % EDGES.len()],
            5 => bytes.extend_from_within(place..),
            _ if place < bytes.len() => bytes[place] = byte,
            _ => bytes.push(byte),
        }
    }

    fn below(&mut self, bound: usize) -> usize {
        (self.next() % bound as u64) as usize
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }
}
