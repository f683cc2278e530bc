//! Functions as they are kept.

mod archives;
mod common;
mod events;
mod kept;
