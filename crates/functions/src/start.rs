//! From a version of a function to a worker that runs it.

use std::net::SocketAddr;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use blueprints::{BlueprintError, Function, Runtime, Version};
use iam::{ServiceCall, SessionCredentials};
use model::{LogGroupName, LogStreamName};
use stdx::clock::UnixMillis;
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::unix::OwnedReadHalf;
use tokio::process::Child;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinSet;
use tokio::time::Instant;

use crate::channel;
use crate::code_directories::CodeDirectory;
use crate::collector::LogTarget;
use crate::desk::Desk;
use crate::environment::Surroundings;
use crate::functions::Shared;
use crate::interpreter::Interpreter;
use crate::invocation::InvokeError;
use crate::launcher::Warden;
use crate::lines::Lines;
use crate::order::{Order, Word};
use crate::report;
use crate::runtime_api;
use crate::worker::{Fate, Scratch, State, Worker};

/// Who takes the role of a function.
pub(crate) const SERVICE: &str = "lambda.amazonaws.com";

/// How long a worker's credentials are good for: what every role allows.
const CREDENTIALS_SECS: u32 = 3_600;
/// So long before that, and before its longest invocation, a worker gets no more.
const MARGIN_MILLIS: u64 = 60_000;

/// AWS's limit.
const FILES_MAX: u64 = 1024;
/// Beyond its memory a process may map so much more: what is watched is what it really takes, and this
/// stops who takes gigabytes between two looks.
const DATA_MARGIN_BYTES: u64 = 1024 * 1024 * 1024;
const MEGABYTE: u64 = 1024 * 1024;

/// Everything that a start needs, found.
struct Prepared {
    runtime: Runtime,
    code: Vec<Arc<CodeDirectory>>,
    scratch: Scratch,
    credentials: SessionCredentials,
    interpreters: Vec<Interpreter>,
    program: PathBuf,
    arguments: Vec<String>,
}

impl Shared {
    pub(crate) async fn start_worker(
        &self,
        function: &Function,
        version: &Version,
    ) -> Result<Worker, InvokeError> {
        let began = Instant::now();
        let now = self.parts.clock.now();
        let id = random_id();
        let prepared = self.prepare(function, version, &id, now).await?;
        let target = Arc::new(self.log_target(function, version, &id, now)?);
        let not_runnable = |error: std::io::Error| InvokeError::NotRunnable {
            what: format!("a worker cannot be started: {error}"),
        };
        let listener = runtime_api::listen().await.map_err(not_runnable)?;
        let address = listener.local_addr().map_err(not_runnable)?;
        let expires_at = prepared.credentials.expires_at;
        let order = self.order(function, version, &prepared, &target, address)?;
        let warden = self.launcher.take().map_err(not_runnable)?;
        let warden_pid = warden.process.id().and_then(|pid| i32::try_from(pid).ok()).unwrap_or(0);
        let Warden { process, control, output } = warden;
        let channel = match prepared.runtime {
            Runtime::Provided => None,
            Runtime::Python | Runtime::Node => Some(channel::pair().map_err(not_runnable)?),
        };
        let (channel, end) = channel.unzip();
        channel::hand_over(&control, end.as_ref()).await.map_err(not_runnable)?;
        drop(end);
        let (words, mut control) = control.into_split();
        let mut line = serde_json::to_vec(&order).expect("an order is JSON");
        line.push(b'\n');
        control.write_all(&line).await.map_err(not_runnable)?;
        let (jobs, taken) = mpsc::channel(1);
        let (told, fate) = watch::channel(Fate::Starting);
        let clock = self.parts.clock.clone();
        let desk = Arc::new(Desk::new(taken, clock.clone()));
        let lines = Arc::new(Lines::new(target, self.collector.clone(), clock.clone(), output));
        let mut serves = JoinSet::new();
        serves.spawn(runtime_api::serve(listener, Arc::clone(&desk)));
        if let Some(channel) = channel {
            serves.spawn(channel::serve(channel, Arc::clone(&desk)));
        }
        let reader = Arc::clone(&lines);
        // Not aborted with the worker: what it wrote last is still there.
        tokio::spawn(async move { reader.read_on().await });
        tokio::spawn(listen_to(words, process, told, prepared.scratch));
        let timeout = u64::from(version.settings.timeout_secs) * 1_000;
        Ok(Worker {
            memory_mb: version.settings.memory_mb,
            timeout_secs: version.settings.timeout_secs,
            version: version.text(),
            retire_at: expires_at.saturating_sub(timeout + MARGIN_MILLIS),
            jobs,
            desk,
            lines,
            fate,
            control: Some(control).into(),
            warden: warden_pid,
            _serves: serves,
            clock,
            began,
            state: State::default(),
            _code: prepared.code,
        })
    }

    async fn prepare(
        &self,
        function: &Function,
        version: &Version,
        id: &str,
        now: UnixMillis,
    ) -> Result<Prepared, InvokeError> {
        let runtime = version.settings.runtime()?;
        let interpreter = self.interpreters.of(runtime).await;
        let interpreter = interpreter.map_err(|what| InvokeError::NotRunnable { what })?.cloned();
        let mut code = vec![self.code.of(&self.parts.blueprints, &version.code).await?];
        for arn in &version.settings.layers {
            let layer = self.parts.blueprints.layer_of_arn(arn)?;
            code.push(self.code.of(&self.parts.blueprints, &layer.code).await?);
        }
        let scratch = self.settings.directory.join("scratch").join(id);
        let made = self.prepare_runtime().and_then(|()| make_directory(&scratch));
        made.map_err(|error| InvokeError::NotRunnable {
            what: format!("the directory of a worker cannot be made: {error}"),
        })?;
        let scratch = Scratch(scratch);
        let call = self.role_of(function, version);
        let credentials = self.parts.iam.service_credentials(&call, CREDENTIALS_SECS, now);
        let credentials =
            credentials.map_err(|error| InvokeError::NotRunnable { what: error.to_string() })?;
        let (program, arguments) = self.command(runtime, interpreter.as_ref(), &code[0].path);
        let interpreters = match interpreter {
            Some(interpreter) => vec![interpreter],
            None => self.interpreters.known().cloned().collect(),
        };
        Ok(Prepared { runtime, code, scratch, credentials, interpreters, program, arguments })
    }

    fn command(
        &self,
        runtime: Runtime,
        interpreter: Option<&Interpreter>,
        code: &Path,
    ) -> (PathBuf, Vec<String>) {
        let script =
            |name: &str| self.runtime_directory().join(name).to_string_lossy().into_owned();
        match (runtime, interpreter) {
            (Runtime::Python, Some(python)) => (python.program.clone(), vec![script("python.py")]),
            (Runtime::Node, Some(node)) => (node.program.clone(), vec![script("node.cjs")]),
            _ => (code.join("bootstrap"), Vec::new()),
        }
    }

    fn order(
        &self,
        function: &Function,
        version: &Version,
        prepared: &Prepared,
        target: &LogTarget,
        address: SocketAddr,
    ) -> Result<Order, BlueprintError> {
        let settings = &version.settings;
        let layers: Vec<PathBuf> =
            prepared.code[1..].iter().map(|layer| layer.path.clone()).collect();
        let surroundings = Surroundings {
            home: self.parts.blueprints.home(),
            function: function.name.as_str(),
            version,
            runtime: settings.runtime()?,
            log_group: target.group.as_str(),
            log_stream: target.stream.as_str(),
            credentials: &prepared.credentials,
            runtime_api: address,
            endpoint: self.settings.endpoint,
            code: &prepared.code[0].path,
            layers: &layers,
            scratch: &prepared.scratch.0,
            runtime_directory: &self.runtime_directory(),
            interpreters: &prepared.interpreters,
            own: self.parts.blueprints.environment(&function.name, version)?,
        };
        let mut readable: Vec<PathBuf> =
            prepared.code.iter().map(|directory| directory.path.clone()).collect();
        readable.push(self.runtime_directory());
        readable.extend(prepared.interpreters.iter().flat_map(|found| found.prefixes.clone()));
        readable.extend(self.settings.readable.iter().cloned());
        Ok(Order {
            program: prepared.program.clone(),
            arguments: prepared.arguments.clone(),
            environment: surroundings.variables(),
            directory: prepared.code[0].path.clone(),
            data_bytes_max: u64::from(settings.memory_mb) * MEGABYTE + DATA_MARGIN_BYTES,
            files_max: FILES_MAX,
            file_bytes_max: u64::from(settings.ephemeral_mb) * MEGABYTE,
            readable,
            writable: vec![prepared.scratch.0.clone()],
        })
    }

    pub(crate) fn role_of(&self, function: &Function, version: &Version) -> ServiceCall {
        ServiceCall {
            service: SERVICE.to_owned(),
            role_arn: version.settings.role_arn.clone(),
            session_name: function.name.to_string(),
            source_arn: Some(self.parts.blueprints.arn(&function.name, None)),
            keys: Default::default(),
        }
    }

    fn log_target(
        &self,
        function: &Function,
        version: &Version,
        id: &str,
        now: UnixMillis,
    ) -> Result<LogTarget, InvokeError> {
        let group = version.settings.log_group.clone();
        let group = group.unwrap_or_else(|| format!("/aws/lambda/{}", function.name));
        let unfit = |error: model::name::NameError| InvokeError::NotRunnable {
            what: format!("its log has no name: {error}"),
        };
        Ok(LogTarget {
            group: LogGroupName::new(&group).map_err(unfit)?,
            stream: LogStreamName::new(&report::stream_name(&version.text(), id, now))
                .map_err(unfit)?,
            writer: self.role_of(function, version),
        })
    }
}

/// Hears what the warden says, until it is gone; then nothing of the worker is left.
async fn listen_to(
    words: OwnedReadHalf,
    mut process: Child,
    told: watch::Sender<Fate>,
    scratch: Scratch,
) {
    let mut lines = BufReader::new(words).lines();
    while let Ok(Some(line)) = lines.next_line().await {
        let Ok(word) = serde_json::from_str::<Word>(&line) else { break };
        let fate = match word {
            Word::Started { pid } => Fate::Runs { pid },
            Word::Failed { what } => Fate::Failed { what },
            Word::Ended(ending) => Fate::Ended(ending),
        };
        told.send_replace(fate);
    }
    // It closed: it is about to end, or was ended.
    if let Err(error) = process.wait().await {
        tracing::warn!(%error, "a warden was lost");
    }
    if !matches!(*told.borrow(), Fate::Ended(_) | Fate::Failed { .. }) {
        told.send_replace(Fate::Ended(crate::order::Ending::Signal(9)));
    }
    tokio::task::spawn_blocking(move || drop(scratch));
}

fn make_directory(path: &Path) -> std::io::Result<()> {
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(path)
}

fn random_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
    stdx::hex::encode(&bytes)
}
