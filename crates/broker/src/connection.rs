//! The task of one connection: it owns the socket, reads packets, writes what its session is sent,
//! and ends.

use std::future::poll_fn;
use std::io;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;

use mqtt::{ConnAck, Connect, DecodeError, Disconnect, Frame, Packet, ReasonCode, Version, frame};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite};
use tokio::time::Instant;

use crate::broker::{Counted, Shared};
use crate::connect::Admission;
use crate::ending::Ending;
use crate::flow::Publish;
use crate::incoming::{Incoming, Stop};
use crate::port::{Event, EventKind, Farewell, Peer};
use crate::session::Left;
use crate::websocket::{self, WebSocket};
use crate::wire::{Read, Wire};

/// How long a publisher waits for receivers that do not keep up with it.
const PATIENCE: Duration = Duration::from_secs(1);

/// How long the last packets of a connection may take to be written.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// The largest CONNECT: a will and a password of 64 KiB each, the most that their lengths can say,
/// or much of anything else. Whoever sends it has not said yet who they are.
const CONNECT_SIZE_MAX: u32 = 128 * 1_024 + 1_024;

/// Drafts of one connection that may wait for their sync.
const OPEN_DRAFTS_MAX: u64 = 16;

/// What the task does next.
#[derive(Debug)]
enum Step {
    /// A packet that takes more than looking at it.
    Packet(Vec<u8>),
    /// All bytes that were there are worked on.
    Read,
    /// Others go first.
    Settle,
    /// A message for the house itself.
    ForHouse(Box<Publish>, u16),
    End(Ending),
}

/// A connection whose client is admitted.
enum Opened<S> {
    Mqtt(Box<Connection<S>>),
    WebSocket(Box<Connection<WebSocket<S>>>),
}

/// Serves a connection from its first byte to its last, be it MQTT or MQTT in WebSocket.
///
/// Thousands of these wait at the same time, most of them idle. So whatever happens once, at the
/// beginning or at the end, is boxed and gone when it is over.
///
/// What it begins with is boxed here: the future would keep room for it as long as the connection lives.
pub(crate) fn serve<S>(counted: Counted, stream: S, peer: Peer) -> impl Future<Output = ()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let opening = Box::pin(open(Arc::clone(counted.shared()), stream, peer));
    async move {
        match opening.await {
            Some(Opened::Mqtt(mut connection)) => connection.serve().await,
            Some(Opened::WebSocket(mut connection)) => Box::pin(connection.serve()).await,
            None => counted.shared().counters.refused_connections.increment(),
        }
    }
}

/// Serves a connection that another has made a WebSocket already.
pub(crate) async fn serve_websocket<S>(counted: Counted, stream: S, read: Vec<u8>, peer: Peer)
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let shared = counted.shared();
    let until = Instant::now() + patience(shared);
    let wire = Wire::new(WebSocket::new(stream, read), Vec::new());
    match Box::pin(open_mqtt(shared, wire, peer, until)).await {
        Some(mut connection) => Box::pin(connection.serve()).await,
        None => shared.counters.refused_connections.increment(),
    }
}

/// How long a connection may take until its CONNECT is accepted.
fn patience(shared: &Shared) -> Duration {
    Duration::from_secs(u64::from(shared.settings.limits.connect_timeout_secs))
}

async fn open<S>(shared: Arc<Shared>, mut stream: S, peer: Peer) -> Option<Opened<S>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let until = Instant::now() + patience(&shared);
    let mut first = [0];
    tokio::time::timeout_at(until, stream.read_exact(&mut first)).await.ok()?.ok()?;
    if first[0] != websocket::FIRST_BYTE {
        let wire = Wire::new(stream, first.to_vec());
        return open_mqtt(&shared, wire, peer, until).await.map(Opened::Mqtt);
    }
    let accepting = websocket::accept(stream, first.to_vec());
    let stream = tokio::time::timeout_at(until, accepting).await.ok()?.ok()?;
    let wire = Wire::new(stream, Vec::new());
    open_mqtt(&shared, wire, peer, until).await.map(Opened::WebSocket)
}

async fn open_mqtt<S>(
    shared: &Arc<Shared>,
    mut wire: Wire<S>,
    peer: Peer,
    until: Instant,
) -> Option<Box<Connection<S>>>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let admitted = tokio::time::timeout_at(until, admit(shared, &mut wire, &peer)).await;
    let Ok(Some(admission)) = admitted else {
        // A refused client gets its CONNACK, if it takes it.
        close(&mut wire).await;
        return None;
    };
    Some(Box::new(Connection::new(Arc::clone(shared), wire, admission, peer)))
}

/// Reads the CONNECT and admits its sender; `None` once the refusal is ready to be written.
async fn admit<S>(shared: &Arc<Shared>, wire: &mut Wire<S>, peer: &Peer) -> Option<Admission>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let most = shared.settings.limits.announced.packet_size_max.get().min(CONNECT_SIZE_MAX);
    let mut take = |bytes: &[u8]| match frame::split(bytes, most) {
        Ok(None) => (0, None),
        Ok(Some(frame)) => (frame.length, Some(Ok(bytes[..frame.length].to_vec()))),
        Err(error) => (0, Some(Err(error))),
    };
    let packet = loop {
        match poll_fn(|cx| wire.poll_read(cx, &mut take)).await {
            Ok(Read::Taken) => {}
            Ok(Read::Stopped(packet)) => break packet.ok()?,
            Ok(Read::End) | Err(_) => return None,
        }
    };
    let frame = frame::split(&packet, most).ok().flatten()?;
    // What is no CONNECT gets no answer at all [MQTT-3.1.4-1].
    let (version, reason) = match Connect::decode(&frame) {
        Ok(connect) => match shared.admit(&connect, peer).await {
            Ok(admission) => return Some(admission),
            Err(reason) => (connect.version, reason),
        },
        Err(error) => refusal_of(&frame, error)?,
    };
    wire.writing().append(|out| ConnAck::refusal(reason).encode(version, out)).ok()?;
    None
}

/// How to refuse what is no CONNECT; `None` if that gets no answer. 3.1.1 answers only a protocol
/// level that it does not know [MQTT-3.1.2-2, MQTT-3.1.4-1].
fn refusal_of(frame: &Frame<'_>, error: DecodeError) -> Option<(Version, ReasonCode)> {
    let version = match error {
        DecodeError::ProtocolLevel(level) => Version::to_refuse(level),
        _ => Connect::version_of(frame).ok().filter(|version| *version == Version::V5)?,
    };
    Some((version, error.reason_code()))
}

/// Writes what waits, closes our side, and reads on until the client has closed its own: what it
/// still sends would otherwise make its system throw away our last words unread.
async fn close<S: AsyncRead + AsyncWrite + Unpin>(wire: &mut Wire<S>) {
    let last_words = async {
        poll_fn(|cx| wire.poll_flush(cx)).await?;
        poll_fn(|cx| wire.poll_shutdown(cx)).await?;
        let mut ignore = |bytes: &[u8]| (bytes.len(), None::<()>);
        while !matches!(poll_fn(|cx| wire.poll_read(cx, &mut ignore)).await?, Read::End) {}
        io::Result::Ok(())
    };
    if let Ok(Err(error)) = tokio::time::timeout(LAST_WORDS, last_words).await {
        tracing::trace!(%error, "a connection was gone before its end");
    }
}

pub(crate) struct Connection<S> {
    pub(crate) shared: Arc<Shared>,
    pub(crate) admission: Admission,
    pub(crate) peer: Peer,
    wire: Wire<S>,
    pub(crate) incoming: Incoming,
    keep_alive: Option<Duration>,
    last_heard: Instant,
    /// Drafts that were submitted, and what had been answered when they were last looked at.
    pub(crate) drafts: u64,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    fn new(shared: Arc<Shared>, wire: Wire<S>, admission: Admission, peer: Peer) -> Connection<S> {
        let incoming = Incoming::new(
            Arc::clone(&shared),
            Arc::clone(&admission.session),
            Arc::clone(&admission.authority),
            peer.address.ip(),
            admission.version,
        );
        let keep_alive = Some(admission.keep_alive_secs)
            .filter(|&secs| secs > 0)
            .map(|secs| Duration::from_millis(u64::from(secs) * 1_500));
        let last_heard = Instant::now();
        Connection { shared, admission, peer, wire, incoming, keep_alive, last_heard, drafts: 0 }
    }

    async fn serve(&mut self) {
        let ending = self.run().await;
        Box::pin(self.finish(ending)).await;
    }

    async fn run(&mut self) -> Ending {
        self.notice(EventKind::Connected);
        self.incoming.send_waiting();
        loop {
            let step = self.next().await;
            if let Some(ending) = self.after(step).await {
                return ending;
            }
        }
    }

    async fn after(&mut self, step: Step) -> Option<Ending> {
        let answers = &mut self.incoming.answers;
        if !answers.is_empty() {
            self.wire.writing().append(|out| out.append(answers));
        }
        self.submit().await;
        match step {
            Step::Read => {}
            Step::Settle => tokio::task::yield_now().await,
            Step::Packet(bytes) => {
                if let Err(ending) = Box::pin(self.take_packet(&bytes)).await {
                    return Some(ending);
                }
            }
            Step::ForHouse(publish, packet_id) => {
                let taken = Box::pin(self.take_for_house(*publish, packet_id)).await;
                if let Err(ending) = taken {
                    return Some(ending);
                }
            }
            Step::End(ending) => return Some(ending),
        }
        if !self.incoming.congested.is_empty() {
            return self.wait_for_congested().await;
        }
        None
    }

    /// Commits what the last read drafted. Its answers come through the session.
    pub(crate) async fn submit(&mut self) {
        if !self.incoming.draft.is_empty() {
            let draft = std::mem::take(&mut self.incoming.draft);
            let author = (Arc::clone(&self.admission.session), self.admission.generation);
            self.drafts += 1;
            self.shared.flow.submit(draft, Some(author)).await;
        }
    }

    /// Writes, reads, and waits for something to do either with.
    async fn next(&mut self) -> Step {
        loop {
            if let Some(ending) = self.take_outbound() {
                return Step::End(ending);
            }
            let deadline = self.deadline();
            let session = Arc::clone(&self.admission.session);
            tokio::select! {
                biased;
                () = session.wake.notified() => {}
                step = poll_fn(|cx| self.poll(cx)) => return step,
                () = sleep_until(deadline) => {
                    if self.deadline().is_some_and(|at| at <= Instant::now()) {
                        return Step::End(Ending::of(Farewell::KeepAliveTimeout));
                    }
                }
            }
        }
    }

    /// Takes what the session was sent, and notices if it has been told to end.
    fn take_outbound(&mut self) -> Option<Ending> {
        let mut state = self.admission.session.lock();
        let Some(live) = state.live.as_ref() else {
            return Some(Ending::of(Farewell::DuplicateClientId));
        };
        if live.generation != self.admission.generation {
            return Some(Ending::of(Farewell::DuplicateClientId));
        }
        let end = live.end;
        // What is being written is written before more is taken, so that what waits is seen.
        if self.wire.is_flushed() {
            state.take_outbound(self.wire.writing());
        }
        drop(state);
        end.map(Ending::of)
    }

    fn poll(&mut self, cx: &mut std::task::Context<'_>) -> Poll<Step> {
        loop {
            match self.wire.poll_flush(cx) {
                Poll::Ready(Ok(())) => {
                    if !self.take_more() {
                        break;
                    }
                }
                Poll::Ready(Err(_)) => return Poll::Ready(lost()),
                Poll::Pending => break,
            }
        }
        if self.open_drafts() >= OPEN_DRAFTS_MAX {
            return Poll::Pending;
        }
        self.poll_read(cx)
    }

    /// After everything is written: what has come in the meantime. False if nothing has.
    fn take_more(&mut self) -> bool {
        let session = &self.admission.session;
        let mut state = session.lock();
        state.take_outbound(self.wire.writing());
        let has_waiting = state.may_send_waiting();
        drop(state);
        if has_waiting && self.wire.is_flushed() {
            // What did not fit beside all that is written now.
            self.incoming.send_waiting();
            session.lock().take_outbound(self.wire.writing());
        }
        session.drained.notify_waiters();
        !self.wire.is_flushed()
    }

    fn poll_read(&mut self, cx: &mut std::task::Context<'_>) -> Poll<Step> {
        let Connection { wire, incoming, last_heard, .. } = self;
        let read = wire.poll_read(cx, &mut |bytes| incoming.take(bytes));
        let Poll::Ready(read) = read else { return Poll::Pending };
        *last_heard = Instant::now();
        Poll::Ready(match read {
            Ok(Read::Taken) | Ok(Read::Stopped(Stop::Draft)) => Step::Read,
            Ok(Read::Stopped(Stop::Packet(bytes))) => Step::Packet(bytes),
            Ok(Read::Stopped(Stop::Settle)) => Step::Settle,
            Ok(Read::Stopped(Stop::ForHouse(publish, packet_id))) => {
                Step::ForHouse(publish, packet_id)
            }
            Ok(Read::Stopped(Stop::End(ending))) => Step::End(ending),
            Ok(Read::End) => lost(),
            Err(error) if error.kind() == io::ErrorKind::InvalidData => {
                Step::End(Ending::of(Farewell::ClientError))
            }
            Err(_) => lost(),
        })
    }

    fn open_drafts(&self) -> u64 {
        self.drafts.saturating_sub(self.admission.session.settled.load(Ordering::Acquire))
    }

    fn deadline(&self) -> Option<Instant> {
        // While we do not read, we cannot hold silence against the client.
        let is_reading = self.open_drafts() < OPEN_DRAFTS_MAX;
        self.keep_alive.filter(|_| is_reading).map(|keep_alive| self.last_heard + keep_alive)
    }

    /// Lets receivers that do not keep up catch up for a while, then goes on without mercy.
    async fn wait_for_congested(&mut self) -> Option<Ending> {
        let until = Instant::now() + PATIENCE;
        for session in std::mem::take(&mut self.incoming.congested) {
            while session.is_congested() {
                if let Some(ending) = self.take_outbound() {
                    return Some(ending);
                }
                tokio::select! {
                    () = session.drained.notified() => {}
                    () = self.admission.session.wake.notified() => {}
                    written = poll_fn(|cx| match self.wire.is_flushed() {
                        true => Poll::Pending,
                        false => self.wire.poll_flush(cx),
                    }) => if written.is_err() {
                        return Some(Ending::of(Farewell::Lost));
                    },
                    () = tokio::time::sleep_until(until) => {
                        session.give_up_waiting();
                        break;
                    }
                }
            }
        }
        None
    }

    /// Answers with a packet, in order with everything else.
    pub(crate) fn send(&mut self, packet: &Packet<'_>) {
        let version = self.admission.version;
        let written = self.wire.writing().append(|out| packet.encode(version, out));
        debug_assert!(written.is_ok(), "an answer fits into a packet");
    }

    pub(crate) fn notice(&self, kind: EventKind<'_>) {
        let Admission { session, authority, generation, session_number, .. } = &self.admission;
        self.shared.house.notice(&Event {
            client_id: &session.client_id,
            principal: authority.principal(),
            peer: &self.peer,
            session: *session_number,
            version: *generation,
            at: self.shared.now(),
            kind,
        });
    }

    /// Says good-bye, and leaves the session in order.
    async fn finish(&mut self, ending: Ending) {
        self.submit().await;
        // Held, so that a new connection of the client comes after all of this, or before it.
        let hold = self.admission.session.hold().await;
        let left = self.admission.session.disconnect(
            self.admission.generation,
            self.shared.now(),
            ending.farewell,
        );
        self.say_good_bye(&ending);
        if let (Left::Alone(left), Some(hold)) = (left, hold) {
            self.shared.leave(&self.admission.session, left, hold, ending.farewell).await;
        }
        self.notice(EventKind::Disconnected(ending.farewell));
        close(&mut self.wire).await;
    }

    /// [MQTT-4.13.1-1]: in MQTT 5 the client is told why.
    fn say_good_bye(&mut self, ending: &Ending) {
        if let Some(detail) = &ending.detail {
            let client_id = &self.admission.session.client_id;
            tracing::debug!(%client_id, detail, "a connection was closed");
            self.notice(EventKind::Refused(detail));
        }
        let reason = ending.reason.filter(|_| self.admission.version == Version::V5);
        if let Some(reason) = reason {
            self.send(&Packet::Disconnect(Disconnect::with_reason(reason)));
        }
    }
}

fn lost() -> Step {
    Step::End(Ending::of(Farewell::Lost))
}

async fn sleep_until(deadline: Option<Instant>) {
    match deadline {
        Some(deadline) => tokio::time::sleep_until(deadline).await,
        None => std::future::pending().await,
    }
}

/// The reason for a packet that may not come from a client, or not now.
pub(crate) fn unexpected(packet: &Packet<'_>) -> Ending {
    let reason = ReasonCode::ProtocolError;
    Ending::because(reason, format!("{} may not come now", packet.packet_type()))
}
