use logs::{EventQuery, GroupFilter, LogsError, StreamOrder};
use stdx::task::block_on;

use crate::common::{DAY, NOW, event, group, logs, messages, put, read, stream};

#[test]
fn groups_and_streams_have_names_that_no_other_has() {
    let logs = logs();
    let again = block_on(logs.create_group(&group("g"), [].into(), NOW));
    assert!(matches!(again, Err(LogsError::GroupExists)), "{again:?}");
    let again = block_on(logs.create_stream(&group("g"), &stream("s"), NOW));
    assert!(matches!(again, Err(LogsError::StreamExists)), "{again:?}");
    let nowhere = block_on(logs.create_stream(&group("x"), &stream("s"), NOW));
    assert!(matches!(nowhere, Err(LogsError::NoGroup)), "{nowhere:?}");
    let days = block_on(logs.set_retention(&group("g"), Some(2)));
    assert!(matches!(days, Err(LogsError::Retention { days: 2 })), "{days:?}");
}

#[test]
fn groups_are_listed_by_prefix_and_part_in_pages() {
    let logs = logs();
    for name in ["/a/one", "/a/two", "/b/One"] {
        block_on(logs.create_group(&group(name), [].into(), NOW)).expect("created");
    }
    let names = |prefix: Option<&str>, part: Option<&str>, after: Option<&str>, limit| {
        let (prefix, part) = (prefix.map(str::to_owned), part.map(str::to_owned));
        let page = logs.groups(&GroupFilter { prefix, part }, after, limit).expect("read");
        let names: Vec<String> = page.items.iter().map(|group| group.name.to_string()).collect();
        (names.join(" "), page.next)
    };
    assert_eq!(names(None, None, None, 9).0, "/a/one /a/two /b/One g");
    assert_eq!(names(None, Some("one"), None, 9).0, "/a/one /b/One");
    let (first, next) = names(Some("/a/"), None, None, 1);
    assert_eq!((first.as_str(), next.as_deref()), ("/a/one", Some("one")));
    assert_eq!(names(Some("/a/"), None, next.as_deref(), 1), ("/a/two".to_owned(), None));
}

#[test]
fn what_is_deleted_is_gone_at_once_and_swept_later() {
    let logs = logs();
    put(&logs, (0..2_500).map(|at| event(NOW + at, "x")).collect());
    assert_eq!(logs.group(&group("g")).expect("read").expect("there").stored_bytes, 2_500 * 27);
    block_on(logs.delete_stream(&group("g"), &stream("s"))).expect("deleted");
    block_on(logs.create_stream(&group("g"), &stream("s"), NOW)).expect("created anew");
    put(&logs, vec![event(NOW, "new")]);
    assert_eq!(messages(&read(&logs, None, true, 9).events), ["new"]);
    let sweeps = || (0..).take_while(|_| block_on(logs.sweep(NOW)).expect("swept")).count();
    assert_eq!(sweeps(), 3);
    assert_eq!(logs.group(&group("g")).expect("read").expect("there").stored_bytes, 29);
    block_on(logs.delete_group(&group("g"))).expect("deleted");
    let (group, stream) = (group("g"), stream("s"));
    let (group, stream) = (&group, &stream);
    let (token, from_head) = (None, true);
    let query = EventQuery { group, stream, from: 0, until: None, token, from_head, limit: 9 };
    assert!(matches!(logs.events(&query), Err(LogsError::NoGroup)));
    assert_eq!(sweeps(), 1);
}

#[test]
fn a_group_keeps_its_events_for_so_many_days() {
    let logs = logs();
    put(&logs, vec![event(NOW - DAY - 1, "old"), event(NOW - DAY, "young")]);
    block_on(logs.set_retention(&group("g"), Some(1))).expect("set");
    assert!(block_on(logs.sweep(NOW)).expect("swept"));
    assert!(!block_on(logs.sweep(NOW)).expect("nothing is left"));
    assert_eq!(messages(&read(&logs, None, true, 9).events), ["young"]);
    block_on(logs.set_retention(&group("g"), None)).expect("set");
    assert!(!block_on(logs.sweep(NOW + 99 * DAY)).expect("kept for ever"));
}

#[test]
fn streams_know_their_first_and_last_events() {
    let logs = logs();
    block_on(logs.create_stream(&group("g"), &stream("a"), NOW)).expect("created");
    put(&logs, vec![event(NOW - 5, "x"), event(NOW + 5, "y")]);
    let streams = logs.streams(&group("g"), "", StreamOrder::LastEvent).expect("read");
    let shown: Vec<_> = streams
        .iter()
        .map(|it| (it.name.as_str(), it.first_event_at, it.last_event_at, it.last_put_at))
        .collect();
    let last = ("s", Some(NOW - 5), Some(NOW + 5), Some(NOW));
    assert_eq!(shown, [("a", None, None, None), last]);
}
