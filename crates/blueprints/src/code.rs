//! The code of functions and layers: archives in files that are named by their hashes.
//!
//! ```text
//! functions/3f/9c…  (64 hexadecimal digits, of which the first two are the directory)
//! ```

use std::collections::{HashMap, HashSet};
use std::fs::{self, DirBuilder, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use aws_lc_rs::digest::{SHA256, digest};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use bytes::Bytes;
use kv::Direction;
use records::decode;
use serde::{Deserialize, Serialize};

use crate::archive::Archive;
use crate::error::BlueprintError;
use crate::function::{Function, Version};
use crate::key::{FUNCTIONS, LAYER_VERSIONS, VERSIONS};
use crate::layer::LayerVersion;
use crate::store::Blueprints;

/// What people's functions do is nobody else's business.
const DIRECTORY_MODE: u32 = 0o700;
const FILE_MODE: u32 = 0o600;
const DIRECTORY_DIGITS: usize = 2;

/// An archive, by its hash.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Code {
    /// 64 hexadecimal digits.
    pub sha256: String,
    pub bytes: u64,
}

/// The directory of archives. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub(crate) struct CodeFiles(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    root: PathBuf,
    pins: Mutex<Pins>,
    /// Those who want no file to be taken away.
    holds: Mutex<usize>,
}

#[derive(Debug, Default)]
struct Pins {
    /// Names that no record may have yet, and how many want them to stay.
    names: HashMap<String, usize>,
    /// Rises with every pin.
    epoch: u64,
}

/// An archive that is on disk, and stays there at least until this is dropped: when a record names it, or
/// none will.
#[derive(Debug)]
pub struct NewCode {
    code: Code,
    files: CodeFiles,
}

/// As long as this is there, files stay that are not needed any more.
#[derive(Debug)]
pub struct CodeHold(CodeFiles);

impl Code {
    /// As AWS shows it.
    pub fn sha256_base64(&self) -> String {
        let digit = |at: usize| u8::from_str_radix(self.sha256.get(at..at + 2)?, 16).ok();
        let bytes: Vec<u8> = (0..self.sha256.len()).step_by(2).filter_map(digit).collect();
        STANDARD.encode(bytes)
    }
}

impl NewCode {
    pub fn code(&self) -> &Code {
        &self.code
    }
}

impl Drop for NewCode {
    fn drop(&mut self) {
        self.files.unpin(&self.code.sha256);
    }
}

impl Drop for CodeHold {
    fn drop(&mut self) {
        *self.0.holds() -= 1;
    }
}

impl CodeFiles {
    pub(crate) fn new(root: &Path) -> CodeFiles {
        let (root, pins, holds) = (root.to_owned(), Mutex::default(), Mutex::default());
        CodeFiles(Arc::new(Inner { root, pins, holds }))
    }

    fn pin(&self, name: &str) {
        let mut pins = self.pins();
        pins.epoch += 1;
        *pins.names.entry(name.to_owned()).or_default() += 1;
    }

    fn unpin(&self, name: &str) {
        let mut pins = self.pins();
        if let Some(count) = pins.names.get_mut(name) {
            *count -= 1;
            if *count == 0 {
                pins.names.remove(name);
            }
        }
    }

    fn path(&self, name: &str) -> PathBuf {
        let (directory, rest) = name.split_at(DIRECTORY_DIGITS.min(name.len()));
        self.0.root.join(directory).join(rest)
    }

    /// Writes what is not there yet; it is on disk with its name when this returns.
    fn write(&self, name: &str, bytes: &[u8]) -> io::Result<()> {
        let path = self.path(name);
        if path.exists() {
            return Ok(());
        }
        let directory = path.parent().unwrap_or(&self.0.root).to_owned();
        DirBuilder::new().recursive(true).mode(DIRECTORY_MODE).create(&directory)?;
        let random = getrandom::u64().map_err(io::Error::other)?;
        let temporary = directory.join(format!("{random:016x}.new"));
        let mut options = OpenOptions::new();
        let mut file = options.write(true).create_new(true).mode(FILE_MODE).open(&temporary)?;
        let written = file.write_all(bytes).and_then(|()| file.sync_all());
        let written = written.and_then(|()| fs::rename(&temporary, &path));
        if written.is_err() {
            // What stays is an orphan, which a later round takes away.
            fs::remove_file(&temporary).ok();
        }
        written?;
        for directory in [&directory, &self.0.root] {
            File::open(directory)?.sync_all()?;
        }
        let above = self.0.root.parent().filter(|above| !above.as_os_str().is_empty());
        File::open(above.unwrap_or(Path::new(".")))?.sync_all()
    }

    fn names(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        let directories = match fs::read_dir(&self.0.root) {
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(names),
            directories => directories?,
        };
        for directory in directories {
            let directory = directory?;
            for file in fs::read_dir(directory.path())? {
                let (above, name) = (directory.file_name(), file?.file_name());
                names.extend(above.to_str().zip(name.to_str()).map(|(a, b)| format!("{a}{b}")));
            }
        }
        Ok(names)
    }

    fn pins(&self) -> MutexGuard<'_, Pins> {
        self.0.pins.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn holds(&self) -> MutexGuard<'_, usize> {
        self.0.holds.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Blueprints {
    /// Checks an archive and puts it on disk.
    pub fn put_code(&self, archive: &Bytes) -> Result<NewCode, BlueprintError> {
        Archive::read(archive)?;
        let sha256 = stdx::hex::encode(digest(&SHA256, archive).as_ref());
        self.files.pin(&sha256);
        // The pin goes with it, whatever happens.
        let code = Code { sha256, bytes: archive.len() as u64 };
        let new = NewCode { code, files: self.files.clone() };
        let written = self.files.write(&new.code.sha256, archive);
        written.map_err(BlueprintError::io("the code cannot be written"))?;
        Ok(new)
    }

    /// The archive itself.
    pub fn code(&self, code: &Code) -> Result<Bytes, BlueprintError> {
        let read = fs::read(self.files.path(&code.sha256));
        read.map(Bytes::from).map_err(BlueprintError::io("the code cannot be read"))
    }

    /// Keeps all files from now on that a snapshot of the store, taken from now on, names.
    pub fn hold_code(&self) -> CodeHold {
        *self.files.holds() += 1;
        CodeHold(self.files.clone())
    }

    /// Takes away the archives that nobody names. What cannot be taken away stays until the next time.
    pub async fn sweep_code(&self) {
        if let Err(error) = self.try_sweep() {
            tracing::warn!(
                error = &error as &dyn std::error::Error,
                "code stays that is not needed"
            );
        }
    }

    fn try_sweep(&self) -> Result<(), BlueprintError> {
        let names = self.files.names().map_err(BlueprintError::io("the code cannot be listed"))?;
        let (pinned, epoch) = {
            let pins = self.files.pins();
            (pins.names.keys().cloned().collect::<HashSet<String>>(), pins.epoch)
        };
        let named = self.named_code()?;
        let is_idle = |name: &&String| !pinned.contains(*name) && !named.contains(*name);
        for name in names.iter().filter(is_idle) {
            // Held while a file goes, so that nobody takes hold of it or pins it in between. What was
            // pinned since may be named since.
            let (holds, pins) = (self.files.holds(), self.files.pins());
            if *holds > 0 || pins.epoch != epoch {
                return Ok(());
            }
            let removed = fs::remove_file(self.files.path(name));
            removed.map_err(BlueprintError::io("the code cannot be removed"))?;
        }
        Ok(())
    }

    /// The hashes of all code that a function, a version or a layer has.
    pub fn named_code(&self) -> Result<HashSet<String>, BlueprintError> {
        let (snapshot, mut named) = (self.snapshot(), HashSet::new());
        for stored in snapshot.range(FUNCTIONS, .., Direction::Forward)? {
            named.insert(decode::<Function>(&stored?.1)?.latest.code.sha256);
        }
        for stored in snapshot.range(VERSIONS, .., Direction::Forward)? {
            named.insert(decode::<Version>(&stored?.1)?.code.sha256);
        }
        for stored in snapshot.range(LAYER_VERSIONS, .., Direction::Forward)? {
            named.insert(decode::<LayerVersion>(&stored?.1)?.code.sha256);
        }
        Ok(named)
    }
}
