//! Retained messages: the last one of each topic that was published to be kept.

use std::ops::Bound;

use bytes::Bytes;
use kv::{Batch, Direction, Space};
use model::{Message, Topic, TopicFilter};

use crate::message::{self, StoredMessage};
use crate::{Sessions, SessionsError};

const RETAINED: Space = Space::new("retained");
const VERSION: u8 = 1;

impl Sessions {
    /// Keeps `message` as the retained one of its topic; one without payload keeps none
    /// [MQTT-3.3.1-6].
    pub fn retain(batch: &mut Batch, message: &Message, published_at: u64) {
        let topic = message.topic.as_str();
        if message.payload.is_empty() {
            batch.delete(RETAINED, topic);
            return;
        }
        let mut value = Vec::with_capacity(1 + message::size_hint(message));
        value.push(VERSION);
        message::put(&mut value, message, published_at);
        batch.put(RETAINED, topic, value);
    }

    /// The retained messages whose topics `filter` matches and that have not expired.
    pub fn retained(
        &self,
        filter: &TopicFilter,
        now: u64,
    ) -> Result<Vec<StoredMessage>, SessionsError> {
        if !filter.has_wildcard() {
            let value = self.store().get(RETAINED, filter.levels().as_bytes())?;
            let stored = value.as_ref().map(read).transpose()?;
            return Ok(stored.into_iter().filter(|stored| is_alive(stored, now)).collect());
        }
        let mut found = Vec::new();
        for pair in self.store().scan(RETAINED, literal_prefix(filter.levels()).as_bytes())? {
            let (topic, value) = pair?;
            let is_match = std::str::from_utf8(&topic).is_ok_and(|topic| filter.matches(topic));
            if is_match {
                let stored = read(&value)?;
                found.extend(Some(stored).filter(|stored| is_alive(stored, now)));
            }
        }
        Ok(found)
    }

    /// The retained message of one topic.
    pub fn retained_at(
        &self,
        topic: &Topic,
        now: u64,
    ) -> Result<Option<StoredMessage>, SessionsError> {
        let value = self.store().get(RETAINED, topic.as_str().as_bytes())?;
        let stored = value.as_ref().map(read).transpose()?;
        Ok(stored.filter(|stored| is_alive(stored, now)))
    }

    /// Up to `limit` retained messages in the order of their topics, from behind `after` on.
    pub fn retained_after(
        &self,
        after: Option<&str>,
        limit: usize,
        now: u64,
    ) -> Result<Vec<StoredMessage>, SessionsError> {
        let from = after.map_or(Bound::Unbounded, |topic| Bound::Excluded(topic.as_bytes()));
        let mut found = Vec::new();
        let whole = self.store().range(RETAINED, (from, Bound::Unbounded), Direction::Forward)?;
        for pair in whole {
            let stored = read(&pair?.1)?;
            if is_alive(&stored, now) {
                found.push(stored);
            }
            if found.len() == limit {
                break;
            }
        }
        Ok(found)
    }
}

/// What every topic that the filter matches begins with. `a/#` matches `a` too, so the separator
/// before a wildcard is not part of it.
fn literal_prefix(filter: &str) -> &str {
    let end = filter.find(['+', '#']).unwrap_or(filter.len());
    filter[..end].strip_suffix('/').unwrap_or(&filter[..end])
}

fn is_alive(stored: &StoredMessage, now: u64) -> bool {
    stored.expires_at().is_none_or(|at| at > now)
}

fn read(value: &Bytes) -> Result<StoredMessage, SessionsError> {
    (value.first() == Some(&VERSION))
        .then(|| message::take(value.slice(1..)))
        .flatten()
        .ok_or(SessionsError::Version { space: "retained" })
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_prefix_of_a_filter_holds_no_wildcard_and_no_last_separator() {
        for (filter, prefix) in
            [("a/b/#", "a/b"), ("a/+/c", "a"), ("#", ""), ("/+", ""), ("+/a", "")]
        {
            assert_eq!(super::literal_prefix(filter), prefix);
        }
    }
}
