//! What a dashboard's query costs: the mean of each site and minute of the last hour, by CPU time of one
//! thread, over settled rows and then over merged ones.
//!
//! `cargo run --release -p thingstead-series --example dashboard [SECONDS]`: so many seconds of a
//! thousand devices (10000).

#![allow(clippy::print_stdout, reason = "its output is what this program is for")]

use std::fmt::Write;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use kv::{Files, Options, Store};
use model::{DatabaseName, Home, SeriesTableName};
use series::{
    Lines, MagneticWrites, NewTable, Retention, Series, Settler, Standing, TimeUnit, Unescaped,
};
use stdx::clock::Clock;
use stdx::task::block_on;
use timesql::{Limits, Next, Query, Value};

const DEVICES: usize = 1_000;
const SECONDS_OF_BODY: u64 = 10;
/// So many that ticks are fine enough.
const ROUNDS: u32 = 50;
const HOUR_SECS: u64 = 3_600;

/// The kernel's unit of CPU time in `/proc`; 100 a second on every Linux in use.
const TICKS_PER_SEC: f64 = 100.0;

fn main() {
    let seconds = std::env::args().nth(1).map_or(10_000, |it| it.parse().expect("a number"));
    let dir = tempfile::tempdir().expect("a directory to work in");
    let files = dir.path().join("series");
    std::fs::create_dir(&files).expect("a directory of files");
    let store =
        Store::open(&dir.path().join("store"), Options::default()).expect("the store opens");
    let disk = Arc::new(Files::new(&files));
    let series = Series::open(store, disk, Home::default(), Clock::system());
    let series = series.expect("series open");
    let until = Clock::system().now() / 1_000 / 60 * 60;
    let start = until - seconds;
    let table = table(&series);
    let mut settler = Settler::new(series.clone());
    let mut walks = Walks::new();
    let mut body = String::new();
    for second in start..until {
        walks.tell(second, &mut body);
        if (second - start) % SECONDS_OF_BODY == SECONDS_OF_BODY - 1 || second + 1 == until {
            write(&series, &table, &body);
            body.clear();
            while block_on(settler.step()).expect("it settles") {}
        }
    }
    block_on(settler.settle_all()).expect("it settles");
    let from = until - HOUR_SECS.min(seconds);
    ask("settled", &series, (from, until), "avg(temperature)");
    block_on(settler.merge_all()).expect("it merges");
    ask("merged", &series, (from, until), "avg(temperature)");
    ask("merged", &series, (from, until), "min(temperature), max(humidity)");
    ask("merged", &series, (start, until), "avg(temperature)");
}

fn table(series: &Series) -> Standing {
    let lab = DatabaseName::new("lab").expect("a name");
    let air = SeriesTableName::new("air").expect("a name");
    let new = NewTable {
        retention: Retention { memory_hours: 24, magnetic_days: 100 },
        magnetic_writes: MagneticWrites { enabled: true, rejected_data: None },
        ..NewTable::default()
    };
    block_on(series.create_database(&lab, None, [].into())).expect("it is made");
    block_on(series.create_table(&lab, &air, new)).expect("it is made");
    series.table("lab", "air").expect("the store can be read").expect("it was made")
}

fn write(series: &Series, table: &Standing, body: &str) {
    let unescaped = Unescaped::of(body).expect("lines");
    let lines = Lines::parse(body, &unescaped, TimeUnit::Seconds, 0).expect("lines");
    let written = block_on(series.write_lines(std::slice::from_ref(table), lines));
    assert!(written.expect("they are written").refused.is_empty(), "all lines are taken");
}

/// Temperature and humidity of each device, in tenths.
struct Walks(Vec<(i64, i64)>, u64);

impl Walks {
    fn new() -> Walks {
        let walks = (0..DEVICES as i64).map(|device| (200 + device % 50, 500 + device % 30));
        Walks(walks.collect(), 0x9e37_79b9_7f4a_7c15)
    }

    fn tell(&mut self, second: u64, into: &mut String) {
        for (device, walk) in self.0.iter_mut().enumerate() {
            self.1 ^= self.1 << 13;
            self.1 ^= self.1 >> 7;
            self.1 ^= self.1 << 17;
            walk.0 += (self.1 % 5) as i64 - 2;
            walk.1 += ((self.1 >> 32) % 7) as i64 - 3;
            let (site, temperature, humidity) =
                (device % 20, walk.0 as f64 / 10.0, walk.1 as f64 / 10.0);
            writeln!(
                into,
                "air,site=s{site:02},device=d{device:04} temperature={temperature},\
                 humidity={humidity} {second}"
            )
            .expect("a string takes everything");
        }
    }
}

fn ask(what: &str, series: &Series, (from, until): (u64, u64), aggregates: &str) {
    let text = format!(
        "SELECT site, bin(time, 1m) AS minute, {aggregates} FROM \"lab\".\"air\" \
         WHERE time >= from_milliseconds({from}000) AND time < from_milliseconds({until}000) \
         GROUP BY site, bin(time, 1m)"
    );
    let (before, mut groups, mut sum) = (cpu_secs(), 0, 0.0);
    for _ in 0..ROUNDS {
        let moment = series.snapshot();
        let query = Query::parse(&text).expect("a query");
        let bound = query.bind(&moment, 0, &[]).expect("a query");
        let cancelled = AtomicBool::new(false);
        (groups, sum) = (0, 0.0);
        let ran = bound.run(
            Limits { memory_bytes: 256 << 20, budget: None, cancelled: &cancelled },
            &mut |rows| {
                groups += rows.len();
                sum += rows.iter().filter_map(|row| row.last()).map(double).sum::<f64>();
                Next::More
            },
        );
        ran.expect("it runs");
    }
    let millis = (cpu_secs() - before) * 1e3 / f64::from(ROUNDS);
    println!(
        "{what:<8} {aggregates:<34} {:>6} s {groups:>6} groups {millis:>7.2} ms  sum {sum:.6}",
        until - from,
    );
}

fn double(value: &Value) -> f64 {
    match value {
        Value::Double(value) => *value,
        _ => 0.0,
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
