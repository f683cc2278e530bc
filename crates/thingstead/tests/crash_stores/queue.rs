//! Sends, receives and deletes messages of a standard queue.

use std::collections::BTreeSet;

use serde_json::{Value, json};

use crate::owner::Owner;
use crate::{Work, must};

pub(crate) struct Worker {
    url: String,
    /// The ids of messages.
    sent: BTreeSet<String>,
    deleted: BTreeSet<String>,
}

impl Worker {
    pub(crate) fn new(owner: &mut Owner<'_>) -> Worker {
        let attributes = json!({ "VisibilityTimeout": "1" });
        let body = json!({ "QueueName": "crash", "Attributes": attributes });
        let made = must(owner, "sqs", "AmazonSQS.CreateQueue", &body);
        let url = made["QueueUrl"].as_str().expect("a URL").to_owned();
        Worker { url, sent: BTreeSet::new(), deleted: BTreeSet::new() }
    }

    /// Receives and deletes some; answers whether there were any.
    fn work_off(&mut self, owner: &mut Owner<'_>, wait_secs: u64) -> bool {
        let url = &self.url;
        let body =
            json!({ "QueueUrl": url, "MaxNumberOfMessages": 2, "WaitTimeSeconds": wait_secs });
        let received = must(owner, "sqs", "AmazonSQS.ReceiveMessage", &body);
        let Value::Array(messages) = &received["Messages"] else { return false };
        for message in messages {
            let id = message["MessageId"].as_str().expect("an id").to_owned();
            assert!(!self.deleted.contains(&id), "{id} was deleted");
            let body = json!({ "QueueUrl": url, "ReceiptHandle": message["ReceiptHandle"] });
            must(owner, "sqs", "AmazonSQS.DeleteMessage", &body);
            self.deleted.insert(id);
        }
        true
    }
}

impl Work for Worker {
    fn round(&mut self, owner: &mut Owner<'_>, count: u64) {
        let body = json!({ "QueueUrl": self.url, "MessageBody": count.to_string() });
        let sent = must(owner, "sqs", "AmazonSQS.SendMessage", &body);
        self.sent.insert(sent["MessageId"].as_str().expect("an id").to_owned());
        if count.is_multiple_of(3) {
            self.work_off(owner, 0);
        }
    }

    fn check(mut self: Box<Self>, owner: &mut Owner<'_>) {
        // What was handed out when the server was killed is hidden for a second.
        while self.work_off(owner, 3) {}
        let lost: Vec<&String> = self.sent.difference(&self.deleted).collect();
        assert!(lost.is_empty(), "{lost:?} were answered and did not come");
    }
}
