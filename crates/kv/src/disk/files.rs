//! The real disk: files in one directory.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::{FileExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use super::{Disk, DiskFile};

/// Zeros are written in pieces of this size.
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// Only the owner may read what devices said.
const FILE_MODE: u32 = 0o600;

/// Files of a directory on the machine's own disk.
#[derive(Debug)]
pub struct Files {
    dir: PathBuf,
}

#[derive(Debug)]
struct RealFile {
    name: String,
    file: File,
    bytes: u64,
}

impl Files {
    /// Files of an existing directory.
    pub fn new(dir: &Path) -> Files {
        Files { dir: dir.to_owned() }
    }

    fn fill_with_zeros(path: &Path, bytes: u64) -> io::Result<File> {
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .mode(FILE_MODE)
            .open(path)?;
        let mut left = bytes;
        while left > 0 {
            let piece = left.min(ZEROS.len() as u64);
            file.write_all(&ZEROS[..usize::try_from(piece).expect("at most ZEROS.len()")])?;
            left -= piece;
        }
        Ok(file)
    }
}

impl Disk for Files {
    fn list(&self) -> io::Result<Vec<String>> {
        let mut names = Vec::new();
        for entry in fs::read_dir(&self.dir)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
        Ok(names)
    }

    fn create(&self, name: &str, bytes: u64) -> io::Result<Box<dyn DiskFile>> {
        let path = self.dir.join(name);
        let made = Files::fill_with_zeros(&path, bytes)
            .and_then(|file| sync_directory(&self.dir).map(|()| file));
        match made {
            Ok(file) => Ok(Box::new(RealFile { name: name.to_owned(), file, bytes })),
            Err(error) => {
                if error.kind() != io::ErrorKind::AlreadyExists {
                    // A full disk must not be left fuller. If this fails too, the file is found at
                    // the next start, holds no record and is used as a spare.
                    drop(fs::remove_file(&path));
                }
                Err(error)
            }
        }
    }

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>> {
        let file = OpenOptions::new().read(true).write(true).open(self.dir.join(name))?;
        let bytes = file.metadata()?.len();
        Ok(Box::new(RealFile { name: name.to_owned(), file, bytes }))
    }

    fn remove(&self, name: &str) -> io::Result<()> {
        fs::remove_file(self.dir.join(name))
    }
}

impl DiskFile for RealFile {
    fn name(&self) -> &str {
        &self.name
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn read(&self) -> io::Result<Vec<u8>> {
        self.read_start(usize::try_from(self.bytes).map_err(io::Error::other)?)
    }

    fn read_start(&self, count: usize) -> io::Result<Vec<u8>> {
        let most = usize::try_from(self.bytes).map_err(io::Error::other)?;
        let mut content = vec![0; count.min(most)];
        self.file.read_exact_at(&mut content, 0)?;
        Ok(content)
    }

    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()> {
        self.file.read_exact_at(into, offset)
    }

    fn write_at(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.file.write_all_at(data, offset)
    }

    fn sync(&self) -> io::Result<()> {
        self.file.sync_data()
    }
}

/// Makes the names in a directory durable.
pub(crate) fn sync_directory(dir: &Path) -> io::Result<()> {
    File::open(dir)?.sync_all()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;

    use super::*;

    #[test]
    fn a_new_file_is_all_zeros_and_private() {
        let dir = tempfile::tempdir().unwrap();
        let disk = Files::new(dir.path());
        let file = disk.create("one", 100_000).unwrap();
        assert_eq!(file.read().unwrap(), vec![0; 100_000]);
        let mode = fs::metadata(dir.path().join("one")).unwrap().permissions().mode();
        assert_eq!(mode & 0o777, 0o600);
    }

    #[test]
    fn what_was_written_is_read_after_opening_again() {
        let dir = tempfile::tempdir().unwrap();
        let disk = Files::new(dir.path());
        disk.create("one", 10).unwrap().write_at(3, b"abc").unwrap();
        assert_eq!(disk.open("one").unwrap().read().unwrap(), b"\0\0\0abc\0\0\0\0");
        assert_eq!(disk.list().unwrap(), ["one"]);
    }

    #[test]
    fn an_existing_file_is_not_created_anew() {
        let dir = tempfile::tempdir().unwrap();
        let disk = Files::new(dir.path());
        disk.create("one", 10).unwrap().write_at(0, b"kept").unwrap();
        assert!(disk.create("one", 10).is_err());
        assert_eq!(&disk.open("one").unwrap().read().unwrap()[..4], b"kept");
    }
}
