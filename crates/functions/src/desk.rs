//! The desk of a worker: what it is to do, and what it says of it, whichever way it talks.
//!
//! The Runtime API is one way (`runtime_api.rs`), the channel of our own bootstraps the other (`channel.rs`).

use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use stdx::clock::{Clock, UnixMillis};
use tokio::sync::{Mutex as AsyncMutex, Notify, mpsc, oneshot};

use crate::invocation::PAYLOAD_BYTES_MAX;

/// What AWS allows: six megabytes, and what it adds itself.
pub(crate) const RESPONSE_BYTES_MAX: usize = PAYLOAD_BYTES_MAX + 100;

/// An invocation on its way to a worker.
#[derive(Debug)]
pub(crate) struct Job {
    pub(crate) request_id: String,
    pub(crate) payload: Bytes,
    /// As it was called.
    pub(crate) arn: String,
    pub(crate) client_context: Option<String>,
    pub(crate) trace_id: String,
    pub(crate) timeout: Duration,
    /// Told when the worker has it.
    pub(crate) taken: oneshot::Sender<()>,
    pub(crate) answer: oneshot::Sender<Answer>,
}

/// What the worker is told of an invocation.
#[derive(Debug)]
pub(crate) struct Task {
    pub(crate) request_id: String,
    pub(crate) payload: Bytes,
    pub(crate) arn: String,
    pub(crate) client_context: Option<String>,
    pub(crate) trace_id: String,
    pub(crate) deadline: UnixMillis,
}

/// What a worker says of an invocation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Answer {
    Response(Bytes),
    /// The document of the error.
    Error(Bytes),
    /// The same of a worker that can do no more.
    LastError(Bytes),
    TooLarge,
}

/// Where a worker takes its invocations from.
#[derive(Debug)]
pub(crate) struct Desk {
    jobs: AsyncMutex<mpsc::Receiver<Job>>,
    current: Mutex<Option<(String, oneshot::Sender<Answer>)>>,
    init_error: Mutex<Option<Bytes>>,
    /// Rung when the worker said that it cannot begin.
    pub(crate) init_failed: Notify,
    clock: Clock,
}

impl Desk {
    pub(crate) fn new(jobs: mpsc::Receiver<Job>, clock: Clock) -> Desk {
        Desk {
            jobs: AsyncMutex::new(jobs),
            current: Mutex::default(),
            init_error: Mutex::default(),
            init_failed: Notify::new(),
            clock,
        }
    }

    pub(crate) fn take_init_error(&self) -> Option<Bytes> {
        self.init_error.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    /// What is to be done next; nothing when there will be nothing more.
    pub(crate) async fn next(&self) -> Option<Task> {
        let job = self.jobs.lock().await.recv().await?;
        let Job { request_id, payload, arn, client_context, trace_id, timeout, taken, answer } =
            job;
        let timeout = u64::try_from(timeout.as_millis()).unwrap_or(u64::MAX);
        let deadline = self.clock.now().saturating_add(timeout);
        *self.current() = Some((request_id.clone(), answer));
        // Whoever asked may have gone; then nobody wants the answer either.
        taken.send(()).ok();
        Some(Task { request_id, payload, arn, client_context, trace_id, deadline })
    }

    /// Hands an answer to whoever waits for it.
    pub(crate) fn answer(&self, request_id: &str, answer: Answer) -> bool {
        let mut current = self.current();
        if current.as_ref().is_none_or(|(id, _)| id != request_id) {
            return false;
        }
        if let Some((_, waiting)) = current.take() {
            waiting.send(answer).ok();
        }
        true
    }

    pub(crate) fn fail_init(&self, document: Bytes) {
        *self.init_error.lock().unwrap_or_else(PoisonError::into_inner) = Some(document);
        self.init_failed.notify_one();
    }

    fn current(&self) -> MutexGuard<'_, Option<(String, oneshot::Sender<Answer>)>> {
        self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
