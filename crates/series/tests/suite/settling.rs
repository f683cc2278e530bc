//! What happens in the background: nobody who reads sees any of it.

use std::ops::Range;

use series::{Series, Settler, TableUpdate};
use stdx::task::block_on;
use timesql::{Next, Scan, Source};

use crate::common::{air, database, lab, records, rows_of, scanned, table_name, texts};

const DAY: i64 = 24 * 3_600_000;

#[test]
fn a_snapshot_sees_the_same_before_and_after() {
    let (place, series, table) = lab();
    for day in 0..3 {
        let all: Vec<_> = (0..50).map(|at| texts("a", at - day * DAY, at, None)).collect();
        block_on(series.write(&table, &records(&all))).unwrap();
    }
    let before = series.snapshot();
    let expected = rows_of(&before, false);
    assert_eq!(expected.len(), 150);
    let mut settler = Settler::new(series.clone());
    block_on(settler.settle_all()).unwrap();
    assert_eq!(files(&place), 3);
    let between = series.snapshot();
    let more = texts("b", 0, 1, None);
    block_on(series.write(&table, &records(&[more]))).unwrap();
    block_on(settler.settle_all()).unwrap();
    block_on(settler.merge_all()).unwrap();
    while block_on(settler.step()).unwrap() {}
    for moment in [&before, &between] {
        for newest_first in [false, true] {
            assert_eq!(rows_of(moment, newest_first), expected);
        }
    }
    assert_eq!(rows_of(&series.snapshot(), false).len(), 151);
    assert_eq!(files(&place), 5, "who looks keeps what it sees");
    drop((before, between));
    while block_on(settler.step()).unwrap() {}
    block_on(settler.step()).unwrap();
    assert_eq!(files(&place), 3);
}

fn files(place: &crate::common::Place) -> usize {
    use kv::Disk;
    place.disk.list().unwrap().iter().filter(|name| name.ends_with(".series")).count()
}

/// More than a scan names before it reads.
#[test]
fn a_segment_of_very_many_series_is_read_whole() {
    let (_place, series, table) = lab();
    let all: Vec<_> = (0..9_000).map(|at| texts(&format!("d{at}"), at, at, None)).collect();
    for some in all.chunks(100) {
        block_on(series.write(&table, &records(some))).unwrap();
    }
    let expected = rows_of(&series.snapshot(), false);
    assert_eq!(expected.len(), 9_000);
    block_on(Settler::new(series.clone()).settle_all()).unwrap();
    for newest_first in [false, true] {
        assert_eq!(rows_of(&series.snapshot(), newest_first), expected);
    }
    let mut seen = 0;
    let snapshot = series.snapshot();
    let readings = snapshot.table("lab", "air").unwrap().unwrap();
    let scan = Scan {
        columns: vec![0],
        from: i64::MIN,
        until: i64::MAX,
        equal: Vec::new(),
        newest_first: false,
        sums: None,
    };
    let mut take = |block: &timesql::Block<'_>| {
        seen += block.rows;
        if seen < 5_000 { Next::More } else { Next::Stop }
    };
    readings.scan(&scan, &mut take).unwrap();
    assert_eq!(seen, 5_000, "who has enough is given no more");
}

#[test]
fn days_that_are_too_old_go_with_their_files() {
    let (place, series, table) = lab();
    let all: Vec<_> = (0..4).map(|day| texts("a", -day * DAY, day, None)).collect();
    block_on(series.write(&table, &records(&all))).unwrap();
    let mut settler = Settler::new(series.clone());
    block_on(settler.settle_all()).unwrap();
    assert_eq!(files(&place), 4);
    let retention = Some(series::Retention { memory_hours: 1, magnetic_days: 1 });
    let update = TableUpdate { retention, ..TableUpdate::default() };
    block_on(series.update_table(&database("lab"), &table_name("air"), update)).unwrap();
    // The row of exactly one day ago is the oldest that is kept.
    assert_eq!(rows_of(&series.snapshot(), false).len(), 2);
    while block_on(settler.step()).unwrap() {}
    block_on(settler.step()).unwrap();
    assert_eq!(files(&place), 2);
    assert_eq!(rows_of(&series.snapshot(), false).len(), 2);
}

/// Settles rows of these times, each once and by itself, so that they are a segment.
fn add_segment(settler: &mut Settler, series: &Series, device: &str, times: Range<i64>) {
    let all: Vec<_> = times.map(|at| texts(device, at, at % 100, None)).collect();
    for some in all.chunks(100) {
        block_on(series.write(&air(series), &records(some))).unwrap();
    }
    block_on(settler.settle_all()).unwrap();
}

#[test]
fn pages_are_carried_from_segment_to_segment_with_every_row() {
    let (place, series, _) = lab();
    let mut settler = Settler::new(series.clone());
    for times in [0..1_100, 1_100..1_140, 1_140..2_800, 2_800..2_900] {
        add_segment(&mut settler, &series, "a", times);
    }
    for times in [0..900, 300..1_500, 1_500..1_510] {
        add_segment(&mut settler, &series, "times that meet", times);
    }
    let expected = rows_of(&series.snapshot(), false);
    assert_eq!((files(&place), expected.len()), (7, 2_900 + 1_510));
    block_on(settler.merge_all()).unwrap();
    for newest_first in [false, true] {
        assert_eq!(rows_of(&series.snapshot(), newest_first), expected);
    }
    while block_on(settler.step()).unwrap() {}
    block_on(settler.step()).unwrap();
    assert_eq!(files(&place), 1);
}

#[test]
fn a_damaged_page_is_not_carried_on() {
    use kv::Disk;
    let (place, series, _) = lab();
    let mut settler = Settler::new(series.clone());
    add_segment(&mut settler, &series, "a", 0..1_000);
    add_segment(&mut settler, &series, "a", 1_000..2_000);
    let names = place.disk.list().unwrap();
    let name = names.iter().find(|name| name.ends_with(".series")).expect("a segment");
    place.disk.flip(name, 100, 1);
    let error = block_on(settler.merge_all()).unwrap_err();
    assert!(error.to_string().contains("a page fails its checksum"), "{error}");
    assert_eq!(files(&place), 2);
}

#[test]
fn a_deleted_table_leaves_nothing() {
    let (place, series, table) = lab();
    for at in 0..2 {
        let all: Vec<_> = (0..50).map(|row| texts("a", at * 50 + row, row, None)).collect();
        block_on(series.write(&table, &records(&all))).unwrap();
        if at == 0 {
            block_on(Settler::new(series.clone()).settle_all()).unwrap();
        }
    }
    block_on(series.delete_table(&database("lab"), &table_name("air"))).unwrap();
    let mut settler = Settler::new(series.clone());
    while block_on(settler.step()).unwrap() {}
    block_on(settler.step()).unwrap();
    assert_eq!(files(&place), 0);
    drop((series, settler));
    assert!(place.open().table("lab", "air").unwrap().is_none());
}

#[test]
fn a_file_that_nothing_names_goes_at_the_start() {
    use kv::Disk;
    let (place, series, _) = lab();
    drop(series);
    place.disk.create("00000000000000aa.series", 10).unwrap();
    let series = place.open();
    block_on(Settler::new(series.clone()).step()).unwrap();
    assert_eq!(files(&place), 0);
    let table = air(&series);
    let row = texts("a", 0, 1, None);
    block_on(series.write(&table, &records(&[row]))).unwrap();
    block_on(Settler::new(series.clone()).settle_all()).unwrap();
    assert!(place.disk.list().unwrap().contains(&"00000000000000ab.series".to_owned()));
}

#[test]
fn a_scan_prunes_by_time_and_dimension_and_stops() {
    let (_place, series, table) = lab();
    for device in ["a", "b", "c"] {
        let all: Vec<_> = (0..90).map(|at| texts(device, at * 1000, at, None)).collect();
        block_on(series.write(&table, &records(&all))).unwrap();
    }
    block_on(Settler::new(series.clone()).settle_all()).unwrap();
    let moment = series.snapshot();
    let table = moment.table("lab", "air").unwrap().unwrap();
    let second = |at: i64| (crate::common::NOW as i64 + at * 1000) * 1_000_000;
    let scan = Scan {
        columns: vec![0, 2],
        from: second(10),
        until: second(19),
        equal: vec![(0, vec!["b".to_owned(), "x".to_owned()])],
        newest_first: false,
        sums: None,
    };
    let rows = scanned(&*table, &scan);
    assert_eq!(rows.len(), 10);
    assert!(rows.iter().all(|row| row[0] == "b"));
    let all = Scan { from: i64::MIN, until: i64::MAX, equal: Vec::new(), ..scan.clone() };
    let mut blocks = 0;
    table
        .scan(&all, &mut |_| {
            blocks += 1;
            Next::Stop
        })
        .unwrap();
    assert_eq!(blocks, 1);
    let mut rows = 0;
    let newest = Scan { newest_first: true, ..all };
    table
        .scan(&newest, &mut |block| {
            rows += block.rows;
            Next::Since(second(89))
        })
        .unwrap();
    assert_eq!(rows, 90 + 2, "of the other series the newest rows alone");
}

#[test]
fn files_of_the_machine_serve_as_well() {
    use std::sync::Arc;
    let folder = tempfile::tempdir().unwrap();
    let (clock, _hands) = stdx::clock::Clock::stopped_at(crate::common::NOW);
    let open = || {
        let store = kv::Store::open(&folder.path().join("kv"), kv::Options::default()).unwrap();
        let segments = folder.path().join("series");
        std::fs::create_dir_all(&segments).unwrap();
        let disk = Arc::new(kv::Files::new(&segments));
        Series::open(store, disk, model::Home::default(), clock.clone()).unwrap()
    };
    let series = open();
    block_on(series.create_database(&database("lab"), None, [].into())).unwrap();
    let new = crate::common::new_table();
    block_on(series.create_table(&database("lab"), &table_name("air"), new)).unwrap();
    let all: Vec<_> = (0..90).map(|at| texts("a", at, at, None)).collect();
    block_on(series.write(&air(&series), &records(&all))).unwrap();
    block_on(Settler::new(series.clone()).settle_all()).unwrap();
    let expected = rows_of(&series.snapshot(), false);
    series.store().close();
    drop(series);
    let series = open();
    assert_eq!(rows_of(&series.snapshot(), true), expected);
    let again = block_on(series.write(&air(&series), &records(&all))).unwrap();
    assert_eq!((again.total(), again.rejected.len()), (90, 0));
    assert_eq!(rows_of(&series.snapshot(), false), expected);
}

#[test]
fn a_page_that_was_damaged_is_told() {
    let (place, series, table) = lab();
    let all: Vec<_> = (0..90).map(|at| texts("a", at, at, None)).collect();
    block_on(series.write(&table, &records(&all))).unwrap();
    block_on(Settler::new(series.clone()).settle_all()).unwrap();
    use kv::Disk;
    let names = place.disk.list().unwrap();
    let file = names.iter().find(|name| name.ends_with(".series")).unwrap();
    place.disk.flip(file, 20, 4);
    let moment = series.snapshot();
    let table = moment.table("lab", "air").unwrap().unwrap();
    let columns = (0..4).collect();
    let equal = Vec::new();
    let scan =
        Scan { columns, from: i64::MIN, until: i64::MAX, equal, newest_first: false, sums: None };
    assert!(table.scan(&scan, &mut |_| Next::More).is_err());
}
