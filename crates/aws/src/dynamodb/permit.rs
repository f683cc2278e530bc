//! Whether the caller may touch what it names: tables and indexes, and by conditions of policies the
//! partitions (`dynamodb:LeadingKeys`) and attributes (`dynamodb:Attributes`) of them.
//!
//! `ForAllValues` holds of a key that is not there, so each key must be told wherever it applies.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use items::{Item, Packed, Value};
use tables::{Definition, Table};

use super::capacity::ReturnConsumedCapacity;
use super::input::TableRef;
use super::words::no_such_table;
use crate::caller::{Asked, Caller, ConditionKeys};
use crate::error::AwsError;
use crate::state::State;

/// What actions and resources begin with.
const SERVICE: &str = "dynamodb";

/// What a request touches of one table.
#[derive(Debug)]
pub(crate) struct Touch<'a> {
    name: &'a TableRef,
    index: Option<&'a str>,
    table: Option<Table>,
    /// Whether nothing that it touches can make a difference, so that nothing is told of it.
    is_free: bool,
    keys: ConditionKeys,
}

impl<'a> Touch<'a> {
    /// The table may not exist: that is told to those alone who may know.
    pub(crate) fn of(
        state: &State,
        caller: &Caller,
        name: &'a TableRef,
        index: Option<&'a str>,
    ) -> Result<Touch<'a>, AwsError> {
        let table = state.tables.table(name.as_str())?;
        let is_free = caller.may_all_of(SERVICE);
        Ok(Touch { name, index, table, is_free, keys: ConditionKeys::new() })
    }

    pub(crate) fn definition(&self) -> Option<&Definition> {
        self.table.as_ref().map(Table::definition)
    }

    /// Keys of items, or whole items.
    pub(crate) fn items<'i>(self, items: impl IntoIterator<Item = &'i Item>) -> Touch<'a> {
        let Some(definition) = self.definition().filter(|_| !self.is_free) else { return self };
        let partition = &definition.key.partition.name;
        let values = items.into_iter().filter_map(|item| item.get(partition));
        let values = values.map(text).collect();
        self.with("dynamodb:leadingkeys", || values)
    }

    /// A whole item, with its attributes and with others that are asked about.
    pub(crate) fn packed<'i>(
        self,
        item: &Packed,
        others: impl IntoIterator<Item = &'i str>,
    ) -> Touch<'a> {
        if self.is_free {
            return self;
        }
        let item = item.unpack();
        let others: Vec<&str> = others.into_iter().collect();
        let names = item.iter().map(|(name, _)| name);
        self.items([&item]).attributes(names.chain(others.iter().copied()))
    }

    /// Many items, each the whole or its key.
    pub(crate) fn many(self, items: impl FnOnce() -> Vec<Item>) -> Touch<'a> {
        if self.is_free {
            return self;
        }
        let items = items();
        let names = items.iter().flat_map(|item| item.iter().map(|(name, _)| name));
        self.attributes(names).items(&items)
    }

    pub(crate) fn partition(self, value: &Value) -> Touch<'a> {
        self.with("dynamodb:leadingkeys", || vec![text(value)])
    }

    /// The attributes that are read, asked about or written.
    pub(crate) fn attributes<'i>(self, names: impl IntoIterator<Item = &'i str>) -> Touch<'a> {
        self.with("dynamodb:attributes", || {
            let mut names: Vec<&str> = names.into_iter().collect();
            names.sort_unstable();
            names.dedup();
            names.into_iter().map(str::to_owned).collect()
        })
    }

    /// One of the words of `Select`, whether the request says it or means it.
    pub(crate) fn select(self, word: &str) -> Touch<'a> {
        self.with("dynamodb:select", || vec![word.to_owned()])
    }

    pub(crate) fn returns(self, values: Option<&str>) -> Touch<'a> {
        match values {
            Some(word) => self.with("dynamodb:returnvalues", || vec![word.to_owned()]),
            None => self,
        }
    }

    pub(crate) fn capacity(self, asked: Option<ReturnConsumedCapacity>) -> Touch<'a> {
        match asked {
            Some(word) => {
                self.with("dynamodb:returnconsumedcapacity", || vec![word.as_str().to_owned()])
            }
            None => self,
        }
    }

    /// The operation that this is a part of.
    pub(crate) fn within(self, operation: &str) -> Touch<'a> {
        self.with("dynamodb:enclosingoperation", || vec![operation.to_owned()])
    }

    /// Refuses what the caller's policies do not allow, and then what is not there.
    pub(crate) fn permit(
        self,
        state: &State,
        caller: &Caller,
        action: &str,
    ) -> Result<Table, AwsError> {
        if !self.is_free {
            let home = state.fleet.registry().home();
            let resource = self.name.index_resource(self.index);
            let asked = Asked::new(home, SERVICE, action, &resource).with_keys(self.keys);
            caller.check(state, &asked)?;
        }
        self.table.ok_or_else(no_such_table)
    }

    fn with(mut self, key: &str, values: impl FnOnce() -> Vec<String>) -> Touch<'a> {
        if !self.is_free {
            self.keys.push((key.to_owned(), values()));
        }
        self
    }
}

/// A key value as policies write it.
fn text(value: &Value) -> String {
    match value {
        Value::S(text) => text.clone(),
        Value::N(number) => number.to_string(),
        Value::B(bytes) => STANDARD.encode(bytes),
        // No key is of another type, so no item has it.
        _ => String::new(),
    }
}
