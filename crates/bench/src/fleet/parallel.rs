//! Work shared by several callers.

use anyhow::Result;
use testkit::Caller;

/// Does `count` pieces of work, each given its number, from several threads with a connection each.
pub(crate) fn in_parallel(
    callers: usize,
    new: impl Fn() -> Caller + Sync,
    count: usize,
    work: impl Fn(&mut Caller, usize) -> Result<()> + Sync,
) -> Result<()> {
    std::thread::scope(|scope| {
        let share = |first: usize| {
            let (new, work) = (&new, &work);
            scope.spawn(move || {
                let mut caller = new();
                (first..count).step_by(callers).try_for_each(|number| work(&mut caller, number))
            })
        };
        let threads: Vec<_> = (0..callers).map(share).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no caller panics"))
    })
}
