use objects::{LifecycleRule, ObjectsError, Settings, VersionQuery, VersionRef};
use proptest::prelude::*;

use crate::support::{DAY, House, NOW, bucket, doer, key};

/// What is known of one object: its versions, newest first, with id and content; a marker has none.
type Oracle = Vec<(String, Option<String>)>;

#[derive(Clone, Debug)]
enum Step {
    Put,
    Delete,
    DeleteVersion(usize),
    Versioning(bool),
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => Just(Step::Put),
        2 => Just(Step::Delete),
        3 => (0..6usize).prop_map(Step::DeleteVersion),
        1 => any::<bool>().prop_map(Step::Versioning),
    ];
    prop::collection::vec(step, 1..30)
}

fn put_front(oracle: &mut Oracle, id: Option<String>, content: Option<String>) {
    let id = id.unwrap_or_else(|| "null".to_owned());
    if id == "null" {
        oracle.retain(|(known, _)| known != "null");
    }
    oracle.insert(0, (id, content));
}

async fn run(steps: Vec<Step>) {
    let house = House::new().await;
    let (mut oracle, mut is_versioned) = (Oracle::new(), None);
    for (at, step) in steps.into_iter().enumerate() {
        match step {
            Step::Put => {
                let content = format!("content {at}");
                let put = house.put("a", content.clone()).await;
                assert_eq!(put.version.is_some(), is_versioned == Some(true));
                put_front(&mut oracle, put.version, Some(content));
            }
            Step::Delete => {
                let deleted = house.delete("a", None).await;
                assert_eq!(deleted.is_marker, is_versioned.is_some());
                match is_versioned {
                    None => oracle.clear(),
                    Some(_) => put_front(&mut oracle, deleted.version, None),
                }
            }
            Step::DeleteVersion(place) => {
                let Some((id, content)) = oracle.get(place).cloned() else { continue };
                let deleted = house.delete("a", Some(&id)).await;
                assert_eq!(deleted.is_marker, content.is_none());
                oracle.remove(place);
            }
            Step::Versioning(is_on) => {
                is_versioned = Some(is_on);
                house.objects.set_versioning(&bucket(), is_on).await.expect("set");
            }
        }
        check(&house, &oracle).await;
    }
    for (id, _) in oracle.drain(..) {
        house.delete("a", Some(&id)).await;
    }
    house.objects.delete_bucket(&bucket()).await.expect("it is empty");
}

async fn check(house: &House, oracle: &Oracle) {
    let current = house.get("a").await;
    match oracle.first() {
        None => assert!(matches!(current, Err(ObjectsError::NoKey))),
        Some((_, None)) => assert!(matches!(current, Err(ObjectsError::Marker { .. }))),
        Some((_, Some(content))) => assert_eq!(current.expect("read"), content.as_bytes()),
    }
    for (id, content) in oracle {
        let read = house.get_version("a", VersionRef::Id(id)).await;
        match content {
            None => assert!(matches!(read, Err(ObjectsError::Marker { is_named: true, .. }))),
            Some(content) => assert_eq!(read.expect("read"), content.as_bytes()),
        }
    }
    let mut listed = Vec::new();
    let mut after: Option<(String, Option<String>)> = None;
    loop {
        let query = VersionQuery {
            after: after.as_ref().map(|(key, _)| key.as_str()),
            after_version: after.as_ref().and_then(|(_, version)| version.as_deref()),
            limit: 2,
            ..VersionQuery::default()
        };
        let page = house.objects.list_versions(&bucket(), query).expect("listed");
        listed.extend(page.versions);
        after = page.next;
        if after.is_none() {
            break;
        }
    }
    let ids: Vec<String> = listed
        .iter()
        .map(|listed| listed.version.id().unwrap_or_else(|| "null".to_owned()))
        .collect();
    assert_eq!(ids, oracle.iter().map(|(id, _)| id.clone()).collect::<Vec<_>>());
    assert!(listed.iter().enumerate().all(|(at, listed)| listed.is_latest == (at == 0)));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn versions_are_what_was_put_and_not_deleted(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
        runtime.block_on(run(steps));
    }
}

#[tokio::test]
async fn earlier_versions_go_so_many_days_after_they_were_replaced() {
    let house = House::new().await;
    house.objects.set_versioning(&bucket(), true).await.expect("set");
    let first = house.put("a", "1").await.version.expect("an id");
    house.put("a", "2").await;
    let rule =
        LifecycleRule { is_enabled: true, earlier_days: Some(3), ..LifecycleRule::default() };
    let settings = Settings { lifecycle: Some(vec![rule]), ..Settings::default() };
    house.objects.put_settings(&bucket(), settings).await.expect("put");
    house.sweep(NOW + 3 * DAY).await;
    assert!(house.get_version("a", VersionRef::Id(&first)).await.is_ok());
    house.sweep(NOW + 4 * DAY).await;
    let gone = house.get_version("a", VersionRef::Id(&first)).await;
    assert!(matches!(gone, Err(ObjectsError::NoVersion)));
    assert_eq!(house.get("a").await.expect("read"), "2");
}

#[tokio::test]
async fn tags_change_and_the_version_stays() {
    let house = House::new().await;
    house.put("a", "x").await;
    let tags = vec![("room".to_owned(), "hall".to_owned())];
    let set = house
        .objects
        .set_tags(&bucket(), &key("a"), VersionRef::Current, &tags, (&doer(), NOW))
        .await;
    assert_eq!(set.expect("set"), None);
    let version = house.objects.describe(&bucket(), &key("a"), VersionRef::Current);
    assert_eq!(version.expect("is").details.tags, tags);
    assert_eq!(house.get("a").await.expect("read"), "x");
}
