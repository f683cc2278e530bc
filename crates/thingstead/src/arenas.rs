//! How many pools the C library's allocator may have, and what it gives back to the system.
//!
//! glibc gives threads pools of their own, up to eight for each core, and what is freed in one is of no use to the
//! others: a server with little to do took three times the memory that it needed, and more each hour. A pool for
//! each core is enough.
//!
//! What is large comes from the system and goes back to it when it is freed, until glibc sees that large pieces are
//! freed again: then it keeps up to 32 MiB of such in its pools, where small ones settle between them. A house that
//! merged its series once took a third more ever after. So the limit is set, which leaves it where it is.
//!
//! glibc hears of both when a process begins and not later, so the server begins anew.

use std::os::unix::process::CommandExt;
use std::process::Command;
use std::{env, thread};

const VARIABLE: &str = "MALLOC_ARENA_MAX";

/// Buffers of sockets and files are smaller and stay in the pools: asking the system for each would cost too much.
const LARGE_BYTES: &str = "1048576";
const LARGE_VARIABLES: [&str; 2] = ["MALLOC_MMAP_THRESHOLD_", "MALLOC_TRIM_THRESHOLD_"];

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
            let large = LARGE_VARIABLES.map(|variable| (variable, LARGE_BYTES));
            let mut command = Command::new(program);
            command.args(env::args_os().skip(1)).env(VARIABLE, arenas).envs(large).exec()
        }
        Err(error) => error,
    };
    tracing::warn!(%error, "memory is kept in more pools than are needed");
}
