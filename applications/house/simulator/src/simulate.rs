//! The house and its devices together.

use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use model::{Topic, TopicFilter};
use serde_json::Value;
use tokio::sync::Semaphore;
use tokio::sync::mpsc::{Receiver, Sender, channel, error::TrySendError};
use tokio::task::JoinSet;
use tokio::time::{Interval, MissedTickBehavior};

use crate::device::{DEVICES, Device, News, Said};
use crate::house::{House, Reading, STEP_SECS};
use crate::identity::Identity;
use crate::place::{Place, PlaceError};

/// What a device may have left to say. One that has no connection forgets what comes then, as sensors do that
/// have no room for it: a minute of readings is more than the controller looks at.
const TO_SAY_MAX: usize = 16;
/// News that nobody has looked at yet; beyond that, devices wait.
const NEWS_MAX: usize = 64;

/// How much faster than life.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Pace(f64);

impl Pace {
    /// Beyond it the steps would be shorter than what follows from a reading takes.
    pub const MOST: f64 = 300.0;

    /// None for what is no speed.
    pub fn new(speed: f64) -> Option<Pace> {
        (speed > 0.0 && speed <= Pace::MOST).then_some(Pace(speed))
    }

    /// As fast as life.
    pub fn is_real(self) -> bool {
        self.0 == 1.0
    }

    /// How long these seconds of the house last.
    pub fn lasts(self, secs: f64) -> Duration {
        Duration::from_secs_f64(secs / self.0)
    }
}

#[derive(Debug)]
pub struct Simulation {
    pub place: Place,
    /// Those of [`DEVICES`], in their order.
    pub identities: [Identity; 6],
    pub house: House,
    pub pace: Pace,
    /// If there is one, each step takes a permit of it: so the house goes no further than it may.
    pub leave: Option<Arc<Semaphore>>,
}

/// Why no simulation can begin.
#[derive(Debug, thiserror::Error)]
#[error("{device}: {error}")]
pub struct SimulationError {
    device: &'static str,
    error: PlaceError,
}

/// What there is to tell.
#[derive(Debug)]
pub enum Happening<'a> {
    /// Five seconds of the house are over, and each sensor had its say.
    Stepped,
    Published(&'a Reading),
    /// What a zone's air conditioner was told, and whether that changed anything.
    Switched {
        zone: u32,
        is_on: bool,
        is_news: bool,
    },
    Connected(&'static str),
    Lost {
        device: &'static str,
        why: String,
    },
    /// A message did not go out, or was not understood.
    Failed {
        device: &'static str,
        why: String,
    },
}

/// Lets the devices work until `stop` is ready; then each says goodbye.
pub async fn simulate(
    simulation: Simulation,
    mut tell: impl FnMut(Happening<'_>),
    stop: impl Future<Output = ()>,
) -> Result<(), SimulationError> {
    let Simulation { place, identities, mut house, pace, leave } = simulation;
    let (news, mut heard) = channel(NEWS_MAX);
    let mut devices = begin(&place, &identities, &news)?;
    let mut step = tokio::time::interval(pace.lasts(STEP_SECS));
    step.set_missed_tick_behavior(MissedTickBehavior::Delay);
    tokio::pin!(stop);
    loop {
        tokio::select! {
            () = &mut stop => break,
            Some((device, news)) = heard.recv() => hear(&mut house, device, news, &mut tell),
            () = next(&mut step, leave.as_deref()) => {
                for reading in house.step() {
                    publish(&devices.to_say, &reading, &mut tell);
                }
                tell(Happening::Stepped);
            }
        }
    }
    devices.to_say.clear();
    end(devices.tasks, &mut heard).await;
    Ok(())
}

/// When the next step is due and may be. Until then the permit is not used up.
async fn next(step: &mut Interval, leave: Option<&Semaphore>) {
    let permit = match leave {
        Some(leave) => Some(leave.acquire().await.expect("it is never closed")),
        None => None,
    };
    step.tick().await;
    if let Some(permit) = permit {
        permit.forget();
    }
}

struct Devices {
    to_say: Vec<Sender<Said>>,
    tasks: JoinSet<()>,
}

fn begin(
    place: &Place,
    identities: &[Identity; 6],
    news: &Sender<(usize, News)>,
) -> Result<Devices, SimulationError> {
    let (mut to_say, mut tasks) = (Vec::new(), JoinSet::new());
    for (number, identity) in identities.iter().enumerate() {
        let device = DEVICES[number];
        let dial = place.dial(identity).map_err(|error| SimulationError { device, error })?;
        let (sender, receiver) = channel(TO_SAY_MAX);
        to_say.push(sender);
        let device = Device::new(number, dial, listens_to(device), news.clone());
        tasks.spawn(device.run(receiver));
    }
    Ok(Devices { to_say, tasks })
}

/// The devices have their own patience, so this ends.
async fn end(mut tasks: JoinSet<()>, heard: &mut Receiver<(usize, News)>) {
    loop {
        tokio::select! {
            ended = tasks.join_next() => if ended.is_none() { return },
            // What comes now is heard and forgotten, so that no device waits to tell it.
            Some(_) = heard.recv() => {}
        }
    }
}

fn listens_to(device: &str) -> Option<TopicFilter> {
    zone_of(device).map(|_| {
        TopicFilter::new(&format!("AC/{device}")).expect("the names of devices are levels")
    })
}

/// The zone that an air conditioner cools.
fn zone_of(device: &str) -> Option<u32> {
    device.strip_prefix("AC-")?.parse().ok()
}

fn publish(to_say: &[Sender<Said>], reading: &Reading, tell: &mut impl FnMut(Happening<'_>)) {
    // Sensors come first among the devices.
    let place = reading.sensor as usize - 1;
    let topic = format!("sensor/temperature/temp_{}", reading.sensor);
    let topic = Topic::new(&topic).expect("the names of devices are levels");
    let payload = Bytes::from(reading.to_json().to_string());
    match to_say[place].try_send(Said { topic, payload }) {
        Ok(()) => tell(Happening::Published(reading)),
        Err(TrySendError::Full(_) | TrySendError::Closed(_)) => {
            let why = "a reading was forgotten: the connection is lost or too slow".to_owned();
            tell(Happening::Failed { device: DEVICES[place], why });
        }
    }
}

fn hear(house: &mut House, place: usize, news: News, tell: &mut impl FnMut(Happening<'_>)) {
    let device = DEVICES[place];
    match news {
        News::Connected => tell(Happening::Connected(device)),
        News::Lost(why) => tell(Happening::Lost { device, why }),
        News::Refused(why) => tell(Happening::Failed { device, why }),
        News::Heard(payload) => match (zone_of(device), asked(&payload)) {
            (Some(zone), Some(is_on)) => {
                let is_news = house.switch(zone, is_on);
                tell(Happening::Switched { zone, is_on, is_news });
            }
            _ => {
                let why = format!("not understood: {}", String::from_utf8_lossy(&payload));
                tell(Happening::Failed { device, why });
            }
        },
    }
}

/// `{"state": {"enabled": true}}`
fn asked(payload: &[u8]) -> Option<bool> {
    serde_json::from_slice::<Value>(payload).ok()?["state"]["enabled"].as_bool()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_an_air_conditioner_is_told() {
        let check = |text: &str, expected| assert_eq!(asked(text.as_bytes()), expected, "{text}");
        check(r#"{"state": {"enabled": true}}"#, Some(true));
        check(r#"{"state": {"enabled": false}, "more": 1}"#, Some(false));
        check(r#"{"state": {"enabled": "yes"}}"#, None);
        check(r#"{"enabled": true}"#, None);
        check("on", None);
    }

    #[test]
    fn only_air_conditioners_listen() {
        let filters: Vec<Option<String>> = DEVICES
            .iter()
            .map(|device| listens_to(device).map(|filter| filter.as_str().to_owned()))
            .collect();
        let expected = [None, None, None, None, Some("AC/AC-1"), Some("AC/AC-2")];
        assert_eq!(filters, expected.map(|it| it.map(str::to_owned)));
    }

    #[test]
    fn a_pace_is_a_speed_that_can_be_kept() {
        assert!([0.0, -1.0, 301.0, f64::NAN].iter().all(|speed| Pace::new(*speed).is_none()));
        let pace = Pace::new(60.0).expect("a pace");
        assert_eq!((pace.lasts(60.0), pace.is_real()), (Duration::from_secs(1), false));
    }

    #[test]
    fn a_zone_hears_of_itself_only() {
        let mut house = House::new(1, 18.0);
        let mut told = Vec::new();
        let on = Bytes::from_static(br#"{"state":{"enabled":true}}"#);
        for news in [News::Heard(on.clone()), News::Heard(on), News::Heard(Bytes::from("?"))] {
            hear(&mut house, 4, news, &mut |happening| told.push(format!("{happening:?}")));
        }
        assert!(house.is_cooled(1) && !house.is_cooled(2));
        assert_eq!(told[0], "Switched { zone: 1, is_on: true, is_news: true }");
        assert_eq!(told[1], "Switched { zone: 1, is_on: true, is_news: false }");
        assert!(told[2].contains("not understood: ?"));
    }
}
