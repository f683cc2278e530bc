//! The versions of the protocol that we speak.

/// 3.1 (level 3, `MQIsdp`) is not among them: its last clients died with their brokers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Version {
    V311,
    V5,
}

impl Version {
    /// The protocol level that a CONNECT names [MQTT-3.1.2-2].
    pub fn level(self) -> u8 {
        match self {
            Version::V311 => 4,
            Version::V5 => 5,
        }
    }

    pub fn from_level(level: u8) -> Option<Version> {
        match level {
            4 => Some(Version::V311),
            5 => Some(Version::V5),
            _ => None,
        }
    }

    /// The version in which to refuse a CONNECT of this level: the nearest that its sender may
    /// read. Below 5 a CONNACK has no properties (3.1.1 §3.1.2.2, 5.0 §3.1.2.2).
    pub fn to_refuse(level: u8) -> Version {
        if level < 5 { Version::V311 } else { Version::V5 }
    }
}
