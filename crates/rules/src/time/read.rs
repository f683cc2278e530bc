//! Moments read by the patterns of Java's DateTimeFormatter.

use calendar::{DAYS, Date, MONTHS, SECS_A_DAY, Zone, days_of_month, read_offset, short};

/// Milliseconds since 1970. `None` if the pattern is none, or the text does not follow it, or says
/// no date. Without a zone it is UTC; without a time, midnight.
pub(crate) fn read(text: &str, pattern: &str) -> Option<i64> {
    let parts = parse(pattern)?;
    let mut fields = Fields::default();
    let rest = run(&parts, text, &mut fields)?;
    if rest.is_empty() { fields.resolve() } else { None }
}

/// A part of a pattern.
#[derive(Debug, PartialEq)]
enum Part {
    Literal(String),
    Field(char, usize),
    Optional(Vec<Part>),
}

/// Optional parts in optional parts, and so on.
const OPTIONAL_DEPTH_MAX: usize = 8;

fn parse(pattern: &str) -> Option<Vec<Part>> {
    let (parts, rest) = parse_until(pattern, 0)?;
    rest.is_empty().then_some(parts)
}

/// Up to the end, or the bracket that closes an optional part.
fn parse_until(pattern: &str, depth: usize) -> Option<(Vec<Part>, &str)> {
    let (mut parts, mut rest) = (Vec::new(), pattern);
    while let Some(first) = rest.chars().next() {
        let after = &rest[first.len_utf8()..];
        match first {
            ']' if depth > 0 => break,
            '[' if depth < OPTIONAL_DEPTH_MAX => {
                let (inner, end) = parse_until(after, depth + 1)?;
                parts.push(Part::Optional(inner));
                rest = end.strip_prefix(']').unwrap_or(end);
            }
            ']' | '[' | '{' | '}' | '#' => return None,
            '\'' => {
                let (text, end) = quoted(after)?;
                parts.push(Part::Literal(text));
                rest = end;
            }
            letter if letter.is_ascii_alphabetic() => {
                let count = rest.find(|c| c != letter).unwrap_or(rest.len());
                parts.push(Part::Field(letter, count));
                rest = &rest[count..];
            }
            other => {
                parts.push(Part::Literal(other.to_string()));
                rest = after;
            }
        }
    }
    Some((parts, rest))
}

/// A text between quotes, of which two stand for one; and what follows it.
fn quoted(rest: &str) -> Option<(String, &str)> {
    let (text, mut after) = rest.split_once('\'')?;
    let mut text = text.to_owned();
    if text.is_empty() {
        return Some(("'".to_owned(), after));
    }
    while let Some(more) = after.strip_prefix('\'') {
        let (next, end) = more.split_once('\'')?;
        text.push('\'');
        text.push_str(next);
        after = end;
    }
    Some((text, after))
}

/// What a text said.
#[derive(Clone, Debug, Default)]
struct Fields {
    year: Option<i64>,
    month: Option<i64>,
    day: Option<i64>,
    day_of_year: Option<i64>,
    hour: Option<i64>,
    /// From 0 to 11.
    hour_of_half: Option<i64>,
    is_afternoon: Option<bool>,
    minute: Option<i64>,
    second: Option<i64>,
    nanos: Option<i64>,
    millis_of_day: Option<i64>,
    is_before_christ: bool,
    zone: Option<Zone>,
}

/// Reads the parts from the front of a text. Gives what is left of it.
fn run<'t>(parts: &[Part], text: &'t str, fields: &mut Fields) -> Option<&'t str> {
    let mut rest = text;
    for (at, part) in parts.iter().enumerate() {
        rest = match part {
            Part::Literal(literal) => rest.strip_prefix(literal.as_str())?,
            Part::Field(letter, count) => {
                fields.read(*letter, *count, rest, reserved(&parts[at + 1..]))?
            }
            Part::Optional(inner) => {
                let mut tried = fields.clone();
                match run(inner, rest, &mut tried) {
                    Some(after) => {
                        *fields = tried;
                        after
                    }
                    None => rest,
                }
            }
        };
    }
    Some(rest)
}

/// Digits that fields directly after one need: of 20251121 for yyyyMMdd the year may take four.
fn reserved(parts: &[Part]) -> usize {
    let fixed = |part: &Part| match part {
        Part::Field('M' | 'L' | 'd' | 'H' | 'h' | 'k' | 'K' | 'm' | 's', 2) => Some(2),
        Part::Field('S', count) => Some(*count),
        Part::Field('D', 3) => Some(3),
        Part::Field('y' | 'u', 2) => Some(2),
        _ => None,
    };
    parts.iter().map_while(fixed).sum()
}

impl Fields {
    fn read<'t>(
        &mut self,
        letter: char,
        count: usize,
        text: &'t str,
        reserved: usize,
    ) -> Option<&'t str> {
        /// As wide as Java reads a number.
        const WIDTH_MAX: usize = 18;
        let number = |range: std::ops::RangeInclusive<usize>| digits(text, range, reserved);
        let one_or_two = || match count {
            1 => number(1..=WIDTH_MAX),
            2 => number(2..=2),
            _ => None,
        };
        let (slot, (value, rest)) = match letter {
            'y' | 'u' if count == 2 => {
                let (value, rest) = number(2..=2)?;
                (&mut self.year, (value + 2_000, rest))
            }
            'y' | 'u' => (&mut self.year, number(count..=WIDTH_MAX)?),
            'M' | 'L' if count < 3 => (&mut self.month, one_or_two()?),
            'M' | 'L' => (&mut self.month, name(text, &MONTHS, count)?),
            'd' => (&mut self.day, one_or_two()?),
            'D' => (&mut self.day_of_year, number(count..=WIDTH_MAX)?),
            'H' => (&mut self.hour, one_or_two()?),
            'k' => {
                let (value, rest) = one_or_two()?;
                (&mut self.hour, (value % 24, rest))
            }
            'K' => (&mut self.hour_of_half, one_or_two()?),
            'h' => {
                let (value, rest) = one_or_two()?;
                (&mut self.hour_of_half, (value % 12, rest))
            }
            'm' => (&mut self.minute, one_or_two()?),
            's' => (&mut self.second, one_or_two()?),
            'S' => {
                let (value, rest) = digits(text, count..=count, 0).filter(|_| count <= 9)?;
                (&mut self.nanos, (value * 10_i64.pow(9 - count as u32), rest))
            }
            'n' => (&mut self.nanos, number(count..=WIDTH_MAX)?),
            'A' => (&mut self.millis_of_day, number(count..=WIDTH_MAX)?),
            // What a date says of its weekday, and the rest that is no number.
            _ => return self.read_text(letter, count, text),
        };
        *slot = Some(value);
        Some(rest)
    }

    fn read_text<'t>(&mut self, letter: char, count: usize, text: &'t str) -> Option<&'t str> {
        match letter {
            'E' => name(text, &DAYS, count.max(3)).map(|(_, rest)| rest),
            'a' => {
                let (half, rest) = either(text, "AM", "PM")?;
                self.is_afternoon = Some(half);
                Some(rest)
            }
            'G' => {
                let (is_after, rest) = either(text, "BC", "AD")?;
                self.is_before_christ = !is_after;
                Some(rest)
            }
            'V' | 'z' | 'v' | 'O' | 'X' | 'x' | 'Z' => {
                let (zone, rest) = zone(text, letter)?;
                self.zone = Some(zone);
                Some(rest)
            }
            _ => None,
        }
    }

    fn resolve(&self) -> Option<i64> {
        /// Years that fit into milliseconds by far.
        const YEAR_MAX: i64 = 200_000;
        let year = self.year.filter(|year| *year <= YEAR_MAX)?;
        let year = if self.is_before_christ { 1 - year } else { year };
        let days = match (self.month, self.day, self.day_of_year) {
            (Some(month @ 1..=12), Some(day @ 1..=31), _) => {
                // A day too many is taken for the last of the month, as Java does unless told.
                Date { year, month, day: day.min(days_of_month(year, month)) }.to_days()
            }
            (None, None, Some(day @ 1..=366)) => {
                Date { year, month: 1, day: 1 }.to_days() + day - 1
            }
            _ => return None,
        };
        let (secs, millis) = self.time_of_day()?;
        let local_secs = days * SECS_A_DAY + secs;
        let unix_secs = match &self.zone {
            Some(zone) => zone.moment_of(local_secs),
            None => local_secs,
        };
        Some(unix_secs * 1_000 + millis)
    }

    /// Seconds and milliseconds since midnight.
    fn time_of_day(&self) -> Option<(i64, i64)> {
        if let Some(millis) = self.millis_of_day {
            let is_in_day = millis < SECS_A_DAY * 1_000;
            return is_in_day.then_some((millis / 1_000, millis % 1_000));
        }
        let in_range = |value: Option<i64>, most: i64| match value {
            Some(value) if value > most => None,
            value => Some(value.unwrap_or(0)),
        };
        let hour = match (self.hour, self.hour_of_half, self.is_afternoon) {
            (Some(hour), ..) => in_range(Some(hour), 23)?,
            (None, Some(hour), Some(is_afternoon)) => {
                in_range(Some(hour), 11)? + if is_afternoon { 12 } else { 0 }
            }
            (None, None, _) => 0,
            (None, Some(_), None) => return None,
        };
        let (minute, second) = (in_range(self.minute, 59)?, in_range(self.second, 59)?);
        let millis = self.nanos.unwrap_or(0) / 1_000_000;
        Some((hour * 3_600 + minute * 60 + second, in_range(Some(millis), 999)?))
    }
}

/// A number of so many digits, but for those that what follows needs.
fn digits(
    text: &str,
    width: std::ops::RangeInclusive<usize>,
    reserved: usize,
) -> Option<(i64, &str)> {
    let there = text.bytes().take_while(u8::is_ascii_digit).count();
    let length = there.saturating_sub(reserved).max(*width.start()).min(*width.end());
    let digits = text.get(..length).filter(|_| length <= there && length > 0)?;
    Some((digits.parse().ok()?, &text[length..]))
}

/// A name of a list, whole or short, as its index from 1.
fn name<'t>(text: &'t str, names: &[&str], count: usize) -> Option<(i64, &'t str)> {
    let strip = |name: &&str| text.strip_prefix(if count < 4 { short(name) } else { name });
    let mut found = names.iter().enumerate().filter_map(|(at, name)| Some((at, strip(name)?)));
    found.next().map(|(at, rest)| (at as i64 + 1, rest))
}

/// Which of two words stands there: true for the second.
fn either<'t>(text: &'t str, one: &str, two: &str) -> Option<(bool, &'t str)> {
    let second = text.strip_prefix(two).map(|rest| (true, rest));
    second.or_else(|| text.strip_prefix(one).map(|rest| (false, rest)))
}

/// The longest name or offset of a zone that stands there.
fn zone(text: &str, letter: char) -> Option<(Zone, &str)> {
    /// No name of a zone is as long.
    const NAME_MAX: usize = 40;
    let is_part = |c: char| c.is_ascii_alphanumeric() || "/_+-:".contains(c);
    let longest = text.find(|c| !is_part(c)).unwrap_or(text.len());
    let lengths = (1..=longest.min(NAME_MAX)).rev();
    let is_offset = matches!(letter, 'X' | 'x' | 'Z');
    let found = lengths.filter_map(|length| {
        let name = &text[..length];
        let zone = match is_offset {
            true if name == "Z" && letter != 'x' => Some(Zone::utc()),
            true => read_offset(name).map(Zone::fixed),
            false => Zone::named(name),
        };
        zone.map(|zone| (zone, &text[length..]))
    });
    { found }.next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_java() {
        let cases = [
            ("2020-04-03 09:45:18 UTC+01:00", "yyyy-MM-dd HH:mm:ss VV", 1_585_903_518_000),
            ("18 December 2015", "dd MMMM yyyy", 1_450_396_800_000),
            (
                "2007-12-03 10:15:30.592 America/Los_Angeles",
                "yyyy-MM-dd HH:mm:ss.SSS z",
                1_196_705_730_592,
            ),
            ("2023-11-14T22:13:20Z", "yyyy-MM-dd'T'HH:mm:ssX", 1_700_000_000_000),
            ("2023-11-14T23:13:20+01:00", "yyyy-MM-dd'T'HH:mm:ssXXX", 1_700_000_000_000),
            ("2023-11-14T23:13:20+0100", "yyyy-MM-dd'T'HH:mm:ssZ", 1_700_000_000_000),
            ("20231114221320", "yyyyMMddHHmmss", 1_700_000_000_000),
            ("Tue, 14 Nov 2023 10:13:20 PM", "EEE, d MMM yyyy hh:mm:ss a", 1_700_000_000_000),
            ("318/23", "D/yy", 1_699_920_000_000),
            ("2023-11-14", "yyyy-MM-dd[ HH:mm]", 1_699_920_000_000),
            ("2023-11-14 22:13", "yyyy-MM-dd[ HH:mm]", 1_699_999_980_000),
            ("2021-02-31", "yyyy-MM-dd", 1_614_470_400_000),
            ("1969-12-31 23:59:59.999", "yyyy-MM-dd HH:mm:ss.SSS", -1),
            ("12 o'clock 2023-11-14", "h 'o''clock' yyyy-MM-dd", 0),
        ];
        for (text, pattern, expected) in cases {
            // An hour of a half needs its half.
            let expected = (expected != 0).then_some(expected);
            assert_eq!(read(text, pattern), expected, "{text} by {pattern}");
        }
        for (text, pattern) in [
            ("nope", "yyyy-MM-dd"),
            ("2021-13-01", "yyyy-MM-dd"),
            ("2021-01-01x", "yyyy-MM-dd"),
            ("2021-1-1", "yyyy-MM-dd"),
            ("12:00", "HH:mm"),
            ("2021-01-01 25", "yyyy-MM-dd HH"),
            ("2021-01-01", "yyyy-MM-dd b"),
            ("2021-01-01 Nope/Zone", "yyyy-MM-dd VV"),
            ("", ""),
        ] {
            assert_eq!(read(text, pattern), None, "{text} by {pattern}");
        }
    }
}
