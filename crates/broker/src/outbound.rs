//! What waits to be written to one connection.
//!
//! Small packets are gathered into runs, so that one system call carries many of them; a large
//! payload that many connections get is shared and never copied.

use std::collections::VecDeque;
use std::io::IoSlice;

use bytes::Bytes;

/// A payload of at least this size is shared; below, copying costs less than counting references.
pub(crate) const SHARED_PAYLOAD_MIN: usize = 4 * 1_024;

/// The size at which a run is full and the next one begins.
const RUN_MAX: usize = 64 * 1_024;

/// How many pieces one vectored write carries.
pub(crate) const SLICES_MAX: usize = 16;

/// Bytes on their way out, in order.
#[derive(Debug, Default)]
pub(crate) struct Outbound {
    pieces: VecDeque<Piece>,
    len: usize,
    /// How much of the first piece is written already.
    written: usize,
}

#[derive(Debug)]
enum Piece {
    Run(Vec<u8>),
    Shared(Bytes),
}

impl Piece {
    fn bytes(&self) -> &[u8] {
        match self {
            Piece::Run(run) => run,
            Piece::Shared(bytes) => bytes,
        }
    }
}

impl Outbound {
    /// How many bytes wait.
    pub(crate) fn len(&self) -> usize {
        self.len
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Lets `write` append a packet.
    pub(crate) fn append<T>(&mut self, write: impl FnOnce(&mut Vec<u8>) -> T) -> T {
        let run = self.run();
        let before = run.len();
        let result = write(run);
        let grown = run.len() - before;
        self.len += grown;
        result
    }

    /// Appends bytes that others hold too.
    pub(crate) fn share(&mut self, bytes: Bytes) {
        self.len += bytes.len();
        self.pieces.push_back(Piece::Shared(bytes));
    }

    fn run(&mut self) -> &mut Vec<u8> {
        let open = matches!(self.pieces.back(), Some(Piece::Run(run)) if run.len() < RUN_MAX);
        if !open {
            self.pieces.push_back(Piece::Run(Vec::new()));
        }
        match self.pieces.back_mut() {
            Some(Piece::Run(run)) => run,
            _ => unreachable!("a run was pushed if the last piece was none"),
        }
    }

    /// Takes everything from `other`, behind what waits here.
    pub(crate) fn take_from(&mut self, other: &mut Outbound) {
        debug_assert_eq!(other.written, 0, "only the connection's own queue is written from");
        self.len += std::mem::take(&mut other.len);
        self.pieces.append(&mut other.pieces);
    }

    /// The next bytes to write, as at most [`SLICES_MAX`] slices; gives how many there are.
    pub(crate) fn slices<'a>(&'a self, slices: &mut [IoSlice<'a>; SLICES_MAX]) -> usize {
        let mut skip = self.written;
        let mut count = 0;
        for (slot, piece) in slices.iter_mut().zip(&self.pieces) {
            *slot = IoSlice::new(&piece.bytes()[skip..]);
            skip = 0;
            count += 1;
        }
        count
    }

    /// Notes that the first `count` bytes are written. An empty queue holds no memory.
    pub(crate) fn advance(&mut self, count: usize) {
        self.len -= count;
        self.written += count;
        while let Some(first) = self.pieces.front() {
            let size = first.bytes().len();
            if self.written < size {
                return;
            }
            self.written -= size;
            self.pieces.pop_front();
        }
        self.pieces = VecDeque::new();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn bytes(queue: &Outbound) -> Vec<u8> {
        let mut slices = [IoSlice::new(&[]); SLICES_MAX];
        let count = queue.slices(&mut slices);
        slices[..count].iter().flat_map(|slice| slice.to_vec()).collect()
    }

    #[test]
    fn bytes_leave_in_the_order_in_which_they_came() {
        let mut waiting = Outbound::default();
        waiting.append(|run| run.extend(b"one"));
        waiting.append(|run| run.extend(b"two"));
        waiting.share(Bytes::from_static(b"shared"));
        waiting.append(|run| run.extend(b"last"));
        let mut writing = Outbound::default();
        writing.take_from(&mut waiting);
        assert_eq!((waiting.len(), writing.len()), (0, 16));
        assert_eq!(bytes(&writing), b"onetwosharedlast");
        writing.advance(4);
        assert_eq!(bytes(&writing), b"wosharedlast");
        writing.advance(8);
        assert_eq!(bytes(&writing), b"last");
        writing.advance(4);
        assert!(writing.is_empty() && writing.pieces.capacity() == 0);
    }
}
