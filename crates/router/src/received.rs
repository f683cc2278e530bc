//! The QoS 2 messages that a client has sent and not yet released (MQTT 5.0 §4.3.3).

use hashbrown::HashSet;

/// The packet identifiers for which a PUBREC was sent and no PUBREL has come.
///
/// A client that never releases what it sends fills this up to `most`, and no further
/// (CVE-2023-28366).
#[derive(Clone, Debug, Default)]
pub struct Received {
    packet_ids: HashSet<u16>,
    most: u16,
}

/// The client has as many unreleased messages as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("more than {most} QoS 2 messages wait for their PUBREL")]
pub struct ReceivedFull {
    pub most: u16,
}

impl Received {
    pub fn new(most: u16) -> Received {
        Received { packet_ids: HashSet::new(), most }
    }

    /// Notes a message; false says that it is a repetition, to be acknowledged and not routed.
    pub fn insert(&mut self, packet_id: u16) -> Result<bool, ReceivedFull> {
        let is_full = self.packet_ids.len() >= usize::from(self.most);
        if is_full && !self.packet_ids.contains(&packet_id) {
            return Err(ReceivedFull { most: self.most });
        }
        Ok(self.packet_ids.insert(packet_id))
    }

    /// Takes up a message that was noted before a restart, whatever the limit is now.
    pub fn insert_stored(&mut self, packet_id: u16) {
        self.packet_ids.insert(packet_id);
    }

    pub fn clear(&mut self) {
        self.packet_ids.clear();
    }

    /// Forgets a released message; false says that it was not known.
    pub fn remove(&mut self, packet_id: u16) -> bool {
        self.packet_ids.remove(&packet_id)
    }

    pub fn len(&self) -> usize {
        self.packet_ids.len()
    }

    pub fn is_empty(&self) -> bool {
        self.packet_ids.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_repetition_is_known_and_the_set_is_bounded() {
        let mut received = Received::new(2);
        assert_eq!(received.insert(1), Ok(true));
        assert_eq!(received.insert(1), Ok(false));
        assert_eq!(received.insert(9), Ok(true));
        assert_eq!(received.insert(10), Err(ReceivedFull { most: 2 }));
        assert_eq!(received.insert(9), Ok(false));
        assert!(received.remove(1));
        assert!(!received.remove(1));
        assert_eq!(received.insert(10), Ok(true));
    }
}
