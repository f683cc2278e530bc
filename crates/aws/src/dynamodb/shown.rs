//! Items as they are answered.

use items::{Item, Projection};
use serde::{Serialize, Serializer};
use tables::{ItemDamaged, StoredItem};

/// A stored item is written as it is stored; a part of one was taken out of it.
#[derive(Clone, Debug)]
pub(crate) enum Shown {
    Stored(StoredItem),
    Part(Item),
}

impl Shown {
    pub(crate) fn of(
        item: StoredItem,
        projection: Option<&Projection>,
    ) -> Result<Shown, ItemDamaged> {
        match projection {
            None => Ok(Shown::Stored(item)),
            Some(projection) => {
                projection.project_encoded(item.encoded()).map(Shown::Part).map_err(|_| ItemDamaged)
            }
        }
    }
}

impl Serialize for Shown {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Shown::Stored(item) => item.encoded().serialize(serializer),
            Shown::Part(item) => item.serialize(serializer),
        }
    }
}
