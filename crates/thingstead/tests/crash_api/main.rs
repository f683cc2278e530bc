//! The crash test of the API: the built program is killed with SIGKILL while things are registered,
//! shadows updated and jobs created and carried out, again and again. In the end whatever was
//! answered with success must be there, once.
//!
//! `THINGSTEAD_CRASH_THINGS` and `THINGSTEAD_CRASH_KILLS` make it larger than the suite needs.

#[path = "../crash/credentials.rs"]
mod credentials;
#[path = "../crash/owner.rs"]
mod owner;
#[path = "../crash/server.rs"]
mod server;
mod worker;

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use server::Server;
use worker::{Record, Worker};

/// The longest from one kill to the next.
const STEP_PATIENCE: Duration = Duration::from_secs(900);

const WORKERS: usize = 4;

fn from_environment(name: &str, default: usize) -> usize {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn nothing_that_the_api_answered_is_lost_or_doubled_when_the_program_is_killed() {
    let things = from_environment("THINGSTEAD_CRASH_THINGS", 400);
    let kills = from_environment("THINGSTEAD_CRASH_KILLS", 3);
    let server = &Server::start("", &["aws"]);
    let (progress, marks) = sync_channel(WORKERS);
    let records: Vec<Record> = thread::scope(|scope| {
        let workers: Vec<_> = (0..WORKERS)
            .map(|number| (Worker::new(server, number), progress.clone()))
            .map(|(worker, progress)| scope.spawn(move || worker.run(things / WORKERS, &progress)))
            .collect();
        drop(progress);
        kill_in_the_middle(server, &marks, things, kills);
        workers.into_iter().map(|one| one.join().expect("a worker's checks hold")).collect()
    });
    for record in &records {
        record.check(server);
    }
}

/// Kills the server when this much of the work is done, at even steps.
fn kill_in_the_middle(server: &Server, marks: &Receiver<()>, things: usize, kills: usize) {
    let mut done = 0;
    for kill in 1..=kills {
        while done < things * kill / (kills + 1) {
            if marks.recv().is_err() {
                return server.let_all_in();
            }
            done += 1;
        }
        server.kill_and_restart(|| ());
    }
    while marks.recv().is_ok() {}
}
