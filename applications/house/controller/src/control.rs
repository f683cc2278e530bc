//! One round through the zones.

use std::io::Write;

use function::{CallError, Caller};
use serde_json::{Map, Value, json};

use crate::ControlError;
use crate::decision::{Switch, decide, mean};
use crate::readings::{Window, temperatures};

const ZONES: [u32; 2] = [1, 2];

/// The mean of each zone. What fails in one zone is told when the others are done.
pub(crate) fn control(
    caller: &mut Caller,
    window: &Window,
    log: &mut impl Write,
) -> Result<Value, ControlError> {
    let (mut means, mut failures) = (Map::new(), Vec::new());
    for zone in ZONES {
        match one(caller, window, zone) {
            Ok((mean, switch)) => {
                say(log, &told(zone, mean, switch));
                means.insert(zone.to_string(), json!(mean));
            }
            Err(error) => {
                say(log, &format!("zone {zone}: {error}"));
                failures.push(format!("zone {zone}: {error}"));
            }
        }
    }
    match failures.is_empty() {
        true => Ok(Value::Object(means)),
        false => Err(ControlError::Zones { failures }),
    }
}

fn one(
    caller: &mut Caller,
    window: &Window,
    zone: u32,
) -> Result<(Option<f64>, Option<Switch>), CallError> {
    let mean = mean(&temperatures(caller, window, zone)?);
    let switch = decide(mean);
    if let Some(switch) = switch {
        let message = json!({ "state": { "enabled": switch == Switch::On } }).to_string();
        let path = format!("/topics/AC%2FAC-{zone}?qos=1");
        caller.by_path("iotdata", "POST", &path, message.as_bytes())?;
    }
    Ok((mean, switch))
}

fn told(zone: u32, mean: Option<f64>, switch: Option<Switch>) -> String {
    let Some(mean) = mean else { return format!("zone {zone}: no readings") };
    let done = match switch {
        Some(Switch::On) => "AC on",
        Some(Switch::Off) => "AC off",
        None => "nothing to do",
    };
    format!("zone {zone}: mean {mean:.1}: {done}")
}

/// A log that cannot be written is no reason to let a house grow hot.
fn say(log: &mut impl Write, line: &str) {
    let _unheard = writeln!(log, "{line}");
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_zone_is_told_in_a_line() {
        assert_eq!(told(1, Some(36.2), Some(Switch::On)), "zone 1: mean 36.2: AC on");
        assert_eq!(told(2, Some(19.91), Some(Switch::Off)), "zone 2: mean 19.9: AC off");
        assert_eq!(told(2, Some(30.0), None), "zone 2: mean 30.0: nothing to do");
        assert_eq!(told(2, None, None), "zone 2: no readings");
    }
}
