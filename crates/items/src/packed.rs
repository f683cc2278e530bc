//! Items on their way from the wire to the store: encoded as they are read, with nothing between.
//! What they hold is found by looking into the bytes, as it is in stored items.

use serde::de::{Deserialize, DeserializeSeed, Deserializer, Error, MapAccess, Visitor};

use crate::encoding::{EncodedItem, EncodedValue, Reader, push_chunk};
use crate::item::Item;
use crate::json::PackedValue;
use crate::size;

/// Most items are shorter, so they are written without growing.
const USUAL_BYTES: usize = 512;

/// Who stores an item puts a header before it. The room for it is there, so the item is not copied for
/// that.
pub const PACKED_HEADER_BYTES: usize = 5;

/// An item in the form in which it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Packed {
    bytes: Vec<u8>,
    item_bytes: usize,
}

impl Packed {
    pub fn of(item: &Item) -> Packed {
        let item_bytes = size::item_bytes(item);
        let mut bytes = Vec::with_capacity(item_bytes + 8 * item.len());
        crate::encoding::encode(item, &mut bytes);
        Packed::new(&bytes, item_bytes)
    }

    /// A copy that takes no more room than it needs, as it is what will be kept.
    fn new(encoded: &[u8], item_bytes: usize) -> Packed {
        let mut bytes = Vec::with_capacity(encoded.len() + PACKED_HEADER_BYTES);
        bytes.extend_from_slice(encoded);
        Packed { bytes, item_bytes }
    }

    /// The bytes behind a header.
    pub fn into_bytes(self, header: [u8; PACKED_HEADER_BYTES]) -> Vec<u8> {
        let mut bytes = self.bytes;
        bytes.splice(..0, header);
        bytes
    }

    pub fn encoded(&self) -> EncodedItem<'_> {
        EncodedItem::new(&self.bytes)
    }

    /// As DynamoDB counts.
    pub fn item_bytes(&self) -> usize {
        self.item_bytes
    }

    pub fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    pub fn get(&self, name: &str) -> Option<EncodedValue<'_>> {
        self.encoded().get(name).expect(SOUND)
    }

    pub fn unpack(&self) -> Item {
        self.encoded().decode().expect(SOUND)
    }
}

const SOUND: &str = "these bytes were encoded here";

impl<'de> Deserialize<'de> for Packed {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Packed, D::Error> {
        deserializer.deserialize_map(Attributes)
    }
}

struct Attributes;

impl<'de> Visitor<'de> for Attributes {
    type Value = Packed;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a map of attribute values")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Packed, A::Error> {
        let mut bytes = Vec::with_capacity(USUAL_BYTES);
        let (mut item_bytes, mut is_in_order) = (0, true);
        let mut last = 0..0;
        while let Some(name) = map.next_key_seed(NameSeed(&mut bytes))? {
            is_in_order &= last.is_empty() || bytes[last] < bytes[name.clone()];
            let value_bytes = map.next_value_seed(PackedValue { into: &mut bytes })?;
            item_bytes += name.len() + value_bytes;
            // A name may be empty, and then another comes behind it.
            is_in_order &= !name.is_empty();
            last = name;
        }
        if !is_in_order {
            bytes = put_in_order(&bytes).map_err(|name| {
                A::Error::custom(format_args!("the attribute {name} comes twice"))
            })?;
        }
        Ok(Packed::new(&bytes, item_bytes))
    }
}

/// Writes a name, and answers where it is.
struct NameSeed<'b>(&'b mut Vec<u8>);

impl<'de> DeserializeSeed<'de> for NameSeed<'_> {
    type Value = std::ops::Range<usize>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for NameSeed<'_> {
    type Value = std::ops::Range<usize>;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a string")
    }

    fn visit_str<E: Error>(self, name: &str) -> Result<Self::Value, E> {
        push_chunk(name.as_bytes(), self.0);
        let end = self.0.len();
        Ok(end - name.len()..end)
    }
}

/// The attributes in the order of their names; `Err` is a name that comes twice.
fn put_in_order(bytes: &[u8]) -> Result<Vec<u8>, String> {
    let mut attributes: Vec<(&str, &[u8])> = Vec::new();
    let mut reader = Reader(bytes);
    while !reader.0.is_empty() {
        let whole = reader.0;
        let name = reader.text().expect(SOUND);
        reader.value().expect(SOUND);
        attributes.push((name, &whole[..whole.len() - reader.0.len()]));
    }
    attributes.sort_by_key(|(name, _)| *name);
    if let Some(pair) = attributes.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(pair[0].0.to_owned());
    }
    let mut ordered = Vec::with_capacity(bytes.len());
    attributes.iter().for_each(|(_, attribute)| ordered.extend_from_slice(attribute));
    Ok(ordered)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::samples;

    fn read<T: serde::de::DeserializeOwned>(text: &str) -> Result<T, String> {
        serde_json::from_str(text).map_err(|error| error.to_string())
    }

    #[test]
    fn what_is_refused_is_refused_in_the_same_words() {
        for text in [
            "{}",
            "[]",
            "7",
            "null",
            r#"{"a":{"S":"x"}}"#,
            r#"{"b":{"N":"1"},"a":{"S":"x"},"":{"BOOL":true}}"#,
            r#"{"":{"NULL":true},"a":{"S":""}}"#,
            r#"{"a":{"S":"x"},"a":{"S":"y"}}"#,
            r#"{"b":{"S":"x"},"a":{"S":"x"},"b":{"S":"y"}}"#,
            r#"{"":{"S":"x"},"":{"S":"y"}}"#,
            r#"{"a":{}}"#,
            r#"{"a":{"S":null}}"#,
            r#"{"a":{"S":null,"N":"1"}}"#,
            r#"{"a":{"X":7}}"#,
            r#"{"a":{"X":[{}],"S":"x"}}"#,
            r#"{"a":{"S":"x","N":"1"}}"#,
            r#"{"a":{"S":7}}"#,
            r#"{"a":{"S":["x"]}}"#,
            r#"{"a":"x"}"#,
            r#"{"a":null}"#,
            r#"{"a":{"N":7}}"#,
            r#"{"a":{"N":"seven"}}"#,
            r#"{"a":{"N":""}}"#,
            r#"{"a":{"N":"1E+200"}}"#,
            r#"{"a":{"N":"007.50"}}"#,
            r#"{"a":{"N":"-0.0"}}"#,
            r#"{"a":{"B":"AAE="}}"#,
            r#"{"a":{"B":"no base64"}}"#,
            r#"{"a":{"B":7}}"#,
            r#"{"a":{"BOOL":"true"}}"#,
            r#"{"a":{"NULL":false}}"#,
            r#"{"a":{"SS":[]}}"#,
            r#"{"a":{"SS":["x","x"]}}"#,
            r#"{"a":{"NS":["2","1","3.0"]}}"#,
            r#"{"a":{"BS":["AAE=","AA=="]}}"#,
            r#"{"a":{"L":[{"S":"x"},{"L":[]}]}}"#,
            r#"{"a":{"M":{"b":{"S":"x"},"a":{"N":"1"}}}}"#,
            r#"{"a":{"M":{"b":{}}}}"#,
            r#"{"\u00e9\n":{"S":"\ud83d\ude00\""}}"#,
            r#"{"a":{"S":"x"}"#,
            r#"{"a":{"S":"x}"#,
            &format!("{}{}{}", r#"{"a":"#, r#"{"L":["#.repeat(32), "]}".repeat(32) + "}"),
            &format!("{}{}{}", r#"{"a":"#, r#"{"L":["#.repeat(33), "]}".repeat(33) + "}"),
        ] {
            let item = read::<Item>(text);
            assert_eq!(read::<Packed>(text), item.as_ref().map(Packed::of).map_err(Clone::clone));
            if let Ok(item) = item {
                assert_eq!(Packed::of(&item).unpack(), item, "{text}");
            }
        }
    }

    proptest! {
        #[test]
        fn items_are_packed_as_they_are_encoded(item in samples::item(), turn in any::<u64>()) {
            let mut attributes: Vec<(String, String)> = item
                .iter()
                .map(|(name, value)| {
                    let text = |it: Result<String, serde_json::Error>| it.expect("JSON");
                    (text(serde_json::to_string(name)), text(serde_json::to_string(value)))
                })
                .collect();
            let middle = turn as usize % attributes.len().max(1);
            attributes.rotate_left(middle);
            let attributes: Vec<String> =
                attributes.iter().map(|(name, value)| format!("{name}:{value}")).collect();
            let packed = read::<Packed>(&format!("{{{}}}", attributes.join(",")));
            prop_assert_eq!(packed, Ok(Packed::of(&item)));
        }
    }
}
