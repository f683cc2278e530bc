//! What the writes of one item have in common.

use items::Projection;
use tables::{ItemWrite, StoredItem, Table, WriteRefused, Written};

use crate::dynamodb::capacity::{ConsumedCapacity, Meter, ReturnConsumedCapacity, is_asked};
use crate::dynamodb::input::wire_words;
use crate::dynamodb::shown::Shown;
use crate::dynamodb::words::{condition_failed, validation};
use crate::error::AwsError;
use crate::state::State;

wire_words! {
    ReturnValues at "returnValues" {
        AllNew = "ALL_NEW",
        UpdatedOld = "UPDATED_OLD",
        AllOld = "ALL_OLD",
        None = "NONE",
        UpdatedNew = "UPDATED_NEW",
    }
}

wire_words! {
    OnConditionFailure at "returnValuesOnConditionCheckFailure" { AllOld = "ALL_OLD", None = "NONE" }
}

/// Of puts and deletions, which know no parts.
pub(super) fn check_old_or_none(values: Option<ReturnValues>) -> Result<(), AwsError> {
    match values {
        None | Some(ReturnValues::AllOld | ReturnValues::None) => Ok(()),
        Some(_) => Err(validation("ReturnValues can only be ALL_OLD or NONE")),
    }
}

/// What a write shall answer.
#[derive(Clone, Debug, Default)]
pub(crate) struct Wanted {
    pub(crate) values: Option<ReturnValues>,
    /// What `UPDATED_OLD` and `UPDATED_NEW` are of.
    pub(crate) updated: Option<Projection>,
    pub(crate) capacity: Option<ReturnConsumedCapacity>,
    pub(crate) on_failure: Option<OnConditionFailure>,
}

impl Wanted {
    /// Whether the item as it was must be read for the answer.
    pub(crate) fn old(&self) -> bool {
        let of_old = matches!(self.values, Some(ReturnValues::AllOld | ReturnValues::UpdatedOld));
        of_old || is_asked(self.capacity)
    }
}

/// Writes an item; answers the attributes that were wanted, and what it cost.
pub(crate) async fn write(
    state: &State,
    write: ItemWrite,
    wanted: &Wanted,
) -> Result<(Option<Shown>, Option<ConsumedCapacity>), AwsError> {
    let table = write.table.clone();
    let written = state.tables.write_item(write).await.map_err(|refused| match refused {
        WriteRefused::ConditionFailed { old } => {
            let is_told = wanted.on_failure == Some(OnConditionFailure::AllOld);
            condition_failed(old.as_ref().filter(|_| is_told))
        }
        refused => refused.into(),
    })?;
    let capacity = capacity(&table, &written, wanted.capacity)?;
    Ok((attributes(written, wanted)?, capacity))
}

fn capacity(
    table: &Table,
    written: &Written,
    asked: Option<ReturnConsumedCapacity>,
) -> Result<Option<ConsumedCapacity>, AwsError> {
    if !is_asked(asked) {
        return Ok(None);
    }
    let definition = table.definition();
    let mut meter = Meter::default();
    meter.write(definition, written.old.as_ref(), written.new.as_ref())?;
    Ok(meter.told(definition.name.as_str(), asked))
}

fn attributes(written: Written, wanted: &Wanted) -> Result<Option<Shown>, AwsError> {
    let Written { old, new } = written;
    let part = |item: Option<StoredItem>| -> Result<Option<Shown>, AwsError> {
        let shown = item.map(|item| Shown::of(item, wanted.updated.as_ref())).transpose()?;
        Ok(shown.filter(|shown| !matches!(shown, Shown::Part(item) if item.is_empty())))
    };
    match wanted.values {
        None | Some(ReturnValues::None) => Ok(None),
        Some(ReturnValues::AllOld) => Ok(old.map(Shown::Stored)),
        Some(ReturnValues::AllNew) => Ok(new.map(Shown::Stored)),
        Some(ReturnValues::UpdatedOld) => part(old),
        Some(ReturnValues::UpdatedNew) => part(new),
    }
}
