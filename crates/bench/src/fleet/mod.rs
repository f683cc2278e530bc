//! `cargo xtask bench fleet`: the AWS door beside moto's, in one run, on loopback.
//!
//! The same client asks both: signed requests over kept connections, from a few threads. What counts
//! is the server's CPU time for each request.

mod job;
pub(crate) mod parallel;
pub(crate) mod server;
mod shadows;
mod things;

use std::path::PathBuf;

use anyhow::{Context, Result, bail, ensure};

use crate::document;
use crate::meter;
use crate::report::{Figures, percentile};
use server::{Kind, Server};

const USAGE: &str = "\
usage: cargo xtask bench fleet [OPTIONS]

  --things N         things and targets of the job (100000)
  --thingstead FILE  another build of the program
  --moto FILE        moto_server; it is left out if it is not there
  --write            put the table into docs/benchmarks.md
";

/// Things that moto is given: enough to measure, and few enough to wait for.
const MOTO_THINGS: usize = 2_000;

#[derive(Debug)]
struct Options {
    things: usize,
    thingstead: PathBuf,
    moto: PathBuf,
    write: bool,
}

impl Options {
    fn parse(mut words: impl Iterator<Item = String>) -> Result<Options> {
        let mut options = Options {
            things: 100_000,
            thingstead: PathBuf::from("target/release/thingstead"),
            moto: PathBuf::from("target/bench/moto/bin/moto_server"),
            write: false,
        };
        while let Some(word) = words.next() {
            let mut value = || words.next().with_context(|| format!("{word} needs a value"));
            match word.as_str() {
                "--things" => options.things = value()?.parse()?,
                "--thingstead" => options.thingstead = value()?.into(),
                "--moto" => options.moto = value()?.into(),
                "--write" => options.write = true,
                other => bail!("{other} is no option\n\n{USAGE}"),
            }
        }
        ensure!(options.things >= 1_000, "--things must be 1000 or more");
        Ok(options)
    }
}

/// What was measured of each server, in order.
#[derive(Debug, Default)]
struct Measured(Vec<(Kind, Figures)>);

pub(crate) fn run(words: impl Iterator<Item = String>) -> Result<()> {
    let options = Options::parse(words)?;
    std::fs::create_dir_all("target/bench")?;
    let folder = tempfile::tempdir_in("target/bench")?;
    let folder = folder.path().canonicalize()?;
    let mut measured = Measured::default();
    if options.moto.is_file() {
        let moto = Server::start(Kind::Moto, &options.moto, &folder)?;
        measured.add(&moto, things::run(&moto, MOTO_THINGS)?);
        measured.add(&moto, shadows::run(&moto)?);
    } else {
        println!("moto is not on this machine and left out");
    }
    let ours = Server::start(Kind::Thingstead, &options.thingstead, &folder)?;
    measured.add(&ours, things::run(&ours, options.things)?);
    measured.add(&ours, shadows::run(&ours)?);
    measured.add(&ours, job::run(&ours, options.things)?);
    let text = format!(
        "{} things ({MOTO_THINGS} for moto). {}, {} cores; load average at the end {}.\n\n{}",
        options.things,
        meter::processor(),
        std::thread::available_parallelism().map_or(1, usize::from),
        meter::load_average(),
        measured.table(),
    );
    println!("\n{text}");
    if options.write {
        document::write("fleet", &text)?;
    }
    Ok(())
}

impl Measured {
    fn add(&mut self, server: &Server, figures: Figures) {
        let name = server.kind.name();
        for figure in &figures.list {
            println!("{name:<10} {} {:.2} {}", figure.what, figure.value, figure.unit);
        }
        self.0.push((server.kind, figures));
    }

    fn value(&self, kind: Kind, what: &str) -> Option<f64> {
        let of_kind = self.0.iter().filter(|(of, _)| *of == kind);
        let figures = of_kind.flat_map(|(_, figures)| &figures.list);
        let mut values: Vec<f64> =
            figures.filter(|figure| figure.what == what).map(|figure| figure.value).collect();
        (!values.is_empty()).then(|| percentile(&mut values, 0.5))
    }

    fn table(&self) -> String {
        let mut table =
            String::from("| | thingstead | moto | ratio |\n| --- | ---: | ---: | ---: |\n");
        let ours = self.0.iter().filter(|(kind, _)| *kind == Kind::Thingstead);
        for figure in ours.flat_map(|(_, figures)| &figures.list) {
            let theirs = self.value(Kind::Moto, figure.what);
            let better = |theirs: f64| match figure.unit {
                "/s" => figure.value / theirs,
                _ => theirs / figure.value,
            };
            let theirs_text = theirs.map_or("–".to_owned(), |value| format!("{value:.0}"));
            let ratio = theirs.map_or(String::new(), |value| format!("{:.0}×", better(value)));
            let line = format!(
                "| {}, {} | {:.1} | {theirs_text} | {ratio} |\n",
                figure.what, figure.unit, figure.value
            );
            table.push_str(&line);
        }
        table
    }
}
