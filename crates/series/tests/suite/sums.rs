//! What is answered by sums is what the rows say, whatever the range cuts.

use std::fmt::Write;
use std::sync::atomic::AtomicBool;

use proptest::prelude::*;
use series::{Lines, Series, Settler, TimeUnit, Unescaped};
use stdx::task::block_on;
use timesql::{Limits, Next, Query, Scan, Source, SumsWanted, Value, Values};

use crate::common::{NOW, air, lab};

const SECONDS: i64 = 9_000;

/// Three devices: one a second, one each ten seconds, and one whose values are at times no decimals or
/// not there.
fn filled() -> (crate::common::Place, Series) {
    let (place, series, table) = lab();
    let mut body = String::new();
    for second in 0..SECONDS {
        let at = NOW as i64 / 1_000 - SECONDS + second;
        let walk = (second * 7_919 % 641 - 320) as f64 / 10.0;
        writeln!(body, "air,device=a level={walk},size={} {at}", walk / 4.0).unwrap();
        if second % 10 == 3 {
            writeln!(body, "air,device=b level={walk},size=1 {at}").unwrap();
        }
        match second / 2_000 % 3 {
            0 => writeln!(body, "air,device=c level={walk},size=2 {at}").unwrap(),
            1 => writeln!(body, "air,device=c size={} {at}", walk / 3.0).unwrap(),
            _ if second % 5 == 0 => writeln!(body, "air,device=c level={walk} {at}").unwrap(),
            _ => writeln!(body, "air,device=c size=0.5 {at}").unwrap(),
        }
    }
    let unescaped = Unescaped::of(&body).unwrap();
    let lines = Lines::parse(&body, &unescaped, TimeUnit::Seconds, 0).unwrap();
    block_on(series.write_lines(&[table], lines)).unwrap();
    block_on(Settler::new(series.clone()).settle_all()).unwrap();
    air(&series);
    (place, series)
}

fn answer(series: &Series, text: &str) -> Vec<Vec<Value>> {
    let moment = series.snapshot();
    let query = Query::parse(text).unwrap();
    let bound = query.bind(&moment, NOW as i64 * 1_000_000, &[]).unwrap();
    let limits =
        Limits { memory_bytes: 64 << 20, budget: None, cancelled: &AtomicBool::new(false) };
    let mut rows = Vec::new();
    let ran = bound.run(limits, &mut |more| {
        rows.extend(more);
        Next::More
    });
    ran.unwrap();
    rows
}

fn are_alike(one: &Value, two: &Value) -> bool {
    match (one, two) {
        (Value::Double(one), Value::Double(two)) => (one - two).abs() < 1e-9,
        (one, two) => one == two,
    }
}

/// Sums of how many rows are given for a request, and how many rows.
fn given(series: &Series, (from, until): (i64, i64), bins: i64) -> (usize, usize) {
    let moment = series.snapshot();
    let table = moment.table("lab", "air").unwrap().unwrap();
    let of = |name: &str| table.columns().iter().position(|it| it.name == name).unwrap();
    let (sums, equal) =
        (SumsWanted { bins, extremes: false }, vec![(of("device"), vec!["a".into()])]);
    let columns = vec![of("time"), of("level")];
    let scan = Scan { columns, from, until, equal, newest_first: false, sums: Some(sums) };
    let (mut summed, mut plain) = (0, 0);
    table
        .scan(&scan, &mut |block| {
            match &block.columns[1] {
                Values::Sums(sums) => {
                    summed += sums.iter().map(|sum| sum.count as usize).sum::<usize>();
                }
                _ => plain += block.rows,
            }
            Next::More
        })
        .unwrap();
    (summed, plain)
}

#[test]
fn whole_bins_come_summed_up_and_cut_ones_do_not() {
    const MINUTE: i64 = 60_000_000_000;
    let (_place, series) = filled();
    let start = NOW as i64 * 1_000_000 / MINUTE * MINUTE;
    let (from, until) = (start - 60 * MINUTE, start - 1);
    assert_eq!(given(&series, (from, until), MINUTE), (3_600, 0));
    assert_eq!(given(&series, (from, until), 7 * MINUTE), (3_600, 0));
    assert_eq!(given(&series, (from, until), 0), (3_600, 0));
    assert_eq!(given(&series, (from, until), MINUTE / 2), (0, 3_600));
    let (summed, plain) = given(&series, (from + 1, until), MINUTE);
    assert_eq!(summed + plain, 3_599);
    assert!(summed > 2_000 && plain > 0, "one page is cut, not all of them");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_rows(
        ends in proptest::collection::vec((0..SECONDS, 0..SECONDS, 0..3i64), 16),
        widths in proptest::collection::vec(0..8usize, 16),
    ) {
        const WIDTHS: [&str; 8] = ["30s", "1m", "5m", "7m", "15m", "1h", "90s", "1d"];
        let (_place, series) = filled();
        for ((from, until, align), width) in ends.into_iter().zip(widths) {
            let unit = [1, 60, 300][align as usize];
            let at = |second: i64| (NOW as i64 / 1_000 - SECONDS + second) / unit * unit * 1_000;
            let (from, until) = (at(from.min(until)), at(from.max(until)));
            let width = WIDTHS[width];
            for (key, group) in [("device", "GROUP BY device"), ("1", "")] {
                let text = |level: &str, size: &str| format!(
                    "SELECT {key}, count({level}), avg({level}), min({level}), \
                     max({level}), sum({size}), count(*) FROM (SELECT * FROM \"lab\".\"air\" \
                     WHERE time >= from_milliseconds({from}) AND time < from_milliseconds({until})) \
                     {group} ORDER BY 1"
                );
                let summed = answer(&series, &text("level", "size"));
                let plain = answer(&series, &text("(level + 0)", "(size + 0)"));
                prop_assert_eq!(differ(&summed, &plain), None, "{}", text("level", "size"));
            }
            let text = |level: &str| format!(
                "SELECT device, bin(time, {width}), avg({level}), count({level}), max({level}), min(size), \
                 count(*) FROM \"lab\".\"air\" WHERE time >= from_milliseconds({from}) \
                 AND time < from_milliseconds({until}) GROUP BY device, bin(time, {width}) ORDER BY 1, 2"
            );
            let (summed, plain) = (answer(&series, &text("level")), answer(&series, &text("(level + 0)")));
            prop_assert_eq!(differ(&summed, &plain), None, "{}", text("level"));
        }
    }
}

/// The first place where two answers are not alike.
fn differ(one: &[Vec<Value>], two: &[Vec<Value>]) -> Option<String> {
    if one.len() != two.len() {
        return Some(format!("{} rows and {}", one.len(), two.len()));
    }
    let pairs = one.iter().zip(two);
    let mut differing = pairs
        .filter(|(one, two)| !one.iter().zip(two.iter()).all(|(one, two)| are_alike(one, two)));
    differing.next().map(|(one, two)| format!("{one:?} {two:?}"))
}
