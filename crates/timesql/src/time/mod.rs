//! Times: dates of days, texts of times, units of both.

pub(crate) mod civil;
pub(crate) mod format;
pub(crate) mod text;
pub(crate) mod units;

pub(crate) const SECOND: i64 = 1_000_000_000;
pub(crate) const DAY: i64 = 86_400 * SECOND;
