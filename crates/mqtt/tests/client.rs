//! The client beside a server of a few lines, which says what the test tells it to.

use std::num::NonZeroU16;

use bytes::Bytes;
use model::{Message, Qos, Topic, TopicFilter};
use mqtt::client::{Acknowledge, Cause, Client, ClientError, Event, Options};
use mqtt::{
    Ack, ConnAck, Disconnect, Packet, Properties, PropertiesBuf, Property, Publish, ReasonCode,
    SubAck, SubscribeOptions, SubscriptionId, UnsubAck, Version, frame,
};

const BOTH: [Version; 2] = [Version::V311, Version::V5];

/// A client and the transport that it is connected by.
struct Pair {
    client: Client,
    version: Version,
}

impl Pair {
    fn new(version: Version) -> Pair {
        Pair::with(Options { clean_start: false, ..Options::new(version, "c") })
    }

    fn with(options: Options) -> Pair {
        let version = options.version;
        Pair { client: Client::new(options), version }
    }

    fn connected(version: Version) -> Pair {
        let mut pair = Pair::new(version);
        pair.connect(false);
        pair
    }

    /// Connects, and forgets the CONNECT and the event.
    fn connect(&mut self, session_present: bool) {
        self.connect_with(session_present, Properties::NONE);
    }

    fn connect_with(&mut self, session_present: bool, properties: Properties<'_>) {
        self.client.connect(0).expect("not connected");
        assert!(self.sent().starts_with("Connect"));
        let reason = ReasonCode::Success;
        self.say(&Packet::ConnAck(ConnAck { session_present, reason, properties }));
        let assigned_client_id = None;
        let connected = Event::Connected { session_present, assigned_client_id };
        assert_eq!(self.client.next_event(), Some(connected));
    }

    fn lose_transport(&mut self) {
        self.client.on_close();
        assert_eq!(self.events(), [Event::Closed(Cause::Transport)]);
    }

    /// The server sends a packet.
    fn say(&mut self, packet: &Packet<'_>) {
        let mut bytes = Vec::new();
        packet.encode(self.version, &mut bytes).expect("fits");
        self.client.on_bytes(&bytes, 0);
    }

    /// What the client has sent, in short.
    fn sent(&mut self) -> String {
        let output = self.client.take_output();
        let mut rest = &output[..];
        let mut packets = Vec::new();
        while let Some(frame) = frame::split(rest, u32::MAX).expect("valid") {
            packets.push(short(&Packet::decode(&frame, self.version).expect("valid")));
            rest = &rest[frame.length..];
        }
        assert!(rest.is_empty());
        packets.join(", ")
    }

    fn events(&mut self) -> Vec<Event> {
        std::iter::from_fn(|| self.client.next_event()).collect()
    }

    fn publish(&mut self, topic: &str, qos: Qos) -> Result<u16, ClientError> {
        self.client.publish(message(topic, qos))
    }
}

fn short(packet: &Packet<'_>) -> String {
    let name = format!("{packet:?}");
    let name = name.split('(').next().expect("one part at least").to_owned();
    match packet {
        Packet::Publish(publish) => {
            let dup = if publish.dup { " again" } else { "" };
            format!("{name} {} {}{dup}", publish.packet_id, publish.topic)
        }
        Packet::PubAck(ack) | Packet::PubRec(ack) | Packet::PubRel(ack) | Packet::PubComp(ack) => {
            let failure = if ack.reason.is_failure() { " failed" } else { "" };
            format!("{name} {}{failure}", ack.packet_id)
        }
        Packet::Subscribe(subscribe) => format!("{name} {}", subscribe.packet_id),
        Packet::Unsubscribe(unsubscribe) => format!("{name} {}", unsubscribe.packet_id),
        Packet::Disconnect(disconnect) => format!("{name} {}", disconnect.reason.text()),
        _ => name,
    }
}

fn message(topic: &str, qos: Qos) -> Message {
    let topic = Topic::new(topic).expect("valid");
    Message { topic, payload: Bytes::from_static(b"x"), qos, retain: false, properties: None }
}

fn publish(qos: Qos, packet_id: u16) -> Packet<'static> {
    let (dup, retain, topic, properties) = (false, false, "t", Properties::NONE);
    Packet::Publish(Publish { dup, qos, retain, topic, packet_id, properties, payload: b"x" })
}

fn received(qos: Qos, packet_id: u16) -> Event {
    let (dup, subscription_ids) = (false, Vec::new());
    Event::Message { message: message("t", qos), packet_id, dup, subscription_ids }
}

fn published(packet_id: u16) -> Event {
    Event::Published { packet_id, reason: ReasonCode::Success }
}

fn buffer(properties: &[Property<'_>]) -> PropertiesBuf {
    let mut buffer = PropertiesBuf::new();
    properties.iter().for_each(|property| buffer.push(*property).expect("short"));
    buffer
}

#[test]
fn messages_of_every_quality_are_published() {
    for version in BOTH {
        let mut pair = Pair::connected(version);
        assert_eq!(pair.publish("a", Qos::AtMostOnce), Ok(0));
        assert_eq!(pair.publish("b", Qos::AtLeastOnce), Ok(1));
        assert_eq!(pair.publish("c", Qos::ExactlyOnce), Ok(2));
        assert_eq!(pair.sent(), "Publish 0 a, Publish 1 b, Publish 2 c");
        pair.say(&Packet::PubAck(Ack::success(1)));
        pair.say(&Packet::PubRec(Ack::success(2)));
        assert_eq!(pair.sent(), "PubRel 2");
        assert_eq!(pair.events(), [published(1)]);
        pair.say(&Packet::PubComp(Ack::success(2)));
        assert_eq!(pair.events(), [published(2)]);
        assert_eq!(pair.client.unacknowledged(), 0);
    }
}

#[test]
fn an_acknowledgement_that_answers_nothing_has_no_effect() {
    let mut pair = Pair::connected(Version::V5);
    pair.publish("a", Qos::AtLeastOnce).expect("room");
    pair.sent();
    pair.say(&Packet::PubAck(Ack::success(9)));
    pair.say(&Packet::PubComp(Ack::success(1)));
    assert_eq!((pair.events(), pair.sent()), (vec![], String::new()));
    pair.say(&Packet::PubRec(Ack::success(1)));
    assert_eq!(pair.sent(), "PubRel 1 failed");
    assert_eq!(pair.client.unacknowledged(), 1);
}

#[test]
fn a_refused_message_is_over() {
    let mut pair = Pair::connected(Version::V5);
    pair.publish("a", Qos::ExactlyOnce).expect("room");
    pair.say(&Packet::PubRec(Ack::with_reason(1, ReasonCode::QuotaExceeded)));
    let refused = Event::Published { packet_id: 1, reason: ReasonCode::QuotaExceeded };
    assert_eq!(pair.events(), [refused]);
    assert_eq!(pair.client.unacknowledged(), 0);
}

#[test]
fn what_was_not_acknowledged_is_sent_again_in_order() {
    for version in BOTH {
        let mut pair = Pair::connected(version);
        for (topic, qos) in
            [("a", Qos::AtLeastOnce), ("b", Qos::ExactlyOnce), ("c", Qos::ExactlyOnce)]
        {
            pair.publish(topic, qos).expect("room");
        }
        pair.say(&Packet::PubRec(Ack::success(2)));
        pair.sent();
        pair.lose_transport();
        assert_eq!(pair.publish("d", Qos::AtLeastOnce), Ok(4));
        assert_eq!(pair.publish("e", Qos::AtMostOnce), Err(ClientError::NotConnected));
        pair.connect(true);
        assert_eq!(pair.sent(), "Publish 1 a again, PubRel 2, Publish 3 c again, Publish 4 d");
    }
}

#[test]
fn a_server_that_lost_the_session_gets_every_message_as_new() {
    let mut pair = Pair::connected(Version::V5);
    pair.publish("a", Qos::AtLeastOnce).expect("room");
    pair.publish("b", Qos::ExactlyOnce).expect("room");
    pair.say(&Packet::PubRec(Ack::success(2)));
    pair.sent();
    pair.lose_transport();
    pair.connect(false);
    assert_eq!(pair.sent(), "Publish 1 a");
    // The server had taken this one before it forgot.
    assert_eq!(pair.events(), [published(2)]);
}

#[test]
fn no_more_messages_are_on_their_way_than_the_server_allows() {
    let mut pair = Pair::new(Version::V5);
    let most = NonZeroU16::new(2).expect("not zero");
    let asked = buffer(&[Property::ReceiveMaximum(most)]);
    pair.connect_with(false, asked.as_properties());
    for topic in ["a", "b", "c", "d"] {
        pair.publish(topic, Qos::AtLeastOnce).expect("room");
    }
    assert_eq!(pair.sent(), "Publish 1 a, Publish 2 b");
    pair.say(&Packet::PubAck(Ack::success(2)));
    assert_eq!(pair.sent(), "Publish 3 c");
    // Not on its way, so not to be acknowledged.
    pair.say(&Packet::PubAck(Ack::success(4)));
    assert_eq!(pair.sent(), "");
}

#[test]
fn a_message_that_the_server_cannot_take_is_told_so() {
    let mut pair = Pair::new(Version::V5);
    let size = std::num::NonZeroU32::new(20).expect("not zero");
    let qos = Property::MaximumQos(Qos::AtLeastOnce);
    let asked = buffer(&[qos, Property::MaximumPacketSize(size)]);
    pair.connect_with(false, asked.as_properties());
    pair.publish("a", Qos::ExactlyOnce).expect("room");
    pair.publish("a/long/long/topic", Qos::AtLeastOnce).expect("room");
    let told = |packet_id, reason| Event::Published { packet_id, reason };
    let expected = [told(1, ReasonCode::QosNotSupported), told(2, ReasonCode::PacketTooLarge)];
    assert_eq!(pair.events(), expected);
    assert_eq!((pair.sent(), pair.client.unacknowledged()), (String::new(), 0));
    let large = pair.publish("a/long/long/topic", Qos::AtMostOnce);
    assert_eq!(large, Err(ClientError::TooLarge));
}

#[test]
fn messages_come_and_are_acknowledged() {
    for version in BOTH {
        let mut pair = Pair::connected(version);
        pair.say(&publish(Qos::AtMostOnce, 0));
        pair.say(&publish(Qos::AtLeastOnce, 5));
        pair.say(&publish(Qos::ExactlyOnce, 6));
        let expected = [
            received(Qos::AtMostOnce, 0),
            received(Qos::AtLeastOnce, 5),
            received(Qos::ExactlyOnce, 6),
        ];
        assert_eq!(pair.events(), expected);
        assert_eq!(pair.sent(), "PubAck 5, PubRec 6");
        pair.say(&Packet::PubRel(Ack::success(6)));
        assert_eq!(pair.sent(), "PubComp 6");
    }
}

#[test]
fn a_message_of_qos_2_comes_once_however_often_it_is_sent() {
    let mut pair = Pair::connected(Version::V311);
    pair.say(&publish(Qos::ExactlyOnce, 6));
    assert_eq!(pair.events(), [received(Qos::ExactlyOnce, 6)]);
    pair.sent();
    pair.lose_transport();
    pair.connect(true);
    pair.say(&publish(Qos::ExactlyOnce, 6));
    assert_eq!((pair.sent().as_str(), pair.events()), ("PubRec 6", vec![]));
    pair.say(&Packet::PubRel(Ack::success(6)));
    pair.say(&publish(Qos::ExactlyOnce, 6));
    assert_eq!(pair.events(), [received(Qos::ExactlyOnce, 6)]);
}

#[test]
fn the_user_may_acknowledge_later() {
    let options = Options::new(Version::V5, "c");
    let mut pair = Pair::with(Options { acknowledge: Acknowledge::ByCall, ..options });
    pair.connect(false);
    pair.say(&publish(Qos::AtLeastOnce, 5));
    pair.say(&publish(Qos::ExactlyOnce, 6));
    assert_eq!(pair.sent(), "");
    pair.client.acknowledge(6).expect("received");
    pair.client.acknowledge(5).expect("received");
    assert_eq!(pair.sent(), "PubRec 6, PubAck 5");
    assert_eq!(pair.client.acknowledge(5), Err(ClientError::NotReceived(5)));
}

#[test]
fn a_server_that_sends_more_than_we_take_is_told_and_left() {
    let options = Options::new(Version::V5, "c");
    let receive_maximum = NonZeroU16::MIN;
    let acknowledge = Acknowledge::ByCall;
    let mut pair = Pair::with(Options { receive_maximum, acknowledge, ..options });
    pair.connect(false);
    pair.say(&publish(Qos::AtLeastOnce, 5));
    pair.say(&publish(Qos::AtLeastOnce, 6));
    assert_eq!(pair.sent(), "Disconnect receive maximum exceeded");
    assert!(matches!(pair.events()[..], [_, Event::Closed(Cause::Protocol(_))]));
    assert!(!pair.client.is_connected());
}

#[test]
fn topics_go_and_come_by_alias() {
    let options = Options { topic_alias_maximum: 3, ..Options::new(Version::V5, "c") };
    let mut pair = Pair::with(options);
    let asked = buffer(&[Property::TopicAliasMaximum(1)]);
    pair.connect_with(false, asked.as_properties());
    pair.publish("a", Qos::AtMostOnce).expect("connected");
    pair.publish("a", Qos::AtMostOnce).expect("connected");
    assert_eq!(pair.sent(), "Publish 0 a, Publish 0 ");
    let alias = buffer(&[Property::TopicAlias(NonZeroU16::MIN)]);
    let properties = alias.as_properties();
    let (dup, retain, qos, packet_id) = (false, false, Qos::AtMostOnce, 0);
    let taught = Publish { dup, qos, retain, topic: "t", packet_id, properties, payload: b"x" };
    pair.say(&Packet::Publish(taught));
    pair.say(&Packet::Publish(Publish { topic: "", ..taught }));
    assert_eq!(pair.events(), [received(qos, 0), received(qos, 0)]);
}

#[test]
fn subscriptions_are_answered() {
    for version in BOTH {
        let mut pair = Pair::connected(version);
        let filter = TopicFilter::new("a/#").expect("valid");
        let asked = [(filter.clone(), SubscribeOptions::at(Qos::AtLeastOnce))];
        assert_eq!(pair.client.subscribe(&asked, SubscriptionId::new(7)), Ok(1));
        assert_eq!(pair.client.unsubscribe(&[filter]), Ok(2));
        assert_eq!(pair.publish("a", Qos::AtLeastOnce), Ok(3));
        assert_eq!(pair.sent(), "Subscribe 1, Unsubscribe 2, Publish 3 a");
        let reasons = vec![ReasonCode::GrantedQos1];
        let properties = Properties::NONE;
        pair.say(&Packet::SubAck(SubAck { packet_id: 1, properties, reasons: reasons.clone() }));
        assert_eq!(pair.events(), [Event::Subscribed { packet_id: 1, reasons }]);
        let reasons = vec![ReasonCode::Success];
        pair.say(&Packet::UnsubAck(UnsubAck { packet_id: 2, properties, reasons }));
        let events = pair.events();
        assert!(matches!(events[..], [Event::Unsubscribed { packet_id: 2, .. }]), "{events:?}");
    }
}

#[test]
fn an_answer_to_nothing_ends_the_connection() {
    let mut pair = Pair::connected(Version::V5);
    let (properties, reasons) = (Properties::NONE, vec![ReasonCode::Success]);
    pair.say(&Packet::SubAck(SubAck { packet_id: 1, properties, reasons }));
    assert_eq!(pair.events(), [Event::Closed(Cause::Unasked)]);
    assert_eq!(pair.sent(), "Disconnect protocol error");
}

#[test]
fn a_refusal_says_why() {
    for version in BOTH {
        let mut pair = Pair::new(version);
        pair.client.connect(0).expect("not connected");
        pair.say(&Packet::ConnAck(ConnAck::refusal(ReasonCode::NotAuthorized)));
        let reason = ReasonCode::NotAuthorized;
        let refused = Cause::Refused { reason, reason_string: None };
        assert_eq!(pair.events(), [Event::Closed(refused)]);
        assert!(pair.client.connect(0).is_ok());
    }
}

#[test]
fn the_first_packet_is_a_connack() {
    let mut pair = Pair::new(Version::V5);
    pair.client.connect(0).expect("not connected");
    pair.sent();
    pair.say(&Packet::PingResp);
    assert!(matches!(pair.events()[..], [Event::Closed(Cause::Protocol(_))]));
    // Before a CONNACK a DISCONNECT is not sent.
    assert_eq!(pair.sent(), "");
}

#[test]
fn a_session_that_was_to_begin_anew_is_not_present() {
    let mut pair = Pair::with(Options::new(Version::V5, "c"));
    pair.client.connect(0).expect("not connected");
    let (reason, properties) = (ReasonCode::Success, Properties::NONE);
    pair.say(&Packet::ConnAck(ConnAck { session_present: true, reason, properties }));
    assert_eq!(pair.events(), [Event::Closed(Cause::Unasked)]);
}

#[test]
fn a_goodbye_of_the_server_is_an_event() {
    let mut pair = Pair::connected(Version::V5);
    let taken_over = buffer(&[Property::ReasonString("elsewhere")]);
    let (reason, properties) = (ReasonCode::SessionTakenOver, taken_over.as_properties());
    pair.say(&Packet::Disconnect(Disconnect { reason, properties }));
    let reason_string = Some("elsewhere".to_owned());
    assert_eq!(pair.events(), [Event::Closed(Cause::ByServer { reason, reason_string })]);
}

#[test]
fn malformed_bytes_end_the_connection_and_nothing_behind_them_is_read() {
    let mut pair = Pair::connected(Version::V5);
    let mut bytes = b"\x36\x05\x00\x01t\x00\x01".to_vec();
    publish(Qos::AtMostOnce, 0).encode(Version::V5, &mut bytes).expect("fits");
    pair.client.on_bytes(&bytes, 0);
    assert!(matches!(pair.events()[..], [Event::Closed(Cause::Malformed(_))]));
    assert_eq!(pair.sent(), "Disconnect malformed packet");
}

#[test]
fn packets_may_come_in_pieces() {
    let mut pair = Pair::connected(Version::V5);
    let mut bytes = Vec::new();
    for _ in 0..3 {
        publish(Qos::AtMostOnce, 0).encode(Version::V5, &mut bytes).expect("fits");
    }
    for piece in bytes.chunks(5) {
        pair.client.on_bytes(piece, 0);
    }
    assert_eq!(pair.events().len(), 3);
}

#[test]
fn a_silent_server_is_given_up() {
    let mut pair = Pair::connected(Version::V311);
    assert_eq!(pair.client.due_ms(), Some(45_000));
    pair.client.on_tick(45_000);
    assert_eq!(pair.sent(), "PingReq");
    pair.say(&Packet::PingResp);
    pair.client.on_tick(90_000);
    assert_eq!(pair.sent(), "PingReq");
    pair.client.on_tick(135_000);
    assert_eq!(pair.events(), [Event::Closed(Cause::KeepAlive)]);
    assert_eq!(pair.client.due_ms(), None);
}

#[test]
fn the_keep_alive_of_the_server_goes_before_our_own() {
    let mut pair = Pair::new(Version::V5);
    let asked = buffer(&[Property::ServerKeepAliveSecs(10)]);
    pair.connect_with(false, asked.as_properties());
    assert_eq!(pair.client.due_ms(), Some(7_500));
}

#[test]
fn a_goodbye_is_sent_and_ends_the_connection() {
    for version in BOTH {
        let mut pair = Pair::connected(version);
        pair.client.disconnect(ReasonCode::Success);
        assert_eq!(pair.sent(), "Disconnect success");
        assert_eq!(pair.events(), [Event::Closed(Cause::ByUs)]);
        assert_eq!(pair.publish("a", Qos::AtMostOnce), Err(ClientError::NotConnected));
    }
}

#[test]
fn a_device_without_a_server_does_not_fill_its_memory() {
    let mut client = Client::new(Options::new(Version::V5, "c"));
    let full = (0..20_000).find_map(|count| {
        let published = client.publish(message("a", Qos::AtLeastOnce));
        published.err().map(|error| (count, error))
    });
    let (count, error) = full.expect("there is an end");
    assert_eq!(count, client.unacknowledged());
    assert!(matches!(error, ClientError::QueueFull(_)));
}

#[test]
fn a_connect_says_what_the_options_say() {
    let will = Message { retain: true, ..message("w", Qos::AtLeastOnce) };
    let mut options = Options::new(Version::V5, "c");
    options.will = Some(will.clone());
    options.will_delay_secs = 5;
    options.session_expiry_secs = 60;
    options.user_name = Some("u".to_owned());
    options.user_properties = vec![("k".to_owned(), "v".to_owned())];
    let mut client = Client::new(options);
    client.connect(0).expect("not connected");
    let bytes = client.take_output();
    let frame = frame::split(&bytes, u32::MAX).expect("valid").expect("whole");
    let Ok(Packet::Connect(connect)) = Packet::decode(&frame, Version::V5) else {
        panic!("a CONNECT");
    };
    let sent_will = connect.will.expect("there is one");
    assert_eq!(sent_will.to_message().expect("valid"), will);
    assert_eq!(sent_will.properties.will_delay_secs(), Some(5));
    assert_eq!(connect.properties.session_expiry_secs(), Some(60));
    assert_eq!(connect.properties.users().collect::<Vec<_>>(), [("k", "v")]);
    assert_eq!((connect.user_name, connect.keep_alive_secs), (Some("u"), 60));
    assert_eq!(client.connect(0), Err(ClientError::Connected));
}
