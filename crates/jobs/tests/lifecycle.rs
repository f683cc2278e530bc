//! Whole jobs in memory on virtual time: whatever happens, the books are right.

mod world;

use jobs::{
    AbortCriterion, AbortFailure, Cancellation, Config, ExecutionStatus, JobStatus, RetryCriterion,
    RetryFailure, RolloutConfig, Turn, Waiting,
};
use proptest::prelude::*;

use crate::world::{Event, World};

const MINUTE: u64 = 60_000;

fn config() -> Config {
    Config {
        rollout: RolloutConfig { maximum_per_minute: Some(10), exponential: None },
        in_progress_timeout_mins: Some(5),
        retry: vec![RetryCriterion { failure: RetryFailure::All, retries_max: 2 }],
        ..Config::default()
    }
}

#[test]
fn ten_a_minute_reach_a_hundred_in_ten_minutes() {
    let mut world = World::new(config(), 100);
    let mut told = Vec::new();
    for minute in 0..10 {
        world.run_until(minute * MINUTE);
        told.push(world.executions.len());
    }
    assert_eq!(told, [10, 20, 30, 40, 50, 60, 70, 80, 90, 100]);
    let waiting = Waiting::of_thing(&world.job, &world.progress);
    assert_eq!(waiting, Waiting::Cancellation, "nobody waits to be told any more");
}

#[test]
fn an_unfinished_execution_says_what_it_waits_for() {
    let mut world = World::new(config(), 11);
    world.run_until(0);
    assert_eq!(
        Waiting::of_thing(&world.job, &world.progress),
        Waiting::Rollout { until: Some(MINUTE) }
    );
    let of = |world: &World, thing: usize| {
        Waiting::of_execution(world.execution(thing).expect("told"), &world.job)
    };
    assert_eq!(of(&world, 0), Some(Waiting::Device { until: None }));
    world.happen(&Event::Report { thing: 0, status: ExecutionStatus::InProgress, minutes: None });
    assert_eq!(of(&world, 0), Some(Waiting::Report { until: Some(5 * MINUTE) }));
    world.happen(&Event::Report { thing: 0, status: ExecutionStatus::Succeeded, minutes: None });
    assert_eq!(of(&world, 0), None);
}

#[test]
fn too_many_failures_cancel_the_rest() {
    let abort = AbortCriterion {
        failure: AbortFailure::Failed,
        threshold_percent: 20.0,
        executed_things_min: 10,
    };
    let config = Config { abort: vec![abort], retry: Vec::new(), ..config() };
    let mut world = World::new(config, 100);
    world.run_until(0);
    for thing in 0..2 {
        let status = ExecutionStatus::Failed;
        world.happen(&Event::Report { thing, status, minutes: None });
    }
    world.run_until(0);
    assert_eq!(world.job.status, JobStatus::Canceled);
    assert_eq!(world.count(ExecutionStatus::Canceled), 8);
    assert_eq!(world.executions.len(), 10, "nobody else was told");
}

fn event(things: usize) -> impl Strategy<Value = Event> {
    let thing = 0..things;
    let status = prop::sample::select(ExecutionStatus::ALL.to_vec());
    let minutes = prop::option::of(prop::sample::select(vec![-1_i64, 1, 3, 100]));
    prop_oneof![
        8 => (thing.clone(), status, minutes)
            .prop_map(|(thing, status, minutes)| Event::Report { thing, status, minutes }),
        1 => (thing.clone(), any::<bool>())
            .prop_map(|(thing, force)| Event::CancelExecution { thing, force }),
        1 => thing.prop_map(|thing| Event::Remove { thing }),
        4 => (0_u64..10 * MINUTE).prop_map(|millis| Event::Pass { millis }),
        4 => Just(Event::Turn),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    /// Any sequence of events: counters equal executions, versions rise, what is over stays over
    /// ([`World::happen`] checks all that), and the job ends once every device does something.
    #[test]
    fn whatever_happens_the_books_are_right(
        events in prop::collection::vec(event(25), 0..120),
        forced in prop::option::of(any::<bool>()),
    ) {
        let mut world = World::new(config(), 25);
        for event in &events {
            world.happen(event);
        }
        if let Some(force) = forced {
            let how = Cancellation { force, ..Cancellation::default() };
            world.cancel(&how);
        }
        world.run_to_the_end();
        prop_assert!(matches!(world.job.status, JobStatus::Completed | JobStatus::Canceled));
        prop_assert!(world.waiting.is_empty());
        prop_assert_eq!(world.progress.counters.pending(), 0);
        prop_assert_eq!(world.progress.turn(&world.job, world.now), Turn::Wait { until: None });
        if world.job.status == JobStatus::Completed {
            prop_assert_eq!(world.executions.len(), 25, "every thing had its execution");
        }
    }
}
