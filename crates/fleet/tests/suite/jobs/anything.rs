//! Whatever happens in whichever order, power failures among it, the books are right.

use std::collections::BTreeMap;

use fleet::{ExecutionKey, NewJob};
use jobs::ExecutionStatus::{Failed, InProgress, Rejected, Succeeded};
use jobs::{Cancellation, ExecutionStatus, TargetSelection};
use model::{JobId, ThingGroupName};
use proptest::prelude::*;
use registry::NewThingGroup;
use stdx::task::block_on;

use crate::jobs::works::{MINUTE, START, Works, careful, job_id, new_job, thing};

const THINGS: usize = 6;

#[derive(Clone, Debug)]
enum Event {
    Begin(usize),
    Report(usize, usize, ExecutionStatus),
    CancelExecution(usize, usize, bool),
    DeleteExecution(usize, usize),
    CancelJob(usize, bool),
    DeleteJob(usize),
    Join(usize),
    Leave(usize),
    DeleteThing(usize),
    AddThing(usize),
    Pass(u64),
    Step,
    /// So many commits more, then none, until the house is opened again.
    Crash(usize),
}

fn event() -> impl Strategy<Value = Event> {
    let thing = 0..THINGS;
    let job = 0..2_usize;
    let status = prop::sample::select(vec![InProgress, Succeeded, Failed, Rejected]);
    prop_oneof![
        4 => thing.clone().prop_map(Event::Begin),
        6 => (thing.clone(), job.clone(), status).prop_map(|(t, j, s)| Event::Report(t, j, s)),
        1 => (thing.clone(), job.clone(), any::<bool>())
            .prop_map(|(t, j, force)| Event::CancelExecution(t, j, force)),
        1 => (thing.clone(), job.clone()).prop_map(|(t, j)| Event::DeleteExecution(t, j)),
        1 => (job.clone(), any::<bool>()).prop_map(|(j, force)| Event::CancelJob(j, force)),
        1 => job.prop_map(Event::DeleteJob),
        3 => thing.clone().prop_map(Event::Join),
        3 => thing.clone().prop_map(Event::Leave),
        1 => thing.clone().prop_map(Event::DeleteThing),
        2 => thing.prop_map(Event::AddThing),
        2 => (0..7 * MINUTE).prop_map(Event::Pass),
        8 => Just(Event::Step),
        3 => (0..4_usize).prop_map(Event::Crash),
    ]
}

fn jobs() -> [JobId; 2] {
    ["once", "always"].map(job_id)
}

fn group() -> ThingGroupName {
    ThingGroupName::new("group").expect("a name")
}

fn works() -> Works {
    let works = Works::with_things(THINGS);
    let new = NewThingGroup {
        name: group(),
        parent: None,
        description: None,
        attributes: BTreeMap::new(),
        tags: BTreeMap::new(),
    };
    block_on(works.fleet.registry().create_thing_group(new, START)).expect("created");
    let once = NewJob { config: careful(2), ..new_job("once", 0..THINGS) };
    block_on(works.fleet.create_job(once)).expect("created");
    let always = NewJob {
        targets: vec!["arn:aws:iot:us-east-1:000000000000:thinggroup/group".to_owned()],
        target_selection: TargetSelection::Continuous,
        config: careful(3),
        ..new_job("always", [])
    };
    block_on(works.fleet.create_job(always)).expect("created");
    works
}

/// What is refused, or fails for lack of power, is refused; nothing else is expected of it here.
fn happen(works: &mut Works, event: &Event) {
    let (fleet, ids) = (works.fleet.clone(), jobs());
    let registry = fleet.registry();
    let key = |number: usize, job: usize| ExecutionKey {
        job: ids[job].clone(),
        thing: thing(number),
        number: None,
    };
    match *event {
        Event::Begin(number) => drop(works.begin(&thing(number))),
        Event::Report(number, job, status) => {
            works.report(&thing(number), &ids[job], status);
        }
        Event::CancelExecution(number, job, force) => {
            drop(block_on(fleet.cancel_execution(&key(number, job), force, None, None)));
        }
        Event::DeleteExecution(number, job) => {
            drop(block_on(fleet.delete_execution(&key(number, job), true)));
        }
        Event::CancelJob(job, force) => {
            let how = Cancellation { force, ..Cancellation::default() };
            drop(block_on(fleet.cancel_job(&ids[job], &how)));
        }
        Event::DeleteJob(job) => drop(block_on(fleet.delete_job(&ids[job], true))),
        Event::Join(number) => {
            drop(block_on(registry.add_thing_to_group(&thing(number), &group())));
        }
        Event::Leave(number) => {
            drop(block_on(registry.remove_thing_from_group(&thing(number), &group())));
        }
        Event::DeleteThing(number) => drop(block_on(registry.delete_thing(&thing(number), None))),
        Event::AddThing(number) => works.add_thing(&thing(number)),
        Event::Pass(millis) => works.hands.set(works.now() + millis),
        Event::Step => drop(block_on(fleet.step_jobs(works.now()))),
        Event::Crash(commits) => *works = works.again(commits),
    }
    if !works.post.has_power() {
        *works = works.again(usize::MAX);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn the_books_are_right(events in prop::collection::vec(event(), 0..60)) {
        let mut works = works();
        for event in &events {
            happen(&mut works, event);
            for id in jobs() {
                works.check_books_if_there(&id, THINGS);
            }
        }
        let works = works.again(usize::MAX);
        works.settle();
        for id in jobs() {
            if works.fleet.describe_job(&id).is_ok() {
                works.check_books(&id, THINGS);
            } else {
                works.check_nothing_is_left_of(&id, THINGS);
            }
        }
        // Whoever is in the group of a job that lives is told of it, three a minute.
        for _ in 0..THINGS {
            works.hands.set(works.now() + MINUTE);
            works.settle();
        }
        let view = works.fleet.registry().jobs();
        let id = job_id("always");
        let lives = view.job(&id).expect("read").is_some_and(|held| held.job.rules().may_start);
        for number in 0..THINGS {
            let is_in = !view.groups_around(&thing(number)).expect("read").is_empty();
            let was_told = view.execution(&id, &thing(number)).expect("read").is_some();
            let was_deleted = events.iter().any(|event| {
                matches!(event, Event::DeleteExecution(one, 1) if *one == number)
            });
            prop_assert!(!lives || !is_in || was_told || was_deleted, "{number} was forgotten");
        }
    }
}
