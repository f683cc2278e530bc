use bytes::Bytes;
use kv::Batch;
use objects::{
    Algorithm, Condition, Happening, INLINE_BYTES_MAX, LifecycleRule, Meta, NewObject,
    ObjectsError, Settings, Tagged, VersionRef, Wanted,
};

use crate::support::{DAY, House, NOW, body, bucket, doer, key};

#[tokio::test]
async fn bodies_of_every_size_come_back() {
    let house = House::new().await;
    for bytes in [0, 1, 4096, INLINE_BYTES_MAX, INLINE_BYTES_MAX + 1, 700_000, 3_000_001] {
        let data = body(bytes);
        house.put("a/b", data.clone()).await;
        assert_eq!(house.get("a/b").await.expect("read"), data, "{bytes}");
    }
    house.sweep(NOW).await;
    assert_eq!(house.files(), 1, "the file of the last one alone");
    house.delete("a/b", None).await;
    house.sweep(NOW).await;
    assert_eq!(house.files(), 0);
    assert!(matches!(house.get("a/b").await, Err(ObjectsError::NoKey)));
}

#[tokio::test]
async fn a_range_is_read_from_wherever_it_is() {
    let house = House::new().await;
    for bytes in [10_000, 2_000_000] {
        let data = body(bytes);
        house.put("a", data.clone()).await;
        for range in [0..1, 9_000..10_000, 17..bytes - 1] {
            let found = house.objects.find(&bucket(), &key("a"), VersionRef::Current).expect("is");
            let asked = range.start as u64..range.end as u64;
            let mut reader = house.objects.read(found, asked).expect("read");
            let mut read = Vec::new();
            while let Some(block) = reader.next().await.expect("read") {
                read.extend(block);
            }
            assert_eq!(read, data[range]);
        }
    }
}

#[tokio::test]
async fn digests_are_those_of_the_bytes_whichever_way_they_go() {
    let house = House::new().await;
    let wanted = Wanted { checksums: Algorithm::ALL.to_vec(), sha256: true };
    let data = body(1_234_567);
    let mut writer = house.objects.writer(wanted.clone());
    for piece in data.chunks(100_000) {
        writer.write(Bytes::copy_from_slice(piece)).await.expect("written");
    }
    let large = writer.finish().await.expect("whole");
    assert_eq!(large.digests, objects::Written::of(data, &wanted).digests);
    drop(large);
    assert_eq!(house.files(), 0, "what is not put goes");
}

#[tokio::test]
async fn a_reader_keeps_the_version_that_it_began_with() {
    let house = House::new().await;
    let data = body(2_000_000);
    house.put("a", data.clone()).await;
    let found = house.objects.find(&bucket(), &key("a"), VersionRef::Current).expect("is");
    house.put("a", "other").await;
    house.sweep(NOW).await;
    assert_eq!(house.files(), 1, "its file stays while it is held");
    let mut reader = house.objects.read(found, 0..data.len() as u64).expect("read");
    let mut read = Vec::new();
    while let Some(block) = reader.next().await.expect("read") {
        read.extend(block);
    }
    assert_eq!(read, data);
    drop(reader);
    house.sweep(NOW).await;
    assert_eq!(house.files(), 0);
}

#[tokio::test]
async fn conditions_are_held_against_the_current_version() {
    let house = House::new().await;
    let only_new = Condition { if_none: true, ..Condition::default() };
    let same = |etag: &str| {
        let if_match = Some(Tagged::read(&format!("\"{etag}\"")));
        Condition { if_match, if_none: false }
    };
    let data = || Bytes::from_static(b"x");
    assert!(matches!(house.try_put("a", data(), same("0")).await, Err(ObjectsError::NoKey)));
    let put = house.try_put("a", data(), only_new.clone()).await.expect("put");
    let refused = house.try_put("a", body(1_000_000), only_new).await;
    assert!(matches!(refused, Err(ObjectsError::ConditionFailed { .. })));
    assert_eq!(house.files(), 0, "the file of what is refused goes");
    house.try_put("a", data(), same(&put.etag)).await.expect("put");
    let refused = house.try_put("a", data(), same("0")).await;
    assert!(matches!(refused, Err(ObjectsError::ConditionFailed { .. })));
}

#[tokio::test]
async fn a_bucket_is_deleted_when_it_is_empty() {
    let house = House::new().await;
    house.put("a", "x").await;
    house.put("a", "y").await;
    let refused = house.objects.delete_bucket(&bucket()).await;
    assert!(matches!(refused, Err(ObjectsError::BucketNotEmpty)));
    let again = house.objects.create_bucket(&bucket(), Settings::default(), NOW).await;
    assert!(matches!(again, Err(ObjectsError::BucketExists)));
    house.delete("a", None).await;
    house.delete("a", None).await;
    house.objects.delete_bucket(&bucket()).await.expect("deleted");
    let refused = house.try_put("a", Bytes::new(), Condition::default()).await;
    assert!(matches!(refused, Err(ObjectsError::NoBucket)));
    house.objects.create_bucket(&bucket(), Settings::default(), NOW).await.expect("made");
    assert_eq!(house.objects.buckets("", None, 9).expect("read").len(), 1);
}

#[tokio::test]
async fn a_small_object_joins_a_batch() {
    let new = NewObject {
        bucket: bucket(),
        key: key("rule"),
        meta: Meta::default(),
        tags: Vec::new(),
        condition: Condition::default(),
        how: Happening::Put,
        doer: doer(),
        now: NOW,
    };
    let store = kv::Store::in_memory();
    let other = House::on(store.clone()).await;
    let mut batch = Batch::new();
    let too_large = other.objects.put_into(&mut batch, new.clone(), body(INLINE_BYTES_MAX + 1));
    assert!(matches!(too_large, Err(ObjectsError::TooLarge { .. })));
    other.objects.put_into(&mut batch, new.clone(), body(INLINE_BYTES_MAX)).expect("planned");
    assert!(matches!(other.get("rule").await, Err(ObjectsError::NoKey)));
    store.commit(batch).await.expect("committed");
    assert_eq!(other.get("rule").await.expect("read"), body(INLINE_BYTES_MAX));
    // If its bucket goes meanwhile, the rest of the batch stands.
    other.delete("rule", None).await;
    let mut batch = Batch::new();
    other.objects.put_into(&mut batch, new, Bytes::from_static(b"x")).expect("planned");
    other.objects.delete_bucket(&bucket()).await.expect("deleted");
    store.commit(batch).await.expect("committed");
}

#[tokio::test]
async fn rules_let_objects_expire_by_midnight() {
    let house = House::new().await;
    let mut rule =
        LifecycleRule { is_enabled: true, expire_days: Some(1), ..LifecycleRule::default() };
    rule.filter.prefix = "logs/".to_owned();
    let settings = Settings { lifecycle: Some(vec![rule]), ..Settings::default() };
    house.objects.put_settings(&bucket(), settings).await.expect("put");
    house.put("logs/a", "x").await;
    house.put("other", "x").await;
    house.sweep(NOW + DAY).await;
    assert!(house.get("logs/a").await.is_ok(), "the day is not over");
    house.sweep(NOW + 2 * DAY).await;
    assert!(matches!(house.get("logs/a").await, Err(ObjectsError::NoKey)));
    assert!(house.get("other").await.is_ok());
}
