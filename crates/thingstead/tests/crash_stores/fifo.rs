//! Sends, receives and deletes messages of a FIFO queue: each comes once, and in order.

use serde_json::{Value, json};
use testkit::{CallError, Request};

use crate::owner::Owner;
use crate::{Work, must};

pub(crate) struct Worker {
    url: String,
    sent: u64,
    /// So many were deleted, from the first on.
    deleted: u64,
}

impl Worker {
    pub(crate) fn new(owner: &mut Owner<'_>) -> Worker {
        let attributes = json!({ "FifoQueue": "true", "VisibilityTimeout": "1" });
        let body = json!({ "QueueName": "crash.fifo", "Attributes": attributes });
        let made = must(owner, "sqs", "AmazonSQS.CreateQueue", &body);
        let url = made["QueueUrl"].as_str().expect("a URL").to_owned();
        Worker { url, sent: 0, deleted: 0 }
    }

    fn work_off(&mut self, owner: &mut Owner<'_>, wait_secs: u64) {
        let url = &self.url;
        let body =
            json!({ "QueueUrl": url, "MaxNumberOfMessages": 2, "WaitTimeSeconds": wait_secs });
        let received = must(owner, "sqs", "AmazonSQS.ReceiveMessage", &body);
        let Value::Array(messages) = &received["Messages"] else { return };
        for message in messages {
            assert_eq!(message["Body"], self.deleted.to_string(), "the first that was not deleted");
            let body = json!({ "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"] });
            let delete = Request::by_target("sqs", "AmazonSQS.DeleteMessage", body.to_string());
            match owner.ask(&delete) {
                Ok(_) => self.deleted += 1,
                // It took too long, with a kill in between: it comes again, and those behind it.
                Err(CallError::Refused { status: 400, body, .. }) if body.contains("expired") => {
                    return;
                }
                Err(error) => panic!("{error}"),
            }
        }
    }
}

impl Work for Worker {
    fn round(&mut self, owner: &mut Owner<'_>, count: u64) {
        let text = count.to_string();
        let body = json!({
            "QueueUrl": self.url, "MessageBody": text, "MessageGroupId": "g",
            "MessageDeduplicationId": text,
        });
        must(owner, "sqs", "AmazonSQS.SendMessage", &body);
        self.sent += 1;
        if count.is_multiple_of(3) {
            self.work_off(owner, 0);
        }
    }

    fn check(mut self: Box<Self>, owner: &mut Owner<'_>) {
        while self.deleted < self.sent {
            self.work_off(owner, 3);
        }
        let body = json!({ "QueueUrl": self.url, "AttributeNames": ["All"] });
        let left = must(owner, "sqs", "AmazonSQS.GetQueueAttributes", &body);
        for name in ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"] {
            assert_eq!(left["Attributes"][name], "0", "{name}");
        }
    }
}
