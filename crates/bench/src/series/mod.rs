//! `cargo xtask bench series`: time series by lines beside VictoriaMetrics and InfluxDB, in one run.
//!
//! Each store takes the same readings over two connections, and is then asked for the mean of each site and
//! minute of the last hour. Every answer is compared with what the readings say. Ours has each body on
//! disk when it answers.

mod data;
mod http;
mod peers;

use std::path::PathBuf;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::document;
use crate::meter::{self, now};
use data::{DEVICES, Readings};
use peers::{Kind, Peer};

const USAGE: &str = "\
usage: cargo xtask bench series [OPTIONS]

  --rows N           rows that each store takes (10000000)
  --only NAME        one store: thingstead, VictoriaMetrics, InfluxDB
  --thingstead FILE  another build of the program
  --write            put the table into docs/benchmarks.md
";

const CONNECTIONS: usize = 2;

/// What is asked for.
const HOUR_SECS: u64 = 3_600;

/// The best of so many is told: the first reads what no cache holds.
const QUERIES: usize = 5;

/// What is left in memory comes to disk by itself, if it is waited for.
const SETTLE: Duration = Duration::from_secs(75);

#[derive(Debug)]
struct Options {
    rows: u64,
    only: Option<String>,
    thingstead: PathBuf,
    write: bool,
}

#[derive(Debug)]
struct Cost {
    rows_per_sec: f64,
    cpu_micros_per_row: f64,
    query_millis: f64,
    query_cpu_millis: f64,
    resident_mib: f64,
    /// With all that was done in the background until it was settled.
    settled_cpu_micros_per_row: f64,
    bytes_per_value: f64,
    settled_query_millis: f64,
    settled_query_cpu_millis: f64,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Options> {
        let thingstead = PathBuf::from("target/release/thingstead");
        let mut options = Options { rows: 10_000_000, only: None, thingstead, write: false };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--rows" => options.rows = value()?.parse()?,
                "--only" => options.only = Some(value()?),
                "--thingstead" => options.thingstead = value()?.into(),
                "--write" => options.write = true,
                other => bail!("{other} is no option\n\n{USAGE}"),
            }
        }
        Ok(options)
    }
}

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<()> {
    let options = Options::parse(words)?;
    std::fs::create_dir_all("target/bench")?;
    let mut lines = Vec::new();
    for kind in Kind::ALL {
        if options.only.as_ref().is_some_and(|only| !kind.name().starts_with(only.as_str())) {
            continue;
        }
        let Some(program) = kind.program(&options.thingstead) else {
            println!("{} is not on this machine and left out", kind.name());
            continue;
        };
        let place = tempfile::tempdir_in("target/bench")?;
        let peer = Peer::start(kind, &program, &place.path().canonicalize()?)?;
        let cost = measure(&peer, options.rows)?;
        let line = row(kind, &cost);
        println!("{line}");
        lines.push(line);
    }
    let text = format!(
        "{} rows. {}, {} cores; load average at the end {}.\n\n{HEAD}\n{}\n",
        options.rows,
        meter::processor(),
        std::thread::available_parallelism().map_or(1, usize::from),
        meter::load_average(),
        lines.join("\n"),
    );
    println!("\n{text}");
    if options.write {
        document::write("series", &text)?;
    }
    Ok(())
}

const HEAD: &str = "| store | an answered write is | rows/s | CPU µs/row | the same, settled | bytes/value \
                    | query ms (CPU) | the same, settled | MiB |\n| --- | --- | --- | --- | --- | --- | --- \
                    | --- | --- |";

fn row(kind: Kind, cost: &Cost) -> String {
    format!(
        "| {} | {} | {:.0} | {:.2} | {:.2} | {:.2} | {:.1} ({:.1}) | {:.1} ({:.1}) | {:.0} |",
        kind.name(),
        kind.durability(),
        cost.rows_per_sec,
        cost.cpu_micros_per_row,
        cost.settled_cpu_micros_per_row,
        cost.bytes_per_value,
        cost.query_millis,
        cost.query_cpu_millis,
        cost.settled_query_millis,
        cost.settled_query_cpu_millis,
        cost.resident_mib,
    )
}

fn measure(peer: &Peer, rows: u64) -> Result<Cost> {
    let seconds = rows / DEVICES;
    let today = stdx::clock::Clock::system().now() / 1_000;
    // Whole minutes, so that each has as many readings.
    let until = today / 60 * 60;
    let start = until - seconds;
    let (began, cpu) = (now(), peer.cpu()?);
    write_all(peer, start, seconds)?;
    let took = began.elapsed().as_secs_f64();
    let used = (peer.cpu()? - cpu).as_secs_f64();
    peer.flush()?;
    let from = until - HOUR_SECS.min(seconds);
    let truth = Readings::new(start, seconds, 0, 1).means(from);
    let (query_millis, query_cpu_millis) = query(peer, (from, until), &truth)?;
    let resident_mib = peer.resident_mib()?;
    std::thread::sleep(SETTLE);
    let settled = (peer.cpu()? - cpu).as_secs_f64();
    let (settled_query_millis, settled_query_cpu_millis) = query(peer, (from, until), &truth)?;
    Ok(Cost {
        rows_per_sec: rows as f64 / took,
        cpu_micros_per_row: used * 1e6 / rows as f64,
        query_millis,
        query_cpu_millis,
        resident_mib,
        settled_cpu_micros_per_row: settled * 1e6 / rows as f64,
        bytes_per_value: peer.disk_bytes()? as f64 / rows as f64 / 2.0,
        settled_query_millis,
        settled_query_cpu_millis,
    })
}

/// Each connection tells of its own devices. The bodies are made while the store works.
fn write_all(peer: &Peer, start: u64, seconds: u64) -> Result<()> {
    let told = AtomicU64::new(0);
    std::thread::scope(|scope| {
        let writers: Vec<_> = (0..CONNECTIONS)
            .map(|from| {
                let told = &told;
                scope.spawn(move || -> Result<()> {
                    let mut http = peer.http()?;
                    let mut readings = Readings::new(start, seconds, from as u64, CONNECTIONS);
                    let mut body = String::new();
                    loop {
                        body.clear();
                        let rows = readings.body(&mut body);
                        if rows == 0 {
                            return Ok(());
                        }
                        peer.write(&mut http, &body)?;
                        told.fetch_add(rows, Ordering::Relaxed);
                    }
                })
            })
            .collect();
        writers.into_iter().try_for_each(|writer| {
            writer.join().map_err(|_| anyhow::anyhow!("a writer panicked"))?
        })
    })?;
    anyhow::ensure!(told.load(Ordering::Relaxed) == seconds * DEVICES, "all rows are written");
    Ok(())
}

/// The time and the CPU time of the best, in milliseconds.
fn query(peer: &Peer, (from, until): (u64, u64), truth: &data::Means) -> Result<(f64, f64)> {
    let mut best = f64::INFINITY;
    let cpu = peer.cpu()?;
    for _ in 0..QUERIES {
        let began = now();
        let found = peer.means(from, until)?;
        best = best.min(began.elapsed().as_secs_f64() * 1e3);
        peers::check(peer.kind, &found, truth)?;
    }
    let cpu = (peer.cpu()? - cpu).as_secs_f64() * 1e3 / QUERIES as f64;
    Ok((best, cpu))
}
