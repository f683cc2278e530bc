//! (e) New connections with mutual TLS, each with a full handshake on P-256, until the CONNACK.

use std::net::{SocketAddr, TcpStream};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Duration;

use anyhow::{Context, Result};
use rustls::pki_types::ServerName;
use rustls::{ClientConfig, ClientConnection, StreamOwned};

use crate::broker::Broker;
use crate::load::{Client, dial, greet};
use crate::meter::Mark;
use crate::phases::WARM_UP;
use crate::report::{Figure, Figures};

/// Clients that connect again and again at the same time.
const CLIENTS: usize = 8;

pub(crate) fn run(broker: &Broker, time: Duration) -> Result<Figures> {
    let tls = broker.tls.as_ref().context("the broker runs without TLS")?;
    let (connected, stop) = (AtomicU64::new(0), AtomicBool::new(false));
    std::thread::scope(|scope| {
        let clients: Vec<_> = (0..CLIENTS)
            .map(|number| {
                let (connected, stop) = (&connected, &stop);
                scope.spawn(move || knock(broker.address, tls, number, connected, stop))
            })
            .collect();
        let marks = (|| {
            std::thread::sleep(WARM_UP);
            let begin = Mark::now(broker.pid(), connected.load(Ordering::Relaxed))?;
            std::thread::sleep(time);
            anyhow::Ok((begin, Mark::now(broker.pid(), connected.load(Ordering::Relaxed))?))
        })();
        stop.store(true, Ordering::Relaxed);
        for client in clients {
            client.join().expect("a client does not panic")?;
        }
        let (begin, end) = marks?;
        let span = begin.until(end);
        Ok(Figures::of(span)
            .with(Figure::new("mutual TLS connect: CPU each", "µs", span.cpu_micros_per_unit))
            .with(Figure::new("mutual TLS connect: connects", "/s", span.units_per_sec)))
    })
}

fn knock(
    broker: SocketAddr,
    tls: &Arc<ClientConfig>,
    number: usize,
    connected: &AtomicU64,
    stop: &AtomicBool,
) -> Result<()> {
    let mut count = 0;
    while !stop.load(Ordering::Relaxed) {
        count += 1;
        let mut stream = dial_tls(broker, tls)?;
        greet(&mut stream, Client::publisher(&format!("tls{number}-{count}")))?;
        connected.fetch_add(1, Ordering::Relaxed);
    }
    Ok(())
}

pub(crate) fn dial_tls(
    broker: SocketAddr,
    config: &Arc<ClientConfig>,
) -> Result<StreamOwned<ClientConnection, TcpStream>> {
    let name = ServerName::try_from("localhost").expect("a name");
    let tls = ClientConnection::new(Arc::clone(config), name)?;
    Ok(StreamOwned::new(tls, dial(broker)?))
}
