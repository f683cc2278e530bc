//! Archives of code: ZIP files whose entries are stored as they are, in the order of their names and without
//! dates, so that the same code is the same archive.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result, ensure};

/// What the code of a function may be at most, unpacked.
const CODE_BYTES_MAX: u64 = 262_144_000;
const ENTRIES_MAX: usize = 65_535;
/// Directories that lead around in circles end here.
const DEPTH_MAX: usize = 64;
/// What a runtime of one's own begins.
const BOOTSTRAP: &str = "bootstrap";
/// What Python makes of code when it runs it is no code.
const LEFT_OUT: &str = "__pycache__";
const PROGRAM: u32 = 0o100_755;
const FILE: u32 = 0o100_644;

/// What is to be in an archive.
#[derive(Debug)]
struct Entry {
    name: String,
    mode: u32,
    content: Vec<u8>,
}

/// A directory becomes an archive, as does a file: one that may be run as its `bootstrap`, any other by its own
/// name. What is an archive already stays as it is.
pub(super) fn of_path(path: &Path) -> Result<Vec<u8>> {
    let about = fs::metadata(path).with_context(|| format!("{} cannot be read", path.display()))?;
    let mut entries = Vec::new();
    if about.is_dir() {
        let mut bytes = 0;
        collect(path, "", 0, &mut bytes, &mut entries)?;
        ensure!(!entries.is_empty(), "{} is empty", path.display());
        return zip(&entries);
    }
    ensure!(about.len() <= CODE_BYTES_MAX, "{} is too large", path.display());
    let content = fs::read(path).with_context(|| format!("{} cannot be read", path.display()))?;
    if content.starts_with(b"PK\x03\x04") {
        return Ok(content);
    }
    if about.permissions().mode() & 0o111 != 0 {
        return program(content);
    }
    let name = path.file_name().and_then(|name| name.to_str()).context("the file has no name")?;
    zip(&[Entry { name: name.to_owned(), mode: FILE, content }])
}

/// An archive of one program, for a runtime of one's own.
pub(crate) fn program(content: Vec<u8>) -> Result<Vec<u8>> {
    zip(&[Entry { name: BOOTSTRAP.to_owned(), mode: PROGRAM, content }])
}

/// An archive of a text.
pub(super) fn text(name: &str, content: &str) -> Result<Vec<u8>> {
    zip(&[Entry { name: name.to_owned(), mode: FILE, content: content.as_bytes().to_vec() }])
}

fn collect(
    directory: &Path,
    prefix: &str,
    depth: usize,
    bytes: &mut u64,
    entries: &mut Vec<Entry>,
) -> Result<()> {
    ensure!(depth < DEPTH_MAX, "{} is too deep", directory.display());
    let unreadable = || format!("{} cannot be read", directory.display());
    let mut found: Vec<fs::DirEntry> =
        fs::read_dir(directory).with_context(unreadable)?.collect::<Result<_, _>>()?;
    found.sort_by_key(fs::DirEntry::file_name);
    for one in found {
        let path = one.path();
        let own = one.file_name().into_string().ok();
        let own = own.with_context(|| format!("{} has a name that is no text", path.display()))?;
        if own == LEFT_OUT {
            continue;
        }
        let name = format!("{prefix}{own}");
        let about = fs::metadata(&path).with_context(unreadable)?;
        if about.is_dir() {
            collect(&path, &format!("{name}/"), depth + 1, bytes, entries)?;
            continue;
        }
        *bytes += about.len();
        let is_fit = *bytes <= CODE_BYTES_MAX && entries.len() < ENTRIES_MAX;
        ensure!(is_fit, "{} holds more than a function may be made of", directory.display());
        let mode = if about.permissions().mode() & 0o111 == 0 { FILE } else { PROGRAM };
        let content = fs::read(&path).with_context(unreadable)?;
        entries.push(Entry { name, mode, content });
    }
    Ok(())
}

fn zip(entries: &[Entry]) -> Result<Vec<u8>> {
    let (mut files, mut directory) = (Vec::new(), Vec::new());
    for Entry { name, mode, content } in entries {
        let length = u32::try_from(content.len()).context("a file is too large")?.to_le_bytes();
        let name_length = u16::try_from(name.len()).context("a name is too long")?.to_le_bytes();
        // Version 2.0, names in UTF-8, stored, the first day that there is; checksum and both lengths.
        let mut about = vec![20, 0, 0, 8, 0, 0, 0, 0, 0x21, 0];
        about.extend(crc32fast::hash(content).to_le_bytes());
        about.extend(length);
        about.extend(length);
        about.extend(name_length);
        about.extend([0, 0]);
        let place = u32::try_from(files.len()).context("the code is too large")?.to_le_bytes();
        directory.extend(b"PK\x01\x02\x14\x03");
        directory.extend(&about);
        directory.extend([0; 6]);
        directory.extend((mode << 16).to_le_bytes());
        directory.extend(place);
        directory.extend(name.as_bytes());
        files.extend(b"PK\x03\x04");
        files.extend(&about);
        files.extend(name.as_bytes());
        files.extend(content);
    }
    let count = u16::try_from(entries.len()).context("there are too many files")?.to_le_bytes();
    let size = u32::try_from(directory.len()).context("there are too many files")?.to_le_bytes();
    let place = u32::try_from(files.len()).context("the code is too large")?.to_le_bytes();
    files.extend(directory);
    files.extend(b"PK\x05\x06\0\0\0\0");
    files.extend(count);
    files.extend(count);
    files.extend(size);
    files.extend(place);
    files.extend([0, 0]);
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_code_is_the_same_archive() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        fs::create_dir(root.join("b")).expect("made");
        fs::write(root.join("b/x.py"), "2").expect("written");
        fs::write(root.join("a.py"), "1").expect("written");
        let first = of_path(root).expect("an archive");
        fs::write(root.join("a.py"), "1").expect("written anew");
        fs::create_dir(root.join("__pycache__")).expect("made");
        fs::write(root.join("__pycache__/a.pyc"), "?").expect("written");
        assert_eq!(of_path(root).expect("an archive"), first);
        let names = String::from_utf8_lossy(&first).into_owned();
        assert!(names.find("a.py") < names.find("b/x.py"));
        let archive = root.join("code.zip");
        fs::write(&archive, &first).expect("written");
        assert_eq!(of_path(&archive).expect("as it is"), first);
    }

    #[test]
    fn a_program_becomes_a_bootstrap() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("controller");
        fs::write(&path, "#!/bin/sh\n").expect("written");
        let plain = of_path(&path).expect("an archive");
        assert!(String::from_utf8_lossy(&plain).contains("controller"));
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).expect("set");
        assert_eq!(
            of_path(&path).expect("an archive"),
            program(b"#!/bin/sh\n".into()).expect("it")
        );
        assert!(of_path(&folder.path().join("none")).is_err());
    }
}
