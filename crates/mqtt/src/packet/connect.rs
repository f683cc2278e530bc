//! CONNECT (MQTT 5.0 §3.1): the first packet of a connection, which says all that it will be.

use model::Qos;

use crate::error::{DecodeError, EncodeError};
use crate::frame::Frame;
use crate::packet_type::{PacketType, Places};
use crate::properties::Properties;
use crate::reader::Reader;
use crate::version::Version;
use crate::writer;

const PROTOCOL_NAME: &[u8] = b"MQTT";
/// The name that 3.1 went by.
const PROTOCOL_NAME_V31: &[u8] = b"MQIsdp";

const RESERVED: u8 = 0x01;
const CLEAN_START: u8 = 0x02;
const WILL: u8 = 0x04;
const WILL_QOS: u8 = 0x18;
const WILL_RETAIN: u8 = 0x20;
const PASSWORD: u8 = 0x40;
const USER_NAME: u8 = 0x80;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Connect<'a> {
    pub version: Version,
    /// 3.1.1 calls it clean session.
    pub clean_start: bool,
    pub keep_alive_secs: u16,
    /// Empty if the server is to choose one.
    pub client_id: &'a str,
    pub will: Option<Will<'a>>,
    pub user_name: Option<&'a str>,
    pub password: Option<&'a [u8]>,
    pub properties: Properties<'a>,
}

/// What a server publishes when the connection ends without a goodbye.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Will<'a> {
    pub topic: &'a str,
    pub payload: &'a [u8],
    pub qos: Qos,
    pub retain: bool,
    pub properties: Properties<'a>,
}

impl<'a> Connect<'a> {
    pub fn decode(frame: &Frame<'a>) -> Result<Connect<'a>, DecodeError> {
        let mut reader = body_of(frame)?;
        let version = decode_version(&mut reader)?;
        frame.check_length(version)?;
        let flags = reader.u8()?;
        check_flags(flags, version)?;
        let keep_alive_secs = reader.u16()?;
        let properties = Properties::decode_in(&mut reader, version, PacketType::Connect)?;
        let client_id = reader.text()?;
        let has = |flag: u8| flags & flag != 0;
        let will = has(WILL).then(|| Will::decode(&mut reader, flags, version)).transpose()?;
        let user_name = has(USER_NAME).then(|| reader.text()).transpose()?;
        let password = has(PASSWORD).then(|| reader.binary()).transpose()?;
        reader.finish()?;
        let clean_start = has(CLEAN_START);
        Ok(Connect {
            version,
            clean_start,
            keep_alive_secs,
            client_id,
            will,
            user_name,
            password,
            properties,
        })
    }

    /// The version of a CONNECT whatever else is wrong with it, so that a refusal can be written
    /// in words that its sender understands.
    pub fn version_of(frame: &Frame<'_>) -> Result<Version, DecodeError> {
        decode_version(&mut body_of(frame)?)
    }

    pub fn encode(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::framed(PacketType::Connect.first(), out, |out| {
            writer::binary(PROTOCOL_NAME, out)?;
            out.extend_from_slice(&[self.version.level(), self.flags()]);
            out.extend_from_slice(&self.keep_alive_secs.to_be_bytes());
            self.properties.encode(self.version, out)?;
            writer::text(self.client_id, out)?;
            if let Some(will) = &self.will {
                will.encode(self.version, out)?;
            }
            if let Some(user_name) = self.user_name {
                writer::text(user_name, out)?;
            }
            if let Some(password) = self.password {
                writer::binary(password, out)?;
            }
            Ok(())
        })
    }

    fn flags(&self) -> u8 {
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        let will = self.will.as_ref().map_or(0, Will::flags);
        flag(self.clean_start, CLEAN_START)
            | will
            | flag(self.password.is_some(), PASSWORD)
            | flag(self.user_name.is_some(), USER_NAME)
    }
}

impl<'a> Will<'a> {
    fn decode(
        reader: &mut Reader<'a>,
        flags: u8,
        version: Version,
    ) -> Result<Will<'a>, DecodeError> {
        let properties = Properties::decode(reader, version, Places::WILL)?;
        let topic = reader.topic_name()?;
        if topic.is_empty() {
            return Err(DecodeError::EmptyTopic);
        }
        let payload = reader.binary()?;
        let qos = will_qos(flags)?;
        Ok(Will { topic, payload, qos, retain: flags & WILL_RETAIN != 0, properties })
    }

    fn encode(&self, version: Version, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.properties.encode(version, out)?;
        writer::text(self.topic, out)?;
        writer::binary(self.payload, out)
    }

    fn flags(&self) -> u8 {
        WILL | self.qos.bits() << 3 | if self.retain { WILL_RETAIN } else { 0 }
    }
}

fn body_of<'a>(frame: &Frame<'a>) -> Result<Reader<'a>, DecodeError> {
    match frame.packet_type()? {
        PacketType::Connect => {
            frame.check_flags(PacketType::Connect)?;
            Ok(Reader::new(frame.body))
        }
        packet => Err(DecodeError::NotConnect { packet }),
    }
}

fn decode_version(reader: &mut Reader<'_>) -> Result<Version, DecodeError> {
    let name = reader.binary()?;
    if name != PROTOCOL_NAME && name != PROTOCOL_NAME_V31 {
        return Err(DecodeError::ProtocolName);
    }
    let level = reader.u8()?;
    Version::from_level(level)
        .filter(|_| name == PROTOCOL_NAME)
        .ok_or(DecodeError::ProtocolLevel(level))
}

fn check_flags(flags: u8, version: Version) -> Result<(), DecodeError> {
    let has = |flag: u8| flags & flag != 0;
    // [MQTT-3.1.2-3]
    if has(RESERVED) {
        return Err(DecodeError::ConnectFlag);
    }
    // [MQTT-3.1.2-11, MQTT-3.1.2-13]
    if !has(WILL) && has(WILL_QOS | WILL_RETAIN) {
        return Err(DecodeError::WillFlags);
    }
    will_qos(flags)?;
    // 3.1.1 [MQTT-3.1.2-22]; 5.0 allows a password alone (§3.1.2.9).
    if version == Version::V311 && has(PASSWORD) && !has(USER_NAME) {
        return Err(DecodeError::PasswordAlone);
    }
    Ok(())
}

fn will_qos(flags: u8) -> Result<Qos, DecodeError> {
    Qos::from_bits((flags & WILL_QOS) >> 3).ok_or(DecodeError::QosThree)
}
