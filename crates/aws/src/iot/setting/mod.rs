//! What there is one of.

pub(crate) mod describe_event_configurations;
pub(crate) mod get_v2_logging_options;
pub(crate) mod set_v2_logging_options;
pub(crate) mod shape;
pub(crate) mod update_event_configurations;
