//! A room of functions of a test's own, and code to put into it.

use std::collections::BTreeMap;
use std::io::Write;
use std::path::PathBuf;

use blueprints::{Blueprints, Draft, Settings as FunctionSettings};
use bytes::Bytes;
use functions::{Functions, Invocation, Outcome, Parts, Settings};
use iam::{EntityName, Iam, NewEntity, RoleSettings, RootKey};
use model::{FunctionName, Home, IamPath, LogGroupName, RoleName};
use serde_json::Value;
use stdx::clock::Clock;

pub(crate) const ROLE: &str = "arn:aws:iam::000000000000:role/lambda";
const TRUST: &str = r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Principal":{"Service":"lambda.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#;
const EVERYTHING: &str =
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}"#;

pub(crate) struct Room {
    pub(crate) functions: Functions,
    pub(crate) parts: Parts,
    directory: tempfile::TempDir,
}

/// What a test says of a function; the rest is as usual.
pub(crate) struct Made {
    pub(crate) runtime: &'static str,
    pub(crate) files: Vec<(&'static str, String)>,
    pub(crate) timeout_secs: u32,
    pub(crate) environment: Vec<(&'static str, &'static str)>,
}

pub(crate) fn python(code: &str) -> Made {
    let files = vec![("app.py", code.to_owned())];
    Made { runtime: "python3.12", files, timeout_secs: 10, environment: Vec::new() }
}

pub(crate) fn node(file: &'static str, code: &str) -> Made {
    let files = vec![(file, code.to_owned())];
    Made { runtime: "nodejs20.x", files, timeout_secs: 10, environment: Vec::new() }
}

impl Room {
    pub(crate) async fn open() -> Room {
        let directory = tempfile::tempdir().expect("a directory");
        let (store, clock, home) = (kv::Store::in_memory(), Clock::system(), Home::default());
        let root = RootKey { access_key_id: "AKIAROOT".to_owned(), secret: "x".to_owned() };
        let iam = Iam::open(store.clone(), home.clone(), root).expect("opened");
        let name = EntityName::Role(RoleName::new("lambda").expect("a name"));
        let role =
            RoleSettings { trust: TRUST.to_owned(), description: None, max_session_secs: 3_600 };
        let new = NewEntity {
            name: name.clone(),
            path: IamPath::default(),
            tags: Vec::new(),
            boundary: None,
            role: Some(role),
        };
        iam.create_entity(new, clock.now()).await.expect("created");
        let policy = model::PolicyName::new("everything").expect("a name");
        iam.put_inline_policy(&name, &policy, EVERYTHING).await.expect("put");
        let code = directory.path().join("functions");
        let parts = Parts {
            blueprints: Blueprints::open(store.clone(), home.clone(), &code).expect("opened"),
            store: store.clone(),
            iam,
            logs: logs::Logs::new(store.clone()),
            queues: queues::Queues::new(store.clone(), home.clone(), clock.clone()),
            tables: tables::Tables::open(store.clone(), home, clock.clone()),
            clock,
        };
        let settings = Settings {
            warden: (PathBuf::from(env!("CARGO_BIN_EXE_function-warden")), Vec::new()),
            ..Settings::new(directory.path().join("workers"))
        };
        let functions = Functions::open(parts.clone(), settings).expect("opened");
        Room { functions, parts, directory }
    }

    pub(crate) async fn make(&self, name: &str, made: Made) -> FunctionName {
        let name = FunctionName::new(name).expect("a name");
        let files: Vec<(&str, &[u8], u32)> =
            made.files.iter().map(|(file, text)| (*file, text.as_bytes(), 0o755)).collect();
        let code = self.parts.blueprints.put_code(&zip(&files)).expect("put");
        let environment = made.environment.iter();
        let draft = Draft {
            name: name.clone(),
            settings: FunctionSettings {
                runtime: made.runtime.to_owned(),
                handler: "app.handler".to_owned(),
                role_arn: ROLE.to_owned(),
                description: String::new(),
                timeout_secs: made.timeout_secs,
                memory_mb: 128,
                ephemeral_mb: 512,
                architectures: vec!["x86_64".to_owned()],
                tracing: "PassThrough".to_owned(),
                layers: Vec::new(),
                log_group: None,
                dead_letters_arn: None,
            },
            environment: environment.map(|(k, v)| (k.to_string(), v.to_string())).collect(),
            code,
            tags: BTreeMap::new(),
            publish: false,
        };
        self.parts.blueprints.create(draft, self.parts.clock.now()).await.expect("created");
        name
    }

    pub(crate) async fn invoke(&self, name: &FunctionName, payload: &str) -> Outcome {
        let payload = Bytes::copy_from_slice(payload.as_bytes());
        let invocation = Invocation { wants_tail: true, ..Invocation::new(name.clone(), payload) };
        self.functions.invoke(invocation).await.expect("invoked")
    }

    /// What the log holds, once it holds this.
    pub(crate) async fn log_with(&self, name: &FunctionName, text: &str) -> String {
        let group = LogGroupName::new(&format!("/aws/lambda/{name}")).expect("a name");
        for _ in 0..200 {
            let all = self.log(&group);
            if all.contains(text) {
                return all;
            }
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
        panic!("{text:?} is not in the log: {}", self.log(&group));
    }

    pub(crate) fn log_of(&self, name: &FunctionName) -> String {
        self.log(&LogGroupName::new(&format!("/aws/lambda/{name}")).expect("a name"))
    }

    fn log(&self, group: &LogGroupName) -> String {
        let pattern = logs::Pattern::parse("").expect("every event");
        let filter = logs::LogFilter {
            group,
            streams: &[],
            prefix: "",
            from: 0,
            until: None,
            pattern: &pattern,
            token: None,
            limit: logs::FILTERED_MAX,
        };
        let Ok(page) = self.parts.logs.filter(&filter) else { return String::new() };
        page.events.iter().map(|event| event.event.message.as_str()).collect()
    }

    /// Unpacked code and the files of workers.
    pub(crate) fn directory(&self) -> &std::path::Path {
        self.directory.path()
    }
}

pub(crate) fn json(outcome: &Outcome) -> Value {
    serde_json::from_slice(&outcome.payload).expect("JSON")
}

/// An archive of files with their permissions, not compressed.
pub(crate) fn zip(files: &[(&str, &[u8], u32)]) -> Bytes {
    let (mut out, mut list) = (Vec::new(), Vec::new());
    for (name, content, mode) in files {
        let at = u32::try_from(out.len()).expect("small");
        let (crc, length) = (crc32(content), u32::try_from(content.len()).expect("small"));
        let named = u16::try_from(name.len()).expect("short");
        let mut common = Vec::new();
        for field in [20_u16, 0, 0, 0, 0] {
            common.write_all(&field.to_le_bytes()).expect("written");
        }
        for field in [crc, length, length] {
            common.write_all(&field.to_le_bytes()).expect("written");
        }
        out.extend(b"PK\x03\x04");
        out.extend(&common);
        out.extend(named.to_le_bytes());
        out.extend([0, 0]);
        out.extend(name.as_bytes());
        out.extend(*content);
        list.extend(b"PK\x01\x02\x14\x03");
        list.extend(&common);
        list.extend(named.to_le_bytes());
        list.extend([0; 8]);
        list.extend((mode << 16).to_le_bytes());
        list.extend(at.to_le_bytes());
        list.extend(name.as_bytes());
    }
    let (from, size) = (out.len() as u32, list.len() as u32);
    let count = (files.len() as u16).to_le_bytes();
    out.extend(&list);
    out.extend(b"PK\x05\x06\0\0\0\0");
    out.extend(count);
    out.extend(count);
    out.extend(size.to_le_bytes());
    out.extend(from.to_le_bytes());
    out.extend([0, 0]);
    out.into()
}

fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = if crc & 1 == 1 { crc >> 1 ^ 0xedb8_8320 } else { crc >> 1 };
        }
    }
    !crc
}
