//! From a CONNECT to a session with a connection.

use std::sync::Arc;

use kv::Batch;
use model::ClientId;
use mqtt::{ConnAck, Connect, PropertiesBuf, Property, ReasonCode, Version};
use sessions::{Sessions, StoredWill};

use crate::broker::Shared;
use crate::port::{Authority, Identity, Peer, Refusal, Visitor};
use crate::session::{Answered, Hold, Origin, Queue, Session, TakenOver};
use crate::settings::Limits;
use crate::will::Testament;

/// An accepted connection.
#[derive(Debug)]
pub(crate) struct Admission {
    pub(crate) session: Arc<Session>,
    pub(crate) generation: u64,
    pub(crate) authority: Arc<dyn Authority>,
    pub(crate) version: Version,
    pub(crate) keep_alive_secs: u16,
    pub(crate) session_number: u64,
}

/// What is left of a CONNECT once its packet is gone.
#[derive(Debug)]
struct Request {
    version: Version,
    client_id: ClientId,
    clean_start: bool,
    keep_alive_secs: u16,
    expiry_secs: u32,
    protocol: mqtt::Outbound,
    /// What the CONNACK says of this server's limits and choices.
    announcements: PropertiesBuf,
    will: Option<StoredWill>,
}

/// A session that is ready for a connection.
#[derive(Clone, Copy, Debug)]
struct Attached {
    number: u64,
    is_present: bool,
}

impl Shared {
    /// Admits the sender of a CONNECT, or says why not. On success the CONNACK is the first thing
    /// in the session's outbound queue.
    pub(crate) async fn admit(
        &self,
        connect: &Connect<'_>,
        peer: &Peer,
    ) -> Result<Admission, ReasonCode> {
        let request = self.read_request(connect)?;
        let authority = self.ask_house(&request, connect, peer).await?;
        let (session, hold) = self.hold(&request.client_id).await;
        let attached = self.attach(&session, &request).await?;
        let generation = session.connect(
            Arc::clone(&authority),
            Origin {
                address: peer.address,
                since: self.now(),
                keep_alive_secs: request.keep_alive_secs,
                clean_start: request.clean_start,
            },
            request.protocol.clone(),
            self.settings.limits.max_inflight,
            request
                .will
                .clone()
                .map(|will| Testament { will, authority: Some(Arc::clone(&authority)) }),
            request.expiry_secs,
        );
        if attached.is_present {
            // What routes know of what the client may receive, they know of its last connection.
            self.routes.invalidate();
        }
        session.answer(generation, &connack(&request, attached.is_present), Answered::default());
        drop(hold);
        self.counters.connections.increment();
        let Request { version, keep_alive_secs, .. } = request;
        let session_number = attached.number;
        Ok(Admission { session, generation, authority, version, keep_alive_secs, session_number })
    }

    /// The session of a client, and the right to give it a connection.
    async fn hold(&self, client_id: &ClientId) -> (Arc<Session>, Hold) {
        loop {
            let session = self.session(client_id);
            if let Some(hold) = session.hold().await {
                return (session, hold);
            }
            // It ended while we waited for it; the next one is a new one.
        }
    }

    fn read_request(&self, connect: &Connect<'_>) -> Result<Request, ReasonCode> {
        let limits = &self.settings.limits;
        // Enhanced authentication is not offered [MQTT-4.12.0-1].
        if connect.properties.authentication_method().is_some() {
            return Err(ReasonCode::BadAuthenticationMethod);
        }
        // 3.1.1 allows no name only to those who leave nothing behind [MQTT-3.1.3-8].
        if connect.client_id.is_empty() && connect.version == Version::V311 && !connect.clean_start
        {
            return Err(ReasonCode::ClientIdentifierNotValid);
        }
        let client_id = match connect.client_id {
            "" => self.new_client_id()?,
            text => ClientId::new(text).map_err(|_| ReasonCode::ClientIdentifierNotValid)?,
        };
        if client_id.as_str().len() > limits.max_client_id_bytes {
            return Err(ReasonCode::ClientIdentifierNotValid);
        }
        Ok(Request {
            version: connect.version,
            clean_start: connect.clean_start,
            keep_alive_secs: limits.keep_alive_secs(connect),
            expiry_secs: limits.announced.session_expiry_secs(connect),
            protocol: mqtt::Outbound::to_client(connect),
            announcements: self.announcements(connect, &client_id)?,
            client_id,
            will: connect.will.map(|will| self.read_will(&will)).transpose()?,
        })
    }

    fn read_will(&self, will: &mqtt::Will<'_>) -> Result<StoredWill, ReasonCode> {
        let limits = &self.settings.limits;
        limits.announced.check_will(will).map_err(|error| error.reason_code())?;
        if !limits.allow_topic(will.topic) || will.topic.starts_with('$') {
            return Err(ReasonCode::TopicNameInvalid);
        }
        if will.payload.len() > limits.max_payload_bytes as usize {
            return Err(ReasonCode::QuotaExceeded);
        }
        let message = will.to_message().map_err(|_| ReasonCode::TopicNameInvalid)?;
        let delay_secs = will.properties.will_delay_secs().unwrap_or(0);
        Ok(StoredWill { number: self.sessions.new_number(), message, delay_secs })
    }

    async fn ask_house(
        &self,
        request: &Request,
        connect: &Connect<'_>,
        peer: &Peer,
    ) -> Result<Arc<dyn Authority>, ReasonCode> {
        let will = request.will.as_ref();
        let visitor = Visitor {
            client_id: &request.client_id,
            peer,
            user_name: connect.user_name,
            password: connect.password,
            will: will.map(|will| (will.message.topic.as_str(), will.message.retain)),
        };
        let admitted = match &peer.identity {
            Identity::Claims(claims) => self.house.judge(&visitor, claims).await,
            _ => self.house.admit(&visitor),
        };
        admitted.map_err(|refusal| match refusal {
            Refusal::NotAuthorized => ReasonCode::NotAuthorized,
            Refusal::BadClientId => ReasonCode::ClientIdentifierNotValid,
            Refusal::Unavailable => ReasonCode::ServerUnavailable,
        })
    }

    /// Takes the session from the connection that has it, clears or resumes it, and writes down
    /// what must outlive the server.
    async fn attach(
        &self,
        session: &Arc<Session>,
        request: &Request,
    ) -> Result<Attached, ReasonCode> {
        let TakenOver { testament, queue } = session.take_over(self.now());
        let mut batch = Batch::new();
        let queue = queue.filter(|_| !request.clean_start);
        let is_present = queue.is_some();
        if !is_present {
            self.clear(session, &mut batch).map_err(|_| ReasonCode::ServerUnavailable)?;
        }
        self.settle_old_will(session, testament, !is_present).await;
        let number = queue.map_or_else(|| self.sessions.new_number(), |queue| queue.number);
        let keeps = request.expiry_secs > 0 || is_present;
        if keeps {
            let expiry_secs = request.expiry_secs;
            let record = sessions::Session { number, expiry_secs, disconnected_at: None };
            Sessions::put_session(&mut batch, &session.client_id, &record);
        }
        if let Some(will) = &request.will {
            Sessions::put_will(&mut batch, &session.client_id, will);
        }
        if !batch.is_empty() {
            self.commit(batch).await?;
        }
        if keeps && !is_present {
            session.keep(Some(Queue::new(number)));
            self.routes.invalidate();
        }
        Ok(Attached { number, is_present })
    }

    /// The will of the connection before this one: sent if that connection was taken over, or if
    /// its session ends here, unless its delay lets the new connection forestall it
    /// [MQTT-3.1.3-9].
    async fn settle_old_will(
        &self,
        session: &Session,
        taken_over: Option<Testament>,
        session_ends: bool,
    ) {
        if let Some(waiting) = self.wills.take(&session.client_id) {
            match session_ends {
                true => self.send_will(&session.client_id, waiting).await,
                false => self.forget_will(&waiting),
            }
        }
        if let Some(testament) = taken_over {
            match session_ends || testament.will.delay_secs == 0 {
                true => self.send_will(&session.client_id, testament).await,
                false => self.forget_will(&testament),
            }
        }
    }

    pub(crate) async fn commit(&self, batch: Batch) -> Result<(), ReasonCode> {
        self.sessions.store().commit(batch).await.map_err(|error| {
            tracing::error!(%error, "a session could not be stored");
            ReasonCode::ServerUnavailable
        })
    }

    fn announcements(
        &self,
        connect: &Connect<'_>,
        client_id: &ClientId,
    ) -> Result<PropertiesBuf, ReasonCode> {
        let mut properties = PropertiesBuf::new();
        if connect.version == Version::V5 {
            let announced = self.settings.limits.announced.announce(connect, &mut properties);
            let assigned = match connect.client_id {
                "" => properties.push(Property::AssignedClientId(client_id.as_str())),
                _ => Ok(()),
            };
            announced.and(assigned).map_err(|_| ReasonCode::UnspecifiedError)?;
        }
        Ok(properties)
    }

    /// A client id that nobody can guess, for those who bring none.
    fn new_client_id(&self) -> Result<ClientId, ReasonCode> {
        let mut bytes = [0; 16];
        getrandom::fill(&mut bytes).map_err(|_| ReasonCode::ServerUnavailable)?;
        ClientId::new(&format!("auto-{}", stdx::hex::encode(&bytes)))
            .map_err(|_| ReasonCode::ServerUnavailable)
    }
}

impl Limits {
    /// The keep-alive that holds. A 3.1.1 client cannot be told of a shorter one than its own, but
    /// is held to it all the same, as AWS IoT does.
    fn keep_alive_secs(&self, connect: &Connect<'_>) -> u16 {
        let announced = self.announced.keep_alive_secs(connect);
        match self.announced.keep_alive_max_secs.map(u16::from) {
            Some(most) if announced == 0 || announced > most => most,
            _ => announced,
        }
    }
}

fn connack(request: &Request, session_present: bool) -> Vec<u8> {
    let properties = request.announcements.as_properties();
    let connack = ConnAck { session_present, reason: ReasonCode::Success, properties };
    let mut out = Vec::new();
    connack.encode(request.version, &mut out).expect("announcements fit into a packet");
    out
}
