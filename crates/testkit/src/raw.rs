//! One connection to a broker, from the side of the client.

use std::collections::VecDeque;
use std::pin::Pin;
use std::task::{Context, Waker};
use std::time::Duration;

use model::Qos;
use mqtt::{
    Ack, Disconnect, Packet, PacketType, Properties, PropertiesBuf, ReasonCode, Subscribe,
    SubscribeFilter, SubscribeOptions, Unsubscribe, Version, frame,
};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt, DuplexStream, ReadBuf};

use crate::delivery::Delivery;
use crate::hello::Welcome;
use crate::post::Post;

/// The packet identifier of the message that [`Raw::expect_nothing`] publishes.
const BARRIER_ID: u16 = u16::MAX;

/// A client that sends what it is told and shows what it gets. It acknowledges nothing by itself.
#[derive(Debug)]
pub struct Raw {
    stream: DuplexStream,
    version: Version,
    patience: Duration,
    unread: Vec<u8>,
    /// Packets that came while another was awaited.
    inbox: VecDeque<Vec<u8>>,
    last_packet_id: u16,
}

// === sending ===

impl Raw {
    pub(crate) fn new(stream: DuplexStream, version: Version, patience: Duration) -> Raw {
        Raw {
            stream,
            version,
            patience,
            unread: Vec::new(),
            inbox: VecDeque::new(),
            last_packet_id: 0,
        }
    }

    pub async fn send_bytes(&mut self, bytes: &[u8]) {
        self.stream.write_all(bytes).await.expect("the server reads");
    }

    /// Sends bytes to a server that may have closed the connection already.
    pub async fn try_send_bytes(&mut self, bytes: &[u8]) -> bool {
        self.stream.write_all(bytes).await.is_ok()
    }

    pub async fn send(&mut self, packet: &Packet<'_>) {
        let bytes = self.encode(packet);
        self.send_bytes(&bytes).await;
    }

    /// Sends several packets at once, so that the server reads them together.
    pub async fn send_all(&mut self, packets: &[Packet<'_>]) {
        let bytes: Vec<u8> = packets.iter().flat_map(|packet| self.encode(packet)).collect();
        self.send_bytes(&bytes).await;
    }

    fn encode(&self, packet: &Packet<'_>) -> Vec<u8> {
        let mut bytes = Vec::new();
        packet.encode(self.version, &mut bytes).expect("a packet");
        bytes
    }

    /// Sends a message and awaits nothing; gives its packet identifier.
    pub async fn post(&mut self, post: &Post) -> u16 {
        let packet_id = match post.packet_id {
            0 => self.next_packet_id(),
            packet_id => packet_id,
        };
        self.send(&Packet::Publish(post.as_publish(packet_id))).await;
        packet_id
    }

    /// Publishes a message, and returns when the server has taken it and sent it on.
    pub async fn publish(&mut self, post: &Post) {
        let reason = self.offer(post).await;
        assert!(!reason.is_failure(), "{reason} for {post:?}");
    }

    /// Publishes a message through to its last acknowledgement; gives the reason of the first.
    pub async fn offer(&mut self, post: &Post) -> ReasonCode {
        let packet_id = self.post(post).await;
        match post.qos {
            Qos::AtMostOnce => {
                self.ping().await;
                ReasonCode::Success
            }
            Qos::AtLeastOnce => self.ack(PacketType::PubAck, packet_id).await,
            Qos::ExactlyOnce => {
                let reason = self.ack(PacketType::PubRec, packet_id).await;
                if !reason.is_failure() {
                    self.send(&Packet::PubRel(Ack::success(packet_id))).await;
                    self.ack(PacketType::PubComp, packet_id).await;
                }
                reason
            }
        }
    }

    /// Subscribes to one filter and is granted what it asks for.
    pub async fn subscribe(&mut self, filter: &str, qos: u8) {
        let granted = self.ask(&[(filter, at(qos))], &PropertiesBuf::new()).await;
        assert_eq!(granted[0].code(), qos, "{filter}");
    }

    /// Subscribes; gives the reason for each filter.
    pub async fn ask(
        &mut self,
        filters: &[(&str, SubscribeOptions)],
        properties: &PropertiesBuf,
    ) -> Vec<ReasonCode> {
        let packet_id = self.next_packet_id();
        let filters =
            filters.iter().map(|&(filter, options)| SubscribeFilter { filter, options }).collect();
        let properties = properties.as_properties();
        self.send(&Packet::Subscribe(Subscribe { packet_id, properties, filters })).await;
        let bytes = self.await_type(PacketType::SubAck).await;
        match self.decode(&bytes) {
            Packet::SubAck(suback) if suback.packet_id == packet_id => suback.reasons,
            other => panic!("{other:?} came for SUBSCRIBE {packet_id}"),
        }
    }

    /// Unsubscribes; gives the reason for each filter, of which 3.1.1 has none.
    pub async fn unsubscribe(&mut self, filters: &[&str]) -> Vec<ReasonCode> {
        let packet_id = self.next_packet_id();
        let filters = filters.to_vec();
        let unsubscribe = Unsubscribe { packet_id, properties: Properties::NONE, filters };
        self.send(&Packet::Unsubscribe(unsubscribe)).await;
        let bytes = self.await_type(PacketType::UnsubAck).await;
        match self.decode(&bytes) {
            Packet::UnsubAck(unsuback) if unsuback.packet_id == packet_id => unsuback.reasons,
            other => panic!("{other:?} came for UNSUBSCRIBE {packet_id}"),
        }
    }

    /// Sends PINGREQ and awaits its answer: everything sent before it has been worked on.
    pub async fn ping(&mut self) {
        self.send(&Packet::PingReq).await;
        self.await_type(PacketType::PingResp).await;
    }

    /// Says good-bye, and sees the server close the connection.
    pub async fn leave(mut self) {
        self.send(&Packet::Disconnect(Disconnect::with_reason(ReasonCode::Success))).await;
        self.await_end().await;
    }

    /// Says good-bye with a reason and properties of its own.
    pub async fn leave_with(mut self, reason: ReasonCode, properties: &PropertiesBuf) {
        let properties = properties.as_properties();
        self.send(&Packet::Disconnect(Disconnect { reason, properties })).await;
        self.await_end().await;
    }

    /// Breaks the connection.
    pub fn vanish(self) {
        drop(self);
    }

    fn next_packet_id(&mut self) -> u16 {
        self.last_packet_id = self.last_packet_id % (BARRIER_ID - 1) + 1;
        self.last_packet_id
    }
}

// === expecting ===

impl Raw {
    pub(crate) async fn welcome(&mut self) -> Welcome {
        let bytes = self.next().await.expect("a CONNACK comes");
        match self.decode(&bytes) {
            Packet::ConnAck(connack) => Welcome::of(&connack),
            other => panic!("{other:?} came for CONNECT"),
        }
    }

    /// The next packet is this one.
    pub async fn expect(&mut self, packet: &Packet<'_>) {
        let bytes = self.next().await.unwrap_or_else(|| panic!("{packet:?} comes before the end"));
        assert_eq!(self.decode(&bytes), *packet);
    }

    /// The next packet is a message.
    pub async fn delivery(&mut self) -> Delivery {
        let bytes = self.next().await.expect("a message comes");
        match self.decode(&bytes) {
            Packet::Publish(publish) => Delivery::of(&publish),
            other => panic!("{other:?} came where a message was expected"),
        }
    }

    /// The next message, acknowledged as far as its QoS asks.
    pub async fn take(&mut self) -> Delivery {
        let delivery = self.delivery().await;
        let packet_id = delivery.packet_id;
        match delivery.qos {
            Qos::AtMostOnce => {}
            Qos::AtLeastOnce => self.send(&Packet::PubAck(Ack::success(packet_id))).await,
            Qos::ExactlyOnce => {
                self.send(&Packet::PubRec(Ack::success(packet_id))).await;
                self.ack(PacketType::PubRel, packet_id).await;
                self.send(&Packet::PubComp(Ack::success(packet_id))).await;
            }
        }
        delivery
    }

    /// The payloads of the next messages, which are acknowledged.
    pub async fn take_texts(&mut self, count: usize) -> Vec<String> {
        let mut texts = Vec::with_capacity(count);
        for _ in 0..count {
            texts.push(self.take().await.text().to_owned());
        }
        texts
    }

    /// Nothing has come, and nothing is on its way: a message that is stored is acknowledged after
    /// all that was stored before it was sent on, and its acknowledgement comes first.
    pub async fn expect_nothing(&mut self) {
        let barrier = Post::new("$barrier", "").qos(1).retained();
        self.send(&Packet::Publish(barrier.as_publish(BARRIER_ID))).await;
        self.expect(&Packet::PubAck(Ack::success(BARRIER_ID))).await;
    }

    /// The server closes the connection, and says why in MQTT 5.
    pub async fn expect_end(&mut self, reason: ReasonCode) {
        if self.version == Version::V5 {
            self.expect(&Packet::Disconnect(Disconnect::with_reason(reason))).await;
        }
        self.expect_closed().await;
    }

    /// The server closes the connection without another word.
    pub async fn expect_closed(&mut self) {
        if let Some(bytes) = self.next().await {
            panic!("{:?} came where the end was expected", self.decode(&bytes));
        }
    }

    /// The next packet is a PUBREL; gives its packet identifier.
    pub async fn next_pubrel(&mut self) -> u16 {
        let bytes = self.next().await.expect("a PUBREL comes");
        match self.decode(&bytes) {
            Packet::PubRel(ack) => ack.packet_id,
            other => panic!("{other:?} came where a PUBREL was expected"),
        }
    }

    /// Reads an HTTP answer up to its body.
    pub async fn http_answer(&mut self) -> String {
        let mut answer = Vec::new();
        while !answer.ends_with(b"\r\n\r\n") {
            answer.push(self.stream.read_u8().await.expect("an answer comes"));
        }
        String::from_utf8(answer).expect("HTTP is text")
    }

    /// Throws away what has come by now.
    pub fn drain_now(&mut self) {
        let mut room = [0; 16_384];
        let mut cx = Context::from_waker(Waker::noop());
        loop {
            let mut buffer = ReadBuf::new(&mut room);
            let read = Pin::new(&mut self.stream).poll_read(&mut cx, &mut buffer);
            if read.is_pending() || buffer.filled().is_empty() {
                return;
            }
        }
    }

    /// Reads bytes as they come; none at the end of the connection.
    pub async fn some_bytes(&mut self) -> Vec<u8> {
        let mut bytes = Vec::new();
        let reading = tokio::time::timeout(self.patience, self.stream.read_buf(&mut bytes));
        reading.await.expect("something comes in time").expect("a pipe has no errors");
        bytes
    }

    /// The next packet is of this type.
    pub async fn expect_type(&mut self, kind: PacketType) {
        let bytes = self.next().await.unwrap_or_else(|| panic!("{kind} comes before the end"));
        assert_eq!(PacketType::from_first(bytes[0]), Some(kind));
    }

    /// Reads to the end of the connection; gives the packets that came before it.
    pub async fn await_end(&mut self) -> Vec<PacketType> {
        let mut seen = Vec::new();
        while let Some(bytes) = self.next().await {
            seen.extend(PacketType::from_first(bytes[0]));
        }
        seen
    }

    /// Awaits an acknowledgement, and keeps what comes before it; gives its reason.
    pub async fn ack(&mut self, kind: PacketType, packet_id: u16) -> ReasonCode {
        let bytes = self.await_type(kind).await;
        match self.decode(&bytes) {
            Packet::PubAck(ack)
            | Packet::PubRec(ack)
            | Packet::PubRel(ack)
            | Packet::PubComp(ack)
                if ack.packet_id == packet_id =>
            {
                ack.reason
            }
            other => panic!("{other:?} came where {kind} {packet_id} was expected"),
        }
    }

    async fn await_type(&mut self, kind: PacketType) -> Vec<u8> {
        let is_kind = |bytes: &Vec<u8>| PacketType::from_first(bytes[0]) == Some(kind);
        if let Some(place) = self.inbox.iter().position(is_kind) {
            return self.inbox.remove(place).expect("it was found there");
        }
        loop {
            let bytes = self.read().await.unwrap_or_else(|| panic!("{kind} comes before the end"));
            match PacketType::from_first(bytes[0]) {
                Some(found) if found == kind => return bytes,
                Some(PacketType::Publish | PacketType::PubRel) => self.inbox.push_back(bytes),
                _ => panic!("{:?} came where {kind} was expected", self.decode(&bytes)),
            }
        }
    }

    fn decode<'b>(&self, bytes: &'b [u8]) -> Packet<'b> {
        let frame = frame::split(bytes, u32::MAX).expect("valid").expect("whole");
        Packet::decode(&frame, self.version).expect("the server sends valid packets")
    }

    /// The next packet, or `None` at the end of the connection.
    async fn next(&mut self) -> Option<Vec<u8>> {
        match self.inbox.pop_front() {
            Some(bytes) => Some(bytes),
            None => self.read().await,
        }
    }

    async fn read(&mut self) -> Option<Vec<u8>> {
        let reading = tokio::time::timeout(self.patience, read(&mut self.stream, &mut self.unread));
        reading.await.expect("something comes in time")
    }
}

async fn read(stream: &mut DuplexStream, unread: &mut Vec<u8>) -> Option<Vec<u8>> {
    loop {
        if let Some(frame) = frame::split(unread, u32::MAX).expect("the server sends packets") {
            let rest = unread.split_off(frame.length);
            return Some(std::mem::replace(unread, rest));
        }
        if stream.read_buf(unread).await.expect("a pipe has no errors") == 0 {
            assert!(unread.is_empty(), "the connection ended within a packet");
            return None;
        }
    }
}

fn at(qos: u8) -> SubscribeOptions {
    SubscribeOptions::at(Qos::from_bits(qos).expect("a QoS"))
}
