//! How many pools the C library's allocator may have.
//!
//! glibc gives threads pools of their own, up to eight for each core, and what is freed in one is of no use to the
//! others: a server with little to do took three times the memory that it needed, and more each hour. A pool for
//! each core is enough. glibc hears of that when a process begins and not later, so the server begins anew.

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::{env, thread};

const VARIABLE: &str = "MALLOC_ARENA_MAX";

/// Fewer would have two threads wait for each other.
const ARENAS_MIN: usize = 2;

/// Begins this program anew, in the same process, unless it was told already how many there may be.
pub(crate) fn limit() {
    if env::var_os(VARIABLE).is_some() {
        return;
    }
    let cores = thread::available_parallelism().map_or(ARENAS_MIN, usize::from);
    let arenas = cores.max(ARENAS_MIN).to_string();
    let error = match env::current_exe() {
        Ok(program) => {
            Command::new(program).args(env::args_os().skip(1)).env(VARIABLE, arenas).exec()
        }
        Err(error) => error,
    };
    tracing::warn!(%error, "memory is kept in more pools than are needed");
}
