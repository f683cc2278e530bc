//! Stores and messages as the tests need them.

use std::sync::Arc;

use kv::{Batch, Committer, MemorySettled, Options, SimDisk, Store};
use model::{ClientId, Message, Principal, Qos, Topic, TopicFilter};
use recordings::{Asked, Limits, Place, RecordedMessage, Recordings};
use stdx::task::block_on;

pub(crate) const NOW: u64 = 1_790_000_000_000;
pub(crate) const DAY_MILLIS: u64 = 86_400_000;

/// A disk that outlives the stores on it.
pub(crate) struct Disk {
    pub(crate) disk: SimDisk,
    settled: Arc<MemorySettled>,
}

impl Disk {
    pub(crate) fn new() -> Disk {
        let disk = SimDisk::new();
        let settled = Arc::new(MemorySettled::new(&disk));
        Disk { disk, settled }
    }

    pub(crate) fn store(&self) -> Result<Store, kv::OpenError> {
        let options = Options::for_tests(Committer::Threads);
        Store::open_on(Arc::new(self.disk.clone()), Arc::clone(&self.settled) as Arc<_>, options)
    }
}

pub(crate) struct Studio {
    pub(crate) store: Store,
    pub(crate) recordings: Recordings,
}

impl Studio {
    pub(crate) fn new() -> Studio {
        Studio::on(Store::in_memory())
    }

    pub(crate) fn on(store: Store) -> Studio {
        Studio { recordings: Recordings::new(store.clone()), store }
    }

    pub(crate) fn start(&self, text: &str) {
        self.start_with(text, Limits::default());
    }

    pub(crate) fn start_with(&self, text: &str, limits: Limits) {
        block_on(self.recordings.start(&filter(text), limits, NOW)).expect("started");
    }

    /// Keeps a message wherever its topic is kept; answers whether it is on disk.
    pub(crate) fn record(&self, message: &RecordedMessage) -> bool {
        let numbers = self.recordings.of_topic(message.message.topic.as_str()).expect("read");
        let mut batch = Batch::new();
        Recordings::record_into(&mut batch, &numbers, message);
        self.store.commit(batch).wait().is_ok()
    }

    pub(crate) fn read(&self, asked: &Asked) -> Vec<(Place, RecordedMessage)> {
        self.recordings.read(asked, usize::MAX).expect("read").messages
    }

    /// The payloads of all that is kept.
    pub(crate) fn payloads(&self) -> Vec<String> {
        let text = |(_, it): (Place, RecordedMessage)| {
            String::from_utf8(it.message.payload.to_vec()).expect("text")
        };
        self.read(&Asked::default()).into_iter().map(text).collect()
    }

    /// Takes away all that is due.
    pub(crate) fn trim(&self, now: u64) {
        while block_on(self.recordings.trim(now)).expect("trimmed") {}
    }
}

pub(crate) fn filter(text: &str) -> TopicFilter {
    TopicFilter::new(text).expect("a filter")
}

pub(crate) fn message(topic: &str, payload: &str, at: u64) -> RecordedMessage {
    RecordedMessage {
        message: Message {
            topic: Topic::new(topic).expect("a topic"),
            payload: payload.to_owned().into(),
            qos: Qos::AtLeastOnce,
            retain: false,
            properties: None,
        },
        client_id: Some(ClientId::new("lamp").expect("an id")),
        principal: Principal::Anonymous,
        source_ip: None,
        at,
        trace_id: format!("trace of {payload}"),
        seed: 7,
        done: Vec::new(),
    }
}
