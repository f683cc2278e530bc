//! What a topic rule does with what it selected: one file for each kind of action.
//!
//! An action is read from what its owner wrote, once; what it cannot do is refused then. For each
//! message it plans: it looks nothing up but what its [`Desk`] offers, and puts there what is to be
//! written or sent. What leaves the house becomes an errand, which the house does later by a [`Carrier`]. The hall commits all plans of a message as one.
//!
//! To add one: a file with a type that is an [`Action`], and a line in [`read`]'s table.

mod action;
mod cloudwatch_logs;
mod desk;
mod dynamodb;
mod dynamodb_v2;
mod error;
mod field;
mod http;
mod http_client;
mod http_url;
mod lambda;
mod payload;
mod read;
mod republish;
mod s3;
mod sqs;
mod timestream;
mod to_tell;

pub use action::{Action, Matched};
pub use desk::{Desk, Errand, House, Permits, Target};
pub use error::{Failure, UnfitAction};
pub use field::Uses;
pub use http_client::{Carried, Carrier, HttpClient, Missed, Outgoing};
pub use http_url::{HttpUrl, URL_BYTES_MAX, UnfitUrl};
pub use read::{ACTIONS_MAX, read, read_all};
pub use to_tell::ToTell;
