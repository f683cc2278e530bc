//! The room of functions: what it is made of, and its beginning and end.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, PoisonError};

use blueprints::{BlueprintError, Blueprints, Runtime};
use iam::Iam;
use kv::Store;
use logs::Logs;
use model::FunctionName;
use queues::Queues;
use stdx::clock::Clock;
use tables::Tables;
use tokio::sync::{Notify, watch};

use crate::code_directories::CodeDirectories;
use crate::collector::{Collector, Scribe};
use crate::interpreter::Interpreters;
use crate::keeper;
use crate::launcher::Launcher;
use crate::pool::Pool;
use crate::settings::Settings;

/// What functions act on.
#[derive(Clone, Debug)]
pub struct Parts {
    pub blueprints: Blueprints,
    pub store: Store,
    pub iam: Iam,
    pub logs: Logs,
    pub queues: Queues,
    pub tables: Tables,
    pub clock: Clock,
}

/// Functions. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub struct Functions(pub(crate) Arc<Shared>);

#[derive(Debug)]
pub(crate) struct Shared {
    pub(crate) parts: Parts,
    pub(crate) settings: Settings,
    pub(crate) interpreters: Interpreters,
    pub(crate) launcher: Launcher,
    pub(crate) code: CodeDirectories,
    pub(crate) pool: Arc<Pool>,
    pub(crate) collector: Collector,
    runtime_is_there: Mutex<bool>,
    /// Rung when an invocation begins.
    pub(crate) invoked: Notify,
    /// Rung when there may be something new in a stream.
    pub(crate) streamed: watch::Sender<()>,
    /// What came of the last batch of each mapping.
    pub(crate) results: Mutex<HashMap<String, String>>,
    /// Rung when mappings changed.
    pub(crate) remapped: Notify,
}

/// What runs handlers of Python and Node, as they are named in the runtime directory.
const BOOTSTRAPS: &[(&str, &str)] = &[
    ("python.py", include_str!("bootstrap/python.py")),
    ("node.cjs", include_str!("bootstrap/node.cjs")),
];

impl Functions {
    /// Makes the room ready. What earlier runs left of workers is taken away; the caller's runtime does
    /// the work.
    pub fn open(parts: Parts, settings: Settings) -> std::io::Result<Functions> {
        let settings =
            Settings { directory: std::path::absolute(&settings.directory)?, ..settings };
        match std::fs::remove_dir_all(&settings.directory) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let scribe = Scribe::new(
            parts.store.clone(),
            parts.logs.clone(),
            parts.iam.clone(),
            parts.blueprints.home().clone(),
            parts.clock.clone(),
        );
        let (program, arguments) = settings.warden.clone();
        let (streamed, _) = watch::channel(());
        let rung = streamed.clone();
        parts.tables.follow(move || rung.send_replace(()));
        let shared = Arc::new(Shared {
            interpreters: Interpreters::new(&settings.python, &settings.node),
            launcher: Launcher::new(program, arguments),
            code: CodeDirectories::new(settings.directory.join("code")),
            pool: Arc::new(Pool::new(settings.workers_max)),
            collector: scribe.start(),
            runtime_is_there: Mutex::default(),
            invoked: Notify::new(),
            remapped: Notify::new(),
            streamed,
            results: Mutex::default(),
            settings,
            parts,
        });
        tokio::spawn(keeper::keep(Arc::clone(&shared)));
        if !shared.parts.blueprints.functions(None, 1).is_ok_and(|page| page.items.is_empty()) {
            shared.launcher.prepare();
        }
        Ok(Functions(shared))
    }

    pub fn blueprints(&self) -> &Blueprints {
        &self.0.parts.blueprints
    }

    /// How many invocations can run at once.
    pub fn workers_max(&self) -> usize {
        self.0.settings.workers_max
    }

    /// What keeps a runtime from running on this machine.
    pub async fn check_runtime(&self, runtime: Runtime) -> Result<(), BlueprintError> {
        let found = self.0.interpreters.of(runtime).await;
        found.map(drop).map_err(|what| BlueprintError::Unfit { what })
    }

    /// To be called when a function was changed: workers of what it was end.
    pub fn changed(&self, name: &FunctionName) {
        drop(self.0.pool.forget(name));
    }

    /// To be called when a function was deleted. When it returns, what its workers at rest wrote is in its
    /// log: whoever deletes a function deletes its role next, without which nothing is written.
    pub async fn deleted(&self, name: &FunctionName) {
        for worker in self.0.pool.forget(name) {
            worker.lines.hand_on_all().await;
        }
        self.0.collector.flush().await;
    }

    /// To be called when a mapping was made, changed or deleted.
    pub fn remapped(&self) {
        self.0.remapped.notify_one();
    }

    /// No invocation begins from now on, and those under way end.
    pub fn close(&self) {
        self.0.pool.close();
        self.0.launcher.close();
    }
}

impl Shared {
    /// Makes the directory of what runs handlers, when it is first wanted.
    pub(crate) fn prepare_runtime(&self) -> std::io::Result<()> {
        let mut is_there = self.runtime_is_there.lock().unwrap_or_else(PoisonError::into_inner);
        if *is_there {
            return Ok(());
        }
        let runtime = self.runtime_directory();
        std::fs::create_dir_all(&runtime)?;
        for (name, text) in BOOTSTRAPS {
            std::fs::write(runtime.join(name), text)?;
        }
        *is_there = true;
        Ok(())
    }

    pub(crate) fn runtime_directory(&self) -> PathBuf {
        self.settings.directory.join("runtime")
    }

    /// Takes unpacked code away that no function has any more.
    pub(crate) fn sweep_directories(&self) {
        match self.parts.blueprints.named_code() {
            Ok(named) => self.code.sweep(|sha256| named.contains(sha256)),
            Err(error) => tracing::warn!(%error, "unpacked code is not swept"),
        }
    }
}
