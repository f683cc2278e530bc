//! How a broker behaves: MQTT as it is specified, or with the differences of AWS IoT.

use model::Qos;

/// Which rules hold where AWS IoT and the specification differ.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Profile {
    /// MQTT as specified.
    #[default]
    Standard,
    /// MQTT as AWS IoT speaks it: no QoS 2, `a/#` does not match `a`, retained messages for exact
    /// filters only, and AWS's quotas.
    Aws,
}

/// The deepest topic whatever is set: the tree of subscriptions is walked by recursion, and a
/// topic of 30,000 levels would take the whole stack (CVE-2019-11779).
const TOPIC_SLASHES_MAX: usize = 500;

/// All that can be set.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    pub profile: Profile,
    pub limits: Limits,
    /// Whether a SUBACK says of a refused filter only that it failed (0x80), as in 3.1.1. Some
    /// clients, the Paho interoperability suite among them, know no other failure.
    pub plain_subscribe_failures: bool,
}

/// The quotas of a connection and a session. Each has a bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Limits {
    /// What clients are told when they connect.
    pub announced: mqtt::Limits,
    pub max_payload_bytes: u32,
    pub max_topic_bytes: usize,
    pub max_topic_slashes: usize,
    pub max_client_id_bytes: usize,
    /// Filters in one SUBSCRIBE.
    pub max_filters_per_subscribe: usize,
    /// Subscriptions of one session.
    pub max_subscriptions: usize,
    /// QoS 1 and 2 messages that we have unacknowledged towards a client.
    pub max_inflight: u16,
    /// Messages that wait for one session.
    pub max_queued_messages: u64,
    pub max_queued_bytes: u64,
    /// Connections of the whole broker, finished handshake or not.
    pub max_connections: usize,
    /// The time from the beginning of a connection to its accepted CONNECT.
    pub connect_timeout_secs: u32,
}

impl Settings {
    pub fn standard() -> Settings {
        Settings::with(Profile::Standard, Limits::standard())
    }

    pub fn of(profile: Profile) -> Settings {
        match profile {
            Profile::Standard => Settings::standard(),
            Profile::Aws => Settings::aws(),
        }
    }

    fn with(profile: Profile, limits: Limits) -> Settings {
        Settings { profile, limits, plain_subscribe_failures: false }
    }

    pub fn aws() -> Settings {
        Settings::with(Profile::Aws, Limits::aws())
    }
}

impl Limits {
    fn standard() -> Limits {
        Limits {
            announced: mqtt::Limits {
                packet_size_max: non_zero(1_048_576),
                receive_maximum: non_zero(1_000),
                topic_alias_maximum: 32,
                ..mqtt::Limits::default()
            },
            max_payload_bytes: 1_048_576,
            max_topic_bytes: 65_535,
            max_topic_slashes: 200,
            max_client_id_bytes: 65_535,
            max_filters_per_subscribe: 1_000,
            max_subscriptions: 10_000,
            max_inflight: 1_000,
            max_queued_messages: 100_000,
            max_queued_bytes: 256 * 1_048_576,
            max_connections: 100_000,
            connect_timeout_secs: 20,
        }
    }

    /// AWS IoT Core's published quotas.
    fn aws() -> Limits {
        Limits {
            announced: mqtt::Limits {
                packet_size_max: non_zero(149_504),
                receive_maximum: non_zero(100),
                topic_alias_maximum: 8,
                qos_max: Qos::AtLeastOnce,
                subscription_ids_available: false,
                keep_alive_max_secs: Some(non_zero(1_200)),
                session_expiry_max_secs: 3_600,
                ..mqtt::Limits::default()
            },
            max_payload_bytes: 131_072,
            max_topic_bytes: 256,
            max_topic_slashes: 7,
            max_client_id_bytes: 128,
            max_filters_per_subscribe: 8,
            max_subscriptions: 50,
            max_inflight: 100,
            ..Limits::standard()
        }
    }

    /// Whether a topic keeps to the limits of length and depth.
    pub fn allow_topic(&self, topic: &str) -> bool {
        let most = self.max_topic_slashes.min(TOPIC_SLASHES_MAX);
        topic.len() <= self.max_topic_bytes
            && (most >= topic.len() || topic.bytes().filter(|&byte| byte == b'/').count() <= most)
    }
}

fn non_zero<N: TryInto<Z>, Z>(number: N) -> Z {
    number.try_into().unwrap_or_else(|_| unreachable!("the numbers above are not zero"))
}
