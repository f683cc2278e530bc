use kv::Batch;
use logs::{LogFilter, LogsError, NewEvent, Pattern, Rejected, UnfitEvents};
use stdx::task::block_on;

use crate::common::{DAY, NOW, event, group, logs, messages, put, read, stream};

#[test]
fn pages_go_forward_and_backward_and_end_where_the_token_stays() {
    let logs = logs();
    put(&logs, (1..=5).map(|n| event(NOW + n, &n.to_string())).collect());
    put(&logs, vec![event(NOW + 3, "3b")]);
    let latest = read(&logs, None, false, 2);
    assert_eq!(messages(&latest.events), ["4", "5"]);
    let before = read(&logs, Some(&latest.backward), false, 3);
    assert_eq!(messages(&before.events), ["2", "3", "3b"]);
    let first = read(&logs, Some(&before.backward), false, 3);
    assert_eq!(messages(&first.events), ["1"]);
    let none = read(&logs, Some(&first.backward), false, 3);
    assert_eq!((none.events.len(), &none.backward), (0, &first.backward));

    let page = read(&logs, None, true, 4);
    assert_eq!(messages(&page.events), ["1", "2", "3", "3b"]);
    let rest = read(&logs, Some(&page.forward), true, 4);
    assert_eq!(messages(&rest.events), ["4", "5"]);
    let end = read(&logs, Some(&rest.forward), true, 4);
    assert_eq!((end.events.len(), &end.forward), (0, &rest.forward));
    put(&logs, vec![event(NOW + 9, "late")]);
    assert_eq!(messages(&read(&logs, Some(&end.forward), true, 4).events), ["late"]);
}

#[test]
fn events_that_do_not_fit_are_refused_or_left_out() {
    let logs = logs();
    let try_put =
        |events: Vec<NewEvent>| block_on(logs.put_events(&group("g"), &stream("s"), events, NOW));
    let large = "x".repeat(600_000);
    for (events, unfit) in [
        (vec![], UnfitEvents::Count),
        (vec![event(NOW, "")], UnfitEvents::Empty),
        (vec![event(2, "b"), event(1, "a")], UnfitEvents::Order),
        (vec![event(NOW, "a"), event(NOW + DAY + 1, "b")], UnfitEvents::Span),
        (vec![event(NOW, &large), event(NOW, &large)], UnfitEvents::TooLarge { bytes: 1_200_052 }),
    ] {
        let refused = try_put(events).expect_err("unfit");
        assert!(matches!(&refused, LogsError::Events(found) if *found == unfit), "{refused:?}");
    }
    let old = NOW - 14 * DAY;
    let outcome = try_put(vec![event(old - 1, "too old"), event(old, "old")]).expect("put");
    assert_eq!(outcome.rejected, Rejected { too_old_until: Some(1), ..Rejected::default() });
    let ahead = NOW + 2 * 3_600_000;
    let outcome = try_put(vec![event(ahead, "ahead"), event(ahead + 1, "too new")]).expect("put");
    assert_eq!(outcome.rejected, Rejected { too_new_from: Some(1), ..Rejected::default() });
    block_on(logs.set_retention(&group("g"), Some(1))).expect("set");
    let outcome = try_put(vec![event(NOW - DAY - 1, "expired")]).expect("put");
    assert_eq!(outcome.rejected, Rejected { expired_until: Some(1), ..Rejected::default() });
    assert_eq!(messages(&read(&logs, None, true, 9).events), ["old", "ahead"]);
}

#[test]
fn lines_join_a_batch_and_make_their_stream() {
    let store = kv::Store::in_memory();
    let logs = logs::Logs::new(store.clone());
    let (g, s) = (group("g"), stream("s"));
    let mut batch = Batch::new();
    let nowhere = logs.put_into(&mut batch, &g, &s, vec![event(NOW, "x")], NOW);
    assert!(matches!(nowhere, Err(LogsError::NoGroup)), "{nowhere:?}");
    block_on(logs.create_group(&g, [].into(), NOW)).expect("created");
    logs.put_into(&mut batch, &g, &s, vec![event(NOW, "x")], NOW).expect("planned");
    let mut later = Batch::new();
    logs.put_into(&mut later, &g, &s, vec![event(NOW, "y")], NOW).expect("planned");
    store.commit(batch).wait().expect("committed");
    assert_eq!(messages(&read(&logs, None, true, 9).events), ["x"]);
    block_on(logs.delete_group(&g)).expect("deleted");
    store.commit(later).wait().expect("a line never stops its batch");
}

#[test]
fn streams_are_searched_side_by_side() {
    let logs = logs();
    block_on(logs.create_stream(&group("g"), &stream("t"), NOW)).expect("created");
    put(&logs, vec![event(NOW + 1, "ERROR a"), event(NOW + 3, "ok"), event(NOW + 5, "ERROR c")]);
    let events = vec![event(NOW + 2, "ERROR b"), event(NOW + 5, "ERROR d")];
    block_on(logs.put_events(&group("g"), &stream("t"), events, NOW)).expect("put");
    let pattern = Pattern::parse("ERROR").expect("a pattern");
    let search = |token: Option<&str>, limit, prefix: &str, until| {
        let g = group("g");
        let (group, pattern) = (&g, &pattern);
        let filter =
            LogFilter { group, streams: &[], prefix, from: NOW, until, pattern, token, limit };
        let page = logs.filter(&filter).expect("searched");
        let found: Vec<String> =
            page.events.iter().map(|it| format!("{} {}", it.stream, it.event.message)).collect();
        let ids: std::collections::BTreeSet<_> = page.events.iter().map(|it| &it.id).collect();
        assert!(ids.len() == found.len() && ids.iter().all(|id| id.len() == 56), "{ids:?}");
        (found.join(", "), page.next)
    };
    let all = "s ERROR a, t ERROR b, s ERROR c, t ERROR d";
    assert_eq!(search(None, 9, "", None), (all.to_owned(), None));
    assert_eq!(search(None, 9, "t", Some(NOW + 2)).0, "t ERROR b");
    let (first, next) = search(None, 3, "", None);
    assert_eq!(first, "s ERROR a, t ERROR b, s ERROR c");
    assert_eq!(search(next.as_deref(), 3, "", None), ("t ERROR d".to_owned(), None));
}
