//! Where requests may go: what their owners confirmed.

use actions::Outgoing;
use bytes::Bytes;
use registry::{CreateDestinationError, Destination, DestinationError, DestinationStatus};
use serde_json::json;

use crate::hall::{Hall, Shared};

/// How the server that is asked tells the question from messages.
const MESSAGE_TYPE: &str = "DestinationConfirmation";

impl actions::House for Shared {
    fn takes(&self, topic: &str) -> bool {
        self.parts.fleet.takes(topic)
    }

    fn check_destination(&self, confirmation_url: &str) -> Result<(), String> {
        let found = self.registry().destination_of_url(confirmation_url);
        let found = found.map_err(|error| error.to_string())?;
        match found.map(|destination| destination.status) {
            Some(DestinationStatus::Enabled) => Ok(()),
            Some(status) => {
                Err(format!("the destination {confirmation_url} is not enabled: {status:?}"))
            }
            None => Err(format!("there is no destination {confirmation_url}")),
        }
    }
}

impl Hall {
    /// Makes a destination for each URL that has none, as far as there is room, and asks their owners.
    /// `door` is where they reach us: `http://example.com:4566`.
    pub async fn ensure_destinations(&self, urls: &[String], door: &str) {
        for url in urls {
            match self.create_destination(url, door).await {
                Ok(_) | Err(CreateDestinationError::AlreadyExists { .. }) => {}
                Err(error) => {
                    let error = &error as &dyn std::error::Error;
                    tracing::warn!(error, url, "no destination was made for a rule");
                }
            }
        }
    }

    /// Makes a destination and asks its owner.
    pub async fn create_destination(
        &self,
        url: &str,
        door: &str,
    ) -> Result<Destination, CreateDestinationError> {
        let now = self.0.parts.clock.now();
        let destination = self.0.registry().create_destination(url, now).await?;
        self.ask_owner(destination.clone(), door);
        Ok(destination)
    }

    /// Switches a destination on or off, or has its owner asked again.
    pub async fn set_destination(
        &self,
        id: &str,
        status: DestinationStatus,
        door: &str,
    ) -> Result<(), DestinationError> {
        let now = self.0.parts.clock.now();
        let destination = self.0.registry().set_destination(id, status, now).await?;
        if status == DestinationStatus::InProgress {
            self.ask_owner(destination, door);
        }
        Ok(())
    }

    /// Asks in the background: whoever made the destination looks at its status. A question that is
    /// lost with the process is asked again by setting the destination to IN_PROGRESS.
    fn ask_owner(&self, destination: Destination, door: &str) {
        let (hall, door) = (self.clone(), door.to_owned());
        tokio::spawn(async move {
            if let Err(error) = hall.0.ask(&destination, &door).await {
                let error = &error as &dyn std::error::Error;
                tracing::warn!(error, "what became of a confirmation was not noted");
            }
        });
    }
}

impl Shared {
    async fn ask(&self, destination: &Destination, door: &str) -> Result<(), DestinationError> {
        let Destination { id, confirmation_url, token, .. } = destination;
        let arn = self.registry().destination_arn(id).to_string();
        let question = json!({
            "arn": arn,
            "confirmationToken": token,
            "enableUrl": format!("{door}/confirmdestination/{token}"),
            "messageType": MESSAGE_TYPE,
        });
        let headers = [
            ("x-amz-rules-engine-message-type".to_owned(), MESSAGE_TYPE.to_owned()),
            ("x-amz-rules-engine-destination-arn".to_owned(), arn),
        ];
        let now = self.parts.clock.now();
        let outgoing = Outgoing {
            url: confirmation_url,
            headers: &headers,
            body: Bytes::from(question.to_string()),
            signer: None,
            now,
        };
        match self.parts.carrier.post(outgoing).await {
            Ok(()) => Ok(()),
            Err(missed) => self.registry().fail_destination(destination, &missed.what, now).await,
        }
    }
}
