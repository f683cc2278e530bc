//! Requests from many connections at once.

use anyhow::Result;
use serde_json::Value;
use testkit::{Caller, Request};

/// Each has its share of the connections. A thread for each connection would be woken for each
/// answer, and the kernel counts what waking costs as the server's: on this machine a quarter of what
/// a request costs.
const THREADS: usize = 2;

/// A kind of request.
pub(crate) struct Work<R, C> {
    /// Makes the request of a number.
    pub(crate) request: R,
    /// Looks at its answer.
    pub(crate) check: C,
}

/// Asks from so many connections, with one request under way on each, until there are no numbers left.
pub(crate) fn in_parallel<R, C>(
    connections: usize,
    new: impl Fn() -> Caller + Sync,
    next: impl Fn() -> Option<u64> + Sync,
    work: &Work<R, C>,
) -> Result<()>
where
    R: Fn(u64) -> Request + Sync,
    C: Fn(&Value) -> Result<()> + Sync,
{
    std::thread::scope(|scope| {
        let share = |thread: usize| {
            let (new, next) = (&new, &next);
            scope.spawn(move || {
                let callers = (thread..connections).step_by(THREADS).map(|_| new());
                take_turns(callers.collect(), next, work)
            })
        };
        let threads: Vec<_> = (0..THREADS).map(share).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no caller panics"))
    })
}

fn take_turns<R, C>(
    mut callers: Vec<Caller>,
    next: impl Fn() -> Option<u64>,
    work: &Work<R, C>,
) -> Result<()>
where
    R: Fn(u64) -> Request,
    C: Fn(&Value) -> Result<()>,
{
    let mut under_way: Vec<Option<Request>> = vec![None; callers.len()];
    loop {
        for (caller, sent) in callers.iter_mut().zip(&mut under_way) {
            if let Some(request) = sent.take() {
                (work.check)(&caller.receive(&request)?)?;
            }
            if let Some(number) = next() {
                caller.send(sent.insert((work.request)(number)))?;
            }
        }
        if under_way.iter().all(Option::is_none) {
            return Ok(());
        }
    }
}

/// The numbers below `count`, once each.
pub(crate) fn numbers(count: usize) -> impl Fn() -> Option<u64> + Sync {
    let next = std::sync::atomic::AtomicU64::new(0);
    move || {
        let number = next.fetch_add(1, std::sync::atomic::Ordering::Relaxed);
        (number < count as u64).then_some(number)
    }
}

/// For answers that say nothing but that it was done.
pub(crate) fn done(_: &Value) -> Result<()> {
    Ok(())
}
