//! The two servers that are asked.

use std::net::SocketAddr;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail, ensure};
use serde_json::Value;
use sigv4::Credentials;

use crate::broker::{Process, free_address, mortal};
use crate::meter::{self, Mark, now};
use testkit::Caller;

const START_TIMEOUT: Duration = Duration::from_secs(60);
const START_POLL: Duration = Duration::from_millis(2);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Thingstead,
    Moto,
    /// Tables alone, in memory.
    Dynalite,
    /// Objects alone, in files that are not synced.
    S3sFs,
}

impl Kind {
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Thingstead => "thingstead",
            Kind::Moto => "moto",
            Kind::Dynalite => "dynalite",
            Kind::S3sFs => "s3s-fs",
        }
    }
}

/// A server that runs. It ends with this value.
#[derive(Debug)]
pub(crate) struct Server {
    pub(crate) kind: Kind,
    aws: SocketAddr,
    /// The plain MQTT door, which moto has not.
    pub(crate) mqtt: Option<SocketAddr>,
    credentials: Credentials,
    process: Process,
}

impl Server {
    pub(crate) fn start(kind: Kind, program: &Path, folder: &Path) -> Result<Server> {
        match kind {
            Kind::Thingstead => Server::start_ours(program, folder),
            Kind::Moto => Server::start_moto(program, folder),
            Kind::Dynalite => Server::start_dynalite(program, folder),
            Kind::S3sFs => Server::start_s3s_fs(program, folder),
        }
    }

    fn start_ours(program: &Path, folder: &Path) -> Result<Server> {
        let (data, ready) = (folder.join("data"), folder.join("ready.json"));
        if ready.is_file() {
            // It ran here before.
            std::fs::remove_file(&ready)?;
        }
        let any = "127.0.0.1:0";
        let mut command = mortal(program);
        command.arg("--data").arg(&data).arg("up").arg("--ready-file").arg(&ready);
        command.args(["--mqtt", any, "--mqtts", "off", "--https", "off", "--aws", any]);
        command.args(["--console", "off"]);
        let process = spawn(command, folder, "thingstead")?;
        let began = now();
        while !ready.is_file() {
            ensure!(began.elapsed() < START_TIMEOUT, "it did not become ready");
            std::thread::sleep(START_POLL);
        }
        let told: Value = serde_json::from_slice(&std::fs::read(&ready)?)?;
        let text = |key: &str| told[key].as_str().context("the ready file names each door");
        let aws = text("aws")?.trim_start_matches("http://").parse()?;
        let env =
            Command::new(program).arg("--data").arg(&data).args(["--json", "env"]).output()?;
        let env: Value = serde_json::from_slice(&env.stdout).context("env")?;
        let of = |key: &str| env[key].as_str().map(str::to_owned).context("env names the key");
        let credentials = Credentials {
            access_key: of("AWS_ACCESS_KEY_ID")?,
            secret: of("AWS_SECRET_ACCESS_KEY")?,
            session_token: None,
        };
        let mqtt = Some(text("mqtt")?.parse()?);
        Ok(Server { kind: Kind::Thingstead, aws, mqtt, credentials, process })
    }

    fn start_moto(program: &Path, folder: &Path) -> Result<Server> {
        let aws = free_address()?;
        let mut command = mortal(program);
        command.args(["-H", "127.0.0.1", "-p", &aws.port().to_string()]);
        let process = spawn(command, folder, "moto")?;
        let credentials = any_credentials();
        let server = Server { kind: Kind::Moto, aws, mqtt: None, credentials, process };
        let began = now();
        while server.caller().call("iot", "GET", "/things", "").is_err() {
            if began.elapsed() > START_TIMEOUT {
                bail!("moto did not become ready");
            }
            std::thread::sleep(START_POLL);
        }
        Ok(server)
    }

    fn start_dynalite(program: &Path, folder: &Path) -> Result<Server> {
        let aws = free_address()?;
        let mut command = mortal(program);
        command.args(["--host", "127.0.0.1", "--createTableMs", "0"]);
        command.args(["--port", &aws.port().to_string()]);
        let process = spawn(command, folder, "dynalite")?;
        let credentials = any_credentials();
        let server = Server { kind: Kind::Dynalite, aws, mqtt: None, credentials, process };
        let (target, began) = ("DynamoDB_20120810.ListTables", now());
        while server.caller().call_target("dynamodb", target, "{}").is_err() {
            ensure!(began.elapsed() < START_TIMEOUT, "dynalite did not become ready");
            std::thread::sleep(START_POLL);
        }
        Ok(server)
    }

    fn start_s3s_fs(program: &Path, folder: &Path) -> Result<Server> {
        let (aws, credentials, root) = (free_address()?, any_credentials(), folder.join("files"));
        std::fs::create_dir_all(&root)?;
        let mut command = mortal(program);
        command.args(["--host", "127.0.0.1", "--port", &aws.port().to_string()]);
        command.args(["--access-key", &credentials.access_key]);
        command.args(["--secret-key", &credentials.secret]).arg(&root);
        let process = spawn(command, folder, "s3s-fs")?;
        let began = now();
        while std::net::TcpStream::connect(aws).is_err() {
            ensure!(began.elapsed() < START_TIMEOUT, "s3s-fs did not become ready");
            std::thread::sleep(START_POLL);
        }
        Ok(Server { kind: Kind::S3sFs, aws, mqtt: None, credentials, process })
    }

    pub(crate) fn address(&self) -> SocketAddr {
        self.aws
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    pub(crate) fn caller(&self) -> Caller {
        Caller::new(self.aws, self.credentials.clone())
    }

    /// This moment, after `units` of work.
    pub(crate) fn mark(&self, units: u64) -> Result<Mark> {
        Mark::now(self.process.id(), units)
    }

    pub(crate) fn pid(&self) -> u32 {
        self.process.id()
    }

    pub(crate) fn cpu(&self) -> Result<Duration> {
        meter::cpu_time(self.process.id())
    }
}

/// For those who check no signature.
fn any_credentials() -> Credentials {
    Credentials {
        access_key: "testing".to_owned(),
        secret: "testing".to_owned(),
        session_token: None,
    }
}

fn spawn(mut command: Command, folder: &Path, name: &str) -> Result<Process> {
    let log = std::fs::File::create(folder.join(format!("{name}.log")))?;
    command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log);
    Ok(Process::new(command.spawn().with_context(|| format!("{name} did not start"))?))
}
