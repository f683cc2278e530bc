//! A server that answers every request with the same few bytes: what HTTP costs by itself. A thread for all
//! connections, as little work as framing needs.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::os::fd::AsFd;

use anyhow::Result;
use rustix::event::{PollFd, PollFlags, poll};

/// Starts it for as long as this program runs.
pub(super) fn start(answer: &'static [u8]) -> Result<SocketAddr> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    std::thread::spawn(move || serve(&listener, answer));
    Ok(address)
}

struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

fn serve(listener: &TcpListener, answer: &[u8]) -> Result<()> {
    let head = format!("HTTP/1.1 200 OK\r\ncontent-length: {}\r\n\r\n", answer.len());
    let whole = [head.as_bytes(), answer].concat();
    let mut connections: Vec<Connection> = Vec::new();
    loop {
        let mut waits: Vec<PollFd<'_>> =
            vec![PollFd::from_borrowed_fd(listener.as_fd(), PollFlags::IN)];
        waits.extend(
            connections.iter().map(|it| PollFd::from_borrowed_fd(it.stream.as_fd(), PollFlags::IN)),
        );
        poll(&mut waits, None)?;
        let ready: Vec<bool> = waits.iter().map(|wait| !wait.revents().is_empty()).collect();
        drop(waits);
        let mut at = 0;
        connections.retain_mut(|connection| {
            at += 1;
            !ready[at] || work(connection, &whole).is_ok()
        });
        if ready[0]
            && let Ok((stream, _)) = listener.accept()
        {
            stream.set_nonblocking(true)?;
            stream.set_nodelay(true)?;
            connections.push(Connection { stream, buffer: Vec::new() });
        }
    }
}

/// Reads what is there, and answers each request that is whole.
fn work(connection: &mut Connection, answer: &[u8]) -> std::io::Result<()> {
    let mut piece = [0; 4096];
    match connection.stream.read(&mut piece) {
        Ok(0) => return Err(ErrorKind::UnexpectedEof.into()),
        Ok(count) => connection.buffer.extend_from_slice(&piece[..count]),
        Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
        Err(error) => return Err(error),
    }
    while let Some(end) = find(&connection.buffer, b"\r\n\r\n") {
        let head = String::from_utf8_lossy(&connection.buffer[..end]).to_ascii_lowercase();
        let length = head.split("content-length: ").nth(1).and_then(|it| it.split('\r').next());
        let length: usize = length.and_then(|it| it.parse().ok()).unwrap_or(0);
        let whole = end + 4 + length;
        if connection.buffer.len() < whole {
            break;
        }
        connection.buffer.drain(..whole);
        connection.stream.write_all(answer)?;
    }
    Ok(())
}

fn find(bytes: &[u8], wanted: &[u8]) -> Option<usize> {
    bytes.windows(wanted.len()).position(|window| window == wanted)
}
