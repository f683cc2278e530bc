//! Records that are taken, and those that are not.

use std::pin::pin;
use std::task::{Context, Poll, Waker};

use kv::Committer;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use series::{MeasureType, Retention, TableUpdate, TimeUnit, Written};
use stdx::task::block_on;

use crate::common::{
    Place, Texts, air, database, drive, lab, new_table, records, rows_of, table_name, texts,
};

const HOUR: i64 = 3_600_000;

#[test]
fn a_record_is_read_back_with_its_columns() {
    let (_place, series, table) = lab();
    let one = texts("a", 0, 21, None);
    let many = [
        ("temperature", "21.5", MeasureType::Double),
        ("open", "TRUE", MeasureType::Boolean),
        ("note", "fine", MeasureType::Varchar),
        ("seen", "5", MeasureType::Timestamp),
    ];
    let mut multi = one.multi(&many);
    multi.measure_name = Some("all");
    let written = block_on(series.write(&table, &[one.record(), multi])).unwrap();
    assert_eq!((written.memory, written.magnetic, written.rejected.len()), (2, 0, 0));
    let time = "1790000000000000000";
    // device, measure_name, time, measure_value::bigint, temperature, open, note, seen
    assert_eq!(
        rows_of(&series.snapshot(), false),
        [
            ["a", "all", time, "-", "21.5", "true", "fine", "5000000"],
            ["a", "level", time, "21", "-", "-", "-", "-"],
        ]
    );
}

fn reject(written: &Written) -> Vec<(usize, Option<i64>)> {
    written.rejected.iter().map(|it| (it.index, it.existing_version)).collect()
}

#[test]
fn the_same_again_is_taken_and_another_value_needs_a_higher_version() {
    let (_place, series, table) = lab();
    let write = |value, version| {
        let record = texts("a", 0, value, version);
        block_on(series.write(&table, &records(&[record]))).unwrap()
    };
    assert_eq!(write(1, None).total(), 1);
    let again = write(1, None);
    assert_eq!((again.total(), again.rejected.len()), (1, 0));
    let other = write(2, None);
    assert_eq!((other.total(), reject(&other)), (0, vec![(0, Some(1))]));
    assert!(other.rejected[0].reason.starts_with("A record already exists with the same time"));
    assert_eq!(write(2, Some(5)).total(), 1);
    let lower = write(3, Some(4));
    assert_eq!(reject(&lower), [(0, Some(5))]);
    assert_eq!(
        lower.rejected[0].reason,
        "The record version 4 is lower than the existing version 5. A higher version is required \
         to update the measure value."
    );
    assert_eq!(rows_of(&series.snapshot(), false), [["a", "level", "1790000000000000000", "2"]]);
}

#[test]
fn of_one_call_the_first_and_the_highest_count() {
    let (_place, series, table) = lab();
    let all = [
        texts("a", 0, 1, None),
        texts("a", 0, 1, None),
        texts("a", 0, 2, None),
        texts("a", 0, 3, Some(2)),
    ];
    let written = block_on(series.write(&table, &records(&all))).unwrap();
    assert_eq!(reject(&written), [(2, Some(1))]);
    assert_eq!(rows_of(&series.snapshot(), false)[0][3], "3");
}

#[test]
fn times_outside_of_the_window_are_rejected() {
    let (_place, series, table) = lab();
    let at = |millis| texts("a", millis, 1, None);
    let all = [at(16 * 60_000), at(14 * 60_000), at(-99 * 24 * HOUR), at(-101 * 24 * HOUR)];
    let written = block_on(series.write(&table, &records(&all))).unwrap();
    assert_eq!((written.memory, written.magnetic), (1, 1));
    assert_eq!(reject(&written), [(0, None), (3, None)]);
    assert_eq!(
        written.rejected[0].reason,
        "The record timestamp is outside the time range [2026-06-13T14:13:20.000Z, \
         2026-09-21T14:28:20.000Z) of the data ingestion window."
    );
    let retention = Some(Retention { memory_hours: 1, magnetic_days: 1 });
    let magnetic_writes = Some(series::MagneticWrites::default());
    let update = TableUpdate { retention, magnetic_writes, partition_key: None };
    block_on(series.update_table(&database("lab"), &table_name("air"), update)).unwrap();
    let late = texts("a", -2 * HOUR, 1, None);
    let written = block_on(series.write(&air(&series), &records(&[late]))).unwrap();
    assert!(written.rejected[0].reason.ends_with("of the memory store."));
    assert_eq!(rows_of(&series.snapshot(), false).len(), 1, "what is too old is not shown");
}

#[test]
fn limits_are_told_by_their_names() {
    let (_place, series, table) = lab();
    let good = texts("a", 0, 1, None);
    let long = "x".repeat(2049);
    let mut cases = Vec::new();
    let mut case = |change: &dyn Fn(&mut series::RecordText<'_>), says: &str| {
        let mut record = good.record();
        change(&mut record);
        let written = block_on(series.write(&table, &[record])).unwrap();
        cases.push((written.rejected[0].reason.contains(says), says.to_owned()));
    };
    case(&|it| it.measure_name = None, "MeasureName");
    case(&|it| it.time = None, "Time");
    case(&|it| it.time = Some("soon"), "soon is no number of MILLISECONDS");
    case(&|it| it.unit = TimeUnit::Seconds, "SECONDS");
    case(&|it| it.measure_value = Some("x"), "not of type BIGINT");
    case(&|it| it.measure_value = None, "MeasureValue must be given");
    case(&|it| it.version = Some(0), "Version 0");
    case(&|it| it.kind = MeasureType::Multi, "MeasureValue may not");
    case(&|it| it.dimensions = vec![("device", "")].into(), "device is empty");
    case(&|it| it.dimensions = vec![("time", "a")].into(), "reserved");
    case(&|it| it.dimensions = vec![("a", "b"), ("a", "c")].into(), "given twice");
    assert!(cases.iter().all(|(is_told, _)| *is_told), "{cases:?}");
    let mut too_long = good.record();
    too_long.dimensions = vec![("device", &*long)].into();
    let written = block_on(series.write(&table, &[too_long])).unwrap();
    assert!(written.rejected[0].reason.contains("2048 bytes"));
    let many = vec![good.record(); 101];
    let refused = block_on(series.write(&table, &many)).unwrap_err();
    assert!(refused.to_string().starts_with("Records"));
}

#[test]
fn a_measure_keeps_its_type() {
    let (_place, series, table) = lab();
    let one = texts("a", 0, 1, None);
    let double = [("x", "1.5", MeasureType::Double)];
    block_on(series.write(&table, &[one.multi(&double)])).unwrap();
    let two = texts("a", 1, 1, None);
    let bigint = [("x", "1", MeasureType::BigInt)];
    let written = block_on(series.write(&table, &[two.multi(&bigint)])).unwrap();
    let reason = &written.rejected[0].reason;
    assert_eq!(reason, "The measure x has the type DOUBLE and not BIGINT.");
}

/// Lines of the body to the table `air`, seconds.
fn write_lines(series: &series::Series, body: &str) -> series::LinesWritten {
    let unescaped = series::Unescaped::of(body).unwrap();
    let lines = series::Lines::parse(body, &unescaped, TimeUnit::Seconds, 0).unwrap();
    assert_eq!(lines.tables().collect::<Vec<_>>(), ["air"]);
    block_on(series.write_lines(&[air(series)], lines)).unwrap()
}

#[test]
fn of_lines_the_last_wins() {
    let (_place, series, _) = lab();
    let body = "air,device=a level=1i 1790000000\nair,device=a level=2i 1790000000";
    assert_eq!(write_lines(&series, body).rows, 1);
    write_lines(&series, "air,device=a level=3i 1790000000\nair,device=b level=4i 1790000001");
    let expected =
        [["a", "air", "1790000000000000000", "3"], ["b", "air", "1790000001000000000", "4"]];
    assert_eq!(rows_of(&series.snapshot(), false), expected);
    let mut settler = series::Settler::new(series.clone());
    block_on(settler.settle_all()).unwrap();
    assert_eq!(rows_of(&series.snapshot(), false), expected);
    write_lines(&series, "air,device=a level=5i 1790000000");
    assert_eq!(rows_of(&series.snapshot(), true)[0][3], "5");
}

#[test]
fn lines_that_do_not_fit_are_left_out_and_told() {
    let (_place, series, _) = lab();
    write_lines(&series, "air,device=a level=1 1790000000");
    let body = "air,device=a level=1i 1790000001\nair,device=a level=2 1790000002\n\
                air,device=a level=3 1\nair,device=a level=3 1890000000";
    let written = write_lines(&series, body);
    let said: Vec<String> = written.refused.iter().map(ToString::to_string).collect();
    assert_eq!(
        said,
        [
            "partial write: points beyond retention policy dropped=2",
            "partial write: field type conflict: input field \"level\" on measurement \"air\" is type \
             integer, already exists as type float dropped=1",
        ]
    );
    assert_eq!(written.rows, 1);
    assert_eq!(rows_of(&series.snapshot(), false).len(), 2);
}

#[test]
fn of_two_calls_that_write_one_row_at_once_one_is_told_of_the_other() {
    let place = Place::new();
    let (store, series) = place.open_with(Committer::Manual).unwrap();
    drive(&store, series.create_database(&database("lab"), None, [].into())).unwrap();
    drive(&store, series.create_table(&database("lab"), &table_name("air"), new_table())).unwrap();
    let table = air(&series);
    // Newer than all of its series, and older than what another call brings: both ways are looked at.
    for (round, before) in [(0, None), (1, Some(9))] {
        let device = format!("d{round}");
        if let Some(later) = before {
            let texts = [texts(&device, later, 0, None)];
            drive(&store, series.write(&table, &records(&texts))).unwrap();
        }
        let (one, two) = ([texts(&device, 5, 1, None)], [texts(&device, 5, 2, None)]);
        let other = [texts("other", 5, 3, None)];
        let (one, two, other) = (records(&one), records(&two), records(&other));
        let mut calls = [
            Box::pin(series.write(&table, &one)),
            Box::pin(series.write(&table, &two)),
            Box::pin(series.write(&table, &other)),
        ];
        let mut context = Context::from_waker(Waker::noop());
        let mut answers: [Option<Written>; 3] = Default::default();
        while answers.iter().any(Option::is_none) {
            for (call, answer) in calls.iter_mut().zip(&mut answers) {
                if answer.is_none()
                    && let Poll::Ready(written) = pin!(call).poll(&mut context)
                {
                    *answer = Some(written.unwrap());
                }
            }
            store.pump();
        }
        let rejected = answers.map(|answer| reject(&answer.unwrap()));
        assert_eq!(rejected, [vec![], vec![(0, Some(1))], vec![]]);
    }
}

/// Dimensions and measures of a record, at its own second.
type Shape = (Vec<(&'static str, &'static str)>, Vec<(&'static str, &'static str, MeasureType)>);

fn shape() -> impl Strategy<Value = Shape> {
    let dimensions = [
        vec![("a", "1"), ("b", "2")],
        vec![("a", "2"), ("b", "2")],
        vec![("b", "2"), ("a", "1")],
        vec![("a", "1"), ("b", "")],
        vec![("a", "1")],
        vec![],
    ];
    let measures = [
        vec![("x", "1", MeasureType::Double), ("y", "1", MeasureType::BigInt)],
        vec![("x", "2.5", MeasureType::Double), ("y", "7", MeasureType::BigInt)],
        vec![("y", "1", MeasureType::BigInt), ("x", "1", MeasureType::Double)],
        vec![("x", "1", MeasureType::Double), ("y", "soon", MeasureType::BigInt)],
        vec![("x", "1", MeasureType::BigInt)],
        vec![("t", "long", MeasureType::Varchar)],
    ];
    (select(dimensions.to_vec()), select(measures.to_vec()))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// What is known of the record before is no more than what would be found out.
    #[test]
    fn records_of_one_call_are_what_they_are_alone(shapes in vec(shape(), 1..8)) {
        let all: Vec<Texts> = (0..shapes.len()).map(|at| texts("", at as i64, 0, None)).collect();
        let record = |at: usize| {
            let (dimensions, measures) = &shapes[at];
            series::RecordText { dimensions: dimensions[..].into(), ..all[at].multi(measures) }
        };
        let (_one, alone, table) = lab();
        let mut rejected = Vec::new();
        for at in 0..shapes.len() {
            let written = block_on(alone.write(&table, &[record(at)])).unwrap();
            rejected.extend(written.rejected.into_iter().map(|it| (at, it.reason)));
        }
        let (_other, together, table) = lab();
        let records: Vec<_> = (0..shapes.len()).map(record).collect();
        let written = block_on(together.write(&table, &records)).unwrap();
        let found: Vec<_> = written.rejected.into_iter().map(|it| (it.index, it.reason)).collect();
        prop_assert_eq!(found, rejected);
        let rows = rows_of(&together.snapshot(), false);
        prop_assert_eq!(&rows, &rows_of(&alone.snapshot(), false));
        block_on(series::Settler::new(together.clone()).settle_all()).unwrap();
        prop_assert_eq!(rows, rows_of(&together.snapshot(), false));
    }
}
