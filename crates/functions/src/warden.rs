//! The warden: a small process between the server and a worker.
//!
//! It is the ancestor of everything that the worker begins: what is left without a parent becomes its
//! child, so nothing escapes it. When its connection to the server ends, for whatever reason, SIGKILL of
//! the server among them, it ends all of that and itself. The limits that it sets are inherited.
//!
//! It stands outside of the sandbox that it puts the worker into, so the worker cannot harm it.

mod reap;
mod sandbox;

use std::io::{BufRead, BufReader, Write};
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt;
use std::process::{Command, ExitCode, Stdio};
use std::thread;

use rustix::process::{Resource, Rlimit, getpid, set_child_subreaper, setrlimit};

use crate::channel;
use crate::order::{Order, Word};

/// What this program is told to be a warden.
pub const WARDEN: &str = "function-warden";

/// Below everything else on the machine: who loops in a function takes what nobody wants.
const NICENESS: i32 = 5;
/// Before the server, when memory runs out.
const OOM_SCORE: &str = "700";

/// What a warden does, from its first order to its end.
pub fn run_warden() -> ExitCode {
    match watch() {
        Ok(()) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

fn watch() -> std::io::Result<()> {
    let control = UnixStream::from(std::io::stdin().as_fd().try_clone_to_owned()?);
    // Nothing came: the server has no use for it any more.
    let Some(channel) = channel::take_over(&control)? else { return Ok(()) };
    let mut lines = BufReader::new(control.try_clone()?).lines();
    let Some(line) = lines.next() else { return Ok(()) };
    let order: Order = serde_json::from_str(&line?)?;
    set_child_subreaper(Some(getpid()))?;
    let started = start(order, channel);
    let word = match &started {
        Ok(pid) => Word::Started { pid: *pid },
        Err(error) => Word::Failed { what: error.to_string() },
    };
    tell(&control, &word)?;
    let Ok(worker) = started else { return Ok(()) };
    let told = control.try_clone()?;
    // Waits for all that becomes a child, so that none stays as a zombie.
    thread::spawn(move || {
        let ending = reap::until_ended(worker);
        reap::end_all(worker);
        tell(&told, &Word::Ended(ending)).ok();
        std::process::exit(0);
    });
    // The server says no more; when it closes, all is over.
    while lines.next().is_some_and(|line| line.is_ok()) {}
    reap::end_all(worker);
    Ok(())
}

fn tell(control: &UnixStream, word: &Word) -> std::io::Result<()> {
    let mut line = serde_json::to_vec(word)?;
    line.push(b'\n');
    (&mut &*control).write_all(&line)
}

/// Starts the worker on a thread of its own: limits of the process are for all, but the sandbox is the
/// thread's, and what the thread begins inherits it.
fn start(order: Order, channel: Option<OwnedFd>) -> std::io::Result<i32> {
    let started = thread::spawn(move || start_here(&order, channel.as_ref())).join();
    started.unwrap_or_else(|_| Err(std::io::Error::other("the start of the worker failed")))
}

fn start_here(order: &Order, channel: Option<&OwnedFd>) -> std::io::Result<i32> {
    let limit = |resource, value| {
        let limit = Rlimit { current: Some(value), maximum: Some(value) };
        setrlimit(resource, limit)
    };
    limit(Resource::Core, 0)?;
    limit(Resource::Fsize, order.file_bytes_max)?;
    limit(Resource::Data, order.data_bytes_max)?;
    limit(Resource::Nofile, order.files_max)?;
    // What cannot be had is no reason not to run.
    rustix::process::nice(NICENESS).ok();
    std::fs::write("/proc/self/oom_score_adj", OOM_SCORE).ok();
    sandbox::enter(order)?;
    let mut command = Command::new(&order.program);
    command.args(&order.arguments).current_dir(&order.directory).stdin(Stdio::null());
    command.env_clear().envs(order.environment.iter().map(|(name, value)| (name, value)));
    command.process_group(0);
    if let Some(channel) = channel {
        channel::pass_on(channel)?;
        command.env(channel::VARIABLE, channel.as_raw_fd().to_string());
    }
    let child = command.spawn()?;
    i32::try_from(child.id()).map_err(std::io::Error::other)
}
