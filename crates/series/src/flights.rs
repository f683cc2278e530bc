//! Records that are being written: who writes a row that another call is writing waits until that is
//! decided, so that what it finds stored is the truth that it is answered with.
//!
//! Nearly all rows are newer than all of their series, and nobody else's: a call takes its place in the
//! line while it holds the frontier, and looks at those before it only if it has rows that are not. Of two
//! calls with one row the later is always such a one, since the earlier moved the frontier; and as calls
//! wait for earlier ones only, none waits for another that waits for it.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use hashbrown::HashMap;

use crate::frontier::Frontier;
use crate::rows::{Rows, SeriesDraft};
use crate::standing::Memory;

#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<Air>);

#[derive(Debug, Default)]
struct Air {
    /// Those that are under way; they are bounded by their doors.
    calls: Vec<Call>,
    /// The number of the next one.
    next: u64,
    /// Calls that wait.
    waiting: Vec<Waker>,
}

#[derive(Debug)]
struct Call {
    number: u64,
    spans: Vec<Span>,
}

/// The times of a series that a call writes.
#[derive(Clone, Copy, Debug)]
struct Span {
    /// The hash of the series: two that share one wait for each other and no more.
    series: u64,
    oldest: i64,
    newest: i64,
}

/// Rows that are under way as long as this lives.
#[derive(Debug)]
pub(crate) struct Flight {
    memory: Arc<Memory>,
    number: u64,
}

impl Flight {
    /// Takes its place behind those who moved the frontier before. Answers what is late of its rows, too.
    pub(crate) fn begin(
        memory: &Arc<Memory>,
        rows: &Rows<'_>,
        frontier: &mut Frontier,
    ) -> (Flight, Vec<usize>) {
        let mut air = memory.flights.lock();
        let number = air.next;
        air.next += 1;
        air.calls.push(Call { number, spans: rows.series.iter().map(Span::of).collect() });
        drop(air);
        (Flight { memory: Arc::clone(memory), number }, frontier.late_rows(rows))
    }

    /// Waits until no earlier call writes rows of the times of these.
    pub(crate) async fn wait_for_earlier(&self, rows: &Rows<'_>, late: &[usize]) {
        let series =
            late.iter().map(|place| Span::of(&rows.series[rows.rows[*place].series as usize]));
        let late: HashMap<u64, Span> = series.map(|span| (span.series, span)).collect();
        std::future::poll_fn(|context| {
            let mut air = self.memory.flights.lock();
            let mut earlier = air.calls.iter().filter(|call| call.number < self.number);
            if !earlier.any(|call| call.writes_any_of(&late)) {
                return Poll::Ready(());
            }
            air.waiting.push(context.waker().clone());
            Poll::Pending
        })
        .await;
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut air = self.memory.flights.lock();
        air.calls.retain(|call| call.number != self.number);
        let waiting = std::mem::take(&mut air.waiting);
        drop(air);
        waiting.into_iter().for_each(Waker::wake);
    }
}

impl Flights {
    fn lock(&self) -> MutexGuard<'_, Air> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Call {
    fn writes_any_of(&self, late: &HashMap<u64, Span>) -> bool {
        let overlaps =
            |own: &Span, other: &Span| own.oldest <= other.newest && other.oldest <= own.newest;
        self.spans.iter().any(|own| late.get(&own.series).is_some_and(|other| overlaps(own, other)))
    }
}

impl Span {
    fn of(draft: &SeriesDraft) -> Span {
        Span { series: draft.hash, oldest: draft.oldest, newest: draft.newest }
    }
}
