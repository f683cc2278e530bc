//! The channel of a worker that runs one of our own bootstraps: a pair of sockets, of which it inherits one.
//!
//! It says what the Runtime API says with a fraction of the work: one write and one read for an invocation,
//! nothing to parse but JSON, no port. The worker may wait in a plain blocking read, since it has nothing else
//! to do: AWS stops a worker between its invocations as well.
//!
//!     to the worker    length of the head, length of the payload (4 bytes each), head (JSON), payload
//!     from the worker  what it is (1 byte), length (4 bytes), body
//!
//! The worker speaks first: that it is ready, or why it cannot begin. Then each head gets its answer.

use std::io;
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream as StdUnixStream;
use std::sync::Arc;

use bytes::Bytes;
use rustix::io::{FdFlags, fcntl_setfd};
use rustix::net::{
    RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, recvmsg, sendmsg,
};
use serde::Serialize;
use stdx::clock::UnixMillis;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, BufReader, Interest};
use tokio::net::UnixStream;

use crate::desk::{Answer, Desk, RESPONSE_BYTES_MAX, Task};

/// The variable that tells a bootstrap which descriptor is its end.
pub(crate) const VARIABLE: &str = "THINGSTEAD_CHANNEL";

/// A payload up to here is copied behind its head, which costs less than a second write.
const COPIED_BYTES_MAX: usize = 16 * 1024;

/// Most answers are shorter, and are there with one read.
const READ_BYTES: usize = 4 * 1024;

/// What a worker says.
mod word {
    pub(super) const READY: u8 = b'Y';
    pub(super) const INIT_ERROR: u8 = b'I';
    pub(super) const RESPONSE: u8 = b'R';
    pub(super) const ERROR: u8 = b'E';
    /// An error after which it can do no more.
    pub(super) const LAST_ERROR: u8 = b'L';
}

/// What goes ahead of a payload.
#[derive(Debug, Serialize)]
struct Head<'a> {
    id: &'a str,
    arn: &'a str,
    trace: &'a str,
    deadline: UnixMillis,
    #[serde(skip_serializing_if = "Option::is_none")]
    client: Option<&'a str>,
}

/// Our end, and the worker's.
pub(crate) fn pair() -> io::Result<(UnixStream, OwnedFd)> {
    let (ours, theirs) = StdUnixStream::pair()?;
    ours.set_nonblocking(true)?;
    Ok((UnixStream::from_std(ours)?, OwnedFd::from(theirs)))
}

/// Sends a byte to the warden, and the worker's end with it, if there is one.
pub(crate) async fn hand_over(control: &UnixStream, end: Option<&OwnedFd>) -> io::Result<()> {
    let send = || {
        let fds = end.map(|end| [end.as_fd()]);
        let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
        let mut ancillary = SendAncillaryBuffer::new(&mut space);
        if let Some(fds) = &fds {
            ancillary.push(SendAncillaryMessage::ScmRights(fds));
        }
        sendmsg(control, &[io::IoSlice::new(b"\n")], &mut ancillary, SendFlags::NOSIGNAL)?;
        Ok(())
    };
    control.async_io(Interest::WRITABLE, send).await
}

/// The same at the other end: what came with the byte. None if the server is gone.
pub(crate) fn take_over(control: &StdUnixStream) -> io::Result<Option<Option<OwnedFd>>> {
    let mut byte = [0];
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut ancillary = RecvAncillaryBuffer::new(&mut space);
    let mut into = [io::IoSliceMut::new(&mut byte)];
    let received = recvmsg(control, &mut into, &mut ancillary, RecvFlags::CMSG_CLOEXEC)?;
    if received.bytes == 0 {
        return Ok(None);
    }
    let mut ends = ancillary.drain().flat_map(|message| match message {
        RecvAncillaryMessage::ScmRights(ends) => ends.collect(),
        _ => Vec::new(),
    });
    Ok(Some(ends.next()))
}

/// Lets what this process starts inherit the end.
pub(crate) fn pass_on(end: &OwnedFd) -> io::Result<()> {
    Ok(fcntl_setfd(end, FdFlags::empty())?)
}

/// Serves one worker until it or the future is gone.
pub(crate) async fn serve(stream: UnixStream, desk: Arc<Desk>) {
    // A worker that ends in the middle of something is no error here: its warden tells of its end.
    serve_over(stream, &desk).await.ok();
}

async fn serve_over(stream: impl AsyncRead + AsyncWrite + Unpin, desk: &Desk) -> io::Result<()> {
    let mut stream = BufReader::with_capacity(READ_BYTES, stream);
    match read_word(&mut stream).await? {
        (word::READY, _) => {}
        (word::INIT_ERROR, Some(document)) => {
            desk.fail_init(document);
            return rest(&mut stream).await;
        }
        (said, _) => return Err(unknown(said)),
    }
    while let Some(task) = desk.next().await {
        write(stream.get_mut(), &task).await?;
        let (said, body) = read_word(&mut stream).await?;
        let answer = match (said, body) {
            (_, None) => Answer::TooLarge,
            (word::RESPONSE, Some(body)) => Answer::Response(body),
            (word::ERROR, Some(document)) => Answer::Error(document),
            (word::LAST_ERROR, Some(document)) => {
                desk.answer(&task.request_id, Answer::LastError(document));
                return rest(&mut stream).await;
            }
            (said, _) => return Err(unknown(said)),
        };
        desk.answer(&task.request_id, answer);
    }
    Ok(())
}

/// Who will say no more waits for its end, which must not come before what it said is heard.
async fn rest(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<()> {
    tokio::io::copy(stream, &mut tokio::io::sink()).await.map(drop)
}

async fn write(stream: &mut (impl AsyncWrite + Unpin), task: &Task) -> io::Result<()> {
    let Task { request_id, payload, arn, client_context, trace_id, deadline } = task;
    let client = client_context.as_deref();
    let head = Head { id: request_id, arn, trace: trace_id, deadline: *deadline, client };
    let head = serde_json::to_vec(&head)?;
    let mut bytes = Vec::with_capacity(8 + head.len() + payload.len().min(COPIED_BYTES_MAX));
    bytes.extend(length(&head)?);
    bytes.extend(length(payload)?);
    bytes.extend(head);
    if payload.len() <= COPIED_BYTES_MAX {
        bytes.extend_from_slice(payload);
        return stream.write_all(&bytes).await;
    }
    stream.write_all(&bytes).await?;
    stream.write_all(payload).await
}

fn length(bytes: &[u8]) -> io::Result<[u8; 4]> {
    Ok(u32::try_from(bytes.len()).map_err(io::Error::other)?.to_be_bytes())
}

/// What it says, and its body; no body if that is longer than it may be.
async fn read_word(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<(u8, Option<Bytes>)> {
    let said = stream.read_u8().await?;
    let length = stream.read_u32().await?;
    if length as usize > RESPONSE_BYTES_MAX {
        let mut body = stream.take(length.into());
        tokio::io::copy(&mut body, &mut tokio::io::sink()).await?;
        return Ok((said, None));
    }
    let mut body = vec![0; length as usize];
    stream.read_exact(&mut body).await?;
    Ok((said, Some(body.into())))
}

fn unknown(said: u8) -> io::Error {
    io::Error::other(format!("a worker says {said}, which means nothing"))
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::time::Duration;

    use stdx::clock::Clock;
    use tokio::io::DuplexStream;
    use tokio::sync::{mpsc, oneshot};

    use super::*;
    use crate::desk::Job;

    fn job(payload: &'static [u8]) -> (Job, oneshot::Receiver<Answer>) {
        let ((taken, _), (answer, answered)) = (oneshot::channel(), oneshot::channel());
        let job = Job {
            request_id: "r".to_owned(),
            payload: Bytes::from_static(payload),
            arn: "a".to_owned(),
            client_context: None,
            trace_id: "t".to_owned(),
            timeout: Duration::from_secs(3),
            taken,
            answer,
        };
        (job, answered)
    }

    /// A desk with one job, and the worker's end of a channel to it.
    fn desk(payload: &'static [u8]) -> (Arc<Desk>, DuplexStream, oneshot::Receiver<Answer>) {
        let (jobs, waiting) = mpsc::channel(1);
        let (job, answered) = job(payload);
        jobs.try_send(job).expect("there is room");
        let desk = Arc::new(Desk::new(waiting, Clock::system()));
        let (ours, theirs) = tokio::io::duplex(64);
        let serving = Arc::clone(&desk);
        tokio::spawn(async move { serve_over(ours, &serving).await });
        (desk, theirs, answered)
    }

    async fn say(worker: &mut DuplexStream, word: u8, body: &[u8]) {
        worker.write_u8(word).await.expect("written");
        worker.write_u32(u32::try_from(body.len()).expect("short")).await.expect("written");
        worker.write_all(body).await.expect("written");
    }

    async fn hear(worker: &mut DuplexStream) -> (serde_json::Value, Vec<u8>) {
        let head = worker.read_u32().await.expect("a length") as usize;
        let payload = worker.read_u32().await.expect("a length") as usize;
        let mut bytes = vec![0; head + payload];
        worker.read_exact(&mut bytes).await.expect("bytes");
        let payload = bytes.split_off(head);
        (serde_json::from_slice(&bytes).expect("JSON"), payload)
    }

    #[tokio::test]
    async fn who_is_ready_is_given_work_and_answers_it() {
        static LONG: [u8; COPIED_BYTES_MAX + 1] = [b'7'; COPIED_BYTES_MAX + 1];
        for payload in [&b"{}"[..], &LONG] {
            for (word, answer) in [
                (word::RESPONSE, Answer::Response("x".into())),
                (word::ERROR, Answer::Error("x".into())),
                (word::LAST_ERROR, Answer::LastError("x".into())),
            ] {
                let (_desk, mut worker, answered) = desk(payload);
                say(&mut worker, word::READY, b"").await;
                let (head, heard) = hear(&mut worker).await;
                assert_eq!(head["id"], "r");
                assert_eq!(head["arn"], "a");
                assert!(head["deadline"].is_u64() && head.get("client").is_none(), "{head}");
                assert_eq!(heard, payload);
                say(&mut worker, word, b"x").await;
                assert_eq!(answered.await, Ok(answer));
            }
        }
    }

    #[tokio::test]
    async fn who_answers_too_much_goes_on() {
        let (_desk, mut worker, answered) = desk(b"{}");
        say(&mut worker, word::READY, b"").await;
        hear(&mut worker).await;
        say(&mut worker, word::RESPONSE, &vec![0; RESPONSE_BYTES_MAX + 1]).await;
        assert_eq!(answered.await, Ok(Answer::TooLarge));
    }

    #[tokio::test]
    async fn who_cannot_begin_says_why() {
        let (desk, mut worker, _answered) = desk(b"{}");
        say(&mut worker, word::INIT_ERROR, b"why").await;
        desk.init_failed.notified().await;
        assert_eq!(desk.take_init_error(), Some("why".into()));
    }

    #[tokio::test]
    async fn who_talks_nonsense_is_not_listened_to() {
        let (_desk, mut worker, answered) = desk(b"{}");
        say(&mut worker, b'?', b"").await;
        assert_eq!(worker.read(&mut [0]).await.expect("the end"), 0);
        // What it was to do waits for what its warden says.
        drop(answered);
    }

    #[tokio::test]
    async fn an_end_is_handed_over() {
        let (server, warden) = StdUnixStream::pair().expect("a pair");
        server.set_nonblocking(true).expect("set");
        let server = UnixStream::from_std(server).expect("a stream");
        let (_ours, theirs) = pair().expect("a pair");
        hand_over(&server, Some(&theirs)).await.expect("sent");
        hand_over(&server, None).await.expect("sent");
        drop((server, theirs));
        let end = take_over(&warden).expect("received").expect("a byte").expect("an end");
        pass_on(&end).expect("it can be inherited");
        let mut ours = StdUnixStream::from(end);
        ours.write_all(b"x").expect("written");
        assert!(take_over(&warden).expect("received").expect("a byte").is_none());
        assert!(take_over(&warden).expect("received").is_none(), "the server is gone");
        drop(_ours);
        assert_eq!(ours.read(&mut [0]).unwrap_or(0), 0);
    }
}
