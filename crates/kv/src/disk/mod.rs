//! What the journal needs of a disk: a handful of files of fixed length, overwritten and synced.

use std::fmt;
use std::io;

mod files;
mod sim;
mod sim_file;

pub use files::Files;
pub(crate) use files::sync_directory;
pub use sim::{SimDisk, Survival};

/// A flat directory.
pub trait Disk: Send + Sync + fmt::Debug {
    /// The names of all files, in any order.
    fn list(&self) -> io::Result<Vec<String>>;

    /// A new file of `bytes` zeros. When this returns the name is durable; the zeros need not be.
    /// When it fails there is no such file.
    fn create(&self, name: &str, bytes: u64) -> io::Result<Box<dyn DiskFile>>;

    fn open(&self, name: &str) -> io::Result<Box<dyn DiskFile>>;

    fn remove(&self, name: &str) -> io::Result<()>;
}

/// An open file. Its length never changes.
pub trait DiskFile: Send + Sync + fmt::Debug {
    fn name(&self) -> &str;

    fn bytes(&self) -> u64;

    fn read(&self) -> io::Result<Vec<u8>>;

    /// The first `count` bytes, or fewer if the file is shorter.
    fn read_start(&self, count: usize) -> io::Result<Vec<u8>>;

    /// Fills `into` from this place on; what is beyond the end of the file is an error.
    fn read_at(&self, offset: u64, into: &mut [u8]) -> io::Result<()>;

    /// On failure any part of `data` may have been written.
    fn write_at(&self, offset: u64, data: &[u8]) -> io::Result<()>;

    /// When this returns, every earlier write to this file survives a loss of power.
    fn sync(&self) -> io::Result<()>;
}
