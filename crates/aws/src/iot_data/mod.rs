//! AWS IoT's data plane: the service `iot-data`, signed for as `iotdata`.

mod delete_connection;
mod delete_thing_shadow;
mod get_connection;
mod get_retained_message;
mod get_thing_shadow;
mod list_named_shadows_for_thing;
mod list_retained_messages;
mod list_subscriptions;
mod publish;
mod retained;
mod shadow;
mod update_thing_shadow;
mod user_properties;

use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SERVICE: Service = Service {
    signing_name: "iotdata",
    action_prefix: "iot",
    protocol: Protocol::RestJson,
    operations: &[
        Row::of::<delete_connection::DeleteConnection>(),
        Row::of::<delete_thing_shadow::DeleteThingShadow>(),
        Row::of::<get_connection::GetConnection>(),
        Row::of::<get_retained_message::GetRetainedMessage>(),
        Row::of::<get_thing_shadow::GetThingShadow>(),
        Row::of::<list_named_shadows_for_thing::ListNamedShadowsForThing>(),
        Row::of::<list_retained_messages::ListRetainedMessages>(),
        Row::of::<list_subscriptions::ListSubscriptions>(),
        Row::of::<publish::Publish>(),
        Row::of::<update_thing_shadow::UpdateThingShadow>(),
    ],
};
