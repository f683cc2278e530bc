//! Cron expressions as AWS writes them: six fields, the last of which is the year.
//!
//! A moment that clocks skip is skipped; one that they show twice comes once, the first time.

use crate::civil::{Date, SECS_A_DAY, days_of_month};
use crate::zone::Zone;

const YEARS: (u32, u32) = (1970, 2199);
const MONTHS: [&str; 12] =
    ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"];
const WEEKDAYS: [&str; 7] = ["SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT"];

/// When something is due, by the clock on the wall.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Cron {
    minutes: Set,
    hours: Set,
    days: Days,
    months: Set,
    years: Set,
}

/// Why a text is no cron expression.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitCron {
    #[error(
        "six fields are needed: minutes, hours, day of month, month, day of week, year; found {0}"
    )]
    Fields(usize),
    #[error("the {field} '{text}' is not one of AWS's")]
    Field { field: &'static str, text: String },
    #[error("one of day of month and day of week must be '?', and only one")]
    Days,
}

/// Numbers from a field's first on.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Set {
    first: u32,
    holds: Vec<bool>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Days {
    OfMonth(DaysOfMonth),
    OfWeek(DaysOfWeek),
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct DaysOfMonth {
    days: Set,
    /// `L`
    last: bool,
    /// `LW`
    last_workday: bool,
    /// `15W`: the workday nearest to it in its month.
    near: Vec<i64>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct DaysOfWeek {
    /// From 1 for Sunday.
    days: Set,
    /// `6L`: the last Friday.
    last: Vec<u32>,
    /// `3#2`: the second Tuesday.
    nth: Vec<(u32, i64)>,
}

/// What a field may hold.
#[derive(Clone, Copy)]
struct Field {
    name: &'static str,
    first: u32,
    last: u32,
    names: &'static [&'static str],
}

impl Cron {
    /// Reads what stands between the parentheses of `cron(…)`.
    pub fn parse(text: &str) -> Result<Cron, UnfitCron> {
        let fields: Vec<&str> = text.split_whitespace().collect();
        let [minutes, hours, of_month, months, of_week, years] = fields[..] else {
            return Err(UnfitCron::Fields(fields.len()));
        };
        let field = |name, first, last| Field { name, first, last, names: &[] };
        let days = match (of_month, of_week) {
            ("?", "?") => return Err(UnfitCron::Days),
            (_, "?") => Days::OfMonth(DaysOfMonth::parse(of_month)?),
            ("?", _) => Days::OfWeek(DaysOfWeek::parse(of_week)?),
            _ => return Err(UnfitCron::Days),
        };
        Ok(Cron {
            minutes: field("minute", 0, 59).set(minutes)?,
            hours: field("hour", 0, 23).set(hours)?,
            days,
            months: Field { names: &MONTHS, ..field("month", 1, 12) }.set(months)?,
            years: field("year", YEARS.0, YEARS.1).set(years)?,
        })
    }

    /// The first moment behind this one, in seconds since 1970, if there is any.
    pub fn next(&self, after: i64, zone: &Zone) -> Option<i64> {
        let today = (after + zone.at(after).offset_secs).div_euclid(SECS_A_DAY);
        let mut day = today.max(Date { year: i64::from(YEARS.0), month: 1, day: 1 }.to_days());
        loop {
            let date = Date::from_days(day);
            if date.year > i64::from(YEARS.1) {
                return None;
            }
            if !self.years.holds(date.year) {
                day = Date { year: date.year + 1, month: 1, day: 1 }.to_days();
                continue;
            }
            if !self.months.holds(date.month) {
                day += days_of_month(date.year, date.month) - date.day + 1;
                continue;
            }
            if self.days.hold(date)
                && let Some(moment) = self.first_of(day, after, zone)
            {
                return Some(moment);
            }
            day += 1;
        }
    }

    /// The first moment of a day behind another.
    fn first_of(&self, day: i64, after: i64, zone: &Zone) -> Option<i64> {
        for hour in self.hours.all() {
            for minute in self.minutes.all() {
                let local = day * SECS_A_DAY + hour * 3_600 + minute * 60;
                let moment = zone.moment_of(local);
                let is_shown = moment + zone.at(moment).offset_secs == local;
                if is_shown && moment > after {
                    return Some(moment);
                }
            }
        }
        None
    }
}

impl Days {
    fn hold(&self, date: Date) -> bool {
        match self {
            Days::OfMonth(days) => days.hold(date),
            Days::OfWeek(days) => days.hold(date),
        }
    }
}

impl DaysOfMonth {
    fn parse(text: &str) -> Result<DaysOfMonth, UnfitCron> {
        let field = Field { name: "day of month", first: 1, last: 31, names: &[] };
        let mut days =
            DaysOfMonth { days: field.empty(), last: false, last_workday: false, near: Vec::new() };
        for part in text.split(',') {
            match (part, part.strip_suffix('W')) {
                ("L", _) => days.last = true,
                ("LW", _) => days.last_workday = true,
                (_, Some(day)) => {
                    let day = field.number(day).ok_or_else(|| field.unfit(part))?;
                    days.near.push(i64::from(day));
                }
                _ => field.add(part, &mut days.days)?,
            }
        }
        Ok(days)
    }

    fn hold(&self, date: Date) -> bool {
        let last = days_of_month(date.year, date.month);
        let near = |day: &i64| *day <= last && near_workday(date, *day, last) == date.day;
        self.days.holds(date.day)
            || (self.last && date.day == last)
            || (self.last_workday && near_workday(date, last, last) == date.day)
            || self.near.iter().any(near)
    }
}

/// The workday that is nearest to a day of the date's month, in the same month.
fn near_workday(date: Date, day: i64, last: i64) -> i64 {
    match (Date { day, ..date }.weekday(), day) {
        (6, 1) => 3,
        (6, day) => day - 1,
        (7, day) if day == last => day - 2,
        (7, day) => day + 1,
        (_, day) => day,
    }
}

impl DaysOfWeek {
    fn parse(text: &str) -> Result<DaysOfWeek, UnfitCron> {
        let field = Field { name: "day of week", first: 1, last: 7, names: &WEEKDAYS };
        let mut days = DaysOfWeek { days: field.empty(), last: Vec::new(), nth: Vec::new() };
        for part in text.split(',') {
            let unfit = || field.unfit(part);
            if part == "L" {
                days.days.add(7);
            } else if let Some((day, nth)) = part.split_once('#') {
                let nth = nth.parse().ok().filter(|nth| (1..=5).contains(nth));
                days.nth.push((field.number(day).ok_or_else(unfit)?, nth.ok_or_else(unfit)?));
            } else if let Some(day) = part.strip_suffix('L') {
                days.last.push(field.number(day).ok_or_else(unfit)?);
            } else {
                field.add(part, &mut days.days)?;
            }
        }
        Ok(days)
    }

    fn hold(&self, date: Date) -> bool {
        // From Monday there, from Sunday here.
        let weekday = date.weekday() % 7 + 1;
        let is = |day: &u32| i64::from(*day) == weekday;
        let is_last = date.day + 7 > days_of_month(date.year, date.month);
        self.days.holds(weekday)
            || (is_last && self.last.iter().any(is))
            || self.nth.iter().any(|(day, nth)| is(day) && (date.day + 6) / 7 == *nth)
    }
}

impl Field {
    fn set(self, text: &str) -> Result<Set, UnfitCron> {
        let mut set = self.empty();
        for part in text.split(',') {
            self.add(part, &mut set)?;
        }
        Ok(set)
    }

    fn empty(self) -> Set {
        Set { first: self.first, holds: vec![false; (self.last - self.first) as usize + 1] }
    }

    /// `*`, `5`, `1-5`, `MON-FRI`, `0/15`, `10-50/5`.
    fn add(self, part: &str, set: &mut Set) -> Result<(), UnfitCron> {
        let unfit = || self.unfit(part);
        let (range, step) = match part.split_once('/') {
            Some((range, step)) => {
                let step = step.parse().ok().filter(|step| *step > 0 && plain(part));
                (range, Some(step.ok_or_else(unfit)?))
            }
            None => (part, None),
        };
        let (from, to) = match range.split_once('-') {
            _ if range == "*" => (self.first, self.last),
            Some((from, to)) => {
                (self.number(from).ok_or_else(unfit)?, self.number(to).ok_or_else(unfit)?)
            }
            None => {
                let one = self.number(range).ok_or_else(unfit)?;
                (one, if step.is_some() { self.last } else { one })
            }
        };
        // From Friday to Monday goes around the end.
        let around = if from > to { self.last - self.first + 1 } else { 0 };
        for number in (from..=to + around).step_by(step.unwrap_or(1)) {
            set.add(if number > self.last { number - around } else { number });
        }
        Ok(())
    }

    fn number(self, text: &str) -> Option<u32> {
        let upper = text.to_ascii_uppercase();
        if let Some(at) = self.names.iter().position(|name| *name == upper) {
            return Some(self.first + u32::try_from(at).ok()?);
        }
        let number = plain(text).then(|| text.parse().ok())??;
        (self.first..=self.last).contains(&number).then_some(number)
    }

    fn unfit(self, text: &str) -> UnfitCron {
        UnfitCron::Field { field: self.name, text: text.to_owned() }
    }
}

/// Numbers have no signs.
fn plain(text: &str) -> bool {
    !text.contains('+')
}

impl Set {
    fn add(&mut self, number: u32) {
        self.holds[(number - self.first) as usize] = true;
    }

    fn holds(&self, number: i64) -> bool {
        let at = usize::try_from(number - i64::from(self.first));
        at.is_ok_and(|at| self.holds.get(at).copied().unwrap_or(false))
    }

    fn all(&self) -> impl Iterator<Item = i64> {
        let first = i64::from(self.first);
        self.holds.iter().zip(first..).filter(|(holds, _)| **holds).map(|(_, number)| number)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn at(year: i64, month: i64, day: i64, hour: i64, minute: i64) -> i64 {
        Date { year, month, day }.to_days() * SECS_A_DAY + hour * 3_600 + minute * 60
    }

    fn next(text: &str, after: i64) -> Option<i64> {
        Cron::parse(text).expect(text).next(after, &Zone::utc())
    }

    #[test]
    fn awss_examples_are_due_when_it_says() {
        // Saturday, 21 November 2026, 12:00.
        let now = at(2026, 11, 21, 12, 0);
        let cases = [
            ("0 10 * * ? *", at(2026, 11, 22, 10, 0)),
            ("15 12 * * ? *", at(2026, 11, 21, 12, 15)),
            ("0 18 ? * MON-FRI *", at(2026, 11, 23, 18, 0)),
            ("0 8 1 * ? *", at(2026, 12, 1, 8, 0)),
            ("0/15 * * * ? *", at(2026, 11, 21, 12, 15)),
            ("0/10 * ? * MON-FRI *", at(2026, 11, 23, 0, 0)),
            ("0/5 8-17 ? * MON-FRI *", at(2026, 11, 23, 8, 0)),
            ("0 9 ? * 2#1 *", at(2026, 12, 7, 9, 0)),
            ("0 0 L * ? *", at(2026, 11, 30, 0, 0)),
            ("0 0 LW 1 ? *", at(2027, 1, 29, 0, 0)),
            ("15 10 ? * 6L 2022-2030", at(2026, 11, 27, 10, 15)),
            ("0 12 22W * ? *", at(2026, 11, 23, 12, 0)),
            ("0 12 1W 8 ? 2026-2037", at(2027, 8, 2, 12, 0)),
            ("0 0 ? * L *", at(2026, 11, 28, 0, 0)),
            ("0 0 29 2 ? *", at(2028, 2, 29, 0, 0)),
            ("59 23 31 DEC ? *", at(2026, 12, 31, 23, 59)),
            ("0 0 ? * FRI-MON *", at(2026, 11, 22, 0, 0)),
            ("7,9-11/2 3 ? 12 * *", at(2026, 12, 1, 3, 7)),
        ];
        for (text, expected) in cases {
            assert_eq!(next(text, now), Some(expected), "{text}");
        }
        assert_eq!(next("0 0 30 2 ? *", now), None);
        assert_eq!(next("0 0 1 1 ? 2020", now), None);
    }

    #[test]
    fn what_aws_refuses_is_refused_by_name() {
        let cases = [
            ("* * * * *", "six fields"),
            ("* * * * * *", "'?'"),
            ("* * ? * ? *", "'?'"),
            ("60 * * * ? *", "minute"),
            ("* 24 * * ? *", "hour"),
            ("* * 32 * ? *", "day of month"),
            ("* * 0 * ? *", "day of month"),
            ("* * * XYZ ? *", "month"),
            ("* * ? * 8 *", "day of week"),
            ("* * ? * 3#6 *", "day of week"),
            ("* * * * ? 1969", "year"),
            ("*/0 * * * ? *", "minute"),
            ("*/+5 * * * ? *", "minute"),
            ("+5 * * * ? *", "minute"),
            (", * * * ? *", "minute"),
            ("1- * * * ? *", "minute"),
        ];
        for (text, expected) in cases {
            let refused = Cron::parse(text).expect_err(text).to_string();
            assert!(refused.contains(expected), "{text}: {refused}");
        }
    }

    #[test]
    fn what_clocks_skip_is_skipped_and_what_they_repeat_comes_once() {
        let zone = Zone::named("Europe/Berlin").expect("known");
        let cron = Cron::parse("30 2 * * ? *").expect("right");
        // On 29 March 2026 clocks go from 2:00 to 3:00.
        let eve = at(2026, 3, 28, 1, 30);
        assert_eq!(cron.next(eve, &zone), Some(at(2026, 3, 30, 0, 30)));
        // On 25 October 2026 they go from 3:00 back to 2:00.
        let once = at(2026, 10, 25, 0, 30);
        assert_eq!(cron.next(at(2026, 10, 24, 0, 30), &zone), Some(once));
        assert_eq!(cron.next(once, &zone), Some(at(2026, 10, 26, 1, 30)));
    }

    proptest! {
        #[test]
        fn each_moment_is_the_first_that_fits(
            minute in 0..60_i64, hour in 0..24_i64, weekday in 1..8_u32, after in 0..4_000_000_000_i64,
        ) {
            let text = format!("{minute} {hour} ? * {weekday} *");
            let found = next(&text, after).expect("each week has one");
            prop_assert!((1..=7 * SECS_A_DAY).contains(&(found - after)));
            prop_assert_eq!(found.rem_euclid(SECS_A_DAY), hour * 3_600 + minute * 60);
            let date = Date::from_days(found.div_euclid(SECS_A_DAY));
            prop_assert_eq!(date.weekday() % 7 + 1, i64::from(weekday));
        }
    }
}
