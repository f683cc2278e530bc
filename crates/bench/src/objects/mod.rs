//! `cargo xtask bench objects`: objects through the AWS door, beside s3s-fs and moto, in one run.
//!
//! The same signed requests go to each. Ours has each object on disk when it answers; s3s-fs writes files
//! and never syncs, moto keeps objects in memory. What counts is the server's CPU time for each. Answers
//! are compared: the ETag is the MD5 of the bytes, and the bytes come back.

mod client;

use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};

use crate::document;
use crate::fleet::server::{Kind, Server};
use crate::meter::{self, now};
use crate::report::percentile;
use client::{Client, Content};

const USAGE: &str = "\
usage: cargo xtask bench objects [OPTIONS]

  --rounds N         how often servers take turns; figures are medians (3)
  --seconds S        how long each operation is measured (3)
  --only NAME        nothing but the operations whose names begin so
  --thingstead FILE  another build of the program
  --write            put the table into docs/benchmarks.md
";

const SMALL_BYTES: usize = 4 * 1024;
const LARGE_BYTES: usize = 64 * 1024 * 1024;
const CALLERS: usize = 16;
/// More connections share a sync.
const WRITERS: usize = 64;
const KEYS: u64 = 1000;

const PEERS: [(Kind, &str); 2] = [
    (Kind::S3sFs, "target/bench/s3s-fs/bin/s3s-fs"),
    (Kind::Moto, "target/bench/moto/bin/moto_server"),
];

#[derive(Debug)]
struct Options {
    rounds: usize,
    time: Duration,
    only: String,
    thingstead: PathBuf,
    write: bool,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options {
            rounds: 3,
            time: Duration::from_secs(3),
            only: String::new(),
            thingstead: PathBuf::from("target/release/thingstead"),
            write: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--rounds" => options.rounds = value()?.parse::<usize>()?.clamp(1, 20),
                "--seconds" => {
                    options.time = Duration::from_secs(value()?.parse::<u64>()?.clamp(1, 60));
                }
                "--only" => options.only = value()?,
                "--thingstead" => options.thingstead = value()?.into(),
                "--write" => options.write = true,
                other => bail!("{other} is no option\n\n{USAGE}"),
            }
        }
        Ok(options)
    }
}

/// What an operation cost its server.
#[derive(Clone, Copy, Debug)]
struct Cost {
    cpu_micros: f64,
    per_sec: f64,
    /// The share of one core that the client used: above 0.7 it may be what limits.
    client_cores: f64,
}

/// An operation with so many connections.
struct Operation {
    name: &'static str,
    method: &'static str,
    bytes: usize,
    callers: usize,
}

const OPERATIONS: [Operation; 5] = [
    Operation { name: "PUT 4 KiB", method: "PUT", bytes: SMALL_BYTES, callers: CALLERS },
    Operation {
        name: "PUT 4 KiB, 64 connections",
        method: "PUT",
        bytes: SMALL_BYTES,
        callers: WRITERS,
    },
    Operation { name: "GET 4 KiB", method: "GET", bytes: SMALL_BYTES, callers: CALLERS },
    Operation { name: "PUT 64 MiB", method: "PUT", bytes: LARGE_BYTES, callers: 1 },
    Operation { name: "GET 64 MiB", method: "GET", bytes: LARGE_BYTES, callers: 1 },
];

#[derive(Debug, Default)]
struct Measured {
    costs: Vec<(Kind, &'static str, Cost)>,
    /// Resident memory in the end, in KiB.
    memory: Vec<(Kind, f64)>,
}

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<()> {
    let options = Options::parse(words)?;
    std::fs::create_dir_all("target/bench")?;
    let (small, large) = (Content::new(bytes(SMALL_BYTES)), Content::new(bytes(LARGE_BYTES)));
    let mut measured = Measured::default();
    for _ in 0..options.rounds {
        measured.server(Kind::Thingstead, &options.thingstead, &options, [&small, &large])?;
        for (kind, program) in PEERS {
            if Path::new(program).is_file() {
                measured.server(kind, Path::new(program), &options, [&small, &large])?;
            }
        }
    }
    let text = measured.table();
    println!("\n{text}");
    if options.write {
        document::write("objects", &text)?;
    }
    Ok(())
}

fn bytes(count: usize) -> Vec<u8> {
    (0..count).map(|at| (at.wrapping_mul(2_654_435_761) >> 7) as u8).collect()
}

impl Measured {
    fn server(
        &mut self,
        kind: Kind,
        program: &Path,
        options: &Options,
        contents: [&Content; 2],
    ) -> Result<()> {
        let place = tempfile::tempdir_in("target/bench")?;
        let server = Server::start(kind, program, &place.path().canonicalize()?)?;
        let nothing = Content::new(Vec::new());
        let mut client = Client::new(server.address(), server.credentials())?;
        let made = client.ask("PUT", "/bench", &nothing, true)?;
        ensure!(made.status == 200, "no bucket: {}", String::from_utf8_lossy(&made.body));
        for content in contents {
            check(&mut client, content)?;
        }
        let wanted = |operation: &&Operation| operation.name.starts_with(&options.only);
        for operation in OPERATIONS.iter().filter(wanted) {
            let content = contents[usize::from(operation.bytes == LARGE_BYTES)];
            let cost = measure(&server, operation, content, options.time)?;
            println!(
                "{} {}: {:.1} µs, {:.1}/s, client {:.2} cores",
                kind.name(),
                operation.name,
                cost.cpu_micros,
                cost.per_sec,
                cost.client_cores,
            );
            self.costs.push((kind, operation.name, cost));
        }
        self.memory.push((kind, meter::resident_kib(server.pid())?));
        Ok(())
    }

    fn median(&self, kind: Kind, name: &str) -> Option<Cost> {
        let median = |value: fn(&Cost) -> f64| {
            let of_name = self.costs.iter().filter(|(of, what, _)| *of == kind && *what == name);
            let mut values: Vec<f64> = of_name.map(|(.., cost)| value(cost)).collect();
            (!values.is_empty()).then(|| percentile(&mut values, 0.5))
        };
        Some(Cost {
            cpu_micros: median(|cost| cost.cpu_micros)?,
            per_sec: median(|cost| cost.per_sec)?,
            client_cores: median(|cost| cost.client_cores)?,
        })
    }

    fn table(&self) -> String {
        let mut text = format!(
            "{}, {} cores; load average at the end {}. Ours is synced before each answer; neither \
             s3s-fs nor moto ever syncs.\n\n\
             | | CPU, µs | s3s-fs | moto | s3s-fs ÷ ours | /s | s3s-fs: /s | moto: /s | client, cores |\n\
             | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n",
            meter::processor(),
            std::thread::available_parallelism().map_or(1, usize::from),
            meter::load_average(),
        );
        for Operation { name, .. } in &OPERATIONS {
            let Some(ours) = self.median(Kind::Thingstead, name) else { continue };
            let peers = PEERS.map(|(kind, _)| self.median(kind, name));
            let shown = |value: Option<f64>, digits: usize| {
                value.map_or("–".to_owned(), |value| format!("{value:.digits$}"))
            };
            let [s3s_fs, moto] = peers.map(|cost| cost.map(|cost| cost.cpu_micros));
            let [s3s_fs_rate, moto_rate] = peers.map(|cost| cost.map(|cost| cost.per_sec));
            text.push_str(&format!(
                "| {name} | {:.1} | {} | {} | {} | {:.1} | {} | {} | {:.2} |\n",
                ours.cpu_micros,
                shown(s3s_fs, 1),
                shown(moto, 1),
                shown(s3s_fs.map(|theirs| theirs / ours.cpu_micros), 1),
                ours.per_sec,
                shown(s3s_fs_rate, 1),
                shown(moto_rate, 1),
                ours.client_cores,
            ));
        }
        let most = |kind: Kind| {
            let of_kind = self.memory.iter().filter(|(of, _)| *of == kind);
            of_kind.map(|(_, kib)| kib / 1024.0).fold(0.0, f64::max)
        };
        text.push_str("\nResident in the end, at most:");
        for kind in [Kind::Thingstead, Kind::S3sFs, Kind::Moto] {
            if most(kind) > 0.0 {
                text.push_str(&format!(" {} {:.0} MiB;", kind.name(), most(kind)));
            }
        }
        text.pop();
        text.push_str(".\n");
        text
    }
}

/// What is put is got, under the ETag that everybody computes.
fn check(client: &mut Client, content: &Content) -> Result<()> {
    let put = client.ask("PUT", "/bench/check", content, true)?;
    ensure!(put.status == 200, "not put: {}", String::from_utf8_lossy(&put.body));
    let nothing = Content::new(Vec::new());
    let got = client.ask("GET", "/bench/check", &nothing, true)?;
    ensure!(got.status == 200 && got.body == content.bytes, "another body came back");
    ensure!(put.etag.len() == 32 && put.etag == got.etag, "{} is no MD5", put.etag);
    Ok(())
}

fn measure(
    server: &Server,
    operation: &Operation,
    content: &Content,
    time: Duration,
) -> Result<Cost> {
    let Operation { method, callers, bytes, .. } = *operation;
    let keys = if bytes == LARGE_BYTES { 1 } else { KEYS };
    let nothing = Content::new(Vec::new());
    let mut client = Client::new(server.address(), server.credentials())?;
    for key in 0..keys {
        client.ask("PUT", &format!("/bench/{bytes}/{key}"), content, true)?;
    }
    let sent = if method == "PUT" { content } else { &nothing };
    let (next, end) = (AtomicU64::new(0), now() + time);
    let before = server.mark(0)?;
    std::thread::scope(|scope| {
        let work = || {
            let mut client = Client::new(server.address(), server.credentials())?;
            while now() < end {
                let key = next.fetch_add(1, Ordering::Relaxed).wrapping_mul(7919) % keys;
                let answer = client.ask(method, &format!("/bench/{bytes}/{key}"), sent, false)?;
                ensure!(answer.status == 200, "{method} was answered with {}", answer.status);
                ensure!(method == "PUT" || answer.bytes == bytes, "too few bytes came");
            }
            anyhow::Ok(())
        };
        let threads: Vec<_> = (0..callers).map(|_| scope.spawn(work)).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no caller panics"))
    })?;
    let span = before.until(server.mark(next.load(Ordering::Relaxed))?);
    Ok(Cost {
        cpu_micros: span.cpu_micros_per_unit,
        per_sec: span.units_per_sec,
        client_cores: span.client_cores,
    })
}
