//! What every backend must do with decisions.

use std::sync::{Arc, Mutex};
use std::thread;

use kv::{Batch, CommitError, Committer, Declined, Options, Present, Sequence, Space, Store};

use crate::place::{JOBS, Place, Real, Simulated, THINGS, dump, put};

/// Each decision says that it takes so many bytes, though none takes as many.
const BYTES: usize = 64;

fn options() -> Options {
    Options::for_tests(Committer::Threads)
}

macro_rules! decision_suite {
    ($name:ident, $place:ty: $($case:ident,)*) => {
        mod $name {
            use super::*;
            $(#[test] fn $case() { super::$case(&<$place>::new()); })*
        }
    };
    ($name:ident, $place:ty) => {
        decision_suite!($name, $place:
            a_decision_sees_batches_committed_just_before,
            a_decision_stands_in_order_with_the_changes_around_it,
            appended_decisions_keep_their_places,
            a_declined_batch_changes_nothing,
            a_precondition_comes_before_the_decisions,
            a_panic_fails_its_batch_alone,
            a_decision_finds_its_change_among_many,
            a_decision_may_not_write_more_than_a_batch_holds,
            a_batch_that_decides_to_change_nothing_succeeds,
            sequences_rise_for_ever,
            concurrent_decisions_lose_no_increment,
        );
    };
}

decision_suite!(real, Real);
decision_suite!(simulated, Simulated);

/// A batch that counts one more under a key.
fn count(space: Space, key: &'static str) -> Batch {
    let mut batch = Batch::new();
    batch.decide_by(BYTES, move |present| one_more(present, space, key));
    batch
}

fn one_more(present: &mut Present<'_>, space: Space, key: &str) -> Result<(), Declined> {
    let before = present.get(space, key.as_bytes())?;
    let before = before.map_or(0, |text| str::from_utf8(&text).unwrap().parse::<u32>().unwrap());
    present.put(space, key, (before + 1).to_string());
    Ok(())
}

fn a_decision_sees_batches_committed_just_before(place: &impl Place) {
    let store = place.open(Options::for_tests(Committer::Manual));
    let tickets = [count(THINGS, "n"), put(THINGS, "n", "40"), count(THINGS, "n")];
    let tickets = tickets.map(|batch| store.commit(batch));
    let again = [count(THINGS, "n"), count(THINGS, "m")].map(|batch| store.commit(batch));
    while store.pump() {}
    tickets.into_iter().chain(again).for_each(|ticket| ticket.wait().unwrap());
    assert_eq!(store.stats().groups, 1);
    assert_eq!(dump(&store, THINGS), [("m".into(), "1".into()), ("n".into(), "42".into())]);
}

fn a_decision_stands_in_order_with_the_changes_around_it(place: &impl Place) {
    let store = place.open(options());
    let mut batch = put(THINGS, "n", "1");
    batch.append(count(THINGS, "n"));
    batch.append(count(THINGS, "n"));
    batch.delete(JOBS, "n");
    batch.append(count(JOBS, "n"));
    batch.put(THINGS, "after", "3");
    batch.delete(JOBS, "n");
    store.commit(put(JOBS, "n", "7")).wait().unwrap();
    store.commit(batch).wait().unwrap();
    let things = [("after".into(), "3".into()), ("n".into(), "3".into())];
    assert_eq!(dump(&store, THINGS), things);
    assert_eq!(dump(&store, JOBS), []);
}

fn appended_decisions_keep_their_places(place: &impl Place) {
    let store = place.open(options());
    let mut second = put(THINGS, "n", "10");
    second.append(count(THINGS, "n"));
    second.put(THINGS, "m", "5");
    let mut batch = put(THINGS, "m", "1");
    batch.append(second);
    batch.append(count(THINGS, "m"));
    assert_eq!(batch.len(), 3);
    store.commit(batch).wait().unwrap();
    assert_eq!(dump(&store, THINGS), [("m".into(), "6".into()), ("n".into(), "11".into())]);
}

fn a_declined_batch_changes_nothing(place: &impl Place) {
    let store = place.open(options());
    let reason = Arc::new(Mutex::new(None));
    let mut batch = put(THINGS, "lamp", "on");
    batch.append(count(THINGS, "n"));
    let told = Arc::clone(&reason);
    batch.decide_by(BYTES, move |present| {
        present.put(THINGS, "door", "open");
        *told.lock().unwrap() = Some("too late");
        Err(Declined::ByChoice)
    });
    let outcome = store.commit(batch).wait();
    assert!(matches!(outcome, Err(CommitError::Declined)), "{outcome:?}");
    assert_eq!(*reason.lock().unwrap(), Some("too late"));
    assert_eq!(dump(&store, THINGS), []);
    let stats = store.stats();
    assert_eq!((stats.declined, stats.commits, stats.entries), (1, 0, 0));
}

fn a_precondition_comes_before_the_decisions(place: &impl Place) {
    let store = place.open(options());
    let mut batch = Batch::new();
    batch.decide_by(BYTES, |_| panic!("must not be asked"));
    batch.require(THINGS, "lamp", kv::Expect::Present);
    let outcome = store.commit(batch).wait();
    assert!(matches!(outcome, Err(CommitError::PreconditionFailed { .. })), "{outcome:?}");
}

fn a_panic_fails_its_batch_alone(place: &impl Place) {
    let store = place.open(Options::for_tests(Committer::Manual));
    let mut broken = put(THINGS, "broken", "1");
    broken.decide_by(BYTES, |present| {
        present.put(THINGS, "broken", "2");
        panic!("as the test wants it")
    });
    let tickets = [count(THINGS, "n"), broken, count(THINGS, "n")];
    let tickets = tickets.map(|batch| store.commit(batch));
    while store.pump() {}
    let [before, broken, after] = tickets.map(kv::Ticket::wait);
    assert!(matches!(broken, Err(CommitError::DecisionPanicked)), "{broken:?}");
    assert!(before.is_ok() && after.is_ok());
    assert_eq!(dump(&store, THINGS), [("n".into(), "2".into())]);
}

fn a_decision_finds_its_change_among_many(place: &impl Place) {
    let store = place.open(options());
    let mut batch = Batch::new();
    for n in 0..100 {
        batch.put(THINGS, "n", n.to_string());
        batch.put(JOBS, format!("{n}"), "job");
        if n % 3 == 0 {
            batch.append(count(THINGS, "n"));
        }
        if n % 7 == 0 {
            batch.decide_by(BYTES, move |present| {
                assert_eq!(
                    present.get(JOBS, n.to_string().as_bytes())?.as_deref(),
                    Some(&b"job"[..])
                );
                assert_eq!(present.get(JOBS, b"none")?, None);
                present.delete(JOBS, n.to_string());
                assert_eq!(present.get(JOBS, n.to_string().as_bytes())?, None);
                Ok(())
            });
        }
    }
    store.commit(batch).wait().unwrap();
    assert_eq!(dump(&store, THINGS), [("n".into(), "100".into())]);
    assert_eq!(dump(&store, JOBS).len(), 85);
}

fn a_decision_may_not_write_more_than_a_batch_holds(place: &impl Place) {
    let store = place.open(options());
    let mut batch = put(JOBS, "job", "1");
    batch.decide_by(BYTES, |present| {
        for n in 0..40_u8 {
            present.put(THINGS, [n], vec![n; 1024 * 1024]);
        }
        Ok(())
    });
    let outcome = store.commit(batch).wait();
    assert!(matches!(outcome, Err(CommitError::BatchTooLarge { .. })), "{outcome:?}");
    let mut batch = Batch::new();
    batch.decide_by(BYTES, |present| {
        present.put(THINGS, vec![1; 33_000], "1");
        Ok(())
    });
    let outcome = store.commit(batch).wait();
    assert!(matches!(outcome, Err(CommitError::KeyTooLong { bytes: 33_000, .. })), "{outcome:?}");
    assert_eq!((dump(&store, JOBS), dump(&store, THINGS)), (vec![], vec![]));
}

fn a_batch_that_decides_to_change_nothing_succeeds(place: &impl Place) {
    let store = place.open(options());
    let mut batch = Batch::new();
    batch.decide_by(BYTES, |_| Ok(()));
    assert!(!batch.is_empty());
    store.commit(batch).wait().unwrap();
    assert_eq!(store.stats().groups, 0);
}

fn sequences_rise_for_ever(place: &impl Place) {
    let seen: Arc<Mutex<Vec<Sequence>>> = Arc::default();
    for life in 0..3_u32 {
        let store = place.open(Options::for_tests(Committer::Manual));
        for n in 0..9_u32 {
            let seen = Arc::clone(&seen);
            let mut batch = Batch::new();
            batch.decide_by(BYTES, move |present| {
                let both = [present.sequence(), present.sequence()];
                present.put(THINGS, (life * 100 + n).to_be_bytes(), "told");
                seen.lock().unwrap().extend(both);
                Ok(())
            });
            // Some of them in one group.
            drop(store.commit(batch));
            if n % 3 == 0 {
                while store.pump() {}
            }
        }
        while store.pump() {}
    }
    let seen = seen.lock().unwrap();
    assert_eq!(seen.len(), 54);
    assert!(seen.is_sorted_by(|one, next| one < next), "{seen:?}");
}

fn concurrent_decisions_lose_no_increment(place: &impl Place) {
    let store: Store = place.open(options());
    thread::scope(|scope| {
        for _ in 0..4 {
            scope.spawn(|| {
                for _ in 0..50 {
                    store.commit(count(THINGS, "n")).wait().unwrap();
                }
            });
        }
    });
    assert_eq!(dump(&store, THINGS), [("n".into(), "200".into())]);
}
