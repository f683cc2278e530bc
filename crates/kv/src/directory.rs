//! The directory of a store on disk, and the lock that keeps it to one process.

use std::fs::{self, DirBuilder, File, OpenOptions, TryLockError};
use std::io::{self, Read, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use crate::disk::sync_directory;
use crate::error::OpenError;

/// What devices said is nobody else's business. This also covers the settled tier's files, whose
/// own mode the engine decides.
const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// Holds the lock until it is dropped.
#[derive(Debug)]
pub(crate) struct Directory {
    path: PathBuf,
    _lock: File,
}

impl Directory {
    /// Makes the directory if it is not there, and takes its lock.
    pub(crate) fn lock(path: &Path) -> Result<Directory, OpenError> {
        let failed = |source| OpenError::Io {
            what: format!("{} cannot be made or locked", path.display()),
            source,
        };
        for dir in [path.to_owned(), journal(path), settled(path)] {
            make_private(&dir).map_err(failed)?;
        }
        // What is synced in a directory is lost with the directory's own name.
        for dir in [path, parent_of(path)] {
            sync_directory(dir).map_err(failed)?;
        }
        let mut lock = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .mode(FILE_MODE)
            .open(path.join("lock"))
            .map_err(failed)?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                return Err(OpenError::Locked { dir: path.to_owned(), pid: holder(&mut lock) });
            }
            Err(TryLockError::Error(error)) => return Err(failed(error)),
        }
        sign(&mut lock).map_err(failed)?;
        Ok(Directory { path: path.to_owned(), _lock: lock })
    }

    pub(crate) fn journal(&self) -> PathBuf {
        journal(&self.path)
    }

    pub(crate) fn settled(&self) -> PathBuf {
        settled(&self.path)
    }
}

/// Where the settled tier lives within a store's directory.
pub(crate) fn settled(path: &Path) -> PathBuf {
    path.join("settled")
}

fn journal(path: &Path) -> PathBuf {
    path.join("journal")
}

/// Makes a directory that only its owner can enter, and those above it that are missing.
pub(crate) fn make_private(dir: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(dir)
}

/// Where something is made before it takes its real name: the same with `.partial` behind it.
pub(crate) fn beside(path: &Path) -> PathBuf {
    let mut name = path.file_name().unwrap_or_default().to_owned();
    name.push(".partial");
    path.with_file_name(name)
}

pub(crate) fn parent_of(path: &Path) -> &Path {
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty());
    parent.unwrap_or(Path::new("."))
}

/// Whether nothing is there, or a directory with nothing in it.
pub(crate) fn is_vacant(dir: &Path) -> io::Result<bool> {
    match fs::read_dir(dir) {
        Ok(mut entries) => Ok(entries.next().is_none()),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) if error.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(error) => Err(error),
    }
}

fn sign(lock: &mut File) -> io::Result<()> {
    lock.set_len(0)?;
    write!(lock, "{}", std::process::id())
}

fn holder(lock: &mut File) -> Option<u32> {
    let mut text = String::new();
    lock.read_to_string(&mut text).ok()?;
    text.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_second_one_is_told_who_holds_the_directory() {
        let dir = tempfile::tempdir().unwrap();
        let held = Directory::lock(dir.path()).unwrap();
        let error = Directory::lock(dir.path()).unwrap_err();
        let own = std::process::id();
        assert!(matches!(error, OpenError::Locked { pid: Some(pid), .. } if pid == own));
        drop(held);
        Directory::lock(dir.path()).unwrap();
    }

    #[test]
    fn directories_and_lock_are_private() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join("a/b");
        let held = Directory::lock(&home).unwrap();
        let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(&home), 0o700);
        assert_eq!(mode(&held.journal()), 0o700);
        assert_eq!(mode(&held.settled()), 0o700);
        assert_eq!(mode(&home.join("lock")), 0o600);
    }
}
