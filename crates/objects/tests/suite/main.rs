//! The store of objects as its callers see it.

mod crash;
mod lists;
mod notices;
mod objects;
mod support;
mod uploads;
mod versions;
