//! The AWS door: one HTTP endpoint that speaks every service's wire.
//!
//! A request is routed by the service that its signature names, then by `X-Amz-Target`, then by
//! method and path; its signature is checked; its operation's row turns it into an input, makes one
//! call into the house, and turns the output or the error into what AWS would have answered.
//!
//! An operation is one file, `<service>/<operation>.rs`, and one row of the service's table. What
//! AWS has no operation for (explain, tail, doctor, backup) is the service `thingstead`, in `own`.
//!
//! What an operation means is in `fleet` and the stores. Nobody else knows AWS's JSON.

mod answer;
mod auth;
mod body;
mod caller;
mod chronicle;
mod cloudformation;
mod cloudwatch_logs;
mod door;
mod dynamodb;
mod dynamodb_streams;
mod error;
mod event;
mod events;
#[cfg(test)]
mod every_operation;
mod faces;
mod fleet_errors;
mod head;
mod house_errors;
mod http;
mod iam;
mod input;
mod iot;
mod iot_credentials;
mod iot_data;
mod iot_jobs_data;
mod job_errors;
mod lambda;
mod line_protocol;
mod listen;
mod metrics;
mod operation;
mod own;
mod plain;
mod plain_json;
mod query;
mod reply;
mod resource_policy;
mod rewind;
mod s3;
mod scheduler;
mod secretsmanager;
mod service;
mod signing_keys;
mod sqs;
mod ssm;
mod state;
mod sts;
mod timestamp;
mod timestream_query;
mod timestream_write;
mod websocket;
mod xml;

pub use crate::chronicle::{Chronicle, keep_chronicle};
pub use crate::cloudformation::work_on_stacks;
pub use crate::door::{Devices, serve};
pub use crate::event::{message_of, reason};
pub use crate::faces::{answer_signed, is_of_aws};
pub use crate::listen::{Arrival, Host, PATIENCE, listen, speak_http};
pub use crate::state::{Endpoints, Queries, Requests, State, Taps};
