//! The queue on disk of a persistent session, as far as memory must know it.

use sessions::{Sessions, SessionsError};

/// The queue on disk of a persistent session.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Queue {
    pub(crate) number: u64,
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
    pub(super) bytes_so_far: u64,
    /// All entries below are sent or in `pending`.
    pub(super) loaded_to: u64,
    /// Entries below may have been sent before, so they go out marked as duplicates.
    pub(super) sent_to: u64,
    /// Whether there may be entries from `loaded_to` on that only the disk has.
    pub(super) behind: bool,
}

/// A place in a queue.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Reserved {
    pub(crate) number: u64,
    pub(crate) seq: u64,
    pub(crate) bytes_so_far: u64,
}

/// The bounds of a queue on disk.
#[derive(Clone, Copy, Debug)]
pub(crate) struct QueueLimits {
    pub(crate) messages: u64,
    pub(crate) bytes: u64,
}

impl Queue {
    pub(crate) fn new(number: u64) -> Queue {
        Queue {
            number,
            messages: 0,
            bytes: 0,
            bytes_so_far: 0,
            loaded_to: 0,
            sent_to: 0,
            behind: false,
        }
    }

    /// Begins again at the oldest entry; what was sent before, all below `unsent`, is sent as a
    /// duplicate.
    pub(super) fn start_over(&mut self, unsent: Option<u64>) {
        self.sent_to = self.sent_to.max(unsent.unwrap_or(self.loaded_to));
        self.loaded_to = 0;
        self.behind = true;
    }

    /// The queue as the last start of the server left it. What of it was sent is not known; at
    /// most `window` messages were.
    pub(crate) fn load(
        sessions: &Sessions,
        number: u64,
        window: u16,
    ) -> Result<Queue, SessionsError> {
        let ends = sessions.queue_ends(number)?;
        let mut queue = Queue::new(number);
        if let Some((first, last)) = ends.seqs {
            // Numbers of several starts lie far apart; within one they are dense.
            queue.messages = (last - first + 1).min(sessions.count_queue(number)?);
            queue.bytes = ends.bytes;
            queue.bytes_so_far = ends.bytes_so_far;
            queue.sent_to = first + u64::from(window);
        }
        Ok(queue)
    }
}
