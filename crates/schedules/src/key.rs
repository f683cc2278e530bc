//! Spaces and keys.

use kv::{Sequence, Space};
use stdx::clock::UnixMillis;

pub(crate) const BUSES: Space = Space::new("event-buses");
pub(crate) const RULES: Space = Space::new("event-rules");
pub(crate) const SCHEDULES: Space = Space::new("schedules");
pub(crate) const GROUPS: Space = Space::new("schedule-groups");
pub(crate) const DUE: Space = Space::new("schedule-due");
pub(crate) const FIRINGS: Space = Space::new("schedule-firings");

/// Between a bus and a rule, a group and a schedule. No name holds it.
const END: char = '\0';

/// Whose turn it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Rule,
    Schedule,
}

/// A rule of a bus, a schedule of a group.
pub(crate) fn within(outer: &str, name: &str) -> String {
    format!("{outer}{END}{name}")
}

/// What all keys within begin with.
pub(crate) fn prefix(outer: &str) -> String {
    format!("{outer}{END}")
}

pub(crate) fn parts(key: &str) -> Option<(&str, &str)> {
    key.split_once(END)
}

pub(crate) fn due_key(at: UnixMillis, kind: Kind, key: &str) -> Vec<u8> {
    let kind = match kind {
        Kind::Rule => b'r',
        Kind::Schedule => b's',
    };
    [&at.to_be_bytes()[..], &[kind], key.as_bytes()].concat()
}

pub(crate) fn due_parts(key: &[u8]) -> Option<(UnixMillis, Kind, &str)> {
    let (at, rest) = key.split_first_chunk::<8>()?;
    let (kind, key) = rest.split_first()?;
    let kind = match kind {
        b'r' => Kind::Rule,
        b's' => Kind::Schedule,
        _ => return None,
    };
    Some((UnixMillis::from_be_bytes(*at), kind, std::str::from_utf8(key).ok()?))
}

pub(crate) fn firing_key(at: UnixMillis, place: &[u8]) -> Vec<u8> {
    [&at.to_be_bytes()[..], place].concat()
}

pub(crate) fn place(sequence: Sequence) -> [u8; 12] {
    let mut bytes = [0; 12];
    bytes[..8].copy_from_slice(&sequence.record.to_be_bytes());
    bytes[8..].copy_from_slice(&sequence.position.to_be_bytes());
    bytes
}

/// When it is due, and its place.
pub(crate) fn firing_parts(key: &[u8]) -> Option<(UnixMillis, &[u8])> {
    let (at, place) = key.split_first_chunk::<8>()?;
    Some((UnixMillis::from_be_bytes(*at), place))
}
