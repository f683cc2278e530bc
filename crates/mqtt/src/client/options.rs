//! What a client says of itself when it connects.

use std::num::{NonZeroU16, NonZeroU32};

use model::Message;

use crate::error::EncodeError;
use crate::packet::{Connect, Will};
use crate::properties::PropertiesBuf;
use crate::property::Property;
use crate::version::Version;

/// The largest packet that a client takes unless told otherwise: a device's memory is small.
const PACKET_SIZE_MAX: NonZeroU32 = NonZeroU32::new(1 << 20).expect("not zero");

#[derive(Clone, Debug, PartialEq)]
pub struct Options {
    pub version: Version,
    pub client_id: String,
    pub clean_start: bool,
    /// 0 turns the keep-alive off.
    pub keep_alive_secs: u16,
    pub user_name: Option<String>,
    pub password: Option<Vec<u8>>,
    pub will: Option<Message>,
    /// MQTT 5 only, as are those below but the last.
    pub will_delay_secs: u32,
    pub session_expiry_secs: u32,
    /// QoS 1 and 2 messages that the server may send before we acknowledge them.
    pub receive_maximum: NonZeroU16,
    pub topic_alias_maximum: u16,
    pub user_properties: Vec<(String, String)>,
    /// The largest packet that we take; a 3.1.1 server is not told, but held to it.
    pub packet_size_max: NonZeroU32,
    pub acknowledge: Acknowledge,
}

/// When a received message is acknowledged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Acknowledge {
    /// As soon as it is an event.
    #[default]
    AtOnce,
    /// When [`super::Client::acknowledge`] is called, for those who must store it first.
    ByCall,
}

impl Options {
    pub fn new(version: Version, client_id: &str) -> Options {
        Options {
            version,
            client_id: client_id.to_owned(),
            clean_start: true,
            keep_alive_secs: 60,
            user_name: None,
            password: None,
            will: None,
            will_delay_secs: 0,
            session_expiry_secs: 0,
            receive_maximum: NonZeroU16::MAX,
            topic_alias_maximum: 0,
            user_properties: Vec::new(),
            packet_size_max: PACKET_SIZE_MAX,
            acknowledge: Acknowledge::AtOnce,
        }
    }

    pub(super) fn write_connect(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        let properties = self.properties()?;
        let will_properties = self.will_properties()?;
        let will = self.will.as_ref();
        let connect = Connect {
            version: self.version,
            clean_start: self.clean_start,
            keep_alive_secs: self.keep_alive_secs,
            client_id: &self.client_id,
            will: will.map(|will| Will::of_message(will, will_properties.as_properties())),
            user_name: self.user_name.as_deref(),
            password: self.password.as_deref(),
            properties: properties.as_properties(),
        };
        connect.encode(out)
    }

    /// Only what differs from what a server assumes.
    fn properties(&self) -> Result<PropertiesBuf, EncodeError> {
        let said = [
            (self.session_expiry_secs != 0)
                .then_some(Property::SessionExpirySecs(self.session_expiry_secs)),
            (self.receive_maximum.get() != u16::MAX)
                .then_some(Property::ReceiveMaximum(self.receive_maximum)),
            (self.packet_size_max.get() != u32::MAX)
                .then_some(Property::MaximumPacketSize(self.packet_size_max)),
            (self.topic_alias_maximum != 0)
                .then_some(Property::TopicAliasMaximum(self.topic_alias_maximum)),
        ];
        let users = self.user_properties.iter().map(|(name, value)| Property::User((name, value)));
        let mut properties = PropertiesBuf::new();
        let mut all = said.into_iter().flatten().chain(users);
        all.try_for_each(|property| properties.push(property))?;
        Ok(properties)
    }

    fn will_properties(&self) -> Result<PropertiesBuf, EncodeError> {
        let said = self.will.as_ref().and_then(|will| will.properties.as_deref());
        let mut properties = match said {
            Some(said) => PropertiesBuf::of_message(said, said.message_expiry_secs)?,
            None => PropertiesBuf::new(),
        };
        if self.will.is_some() && self.will_delay_secs != 0 {
            properties.push(Property::WillDelaySecs(self.will_delay_secs))?;
        }
        Ok(properties)
    }
}
