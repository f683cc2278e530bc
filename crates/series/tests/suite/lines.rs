//! Random lines: what is read is what came last, hot or settled, from one restart to the next.

use std::collections::BTreeMap;
use std::fmt::Write;

use proptest::collection::vec;
use proptest::prelude::*;
use series::{Lines, Series, Settler, TimeUnit, Unescaped};
use stdx::task::block_on;

use crate::common::{NOW, air, lab, rows_of};

/// Fields as texts, `-` for those that a line has not: a double, a whole number, a text, a boolean.
type Fields = [String; 4];

type Line = (u8, u8, Option<i16>, Option<i32>, Option<u8>, Option<bool>);

fn line() -> impl Strategy<Value = Line> {
    let fields =
        (any::<Option<i16>>(), any::<Option<i32>>(), any::<Option<u8>>(), any::<Option<bool>>());
    let has_any = |it: &(_, _, _, _)| *it != (None, None, None, None);
    (0..4u8, 0..40u8, fields.prop_filter("a line has a field", has_any))
        .prop_map(|(device, at, (a, b, c, d))| (device, at, a, b, c, d))
}

fn second(at: u8) -> i64 {
    NOW as i64 / 1000 + i64::from(at % 10) - i64::from(at / 10) * 86_400
}

fn fields((_, _, a, b, c, d): &Line) -> Fields {
    let text = |text: Option<String>| text.unwrap_or_else(|| "-".to_owned());
    [
        text(a.map(|it| (f64::from(it) / 100.0).to_string())),
        text(b.map(|it| it.to_string())),
        text(c.map(|it| format!("t {}\"{}", it % 5, it % 3))),
        text(d.map(|it| it.to_string())),
    ]
}

fn body(lines: &[Line]) -> String {
    let mut body = String::new();
    for line in lines {
        let [a, b, c, d] = fields(line);
        let c = c.replace('"', "\\\"");
        let told = [
            (a != "-").then(|| format!("a={a}")),
            (b != "-").then(|| format!("b={b}i")),
            (c != "-").then(|| format!("c=\"{c}\"")),
            (d != "-").then(|| format!("d={d}")),
        ];
        let told = told.into_iter().flatten().collect::<Vec<_>>().join(",");
        writeln!(body, "air,device=n{} {told} {}", line.0, second(line.1)).unwrap();
    }
    body
}

fn write(series: &Series, body: &str) {
    let unescaped = Unescaped::of(body).unwrap();
    let lines = Lines::parse(body, &unescaped, TimeUnit::Seconds, 0).unwrap();
    let written = block_on(series.write_lines(&[air(series)], lines)).unwrap();
    assert!(written.refused.is_empty(), "{written:?}");
}

fn check(series: &Series, oracle: &BTreeMap<(u8, i64), Fields>) {
    let moment = series.snapshot();
    let mut expected: Vec<Vec<String>> = oracle
        .iter()
        .map(|((device, second), fields)| {
            let time = second * 1_000_000_000;
            [&[format!("n{device}"), "air".into(), time.to_string()], &fields[..]].concat()
        })
        .collect();
    expected.sort();
    for newest_first in [false, true] {
        assert_eq!(rows_of(&moment, newest_first), expected);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn the_last_line_is_read(bodies in vec((vec(line(), 1..25), any::<bool>()), 1..6)) {
        let (place, mut series, _) = lab();
        // So that columns stand in the order of the test.
        let first = (0, 0, Some(1), Some(1), Some(1), Some(true));
        write(&series, &body(&[first]));
        let mut oracle = BTreeMap::from([((0, second(0)), fields(&first))]);
        for (lines, settles) in &bodies {
            write(&series, &body(lines));
            oracle.extend(lines.iter().map(|line| ((line.0, second(line.1)), fields(line))));
            check(&series, &oracle);
            if *settles {
                block_on(Settler::new(series.clone()).settle_all()).unwrap();
                check(&series, &oracle);
            }
        }
        series.store().close();
        drop(series);
        series = place.open();
        let mut settler = Settler::new(series.clone());
        block_on(settler.settle_all()).unwrap();
        block_on(settler.merge_all()).unwrap();
        check(&series, &oracle);
    }
}
