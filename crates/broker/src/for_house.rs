//! Messages for the house itself: shadows, jobs, provisioning.
//!
//! The connection waits for the house before it reads on, so that what a device asks for happens in
//! the order in which it asked, and its PUBACK says that it has happened. Where it cannot happen, the connection ends instead.

use std::sync::Arc;

use model::Message;
use tokio::io::{AsyncRead, AsyncWrite};

use crate::connection::Connection;
use crate::ending::Ending;
use crate::flow::{Draft, Publish};
use crate::port::{Farewell, Undone};
use crate::route::Target;

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    pub(crate) async fn take_for_house(
        &mut self,
        publish: Publish,
        packet_id: u16,
    ) -> Result<(), Ending> {
        let taking = {
            let sender = self.incoming.sender();
            self.shared.house.take(Arc::clone(&publish.message), &sender)
        };
        let taken = taking.await;
        let replies = taken.map_err(|Undone| Ending::of(Farewell::ServerError))?;
        self.reply(replies).await;
        let following = self.shared.following(&publish.message, &self.incoming.sender());
        self.incoming.add_to_draft(publish, following, packet_id);
        self.submit().await;
        Ok(())
    }

    /// Sends messages to this client alone.
    async fn reply(&mut self, replies: Vec<Message>) {
        let now = self.shared.now();
        let publishes: Vec<Publish> = replies
            .into_iter()
            .filter_map(|message| {
                let target = self.own_target(&message)?;
                Some(Publish::to_one(Arc::new(message), now, now, target))
            })
            .collect();
        if !publishes.is_empty() {
            self.shared.flow.submit(Draft { publishes, ..Draft::default() }, None).await;
        }
    }

    /// How this client gets a message: as it subscribed to it, or, if it did not, all the same.
    fn own_target(&self, message: &Message) -> Option<Target> {
        let session = &self.admission.session;
        let (route, _) = self.shared.routes.find(&message.topic);
        let subscribed = route.targets.into_iter().find(|target| target.session.key == session.key);
        subscribed.or_else(|| Target::unasked(session, message))
    }
}
