//! The program under test, which comes back on the same port after each kill.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Later than any that a test asks for.
const GENERATION_MAX: u64 = u64::MAX / 2;

pub(crate) struct Server {
    pub(crate) folder: tempfile::TempDir,
    /// The door that is under load; the others are closed.
    door: &'static str,
    running: Mutex<Running>,
    restarted: Condvar,
}

struct Running {
    child: Child,
    address: String,
    /// How often it was started.
    generation: u64,
}

impl Server {
    pub(crate) fn start(configuration: &str, door: &'static str) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("thingstead.toml"), configuration).expect("written");
        let (child, address) = up(folder.path(), door, "127.0.0.1:0");
        let running = Running { child, address, generation: 1 };
        Server { folder, door, running: Mutex::new(running), restarted: Condvar::new() }
    }

    /// SIGKILL, and a new start on the same data.
    pub(crate) fn kill_and_restart(&self) {
        let mut running = self.running();
        running.child.kill().expect("it runs");
        running.child.wait().expect("it is our child");
        let (child, address) = up(self.folder.path(), self.door, &running.address);
        *running = Running { child, address, generation: running.generation + 1 };
        self.restarted.notify_all();
    }

    /// Nobody waits for a generation that will not come: the test has failed.
    pub(crate) fn let_all_in(&self) {
        self.running().generation = GENERATION_MAX;
        self.restarted.notify_all();
    }

    /// Where a server of this generation or a later one is, and which it is. Whoever loses the
    /// connection asks for the next generation: only a kill ends it.
    pub(crate) fn address(&self, generation: u64) -> (String, u64) {
        // Those who wait for a late generation wait for the load, and not for the server.
        let (running, waited) = self
            .restarted
            .wait_timeout_while(self.running(), crate::STEP_PATIENCE, |running| {
                running.generation < generation
            })
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "connection lost, and nobody killed the server");
        (running.address.clone(), running.generation)
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut running = self.running();
        running.child.kill().expect("it runs");
        running.child.wait().expect("it is our child");
    }
}

/// Starts the program, and returns when its door is open.
fn up(folder: &Path, door: &str, address: &str) -> (Child, String) {
    let ready = folder.join("ready.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_thingstead"));
    command.arg("--data").arg(folder.join("data")).arg("up");
    command.arg("--ready-file").arg(&ready).arg("--config").arg(folder.join("thingstead.toml"));
    for other in ["mqtt", "mqtts", "https", "aws"] {
        command.arg(format!("--{other}")).arg(if other == door { address } else { "off" });
    }
    command.stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program was built for this test");
    let address = await_ready(&ready, door, &mut child);
    (child, address)
}

/// The program says what to do next once its doors are open; the ready file says where they are.
fn await_ready(ready: &Path, door: &str, child: &mut Child) -> String {
    let said = BufReader::new(child.stdout.take().expect("it is piped"));
    let is_up = said.lines().any(|line| line.is_ok_and(|line| line.starts_with("next:")));
    assert!(is_up, "the server did not start");
    let text = std::fs::read_to_string(ready).expect("it is written before");
    let ready: serde_json::Value = serde_json::from_str(&text).expect("written whole");
    let address = ready[door].as_str().expect("the door is open");
    address.trim_start_matches("http://").to_owned()
}
