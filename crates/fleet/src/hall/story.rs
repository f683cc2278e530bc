//! What went on with the latest messages that some rule listens to: a bounded memory, always on.
//!
//! A story keeps the message and what each rule made of it. Why a clause did not hold is not kept: a
//! statement says the same of the same message whenever it is asked, so it is found out when somebody
//! wants to know.

use std::collections::VecDeque;
use std::fmt;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::{ClientId, Message, Principal};
use rules::{Answers, Event, Explained, Payload};
use smallvec::SmallVec;
use stdx::clock::UnixMillis;

use crate::hall::errand::Errand;
use crate::hall::rule::Rule;
use crate::hall::{Sender, Shared};

/// Stories, and bytes of their messages, that are kept: minutes of a busy house.
const STORIES_MAX: usize = 8_192;
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// So many go together, when they are the oldest. What they hold was written long ago and comes from
/// memory; that of one is on its way while another's is waited for.
const LEAVE_TOGETHER: usize = 64;

/// What a story takes beside its message, about.
const STORY_BYTES: usize = 512;

/// One message and what became of it.
#[derive(Debug)]
pub struct Story {
    /// Counts up from 1 in each run of the server.
    pub id: u64,
    /// What `traceid()` says.
    pub trace_id: TraceId,
    pub at: UnixMillis,
    pub message: Arc<Message>,
    pub client_id: Option<ClientId>,
    pub principal: Principal,
    pub source_ip: Option<IpAddr>,
    pub hops: u8,
    /// The rule that a topic below `$aws/rules/` names, if there is none of that name.
    pub unknown_rule: Option<String>,
    pub rules: RuleStories,
    seed: u64,
    /// How much of the topic the rules did not see.
    hidden: usize,
    fate: AtomicU8,
}

/// Most messages have one rule, which is told in the story's own memory.
pub(crate) type RuleStories = SmallVec<[RuleStory; 1]>;

/// What one rule made of a message.
#[derive(Debug)]
pub struct RuleStory {
    pub rule: Arc<Rule>,
    pub outcome: RuleOutcome,
    /// What was looked up for it.
    pub(crate) answers: Answers,
}

#[derive(Debug)]
pub enum RuleOutcome {
    /// The clause after WHERE did not hold.
    NoMatch,
    Failed(String),
    /// It asks a function: it is run later, and what follows is told by a story of its own.
    Deferred {
        errand: Arc<Errand>,
    },
    Matched {
        /// Most rules have one.
        actions: SmallVec<[ActionStory; 1]>,
        /// What the error action came to, if it had to be told.
        error_action: Option<Box<ActionStory>>,
    },
}

/// What one action came to.
#[derive(Clone, Debug)]
pub struct ActionStory {
    pub kind: &'static str,
    pub failure: Option<String>,
    /// What is to go out for it, and how that went so far.
    pub errands: Vec<Arc<Errand>>,
}

/// Whether what followed from a message is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is under way.
    Open,
    Kept,
    /// It could not be stored, and the message was not acknowledged.
    Lost,
}

impl Story {
    pub fn fate(&self) -> Fate {
        match self.fate.load(Ordering::Acquire) {
            0 => Fate::Open,
            1 => Fate::Kept,
            _ => Fate::Lost,
        }
    }

    fn settle(&self, is_kept: bool) {
        self.fate.store(if is_kept { 1 } else { 2 }, Ordering::Release);
    }

    /// Why a rule matched this message or did not, clause by clause.
    pub fn explain(&self, told: &RuleStory, account: &str) -> Explained {
        let payload = Payload::new(&self.message.payload);
        told.rule.statement.explain(&self.event(&payload, account), &told.answers)
    }

    /// What a rule selected, if it matched.
    pub fn output(&self, told: &RuleStory, account: &str) -> Option<Vec<u8>> {
        let payload = Payload::new(&self.message.payload);
        told.rule.output(&self.event(&payload, account), &told.answers)
    }

    fn event<'a>(&'a self, payload: &'a Payload<'a>, account: &'a str) -> Event<'a> {
        Event {
            topic: &self.message.topic.as_str()[self.hidden..],
            payload,
            client_id: self.client_id.as_ref().map(ClientId::as_str),
            principal: Some(self.principal.identifier()),
            source_ip: self.source_ip,
            account,
            timestamp_ms: self.at,
            trace_id: Some(self.trace_id.as_str()),
            seed: self.seed,
            properties: self.message.properties.as_deref(),
        }
    }

    fn bytes(&self) -> usize {
        STORY_BYTES + self.message.payload.len()
    }
}

/// The latest stories.
#[derive(Debug)]
pub struct Stories {
    memory: Mutex<Memory>,
    last_id: AtomicU64,
    nonce: u64,
}

#[derive(Debug, Default)]
struct Memory {
    /// Oldest first.
    stories: VecDeque<Arc<Story>>,
    bytes: usize,
}

/// The number of a story, and what follows from it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Ticket {
    pub(crate) id: u64,
    pub(crate) trace_id: TraceId,
    pub(crate) seed: u64,
}

/// The name of a message in logs and error documents, in the form of a UUID.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct TraceId([u8; 36]);

impl TraceId {
    fn of(nonce: u64, id: u64) -> TraceId {
        const DIGITS: &[u8; 16] = b"0123456789abcdef";
        /// Where the two digits of each byte are.
        const PLACES: [usize; 16] = [0, 2, 4, 6, 9, 11, 14, 16, 19, 21, 24, 26, 28, 30, 32, 34];
        // Version 4, variant 1, where a UUID has them.
        let high = (nonce & !0xf000) | 0x4000;
        let low = (id & 0x0fff_ffff_ffff_ffff) | 0x8000_0000_0000_0000;
        let mut text = [b'-'; 36];
        for (byte, place) in high.to_be_bytes().into_iter().chain(low.to_be_bytes()).zip(PLACES) {
            text[place] = DIGITS[usize::from(byte >> 4)];
            text[place + 1] = DIGITS[usize::from(byte & 0xf)];
        }
        TraceId(text)
    }

    /// One that was written down.
    pub(crate) fn read(text: &str) -> Option<TraceId> {
        let text: [u8; 36] = text.as_bytes().try_into().ok()?;
        text.is_ascii().then_some(TraceId(text))
    }

    pub fn as_str(&self) -> &str {
        std::str::from_utf8(&self.0).expect("ASCII alone")
    }
}

impl fmt::Debug for TraceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl Stories {
    pub(crate) fn new(nonce: u64) -> Stories {
        Stories { memory: Mutex::default(), last_id: AtomicU64::new(0), nonce }
    }

    /// The story of this id.
    pub fn get(&self, id: u64) -> Option<Arc<Story>> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.latest().find(|story| story.id == id).cloned()
    }

    /// The stories of this trace id, newest first: of a message, and of rules that were run with it later.
    pub fn of_trace(&self, trace_id: &str) -> Vec<Arc<Story>> {
        let mut found = Vec::new();
        self.seek(trace_id, |story| {
            found.push(Arc::clone(story));
            false
        });
        found
    }

    /// Shows the stories of this trace id, newest first, until it is the one.
    pub(crate) fn seek(&self, trace_id: &str, is_it: impl FnMut(&Arc<Story>) -> bool) {
        let Some(trace_id) = TraceId::read(trace_id) else { return };
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let mut of_trace = memory.latest().rev().filter(|story| story.trace_id == trace_id);
        let _ = of_trace.any(is_it);
    }

    /// The latest stories that are told, newest first.
    pub fn latest(
        &self,
        after: u64,
        limit: usize,
        is_told: impl Fn(&Story) -> bool,
    ) -> Vec<Arc<Story>> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = memory.latest().rev().filter(|story| story.id > after);
        newer.filter(|story| is_told(story)).take(limit).cloned().collect()
    }

    pub(crate) fn ticket(&self) -> Ticket {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let seed = self.nonce ^ id.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let trace_id = TraceId::of(self.nonce, id);
        Ticket { id, trace_id, seed }
    }

    pub(crate) fn keep(&self, story: Arc<Story>) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.bytes += story.bytes();
        memory.stories.push_back(story);
        let leaving = memory.leaving();
        drop(memory);
        // Only now, so that nobody waits for it.
        drop(leaving);
    }
}

impl Memory {
    /// Those that are shown, oldest first. A few more may be about to leave.
    fn latest(&self) -> impl DoubleEndedIterator<Item = &Arc<Story>> {
        self.stories.range(self.stories.len().saturating_sub(STORIES_MAX)..)
    }

    /// The oldest, once there are too many.
    fn leaving(&mut self) -> Vec<Arc<Story>> {
        let mut leaving = Vec::new();
        if self.stories.len() < STORIES_MAX + LEAVE_TOGETHER && self.bytes <= BYTES_MAX {
            return leaving;
        }
        while self.stories.len() > STORIES_MAX || self.bytes > BYTES_MAX {
            let Some(oldest) = self.stories.pop_front() else { break };
            self.bytes -= oldest.bytes();
            leaving.push(oldest);
        }
        leaving
    }
}

/// Tells a story what became of it.
#[derive(Debug)]
pub struct Receipt {
    pub(crate) hall: Arc<Shared>,
    pub(crate) story: Arc<Story>,
    pub(crate) to_tell: actions::ToTell,
    pub(crate) reservations: Vec<outbox::Reservation>,
}

impl Receipt {
    /// What followed from the message is on disk, or none of it is.
    pub fn settle(self, is_kept: bool) {
        self.hall.settle_story(&self.story, is_kept);
        if is_kept {
            self.to_tell.committed(&self.hall.parts.tables);
        }
        self.hall.settle_outward(self.reservations, is_kept);
    }
}

impl Shared {
    /// What a story tells is on disk and counts, or none of it is.
    pub(crate) fn settle_story(&self, story: &Story, is_kept: bool) {
        story.settle(is_kept);
        if is_kept {
            story.rules.iter().for_each(|told| self.totals.count(told, story.at));
        }
    }
}

/// A story that is being made.
pub(crate) fn begin(
    ticket: &Ticket,
    message: &Arc<Message>,
    hidden: usize,
    sender: &Sender<'_>,
) -> Story {
    Story {
        id: ticket.id,
        trace_id: ticket.trace_id,
        at: sender.at,
        message: Arc::clone(message),
        client_id: sender.client_id.cloned(),
        principal: sender.principal.clone(),
        source_ip: sender.source_ip,
        hops: sender.hops,
        unknown_rule: None,
        rules: RuleStories::new(),
        seed: ticket.seed,
        hidden,
        fate: AtomicU8::new(0),
    }
}

#[cfg(test)]
mod tests {
    use model::{Qos, Topic};

    use super::*;

    fn tell(stories: &Stories, payload_bytes: usize) -> u64 {
        let ticket = stories.ticket();
        let message = Arc::new(Message {
            topic: Topic::new("a").expect("a topic"),
            payload: vec![0; payload_bytes].into(),
            qos: Qos::AtMostOnce,
            retain: false,
            properties: None,
        });
        let principal = &Principal::Anonymous;
        let sender =
            Sender { client_id: None, principal, source_ip: None, at: 0, hops: 0, room: 0 };
        stories.keep(Arc::new(begin(&ticket, &message, 0, &sender)));
        ticket.id
    }

    fn kept(stories: &Stories) -> usize {
        stories.latest(0, usize::MAX, |_| true).len()
    }

    #[test]
    fn the_latest_stay_and_the_oldest_leave() {
        let stories = Stories::new(7);
        let told = (0..STORIES_MAX * 2 + 9).map(|_| tell(&stories, 10)).last().expect("some");
        let oldest = told - STORIES_MAX as u64 + 1;
        assert!(stories.get(oldest).is_some() && stories.get(told).is_some());
        assert!(stories.get(oldest - 1).is_none());
        assert_eq!(kept(&stories), STORIES_MAX);
        let memory = stories.memory.lock().unwrap();
        assert!(memory.stories.len() <= STORIES_MAX + LEAVE_TOGETHER);
        assert_eq!(memory.bytes, memory.stories.len() * (STORY_BYTES + 10));
    }

    #[test]
    fn large_messages_leave_sooner() {
        let stories = Stories::new(7);
        let payload_bytes = BYTES_MAX / 4;
        for _ in 0..10 {
            tell(&stories, payload_bytes);
        }
        assert_eq!(kept(&stories), 3);
    }
}
