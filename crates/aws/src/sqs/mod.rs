//! Amazon SQS: queues and their messages. The service `sqs`.

mod add_permission;
mod batch;
mod cancel_message_move_task;
mod change_message_visibility;
mod change_message_visibility_batch;
mod create_queue;
mod delete_message;
mod delete_message_batch;
mod delete_queue;
mod get_queue_attributes;
mod get_queue_url;
mod list_dead_letter_source_queues;
mod list_message_move_tasks;
mod list_queue_tags;
mod list_queues;
mod message;
mod old;
mod policy;
mod purge_queue;
mod receive_message;
mod remove_permission;
mod send_message;
mod send_message_batch;
mod set_queue_attributes;
mod start_message_move_task;
mod tag_queue;
mod untag_queue;
mod words;

pub(crate) use self::old::{NAMESPACE, OLD_SERVICE, input as old_input, shown as old_shown};
pub(crate) use self::words::wrong_input;
use crate::operation::Row;
use crate::service::{Protocol, Service};

pub(crate) const SIGNING_NAME: &str = "sqs";

pub(crate) const SERVICE: Service = Service {
    signing_name: SIGNING_NAME,
    action_prefix: "sqs",
    protocol: Protocol::Json10 { target_prefix: "AmazonSQS" },
    operations: &[
        Row::of::<add_permission::AddPermission>(),
        Row::of::<cancel_message_move_task::CancelMessageMoveTask>(),
        Row::of::<change_message_visibility::ChangeMessageVisibility>(),
        Row::of::<change_message_visibility_batch::ChangeMessageVisibilityBatch>(),
        Row::of::<create_queue::CreateQueue>(),
        Row::of::<delete_message::DeleteMessage>(),
        Row::of::<delete_message_batch::DeleteMessageBatch>(),
        Row::of::<delete_queue::DeleteQueue>(),
        Row::of::<get_queue_attributes::GetQueueAttributes>(),
        Row::of::<get_queue_url::GetQueueUrl>(),
        Row::of::<list_dead_letter_source_queues::ListDeadLetterSourceQueues>(),
        Row::of::<list_message_move_tasks::ListMessageMoveTasks>(),
        Row::of::<list_queue_tags::ListQueueTags>(),
        Row::of::<list_queues::ListQueues>(),
        Row::of::<purge_queue::PurgeQueue>(),
        Row::of::<receive_message::ReceiveMessage>(),
        Row::of::<remove_permission::RemovePermission>(),
        Row::of::<send_message::SendMessage>(),
        Row::of::<send_message_batch::SendMessageBatch>(),
        Row::of::<set_queue_attributes::SetQueueAttributes>(),
        Row::of::<start_message_move_task::StartMessageMoveTask>(),
        Row::of::<tag_queue::TagQueue>(),
        Row::of::<untag_queue::UntagQueue>(),
    ],
};
