//! The secret that makes a journal's checksums its own.

use std::hash::{BuildHasher, Hasher, RandomState};
use std::io;

use crate::disk::Disk;
use crate::error::OpenError;

const FILE: &str = "identity";
const FILE_BYTES: u64 = 16;
const MAGIC: [u8; 4] = *b"TsId";

/// Reads the salt, or makes one for a store that has never written a record.
pub(super) fn salt(disk: &dyn Disk, names: &[String], is_new: bool) -> Result<u64, OpenError> {
    let exists = names.iter().any(|name| name == FILE);
    let stored = if exists { read(disk).map_err(failed)? } else { None };
    match stored {
        Some(salt) => Ok(salt),
        // Power may have failed while the first start wrote it.
        None if is_new => create(disk, exists).map_err(failed),
        None => Err(OpenError::JournalForeign { what: "its identity is missing or damaged" }),
    }
}

pub(super) fn is_identity(name: &str) -> bool {
    name == FILE
}

fn read(disk: &dyn Disk) -> io::Result<Option<u64>> {
    let content = disk.open(FILE)?.read()?;
    let Some(content) = content.first_chunk::<{ FILE_BYTES as usize }>() else { return Ok(None) };
    let salt = u64::from_le_bytes(content[8..].try_into().expect("eight bytes"));
    Ok((*content == encoded(salt)).then_some(salt))
}

fn create(disk: &dyn Disk, exists: bool) -> io::Result<u64> {
    // The standard library's hasher is keyed by the system's randomness.
    let salt = RandomState::new().build_hasher().finish();
    if exists {
        disk.remove(FILE)?;
    }
    let file = disk.create(FILE, FILE_BYTES)?;
    file.write_at(0, &encoded(salt))?;
    file.sync()?;
    Ok(salt)
}

fn encoded(salt: u64) -> [u8; FILE_BYTES as usize] {
    let mut content = [0; FILE_BYTES as usize];
    content[..4].copy_from_slice(&MAGIC);
    content[4..8].copy_from_slice(&crc32c::crc32c(&salt.to_le_bytes()).to_le_bytes());
    content[8..].copy_from_slice(&salt.to_le_bytes());
    content
}

fn failed(source: io::Error) -> OpenError {
    OpenError::Io { what: "the journal's identity cannot be read or written".to_owned(), source }
}
