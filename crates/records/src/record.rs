//! Records as they are stored: a version byte, then JSON. A record of an older version is read
//! through its successor's `From`, and written in the new form when it next changes.

use serde::Serialize;
use serde::de::DeserializeOwned;

/// A type that is stored. Domain types are not; each is made from the newest record and becomes it.
pub trait Record: Serialize + DeserializeOwned {
    /// Rises with each form that older programs cannot read.
    const VERSION: u8;

    /// Reads the JSON of an older version.
    fn from_older(version: u8, _json: &[u8]) -> Result<Self, RecordError> {
        Err(RecordError::Version { version, newest: Self::VERSION })
    }
}

/// Why stored bytes are not the record that belongs there.
#[derive(Debug, thiserror::Error)]
pub enum RecordError {
    #[error("a stored record is empty")]
    Empty,
    #[error("a record of version {version} was stored by a later program; this one knows {newest}")]
    Version { version: u8, newest: u8 },
    #[error("a stored record is malformed")]
    Malformed(#[source] serde_json::Error),
    #[error("a stored key is malformed")]
    Key,
}

/// The bytes to store.
pub fn encode<R: Record>(record: &R) -> Vec<u8> {
    let mut bytes = vec![R::VERSION];
    serde_json::to_writer(&mut bytes, record).expect("a record has string keys and goes to memory");
    bytes
}

/// Reads stored bytes of this version or an older one.
pub fn decode<R: Record>(bytes: &[u8]) -> Result<R, RecordError> {
    let (version, json) = bytes.split_first().ok_or(RecordError::Empty)?;
    if *version == R::VERSION { parse(json) } else { R::from_older(*version, json) }
}

/// For [`Record::from_older`].
pub fn parse<T: DeserializeOwned>(json: &[u8]) -> Result<T, RecordError> {
    serde_json::from_slice(json).map_err(RecordError::Malformed)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Serialize, Deserialize)]
    struct LampV1 {
        on: bool,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct LampV2 {
        brightness: u8,
    }

    impl From<LampV1> for LampV2 {
        fn from(old: LampV1) -> LampV2 {
            LampV2 { brightness: if old.on { 100 } else { 0 } }
        }
    }

    impl Record for LampV1 {
        const VERSION: u8 = 1;
    }

    impl Record for LampV2 {
        const VERSION: u8 = 2;

        fn from_older(version: u8, json: &[u8]) -> Result<LampV2, RecordError> {
            match version {
                1 => parse::<LampV1>(json).map(LampV2::from),
                _ => Err(RecordError::Version { version, newest: 2 }),
            }
        }
    }

    #[test]
    fn older_records_are_read_and_later_ones_refused() {
        let old = encode(&LampV1 { on: true });
        assert_eq!(decode::<LampV2>(&old).expect("migrated"), LampV2 { brightness: 100 });
        let new = encode(&LampV2 { brightness: 7 });
        assert_eq!(decode::<LampV2>(&new).expect("read"), LampV2 { brightness: 7 });
        let refused = decode::<LampV1>(&new);
        assert!(matches!(refused, Err(RecordError::Version { version: 2, newest: 1 })));
        assert!(matches!(decode::<LampV1>(b""), Err(RecordError::Empty)));
        assert!(matches!(decode::<LampV1>(b"\x01{"), Err(RecordError::Malformed(_))));
    }
}
