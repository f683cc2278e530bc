//! Which clients came and went lately: a bounded memory, always on. What it tells is told as events, too; those
//! go to who listens then, this is for who asks afterwards.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::{Mutex, PoisonError};

use model::ClientId;
use stdx::clock::UnixMillis;

/// Half a megabyte: a day of a hundred clients that connect anew every half hour.
const VISITS_MAX: usize = 4_096;

/// A client came or went.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// Counts up from 1 in each run of the server.
    pub id: u64,
    pub at: UnixMillis,
    pub client_id: ClientId,
    pub kind: VisitKind,
    pub source_ip: Option<IpAddr>,
    /// As [`model::Principal`] shows itself.
    pub principal: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VisitKind {
    Connected,
    /// With the reason.
    Disconnected(&'static str),
}

/// The latest visits.
#[derive(Debug, Default)]
pub struct Visits(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    /// Oldest first.
    visits: VecDeque<Visit>,
    last_id: u64,
}

impl Visits {
    /// Keeps a visit; its id is given here.
    pub fn keep(&self, mut visit: Visit) {
        let mut memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        memory.last_id += 1;
        visit.id = memory.last_id;
        if memory.visits.len() >= VISITS_MAX {
            memory.visits.pop_front();
        }
        memory.visits.push_back(visit);
    }

    /// The latest after one, of one client or of all; newest first.
    pub fn latest(&self, client_id: Option<&str>, after: u64, limit: usize) -> Vec<Visit> {
        let memory = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = memory.visits.iter().rev().take_while(|visit| visit.id > after);
        let is_asked = |visit: &&Visit| client_id.is_none_or(|id| visit.client_id.as_str() == id);
        newer.filter(is_asked).take(limit).cloned().collect()
    }

    /// How many there were in this run.
    pub fn count(&self) -> u64 {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).last_id
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn visit(client: &str, at: UnixMillis) -> Visit {
        Visit {
            id: 0,
            at,
            client_id: ClientId::new(client).expect("a client id"),
            kind: VisitKind::Connected,
            source_ip: None,
            principal: "certificate 3f".to_owned(),
        }
    }

    #[test]
    fn the_latest_come_first_and_the_oldest_go() {
        let visits = Visits::default();
        for at in 0..5_000 {
            visits.keep(visit(if at % 2 == 0 { "lamp" } else { "door" }, at));
        }
        let all = visits.latest(None, 0, usize::MAX);
        assert_eq!((all.len(), all[0].id), (VISITS_MAX, 5_000));
        let of_lamp = visits.latest(Some("lamp"), 4_996, 10);
        assert_eq!(of_lamp.iter().map(|visit| visit.at).collect::<Vec<_>>(), [4_998, 4_996]);
        assert_eq!(visits.latest(None, 0, 3).len(), 3);
        assert_eq!(visits.count(), 5_000);
    }
}
