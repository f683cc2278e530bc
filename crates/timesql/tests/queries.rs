//! The files in `queries` hold queries and their answers. `UPDATE_EXPECT=1` writes the answers anew.

mod support;

use std::fs;
use std::path::PathBuf;

use support::{Layout, Memory, MemoryTable, NOW, answer, columns, text};
use timesql::{Scalar, Stored};

const SECOND: i64 = 1_000_000_000;

/// A house as a rule writes it (one record for each attribute), and sensors with multi-measures.
fn source(layout: Layout) -> Memory {
    Memory::default()
        .with("iot", "temperaturesensor", house(layout))
        .with("db", "sensors", sensors(layout))
        .with("db", "empty", MemoryTable { rows: Vec::new(), ..sensors(layout) })
}

fn house(layout: Layout) -> MemoryTable {
    let single = [
        ("measure_value::bigint", Stored::BigInt),
        ("measure_value::double", Stored::Double),
        ("measure_value::varchar", Stored::Varchar),
    ];
    let columns = columns(&["sensor_id", "temperature", "zone_id"], &single);
    let mut rows = Vec::new();
    for (minute, sensor, temperature) in [(9, 1, 20), (5, 2, 21), (1, 3, 36), (0, 1, 35)] {
        let time = Some(Scalar::Timestamp(NOW - minute * 60 * SECOND - 5 * SECOND));
        let zone = (sensor + 1) / 2;
        for (name, value) in
            [("sensor_id", sensor), ("temperature", temperature), ("zone_id", zone)]
        {
            rows.push(vec![
                text(&sensor.to_string()),
                text(&temperature.to_string()),
                text(&zone.to_string()),
                text(name),
                time.clone(),
                Some(Scalar::BigInt(value)),
                None,
                None,
            ]);
        }
    }
    MemoryTable { columns, rows, layout }
}

fn sensors(layout: Layout) -> MemoryTable {
    let measures = [
        ("level", Stored::Double),
        ("count", Stored::BigInt),
        ("ok", Stored::Boolean),
        ("state", Stored::Varchar),
        ("seen", Stored::Timestamp),
    ];
    let columns = columns(&["device", "site"], &measures);
    let mut rows = Vec::new();
    for device in 0..3_i64 {
        for step in 0..10_i64 {
            let time = NOW - (10 - step) * 30 * SECOND;
            let missing = (device + step) % 5 == 4;
            rows.push(vec![
                text(&format!("d{device}")),
                text(if device < 2 { "north" } else { "south" }),
                text("metrics"),
                Some(Scalar::Timestamp(time)),
                (!missing).then_some(Scalar::Double((device * 10 + step) as f64 + 0.5)),
                Some(Scalar::BigInt(step * step - device)),
                (step % 4 != 3).then_some(Scalar::Boolean(step % 2 == 0)),
                (step % 3 != 2)
                    .then(|| Scalar::Varchar(if step < 5 { "low" } else { "high" }.into())),
                Some(Scalar::Timestamp(time + SECOND)),
            ]);
        }
    }
    MemoryTable { columns, rows, layout }
}

/// A query and what it is to answer.
fn cases(content: &str) -> Vec<(String, String)> {
    let blocks = content.split("\n\n").map(str::trim).filter(|block| !block.is_empty());
    let case = |block: &str| {
        let (sql, answer) = block.split_once("\n----").unwrap_or((block, ""));
        (sql.to_owned(), answer.trim_start_matches('\n').to_owned())
    };
    blocks.map(case).collect()
}

fn sorted_unless_ordered(sql: &str, answer: &str) -> String {
    if sql.to_lowercase().contains("order by") || answer.starts_with("error") {
        return answer.to_owned();
    }
    let mut lines: Vec<&str> = answer.lines().collect();
    if lines.len() > 1 {
        lines[1..].sort_unstable();
    }
    lines.join("\n")
}

#[test]
fn queries_have_their_answers() {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/queries");
    let mut names: Vec<PathBuf> = fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("an entry").path())
        .collect();
    names.sort();
    let update = std::env::var_os("UPDATE_EXPECT").is_some();
    let mut wrong = Vec::new();
    for name in names {
        let content = fs::read_to_string(&name).expect("readable");
        let mut written = Vec::new();
        for (sql, expected) in cases(&content) {
            let plain: Vec<&str> = sql.lines().filter(|line| !line.starts_with('#')).collect();
            let plain = plain.join("\n");
            for layout in [Layout::Series(4), Layout::Mixed(7), Layout::Series(1_000)] {
                let found = answer(&source(layout), &plain);
                let found = sorted_unless_ordered(&plain, found.trim_end());
                if update {
                    written.push(format!("{sql}\n----\n{found}"));
                    break;
                }
                if found != expected {
                    wrong.push(format!(
                        "{}: {layout:?}\n{sql}\n-- expected:\n{expected}\n-- found:\n{found}\n",
                        name.display()
                    ));
                }
            }
        }
        if update {
            fs::write(&name, written.join("\n\n") + "\n").expect("writable");
        }
    }
    assert!(wrong.is_empty(), "{} wrong\n{}", wrong.len(), wrong.join("\n"));
}
