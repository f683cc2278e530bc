//! Documents as DynamoDB has them: values, how they sort, how large they are, how they are written,
//! and the expressions that ask about them and change them. Pure: nothing here stores or calls.
//!
//! - An [`Item`] is a map of names to [`Value`]s; a [`Number`] is exact.
//! - [`encoding`] writes an item for the store, and reads of it no more than is asked.
//! - [`key`] writes key values so that their bytes sort as the values do.
//! - [`partiql`] reads statements into the same forms.
//! - [`size`] counts bytes as DynamoDB does.
//! - [`Arguments`] read expressions: a [`Condition`] holds of an item or does not, an [`Update`]
//!   changes it, a [`Projection`] takes parts of it, [`KeyTests`] find it.
//!
//! Not here: tables, keys' schemas and indexes (`tables`), and the names of operations (`aws`).

mod condition;
pub mod encoding;
mod expression;
mod item;
mod json;
pub mod key;
pub mod legacy;
mod number;
mod packed;
pub mod partiql;
mod path;
mod projection;
#[cfg(test)]
mod samples;
pub mod size;
mod update;
mod value;

pub use condition::{Comparator, Condition};
pub use encoding::{EncodedItem, EncodedValue, EncodingError};
pub use expression::{
    Arguments, ExpressionError, Fault, KeyTest, KeyTestError, KeyTests, Names, Parameter, Values,
};
pub use item::Item;
pub use json::{Refusal, refusal};
pub use number::{Number, NumberError};
pub use packed::{PACKED_HEADER_BYTES, Packed};
pub use path::{Path, Step};
pub use projection::Projection;
pub use size::{ITEM_BYTES_MAX, item_bytes};
pub use update::{Update, UpdateError};
pub use value::{Kind, Value};
