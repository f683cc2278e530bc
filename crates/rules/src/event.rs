//! What a rule is told of: a message and whom it came from.

use std::net::IpAddr;

use model::MessageProperties;

use crate::payload::Payload;

/// A message on its way through the rules. Time and chance come in with it, so that evaluating it
/// again gives the same again.
#[derive(Clone, Copy, Debug)]
pub struct Event<'a> {
    /// Without `$aws/rules/NAME/`, if it came that way.
    pub topic: &'a str,
    pub payload: &'a Payload<'a>,
    /// None if it did not come over MQTT.
    pub client_id: Option<&'a str>,
    pub principal: Option<&'a str>,
    pub source_ip: Option<IpAddr>,
    pub account: &'a str,
    pub timestamp_ms: u64,
    pub trace_id: Option<&'a str>,
    /// Of rand() and newuuid().
    pub seed: u64,
    pub properties: Option<&'a MessageProperties>,
}
