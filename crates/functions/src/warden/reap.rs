//! Waiting for the worker, and ending all that it began.

use std::time::Duration;

use rustix::process::{Pid, Signal, WaitOptions, getpid, kill_process, kill_process_group, wait};

use crate::order::Ending;
use crate::processes;

/// What is killed and not gone yet is looked at again so soon.
const LOOK_AGAIN: Duration = Duration::from_millis(1);
/// What cannot be killed hangs in the kernel; nobody waits for that.
const ROUNDS_MAX: usize = 2_000;

/// Takes in all that ends, until it is the worker.
pub(super) fn until_ended(worker: i32) -> Ending {
    loop {
        match wait(WaitOptions::empty()) {
            Ok(Some((pid, status))) if pid.as_raw_nonzero().get() == worker => {
                return match (status.exit_status(), status.terminating_signal()) {
                    (Some(code), _) => Ending::Exit(code),
                    (None, Some(signal)) => Ending::Signal(signal),
                    (None, None) => continue,
                };
            }
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            // Nobody is there: the other thread took it in.
            Err(_) => return Ending::Signal(Signal::KILL.as_raw()),
        }
    }
}

/// Kills everything below this process until there is nothing more.
pub(super) fn end_all(worker: i32) {
    for _ in 0..ROUNDS_MAX {
        // First all of the group at once: who forks without end is not overtaken one by one.
        if let Some(group) = Pid::from_raw(worker) {
            kill_process_group(group, Signal::KILL).ok();
        }
        let below = processes::below(getpid().as_raw_nonzero().get(), usize::MAX);
        for process in &below {
            if let Some(process) = Pid::from_raw(*process) {
                kill_process(process, Signal::KILL).ok();
            }
        }
        if below.is_empty() {
            return;
        }
        while let Ok(Some(_)) = wait(WaitOptions::NOHANG) {}
        std::thread::sleep(LOOK_AGAIN);
    }
}
