//! DuckDB, in a Python process of its own: it takes the same rows as comma-separated values.

use std::fmt::Write as _;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, ensure};
use serde::Deserialize;

use super::data::{DEVICES, Readings};
use super::{Cost, QUERIES, Span, peers};

pub(super) const NAME: &str = "DuckDB";
/// What its load is when it is done.
pub(super) const DURABILITY: &str = "one bulk load, then on disk";

const SCRIPT: &str = include_str!("duck.py");

#[derive(Debug, Deserialize)]
struct Told {
    rows: u64,
    seconds: f64,
    cpu_seconds: f64,
    bytes: u64,
    query_seconds: f64,
    query_cpu_seconds: f64,
    resident_kib: f64,
    means: Vec<(String, u64, f64)>,
}

pub(super) fn measure(python: &Path, folder: &Path, span: Span) -> Result<Cost> {
    let database = folder.join("air.duckdb");
    let mut child = Command::new(python)
        .args(["-c", SCRIPT])
        .arg(&database)
        .args([span.from, span.until, QUERIES as u64].map(|number| number.to_string()))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()?;
    let mut into = child.stdin.take().context("it reads")?;
    let mut readings = span.readings();
    let mut body = String::new();
    while let Some(second) = readings.second() {
        body.clear();
        for device in 0..DEVICES {
            readings.row(device, second, &mut body);
        }
        into.write_all(body.as_bytes())?;
    }
    drop(into);
    let said = child.wait_with_output()?;
    ensure!(said.status.success(), "DuckDB failed");
    let told: Told = serde_json::from_slice(&said.stdout)?;
    let rows = span.seconds() * DEVICES;
    ensure!(told.rows == rows, "DuckDB has {} rows and not {rows}", told.rows);
    let mut means = Vec::with_capacity(told.means.len());
    for (site, minute, mean) in &told.means {
        means.push(((site.trim_start_matches('s').parse()?, *minute), *mean));
    }
    peers::check(NAME, &means, &span.truth())?;
    Ok(Cost {
        rows_per_sec: rows as f64 / told.seconds,
        cpu_micros_per_row: told.cpu_seconds * 1e6 / rows as f64,
        query_millis: told.query_seconds * 1e3,
        query_cpu_millis: told.query_cpu_seconds * 1e3,
        resident_mib: told.resident_kib / 1024.0,
        bytes_per_value: told.bytes as f64 / rows as f64 / 2.0,
        settled: None,
    })
}

impl Readings {
    /// The row of a device in the second that was reached last, as comma-separated values.
    fn row(&self, device: u64, second: u64, into: &mut String) {
        let (temperature, humidity) = self.of(device);
        writeln!(
            into,
            "s{:02},d{device:04},{temperature},{humidity},{second}",
            Readings::site(device)
        )
        .expect("a string takes everything");
    }
}
