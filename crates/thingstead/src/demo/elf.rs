//! A program without what only debuggers read.

/// This program's file up to the end of what is loaded of it. Symbols and debug information, which come behind,
/// are four fifths of it, and a function has no use for them. What is no ELF file of 64 bits is left as it is.
pub(super) fn loaded(mut program: Vec<u8>) -> Vec<u8> {
    if let Some(end) = end_of_segments(&program).filter(|end| *end <= program.len()) {
        program.truncate(end);
        // The table of sections is gone: its place, its length and the place of its names.
        program[0x28..0x30].fill(0);
        program[0x3C..0x40].fill(0);
    }
    program
}

fn end_of_segments(program: &[u8]) -> Option<usize> {
    // 64 bits, the least significant byte first.
    if !program.starts_with(b"\x7FELF\x02\x01") {
        return None;
    }
    let (table, size, count) =
        (number(program, 0x20, 8)?, number(program, 0x36, 2)?, number(program, 0x38, 2)?);
    let mut end = table.checked_add(size.checked_mul(count)?)?;
    for at in 0..count {
        let header = table.checked_add(size.checked_mul(at)?)?;
        let (place, length) = (
            number(program, header.checked_add(8)?, 8)?,
            number(program, header.checked_add(32)?, 8)?,
        );
        end = end.max(place.checked_add(length)?);
    }
    Some(end)
}

fn number(bytes: &[u8], at: usize, length: usize) -> Option<usize> {
    let mut number = [0; 8];
    number[..length].copy_from_slice(bytes.get(at..at.checked_add(length)?)?);
    usize::try_from(u64::from_le_bytes(number)).ok()
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::process::Command;

    use super::*;

    #[test]
    fn this_program_runs_without_the_rest() {
        let whole = std::fs::read(std::env::current_exe().expect("a path")).expect("readable");
        let length = whole.len();
        let program = loaded(whole);
        assert!(program.len() < length, "{} of {length}", program.len());
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("program");
        std::fs::write(&path, program).expect("written");
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o755)).expect("set");
        let listed = Command::new(&path).arg("--list").output().expect("it runs");
        assert!(listed.status.success());
        assert!(String::from_utf8_lossy(&listed.stdout).contains("runs_without_the_rest"));
    }

    #[test]
    fn what_is_no_program_stays_as_it_is() {
        for bytes in [&b""[..], b"#!/bin/sh\n", b"\x7FELF\x02\x01", b"\x7FELF\x01\x01 and more"] {
            assert_eq!(loaded(bytes.to_vec()), bytes);
        }
    }
}
