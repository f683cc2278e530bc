//! PINGREQ and PINGRESP (MQTT 5.0 §3.12, §3.13): two bytes, nothing inside.

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::PacketType;
use crate::reader::Reader;

pub(super) fn decode(body: &[u8]) -> Result<(), DecodeError> {
    Reader::new(body).finish()
}

pub(super) fn encode(packet: PacketType, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    out.extend_from_slice(&[packet.first(), 0]);
    Ok(())
}
