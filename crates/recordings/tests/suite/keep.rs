//! What is kept, for whom, and how it is read.

use kv::{Batch, CommitError};
use recordings::{Asked, Limits, RecordedMessage, Recordings, RuleReading, StartError, StopError};
use stdx::task::block_on;

use crate::common::{NOW, Studio, filter, message};

#[test]
fn what_a_filter_matches_is_kept_in_the_order_of_commits() {
    let studio = Studio::new();
    studio.start("a/+");
    for (topic, payload, at) in [("a/1", "one", 5), ("b", "not kept", 6), ("a/2", "two", 4)] {
        assert!(studio.record(&message(topic, payload, NOW + at)));
    }
    assert_eq!(studio.payloads(), ["one", "two"]);
    let [listed] = &studio.recordings.list().expect("read")[..] else { panic!("one recording") };
    assert_eq!(listed.size.messages, 2);
    assert!(listed.size.bytes > 0);
    assert_eq!(listed.span, Some((NOW + 5, NOW + 4)));
    assert_eq!(listed.recording.filter, filter("a/+"));
}

#[test]
fn a_message_that_two_recordings_keep_is_told_once() {
    let studio = Studio::new();
    studio.start("a/#");
    assert!(studio.record(&message("a/b", "one", NOW)));
    studio.start("a/b");
    for payload in ["two", "three"] {
        assert!(studio.record(&message("a/b", payload, NOW)));
    }
    assert_eq!(studio.payloads(), ["one", "two", "three"]);
    block_on(studio.recordings.stop(&filter("a/#"))).expect("stopped");
    assert_eq!(studio.payloads(), ["two", "three"]);
}

#[test]
fn what_is_asked_for_is_told_piece_by_piece() {
    let studio = Studio::new();
    studio.start("#");
    for number in 0..10 {
        let topic = if number % 2 == 0 { "even" } else { "odd" };
        studio.record(&message(topic, &number.to_string(), NOW + number));
    }
    let mut asked =
        Asked { since: NOW + 2, until: Some(NOW + 9), topic: Some(filter("even")), after: None };
    let mut told = Vec::new();
    loop {
        let piece = studio.recordings.read(&asked, 2).expect("read");
        assert!(piece.messages.len() <= 2);
        told.extend(piece.messages.into_iter().map(|(_, it)| it.message.payload));
        match piece.next {
            // As a client sends it back.
            Some(next) => asked.after = Some(next.to_string().parse().expect("a place")),
            None => break,
        }
    }
    assert_eq!(told, ["2", "4", "6", "8"]);
}

#[test]
fn a_message_under_way_is_not_kept_by_a_recording_that_ended() {
    let studio = Studio::new();
    studio.start("a");
    let numbers = studio.recordings.of_topic("a").expect("read");
    block_on(studio.recordings.stop(&filter("a"))).expect("stopped");
    studio.start("a");
    let mut batch = Batch::new();
    Recordings::record_into(&mut batch, &numbers, &message("a", "late", NOW));
    studio.store.commit(batch).wait().expect("committed");
    assert_eq!(studio.payloads(), [""; 0]);
}

#[test]
fn what_cannot_be_recorded_is_refused() {
    let studio = Studio::new();
    let start = |text: &str, days, megabytes| {
        block_on(studio.recordings.start(&filter(text), Limits { days, megabytes }, NOW))
    };
    assert!(matches!(start("$share/g/a", 1, 1), Err(StartError::Shared)));
    for (days, megabytes) in [(0, 1), (1, 0), (366, 1), (1, 65_537)] {
        assert!(matches!(start("a", days, megabytes), Err(StartError::Limits)));
    }
    for number in 0..recordings::RECORDINGS_MAX {
        start(&format!("a/{number}"), 1, 1).expect("there is room");
    }
    assert!(matches!(start("b", 1, 1), Err(StartError::TooMany)));
    let changed = start("a/0", 2, 3).expect("no other than before");
    assert_eq!(changed.limits, Limits { days: 2, megabytes: 3 });
    assert_eq!(studio.recordings.list().expect("read").len(), recordings::RECORDINGS_MAX);
    let stopped = block_on(studio.recordings.stop(&filter("b")));
    assert!(matches!(stopped, Err(StopError::NotFound { .. })));
}

#[test]
fn nothing_is_done_twice() {
    let studio = Studio::new();
    studio.start("a");
    let reading = |digest: &str| RuleReading { rule: "hot".to_owned(), digest: digest.to_owned() };
    let done = vec![reading("as it came")];
    studio.record(&RecordedMessage { done, ..message("a", "one", NOW) });
    let (place, kept) = studio.read(&Asked::default()).remove(0);
    let is_done = |digest: &str| {
        let snapshot = studio.recordings.snapshot();
        Recordings::is_done(&snapshot, place, &kept, &reading(digest)).expect("read")
    };
    let mark = |digest: &str| {
        let mut batch = Batch::new();
        Recordings::mark_into(&mut batch, place, &reading(digest));
        studio.store.commit(batch).wait()
    };
    assert!(is_done("as it came"));
    assert!(!is_done("corrected"));
    mark("corrected").expect("the first time");
    assert!(is_done("corrected") && !is_done("corrected again"));
    assert!(matches!(mark("corrected"), Err(CommitError::PreconditionFailed { .. })));
}
