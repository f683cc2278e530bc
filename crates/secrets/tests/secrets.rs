//! Secrets, on a store in memory.

use std::collections::BTreeMap;

use kv::{Space, Store};
use model::Home;
use secrets::{
    CURRENT, Deletion, Move, NewSecret, NewValue, NewVersion, Order, PENDING, PREVIOUS,
    SecretError, SecretId, SecretName, Secrets, SortBy, Update, Value, Version, Which, Written,
};
use stdx::task::block_on;

const DAY_MS: u64 = 86_400_000;

fn open() -> Secrets {
    Secrets::open(Store::in_memory(), Home::default()).expect("opened")
}

fn token(number: usize) -> String {
    format!("token-{number:026}")
}

fn value(number: usize, text: &str) -> NewValue {
    NewValue { token: token(number), value: Value::Text(text.to_owned()) }
}

fn new(name: &str, value: Option<NewValue>) -> NewSecret {
    NewSecret {
        name: SecretName::new(name).expect("a name"),
        description: None,
        kms_key_id: None,
        tags: BTreeMap::new(),
        value,
        now: 17,
    }
}

fn put(secrets: &Secrets, number: usize, labels: Option<&[&str]>) -> Result<Written, SecretError> {
    let labels = labels.map(|labels| labels.iter().map(|&label| label.to_owned()).collect());
    let value = value(number, &number.to_string());
    block_on(secrets.put(&id(secrets, "a"), NewVersion { value, labels, now: 18 }))
}

fn id(secrets: &Secrets, text: &str) -> SecretId {
    secrets.id(text).expect("an id")
}

fn read(secrets: &Secrets, text: &str, which: &Which) -> Result<String, SecretError> {
    match secrets.value(&id(secrets, text), which)?.value {
        Value::Text(text) => Ok(text),
        Value::Binary(_) => panic!("binary"),
    }
}

fn labelled(label: &str) -> Which {
    Which { label: Some(label.to_owned()), version: None }
}

fn versions(secrets: &Secrets) -> Vec<Version> {
    secrets.describe(&id(secrets, "a")).expect("there").versions
}

/// The labels of each version, by the numbers of their tokens.
fn labels(secrets: &Secrets) -> Vec<(usize, Vec<String>)> {
    let number = |version: &Version| version.id[6..].parse().expect("a number");
    versions(secrets).iter().map(|version| (number(version), version.labels.clone())).collect()
}

fn move_label(
    secrets: &Secrets,
    label: &str,
    from: Option<usize>,
    to: Option<usize>,
) -> Result<(), SecretError> {
    let moved = Move { label: label.to_owned(), from: from.map(token), to: to.map(token) };
    block_on(secrets.move_label(&id(secrets, "a"), moved, 19)).map(drop)
}

#[test]
fn a_new_value_is_current_and_the_one_before_it_previous() {
    let secrets = open();
    let made = block_on(secrets.create(new("a", Some(value(1, "one"))))).expect("made");
    assert_eq!((made.version, made.labels), (Some(token(1)), vec![CURRENT.to_owned()]));
    let arn = made.secret.arn;
    assert_eq!(read(&secrets, "a", &Which::default()).expect("read"), "one");
    put(&secrets, 2, None).expect("put");
    let update = Update {
        description: Some("d".to_owned()),
        kms_key_id: None,
        value: Some(value(3, "three")),
        now: 20,
    };
    block_on(secrets.update(&id(&secrets, &arn), update)).expect("updated");
    for text in ["a", &arn, &arn[..arn.len() - 7]] {
        assert_eq!(read(&secrets, text, &Which::default()).expect("read"), "three", "{text}");
    }
    assert_eq!(read(&secrets, "a", &labelled(PREVIOUS)).expect("read"), "2");
    let old =
        |label: Option<&str>| Which { version: Some(token(1)), label: label.map(str::to_owned) };
    assert_eq!(read(&secrets, "a", &old(None)).expect("read"), "one");
    assert!(matches!(read(&secrets, "a", &old(Some(CURRENT))), Err(SecretError::OtherStage)));
    let missing = read(&secrets, "a", &labelled(PENDING)).expect_err("none");
    assert!(missing.to_string().ends_with("staging label: AWSPENDING"), "{missing}");
    let other = format!("{}bbbbbb", &arn[..arn.len() - 6]);
    assert!(matches!(read(&secrets, &other, &Which::default()), Err(SecretError::NotFound)));
    let shown = secrets.describe(&id(&secrets, "a")).expect("there");
    assert_eq!((shown.description.as_deref(), shown.changed_at), (Some("d"), 20));
}

#[test]
fn what_is_sent_twice_is_done_once() {
    let secrets = open();
    let made = block_on(secrets.create(new("a", Some(value(1, "one"))))).expect("made");
    let again = block_on(secrets.create(new("a", Some(value(1, "one"))))).expect("the same");
    assert_eq!(made, again);
    for other in [value(1, "two"), NewValue { value: Value::Binary(b"one".into()), ..value(1, "") }]
    {
        let refused = block_on(secrets.create(new("a", Some(other)))).expect_err("refused");
        assert!(matches!(refused, SecretError::TokenUsed { .. }), "{refused:?}");
    }
    for value in [None, Some(value(2, "one"))] {
        let refused = block_on(secrets.create(new("a", value))).expect_err("refused");
        assert!(matches!(refused, SecretError::Exists { .. }), "{refused:?}");
    }
    let one = put(&secrets, 2, Some(&["live"])).expect("put");
    assert_eq!(put(&secrets, 2, None).expect("the same"), one, "its labels stay");
    assert_eq!(labels(&secrets), [(1, vec![CURRENT.into()]), (2, vec!["live".into()])]);
}

#[test]
fn labels_go_from_version_to_version() {
    let secrets = open();
    block_on(secrets.create(new("a", None))).expect("made");
    let empty = read(&secrets, "a", &Which::default()).expect_err("no value");
    assert!(empty.to_string().ends_with("staging label: AWSCURRENT"), "{empty}");
    let first = put(&secrets, 1, Some(&["one"])).expect("put");
    assert_eq!(first.labels, [CURRENT, "one"], "the first is current at any rate");
    put(&secrets, 2, Some(&[PENDING])).expect("put");
    let refused = move_label(&secrets, CURRENT, None, Some(2)).expect_err("refused");
    assert!(refused.to_string().contains("RemoveFromVersionId can't be empty"), "{refused}");
    for (label, from, to) in [
        (CURRENT, Some(2), Some(1)),
        (CURRENT, Some(1), None),
        (CURRENT, Some(1), Some(9)),
        ("one", None, None),
    ] {
        let refused = move_label(&secrets, label, from, to).expect_err("refused");
        assert!(matches!(refused, SecretError::Unfit(_)), "{refused:?}");
    }
    move_label(&secrets, CURRENT, Some(1), Some(2)).expect("moved");
    let one = (1, vec![PREVIOUS.to_owned(), "one".to_owned()]);
    assert_eq!(labels(&secrets), [one.clone(), (2, vec![CURRENT.into(), PENDING.into()])]);
    // What became current is pending no more when another comes.
    put(&secrets, 3, None).expect("put");
    let expected =
        [(1, vec!["one".to_owned()]), (2, vec![PREVIOUS.into()]), (3, vec![CURRENT.into()])];
    assert_eq!(labels(&secrets), expected);
    move_label(&secrets, "one", Some(1), None).expect("taken off");
    move_label(&secrets, "two", None, Some(1)).expect("put on");
    assert_eq!(labels(&secrets)[0], (1, vec!["two".to_owned()]));
    let many: Vec<String> = (0..20).map(|number| format!("l{number}")).collect();
    let many: Vec<&str> = many.iter().map(String::as_str).collect();
    let refused = put(&secrets, 4, Some(&many)).expect_err("refused");
    assert!(matches!(refused, SecretError::Limit(_)), "{refused:?}");
}

#[test]
fn the_oldest_versions_without_labels_go() {
    let store = Store::in_memory();
    let secrets = Secrets::open(store.clone(), Home::default()).expect("opened");
    block_on(secrets.create(new("a", Some(value(0, "0"))))).expect("made");
    put(&secrets, 1, Some(&["kept"])).expect("put");
    for number in 2..130 {
        put(&secrets, number, None).expect("put");
    }
    let held: Vec<usize> = labels(&secrets).into_iter().map(|(number, _)| number).collect();
    let expected: Vec<usize> = [1].into_iter().chain(31..130).collect();
    assert_eq!(held, expected);
    let values = store.scan(Space::new("secret-versions"), b"").expect("read").count();
    assert_eq!(values, held.len(), "with their values");
}

#[test]
fn a_deleted_secret_can_be_had_back_until_it_is_due() {
    let store = Store::in_memory();
    let secrets = Secrets::open(store.clone(), Home::default()).expect("opened");
    let made = block_on(secrets.create(new("a", Some(value(1, "one"))))).expect("made");
    let a = id(&secrets, "a");
    let in_days = |days| block_on(secrets.delete(&a, Deletion::AfterDays(days), 17));
    for days in [6, 31, -7] {
        assert!(matches!(in_days(Some(days)), Err(SecretError::Unfit(_))), "{days}");
    }
    assert_eq!(in_days(None).expect("marked").due, 17 + 30 * DAY_MS);
    assert!(matches!(in_days(None), Err(SecretError::MarkedAlready)));
    assert!(matches!(read(&secrets, "a", &Which::default()), Err(SecretError::Marked)));
    assert!(matches!(put(&secrets, 2, None), Err(SecretError::Marked)));
    let again = block_on(secrets.create(new("a", None)));
    assert!(matches!(again, Err(SecretError::NameMarked)));
    block_on(secrets.restore(&a)).expect("restored");
    block_on(secrets.restore(&a)).expect("as it is");
    assert_eq!(read(&secrets, "a", &Which::default()).expect("read"), "one");
    let due = in_days(Some(7)).expect("marked").due;
    assert!(!block_on(secrets.sweep(due - 1)).expect("swept"));
    assert_eq!(secrets.describe(&a).expect("there").deletion_due, Some(due));
    block_on(secrets.sweep(due)).expect("swept");
    assert!(matches!(secrets.describe(&a), Err(SecretError::NotFound)));
    for space in ["secrets", "secret-versions", "secret-deletions"] {
        assert_eq!(store.scan(Space::new(space), b"").expect("read").count(), 0, "{space}");
    }
    let successor = block_on(secrets.create(new("a", None))).expect("made");
    assert_ne!(successor.secret.arn, made.secret.arn);
    block_on(secrets.delete(&a, Deletion::AtOnce, 18)).expect("deleted");
    block_on(secrets.delete(&a, Deletion::AtOnce, 18)).expect("as it is");
    assert!(matches!(secrets.describe(&a), Err(SecretError::NotFound)));
}

#[test]
fn a_value_is_sealed_for_its_place() {
    const HEADS: Space = Space::new("secrets");
    const VALUES: Space = Space::new("secret-versions");
    let store = Store::in_memory();
    let secrets = Secrets::open(store.clone(), Home::default()).expect("opened");
    for name in ["a", "b"] {
        block_on(secrets.create(new(name, Some(value(1, "open sesame"))))).expect("made");
    }
    let key = |name: &str| [name.as_bytes(), &[0], token(1).as_bytes()].concat();
    let stored = store.get(VALUES, &key("a")).expect("read").expect("there");
    let holds = |bytes: &[u8], text: &str| bytes.windows(text.len()).any(|w| w == text.as_bytes());
    assert!(!holds(&stored, "sesame"));
    let head = store.get(HEADS, b"a").expect("read").expect("there");
    assert!(!holds(&head, "sesame"));
    let mut batch = kv::Batch::new();
    batch.put(VALUES, key("b"), stored);
    store.commit(batch).wait().expect("stored");
    assert!(matches!(read(&secrets, "b", &Which::default()), Err(SecretError::Sealed)));
    assert_eq!(read(&secrets, "a", &Which::default()).expect("read"), "open sesame");
}

#[test]
fn limits_are_those_of_aws() {
    let secrets = open();
    let sized = |bytes| Some(value(1, &"x".repeat(bytes)));
    for unfit in [
        new("a", sized(0)),
        new("a", sized(65_537)),
        new("a", Some(NewValue { token: "short".to_owned(), ..value(1, "x") })),
        NewSecret { description: Some("d".repeat(2_049)), ..new("a", None) },
        NewSecret { kms_key_id: Some("k".repeat(2_049)), ..new("a", None) },
        NewSecret { tags: BTreeMap::from([(String::new(), String::new())]), ..new("a", None) },
        NewSecret {
            tags: (0..51).map(|number| (number.to_string(), String::new())).collect(),
            ..new("a", None)
        },
    ] {
        assert!(block_on(secrets.create(unfit.clone())).is_err(), "{unfit:?}");
    }
    block_on(secrets.create(new("a", sized(65_536)))).expect("made");
    assert_eq!(read(&secrets, "a", &Which::default()).expect("read").len(), 65_536);
}

#[test]
fn lists_come_in_pages_and_in_order() {
    let secrets = open();
    for (name, now) in [("b", 1), ("a", 2), ("c", 3), ("d", 3)] {
        block_on(secrets.create(NewSecret { now, ..new(name, None) })).expect("made");
    }
    for (by, is_descending, expected) in [
        (SortBy::Created, false, "bacd"),
        (SortBy::Created, true, "dcab"),
        (SortBy::Name, false, "abcd"),
        (SortBy::Name, true, "dcba"),
    ] {
        let (mut found, mut after) = (String::new(), None);
        loop {
            let order = Order { by, is_descending };
            let page = secrets.list(order, after.as_deref(), 3, |_| true).expect("read");
            found.extend(page.0.iter().map(|secret| secret.name.to_string()));
            after = page.1;
            if after.is_none() {
                break;
            }
        }
        assert_eq!(found, expected, "{by:?}");
    }
    let wanted = secrets.list(Order::default(), None, 3, |secret| secret.name.as_str() > "a");
    let wanted = wanted.expect("read");
    assert_eq!((wanted.0.len(), wanted.1), (3, None), "no page follows");
    for wrong in ["", "x:a", "9"] {
        let refused = secrets.list(Order::default(), Some(wrong), 3, |_| true);
        assert!(matches!(refused, Err(SecretError::Token)), "{wrong}");
    }
}

#[test]
fn the_day_of_a_read_is_kept() {
    let secrets = open();
    block_on(secrets.create(new("a", Some(value(1, "one"))))).expect("made");
    let a = id(&secrets, "a");
    assert_eq!(secrets.describe(&a).expect("there").accessed_on, None);
    for now in [3 * DAY_MS + 5, 3 * DAY_MS + 6] {
        let revealed = secrets.value(&a, &Which::default()).expect("read");
        secrets.note_read(&revealed, now);
        // Whatever is committed after it finds it there.
        put(&secrets, 2, None).expect("put");
        let shown = secrets.describe(&a).expect("there");
        assert_eq!(shown.accessed_on, Some(3 * DAY_MS));
        assert_eq!(shown.versions[0].accessed_on, Some(3 * DAY_MS));
    }
}
