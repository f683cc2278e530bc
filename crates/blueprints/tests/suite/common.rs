//! A store of functions, and archives to put into it.

use std::collections::BTreeMap;

use blueprints::{Blueprints, Draft, Settings};
use bytes::Bytes;
use model::{FunctionName, Home};

pub(crate) const NOW: u64 = 1_790_000_000_000;

pub(crate) struct Shelf {
    pub(crate) blueprints: Blueprints,
    pub(crate) store: kv::Store,
    pub(crate) directory: tempfile::TempDir,
}

impl Shelf {
    pub(crate) fn open() -> Shelf {
        let directory = tempfile::tempdir().expect("a directory");
        let store = kv::Store::in_memory();
        let code = directory.path().join("functions");
        let blueprints = Blueprints::open(store.clone(), Home::default(), &code).expect("opened");
        Shelf { blueprints, store, directory }
    }

    pub(crate) fn again(&self) -> Blueprints {
        let code = self.directory.path().join("functions");
        Blueprints::open(self.store.clone(), Home::default(), &code).expect("opened")
    }

    pub(crate) fn draft(&self, name: &str, content: &str) -> Draft {
        let archive = zip(&[Entry::file("app.py", content)]);
        Draft {
            name: function(name),
            settings: settings(),
            environment: BTreeMap::from([("SECRET".to_owned(), "hush-hush".to_owned())]),
            code: self.blueprints.put_code(&archive).expect("put"),
            tags: BTreeMap::new(),
            publish: false,
        }
    }

    /// How many files of code there are.
    pub(crate) fn files(&self) -> usize {
        let root = self.directory.path().join("functions");
        let directories = std::fs::read_dir(root).expect("there").flatten();
        directories.map(|it| std::fs::read_dir(it.path()).expect("there").count()).sum()
    }
}

pub(crate) fn function(name: &str) -> FunctionName {
    FunctionName::new(name).expect("a name")
}

pub(crate) fn settings() -> Settings {
    Settings {
        runtime: "python3.12".to_owned(),
        handler: "app.handler".to_owned(),
        role_arn: "arn:aws:iam::000000000000:role/r".to_owned(),
        description: String::new(),
        timeout_secs: 3,
        memory_mb: 128,
        ephemeral_mb: 512,
        architectures: vec!["x86_64".to_owned()],
        tracing: "PassThrough".to_owned(),
        layers: Vec::new(),
        log_group: None,
        dead_letters_arn: None,
    }
}

/// An entry of an archive, as a stranger may write it.
#[derive(Clone, Debug)]
pub(crate) struct Entry {
    pub(crate) name: String,
    pub(crate) content: Vec<u8>,
    pub(crate) mode: u32,
    /// What the list says that it unpacks to.
    pub(crate) claimed: Option<u32>,
    pub(crate) method: u16,
    pub(crate) flags: u16,
}

impl Entry {
    pub(crate) fn file(name: &str, content: &str) -> Entry {
        let (name, content) = (name.to_owned(), content.as_bytes().to_vec());
        Entry { name, content, mode: 0o100_644, claimed: None, method: 0, flags: 0 }
    }
}

pub(crate) fn zip(entries: &[Entry]) -> Bytes {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for Entry { name, content, mode, claimed, method, flags } in entries {
        let at = u32::try_from(out.len()).expect("small");
        let length = u32::try_from(content.len()).expect("small");
        let unpacked = claimed.unwrap_or(length);
        let mut common = Vec::new();
        for field in [20, *flags, *method, 0, 0] {
            common.extend(field.to_le_bytes());
        }
        for field in [crc32fast::hash(content), length, unpacked] {
            common.extend(field.to_le_bytes());
        }
        let named = u16::try_from(name.len()).expect("short").to_le_bytes();
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(named);
        out.extend([0, 0]);
        out.extend(name.as_bytes());
        out.extend(content);
        list.extend(b"PK\x01\x02\x14\x03");
        list.extend(&common);
        list.extend(named);
        list.extend([0; 8]);
        list.extend((mode << 16).to_le_bytes());
        list.extend(at.to_le_bytes());
        list.extend(name.as_bytes());
    }
    let (from, size) = (out.len() as u32, list.len() as u32);
    let count = (entries.len() as u16).to_le_bytes();
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(size.to_le_bytes());
    out.extend(from.to_le_bytes());
    out.extend([0, 0]);
    out.into()
}
