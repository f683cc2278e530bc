//! Zip archives, as far as code comes in them: files, directories and links, stored or deflated.
//!
//! What is read comes from strangers. Names that lead out of the directory, links that do, and more
//! bytes than Lambda allows are refused before anything is written.

use bytes::Bytes;

/// AWS's limit for all files of a function together.
pub const UNPACKED_BYTES_MAX: u64 = 262_144_000;

/// So many files no function has; a million empty ones would take the disk's inodes.
const ENTRIES_MAX: usize = 65_535;

const END: &[u8; 4] = b"PK\x05\x06";
const CENTRAL: &[u8; 4] = b"PK\x01\x02";
const LOCAL: &[u8; 4] = b"PK\x03\x04";
const END_BYTES: usize = 22;
const COMMENT_BYTES_MAX: usize = 65_535;
const CENTRAL_BYTES: usize = 46;
const LOCAL_BYTES: usize = 30;

const FLAG_ENCRYPTED: u16 = 1;
const STORED: u16 = 0;
const DEFLATED: u16 = 8;

/// Where Unix keeps a file's type and permissions in the attributes.
const MODE_SHIFT: u32 = 16;
const TYPE_MASK: u32 = 0o170_000;
const TYPE_LINK: u32 = 0o120_000;
const TYPE_DIRECTORY: u32 = 0o040_000;

/// Why an archive is not taken.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitArchive {
    #[error("Please check your file, then try to upload again.")]
    NoArchive,
    #[error("It is damaged: {what}.")]
    Damaged { what: &'static str },
    #[error("{name} is encrypted.")]
    Encrypted { name: String },
    #[error("{name} is compressed in a way that is not supported: {method}.")]
    Method { name: String, method: u16 },
    #[error("{name} leads out of the archive.")]
    Outside { name: String },
    #[error("Unzipped size must be smaller than {UNPACKED_BYTES_MAX} bytes")]
    TooLarge,
    #[error("It has more than {ENTRIES_MAX} files.")]
    TooMany,
}

/// A list of what is in an archive.
#[derive(Clone, Debug)]
pub struct Archive {
    pub(crate) bytes: Bytes,
    pub(crate) entries: Vec<Entry>,
    pub unpacked_bytes: u64,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Entry {
    /// Below the directory of the function, without `.` and `..`.
    pub(crate) name: String,
    pub(crate) kind: EntryKind,
    pub(crate) is_deflated: bool,
    pub(crate) crc: u32,
    pub(crate) packed_bytes: usize,
    pub(crate) unpacked_bytes: u64,
    pub(crate) local_at: usize,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum EntryKind {
    Directory,
    File { is_executable: bool },
    Link,
}

impl Archive {
    pub fn read(bytes: &Bytes) -> Result<Archive, UnfitArchive> {
        let (count, mut at) = end_of(bytes)?;
        let mut entries = Vec::new();
        let mut unpacked_bytes: u64 = 0;
        for _ in 0..count {
            let (entry, next) = entry(bytes, at)?;
            at = next;
            unpacked_bytes = unpacked_bytes.saturating_add(entry.unpacked_bytes);
            if unpacked_bytes > UNPACKED_BYTES_MAX {
                return Err(UnfitArchive::TooLarge);
            }
            if !entry.name.is_empty() {
                entries.push(entry);
            }
        }
        Ok(Archive { bytes: bytes.clone(), entries, unpacked_bytes })
    }

    /// Whether it has this file.
    pub fn has(&self, name: &str) -> bool {
        self.entries.iter().any(|entry| entry.name == name && entry.kind != EntryKind::Directory)
    }

    /// The packed bytes of an entry.
    pub(crate) fn packed(&self, entry: &Entry) -> Result<&[u8], UnfitArchive> {
        let damaged = || UnfitArchive::Damaged { what: "a file is not where it should be" };
        let header = field(&self.bytes, entry.local_at, LOCAL_BYTES).ok_or_else(damaged)?;
        if header.get(..4) != Some(LOCAL) {
            return Err(damaged());
        }
        let names = usize::from(u16_at(header, 26)) + usize::from(u16_at(header, 28));
        let from = entry.local_at + LOCAL_BYTES + names;
        field(&self.bytes, from, entry.packed_bytes).ok_or_else(damaged)
    }
}

/// How many entries there are, and where their list begins.
fn end_of(bytes: &[u8]) -> Result<(usize, usize), UnfitArchive> {
    let last = bytes.len().checked_sub(END_BYTES).ok_or(UnfitArchive::NoArchive)?;
    let first = last.saturating_sub(COMMENT_BYTES_MAX);
    let at = (first..=last).rev().find(|at| bytes.get(*at..at + 4) == Some(END));
    let end = &bytes[at.ok_or(UnfitArchive::NoArchive)?..];
    let (count, size, from) = (u16_at(end, 10), u32_at(end, 12), u32_at(end, 16));
    if count == u16::MAX || size == u32::MAX || from == u32::MAX {
        return Err(UnfitArchive::TooMany);
    }
    Ok((count.into(), from as usize))
}

/// The entry of the list at a place, and where the next one begins.
fn entry(bytes: &[u8], at: usize) -> Result<(Entry, usize), UnfitArchive> {
    let damaged = || UnfitArchive::Damaged { what: "its list of files is not whole" };
    let header = field(bytes, at, CENTRAL_BYTES).ok_or_else(damaged)?;
    if header.get(..4) != Some(CENTRAL) {
        return Err(damaged());
    }
    let (made_by, flags, method) = (u16_at(header, 4), u16_at(header, 8), u16_at(header, 10));
    let lengths = [28, 30, 32].map(|place| usize::from(u16_at(header, place)));
    let raw = field(bytes, at + CENTRAL_BYTES, lengths[0]).ok_or_else(damaged)?;
    let text = String::from_utf8_lossy(raw).replace('\\', "/");
    if flags & FLAG_ENCRYPTED != 0 {
        return Err(UnfitArchive::Encrypted { name: text });
    }
    if !matches!(method, STORED | DEFLATED) {
        return Err(UnfitArchive::Method { name: text, method });
    }
    let is_unix = made_by >> 8 == 3;
    let mode = if is_unix { u32_at(header, 38) >> MODE_SHIFT } else { 0 };
    let kind = match mode & TYPE_MASK {
        TYPE_LINK => EntryKind::Link,
        TYPE_DIRECTORY => EntryKind::Directory,
        _ if text.ends_with('/') => EntryKind::Directory,
        // Who packs on a system without permissions means all that it can.
        _ => EntryKind::File { is_executable: !is_unix || mode & 0o111 != 0 },
    };
    let entry = Entry {
        name: inside("", &text).ok_or(UnfitArchive::Outside { name: text })?,
        kind,
        is_deflated: method == DEFLATED,
        crc: u32_at(header, 16),
        packed_bytes: u32_at(header, 20) as usize,
        unpacked_bytes: u32_at(header, 24).into(),
        local_at: u32_at(header, 42) as usize,
    };
    Ok((entry, at + CENTRAL_BYTES + lengths.iter().sum::<usize>()))
}

/// A path from a directory on, without `.` and `..`; nothing if it leads above the root.
pub(crate) fn inside(directory: &str, path: &str) -> Option<String> {
    if path.starts_with('/') || path.contains('\0') {
        return None;
    }
    let mut parts: Vec<&str> = directory.split('/').filter(|part| !part.is_empty()).collect();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." => drop(parts.pop()?),
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

fn field(bytes: &[u8], at: usize, length: usize) -> Option<&[u8]> {
    bytes.get(at..at.checked_add(length)?)
}

/// Fields are read of headers whose length was looked at.
fn u16_at(bytes: &[u8], at: usize) -> u16 {
    bytes.get(at..at + 2).map_or(0, |two| u16::from_le_bytes([two[0], two[1]]))
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | u32::from(u16_at(bytes, at + 2)) << 16
}
