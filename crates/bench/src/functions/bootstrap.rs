//! This program as a function: a loop over the Runtime API by hand, as little as a Rust function can be.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;

use anyhow::{Context, Result};

const API: &str = "/2018-06-01/runtime/invocation";

/// Whether this program was started as a function.
pub(crate) fn is_bootstrap() -> bool {
    std::env::var_os("AWS_LAMBDA_RUNTIME_API").is_some()
}

/// Answers each invocation with what it was asked, until the server is gone.
pub(crate) fn run() -> Result<()> {
    let address = std::env::var("AWS_LAMBDA_RUNTIME_API")?;
    let stream = TcpStream::connect(&address)?;
    stream.set_nodelay(true)?;
    let mut reader = BufReader::new(stream);
    loop {
        let next = format!("GET {API}/next HTTP/1.1\r\nhost: {address}\r\n\r\n");
        let (request_id, payload) = call(&mut reader, next.as_bytes())?;
        let request_id = request_id.context("an invocation has an id")?;
        let mut answer = format!(
            "POST {API}/{request_id}/response HTTP/1.1\r\nhost: {address}\r\ncontent-length: {}\r\n\r\n",
            payload.len()
        )
        .into_bytes();
        answer.extend(payload);
        call(&mut reader, &answer)?;
    }
}

fn call(reader: &mut BufReader<TcpStream>, request: &[u8]) -> Result<(Option<String>, Vec<u8>)> {
    reader.get_mut().write_all(request)?;
    let (mut length, mut request_id) = (0, None);
    loop {
        let mut line = String::new();
        anyhow::ensure!(reader.read_line(&mut line)? > 0, "the server is gone");
        let Some((name, value)) = line.trim_end().split_once(": ") else {
            match line.trim_end().is_empty() {
                true => break,
                false => continue,
            }
        };
        match name {
            "content-length" => length = value.parse()?,
            "lambda-runtime-aws-request-id" => request_id = Some(value.to_owned()),
            _ => {}
        }
    }
    let mut body = vec![0; length];
    reader.read_exact(&mut body)?;
    Ok((request_id, body))
}
