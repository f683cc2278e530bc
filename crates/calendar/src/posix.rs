//! The rule for all time to come at the end of a zone's file: `EST5EDT,M3.2.0,M11.1.0`
//! (POSIX.1-2017 §8.3, with the wider hours of RFC 9636 §3.3.1).

use crate::civil::{Date, SECS_A_DAY, days_of_month, is_leap};
use crate::zone::Local;

/// Standard time, and the summer time that replaces it for a part of each year.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Rule<'a> {
    standard: Local<'a>,
    summer: Option<(Local<'a>, Day, Day)>,
}

/// A day of any year, and the seconds after its midnight.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Day {
    kind: DayKind,
    secs: i64,
}

#[derive(Clone, Copy, Debug, PartialEq)]
enum DayKind {
    /// `Jn`: from 1, and never 29 February.
    WithoutLeap(i64),
    /// `n`: from 0.
    WithLeap(i64),
    /// `Mm.w.d`: the w-th weekday d of month m; the fifth is the last.
    Weekday { month: i64, week: i64, weekday: i64 },
}

impl<'a> Rule<'a> {
    pub(crate) fn parse(text: &'a str) -> Option<Rule<'a>> {
        let mut reader = Reader { rest: text };
        let standard = Local { name: reader.name()?, offset_secs: -reader.hours()? };
        if reader.rest.is_empty() {
            return Some(Rule { standard, summer: None });
        }
        let name = reader.name()?;
        let is_given = !reader.rest.starts_with(',');
        let offset_secs = if is_given { -reader.hours()? } else { standard.offset_secs + 3_600 };
        let (start, end) = (reader.day()?, reader.day()?);
        let summer = Some((Local { name, offset_secs }, start, end));
        reader.rest.is_empty().then_some(Rule { standard, summer })
    }

    pub(crate) fn at(&self, unix_secs: i64) -> Local<'a> {
        let Some((summer, start, end)) = self.summer else { return self.standard };
        let local_days = (unix_secs + self.standard.offset_secs).div_euclid(SECS_A_DAY);
        let year = Date::from_days(local_days).year;
        let starts = start.in_year(year) - self.standard.offset_secs;
        let ends = end.in_year(year) - summer.offset_secs;
        let is_summer = if starts <= ends {
            (starts..ends).contains(&unix_secs)
        } else {
            !(ends..starts).contains(&unix_secs)
        };
        if is_summer { summer } else { self.standard }
    }
}

impl Day {
    /// In local seconds since 1970.
    fn in_year(self, year: i64) -> i64 {
        let new_year = Date { year, month: 1, day: 1 }.to_days();
        let days = match self.kind {
            DayKind::WithLeap(day) => new_year + day,
            DayKind::WithoutLeap(day) => new_year + day - 1 + i64::from(day >= 60 && is_leap(year)),
            DayKind::Weekday { month, week, weekday } => {
                let first = Date { year, month, day: 1 };
                let ahead = (weekday - first.weekday()).rem_euclid(7);
                let day = ahead + (week - 1) * 7;
                // The fifth may be in the next month; then the fourth is the last.
                let last = days_of_month(year, month) - 1;
                first.to_days() + if day > last { day - 7 } else { day }
            }
        };
        days * SECS_A_DAY + self.secs
    }
}

struct Reader<'a> {
    rest: &'a str,
}

impl<'a> Reader<'a> {
    fn take(&mut self, prefix: char) -> bool {
        let rest = self.rest.strip_prefix(prefix);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    /// `EST` or `<+03>`.
    fn name(&mut self) -> Option<&'a str> {
        let (name, rest) = match self.rest.strip_prefix('<') {
            Some(quoted) => quoted.split_once('>')?,
            None => {
                let end = self.rest.find(|c: char| !c.is_ascii_alphabetic());
                self.rest.split_at(end.unwrap_or(self.rest.len()))
            }
        };
        self.rest = rest;
        (!name.is_empty()).then_some(name)
    }

    fn number(&mut self) -> Option<i64> {
        let end = self.rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(self.rest.len());
        let (digits, rest) = self.rest.split_at(end);
        self.rest = rest;
        digits.parse().ok()
    }

    /// `[+-]hh[:mm[:ss]]` in seconds.
    fn hours(&mut self) -> Option<i64> {
        let is_negative = self.take('-');
        if !is_negative {
            self.take('+');
        }
        let mut secs = self.number()? * 3_600;
        for unit in [60, 1] {
            if self.take(':') {
                secs += self.number()? * unit;
            }
        }
        Some(if is_negative { -secs } else { secs })
    }

    /// `,M3.2.0/2`.
    fn day(&mut self) -> Option<Day> {
        if !self.take(',') {
            return None;
        }
        let kind = if self.take('J') {
            DayKind::WithoutLeap(self.number()?)
        } else if self.take('M') {
            let month = self.number()?;
            let week = self.take('.').then(|| self.number())??;
            let weekday = self.take('.').then(|| self.number())??;
            DayKind::Weekday { month, week, weekday }
        } else {
            DayKind::WithLeap(self.number()?)
        };
        let secs = if self.take('/') { self.hours()? } else { 2 * 3_600 };
        Some(Day { kind, secs })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn summers_begin_and_end_where_the_rule_says() {
        let cases = [
            ("EST5EDT,M3.2.0,M11.1.0", 1_741_503_599, "EST"),
            ("EST5EDT,M3.2.0,M11.1.0", 1_741_503_600, "EDT"),
            ("EST5EDT,M3.2.0,M11.1.0", 1_762_063_199, "EDT"),
            ("EST5EDT,M3.2.0,M11.1.0", 1_762_063_200, "EST"),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_735_689_600, "AEDT"),
            ("AEST-10AEDT,M10.1.0,M4.1.0/3", 1_751_328_000, "AEST"),
            ("IST-1GMT0,M10.5.0,M3.5.0/1", 1_735_689_600, "GMT"),
            ("<+03>-3", 0, "+03"),
            ("X0Y,J60,J300", 1_709_251_200 + 7_200, "Y"),
        ];
        for (text, secs, expected) in cases {
            assert_eq!(Rule::parse(text).expect(text).at(secs).name, expected, "{text} at {secs}");
        }
        for text in ["", "5", "EST", "EST5EDT", "EST5EDT,M3.2,M11.1.0", "EST5EDT,M3.2.0,M11.1.0x"] {
            assert_eq!(Rule::parse(text), None, "{text}");
        }
    }
}
