//! One device: an MQTT client on a connection of its own, which it makes again when it is lost.

use std::time::Duration;

use bytes::Bytes;
use model::{Message, Qos, Topic, TopicFilter};
use mqtt::client::{Cause, Client, Event, Options};
use mqtt::{ReasonCode, SubscribeOptions, Version};
use stdx::backoff::Backoff;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::mpsc::{Receiver, Sender};
use tokio::time::Instant;
use tokio_rustls::client::TlsStream;

use crate::place::{Dial, PlaceError};

/// All of the house, by their names as things and as clients.
pub const DEVICES: [&str; 6] = ["temp_1", "temp_2", "temp_3", "temp_4", "AC-1", "AC-2"];

/// The template's parameter for the request of a device: names of parameters are letters and digits.
pub fn request_parameter(device: &str) -> String {
    let plain = device.replace(['_', '-'], "").to_ascii_lowercase();
    let (first, rest) = plain.split_at(1);
    format!("{}{rest}Request", first.to_ascii_uppercase())
}

/// As the course has it: short, so that a lost connection is noticed.
const KEEP_ALIVE_SECS: u16 = 6;
/// How long a server may take to let a device in.
const GREETING_PATIENCE: Duration = Duration::from_secs(10);
/// How long what was published last may wait for its acknowledgement when a device ends.
const FAREWELL_PATIENCE: Duration = Duration::from_secs(5);
const FIRST_WAIT: Duration = Duration::from_millis(500);
const LONGEST_WAIT: Duration = Duration::from_secs(10);
const READ_BYTES: usize = 4_096;

/// What a device tells.
#[derive(Debug)]
pub(crate) enum News {
    Connected,
    Lost(String),
    Heard(Bytes),
    /// The server did not take a message.
    Refused(String),
}

/// Something to publish, at QoS 1.
#[derive(Debug)]
pub(crate) struct Said {
    pub(crate) topic: Topic,
    pub(crate) payload: Bytes,
}

pub(crate) struct Device {
    place: usize,
    dial: Dial,
    client: Client,
    listens_to: Option<TopicFilter>,
    news: Sender<(usize, News)>,
    begun: Instant,
}

/// Why a device stopped working with its connection.
enum End {
    /// Nobody has anything to say any more.
    Done,
    Lost(String),
}

impl Device {
    /// `place`: that of its name in [`DEVICES`].
    pub(crate) fn new(
        place: usize,
        dial: Dial,
        listens_to: Option<TopicFilter>,
        news: Sender<(usize, News)>,
    ) -> Device {
        let mut options = Options::new(Version::V311, DEVICES[place]);
        options.keep_alive_secs = KEEP_ALIVE_SECS;
        let client = Client::new(options);
        Device { place, dial, client, listens_to, news, begun: Instant::now() }
    }

    /// Until what it is to say ends.
    pub(crate) async fn run(mut self, mut to_say: Receiver<Said>) {
        let mut backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
        loop {
            let end = match self.enter().await {
                Ok(mut stream) => {
                    backoff = Backoff::new(FIRST_WAIT, LONGEST_WAIT);
                    let end = self.stay(&mut stream, &mut to_say).await;
                    self.client.on_close();
                    end
                }
                Err(why) => End::Lost(why),
            };
            match end {
                End::Done => return,
                End::Lost(why) => self.tell(News::Lost(why)).await,
            }
            if to_say.is_closed() && to_say.is_empty() {
                return;
            }
            tokio::time::sleep(backoff.next_wait()).await;
        }
    }

    async fn enter(&mut self) -> Result<TlsStream<TcpStream>, String> {
        let dialled = tokio::time::timeout(GREETING_PATIENCE, self.dial.connect()).await;
        let dialled = dialled.map_err(|_| "the server took too long".to_owned())?;
        let stream = dialled.map_err(|error: PlaceError| error.to_string())?;
        // What the last connection left to tell is of no use.
        while self.client.next_event().is_some() {}
        self.client.connect(self.now_ms()).map_err(|error| error.to_string())?;
        Ok(stream)
    }

    async fn stay(
        &mut self,
        stream: &mut TlsStream<TcpStream>,
        to_say: &mut Receiver<Said>,
    ) -> End {
        let mut input = [0; READ_BYTES];
        let mut leaves_at: Option<Instant> = None;
        loop {
            if let Err(error) = stream.write_all(&self.client.take_output()).await {
                return End::Lost(error.to_string());
            }
            let due = self.client.due_ms().map(|due| self.begun + Duration::from_millis(due));
            let wake = [due, leaves_at].into_iter().flatten().min();
            tokio::select! {
                read = stream.read(&mut input) => match read {
                    Ok(0) => return End::Lost("the server closed the connection".to_owned()),
                    Ok(count) => self.client.on_bytes(&input[..count], self.now_ms()),
                    Err(error) => return End::Lost(error.to_string()),
                },
                said = to_say.recv(), if leaves_at.is_none() => match said {
                    Some(said) => self.say(said).await,
                    None => leaves_at = Some(Instant::now() + FAREWELL_PATIENCE),
                },
                () = sleep_until(wake) => self.client.on_tick(self.now_ms()),
            }
            if let Some(cause) = self.hear().await {
                return End::Lost(told(&cause));
            }
            let is_over = leaves_at.is_some_and(|at| at <= Instant::now());
            if leaves_at.is_some() && (is_over || self.client.unacknowledged() == 0) {
                self.client.disconnect(ReasonCode::Success);
                let farewell = self.client.take_output();
                // Whoever leaves need not know whether that was heard.
                let _gone = stream.write_all(&farewell).await;
                let _gone = stream.shutdown().await;
                return End::Done;
            }
        }
    }

    async fn say(&mut self, said: Said) {
        let Said { topic, payload } = said;
        let qos = Qos::AtLeastOnce;
        let message = Message { topic, payload, qos, retain: false, properties: None };
        if let Err(error) = self.client.publish(message) {
            self.tell(News::Refused(error.to_string())).await;
        }
    }

    /// Works off what the client has to tell; why the connection is over, if it is.
    async fn hear(&mut self) -> Option<Cause> {
        while let Some(event) = self.client.next_event() {
            match event {
                Event::Connected { .. } => {
                    self.listen().await;
                    self.tell(News::Connected).await;
                }
                Event::Message { message, .. } => self.tell(News::Heard(message.payload)).await,
                Event::Published { reason, .. } if reason.is_failure() => {
                    self.tell(News::Refused(reason.text().to_owned())).await;
                }
                Event::Subscribed { reasons, .. } if reasons.iter().any(|it| it.is_failure()) => {
                    self.tell(News::Refused("the subscription was refused".to_owned())).await;
                }
                Event::Closed(cause) => return Some(cause),
                Event::Published { .. } | Event::Subscribed { .. } | Event::Unsubscribed { .. } => {
                }
            }
        }
        None
    }

    async fn listen(&mut self) {
        let Some(filter) = self.listens_to.clone() else { return };
        let options = SubscribeOptions { qos: Qos::AtLeastOnce, ..SubscribeOptions::default() };
        if let Err(error) = self.client.subscribe(&[(filter, options)], None) {
            self.tell(News::Refused(error.to_string())).await;
        }
    }

    async fn tell(&self, news: News) {
        // When nobody hears it, the simulation is over.
        let _unheard = self.news.send((self.place, news)).await;
    }

    fn now_ms(&self) -> u64 {
        u64::try_from(self.begun.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

async fn sleep_until(moment: Option<Instant>) {
    match moment {
        Some(moment) => tokio::time::sleep_until(moment).await,
        None => std::future::pending().await,
    }
}

fn told(cause: &Cause) -> String {
    match cause {
        Cause::Refused { reason, .. } => {
            format!("the server refused the connection: {}", reason.text())
        }
        Cause::ByServer { reason, .. } => {
            format!("the server ended the connection: {}", reason.text())
        }
        Cause::KeepAlive => "the server was not heard any more".to_owned(),
        other => format!("{other:?}"),
    }
}
