//! What others may ask and tell of a client: the connection operations of the API.

use std::net::SocketAddr;

use model::{Qos, TopicFilter};

use crate::broker::Broker;
use crate::port::Farewell;

/// A client that has a session.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClientState {
    pub connection: Option<ClientConnection>,
    /// When and how the last connection ended; how is known only of this run of the server.
    pub disconnected: Option<(u64, Option<Farewell>)>,
    /// How long the session outlives a connection.
    pub session_expiry_secs: u32,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ClientConnection {
    pub address: SocketAddr,
    pub since: u64,
    pub keep_alive_secs: u16,
    pub clean_start: bool,
}

/// How a client is sent away.
#[derive(Clone, Copy, Debug, Default)]
pub struct SendAway {
    /// Its session ends with the connection.
    pub clean_session: bool,
    /// Its will is not published.
    pub prevent_will: bool,
}

impl Broker {
    /// A client that is connected or whose session waits for it.
    pub fn client(&self, client_id: &str) -> Option<ClientState> {
        let session = self.shared.find_session(client_id)?;
        let state = session.lock();
        let connection = state.live.as_ref().map(|live| ClientConnection {
            address: live.origin.address,
            since: live.origin.since,
            keep_alive_secs: live.origin.keep_alive_secs,
            clean_start: live.origin.clean_start,
        });
        let disconnected = state.disconnected_at.map(|at| (at, state.farewell));
        Some(ClientState { connection, disconnected, session_expiry_secs: state.expiry_secs })
    }

    /// What a client is subscribed to, in the order of the filters.
    pub fn subscriptions_of(&self, client_id: &str) -> Option<Vec<(TopicFilter, Qos)>> {
        let session = self.shared.find_session(client_id)?;
        let state = session.lock();
        let subscriptions = state.subscriptions.iter();
        let mut found: Vec<(TopicFilter, Qos)> =
            subscriptions.map(|(filter, granted)| (filter.clone(), granted.qos)).collect();
        drop(state);
        found.sort_by(|(one, _), (other, _)| one.as_str().cmp(other.as_str()));
        Some(found)
    }

    /// Ends a client's connection, and its session if that is asked for. False says that there is
    /// no such client.
    pub async fn send_away(&self, client_id: &str, how: SendAway) -> bool {
        let Some(session) = self.shared.find_session(client_id) else { return false };
        if how.prevent_will {
            let testament = session.lock().testament.take();
            let waiting = self.shared.wills.take(&session.client_id);
            for testament in [testament, waiting].into_iter().flatten() {
                self.shared.forget_will(&testament);
            }
        }
        if how.clean_session {
            session.lock().expiry_secs = 0;
        }
        session.end(Farewell::ByAdministrator);
        if how.clean_session {
            // Without a connection nobody else ends it. With one this finds it in use still, and
            // the connection's own end does.
            self.shared.end_session(&session, self.shared.now()).await;
        }
        true
    }
}
