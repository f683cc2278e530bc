//! Random writes, settling, merging and restarts, beside a map.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::prelude::*;
use series::{Series, Settler, Standing};
use stdx::task::block_on;

use crate::common::{NOW, Place, Texts, air, lab, records, rows_of, texts};

#[derive(Clone, Debug)]
enum Step {
    /// Device, time, value, version; whether it joins another's batch.
    Write(Vec<(u8, u8, u8, u8)>, bool),
    Settle,
    Merge,
    Work,
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let row = (0..3u8, 0..30u8, 0..3u8, 0..4u8);
    prop_oneof![
        6 => (vec(row, 1..20), any::<bool>()).prop_map(|(rows, joins)| Step::Write(rows, joins)),
        2 => Just(Step::Settle),
        1 => Just(Step::Merge),
        1 => Just(Step::Work),
        1 => Just(Step::Reopen),
    ]
}

/// Times of three days, each several times.
fn millis(at: u8) -> i64 {
    i64::from(at % 10) * 1000 - i64::from(at / 10) * 24 * 3_600_000
}

/// By device and time: version and value.
type Oracle = BTreeMap<(u8, i64), (i64, u8)>;

/// Writes to the oracle, and answers which of the rows it refuses.
fn expect(oracle: &mut Oracle, rows: &[(u8, u8, u8, u8)]) -> Vec<(usize, i64)> {
    let mut refused = Vec::new();
    for (index, (device, at, value, version)) in rows.iter().enumerate() {
        let version = i64::from(*version).max(1);
        let place = (*device, millis(*at));
        match oracle.get(&place).copied() {
            Some((known, _)) if version > known => drop(oracle.insert(place, (version, *value))),
            Some(known) if known == (version, *value) => {}
            Some((known, _)) => refused.push((index, known)),
            None => drop(oracle.insert(place, (version, *value))),
        }
    }
    refused
}

fn write(
    series: &Series,
    table: &Standing,
    rows: &[(u8, u8, u8, u8)],
    joins: bool,
) -> Vec<(usize, i64)> {
    let all: Vec<Texts> = rows
        .iter()
        .map(|(device, at, value, version)| {
            let version = (*version > 0).then_some(i64::from(*version));
            texts(&device.to_string(), millis(*at), i64::from(*value), version)
        })
        .collect();
    if joins {
        let mut batch = kv::Batch::new();
        series.write_into(&mut batch, table, &records(&all)).unwrap();
        block_on(series.store().commit(batch)).unwrap();
        return Vec::new();
    }
    let written = block_on(series.write(table, &records(&all))).unwrap();
    assert_eq!(written.total() + written.rejected.len(), rows.len());
    written.rejected.iter().map(|it| (it.index, it.existing_version.unwrap())).collect()
}

fn check(series: &Series, oracle: &Oracle) {
    let expected: Vec<Vec<String>> = {
        let rows = oracle.iter().map(|((device, millis), (_, value))| {
            let time = (NOW as i64 + millis) * 1_000_000;
            vec![device.to_string(), "level".into(), time.to_string(), value.to_string()]
        });
        let mut rows: Vec<_> = rows.collect();
        rows.sort();
        rows
    };
    let moment = series.snapshot();
    for newest_first in [false, true] {
        let found = match oracle.is_empty() {
            true => Vec::new(),
            false => rows_of(&moment, newest_first),
        };
        assert_eq!(found, expected);
    }
}

fn run(steps: &[Step]) {
    let (place, mut series, _) = lab();
    let mut settler = Settler::new(series.clone());
    let mut oracle = Oracle::new();
    for step in steps {
        match step {
            Step::Write(rows, joins) => {
                let expected = expect(&mut oracle, rows);
                let refused = write(&series, &air(&series), rows, *joins);
                if !joins {
                    assert_eq!(refused, expected);
                }
            }
            Step::Settle => block_on(settler.settle_all()).unwrap(),
            Step::Merge => block_on(settler.merge_all()).unwrap(),
            Step::Work => drop(block_on(settler.step()).unwrap()),
            Step::Reopen => (series, settler) = reopen(&place, series, settler),
        }
        check(&series, &oracle);
    }
}

fn reopen(place: &Place, series: Series, settler: Settler) -> (Series, Settler) {
    drop(settler);
    series.store().close();
    drop(series);
    let series = place.open();
    (series.clone(), Settler::new(series))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn rows_are_those_of_a_map(steps in vec(step(), 1..24)) {
        run(&steps);
    }
}
