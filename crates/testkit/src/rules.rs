//! A house whose permissions a test takes and gives while clients are connected.

use std::collections::HashSet;
use std::net::SocketAddr;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use broker::{
    Authority, Effects, Event, EventKind, Farewell, Hall, House, Refusal, Sender, Taking, Undone,
    Visitor,
};
use model::{Message, Principal, Topic};
use tokio::sync::Notify;

/// Topics below this are for the house: it sends each message back to its sender.
const ECHO: &str = "$aws/echo/";

/// Messages below this are copied.
const COPIED: &str = "copied/";

/// These are copied to where they came from, and so on.
const CIRCULAR: &str = "circular/";

/// These are copied, too, and kept: payloads are keys.
const KEPT: &str = "kept/";
pub const HALL_SPACE: kv::Space = kv::Space::new("of-the-hall");

/// What a client may be denied.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Right {
    Publish,
    Retain,
    Subscribe,
    Receive,
}

/// Everything is allowed that was not denied. Each change raises the epoch.
#[derive(Debug, Default)]
pub struct Rules {
    book: Mutex<Book>,
    epoch: AtomicU64,
    goodbye: Notify,
}

#[derive(Debug, Default)]
struct Book {
    denied: HashSet<(String, Right, String)>,
    revoked: HashSet<String>,
    is_broken: bool,
    farewells: Vec<(String, Farewell)>,
}

impl Rules {
    pub fn new() -> Arc<Rules> {
        Arc::default()
    }

    /// Denies a client a right on one topic or filter.
    pub fn deny(&self, client_id: &str, right: Right, topic: &str) {
        self.book().denied.insert((client_id.to_owned(), right, topic.to_owned()));
        self.touch();
    }

    pub fn allow(&self, client_id: &str, right: Right, topic: &str) {
        self.book().denied.remove(&(client_id.to_owned(), right, topic.to_owned()));
        self.touch();
    }

    /// Takes everything from a client: it may not even be connected.
    pub fn revoke(&self, client_id: &str) {
        self.book().revoked.insert(client_id.to_owned());
        self.touch();
    }

    /// Whether the house can do what messages for it ask for.
    pub fn set_broken(&self, is_broken: bool) {
        self.book().is_broken = is_broken;
    }

    /// Waits until a connection of the client has ended and everything that follows from this is
    /// under way, and tells why it did.
    pub async fn farewell(&self, client_id: &str) -> Farewell {
        loop {
            let goodbye = self.goodbye.notified();
            if let Some(farewell) = self.take_farewell(client_id) {
                return farewell;
            }
            goodbye.await;
        }
    }

    fn take_farewell(&self, client_id: &str) -> Option<Farewell> {
        let mut book = self.book();
        let place = book.farewells.iter().position(|(gone, _)| gone == client_id)?;
        Some(book.farewells.remove(place).1)
    }

    fn touch(&self) {
        self.epoch.fetch_add(1, Ordering::Release);
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn allows(&self, client_id: &str, right: Right, topic: &str) -> bool {
        let book = self.book();
        let denied = (client_id.to_owned(), right, topic.to_owned());
        !book.revoked.contains(client_id) && !book.denied.contains(&denied)
    }
}

/// A house of rules that its authorities can ask. The orphan rule asks for a type of our own.
#[derive(Clone, Debug)]
pub(crate) struct Ruled(pub(crate) Arc<Rules>);

impl House for Ruled {
    fn admit(&self, visitor: &Visitor<'_>) -> Result<Arc<dyn Authority>, Refusal> {
        let client_id = visitor.client_id.as_str().to_owned();
        if self.0.book().revoked.contains(&client_id) {
            return Err(Refusal::NotAuthorized);
        }
        Ok(Arc::new(Guest { client_id, rules: Arc::clone(&self.0) }))
    }

    fn epoch(&self) -> u64 {
        self.0.epoch.load(Ordering::Acquire)
    }

    fn refused_handshake(&self, _address: SocketAddr, _why: &str) {}

    fn takes(&self, topic: &str) -> bool {
        topic.starts_with(ECHO)
    }

    fn take(&self, message: Arc<Message>, _sender: &Sender<'_>) -> Taking {
        let topic = Topic::new(&format!("{}/answer", message.topic)).expect("a topic");
        let is_broken = self.0.book().is_broken;
        Box::pin(async move {
            match is_broken {
                true => Err(Undone),
                false => Ok(vec![Message { topic, ..Message::clone(&message) }]),
            }
        })
    }

    fn hall(&self, topic: &Topic) -> Option<Arc<dyn Hall>> {
        let name = topic.as_str();
        let is_kept = name.starts_with(KEPT);
        let is_circular = name.starts_with(CIRCULAR);
        let is_copied = name.starts_with(COPIED) || name.starts_with("$aws/rules/");
        let is_for_hall = is_kept || is_circular || is_copied;
        is_for_hall.then(|| Arc::new(Copier { is_kept, is_circular }) as Arc<dyn Hall>)
    }

    fn notice(&self, event: &Event<'_>) {
        if let EventKind::Disconnected(farewell) = event.kind {
            let client_id = event.client_id.as_str().to_owned();
            self.0.book().farewells.push((client_id, farewell));
            self.0.goodbye.notify_waiters();
        }
    }
}

/// Publishes each message anew below `copy/`, or on its own topic if that is circular.
#[derive(Debug)]
struct Copier {
    is_kept: bool,
    is_circular: bool,
}

impl Hall for Copier {
    fn work(&self, message: &Arc<Message>, sender: &Sender<'_>) -> Effects {
        let mut effects = Effects::default();
        if self.is_kept {
            effects.batch.put(HALL_SPACE, &message.payload, message.topic.as_str().to_owned());
        }
        if sender.room > 0 {
            let place = if self.is_circular { "" } else { "copy/" };
            let topic = Topic::new(&format!("{place}{}", message.topic)).expect("a topic");
            effects.messages.push(Message { topic, ..Message::clone(message) });
        }
        effects
    }
}

/// One connected client.
#[derive(Debug)]
struct Guest {
    client_id: String,
    rules: Arc<Rules>,
}

impl Guest {
    fn has(&self, right: Right, topic: &str) -> bool {
        self.rules.allows(&self.client_id, right, topic)
    }
}

impl Authority for Guest {
    fn principal(&self) -> &Principal {
        &Principal::Anonymous
    }

    fn is_valid(&self) -> bool {
        !self.rules.book().revoked.contains(&self.client_id)
    }

    fn may_publish(&self, topic: &str) -> bool {
        self.has(Right::Publish, topic)
    }

    fn may_retain(&self, topic: &str) -> bool {
        self.has(Right::Retain, topic)
    }

    fn may_subscribe(&self, filter: &str) -> bool {
        self.has(Right::Subscribe, filter)
    }

    fn may_receive(&self, topic: &str) -> bool {
        self.has(Right::Receive, topic)
    }
}
