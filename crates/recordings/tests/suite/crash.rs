//! Power fails at every single operation on the disk: what was acknowledged is there, in order, and the
//! count is right.

use kv::Survival;
use recordings::Limits;
use stdx::task::block_on;

use crate::common::{Disk, NOW, Studio, filter, message};

const MESSAGES: u64 = 6;

/// Records, and takes the first two away; answers what was acknowledged.
fn live(disk: &Disk) -> Vec<String> {
    let mut acknowledged = Vec::new();
    let Ok(store) = disk.store() else { return acknowledged };
    let studio = Studio::on(store);
    if block_on(studio.recordings.start(&filter("a"), Limits::default(), NOW)).is_err() {
        return acknowledged;
    }
    for number in 0..MESSAGES {
        // The first two are a week older than the others.
        let at = if number < 2 { NOW } else { NOW + 8 * 86_400_000 };
        if studio.record(&message("a", &number.to_string(), at)) {
            acknowledged.push(number.to_string());
        }
    }
    block_on(studio.recordings.trim(NOW + 8 * 86_400_000)).ok();
    acknowledged
}

#[test]
fn what_was_acknowledged_is_recorded_whatever_happens() {
    for survival in [Survival::Nothing, Survival::Everything] {
        for operations in 0.. {
            let disk = Disk::new();
            disk.disk.crash_after(operations);
            let acknowledged = live(&disk);
            let is_over = disk.disk.operations() < operations;
            disk.disk.restart(survival);
            let studio = Studio::on(disk.store().expect("opened"));
            let found = studio.payloads();
            let missing = |number: &&String| {
                !found.contains(number) && !["0".to_owned(), "1".to_owned()].contains(number)
            };
            assert_eq!(acknowledged.iter().find(missing), None, "of {acknowledged:?} in {found:?}");
            assert!(found.is_sorted());
            let has = |number: &str| found.iter().any(|it| it == number);
            assert!(has("0") || !has("1"), "both went at once");
            let count = studio.recordings.list().expect("read").first().map(|it| it.size.messages);
            assert_eq!(count.unwrap_or_default(), found.len() as u64);
            if is_over {
                assert_eq!(found, ["2", "3", "4", "5"]);
                break;
            }
        }
    }
}
