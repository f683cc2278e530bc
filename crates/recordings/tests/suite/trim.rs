//! What is too old or too much goes, and nothing else.

use kv::{Batch, Space};
use recordings::{Asked, Limits, Recordings, RuleReading, Size};
use stdx::task::block_on;

use crate::common::{DAY_MILLIS, NOW, Studio, filter, message};

fn entries(studio: &Studio, space: &'static str) -> usize {
    studio.recordings.snapshot().scan(Space::new(space), b"").expect("read").count()
}

fn size(studio: &Studio) -> Size {
    studio.recordings.list().expect("read")[0].size
}

#[test]
fn what_is_too_old_goes() {
    let studio = Studio::new();
    studio.start_with("a", Limits { days: 2, megabytes: 1 });
    for (payload, at) in [("old", 0), ("older", 1), ("new", DAY_MILLIS)] {
        studio.record(&message("a", payload, NOW + at));
    }
    studio.trim(NOW + 2 * DAY_MILLIS + 1);
    assert_eq!(studio.payloads(), ["older", "new"]);
    studio.trim(NOW + 2 * DAY_MILLIS + 2);
    assert_eq!(studio.payloads(), ["new"]);
    assert_eq!(size(&studio).messages, 1);
    studio.trim(NOW + 9 * DAY_MILLIS);
    assert_eq!(size(&studio), Size::default());
}

#[test]
fn what_is_too_much_goes_oldest_first() {
    let studio = Studio::new();
    studio.start_with("a", Limits { days: 1, megabytes: 1 });
    let filler = "x".repeat(1_000);
    for number in 0..1_500 {
        studio.record(&message("a", &format!("{number} {filler}"), NOW));
    }
    assert!(size(&studio).bytes > 1_500_000);
    studio.trim(NOW);
    let left = studio.payloads();
    assert_eq!(left.len() as u64, size(&studio).messages);
    assert!(size(&studio).bytes <= 1_000_000 && size(&studio).bytes > 998_000);
    assert!(left.last().expect("some").starts_with("1499 "));
    studio.trim(NOW);
    assert_eq!(studio.payloads().len(), left.len(), "no more is too much");
}

#[test]
fn a_recording_that_ended_leaves_nothing() {
    let studio = Studio::new();
    studio.start("a");
    for number in 0..2_500 {
        studio.record(&message("a", &number.to_string(), NOW));
    }
    block_on(studio.recordings.stop(&filter("a"))).expect("stopped");
    studio.trim(NOW);
    assert_eq!(entries(&studio, "recorded"), 0);
    assert_eq!(entries(&studio, "recordings"), 1, "the counter alone");
}

#[test]
fn marks_go_with_the_last_recording_of_their_message() {
    let studio = Studio::new();
    studio.start_with("a", Limits { days: 1, megabytes: 1 });
    studio.start_with("#", Limits { days: 2, megabytes: 1 });
    let reading = RuleReading { rule: "hot".to_owned(), digest: "d".to_owned() };
    for at in [0, 1] {
        studio.record(&message("a", "m", NOW + at));
    }
    let mut batch = Batch::new();
    for (place, _) in studio.read(&Asked::default()) {
        Recordings::mark_into(&mut batch, place, &reading);
    }
    studio.store.commit(batch).wait().expect("committed");
    studio.trim(NOW + DAY_MILLIS + 5);
    assert_eq!((entries(&studio, "recorded"), entries(&studio, "replayed")), (2, 2));
    studio.trim(NOW + 2 * DAY_MILLIS + 1);
    assert_eq!((entries(&studio, "recorded"), entries(&studio, "replayed")), (1, 1));
    studio.trim(NOW + 3 * DAY_MILLIS);
    assert_eq!((entries(&studio, "recorded"), entries(&studio, "replayed")), (0, 0));
}
