//! Time series: databases, tables, and rows of many columns, as Timestream keeps them.
//!
//! A write is one entry of one batch: a *chunk*, its rows grouped by series and by column
//! ([`Series::write`]); it may join somebody else's batch ([`Series::write_into`]). When chunks have
//! gathered, the [`Settler`] writes them, sorted and compressed, into *segments*: files that never
//! change, each of one day. One batch takes the chunks out and the segment's record in, so a query,
//! which reads one snapshot ([`Series::snapshot`]), finds each row once. Settled segments are merged, and
//! whole days go when they are too old. What was replaced stays until no snapshot can name it.
//!
//! Rows of one series and time are one: readers see the one of the highest version, of equals the
//! first (of lines the last), whatever was told to who wrote them.
//!
//! Not here: queries (`timesql`), the names and shapes of AWS's operations (`aws`).
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `series-databases` | name | what is said of the database |
//! | `series-tables` | database/table | what is said of the table, and its number |
//! | `series-schemas` | number of the table | its dimensions and measures |
//! | `series-chunks` | number of the table, place in the history | a chunk |
//! | `series-settled` | number of the table | the key of the newest chunk that was settled |
//! | `series-segments` | numbers of table and file | what is known of the segment |
//! | `series-doomed` | number of the file | nothing: the file is to be taken away |
//! | `series-dropped` | number of the table | nothing: its rows are to be taken away |
//! | `series-numbers` | `last` | the number given out last |

mod alike;
mod carry;
mod catalog;
mod chunk;
mod commit;
mod definition;
mod error;
mod files;
mod filter;
mod flights;
mod frontier;
mod gate;
mod give;
mod growth;
mod key;
mod lines;
mod merge;
mod moment;
mod number;
mod pieces;
mod plan;
mod record;
mod resolve;
mod rows;
mod scan;
mod schema;
mod segment;
mod series_key;
mod settle;
mod settler;
mod sources;
mod standing;
mod store;
mod strip;
mod sweep;
mod totals;
mod window;
mod wire;
mod write;

pub use definition::{
    Database, MagneticWrites, NewTable, PartitionKey, RejectedData, Retention, Table, TableUpdate,
    Tags,
};
pub use error::SeriesError;
pub use lines::{LineError, LineFault, Lines, LinesRefused, LinesWritten, TableLines, Unescaped};
pub use moment::Moment;
pub use record::{
    DIMENSION_NAME_BYTES_MAX, MEASURE_NAME_BYTES_MAX, MeasureText, MeasureType,
    RECORD_DIMENSIONS_MAX, RECORD_MEASURES_MAX, RECORDS_MAX, RecordText, TimeUnit, VALUE_BYTES_MAX,
};
pub use schema::{DIMENSIONS_MAX, MEASURES_MAX};
pub use settler::Settler;
pub use standing::Standing;
pub use store::Series;
pub use write::{Rejected, Written};
