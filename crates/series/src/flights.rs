//! Records that are being written: who writes a row that another call is writing waits until that is
//! decided, so that what it finds stored is the truth that it is answered with.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Poll, Waker};

use hashbrown::HashMap;
use smallvec::SmallVec;

use crate::rows::Rows;
use crate::standing::Memory;

/// The oldest and the newest time of a series.
type Span = (i64, i64);

#[derive(Debug, Default)]
pub(crate) struct Flights(Mutex<Air>);

#[derive(Debug, Default)]
struct Air {
    /// By the hash of the series: two that share one wait for each other and no more.
    spans: HashMap<u64, SmallVec<[Span; 1]>>,
    /// Calls that wait; they are bounded by their doors.
    waiting: Vec<Waker>,
}

/// Rows that are under way as long as this lives.
#[derive(Debug)]
pub(crate) struct Flight {
    memory: Arc<Memory>,
    spans: Vec<(u64, Span)>,
}

impl Flight {
    /// Waits until nobody writes rows of these times, all at once, so that no two calls wait for
    /// each other.
    pub(crate) async fn of(memory: &Arc<Memory>, rows: &Rows<'_>) -> Flight {
        let spans = rows.series.iter().map(|series| (series.hash, (series.oldest, series.newest)));
        let spans: Vec<(u64, Span)> = spans.collect();
        std::future::poll_fn(|context| {
            let mut air = memory.flights.lock();
            if spans.iter().any(|(series, span)| air.has(*series, *span)) {
                air.waiting.push(context.waker().clone());
                return Poll::Pending;
            }
            for (series, span) in &spans {
                air.spans.entry(*series).or_default().push(*span);
            }
            Poll::Ready(())
        })
        .await;
        Flight { memory: Arc::clone(memory), spans }
    }
}

impl Drop for Flight {
    fn drop(&mut self) {
        let mut air = self.memory.flights.lock();
        for (series, span) in &self.spans {
            air.land(*series, *span);
        }
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

impl Air {
    fn has(&self, series: u64, (oldest, newest): Span) -> bool {
        let spans = self.spans.get(&series).into_iter().flatten();
        spans.into_iter().any(|(from, until)| *from <= newest && oldest <= *until)
    }

    fn land(&mut self, series: u64, span: Span) {
        let Some(spans) = self.spans.get_mut(&series) else { return };
        if let Some(place) = spans.iter().position(|it| *it == span) {
            spans.swap_remove(place);
        }
        if spans.is_empty() {
            self.spans.remove(&series);
        }
    }
}
