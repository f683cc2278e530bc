//! Series on a clock that stands still, and short ways to say things.

use std::pin::pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};

use kv::{Committer, MemorySettled, Options, SimDisk, Store};
use model::{DatabaseName, Home, SeriesTableName};
use series::{
    MagneticWrites, MeasureText, MeasureType, Moment, NewTable, RecordText, Retention, Series,
    Standing, TimeUnit,
};
use stdx::clock::{Clock, Hands, UnixMillis};
use stdx::task::block_on;
use timesql::{Next, Scan, Source, Values};

pub(crate) const NOW: UnixMillis = 1_790_000_000_000;

/// Where everything is, so that it can be closed and opened again.
pub(crate) struct Place {
    pub(crate) disk: SimDisk,
    settled: MemorySettled,
    pub(crate) clock: Clock,
    _hands: Hands,
}

impl Place {
    pub(crate) fn new() -> Place {
        let disk = SimDisk::new();
        let settled = MemorySettled::new(&disk);
        let (clock, hands) = Clock::stopped_at(NOW);
        Place { disk, settled, clock, _hands: hands }
    }

    /// So small that checkpoints come by themselves.
    pub(crate) fn open_with(&self, committer: Committer) -> Option<(Store, Series)> {
        let options = Options {
            checkpoint_bytes: 20_000,
            segment_bytes: 4_096,
            ..Options::for_tests(committer)
        };
        let (disk, settled) = (Arc::new(self.disk.clone()), Arc::new(self.settled.clone()));
        let store = Store::open_on(disk, settled, options).ok()?;
        let disk = Arc::new(self.disk.clone());
        let series = Series::open(store.clone(), disk, Home::default(), self.clock.clone()).ok()?;
        Some((store, series))
    }

    pub(crate) fn open(&self) -> Series {
        self.open_with(Committer::Threads).unwrap().1
    }
}

/// Drives a future whose commits this thread makes.
pub(crate) fn drive<T>(store: &Store, future: impl Future<Output = T>) -> T {
    let mut future = pin!(future);
    let mut context = Context::from_waker(Waker::noop());
    loop {
        if let Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        store.pump();
    }
}

pub(crate) fn database(name: &str) -> DatabaseName {
    DatabaseName::new(name).unwrap()
}

pub(crate) fn table_name(name: &str) -> SeriesTableName {
    SeriesTableName::new(name).unwrap()
}

/// Takes rows of a hundred days.
pub(crate) fn new_table() -> NewTable {
    NewTable {
        retention: Retention { memory_hours: 24, magnetic_days: 100 },
        magnetic_writes: MagneticWrites { enabled: true, rejected_data: None },
        ..NewTable::default()
    }
}

/// Series with the table `lab`.`air`.
pub(crate) fn lab() -> (Place, Series, Standing) {
    let place = Place::new();
    let series = place.open();
    block_on(series.create_database(&database("lab"), None, [].into())).unwrap();
    block_on(series.create_table(&database("lab"), &table_name("air"), new_table())).unwrap();
    let table = air(&series);
    (place, series, table)
}

pub(crate) fn air(series: &Series) -> Standing {
    series.table("lab", "air").unwrap().unwrap()
}

/// The texts of a record, which it borrows.
pub(crate) struct Texts {
    pub(crate) device: String,
    pub(crate) time: String,
    pub(crate) value: String,
    pub(crate) version: Option<i64>,
}

/// A record of `device` at so many milliseconds from now.
pub(crate) fn texts(device: &str, millis: i64, value: i64, version: Option<i64>) -> Texts {
    let time = (NOW as i64 + millis).to_string();
    Texts { device: device.to_owned(), time, value: value.to_string(), version }
}

impl Texts {
    pub(crate) fn record(&self) -> RecordText<'_> {
        RecordText {
            dimensions: vec![("device", &*self.device)].into(),
            measure_name: Some("level"),
            measure_value: Some(&self.value),
            kind: MeasureType::BigInt,
            measures: Default::default(),
            time: Some(&self.time),
            unit: TimeUnit::Milliseconds,
            version: self.version,
        }
    }

    pub(crate) fn multi<'a>(
        &'a self,
        more: &'a [(&'a str, &'a str, MeasureType)],
    ) -> RecordText<'a> {
        let measures =
            more.iter().map(|(name, value, kind)| MeasureText { name, value, kind: *kind });
        RecordText {
            kind: MeasureType::Multi,
            measure_value: None,
            measures: measures.collect(),
            ..self.record()
        }
    }
}

pub(crate) fn records(texts: &[Texts]) -> Vec<RecordText<'_>> {
    texts.iter().map(Texts::record).collect()
}

/// All rows of a table, each as texts by the order of its columns, sorted.
pub(crate) fn rows_of(moment: &Moment, newest_first: bool) -> Vec<Vec<String>> {
    let table = moment.table("lab", "air").unwrap().unwrap();
    let columns = (0..table.columns().len()).collect();
    let scan = Scan {
        columns,
        from: i64::MIN,
        until: i64::MAX,
        equal: Vec::new(),
        newest_first,
        sums: None,
    };
    scanned(&*table, &scan)
}

pub(crate) fn scanned(table: &dyn timesql::Table, scan: &Scan) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    table
        .scan(scan, &mut |block| {
            assert!(block.rows > 0 && block.columns.len() == scan.columns.len());
            for row in 0..block.rows {
                rows.push(block.columns.iter().map(|values| text(values, row)).collect::<Vec<_>>());
            }
            Next::More
        })
        .unwrap();
    rows.sort();
    rows
}

fn text(values: &Values<'_>, row: usize) -> String {
    let is_there = |present: &Option<&timesql::Bits>| present.is_none_or(|bits| bits.get(row));
    match values {
        Values::Constant(Some(timesql::Scalar::Varchar(text))) => text.to_string(),
        Values::Constant(None) => "-".to_owned(),
        Values::Constant(Some(other)) => format!("{other:?}"),
        Values::Varchar { codes, words, present } if is_there(present) => {
            words[codes[row] as usize].to_string()
        }
        Values::Double { values, present } if is_there(present) => values[row].to_string(),
        Values::BigInt { values, present } if is_there(present) => values[row].to_string(),
        Values::Boolean { values, present } if is_there(present) => values[row].to_string(),
        Values::Timestamp { values, present } if is_there(present) => values[row].to_string(),
        _ => "-".to_owned(),
    }
}
