//! From a statement to the write that it means.

use items::partiql::{Returning, Search, Statement, StatementError};
use items::{Condition, Item, Value};
use tables::{Definition, ItemChange, ItemWrite};

use crate::caller::Caller;
use crate::dynamodb::input::TableRef;
use crate::dynamodb::item::{ReturnValues, touched_names};
use crate::dynamodb::permit::Touch;
use crate::dynamodb::words::{no_such_table, validation};
use crate::error::AwsError;
use crate::state::State;

impl From<StatementError> for AwsError {
    fn from(error: StatementError) -> AwsError {
        validation(error)
    }
}

pub(super) fn parse(text: &str, parameters: Option<Vec<Value>>) -> Result<Statement, AwsError> {
    Ok(Statement::parse(text, parameters.unwrap_or_default())?)
}

/// A write, and what its statement answers.
pub(super) struct Plan {
    pub(super) write: ItemWrite,
    pub(super) returning: Option<ReturnValues>,
    pub(super) is_insert: bool,
}

/// The write of a statement that is none that reads, by a caller who may do it.
pub(super) fn plan(state: &State, caller: &Caller, statement: Statement) -> Result<Plan, AwsError> {
    let name = TableRef::parse(statement.table()).map_err(validation)?;
    let touch = Touch::of(state, caller, &name, None)?;
    let is_insert = matches!(statement, Statement::Insert { .. });
    let action = match &statement {
        Statement::Select(_) => return Err(validation("a statement that reads writes nothing")),
        Statement::Insert { .. } => "PartiQLInsert",
        Statement::Update { .. } => "PartiQLUpdate",
        Statement::Delete { .. } => "PartiQLDelete",
    };
    let Some(definition) = touch.definition().cloned() else {
        // Whoever may not know of the table is told so first.
        touch.permit(state, caller, action)?;
        return Err(no_such_table());
    };
    let (change, condition, returning) = change(statement, &definition)?;
    let touched = change.touched();
    let table = touch
        .items([&*touched])
        .attributes(touched_names(&change, &touched, condition.as_ref()))
        .permit(state, caller, action)?;
    let wants_old = matches!(returning, Some(ReturnValues::AllOld | ReturnValues::UpdatedOld));
    let write = ItemWrite { table, change, condition, wants_old };
    Ok(Plan { write, returning, is_insert })
}

fn change(
    statement: Statement,
    definition: &Definition,
) -> Result<(ItemChange, Option<Condition>, Option<ReturnValues>), AwsError> {
    let partition = &definition.key.partition.name;
    match statement {
        Statement::Insert { item, .. } => {
            let absent = Condition::exists(partition, false);
            Ok((ItemChange::Put(item), Some(absent), None))
        }
        Statement::Update { update, search, returning, .. } => {
            let (key, beside) = key(&search, definition)?;
            let there = Condition::exists(partition, true);
            let condition = match beside {
                Some(beside) => there.and(beside),
                None => there,
            };
            let returning = match returning {
                Returning::Nothing => None,
                Returning::AllOld => Some(ReturnValues::AllOld),
                Returning::AllNew => Some(ReturnValues::AllNew),
                Returning::ModifiedOld => Some(ReturnValues::UpdatedOld),
                Returning::ModifiedNew => Some(ReturnValues::UpdatedNew),
            };
            Ok((ItemChange::Update { key, update }, Some(condition), returning))
        }
        Statement::Delete { search, returning, .. } => {
            let (key, beside) = key(&search, definition)?;
            let returning = (returning == Returning::AllOld).then_some(ReturnValues::AllOld);
            Ok((ItemChange::Delete { key }, beside, returning))
        }
        Statement::Select(_) => Err(validation("a statement that reads writes nothing")),
    }
}

/// The key of the one item that a statement is about, and what else must hold of it.
pub(super) fn key(
    search: &Search,
    definition: &Definition,
) -> Result<(Item, Option<Condition>), AwsError> {
    let names: Vec<&str> = definition.key.attributes().map(|it| it.name.as_str()).collect();
    let key = search.key(names.iter().copied()).ok_or_else(|| {
        validation("Where clause does not contain a mandatory equality on all key attributes")
    })?;
    Ok((key, search.beside_key(&names)))
}
