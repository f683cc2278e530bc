//! Many connections driven by one thread: an epoll loop that hands packets to a script and writes
//! what the script answers, as much as possible with each call.

use std::io::{ErrorKind, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::os::fd::OwnedFd;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use rustix::event::{Timespec, epoll};

use crate::packets::{self, CONNACK, Packet, SUBACK};

/// Large enough that one read takes whatever the kernel holds for a connection.
const SCRATCH_BYTES: usize = 512 * 1024;

/// How long a broker may take to answer a CONNECT or SUBSCRIBE.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(20);

/// What one workload does with what comes in.
pub(crate) trait Script {
    /// A packet came on a line; the answer goes into `out`.
    fn on_packet(&mut self, line: usize, packet: Packet<'_>, out: &mut Vec<u8>);
}

/// Connections that are served together.
pub(crate) struct Load {
    epoll: OwnedFd,
    lines: Vec<Line>,
    events: Vec<epoll::Event>,
    scratch: Vec<u8>,
}

#[derive(Debug)]
struct Line {
    stream: TcpStream,
    /// The beginning of a packet whose rest has not come.
    rest: Vec<u8>,
    out: Vec<u8>,
    written: usize,
    waits_for_room: bool,
}

/// Who a connection is to the broker.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Client<'a> {
    pub(crate) id: &'a str,
    pub(crate) clean_session: bool,
    pub(crate) subscription: Option<(&'a str, u8)>,
}

impl<'a> Client<'a> {
    pub(crate) fn publisher(id: &'a str) -> Client<'a> {
        Client { id, clean_session: true, subscription: None }
    }

    pub(crate) fn subscriber(id: &'a str, filter: &'a str, qos: u8) -> Client<'a> {
        Client { id, clean_session: true, subscription: Some((filter, qos)) }
    }
}

impl Load {
    pub(crate) fn new() -> Result<Load> {
        let epoll = epoll::create(epoll::CreateFlags::CLOEXEC)?;
        let (events, scratch) = (Vec::with_capacity(1_024), vec![0; SCRATCH_BYTES]);
        Ok(Load { epoll, lines: Vec::new(), events, scratch })
    }

    /// Connects a client, waits for the answers, and takes the connection in. Lines are numbered
    /// in the order of their opening.
    pub(crate) fn open(&mut self, broker: SocketAddr, client: Client<'_>) -> Result<usize> {
        let stream = dial(broker)?;
        greet(&mut &stream, client).with_context(|| format!("client {}", client.id))?;
        stream.set_nonblocking(true)?;
        let line = self.lines.len();
        let data = epoll::EventData::new_u64(line as u64);
        epoll::add(&self.epoll, &stream, data, epoll::EventFlags::IN)?;
        let (rest, out) = (Vec::new(), Vec::new());
        self.lines.push(Line { stream, rest, out, written: 0, waits_for_room: false });
        Ok(line)
    }

    /// Whether everything that a line was given is with the kernel.
    pub(crate) fn is_drained(&self, line: usize) -> bool {
        self.lines[line].out.is_empty()
    }

    /// Gives a line bytes to write and tries to write them.
    pub(crate) fn send(&mut self, line: usize, write: impl FnOnce(&mut Vec<u8>)) -> Result<()> {
        write(&mut self.lines[line].out);
        self.flush(line)
    }

    /// Waits for something to happen, at most for `timeout`, and deals with all that did.
    pub(crate) fn turn(&mut self, script: &mut impl Script, timeout: Duration) -> Result<()> {
        let mut events = std::mem::take(&mut self.events);
        events.clear();
        let timeout = Timespec::try_from(timeout).context("a timeout fits")?;
        let waited =
            epoll::wait(&self.epoll, rustix::buffer::spare_capacity(&mut events), Some(&timeout));
        if let Err(error) = waited
            && error != rustix::io::Errno::INTR
        {
            return Err(error).context("epoll");
        }
        for &epoll::Event { flags, data } in &events {
            let line = usize::try_from(data.u64()).expect("we numbered it");
            if flags.intersects(epoll::EventFlags::IN | epoll::EventFlags::HUP) {
                self.read(line, script)?;
            }
            self.flush(line)?;
        }
        self.events = events;
        Ok(())
    }

    fn read(&mut self, number: usize, script: &mut impl Script) -> Result<()> {
        let line = &mut self.lines[number];
        let kept = line.rest.len();
        self.scratch[..kept].copy_from_slice(&line.rest);
        let read = match line.stream.read(&mut self.scratch[kept..]) {
            Ok(read) => read,
            Err(error) if error.kind() == ErrorKind::WouldBlock => return Ok(()),
            Err(error) => return Err(error).context("the broker broke a connection"),
        };
        ensure!(read > 0, "the broker closed connection {number}");
        let mut bytes = &self.scratch[..kept + read];
        while let Some((packet, len)) = packets::split(bytes)? {
            script.on_packet(number, packet, &mut line.out);
            bytes = &bytes[len..];
        }
        line.rest.clear();
        line.rest.extend_from_slice(bytes);
        Ok(())
    }

    fn flush(&mut self, number: usize) -> Result<()> {
        let line = &mut self.lines[number];
        while line.written < line.out.len() {
            match line.stream.write(&line.out[line.written..]) {
                Ok(written) => line.written += written,
                Err(error) if error.kind() == ErrorKind::WouldBlock => {
                    return self.wait_for_room(number, true);
                }
                Err(error) => return Err(error).context("the broker broke a connection"),
            }
        }
        line.out.clear();
        line.written = 0;
        self.wait_for_room(number, false)
    }

    fn wait_for_room(&mut self, number: usize, wait: bool) -> Result<()> {
        let line = &mut self.lines[number];
        if line.waits_for_room != wait {
            line.waits_for_room = wait;
            let room = if wait { epoll::EventFlags::OUT } else { epoll::EventFlags::empty() };
            let data = epoll::EventData::new_u64(number as u64);
            epoll::modify(&self.epoll, &line.stream, data, epoll::EventFlags::IN | room)?;
        }
        Ok(())
    }
}

/// A blocking connection without Nagle's delay, for the time of the greeting.
pub(crate) fn dial(broker: SocketAddr) -> Result<TcpStream> {
    let stream = TcpStream::connect(broker).with_context(|| format!("no broker at {broker}"))?;
    stream.set_nodelay(true)?;
    stream.set_read_timeout(Some(ANSWER_TIMEOUT))?;
    Ok(stream)
}

/// CONNECT, and SUBSCRIBE if there is something to subscribe to, each with its answer.
pub(crate) fn greet(stream: &mut (impl Read + Write), client: Client<'_>) -> Result<()> {
    let mut out = Vec::new();
    packets::connect(&mut out, client.id, client.clean_session);
    ask(stream, &out, CONNACK)?;
    if let Some((filter, qos)) = client.subscription {
        out.clear();
        packets::subscribe(&mut out, filter, qos);
        ask(stream, &out, SUBACK)?;
    }
    Ok(())
}

fn ask(stream: &mut (impl Read + Write), question: &[u8], answer: u8) -> Result<()> {
    stream.write_all(question)?;
    stream.flush()?;
    let (mut bytes, mut chunk) = (Vec::new(), [0; 64]);
    loop {
        let read = stream.read(&mut chunk).context("no answer")?;
        ensure!(read > 0, "closed instead of an answer");
        bytes.extend_from_slice(&chunk[..read]);
        if let Some((packet, _)) = packets::split(&bytes)? {
            return packets::expect(packet, answer);
        }
    }
}
