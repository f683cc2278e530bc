//! Power fails at every single operation on the disk: no acknowledged row is lost, none shows twice.

use kv::{Committer, Store, Survival};
use series::{Series, Settler};

use crate::common::{Place, air, database, drive, new_table, records, rows_of, table_name, texts};

const WRITES: usize = 6;

/// Writes, settles, merges; answers how many writes were acknowledged, if there was a table.
fn live(store: &Store, series: &Series) -> Option<usize> {
    let (lab, name) = (database("lab"), table_name("air"));
    drive(store, series.create_database(&lab, None, [].into())).ok()?;
    drive(store, series.create_table(&lab, &name, new_table())).ok()?;
    let mut settler = Settler::new(series.clone());
    for done in 0..WRITES {
        if !write(store, series, done) {
            return Some(done);
        }
        let worked = drive(store, async {
            if done % 2 == 1 {
                settler.settle_all().await?;
            }
            if done == 3 {
                settler.merge_all().await?;
            }
            settler.step().await
        });
        if worked.is_err() {
            return Some(done + 1);
        }
    }
    Some(WRITES)
}

fn write(store: &Store, series: &Series, done: usize) -> bool {
    let Ok(Some(table)) = series.table("lab", "air") else { return false };
    // A new row, and one over the last.
    let version = Some(done as i64 + 1);
    let all = [texts("a", done as i64, done as i64, None), texts("b", 0, done as i64, version)];
    drive(store, series.write(&table, &records(&all))).is_ok()
}

fn check(series: &Series, acknowledged: usize) {
    let rows = rows_of(&series.snapshot(), false);
    let of = |device: &str| {
        let rows = rows.iter().filter(|row| row[0] == device);
        rows.map(|row| row[3].parse::<usize>().unwrap()).collect::<Vec<_>>()
    };
    let a = of("a");
    assert!((acknowledged..=acknowledged + 1).contains(&a.len()), "{acknowledged}: {rows:?}");
    assert_eq!(a, (0..a.len()).collect::<Vec<_>>());
    let last = a.len().checked_sub(1);
    assert_eq!(of("b"), last.into_iter().collect::<Vec<_>>());
}

#[test]
fn nothing_acknowledged_is_lost_and_nothing_shows_twice() {
    for survival in [Survival::Nothing, Survival::Everything, Survival::Sectors(7)] {
        for operations in 0.. {
            let place = Place::new();
            place.disk.crash_after(operations);
            let mut acknowledged = None;
            if let Some((store, series)) = place.open_with(Committer::Manual) {
                acknowledged = live(&store, &series);
                drop(series);
                std::mem::forget(store);
            }
            let is_over = place.disk.operations() < operations;
            place.disk.restart(survival);
            let (store, series) = place.open_with(Committer::Manual).unwrap();
            if let Some(acknowledged) = acknowledged {
                check(&series, acknowledged);
                // And it goes on from there.
                let mut settler = Settler::new(series.clone());
                drive(&store, settler.settle_all()).unwrap();
                drive(&store, settler.merge_all()).unwrap();
                check(&series, acknowledged);
                while drive(&store, settler.step()).unwrap() {}
                air(&series);
                check(&series, acknowledged);
            }
            if is_over {
                break;
            }
        }
    }
}
