//! A broker of a test's own.

use std::net::{Ipv4Addr, SocketAddr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use broker::{Broker, Identity, Peer, Settings};
use kv::Store;
use mqtt::{ReasonCode, Version};
use sessions::Sessions;
use stdx::clock::{Clock, Hands};
use tokio::task::JoinSet;

use crate::hello::{Hello, Welcome};
use crate::raw::Raw;
use crate::rules::{Ruled, Rules};

/// When a test's clock stands at its beginning: some day in 2027.
const BEGINNING: u64 = 1_800_000_000_000;

/// What a pipe holds: more than most tests send before they read.
const PIPE_BYTES: usize = 1_048_576;

/// How long a client waits for what it expects. Only a test that fails waits so long.
const PATIENCE: Duration = Duration::from_secs(20);

/// On paused time an idle program is at once at the end of any wait, so none may end.
const ENDLESS_PATIENCE: Duration = Duration::from_secs(3_600 * 24 * 365);

/// A broker, its store and its clock.
#[derive(Debug)]
pub struct Server {
    pub broker: Broker,
    pub rules: Arc<Rules>,
    settings: Settings,
    store: Store,
    clock: Clock,
    hands: Hands,
    patience: Duration,
    connections: Mutex<JoinSet<()>>,
}

impl Server {
    /// A broker that speaks MQTT as specified.
    pub fn standard() -> Server {
        Server::open(Settings::standard())
    }

    pub fn open(settings: Settings) -> Server {
        Server::on(settings, Store::in_memory())
    }

    /// A broker on a store that the caller has a hand on.
    pub fn on(settings: Settings, store: Store) -> Server {
        let (clock, hands) = Clock::stopped_at(BEGINNING);
        let rules = Rules::new();
        let broker = open(&settings, &rules, &clock, &store);
        let connections = Mutex::default();
        let patience = PATIENCE;
        Server { broker, rules, settings, store, clock, hands, patience, connections }
    }

    /// For tests on paused time.
    #[must_use]
    pub fn endlessly_patient(self) -> Server {
        Server { patience: ENDLESS_PATIENCE, ..self }
    }

    /// Ends everything as `kill -9` does, and starts anew on what the store holds.
    pub async fn restart(&mut self) {
        let mut connections = std::mem::take(&mut self.connections)
            .into_inner()
            .unwrap_or_else(PoisonError::into_inner);
        connections.shutdown().await;
        self.broker = open(&self.settings, &self.rules, &self.clock, &self.store);
    }

    /// Moves the clock by which sessions, messages and wills expire.
    pub fn advance_secs(&self, secs: u64) {
        self.hands.advance(Duration::from_secs(secs));
    }

    /// Opens a connection and says nothing on it.
    pub fn dial(&self, version: Version) -> Raw {
        self.dial_through(version, PIPE_BYTES)
    }

    /// Opens a connection whose pipe holds no more than `bytes`.
    pub fn dial_through(&self, version: Version, bytes: usize) -> Raw {
        let (ours, theirs) = tokio::io::duplex(bytes);
        let broker = self.broker.clone();
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, 1));
        let peer = Peer { address, identity: Identity::None };
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        connections.spawn(async move { broker.serve_stream(theirs, peer).await });
        Raw::new(ours, version, self.patience)
    }

    /// Connects, whatever comes of it.
    pub async fn greet(&self, hello: &Hello) -> (Raw, Welcome) {
        let mut raw = self.dial(hello.version);
        raw.send_bytes(&hello.to_bytes()).await;
        let welcome = raw.welcome().await;
        (raw, welcome)
    }

    /// Connects, and is accepted.
    pub async fn connect(&self, hello: &Hello) -> Raw {
        let (raw, welcome) = self.greet(hello).await;
        assert_eq!(welcome.reason, ReasonCode::Success, "{hello:?}");
        raw
    }

    /// A client without a session before or after this connection.
    pub async fn client(&self, version: Version, client_id: &str) -> Raw {
        self.connect(&Hello::new(version, client_id)).await
    }
}

fn open(settings: &Settings, rules: &Arc<Rules>, clock: &Clock, store: &Store) -> Broker {
    let sessions = Sessions::open(store.clone()).expect("the store opens");
    let house = Arc::new(Ruled(Arc::clone(rules)));
    Broker::open(settings.clone(), house, clock.clone(), sessions).expect("the broker opens")
}
