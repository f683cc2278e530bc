//! Changing tables: billing, class, protection, stream, indexes, time to live, tags.

use kv::Present;
use model::{IndexName, TableName};
use records::StoreError;
use stdx::clock::UnixMillis;

use crate::chore::{self, Chore};
use crate::definition::{
    Billing, Definition, IndexBilling, IndexStatus, KeyAttribute, StreamView, TableClass,
    TimeToLive,
};
use crate::new_table::{NewIndex, SchemaRefused, check_existing};
use crate::store::Tables;
use crate::stream;

/// What shall be changed; what is not named stays.
#[derive(Clone, Debug, Default)]
pub struct TableUpdate {
    /// Those that keys of a new index are made of; others may stand there again.
    pub attributes: Vec<KeyAttribute>,
    pub billing: Option<Billing>,
    pub class: Option<TableClass>,
    pub deletion_protected: Option<bool>,
    pub warm: Option<crate::definition::Throughput>,
    pub stream: Option<StreamChange>,
    pub index: Option<IndexChange>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StreamChange {
    Enable(StreamView),
    Disable,
}

#[derive(Clone, Debug)]
pub enum IndexChange {
    Create(NewIndex),
    Update(IndexName, IndexBilling),
    Delete(IndexName),
}

/// Why a table was not changed. The texts are DynamoDB's.
#[derive(Debug, thiserror::Error)]
pub enum UpdateTableRefused {
    #[error("Requested resource not found: Table: {name} not found")]
    NotFound { name: TableName },
    #[error("Table already has an enabled stream: TableName: {name}")]
    StreamEnabled { name: TableName },
    #[error("Table has no stream to disable: TableName: {name}")]
    NoStream { name: TableName },
    #[error("Requested resource not found")]
    IndexNotFound { name: IndexName },
    #[error(
        "Subscriber limit exceeded: Only 1 online index can be created or deleted simultaneously per \
         table"
    )]
    IndexInCreation,
    #[error(transparent)]
    Schema(#[from] SchemaRefused),
    #[error("TimeToLive is already enabled")]
    TimeToLiveEnabled,
    #[error("TimeToLive is already disabled")]
    TimeToLiveDisabled,
    #[error(
        "TimeToLive is active on a different AttributeName: current AttributeName is {attribute}"
    )]
    OtherTimeToLive { attribute: String },
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Tables {
    pub async fn update_table(
        &self,
        name: &TableName,
        update: TableUpdate,
    ) -> Result<Definition, UpdateTableRefused> {
        let now = self.clock().now();
        self.change(name, move |definition, present| {
            if let Some(billing) = update.billing {
                definition.billing = billing;
            }
            if let Some(warm) = update.warm {
                definition.billing.warm = Some(warm);
            }
            if let Some(class) = update.class {
                definition.class = class;
            }
            if let Some(deletion_protected) = update.deletion_protected {
                definition.deletion_protected = deletion_protected;
            }
            if let Some(stream) = update.stream {
                change_stream(definition, stream, now, present)?;
            }
            match update.index {
                Some(index) => change_index(definition, index, update.attributes, present),
                None => Ok(()),
            }
        })
        .await
    }

    /// Lets items live until the second that an attribute of theirs names, or for ever.
    pub async fn update_time_to_live(
        &self,
        name: &TableName,
        attribute: String,
        is_enabled: bool,
    ) -> Result<Definition, UpdateTableRefused> {
        self.change(name, move |definition, present| match (&definition.time_to_live, is_enabled) {
            (None, true) => enable_time_to_live(definition, attribute, present),
            (None, false) => Err(UpdateTableRefused::TimeToLiveDisabled),
            (Some(now), _) if now.attribute != attribute => {
                let attribute = now.attribute.clone();
                Err(UpdateTableRefused::OtherTimeToLive { attribute })
            }
            (Some(_), true) => Err(UpdateTableRefused::TimeToLiveEnabled),
            (Some(now), false) => {
                let (table, index) = (definition.number, now.number);
                definition.time_to_live = None;
                Ok(chore::leave(Chore::DropIndex { table, index }, present)?)
            }
        })
        .await
    }

    /// Sets tags, replacing those of the same keys.
    pub async fn tag_table(
        &self,
        name: &TableName,
        tags: Vec<(String, String)>,
    ) -> Result<Definition, UpdateTableRefused> {
        self.change(name, move |definition, _| {
            definition.tags.retain(|(key, _)| !tags.iter().any(|(new, _)| new == key));
            definition.tags.extend(tags);
            definition.tags.sort();
            Ok(())
        })
        .await
    }

    pub async fn untag_table(
        &self,
        name: &TableName,
        keys: Vec<String>,
    ) -> Result<Definition, UpdateTableRefused> {
        self.change(name, move |definition, _| {
            definition.tags.retain(|(key, _)| !keys.contains(key));
            Ok(())
        })
        .await
    }

    async fn change(
        &self,
        name: &TableName,
        change: impl FnOnce(&mut Definition, &mut Present<'_>) -> Result<(), UpdateTableRefused>
        + Send
        + Sync
        + 'static,
    ) -> Result<Definition, UpdateTableRefused> {
        let missing = UpdateTableRefused::NotFound { name: name.clone() };
        self.define(name, move |present, before| {
            let mut definition = before.ok_or(missing)?;
            change(&mut definition, present)?;
            Ok((Some(definition.clone()), definition))
        })
        .await
    }
}

fn change_stream(
    definition: &mut Definition,
    change: StreamChange,
    now: UnixMillis,
    present: &mut Present<'_>,
) -> Result<(), UpdateTableRefused> {
    let name = || definition.name.clone();
    match (change, &definition.stream) {
        (StreamChange::Enable(view), None) => {
            definition.stream = Some(stream::begin(definition, view, now, present)?);
        }
        (StreamChange::Disable, Some(enabled)) => {
            stream::end(enabled, now, present)?;
            definition.stream = None;
        }
        (StreamChange::Enable(_), Some(_)) => {
            return Err(UpdateTableRefused::StreamEnabled { name: name() });
        }
        (StreamChange::Disable, None) => {
            return Err(UpdateTableRefused::NoStream { name: name() });
        }
    }
    Ok(())
}

fn change_index(
    definition: &mut Definition,
    change: IndexChange,
    attributes: Vec<KeyAttribute>,
    present: &mut Present<'_>,
) -> Result<(), UpdateTableRefused> {
    match change {
        IndexChange::Create(new) => create_index(definition, new, attributes, present),
        IndexChange::Update(name, billing) => {
            let index = definition.indexes.iter_mut().find(|index| index.name == name);
            index.ok_or(UpdateTableRefused::IndexNotFound { name })?.billing = billing;
            Ok(())
        }
        IndexChange::Delete(name) => {
            let is_it = |index: &crate::definition::Index| index.is_global() && index.name == name;
            let Some(at) = definition.indexes.iter().position(is_it) else {
                return Err(UpdateTableRefused::IndexNotFound { name });
            };
            let (table, index) = (definition.number, definition.indexes.remove(at).number);
            forget_unused(definition);
            Ok(chore::leave(Chore::DropIndex { table, index }, present)?)
        }
    }
}

fn create_index(
    definition: &mut Definition,
    new: NewIndex,
    attributes: Vec<KeyAttribute>,
    present: &mut Present<'_>,
) -> Result<(), UpdateTableRefused> {
    if definition.indexes.iter().any(|index| index.status == IndexStatus::Backfilling) {
        return Err(UpdateTableRefused::IndexInCreation);
    }
    let number = take_number(definition);
    definition.indexes.push(new.into_index(number, IndexStatus::Backfilling));
    check_existing(&definition.indexes)?;
    for attribute in attributes {
        if !definition.attributes.iter().any(|known| known.name == attribute.name) {
            definition.attributes.push(attribute);
        }
    }
    forget_unused(definition);
    backfill(definition, number, present)
}

fn enable_time_to_live(
    definition: &mut Definition,
    attribute: String,
    present: &mut Present<'_>,
) -> Result<(), UpdateTableRefused> {
    let number = take_number(definition);
    definition.time_to_live = Some(TimeToLive { attribute, number });
    backfill(definition, number, present)
}

fn take_number(definition: &mut Definition) -> u32 {
    let number = definition.next_index;
    definition.next_index += 1;
    number
}

fn backfill(
    definition: &Definition,
    index: u32,
    present: &mut Present<'_>,
) -> Result<(), UpdateTableRefused> {
    let (name, table) = (definition.name.clone(), definition.number);
    Ok(chore::leave(Chore::Backfill { name, table, index, after: None }, present)?)
}

/// Attributes that no key is made of are not shown any more.
fn forget_unused(definition: &mut Definition) {
    let Definition { attributes, key, indexes, .. } = definition;
    attributes.retain(|attribute| {
        key.contains(&attribute.name)
            || indexes.iter().any(|index| index.key.contains(&attribute.name))
    });
}
