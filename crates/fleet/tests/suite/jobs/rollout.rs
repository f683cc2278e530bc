//! Whole rollouts.

use fleet::ConfigChoice;
use jobs::ExecutionStatus::{Canceled, Failed, InProgress, Queued, Removed, Succeeded, TimedOut};
use jobs::{AbortCriterion, AbortFailure, Cancellation, EndBehavior, JobStatus, Schedule, Waiting};
use stdx::task::block_on;

use crate::jobs::works::{MINUTE, START, Works, careful, job_id, new_job, thing};

#[test]
fn ten_a_minute_on_a_hundred_things_of_which_some_fail_and_some_vanish() {
    let works = Works::with_things(100);
    let mut new = new_job("update", 0..100);
    new.config = careful(10);
    let id = new.id.clone();
    block_on(works.fleet.create_job(new)).expect("created");
    let mut told = Vec::new();
    for minute in 0..40 {
        works.hands.set(START + minute * MINUTE);
        works.settle();
        told.push(works.counters(&id).total());
        for number in 0..100 {
            let name = thing(number);
            let Some(attempt) = works.begin(&name) else { continue };
            let is_first = attempt == 1;
            match number {
                // Fails once, then succeeds.
                7 | 33 | 71 if is_first => assert!(works.report(&name, &id, Failed)),
                // Never heard of again.
                20 | 55 => {}
                _ => assert!(works.report(&name, &id, Succeeded)),
            }
        }
        works.settle();
        works.check_books(&id, 100);
    }
    let expected: Vec<u64> = (1..=40).map(|minute| (minute * 10).min(100)).collect();
    assert_eq!(told, expected);
    let counters = works.counters(&id);
    assert_eq!((counters.of(Succeeded), counters.of(TimedOut)), (98, 2));
    assert_eq!(works.status(&id), JobStatus::Completed);
    let view = works.fleet.registry().jobs();
    let retried = view.execution(&id, &thing(7)).expect("read").expect("there").execution;
    assert_eq!((retried.number, retried.retries.failed), (2, 1));
    let vanished = view.execution(&id, &thing(20)).expect("read").expect("there").execution;
    assert_eq!((vanished.number, vanished.retries.timed_out), (3, 2));
    assert_eq!(works.settle(), None, "nothing is due of a job that is over");
}

#[test]
fn a_waiting_thing_says_what_it_waits_for_and_until_when() {
    let works = Works::with_things(3);
    let mut new = new_job("slow", 0..3);
    new.config = careful(2);
    let id = new.id.clone();
    block_on(works.fleet.create_job(new)).expect("created");
    assert_eq!(works.settle(), Some(START + MINUTE));
    works.begin(&thing(0)).expect("begun");
    let waiting = works.fleet.waiting_of_job(&id, 10).expect("read");
    let shown: Vec<(String, Waiting)> =
        waiting.into_iter().map(|waiting| (waiting.thing.to_string(), waiting.waiting)).collect();
    let expected = [
        ("thing-000", Waiting::Report { until: Some(START + 5 * MINUTE) }),
        ("thing-001", Waiting::Device { until: None }),
        ("thing-002", Waiting::Rollout { until: Some(START + MINUTE) }),
    ];
    assert_eq!(shown, expected.map(|(thing, waiting)| (thing.to_owned(), waiting)));
}

#[test]
fn a_fifth_that_fails_aborts_the_job() {
    let works = Works::with_things(50);
    let mut new = new_job("bad", 0..50);
    let criterion = AbortCriterion {
        failure: AbortFailure::Failed,
        threshold_percent: 20.0,
        executed_things_min: 10,
    };
    new.config =
        ConfigChoice { abort: Some(vec![criterion]), retry: Some(Vec::new()), ..careful(10) };
    let id = new.id.clone();
    block_on(works.fleet.create_job(new)).expect("created");
    works.settle();
    works.begin(&thing(5)).expect("begun");
    assert!(works.report(&thing(0), &id, Failed));
    works.settle();
    assert_eq!(works.status(&id), JobStatus::InProgress, "one of ten");
    assert!(works.report(&thing(1), &id, Failed));
    works.settle();
    assert_eq!(works.status(&id), JobStatus::Canceled);
    let counters = works.counters(&id);
    let counts = [Failed, InProgress, Canceled].map(|status| counters.of(status));
    assert_eq!(counts, [2, 1, 7], "who has begun may go on, and nobody else is told");
    works.check_books(&id, 50);
    works.hands.set(START + 10 * MINUTE);
    works.settle();
    assert_eq!(works.counters(&id).of(TimedOut), 1, "and is timed out as ever");
}

#[test]
fn force_cancels_what_has_begun() {
    let works = Works::with_things(6);
    let id = job_id("stop");
    block_on(works.fleet.create_job(new_job("stop", 0..6))).expect("created");
    works.settle();
    for number in 0..3 {
        works.begin(&thing(number)).expect("begun");
    }
    assert!(works.report(&thing(0), &id, Succeeded));
    let how = Cancellation { force: false, ..Cancellation::default() };
    block_on(works.fleet.cancel_job(&id, &how)).expect("canceled");
    assert!(works.begin(&thing(4)).is_none(), "nothing begins any more, even before the sweep");
    works.settle();
    let counters = works.counters(&id);
    assert_eq!([InProgress, Canceled, Succeeded].map(|s| counters.of(s)), [2, 3, 1]);
    assert!(block_on(works.fleet.cancel_job(&id, &how)).is_err(), "once is enough");
    let how = Cancellation { force: true, comment: Some("now".to_owned()), ..how };
    let job = block_on(works.fleet.cancel_job(&id, &how)).expect("canceled");
    assert!(job.force_canceled);
    assert!(!works.report(&thing(1), &id, Succeeded));
    works.settle();
    let counters = works.counters(&id);
    assert_eq!([InProgress, Canceled, Succeeded].map(|s| counters.of(s)), [0, 5, 1]);
    works.check_books(&id, 6);
}

#[test]
fn a_schedule_begins_and_ends_a_job() {
    let works = Works::with_things(4);
    let schedule = |end_behavior| Schedule {
        start_at: Some(START + 60 * MINUTE),
        end_at: Some(START + 120 * MINUTE),
        end_behavior: Some(end_behavior),
    };
    for (name, behavior) in [
        ("stop", EndBehavior::StopRollout),
        ("cancel", EndBehavior::Cancel),
        ("force", EndBehavior::ForceCancel),
    ] {
        let mut new = new_job(name, 0..4);
        new.config = ConfigChoice { in_progress_timeout_mins: Some(600), ..careful(3) };
        new.schedule = schedule(behavior);
        block_on(works.fleet.create_job(new)).expect("created");
    }
    works.settle();
    assert_eq!(works.status(&job_id("stop")), JobStatus::Scheduled);
    assert_eq!(works.counters(&job_id("stop")).total(), 0);
    works.hands.set(START + 60 * MINUTE);
    works.settle();
    for id in ["stop", "cancel", "force"].map(job_id) {
        assert_eq!(works.counters(&id).of(Queued), 3, "{id}");
        assert!(works.report(&thing(0), &id, InProgress));
    }
    works.hands.set(START + 120 * MINUTE);
    works.settle();
    let counts = |id: &str| {
        let counters = works.counters(&job_id(id));
        [Queued, InProgress, Canceled].map(|status| counters.of(status))
    };
    // At that very time the end comes before the rollout.
    assert_eq!(counts("stop"), [2, 1, 0]);
    assert_eq!(counts("cancel"), [0, 1, 2]);
    assert_eq!(counts("force"), [0, 0, 3]);
    assert_eq!(works.status(&job_id("stop")), JobStatus::InProgress);
    for number in 0..3 {
        assert!(works.report(&thing(number), &job_id("stop"), Succeeded));
    }
    works.settle();
    assert_eq!(works.status(&job_id("stop")), JobStatus::Completed);
}

#[test]
fn a_deleted_thing_is_not_told() {
    let works = Works::with_things(3);
    let mut new = new_job("update", 0..3);
    new.config = careful(1);
    let id = new.id.clone();
    block_on(works.fleet.create_job(new)).expect("created");
    works.settle();
    block_on(works.fleet.registry().delete_thing(&thing(1), None)).expect("deleted");
    works.hands.set(START + MINUTE);
    works.settle();
    assert!(works.report(&thing(0), &id, Succeeded) && works.report(&thing(2), &id, Succeeded));
    works.settle();
    assert_eq!(works.status(&id), JobStatus::Completed);
    assert_eq!(works.counters(&id).total(), 2);
    assert_eq!(works.counters(&id).of(Removed), 0);
}

#[test]
fn a_timer_that_runs_out_while_its_job_is_deleted_holds_up_nothing() {
    let works = Works::with_things(1);
    let mut new = new_job("update", [0]);
    new.config = careful(10);
    let id = new.id.clone();
    block_on(works.fleet.create_job(new)).expect("created");
    works.settle();
    works.begin(&thing(0)).expect("begun");
    block_on(works.fleet.delete_job(&id, true)).expect("deleting");
    works.hands.set(START + 5 * MINUTE);
    assert_eq!(works.settle(), None);
    works.check_nothing_is_left(&id, 1);
}
