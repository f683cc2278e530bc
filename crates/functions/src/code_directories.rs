//! Unpacked code: a directory for each archive, shared by all workers that run it.

use std::collections::HashMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use blueprints::{Archive, BlueprintError, Blueprints, Code};
use tokio::sync::OnceCell;

/// The directory of directories.
#[derive(Debug)]
pub(crate) struct CodeDirectories {
    root: PathBuf,
    known: Mutex<HashMap<String, Arc<OnceCell<Arc<CodeDirectory>>>>>,
}

/// One that is there. It stays as long as a worker has it.
#[derive(Debug)]
pub(crate) struct CodeDirectory {
    pub(crate) path: PathBuf,
}

impl CodeDirectories {
    pub(crate) fn new(root: PathBuf) -> CodeDirectories {
        CodeDirectories { root, known: Mutex::default() }
    }

    /// The directory of an archive, which is unpacked if nobody did.
    pub(crate) async fn of(
        &self,
        blueprints: &Blueprints,
        code: &Code,
    ) -> Result<Arc<CodeDirectory>, BlueprintError> {
        let cell = Arc::clone(self.known().entry(code.sha256.clone()).or_default());
        let unpack = || async {
            let (blueprints, code) = (blueprints.clone(), code.clone());
            let path = self.root.join(&code.sha256);
            let unpacked = tokio::task::spawn_blocking(move || unpack(&blueprints, &code, &path));
            let path = unpacked.await.map_err(|error| BlueprintError::Io {
                what: "the code cannot be unpacked",
                source: io::Error::other(error),
            })??;
            Ok::<_, BlueprintError>(Arc::new(CodeDirectory { path }))
        };
        cell.get_or_try_init(unpack).await.cloned()
    }

    /// Takes away what no worker runs and nobody wants to keep.
    pub(crate) fn sweep(&self, is_wanted: impl Fn(&str) -> bool) {
        let mut known = self.known();
        known.retain(|sha256, cell| {
            // Nobody takes hold of one while the list is locked.
            let is_idle = Arc::strong_count(cell) == 1
                && cell.get().is_some_and(|there| Arc::strong_count(there) == 1);
            if !is_idle || is_wanted(sha256) {
                return true;
            }
            if let Err(error) = fs::remove_dir_all(self.root.join(sha256)) {
                tracing::warn!(%error, sha256, "unpacked code stays");
            }
            false
        });
    }

    fn known(&self) -> MutexGuard<'_, HashMap<String, Arc<OnceCell<Arc<CodeDirectory>>>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Whole or not at all: under another name until it is done.
fn unpack(blueprints: &Blueprints, code: &Code, path: &Path) -> Result<PathBuf, BlueprintError> {
    let io = |source| BlueprintError::Io { what: "the code cannot be unpacked", source };
    let archive = Archive::read(&blueprints.code(code)?)?;
    let partial = path.with_extension("part");
    for left_over in [&partial, path] {
        if left_over.exists() {
            fs::remove_dir_all(left_over).map_err(io)?;
        }
    }
    fs::create_dir_all(&partial).map_err(io)?;
    archive.unpack(&partial)?;
    fs::rename(&partial, path).map_err(io)?;
    Ok(path.to_owned())
}
