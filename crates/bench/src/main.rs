//! `cargo xtask bench mqtt`: this broker beside its peers, in one run, on loopback. (And `bench fleet` and
//! `bench rules`, in folders of their own.)
//!
//! The brokers take turns, each with empty folders, under the same load from the same client: raw
//! sockets and packets written by hand, so that the client costs less than what it measures. What
//! counts is the broker's CPU time for each unit of work, which other work on the machine moves
//! less than it moves the time on the wall.
//!
//! Nothing here is linked into the product.

mod broker;
mod document;
mod fan_in;
mod fan_out;
mod fleet;
mod functions;
mod handshakes;
mod identity;
mod idle;
mod load;
mod meter;
mod objects;
mod options;
mod packets;
mod pairs;
mod phases;
mod queues;
mod report;
mod rest;
mod rules;
mod series;
mod tables;

use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Result, ensure};

use crate::broker::{Broker, Door, Kind, Yard};
use crate::identity::Identities;
use crate::options::Options;
use crate::report::{Figures, Results};

/// A letter, a door, and what to do there.
type Workload = (&'static str, Door, fn(&Broker, Duration) -> Result<Figures>);

const WORKLOADS: &[Workload] = &[
    ("a", Door::Plain, fan_in::run),
    ("b", Door::Plain, pairs::run),
    ("c", Door::Plain, fan_out::run),
    ("d", Door::Plain, |broker, _| idle::run(broker)),
    ("d", Door::Tls, |broker, _| idle::run(broker)),
    ("e", Door::Tls, handshakes::run),
    ("f", Door::Plain, pairs::run_persistent),
    ("g", Door::Plain, |broker, _| rest::run(broker)),
];

fn main() -> ExitCode {
    if functions::is_bootstrap() {
        // The server is gone, which ends a function.
        functions::run_bootstrap().ok();
        return ExitCode::SUCCESS;
    }
    let mut words = std::env::args().skip(1);
    let done = match words.next().as_deref() {
        Some("mqtt") => Options::parse(words).and_then(|options| compare(&options)),
        Some("fleet") => fleet::run(words),
        Some("rules") => rules::run(words),
        Some("series") => series::run(words),
        Some("objects") => objects::run(words),
        Some("queues") => queues::run(words),
        Some("functions") => functions::run(words),
        Some("tables") => tables::run(words),
        _ => Err(anyhow::anyhow!(
            "say which: mqtt, fleet, rules, tables, series, objects, queues or functions"
        )),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn compare(options: &Options) -> Result<()> {
    std::fs::create_dir_all("target/bench")?;
    let folder = tempfile::tempdir_in("target/bench")?;
    let yard = Yard {
        thingstead: options.thingstead.clone(),
        rumqttd: PathBuf::from("target/bench/rumqttd/bin/rumqttd"),
        identities: Identities::generate(&folder.path().canonicalize()?)?,
        folder: folder.path().canonicalize()?,
    };
    let (there, missing): (Vec<Kind>, Vec<Kind>) =
        options.kinds.iter().partition(|&&kind| yard.program(kind).is_some());
    for kind in missing {
        println!("{} is not on this machine and left out", kind.name());
    }
    let results = measure_all(options, &yard, &there)?;
    let text = document::measured(options, &yard, &there, &results);
    println!("\n{text}");
    if options.write {
        document::write("measured", &text)?;
    }
    Ok(())
}

fn measure_all(options: &Options, yard: &Yard, kinds: &[Kind]) -> Result<Results> {
    let mut results = Results::default();
    let mut failed = Vec::new();
    for round in 0..options.rounds {
        for (letter, door, run) in WORKLOADS {
            if !options.workloads.iter().any(|wanted| wanted == letter) {
                continue;
            }
            // Each round begins with another broker.
            let turns = kinds.iter().cycle().skip(round % kinds.len().max(1)).take(kinds.len());
            for &kind in turns {
                let measured =
                    Broker::start(yard, kind, *door).and_then(|broker| run(&broker, options.time));
                let name = kind.name();
                match measured {
                    Ok(figures) => {
                        print(round, letter, name, &figures);
                        results.add(kind, &figures);
                    }
                    Err(error) => {
                        println!("{} {letter} {name:<11} failed: {error:#}", round + 1);
                        failed.push(kind);
                    }
                }
            }
        }
    }
    ensure!(!failed.contains(&Kind::Thingstead), "a workload failed against our broker");
    Ok(results)
}

fn print(round: usize, letter: &str, name: &str, figures: &Figures) {
    let load = meter::load_average();
    print!("{} {letter} {name:<11} load {load}, {}", round + 1, figures.note);
    for figure in &figures.list {
        print!(" | {} {:.2} {}", figure.what, figure.value, figure.unit);
    }
    println!();
}
