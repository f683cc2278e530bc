//! Documents as callers write them and as they are stored, and the keys that are made of them.

use items::encoding::encode;
use items::{EncodedItem, Item, item_bytes, key};

/// A document that is read is written and stored without loss; bytes that are no stored document are
/// an error; a key value is read from its key as it was.
pub fn document(data: &[u8]) {
    if let Ok(stored) = EncodedItem::new(data).decode() {
        check(&stored);
    }
    let Ok(item) = serde_json::from_slice::<Item>(data) else { return };
    check(&item);
    for (_, value) in item.iter() {
        let mut bytes = Vec::new();
        if key::encode(value, &mut bytes) {
            let (read, rest) = key::decode(value.kind(), &bytes).expect("it was just written");
            assert!(read == *value && rest.is_empty());
        }
    }
    let json = serde_json::to_vec(&item).expect("a document can be written");
    assert_eq!(serde_json::from_slice::<Item>(&json).expect("it was just written"), item);
}

fn check(item: &Item) {
    let mut bytes = Vec::new();
    encode(item, &mut bytes);
    let encoded = EncodedItem::new(&bytes);
    assert_eq!(encoded.item_bytes(), Ok(item_bytes(item)));
    assert_eq!(encoded.decode().as_ref(), Ok(item));
}
