//! Queues, on a store in memory and virtual time.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::time::Duration;

use kv::{Space, Store};
use model::{Home, QueueName};
use proptest::prelude::*;
use queues::{
    Lengths, MoveStatus, NewMessage, Queue, QueueError, Queues, Receive, Received, Sent, Sweeper,
};
use stdx::clock::{Clock, Hands};
use stdx::task::block_on;

const NOW: u64 = 1_800_000_000_000;

struct Works {
    store: Store,
    clock: Clock,
    hands: Hands,
    queues: Queues,
}

fn home() -> Home {
    Home::default()
}

impl Works {
    fn new() -> Works {
        let (clock, hands) = Clock::stopped_at(NOW);
        let store = Store::in_memory();
        let queues = Queues::new(store.clone(), home(), clock.clone());
        Works { store, clock, hands, queues }
    }

    /// Forgets what is in memory alone.
    fn reopen(&mut self) {
        self.queues = Queues::new(self.store.clone(), home(), self.clock.clone());
    }

    fn make(&self, name: &str, attributes: &[(&str, &str)]) -> Queue {
        let name = QueueName::new(name).expect("a name");
        let attributes: BTreeMap<String, String> =
            attributes.iter().map(|(name, value)| ((*name).into(), (*value).into())).collect();
        block_on(self.queues.create(&name, attributes, BTreeMap::new())).expect("created")
    }

    fn send(&self, queue: &Queue, messages: Vec<NewMessage>) -> Vec<Sent> {
        let sent = block_on(self.queues.send(queue, messages)).expect("sent");
        sent.into_iter().map(|sent| sent.expect("accepted")).collect()
    }

    fn receive(&self, queue: &Queue, most: usize) -> Vec<Received> {
        let receive = Receive { most, visibility_secs: None, wait_secs: Some(0) };
        block_on(self.queues.receive(&queue.name, receive)).expect("received")
    }

    fn bodies(&self, queue: &Queue, most: usize) -> Vec<String> {
        self.receive(queue, most).into_iter().map(|received| received.body).collect()
    }

    fn delete(&self, queue: &Queue, received: &Received) -> Result<(), QueueError> {
        let handles = vec![received.handle.clone()];
        block_on(self.queues.delete_messages(queue, handles)).expect("done").remove(0)
    }

    fn hide(&self, queue: &Queue, received: &Received, secs: u32) -> Result<(), QueueError> {
        let handles = vec![(received.handle.clone(), secs)];
        block_on(self.queues.hide_messages(queue, handles)).expect("done").remove(0)
    }

    fn lengths(&self, queue: &Queue) -> (u64, u64, u64) {
        let Lengths { visible, in_flight, delayed } = self.queues.lengths(queue).expect("counted");
        (visible, in_flight, delayed)
    }

    fn pass(&self, secs: u64) {
        self.hands.advance(Duration::from_secs(secs));
    }

    fn sweep(&self) {
        let mut sweeper = Sweeper::new(self.queues.clone());
        while block_on(sweeper.step()).expect("swept") {}
    }

    /// What is left of any message.
    fn left(&self) -> usize {
        let names = ["queue-messages", "queue-takes", "queue-waiting", "queue-groups"];
        let others = ["queue-lines", "queue-dedup", "queue-dedup-ends", "queue-lengths"];
        let count =
            |name: &'static str| self.store.scan(Space::new(name), b"").expect("read").count();
        names.into_iter().chain(others).map(count).sum()
    }
}

fn text(body: &str) -> NewMessage {
    NewMessage { body: body.to_owned(), sender: "AIDA".to_owned(), ..NewMessage::default() }
}

fn grouped(group: &str, body: &str) -> NewMessage {
    let (group, dedup) = (Some(group.to_owned()), Some(format!("{group}-{body}")));
    NewMessage { group, dedup, ..text(body) }
}

#[test]
fn a_message_is_hidden_while_somebody_has_it_and_gone_when_it_is_deleted() {
    let works = Works::new();
    let queue = works.make("jobs", &[("VisibilityTimeout", "10")]);
    works.send(&queue, ["a", "b", "c"].map(text).into());
    assert_eq!(works.lengths(&queue), (3, 0, 0));
    let first = works.receive(&queue, 2);
    assert_eq!(works.bodies(&queue, 10), ["c"]);
    assert_eq!(works.bodies(&queue, 10), [""; 0]);
    assert_eq!(works.lengths(&queue), (0, 3, 0));
    works.delete(&queue, &first[0]).expect("deleted");
    works.pass(10);
    let again = works.receive(&queue, 10);
    let seen: Vec<(&str, u32)> =
        again.iter().map(|one| (one.body.as_str(), one.receive_count)).collect();
    assert_eq!(seen, [("b", 2), ("c", 2)]);
    assert_eq!(again[0].first_received_at, NOW);
    // The handle of an earlier receive deletes, too; twice is no error.
    works.delete(&queue, &first[1]).expect("deleted");
    works.delete(&queue, &first[1]).expect("gone");
    works.delete(&queue, &again[1]).expect("deleted");
    assert_eq!((works.lengths(&queue), works.left()), ((0, 0, 0), 1), "but for the length");
}

#[test]
fn a_message_can_be_hidden_for_longer_or_no_longer_while_it_is() {
    let works = Works::new();
    let queue = works.make("jobs", &[("VisibilityTimeout", "10")]);
    works.send(&queue, vec![text("a")]);
    let received = works.receive(&queue, 1).remove(0);
    works.hide(&queue, &received, 60).expect("hidden");
    works.pass(30);
    assert_eq!(works.bodies(&queue, 1), [""; 0]);
    works.hide(&queue, &received, 0).expect("shown");
    let refused = works.hide(&queue, &received, 5).expect_err("not in flight");
    assert!(matches!(refused, QueueError::NotInFlight { .. }), "{refused:?}");
    assert_eq!(works.bodies(&queue, 1), ["a"]);
    let refused = works.hide(&queue, &received, 43_201).expect_err("too long").to_string();
    assert!(refused.contains("VisibilityTimeout"), "{refused}");
}

#[test]
fn a_delayed_message_comes_when_it_is_due() {
    let works = Works::new();
    let queue = works.make("jobs", &[("DelaySeconds", "5")]);
    let at_once = NewMessage { delay_secs: Some(0), ..text("at once") };
    works.send(&queue, vec![text("later"), at_once]);
    assert_eq!(works.lengths(&queue), (1, 0, 1));
    assert_eq!(works.bodies(&queue, 10), ["at once"]);
    works.pass(5);
    assert_eq!(works.bodies(&queue, 10), ["later"]);
}

#[test]
fn a_group_keeps_its_order_and_has_one_receiver() {
    let works = Works::new();
    let queue = works.make("jobs.fifo", &[("FifoQueue", "true"), ("VisibilityTimeout", "10")]);
    let sent = works.send(
        &queue,
        vec![grouped("g", "1"), grouped("h", "1"), grouped("g", "2"), grouped("g", "3")],
    );
    assert!(sent.is_sorted_by_key(|sent| sent.sequence_number.clone()));
    let first = works.receive(&queue, 1).remove(0);
    assert_eq!((first.body.as_str(), first.group.as_deref()), ("1", Some("g")));
    assert_eq!(first.sequence_number, sent[0].sequence_number);
    let other = works.receive(&queue, 10).remove(0);
    assert_eq!(other.group.as_deref(), Some("h"));
    assert_eq!(works.bodies(&queue, 10), [""; 0], "the first of g is with somebody");
    assert_eq!(works.lengths(&queue), (2, 2, 0));
    works.delete(&queue, &first).expect("deleted");
    assert_eq!(works.bodies(&queue, 10), ["2", "3"]);
    works.pass(10);
    let expired = works.delete(&queue, &other).expect_err("too late").to_string();
    assert!(expired.ends_with("The receipt handle has expired."), "{expired}");
    let again: BTreeSet<String> = works.bodies(&queue, 10).into_iter().collect();
    assert_eq!(again, ["1", "2", "3"].map(str::to_owned).into());
}

/// The first is due for a moment that receivers have looked past when the second is deleted.
#[test]
fn a_message_that_was_shown_again_comes_when_the_one_behind_it_is_deleted() {
    let works = Works::new();
    let queue = works.make("jobs.fifo", &[("FifoQueue", "true")]);
    works.send(&queue, vec![grouped("g", "1"), grouped("g", "2")]);
    let both = works.receive(&queue, 2);
    works.hide(&queue, &both[0], 0).expect("shown");
    works.pass(1);
    assert_eq!(works.bodies(&queue, 1), [""; 0], "the second is with somebody");
    works.delete(&queue, &both[1]).expect("deleted");
    assert_eq!(works.bodies(&queue, 1), ["1"]);
}

#[test]
fn what_is_sent_again_within_five_minutes_is_known() {
    let works = Works::new();
    let attributes = [("FifoQueue", "true"), ("ContentBasedDeduplication", "true")];
    let queue = works.make("jobs.fifo", &attributes);
    let message = || NewMessage { group: Some("g".to_owned()), ..text("a") };
    let first = works.send(&queue, vec![message()]);
    assert_eq!(works.send(&queue, vec![message()]), first);
    assert_eq!(works.bodies(&queue, 10), ["a"]);
    works.pass(300);
    works.sweep();
    assert_ne!(works.send(&queue, vec![message()]), first);
    let own = works.make("own.fifo", &[("FifoQueue", "true")]);
    for message in [text("a"), message()] {
        let refused = block_on(works.queues.send(&own, vec![message])).expect("done").remove(0);
        refused.expect_err("no group, or no deduplication id");
    }
}

#[test]
fn what_is_received_too_often_becomes_a_dead_letter_and_can_be_moved_back() {
    let works = Works::new();
    let dead = works.make("dead", &[]);
    let arn = works.queues.arn("dead");
    let redrive = format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"2"}}"#);
    let queue = works.make("jobs", &[("VisibilityTimeout", "0"), ("RedrivePolicy", &redrive)]);
    works.send(&queue, vec![text("a"), text("b")]);
    for _ in 0..2 {
        assert_eq!(works.bodies(&queue, 10), ["a", "b"]);
    }
    assert_eq!(works.bodies(&queue, 10), [""; 0]);
    assert_eq!((works.lengths(&queue), works.lengths(&dead)), ((0, 0, 0), (2, 0, 0)));
    let sources = works.queues.sources_of(&dead.name, None, 10).expect("listed").items;
    assert_eq!(sources, std::slice::from_ref(&queue.name));
    let letter = works.receive(&dead, 1).remove(0);
    assert_eq!(letter.source_arn, Some(works.queues.arn("jobs")));
    assert_eq!((letter.body.as_str(), letter.receive_count), ("a", 1));
    works.hide(&dead, &letter, 0).expect("shown");

    let task = block_on(works.queues.start_move(&arn, None, None)).expect("started");
    assert_eq!(task.to_move, 2);
    works.sweep();
    let done = works.queues.moves(&arn).expect("listed").remove(0);
    assert_eq!((done.status, done.moved), (MoveStatus::Completed, 2));
    assert_eq!(works.lengths(&dead), (0, 0, 0));
    let back: BTreeSet<String> = works.bodies(&queue, 10).into_iter().collect();
    assert_eq!(back, ["a", "b"].map(str::to_owned).into());
    let own = works.queues.arn("jobs");
    block_on(works.queues.start_move(&own, None, None)).expect_err("it holds no dead letters");
}

#[test]
fn dead_letters_without_a_source_end_their_task() {
    let works = Works::new();
    let dead = works.make("dead", &[]);
    let arn = works.queues.arn("dead");
    let redrive = format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":1}}"#);
    works.make("jobs", &[("RedrivePolicy", &redrive)]);
    works.send(&dead, vec![text("sent here")]);
    block_on(works.queues.start_move(&arn, None, None)).expect("started");
    works.sweep();
    let task = works.queues.moves(&arn).expect("listed").remove(0);
    assert_eq!((task.status, works.lengths(&dead)), (MoveStatus::Failed, (1, 0, 0)));
}

#[test]
fn what_is_purged_deleted_or_too_old_leaves_nothing() {
    let works = Works::new();
    let queue = works.make("jobs", &[("MessageRetentionPeriod", "60")]);
    let fifo = works.make("jobs.fifo", &[("FifoQueue", "true"), ("MessageRetentionPeriod", "60")]);
    let fill = || {
        works.send(&works.queues.queue("jobs").expect("there"), ["a", "b"].map(text).into());
        let fifo = works.queues.queue("jobs.fifo").expect("there");
        works.send(&fifo, vec![grouped("g", "1"), grouped("g", "2")]);
        works.receive(&queue, 1);
        works.receive(&fifo, 1);
    };
    fill();
    let old = works.receive(&queue, 1).remove(0);
    block_on(works.queues.purge(&queue.name)).expect("purged");
    block_on(works.queues.purge(&fifo.name)).expect("purged");
    let (queue, fifo) = (works.queues.queue("jobs"), works.queues.queue("jobs.fifo"));
    let (queue, fifo) = (queue.expect("there"), fifo.expect("there"));
    assert_eq!((works.bodies(&queue, 10), works.bodies(&fifo, 10)), (vec![], vec![]));
    works.delete(&queue, &old).expect("it is gone anyhow");
    works.pass(301);
    works.sweep();
    assert_eq!(works.left(), 0);

    fill();
    works.pass(61);
    assert_eq!((works.bodies(&queue, 10), works.bodies(&fifo, 10)), (vec![], vec![]));
    works.pass(300);
    works.sweep();
    assert_eq!((works.lengths(&queue), works.lengths(&fifo)), ((0, 0, 0), (0, 0, 0)));
    assert_eq!(works.left(), 2, "the lengths");

    fill();
    block_on(works.queues.delete(&queue.name)).expect("deleted");
    block_on(works.queues.delete(&fifo.name)).expect("deleted");
    assert!(matches!(works.queues.queue("jobs"), Err(QueueError::NoQueue)));
    works.pass(301);
    works.sweep();
    assert_eq!(works.left(), 0);
}

#[test]
fn an_old_dead_letter_goes_though_younger_ones_stand_before_it() {
    let works = Works::new();
    let dead = works.make("dead", &[("MessageRetentionPeriod", "600")]);
    let arn = works.queues.arn("dead");
    let redrive = format!(r#"{{"deadLetterTargetArn":"{arn}","maxReceiveCount":"1"}}"#);
    let attributes = [("VisibilityTimeout", "0"), ("RedrivePolicy", &redrive[..])];
    let (first, second) = (works.make("first", &attributes), works.make("second", &attributes));
    works.send(&first, vec![text("old")]);
    works.pass(500);
    for _ in 0..110 {
        works.send(&second, vec![text("young"); 10]);
    }
    for queue in [&second, &first] {
        while !works.receive(queue, 10).is_empty() {}
    }
    assert_eq!(works.lengths(&dead), (1_101, 0, 0));
    works.pass(200);
    works.sweep();
    assert_eq!(works.lengths(&dead), (1_100, 0, 0));
    works.pass(500);
    works.sweep();
    assert_eq!(works.lengths(&dead), (0, 0, 0));
}

#[test]
fn a_group_that_damage_took_is_not_looked_for_again_and_again() {
    let works = Works::new();
    let queue = works.make("jobs.fifo", &[("FifoQueue", "true")]);
    works.send(&queue, vec![grouped("g", "1")]);
    let mut batch = kv::Batch::new();
    for found in works.store.scan(Space::new("queue-groups"), b"").expect("read") {
        batch.delete(Space::new("queue-groups"), found.expect("read").0);
    }
    block_on(works.store.commit(batch)).expect("damaged");
    assert_eq!(works.bodies(&queue, 10), [""; 0]);
    works.send(&queue, vec![grouped("g", "2")]);
    assert_eq!(works.bodies(&queue, 10).last().map(String::as_str), Some("2"));
}

#[test]
fn a_queue_is_made_once() {
    let works = Works::new();
    let queue = works.make("jobs", &[("DelaySeconds", "1")]);
    assert_eq!(works.make("jobs", &[]), queue);
    let name = QueueName::new("jobs").expect("a name");
    let other = BTreeMap::from([("DelaySeconds".to_owned(), "2".to_owned())]);
    let refused =
        block_on(works.queues.create(&name, other, BTreeMap::new())).expect_err("another");
    assert!(refused.to_string().ends_with("different value for attribute DelaySeconds"));
}

#[tokio::test]
async fn who_waits_is_woken_by_what_is_sent() {
    let queues = Queues::new(Store::in_memory(), home(), Clock::system());
    let name = QueueName::new("jobs").expect("a name");
    let queue = queues.create(&name, BTreeMap::new(), BTreeMap::new()).await.expect("created");
    let receive = Receive { most: 1, visibility_secs: None, wait_secs: Some(20) };
    let waiting = queues.clone();
    let wait = tokio::spawn(async move { waiting.receive(&name, receive).await });
    tokio::task::yield_now().await;
    queues.send(&queue, vec![text("a")]).await.expect("sent").remove(0).expect("accepted");
    let received = wait.await.expect("no panic").expect("received");
    assert_eq!(received[0].body, "a");
}

#[derive(Clone, Debug)]
enum Step {
    Send { group: u8, delay: bool },
    Receive { most: usize },
    Delete { which: prop::sample::Index },
    Show { which: prop::sample::Index },
    Pass { secs: u64 },
    Reopen,
}

fn step() -> impl Strategy<Value = Step> {
    let index = any::<prop::sample::Index>;
    prop_oneof![
        4 => (0..3_u8, any::<bool>()).prop_map(|(group, delay)| Step::Send { group, delay }),
        4 => (1..4_usize).prop_map(|most| Step::Receive { most }),
        3 => index().prop_map(|which| Step::Delete { which }),
        1 => index().prop_map(|which| Step::Show { which }),
        2 => (1..12_u64).prop_map(|secs| Step::Pass { secs }),
        1 => Just(Step::Reopen),
    ]
}

/// A receiver's view: what it has, and until when.
#[derive(Default)]
struct Oracle {
    sent: Vec<String>,
    deleted: BTreeSet<String>,
    hidden_until: HashMap<String, u64>,
    held: Vec<Received>,
}

fn run(is_fifo: bool, steps: Vec<Step>) {
    let mut works = Works::new();
    let name = if is_fifo { "q.fifo" } else { "q" };
    let fifo = ("FifoQueue", "true");
    let attributes = [("VisibilityTimeout", "10"), fifo];
    let queue = works.make(name, &attributes[..1 + usize::from(is_fifo)]);
    let mut oracle = Oracle::default();
    for step in steps {
        let now = works.clock.now();
        match step {
            Step::Send { group, delay } => {
                let body = format!("{group}-{:04}", oracle.sent.len());
                let delay_secs = (delay && !is_fifo).then_some(3);
                let message = match is_fifo {
                    true => grouped(&group.to_string(), &body),
                    false => NewMessage { delay_secs, ..text(&body) },
                };
                works.send(&queue, vec![message]);
                oracle.sent.push(body);
            }
            Step::Receive { most } => {
                for received in works.receive(&queue, most) {
                    let body = received.body.clone();
                    assert!(!oracle.deleted.contains(&body), "{body} was deleted");
                    let hidden = oracle.hidden_until.insert(body.clone(), now + 10_000);
                    assert!(hidden.is_none_or(|until| until <= now), "{body} is hidden");
                    if is_fifo {
                        let group = &body[..2];
                        let before = oracle.sent.iter().take_while(|sent| **sent != body);
                        for earlier in before.filter(|sent| sent.starts_with(group)) {
                            let is_with = oracle.hidden_until.get(earlier) == Some(&(now + 10_000));
                            let is_settled = oracle.deleted.contains(earlier) || is_with;
                            assert!(is_settled, "{body} came before {earlier}");
                        }
                    }
                    oracle.held.push(received);
                }
            }
            Step::Delete { which } if !oracle.held.is_empty() => {
                let received = oracle.held.swap_remove(which.index(oracle.held.len()));
                if works.delete(&queue, &received).is_ok() {
                    oracle.deleted.insert(received.body);
                } else {
                    assert!(is_fifo, "only there handles expire");
                }
            }
            Step::Show { which } if !oracle.held.is_empty() => {
                let received = &oracle.held[which.index(oracle.held.len())];
                if works.hide(&queue, received, 0).is_ok() {
                    oracle.hidden_until.insert(received.body.clone(), now);
                }
            }
            Step::Pass { secs } => works.pass(secs),
            Step::Reopen => works.reopen(),
            Step::Delete { .. } | Step::Show { .. } => {}
        }
    }
    let left: BTreeSet<String> =
        oracle.sent.iter().filter(|body| !oracle.deleted.contains(*body)).cloned().collect();
    works.pass(20);
    assert_eq!(works.lengths(&queue), (left.len() as u64, 0, 0));
    let mut drained = BTreeSet::new();
    loop {
        let received = works.receive(&queue, 10);
        if received.is_empty() {
            break;
        }
        for one in received {
            works.delete(&queue, &one).expect("deleted");
            assert!(drained.insert(one.body), "came twice");
        }
    }
    assert_eq!(drained, left);
    works.pass(400);
    works.sweep();
    assert_eq!(works.left(), usize::from(!oracle.sent.is_empty()), "the length");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn nothing_is_lost_and_nobody_shares_a_message(steps in prop::collection::vec(step(), 1..60)) {
        run(false, steps);
    }

    #[test]
    fn groups_keep_their_order(steps in prop::collection::vec(step(), 1..60)) {
        run(true, steps);
    }
}

#[test]
fn a_receive_that_is_asked_for_again_hands_out_the_same() {
    let mut works = Works::new();
    let queue = works.make("jobs.fifo", &[("FifoQueue", "true"), ("VisibilityTimeout", "30")]);
    let all = [("a", "1"), ("a", "2"), ("b", "3"), ("c", "4")];
    works.send(&queue, all.map(|(group, body)| grouped(group, body)).into());
    let attempt = |works: &Works, id: &str, most| {
        let receive = Receive { most, visibility_secs: None, wait_secs: Some(0) };
        block_on(works.queues.receive_as(&queue.name, receive, Some(id))).expect("received")
    };
    let first = attempt(&works, "one", 3);
    assert_eq!(first.len(), 3);
    works.pass(20);
    works.reopen();
    assert_eq!(attempt(&works, "one", 3), first);
    assert_eq!(works.lengths(&queue), (1, 3, 0));
    // They were hidden anew, so they are still hidden.
    works.pass(20);
    assert_eq!(attempt(&works, "one", 1), first);
    assert_eq!(works.bodies(&queue, 9), ["4"]);
    // What became of one of them makes it another receive.
    works.delete(&queue, &first[0]).expect("deleted");
    assert!(attempt(&works, "one", 3).is_empty());
    works.pass(31);
    let second = attempt(&works, "one", 9);
    assert_eq!(second.len(), 3);
    assert!(second.iter().all(|received| received.receive_count >= 2));
    assert_eq!(attempt(&works, "one", 9), second);
    for received in &second {
        works.delete(&queue, received).expect("deleted");
    }
    works.pass(301);
    works.sweep();
    assert_eq!(works.left(), 1, "the length");
}

#[test]
fn attempts_are_for_queues_that_keep_order() {
    let works = Works::new();
    let receive = Receive { most: 1, visibility_secs: None, wait_secs: Some(0) };
    let standard = works.make("jobs", &[]);
    let fifo = works.make("jobs.fifo", &[("FifoQueue", "true")]);
    for (queue, id) in [(&standard, "one"), (&fifo, ""), (&fifo, "a b"), (&fifo, &*"x".repeat(129))]
    {
        let refused = block_on(works.queues.receive_as(&queue.name, receive, Some(id)));
        assert!(matches!(refused, Err(QueueError::Parameter(_))), "{id}");
    }
}
