//! Wills of connected clients, kept so that they are sent even if the server is killed.

use bytes::{BufMut, Bytes};
use kv::{Batch, Space};
use model::{ClientId, Message};

use crate::bytes_of::{Put, Take};
use crate::message;
use crate::{Sessions, SessionsError};

const WILLS: Space = Space::new("wills");
const VERSION: u8 = 1;

/// What is to be published when a client's connection ends without a farewell.
#[derive(Clone, Debug, PartialEq)]
pub struct StoredWill {
    /// Tells it from the earlier and later wills of its client, so that one can be deleted late.
    pub number: u64,
    pub message: Message,
    /// Seconds to wait for the client to come back.
    pub delay_secs: u32,
}

impl Sessions {
    pub fn put_will(batch: &mut Batch, client_id: &ClientId, will: &StoredWill) {
        let client_id = client_id.as_str();
        let room = 9 + client_id.len() + message::size_hint(&will.message);
        let mut value = Vec::with_capacity(room);
        value.put_u8(VERSION);
        value.put_u32(will.delay_secs);
        value.put_text(client_id);
        message::put(&mut value, &will.message, 0);
        batch.put(WILLS, will.number.to_be_bytes(), value);
    }

    pub fn delete_will(batch: &mut Batch, number: u64) {
        batch.delete(WILLS, number.to_be_bytes());
    }

    /// The wills of those who were connected when the server last ended, oldest first.
    pub fn wills(&self) -> Result<Vec<(ClientId, StoredWill)>, SessionsError> {
        let pairs = self.store().scan(WILLS, b"")?;
        pairs.map(|pair| decode(pair?).ok_or(SessionsError::Version { space: "wills" })).collect()
    }
}

fn decode((key, mut value): (Bytes, Bytes)) -> Option<(ClientId, StoredWill)> {
    (value.take_u8()? == VERSION).then_some(())?;
    let number = u64::from_be_bytes(key.as_ref().try_into().ok()?);
    let delay_secs = value.take_u32()?;
    let client_id = ClientId::new(&value.take_text()?).ok()?;
    let message = message::take(value)?.message;
    Some((client_id, StoredWill { number, message, delay_secs }))
}
