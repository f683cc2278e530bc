//! Functions that run: Lambda's, as processes of this machine.
//!
//! A version of a function has workers. A worker is a process that asks for invocations at an address of
//! its own, as Lambda's Runtime API has it, or hears of them on a channel, if it runs one of our own
//! bootstraps. It is below a warden: a small process that makes the limits hold, and ends all that the
//! worker began. Workers are started by demand, kept warm, and ended when they idle, fail, or their
//! credentials run out.
//!
//! [`Functions::invoke`] waits for the answer. [`Functions::submit`] queues an event, which is on disk
//! when it is accepted; lanes work events off, function by function, and retry. Mappings take messages
//! of queues and records of streams in batches.
//!
//! What is a boundary and what is not is in `docs/decisions/0016-functions.md`.
//!
//! Not here: what functions are (`blueprints`), AWS's shapes (`aws`), and whether a caller may.

mod channel;
mod code_directories;
mod collector;
mod desk;
mod destination;
mod environment;
mod functions;
mod interpreter;
mod invocation;
mod invoke;
mod keeper;
mod lane;
mod launcher;
mod lines;
mod mapping;
mod order;
mod pool;
mod processes;
mod report;
mod runtime_api;
mod settings;
mod start;
mod warden;
mod worker;

pub use functions::{Functions, Parts};
pub use invocation::{Invocation, InvokeError, Limit, Outcome, PAYLOAD_BYTES_MAX};
pub use settings::{EVENT_RETRY_DEFAULT, IDLE_DEFAULT, Settings, WORKERS_MAX_DEFAULT};
pub use warden::{WARDEN, run_warden};
