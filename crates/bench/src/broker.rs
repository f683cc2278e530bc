//! A broker under measurement: how each is configured, started, found ready, and ended.

use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr, TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use rustls::ClientConfig;
use tempfile::TempDir;

use crate::identity::{Bundle, Identities};
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

/// Through which door clients come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Plain,
    /// With a certificate on both sides.
    Tls,
}

impl Kind {
    pub(crate) const ALL: [Kind; 4] =
        [Kind::Thingstead, Kind::Mosquitto, Kind::Rumqttd, Kind::Nats];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Thingstead => "thingstead",
            Kind::Mosquitto => "mosquitto",
            Kind::Rumqttd => "rumqttd",
            Kind::Nats => "nats-server",
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
    pub(crate) folder: PathBuf,
    pub(crate) identities: Identities,
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

/// A command whose process the kernel ends with ours, even if we are killed.
pub(crate) fn mortal(program: &Path) -> Command {
    let Some(setpriv) = in_path("setpriv") else { return Command::new(program) };
    let mut command = Command::new(setpriv);
    command.args(["--pdeathsig", "KILL"]).arg(program);
    command
}

pub(crate) fn in_path(program: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    // Where Debian puts servers, which is not in everyone's path.
    let sbin = PathBuf::from("/usr/sbin");
    std::env::split_paths(&path)
        .chain([sbin])
        .map(|folder| folder.join(program))
        .find(|file| file.is_file())
}

/// A broker that runs. It ends with this value.
#[derive(Debug)]
pub(crate) struct Broker {
    pub(crate) address: SocketAddr,
    pub(crate) door: Door,
    /// What a client needs at the door with TLS.
    pub(crate) tls: Option<Arc<ClientConfig>>,
    pub(crate) started_in: Duration,
    process: Process,
    _folder: TempDir,
}

impl Broker {
    /// Starts a broker with empty folders and returns when it takes connections.
    pub(crate) fn start(yard: &Yard, kind: Kind, door: Door) -> Result<Broker> {
        let folder = tempfile::Builder::new().prefix(kind.name()).tempdir_in(&yard.folder)?;
        let program = yard.program(kind).context("not on this machine")?;
        let address = free_address()?;
        let mut command = mortal(&program);
        let place = Place { address, door, folder: folder.path(), identities: &yard.identities };
        match kind {
            Kind::Thingstead => place.thingstead(&mut command),
            Kind::Mosquitto => place.mosquitto(&mut command)?,
            Kind::Rumqttd => place.rumqttd(&mut command)?,
            Kind::Nats => place.nats(&mut command)?,
        }
        let log = std::fs::File::create(folder.path().join("log"))?;
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
        let began = now();
        let mut process = Process(command.spawn().context("it did not start")?);
        let started_in = process.wait_for(address)?;
        let started_in = started_in.duration_since(began);
        let tls = match (door, kind) {
            (Door::Plain, _) => None,
            (Door::Tls, Kind::Thingstead) => Some(place.add_device(&program)?.client_config()?),
            (Door::Tls, _) => Some(yard.identities.client.client_config()?),
        };
        Ok(Broker { address, door, tls, started_in, process, _folder: folder })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn resident_kib(&self) -> Result<f64> {
        meter::resident_kib(self.pid())
    }
}

/// A process that ends with this value.
#[derive(Debug)]
pub(crate) struct Process(Child);

impl Process {
    pub(crate) fn new(child: Child) -> Process {
        Process(child)
    }

    pub(crate) fn id(&self) -> u32 {
        self.0.id()
    }

    fn wait_for(&mut self, address: SocketAddr) -> Result<std::time::Instant> {
        let began = now();
        while began.elapsed() < START_TIMEOUT {
            if TcpStream::connect(address).is_ok() {
                return Ok(now());
            }
            if let Some(status) = self.0.try_wait()? {
                bail!("it ended at once: {status}");
            }
            std::thread::sleep(START_POLL);
        }
        bail!("it did not become ready")
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself; there is nothing else that could be done about it.
        if self.0.kill().is_ok() {
            drop(self.0.wait());
        }
    }
}

pub(crate) fn free_address() -> Result<SocketAddr> {
    Ok(TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?.local_addr()?)
}

/// Where and how a broker is to listen.
struct Place<'a> {
    address: SocketAddr,
    door: Door,
    folder: &'a Path,
    identities: &'a Identities,
}

impl Place<'_> {
    fn thingstead(&self, command: &mut Command) {
        let address = self.address.to_string();
        let (mqtt, mqtts) = match self.door {
            Door::Plain => (address.as_str(), "127.0.0.1:0"),
            Door::Tls => ("127.0.0.1:0", address.as_str()),
        };
        command.arg("--data").arg(self.folder.join("data")).arg("up");
        command.args(["--mqtt", mqtt, "--mqtts", mqtts, "--aws", "127.0.0.1:0"]);
        command.args(["--https", "off", "--console", "off"]);
        command.arg("--ready-file").arg(self.folder.join("ready"));
    }

    /// Registers a device that may do everything, under any client id.
    fn add_device(&self, program: &Path) -> Result<Bundle> {
        let began = now();
        while !self.folder.join("ready").is_file() {
            ensure!(began.elapsed() < START_TIMEOUT, "it did not become ready");
            std::thread::sleep(START_POLL);
        }
        let policy = self.folder.join("policy.json");
        let allow = r#"{"Effect": "Allow", "Action": "iot:*", "Resource": "*"}"#;
        let statement = format!(r#"{{"Version": "2012-10-17", "Statement": [{allow}]}}"#);
        std::fs::write(&policy, statement)?;
        let out = self.folder.join("device");
        let mut command = Command::new(program);
        command.arg("--data").arg(self.folder.join("data")).args(["device", "add", "bench"]);
        let added = command.arg("--policy").arg(policy).arg("--out").arg(&out).output()?;
        let said = String::from_utf8_lossy(&added.stderr);
        ensure!(added.status.success(), "device add failed: {said}");
        Ok(Bundle {
            root: out.join("root-ca.pem"),
            certificate: out.join("certificate.pem"),
            key: out.join("private.key"),
        })
    }

    fn mosquitto(&self, command: &mut Command) -> Result<()> {
        let mut settings = format!(
            "listener {} 127.0.0.1\nallow_anonymous true\nset_tcp_nodelay true\n\
             persistence false\nmax_inflight_messages 100\nmax_queued_messages 0\n\
             sys_interval 0\nlog_type error\nuser root\n",
            self.address.port(),
        );
        if self.door == Door::Tls {
            let Identities { server_certificate, server_key, client } = self.identities;
            let (root, certificate) = (client.root.display(), server_certificate.display());
            let key = server_key.display();
            write!(settings, "cafile {root}\ncertfile {certificate}\nkeyfile {key}\n")?;
            settings.push_str("require_certificate true\n");
        }
        self.configure(command, "mosquitto.conf", &settings)
    }

    fn rumqttd(&self, command: &mut Command) -> Result<()> {
        let mut settings = format!(
            "id = 0\n[router]\nid = 0\nmax_connections = 10010\nmax_outgoing_packet_count = 200\n\
             max_segment_size = 104857600\nmax_segment_count = 10\n\
             [v4.1]\nname = \"bench\"\nlisten = \"{}\"\nnext_connection_delay_ms = 0\n\
             [v4.1.connections]\nconnection_timeout_ms = 60000\nmax_payload_size = 20480\n\
             max_inflight_count = 100\ndynamic_filters = true\n",
            self.address,
        );
        if self.door == Door::Tls {
            let Identities { server_certificate, server_key, client } = self.identities;
            let (root, certificate) = (&client.root, server_certificate);
            write!(settings, "[v4.1.tls]\ncertpath = {certificate:?}\nkeypath = {server_key:?}\n")?;
            writeln!(settings, "capath = {root:?}")?;
        }
        self.configure(command, "rumqttd.toml", &settings)?;
        command.arg("-q");
        Ok(())
    }

    /// QoS 1 goes through JetStream, whose files the server syncs every two minutes; this release
    /// has no setting for it.
    fn nats(&self, command: &mut Command) -> Result<()> {
        let tls = match self.door {
            Door::Plain => String::new(),
            Door::Tls => {
                let Identities { server_certificate, server_key, client } = self.identities;
                let root = &client.root;
                format!(
                    ", tls {{ cert_file: {server_certificate:?}, key_file: {server_key:?}, \
                     ca_file: {root:?}, verify: true }}",
                )
            }
        };
        let settings = format!(
            "host: 127.0.0.1\nport: {}\nserver_name: bench\njetstream {{ store_dir: {:?} }}\n\
             mqtt {{ host: 127.0.0.1, port: {}, max_ack_pending: 100{tls} }}\n",
            free_address()?.port(),
            self.folder.join("data"),
            self.address.port(),
        );
        self.configure(command, "nats.conf", &settings)
    }

    fn configure(&self, command: &mut Command, name: &str, settings: &str) -> Result<()> {
        let file = self.folder.join(name);
        std::fs::write(&file, settings)?;
        command.arg("-c").arg(file);
        Ok(())
    }
}
