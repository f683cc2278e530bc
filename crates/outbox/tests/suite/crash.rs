//! Power fails at every single operation on the disk: what was acknowledged waits, in order, and what
//! was taken out is gone.

use kv::Survival;
use outbox::Outbox;

use crate::common::{Place, entry, put, take};

const ENTRIES: u64 = 8;

/// Puts all and takes half of them out again; answers what must wait, and what may.
fn live(place: &Place) -> Option<(Vec<u64>, Vec<u64>)> {
    let store = place.store().ok()?;
    let Ok(outbox) = Outbox::open(store.clone()) else { return Some((vec![], vec![])) };
    let (mut must, mut may) = (Vec::new(), Vec::new());
    for number in 0..ENTRIES {
        may.push(number);
        if !put(&store, &outbox, &entry("a", number)) {
            break;
        }
        must.push(number);
        if number % 2 == 1
            && let Ok(Some(first)) = outbox.first("a")
        {
            must.remove(0);
            if !take(&store, &outbox, &first) {
                break;
            }
            may.remove(0);
        }
    }
    std::mem::forget(store);
    Some((must, may))
}

#[test]
fn what_was_acknowledged_waits_whatever_happens() {
    for survival in [Survival::Nothing, Survival::Everything] {
        for operations in 0.. {
            let place = Place::new();
            place.disk.crash_after(operations);
            let lived = live(&place);
            let is_over = place.disk.operations() < operations;
            place.disk.restart(survival);
            let store = place.store().expect("opened");
            let outbox = Outbox::open(store.clone()).expect("counted");
            let (must, may) = lived.unwrap_or_default();
            let mut found = Vec::new();
            let count = outbox.len();
            while let Some(waiting) = outbox.first("a").expect("readable") {
                found.push(waiting.entry.queued_at);
                assert!(take(&store, &outbox, &waiting));
            }
            assert_eq!(found.len(), count);
            assert!(found.is_sorted());
            assert!(must.iter().all(|number| found.contains(number)), "{must:?} {found:?}");
            assert!(found.iter().all(|number| may.contains(number)), "{may:?} {found:?}");
            assert!(outbox.is_empty());
            if is_over {
                break;
            }
        }
    }
}
