//! What a record costs below the door: calls of a hundred records of as many devices, by CPU time of the
//! whole process, and then what settling them costs.
//!
//! `cargo run --release -p thingstead-series --example records [CALLS]` (10000).

#![allow(clippy::print_stdout, reason = "its output is what this program is for")]

use std::sync::Arc;

use kv::{Files, Options, Store};
use model::{DatabaseName, Home, SeriesTableName};
use series::{
    MeasureText, MeasureType, NewTable, RECORDS_MAX, RecordText, Retention, Series, Settler,
    Standing, TimeUnit,
};
use stdx::clock::Clock;
use stdx::task::block_on;

const DEVICES: usize = 5_000;

/// Calls between two looks at the clock, whose ticks are long.
const CALLS_OF_ROUND: usize = 1_000;

/// The kernel's unit of CPU time in `/proc`; 100 a second on every Linux in use.
const TICKS_PER_SEC: f64 = 100.0;

fn main() {
    let calls = std::env::args().nth(1).map_or(10_000, |it| it.parse().expect("a number"));
    let dir = tempfile::tempdir().expect("a directory to work in");
    let files = dir.path().join("series");
    std::fs::create_dir(&files).expect("a directory of files");
    let store =
        Store::open(&dir.path().join("store"), Options::default()).expect("the store opens");
    let disk = Arc::new(Files::new(&files));
    let series = Series::open(store, disk, Home::default(), Clock::system());
    let series = series.expect("series open");
    let table = table(&series);
    let mut settler = Settler::new(series.clone());
    let start = Clock::system().now() / 1_000 - 3_600;
    let (mut writing, mut settling) = (0.0, 0.0);
    for round in 0..calls / CALLS_OF_ROUND {
        let rows = CALLS_OF_ROUND * RECORDS_MAX;
        let texts: Vec<Texts> =
            (round * rows..(round + 1) * rows).map(|row| texts(row, start)).collect();
        let parts: Vec<Parts<'_>> = texts.iter().map(parts).collect();
        let records: Vec<RecordText<'_>> = texts.iter().zip(&parts).map(record).collect();
        let before = cpu_secs();
        for call in records.chunks(RECORDS_MAX) {
            let written = block_on(series.write(&table, call)).expect("they are written");
            assert_eq!(written.total(), RECORDS_MAX, "all are taken");
        }
        writing += cpu_secs() - before;
        let before = cpu_secs();
        while block_on(settler.step()).expect("it settles") {}
        settling += cpu_secs() - before;
    }
    let before = cpu_secs();
    block_on(settler.settle_all()).expect("it settles");
    settling += cpu_secs() - before;
    let each = |secs: f64| secs * 1e6 / (calls * RECORDS_MAX) as f64;
    println!("{:.3} µs to write, {:.3} µs to settle", each(writing), each(settling));
}

fn table(series: &Series) -> Standing {
    let lab = DatabaseName::new("lab").expect("a name");
    let air = SeriesTableName::new("air").expect("a name");
    let new = NewTable {
        retention: Retention { memory_hours: 24, magnetic_days: 100 },
        ..NewTable::default()
    };
    block_on(series.create_database(&lab, None, [].into())).expect("it is made");
    block_on(series.create_table(&lab, &air, new)).expect("it is made");
    series.table("lab", "air").expect("the store can be read").expect("it was made")
}

/// Site, device, temperature, humidity and second.
type Texts = [String; 5];
type Parts<'a> = ([(&'a str, &'a str); 2], [MeasureText<'a>; 2]);

fn texts(row: usize, start: u64) -> Texts {
    let (device, second) = (row % DEVICES, row / DEVICES);
    [
        format!("s{:02}", device % 20),
        format!("d{device:04}"),
        ((200 + (row + second) % 50) as f64 / 10.0).to_string(),
        ((500 + (row + second) % 70) as f64 / 10.0).to_string(),
        (start + second as u64).to_string(),
    ]
}

fn parts([site, device, temperature, humidity, _]: &Texts) -> Parts<'_> {
    let measure = |name, value| MeasureText { name, value, kind: MeasureType::Double };
    (
        [("site", site), ("device", device)],
        [measure("temperature", temperature), measure("humidity", humidity)],
    )
}

fn record<'a>((texts, (dimensions, measures)): (&'a Texts, &'a Parts<'a>)) -> RecordText<'a> {
    RecordText {
        dimensions: dimensions[..].into(),
        measure_name: Some("air"),
        kind: MeasureType::Multi,
        measures: measures[..].into(),
        time: Some(&texts[4]),
        unit: TimeUnit::Seconds,
        ..RecordText::default()
    }
}

/// User and system time of the whole process.
fn cpu_secs() -> f64 {
    let stat = std::fs::read_to_string("/proc/self/stat").expect("Linux has /proc");
    let after_name = stat.rsplit(')').next().expect("the name is in brackets");
    let fields: Vec<&str> = after_name.split_whitespace().collect();
    let ticks = |at: usize| fields[at].parse::<f64>().expect("a number");
    (ticks(11) + ticks(12)) / TICKS_PER_SEC
}
