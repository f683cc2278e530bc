//! The calendar: dates, time zones with the clocks that they set back and forward, and when something
//! is due that is due again and again.

mod civil;
mod cron;
mod names;
mod posix;
mod tzif;
mod when;
mod zone;

pub use civil::{Date, SECS_A_DAY, days_of_month};
pub use cron::{Cron, UnfitCron};
pub use names::{DAYS, MONTHS, short};
pub use when::{Every, UnfitWhen, When};
pub use zone::{Local, Zone, read_offset, write_offset};
