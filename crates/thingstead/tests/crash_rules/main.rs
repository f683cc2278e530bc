//! The crash test of rules: the built program is killed with SIGKILL while rules write what devices
//! publish into tables and publish it anew to sessions that persist, again and again. After each
//! restart, before anybody is let in again, all that a message leaves is compared: whatever was
//! acknowledged is everywhere, and whatever is anywhere is everywhere.
//!
//! `THINGSTEAD_CRASH_MESSAGES` and `THINGSTEAD_CRASH_KILLS` make it larger than the suite needs;
//! `THINGSTEAD_CRASH_SEED` brings back the moments of another run.

mod chance;
mod checker;
#[path = "../crash/credentials.rs"]
mod credentials;
mod device;
mod house;
#[path = "../crash/link.rs"]
mod link;
mod places;
#[path = "../crash/server.rs"]
mod server;
mod session;
mod tally;

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use stdx::clock::Clock;

use chance::Chance;
use checker::Checker;
use device::{Device, Progress};
use server::Server;
use session::Session;

/// The longest that anything may take that waits for the server.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest from one kill to the next.
const STEP_PATIENCE: Duration = Duration::from_secs(900);

const DEVICES: u64 = 4;

/// A commit takes less, so a kill hits any moment of it.
const COMMIT_MICROS: u64 = 20_000;

fn from_environment(name: &str, default: impl FnOnce() -> u64) -> u64 {
    std::env::var(name).map_or_else(|_| default(), |text| text.parse().expect("a number"))
}

#[test]
fn all_that_a_message_leaves_is_there_or_nothing_when_the_program_is_killed() {
    let messages = from_environment("THINGSTEAD_CRASH_MESSAGES", || 2_000);
    let kills = from_environment("THINGSTEAD_CRASH_KILLS", || 2);
    let seed = from_environment("THINGSTEAD_CRASH_SEED", || Clock::system().now());
    println!("seed {seed}, {messages} messages, {kills} kills");
    let server = &Server::start(&configuration(messages), &["mqtt", "aws"]);
    let owner = house::furnish(server);
    let stays = Session::prepare(server, "stays");
    let mut checker = Checker::new(server, &owner);
    let (progress, marks) = sync_channel(DEVICES as usize * 1_000);
    let devices: Vec<Device> = (0..DEVICES).map(|n| Device::new(n, messages / DEVICES)).collect();
    let expected = devices.iter().map(Device::total).collect();
    thread::scope(|scope| {
        let stays = scope.spawn(|| stays.receive(server, &expected));
        let devices: Vec<_> = devices
            .into_iter()
            .map(|device| (device, progress.clone()))
            .map(|(device, progress)| scope.spawn(move || device.run(server, &progress)))
            .collect();
        drop(progress);
        let mut chance = Chance::new(seed);
        kill_in_the_middle(&mut checker, &marks, messages, kills, &mut chance, |line| {
            println!("{line}");
        });
        for device in devices {
            device.join().expect("every message was acknowledged");
        }
        stays.join().expect("each came, and in order");
    });
    checker.check();
    assert_eq!(checker.everywhere(), &expected);
}

/// Room for a session that nobody comes for between two kills.
fn configuration(messages: u64) -> String {
    let (queued, bytes) = (messages * 2, messages * 2_048);
    format!("[limits]\nmax_queued_messages = {queued}\nmax_queued_bytes = {bytes}\n")
}

/// Kills the server once in each part of the load, and checks what it left.
fn kill_in_the_middle(
    checker: &mut Checker<'_>,
    marks: &Receiver<Progress>,
    messages: u64,
    kills: u64,
    chance: &mut Chance,
    tell: impl Fn(String),
) {
    let (server, clock) = (checker.server, Clock::system());
    let part = messages / (kills + 1);
    let (mut acknowledged, mut begun) = (0, (clock.now(), 0));
    for kill in 0..kills {
        let moment = kill * part + part / 4 + chance.below(part * 3 / 4);
        while acknowledged < moment {
            let Ok(progress) = marks.recv_timeout(STEP_PATIENCE) else {
                server.let_all_in();
                panic!("the devices do not get on");
            };
            acknowledged += 1;
            checker.told(&progress);
        }
        thread::sleep(Duration::from_micros(chance.below(COMMIT_MICROS)));
        let killed_at = clock.now();
        while let Ok(progress) = marks.try_recv() {
            acknowledged += 1;
            checker.told(&progress);
        }
        let rate = (acknowledged - begun.1) * 1_000 / (killed_at - begun.0).max(1);
        server.kill_and_restart(|| {
            let up = clock.now() - killed_at;
            checker.check();
            tell(format!(
                "kill {}: {rate} messages per second until then, up after {up} ms, {} \
                 acknowledged, {} everywhere",
                kill + 1,
                acknowledged,
                checker.everywhere().values().sum::<u64>(),
            ));
        });
        begun = (clock.now(), acknowledged);
    }
    for progress in marks {
        acknowledged += 1;
        checker.told(&progress);
    }
    let rate = (acknowledged - begun.1) * 1_000 / (clock.now() - begun.0).max(1);
    tell(format!("{rate} messages per second after the last kill"));
    assert_eq!(acknowledged, messages);
}
