//! A broker under measurement: how each is configured, started, found ready, and ended.

use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use tempfile::TempDir;

use crate::meter::{self, now};

/// How long a broker may take to start.
const START_TIMEOUT: Duration = Duration::from_secs(20);

const START_POLL: Duration = Duration::from_millis(1);

/// The brokers that take turns.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Thingstead,
    Mosquitto,
    Rumqttd,
    Nats,
}

impl Kind {
    pub(crate) const ALL: [Kind; 4] = [Kind::Thingstead, Kind::Mosquitto, Kind::Rumqttd, Kind::Nats];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Thingstead => "thingstead",
            Kind::Mosquitto => "mosquitto",
            Kind::Rumqttd => "rumqttd",
            Kind::Nats => "nats",
        }
    }

    pub(crate) fn named(name: &str) -> Result<Kind> {
        let known = Kind::ALL.into_iter().find(|kind| kind.name() == name);
        known.with_context(|| format!("no broker is called {name}"))
    }
}

/// Where the programs are, and where brokers may keep their files.
#[derive(Debug)]
pub(crate) struct Yard {
    pub(crate) thingstead: PathBuf,
    pub(crate) rumqttd: PathBuf,
    /// Whether `thingstead` is the example `open_broker` instead of the product.
    pub(crate) open: bool,
    pub(crate) folder: PathBuf,
}

impl Yard {
    /// The program of a broker, if it is on this machine.
    pub(crate) fn program(&self, kind: Kind) -> Option<PathBuf> {
        match kind {
            Kind::Thingstead => self.thingstead.is_file().then(|| self.thingstead.clone()),
            Kind::Rumqttd => self.rumqttd.is_file().then(|| self.rumqttd.clone()),
            Kind::Mosquitto => in_path("mosquitto"),
            Kind::Nats => in_path("nats-server"),
        }
    }
}

fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let sbin = PathBuf::from("/usr/sbin");
    std::env::split_paths(&path)
        .chain([sbin])
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// A broker that runs. Ends with this value.
#[derive(Debug)]
pub(crate) struct Broker {
    pub(crate) kind: Kind,
    pub(crate) plain: SocketAddr,
    pub(crate) started_in: Duration,
    child: Child,
    _folder: TempDir,
}

impl Broker {
    /// Starts a broker with empty folders and returns when it takes connections.
    pub(crate) fn start(yard: &Yard, kind: Kind) -> Result<Broker> {
        let folder = tempfile::Builder::new().prefix(kind.name()).tempdir_in(&yard.folder)?;
        let program = yard.program(kind).context("not on this machine")?;
        let plain = free_address()?;
        let mut command = Command::new(program);
        match kind {
            Kind::Thingstead => thingstead(&mut command, yard.open, plain, folder.path()),
            Kind::Mosquitto => mosquitto(&mut command, plain, folder.path())?,
            Kind::Rumqttd => rumqttd(&mut command, plain, folder.path())?,
            Kind::Nats => nats(&mut command, plain, folder.path())?,
        }
        let log = std::fs::File::create(folder.path().join("log"))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let began = now();
        let child = command.spawn().with_context(|| format!("{} did not start", kind.name()))?;
        let mut broker = Broker { kind, plain, started_in: START_TIMEOUT, child, _folder: folder };
        broker.wait_until_ready()?;
        broker.started_in = began.elapsed();
        Ok(broker)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        let began = now();
        while began.elapsed() < START_TIMEOUT {
            if TcpStream::connect(self.plain).is_ok() {
                return Ok(());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("{} ended at once: {status}", self.kind.name());
            }
            std::thread::sleep(START_POLL);
        }
        bail!("{} did not become ready", self.kind.name())
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    pub(crate) fn resident_kib(&self) -> Result<f64> {
        meter::resident_kib(self.pid())
    }
}

impl Drop for Broker {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing else that could be done about it.
        if self.child.kill().is_ok() {
            drop(self.child.wait());
        }
    }
}

fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

fn thingstead(command: &mut Command, open: bool, plain: SocketAddr, folder: &Path) {
    if open {
        command.arg(plain.port().to_string()).arg(folder.join("data"));
        return;
    }
    command.args(["up", "--data"]).arg(folder.join("data"));
    command.args(["--mqtt", &plain.to_string(), "--mqtts", "127.0.0.1:0", "--aws", "127.0.0.1:0"]);
    command.args(["--https", "off", "--console", "off", "--ready-file"]).arg(folder.join("ready"));
}

fn mosquitto(command: &mut Command, plain: SocketAddr, folder: &Path) -> Result<()> {
    let file = folder.join("mosquitto.conf");
    let settings = format!(
        "listener {} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\npersistence false\n\
         max_inflight_messages 100\nmax_queued_messages 0\nsys_interval 0\nlog_type error\n",
        plain.port(),
    );
    std::fs::write(&file, settings)?;
    command.arg("-c").arg(file);
    Ok(())
}

fn rumqttd(command: &mut Command, plain: SocketAddr, folder: &Path) -> Result<()> {
    let file = folder.join("rumqttd.toml");
    let settings = format!(
        "id = 0\n[router]\nid = 0\nmax_connections = 10010\nmax_outgoing_packet_count = 200\n\
         max_segment_size = 104857600\nmax_segment_count = 10\n\
         [v4.1]\nname = \"plain\"\nlisten = \"{plain}\"\nnext_connection_delay_ms = 0\n\
         [v4.1.connections]\nconnection_timeout_ms = 60000\nmax_payload_size = 20480\n\
         max_inflight_count = 100\ndynamic_filters = true\n",
    );
    std::fs::write(&file, settings)?;
    command.arg("-c").arg(file).arg("-q");
    Ok(())
}

fn nats(command: &mut Command, plain: SocketAddr, folder: &Path) -> Result<()> {
    let file = folder.join("nats.conf");
    let settings = format!(
        "host: 127.0.0.1\nport: {}\nserver_name: bench\n\
         jetstream {{ store_dir: {:?} }}\n\
         mqtt {{ host: 127.0.0.1, port: {}, max_ack_pending: 100 }}\n",
        free_address()?.port(),
        folder.join("data"),
        plain.port(),
    );
    std::fs::write(&file, settings)?;
    command.arg("-c").arg(file);
    Ok(())
}
