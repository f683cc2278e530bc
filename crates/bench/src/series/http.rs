//! Plain HTTP, written by hand: the client must cost less than what it measures.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};

use anyhow::{Context, Result};

#[derive(Debug)]
pub(super) struct Http {
    stream: BufReader<TcpStream>,
    authorization: Option<String>,
}

impl Http {
    pub(super) fn connect(address: SocketAddr, authorization: Option<String>) -> Result<Http> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Http { stream: BufReader::new(stream), authorization })
    }

    pub(super) fn ask(&mut self, method: &str, path: &str, body: &str) -> Result<(u16, String)> {
        let mut head = format!("{method} {path} HTTP/1.1\r\nhost: localhost\r\n");
        if let Some(authorization) = &self.authorization {
            head.push_str(&format!("authorization: {authorization}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let stream = self.stream.get_mut();
        stream.write_all(head.as_bytes())?;
        stream.write_all(body.as_bytes())?;
        self.answer()
    }

    fn answer(&mut self) -> Result<(u16, String)> {
        let status = self.line()?;
        let status = status.split(' ').nth(1).context("an answer has a status")?.parse()?;
        let (mut length, mut is_chunked) = (0, false);
        loop {
            let line = self.line()?.to_ascii_lowercase();
            if line.is_empty() {
                break;
            }
            if let Some(value) = line.strip_prefix("content-length:") {
                length = value.trim().parse()?;
            }
            is_chunked |= line.starts_with("transfer-encoding:") && line.contains("chunked");
        }
        let mut body = Vec::new();
        if is_chunked {
            loop {
                let length = usize::from_str_radix(&self.line()?, 16)?;
                let start = body.len();
                body.resize(start + length, 0);
                self.stream.read_exact(&mut body[start..])?;
                self.line()?;
                if length == 0 {
                    break;
                }
            }
        } else {
            body.resize(length, 0);
            self.stream.read_exact(&mut body)?;
        }
        Ok((status, String::from_utf8(body)?))
    }

    fn line(&mut self) -> Result<String> {
        let mut line = String::new();
        let read = self.stream.read_line(&mut line)?;
        anyhow::ensure!(read > 0, "the connection ended");
        Ok(line.trim_end().to_owned())
    }
}
