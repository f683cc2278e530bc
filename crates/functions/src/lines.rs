//! What a worker writes, in lines: for its log, and the end of it for who invoked it.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use logs::{EVENT_BYTES, NewEvent};
use stdx::clock::Clock;
use tokio::net::unix::pipe;

use crate::collector::{Collector, Handed, LogTarget, Piece};

/// AWS's limit for an event of a log; a longer line is cut into several.
const LINE_BYTES_MAX: usize = 256 * 1024 - EVENT_BYTES;

/// What is gathered before it is handed on.
const PIECE_BYTES: usize = 64 * 1024;

/// What may wait here when the store is slow; then the worker waits as well.
const WAITING_BYTES_MAX: usize = 512 * 1024;

/// What one invocation may write. A function that writes without end would fill the disk for all; more
/// than this is left out, and the log says so.
pub(crate) const INVOCATION_BYTES_MAX: usize = 16 * 1024 * 1024;

/// AWS's limit.
const TAIL_BYTES: usize = 4 * 1024;

/// As much as a pipe holds.
const READ_BYTES: usize = 64 * 1024;

#[derive(Debug)]
pub(crate) struct Lines {
    target: Arc<LogTarget>,
    collector: Collector,
    clock: Clock,
    pipe: pipe::Receiver,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    /// A line that has no end yet.
    partial: Vec<u8>,
    events: Vec<NewEvent>,
    waiting_bytes: usize,
    /// What this invocation wrote.
    written_bytes: usize,
    dropped_lines: u64,
    dropped_bytes: u64,
    tail: Option<VecDeque<u8>>,
}

impl Lines {
    pub(crate) fn new(
        target: Arc<LogTarget>,
        collector: Collector,
        clock: Clock,
        pipe: pipe::Receiver,
    ) -> Lines {
        Lines { target, collector, clock, pipe, state: Mutex::default() }
    }

    /// Reads what the worker writes until it closes its end.
    pub(crate) async fn read_on(&self) {
        loop {
            if self.pipe.readable().await.is_err() {
                return;
            }
            let is_open = self.drain();
            self.hand_on_whole_pieces().await;
            if !is_open {
                self.end_line();
                self.hand_on().await;
                return;
            }
        }
    }

    /// Reads what is there now, which is what the worker wrote before it was heard of otherwise. Answers
    /// whether more can come.
    pub(crate) fn drain(&self) -> bool {
        let mut state = self.state();
        let mut buffer = [0; 8 * 1024];
        let mut left = READ_BYTES;
        while left > 0 {
            match self.pipe.try_read(&mut buffer) {
                Ok(0) => return false,
                Ok(count) => {
                    state.take(&buffer[..count], &self.clock);
                    left = left.saturating_sub(count);
                }
                Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
                Err(error) => return error.kind() == std::io::ErrorKind::WouldBlock,
            }
        }
        true
    }

    /// An invocation begins.
    pub(crate) fn begin(&self, line: String, wants_tail: bool) {
        let mut state = self.state();
        state.written_bytes = 0;
        state.tail = wants_tail.then(VecDeque::new);
        state.add(line, &self.clock);
    }

    /// A line of ours.
    pub(crate) fn say(&self, line: String) {
        self.state().add(line, &self.clock);
    }

    /// What was written without the end of a line, is one.
    pub(crate) fn end_line(&self) {
        let mut state = self.state();
        state.end_line(&self.clock);
        if state.dropped_lines > 0 {
            let (lines, bytes) = (state.dropped_lines, state.dropped_bytes);
            (state.dropped_lines, state.dropped_bytes) = (0, 0);
            let most = INVOCATION_BYTES_MAX / 1024 / 1024;
            state.add(
                format!("{lines} lines ({bytes} bytes) were left out: an invocation may write {most} MB\n"),
                &self.clock,
            );
        }
    }

    /// The end of the log of this invocation.
    pub(crate) fn take_tail(&self) -> Option<String> {
        let tail: Vec<u8> = self.state().tail.take()?.into();
        Some(String::from_utf8_lossy(&tail).into_owned())
    }

    /// Hands on what there is if it is much. The rest goes soon, together with what comes until then: each
    /// piece costs the store as much as many lines do.
    pub(crate) fn hand_on_much(&self) {
        if self.state().waiting_bytes >= PIECE_BYTES / 4 {
            self.try_hand_on();
        }
    }

    /// Hands on what there is, if that needs no waiting; else it goes with what comes next.
    pub(crate) fn try_hand_on(&self) {
        let Some(room) = self.collector.room() else { return };
        if let Some(piece) = self.piece() {
            room.send(Handed::Piece(piece));
        }
    }

    async fn hand_on_whole_pieces(&self) {
        let waiting = self.state().waiting_bytes;
        if waiting >= WAITING_BYTES_MAX {
            self.hand_on().await;
        } else if waiting >= PIECE_BYTES {
            self.try_hand_on();
        }
    }

    /// Hands on all that the worker wrote.
    pub(crate) async fn hand_on_all(&self) {
        self.drain();
        self.end_line();
        self.hand_on().await;
    }

    async fn hand_on(&self) {
        while let Some(piece) = self.piece() {
            if !self.collector.hand_in(piece).await {
                return;
            }
        }
    }

    fn piece(&self) -> Option<Piece> {
        let mut state = self.state();
        let mut bytes = 0;
        let fits = |event: &&NewEvent| {
            bytes += event.message.len() + EVENT_BYTES;
            bytes <= LINE_BYTES_MAX + EVENT_BYTES
        };
        let count = state.events.iter().take_while(fits).count();
        if count == 0 {
            return None;
        }
        let events: Vec<NewEvent> = state.events.drain(..count).collect();
        let taken: usize = events.iter().map(|event| event.message.len() + EVENT_BYTES).sum();
        state.waiting_bytes = state.waiting_bytes.saturating_sub(taken);
        Some(Piece { target: Arc::clone(&self.target), events })
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    fn take(&mut self, bytes: &[u8], clock: &Clock) {
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.partial.extend_from_slice(piece);
            if piece.ends_with(b"\n") || self.partial.len() >= LINE_BYTES_MAX / 2 {
                self.end_line(clock);
            }
        }
    }

    fn end_line(&mut self, clock: &Clock) {
        if self.partial.is_empty() {
            return;
        }
        let line = String::from_utf8_lossy(&self.partial).into_owned();
        self.partial.clear();
        self.written_bytes += line.len();
        if self.written_bytes > INVOCATION_BYTES_MAX {
            self.dropped_lines += 1;
            self.dropped_bytes += line.len() as u64;
            return;
        }
        self.add(line, clock);
    }

    fn add(&mut self, line: String, clock: &Clock) {
        if let Some(tail) = &mut self.tail {
            tail.extend(line.as_bytes());
            let over = tail.len().saturating_sub(TAIL_BYTES);
            tail.drain(..over);
        }
        self.waiting_bytes += line.len() + EVENT_BYTES;
        self.events.push(NewEvent { at: clock.now(), message: line });
    }
}
