//! One connection that puts and gets objects, signed as SDKs sign: the client costs as little as it can.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, Result, ensure};
use sigv4::{Credentials, PathStyle, RequestParts, Target, sign};
use stdx::clock::Clock;

/// What is read at once.
const BLOCK_BYTES: usize = 1024 * 1024;

pub(crate) struct Client {
    address: SocketAddr,
    stream: BufReader<TcpStream>,
    credentials: Credentials,
    host: String,
    clock: Clock,
    block: Vec<u8>,
}

/// What a server answered.
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) etag: String,
    /// The body; of a large one its length alone.
    pub(crate) body: Vec<u8>,
    pub(crate) bytes: usize,
}

/// A body with its hash, which is computed once.
pub(crate) struct Content {
    pub(crate) bytes: Vec<u8>,
    pub(crate) sha256: String,
}

impl Content {
    pub(crate) fn new(bytes: Vec<u8>) -> Content {
        let sha256 = sigv4::sha256_hex(&bytes);
        Content { bytes, sha256 }
    }
}

impl Client {
    pub(crate) fn new(address: SocketAddr, credentials: &Credentials) -> Result<Client> {
        Ok(Client {
            address,
            stream: connect(address)?,
            credentials: credentials.clone(),
            host: address.to_string(),
            clock: Clock::system(),
            block: vec![0; BLOCK_BYTES],
        })
    }

    pub(crate) fn ask(
        &mut self,
        method: &str,
        path: &str,
        content: &Content,
        keep: bool,
    ) -> Result<Answer> {
        let length = content.bytes.len().to_string();
        let mut headers = vec![
            ("host", self.host.as_str()),
            ("x-amz-content-sha256", content.sha256.as_str()),
            ("content-length", length.as_str()),
        ];
        let parts = RequestParts { method, path, query: "", headers: &headers };
        let target = Target { region: "us-east-1", service: "s3", style: PathStyle::S3 };
        let now = self.clock.now();
        let added = sign(&parts, &self.credentials, target, now, &content.sha256);
        headers.extend(added.iter().map(|(name, value)| (*name, value.as_str())));
        let mut head = format!("{method} {path} HTTP/1.1\r\n");
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str("\r\n");
        let mut whole = head.into_bytes();
        let stream = self.stream.get_mut();
        // One write for what is small: two would be two packets.
        if content.bytes.len() <= BLOCK_BYTES {
            whole.extend(&content.bytes);
            stream.write_all(&whole)?;
        } else {
            stream.write_all(&whole)?;
            stream.write_all(&content.bytes)?;
        }
        self.read(keep)
    }

    fn read(&mut self, keep: bool) -> Result<Answer> {
        let mut line = String::new();
        self.stream.read_line(&mut line)?;
        let status = line.split(' ').nth(1).context("a status")?.parse()?;
        let (mut etag, mut length, mut is_kept) = (String::new(), 0, true);
        loop {
            line.clear();
            ensure!(self.stream.read_line(&mut line)? > 0, "the connection ended");
            let Some((name, value)) = line.trim_end().split_once(": ") else { break };
            match name.to_ascii_lowercase().as_str() {
                "etag" => value.trim_matches('"').clone_into(&mut etag),
                "content-length" => length = value.parse()?,
                "connection" => is_kept = !value.eq_ignore_ascii_case("close"),
                "transfer-encoding" => anyhow::bail!("a body without a length"),
                _ => {}
            }
        }
        let (mut body, mut left) = (Vec::new(), length);
        while left > 0 {
            let piece = left.min(self.block.len());
            self.stream.read_exact(&mut self.block[..piece])?;
            if keep {
                body.extend(&self.block[..piece]);
            }
            left -= piece;
        }
        if !is_kept {
            self.stream = connect(self.address)?;
        }
        Ok(Answer { status, etag, body, bytes: length })
    }
}

fn connect(address: SocketAddr) -> Result<BufReader<TcpStream>> {
    let stream = TcpStream::connect(address)?;
    stream.set_nodelay(true)?;
    Ok(BufReader::with_capacity(BLOCK_BYTES, stream))
}
