//! (d) Resident memory of the broker for each connection that says nothing: 5,000 plain ones, or
//! 2,000 with mutual TLS.

use std::ops::Range;
use std::time::Duration;

use anyhow::Result;

use crate::broker::{Broker, Door};
use crate::load::{Client, dial, greet};
use crate::report::{Figure, Figures};

const PLAIN: usize = 5_000;
const TLS: usize = 2_000;

/// Threads that open connections.
const DIALLERS: usize = 8;

/// Connections before the first look at the memory, for what grows once.
const WARM_UP: usize = 100;

/// For what a broker does after a CONNACK, session tickets for example.
const REST: Duration = Duration::from_secs(1);

pub(crate) fn run(broker: &Broker) -> Result<Figures> {
    let (name, count) = match broker.door {
        Door::Plain => ("memory per idle connection: plain", PLAIN),
        Door::Tls => ("memory per idle connection: mutual TLS", TLS),
    };
    let first = connect_all(broker, 0..WARM_UP)?;
    std::thread::sleep(REST);
    let before = broker.resident_kib()?;
    let others = connect_all(broker, WARM_UP..WARM_UP + count)?;
    std::thread::sleep(REST);
    let after = broker.resident_kib()?;
    drop((first, others));
    let per_connection = (after - before) / count as f64;
    Ok(Figures::default().with(Figure::new(name, "KiB", per_connection)))
}

/// A connection that is kept open.
enum Held {
    Plain { _stream: std::net::TcpStream },
    Tls { _stream: Box<rustls::StreamOwned<rustls::ClientConnection, std::net::TcpStream>> },
}

/// Several at a time, since some brokers let each wait for tens of milliseconds.
fn connect_all(broker: &Broker, numbers: Range<usize>) -> Result<Vec<Held>> {
    let numbers: Vec<usize> = numbers.collect();
    std::thread::scope(|scope| {
        let shares = numbers.chunks(numbers.len().div_ceil(DIALLERS));
        let diallers: Vec<_> = shares
            .map(|share| {
                let dial = |number: &usize| connect(broker, &format!("idle{number}"));
                scope.spawn(move || share.iter().map(dial).collect::<Result<Vec<Held>>>())
            })
            .collect();
        let mut held = Vec::new();
        for dialler in diallers {
            held.extend(dialler.join().expect("a dialler does not panic")?);
        }
        Ok(held)
    })
}

fn connect(broker: &Broker, id: &str) -> Result<Held> {
    let client = Client::publisher(id);
    match &broker.tls {
        None => {
            let mut stream = dial(broker.address)?;
            greet(&mut stream, client)?;
            Ok(Held::Plain { _stream: stream })
        }
        Some(tls) => {
            let mut stream = Box::new(crate::handshakes::dial_tls(broker.address, tls)?);
            greet(&mut stream, client)?;
            Ok(Held::Tls { _stream: stream })
        }
    }
}
