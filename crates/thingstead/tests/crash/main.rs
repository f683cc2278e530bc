//! The crash test: the built program is killed with SIGKILL in the middle of load, again and again,
//! and in the end what subscribers received is compared with what publishers were told.
//!
//! Publishers number the messages of each topic from 1. A subscriber that keeps its session must
//! see every number, in order: at QoS 1 it may see some again, at QoS 2 never.
//!
//! `THINGSTEAD_CRASH_MESSAGES` and `THINGSTEAD_CRASH_KILLS` make it larger than the suite needs.

mod link;
mod publisher;
mod server;
mod subscriber;

use std::sync::mpsc::{Receiver, sync_channel};
use std::thread;
use std::time::Duration;

use model::Qos;
use mqtt::Version;
use stdx::clock::Clock;

use publisher::{Progress, Publisher};
use server::Server;
use subscriber::{Report, Subscriber};

/// The longest that anything may take that waits for the server.
const PATIENCE: Duration = Duration::from_secs(60);

/// The longest from one kill to the next: a tenth of the largest load, on a busy machine.
const STEP_PATIENCE: Duration = Duration::from_secs(900);

const PUBLISHERS: u64 = 4;

/// One publisher of these has QoS 2.
const QOS_2_EACH: u64 = 4;

fn messages() -> u64 {
    from_environment("THINGSTEAD_CRASH_MESSAGES", 20_000)
}

fn kills() -> u64 {
    from_environment("THINGSTEAD_CRASH_KILLS", 3)
}

fn from_environment(name: &str, default: u64) -> u64 {
    std::env::var(name).map_or(default, |text| text.parse().expect("a number"))
}

#[test]
fn nothing_acknowledged_is_lost_when_the_program_is_killed() {
    let clock = Clock::system();
    let begun = clock.now();
    let (messages, kills) = (messages(), kills());
    let server = &Server::start(&configuration(messages), &["mqtt"]);
    let (progress, marks) = sync_channel(PUBLISHERS as usize * 1_000);
    let publishers = publishers(messages);
    let expected: u64 = publishers.iter().map(Publisher::total).sum();
    let reports: Vec<Report> = thread::scope(|scope| {
        let subscribers: Vec<_> = subscribers(kills)
            .into_iter()
            .map(|subscriber| subscriber.prepare(server))
            .map(|subscriber| scope.spawn(move || subscriber.run(server, expected)))
            .collect();
        let publishers: Vec<_> = publishers
            .into_iter()
            .map(|publisher| (publisher, progress.clone()))
            .map(|(publisher, progress)| scope.spawn(move || publisher.run(server, &progress)))
            .collect();
        drop(progress);
        kill_in_the_middle(server, &marks, expected, kills);
        for publisher in publishers {
            publisher.join().expect("every message was acknowledged");
        }
        let published = clock.now() - begun;
        println!("{expected} messages acknowledged in {published} ms, {kills} kills");
        subscribers.into_iter().map(|one| one.join().expect("all came, in order")).collect()
    });
    for Report { client_id, distinct, repeated, at } in &reports {
        let took = at - begun;
        println!("{client_id}: all {distinct} after {took} ms, {repeated} more than once");
        assert_eq!(*distinct, expected, "{client_id}");
    }
}

/// Room for a subscriber that is away all the time.
fn configuration(messages: u64) -> String {
    format!(
        "[limits]\nmax_queued_messages = {}\nmax_queued_bytes = {}\n",
        messages * 2,
        messages * 2_048
    )
}

fn publishers(messages: u64) -> Vec<Publisher> {
    let each = messages / PUBLISHERS;
    let publisher = |number: u64| {
        let version = if number.is_multiple_of(2) { Version::V311 } else { Version::V5 };
        let is_exact = number % QOS_2_EACH == QOS_2_EACH - 1;
        let qos = if is_exact { Qos::ExactlyOnce } else { Qos::AtLeastOnce };
        Publisher::new(number, version, qos, each)
    };
    (0..PUBLISHERS).map(publisher).collect()
}

/// Two that stay, one that comes in the middle, one that comes after the last kill.
fn subscribers(kills: u64) -> Vec<Subscriber> {
    vec![
        Subscriber::new("stays-3", Version::V311, 1),
        Subscriber::new("stays-5", Version::V5, 1),
        Subscriber::new("comes-late", Version::V5, kills / 2 + 1),
        Subscriber::new("comes-last", Version::V311, kills + 1),
    ]
}

/// Kills the server each time when a further part of the messages is acknowledged.
fn kill_in_the_middle(server: &Server, marks: &Receiver<Progress>, expected: u64, kills: u64) {
    let (mut acknowledged, mut killed) = (0, 0);
    while killed < kills {
        let Ok(Progress(more)) = marks.recv_timeout(STEP_PATIENCE) else {
            server.let_all_in();
            panic!("the publishers do not get on");
        };
        acknowledged += more;
        if acknowledged * (kills + 1) >= expected * (killed + 1) {
            server.kill_and_restart(|| ());
            killed += 1;
        }
    }
    // What is still reported is of no interest, but its senders must not wait.
    for Progress(more) in marks {
        acknowledged += more;
    }
    assert_eq!(acknowledged, expected);
}
