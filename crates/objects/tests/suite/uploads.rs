use bytes::Bytes;
use objects::{
    Algorithm, ChecksumType, Complete, CompletedPart, Condition, LifecycleRule, Meta, NewUpload,
    ObjectsError, PART_BYTES_MIN, Settings, UploadId, UploadQuery, VersionRef, Wanted,
};

use crate::support::{DAY, House, NOW, body, bucket, doer, key};

async fn begin(house: &House, checksum: Option<(Algorithm, ChecksumType)>) -> UploadId {
    let (meta, tags) = (Meta::default(), Vec::new());
    let new = NewUpload { bucket: bucket(), key: key("big"), meta, tags, checksum, now: NOW };
    House::upload_id("big", &house.objects.begin_upload(new).await.expect("begun"))
}

async fn part(house: &House, id: &UploadId, number: u16, data: Bytes) -> CompletedPart {
    let wanted = Wanted { checksums: vec![Algorithm::Crc32], sha256: false };
    let mut writer = house.objects.writer(wanted);
    writer.write(data).await.expect("written");
    let written = writer.finish().await.expect("whole");
    let put = house.objects.put_part(id, number, written, NOW).await.expect("put");
    CompletedPart { number, etag: put.etag, checksums: Vec::new() }
}

fn complete(id: &UploadId, parts: &[CompletedPart]) -> Complete {
    let (id, parts, condition) = (id.clone(), parts.to_vec(), Condition::default());
    Complete { id, parts, condition, checksum: None, bytes: None, doer: doer(), now: NOW }
}

const LARGE: usize = PART_BYTES_MIN as usize;

#[tokio::test]
async fn parts_become_one_object_without_being_copied() {
    let house = House::new().await;
    let id = begin(&house, Some((Algorithm::Crc32, ChecksumType::FullObject))).await;
    let pieces = [body(LARGE + 17), body(LARGE), body(10)];
    let mut parts = Vec::new();
    part(&house, &id, 1, Bytes::from_static(b"replaced")).await;
    part(&house, &id, 9, body(LARGE)).await;
    for (piece, number) in pieces.iter().zip([1, 3, 7]) {
        parts.push(part(&house, &id, number, piece.clone()).await);
    }
    let page = house.objects.parts(&id, 1, 2).expect("listed");
    assert_eq!(page.parts.iter().map(|part| part.number).collect::<Vec<_>>(), [3, 7]);
    assert_eq!(page.next, Some(7));
    let done = house.objects.complete_upload(complete(&id, &parts)).await.expect("completed");
    assert!(done.etag.ends_with("-3"), "{}", done.etag);
    let whole: Bytes = pieces.concat().into();
    let wanted = Wanted { checksums: vec![Algorithm::Crc32], sha256: false };
    let sum = objects::Written::of(whole.clone(), &wanted).digests.checksums.remove(0);
    assert_eq!(done.checksum, Some((sum, ChecksumType::FullObject)));
    house.sweep(NOW).await;
    assert_eq!(house.files(), 2, "the unused part and the replaced one are gone");
    assert_eq!(house.get("big").await.expect("read"), whole);
    let found = house.objects.find(&bucket(), &key("big"), VersionRef::Current).expect("is");
    let (from, to) = (LARGE as u64 + 10, 2 * LARGE as u64 + 20);
    let mut reader = house.objects.read(found, from..to).expect("read");
    let mut read = Vec::new();
    while let Some(block) = reader.next().await.expect("read") {
        read.extend(block);
    }
    assert_eq!(read, whole[LARGE + 10..2 * LARGE + 20]);
    drop(reader);
    assert!(matches!(house.objects.parts(&id, 0, 1), Err(ObjectsError::NoUpload)));
    house.delete("big", None).await;
    house.sweep(NOW).await;
    assert_eq!(house.files(), 0);
}

#[tokio::test]
async fn what_does_not_fit_together_is_refused() {
    let house = House::new().await;
    let id = begin(&house, None).await;
    let one = part(&house, &id, 1, body(10)).await;
    let two = part(&house, &id, 2, body(10)).await;
    let refused = |parts: Vec<CompletedPart>| house.objects.complete_upload(complete(&id, &parts));
    let both = refused(vec![one.clone(), two.clone()]).await;
    assert!(matches!(both, Err(ObjectsError::PartTooSmall { number: 1, bytes: 10 })));
    let order = refused(vec![two.clone(), one.clone()]).await;
    assert!(matches!(order, Err(ObjectsError::PartOrder)));
    let other = refused(vec![CompletedPart { etag: "0".repeat(32), ..one.clone() }]).await;
    assert!(matches!(other, Err(ObjectsError::InvalidPart { number: 1 })));
    let missing = refused(vec![CompletedPart { number: 3, ..one.clone() }]).await;
    assert!(matches!(missing, Err(ObjectsError::InvalidPart { number: 3 })));
    let sized = Complete { bytes: Some(11), ..complete(&id, std::slice::from_ref(&one)) };
    let sized = house.objects.complete_upload(sized).await;
    assert!(matches!(sized, Err(ObjectsError::ChecksumDiffers)));
    assert!(refused(vec![one]).await.is_ok());
    assert!(matches!(refused(vec![two]).await, Err(ObjectsError::NoUpload)));
}

#[tokio::test]
async fn uploads_are_given_up_by_hand_by_rule_and_with_their_bucket() {
    let house = House::new().await;
    let id = begin(&house, None).await;
    part(&house, &id, 1, body(LARGE)).await;
    house.objects.abort_upload(&id).await.expect("aborted");
    assert!(matches!(house.objects.abort_upload(&id).await, Err(ObjectsError::NoUpload)));
    house.sweep(NOW).await;
    assert_eq!(house.files(), 0);

    let id = begin(&house, None).await;
    part(&house, &id, 1, body(LARGE)).await;
    let rule = LifecycleRule { is_enabled: true, abort_days: Some(1), ..LifecycleRule::default() };
    let settings = Settings { lifecycle: Some(vec![rule]), ..Settings::default() };
    house.objects.put_settings(&bucket(), settings).await.expect("put");
    let query = UploadQuery { limit: 9, ..UploadQuery::default() };
    house.sweep(NOW).await;
    let listed = house.objects.list_uploads(&bucket(), query).expect("listed").uploads;
    assert_eq!(listed.len(), 1);
    house.sweep(NOW + 2 * DAY).await;
    assert!(house.objects.list_uploads(&bucket(), query).expect("listed").uploads.is_empty());
    house.sweep(NOW + 2 * DAY).await;
    assert_eq!(house.files(), 0);

    let id = begin(&house, None).await;
    part(&house, &id, 1, body(LARGE)).await;
    house.objects.delete_bucket(&bucket()).await.expect("uploads are no objects");
    house.sweep(NOW).await;
    assert_eq!(house.files(), 0);
}
