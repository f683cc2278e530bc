//! `cargo xtask bench series`: time series beside VictoriaMetrics, InfluxDB, DuckDB and moto, in one run.
//!
//! Each store takes the same readings, those that take lines over two connections, and is then asked for the
//! mean of each site and minute of the last hour. Every answer is compared with what the readings say. Ours
//! has each body on disk when it answers. The same readings go as records of AWS's API to ours and to moto.

mod data;
mod duck;
mod http;
pub(crate) mod peers;
mod records;

use std::path::{Path, PathBuf};
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
  --only NAME        one store: thingstead, VictoriaMetrics, InfluxDB, DuckDB; or records
  --python FILE      a Python that has DuckDB; it is left out if it is not there
  --moto FILE        moto_server; it is left out if it is not there
  --thingstead FILE  another build of the program
  --write            put the table into docs/benchmarks.md
";

const CONNECTIONS: usize = 2;

/// What is asked for.
const HOUR_SECS: u64 = 3_600;

/// The best of so many is told: the first reads what no cache holds.
const QUERIES: usize = 10;

/// What is left in memory comes to disk by itself, if it is waited for.
const SETTLE: Duration = Duration::from_secs(75);

#[derive(Debug)]
struct Options {
    rows: u64,
    only: Option<String>,
    thingstead: PathBuf,
    python: PathBuf,
    moto: PathBuf,
    write: bool,
}

/// The seconds of the readings, and from which on they are asked for.
#[derive(Clone, Copy, Debug)]
struct Span {
    start: u64,
    from: u64,
    until: u64,
}

#[derive(Debug)]
struct Cost {
    rows_per_sec: f64,
    cpu_micros_per_row: f64,
    query_millis: f64,
    query_cpu_millis: f64,
    resident_mib: f64,
    bytes_per_value: f64,
    /// Of stores that go on working in the background.
    settled: Option<Settled>,
}

/// The same when that is done.
#[derive(Debug)]
struct Settled {
    cpu_micros_per_row: f64,
    query_millis: f64,
    query_cpu_millis: f64,
}

impl Span {
    /// The last `seconds`, in whole minutes, so that each minute has as many readings.
    fn of(seconds: u64) -> Span {
        let today = stdx::clock::Clock::system().now() / 1_000;
        let until = today / 60 * 60;
        Span { start: until - seconds, from: until - HOUR_SECS.min(seconds), until }
    }

    fn seconds(&self) -> u64 {
        self.until - self.start
    }

    fn readings(&self) -> Readings {
        Readings::new(self.start, self.seconds(), 0, 1)
    }

    fn truth(&self) -> data::Means {
        self.readings().means(self.from)
    }
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Options> {
        let thingstead = PathBuf::from("target/release/thingstead");
        let (python, moto) =
            ("target/clients/python/bin/python", "target/bench/moto/bin/moto_server");
        let (python, moto) = (python.into(), moto.into());
        let mut options =
            Options { rows: 10_000_000, only: None, thingstead, python, moto, write: false };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--rows" => options.rows = value()?.parse()?,
                "--only" => options.only = Some(value()?),
                "--thingstead" => options.thingstead = value()?.into(),
                "--python" => options.python = value()?.into(),
                "--moto" => options.moto = value()?.into(),
                "--write" => options.write = true,
                other => bail!("{other} is no option\n\n{USAGE}"),
            }
        }
        Ok(options)
    }
}

impl Options {
    fn wants(&self, name: &str) -> bool {
        self.only.as_ref().is_none_or(|only| name.starts_with(only.as_str()))
    }
}

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<()> {
    let options = Options::parse(words)?;
    std::fs::create_dir_all("target/bench")?;
    let (mut lines, mut restart) = (Vec::new(), String::new());
    for kind in Kind::ALL.into_iter().filter(|kind| options.wants(kind.name())) {
        let Some(program) = kind.program(&options.thingstead) else {
            println!("{} is not on this machine and left out", kind.name());
            continue;
        };
        let place = tempfile::tempdir_in("target/bench")?;
        let folder = place.path().canonicalize()?;
        let mut peer = Peer::start(kind, &program, &folder)?;
        let span = Span::of(options.rows / DEVICES);
        lines.push(row(kind.name(), kind.durability(), &measure(&peer, span)?));
        if kind == Kind::Thingstead {
            restart = restarted(&mut peer, &program, &folder, span)?;
        }
    }
    if options.wants(duck::NAME) && options.python.is_file() {
        let place = tempfile::tempdir_in("target/bench")?;
        let span = Span::of(options.rows / DEVICES);
        let cost = duck::measure(&options.python, &place.path().canonicalize()?, span)?;
        lines.push(row(duck::NAME, duck::DURABILITY, &cost));
    }
    let records = match options.wants("records") {
        true => records::table(&options.thingstead, &options.moto)?,
        false => String::new(),
    };
    let text = format!(
        "{} rows. {}, {} cores; load average at the end {}.\n\n{HEAD}\n{}\n\n{restart}{records}",
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

fn row(name: &str, durability: &str, cost: &Cost) -> String {
    let settled = cost.settled.as_ref();
    let of_settled = |text: fn(&Settled) -> String| settled.map_or_else(|| "–".to_owned(), text);
    let line = format!(
        "| {name} | {durability} | {:.0} | {:.2} | {} | {:.2} | {:.1} ({:.1}) | {} | {:.0} |",
        cost.rows_per_sec,
        cost.cpu_micros_per_row,
        of_settled(|it| format!("{:.2}", it.cpu_micros_per_row)),
        cost.bytes_per_value,
        cost.query_millis,
        cost.query_cpu_millis,
        of_settled(|it| format!("{:.1} ({:.1})", it.query_millis, it.query_cpu_millis)),
        cost.resident_mib,
    );
    println!("{line}");
    line
}

fn measure(peer: &Peer, span: Span) -> Result<Cost> {
    let rows = (span.seconds() * DEVICES) as f64;
    let (began, cpu) = (now(), peer.cpu()?);
    write_all(peer, span.start, span.seconds())?;
    let took = began.elapsed().as_secs_f64();
    let used = (peer.cpu()? - cpu).as_secs_f64();
    peer.flush()?;
    let truth = span.truth();
    let (query_millis, query_cpu_millis) = query(peer, span, &truth)?;
    let resident_mib = peer.resident_mib()?;
    std::thread::sleep(SETTLE);
    let settled_used = (peer.cpu()? - cpu).as_secs_f64();
    let (settled_millis, settled_cpu_millis) = query(peer, span, &truth)?;
    Ok(Cost {
        rows_per_sec: rows / took,
        cpu_micros_per_row: used * 1e6 / rows,
        query_millis,
        query_cpu_millis,
        resident_mib,
        bytes_per_value: peer.disk_bytes()? as f64 / rows / 2.0,
        settled: Some(Settled {
            cpu_micros_per_row: settled_used * 1e6 / rows,
            query_millis: settled_millis,
            query_cpu_millis: settled_cpu_millis,
        }),
    })
}

/// Kills it, starts it again in its folder, and says how long the first answer took from then on.
fn restarted(peer: &mut Peer, program: &Path, folder: &Path, span: Span) -> Result<String> {
    let truth = span.truth();
    let began = now();
    peer.restart(program, folder)?;
    let ready = began.elapsed().as_secs_f64();
    let found = peer.means(span.from, span.until)?;
    let answered = began.elapsed().as_secs_f64();
    peers::check(peer.kind.name(), &found, &truth)?;
    Ok(format!(
        "Killed and started again with these rows, ours is ready after {ready:.2} s, and has answered the same \
         query after {answered:.2} s.\n\n"
    ))
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
fn query(peer: &Peer, span: Span, truth: &data::Means) -> Result<(f64, f64)> {
    let mut best = f64::INFINITY;
    let cpu = peer.cpu()?;
    for _ in 0..QUERIES {
        let began = now();
        let found = peer.means(span.from, span.until)?;
        best = best.min(began.elapsed().as_secs_f64() * 1e3);
        peers::check(peer.kind.name(), &found, truth)?;
    }
    let cpu = (peer.cpu()? - cpu).as_secs_f64() * 1e3 / QUERIES as f64;
    Ok((best, cpu))
}
