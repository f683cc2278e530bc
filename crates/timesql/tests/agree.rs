//! The same rows in other blocks, and a plain computation beside, give the same answers.

mod support;

use std::collections::BTreeMap;

use proptest::prelude::*;
use support::{Layout, Memory, MemoryTable, NOW, Row, answer, columns, rows, text};
use timesql::{Scalar, Stored};

const SECOND: i64 = 1_000_000_000;
const MEMORY_BYTES: usize = 64 << 20;

#[derive(Clone, Debug)]
struct Reading {
    device: u8,
    second: i64,
    level: Option<i32>,
    count: i64,
}

fn readings() -> impl Strategy<Value = Vec<Reading>> {
    let reading = (0..4_u8, 0..600_i64, proptest::option::weighted(0.8, -50..50_i32), -5..5_i64)
        .prop_map(|(device, second, level, count)| Reading { device, second, level, count });
    let any_order = prop::collection::vec(reading, 0..200);
    // Half of them as stores give them: by series, times ascending.
    (any_order, any::<bool>()).prop_map(|(mut readings, sorted)| {
        if sorted {
            readings.sort_by_key(|reading| (reading.device, reading.second));
        }
        readings
    })
}

fn source(readings: &[Reading], layout: Layout) -> Memory {
    let measures = [("level", Stored::Double), ("count", Stored::BigInt)];
    let row = |reading: &Reading| -> Row {
        vec![
            text(&format!("d{}", reading.device)),
            text("m"),
            Some(Scalar::Timestamp(NOW - reading.second * SECOND)),
            reading.level.map(|level| Scalar::Double(f64::from(level) / 2.0)),
            Some(Scalar::BigInt(reading.count)),
        ]
    };
    let rows = readings.iter().map(row).collect();
    let table = MemoryTable { columns: columns(&["device"], &measures), rows, layout };
    Memory::default().with("db", "t", table)
}

/// Sums of halves are exact, so the order of additions does not show.
fn plainly(readings: &[Reading], from: i64, bin: i64) -> Vec<String> {
    let mut groups: BTreeMap<(u8, i64), (Vec<f64>, i64)> = BTreeMap::new();
    for reading in readings.iter().filter(|reading| reading.second <= from) {
        let time = NOW - reading.second * SECOND;
        let start = time - time.rem_euclid(bin * SECOND);
        let group = groups.entry((reading.device, start)).or_default();
        group.0.extend(reading.level.map(|level| f64::from(level) / 2.0));
        group.1 += reading.count;
    }
    let line = |((device, start), (levels, count)): (&(u8, i64), &(Vec<f64>, i64))| {
        let shown =
            |value: Option<f64>| value.map_or("NULL".to_owned(), |value| format!("{value:?}"));
        let sum = levels.iter().sum::<f64>();
        let some = !levels.is_empty();
        let mean = some.then(|| sum / levels.len() as f64);
        let least = levels.iter().copied().reduce(f64::min);
        let greatest = levels.iter().copied().reduce(f64::max);
        let nanos = (start / SECOND).to_string();
        let parts = [
            format!("d{device}"),
            nanos,
            shown(mean),
            shown(some.then_some(sum)),
            shown(least),
            shown(greatest),
            levels.len().to_string(),
            count.to_string(),
        ];
        parts.join(" | ")
    };
    groups.iter().map(line).collect()
}

/// Expressions of `device`, `time`, `level`, `count`.
fn expression() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just("level".to_owned()),
        Just("count".to_owned()),
        Just("NULL".to_owned()),
        (-3..4_i32).prop_map(|n| n.to_string()),
        (-3..4_i32).prop_map(|n| format!("{n}.5")),
        Just("length(device)".to_owned()),
        Just("second(time)".to_owned()),
        Just("CAST(count AS double)".to_owned()),
    ];
    leaf.prop_recursive(3, 12, 2, |inner| {
        let pair = (inner.clone(), inner.clone());
        prop_oneof![
            (pair.clone(), prop_oneof![Just("+"), Just("-"), Just("*"), Just("/"), Just("%")])
                .prop_map(|((a, b), sign)| format!("({a} {sign} {b})")),
            pair.clone().prop_map(|(a, b)| format!("coalesce({a}, {b})")),
            pair.clone().prop_map(|(a, b)| format!("nullif({a}, {b})")),
            pair.clone().prop_map(|(a, b)| format!("if({a} > {b}, {a}, {b})")),
            pair.prop_map(|(a, b)| format!("try({a} / {b})")),
            inner.prop_map(|a| format!("abs({a})")),
        ]
    })
}

fn condition() -> impl Strategy<Value = String> {
    let comparison = (
        expression(),
        prop_oneof![Just("="), Just("<>"), Just("<"), Just("<="), Just(">"), Just(">=")],
        expression(),
    );
    let leaf = prop_oneof![
        comparison.prop_map(|(a, sign, b)| format!("{a} {sign} {b}")),
        expression().prop_map(|a| format!("{a} IS NULL")),
        expression().prop_map(|a| format!("{a} BETWEEN -1 AND 2")),
        Just("device IN ('d1', 'd3')".to_owned()),
        Just("device LIKE '%2'".to_owned()),
        Just("upper(device) = 'D0'".to_owned()),
        (0..600_i64).prop_map(|second| format!("time >= ago({second}s)")),
        (0..600_i64).prop_map(|second| format!("time < ago({second}s)")),
    ];
    leaf.prop_recursive(3, 8, 2, |inner| {
        prop_oneof![
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} AND {b})")),
            (inner.clone(), inner.clone()).prop_map(|(a, b)| format!("({a} OR {b})")),
            inner.prop_map(|a| format!("NOT ({a})")),
        ]
    })
}

const LAYOUTS: [Layout; 4] =
    [Layout::Mixed(1), Layout::Mixed(16), Layout::Series(5), Layout::Series(1_000)];

proptest! {
    #[test]
    fn groups_are_those_of_a_plain_computation(
        readings in readings(), from in 0..600_i64, bin in 1..200_i64
    ) {
        let expected = plainly(&readings, from, bin);
        let sql = format!(
            "SELECT device, to_milliseconds(bin(time, {bin}s)) / 1000, avg(level), sum(level), min(level), \
             max(level), count(level), sum(count) FROM db.t WHERE time >= ago({from}s) AND time <= now() \
             GROUP BY device, bin(time, {bin}s) ORDER BY 1, 2"
        );
        for layout in LAYOUTS {
            let found = answer(&source(&readings, layout), &sql);
            let found: Vec<&str> = found.lines().skip(1).collect();
            prop_assert_eq!(&found, &expected.iter().map(String::as_str).collect::<Vec<_>>());
        }
    }

    #[test]
    fn the_newest_are_the_first_of_all(readings in readings(), limit in 1..20_usize) {
        let sql = "SELECT time, device, count, level FROM db.t ORDER BY time DESC, device, count, level";
        let all = answer(&source(&readings, Layout::Mixed(1_000)), sql);
        let expected: Vec<&str> = all.lines().take(limit + 1).collect();
        for layout in LAYOUTS {
            let found = answer(&source(&readings, layout), &format!("{sql} LIMIT {limit}"));
            prop_assert_eq!(found.lines().collect::<Vec<_>>(), expected.clone());
        }
    }

    /// Where the first layout fails, the others fail; which row fails first may differ.
    #[test]
    fn expressions_do_not_depend_on_blocks(
        readings in readings(), shown in expression(), condition in condition()
    ) {
        let sql = format!("SELECT {shown}, {condition} FROM db.t WHERE {condition}");
        let sorted = |layout| {
            rows(&source(&readings, layout), &sql, MEMORY_BYTES).map(|found| {
                let mut lines: Vec<String> = found.lines().map(str::to_owned).collect();
                lines.sort();
                lines
            }).map_err(drop)
        };
        let expected = sorted(LAYOUTS[0]);
        for layout in &LAYOUTS[1..] {
            prop_assert_eq!(sorted(*layout), expected.clone(), "{}", sql);
        }
    }
}

#[test]
fn a_query_that_holds_too_much_fails() {
    let readings: Vec<Reading> =
        (0..10_000).map(|n| Reading { device: 1, second: n, level: Some(1), count: n }).collect();
    let source = source(&readings, Layout::Series(1_000));
    for sql in [
        "SELECT * FROM db.t ORDER BY level",
        "SELECT count, count(*) FROM db.t GROUP BY count",
        "SELECT count, lag(count) OVER (ORDER BY time) FROM db.t",
        "SELECT count(*) FROM db.t a JOIN db.t b ON a.count = b.count",
        "SELECT array_agg(count) FROM db.t",
        "SELECT DISTINCT count FROM db.t",
    ] {
        let found = support::answer_within(&source, sql, 100_000);
        assert_eq!(
            found, "error: Query exceeded per-query memory limit of 100000 bytes\n",
            "{sql}"
        );
    }
    // The first of an order, and what passes through, is not held.
    for sql in
        ["SELECT * FROM db.t ORDER BY time DESC LIMIT 10", "SELECT * FROM db.t WHERE level > 0"]
    {
        let found = support::answer_within(&source, sql, 400_000);
        assert!(!found.starts_with("error"), "{sql}: {found}");
    }
}

/// Trees are as deep as they may be; deeper ones are refused, and neither breaks a small stack.
#[test]
fn queries_nest_as_deep_as_they_may_and_no_deeper() {
    let source = source(&[], Layout::Mixed(1));
    let nested = |open: &str, inner: &str, close: &str, times: usize| {
        format!("SELECT {}{inner}{}", open.repeat(times), close.repeat(times))
    };
    for sql in [
        nested("(", "1", ")", 50),
        nested("abs(", "1", ")", 50),
        nested("(SELECT ", "1", ")", 20),
        nested("- ", "(1)", "", 50),
        format!("SELECT 1{}", " + 1".repeat(99)),
        format!("SELECT true{}", " AND (1 = 1 OR true)".repeat(90)),
        format!("SELECT 1 WHERE 1 = 2{}", " OR 1 + 1 = 3".repeat(1_000)),
        format!("SELECT 1{}", " UNION SELECT 1".repeat(60)),
        format!("SELECT 1 FROM (VALUES 1){}", " CROSS JOIN (VALUES 1)".repeat(60)),
    ] {
        let found = answer(&source, &sql);
        assert!(!found.starts_with("error"), "{}: {found}", &sql[..40]);
    }
    for sql in [
        nested("(", "1", ")", 100_000),
        nested("abs(", "1", ")", 10_000),
        nested("(SELECT ", "1", ")", 10_000),
        nested("- ", "1", "", 10_000),
        nested("NOT ", "true", "", 10_000),
        format!("SELECT 1{}", " + 1".repeat(60_000)),
        format!("SELECT 1{}", " IS NULL".repeat(30_000)),
        format!("SELECT ARRAY[1]{}", "[1]".repeat(60_000)),
        format!("SELECT 1{}", " UNION SELECT 1".repeat(10_000)),
        format!("SELECT 1 FROM (VALUES 1){}", " CROSS JOIN (VALUES 1)".repeat(10_000)),
    ] {
        let found = answer(&source, &sql);
        assert!(found.starts_with("error: The query syntax is invalid"), "{}: {found}", &sql[..40]);
    }
}
