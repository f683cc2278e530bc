//! Wills of connected clients, kept so that they are sent even if the server is killed.

use bytes::{BufMut, Bytes};
use kv::{Batch, Space};
use model::{ClientId, Message};

use crate::bytes_of::Take;
use crate::message;
use crate::{Sessions, SessionsError};

const WILLS: Space = Space::new("wills");
const VERSION: u8 = 1;

/// What is to be published when a client's connection ends without a farewell.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredWill {
    pub message: Message,
    /// Seconds to wait for the client to come back.
    pub delay_secs: u32,
}

impl Sessions {
    pub fn put_will(batch: &mut Batch, client_id: &ClientId, will: &StoredWill) {
        let mut value = Vec::with_capacity(5 + message::size_hint(&will.message));
        value.put_u8(VERSION);
        value.put_u32(will.delay_secs);
        message::put(&mut value, &will.message, 0);
        batch.put(WILLS, client_id.as_str(), value);
    }

    pub fn delete_will(batch: &mut Batch, client_id: &ClientId) {
        batch.delete(WILLS, client_id.as_str());
    }

    /// The wills of those who were connected when the server last ended.
    pub fn wills(&self) -> Result<Vec<(ClientId, StoredWill)>, SessionsError> {
        let read = |(key, value): (Bytes, Bytes)| {
            let client_id = ClientId::new(std::str::from_utf8(&key).ok()?).ok()?;
            Some((client_id, decode(value)?))
        };
        let pairs = self.store().scan(WILLS, b"")?;
        pairs.map(|pair| read(pair?).ok_or(SessionsError::Version { space: "wills" })).collect()
    }
}

fn decode(mut value: Bytes) -> Option<StoredWill> {
    (value.take_u8()? == VERSION).then_some(())?;
    let delay_secs = value.take_u32()?;
    Some(StoredWill { message: message::take(value)?.message, delay_secs })
}
