//! A CONNECT as a test writes it down, and the CONNACK that answers it.

use mqtt::{ConnAck, Connect, Properties, PropertiesBuf, Property, ReasonCode, Version};

use crate::post::Post;

/// How a client introduces itself.
#[derive(Clone, Debug)]
pub struct Hello {
    pub version: Version,
    pub client_id: String,
    pub clean_start: bool,
    pub keep_alive_secs: u16,
    pub will: Option<Post>,
    pub user_name: Option<String>,
    pub password: Option<Vec<u8>>,
    pub properties: PropertiesBuf,
}

impl Hello {
    /// A client that wants no session before or after this connection.
    pub fn new(version: Version, client_id: &str) -> Hello {
        Hello {
            version,
            client_id: client_id.to_owned(),
            clean_start: true,
            keep_alive_secs: 0,
            will: None,
            user_name: None,
            password: None,
            properties: PropertiesBuf::new(),
        }
    }

    /// A client that resumes its session and leaves one behind for as long as it can be.
    pub fn lasting(version: Version, client_id: &str) -> Hello {
        Hello::new(version, client_id).resuming().expiring(u32::MAX)
    }

    #[must_use]
    pub fn resuming(self) -> Hello {
        Hello { clean_start: false, ..self }
    }

    /// How long the session outlives the connection. 3.1.1 has one flag for this and for resuming.
    #[must_use]
    pub fn expiring(self, secs: u32) -> Hello {
        match self.version {
            Version::V311 => Hello { clean_start: secs == 0, ..self },
            Version::V5 => self.with(Property::SessionExpirySecs(secs)),
        }
    }

    #[must_use]
    pub fn keep_alive(self, keep_alive_secs: u16) -> Hello {
        Hello { keep_alive_secs, ..self }
    }

    #[must_use]
    pub fn will(self, will: Post) -> Hello {
        Hello { will: Some(will), ..self }
    }

    #[must_use]
    pub fn with(mut self, property: Property<'_>) -> Hello {
        self.properties.push(property).expect("a short property");
        self
    }

    pub fn to_bytes(&self) -> Vec<u8> {
        let connect = Connect {
            version: self.version,
            clean_start: self.clean_start,
            keep_alive_secs: self.keep_alive_secs,
            client_id: &self.client_id,
            will: self.will.as_ref().map(Post::as_will),
            user_name: self.user_name.as_deref(),
            password: self.password.as_deref(),
            properties: self.properties.as_properties(),
        };
        let mut bytes = Vec::new();
        connect.encode(&mut bytes).expect("a packet");
        bytes
    }
}

/// How the server answered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Welcome {
    pub session_present: bool,
    pub reason: ReasonCode,
    properties: PropertiesBuf,
}

impl Welcome {
    pub(crate) fn of(connack: &ConnAck<'_>) -> Welcome {
        Welcome {
            session_present: connack.session_present,
            reason: connack.reason,
            properties: PropertiesBuf::copy_of(&connack.properties),
        }
    }

    pub fn properties(&self) -> Properties<'_> {
        self.properties.as_properties()
    }
}
