//! When a job begins and ends.

use serde::{Deserialize, Serialize};
use stdx::clock::UnixMillis;

const MINUTE_MILLIS: u64 = 60_000;
const DAY_MILLIS: u64 = 24 * 60 * MINUTE_MILLIS;

/// AWS's shortest time until the start or the end, and between the two.
const LEAD_MILLIS_MIN: u64 = 30 * MINUTE_MILLIS;
const START_MILLIS_MAX: u64 = 366 * DAY_MILLIS;
const END_MILLIS_MAX: u64 = 2 * 366 * DAY_MILLIS;

/// When a job begins and ends, if not at once and with its last execution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Schedule {
    pub start_at: Option<UnixMillis>,
    pub end_at: Option<UnixMillis>,
    pub end_behavior: Option<EndBehavior>,
}

/// What becomes of executions when the end comes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EndBehavior {
    /// Nobody else is told; who was told goes on.
    StopRollout,
    /// What has not begun is canceled.
    Cancel,
    /// What has begun is canceled too.
    ForceCancel,
}

#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ScheduleError {
    #[error("{field} must be at least 30 minutes from now")]
    TooSoon { field: &'static str },
    #[error("{field} must be within {years} from now")]
    TooLate { field: &'static str, years: &'static str },
    #[error("endTime must be at least 30 minutes after startTime")]
    TooShort,
    #[error("endTime needs an endBehavior, and endBehavior an endTime")]
    EndInPart,
}

impl Schedule {
    /// AWS's limits, for a schedule that is made now.
    pub fn check(&self, now: UnixMillis) -> Result<(), ScheduleError> {
        if let Some(start_at) = self.start_at {
            check_time("startTime", start_at, now, START_MILLIS_MAX, "a year")?;
        }
        if self.end_at.is_some() != self.end_behavior.is_some() {
            return Err(ScheduleError::EndInPart);
        }
        let Some(end_at) = self.end_at else { return Ok(()) };
        check_time("endTime", end_at, now, END_MILLIS_MAX, "two years")?;
        match self.start_at {
            Some(start_at) if end_at < start_at.saturating_add(LEAD_MILLIS_MIN) => {
                Err(ScheduleError::TooShort)
            }
            _ => Ok(()),
        }
    }
}

fn check_time(
    field: &'static str,
    at: UnixMillis,
    now: UnixMillis,
    most: u64,
    years: &'static str,
) -> Result<(), ScheduleError> {
    // A schedule has minutes, so half an hour from now may be some seconds less.
    if at.saturating_add(MINUTE_MILLIS) <= now.saturating_add(LEAD_MILLIS_MIN) {
        return Err(ScheduleError::TooSoon { field });
    }
    if at > now.saturating_add(most) {
        return Err(ScheduleError::TooLate { field, years });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_lie_between_half_an_hour_and_years() {
        let schedule = |start: Option<u64>, end: Option<u64>| Schedule {
            start_at: start.map(|minutes| minutes * MINUTE_MILLIS),
            end_at: end.map(|minutes| minutes * MINUTE_MILLIS),
            end_behavior: end.map(|_| EndBehavior::Cancel),
        };
        let year = 366 * 24 * 60;
        let soon = |field| Err(ScheduleError::TooSoon { field });
        let cases = [
            (schedule(None, None), Ok(())),
            (schedule(Some(30), Some(60)), Ok(())),
            (schedule(Some(29), None), soon("startTime")),
            (schedule(None, Some(29)), soon("endTime")),
            (schedule(Some(40), Some(69)), Err(ScheduleError::TooShort)),
            (
                schedule(Some(year + 1), None),
                Err(ScheduleError::TooLate { field: "startTime", years: "a year" }),
            ),
            (
                Schedule { end_behavior: None, ..schedule(None, Some(60)) },
                Err(ScheduleError::EndInPart),
            ),
        ];
        for (schedule, expected) in cases {
            assert_eq!(schedule.check(0), expected, "{schedule:?}");
        }
    }
}
