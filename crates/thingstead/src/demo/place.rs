//! The server of a demonstration: the one that runs already, or one of its own.

use std::fs::DirBuilder;
use std::os::unix::fs::DirBuilderExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use anyhow::{Context, Result, bail};
use rustix::process::{Pid, Signal, kill_process};
use serde_json::json;
use tokio::net::TcpStream;
use tokio::time::Instant;

use crate::client::Client;
use crate::commands::{say, text};
use crate::data::{Data, write_private};

/// How long a server may take to come up, and to go down.
const PATIENCE: Duration = Duration::from_secs(30);
const INTERVAL: Duration = Duration::from_millis(20);

#[derive(Debug)]
pub(super) struct Place {
    pub(super) client: Client,
    data: Data,
    own: Option<Own>,
}

/// A server that belongs to the demonstration.
#[derive(Debug)]
struct Own {
    process: Child,
    /// Gone with it, unless it is kept.
    temporary: Option<PathBuf>,
}

impl Place {
    /// The server that runs on the data directory. Without one, a server is started: on `given`, or else on a
    /// directory that lasts as long as the demonstration.
    pub(super) async fn open(
        given: Option<&Path>,
        usual: &Data,
        configuration: &str,
    ) -> Result<Place> {
        if let Some(client) = running(usual).await {
            say(format!("on the server that runs on {}", usual.root().display()))?;
            return Ok(Place { client, data: usual.clone(), own: None });
        }
        let temporary = match given {
            Some(_) => None,
            None => Some(temporary()?),
        };
        let data = temporary.as_deref().map_or_else(|| usual.clone(), Data::at);
        let place = start(data, temporary, configuration).await?;
        let root = place.data.root().display();
        say(format!(
            "on a server of its own; in another terminal: eval \"$(thingstead --data {root} env)\""
        ))?;
        let link = place.client.own("CreateConsoleLink", &json!({})).await?;
        say(format!("in a browser, once within ten minutes: {}", text(&link, "url")))?;
        Ok(place)
    }

    /// Where devices of this machine connect to.
    pub(super) fn endpoint(&self) -> Result<String> {
        let Some(mqtts) = &self.client.ready.mqtts else {
            bail!("the server's door for devices is closed; start it without --mqtts off");
        };
        let port = mqtts.rsplit_once(':').map_or("8883", |(_, port)| port);
        Ok(format!("localhost:{port}"))
    }

    pub(super) async fn close(self, is_kept: bool) -> Result<()> {
        let Some(mut own) = self.own else { return Ok(()) };
        end(&mut own.process).await?;
        let root = self.data.root();
        match own.temporary {
            Some(folder) if !is_kept => std::fs::remove_dir_all(&folder)
                .with_context(|| format!("{} cannot be removed", folder.display())),
            _ => say(format!(
                "its data is in {0}; start it again with: thingstead --data {0} up",
                root.display()
            )),
        }
    }
}

/// None where no server answers, whatever an old ready file says.
async fn running(data: &Data) -> Option<Client> {
    let client = Client::new(data).ok()?;
    let address = client.ready.aws.as_deref()?.strip_prefix("http://")?.to_owned();
    TcpStream::connect(address).await.ok()?;
    Some(client)
}

fn temporary() -> Result<PathBuf> {
    let path = std::env::temp_dir().join(format!("thingstead-demo-{}", std::process::id()));
    let made = DirBuilder::new().mode(0o700).create(&path);
    made.with_context(|| format!("{} cannot be made", path.display()))?;
    Ok(path)
}

async fn start(data: Data, temporary: Option<PathBuf>, configuration: &str) -> Result<Place> {
    use std::os::unix::process::CommandExt;
    data.create()?;
    let config = data.root().join("demo.toml");
    write_private(&config, configuration)?;
    let log = data.root().join("server.log");
    let log = std::fs::File::create(&log)
        .with_context(|| format!("{} cannot be written", log.display()))?;
    let program = std::env::current_exe().context("this program does not know where it is")?;
    let mut command = Command::new(program);
    command.arg("--data").arg(data.root()).arg("up").arg("--config").arg(&config);
    for door in ["--mqtt", "--https"] {
        command.args([door, "off"]);
    }
    for door in ["--mqtts", "--aws", "--console"] {
        command.args([door, "127.0.0.1:0"]);
    }
    // It ends with the demonstration, whatever ends that: the other end of its input is in nobody else's hands.
    command.arg("--attached").stdin(Stdio::piped());
    // Of its own group: an interrupt is for the demonstration, which ends it when it has cleared up.
    command.process_group(0).stdout(Stdio::null()).stderr(log);
    let mut process = command.spawn().context("the server cannot be started")?;
    match is_up(&data, &mut process).await {
        Ok(client) => Ok(Place { client, data, own: Some(Own { process, temporary }) }),
        Err(error) => {
            end(&mut process).await?;
            if let Some(folder) = temporary {
                std::fs::remove_dir_all(folder)?;
            }
            Err(error)
        }
    }
}

async fn is_up(data: &Data, process: &mut Child) -> Result<Client> {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(client) = running(data).await
            && client.ready.pid == process.id()
        {
            return Ok(client);
        }
        if process.try_wait()?.is_some() || Instant::now() > end {
            let log = std::fs::read_to_string(data.root().join("server.log")).unwrap_or_default();
            bail!("the server did not come up: {}", log.trim());
        }
        tokio::time::sleep(INTERVAL).await;
    }
}

async fn end(process: &mut Child) -> Result<()> {
    let deadline = Instant::now() + PATIENCE;
    if let Some(pid) = i32::try_from(process.id()).ok().and_then(Pid::from_raw) {
        // One that has ended already is what is wanted.
        kill_process(pid, Signal::TERM).ok();
    }
    while process.try_wait()?.is_none() {
        if Instant::now() > deadline {
            process.kill()?;
        }
        tokio::time::sleep(INTERVAL).await;
    }
    Ok(())
}
