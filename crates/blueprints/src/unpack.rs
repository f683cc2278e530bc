//! Writing what is in an archive into a directory.

use std::collections::HashSet;
use std::fs::{DirBuilder, OpenOptions};
use std::io::{Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::Path;

use flate2::read::DeflateDecoder;

use crate::archive::{Archive, Entry, EntryKind, UnfitArchive, inside};
use crate::error::BlueprintError;

/// Everybody may read: the function may run as another user than the server.
const DIRECTORY_MODE: u32 = 0o755;
const FILE_MODE: u32 = 0o644;
const EXECUTABLE_MODE: u32 = 0o755;

/// The longest path that a link may hold.
const LINK_BYTES_MAX: u64 = 4096;

impl Archive {
    /// Unpacks everything into a directory that is there and empty.
    pub fn unpack(&self, directory: &Path) -> Result<(), BlueprintError> {
        let is_link = |entry: &&Entry| entry.kind == EntryKind::Link;
        let links: HashSet<&str> =
            self.entries.iter().filter(is_link).map(|entry| entry.name.as_str()).collect();
        for entry in self.entries.iter().filter(|entry| !is_link(entry)) {
            refuse_behind_link(&links, entry)?;
            self.unpack_entry(directory, entry)?;
        }
        // Links come last, so that nothing is written through them.
        for entry in self.entries.iter().filter(is_link) {
            refuse_behind_link(&links, entry)?;
            self.unpack_link(directory, entry)?;
        }
        Ok(())
    }

    fn unpack_entry(&self, directory: &Path, entry: &Entry) -> Result<(), BlueprintError> {
        let path = directory.join(&entry.name);
        let is_executable = match entry.kind {
            EntryKind::Directory => return make_directory(&path),
            EntryKind::File { is_executable } => is_executable,
            EntryKind::Link => return Ok(()),
        };
        make_directory(path.parent().unwrap_or(directory))?;
        let content = self.content(entry, entry.unpacked_bytes)?;
        let mode = if is_executable { EXECUTABLE_MODE } else { FILE_MODE };
        let mut options = OpenOptions::new();
        let file = options.write(true).create(true).truncate(true).mode(mode).open(&path);
        let written = file.and_then(|mut file| file.write_all(&content));
        written.map_err(BlueprintError::io("the code cannot be unpacked"))
    }

    fn unpack_link(&self, directory: &Path, entry: &Entry) -> Result<(), BlueprintError> {
        let outside = || UnfitArchive::Outside { name: entry.name.clone() };
        let target = self.content(entry, LINK_BYTES_MAX)?;
        let target = String::from_utf8(target).map_err(|_| outside())?;
        let above = entry.name.rsplit_once('/').map_or("", |(above, _)| above);
        inside(above, &target).ok_or_else(outside)?;
        let path = directory.join(&entry.name);
        make_directory(path.parent().unwrap_or(directory))?;
        let made = std::os::unix::fs::symlink(&target, &path);
        made.map_err(BlueprintError::io("the code cannot be unpacked"))
    }

    /// What an entry holds, which must be as long as its header says.
    fn content(&self, entry: &Entry, most: u64) -> Result<Vec<u8>, UnfitArchive> {
        let damaged = |what| UnfitArchive::Damaged { what };
        if entry.unpacked_bytes > most {
            return Err(UnfitArchive::TooLarge);
        }
        let packed = self.packed(entry)?;
        let mut content = Vec::new();
        // One byte more than there may be shows that there is more.
        let limit = entry.unpacked_bytes + 1;
        let read = match entry.is_deflated {
            true => DeflateDecoder::new(packed).take(limit).read_to_end(&mut content),
            false => packed.take(limit).read_to_end(&mut content),
        };
        read.map_err(|_| damaged("a file cannot be inflated"))?;
        if content.len() as u64 != entry.unpacked_bytes {
            return Err(damaged("a file has another length than it says"));
        }
        match crc32fast::hash(&content) == entry.crc {
            true => Ok(content),
            false => Err(damaged("a file has another checksum than it says")),
        }
    }
}

fn refuse_behind_link(links: &HashSet<&str>, entry: &Entry) -> Result<(), UnfitArchive> {
    let mut above = entry.name.as_str();
    while let Some((parent, _)) = above.rsplit_once('/') {
        if links.contains(parent) {
            return Err(UnfitArchive::Outside { name: entry.name.clone() });
        }
        above = parent;
    }
    Ok(())
}

fn make_directory(path: &Path) -> Result<(), BlueprintError> {
    let made = DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(path);
    made.map_err(BlueprintError::io("the code cannot be unpacked"))
}
