//! The files of large bodies: made under names that are never used again, and taken away when nobody
//! names or reads them.
//!
//! ```text
//! objects/3f/9c…  (32 hexadecimal digits, of which the first two are the directory)
//! ```

use std::collections::HashMap;
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io;
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What devices and people said is nobody else's business.
const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;

/// Digits of a name that are its directory, so that no directory has too many files.
const DIRECTORY_DIGITS: usize = 2;
/// How many directories there may be.
pub(crate) const DIRECTORIES: u16 = 256;

/// The directory of files. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub(crate) struct Blobs(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    /// What is written or read now, with how many do so.
    pinned: Mutex<HashMap<String, usize>>,
}

/// Keeps what it names from being taken away.
#[derive(Debug)]
pub(crate) struct Pin {
    blobs: Blobs,
    name: String,
}

/// A file that no record names yet. Dropped before its record is handed to the store, it is removed.
#[derive(Debug)]
pub(crate) struct NewBlob {
    pin: Pin,
    is_handed_over: bool,
}

impl Blobs {
    pub(crate) fn new(root: &Path) -> Blobs {
        Blobs(Arc::new(Inner { root: root.to_owned(), pinned: Mutex::default() }))
    }

    /// A new file.
    pub(crate) fn create(&self) -> io::Result<(NewBlob, File)> {
        let high = getrandom::u64().map_err(io::Error::other)?;
        let low = getrandom::u64().map_err(io::Error::other)?;
        let blob =
            NewBlob { pin: self.pin(&format!("{high:016x}{low:016x}")), is_handed_over: false };
        let path = self.path(&blob.pin.name);
        let open = || OpenOptions::new().write(true).create_new(true).mode(FILE_MODE).open(&path);
        let file = match open() {
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                self.make_directory(parent(&path))?;
                open()?
            }
            opened => opened?,
        };
        Ok((blob, file))
    }

    pub(crate) fn open(&self, name: &str) -> io::Result<File> {
        File::open(self.path(name))
    }

    pub(crate) fn pin(&self, name: &str) -> Pin {
        *self.pinned().entry(name.to_owned()).or_default() += 1;
        Pin { blobs: self.clone(), name: name.to_owned() }
    }

    pub(crate) fn is_pinned(&self, name: &str) -> bool {
        self.pinned().contains_key(name)
    }

    /// Removing what is not there is no error.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.path(name)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            removed => removed,
        }
    }

    /// The names of all files of one directory.
    pub(crate) fn list(&self, directory: u16) -> io::Result<Vec<String>> {
        let digits = format!("{directory:02x}");
        let entries = match fs::read_dir(self.0.root.join(&digits)) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries?,
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(entry?.file_name().to_str().map(|rest| format!("{digits}{rest}")));
        }
        Ok(names)
    }

    fn path(&self, name: &str) -> PathBuf {
        let (directory, rest) = name.split_at(DIRECTORY_DIGITS.min(name.len()));
        self.0.root.join(directory).join(rest)
    }

    /// Makes a directory whose own name is on disk.
    fn make_directory(&self, path: &Path) -> io::Result<()> {
        DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(path)?;
        sync_directory(&self.0.root)?;
        sync_directory(parent(&self.0.root))
    }

    fn pinned(&self) -> MutexGuard<'_, HashMap<String, usize>> {
        self.0.pinned.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl NewBlob {
    pub(crate) fn name(&self) -> &str {
        &self.pin.name
    }

    /// Makes the name of the file outlive a loss of power.
    pub(crate) fn sync_name(&self) -> io::Result<()> {
        sync_directory(parent(&self.pin.blobs.path(&self.pin.name)))
    }

    /// From now on it is the store that says whether the file is named.
    pub(crate) fn hand_over(&mut self) {
        self.is_handed_over = true;
    }

    /// The store declined, so nothing names it.
    pub(crate) fn take_back(&mut self) {
        self.is_handed_over = false;
    }
}

impl Drop for NewBlob {
    fn drop(&mut self) {
        if self.is_handed_over {
            return;
        }
        // What stays is an orphan, which a later round finds.
        if let Err(error) = self.pin.blobs.remove(&self.pin.name) {
            tracing::warn!(%error, name = self.pin.name, "a file of an object stays");
        }
    }
}

impl Drop for Pin {
    fn drop(&mut self) {
        let mut pinned = self.blobs.pinned();
        if let Some(count) = pinned.get_mut(&self.name) {
            *count -= 1;
            if *count == 0 {
                pinned.remove(&self.name);
            }
        }
    }
}

fn parent(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if parent != Path::new("") => parent,
        _ => Path::new("."),
    }
}

fn sync_directory(path: &Path) -> io::Result<()> {
    File::open(path)?.sync_all()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_is_not_handed_over_goes() {
        let directory = tempfile::tempdir().expect("a directory");
        let blobs = Blobs::new(&directory.path().join("objects"));
        let (mut kept, _) = blobs.create().expect("made");
        let (dropped, _) = blobs.create().expect("made");
        kept.sync_name().expect("synced");
        kept.hand_over();
        let (kept_name, dropped_name) = (kept.name().to_owned(), dropped.name().to_owned());
        assert!(blobs.is_pinned(&kept_name) && blobs.is_pinned(&dropped_name));
        drop((kept, dropped));
        assert!(!blobs.is_pinned(&kept_name) && !blobs.is_pinned(&dropped_name));
        assert!(blobs.open(&kept_name).is_ok() && blobs.open(&dropped_name).is_err());
        let listed: Vec<String> =
            (0..DIRECTORIES).flat_map(|at| blobs.list(at).expect("listed")).collect();
        assert_eq!(listed, [kept_name]);
    }
}
