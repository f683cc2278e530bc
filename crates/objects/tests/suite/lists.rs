use std::collections::BTreeSet;

use objects::{ListQuery, Settings};
use proptest::prelude::*;

use crate::support::{House, NOW, bucket};

fn keys() -> impl Strategy<Value = BTreeSet<String>> {
    prop::collection::btree_set("[ab/é]{1,6}", 0..25)
}

/// What a whole list shows, the slow way.
fn expected(keys: &BTreeSet<String>, prefix: &str, delimiter: Option<&str>) -> Vec<String> {
    let mut shown: Vec<String> = keys
        .iter()
        .filter_map(|key| {
            let rest = key.strip_prefix(prefix)?;
            let common = delimiter
                .and_then(|delimiter| Some(prefix.len() + rest.find(delimiter)? + delimiter.len()));
            Some(common.map_or(key.clone(), |end| key[..end].to_owned()))
        })
        .collect();
    shown.dedup();
    shown
}

async fn run(keys: &BTreeSet<String>, prefix: &str, delimiter: Option<&str>, limit: usize) {
    let house = House::new().await;
    for key in keys {
        house.put(key, "x").await;
    }
    let (mut shown, mut after): (Vec<String>, Option<String>) = (Vec::new(), None);
    loop {
        let query = ListQuery { prefix, delimiter, after: after.as_deref(), limit };
        let page = house.objects.list(&bucket(), query).expect("listed");
        let mut both: Vec<String> = page.objects.into_iter().map(|(key, _)| key).collect();
        both.extend(page.prefixes);
        assert!(both.len() <= limit);
        both.sort();
        shown.extend(both);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    assert_eq!(shown, expected(keys, prefix, delimiter));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn pages_make_the_whole_list(
        keys in keys(),
        prefix in "[ab/]{0,2}",
        delimiter in prop::option::of(prop_oneof![Just("/"), Just("b"), Just("é/")]),
        limit in 1usize..6,
    ) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(run(&keys, &prefix, delimiter, limit));
    }
}

#[tokio::test]
async fn markers_are_passed_over_and_other_buckets_not_seen() {
    let house = House::new().await;
    let other = model::BucketName::new("attic").expect("a name");
    house.objects.create_bucket(&other, Settings::default(), NOW).await.expect("made");
    house.objects.set_versioning(&bucket(), true).await.expect("set");
    for key in ["a/1", "a/2", "b", "c"] {
        house.put(key, "x").await;
    }
    house.delete("a/1", None).await;
    house.delete("c", None).await;
    let query = ListQuery { delimiter: Some("/"), limit: 2, ..ListQuery::default() };
    let page = house.objects.list(&bucket(), query).expect("listed");
    assert_eq!(page.prefixes, ["a/"]);
    assert_eq!(page.objects.len(), 1);
    assert_eq!(page.next, None, "behind the last there are only markers");
    assert!(house.objects.list(&other, query).expect("listed").objects.is_empty());
    let none = ListQuery { limit: 0, ..query };
    assert_eq!(house.objects.list(&bucket(), none).expect("listed"), objects::Listing::default());
}
