use kv::Batch;
use outbox::{Outbox, PutError};

use crate::common::{Place, entry, put, take};

#[test]
fn entries_of_a_target_wait_in_the_order_of_their_commits() {
    let place = Place::new();
    let store = place.store().expect("opened");
    let outbox = Outbox::open(store.clone()).expect("opened");
    // Planned in one order, committed in the other.
    let (mut one, mut other) = (Batch::new(), Batch::new());
    let first = outbox.put(&mut one, &entry("a", 1)).expect("room");
    let second = outbox.put(&mut other, &entry("a", 2)).expect("room");
    let tickets = [store.commit(other), store.commit(one)];
    while store.pump() {}
    for ticket in tickets {
        ticket.wait().expect("committed");
    }
    assert_eq!(outbox.targets("", 9, |_| true), Vec::<String>::new(), "nobody knows of it yet");
    first.settle(true);
    second.settle(true);
    assert!(put(&store, &outbox, &entry("ab", 3)), "a name that begins like another");

    assert_eq!(outbox.targets("", 9, |_| true), ["a", "ab"]);
    let mut order = Vec::new();
    while let Some(waiting) = outbox.first("a").expect("readable") {
        order.push(waiting.entry.queued_at);
        assert_eq!(waiting.entry, entry("a", waiting.entry.queued_at));
        assert!(take(&store, &outbox, &waiting));
    }
    assert_eq!(order, [2, 1]);
    assert_eq!(outbox.len(), 1);
}

#[test]
fn a_batch_that_failed_leaves_its_room() {
    let store = Place::new().store().expect("opened");
    let outbox = Outbox::open(store).expect("opened");
    let reservation = outbox.put(&mut Batch::new(), &entry("a", 1)).expect("room");
    reservation.settle(false);
    assert!(outbox.is_empty());
    for target in ["", "a\0b", &"a".repeat(9_000)] {
        let refused = outbox.put(&mut Batch::new(), &entry(target, 1)).expect_err("no target");
        assert_eq!(refused, PutError::Target);
    }
}
