//! What happens by itself: rules that listen to events or fire by the clock (EventBridge), and schedules
//! (EventBridge Scheduler).
//!
//! Who is due stands in an index by time. When a moment comes, one commit moves its owner on to the next
//! and leaves a [firing](crate::firing) for each target; so a moment fires once, whatever is killed.
//! Firings are carried out by a [`Runner`], at least once, with retries, until they arrive or become dead
//! letters.
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `event-buses` | name | what is known of it; the default bus needs none |
//! | `event-rules` | bus, 0, name | the rule, with its targets |
//! | `schedules` | group, 0, name | the schedule, with its target |
//! | `schedule-groups` | name | what is known of it; the default group needs none |
//! | `schedule-due` | time, kind, key | nothing: whose turn it is then |
//! | `schedule-firings` | time, place in the history | what is to be carried to a target |
//!
//! Not here: what a target is and whether it may be reached ([`Carrier`]), and who may change what
//! (`iam`).

mod bus;
mod carrier;
mod due;
mod error;
mod event;
mod firing;
mod group;
mod id;
mod key;
mod rule;
mod rule_set;
mod runner;
mod runs;
mod schedule;
mod schedules;
mod target;

pub use bus::Bus;
pub use carrier::{Carrier, Carrying, Parcel, Service, Undelivered};
pub use error::ScheduleError;
pub use event::{EVENTS_MAX, Letter, NewEvent, Told, test_pattern};
pub use group::Group;
pub use rule::{NewRule, Rule, TARGETS_MAX};
pub use runner::Runner;
pub use runs::{RUNS_MAX, Times};
pub use schedule::{AfterCompletion, NewSchedule, Schedule, Window};
pub use schedules::{Missed, Schedules};
pub use target::{Input, Retry, Target, TargetKind};
