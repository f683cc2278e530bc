//! `cargo xtask bench tables`: tables behind the AWS door, in one run, on loopback.
//!
//! The same signed requests go to ours, which has each write on disk when it answers, and to dynalite,
//! which keeps everything in memory: so once more to ours, with its data on a file system in memory. What
//! counts is the server's CPU time for each. Then: what the disk costs when 64 write at once, and what it
//! costs PostgreSQL, and what a million items cost that were there before the program was killed.

mod large;
mod postgres;
mod work;

use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::document;
use crate::fleet::server::{Kind, Server};
use crate::meter;
use crate::report::percentile;
use large::Large;
use work::{Cost, DEVICES, OPERATIONS, Operation, PUT, Readings, measure};

const USAGE: &str = "\
usage: cargo xtask bench tables [OPTIONS]

  --rounds N         how often servers take turns; figures are medians (3)
  --seconds S        how long each operation is measured (3)
  --items N          items of the large table; 0 leaves it out (1000000)
  --callers N        connections that the operations come from (16)
  --only NAME        nothing but the operations whose names begin so
  --thingstead FILE  another build of the program
  --dynalite FILE    dynalite; it is left out if it is not there
  --write            put the tables into docs/benchmarks.md
";

const READINGS: Readings = Readings { table: "Readings", devices: DEVICES, each: 100 };

/// Enough to share every sync.
const WRITERS: usize = 64;

/// Servers that take turns.
const OURS: &str = "thingstead";
const OURS_IN_MEMORY: &str = "thingstead, data in memory,";
const DYNALITE: &str = "dynalite";

const DISK_FOLDER: &str = "target/bench";

/// Where a sync costs nothing.
const MEMORY: &str = "/dev/shm";

/// A server with the folder that it lives in, which goes after it.
struct Housed {
    server: Server,
    _place: tempfile::TempDir,
}

impl std::ops::Deref for Housed {
    type Target = Server;

    fn deref(&self) -> &Server {
        &self.server
    }
}

#[derive(Debug)]
struct Options {
    rounds: usize,
    time: Duration,
    items: u64,
    callers: usize,
    only: Option<String>,
    thingstead: PathBuf,
    dynalite: PathBuf,
    write: bool,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options {
            rounds: 3,
            time: Duration::from_secs(3),
            items: 1_000_000,
            callers: 16,
            only: None,
            thingstead: PathBuf::from("target/release/thingstead"),
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
                "--callers" => options.callers = value()?.parse::<usize>()?.clamp(1, 1_000),
                "--only" => options.only = Some(value()?),
                "--items" => options.items = value()?.parse()?,
                "--thingstead" => options.thingstead = value()?.into(),
                "--dynalite" => options.dynalite = value()?.into(),
                "--write" => options.write = true,
                other => bail!("{other} is no option\n\n{USAGE}"),
            }
        }
        Ok(options)
    }
}

/// What was measured, by what it was measured of.
#[derive(Debug, Default)]
struct Measured(Vec<(String, Cost)>);

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<()> {
    let options = Options::parse(words)?;
    std::fs::create_dir_all("target/bench")?;
    let mut measured = Measured::default();
    for _ in 0..options.rounds {
        for (of, kind, program, parent) in [
            (OURS, Kind::Thingstead, &options.thingstead, DISK_FOLDER),
            (OURS_IN_MEMORY, Kind::Thingstead, &options.thingstead, MEMORY),
            (DYNALITE, Kind::Dynalite, &options.dynalite, DISK_FOLDER),
        ] {
            if program.is_file() && Path::new(parent).is_dir() {
                let server = start(kind, program, parent)?;
                measured.operations(of, &server, &options)?;
            }
        }
        if options.only.is_none() {
            measured.writes(&options)?;
        }
    }
    let mut text = format!(
        "{}, {} cores; load average at the end {}.\n\n",
        meter::processor(),
        std::thread::available_parallelism().map_or(1, usize::from),
        meter::load_average(),
    );
    text.push_str(&measured.table_of_operations());
    text.push_str(&measured.table_of_writes());
    if options.items > 0 && options.only.is_none() {
        let place = tempfile::tempdir_in("target/bench")?;
        let folder = place.path().canonicalize()?;
        let large =
            large::run(&options.thingstead, &folder, options.items, options.callers, options.time)?;
        text.push_str(&table_of_large(&large));
    }
    println!("\n{text}");
    if options.write {
        document::write("tables", &text)?;
    }
    Ok(())
}

impl Measured {
    fn operations(&mut self, of: &str, server: &Housed, options: &Options) -> Result<()> {
        READINGS.fill(server, options.callers)?;
        let only = options.only.as_deref().unwrap_or_default();
        for operation in OPERATIONS.iter().filter(|operation| operation.name.starts_with(only)) {
            let cost = measure(server, &READINGS, operation, options.callers, options.time)?;
            self.add(format!("{of} {}", operation.name), cost);
        }
        Ok(())
    }

    /// The same write with and without a disk, and PostgreSQL's.
    fn writes(&mut self, options: &Options) -> Result<()> {
        for (name, parent) in [(DISK, DISK_FOLDER), (NO_DISK, MEMORY)] {
            if !Path::new(parent).is_dir() {
                continue;
            }
            let server = start(Kind::Thingstead, &options.thingstead, parent)?;
            let put = OPERATIONS.iter().find(|operation| operation.name == PUT);
            let put = put.context("PutItem is among the operations")?;
            let cost = measure(&server, &READINGS, put, WRITERS, options.time)?;
            self.add(name.to_owned(), cost);
        }
        match postgres::run(WRITERS, options.time) {
            Ok(cost) => self.add(POSTGRES.to_owned(), cost),
            Err(error) => println!("PostgreSQL is left out: {error:#}"),
        }
        Ok(())
    }

    fn add(&mut self, name: String, cost: Cost) {
        println!("{name}: {:.1} µs, {:.0}/s", cost.cpu_micros, cost.per_sec);
        self.0.push((name, cost));
    }

    fn median(&self, name: &str) -> Option<Cost> {
        let median = |value: fn(&Cost) -> f64| {
            let of_name = self.0.iter().filter(|(of, _)| of == name);
            let mut values: Vec<f64> = of_name.map(|(_, cost)| value(cost)).collect();
            (!values.is_empty()).then(|| percentile(&mut values, 0.5))
        };
        let cpu_micros = median(|cost| cost.cpu_micros)?;
        Some(Cost { cpu_micros, per_sec: median(|cost| cost.per_sec)? })
    }

    fn table_of_operations(&self) -> String {
        let mut text = String::from(
            "| | CPU, µs | data in memory: CPU, µs | dynalite, in memory: CPU, µs | times ours | \
             times ours in memory | /s | in memory: /s | dynalite: /s |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
        );
        for Operation { name, .. } in OPERATIONS {
            let of = |who: &str| self.median(&format!("{who} {name}"));
            let all = [OURS, OURS_IN_MEMORY, DYNALITE].map(of);
            if all.iter().all(Option::is_none) {
                continue;
            }
            let [ours, in_memory, theirs] = all.map(|cost| cost.map(|cost| cost.cpu_micros));
            let rates = all.map(|cost| shown(cost.map(|cost| cost.per_sec), 0));
            let times =
                |ours: Option<f64>| shown(theirs.zip(ours).map(|(their, our)| their / our), 1);
            text.push_str(&format!(
                "| {name} | {} | {} | {} | {} | {} | {} |\n",
                shown(ours, 1),
                shown(in_memory, 1),
                shown(theirs, 0),
                times(ours),
                times(in_memory),
                rates.join(" | "),
            ));
        }
        text
    }

    fn table_of_writes(&self) -> String {
        let mut text = format!(
            "\n| one item with each write, {WRITERS} connections | CPU, µs | /s |\n\
             | --- | ---: | ---: |\n"
        );
        for name in [DISK, NO_DISK, POSTGRES] {
            if let Some(Cost { cpu_micros, per_sec }) = self.median(name) {
                text.push_str(&format!("| {name} | {cpu_micros:.1} | {per_sec:.0} |\n"));
            }
        }
        text
    }
}

/// A figure, or that there is none.
fn shown(value: Option<f64>, digits: usize) -> String {
    value.map_or("–".to_owned(), |value| format!("{value:.digits$}"))
}

/// A server that has the table, in a folder of its own under `parent`.
fn start(kind: Kind, program: &Path, parent: &str) -> Result<Housed> {
    let place = tempfile::tempdir_in(parent)?;
    let server = Server::start(kind, program, &place.path().canonicalize()?)?;
    READINGS.create(&mut server.caller())?;
    Ok(Housed { server, _place: place })
}

const DISK: &str = "PutItem, synced to disk";
const NO_DISK: &str = "PutItem, data in memory (tmpfs): what the sync costs";
const POSTGRES: &str = "PostgreSQL, INSERT, synced to disk";

fn table_of_large(large: &Large) -> String {
    let Large { items, filled_per_sec, restart_ms, memory_mib, costs } = large;
    let mut text = format!(
        "\n{items} items, written at {filled_per_sec:.0} a second; then killed, and started again: \
         the first answers after {restart_ms:.0} ms. {memory_mib:.0} MiB are resident in the end.\n\n\
         | | of 1,000 items: CPU, µs | of {items}: CPU, µs | ÷ | of 1,000: /s | of {items}: /s |\n\
         | --- | ---: | ---: | ---: | ---: | ---: |\n"
    );
    for (name, small, large) in costs {
        text.push_str(&format!(
            "| {name} | {:.1} | {:.1} | {:.2} | {:.0} | {:.0} |\n",
            small.cpu_micros,
            large.cpu_micros,
            large.cpu_micros / small.cpu_micros,
            small.per_sec,
            large.per_sec,
        ));
    }
    text
}
