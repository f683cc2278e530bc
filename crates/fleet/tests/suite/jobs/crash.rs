//! Power that goes between any two commits.

use jobs::ExecutionStatus::{Failed, Succeeded, TimedOut};
use jobs::{Cancellation, JobStatus};
use stdx::task::block_on;

use crate::jobs::works::{MINUTE, START, Works, careful, job_id, new_job, thing};

const THINGS: usize = 12;

/// One life: until all is done, or the power goes.
fn live(works: &Works) {
    let id = job_id("update");
    let mut new = new_job("update", 0..THINGS);
    new.config = careful(5);
    // One that was made in an earlier life is there already.
    let _ = block_on(works.fleet.create_job(new));
    while works.post.has_power() {
        works.settle();
        let mut is_idle = true;
        for number in 0..THINGS {
            let name = thing(number);
            let Some(attempt) = works.begin(&name) else { continue };
            is_idle &= match number {
                3 if attempt == 1 => !works.report(&name, &id, Failed),
                4 => true,
                _ => !works.report(&name, &id, Succeeded),
            };
        }
        match works.settle() {
            Some(due_at) if is_idle => works.hands.set(due_at),
            None if is_idle => return,
            _ => {}
        }
    }
}

#[test]
fn nothing_is_lost_or_doubled_wherever_the_power_goes() {
    let mut lives = Vec::new();
    for commits in 1.. {
        let first = Works::with_things(THINGS);
        let works = first.again(commits);
        live(&works);
        works.check_books_if_there(&job_id("update"), THINGS);
        let second = works.again(usize::MAX);
        live(&second);
        let id = job_id("update");
        second.check_books(&id, THINGS);
        let counters = second.counters(&id);
        assert_eq!(second.status(&id), JobStatus::Completed, "after {commits} commits");
        assert_eq!((counters.of(Succeeded), counters.of(TimedOut)), (11, 1));
        lives.push(works.post.has_power());
        if works.post.has_power() {
            break;
        }
    }
    assert!(lives.len() > 40, "the first life had {} commits only", lives.len());
}

#[test]
fn a_cancellation_and_a_deletion_go_on_after_a_crash() {
    for commits in 0..12 {
        let works = Works::with_things(THINGS);
        let id = job_id("update");
        block_on(works.fleet.create_job(new_job("update", 0..THINGS))).expect("created");
        works.settle();
        works.begin(&thing(0)).expect("begun");
        let dying = works.again(commits);
        let _ = block_on(dying.fleet.cancel_job(&id, &Cancellation::default()));
        dying.settle();
        let again = works.again(usize::MAX);
        // In a life that ended before the first commit nothing was canceled.
        let _ = block_on(again.fleet.cancel_job(&id, &Cancellation::default()));
        again.settle();
        again.check_books(&id, THINGS);
        assert_eq!(again.counters(&id).pending(), 1);
        let dying = again.again(commits);
        let _ = block_on(dying.fleet.delete_job(&id, true));
        dying.settle();
        let last = works.again(usize::MAX);
        let _ = block_on(last.fleet.delete_job(&id, true));
        assert_eq!(last.settle(), None);
        assert!(last.fleet.describe_job(&id).is_err(), "after {commits} commits");
        last.check_nothing_is_left(&id, THINGS);
        last.hands.set(START + 100 * MINUTE);
        assert_eq!(last.settle(), None);
    }
}
