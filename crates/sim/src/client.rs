//! A simulated client: the product's own client machine on a pipe that breaks now and then.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use model::{Message, Qos, Topic, TopicFilter};
use mqtt::client::{Client, Event, Options};
use mqtt::{ReasonCode, SubscribeOptions, Version};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::time::{Instant, sleep_until, timeout};

use crate::dice::Dice;
use crate::ledger::Ledger;

/// What a client does beside coming and going.
#[derive(Clone, Debug)]
pub(crate) enum Role {
    /// Publishes numbers from 1 to `last`.
    Publisher { qos: Qos, last: u64 },
    /// Subscribes to everything that publishers say.
    Subscriber,
}

/// A client and all that it remembers while the power is off.
#[derive(Debug)]
pub(crate) struct Device {
    pub(crate) name: String,
    pub(crate) role: Role,
    machine: Client,
    dice: Dice,
    /// The last number that was given to the machine.
    said: u64,
    /// The numbers on their way, by packet identifier.
    underway: HashMap<u16, u64>,
    pub(crate) is_subscribed: bool,
}

impl Device {
    pub(crate) fn new(name: String, role: Role, mut dice: Dice) -> Device {
        let version = if dice.below(2) == 0 { Version::V311 } else { Version::V5 };
        let options = Options {
            clean_start: false,
            session_expiry_secs: u32::MAX,
            keep_alive_secs: 30,
            ..Options::new(version, &name)
        };
        let (said, underway, is_subscribed) = (0, HashMap::new(), false);
        Device { name, role, machine: Client::new(options), dice, said, underway, is_subscribed }
    }

    /// Whether everything that it had to say is acknowledged.
    pub(crate) fn is_done(&self) -> bool {
        match self.role {
            Role::Publisher { last, .. } => self.said == last && self.underway.is_empty(),
            Role::Subscriber => self.is_subscribed,
        }
    }

    fn on_event(&mut self, event: Event, ledger: &Mutex<Ledger>) {
        let mut ledger = ledger.lock().unwrap_or_else(PoisonError::into_inner);
        match (event, &self.role) {
            (Event::Connected { .. }, Role::Subscriber) if !self.is_subscribed => {
                let all = TopicFilter::new("say/#").expect("a filter");
                let options = SubscribeOptions::at(Qos::ExactlyOnce);
                self.machine.subscribe(&[(all, options)], None).expect("connected");
            }
            (Event::Subscribed { .. }, _) => self.is_subscribed = true,
            (Event::Published { packet_id, reason }, Role::Publisher { qos, .. }) => {
                // A PUBREL that is sent again finds its packet identifier free: during recovery
                // that is no error (MQTT 5.0 §4.13.2).
                let is_taken =
                    !reason.is_failure() || reason == ReasonCode::PacketIdentifierNotFound;
                assert!(is_taken, "{}: {reason}", self.name);
                if let Some(number) = self.underway.remove(&packet_id) {
                    ledger.acknowledge(&self.name, *qos, number);
                }
            }
            (Event::Message { message, .. }, Role::Subscriber) => {
                let publisher = message.topic.as_str().trim_start_matches("say/").to_owned();
                let number =
                    std::str::from_utf8(&message.payload).ok().and_then(|n| n.parse().ok());
                ledger.arrive(&self.name, &publisher, number.expect("a number"));
            }
            _ => {}
        }
    }

    /// Says a few more numbers, if it is a publisher with something left to say.
    fn say(&mut self) {
        let Role::Publisher { qos, last } = self.role else { return };
        let most = self.dice.below(8);
        for _ in 0..most.min(last - self.said) {
            let number = self.said + 1;
            let message = Message {
                topic: Topic::new(&format!("say/{}", self.name)).expect("a topic"),
                payload: Bytes::from(number.to_string()),
                qos,
                retain: false,
                properties: None,
            };
            let Ok(packet_id) = self.machine.publish(message) else { return };
            self.said = number;
            self.underway.insert(packet_id, number);
        }
    }
}

/// Lives through one connection of `device`: until it breaks, or the broker ends it.
pub(crate) async fn live(
    device: &Arc<Mutex<Device>>,
    mut pipe: DuplexStream,
    ledger: &Mutex<Ledger>,
    is_calm: bool,
) {
    let lock = || device.lock().unwrap_or_else(PoisonError::into_inner);
    let start = Instant::now();
    let now = || u64::try_from(start.elapsed().as_millis()).unwrap_or(u64::MAX);
    let lifetime = Duration::from_millis(20 + lock().dice.below(2_000));
    let breaks_at = if is_calm { start + Duration::from_secs(86_400) } else { start + lifetime };
    lock().machine.on_close();
    if lock().machine.connect(now()).is_err() {
        return;
    }
    let mut buffer = vec![0; 4_096];
    loop {
        let output = {
            let mut device = lock();
            if device.machine.is_connected() {
                device.say();
            }
            device.machine.on_tick(now());
            device.machine.take_output()
        };
        if !output.is_empty() && pipe.write_all(&output).await.is_err() {
            return;
        }
        let pause = Duration::from_millis(1 + lock().dice.below(20));
        tokio::select! {
            biased;
            () = sleep_until(breaks_at) => return,
            read = timeout(pause, pipe.read(&mut buffer)) => match read {
                Ok(Ok(0) | Err(_)) => return,
                Ok(Ok(count)) => lock().machine.on_bytes(&buffer[..count], now()),
                Err(_) => {}
            },
        }
        let mut device = lock();
        while let Some(event) = device.machine.next_event() {
            device.on_event(event, ledger);
        }
    }
}
