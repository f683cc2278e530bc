//! Power fails at every single operation on the disk: what was acknowledged can be read, and what a group
//! holds is counted right.

use std::sync::Arc;

use kv::{Committer, MemorySettled, Options, SimDisk, Store, Survival};
use logs::{EVENT_BYTES, Logs};

use crate::common::{NOW, event, group, messages, read, stream};

struct Place {
    disk: SimDisk,
    settled: MemorySettled,
}

impl Place {
    fn open(&self) -> Option<(Store, Logs)> {
        let options = Options::for_tests(Committer::Manual);
        let (disk, settled) = (Arc::new(self.disk.clone()), Arc::new(self.settled.clone()));
        let store = Store::open_on(disk, settled, options).ok()?;
        Some((store.clone(), Logs::new(store)))
    }
}

/// Drives a future whose commits this thread makes.
fn drive<T>(store: &Store, future: impl Future<Output = T>) -> T {
    let mut future = std::pin::pin!(future);
    let mut context = std::task::Context::from_waker(std::task::Waker::noop());
    loop {
        if let std::task::Poll::Ready(output) = future.as_mut().poll(&mut context) {
            return output;
        }
        store.pump();
    }
}

/// How many lines were acknowledged; `None` before there was a stream.
fn live(place: &Place) -> Option<usize> {
    let (store, logs) = place.open()?;
    let (g, s) = (group("g"), stream("s"));
    let made = drive(&store, logs.create_group(&g, [].into(), NOW)).is_ok()
        && drive(&store, logs.create_stream(&g, &s, NOW)).is_ok();
    let lines = (0..6).take_while(|n| {
        let events = vec![event(NOW + n, &n.to_string())];
        drive(&store, logs.put_events(&g, &s, events, NOW)).is_ok()
    });
    let acknowledged = made.then(|| lines.count());
    std::mem::forget(store);
    acknowledged
}

#[test]
fn what_was_acknowledged_is_read_whatever_happens() {
    for survival in [Survival::Nothing, Survival::Everything] {
        for operations in 0.. {
            let disk = SimDisk::new();
            let settled = MemorySettled::new(&disk);
            let place = Place { disk, settled };
            place.disk.crash_after(operations);
            let acknowledged = live(&place);
            let is_over = place.disk.operations() < operations;
            place.disk.restart(survival);
            let (_store, logs) = place.open().expect("opened");
            if let Some(acknowledged) = acknowledged {
                let page = read(&logs, None, true, 99);
                let found = messages(&page.events);
                let counted = logs.group(&group("g")).expect("read").expect("there").stored_bytes;
                assert!((acknowledged..=acknowledged + 1).contains(&found.len()), "{found:?}");
                assert!(found.iter().enumerate().all(|(at, line)| *line == at.to_string()));
                assert_eq!(counted as usize, found.len() * (EVENT_BYTES + 1));
            }
            if is_over {
                break;
            }
        }
    }
}
