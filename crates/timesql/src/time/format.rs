//! Formats of times in the letters of MySQL (`date_format`, `date_parse`).

use super::civil::{Date, Moment, day_of_week};
use super::text::digits;
use super::{DAY, SECOND};
use crate::error::Failure;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Writes a time.
pub(crate) fn format(nanos: i64, pattern: &str) -> Result<String, Failure> {
    let moment = Moment::of_nanos(nanos);
    let mut text = String::new();
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            text.push(letter);
            continue;
        }
        let Some(letter) = letters.next() else { break };
        text.push_str(&part(&moment, nanos, letter)?);
    }
    Ok(text)
}

fn part(moment: &Moment, nanos: i64, letter: char) -> Result<String, Failure> {
    let Moment { date, hour, minute, second, .. } = *moment;
    let month = MONTHS[(date.month - 1) as usize];
    let weekday = day_of_week(nanos.div_euclid(DAY));
    let weekday_name = DAYS[(weekday - 1) as usize];
    let of_twelve = if hour % 12 == 0 { 12 } else { hour % 12 };
    let half = if hour < 12 { "AM" } else { "PM" };
    Ok(match letter {
        'a' => weekday_name[..3].to_owned(),
        'b' => month[..3].to_owned(),
        'c' => date.month.to_string(),
        'd' => format!("{:02}", date.day),
        'e' => date.day.to_string(),
        'f' => format!("{:06}", moment.nanos / 1_000),
        'H' => format!("{hour:02}"),
        'h' | 'I' => format!("{of_twelve:02}"),
        'i' => format!("{minute:02}"),
        'j' => format!("{:03}", date.day_of_year()),
        'k' => hour.to_string(),
        'l' => of_twelve.to_string(),
        'M' => month.to_owned(),
        'm' => format!("{:02}", date.month),
        'p' => half.to_owned(),
        'r' => format!("{of_twelve:02}:{minute:02}:{second:02} {half}"),
        'S' | 's' => format!("{second:02}"),
        'T' => format!("{hour:02}:{minute:02}:{second:02}"),
        'v' => format!("{:02}", date.iso_week().1),
        'W' => weekday_name.to_owned(),
        'x' => format!("{:04}", date.iso_week().0),
        'Y' => format!("{:04}", date.year),
        'y' => format!("{:02}", date.year.rem_euclid(100)),
        '%' => "%".to_owned(),
        'D' | 'U' | 'u' | 'V' | 'w' | 'X' => return Err(not_supported(letter)),
        other => other.to_string(),
    })
}

fn not_supported(letter: char) -> Failure {
    Failure::new(format!("%{letter} not supported in date format string"))
}

/// What was read of a time.
struct Reading<'t> {
    rest: &'t str,
    moment: Moment,
    is_afternoon: Option<bool>,
}

/// Reads a time.
pub(crate) fn parse(text: &str, pattern: &str) -> Result<i64, Failure> {
    let date = Date { year: 1970, month: 1, day: 1 };
    let moment = Moment { date, hour: 0, minute: 0, second: 0, nanos: 0 };
    let mut reading = Reading { rest: text, moment, is_afternoon: None };
    let invalid = || Failure::new(format!("Invalid format: \"{text}\""));
    let mut letters = pattern.chars();
    while let Some(letter) = letters.next() {
        if letter != '%' {
            reading.rest = reading.rest.strip_prefix(letter).ok_or_else(invalid)?;
            continue;
        }
        let Some(letter) = letters.next() else { break };
        reading.take(letter)?.ok_or_else(invalid)?;
    }
    if !reading.rest.is_empty() {
        return Err(invalid());
    }
    reading.finish().ok_or_else(invalid)
}

impl Reading<'_> {
    fn take(&mut self, letter: char) -> Result<Option<()>, Failure> {
        let moment = &mut self.moment;
        let taken = match letter {
            'Y' => digits(self.rest, 4, 4).map(|(n, rest)| (moment.date.year = n, rest)),
            'y' => digits(self.rest, 2, 2).map(|(n, rest)| {
                let century = if n < 70 { 2000 } else { 1900 };
                (moment.date.year = century + n, rest)
            }),
            'm' | 'c' => digits(self.rest, 1, 2).map(|(n, rest)| (moment.date.month = n, rest)),
            'd' | 'e' => digits(self.rest, 1, 2).map(|(n, rest)| (moment.date.day = n, rest)),
            'H' | 'k' | 'h' | 'I' | 'l' => {
                digits(self.rest, 1, 2).map(|(n, rest)| (moment.hour = n, rest))
            }
            'i' => digits(self.rest, 1, 2).map(|(n, rest)| (moment.minute = n, rest)),
            'S' | 's' => digits(self.rest, 1, 2).map(|(n, rest)| (moment.second = n, rest)),
            'f' => digits(self.rest, 1, 9).map(|(n, rest)| {
                let count = self.rest.len() - rest.len();
                (moment.nanos = n * 10_i64.pow(9 - count as u32), rest)
            }),
            'b' | 'M' => named(self.rest, &MONTHS, letter == 'M')
                .map(|(n, rest)| (moment.date.month = n, rest)),
            'a' | 'W' => named(self.rest, &DAYS, letter == 'W').map(|(_, rest)| ((), rest)),
            'p' => named(self.rest, &["AM", "PM"], true)
                .map(|(n, rest)| (self.is_afternoon = Some(n == 2), rest)),
            'T' => return self.clock(),
            '%' => self.rest.strip_prefix('%').map(|rest| ((), rest)),
            other => return Err(not_supported(other)),
        };
        Ok(taken.map(|((), rest)| self.rest = rest))
    }

    fn clock(&mut self) -> Result<Option<()>, Failure> {
        for letter in ['H', ':', 'i', ':', 's'] {
            if letter == ':' {
                let Some(rest) = self.rest.strip_prefix(':') else { return Ok(None) };
                self.rest = rest;
            } else if self.take(letter)?.is_none() {
                return Ok(None);
            }
        }
        Ok(Some(()))
    }

    fn finish(mut self) -> Option<i64> {
        let Date { year, month, day } = self.moment.date;
        Date::checked(year, month, day)?;
        if let Some(is_afternoon) = self.is_afternoon {
            self.moment.hour = self.moment.hour % 12 + if is_afternoon { 12 } else { 0 };
        }
        let Moment { hour, minute, second, nanos, .. } = self.moment;
        let is_of_day = hour < 24 && minute < 60 && second < 60 && nanos < SECOND;
        is_of_day.then(|| self.moment.checked_nanos()).flatten()
    }
}

/// Which of the names the text begins with, from 1.
fn named<'t>(text: &'t str, names: &[&str], whole: bool) -> Option<(i64, &'t str)> {
    names.iter().zip(1..).find_map(|(name, number)| {
        let name = if whole { name } else { &name[..3] };
        let start = text.get(..name.len())?;
        start.eq_ignore_ascii_case(name).then(|| (number, &text[name.len()..]))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read() {
        let nanos = 1_704_207_845_123_456_000;
        for pattern in ["%Y-%m-%d %H:%i:%s.%f", "%Y-%b-%e %T.%f", "%d/%M/%Y %h:%i:%s %p %f"] {
            let text = format(nanos, pattern).expect("written");
            assert_eq!(parse(&text, pattern), Ok(nanos), "{text}");
        }
        assert_eq!(format(nanos, "%W %a %j %v %%").expect("written"), "Tuesday Tue 002 01 %");
        parse("2024-13-01", "%Y-%m-%d").expect_err("no such month");
        parse("2024-01-01x", "%Y-%m-%d").expect_err("more than the pattern");
        format(nanos, "%D").expect_err("not supported");
    }
}
