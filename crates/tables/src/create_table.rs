//! Making and deleting tables.

use kv::Present;
use model::{Arn, TableName};
use records::StoreError;
use stdx::clock::UnixMillis;
use stdx::hex;

use crate::chore::{self, Chore};
use crate::definition::{Definition, IndexStatus};
use crate::new_table::{NewTable, SchemaRefused};
use crate::store::{Tables, next_number};
use crate::stream;

#[derive(Debug, thiserror::Error)]
pub enum CreateTableRefused {
    #[error("Table already exists: {name}")]
    AlreadyExists { name: TableName },
    #[error(transparent)]
    Schema(#[from] SchemaRefused),
    #[error(transparent)]
    Store(#[from] StoreError),
}

#[derive(Debug, thiserror::Error)]
pub enum DeleteTableRefused {
    #[error("Requested resource not found: Table: {name} not found")]
    NotFound { name: TableName },
    #[error(
        "Resource cannot be deleted as it is currently protected against deletion. Disable deletion \
         protection first."
    )]
    Protected,
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl Tables {
    /// Makes a table. It can be used at once.
    pub async fn create_table(&self, new: NewTable) -> Result<Definition, CreateTableRefused> {
        new.check()?;
        let (now, id) = (self.clock().now(), table_id());
        let name = new.name.clone();
        self.define(&name, move |present, before| {
            if before.is_some() {
                return Err(CreateTableRefused::AlreadyExists { name: new.name });
            }
            let definition = make(new, id, now, present)?;
            Ok((Some(definition.clone()), definition))
        })
        .await
    }

    /// Deletes a table; the name is free at once. What it held is taken away bit by bit, and its
    /// stream stays readable as long as its records are kept.
    pub async fn delete_table(&self, name: &TableName) -> Result<Definition, DeleteTableRefused> {
        let now = self.clock().now();
        let missing = DeleteTableRefused::NotFound { name: name.clone() };
        self.define(name, move |present, before| {
            let definition = before.ok_or(missing)?;
            if definition.deletion_protected {
                return Err(DeleteTableRefused::Protected);
            }
            if let Some(stream) = &definition.stream {
                stream::end(stream, now, present)?;
            }
            chore::leave(Chore::DropTable { table: definition.number }, present)?;
            Ok((None, definition))
        })
        .await
    }

    pub fn table_arn(&self, name: &TableName) -> Arn {
        let home = self.home();
        Arn::from_text(format!("arn:aws:dynamodb:{}:{}:table/{name}", home.region, home.account))
    }

    pub fn stream_arn(&self, name: &TableName, label: &str) -> Arn {
        Arn::from_text(format!("{}/stream/{label}", self.table_arn(name)))
    }
}

fn make(
    new: NewTable,
    id: String,
    now: UnixMillis,
    present: &mut Present<'_>,
) -> Result<Definition, StoreError> {
    let indexes = new.indexes.into_iter().zip(1..);
    let indexes: Vec<_> =
        indexes.map(|(index, number)| index.into_index(number, IndexStatus::Active)).collect();
    let mut definition = Definition {
        name: new.name,
        id,
        created_at: now,
        key: new.key,
        attributes: new.attributes,
        next_index: indexes.len() as u32 + 1,
        indexes,
        billing: new.billing,
        class: new.class,
        deletion_protected: new.deletion_protected,
        stream: None,
        time_to_live: None,
        tags: new.tags,
        number: next_number(present, "tables")?,
    };
    if let Some(view) = new.stream {
        definition.stream = Some(stream::begin(&definition, view, now, present)?);
    }
    Ok(definition)
}

/// A random UUID.
fn table_id() -> String {
    let mut bytes = [0; 16];
    getrandom::fill(&mut bytes).expect("the system has randomness, or no TLS would start");
    bytes[6] = bytes[6] & 0x0f | 0x40;
    bytes[8] = bytes[8] & 0x3f | 0x80;
    let digits = hex::encode(&bytes);
    let parts = [&digits[..8], &digits[8..12], &digits[12..16], &digits[16..20], &digits[20..]];
    parts.join("-")
}
