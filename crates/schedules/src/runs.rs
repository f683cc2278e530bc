//! When something will run: the next moments of a rule, of a schedule, or of an expression that is yet to
//! become one.

use calendar::{When, Zone};
use model::{BusName, EventRuleName, ScheduleGroupName, ScheduleName};
use records::find;
use stdx::clock::UnixMillis;

use crate::error::ScheduleError;
use crate::key::{RULES, SCHEDULES, within};
use crate::rule::{StoredRule, millis, secs};
use crate::schedule::StoredSchedule;
use crate::schedules::Schedules;

/// As many as AWS's console shows.
pub const RUNS_MAX: usize = 10;

/// What a schedule says of time.
#[derive(Clone, Debug)]
pub struct Times {
    when: When,
    zone: Zone,
    /// From when rates count.
    begun_at: UnixMillis,
    begins_at: Option<UnixMillis>,
    ends_at: Option<UnixMillis>,
}

impl Times {
    /// Of a schedule that is made at a moment: now, if it is yet to be made.
    pub fn of(
        expression: &str,
        zone: Option<&str>,
        (begins_at, ends_at): (Option<UnixMillis>, Option<UnixMillis>),
        made_at: UnixMillis,
    ) -> Result<Times, ScheduleError> {
        if let (Some(begins_at), Some(ends_at)) = (begins_at, ends_at)
            && begins_at >= ends_at
        {
            let why = "must be later than StartDate".to_owned();
            return Err(ScheduleError::Unfit { field: "EndDate", why });
        }
        let (when, zone) = (When::parse(expression)?, zone_of(zone)?);
        // Rates count from when a schedule begins.
        Ok(Times { when, zone, begun_at: begins_at.unwrap_or(made_at), begins_at, ends_at })
    }

    /// The first moment behind this one within its dates.
    pub(crate) fn next_after(&self, after: UnixMillis) -> Option<UnixMillis> {
        // What begins at a moment may be due at that very moment.
        let after = self.begins_at.map_or(after, |at| after.max(at.saturating_sub(1_000)));
        let next = millis(self.when.next(secs(after), secs(self.begun_at), &self.zone)?);
        self.ends_at.is_none_or(|ends_at| next <= ends_at).then_some(next)
    }

    /// The first moment of all: a rate that begins now fires now.
    pub(crate) fn first_after(&self, now: UnixMillis) -> Option<UnixMillis> {
        let is_rate = matches!(self.when, When::Rate(_));
        self.next_after(if is_rate { now.saturating_sub(1_000) } else { now })
    }

    /// The next moments of what is made now.
    pub fn runs(&self, now: UnixMillis) -> Vec<UnixMillis> {
        following(self.first_after(now), |after| self.next_after(after))
    }
}

impl Schedules {
    /// None of a rule that is disabled, or that waits for events alone.
    pub fn runs_of_rule(
        &self,
        bus: &BusName,
        name: &EventRuleName,
    ) -> Result<Vec<UnixMillis>, ScheduleError> {
        let key = within(bus.as_str(), name.as_str());
        let found = find::<StoredRule>(&self.snapshot(), RULES, &key)?;
        let rule = found.ok_or_else(|| ScheduleError::NoRule {
            rule: name.as_str().to_owned(),
            bus: bus.as_str().to_owned(),
        })?;
        let rule = rule.record;
        Ok(following(rule.next_at, |after| rule.next_after(after)))
    }

    /// None of a schedule that is disabled or over.
    pub fn runs_of_schedule(
        &self,
        group: &ScheduleGroupName,
        name: &ScheduleName,
    ) -> Result<Vec<UnixMillis>, ScheduleError> {
        let key = within(group.as_str(), name.as_str());
        let found = find::<StoredSchedule>(&self.snapshot(), SCHEDULES, &key)?;
        let found = found.ok_or_else(|| ScheduleError::NoSchedule(name.as_str().to_owned()))?;
        let schedule = found.record;
        Ok(following(schedule.next_at, |after| schedule.next_after(after)))
    }
}

fn following(
    first: Option<UnixMillis>,
    next: impl Fn(UnixMillis) -> Option<UnixMillis>,
) -> Vec<UnixMillis> {
    std::iter::successors(first, |last| next(*last)).take(RUNS_MAX).collect()
}

/// UTC, if none is named.
fn zone_of(name: Option<&str>) -> Result<Zone, ScheduleError> {
    let Some(name) = name else { return Ok(Zone::utc()) };
    Zone::named(name).ok_or_else(|| ScheduleError::Unfit {
        field: "ScheduleExpressionTimezone",
        why: format!("'{name}' is no time zone"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const MINUTE: UnixMillis = 60_000;
    /// 2026-03-28T12:00:00Z, the day before clocks are set forward in Berlin.
    const NOW: UnixMillis = 1_774_699_200_000;

    fn runs(expression: &str, zone: Option<&str>, dates: (u64, u64)) -> Vec<u64> {
        let date = |at: u64| (at > 0).then_some(NOW + at);
        let dates = (date(dates.0), date(dates.1));
        let times = Times::of(expression, zone, dates, NOW).expect("right");
        times.runs(NOW).into_iter().map(|at| at - NOW).collect()
    }

    #[test]
    fn there_are_ten_at_most() {
        let every_minute: Vec<u64> = (0..10).map(|count| count * MINUTE).collect();
        assert_eq!(runs("rate(1 minute)", None, (0, 0)), every_minute);
        assert_eq!(runs("cron(0 10 * * ? *)", None, (0, 0)).len(), RUNS_MAX);
    }

    #[test]
    fn they_lie_within_the_dates() {
        let begins = 90 * 1_000;
        let both = (begins, begins + 2 * MINUTE);
        assert_eq!(
            runs("rate(1 minute)", None, both),
            [begins, begins + MINUTE, begins + 2 * MINUTE]
        );
        assert_eq!(runs("cron(* * * * ? *)", None, both), [2 * MINUTE, 3 * MINUTE]);
        assert_eq!(runs("at(2026-03-28T13:00:00)", None, (0, 0)), [60 * MINUTE]);
        assert!(runs("at(2026-03-28T11:00:00)", None, (0, 0)).is_empty());
    }

    #[test]
    fn they_follow_the_clock_on_the_wall() {
        let noons = runs("cron(0 12 * * ? *)", Some("Europe/Berlin"), (0, 0));
        // An hour earlier than in UTC, and two from the day on that clocks are set forward.
        assert_eq!(noons[..2], [22 * 60 * MINUTE, 46 * 60 * MINUTE]);
    }

    #[test]
    fn what_says_no_time_is_refused() {
        let of = |expression, zone, dates| Times::of(expression, zone, dates, NOW).err();
        assert!(matches!(of("rate(0 days)", None, (None, None)), Some(ScheduleError::When(_))));
        let moon = of("rate(1 day)", Some("Moon/Sea"), (None, None));
        assert!(matches!(
            moon,
            Some(ScheduleError::Unfit { field: "ScheduleExpressionTimezone", .. })
        ));
        let ended = of("rate(1 day)", None, (Some(NOW), Some(NOW)));
        assert!(matches!(ended, Some(ScheduleError::Unfit { field: "EndDate", .. })));
    }
}
