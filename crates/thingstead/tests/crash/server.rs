//! The program under test, which comes back on the same port after each kill.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

/// Later than any that a test asks for.
const GENERATION_MAX: u64 = u64::MAX / 2;

pub(crate) struct Server {
    pub(crate) folder: tempfile::TempDir,
    running: Mutex<Running>,
    restarted: Condvar,
}

struct Running {
    child: Child,
    /// The doors that are under load, each with where it is; the others are closed.
    doors: Doors,
    /// How often it was started, as those know who ask for it.
    generation: u64,
}

type Doors = Vec<(&'static str, String)>;

impl Server {
    pub(crate) fn start(configuration: &str, doors: &[&'static str]) -> Server {
        let folder = tempfile::tempdir().expect("a folder");
        std::fs::write(folder.path().join("thingstead.toml"), configuration).expect("written");
        let doors = doors.iter().map(|&door| (door, "127.0.0.1:0".to_owned())).collect();
        let (child, doors) = up(folder.path(), doors);
        let running = Running { child, doors, generation: 1 };
        Server { folder, running: Mutex::new(running), restarted: Condvar::new() }
    }

    /// SIGKILL, and a new start on the same data. Whoever lost the connection comes back after
    /// `before_others` is done.
    pub(crate) fn kill_and_restart(&self, before_others: impl FnOnce()) {
        let mut running = self.running();
        running.child.kill().expect("it runs");
        running.child.wait().expect("it is our child");
        (running.child, running.doors) = up(self.folder.path(), running.doors.clone());
        drop(running);
        let _next = NextGeneration(self);
        before_others();
    }

    /// Nobody waits for a generation that will not come: the test has failed.
    pub(crate) fn let_all_in(&self) {
        self.running().generation = GENERATION_MAX;
        self.restarted.notify_all();
    }

    /// Where a door of a server of this generation or a later one is, and which it is. Whoever
    /// loses the connection asks for the next generation: only a kill ends it.
    pub(crate) fn address(&self, door: &str, generation: u64) -> (String, u64) {
        // Those who wait for a late generation wait for the load, and not for the server.
        let (running, waited) = self
            .restarted
            .wait_timeout_while(self.running(), crate::STEP_PATIENCE, |running| {
                running.generation < generation
            })
            .unwrap_or_else(PoisonError::into_inner);
        assert!(!waited.timed_out(), "connection lost, and nobody killed the server");
        let found = running.doors.iter().find(|(name, _)| *name == door);
        (found.expect("the door is open").1.clone(), running.generation)
    }

    fn running(&self) -> MutexGuard<'_, Running> {
        self.running.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets those in who wait for the next generation, also when a check has failed.
struct NextGeneration<'a>(&'a Server);

impl Drop for NextGeneration<'_> {
    fn drop(&mut self) {
        self.0.running().generation += 1;
        self.0.restarted.notify_all();
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let mut running = self.running();
        running.child.kill().expect("it runs");
        running.child.wait().expect("it is our child");
    }
}

/// Starts the program, and returns when its doors are open.
fn up(folder: &Path, mut doors: Doors) -> (Child, Doors) {
    let ready = folder.join("ready.json");
    let mut command = Command::new(env!("CARGO_BIN_EXE_thingstead"));
    command.arg("--data").arg(folder.join("data")).arg("up");
    command.arg("--ready-file").arg(&ready).arg("--config").arg(folder.join("thingstead.toml"));
    for name in ["mqtt", "mqtts", "https", "aws", "console"] {
        let door = doors.iter().find(|(door, _)| *door == name);
        command.arg(format!("--{name}")).arg(door.map_or("off", |(_, address)| address));
    }
    command.stdout(Stdio::piped());
    let mut child = command.spawn().expect("the program was built for this test");
    let ready = await_ready(&ready, &mut child);
    for (door, address) in &mut doors {
        let opened = ready[*door].as_str().expect("the door is open");
        *address = opened.trim_start_matches("http://").to_owned();
    }
    (child, doors)
}

/// The program says what to do next once its doors are open; the ready file says where they are.
fn await_ready(ready: &Path, child: &mut Child) -> serde_json::Value {
    let said = BufReader::new(child.stdout.take().expect("it is piped"));
    let is_up = said.lines().any(|line| line.is_ok_and(|line| line.starts_with("next:")));
    assert!(is_up, "the server did not start");
    let text = std::fs::read_to_string(ready).expect("it is written before");
    serde_json::from_str(&text).expect("written whole")
}
