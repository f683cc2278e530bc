//! How many QoS 1 and 2 messages a peer may have unacknowledged (MQTT 5.0 §4.9).

use crate::protocol::ProtocolError;

/// Counts those of one direction against the receive maximum.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    open: u16,
    most: u16,
}

impl Quota {
    /// `most` is the receive maximum that we announced.
    pub fn new(most: u16) -> Quota {
        Quota { open: 0, most }
    }

    /// Notes a PUBLISH with QoS 1 or 2; one too many is an error [MQTT-3.3.4-9].
    pub fn open(&mut self) -> Result<(), ProtocolError> {
        if self.open >= self.most {
            return Err(ProtocolError::ReceiveMaximum { most: self.most });
        }
        self.open += 1;
        Ok(())
    }

    /// Notes that we sent PUBACK, PUBCOMP, or a PUBREC that refuses. One for a message of an
    /// earlier connection opens nothing beyond the maximum (§4.9).
    pub fn close(&mut self) {
        self.open = self.open.saturating_sub(1);
    }

    pub fn open_count(&self) -> u16 {
        self.open
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_message_too_many_is_refused() {
        let mut quota = Quota::new(2);
        quota.close();
        assert_eq!((quota.open(), quota.open()), (Ok(()), Ok(())));
        assert_eq!(quota.open(), Err(ProtocolError::ReceiveMaximum { most: 2 }));
        quota.close();
        assert_eq!(quota.open(), Ok(()));
    }
}
