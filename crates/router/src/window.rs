//! The messages of a session that are on their way to its client.
//!
//! Each QoS 1 or 2 message of a session has a sequence number, and its packet identifier follows
//! from that number. So a packet identifier need not be stored, and a message that is sent again
//! after a restart carries the one that it had [MQTT-4.4.0-1].

use std::collections::VecDeque;

use model::Qos;

/// Packet identifiers are 1 to 65,535.
const PACKET_IDS: u64 = 65_535;

/// What is in flight to one client, oldest first.
#[derive(Clone, Debug)]
pub struct Window {
    sent: VecDeque<Sent>,
    /// How many of `sent` the client has not completed.
    open: usize,
    /// How many may be open: the client's receive maximum or our own, whichever is less.
    most: u16,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Sent {
    seq: u64,
    /// What the message counts for in the size of its queue.
    size: u32,
    state: State,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// QoS 1: PUBLISH sent, PUBACK awaited.
    Published,
    /// QoS 2: PUBLISH sent, PUBREC awaited.
    Offered,
    /// QoS 2: PUBREL sent, PUBCOMP awaited.
    Released,
    /// Completed, but something older is not.
    Done,
}

/// What an acknowledgement brought about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Progress {
    /// The message is through; nobody needs it any more.
    Completed { seq: u64, size: u32 },
    /// The client holds a QoS 2 message; answer with PUBREL.
    Received { seq: u64 },
    /// The client holds it already and repeats itself; answer with PUBREL again.
    ReceivedAgain,
    /// No message with this packet identifier awaits this acknowledgement.
    Unknown,
}

impl Window {
    pub fn new(most: u16) -> Window {
        Window { sent: VecDeque::new(), open: 0, most }
    }

    /// The packet identifier of a message.
    pub fn packet_id(seq: u64) -> u16 {
        u16::try_from(seq % PACKET_IDS + 1).expect("a remainder of 65535 plus one fits")
    }

    /// How many messages the client has not completed.
    pub fn open(&self) -> usize {
        self.open
    }

    /// Whether the message `seq` may be sent now: the client has room, and no older message in
    /// flight has its packet identifier.
    pub fn has_room_for(&self, seq: u64) -> bool {
        let distinct = self.sent.front().is_none_or(|oldest| seq - oldest.seq < PACKET_IDS);
        self.open < usize::from(self.most) && distinct
    }

    /// Notes that `seq` is sent. Sequence numbers rise.
    pub fn send(&mut self, seq: u64, size: u32, qos: Qos) {
        let state = if qos == Qos::ExactlyOnce { State::Offered } else { State::Published };
        self.push(Sent { seq, size, state });
    }

    /// Notes that the client holds the QoS 2 message `seq` since an earlier connection.
    pub fn resume_released(&mut self, seq: u64) {
        self.push(Sent { seq, size: 0, state: State::Released });
    }

    fn push(&mut self, sent: Sent) {
        debug_assert!(self.sent.back().is_none_or(|last| last.seq < sent.seq), "numbers rise");
        self.sent.push_back(sent);
        self.open += 1;
    }

    /// PUBACK.
    pub fn acknowledge(&mut self, packet_id: u16) -> Progress {
        match self.find(packet_id) {
            Some(place) if self.sent[place].state == State::Published => self.complete(place),
            _ => Progress::Unknown,
        }
    }

    /// PUBREC that takes the message.
    pub fn receive(&mut self, packet_id: u16) -> Progress {
        let Some(place) = self.find(packet_id) else { return Progress::Unknown };
        let sent = &mut self.sent[place];
        match sent.state {
            State::Offered => {
                sent.state = State::Released;
                Progress::Received { seq: sent.seq }
            }
            State::Released => Progress::ReceivedAgain,
            State::Published | State::Done => Progress::Unknown,
        }
    }

    /// PUBREC that refuses the message: it is over [MQTT-4.3.3, reason code 0x80 or more].
    pub fn refuse(&mut self, packet_id: u16) -> Progress {
        match self.find(packet_id) {
            Some(place) if self.sent[place].state == State::Offered => self.complete(place),
            _ => Progress::Unknown,
        }
    }

    /// PUBCOMP.
    pub fn finish(&mut self, packet_id: u16) -> Progress {
        match self.find(packet_id) {
            Some(place) if self.sent[place].state == State::Released => self.complete(place),
            _ => Progress::Unknown,
        }
    }

    fn find(&self, packet_id: u16) -> Option<usize> {
        let oldest = self.sent.front()?.seq;
        let ahead = u64::from(packet_id) + PACKET_IDS - u64::from(Window::packet_id(oldest));
        let seq = oldest + ahead % PACKET_IDS;
        self.sent.binary_search_by_key(&seq, |sent| sent.seq).ok()
    }

    fn complete(&mut self, place: usize) -> Progress {
        let Sent { seq, size, .. } = self.sent[place];
        self.sent[place].state = State::Done;
        self.open -= 1;
        while self.sent.front().is_some_and(|sent| sent.state == State::Done) {
            self.sent.pop_front();
        }
        Progress::Completed { seq, size }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn acknowledgements_complete_in_any_order_and_make_room() {
        let mut window = Window::new(2);
        window.send(0, 7, Qos::AtLeastOnce);
        window.send(1, 7, Qos::AtLeastOnce);
        assert!(!window.has_room_for(2));
        assert_eq!(window.acknowledge(2), Progress::Completed { seq: 1, size: 7 });
        assert_eq!(window.acknowledge(2), Progress::Unknown);
        assert!(window.has_room_for(2));
        assert_eq!(window.acknowledge(1), Progress::Completed { seq: 0, size: 7 });
        assert_eq!(window.open(), 0);
    }

    #[test]
    fn exactly_once_takes_two_steps() {
        let mut window = Window::new(10);
        window.send(4, 7, Qos::ExactlyOnce);
        assert_eq!(window.acknowledge(5), Progress::Unknown);
        assert_eq!(window.finish(5), Progress::Unknown);
        assert_eq!(window.receive(5), Progress::Received { seq: 4 });
        assert_eq!(window.receive(5), Progress::ReceivedAgain);
        assert_eq!(window.finish(5), Progress::Completed { seq: 4, size: 7 });
        assert_eq!(window.finish(5), Progress::Unknown);
    }

    #[test]
    fn a_packet_identifier_is_not_used_twice_at_a_time() {
        let mut window = Window::new(u16::MAX);
        window.send(0, 7, Qos::AtLeastOnce);
        assert!(window.has_room_for(65_534));
        assert!(!window.has_room_for(65_535));
        assert_eq!(Window::packet_id(0), Window::packet_id(65_535));
        assert_eq!(window.acknowledge(1), Progress::Completed { seq: 0, size: 7 });
        assert!(window.has_room_for(65_535));
    }

    proptest! {
        /// Whatever the order of acknowledgements, each message completes once.
        #[test]
        fn every_message_completes_once(
            start in 0u64..200_000,
            order in prop::collection::vec(any::<prop::sample::Index>(), 1..80),
        ) {
            let mut window = Window::new(u16::MAX);
            let mut open: Vec<u64> = (start..start + order.len() as u64).collect();
            for seq in &open {
                window.send(*seq, 7, Qos::AtLeastOnce);
            }
            for index in order {
                let seq = open.swap_remove(index.index(open.len()));
                let progress = window.acknowledge(Window::packet_id(seq));
                prop_assert_eq!(progress, Progress::Completed { seq, size: 7 });
            }
            prop_assert_eq!(window.open(), 0);
            prop_assert!(window.sent.is_empty());
        }
    }
}
