//! An item as it is stored.

use bytes::Bytes;
use items::{EncodedItem, EncodedValue, Item, PACKED_HEADER_BYTES, Packed, item_bytes};

/// The version, and what the item's size is counted as: pages and capacity ask for it far more often
/// than it changes.
const HEADER_BYTES: usize = PACKED_HEADER_BYTES;

const VERSION: u8 = 1;

/// Stored bytes that are no item of a version that is known.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a stored item is damaged, or was stored by a later program")]
pub struct ItemDamaged;

/// An item that was read and not decoded: most are only copied to whoever asked. Cheap to clone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StoredItem(Bytes);

impl StoredItem {
    pub(crate) fn of(item: &Item) -> StoredItem {
        let size = u32::try_from(item_bytes(item)).expect("no request is as large as 4 GB");
        let mut bytes = Vec::with_capacity(HEADER_BYTES + size as usize + 8 * item.len());
        bytes.push(VERSION);
        bytes.extend_from_slice(&size.to_le_bytes());
        items::encoding::encode(item, &mut bytes);
        StoredItem(bytes.into())
    }

    pub(crate) fn of_packed(item: Packed) -> StoredItem {
        let size = u32::try_from(item.item_bytes()).expect("no request is as large as 4 GB");
        let [a, b, c, d] = size.to_le_bytes();
        StoredItem(item.into_bytes([VERSION, a, b, c, d]).into())
    }

    pub(crate) fn read(bytes: Bytes) -> Result<StoredItem, ItemDamaged> {
        let is_known = bytes.len() >= HEADER_BYTES && bytes[0] == VERSION;
        if is_known { Ok(StoredItem(bytes)) } else { Err(ItemDamaged) }
    }

    pub(crate) fn bytes(&self) -> &Bytes {
        &self.0
    }

    pub(crate) fn into_bytes(self) -> Bytes {
        self.0
    }

    /// As DynamoDB counts.
    pub fn item_bytes(&self) -> usize {
        let size = self.0[1..HEADER_BYTES].try_into().expect("checked when it was read");
        u32::from_le_bytes(size) as usize
    }

    pub fn encoded(&self) -> EncodedItem<'_> {
        EncodedItem::new(&self.0[HEADER_BYTES..])
    }

    pub fn decode(&self) -> Result<Item, ItemDamaged> {
        self.encoded().decode().map_err(|_| ItemDamaged)
    }

    pub(crate) fn get(&self, name: &str) -> Result<Option<EncodedValue<'_>>, ItemDamaged> {
        self.encoded().get(name).map_err(|_| ItemDamaged)
    }

    /// The attributes of these names.
    pub(crate) fn pick<'n>(
        &self,
        names: impl Iterator<Item = &'n str>,
    ) -> Result<Item, ItemDamaged> {
        let mut picked = Item::new();
        for name in names {
            if let Some(value) = self.get(name)? {
                picked.insert(name, value.decode().map_err(|_| ItemDamaged)?);
            }
        }
        Ok(picked)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_item_is_read_back_with_its_size() {
        let item: Item = [("id", "lamp"), ("state", "on")].into_iter().collect();
        let stored = StoredItem::of(&item);
        assert_eq!(StoredItem::of_packed(Packed::of(&item)), stored);
        assert_eq!(stored.item_bytes(), 2 + 4 + 5 + 2);
        let read = StoredItem::read(stored.bytes().clone()).expect("just stored");
        assert_eq!(read.decode(), Ok(item));
        let picked = read.pick(["state", "absent"].into_iter()).expect("readable");
        assert_eq!(picked, [("state", "on")].into_iter().collect());
    }

    #[test]
    fn what_is_no_item_is_refused() {
        for bytes in [&b""[..], b"\x01", b"\x02\0\0\0\0"] {
            assert_eq!(StoredItem::read(Bytes::copy_from_slice(bytes)), Err(ItemDamaged));
        }
    }
}
