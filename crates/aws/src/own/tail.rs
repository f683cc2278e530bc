//! Tail: messages as they pass, a few at a time.
//!
//! A tap is an MQTT client inside the server, on a pipe instead of a socket: it takes the way of
//! every other subscriber. The caller asks again and again; a tap that nobody asks for ends.

use std::collections::HashMap;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use broker::{Broker, Identity, Peer};
use model::{Message, Qos, TopicFilter};
use mqtt::client::{Client, Event, Options};
use mqtt::{SubscribeOptions, Version};
use serde::{Deserialize, Serialize};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream};
use tokio::sync::mpsc;

use crate::caller::Caller;
use crate::error::AwsError;
use crate::operation::Operation;
use crate::state::State;

/// Messages that wait to be asked for; more slow the tap, and then are dropped and counted as any
/// slow subscriber's are.
const WAITING_MAX: usize = 1_000;
/// Messages in one answer.
const ANSWER_MAX: usize = 100;
/// How long an answer waits for its first message.
const PATIENCE: Duration = Duration::from_secs(10);
/// A tap that nobody asked for so long is abandoned.
const ABANDONED_MS: u64 = 60_000;
/// Taps at a time.
const TAPS_MAX: usize = 32;
/// The bytes in the pipe between a tap and the broker.
const PIPE_BYTES: usize = 64 * 1_024;

#[derive(Debug)]
pub(crate) struct Tail;

#[derive(Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub(crate) struct Input {
    filter: TopicFilter,
    /// The tap of the last answer; without it, a new one begins.
    tap: Option<u64>,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Output {
    tap: u64,
    messages: Vec<Seen>,
}

/// A message as people see it.
#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Seen {
    at: u64,
    topic: String,
    qos: u8,
    retain: bool,
    /// The payload as text, if it is UTF-8.
    #[serde(skip_serializing_if = "Option::is_none")]
    payload: Option<String>,
    bytes: usize,
}

/// The taps that are open.
#[derive(Debug, Default)]
pub struct Taps {
    /// Those that wait to be asked again.
    waiting: Mutex<HashMap<u64, Waiting>>,
    /// How many there are, waiting or being asked.
    count: Arc<AtomicUsize>,
    next: AtomicU64,
}

#[derive(Debug)]
struct Waiting {
    receiver: mpsc::Receiver<Seen>,
    /// When it was asked last.
    since: u64,
}

/// Keeps a tap counted.
struct Counted(Arc<AtomicUsize>);

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Operation for Tail {
    const NAME: &'static str = "Tail";

    type Input = Input;
    type Output = Output;

    async fn call(state: Arc<State>, _caller: Caller, input: Input) -> Result<Output, AwsError> {
        let (tap, mut receiver) = match input.tap {
            Some(tap) => (tap, state.taps.take(tap)?),
            None => state.taps.open(&state, input.filter)?,
        };
        let mut messages = Vec::new();
        let first = tokio::time::timeout(PATIENCE, receiver.recv_many(&mut messages, ANSWER_MAX));
        let is_over = matches!(first.await, Ok(0));
        if !is_over {
            state.taps.put_back(tap, receiver, state.clock.now());
        }
        Ok(Output { tap, messages })
    }
}

impl Taps {
    fn open(
        &self,
        state: &Arc<State>,
        filter: TopicFilter,
    ) -> Result<(u64, mpsc::Receiver<Seen>), AwsError> {
        let now = state.clock.now();
        // Those who went away without a word leave taps behind; without a receiver they end.
        self.waiting().retain(|_, waiting| now.saturating_sub(waiting.since) < ABANDONED_MS);
        let counted = Counted(Arc::clone(&self.count));
        if self.count.fetch_add(1, Ordering::Relaxed) >= TAPS_MAX {
            return Err(AwsError::new(429, "LimitExceededException", "too many tails at once"));
        }
        let tap = self.next.fetch_add(1, Ordering::Relaxed) + 1;
        let (sender, receiver) = mpsc::channel(WAITING_MAX);
        let (ours, theirs) = tokio::io::duplex(PIPE_BYTES);
        tokio::spawn(serve(state.broker.clone(), theirs));
        let client_id = format!("$tail-{tap}");
        let listening = listen(Arc::clone(state), ours, client_id, filter, sender);
        tokio::spawn(async move {
            listening.await;
            drop(counted);
        });
        Ok((tap, receiver))
    }

    fn take(&self, tap: u64) -> Result<mpsc::Receiver<Seen>, AwsError> {
        let waiting = self.waiting().remove(&tap);
        let over = || AwsError::not_found(format!("the tail {tap} is over"));
        waiting.map(|waiting| waiting.receiver).ok_or_else(over)
    }

    fn put_back(&self, tap: u64, receiver: mpsc::Receiver<Seen>, since: u64) {
        self.waiting().insert(tap, Waiting { receiver, since });
    }

    fn waiting(&self) -> MutexGuard<'_, HashMap<u64, Waiting>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn serve(broker: Broker, stream: DuplexStream) {
    let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
    broker.serve_stream(stream, Peer { address, identity: Identity::Server }).await;
}

/// Subscribes and passes on what comes, until nobody wants it any more.
async fn listen(
    state: Arc<State>,
    mut stream: DuplexStream,
    client_id: String,
    filter: TopicFilter,
    to: mpsc::Sender<Seen>,
) {
    let options = Options { keep_alive_secs: 0, ..Options::new(Version::V5, &client_id) };
    let mut client = Client::new(options);
    if client.connect(state.clock.now()).is_err() {
        return;
    }
    let mut buffer = vec![0; PIPE_BYTES];
    loop {
        let output = client.take_output();
        if !output.is_empty() && stream.write_all(&output).await.is_err() {
            return;
        }
        let count = tokio::select! {
            count = stream.read(&mut buffer) => count,
            () = to.closed() => return,
        };
        let Ok(1..) = count else { return };
        client.on_bytes(&buffer[..count.unwrap_or(0)], state.clock.now());
        while let Some(event) = client.next_event() {
            let is_done = match event {
                Event::Connected { .. } => subscribe(&mut client, &filter),
                Event::Message { message, .. } => {
                    to.send(Seen::of(&message, state.clock.now())).await.is_err()
                }
                Event::Closed(_) => true,
                _ => false,
            };
            if is_done {
                return;
            }
        }
    }
}

/// True says that it was in vain.
fn subscribe(client: &mut Client, filter: &TopicFilter) -> bool {
    // At the highest, so that each message comes with the QoS that it was published with.
    let highest = SubscribeOptions::at(Qos::ExactlyOnce);
    let options = SubscribeOptions { retain_as_published: true, ..highest };
    client.subscribe(&[(filter.clone(), options)], None).is_err()
}

impl Seen {
    fn of(message: &Message, at: u64) -> Seen {
        Seen {
            at,
            topic: message.topic.to_string(),
            qos: message.qos.bits(),
            retain: message.retain,
            payload: std::str::from_utf8(&message.payload).ok().map(str::to_owned),
            bytes: message.payload.len(),
        }
    }
}
