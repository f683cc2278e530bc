//! The properties of MQTT 5 (§2.2.2.2), one row each.

use std::num::{NonZeroU16, NonZeroU32};

use model::Qos;

use crate::error::{DecodeError, EncodeError};
use crate::packet_type::PacketType::{
    Auth, ConnAck, Connect, Disconnect, PubAck, PubComp, PubRec, PubRel, Publish, SubAck,
    Subscribe, UnsubAck,
};
use crate::packet_type::Places;
use crate::properties::Properties;
use crate::reader::Reader;
use crate::writer;

pub(crate) const RESPONSE_TOPIC: u8 = 0x08;
pub(crate) const SUBSCRIPTION_ID: u8 = 0x0B;
pub(crate) const AUTHENTICATION_METHOD: u8 = 0x15;
pub(crate) const AUTHENTICATION_DATA: u8 = 0x16;
pub(crate) const TOPIC_ALIAS: u8 = 0x23;
pub(crate) const USER: u8 = 0x26;

/// One row for each property: its identifier, its name and type, how to ask for it, and where it
/// may stand.
macro_rules! properties {
    ($($(#[$doc:meta])* $id:literal $name:ident($type:ty), $get:ident, $places:expr;)*) => {
        /// One property and its value.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum Property<'a> {
            $($(#[$doc])* $name($type),)*
        }

        impl<'a> Property<'a> {
            pub(crate) fn id(&self) -> u8 {
                match self {
                    $(Property::$name(_) => $id,)*
                }
            }

            /// Where a property may stand; `None` if there is no such property.
            pub(crate) fn places(id: u8) -> Option<Places> {
                match id {
                    $($id => Some(const { $places }),)*
                    _ => None,
                }
            }

            pub(crate) fn read(reader: &mut Reader<'a>) -> Result<Property<'a>, DecodeError> {
                match reader.u8()? {
                    $($id => Ok(Property::$name(<$type>::read(reader, $id)?)),)*
                    unknown => Err(DecodeError::UnknownProperty(unknown)),
                }
            }

            pub(crate) fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
                out.push(self.id());
                match self {
                    $(Property::$name(value) => value.write(out),)*
                }
            }
        }

        /// The first property of each kind; [`Properties::iter`] gives all.
        impl<'a> Properties<'a> {
            $(pub fn $get(&self) -> Option<$type> {
                match self.first($id) {
                    Some(Property::$name(value)) => Some(value),
                    _ => None,
                }
            })*
        }
    };
}

properties! {
    0x01 PayloadIsUtf8(bool), payload_is_utf8, MESSAGE;
    0x02 MessageExpirySecs(u32), message_expiry_secs, MESSAGE;
    0x03 ContentType(&'a str), content_type, MESSAGE;
    0x08 ResponseTopic(&'a str), response_topic, MESSAGE;
    0x09 CorrelationData(&'a [u8]), correlation_data, MESSAGE;
    0x0B SubscriptionId(SubscriptionId), subscription_id, Places::of(&[Publish, Subscribe]);
    0x11 SessionExpirySecs(u32), session_expiry_secs,
        Places::of(&[Connect, ConnAck, Disconnect]);
    0x12 AssignedClientId(&'a str), assigned_client_id, Places::of(&[ConnAck]);
    0x13 ServerKeepAliveSecs(u16), server_keep_alive_secs, Places::of(&[ConnAck]);
    0x15 AuthenticationMethod(&'a str), authentication_method, AUTHENTICATION;
    0x16 AuthenticationData(&'a [u8]), authentication_data, AUTHENTICATION;
    0x17 RequestProblemInformation(bool), request_problem_information, Places::of(&[Connect]);
    0x18 WillDelaySecs(u32), will_delay_secs, Places::WILL;
    0x19 RequestResponseInformation(bool), request_response_information, Places::of(&[Connect]);
    0x1A ResponseInformation(&'a str), response_information, Places::of(&[ConnAck]);
    0x1C ServerReference(&'a str), server_reference, Places::of(&[ConnAck, Disconnect]);
    0x1F ReasonString(&'a str), reason_string, ANSWERS;
    0x21 ReceiveMaximum(NonZeroU16), receive_maximum, Places::of(&[Connect, ConnAck]);
    0x22 TopicAliasMaximum(u16), topic_alias_maximum, Places::of(&[Connect, ConnAck]);
    0x23 TopicAlias(NonZeroU16), topic_alias, Places::of(&[Publish]);
    /// Never [`Qos::ExactlyOnce`], which goes without saying.
    0x24 MaximumQos(Qos), maximum_qos, Places::of(&[ConnAck]);
    0x25 RetainAvailable(bool), retain_available, Places::of(&[ConnAck]);
    0x26 User((&'a str, &'a str)), user, Places::EVERYWHERE;
    0x27 MaximumPacketSize(NonZeroU32), maximum_packet_size, Places::of(&[Connect, ConnAck]);
    0x28 WildcardSubscriptionAvailable(bool), wildcard_subscription_available,
        Places::of(&[ConnAck]);
    0x29 SubscriptionIdsAvailable(bool), subscription_ids_available, Places::of(&[ConnAck]);
    0x2A SharedSubscriptionAvailable(bool), shared_subscription_available,
        Places::of(&[ConnAck]);
}

const MESSAGE: Places = Places::of(&[Publish]).and(Places::WILL);
const AUTHENTICATION: Places = Places::of(&[Connect, ConnAck, Auth]);
const ANSWERS: Places =
    Places::of(&[ConnAck, PubAck, PubRec, PubRel, PubComp, SubAck, UnsubAck, Disconnect, Auth]);

/// What a client calls a subscription: 1 to 268,435,455 [MQTT-3.8.2-1].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct SubscriptionId(NonZeroU32);

impl SubscriptionId {
    pub fn new(id: u32) -> Option<SubscriptionId> {
        NonZeroU32::new(id).filter(|_| id <= crate::frame::REMAINING_LENGTH_MAX).map(SubscriptionId)
    }

    pub fn get(self) -> u32 {
        self.0.get()
    }
}

/// A type that a property's value can have; `id` is for the error.
trait Value<'a>: Sized {
    fn read(reader: &mut Reader<'a>, id: u8) -> Result<Self, DecodeError>;
    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError>;
}

impl Value<'_> for bool {
    fn read(reader: &mut Reader<'_>, id: u8) -> Result<bool, DecodeError> {
        match reader.u8()? {
            0 => Ok(false),
            1 => Ok(true),
            _ => Err(DecodeError::PropertyValue(id)),
        }
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.push(u8::from(*self));
        Ok(())
    }
}

impl Value<'_> for Qos {
    fn read(reader: &mut Reader<'_>, id: u8) -> Result<Qos, DecodeError> {
        match reader.u8()? {
            0 => Ok(Qos::AtMostOnce),
            1 => Ok(Qos::AtLeastOnce),
            _ => Err(DecodeError::PropertyValue(id)),
        }
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.push(self.bits());
        Ok(())
    }
}

impl Value<'_> for u16 {
    fn read(reader: &mut Reader<'_>, _id: u8) -> Result<u16, DecodeError> {
        reader.u16()
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(&self.to_be_bytes());
        Ok(())
    }
}

impl Value<'_> for u32 {
    fn read(reader: &mut Reader<'_>, _id: u8) -> Result<u32, DecodeError> {
        reader.u32()
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        out.extend_from_slice(&self.to_be_bytes());
        Ok(())
    }
}

impl Value<'_> for NonZeroU16 {
    fn read(reader: &mut Reader<'_>, id: u8) -> Result<NonZeroU16, DecodeError> {
        NonZeroU16::new(reader.u16()?).ok_or(DecodeError::PropertyValue(id))
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.get().write(out)
    }
}

impl Value<'_> for NonZeroU32 {
    fn read(reader: &mut Reader<'_>, id: u8) -> Result<NonZeroU32, DecodeError> {
        NonZeroU32::new(reader.u32()?).ok_or(DecodeError::PropertyValue(id))
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        self.get().write(out)
    }
}

impl Value<'_> for SubscriptionId {
    fn read(reader: &mut Reader<'_>, id: u8) -> Result<SubscriptionId, DecodeError> {
        SubscriptionId::new(reader.variable()?).ok_or(DecodeError::PropertyValue(id))
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::variable(self.get(), out);
        Ok(())
    }
}

impl<'a> Value<'a> for &'a str {
    fn read(reader: &mut Reader<'a>, _id: u8) -> Result<&'a str, DecodeError> {
        reader.text()
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::text(self, out)
    }
}

impl<'a> Value<'a> for &'a [u8] {
    fn read(reader: &mut Reader<'a>, _id: u8) -> Result<&'a [u8], DecodeError> {
        reader.binary()
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::binary(self, out)
    }
}

impl<'a> Value<'a> for (&'a str, &'a str) {
    fn read(reader: &mut Reader<'a>, _id: u8) -> Result<(&'a str, &'a str), DecodeError> {
        Ok((reader.text()?, reader.text()?))
    }

    fn write(&self, out: &mut Vec<u8>) -> Result<(), EncodeError> {
        writer::text(self.0, out)?;
        writer::text(self.1, out)
    }
}
