use kv::Store;
use model::Home;
use registry::DestinationStatus::{Disabled, Enabled, Error, InProgress};
use registry::{CreateDestinationError, DestinationError, Registry};
use stdx::task::block_on;

const URL: &str = "https://example.com/a";

#[test]
fn who_has_the_token_confirms_and_then_it_is_switched() {
    let registry = Registry::new(Store::in_memory(), Home::default());
    let made = block_on(registry.create_destination(URL, 1)).expect("created");
    let again = block_on(registry.create_destination(URL, 1)).expect_err("once");
    assert!(matches!(again, CreateDestinationError::AlreadyExists { .. }), "{again:?}");
    let arn = registry.destination_arn(&made.id);
    assert_eq!(registry.destination_id(arn.as_str()), Some(made.id.as_str()));

    let set = |status| block_on(registry.set_destination(&made.id, status, 2));
    assert!(matches!(set(Enabled), Err(DestinationError::NotConfirmed)));
    assert!(matches!(set(Error), Err(DestinationError::NotToBeSet)));
    block_on(registry.fail_destination(&made, "no answer", 3)).expect("told");
    let failed = registry.destination_of_url(URL).expect("read").expect("there");
    assert_eq!((failed.status, failed.status_reason.as_deref()), (Error, Some("no answer")));

    let asked = set(InProgress).expect("asked again");
    let confirm = |token: &str| block_on(registry.confirm_destination(token, 4));
    for wrong in [made.token.as_str(), "x", "x.y"] {
        assert!(matches!(confirm(wrong), Err(DestinationError::Token)), "{wrong}");
    }
    assert_eq!(confirm(&asked.token).expect("confirmed").status, Enabled);
    assert_eq!(set(Disabled).expect("set").status, Disabled);
    assert_eq!(confirm(&asked.token).expect("again").status, Disabled, "it stays as it is set");
    assert_eq!(set(Enabled).expect("set").status, Enabled);
    block_on(registry.fail_destination(&asked, "late", 5)).expect("told");
    let known = registry.destinations(None, 9).expect("read").items;
    assert_eq!(known.iter().map(|it| it.status).collect::<Vec<_>>(), [Enabled]);

    block_on(registry.delete_destination(&made.id)).expect("deleted");
    assert_eq!(registry.destination_of_url(URL).expect("read"), None);
    let missing = block_on(registry.delete_destination(&made.id)).expect_err("gone");
    assert!(matches!(missing, DestinationError::NotFound { .. }), "{missing:?}");
}
