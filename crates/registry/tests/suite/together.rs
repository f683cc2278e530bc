//! Several at once: what must hold whatever the order.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::thread;

use crate::common::{
    ALLOW_ALL, NOW, group_name, id, new_group, new_thing, policy_name, register, registry, target,
    thing_name,
};
use kv::{Committer, Store};
use model::Home;
use proptest::prelude::*;
use registry::{CertificateStatus, Grants, Registry, Target};
use stdx::task::block_on;

#[test]
fn many_attach_to_one_policy_at_once() {
    let registry = registry();
    let led = policy_name("led");
    block_on(registry.create_policy(&led, ALLOW_ALL, &Default::default(), NOW)).expect("created");
    thread::scope(|scope| {
        for number in 0..16 {
            let (registry, led) = (&registry, &led);
            scope.spawn(move || {
                register(registry, number, CertificateStatus::Active);
                block_on(registry.attach_policy(led, &target(number))).expect("attached");
            });
        }
    });
    assert_eq!(registry.targets_of(&led, None, 250).expect("read").items.len(), 16);
}

#[test]
fn nothing_is_attached_to_what_is_deleted() {
    for round in 0..50 {
        let registry = registry();
        let led = policy_name("led");
        block_on(registry.create_policy(&led, ALLOW_ALL, &Default::default(), NOW))
            .expect("created");
        register(&registry, 1, CertificateStatus::Inactive);
        let (attached, deleted) = thread::scope(|scope| {
            let attach = scope.spawn(|| block_on(registry.attach_policy(&led, &target(1))));
            let delete = scope.spawn(|| block_on(registry.delete_policy(&led)));
            (attach.join().expect("no panic"), delete.join().expect("no panic"))
        });
        assert_ne!(attached.is_ok(), deleted.is_ok(), "round {round}");
        let is_there = registry.policy(&led).expect("read").is_some();
        let edges = registry.policies_of(&target(1), None, 10).expect("read").items;
        assert_eq!(!edges.is_empty(), is_there, "round {round}");
    }
}

#[test]
fn a_change_is_told_though_its_caller_went_away() {
    let store = Store::in_memory_driven_by(Committer::Manual);
    let registry = Registry::new(store.clone(), Home::default());
    {
        let new = crate::common::new_certificate(1, CertificateStatus::Active);
        let mut registering = pin!(registry.register_certificate(new, NOW));
        let mut context = Context::from_waker(Waker::noop());
        assert!(matches!(registering.as_mut().poll(&mut context), Poll::Pending));
    }
    assert_eq!(registry.epoch(), 0, "nothing is committed yet");
    while store.pump() {}
    assert!(registry.epoch() > 0);
    assert!(registry.certificate(&id(1)).expect("read").is_some());
}

#[test]
fn grants_are_the_default_documents_and_the_thing_of_that_name() {
    let registry = registry();
    assert_eq!(registry.grants(&id(1), "lamp").expect("read"), None);
    let certificate = register(&registry, 1, CertificateStatus::Active);
    let led = policy_name("led");
    block_on(registry.create_policy(&led, ALLOW_ALL, &Default::default(), NOW)).expect("created");
    block_on(registry.attach_policy(&led, &target(1))).expect("attached");
    let thing = block_on(registry.create_thing(new_thing("lamp"))).expect("created");
    let grants = |client: &str| registry.grants(&id(1), client).expect("read").expect("there");
    let policies = vec![(led, ALLOW_ALL.to_owned())];
    let expected = Grants { certificate, policies, thing: None };
    assert_eq!(grants("lamp"), expected, "not attached");
    block_on(registry.attach_thing_principal(&thing.name, &id(1), None)).expect("attached");
    assert_eq!(grants("lamp"), Grants { thing: Some(thing), ..expected.clone() });
    assert_eq!(grants("other"), expected);
    assert_eq!(grants("la/mp"), expected);
}

/// One operation on a small world of two policies, two things, two certificates and two groups, one
/// in the other.
fn apply(registry: &Registry, (operation, one, other): (u8, u8, u8)) {
    let policy = policy_name(["p0", "p1"][usize::from(one)]);
    let thing = thing_name(["t0", "t1"][usize::from(one)]);
    let certificate = id(other);
    let group = group_name(["g0", "g1"][usize::from(other)]);
    // Refusals are part of the game; what counts is what is left behind.
    match operation {
        0 => drop(block_on(registry.create_policy(&policy, ALLOW_ALL, &Default::default(), NOW))),
        1 => drop(block_on(registry.delete_policy(&policy))),
        2 => drop(block_on(registry.create_thing(new_thing(thing.as_str())))),
        3 => drop(block_on(registry.delete_thing(&thing, None))),
        4 => {
            let new = crate::common::new_certificate(other, CertificateStatus::Inactive);
            drop(block_on(registry.register_certificate(new, NOW)));
        }
        5 => drop(block_on(registry.delete_certificate(&certificate, one == 1))),
        6 => drop(block_on(registry.attach_policy(&policy, &target(other)))),
        7 => drop(block_on(registry.detach_policy(&policy, &target(other)))),
        8 => drop(block_on(registry.attach_thing_principal(&thing, &certificate, None))),
        9 => drop(block_on(registry.detach_thing_principal(&thing, &certificate))),
        10 => drop(block_on(registry.create_thing_group(new_group("g0", None), NOW))),
        11 => drop(block_on(registry.create_thing_group(new_group("g1", Some("g0")), NOW))),
        12 => drop(block_on(registry.delete_thing_group(&group, None))),
        13 => drop(block_on(registry.add_thing_to_group(&thing, &group))),
        14 => drop(block_on(registry.remove_thing_from_group(&thing, &group))),
        15 => drop(block_on(registry.attach_policy(&policy, &Target::ThingGroup(group)))),
        _ => drop(block_on(registry.detach_policy(&policy, &Target::ThingGroup(group)))),
    }
}

/// Every edge is seen from both ends, and both ends are there.
fn check(registry: &Registry) {
    for number in [0, 1] {
        let there = registry.certificate(&id(number)).expect("read").is_some();
        for policy in registry.policies_of(&target(number), None, 10).expect("read").items {
            assert!(there && registry.policy(&policy).expect("read").is_some());
            let targets = registry.targets_of(&policy, None, 10).expect("read").items;
            assert!(targets.contains(&target(number)));
        }
        for thing in registry.things_of(&id(number), None, 10).expect("read").items {
            assert!(there && registry.thing(&thing).expect("read").is_some());
            let principals = registry.principals_of(&thing, None, 10).expect("read").items;
            assert!(principals.contains(&id(number)));
        }
    }
    for name in ["g0", "g1"] {
        let group = registry.thing_group(&group_name(name)).expect("read");
        let target = Target::ThingGroup(group_name(name));
        for policy in registry.policies_of(&target, None, 10).expect("read").items {
            assert!(group.is_some() && registry.policy(&policy).expect("read").is_some());
        }
        let parent = group.as_ref().and_then(|group| group.parent());
        let parent = parent.map(|parent| registry.thing_group(parent).expect("read"));
        assert!(parent.is_none_or(|parent| parent.is_some()), "{name} hangs in the air");
        let Some(group) = group else { continue };
        for thing in registry.things_of_group(&group.name, false, None, 10).expect("read").items {
            assert!(registry.thing(&thing).expect("read").is_some());
            let groups = registry.groups_of_thing(&thing, None, 10).expect("read").items;
            assert_eq!(groups, std::slice::from_ref(&group.name), "one of a hierarchy");
        }
    }
    for thing in registry.things(None, 10).expect("read").items {
        for group in registry.groups_of_thing(&thing.name, None, 10).expect("read").items {
            let things = registry.things_of_group(&group, false, None, 10).expect("read").items;
            assert!(things.contains(&thing.name));
        }
    }
    for policy in registry.policies(None, 10).expect("read").items {
        for target in registry.targets_of(&policy.name, None, 10).expect("read").items {
            let policies = registry.policies_of(&target, None, 10).expect("read").items;
            assert!(policies.contains(&policy.name));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn no_edge_dangles(
        mine in proptest::collection::vec((0..17u8, 0..2u8, 0..2u8), 1..60),
        theirs in proptest::collection::vec((0..17u8, 0..2u8, 0..2u8), 0..60),
    ) {
        let registry = registry();
        thread::scope(|scope| {
            scope.spawn(|| theirs.iter().for_each(|operation| apply(&registry, *operation)));
            mine.iter().for_each(|operation| apply(&registry, *operation));
        });
        check(&registry);
    }
}
