//! Events that wait.

use blueprints::{BlueprintError, EVENT_BYTES_MAX, NewEvent};
use bytes::Bytes;
use kv::Batch;

use crate::common::{NOW, Shelf, function};

fn event(payload: &str, at: u64) -> NewEvent {
    let payload = Bytes::copy_from_slice(payload.as_bytes());
    NewEvent { function: function("f"), qualifier: None, payload, client_context: None, at }
}

#[tokio::test]
async fn events_come_in_the_order_in_which_they_are_due() {
    let shelf = Shelf::open();
    let name = function("f");
    for (payload, at) in [("1", NOW), ("2", NOW), ("0", NOW - 1)] {
        shelf.blueprints.queue_event(event(payload, at)).await.expect("queued");
    }
    let payloads = || {
        let waiting = shelf.blueprints.events(&name, 10).expect("read");
        waiting.into_iter().map(|it| it.event.payload).collect::<Vec<Bytes>>()
    };
    assert_eq!(payloads(), ["0", "1", "2"]);
    let first = shelf.blueprints.events(&name, 1).expect("read").remove(0);
    let mut again = first.event.clone();
    again.attempts = 1;
    shelf.blueprints.postpone_event(&name, &first, &again, NOW + 60_000).await.expect("postponed");
    assert_eq!(payloads(), ["1", "2", "0"]);
    assert_eq!(shelf.again().functions_with_events(), std::slice::from_ref(&name));
    for waiting in shelf.blueprints.events(&name, 10).expect("read") {
        shelf.blueprints.finish_event(&name, &waiting, Batch::new()).await.expect("finished");
    }
    assert!(shelf.blueprints.functions_with_events().is_empty());
    assert!(!shelf.blueprints.has_events().expect("read"));
}

#[tokio::test]
async fn an_event_of_a_batch_that_fails_leaves_no_trace() {
    let shelf = Shelf::open();
    let mut batch = Batch::new();
    let pending = shelf.blueprints.queue_event_into(&mut batch, event("1", NOW)).expect("room");
    assert_eq!(shelf.blueprints.functions_with_events().len(), 1);
    drop((pending, batch));
    assert!(shelf.blueprints.functions_with_events().is_empty());
    let large = "x".repeat(EVENT_BYTES_MAX + 1);
    let refused = shelf.blueprints.queue_event(event(&large, NOW)).await;
    assert!(matches!(refused, Err(BlueprintError::EventTooLarge { .. })));
}
