//! What a client remembers between connections (MQTT 5.0 §4.1): the messages that the server has
//! not acknowledged, and the QoS 2 messages that it has not released.

use std::collections::{HashSet, VecDeque};

use model::{Message, Qos};

use crate::properties::PropertiesBuf;

/// Messages that wait to be sent or acknowledged. A device that cannot reach its server for long
/// must not fill its memory.
const MESSAGES_MAX: usize = 10_000;

#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{MESSAGES_MAX} messages wait to be acknowledged")]
pub struct QueueFull;

#[derive(Debug, Default)]
pub(super) struct Session {
    /// In the order in which they were published, which resending keeps [MQTT-4.6.0-1].
    messages: VecDeque<Pending>,
    /// How many of `messages`, from the first on, are on their way.
    in_flight: usize,
    /// The packet identifiers of `messages`.
    packet_ids: HashSet<u16>,
    last_packet_id: u16,
    /// QoS 2 messages received and not released. Packet identifiers bound it.
    received: HashSet<u16>,
}

#[derive(Clone, Debug)]
pub(super) struct Pending {
    pub(super) packet_id: u16,
    pub(super) step: Step,
}

/// How far a message is.
#[derive(Clone, Debug)]
pub(super) enum Step {
    /// To be sent, or sent and not acknowledged.
    Publish { message: Message, properties: PropertiesBuf, dup: bool },
    /// A QoS 2 message that the server holds: PUBREL is sent, PUBCOMP awaited.
    Release,
}

impl Session {
    /// Takes a QoS 1 or 2 message. It is sent once [`Session::next_to_send`] gives it out.
    pub(super) fn publish(
        &mut self,
        packet_id: u16,
        message: Message,
        properties: PropertiesBuf,
    ) -> Result<(), QueueFull> {
        if self.messages.len() >= MESSAGES_MAX {
            return Err(QueueFull);
        }
        let step = Step::Publish { message, properties, dup: false };
        self.messages.push_back(Pending { packet_id, step });
        self.packet_ids.insert(packet_id);
        Ok(())
    }

    /// A packet identifier that nothing of ours has. `is_free` speaks for other requests.
    pub(super) fn new_packet_id(&mut self, is_free: impl Fn(u16) -> bool) -> u16 {
        loop {
            self.last_packet_id = self.last_packet_id.checked_add(1).unwrap_or(1);
            let packet_id = self.last_packet_id;
            if is_free(packet_id) && !self.packet_ids.contains(&packet_id) {
                return packet_id;
            }
        }
    }

    /// The next message, if fewer than `most` are on their way.
    pub(super) fn next_to_send(&mut self, most: u16) -> Option<Pending> {
        if self.in_flight >= usize::from(most) {
            return None;
        }
        let pending = self.messages.get_mut(self.in_flight)?;
        let sent = pending.clone();
        if let Step::Publish { dup, .. } = &mut pending.step {
            *dup = true;
        }
        self.in_flight += 1;
        Some(sent)
    }

    /// PUBACK of a QoS 1 message, or a PUBREC that refuses one of QoS 2.
    pub(super) fn acknowledge(&mut self, packet_id: u16, qos: Qos) -> bool {
        let is_it =
            |step: &Step| matches!(step, Step::Publish { message, .. } if message.qos == qos);
        self.complete(packet_id, is_it)
    }

    /// PUBREC. The message is the server's from now on, so it is not kept.
    pub(super) fn receive(&mut self, packet_id: u16) -> bool {
        let Some(place) = self.find_in_flight(packet_id) else { return false };
        let step = &mut self.messages[place].step;
        match step {
            Step::Publish { message, .. } if message.qos != Qos::ExactlyOnce => false,
            Step::Publish { .. } | Step::Release => {
                *step = Step::Release;
                true
            }
        }
    }

    /// PUBCOMP.
    pub(super) fn finish(&mut self, packet_id: u16) -> bool {
        self.complete(packet_id, |step| matches!(step, Step::Release))
    }

    /// Gives a message up that cannot be sent.
    pub(super) fn give_up(&mut self, packet_id: u16) {
        self.complete(packet_id, |_| true);
    }

    /// Notes a QoS 2 message that we acknowledge with PUBREC.
    pub(super) fn hold(&mut self, packet_id: u16) {
        self.received.insert(packet_id);
    }

    /// Whether a QoS 2 message was acknowledged and not released.
    pub(super) fn holds(&self, packet_id: u16) -> bool {
        self.received.contains(&packet_id)
    }

    /// PUBREL; false says that there is no such message.
    pub(super) fn release(&mut self, packet_id: u16) -> bool {
        self.received.remove(&packet_id)
    }

    /// A connection begins: nothing is on its way. Where the server has no session any more, it
    /// knows none of our messages, and those that it had taken are through. Gives those.
    pub(super) fn resume(&mut self, session_present: bool) -> Vec<u16> {
        self.in_flight = 0;
        if session_present {
            return Vec::new();
        }
        self.received.clear();
        let is_taken = |pending: &Pending| matches!(pending.step, Step::Release);
        let taken = self.messages.iter().filter(|pending| is_taken(pending));
        let taken: Vec<u16> = taken.map(|pending| pending.packet_id).collect();
        self.packet_ids.retain(|packet_id| !taken.contains(packet_id));
        self.messages.retain(|pending| !is_taken(pending));
        for pending in &mut self.messages {
            if let Step::Publish { dup, .. } = &mut pending.step {
                *dup = false;
            }
        }
        taken
    }

    /// How many messages are not through.
    pub(super) fn len(&self) -> usize {
        self.messages.len()
    }

    fn complete(&mut self, packet_id: u16, is_it: impl Fn(&Step) -> bool) -> bool {
        match self.find_in_flight(packet_id) {
            Some(place) if is_it(&self.messages[place].step) => {
                self.messages.remove(place);
                self.packet_ids.remove(&packet_id);
                self.in_flight -= 1;
                true
            }
            _ => false,
        }
    }

    fn find_in_flight(&self, packet_id: u16) -> Option<usize> {
        let mut in_flight = self.messages.iter().take(self.in_flight);
        in_flight.position(|pending| pending.packet_id == packet_id)
    }
}
