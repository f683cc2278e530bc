//! Jobs for groups, whose things come and go.

use std::collections::BTreeMap;

use fleet::{ConfigChoice, NewJob};
use jobs::ExecutionStatus::{Queued, Removed, Succeeded};
use jobs::{JobStatus, TargetSelection};
use model::ThingGroupName;
use registry::{EventType, NewThingGroup};
use stdx::task::block_on;

use crate::jobs::works::{MINUTE, START, Works, careful, job_id, new_job, thing};

fn group(text: &str) -> ThingGroupName {
    ThingGroupName::new(text).expect("a name")
}

/// A house with a floor above which there are rooms, and things in both.
fn works(count: usize) -> Works {
    let works = Works::with_things(count);
    for (name, parent) in [("floor", None), ("room", Some("floor"))] {
        let new = NewThingGroup {
            name: group(name),
            parent: parent.map(group),
            description: None,
            attributes: BTreeMap::new(),
            tags: registry::Tags::default(),
        };
        let created = works.fleet.registry().create_thing_group(new, START);
        block_on(created).expect("created");
    }
    works
}

fn join(works: &Works, number: usize, name: &str) {
    let (thing, group) = (thing(number), group(name));
    block_on(works.fleet.registry().add_thing_to_group(&thing, &group)).expect("joined");
}

fn leave(works: &Works, number: usize, name: &str) {
    let (thing, group) = (thing(number), group(name));
    block_on(works.fleet.registry().remove_thing_from_group(&thing, &group)).expect("left");
}

fn create(works: &Works, id: &str, target_selection: TargetSelection) {
    create_with(works, id, target_selection, ConfigChoice::default());
}

fn create_with(works: &Works, id: &str, target_selection: TargetSelection, config: ConfigChoice) {
    let mut new = NewJob { config, ..new_job(id, []) };
    new.targets = vec!["arn:aws:iot:us-east-1:000000000000:thinggroup/floor".to_owned()];
    new.target_selection = target_selection;
    block_on(works.fleet.create_job(new)).expect("created");
    works.settle();
}

#[test]
fn a_snapshot_tells_who_is_in_the_group_and_in_those_below_it() {
    let works = works(600);
    for number in 0..300 {
        join(&works, number, if number % 2 == 0 { "floor" } else { "room" });
    }
    create(&works, "once", TargetSelection::Snapshot);
    let id = job_id("once");
    assert_eq!(works.counters(&id).of(Queued), 300);
    join(&works, 400, "room");
    works.settle();
    assert_eq!(works.counters(&id).total(), 300, "who comes later is too late");
    leave(&works, 1, "room");
    works.settle();
    assert_eq!(works.counters(&id).of(Queued), 300, "who leaves is still to do it");
    works.check_books(&id, 600);
}

#[test]
fn all_that_wait_are_found() {
    let works = works(300);
    for number in 0..300 {
        join(&works, number, "floor");
    }
    create_with(&works, "slow", TargetSelection::Snapshot, careful(20));
    let id = job_id("slow");
    assert_eq!(works.counters(&id).of(Queued), 20);
    let found = |limit| works.fleet.waiting_of_job(&id, limit).expect("read").len();
    assert_eq!([found(7), found(270), found(299), found(1_000)], [7, 270, 299, 300]);
}

#[test]
fn a_continuous_job_follows_its_group() {
    let works = works(3);
    join(&works, 0, "floor");
    create(&works, "always", TargetSelection::Continuous);
    let id = job_id("always");
    assert!(works.report(&thing(0), &id, Succeeded));
    join(&works, 1, "room");
    works.settle();
    let counts = |works: &Works| {
        let counters = works.counters(&id);
        [Succeeded, Queued, Removed].map(|status| counters.of(status))
    };
    assert_eq!(counts(&works), [1, 1, 0]);
    works.post.take();
    leave(&works, 1, "room");
    works.settle();
    assert_eq!(counts(&works), [1, 0, 1]);
    let topics: Vec<String> = works.post.take().into_iter().map(|(topic, _)| topic).collect();
    let expected = ["notify", "notify-next"].map(|end| format!("$aws/things/thing-001/jobs/{end}"));
    assert_eq!(topics, expected);
    works.hands.set(START + MINUTE);
    join(&works, 1, "floor");
    works.settle();
    assert_eq!(counts(&works), [1, 1, 0]);
    let view = works.fleet.registry().jobs();
    let again = view.execution(&id, &thing(1)).expect("read").expect("there").execution;
    assert_eq!((again.number, again.queued_at), (2, START + MINUTE));
    leave(&works, 0, "floor");
    join(&works, 0, "floor");
    works.settle();
    assert_eq!(counts(&works), [1, 1, 0], "what is done is done");
    assert_eq!(works.status(&id), JobStatus::InProgress);
    works.check_books(&id, 3);
}

#[test]
fn a_move_is_followed_after_a_crash() {
    for commits in 0..6 {
        let works = works(2);
        create(&works, "always", TargetSelection::Continuous);
        join(&works, 0, "room");
        join(&works, 1, "room");
        leave(&works, 1, "room");
        works.again(commits).settle();
        let again = works.again(usize::MAX);
        again.settle();
        let id = job_id("always");
        assert_eq!(again.counters(&id).of(Queued), 1, "after {commits} commits");
        again.check_books(&id, 2);
    }
}

#[test]
fn things_that_come_and_go_at_once_are_all_counted() {
    let works = works(3);
    join(&works, 0, "floor");
    create(&works, "always", TargetSelection::Continuous);
    block_on(works.fleet.registry().delete_thing(&thing(0), None)).expect("deleted");
    join(&works, 1, "floor");
    join(&works, 2, "room");
    works.settle();
    let counters = works.counters(&job_id("always"));
    assert_eq!([Queued, Removed].map(|status| counters.of(status)), [2, 1]);
    works.check_books(&job_id("always"), 3);
}

#[test]
fn a_deleted_thing_does_nothing_any_more() {
    let works = works(2);
    let mut new = new_job("update", 0..2);
    new.config = careful(10);
    block_on(works.fleet.create_job(new)).expect("created");
    works.settle();
    let id = job_id("update");
    works.begin(&thing(0)).expect("begun");
    block_on(works.fleet.registry().delete_thing(&thing(0), None)).expect("deleted");
    assert!(works.report(&thing(1), &id, Succeeded));
    works.settle();
    assert_eq!(works.counters(&id).of(Removed), 1);
    assert_eq!(works.status(&id), JobStatus::Completed);
}

#[test]
fn events_are_sent_to_who_asked_for_them() {
    let works = works(1);
    let run = |id: &str| {
        block_on(works.fleet.create_job(new_job(id, [0]))).expect("created");
        works.settle();
        assert!(works.report(&thing(0), &job_id(id), Succeeded));
        works.settle();
        block_on(works.fleet.delete_job(&job_id(id), false)).expect("deleting");
        works.settle();
        works.post.take_events()
    };
    assert_eq!(run("silent"), []);
    let wanted = BTreeMap::from([(EventType::Job, true), (EventType::JobExecution, true)]);
    block_on(works.fleet.registry().set_events(&wanted, START)).expect("set");
    let events = run("loud");
    let topics: Vec<&str> = events.iter().map(|(topic, _)| topic.as_str()).collect();
    assert_eq!(
        topics,
        [
            "$aws/events/jobExecution/loud/succeeded",
            "$aws/events/job/loud/completed",
            "$aws/events/job/loud/deletion_in_progress",
            "$aws/events/jobExecution/loud/deleted",
            "$aws/events/job/loud/deleted",
        ]
    );
    let completed = &events[1].1;
    assert_eq!(completed["eventType"], "JOB");
    assert_eq!(completed["status"], "COMPLETED");
    assert_eq!(completed["jobProcessDetails"]["numberOfSucceededThings"], 1);
    assert_eq!(completed["completedAt"], START / 1_000);
    let succeeded = &events[0].1;
    assert_eq!(succeeded["eventType"], "JOB_EXECUTION");
    assert_eq!(succeeded["thingArn"], "arn:aws:iot:us-east-1:000000000000:thing/thing-000");
    assert_eq!(succeeded["eventId"].as_str().expect("an id").len(), 36);
}
