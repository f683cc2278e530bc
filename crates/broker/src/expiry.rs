//! Sessions that end, and what they leave on disk.

use std::sync::{Arc, PoisonError};

use kv::{Batch, Durability};
use sessions::{Sessions, SessionsError};

use crate::broker::Shared;
use crate::port::Farewell;
use crate::session::{Hold, Session};
use crate::will::Testament;

/// What a connection that ended leaves to be dealt with.
#[derive(Debug)]
pub(crate) struct Leaving {
    pub(crate) testament: Option<Testament>,
    pub(crate) expiry_secs: u32,
    pub(crate) number: Option<u64>,
    pub(crate) now: u64,
}

/// Entries of an old queue that are deleted at once.
const PURGE_MAX: usize = 1_000;

impl Shared {
    /// Takes everything that a session has, and puts what it had on disk into `batch` to be
    /// deleted. A will that waited for this is left for the caller.
    pub(crate) fn clear(
        &self,
        session: &Arc<Session>,
        batch: &mut Batch,
    ) -> Result<(), SessionsError> {
        let (filters, queue) = session.clear();
        for filter in &filters {
            self.routes.unsubscribe(session.key, filter);
        }
        if let Some(queue) = queue {
            Sessions::delete_session(batch, &session.client_id);
            self.sessions.purge_numbered(batch, queue.number)?;
            self.orphans().push(queue.number);
        }
        Ok(())
    }

    /// Ends the sessions whose clients have stayed away too long.
    pub(crate) async fn end_expired_sessions(&self) {
        let now = self.now();
        for session in self.all_sessions() {
            if session.expires_at().is_some_and(|at| at <= now) {
                self.end_session(&session, now).await;
            }
        }
    }

    /// Ends a session without a connection, unless its client has come back.
    pub(crate) async fn end_session(&self, session: &Arc<Session>, now: u64) {
        let Some(hold) = session.hold().await else { return };
        self.end_held_session(session, hold, now).await;
    }

    async fn end_held_session(&self, session: &Arc<Session>, mut has_ended: Hold, now: u64) {
        if session.expires_at().is_none_or(|at| at > now) {
            return;
        }
        let mut batch = Batch::new();
        if let Err(error) = self.clear(session, &mut batch) {
            tracing::error!(%error, "an expired session could not be cleared");
        }
        *has_ended = true;
        self.forget(session);
        if !batch.is_empty() && self.commit(batch).await.is_err() {
            tracing::warn!(client_id = %session.client_id, "an expired session stays on disk");
        }
        // The will is sent no later than the end of the session [MQTT-3.1.2-8].
        if let Some(will) = self.wills.take(&session.client_id) {
            self.send_will(&session.client_id, will).await;
        }
    }

    /// Deletes what is left of queues whose sessions are gone, a piece at a time.
    pub(crate) async fn purge_orphans(&self) {
        let Some(number) = self.orphans().last().copied() else { return };
        match self.sessions.purge_queue(number, PURGE_MAX) {
            Ok(Some(mut batch)) => {
                batch.durability(Durability::Buffered);
                if let Err(error) = self.sessions.store().commit(batch).await {
                    tracing::error!(%error, "an old queue could not be deleted");
                }
            }
            Ok(None) => {
                self.orphans().retain(|orphan| *orphan != number);
            }
            Err(error) => tracing::error!(%error, "an old queue could not be read"),
        }
    }

    /// The queues on disk that belong to no session, found at the start.
    pub(crate) fn find_orphans(&self, known: &[u64]) -> Result<(), SessionsError> {
        let mut next = 0;
        while let Some(number) = self.sessions.next_queue(next)? {
            if !known.contains(&number) {
                self.orphans().push(number);
            }
            next = number + 1;
        }
        Ok(())
    }

    fn orphans(&self) -> std::sync::MutexGuard<'_, Vec<u64>> {
        self.orphans.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Leaves a session whose connection ended: it waits for its client, or ends. Until then its
    /// client is kept from coming back, so that each finds in order what the other left.
    pub(crate) async fn leave(
        &self,
        session: &Arc<Session>,
        left: Leaving,
        hold: Hold,
        farewell: Farewell,
    ) {
        let Leaving { testament, expiry_secs, number, now } = left;
        match testament {
            Some(testament) if farewell.sends_will() && testament.will.delay_secs == 0 => {
                self.send_will(&session.client_id, testament).await;
            }
            Some(testament) if farewell.sends_will() => {
                let at = now + u64::from(testament.will.delay_secs) * 1_000;
                if let Some(earlier) = self.wills.put(session.client_id.clone(), testament, at) {
                    self.forget_will(&earlier);
                }
            }
            Some(testament) => self.forget_will(&testament),
            None => {}
        }
        if expiry_secs == 0 {
            self.end_held_session(session, hold, now).await;
        } else if let Some(number) = number {
            let record = sessions::Session { number, expiry_secs, disconnected_at: Some(now) };
            let mut batch = Batch::new();
            // Should this be lost, the session lives from the next start of the server on.
            batch.durability(Durability::Buffered);
            Sessions::put_session(&mut batch, &session.client_id, &record);
            drop(self.sessions.store().commit(batch));
        }
    }
}
