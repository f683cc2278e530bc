//! HTTP/1.1 on one kept connection, as far as Lambda's Runtime API and the AWS door speak it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

/// An answer holds no more: the largest that a function may be asked with is 6 MB.
const BODY_BYTES_MAX: u64 = 16 << 20;
/// The head of an answer: names and values of a few dozen headers.
const HEAD_BYTES_MAX: u64 = 64 << 10;

/// What is asked for, all of it there.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    pub(crate) method: &'a str,
    pub(crate) path_and_query: &'a str,
    /// Without the length, which is counted.
    pub(crate) headers: &'a [(&'a str, &'a str)],
    pub(crate) body: &'a [u8],
}

#[derive(Debug, Default)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    /// Names in lower case.
    headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Debug)]
pub(crate) struct Connection {
    /// `HOST:PORT`
    address: String,
    /// None says that an answer may take for ever.
    patience: Option<Duration>,
    stream: Option<BufReader<TcpStream>>,
}

impl Connection {
    pub(crate) fn to(address: &str, patience: Option<Duration>) -> Connection {
        Connection { address: address.to_owned(), patience, stream: None }
    }

    pub(crate) fn address(&self) -> &str {
        &self.address
    }

    /// A kept connection may have been closed meanwhile. Then nothing came back, and it is asked once more.
    pub(crate) fn ask(&mut self, request: &Request<'_>) -> io::Result<Answer> {
        let was_kept = self.stream.is_some();
        match self.ask_once(request) {
            Err(error) if was_kept && is_closed(&error) => self.ask_once(request),
            answer => answer,
        }
    }

    fn ask_once(&mut self, request: &Request<'_>) -> io::Result<Answer> {
        let mut stream = match self.stream.take() {
            Some(stream) => stream,
            None => self.connect()?,
        };
        stream.get_mut().write_all(&written(request))?;
        let (answer, is_kept) = read_answer(&mut stream)?;
        self.stream = is_kept.then_some(stream);
        Ok(answer)
    }

    fn connect(&self) -> io::Result<BufReader<TcpStream>> {
        let stream = TcpStream::connect(&self.address)?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(self.patience)?;
        Ok(BufReader::new(stream))
    }
}

fn is_closed(error: &io::Error) -> bool {
    use io::ErrorKind::{BrokenPipe, ConnectionAborted, ConnectionReset, UnexpectedEof};
    matches!(error.kind(), BrokenPipe | ConnectionAborted | ConnectionReset | UnexpectedEof)
}

fn written(request: &Request<'_>) -> Vec<u8> {
    let Request { method, path_and_query, headers, body } = request;
    let mut head = format!("{method} {path_and_query} HTTP/1.1\r\n");
    for (name, value) in *headers {
        head.push_str(&format!("{name}: {value}\r\n"));
    }
    head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
    [head.as_bytes(), body].concat()
}

/// An answer, and whether another may follow on its connection.
fn read_answer(stream: &mut impl BufRead) -> io::Result<(Answer, bool)> {
    let malformed = |what: &str| io::Error::new(io::ErrorKind::InvalidData, what.to_owned());
    let mut head = stream.take(HEAD_BYTES_MAX);
    let first = line(&mut head)?;
    let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.ok_or_else(|| malformed("the answer is no HTTP"))?;
    let mut answer = Answer { status, ..Answer::default() };
    loop {
        let text = line(&mut head)?;
        let Some((name, value)) = text.split_once(':') else { break };
        answer.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
    }
    if answer
        .header("transfer-encoding")
        .is_some_and(|coding| coding.eq_ignore_ascii_case("chunked"))
    {
        read_chunks(stream, &mut answer.body)?;
    } else {
        let length = answer.header("content-length").unwrap_or("0");
        let length: u64 =
            length.parse().map_err(|_| malformed("the answer's length is no number"))?;
        read_body(stream, length, &mut answer.body)?;
    }
    let is_kept = !answer.header("connection").is_some_and(|it| it.eq_ignore_ascii_case("close"));
    Ok((answer, is_kept))
}

/// Without its end. Nothing at all is the end of the connection.
fn line(stream: &mut impl BufRead) -> io::Result<String> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    match line.ends_with('\n') {
        true => Ok(line.trim_end().to_owned()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

fn read_chunks(stream: &mut impl BufRead, body: &mut Vec<u8>) -> io::Result<()> {
    loop {
        let size = line(stream)?;
        let size = size.split(';').next().unwrap_or_default().trim();
        let malformed = |_| io::Error::new(io::ErrorKind::InvalidData, "a chunk without a size");
        let size = u64::from_str_radix(size, 16).map_err(malformed)?;
        read_body(stream, size, body)?;
        // What ends a chunk, and after the last one the end of the body; no trailers are sent to us.
        line(stream)?;
        if size == 0 {
            return Ok(());
        }
    }
}

fn read_body(stream: &mut impl BufRead, length: u64, body: &mut Vec<u8>) -> io::Result<()> {
    if length > BODY_BYTES_MAX - body.len() as u64 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "the answer is too large"));
    }
    let read = stream.take(length).read_to_end(body)?;
    match read as u64 == length {
        true => Ok(()),
        false => Err(io::ErrorKind::UnexpectedEof.into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: Option<(u16, &str, bool)>) {
        let read = read_answer(&mut text.as_bytes()).ok();
        let read = read.map(|(answer, is_kept)| {
            (answer.status, String::from_utf8(answer.body).expect("text"), is_kept)
        });
        let expected = expected.map(|(status, body, kept)| (status, body.to_owned(), kept));
        assert_eq!(read, expected, "{text:?}");
    }

    #[test]
    fn answers_are_read_whole_or_not_at_all() {
        check("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi", Some((200, "hi", true)));
        check("HTTP/1.1 202 \r\nconnection: close\r\n\r\n", Some((202, "", false)));
        let chunks = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n1;x\r\nd\r\n0\r\n\r\n";
        check(chunks, Some((200, "abcd", true)));
        check(&chunks[..chunks.len() - 9], None);
        check("HTTP/1.1 200 OK\r\ncontent-length: 3\r\n\r\nhi", None);
        check("HTTP/1.1 200 OK\r\ncontent-length: 99999999999\r\n\r\nhi", None);
        check("", None);
        check("ERROR\r\n\r\n", None);
    }

    #[test]
    fn requests_say_their_length() {
        let headers = [("host", "here")];
        let request =
            Request { method: "POST", path_and_query: "/a?b", headers: &headers, body: b"hi" };
        let text = b"POST /a?b HTTP/1.1\r\nhost: here\r\ncontent-length: 2\r\n\r\nhi";
        assert_eq!(written(&request), text);
    }
}
