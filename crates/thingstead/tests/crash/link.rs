//! A client with a socket, which dials again whenever the server was killed.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::num::NonZeroU16;

use mqtt::Version;
use mqtt::client::{Cause, Client, Event, Options};

use crate::PATIENCE;
use crate::server::Server;

const READ_BYTES: usize = 64 * 1_024;

/// Messages that the server may send before they are acknowledged.
const RECEIVE_MAXIMUM: NonZeroU16 = NonZeroU16::new(500).expect("not zero");

pub(crate) struct Link<'a> {
    pub(crate) client: Client,
    server: &'a Server,
    stream: TcpStream,
    generation: u64,
    /// Whether the server must know the session.
    is_known: bool,
    buffer: Vec<u8>,
}

/// A client that keeps its session.
pub(crate) fn client(client_id: &str, version: Version) -> Client {
    Client::new(Options {
        clean_start: false,
        // Time stands still for these clients.
        keep_alive_secs: 0,
        session_expiry_secs: if version == Version::V5 { 86_400 } else { 0 },
        receive_maximum: RECEIVE_MAXIMUM,
        ..Options::new(version, client_id)
    })
}

impl<'a> Link<'a> {
    /// Connects to a server of this generation or a later one.
    pub(crate) fn open(client: Client, server: &'a Server, generation: u64) -> Link<'a> {
        let (stream, generation) = connect(server, generation);
        let buffer = vec![0; READ_BYTES];
        let mut link = Link { client, server, stream, generation, is_known: false, buffer };
        link.greet();
        link
    }

    /// As [`Link::open`], for a client whose session the server must know.
    pub(crate) fn reopen(client: Client, server: &'a Server, generation: u64) -> Link<'a> {
        let mut link = Link::open(client, server, generation);
        link.is_known = true;
        link
    }

    /// The next event that is not of the connection itself.
    pub(crate) fn next(&mut self) -> Event {
        loop {
            if let Some(event) = self.step() {
                return event;
            }
        }
    }

    /// An event, or a step towards one.
    pub(crate) fn step(&mut self) -> Option<Event> {
        match self.client.next_event() {
            None => self.exchange(),
            Some(Event::Connected { session_present, .. }) => {
                assert!(session_present || !self.is_known, "the server forgot the session");
                self.is_known = true;
            }
            Some(Event::Closed(Cause::Transport)) => self.dial_again(),
            Some(Event::Closed(cause)) => panic!("the connection ended: {cause:?}"),
            event => return event,
        }
        None
    }

    /// Says good-bye.
    pub(crate) fn close(mut self) -> Client {
        self.client.disconnect(mqtt::ReasonCode::Success);
        self.flush();
        while self.client.next_event().is_some() {}
        self.client
    }

    /// Writes what is to be written and waits for what comes.
    fn exchange(&mut self) {
        if !self.flush() {
            return;
        }
        match self.stream.read(&mut self.buffer) {
            Ok(0) => self.client.on_close(),
            Ok(length) => self.client.on_bytes(&self.buffer[..length], 0),
            Err(error) if error.kind() == std::io::ErrorKind::WouldBlock => {
                panic!("nothing came from the server: messages are missing")
            }
            Err(_) => self.client.on_close(),
        }
    }

    fn flush(&mut self) -> bool {
        let written = self.stream.write_all(&self.client.take_output());
        if written.is_err() {
            self.client.on_close();
        }
        written.is_ok()
    }

    fn dial_again(&mut self) {
        (self.stream, self.generation) = connect(self.server, self.generation + 1);
        self.greet();
    }

    fn greet(&mut self) {
        self.client.connect(0).expect("the client is not connected");
    }
}

/// A connection to a server of this generation or a later one, and which it was.
fn connect(server: &Server, generation: u64) -> (TcpStream, u64) {
    let mut wanted = generation;
    loop {
        let (address, found) = server.address("mqtt", wanted);
        if let Ok(stream) = TcpStream::connect(address) {
            stream.set_nodelay(true).expect("a socket");
            stream.set_read_timeout(Some(PATIENCE)).expect("a socket");
            return (stream, found);
        }
        wanted = found + 1;
    }
}
