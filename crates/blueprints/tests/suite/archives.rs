//! Archives that strangers bring.

use std::os::unix::fs::PermissionsExt;

use blueprints::{Archive, UnfitArchive};
use bytes::Bytes;

use crate::common::{Entry, zip};

const LINK: u32 = 0o120_777;

fn unpack(entries: &[Entry]) -> Result<tempfile::TempDir, String> {
    let directory = tempfile::tempdir().expect("a directory");
    let archive = Archive::read(&zip(entries)).map_err(|error| error.to_string())?;
    archive.unpack(directory.path()).map_err(|error| error.to_string())?;
    Ok(directory)
}

#[test]
fn files_come_with_their_permissions_and_links() {
    let run = Entry { mode: 0o100_755, ..Entry::file("bin/run", "#!/bin/sh") };
    let link = Entry { mode: LINK, ..Entry::file("lib/run", "../bin/run") };
    let unpacked = unpack(&[run, Entry::file("data/", ""), link]).expect("unpacked");
    let mode = |name: &str| {
        let metadata = std::fs::metadata(unpacked.path().join(name)).expect("there");
        metadata.permissions().mode() & 0o777
    };
    assert_eq!((mode("bin/run"), mode("data")), (0o755, 0o755));
    let through = std::fs::read(unpacked.path().join("lib/run")).expect("read");
    assert_eq!(through, b"#!/bin/sh");
}

#[test]
fn nothing_leads_out_of_the_directory() {
    let link = |name: &str, target: &str| Entry { mode: LINK, ..Entry::file(name, target) };
    for entries in [
        vec![Entry::file("../outside", "x")],
        vec![Entry::file("a/../../outside", "x")],
        vec![Entry::file("/etc/outside", "x")],
        vec![Entry::file("..\\outside", "x")],
        vec![link("a", "/etc/passwd")],
        vec![link("a", "../outside")],
        vec![link("a/b", "../../outside")],
        // Through a link, before or after it.
        vec![link("a", "b"), Entry::file("a/c", "x")],
        vec![Entry::file("a/c", "x"), link("a", "b")],
    ] {
        let refused = unpack(&entries).expect_err("refused");
        assert!(
            refused.contains("leads out") || refused.contains("cannot be unpacked"),
            "{refused}"
        );
    }
}

#[test]
fn more_than_a_function_may_have_is_refused_before_it_is_unpacked() {
    let claimed = Some(200_000_000);
    let large = |name: &str| Entry { claimed, ..Entry::file(name, "x") };
    let refused = Archive::read(&zip(&[large("a"), large("b")])).expect_err("refused");
    assert_eq!(refused, UnfitArchive::TooLarge);
    // What unpacks to more than it says is damaged, however much it is.
    let zeros = [0x4b, 0x04, 0x00];
    let lies =
        Entry { content: zeros.to_vec(), claimed: Some(1), method: 8, ..Entry::file("a", "") };
    assert!(unpack(&[lies]).is_err());
}

#[test]
fn what_is_no_archive_is_refused() {
    let whole = zip(&[Entry::file("a", "content")]);
    let encrypted = zip(&[Entry { flags: 1, ..Entry::file("a", "x") }]);
    let packed = zip(&[Entry { method: 12, ..Entry::file("a", "x") }]);
    for unfit in [Bytes::new(), Bytes::from_static(b"no zip"), encrypted, packed] {
        assert!(Archive::read(&unfit).is_err());
    }
    // Cut or changed anywhere, it is refused or unpacked, and nothing panics.
    for at in 0..whole.len() {
        let directory = tempfile::tempdir().expect("a directory");
        let mut changed = whole.to_vec();
        changed[at] ^= 0xff;
        for bytes in [whole.slice(..at), changed.into()] {
            if let Ok(archive) = Archive::read(&bytes) {
                archive.unpack(directory.path()).ok();
            }
        }
    }
}
