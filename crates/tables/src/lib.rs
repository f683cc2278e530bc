//! Tables: documents with a key schema, their indexes, and their change streams.
//!
//! A write is planned by whoever asks (is the key there, is the item small enough?) and decided at the
//! moment of its commit: the decision reads the item that is there, asks the condition, and writes the
//! item, its entries in indexes and its change record together. So a condition costs no second commit,
//! and neither an index nor a stream can ever differ from the items. What is planned can also join
//! somebody else's batch ([`Tables::put_into`]): a message that a rule turns into a row is one commit.
//!
//! Reads are walks over ranges of keys; nothing is held in memory but definitions that were used.
//!
//! Long work (dropping a table, entering items into a new index, taking away what has expired) is
//! done by [`Tables::step`] in bounded pieces; what is on disk alone says what is left.
//!
//! Not here: expressions (`items`), the names and shapes of AWS's operations (`aws`).
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `tables` | name | [`Definition`] |
//! | `table-items` | see `key.rs` | [`StoredItem`] |
//! | `table-indexes` | see `key.rs` | what the index projects; nothing for an expiry |
//! | `streams` | number of the stream | [`StreamInfo`] |
//! | `stream-records` | number of the stream, sequence | [`ChangeRecord`] |
//! | `table-chores` | number of the chore | what is left to do |
//! | `table-tokens` | token of a transaction | what it was used for, until when |
//! | `table-sizes` | number of the table | how much is in it, as it was counted |
//! | `table-numbers` | kind | the number given out last |

mod batch_write;
mod change_hook;
mod change_record;
mod chore;
mod chores;
mod create_table;
mod definition;
mod image;
mod key;
mod new_table;
mod put_into;
mod read;
#[cfg(test)]
mod samples;
mod sizes;
mod standing;
mod store;
mod stored_item;
mod stream;
mod stream_read;
mod stretch;
mod sweep;
mod token;
mod transact_write;
mod update_table;
mod write;
mod write_item;

pub use batch_write::BatchWriteRefused;
pub use change_record::{ChangeKind, ChangeRecord};
pub use create_table::{CreateTableRefused, DeleteTableRefused};
pub use definition::{
    Billing, BillingMode, Definition, Index, IndexBilling, IndexStatus, KeyAttribute, KeyKind,
    KeySchema, OnDemand, Projection, Scope, Stream, StreamView, TableClass, Throughput, TimeToLive,
};
pub use image::IndexKeyRefused;
pub use key::KeyRefused;
pub use new_table::{NewIndex, NewTable, SchemaRefused};
pub use put_into::PendingPut;
pub use read::{PAGE_BYTES_MAX, Page, Query, ReadRefused, Scan};
pub use sizes::{CollectionSize, Size, TableSize};
pub use standing::Table;
pub use store::{Redefined, Tables};
pub use stored_item::{ItemDamaged, StoredItem};
pub use stream::{Ended, StreamInfo};
pub use stream_read::{
    ChangePage, ITERATOR_MILLIS, NotOfAStream, RECORD_MILLIS, RECORDS_MAX, SequenceNumber,
    ShardIterator, StartAt, StreamEnds, StreamRefused,
};
pub use sweep::{Next, Sweeper};
pub use token::Token;
pub use transact_write::{
    TRANSACTION_BYTES_MAX, TRANSACTION_ITEMS_MAX, TransactWriteRefused, Transacted,
};
pub use update_table::{IndexChange, StreamChange, TableUpdate, UpdateTableRefused};
pub use write::{ItemChange, ItemWrite, WriteRefused, Written};
