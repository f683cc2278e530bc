//! Entries and stores as the tests need them.

use std::sync::Arc;

use bytes::Bytes;
use kv::{Committer, MemorySettled, Options, SimDisk, Store};
use outbox::{Delivery, Entry, ErrorAction, Letter, Origin, Outbox, Waiting};

pub(crate) fn entry(target: &str, number: u64) -> Entry {
    Entry {
        target: target.to_owned(),
        delivery: Delivery::Letter(Letter {
            topic: format!("$aws/things/{target}/shadow/update"),
            payload: Bytes::from_static(b"{}\xff"),
            qos: 1,
            properties: None,
        }),
        rule: "hot".to_owned(),
        action: "RepublishAction".to_owned(),
        action_at: Some(0),
        resource: None,
        origin: Origin {
            topic: "a/b".to_owned(),
            payload: Bytes::from_static(&[0, 255]),
            client_id: None,
            principal: Some("p".to_owned()),
            source_ip: Some([127, 0, 0, 1].into()),
            at: 1,
            trace_id: "t".to_owned(),
            seed: u64::MAX,
        },
        error_action: Some(ErrorAction {
            action: "{}".to_owned(),
            sql: "SELECT * FROM 'a/b'".to_owned(),
            sql_version: None,
        }),
        queued_at: number,
    }
}

/// A disk that outlives the stores on it.
pub(crate) struct Place {
    pub(crate) disk: SimDisk,
    settled: Arc<MemorySettled>,
}

impl Place {
    pub(crate) fn new() -> Place {
        let disk = SimDisk::new();
        let settled = Arc::new(MemorySettled::new(&disk));
        Place { disk, settled }
    }

    pub(crate) fn store(&self) -> Result<Store, kv::OpenError> {
        let options = Options::for_tests(Committer::Manual);
        Store::open_on(Arc::new(self.disk.clone()), Arc::clone(&self.settled) as Arc<_>, options)
    }
}

/// Commits one entry, and answers whether it is on disk.
pub(crate) fn put(store: &Store, outbox: &Outbox, entry: &Entry) -> bool {
    let mut batch = kv::Batch::new();
    let reservation = outbox.put(&mut batch, entry).expect("there is room");
    let ticket = store.commit(batch);
    while store.pump() {}
    let is_kept = ticket.wait().is_ok();
    reservation.settle(is_kept);
    is_kept
}

/// Takes an entry out, and answers whether that is on disk.
pub(crate) fn take(store: &Store, outbox: &Outbox, waiting: &Waiting) -> bool {
    let mut batch = kv::Batch::new();
    outbox.take(&mut batch, waiting);
    let ticket = store.commit(batch);
    while store.pump() {}
    let is_taken = ticket.wait().is_ok();
    if is_taken {
        outbox.left(waiting);
    }
    is_taken
}
