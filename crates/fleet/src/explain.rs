//! What was refused lately, and why: a bounded memory, always on.
//!
//! A device that is refused tries again, so what is refused twice for the same reason is one entry
//! that counts. No principal and no address holds more than a share of the memory: a stranger who
//! tries a thousand names does not push out what the owner of a lamp is looking for.

use std::collections::{HashMap, VecDeque};
use std::fmt;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};

use policy::Expansion;
use stdx::clock::UnixMillis;

use crate::reason::Reason;

/// Some hundred kilobytes: what a person could scroll through, many times over.
const REFUSALS_MAX: usize = 1024;
/// What one principal, or one address without a principal, may hold of it.
const REFUSALS_EACH_MAX: usize = 64;
/// Texts that a client chose are cut, so that entries are small.
const TEXT_BYTES_MAX: usize = 512;

/// What was asked for when it was refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RefusalKind {
    Handshake,
    /// A connection that the server ended, though its client was let in.
    Connection,
    Connect,
    Publish,
    Retain,
    Subscribe,
    Receive,
    /// An operation of the API.
    Call,
}

/// Something that was refused, once or often.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// Counts up from 1 in each run of the server.
    pub id: u64,
    pub first_at: UnixMillis,
    pub last_at: UnixMillis,
    pub count: u64,
    pub kind: RefusalKind,
    /// `certificate 3f…` or `anonymous (plain listener)`; nothing if nobody was proved.
    pub principal: Option<String>,
    pub client_id: Option<String>,
    pub source_ip: Option<IpAddr>,
    /// `iot:Publish`; nothing before there was a request.
    pub action: Option<String>,
    /// The ARN.
    pub resource: Option<String>,
    /// The variables of the policies, with their values for this client.
    pub expansions: Vec<Expansion>,
    pub reason: Reason,
}

/// What tells one refusal from another.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Subject {
    pub(crate) kind: RefusalKind,
    pub(crate) principal: Option<String>,
    pub(crate) client_id: Option<String>,
    pub(crate) source_ip: Option<IpAddr>,
    pub(crate) action: Option<String>,
    pub(crate) resource: Option<String>,
    /// What went wrong where there was no request yet.
    pub(crate) what: Option<String>,
}

/// Who answers for a share of the memory: a principal that the registry knows, or else the network
/// that the stranger came from.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Holder {
    Principal(String),
    Network(Option<IpAddr>),
}

/// The latest refusals.
#[derive(Debug, Default)]
pub struct Refusals(Mutex<Memory>);

#[derive(Debug, Default)]
struct Memory {
    /// Oldest first.
    entries: VecDeque<Entry>,
    /// The ids of the entries.
    ids: HashMap<Subject, u64>,
    last_id: u64,
}

#[derive(Debug)]
struct Entry {
    subject: Subject,
    holder: Holder,
    /// The epoch of the registry at which the reason was found.
    explained_at: u64,
    refusal: Refusal,
}

impl Refusals {
    /// The refusal with this id, if it is still remembered.
    pub fn get(&self, id: u64) -> Option<Refusal> {
        let memory = self.memory();
        memory.place(id).map(|place| memory.entries[place].refusal.clone())
    }

    /// The refusals that happened last, the latest first.
    pub fn latest(&self, limit: usize) -> Vec<Refusal> {
        let memory = self.memory();
        let mut refusals: Vec<&Refusal> =
            memory.entries.iter().map(|entry| &entry.refusal).collect();
        refusals.sort_by_key(|refusal| std::cmp::Reverse((refusal.last_at, refusal.id)));
        refusals.into_iter().take(limit).cloned().collect()
    }

    /// Keeps a refusal, and answers its id. `explain` is asked only for what is new, or what was
    /// explained at another epoch of the registry.
    pub(crate) fn keep(
        &self,
        mut subject: Subject,
        is_known: bool,
        now: UnixMillis,
        epoch: u64,
        explain: impl FnOnce() -> (Reason, Vec<Expansion>),
    ) -> u64 {
        subject.client_id = subject.client_id.map(cut);
        subject.resource = subject.resource.map(cut);
        if let Some(id) = self.memory().count_again(&subject, now, epoch) {
            return id;
        }
        // Not under the lock: explaining takes a while, and others are refused meanwhile.
        let (reason, expansions) = explain();
        let holder = Holder::of(&subject, is_known);
        self.memory().add(Entry::new(subject, holder, now, epoch, reason, expansions))
    }

    fn memory(&self) -> MutexGuard<'_, Memory> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Memory {
    /// Ids rise from the front to the back.
    fn place(&self, id: u64) -> Option<usize> {
        self.entries.binary_search_by_key(&id, |entry| entry.refusal.id).ok()
    }

    fn count_again(&mut self, subject: &Subject, now: UnixMillis, epoch: u64) -> Option<u64> {
        let place = self.place(*self.ids.get(subject)?)?;
        let Entry { explained_at, refusal, .. } = &mut self.entries[place];
        if *explained_at != epoch {
            return None;
        }
        refusal.count += 1;
        refusal.last_at = now;
        Some(refusal.id)
    }

    /// Adds an entry, or renews the reason of the one that there is.
    fn add(&mut self, mut new: Entry) -> u64 {
        if let Some(place) = self.ids.get(&new.subject).and_then(|id| self.place(*id)) {
            let old = &mut self.entries[place];
            let Refusal { id, first_at, count, .. } = old.refusal;
            new.refusal = Refusal { id, first_at, count: count + 1, ..new.refusal };
            *old = new;
            return id;
        }
        self.make_room(&new.holder);
        self.last_id += 1;
        new.refusal.id = self.last_id;
        self.ids.insert(new.subject.clone(), self.last_id);
        self.entries.push_back(new);
        self.last_id
    }

    /// Forgets the oldest entry of whoever has its full share, or else the oldest of all.
    fn make_room(&mut self, newcomer: &Holder) {
        let is_own = |entry: &Entry| entry.holder == *newcomer;
        let has_full_share =
            self.entries.iter().filter(|entry| is_own(entry)).count() >= REFUSALS_EACH_MAX;
        let place = match self.entries.iter().position(is_own) {
            Some(place) if has_full_share => place,
            _ if self.entries.len() >= REFUSALS_MAX => 0,
            _ => return,
        };
        if let Some(forgotten) = self.entries.remove(place) {
            self.ids.remove(&forgotten.subject);
        }
    }
}

impl Entry {
    /// Its id is given when it is added.
    fn new(
        subject: Subject,
        holder: Holder,
        now: UnixMillis,
        explained_at: u64,
        reason: Reason,
        expansions: Vec<Expansion>,
    ) -> Entry {
        let refusal = Refusal {
            id: 0,
            first_at: now,
            last_at: now,
            count: 1,
            kind: subject.kind,
            principal: subject.principal.clone(),
            client_id: subject.client_id.clone(),
            source_ip: subject.source_ip,
            action: subject.action.clone(),
            resource: subject.resource.clone(),
            expansions,
            reason,
        };
        Entry { subject, holder, explained_at, refusal }
    }
}

impl Holder {
    fn of(subject: &Subject, is_known: bool) -> Holder {
        match &subject.principal {
            Some(principal) if is_known => Holder::Principal(principal.clone()),
            _ => Holder::Network(subject.source_ip.map(network)),
        }
    }
}

/// Whoever has one IPv6 address has the 2⁶⁴ of its network.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V4(address) => IpAddr::V4(address),
        IpAddr::V6(address) => {
            let [a, b, c, d, ..] = address.segments();
            IpAddr::from([a, b, c, d, 0, 0, 0, 0])
        }
    }
}

impl RefusalKind {
    pub fn as_str(self) -> &'static str {
        match self {
            RefusalKind::Handshake => "handshake",
            RefusalKind::Connection => "connection",
            RefusalKind::Connect => "connect",
            RefusalKind::Publish => "publish",
            RefusalKind::Retain => "retain",
            RefusalKind::Subscribe => "subscribe",
            RefusalKind::Receive => "receive",
            RefusalKind::Call => "call",
        }
    }
}

impl fmt::Display for RefusalKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

fn cut(mut text: String) -> String {
    if text.len() > TEXT_BYTES_MAX {
        text.truncate(text.floor_char_boundary(TEXT_BYTES_MAX));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(principal: &str, resource: &str) -> Subject {
        Subject {
            kind: RefusalKind::Publish,
            principal: Some(principal.to_owned()),
            client_id: Some("lamp".to_owned()),
            source_ip: Some([10, 0, 0, 1].into()),
            action: Some("iot:Publish".to_owned()),
            resource: Some(resource.to_owned()),
            what: None,
        }
    }

    fn keep(refusals: &Refusals, subject: Subject, now: u64, epoch: u64) -> u64 {
        refusals.keep(subject, true, now, epoch, || (Reason::Unavailable, Vec::new()))
    }

    #[test]
    fn repeats_are_counted_and_explained_once_an_epoch() {
        let refusals = Refusals::default();
        let mut explained = 0;
        for (now, epoch) in [(1, 0), (2, 0), (3, 0), (4, 7), (5, 7)] {
            let id = refusals.keep(subject("certificate a", "x"), true, now, epoch, || {
                explained += 1;
                (Reason::Unavailable, Vec::new())
            });
            assert_eq!(id, 1);
        }
        assert_eq!(explained, 2);
        let refusal = refusals.get(1).expect("kept");
        assert_eq!((refusal.count, refusal.first_at, refusal.last_at), (5, 1, 5));
        assert_eq!(refusals.get(2), None);
    }

    #[test]
    fn one_principal_holds_its_share_and_no_more() {
        let refusals = Refusals::default();
        let lamp = keep(&refusals, subject("certificate lamp", "x"), 0, 0);
        for number in 0..5000 {
            keep(&refusals, subject("certificate flood", &number.to_string()), number, 0);
        }
        assert_eq!(refusals.latest(usize::MAX).len(), REFUSALS_EACH_MAX + 1);
        assert!(refusals.get(lamp).is_some());
        assert!(refusals.get(5001).is_some());
        assert!(refusals.get(2).is_none());
    }

    #[test]
    fn strangers_share_what_their_network_holds() {
        let refusals = Refusals::default();
        for number in 0..500_u16 {
            let mut stranger = subject(&format!("certificate {number}"), "x");
            let address = [0x2001, 0xdb8, 1, 1, number, 0, 0, 1];
            stranger.source_ip = Some(address.into());
            refusals.keep(stranger, false, 0, 0, || (Reason::Unavailable, Vec::new()));
        }
        assert_eq!(refusals.latest(usize::MAX).len(), REFUSALS_EACH_MAX);
    }

    #[test]
    fn the_whole_is_bounded_and_the_latest_come_first() {
        let refusals = Refusals::default();
        for number in 0..2000 {
            keep(&refusals, subject(&format!("certificate {number}"), "x"), number, 0);
        }
        let latest = refusals.latest(usize::MAX);
        assert_eq!(latest.len(), REFUSALS_MAX);
        assert_eq!(latest[0].id, 2000);
        assert!(latest.is_sorted_by_key(|refusal| std::cmp::Reverse(refusal.last_at)));
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        let refusals = Refusals::default();
        let id = keep(&refusals, subject("certificate a", &"é".repeat(5000)), 0, 0);
        let resource = refusals.get(id).and_then(|refusal| refusal.resource).expect("kept");
        assert_eq!(resource.len(), TEXT_BYTES_MAX + "…".len());
    }
}
