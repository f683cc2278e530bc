//! The short way of a plain request: what AWS's clients send all day, HTTP/1.1 with one length, read,
//! answered and written here, with one system call for each.
//!
//! A request that is anything else is not judged here: the connection goes to hyper, with what was
//! read of it in front, and stays there. So nothing is refused here either, and what a request means
//! is decided once, in [`Call::begin`].

mod date;
mod patience;
mod request;
mod response;

use std::io;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};

use self::date::Date;
use self::patience::Patience;
use self::request::{Look, Request};
use crate::answer::Answered;
use crate::door::Via;
use crate::http::Call;
use crate::state::State;

/// Longer heads are hyper's, which has bounds of its own. AWS's are of one or two kilobytes.
const HEAD_BYTES_MAX: usize = 16 * 1024;

/// What is read at once: a batch of items, and most of what is ever sent.
const READ_BYTES: usize = 16 * 1024;

/// Memory for a body is taken as it comes, in pieces of this size: a stranger may announce much.
const BODY_STEP_BYTES: usize = 256 * 1024;

/// A body up to here is copied behind its head, to be written at once.
const COPIED_BODY_BYTES: usize = 64 * 1024;

struct Connection<'a, S> {
    stream: S,
    via: &'a Via,
    state: &'a Arc<State>,
    patience: Patience,
    /// Read, and not used yet.
    input: Vec<u8>,
    output: Vec<u8>,
    date: Date,
}

/// What a connection brought.
enum Next {
    Call {
        call: Call,
        is_last: bool,
    },
    /// What is for hyper.
    Other,
    /// Nothing: it ended, or took too long.
    Gone,
}

/// Serves a connection as long as its requests are plain. Answers what is left for hyper: the stream,
/// and what was read of it.
pub(crate) async fn serve<S>(stream: S, via: &Via, state: &Arc<State>) -> Option<(S, Vec<u8>)>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    let (input, output) = (Vec::with_capacity(READ_BYTES), Vec::new());
    let (patience, date) = (Patience::new(), Date::default());
    let mut connection = Connection { stream, via, state, patience, input, output, date };
    loop {
        match connection.next().await {
            Next::Call { call, is_last } => {
                let answered = connection.wait_for(call).await?;
                let written = connection.write(answered, is_last).await;
                if let Err(error) = written {
                    tracing::debug!(%error, "an answer was not taken");
                    return None;
                }
                if is_last {
                    return None;
                }
            }
            Next::Other => return Some((connection.stream, connection.input)),
            Next::Gone => return None,
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<'_, S> {
    async fn next(&mut self) -> Next {
        self.patience.begin(0);
        let mut looked = 0;
        let (head_bytes, body_bytes) = loop {
            match Request::look(&self.input, looked, self.via.device.is_some()) {
                Look::Whole(request) => match self.begin(&request) {
                    Some(call) => {
                        let (used, is_last) = (request.bytes(), request.is_last);
                        self.input.drain(..used);
                        return Next::Call { call, is_last };
                    }
                    None => break (request.head_bytes, request.body_bytes),
                },
                Look::Part if self.input.len() < HEAD_BYTES_MAX => looked = self.input.len(),
                Look::Part | Look::Other => return Next::Other,
            }
            self.input.reserve(READ_BYTES.saturating_sub(self.input.len()));
            let read = self.stream.read_buf(&mut self.input);
            match self.patience.bound(read).await {
                Ok(1..) => {}
                Ok(0) | Err(_) => return Next::Gone,
            }
        };
        let Ok(body) = self.body(head_bytes, body_bytes).await else { return Next::Gone };
        let Look::Whole(request) = Request::look(&self.input, 0, self.via.device.is_some()) else {
            return Next::Other;
        };
        let call = Call::begin(self.state, self.via, &request.head(), body);
        let is_last = request.is_last;
        self.input.clear();
        Next::Call { call, is_last }
    }

    /// Begins the call if its body is there too.
    fn begin(&self, request: &Request<'_>) -> Option<Call> {
        let body = self.input.get(request.head_bytes..request.bytes())?;
        let body = Bytes::copy_from_slice(body);
        Some(Call::begin(self.state, self.via, &request.head(), body))
    }

    /// Reads the rest of a body, and leaves the head where it is.
    async fn body(&mut self, head_bytes: usize, body_bytes: usize) -> io::Result<Bytes> {
        self.patience.begin(body_bytes);
        let mut body = Vec::with_capacity(body_bytes.min(BODY_STEP_BYTES));
        body.extend_from_slice(&self.input[head_bytes..]);
        self.input.truncate(head_bytes);
        while body.len() < body_bytes {
            let left = body_bytes - body.len();
            body.reserve(left.min(BODY_STEP_BYTES));
            let mut limited = (&mut self.stream).take(left as u64);
            if self.patience.bound(limited.read_buf(&mut body)).await? == 0 {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
        }
        Ok(body.into())
    }

    /// Waits for an answer as long as there is somebody to give it to.
    async fn wait_for(&mut self, call: Call) -> Option<Answered> {
        tokio::select! {
            biased;
            answered = call.end() => Some(answered),
            () = until_gone(&mut self.stream, &mut self.input) => None,
        }
    }

    async fn write(&mut self, answered: Answered, is_last: bool) -> io::Result<()> {
        let Connection { stream, patience, output, .. } = self;
        output.clear();
        output.shrink_to(COPIED_BODY_BYTES);
        response::push_head(&answered, is_last, self.date.at(self.state.clock.now()), output);
        let body = answered.body;
        patience.begin(body.len());
        if body.len() <= COPIED_BODY_BYTES {
            output.extend_from_slice(&body);
            patience.bound(stream.write_all(output)).await?;
        } else {
            patience.bound(stream.write_all(output)).await?;
            patience.bound(stream.write_all(&body)).await?;
        }
        patience.bound(stream.flush()).await?;
        if is_last {
            patience.bound(stream.shutdown()).await?;
        }
        Ok(())
    }
}

/// Keeps what comes while an answer is waited for, and ends when nothing will come any more.
async fn until_gone(stream: &mut (impl AsyncRead + Unpin), input: &mut Vec<u8>) {
    while input.len() < READ_BYTES {
        input.reserve(READ_BYTES - input.len());
        match stream.read_buf(input).await {
            Ok(1..) => {}
            Ok(0) | Err(_) => return,
        }
    }
    std::future::pending::<()>().await;
}

#[cfg(test)]
mod tests;
