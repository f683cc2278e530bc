//! `house-simulator`: makes keys for the devices of the house, and lets them work.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use clap::{Parser, Subcommand};
use house_simulator::{
    DEVICES, FLOOR_DEFAULT, Happening, House, Identity, Key, Pace, Place, Simulation,
    request_parameter, simulate,
};
use serde_json::json;
use tokio::sync::Notify;

/// The devices of the house: four sensors and two air conditioners.
#[derive(Debug, Parser)]
#[command(name = "house-simulator", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Make a key for each device, DIR/NAME/private.key, and DIR/parameters.json with their requests for
    /// certificates, which the template takes as its parameters.
    Keys { folder: PathBuf },
    /// Let them work until interrupted. Each has its key and certificate.pem in DIR/NAME.
    Run {
        folder: PathBuf,
        /// Where they connect to.
        #[arg(long, value_name = "HOST:PORT", default_value = "localhost:8883")]
        endpoint: String,
        /// The root certificate of the server.
        #[arg(long, value_name = "FILE", default_value = "thingstead-data/root-ca.pem")]
        root_ca: PathBuf,
        /// How much faster than life.
        #[arg(long, default_value = "1")]
        speed: f64,
        /// What chance comes from; another each time unless given.
        #[arg(long)]
        seed: Option<u64>,
        /// The air conditioners do not cool below it; the course has 20, at which none is ever switched off.
        #[arg(long, default_value_t = FLOOR_DEFAULT)]
        floor: f64,
        /// End after so many steps of five seconds.
        #[arg(long)]
        steps: Option<u64>,
    },
}

type Failure = Box<dyn std::error::Error>;

#[tokio::main(flavor = "current_thread")]
async fn main() -> ExitCode {
    match run(Cli::parse()).await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _unheard = writeln!(std::io::stderr(), "house-simulator: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn run(cli: Cli) -> Result<(), Failure> {
    match cli.command {
        Command::Keys { folder } => keys(&folder),
        Command::Run { folder, endpoint, root_ca, speed, seed, floor, steps } => {
            let pace = Pace::new(speed);
            let pace =
                pace.ok_or_else(|| format!("--speed must be above 0, {} at most", Pace::MOST))?;
            let seed = seed.map_or_else(random_seed, Ok)?;
            let simulation = Simulation {
                place: Place::new(&endpoint, &read(&root_ca)?)?,
                identities: identities(&folder)?,
                house: House::new(seed, floor),
                pace,
                leave: None,
            };
            let (done, mut left) = (Notify::new(), steps.unwrap_or(u64::MAX));
            let tell = |happening: Happening<'_>| {
                left = left.saturating_sub(u64::from(matches!(happening, Happening::Stepped)));
                if left == 0 {
                    done.notify_one();
                }
                show(happening);
            };
            let stop = async {
                tokio::select! {
                    () = done.notified() => {}
                    // Without a handler an interrupt ends the program all the same.
                    _ = tokio::signal::ctrl_c() => {}
                }
            };
            simulate(simulation, tell, stop).await?;
            Ok(())
        }
    }
}

/// In the words of the course.
fn show(happening: Happening<'_>) {
    let line = match happening {
        Happening::Stepped => return,
        Happening::Published(reading) => reading.to_json().to_string(),
        Happening::Switched { zone, is_on, .. } => {
            format!("ZONE {zone} : AC SWITCH TO {}", if is_on { "True" } else { "False" })
        }
        Happening::Connected(device) => format!("{device} is connected"),
        Happening::Lost { device, why } | Happening::Failed { device, why } => {
            format!("{device}: {why}")
        }
    };
    let _unheard = writeln!(std::io::stdout(), "{line}");
}

fn keys(folder: &Path) -> Result<(), Failure> {
    let mut parameters = Vec::new();
    for device in DEVICES {
        let key = Key::generate(device)?;
        let place = folder.join(device);
        fs::create_dir_all(&place)?;
        write_private(&place.join("private.key"), &key.private_pem)?;
        parameters.push(format!("{}={}", request_parameter(device), key.request_pem));
    }
    let file = folder.join("parameters.json");
    fs::write(&file, serde_json::to_string_pretty(&json!(parameters))?)?;
    writeln!(std::io::stdout(), "keys of {} are in {}", DEVICES.join(", "), folder.display())?;
    Ok(())
}

fn write_private(path: &Path, text: &str) -> std::io::Result<()> {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = fs::OpenOptions::new();
    let mut file = options.write(true).create(true).truncate(true).mode(0o600).open(path)?;
    file.write_all(text.as_bytes())
}

fn identities(folder: &Path) -> Result<[Identity; 6], Failure> {
    let mut found = Vec::new();
    for device in DEVICES {
        let place = folder.join(device);
        found.push(Identity {
            certificate_pem: read(&place.join("certificate.pem"))?,
            private_pem: read(&place.join("private.key"))?,
        });
    }
    Ok(found.try_into().map_err(|_| "a device is missing")?)
}

fn read(path: &Path) -> Result<String, Failure> {
    Ok(fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))?)
}

fn random_seed() -> Result<u64, Failure> {
    let mut bytes = [0; 8];
    getrandom::fill(&mut bytes).map_err(|error| error.to_string())?;
    Ok(u64::from_le_bytes(bytes))
}
