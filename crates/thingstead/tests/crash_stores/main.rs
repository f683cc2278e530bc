//! The crash test of the stores that have no rule before them: the built program is killed with SIGKILL
//! while objects are put and deleted, messages sent, received and deleted, and parameters written, again
//! and again. In the end whatever was answered with success must hold, and nothing else be there.
//!
//! `THINGSTEAD_CRASH_ROUNDS` and `THINGSTEAD_CRASH_KILLS` make it larger than the suite needs;
//! `THINGSTEAD_CRASH_SEED` brings back the moments of another run.

#[path = "../crash_rules/chance.rs"]
mod chance;
#[path = "../crash/credentials.rs"]
mod credentials;
mod fifo;
mod objects;
#[path = "../crash/owner.rs"]
mod owner;
mod parameters;
mod queue;
#[path = "../crash/server.rs"]
mod server;

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::Duration;

use serde_json::Value;
use stdx::clock::Clock;
use testkit::Request;

use chance::Chance;
use owner::Owner;
use server::Server;

/// The longest from one kill to the next.
const STEP_PATIENCE: Duration = Duration::from_secs(900);

/// A commit takes less, so a kill hits any moment of it.
const COMMIT_MICROS: u64 = 20_000;

/// Somebody who uses one store.
trait Work: Send {
    /// Does something, and remembers what was answered.
    fn round(&mut self, owner: &mut Owner<'_>, count: u64);

    /// Whether all that was answered holds.
    fn check(self: Box<Self>, owner: &mut Owner<'_>);
}

fn from_environment(name: &str, default: impl FnOnce() -> u64) -> u64 {
    std::env::var(name).map_or_else(|_| default(), |text| text.parse().expect("a number"))
}

#[test]
fn nothing_that_a_store_answered_is_lost_or_doubled_when_the_program_is_killed() {
    let rounds = from_environment("THINGSTEAD_CRASH_ROUNDS", || 150);
    let kills = from_environment("THINGSTEAD_CRASH_KILLS", || 3);
    let seed = from_environment("THINGSTEAD_CRASH_SEED", || Clock::system().now());
    println!("seed {seed}, {rounds} rounds, {kills} kills");
    let server = &Server::start("", &["aws"]);
    let owner = &mut Owner::of(server);
    let works: Vec<Box<dyn Work>> = vec![
        Box::new(objects::Keeper::new(owner, 0)),
        Box::new(objects::Keeper::new(owner, 1)),
        Box::new(queue::Worker::new(owner)),
        Box::new(fifo::Worker::new(owner)),
        Box::new(parameters::Writer::new()),
    ];
    let all = rounds * works.len() as u64;
    let (progress, marks) = sync_channel(works.len());
    let works: Vec<Box<dyn Work>> = thread::scope(|scope| {
        let threads: Vec<_> = works
            .into_iter()
            .map(|work| (work, progress.clone()))
            .map(|(work, progress)| scope.spawn(move || run(server, work, rounds, &progress)))
            .collect();
        drop(progress);
        kill_in_the_middle(server, &marks, all, kills, &mut Chance::new(seed));
        threads.into_iter().map(|one| one.join().expect("a worker's checks hold")).collect()
    });
    for work in works {
        work.check(owner);
    }
}

fn run(
    server: &Server,
    mut work: Box<dyn Work>,
    rounds: u64,
    progress: &SyncSender<()>,
) -> Box<dyn Work> {
    let mut owner = Owner::of(server);
    for count in 0..rounds {
        work.round(&mut owner, count);
        progress.send(()).expect("the test listens until all is done");
    }
    work
}

/// Kills the server once in each part of the load.
fn kill_in_the_middle(
    server: &Server,
    marks: &Receiver<()>,
    rounds: u64,
    kills: u64,
    chance: &mut Chance,
) {
    let (part, mut done) = (rounds / (kills + 1), 0);
    for kill in 0..kills {
        let moment = kill * part + part / 4 + chance.below(part * 3 / 4);
        while done < moment {
            if marks.recv().is_err() {
                return server.let_all_in();
            }
            done += 1;
        }
        thread::sleep(Duration::from_micros(chance.below(COMMIT_MICROS)));
        server.kill_and_restart(|| ());
    }
    while marks.recv().is_ok() {}
}

/// Calls an operation that is named by its target, and reads the answer.
fn must(owner: &mut Owner<'_>, service: &'static str, target: &str, body: &Value) -> Value {
    json(&owner.must(&Request::by_target(service, target, body.to_string())))
}

fn json(answer: &[u8]) -> Value {
    if answer.is_empty() { Value::Null } else { serde_json::from_slice(answer).expect("JSON") }
}
