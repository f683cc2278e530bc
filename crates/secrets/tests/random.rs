//! Secrets beside a model of them, through random calls.

use std::collections::BTreeMap;

use kv::Store;
use model::Home;
use proptest::prelude::*;
use secrets::{
    CURRENT, Deletion, Move, NewSecret, NewValue, NewVersion, PREVIOUS, SecretName, Secrets, Value,
    Which,
};
use stdx::task::block_on;

const LABELS: [&str; 4] = [CURRENT, PREVIOUS, "AWSPENDING", "own"];

#[derive(Clone, Debug)]
enum Call {
    Put { number: usize, labels: Option<Vec<usize>> },
    Move { label: usize, from: Option<usize>, to: Option<usize> },
    Delete,
    Restore,
}

fn call() -> impl Strategy<Value = Call> {
    let number = || 0usize..8;
    prop_oneof![
        4 => (number(), proptest::option::of(proptest::collection::vec(0usize..4, 1..3)))
            .prop_map(|(number, labels)| Call::Put { number, labels }),
        4 => (0usize..4, proptest::option::of(number()), proptest::option::of(number()))
            .prop_map(|(label, from, to)| Call::Move { label, from, to }),
        1 => Just(Call::Delete),
        1 => Just(Call::Restore),
    ]
}

fn token(number: usize) -> String {
    format!("{number:032}")
}

fn value(number: usize) -> NewValue {
    NewValue { token: token(number), value: Value::Text(number.to_string()) }
}

proptest! {
    #[test]
    fn values_never_change_and_labels_are_at_one_place(
        calls in proptest::collection::vec(call(), 1..40)
    ) {
        let secrets = Secrets::open(Store::in_memory(), Home::default()).expect("opened");
        let name = SecretName::new("a").expect("a name");
        let first = NewSecret {
            name,
            description: None,
            kms_key_id: None,
            tags: BTreeMap::new(),
            value: Some(value(0)),
            now: 1,
        };
        block_on(secrets.create(first)).expect("made");
        let id = secrets.id("a").expect("an id");
        let mut is_marked = false;
        for call in calls {
            let before = secrets.describe(&id).expect("there");
            let was = before.versions.iter().find(|it| it.labels.iter().any(|l| l == CURRENT));
            let was = was.expect("one is current").id.clone();
            let done = match call {
                Call::Put { number, labels } => {
                    let labels = labels
                        .map(|labels| labels.into_iter().map(|at| LABELS[at].to_owned()).collect());
                    block_on(secrets.put(&id, NewVersion { value: value(number), labels, now: 2 })).map(drop)
                }
                Call::Move { label, from, to } => {
                    let label = LABELS[label].to_owned();
                    let moved = Move { label, from: from.map(token), to: to.map(token) };
                    block_on(secrets.move_label(&id, moved, 2)).map(drop)
                }
                Call::Delete => {
                    let done = block_on(secrets.delete(&id, Deletion::AfterDays(None), 2));
                    is_marked = true;
                    done.map(drop)
                }
                Call::Restore => {
                    is_marked = false;
                    block_on(secrets.restore(&id)).map(drop)
                }
            };
            let after = secrets.describe(&id).expect("there");
            if done.is_err() {
                prop_assert_eq!(&before, &after, "what fails changes nothing");
            }
            prop_assert_eq!(after.deletion_due.is_some(), is_marked);
            let mut labels: Vec<&String> = after.versions.iter().flat_map(|it| &it.labels).collect();
            let count = labels.len();
            labels.sort_unstable();
            labels.dedup();
            prop_assert_eq!(labels.len(), count, "each label is at one version");
            let carries = |label: &str| {
                after.versions.iter().find(|it| it.labels.iter().any(|l| l == label)).map(|it| &it.id)
            };
            let current = carries(CURRENT);
            prop_assert!(current.is_some());
            if current != Some(&was) {
                prop_assert_eq!(carries(PREVIOUS), Some(&was));
            }
            if is_marked {
                continue;
            }
            for version in &after.versions {
                let which = Which { version: Some(version.id.clone()), label: None };
                let number: usize = version.id.parse().expect("a number");
                let held = secrets.value(&id, &which).expect("there").value;
                prop_assert_eq!(held, value(number).value);
            }
        }
    }
}
