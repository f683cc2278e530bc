//! The data directory: what lies where, readable by nobody else.

use std::fs::{self, DirBuilder, OpenOptions};
use std::io::{ErrorKind, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// A data directory.
#[derive(Clone, Debug)]
pub(crate) struct Data {
    root: PathBuf,
}

impl Data {
    pub(crate) fn at(root: &Path) -> Data {
        Data { root: root.to_owned() }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    /// Everything that the server must not forget.
    pub(crate) fn store(&self) -> PathBuf {
        self.root.join("store")
    }

    /// What belongs to the store and is beside it, by its name in a backup.
    pub(crate) fn directories(&self) -> [(&'static str, PathBuf); 3] {
        [("series", self.series()), ("objects", self.objects()), ("functions", self.functions())]
    }

    /// The files of series, without which the store is not whole.
    pub(crate) fn series(&self) -> PathBuf {
        self.root.join("series")
    }

    /// The files of large objects.
    pub(crate) fn objects(&self) -> PathBuf {
        self.root.join("objects")
    }

    /// The archives of functions.
    pub(crate) fn functions(&self) -> PathBuf {
        self.root.join("functions")
    }

    /// What functions need while they run; nothing in it must be kept.
    pub(crate) fn workers(&self) -> PathBuf {
        self.root.join("workers")
    }

    pub(crate) fn root_ca(&self) -> PathBuf {
        self.root.join("root-ca.pem")
    }

    pub(crate) fn root_key(&self) -> PathBuf {
        self.root.join("root-ca.key")
    }

    pub(crate) fn server_certificate(&self) -> PathBuf {
        self.root.join("server.pem")
    }

    pub(crate) fn server_key(&self) -> PathBuf {
        self.root.join("server.key")
    }

    /// The administrator's access key.
    pub(crate) fn credentials(&self) -> PathBuf {
        self.root.join("credentials")
    }

    /// How to reach the server that runs here; gone when none does.
    pub(crate) fn ready(&self) -> PathBuf {
        self.root.join("ready.json")
    }

    pub(crate) fn create(&self) -> Result<()> {
        DirBuilder::new()
            .recursive(true)
            .mode(0o700)
            .create(&self.root)
            .with_context(|| format!("the data directory {} cannot be made", self.root.display()))
    }
}

/// Reads a file that may not be there.
pub(crate) fn read_if_there(path: &Path) -> Result<Option<String>> {
    match fs::read_to_string(path) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error).with_context(|| format!("{} cannot be read", path.display())),
    }
}

/// Writes a file that only its owner may read, whole or not at all.
pub(crate) fn write_private(path: &Path, text: &str) -> Result<()> {
    let write = || -> std::io::Result<()> {
        let temporary = path.with_extension("new");
        let mut options = OpenOptions::new();
        let mut file =
            options.write(true).create(true).truncate(true).mode(0o600).open(&temporary)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        fs::rename(&temporary, path)?;
        let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
        fs::File::open(folder.unwrap_or(Path::new(".")))?.sync_all()
    };
    write().with_context(|| format!("{} cannot be written", path.display()))
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn secrets_are_readable_by_their_owner_only() {
        let folder = tempfile::tempdir().expect("a folder");
        let data = Data::at(&folder.path().join("data"));
        data.create().expect("made");
        write_private(&data.credentials(), "secret").expect("written");
        let mode = |path: &Path| fs::metadata(path).expect("there").permissions().mode() & 0o777;
        assert_eq!((mode(data.root()), mode(&data.credentials())), (0o700, 0o600));
        assert_eq!(read_if_there(&data.credentials()).expect("read"), Some("secret".to_owned()));
        assert_eq!(read_if_there(&data.root_ca()).expect("no error"), None);
    }
}
