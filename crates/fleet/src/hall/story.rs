//! What went on with the latest messages that some rule listens to: a bounded memory, always on.
//!
//! A story keeps the message and what each rule made of it. Why a clause did not hold is not kept: a
//! statement says the same of the same message whenever it is asked, so it is found out when somebody
//! wants to know.

use std::collections::VecDeque;
use std::net::IpAddr;
use std::sync::atomic::{AtomicU8, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use model::{Message, Qos};
use rules::{Answers, Event, Explained, Payload};
use stdx::clock::UnixMillis;

use crate::hall::Shared;
use crate::hall::rule::Rule;

/// Stories, and bytes of their messages, that are kept: minutes of a busy house.
const STORIES_MAX: usize = 8_192;
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// What a story takes beside its message, about.
const STORY_BYTES: usize = 512;

/// One message and what became of it.
#[derive(Debug)]
pub struct Story {
    /// Counts up from 1 in each run of the server.
    pub id: u64,
    /// What `traceid()` says.
    pub trace_id: String,
    pub at: UnixMillis,
    pub topic: String,
    pub payload: bytes::Bytes,
    pub qos: Qos,
    pub client_id: Option<String>,
    pub principal: String,
    pub source_ip: Option<IpAddr>,
    pub hops: u8,
    /// The rule that a topic below `$aws/rules/` names, if there is none of that name.
    pub unknown_rule: Option<String>,
    pub rules: Vec<RuleStory>,
    pub(crate) seed: u64,
    pub(crate) properties: Option<Box<model::MessageProperties>>,
    fate: AtomicU8,
}

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
    Matched {
        output: bytes::Bytes,
        actions: Vec<ActionStory>,
        /// What the error action came to, if it had to be told.
        error_action: Option<ActionStory>,
    },
}

/// What one action came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ActionStory {
    pub kind: &'static str,
    pub failure: Option<String>,
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

    /// Why a rule matched this message or did not, clause by clause.
    pub fn explain(&self, told: &RuleStory, account: &str) -> Explained {
        let payload = Payload::new(&self.payload);
        let event = self.event(&payload, account);
        told.rule.statement.explain(&event, &told.answers)
    }

    fn event<'a>(&'a self, payload: &'a Payload<'a>, account: &'a str) -> Event<'a> {
        Event {
            topic: &self.topic,
            payload,
            client_id: self.client_id.as_deref(),
            principal: Some(&self.principal),
            source_ip: self.source_ip,
            account,
            timestamp_ms: self.at,
            trace_id: Some(&self.trace_id),
            seed: self.seed,
            properties: self.properties.as_deref(),
        }
    }

    fn bytes(&self) -> usize {
        let output = |told: &RuleStory| match &told.outcome {
            RuleOutcome::Matched { output, .. } => output.len(),
            RuleOutcome::NoMatch | RuleOutcome::Failed(_) => 0,
        };
        STORY_BYTES + self.payload.len() + self.rules.iter().map(output).sum::<usize>()
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
#[derive(Clone, Debug)]
pub(crate) struct Ticket {
    pub(crate) id: u64,
    pub(crate) trace_id: String,
    pub(crate) seed: u64,
}

impl Stories {
    pub(crate) fn new(nonce: u64) -> Stories {
        Stories { memory: Mutex::default(), last_id: AtomicU64::new(0), nonce }
    }

    /// The story of this id.
    pub fn get(&self, id: u64) -> Option<Arc<Story>> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.stories.iter().find(|story| story.id == id).cloned()
    }

    /// The story of this trace id.
    pub fn of_trace(&self, trace_id: &str) -> Option<Arc<Story>> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.stories.iter().find(|story| story.trace_id == trace_id).cloned()
    }

    /// The latest stories that are told, newest first.
    pub fn latest(
        &self,
        after: u64,
        limit: usize,
        is_told: impl Fn(&Story) -> bool,
    ) -> Vec<Arc<Story>> {
        let memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        let newer = memory.stories.iter().rev().filter(|story| story.id > after);
        newer.filter(|story| is_told(story)).take(limit).cloned().collect()
    }

    pub(crate) fn ticket(&self) -> Ticket {
        let id = self.last_id.fetch_add(1, Ordering::Relaxed) + 1;
        let seed = self.nonce ^ id.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let n = self.nonce;
        let trace_id = format!(
            "{:08x}-{:04x}-4{:03x}-8{:03x}-{id:012x}",
            n >> 32,
            (n >> 16) & 0xffff,
            (n >> 4) & 0xfff,
            n & 0xfff,
        );
        Ticket { id, trace_id, seed }
    }

    pub(crate) fn keep(&self, story: Arc<Story>) {
        let mut memory = self.memory.lock().unwrap_or_else(PoisonError::into_inner);
        memory.bytes += story.bytes();
        memory.stories.push_back(story);
        while memory.stories.len() > STORIES_MAX || memory.bytes > BYTES_MAX {
            let Some(oldest) = memory.stories.pop_front() else { return };
            memory.bytes -= oldest.bytes();
        }
    }
}

/// Tells a story what became of it.
#[derive(Debug)]
pub struct Receipt {
    pub(crate) hall: Arc<Shared>,
    pub(crate) story: Arc<Story>,
    pub(crate) puts: Vec<tables::PendingPut>,
}

impl Receipt {
    /// What followed from the message is on disk, or none of it is.
    pub fn settle(self, is_kept: bool) {
        self.story.fate.store(if is_kept { 1 } else { 2 }, Ordering::Release);
        if is_kept {
            self.puts.iter().for_each(|put| self.hall.parts.tables.committed(put));
        }
    }
}

/// A story that is being made.
pub(crate) fn begin(ticket: &Ticket, message: &Message, sender: &crate::hall::Sender<'_>) -> Story {
    Story {
        id: ticket.id,
        trace_id: ticket.trace_id.clone(),
        at: sender.at,
        topic: message.topic.as_str().to_owned(),
        payload: message.payload.clone(),
        qos: message.qos,
        client_id: sender.client_id.map(ToString::to_string),
        principal: sender.principal.identifier().to_owned(),
        source_ip: sender.source_ip,
        hops: sender.hops,
        unknown_rule: None,
        rules: Vec::new(),
        seed: ticket.seed,
        properties: message.properties.clone(),
        fate: AtomicU8::new(0),
    }
}
