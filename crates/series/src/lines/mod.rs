//! InfluxDB's line protocol, which the field's agents speak: a measurement is a table, tags are
//! dimensions, and fields are the measures of one record whose measure name is the measurement.

mod cursor;
mod error;
mod parse;
mod unescaped;
mod write;

pub use error::{LineError, LineFault};
pub use parse::{Lines, TableLines};
pub use unescaped::Unescaped;
pub use write::{LinesRefused, LinesWritten};
