//! Brings the lines of all workers into the logs: many in one commit.

use std::collections::HashSet;
use std::sync::{Arc, Mutex, PoisonError};

use iam::{Asked, Iam, ServiceCall};
use kv::{Batch, Store};
use logs::{Logs, LogsError, NewEvent};
use model::{Home, LogGroupName, LogStreamName};
use stdx::clock::Clock;
use tokio::sync::{mpsc, oneshot};

/// How many pieces wait, each as large as [`crate::lines`] lets it grow: some megabytes.
const PIECES_MAX: usize = 64;

/// How many pieces go into one commit.
const PIECES_PER_COMMIT: usize = 16;

/// Where a worker's lines go.
#[derive(Clone, Debug)]
pub(crate) struct LogTarget {
    pub(crate) group: LogGroupName,
    pub(crate) stream: LogStreamName,
    /// Who writes: the function's role.
    pub(crate) writer: ServiceCall,
}

/// Lines of one worker, in their order.
#[derive(Debug)]
pub(crate) struct Piece {
    pub(crate) target: Arc<LogTarget>,
    pub(crate) events: Vec<NewEvent>,
}

/// What is handed in.
#[derive(Debug)]
pub(crate) enum Handed {
    Piece(Piece),
    /// Somebody wants to know when all that came before is written.
    Flush(oneshot::Sender<()>),
}

/// Where lines are handed in. Cheap to clone.
#[derive(Clone, Debug)]
pub(crate) struct Collector(mpsc::Sender<Handed>);

impl Collector {
    /// Waits for room. Without anybody who writes the server ends, and it answers false.
    pub(crate) async fn hand_in(&self, piece: Piece) -> bool {
        self.0.send(Handed::Piece(piece)).await.is_ok()
    }

    /// Room for a piece, if there is some now.
    pub(crate) fn room(&self) -> Option<mpsc::Permit<'_, Handed>> {
        self.0.try_reserve().ok()
    }

    /// Waits until what was handed in is written.
    pub(crate) async fn flush(&self) {
        let (told, written) = oneshot::channel();
        if self.0.send(Handed::Flush(told)).await.is_ok() {
            // Without an answer the server ends.
            written.await.ok();
        }
    }
}

/// Who writes them.
#[derive(Debug)]
pub(crate) struct Scribe {
    pub(crate) store: Store,
    pub(crate) logs: Logs,
    pub(crate) iam: Iam,
    pub(crate) home: Home,
    pub(crate) clock: Clock,
    /// Groups of which was told that their functions may not write.
    told: Mutex<HashSet<LogGroupName>>,
}

impl Scribe {
    pub(crate) fn new(store: Store, logs: Logs, iam: Iam, home: Home, clock: Clock) -> Scribe {
        Scribe { store, logs, iam, home, clock, told: Mutex::default() }
    }

    /// Writes what is handed in, until nobody can hand in anything any more.
    pub(crate) fn start(self) -> Collector {
        let (sender, mut receiver) = mpsc::channel(PIECES_MAX);
        tokio::spawn(async move {
            let mut handed = Vec::new();
            while receiver.recv_many(&mut handed, PIECES_PER_COMMIT).await > 0 {
                let (mut pieces, mut waiting) = (Vec::new(), Vec::new());
                for one in handed.drain(..) {
                    match one {
                        Handed::Piece(piece) => pieces.push(piece),
                        Handed::Flush(told) => waiting.push(told),
                    }
                }
                self.write(pieces).await;
                for told in waiting {
                    // Who is gone does not want to know any more.
                    told.send(()).ok();
                }
            }
        });
        Collector(sender)
    }

    async fn write(&self, pieces: Vec<Piece>) {
        let mut batch = Batch::new();
        for piece in pieces {
            if !self.may_write(&piece.target) {
                continue;
            }
            if let Err(error) = self.add(&mut batch, piece).await {
                tracing::error!(error = &error as &dyn std::error::Error, "a log is not written");
            }
        }
        if batch.is_empty() {
            return;
        }
        if let Err(error) = self.store.commit(batch).await {
            tracing::error!(%error, "logs are not written");
        }
    }

    async fn add(&self, batch: &mut Batch, piece: Piece) -> Result<(), LogsError> {
        let (target, now) = (&piece.target, self.clock.now());
        if self.logs.group(&target.group)?.is_none() {
            let made = self.logs.create_group(&target.group, Default::default(), now).await;
            match made {
                Ok(_) | Err(LogsError::GroupExists) => {}
                Err(error) => return Err(error),
            }
        }
        let mut events = piece.events;
        // A clock may have been set back in between.
        events.sort_by_key(|event| event.at);
        self.logs.put_into(batch, &target.group, &target.stream, events, now).map(drop)
    }

    /// As on AWS, a function whose role may not write has no log.
    fn may_write(&self, target: &LogTarget) -> bool {
        let now = self.clock.now();
        let Home { region, account } = &self.home;
        let LogTarget { group, stream, writer } = target;
        let resource =
            format!("arn:aws:logs:{region}:{account}:log-group:{group}:log-stream:{stream}");
        let asked = Asked {
            action: "logs:PutLogEvents",
            resource: &resource,
            source_ip: None,
            now,
            keys: &[],
            resource_policy: None,
        };
        let identity = self.iam.service_identity(writer, now);
        let allowed = identity.is_ok_and(|identity| identity.authorize(&asked).is_ok());
        let mut told = self.told.lock().unwrap_or_else(PoisonError::into_inner);
        if !allowed && told.insert(group.clone()) {
            let role = &writer.role_arn;
            tracing::warn!(%group, role, "a function has no log: its role may not logs:PutLogEvents");
        }
        allowed
    }
}
