//! What happens in the rooms: they grow warm, and cool down while the air conditioner of their zone runs.
//!
//! Pure: a step is five seconds, and chance comes from a seed.

use serde_json::{Value, json};

use crate::random::Random;

/// How long a step lasts.
pub const STEP_SECS: f64 = 5.0;
/// No air conditioner cools further. The course's own stops at 20, and so never switches one off, as a mean must
/// be below 20 for that.
pub const FLOOR_DEFAULT: f64 = 18.0;

const START: f64 = 20.0;
const CEILING: f64 = 40.0;
const WARMING: f64 = 1.008;
const COOLING_CLOSE: f64 = 0.988;
const COOLING_FAR: f64 = 0.992;
/// One reading of so many is an artefact of the sensor.
const ARTEFACT_ONE_IN: u8 = 20;
/// Whole degrees, with both ends.
const ARTEFACTS: std::ops::RangeInclusive<u8> = 40..=50;

#[derive(Clone, Debug)]
pub struct House {
    rooms: [Room; 4],
    /// Whether the air conditioner of the first and of the second zone runs.
    is_cooled: [bool; 2],
    floor: f64,
    random: Random,
}

#[derive(Clone, Copy, Debug)]
struct Room {
    sensor: u32,
    zone: u32,
    is_close_to_ac: bool,
    temperature: f64,
}

/// What a sensor says.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    pub id: String,
    pub temperature: Temperature,
    pub sensor: u32,
    pub zone: u32,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Temperature {
    Measured(f64),
    Artefact(u8),
}

impl House {
    pub fn new(seed: u64, floor: f64) -> House {
        let room = |sensor, zone, is_close_to_ac| Room {
            sensor,
            zone,
            is_close_to_ac,
            temperature: START,
        };
        House {
            rooms: [room(1, 1, true), room(2, 1, false), room(3, 2, true), room(4, 2, false)],
            is_cooled: [false; 2],
            floor,
            random: Random::new(seed),
        }
    }

    /// Five seconds later: what each sensor says.
    pub fn step(&mut self) -> [Reading; 4] {
        let House { rooms, is_cooled, floor, random } = self;
        rooms.each_mut().map(|room| {
            let temperature = match random.below(ARTEFACT_ONE_IN) {
                0 => {
                    let span = ARTEFACTS.end() - ARTEFACTS.start() + 1;
                    Temperature::Artefact(ARTEFACTS.start() + random.below(span))
                }
                _ => Temperature::Measured(room.measure(is_cooled[room.zone as usize - 1], *floor)),
            };
            Reading { id: random.uuid(), temperature, sensor: room.sensor, zone: room.zone }
        })
    }

    /// Switches the air conditioner of a zone; whether that changes anything.
    pub fn switch(&mut self, zone: u32, is_on: bool) -> bool {
        let place = usize::try_from(zone).ok().and_then(|zone| zone.checked_sub(1));
        match place.and_then(|place| self.is_cooled.get_mut(place)) {
            Some(state) => std::mem::replace(state, is_on) != is_on,
            None => false,
        }
    }

    pub fn is_cooled(&self, zone: u32) -> bool {
        (1..).zip(self.is_cooled).any(|(number, is_on)| number == zone && is_on)
    }
}

impl Room {
    /// The next temperature. What reaches the ceiling is said, but does not stay.
    fn measure(&mut self, is_cooled: bool, floor: f64) -> f64 {
        let next = match (is_cooled, self.is_close_to_ac) {
            (false, _) => (self.temperature * WARMING).min(CEILING),
            (true, true) => (self.temperature * COOLING_CLOSE).max(floor),
            (true, false) => (self.temperature * COOLING_FAR).max(floor),
        };
        let next = (next * 100.0).round() / 100.0;
        if next < CEILING {
            self.temperature = next;
        }
        next
    }
}

impl Reading {
    pub fn is_artefact(&self) -> bool {
        matches!(self.temperature, Temperature::Artefact(_))
    }

    pub fn to_json(&self) -> Value {
        let temperature = match self.temperature {
            Temperature::Measured(degrees) => json!(degrees),
            Temperature::Artefact(degrees) => json!(degrees),
        };
        json!({
            "id": self.id,
            "temperature": temperature,
            "sensor_id": self.sensor,
            "zone_id": self.zone,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn room(temperature: f64, is_close_to_ac: bool) -> Room {
        Room { sensor: 1, zone: 1, is_close_to_ac, temperature }
    }

    #[test]
    fn a_room_grows_warm_and_sticks_below_the_ceiling() {
        let mut room = room(START, true);
        let said: Vec<f64> = (0..120).map(|_| room.measure(false, FLOOR_DEFAULT)).collect();
        let step = |found: &dyn Fn(&f64) -> bool| said.iter().position(found).map(|at| at + 1);
        assert_eq!(step(&|it| *it > 35.0), Some(71), "355 seconds");
        let ceiling = step(&|it| *it >= CEILING).expect("reached");
        assert!((86..=90).contains(&ceiling), "{ceiling}");
        assert!(said[ceiling..].iter().all(|it| *it == CEILING), "said again and again");
        assert!(room.temperature < CEILING && room.temperature > 39.6, "{}", room.temperature);
    }

    #[test]
    fn what_is_close_to_the_air_conditioner_cools_faster() {
        let steps = |is_close, floor: f64| {
            let mut room = room(36.0, is_close);
            (1..).find(|_| room.measure(true, floor) <= 20.0).expect("it cools")
        };
        assert_eq!((steps(true, 20.0), steps(false, 20.0)), (49, 74));
        let mut warm = room(36.0, true);
        assert_eq!(warm.measure(true, 18.0), 35.57);
        let mut warm = room(36.0, false);
        assert_eq!(warm.measure(true, 18.0), 35.71);
    }

    #[test]
    fn it_cools_to_the_floor_and_not_below() {
        for (floor, is_below_20) in [(20.0, false), (FLOOR_DEFAULT, true)] {
            let mut room = room(21.0, true);
            let last = (0..100).map(|_| room.measure(true, floor)).last();
            assert_eq!(last, Some(floor));
            assert_eq!(last.is_some_and(|it| it < 20.0), is_below_20);
        }
    }

    #[test]
    fn the_same_seed_is_the_same_house() {
        let run = |seed| {
            let mut house = House::new(seed, FLOOR_DEFAULT);
            (0..50).flat_map(|_| house.step()).map(|it| it.to_json()).collect::<Vec<_>>()
        };
        assert_eq!(run(1), run(1));
        assert_ne!(run(1), run(2));
    }

    #[test]
    fn one_reading_of_twenty_is_an_artefact_and_leaves_no_trace() {
        let mut house = House::new(3, FLOOR_DEFAULT);
        let said: Vec<Reading> = (0..5_000).flat_map(|_| house.step()).collect();
        let artefacts: Vec<&Reading> = said.iter().filter(|it| it.is_artefact()).collect();
        assert!((900..1_100).contains(&artefacts.len()), "{}", artefacts.len());
        let degrees = |it: &&Reading| it.to_json()["temperature"].as_i64();
        assert!(artefacts.iter().all(|it| degrees(it).is_some_and(|it| (40..=50).contains(&it))));
        assert!(artefacts.iter().any(|it| degrees(it) == Some(40)));
        assert!(artefacts.iter().any(|it| degrees(it) == Some(50)));
        assert!(house.rooms.iter().all(|room| room.temperature < CEILING));
    }

    #[test]
    fn a_zone_is_switched_and_the_other_is_not() {
        let mut house = House::new(1, FLOOR_DEFAULT);
        (0..60).for_each(|_| drop(house.step()));
        assert!(house.switch(1, true) && !house.switch(1, true) && !house.switch(3, true));
        assert!(house.is_cooled(1) && !house.is_cooled(2));
        let before = house.rooms;
        (0..20).for_each(|_| drop(house.step()));
        let change = |at: usize| house.rooms[at].temperature - before[at].temperature;
        assert!(change(0) < change(1) && change(1) < 0.0, "the close one cools faster");
        assert!(change(2) > 0.0 && change(3) > 0.0);
    }
}
