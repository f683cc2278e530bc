//! A client of an AWS door: one kept connection, each request signed.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use sigv4::{Credentials, PathStyle, RequestParts, Target, sha256_hex, sign};
use stdx::clock::Clock;

#[derive(Debug)]
pub(crate) struct Caller {
    address: SocketAddr,
    credentials: Credentials,
    host: String,
    stream: Option<BufReader<TcpStream>>,
    clock: Clock,
}

impl Caller {
    pub(crate) fn new(address: SocketAddr, credentials: Credentials) -> Caller {
        let host = address.to_string();
        Caller { address, credentials, host, stream: None, clock: Clock::system() }
    }

    /// Calls an operation of a service that routes by path; anything but success is an error.
    pub(crate) fn call(
        &mut self,
        service: &str,
        method: &str,
        path_and_query: &str,
        body: &str,
    ) -> Result<Value> {
        let (path, query) = path_and_query.split_once('?').unwrap_or((path_and_query, ""));
        let headers = [("host", self.host.as_str())];
        let parts = RequestParts { method, path, query, headers: &headers };
        let target = Target { region: "us-east-1", service, style: PathStyle::Normalized };
        let hash = sha256_hex(body.as_bytes());
        let signed = sign(&parts, &self.credentials, target, self.clock.now(), &hash);
        let mut request = format!("{method} {path_and_query} HTTP/1.1\r\nhost: {}\r\n", self.host);
        for (name, value) in signed {
            request.push_str(&format!("{name}: {value}\r\n"));
        }
        request.push_str(&format!("content-length: {}\r\n\r\n{body}", body.len()));
        let (status, answer) = self.exchange(&request)?;
        let text = String::from_utf8_lossy(&answer);
        ensure!(status == 200, "{method} {path_and_query}: {status} {text}");
        if answer.is_empty() {
            return Ok(Value::Null);
        }
        serde_json::from_slice(&answer).with_context(|| format!("no JSON: {text}"))
    }

    fn exchange(&mut self, request: &str) -> Result<(u16, Vec<u8>)> {
        if self.stream.is_none() {
            let stream = TcpStream::connect(self.address)?;
            stream.set_nodelay(true)?;
            self.stream = Some(BufReader::new(stream));
        }
        let stream = self.stream.as_mut().expect("it was just connected");
        stream.get_mut().write_all(request.as_bytes())?;
        let (status, body, is_kept) = read_answer(stream)?;
        if !is_kept {
            self.stream = None;
        }
        Ok((status, body))
    }
}

fn read_answer(stream: &mut impl BufRead) -> Result<(u16, Vec<u8>, bool)> {
    let mut line = String::new();
    stream.read_line(&mut line)?;
    let status = line.split(' ').nth(1).and_then(|status| status.parse().ok());
    let status = status.with_context(|| format!("no status in {line:?}"))?;
    let (mut length, mut is_kept) = (None, line.starts_with("HTTP/1.1"));
    loop {
        line.clear();
        stream.read_line(&mut line)?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        match name.to_ascii_lowercase().as_str() {
            "content-length" => length = Some(value.trim().parse::<usize>()?),
            "connection" => is_kept &= !value.trim().eq_ignore_ascii_case("close"),
            "transfer-encoding" => bail!("an answer in chunks is not read here"),
            _ => {}
        }
    }
    let mut body = Vec::new();
    match length {
        Some(length) => stream.take(length as u64).read_to_end(&mut body)?,
        None => stream.read_to_end(&mut body)?,
    };
    Ok((status, body, is_kept && length.is_some()))
}

/// Does `count` pieces of work, each given its number, from several threads with a connection each.
pub(crate) fn in_parallel(
    callers: usize,
    new: impl Fn() -> Caller + Sync,
    count: usize,
    work: impl Fn(&mut Caller, usize) -> Result<()> + Sync,
) -> Result<()> {
    std::thread::scope(|scope| {
        let share = |first: usize| {
            let (new, work) = (&new, &work);
            scope.spawn(move || {
                let mut caller = new();
                (first..count).step_by(callers).try_for_each(|number| work(&mut caller, number))
            })
        };
        let threads: Vec<_> = (0..callers).map(share).collect();
        threads.into_iter().try_for_each(|thread| thread.join().expect("no caller panics"))
    })
}
