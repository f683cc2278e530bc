//! Where actions lay down what is to be done.

use std::fmt;

use blueprints::Blueprints;
use items::Item;
use kv::Batch;
use logs::Logs;
use model::{Home, Message};
use objects::Objects;
use outbox::{Delivery, ItemUpdate};
use queues::Queues;
use series::{RECORDS_MAX, RecordText, Series};
use tables::{Table, Tables};

use crate::error::Failure;
use crate::to_tell::ToTell;

/// Whether the role of an action may do what it is about to.
pub trait Permits: fmt::Debug {
    fn check(&self, role_arn: &str, action: &str, target: Target<'_>) -> Result<(), String>;
}

/// What an action acts on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Target<'a> {
    Topic(&'a str),
    Queue(&'a str),
    Table(&'a str),
    /// A thing, or a shadow of it: `lamp`, `lamp/shadow`.
    Thing(&'a str),
    /// A stream of a log group, or all of them: `lamps:log-stream:`.
    LogStream(&'a str),
    /// A table of series: `database/DATABASE/table/TABLE`; or `*` for what has no resource.
    Series(&'a str),
    /// An object of a bucket: `routes/trip.json`.
    Object(&'a str),
    /// A secret, by the whole of its ARN, which ends as nobody foresees.
    Secret(&'a str),
}

impl Target<'_> {
    /// As its kind names it.
    pub fn name(&self) -> &str {
        match self {
            Target::Topic(name)
            | Target::Queue(name)
            | Target::Table(name)
            | Target::Thing(name)
            | Target::LogStream(name)
            | Target::Series(name)
            | Target::Object(name)
            | Target::Secret(name) => name,
        }
    }

    pub fn arn(&self, home: &Home) -> String {
        match self {
            Target::Queue(name) => {
                let Home { region, account, .. } = home;
                format!("arn:aws:sqs:{region}:{account}:{name}")
            }
            Target::Topic(name) => home.iot("topic", name).to_string(),
            Target::Thing(name) => home.iot("thing", name).to_string(),
            Target::Table(name) => {
                let Home { region, account, .. } = home;
                format!("arn:aws:dynamodb:{region}:{account}:table/{name}")
            }
            Target::LogStream(name) => {
                let Home { region, account, .. } = home;
                format!("arn:aws:logs:{region}:{account}:log-group:{name}")
            }
            Target::Series("*") => "*".to_owned(),
            Target::Series(name) => {
                let Home { region, account, .. } = home;
                format!("arn:aws:timestream:{region}:{account}:{name}")
            }
            Target::Object(name) => format!("arn:aws:s3:::{name}"),
            Target::Secret(arn) => (*arn).to_owned(),
        }
    }
}

/// What actions ask of the house that they are in.
pub trait House: fmt::Debug {
    /// Whether the house itself does what messages of this topic ask for.
    fn takes(&self, topic: &str) -> bool;

    /// Whether requests may go where this confirmation leads to.
    fn check_destination(&self, confirmation_url: &str) -> Result<(), String>;
}

/// Something that is to go out when the message is on disk.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Errand {
    /// Errands to one target are done one after the other.
    pub target: String,
    /// What it is for, in error documents and stories.
    pub resource: String,
    pub delivery: Delivery,
}

/// What an action finds, and what it leaves: all that is here is committed as one.
#[derive(Debug)]
pub struct Desk<'a> {
    pub home: &'a Home,
    pub tables: &'a Tables,
    pub logs: &'a Logs,
    pub queues: &'a Queues,
    pub series: &'a Series,
    pub objects: &'a Objects,
    pub blueprints: &'a Blueprints,
    pub permits: &'a dyn Permits,
    pub house: &'a dyn House,
    /// How many messages may be added.
    pub room: usize,
    pub batch: Batch,
    pub messages: Vec<Message>,
    /// When the batch is committed.
    pub to_tell: ToTell,
    /// Become entries of the outbox in the same batch.
    pub errands: Vec<Errand>,
    /// What is done, in words, for who wants to read it.
    pub notes: Option<Vec<String>>,
}

impl Desk<'_> {
    pub(crate) fn check(
        &self,
        role_arn: &str,
        action: &str,
        target: Target<'_>,
    ) -> Result<(), Failure> {
        self.permits
            .check(role_arn, action, target)
            .map_err(|message| Failure::of(&target.arn(self.home), message))
    }

    /// Puts an item into a table.
    pub(crate) fn put(&mut self, role: &str, table: &str, item: Item) -> Result<(), Failure> {
        let found = self.table(role, "dynamodb:PutItem", table)?;
        self.note(|| format!("put into the table {table}: {}", shown(&item)));
        let put = self.tables.put_into(&mut self.batch, &found, item);
        self.to_tell.puts.push(put.map_err(|error| Failure::of(table, error.to_string()))?);
        Ok(())
    }

    /// Writes records of a table of series: all of them, or none.
    pub(crate) fn write_series(
        &mut self,
        (database, table): (&str, &str),
        resource: &str,
        records: &[RecordText<'_>],
    ) -> Result<(), Failure> {
        let failed = |error: &dyn std::error::Error| Failure::of(resource, error.to_string());
        if records.len() > RECORDS_MAX {
            let what = format!("one message makes at most {RECORDS_MAX} records");
            return Err(Failure::of(resource, what));
        }
        let found = self.series.table(database, table).map_err(|error| failed(&error))?;
        let missing = || Failure::of(resource, format!("The table {table} does not exist."));
        let found = found.ok_or_else(missing)?;
        // What is rejected is known before anything is added.
        let mut batch = Batch::new();
        let written = self.series.write_into(&mut batch, &found, records);
        let written = written.map_err(|error| failed(&error))?;
        if let Some(rejected) = written.rejected.first() {
            return Err(Failure::of(resource, &*rejected.reason));
        }
        self.batch.append(batch);
        self.note(|| format!("write {} records into the series {database}.{table}", records.len()));
        Ok(())
    }

    /// Takes an item out of a table.
    pub(crate) fn delete(&mut self, role: &str, table: &str, key: Item) -> Result<(), Failure> {
        let found = self.table(role, "dynamodb:DeleteItem", table)?;
        self.note(|| format!("delete from the table {table}: {}", shown(&key)));
        let deletion = self.tables.delete_into(&mut self.batch, &found, key);
        self.to_tell.puts.push(deletion.map_err(|error| Failure::of(table, error.to_string()))?);
        Ok(())
    }

    /// Sets an attribute of an item. What the item holds is known only when it is written: whether it
    /// takes the attribute too. So it is an errand, whose failure can be told.
    pub(crate) fn update(
        &mut self,
        role: &str,
        table: &str,
        key: Item,
        attribute: String,
        value: items::Value,
    ) -> Result<(), Failure> {
        self.table(role, "dynamodb:UpdateItem", table)?;
        self.note(|| format!("set {attribute} in the table {table}: {}", shown(&key)));
        let update = ItemUpdate { table: table.to_owned(), key, attribute, value };
        self.errands.push(Errand {
            target: format!("table:{table}"),
            resource: table.to_owned(),
            delivery: Delivery::ItemUpdate(update),
        });
        Ok(())
    }

    pub(crate) fn note(&mut self, note: impl FnOnce() -> String) {
        if let Some(notes) = &mut self.notes {
            notes.push(note());
        }
    }

    /// A table, if the role may do that with it.
    fn table(&self, role: &str, action: &str, table: &str) -> Result<Table, Failure> {
        self.check(role, action, Target::Table(table))?;
        let found = self.tables.table(table);
        let found = found.map_err(|error| Failure::of(table, error.to_string()))?;
        found.ok_or_else(|| Failure::of(table, "Requested resource not found"))
    }
}

fn shown(item: &Item) -> String {
    serde_json::to_string(item).unwrap_or_else(|error| error.to_string())
}
