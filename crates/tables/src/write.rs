//! One write of one item: planned by whoever asks, decided at the moment of the commit.

use std::borrow::Cow;

use items::{Condition, EncodedItem, ITEM_BYTES_MAX, Item, Packed, Update, UpdateError};
use kv::{Key, Present, ReadError};
use records::StoreError;
use stdx::clock::UnixMillis;

use crate::change_record::Change;
use crate::definition::Definition;
use crate::image::{self, ITEMS, Image, IndexKeyRefused};
use crate::key::{self, KeyRefused};
use crate::standing::Table;
use crate::store::definition_in;
use crate::stored_item::{ItemDamaged, StoredItem};

/// What a decision keeps and writes beside items.
const DECISION_BYTES: usize = 256;

/// What shall become of an item.
#[derive(Clone, Debug)]
pub enum ItemChange {
    /// Replace it, or make it.
    Put(Item),
    /// The same, of an item that came as bytes.
    PutPacked(Packed),
    /// Change it, or make it of its key.
    Update {
        key: Item,
        update: Update,
    },
    Delete {
        key: Item,
    },
    /// Nothing: only the condition counts.
    Check {
        key: Item,
    },
}

impl ItemChange {
    /// The item that is put, or the key of the one that is changed.
    pub fn touched(&self) -> Cow<'_, Item> {
        match self {
            ItemChange::Put(item) => Cow::Borrowed(item),
            ItemChange::PutPacked(packed) => Cow::Owned(packed.unpack()),
            ItemChange::Update { key, .. }
            | ItemChange::Delete { key }
            | ItemChange::Check { key } => Cow::Borrowed(key),
        }
    }
}

/// A write as it is asked for.
#[derive(Clone, Debug)]
pub struct ItemWrite {
    pub table: Table,
    pub change: ItemChange,
    pub condition: Option<Condition>,
    /// Whether [`Written::old`] must be told. It costs a read where nothing else does.
    pub wants_old: bool,
}

/// What a write did.
#[derive(Clone, Debug, Default)]
pub struct Written {
    /// Told if it was wanted, or had to be read for another reason.
    pub old: Option<StoredItem>,
    pub new: Option<StoredItem>,
}

/// Why an item was not written. Texts that clients see are DynamoDB's.
#[derive(Debug, thiserror::Error)]
pub enum WriteRefused {
    #[error("Requested resource not found")]
    TableNotFound,
    #[error(transparent)]
    Key(#[from] KeyRefused),
    #[error(transparent)]
    IndexKey(#[from] IndexKeyRefused),
    #[error("Item size has exceeded the maximum allowed size")]
    TooLarge,
    #[error("Item size to update has exceeded the maximum allowed size")]
    UpdatedTooLarge,
    #[error(
        "One or more parameter values were invalid: Cannot update attribute {name}. This attribute is \
         part of the key"
    )]
    KeyChanged { name: String },
    #[error(transparent)]
    Update(#[from] UpdateError),
    #[error("The conditional request failed")]
    ConditionFailed { old: Option<StoredItem> },
    #[error(transparent)]
    Damaged(#[from] ItemDamaged),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<ReadError> for WriteRefused {
    fn from(error: ReadError) -> WriteRefused {
        WriteRefused::Store(error.into())
    }
}

/// A write that its table can take, as far as that can be known before.
pub(crate) struct Planned {
    pub(crate) table: Table,
    pub(crate) key: Key,
    change: PlannedChange,
    condition: Option<Condition>,
    wants_old: bool,
    by_service: bool,
    at: UnixMillis,
}

enum PlannedChange {
    Put(Image),
    Update { key: Item, update: Update },
    Delete,
    Check,
}

/// A write that nothing stands against any more.
pub(crate) struct Judged {
    table: Table,
    key: Key,
    old: Old,
    effect: Effect,
    by_service: bool,
    at: UnixMillis,
}

/// What is known of the item that is there.
enum Old {
    /// Nobody had to look.
    Unread,
    Absent,
    There(Image),
}

enum Effect {
    Put(Image),
    Remove,
    Nothing,
}

// === planning ===

impl ItemWrite {
    pub(crate) fn plan(self, at: UnixMillis) -> Result<Planned, WriteRefused> {
        let ItemWrite { table, change, condition, wants_old } = self;
        let definition = table.definition();
        let (key, change) = match change {
            ItemChange::Put(item) => {
                let key = key::of_item(definition, &item)?;
                let image = fit_image(definition, &item, &key)?;
                (key, PlannedChange::Put(image))
            }
            ItemChange::PutPacked(packed) => {
                let key = key::of_packed(definition, &packed)?;
                let image = fit_packed(definition, packed, &key)?;
                (key, PlannedChange::Put(image))
            }
            ItemChange::Update { key, update } => {
                let place = key::of_key(definition, &key)?;
                check_key_stays(definition, &update)?;
                (place, PlannedChange::Update { key, update })
            }
            ItemChange::Delete { key } => (key::of_key(definition, &key)?, PlannedChange::Delete),
            ItemChange::Check { key } => (key::of_key(definition, &key)?, PlannedChange::Check),
        };
        let key = Key::from_slice(&key);
        Ok(Planned { table, key, change, condition, wants_old, by_service: false, at })
    }
}

/// An item that the table and all of its indexes can hold.
fn fit_image(definition: &Definition, item: &Item, key: &[u8]) -> Result<Image, WriteRefused> {
    image::check(definition, item)?;
    fit(Image::of(definition, item, key))
}

/// The same. Where there is no index to hold it, nobody looks into it.
fn fit_packed(definition: &Definition, packed: Packed, key: &[u8]) -> Result<Image, WriteRefused> {
    if definition.indexes.is_empty() && definition.time_to_live.is_none() {
        return fit(Image::alone(StoredItem::of_packed(packed)));
    }
    fit_image(definition, &packed.unpack(), key)
}

fn fit(image: Image) -> Result<Image, WriteRefused> {
    if image.stored.item_bytes() > ITEM_BYTES_MAX {
        return Err(WriteRefused::TooLarge);
    }
    Ok(image)
}

fn check_key_stays(definition: &Definition, update: &Update) -> Result<(), WriteRefused> {
    let is_key = |name: &&str| definition.key.contains(name);
    match update.names().find(is_key) {
        Some(name) => Err(WriteRefused::KeyChanged { name: name.to_owned() }),
        None => Ok(()),
    }
}

impl Planned {
    /// A deletion by the service, of what has expired.
    pub(crate) fn expiry(table: Table, key: &[u8], at: UnixMillis) -> Planned {
        let (key, change, condition) = (Key::from_slice(key), PlannedChange::Delete, None);
        Planned { table, key, change, condition, wants_old: true, by_service: true, at }
    }

    /// About how many bytes the decision keeps and writes.
    pub(crate) fn bytes(&self) -> usize {
        let copies = 1 + self.table.definition().indexes.len();
        let item = match &self.change {
            PlannedChange::Put(image) => image.stored.bytes().len() * copies,
            PlannedChange::Update { .. } | PlannedChange::Delete | PlannedChange::Check => 0,
        };
        DECISION_BYTES + 2 * self.key.len() + item
    }

    /// What a transaction's size is counted by.
    pub(crate) fn item_bytes(&self) -> usize {
        match &self.change {
            PlannedChange::Put(image) => image.stored.item_bytes(),
            PlannedChange::Update { .. } | PlannedChange::Delete | PlannedChange::Check => 0,
        }
    }

    /// Whether two writes are of one item.
    pub(crate) fn is_of_same_item(&self, other: &Planned) -> bool {
        self.key == other.key
    }
}

// === deciding ===

impl Planned {
    /// Reads what must be known and asks the condition. Nothing is changed yet.
    pub(crate) fn judge(self, present: &mut Present<'_>) -> Result<Judged, WriteRefused> {
        let table = current(&self.table, present)?.ok_or(WriteRefused::TableNotFound)?;
        let is_as_planned = table.is_current();
        let definition = table.definition();
        let old = self.look(definition, present)?;
        let stored = old.stored();
        if let Some(condition) = &self.condition {
            let encoded = stored.map_or(EncodedItem::new(&[]), StoredItem::encoded);
            if !condition.evaluate_encoded(encoded).map_err(|_| ItemDamaged)? {
                let old = stored.cloned();
                return Err(WriteRefused::ConditionFailed { old });
            }
        }
        let effect = match self.change {
            PlannedChange::Put(image) if is_as_planned => Effect::Put(image),
            PlannedChange::Put(image) => {
                Effect::Put(fit_image(definition, &image.stored.decode()?, &self.key)?)
            }
            PlannedChange::Update { key, update } => {
                let item = stored.map_or(Ok(key), StoredItem::decode)?;
                Effect::Put(updated(definition, item, &update, &self.key)?)
            }
            PlannedChange::Delete => Effect::Remove,
            PlannedChange::Check => Effect::Nothing,
        };
        let Planned { key, by_service, at, .. } = self;
        Ok(Judged { table, key, old, effect, by_service, at })
    }

    /// For a put that must be done whatever happens: if the table is gone by then it was done before
    /// that, and an index that was made since leaves out what it cannot hold.
    pub(crate) fn judge_leniently(
        self,
        present: &mut Present<'_>,
    ) -> Result<Option<Judged>, WriteRefused> {
        let Some(table) = current(&self.table, present)? else { return Ok(None) };
        let definition = table.definition();
        let old = self.look(definition, present)?;
        let effect = match self.change {
            PlannedChange::Put(image) if table.is_current() => Effect::Put(image),
            PlannedChange::Put(image) => {
                let item = image.stored.decode()?;
                Effect::Put(Image::of_stored(definition, image.stored, &item, &self.key))
            }
            PlannedChange::Delete => Effect::Remove,
            PlannedChange::Update { .. } | PlannedChange::Check => Effect::Nothing,
        };
        let Planned { key, by_service, at, .. } = self;
        Ok(Some(Judged { table, key, old, effect, by_service, at }))
    }

    /// The item that is there, unless nobody needs to know.
    fn look(
        &self,
        definition: &Definition,
        present: &mut Present<'_>,
    ) -> Result<Old, WriteRefused> {
        let leaves_entries = !definition.indexes.is_empty() || definition.time_to_live.is_some();
        let is_update = matches!(self.change, PlannedChange::Update { .. });
        let is_asked = self.condition.is_some() || self.wants_old || is_update;
        if !is_asked && !leaves_entries && definition.stream.is_none() {
            return Ok(Old::Unread);
        }
        let Some(bytes) = present.get(ITEMS, &self.key)? else { return Ok(Old::Absent) };
        let stored = StoredItem::read(bytes)?;
        if !leaves_entries {
            return Ok(Old::There(Image::alone(stored)));
        }
        let item = stored.decode()?;
        Ok(Old::There(Image::of_stored(definition, stored, &item, &self.key)))
    }
}

/// The table as it is now, if it is still the one that was planned with.
fn current(planned: &Table, present: &mut Present<'_>) -> Result<Option<Table>, StoreError> {
    if planned.is_current() {
        return Ok(Some(planned.clone()));
    }
    let definition = planned.definition();
    let now = definition_in(present, &definition.name)?;
    let same = now.filter(|now| now.number == definition.number);
    Ok(same.map(Table::of_the_moment))
}

fn updated(
    definition: &Definition,
    mut item: Item,
    update: &Update,
    key: &[u8],
) -> Result<Image, WriteRefused> {
    update.apply(&mut item)?;
    fit_image(definition, &item, key).map_err(|refused| match refused {
        WriteRefused::TooLarge => WriteRefused::UpdatedTooLarge,
        refused => refused,
    })
}

impl Old {
    fn stored(&self) -> Option<&StoredItem> {
        self.image().map(|image| &image.stored)
    }

    fn image(&self) -> Option<&Image> {
        match self {
            Old::There(image) => Some(image),
            Old::Unread | Old::Absent => None,
        }
    }
}

impl Judged {
    /// Writes the item, what it has in indexes, and the change record.
    pub(crate) fn apply(self, present: &mut Present<'_>) -> Result<Written, WriteRefused> {
        self.carry_out(true, present)
    }

    /// The same for whom nobody asks: then the item that is put has one holder, the store.
    pub(crate) fn apply_unasked(self, present: &mut Present<'_>) -> Result<(), WriteRefused> {
        self.carry_out(false, present).map(drop)
    }

    fn carry_out(self, is_asked: bool, present: &mut Present<'_>) -> Result<Written, WriteRefused> {
        let Judged { table, key, old, effect, by_service, at } = self;
        let is_told = is_asked || table.definition().stream.is_some();
        let new = match &effect {
            Effect::Put(image) => is_told.then(|| image.stored.clone()),
            Effect::Remove => None,
            Effect::Nothing => {
                let old = old.stored().cloned();
                return Ok(Written { new: old.clone(), old });
            }
        };
        match (effect, &old) {
            (Effect::Put(image), old) => image.replace(old.image(), &key, present),
            (Effect::Remove, Old::There(image)) => image.remove(&key, present),
            (Effect::Remove, Old::Unread) => present.delete(ITEMS, &key),
            (Effect::Remove, Old::Absent) | (Effect::Nothing, _) => {}
        }
        let old = old.stored().cloned();
        let definition = table.definition();
        if let Some(stream) = &definition.stream {
            let (old, new) = (old.as_ref(), new.as_ref());
            let change = Change { table: definition, old, new, by_service, at };
            change.tell(stream, present)?;
        }
        Ok(Written { old, new })
    }
}
