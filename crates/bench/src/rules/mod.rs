//! `cargo xtask bench rules`: what rules cost on the way of a message, in one run, on loopback.
//!
//! Fifty publishers send telemetry of 200 bytes with QoS 1, and fifty subscribers get what comes of it:
//! once with a hundred messages of each under way, which come to the server many at a time and cost it
//! little, and once with one of each, as devices send. Each path has a server of its own, so what is compared is
//! the server's CPU time for a message: without a rule, with rules that do not match, with one that
//! selects and publishes anew, with three hundred, and with one that writes into a table. Node-RED
//! does the same between two topics of mosquitto; there the next message follows a delivery, as mosquitto
//! acknowledges what Node-RED has not seen.
//!
//! Last, the whole way (`whole.rs`): a message into a table and into a series, and published anew.

mod flow;
mod node_red;
mod setup;
mod whole;

use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::document;
use crate::fleet::server::{Kind, Server};
use crate::meter;
use crate::report::percentile;
use flow::{Flow, Measured, NextAfter};

const USAGE: &str = "\
usage: cargo xtask bench rules [OPTIONS]

  --rounds N         how often the paths take turns; figures are medians (3)
  --seconds S        how long each is measured (4)
  --only NAME        nothing but the paths whose names begin so
  --thingstead FILE  another build of the program
  --node-red FILE    node-red; it is left out if it is not there
  --dynalite FILE    dynalite; without it, or InfluxDB, the whole way has no peer
  --write            put the table into docs/benchmarks.md
";

#[derive(Debug)]
struct Options {
    rounds: usize,
    time: Duration,
    only: Option<String>,
    thingstead: PathBuf,
    node_red: PathBuf,
    dynalite: PathBuf,
    write: bool,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options {
            rounds: 3,
            time: Duration::from_secs(4),
            only: None,
            thingstead: PathBuf::from("target/release/thingstead"),
            node_red: PathBuf::from("target/bench/node-red/node_modules/.bin/node-red"),
            dynalite: PathBuf::from("target/bench/dynalite/node_modules/.bin/dynalite"),
            write: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--rounds" => options.rounds = value()?.parse::<usize>()?.clamp(1, 20),
                "--seconds" => {
                    options.time = Duration::from_secs(value()?.parse::<u64>()?.clamp(1, 60));
                }
                "--only" => options.only = Some(value()?),
                "--thingstead" => options.thingstead = value()?.into(),
                "--node-red" => options.node_red = value()?.into(),
                "--dynalite" => options.dynalite = value()?.into(),
                "--write" => options.write = true,
                other => bail!("{other} is no option\n\n{USAGE}"),
            }
        }
        Ok(options)
    }

    fn wants(&self, path: &str) -> bool {
        self.only.as_ref().is_none_or(|only| path.starts_with(only.as_str()))
    }
}

/// A way that messages take through our server.
struct Path {
    name: &'static str,
    rules: fn(&Server) -> Result<()>,
    /// Whether what subscribers get is what a rule published.
    is_republished: bool,
    /// Whether subscribers get anything.
    is_delivered: bool,
}

const NO_RULE: &str = "no rule";
const ONE_RULE: &str = "one rule: select, publish anew";

const PATHS: &[Path] = &[
    Path { name: NO_RULE, rules: |_| Ok(()), is_republished: false, is_delivered: true },
    Path {
        name: "one rule that does not match",
        rules: setup::cold,
        is_republished: false,
        is_delivered: true,
    },
    Path { name: ONE_RULE, rules: setup::hot, is_republished: true, is_delivered: true },
    Path {
        name: "300 rules, ten are asked, one publishes anew",
        rules: setup::many,
        is_republished: true,
        is_delivered: true,
    },
    Path {
        name: "one rule into a table",
        rules: setup::table,
        is_republished: false,
        is_delivered: false,
    },
];

/// Messages that a publisher has under way.
const WINDOWS: [u16; 2] = [100, 1];

type Results = Vec<(&'static str, u16, Measured)>;

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<()> {
    let options = Options::parse(words)?;
    std::fs::create_dir_all("target/bench")?;
    let folder = tempfile::tempdir_in("target/bench")?;
    let folder = folder.path().canonicalize()?;
    let mut results: Results = Vec::new();
    for round in 0..options.rounds {
        for path in PATHS.iter().filter(|path| options.wants(path.name)) {
            let place = tempfile::tempdir_in(&folder)?;
            let server = Server::start(Kind::Thingstead, &options.thingstead, place.path())?;
            setup::role(&server)?;
            (path.rules)(&server)?;
            for window in WINDOWS {
                let flow = Flow {
                    broker: server.mqtt.context("MQTT is open")?,
                    pids: vec![server.pid()],
                    is_republished: path.is_republished,
                    is_delivered: path.is_delivered,
                    window,
                    next_after: NextAfter::Acknowledgement,
                    is_timed: false,
                };
                results.push((path.name, window, told(round, path.name, flow.run(options.time)?)));
            }
        }
        if options.node_red.is_file() && options.wants(node_red::NAME) {
            let place = tempfile::tempdir_in(&folder)?;
            let peers = node_red::Peers::start(&options.node_red, place.path())?;
            for window in WINDOWS {
                let measured = peers.flow(window).run(options.time)?;
                results.push((node_red::NAME, window, told(round, node_red::NAME, measured)));
            }
        }
        whole::run(round, &options, &folder, &mut results)?;
    }
    let mut text = document(&results);
    text.push_str(&whole::table(&results));
    println!("\n{text}");
    if options.write {
        document::write("rules", &text)?;
    }
    Ok(())
}

fn told(round: usize, name: &str, measured: Measured) -> Measured {
    let Measured { cpu_micros, per_sec, note, .. } = &measured;
    println!("{} {name}: {cpu_micros:.2} µs, {per_sec:.0}/s, {note}", round + 1);
    measured
}

fn median(results: &Results, name: &str, window: u16, value: fn(&Measured) -> f64) -> Option<f64> {
    let wanted = results.iter().filter(|(of, at, _)| *of == name && *at == window);
    let mut values: Vec<f64> = wanted.map(|(_, _, measured)| value(measured)).collect();
    (!values.is_empty()).then(|| percentile(&mut values, 0.5))
}

fn document(results: &Results) -> String {
    let mut names: Vec<&str> = PATHS.iter().map(|path| path.name).collect();
    names.push(node_red::NAME);
    let mut text = format!(
        "{}, {} cores; load average at the end {}.\n",
        meter::processor(),
        std::thread::available_parallelism().map_or(1, usize::from),
        meter::load_average(),
    );
    for window in WINDOWS {
        let of_each = if window == 1 { "one message" } else { "a hundred messages" };
        text.push_str(&format!(
            "\n| {of_each} of each publisher under way | CPU per message, µs | messages, /s | \
             CPU ÷ no rule |\n| --- | ---: | ---: | ---: |\n"
        ));
        let cpu = |name: &str| median(results, name, window, |measured| measured.cpu_micros);
        let base = cpu(NO_RULE).unwrap_or(f64::NAN);
        for name in &names {
            let rate = median(results, name, window, |measured| measured.per_sec);
            // Who delivers nothing in time has no cost that could be compared.
            if let (Some(micros), Some(rate @ 1.0..)) = (cpu(name), rate) {
                let ratio = micros / base;
                text.push_str(&format!("| {name} | {micros:.2} | {rate:.0} | {ratio:.2} |\n"));
            }
        }
    }
    text
}
