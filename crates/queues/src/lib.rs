//! Queues as SQS has them: messages that are handed out, hidden for a while, and deleted by whoever
//! has done what they ask for. Standard queues, and queues that keep the order of each group (FIFO).
//!
//! Every send, receive and deletion is a decision at a commit (`kv::Batch::decide`), so it is on disk
//! when it is answered, and no two receivers get one message. None of them costs more when a queue is
//! long: a receive goes on from where the last one found the first message, which a [`desk`] remembers
//! in memory alone, since it may begin anywhere before that.
//!
//! | space | key | value |
//! | --- | --- | --- |
//! | `queues` | name | what the queue is: its number, attributes, tags |
//! | `queue-messages` | number, place | the message as it was sent |
//! | `queue-takes` | number, place | how often it was received, and until when it is hidden |
//! | `queue-waiting` | number, time, place | standard: from when on the message may be handed out |
//! | `queue-groups` | number, group | FIFO: how many messages it has, and which are in flight |
//! | `queue-lines` | number, group, place | FIFO: the messages of a group, in order |
//! | `queue-waiting` | number, time, group | FIFO: from when on the group's next may be handed out |
//! | `queue-dedup`, `queue-dedup-ends` | number, id; time, number, id | what was sent in the last minutes, and handed out |
//! | `queue-lengths` | number | how many messages there are |
//! | `queue-move-tasks` | name | the latest tasks that move its dead letters |
//! | `queue-numbers` | `last` | the last number that a queue was given |
//! | `queue-chores` | number | a queue whose messages are to be taken away |
//!
//! A queue that is purged or deleted leaves its number, so nothing of it shows from then on.
//!
//! Not here: what a message means to a client (`aws`), and who may (`iam`).

mod attempt;
mod attributes;
mod decide;
mod desk;
mod error;
mod fifo;
mod handle;
mod insert;
mod key;
mod lengths;
mod message;
mod queue;
mod queues;
mod receive;
mod redrive;
mod send;
mod settle;
mod sweep;

pub use attributes::{Attributes, Redrive, RedriveAllow, RedrivePermission};
pub use error::{QueueError, UnfitAttribute};
pub use lengths::Lengths;
pub use message::{
    AttributeValue, MessageAttribute, MessageId, NewMessage, Received, digest_of_attributes,
    digest_of_body,
};
pub use queue::{Queue, TAGS_MAX};
pub use queues::Queues;
pub use receive::Receive;
pub use redrive::{MoveStatus, MoveTask};
pub use send::{PendingSend, Sent};
pub use sweep::Sweeper;
