//! Logs, and short ways to say things.

use kv::Store;
use logs::{Event, EventPage, EventQuery, Logs, NewEvent};
use model::{LogGroupName, LogStreamName};
use stdx::task::block_on;

pub(crate) const NOW: u64 = 1_790_000_000_000;
pub(crate) const DAY: u64 = 24 * 3_600_000;

pub(crate) fn group(name: &str) -> LogGroupName {
    LogGroupName::new(name).expect("a name")
}

pub(crate) fn stream(name: &str) -> LogStreamName {
    LogStreamName::new(name).expect("a name")
}

pub(crate) fn event(at: u64, message: &str) -> NewEvent {
    NewEvent { at, message: message.to_owned() }
}

/// Logs with the group `g` and its stream `s`.
pub(crate) fn logs() -> Logs {
    let logs = Logs::new(Store::in_memory());
    block_on(logs.create_group(&group("g"), [].into(), NOW)).expect("created");
    block_on(logs.create_stream(&group("g"), &stream("s"), NOW)).expect("created");
    logs
}

pub(crate) fn put(logs: &Logs, events: Vec<NewEvent>) {
    block_on(logs.put_events(&group("g"), &stream("s"), events, NOW)).expect("put");
}

pub(crate) fn read(logs: &Logs, token: Option<&str>, from_head: bool, limit: usize) -> EventPage {
    let (group, stream) = (group("g"), stream("s"));
    let (group, stream) = (&group, &stream);
    let query = EventQuery { group, stream, from: 0, until: None, token, from_head, limit };
    logs.events(&query).expect("read")
}

pub(crate) fn messages(events: &[Event]) -> Vec<&str> {
    events.iter().map(|event| event.message.as_str()).collect()
}
