//! The bytes of stored records: lengths before texts, big-endian numbers, a version first.

use bytes::{Buf, BufMut, Bytes};

/// Appends the parts of a record.
pub(crate) trait Put: BufMut {
    fn put_text(&mut self, text: &str) {
        self.put_part(text.as_bytes());
    }

    fn put_part(&mut self, part: &[u8]) {
        let length = u32::try_from(part.len()).expect("an MQTT packet holds less than 4 GiB");
        self.put_u32(length);
        self.put_slice(part);
    }
}

impl<B: BufMut> Put for B {}

/// Reads the parts of a record; `None` where the record is shorter than it says.
pub(crate) trait Take {
    fn take_u8(&mut self) -> Option<u8>;
    fn take_u32(&mut self) -> Option<u32>;
    fn take_u64(&mut self) -> Option<u64>;
    fn take_part(&mut self) -> Option<Bytes>;
    fn take_text(&mut self) -> Option<String>;
}

impl Take for Bytes {
    fn take_u8(&mut self) -> Option<u8> {
        self.try_get_u8().ok()
    }

    fn take_u32(&mut self) -> Option<u32> {
        self.try_get_u32().ok()
    }

    fn take_u64(&mut self) -> Option<u64> {
        self.try_get_u64().ok()
    }

    fn take_part(&mut self) -> Option<Bytes> {
        let length = self.take_u32()? as usize;
        (length <= self.len()).then(|| self.split_to(length))
    }

    fn take_text(&mut self) -> Option<String> {
        String::from_utf8(self.take_part()?.into()).ok()
    }
}
