//! The way of messages that leave something on disk.
//!
//! What a connection reads in one go is one turn: a batch for the store, and what follows once the
//! batch is synced. Turns are committed in the order in which they get here, and their deliveries
//! and answers go out in that order, so a session's queue on disk and what its client sees agree.

use std::sync::{Arc, Mutex, PoisonError, Weak};

use kv::{Batch, CommitError, Durability, Store, Ticket};
use model::{Message, Qos};
use sessions::{Sessions, queued_size};
use tokio::sync::{mpsc, oneshot};

use crate::counters::Counters;
use crate::parcel::{Address, Parcel};
use crate::port::{Farewell, Receipt};
use crate::route::{Route, Target};
use crate::session::{Answered, Delivered, QueueLimits, Reserved, Session};

/// Turns that wait for their sync. Each is at most what one read brought.
const TURNS_MAX: usize = 1_024;

/// Deletions that wait for a turn to take them along.
const CLEANUP_MAX: usize = 1_024;

#[derive(Debug)]
pub(crate) struct Flow {
    store: Store,
    limits: QueueLimits,
    turns: mpsc::Sender<Turn>,
    /// Held from the first sequence number that a turn takes until its commit is under way.
    order: Mutex<()>,
    /// Deletions of what clients acknowledged. They need no sync: a crash brings back messages
    /// that their clients know already, which QoS 1 allows and QoS 2 notices.
    cleanup: Mutex<Batch>,
    counters: Arc<Counters>,
}

/// What a connection wants committed.
#[derive(Debug, Default)]
pub(crate) struct Draft {
    pub(crate) batch: Batch,
    pub(crate) publishes: Vec<Publish>,
    /// The messages that follow from these.
    pub(crate) following: Vec<Publish>,
    /// Who wants to know what became of what follows.
    pub(crate) receipts: Vec<Box<dyn Receipt>>,
    /// The packets that tell the client that all of this is on disk.
    pub(crate) answers: Vec<u8>,
    pub(crate) qos2: Qos2Steps,
    /// Who wants to know what became of it, and takes care of the failure of a precondition.
    pub(crate) outcome: Option<oneshot::Sender<Result<(), CommitError>>>,
}

/// The packet identifiers that a draft notes as received or forgets as released. Memory is ahead of
/// the disk with them, and goes back if the commit fails: else a message that is sent again would
/// be taken for known, acknowledged, and lost.
#[derive(Debug, Default)]
pub(crate) struct Qos2Steps {
    pub(crate) received: Vec<u16>,
    pub(crate) released: Vec<u16>,
}

/// A message and where it goes.
#[derive(Debug)]
pub(crate) struct Publish {
    pub(crate) message: Arc<Message>,
    pub(crate) published_at: u64,
    /// When it set out for its receivers.
    pub(crate) now: u64,
    pub(crate) route: Arc<Route>,
    /// The key of the session that published it.
    pub(crate) publisher: u64,
    /// Whether it becomes its topic's retained message.
    pub(crate) retain: bool,
}

impl Publish {
    /// A message that no connection reads, on its way to all who want it.
    pub(crate) fn by_house(message: Arc<Message>, route: Arc<Route>, now: u64) -> Publish {
        let retain = message.retain;
        Publish { message, published_at: now, now, route, publisher: 0, retain }
    }

    /// A retained message for one session. It is not retained anew.
    pub(crate) fn to_one(
        message: Arc<Message>,
        published_at: u64,
        now: u64,
        target: Target,
    ) -> Publish {
        let route = Arc::new(Route::to_one(message.topic.clone(), target));
        Publish { message, published_at, now, route, publisher: 0, retain: false }
    }
}

/// A draft under way.
#[derive(Debug)]
struct Turn {
    ticket: Ticket,
    deliveries: Vec<Delivery>,
    answers: Vec<u8>,
    answered: Answered,
    qos2: Qos2Steps,
    author: Option<(Arc<Session>, u64)>,
    receipts: Vec<Box<dyn Receipt>>,
    outcome: Option<oneshot::Sender<Result<(), CommitError>>>,
}

#[derive(Debug)]
struct Delivery {
    session: Arc<Session>,
    message: Arc<Message>,
    published_at: u64,
    now: u64,
    address: Address,
    seq: Option<u64>,
}

impl Draft {
    pub(crate) fn is_empty(&self) -> bool {
        let has_messages = !self.publishes.is_empty() || !self.following.is_empty();
        self.batch.is_empty() && !has_messages && self.answers.is_empty()
    }
}

impl Flow {
    /// A flow into `store`, and the task that completes its turns.
    pub(crate) fn new(
        store: Store,
        limits: QueueLimits,
        counters: Arc<Counters>,
    ) -> (Arc<Flow>, impl Future<Output = ()> + Send + use<>) {
        let (turns, arrivals) = mpsc::channel(TURNS_MAX);
        let (order, cleanup) = (Mutex::default(), Mutex::default());
        let flow = Arc::new(Flow { store, limits, turns, order, cleanup, counters });
        let completing = complete_turns(arrivals, Arc::downgrade(&flow));
        (flow, completing)
    }

    /// Commits a draft. Its deliveries and answers follow when it is synced; `author` is the
    /// session, and the connection of it, that gets the answers. Returns when the draft is under
    /// way, which is at once unless very many are.
    pub(crate) async fn submit(&self, draft: Draft, author: Option<(Arc<Session>, u64)>) {
        let Ok(permit) = self.turns.reserve().await else {
            // The completing task lives as long as the broker; without it nothing is promised.
            return;
        };
        let Draft { mut batch, publishes, following, receipts, answers, qos2, outcome } = draft;
        let mut deliveries = Vec::with_capacity(publishes.len() + following.len());
        let order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        for publish in publishes.iter().chain(&following) {
            self.plan(publish, &mut batch, &mut deliveries);
        }
        // A batch with preconditions may fail, and would take the deletions with it.
        if outcome.is_none() {
            batch.append(self.take_cleanup());
        }
        let ticket = self.store.commit(batch);
        let counted = publishes.iter().filter(|publish| publish.message.qos > Qos::AtMostOnce);
        let answered =
            Answered { messages: publishes.len() as u64, acknowledged: counted.count() as u64 };
        permit.send(Turn {
            ticket,
            deliveries,
            answers,
            answered,
            qos2,
            author,
            receipts,
            outcome,
        });
        drop(order);
    }

    fn plan(&self, publish: &Publish, batch: &mut Batch, deliveries: &mut Vec<Delivery>) {
        let Publish { message, published_at, now, route, publisher, retain } = publish;
        if *retain {
            Sessions::retain(batch, message, *published_at);
        }
        route.each(message.qos, |target| {
            let own = target.no_local && target.session.key == *publisher;
            if own {
                return;
            }
            let address = target.address(message.qos, message.retain);
            let Ok(seq) = self.enqueue(batch, target, &address, message, *published_at) else {
                return;
            };
            deliveries.push(Delivery {
                session: Arc::clone(&target.session),
                message: Arc::clone(message),
                published_at: *published_at,
                now: *now,
                address,
                seq,
            });
        });
    }

    /// Puts a message into the queue of a session that keeps one.
    fn enqueue(
        &self,
        batch: &mut Batch,
        target: &Target,
        address: &Address,
        message: &Message,
        published_at: u64,
    ) -> Result<Option<u64>, QueueFull> {
        if address.qos == Qos::AtMostOnce || !target.session.is_persistent() {
            return Ok(None);
        }
        let Some(reserved) = target.session.reserve(queued_size(message), self.limits) else {
            self.counters.dropped.increment();
            return Err(QueueFull);
        };
        let Reserved { number, seq, bytes_so_far } = reserved;
        Sessions::enqueue(
            batch,
            number,
            seq,
            message,
            address.qos,
            address.retain,
            published_at,
            &address.subscription_ids,
            bytes_so_far,
        );
        Ok(Some(seq))
    }

    /// Adds deletions for the next turn to take along.
    pub(crate) fn clean_up(&self, deletions: Batch) {
        let mut cleanup = self.cleanup.lock().unwrap_or_else(PoisonError::into_inner);
        cleanup.append(deletions);
        if cleanup.len() >= CLEANUP_MAX {
            let batch = std::mem::take(&mut *cleanup);
            drop(cleanup);
            self.commit_cleanup(batch);
        }
    }

    /// Commits the deletions that no turn has taken along.
    pub(crate) fn flush_cleanup(&self) {
        let batch = self.take_cleanup();
        if !batch.is_empty() {
            self.commit_cleanup(batch);
        }
    }

    fn take_cleanup(&self) -> Batch {
        std::mem::take(&mut *self.cleanup.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn commit_cleanup(&self, mut batch: Batch) {
        batch.durability(Durability::Buffered);
        // Nobody waits: if it fails, so does the next turn, and that one says so.
        drop(self.store.commit(batch));
    }
}

/// The queue of a session is full; the message is not for it.
struct QueueFull;

async fn complete_turns(mut arrivals: mpsc::Receiver<Turn>, flow: Weak<Flow>) {
    while let Some(mut turn) = arrivals.recv().await {
        let outcome = (&mut turn.ticket).await;
        let Some(flow) = flow.upgrade() else { return };
        match outcome {
            Ok(()) => turn.complete(&flow),
            Err(error) => turn.fail(&error, &flow.counters),
        }
    }
}

impl Turn {
    fn complete(self, flow: &Flow) {
        for Delivery { session, message, published_at, now, address, seq } in self.deliveries {
            let parcel = Parcel::of(&message, published_at, now);
            match session.deliver(&parcel, &address, seq) {
                Delivered::Undeliverable { seq } => {
                    flow.clean_up(session.drop_queued(seq, parcel.size()));
                }
                Delivered::Dropped => flow.counters.dropped.increment(),
                Delivered::Taken | Delivered::Congested | Delivered::Absent => {}
            }
        }
        if let Some((session, generation)) = self.author {
            session.answer(generation, &self.answers, self.answered);
        }
        settle(self.receipts, true);
        tell(self.outcome, Ok(()));
    }

    /// Nothing is acknowledged and nobody gets anything: the client will send it all again.
    fn fail(self, error: &CommitError, counters: &Counters) {
        if !matches!(error, CommitError::PreconditionFailed { .. } | CommitError::Declined) {
            tracing::error!(%error, "messages could not be stored");
            counters.failed_commits.increment();
        }
        for delivery in self.deliveries.iter().filter(|delivery| delivery.seq.is_some()) {
            delivery.session.unreserve(queued_size(&delivery.message));
        }
        if let Some((session, generation)) = self.author {
            session.take_back(&self.qos2);
            session.end_connection(generation, Farewell::ServerError);
        }
        settle(self.receipts, false);
        tell(self.outcome, Err(error.clone()));
    }
}

pub(crate) fn settle(receipts: Vec<Box<dyn Receipt>>, is_kept: bool) {
    receipts.into_iter().for_each(|receipt| receipt.settle(is_kept));
}

fn tell(to: Option<oneshot::Sender<Result<(), CommitError>>>, outcome: Result<(), CommitError>) {
    // Who asked may have gone away since; nobody else is to be told.
    to.map(|to| to.send(outcome).ok());
}
