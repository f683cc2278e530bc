//! `thingstead demo house`: sensors, rules, stores, a controller and air conditioners, as in
//! applications/house.
//!
//! With `--speed` the house lives faster: a step of five seconds takes a fraction of them, and its minute is
//! shorter than ours. The rate of an event rule is whole minutes of ours, so then the stack is deployed with its
//! schedule off, each minute of the house the function is invoked by Lambda's own API instead, and its event says
//! how long that minute took. The house waits for its controller where that is slower: else it would grow so hot
//! that every reading is taken for an artefact, and nobody would ever know.

use std::path::Path;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering::Relaxed};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context, Result};
use house_simulator::{Happening, House, Pace, Place as Endpoint, Simulation, simulate};
use serde_json::json;
use tokio::signal::unix::{SignalKind, signal};
use tokio::sync::{Notify, Semaphore};
use tokio::time::Instant;

use super::devices::Keys;
use super::machine::{Taken, taken};
use super::place::Place;
use super::round::{invoke, look};
use crate::cli::DemoHouseArgs;
use crate::commands::say;
use crate::data::Data;
use crate::stack::{Codes, Deployment, deploy, destroy};

const STACK: &str = "house";
const TEMPLATE: &str = include_str!("../../../../applications/house/template.yaml");
const STEPS_PER_MINUTE: u64 = 12;
const MINUTES_PER_HOUR: u64 = 60;

pub(crate) async fn run(
    given: Option<&Path>,
    usual: &Data,
    as_json: bool,
    args: &DemoHouseArgs,
) -> Result<()> {
    // From here on an interrupt ends the demonstration, and not this program in the middle of it.
    let stop = Arc::new(Notify::new());
    tokio::spawn(interrupted(Arc::clone(&stop)));
    let configuration = args.controller.configuration()?;
    let place = Place::open(given, usual, &configuration).await?;
    let shown = on(&place, as_json, args, &stop).await;
    let closed = place.close(args.keep).await;
    shown.and(closed)
}

async fn interrupted(stop: Arc<Notify>) {
    let (Ok(mut interrupt), Ok(mut terminate)) =
        (signal(SignalKind::interrupt()), signal(SignalKind::terminate()))
    else {
        return;
    };
    loop {
        tokio::select! {
            _ = interrupt.recv() => {}
            _ = terminate.recv() => {}
        }
        // One that comes before anybody waits is not lost.
        stop.notify_one();
    }
}

async fn on(place: &Place, as_json: bool, args: &DemoHouseArgs, stop: &Notify) -> Result<()> {
    let keys = Keys::generate()?;
    let outputs = make(place, args, &keys).await?;
    let lived = live(place, as_json, args, keys, &outputs, stop).await;
    if args.keep {
        say(format!("the stack {STACK} stays; take it away with: thingstead destroy {STACK}"))?;
        return lived;
    }
    let begun = Instant::now();
    let gone = destroy(&place.client, STACK, &mut |_| Ok(())).await;
    if gone.is_ok() {
        say(format!("the stack {STACK} is gone, in {:.1} s", begun.elapsed().as_secs_f64()))?;
    }
    lived.and(gone)
}

async fn make(place: &Place, args: &DemoHouseArgs, keys: &Keys) -> Result<Vec<(String, String)>> {
    let begun = Instant::now();
    let mut parameters = keys.parameters();
    let set = |name: &str, value: String| (name.to_owned(), value);
    parameters.push(set("Language", args.controller.word().to_owned()));
    parameters
        .push(set("Schedule", if args.speed.is_real() { "ENABLED" } else { "DISABLED" }.into()));
    let instead = [("Controller".to_owned(), args.controller.code()?)].into();
    let deployment = Deployment {
        stack: STACK.to_owned(),
        template: TEMPLATE.to_owned(),
        codes: Codes { folder: "".into(), instead },
        parameters,
        capabilities: vec!["CAPABILITY_NAMED_IAM".to_owned()],
    };
    let mut made = 0;
    let mut count = |line: &str| {
        made += usize::from(line.starts_with("CREATE_COMPLETE"));
        Ok(())
    };
    let deployed = deploy(&place.client, deployment, &mut count).await;
    let deployed = deployed.with_context(|| format!("the stack {STACK} was not made"))?;
    let secs = begun.elapsed().as_secs_f64();
    say(format!("the stack {STACK} is {}: {made} made in {secs:.1} s", deployed.status))?;
    Ok(deployed.outputs)
}

/// What is known of the devices.
#[derive(Debug)]
struct Watch {
    /// Whether the air conditioner of a zone runs.
    is_cooled: [AtomicBool; 2],
    steps: AtomicU64,
    /// When the minute before this one ended, and the one before that.
    ends: Mutex<[Instant; 2]>,
    /// Told when a minute of the house is over.
    minute: Notify,
    /// One permit for each step, where the house must wait.
    leave: Option<Arc<Semaphore>>,
}

impl Watch {
    fn begin(speed: Pace) -> Watch {
        // The house is a minute ahead of its controller at most.
        let ahead = 2 * STEPS_PER_MINUTE as usize;
        Watch {
            is_cooled: Default::default(),
            steps: AtomicU64::new(0),
            ends: Mutex::new([Instant::now(); 2]),
            minute: Notify::new(),
            leave: (!speed.is_real()).then(|| Arc::new(Semaphore::new(ahead))),
        }
    }

    fn step(&self) {
        let steps = self.steps.fetch_add(1, Relaxed) + 1;
        if steps.is_multiple_of(STEPS_PER_MINUTE) {
            let mut ends = self.ends.lock().unwrap_or_else(PoisonError::into_inner);
            *ends = [Instant::now(), ends[0]];
            self.minute.notify_one();
        }
    }

    /// Back to the beginning of the minute that has just ended, as Timestream's `ago` takes it.
    fn window(&self) -> String {
        let [_, begin] = *self.ends.lock().unwrap_or_else(PoisonError::into_inner);
        format!("{}ms", begin.elapsed().as_millis() + 1)
    }

    /// The controller has looked at a minute: another may pass.
    fn go_on(&self) {
        if let Some(leave) = &self.leave {
            leave.add_permits(STEPS_PER_MINUTE as usize);
        }
    }
}

async fn live(
    place: &Place,
    as_json: bool,
    args: &DemoHouseArgs,
    keys: Keys,
    outputs: &[(String, String)],
    stop: &Notify,
) -> Result<()> {
    let client = &place.client;
    let root = &client.ready.root_ca;
    let root = std::fs::read_to_string(root)
        .with_context(|| format!("{} cannot be read", root.display()))?;
    let seed = args.seed.unwrap_or_else(pki::random_number);
    let watch = Watch::begin(args.speed);
    let simulation = Simulation {
        place: Endpoint::new(&place.endpoint()?, &root)?,
        identities: keys.certified(client, outputs).await?,
        house: House::new(seed, args.floor),
        pace: args.speed,
        leave: watch.leave.clone(),
    };
    say(format!(
        "the devices begin, with --seed {seed}; the controller is in {:?}",
        args.controller
    ))?;
    let failure = Mutex::new(None);
    let tell = |happening: Happening<'_>| {
        if let Err(error) = show(&happening, &watch, as_json) {
            *failure.lock().unwrap_or_else(PoisonError::into_inner) = Some(error);
        }
    };
    let rounds = async {
        tokio::select! {
            () = stop.notified() => Ok(()),
            () = until(args.length) => Ok(()),
            failed = rounds(place, as_json, args, &watch) => failed,
        }
    };
    let mut ended = Ok(());
    simulate(simulation, tell, async { ended = rounds.await }).await?;
    let unsaid = failure.into_inner().unwrap_or_else(PoisonError::into_inner);
    unsaid.map_or(ended, Err)
}

async fn until(length: Option<Duration>) {
    match length {
        Some(length) => tokio::time::sleep(length).await,
        None => std::future::pending().await,
    }
}

fn show(happening: &Happening<'_>, watch: &Watch, as_json: bool) -> Result<()> {
    match happening {
        Happening::Stepped => {
            watch.step();
            Ok(())
        }
        Happening::Switched { zone, is_on, is_news } => {
            if let Some(state) = watch.is_cooled.get(*zone as usize - 1) {
                state.store(*is_on, Relaxed);
            }
            match (is_news, as_json) {
                (false, _) => Ok(()),
                (true, true) => say(json!({ "zone": zone, "switchedTo": is_on }).to_string()),
                (true, false) => {
                    let word = if *is_on { "True" } else { "False" };
                    say(format!("ZONE {zone} : AC SWITCH TO {word}"))
                }
            }
        }
        Happening::Lost { device, why } | Happening::Failed { device, why } if as_json => {
            say(json!({ "device": device, "failure": why }).to_string())
        }
        Happening::Lost { device, why } | Happening::Failed { device, why } => {
            say(format!("{device}: {why}"))
        }
        Happening::Published(_) | Happening::Connected(_) => Ok(()),
    }
}

/// Each minute of the house, until something fails.
async fn rounds(place: &Place, as_json: bool, args: &DemoHouseArgs, watch: &Watch) -> Result<()> {
    let (client, pid) = (&place.client, place.client.ready.pid);
    let mut hour = 0;
    loop {
        watch.minute.notified().await;
        let window = watch.window();
        if !args.speed.is_real() {
            invoke(client, &window).await?;
        }
        let mut round = look(client, &window).await?;
        round.minute = watch.steps.load(Relaxed) / STEPS_PER_MINUTE;
        round.is_cooled = [0, 1].map(|zone: usize| watch.is_cooled[zone].load(Relaxed));
        match as_json {
            true => say(round.json().to_string())?,
            false => say(round.line())?,
        }
        if round.minute / MINUTES_PER_HOUR > hour {
            hour = round.minute / MINUTES_PER_HOUR;
            tell_taken(hour, taken(pid), as_json)?;
        }
        watch.go_on();
    }
}

fn tell_taken(hour: u64, taken: Option<Taken>, as_json: bool) -> Result<()> {
    let Some(taken) = taken else { return Ok(()) };
    match as_json {
        true => say(json!({
            "hour": hour, "memoryKib": taken.memory_kib, "descriptors": taken.descriptors,
        })
        .to_string()),
        false => say(format!("{hour:02}:00  the server has taken {taken}")),
    }
}

/// A speed, as it is typed.
pub(crate) fn read_pace(text: &str) -> Result<Pace, String> {
    let pace = text.parse().ok().and_then(Pace::new);
    pace.ok_or_else(|| format!("must be above 0, and {} at most", Pace::MOST))
}

/// `90s`, `15m`, `2h`
pub(crate) fn read_length(text: &str) -> Result<Duration, String> {
    let wrong = || "must be a number with s, m or h, as 15m".to_owned();
    let (number, unit) = text.split_at_checked(text.len().saturating_sub(1)).ok_or_else(wrong)?;
    let secs = match unit {
        "s" => 1,
        "m" => 60,
        "h" => 3_600,
        _ => return Err(wrong()),
    };
    let number: u64 = number.parse().map_err(|_| wrong())?;
    number.checked_mul(secs).map(Duration::from_secs).ok_or_else(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speed_is_one_that_can_be_kept() {
        assert!(read_pace("60").is_ok() && read_pace("0.5").is_ok());
        assert!(["0", "-1", "x", "1000"].iter().all(|text| read_pace(text).is_err()));
    }

    #[tokio::test(start_paused = true)]
    async fn the_controller_looks_at_the_minute_that_has_just_ended() {
        let watch = Watch::begin(read_pace("60").expect("a pace"));
        for _ in 0..3 * STEPS_PER_MINUTE {
            tokio::time::advance(Duration::from_millis(100)).await;
            watch.step();
        }
        assert_eq!(watch.window(), "1201ms");
        tokio::time::advance(Duration::from_millis(50)).await;
        assert_eq!(watch.window(), "1251ms");
        let leave = watch.leave.clone().expect("it waits");
        assert_eq!(leave.available_permits(), 24);
        watch.go_on();
        assert_eq!(leave.available_permits(), 36);
        assert!(Watch::begin(read_pace("1").expect("a pace")).leave.is_none());
    }

    #[test]
    fn lengths_are_read() {
        assert_eq!(read_length("15m"), Ok(Duration::from_secs(900)));
        assert_eq!(read_length("90s"), Ok(Duration::from_secs(90)));
        assert!(
            ["", "m", "15", "1d", "99999999999999999999h", "ü"]
                .iter()
                .all(|it| read_length(it).is_err())
        );
    }

    /// Whoever changes the names of one must change those of the others.
    #[test]
    fn the_template_takes_what_the_devices_have() {
        let template = templates::Template::parse(TEMPLATE).expect("a template");
        let template = template.value();
        let keys = Keys::generate().expect("keys");
        for (name, request) in keys.parameters() {
            assert!(template["Parameters"][&name].is_object(), "{name}");
            assert!(request.starts_with("-----BEGIN CERTIFICATE REQUEST-----"));
            let output = name.replace("Request", "CertificateId");
            assert!(template["Outputs"][&output].is_object(), "{output}");
        }
    }
}
