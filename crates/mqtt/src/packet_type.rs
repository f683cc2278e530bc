//! The fifteen control packet types (MQTT 5.0 §2.1.2).

use std::fmt;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum PacketType {
    Connect = 1,
    ConnAck = 2,
    Publish = 3,
    PubAck = 4,
    PubRec = 5,
    PubRel = 6,
    PubComp = 7,
    Subscribe = 8,
    SubAck = 9,
    Unsubscribe = 10,
    UnsubAck = 11,
    PingReq = 12,
    PingResp = 13,
    Disconnect = 14,
    Auth = 15,
}

impl PacketType {
    const ALL: [PacketType; 15] = [
        PacketType::Connect,
        PacketType::ConnAck,
        PacketType::Publish,
        PacketType::PubAck,
        PacketType::PubRec,
        PacketType::PubRel,
        PacketType::PubComp,
        PacketType::Subscribe,
        PacketType::SubAck,
        PacketType::Unsubscribe,
        PacketType::UnsubAck,
        PacketType::PingReq,
        PacketType::PingResp,
        PacketType::Disconnect,
        PacketType::Auth,
    ];

    /// The type in the upper half of a packet's first byte; 0 is reserved.
    pub fn from_first(first: u8) -> Option<PacketType> {
        PacketType::ALL.get(usize::from(first >> 4).checked_sub(1)?).copied()
    }

    /// The flags that the lower half must hold, except in PUBLISH [MQTT-2.1.3-1].
    pub(crate) fn fixed_flags(self) -> u8 {
        match self {
            PacketType::PubRel | PacketType::Subscribe | PacketType::Unsubscribe => 0b0010,
            _ => 0,
        }
    }

    /// The first byte of every packet of this type, except PUBLISH.
    pub(crate) fn first(self) -> u8 {
        (self as u8) << 4 | self.fixed_flags()
    }
}

impl fmt::Display for PacketType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&format!("{self:?}").to_uppercase())
    }
}

/// A set of packet types, and the will as a place of its own: where a property or a reason code
/// may stand. The will takes bit 0, which is no packet type.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Places(u16);

impl Places {
    pub(crate) const WILL: Places = Places(1);
    pub(crate) const EVERYWHERE: Places = Places(u16::MAX);

    pub(crate) const fn of(types: &[PacketType]) -> Places {
        let mut bits = 0;
        let mut index = 0;
        while index < types.len() {
            bits |= 1 << types[index] as u8;
            index += 1;
        }
        Places(bits)
    }

    pub(crate) const fn and(self, other: Places) -> Places {
        Places(self.0 | other.0)
    }

    pub(crate) const fn holds(self, place: Places) -> bool {
        self.0 & place.0 == place.0
    }
}
