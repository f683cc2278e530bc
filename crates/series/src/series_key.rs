//! What says which series a row is of: its measure name and its dimensions, as bytes.
//!
//! The dimensions stand in the order of their names, so that one set of them has one key.

use std::hash::BuildHasher;
use std::sync::{Arc, LazyLock};

use hashbrown::DefaultHashBuilder;

use crate::error::SeriesError;
use crate::wire::{Reader, put_bytes, put_varint};

static HASHER: LazyLock<DefaultHashBuilder> = LazyLock::new(DefaultHashBuilder::default);

/// The most dimensions that a damaged key is believed to have.
const DIMENSIONS_BELIEVED: usize = 1024;

/// Dimensions must be sorted by name.
pub(crate) fn push<'d>(
    into: &mut Vec<u8>,
    measure_name: &str,
    dimensions: impl ExactSizeIterator<Item = (&'d str, &'d str)>,
) {
    put_bytes(into, measure_name.as_bytes());
    put_varint(into, dimensions.len() as u64);
    for (name, value) in dimensions {
        put_bytes(into, name.as_bytes());
        put_bytes(into, value.as_bytes());
    }
}

/// For what is kept in memory only: it differs from one process to the next.
pub(crate) fn hash(key: &[u8]) -> u64 {
    HASHER.hash_one(key)
}

/// A key, read.
#[derive(Clone, Debug)]
pub(crate) struct SeriesName {
    pub(crate) measure_name: Arc<str>,
    pub(crate) dimensions: Vec<(Arc<str>, Arc<str>)>,
}

impl SeriesName {
    pub(crate) fn dimension(&self, name: &str) -> Option<&Arc<str>> {
        self.dimensions.iter().find(|(known, _)| **known == *name).map(|(_, value)| value)
    }
}

pub(crate) fn read(key: &[u8]) -> Result<SeriesName, SeriesError> {
    let mut reader = Reader(key);
    let measure_name = Arc::from(reader.text()?);
    let count = reader.count(DIMENSIONS_BELIEVED)?;
    let mut dimensions = Vec::with_capacity(count);
    for _ in 0..count {
        dimensions.push((Arc::from(reader.text()?), Arc::from(reader.text()?)));
    }
    Ok(SeriesName { measure_name, dimensions })
}
