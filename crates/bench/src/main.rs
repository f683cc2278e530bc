//! `cargo xtask bench mqtt`: this broker beside its peers, in one run, on loopback.
//!
//! The brokers take turns, each with empty folders, under the same load from the same client: raw
//! sockets and packets written by hand, so that the client costs less than what it measures. What
//! counts is the broker's CPU time for each unit of work, which other work on the machine moves
//! less than it moves the time on the wall.
//!
//! Nothing here is linked into the product.

mod broker;
mod fan_in;
mod fan_out;
mod load;
mod meter;
mod packets;
mod pairs;
mod report;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::broker::{Broker, Kind, Yard};
use crate::report::Figures;

fn main() -> Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut yard = Yard {
        thingstead: PathBuf::from("target/release/thingstead"),
        rumqttd: PathBuf::from("target/bench/rumqttd/bin/rumqttd"),
        open: false,
        folder: PathBuf::from("target/bench/run"),
    };
    let (mut rounds, mut seconds, mut only) = (3, 4, "a,b,c,f".to_owned());
    let mut kinds: Vec<Kind> = Kind::ALL.to_vec();
    let mut words = words.iter();
    while let Some(word) = words.next() {
        let mut value = || words.next().with_context(|| format!("{word} needs a value"));
        match word.as_str() {
            "mqtt" => {}
            "--rounds" => rounds = value()?.parse()?,
            "--seconds" => seconds = value()?.parse()?,
            "--only" => only = value()?.clone(),
            "--brokers" => kinds = value()?.split(',').map(Kind::named).collect::<Result<_>>()?,
            "--thingstead" => yard.thingstead = value()?.into(),
            "--open" => yard.open = true,
            other => bail!("unknown option {other}"),
        }
    }
    std::fs::create_dir_all(&yard.folder)?;
    yard.folder = yard.folder.canonicalize()?;
    let time = Duration::from_secs(seconds);
    for round in 1..=rounds {
        for workload in only.split(',') {
            for &kind in &kinds {
                if yard.program(kind).is_none() {
                    println!("{round} {workload} {:<10} not on this machine", kind.name());
                    continue;
                }
                match measure(&yard, kind, workload, time) {
                    Ok(figures) => print(round, workload, kind, &figures),
                    Err(error) => println!("{round} {workload} {:<10} FAILED {error:#}", kind.name()),
                }
            }
        }
    }
    Ok(())
}

fn measure(yard: &Yard, kind: Kind, workload: &str, time: Duration) -> Result<Figures> {
    let broker = Broker::start(yard, kind)?;
    match workload {
        "a" => fan_in::run(&broker, time),
        "b" => pairs::run(&broker, time),
        "c" => fan_out::run(&broker, time),
        "f" => pairs::run_persistent(&broker, time),
        other => bail!("no workload is called {other}"),
    }
}

fn print(round: u32, workload: &str, kind: Kind, figures: &Figures) {
    print!("{round} {workload} {:<10} {} |", kind.name(), figures.note);
    for figure in &figures.list {
        let name = figure.what.rsplit(": ").next().unwrap_or_default();
        print!(" {name} {:.2} {} |", figure.value, figure.unit);
    }
    println!();
}
