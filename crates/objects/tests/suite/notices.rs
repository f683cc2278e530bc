//! What is told of changes.

use kv::Batch;
use objects::{
    About, Complete, CompletedPart, Happening, LifecycleRule, Listener, Meta, NewUpload, Notice,
    Notifications, Settings, VersionRef, Waiting,
};

use crate::support::{DAY, House, NOW, bucket, doer, key};

fn listener(id: &str, events: &[&str], prefix: &str) -> Listener {
    let events = events.iter().map(|event| (*event).to_owned()).collect();
    let filter = vec![("Prefix".to_owned(), prefix.to_owned())];
    Listener { id: id.to_owned(), arn: format!("arn:{id}"), events, filter }
}

async fn listening(listeners: Vec<Listener>, to_event_bus: bool) -> House {
    let house = House::new().await;
    let notifications = Notifications { listeners, to_event_bus };
    house.objects.put_notifications(&bucket(), notifications).await.expect("put");
    house
}

fn told(house: &House) -> Vec<Notice> {
    let waiting = house.objects.waiting(1_000).expect("read");
    waiting.into_iter().map(|Waiting { notice, .. }| notice).collect()
}

fn happenings(house: &House) -> Vec<(Happening, String)> {
    told(house).into_iter().map(|notice| (notice.happening, notice.key)).collect()
}

#[tokio::test]
async fn changes_are_told_to_those_who_want_to_hear_of_them() {
    let removed = listener("gone", &["s3:ObjectRemoved:*"], "");
    let made = listener("made", &["s3:ObjectCreated:Put"], "in/");
    let house = listening(vec![removed, made], false).await;
    house.put("in/a", "data").await;
    house.put("out/a", "data").await;
    house.delete("out/a", None).await;
    house.delete("nothing", None).await;
    let mut found = told(&house);
    assert_eq!(found.len(), 2, "{found:?}");
    let (gone, put) = (found.pop().expect("two"), found.pop().expect("two"));
    assert_eq!(put.listeners, [("made".to_owned(), "arn:made".to_owned())]);
    assert_eq!((put.doer, put.at, put.key.as_str()), (doer(), NOW, "in/a"));
    let About { bytes, etag, version, sequencer } = put.about;
    assert_eq!((bytes, version), (Some(4), None));
    assert_eq!(etag.as_deref(), Some("8d777f385d3dfec8815d20f7496026dc"));
    assert_eq!((gone.happening, gone.key.as_str()), (Happening::Deleted, "out/a"));
    assert!(sequencer.is_some() && sequencer < gone.about.sequencer);
}

#[tokio::test]
async fn a_bus_is_told_of_everything_that_happens_to_versions() {
    let house = listening(Vec::new(), true).await;
    house.objects.set_versioning(&bucket(), true).await.expect("set");
    let put = house.put("a", "1").await;
    let tags = [("a".to_owned(), "b".to_owned())];
    for tags in [&tags[..], &[]] {
        let (bucket, key, doer) = (bucket(), key("a"), doer());
        let by = (&doer, NOW);
        let set = house.objects.set_tags(&bucket, &key, VersionRef::Current, tags, by);
        set.await.expect("set");
    }
    house.delete("a", None).await;
    house.delete("a", put.version.as_deref()).await;
    let found = told(&house);
    let happened: Vec<Happening> = found.iter().map(|notice| notice.happening).collect();
    let expected = [
        Happening::Put,
        Happening::Tagged,
        Happening::Untagged,
        Happening::Marked,
        Happening::Deleted,
    ];
    assert_eq!(happened, expected);
    for (place, notice) in found.iter().enumerate() {
        assert_eq!(notice.about.version == put.version, place != 3, "{notice:?}");
    }
}

#[tokio::test]
async fn an_upload_is_told_of_when_it_is_complete() {
    let house = listening(vec![listener("all", &["s3:ObjectCreated:*"], "")], false).await;
    let (meta, tags) = (Meta::default(), Vec::new());
    let new = NewUpload { bucket: bucket(), key: key("a"), meta, tags, checksum: None, now: NOW };
    let id = House::upload_id("a", &house.objects.begin_upload(new).await.expect("begun"));
    let written = house.written("data".into()).await;
    let part = house.objects.put_part(&id, 1, written, NOW).await.expect("put");
    assert!(told(&house).is_empty());
    let parts = vec![CompletedPart { number: 1, etag: part.etag, checksums: Vec::new() }];
    let condition = objects::Condition::default();
    let complete =
        Complete { id, parts, condition, checksum: None, bytes: None, doer: doer(), now: NOW };
    house.objects.complete_upload(complete).await.expect("complete");
    assert_eq!(happenings(&house), [(Happening::Completed, "a".to_owned())]);
}

#[tokio::test]
async fn what_expires_is_told_as_such() {
    let house = listening(vec![listener("old", &["s3:LifecycleExpiration:*"], "")], false).await;
    let rule = LifecycleRule {
        id: "r".to_owned(),
        is_enabled: true,
        expire_days: Some(1),
        ..LifecycleRule::default()
    };
    let settings = Settings { lifecycle: Some(vec![rule]), ..Settings::default() };
    house.objects.put_settings(&bucket(), settings).await.expect("put");
    house.put("a", "1").await;
    house.sweep(NOW + 2 * DAY).await;
    let found = told(&house);
    assert_eq!(found.len(), 1);
    assert!(found[0].happening == Happening::Expired && found[0].doer.is_lifecycle());
}

#[tokio::test]
async fn notices_are_forgotten_with_the_batch_that_takes_them_on() {
    let store = kv::Store::in_memory();
    let house = House::on(store.clone()).await;
    let notifications = Notifications { listeners: Vec::new(), to_event_bus: true };
    house.objects.put_notifications(&bucket(), notifications).await.expect("put");
    house.put("a", "1").await;
    house.put("b", "1").await;
    assert!(house.objects.is_telling());
    let first = house.objects.waiting(1).expect("read");
    let mut batch = Batch::new();
    house.objects.forget_told(&mut batch, &first);
    store.commit(batch).await.expect("committed");
    house.objects.count_told(1);
    assert_eq!(happenings(&house), [(Happening::Put, "b".to_owned())]);
    // Whoever is told no longer hears of nothing more; what happened before is told still.
    let nobody = Notifications::default();
    house.objects.put_notifications(&bucket(), nobody.clone()).await.expect("put");
    house.put("c", "1").await;
    assert_eq!(happenings(&house), [(Happening::Put, "b".to_owned())]);
    let found = house.objects.bucket(&bucket()).expect("read").expect("there");
    assert_eq!(house.objects.notifications(&found).expect("read"), nobody);
}
