//! PUBLISH (MQTT 5.0 §3.3): the packet that everything is fast for.

use model::Qos;

use crate::error::{DecodeError, EncodeError};
use crate::frame::Frame;
use crate::packet_type::PacketType;
use crate::properties::Properties;
use crate::reader::{Reader, variable_length};
use crate::version::Version;
use crate::writer;

/// A message on its way, borrowed from the read buffer: decoding allocates nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Publish<'a> {
    pub dup: bool,
    pub qos: Qos,
    pub retain: bool,
    /// A topic name; empty where an alias in the properties stands for it.
    pub topic: &'a str,
    /// 0 exactly when the quality of service is 0.
    pub packet_id: u16,
    pub properties: Properties<'a>,
    pub payload: &'a [u8],
}

impl<'a> Publish<'a> {
    /// Reads a frame whose packet type is PUBLISH.
    pub fn decode(frame: &Frame<'a>, version: Version) -> Result<Publish<'a>, DecodeError> {
        frame.check_length(version)?;
        let (dup, qos, retain) = decode_flags(frame.first)?;
        let mut reader = Reader::new(frame.body);
        let topic = reader.topic_name()?;
        let packet_id = if qos == Qos::AtMostOnce { 0 } else { reader.packet_id()? };
        let properties = Properties::decode_in(&mut reader, version, PacketType::Publish)?;
        // [MQTT-4.7.3-1]; CVE-2021-34432.
        if topic.is_empty() && properties.topic_alias().is_none() {
            return Err(DecodeError::EmptyTopic);
        }
        Ok(Publish { dup, qos, retain, topic, packet_id, properties, payload: reader.rest() })
    }

    pub fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.encode_head(version, out)?;
        out.extend_from_slice(self.payload);
        Ok(())
    }

    /// Everything up to the payload, for those who send it from where it lies.
    pub fn encode_head(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let topic = self.topic.as_bytes();
        let topic_length =
            u16::try_from(topic.len()).map_err(|_| EncodeError::FieldTooLong(topic.len()))?;
        let length = writer::packet_length(self.body_length(version))?;
        // The start is put together here: one append costs less than three.
        let mut start = [encode_flags(self.dup, self.qos, self.retain), 0, 0, 0, 0, 0, 0];
        start[1..5].copy_from_slice(&writer::variable_bytes(length));
        let header_length = 1 + variable_length(length);
        start[header_length..header_length + 2].copy_from_slice(&topic_length.to_be_bytes());
        out.extend_from_slice(&start[..header_length + 2]);
        out.extend_from_slice(topic);
        if self.qos != Qos::AtMostOnce {
            out.extend_from_slice(&self.packet_id.to_be_bytes());
        }
        self.properties.encode(version, out)
    }

    /// How many bytes the whole packet takes, to compare with what the receiver accepts
    /// [MQTT-3.1.2-24].
    pub fn encoded_length(&self, version: Version) -> usize {
        let body = self.body_length(version);
        1 + u32::try_from(body).map_or(4, variable_length) + body
    }

    fn body_length(&self, version: Version) -> usize {
        let packet_id = if self.qos == Qos::AtMostOnce { 0 } else { 2 };
        let properties = self.properties.encoded_length(version);
        2 + self.topic.len() + packet_id + properties + self.payload.len()
    }
}

#[inline]
fn decode_flags(first: u8) -> Result<(bool, Qos, bool), DecodeError> {
    // [MQTT-3.3.1-4]
    let qos = Qos::from_bits(first >> 1 & 0b11).ok_or(DecodeError::QosThree)?;
    let dup = first & 0b1000 != 0;
    // [MQTT-3.3.1-2]
    if dup && qos == Qos::AtMostOnce {
        return Err(DecodeError::DupAtQosZero);
    }
    Ok((dup, qos, first & 0b0001 != 0))
}

fn encode_flags(dup: bool, qos: Qos, retain: bool) -> u8 {
    PacketType::Publish.first() | u8::from(dup) << 3 | qos.bits() << 1 | u8::from(retain)
}

/// The head of a PUBLISH that goes to many: its receivers differ in the retain flag and the packet
/// identifier only, which are patched into a copy of the bytes.
#[derive(Clone, Debug)]
pub struct PublishTemplate {
    head: Vec<u8>,
    qos: Qos,
    /// Where the packet identifier stands, if there is one.
    packet_id_at: usize,
}

impl PublishTemplate {
    /// A template for receivers that speak `version` and get the message at `publish.qos`.
    pub fn new(publish: &Publish<'_>, version: Version) -> Result<PublishTemplate, EncodeError> {
        let mut head = Vec::new();
        Publish { dup: false, retain: false, ..*publish }.encode_head(version, &mut head)?;
        let properties = publish.properties.encoded_length(version);
        Ok(PublishTemplate { packet_id_at: head.len() - properties - 2, head, qos: publish.qos })
    }

    /// Appends the head for one receiver; the payload follows it. At QoS 0 there is no
    /// `packet_id`, and the one given is not used.
    pub fn write(&self, retain: bool, packet_id: u16, out: &mut Vec<u8>) {
        let start = out.len();
        out.extend_from_slice(&self.head);
        out[start] |= u8::from(retain);
        if self.qos != Qos::AtMostOnce {
            let place = start + self.packet_id_at;
            out[place..place + 2].copy_from_slice(&packet_id.to_be_bytes());
        }
    }

    /// Bytes of the head; with the payload's, those of the packet.
    pub fn head_length(&self) -> usize {
        self.head.len()
    }
}
