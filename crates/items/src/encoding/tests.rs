use proptest::prelude::*;

use super::*;
use crate::samples;

fn encoded(item: &Item) -> Vec<u8> {
    let mut bytes = Vec::new();
    encode(item, &mut bytes);
    bytes
}

#[test]
fn one_attribute_is_found_without_the_others() {
    let item: Item = [("a", Value::from(1)), ("c", Value::from("see")), ("d", Value::Null)]
        .into_iter()
        .collect();
    let bytes = encoded(&item);
    let found = EncodedItem::new(&bytes).get("c");
    assert!(matches!(found, Ok(Some(EncodedValue::S("see")))), "{found:?}");
    for absent in ["", "b", "e"] {
        assert!(matches!(EncodedItem::new(&bytes).get(absent), Ok(None)), "{absent}");
    }
}

#[test]
fn damaged_bytes_are_an_error() {
    let item: Item = [("name", Value::from("long enough"))].into_iter().collect();
    let bytes = encoded(&item);
    for length in 1..bytes.len() {
        assert_eq!(EncodedItem::new(&bytes[..length]).decode(), Err(EncodingError), "{length}");
    }
    assert_eq!(EncodedItem::new(b"\x01a\x63").decode(), Err(EncodingError));
}

proptest! {
    #[test]
    fn items_are_read_as_they_were_written(item in samples::item()) {
        let bytes = encoded(&item);
        let encoded = EncodedItem::new(&bytes);
        prop_assert_eq!(encoded.item_bytes(), Ok(size::item_bytes(&item)));
        for (name, value) in item.iter() {
            let found = encoded.get(name).expect("readable").expect("there");
            prop_assert_eq!(found.kind(), value.kind());
            prop_assert_eq!(found.decode(), Ok(value.clone()));
        }
        prop_assert_eq!(encoded.decode(), Ok(item));
    }

    #[test]
    fn no_bytes_break_the_reader(bytes in any::<Vec<u8>>()) {
        let _ = EncodedItem::new(&bytes).decode();
    }
}
