//! Wardens, as the server sees them. One is kept ready, so that a cold start does not wait for it.

use std::io;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream as StdUnixStream;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::net::UnixStream;
use tokio::net::unix::pipe;
use tokio::process::{Child, Command};

/// A warden that waits for its order, or watches its worker.
#[derive(Debug)]
pub(crate) struct Warden {
    pub(crate) process: Child,
    /// When it closes, the warden ends all.
    pub(crate) control: UnixStream,
    /// What the worker writes to its standard output and error.
    pub(crate) output: pipe::Receiver,
}

/// Starts wardens. Cheap to clone; all clones are one.
#[derive(Clone, Debug)]
pub(crate) struct Launcher(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    program: PathBuf,
    arguments: Vec<String>,
    spare: Mutex<Option<Warden>>,
}

impl Launcher {
    pub(crate) fn new(program: PathBuf, arguments: Vec<String>) -> Launcher {
        Launcher(Arc::new(Inner { program, arguments, spare: Mutex::default() }))
    }

    /// A warden: the one that is ready, or a new one.
    pub(crate) fn take(&self) -> io::Result<Warden> {
        let spare = self.spare().take();
        if let Some(mut warden) = spare
            && let Ok(None) = warden.process.try_wait()
        {
            return Ok(warden);
        }
        self.start()
    }

    /// Sees to it that one is ready.
    pub(crate) fn prepare(&self) {
        let mut spare = self.spare();
        if spare.is_none() {
            match self.start() {
                Ok(warden) => *spare = Some(warden),
                Err(error) => tracing::warn!(%error, "no warden can be started"),
            }
        }
    }

    /// None is kept ready any more.
    pub(crate) fn close(&self) {
        drop(self.spare().take());
    }

    fn start(&self) -> io::Result<Warden> {
        let (ours, theirs) = StdUnixStream::pair()?;
        let (reader, writer) = io::pipe()?;
        let mut command = Command::new(&self.0.program);
        command.args(&self.0.arguments).env_clear().current_dir("/");
        // Of its own group, so that a terminal's interrupt reaches the server alone.
        command.process_group(0);
        command.stdin(Stdio::from(OwnedFd::from(theirs)));
        command.stdout(Stdio::from(OwnedFd::from(writer.try_clone()?)));
        command.stderr(Stdio::from(OwnedFd::from(writer)));
        let process = command.spawn()?;
        ours.set_nonblocking(true)?;
        let control = UnixStream::from_std(ours)?;
        let output = pipe::Receiver::from_owned_fd(OwnedFd::from(reader))?;
        Ok(Warden { process, control, output })
    }

    fn spare(&self) -> std::sync::MutexGuard<'_, Option<Warden>> {
        self.0.spare.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
