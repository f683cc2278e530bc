//! Moments written by Joda-Time's patterns.

use std::fmt::Write as _;

use calendar::{DAYS, Date, Local, MONTHS, SECS_A_DAY, Zone, short, write_offset};

const MILLIS_A_SEC: i64 = 1_000;
/// A pattern letter may be repeated to pad; nobody pads further.
const WIDTH_MAX: usize = 100;

/// What clocks of a zone show.
struct Shown<'z> {
    date: Date,
    /// Seconds since midnight.
    secs: i64,
    millis: i64,
    local: Local<'z>,
    zone: &'z Zone,
}

/// `None` if the pattern is none.
pub(crate) fn write(pattern: &str, unix_ms: i64, zone: &Zone) -> Option<String> {
    let unix_secs = unix_ms.div_euclid(MILLIS_A_SEC);
    let local = zone.at(unix_secs);
    let local_secs = unix_secs + local.offset_secs;
    let shown = Shown {
        date: Date::from_days(local_secs.div_euclid(SECS_A_DAY)),
        secs: local_secs.rem_euclid(SECS_A_DAY),
        millis: unix_ms.rem_euclid(MILLIS_A_SEC),
        local,
        zone,
    };
    let mut out = String::new();
    let mut rest = pattern;
    while let Some(first) = rest.chars().next() {
        if first == '\'' {
            rest = quoted(&rest[1..], &mut out)?;
            continue;
        }
        let same = rest.find(|c| c != first).unwrap_or(rest.len());
        if first.is_ascii_alphabetic() {
            field(&shown, first, same, &mut out)?;
        } else {
            out.push_str(&rest[..same]);
        }
        rest = &rest[same..];
    }
    Some(out)
}

/// A text between quotes, of which two stand for one. Gives what follows it.
fn quoted<'p>(rest: &'p str, out: &mut String) -> Option<&'p str> {
    if let Some(after) = rest.strip_prefix('\'') {
        out.push('\'');
        return Some(after);
    }
    let mut rest = rest;
    loop {
        let (text, after) = rest.split_once('\'')?;
        out.push_str(text);
        match after.strip_prefix('\'') {
            Some(after) => {
                out.push('\'');
                rest = after;
            }
            None => return Some(after),
        }
    }
}

fn field(shown: &Shown<'_>, letter: char, count: usize, out: &mut String) -> Option<()> {
    if count > WIDTH_MAX {
        return None;
    }
    let Shown { date, secs, millis, local, zone } = shown;
    let hour = secs / 3_600;
    let number = match letter {
        'C' => date.year.div_euclid(100),
        'Y' | 'y' if count == 2 => return two_digits(date.year, out),
        'x' if count == 2 => return two_digits(date.week().0, out),
        'Y' => date.year.abs(),
        'y' => date.year,
        'x' => date.week().0,
        'w' => date.week().1,
        'e' => date.weekday(),
        'D' => date.day_of_year(),
        'M' if count < 3 => date.month,
        'd' => date.day,
        'K' => hour % 12,
        'h' => (hour + 11) % 12 + 1,
        'H' => hour,
        'k' => (hour + 23) % 24 + 1,
        'm' => secs / 60 % 60,
        's' => secs % 60,
        'G' => return push(out, if date.year > 0 { "AD" } else { "BC" }),
        'M' => return push(out, named(MONTHS[date.month as usize - 1], count)),
        'E' => return push(out, named(DAYS[date.weekday() as usize - 1], count)),
        'a' => return push(out, if hour < 12 { "AM" } else { "PM" }),
        'S' => return fraction(*millis, count, out),
        'z' => return push(out, local.name),
        'Z' if count < 3 => return push(out, &write_offset(local.offset_secs, count == 2)),
        'Z' => return push(out, zone.id()),
        _ => return None,
    };
    let width = count + usize::from(number < 0);
    write!(out, "{number:0width$}").ok()
}

fn push(out: &mut String, text: &str) -> Option<()> {
    out.push_str(text);
    Some(())
}

fn two_digits(year: i64, out: &mut String) -> Option<()> {
    write!(out, "{:02}", year.rem_euclid(100)).ok()
}

fn named(name: &str, count: usize) -> &str {
    if count < 4 { short(name) } else { name }
}

/// So many digits of a second; what is finer than a millisecond is zero.
fn fraction(millis: i64, count: usize, out: &mut String) -> Option<()> {
    let digits = format!("{millis:03}{}", "0".repeat(count.saturating_sub(3)));
    push(out, &digits[..count])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_are_those_of_joda_time() {
        let cases = [
            ("yyyy.MM.dd G 'at' HH:mm:ss z", "America/Belize", "2023.11.14 AD at 16:13:20 CST"),
            ("yyyy-MM-dd'T'HH:mm:ss.SSSZZ", "Europe/Berlin", "2023-11-14T23:13:20.123+01:00"),
            ("EEEE, MMMM d, yyyy h:mm a", "UTC", "Tuesday, November 14, 2023 10:13 PM"),
            ("EEE MMM dd yy", "UTC", "Tue Nov 14 23"),
            ("D e w xxxx C", "UTC", "318 2 46 2023 20"),
            ("K k S SSSSSS", "UTC", "10 22 1 123000"),
            ("Z ZZ ZZZ", "Asia/Kolkata", "+0530 +05:30 Asia/Kolkata"),
            ("yyyyyy''MM ''''", "UTC", "002023'11 ''"),
            ("'o''clock'", "UTC", "o'clock"),
            ("", "UTC", ""),
        ];
        for (pattern, zone, expected) in cases {
            let zone = Zone::named(zone).expect(zone);
            let written = write(pattern, 1_700_000_000_123, &zone);
            assert_eq!(written.as_deref(), Some(expected), "{pattern}");
        }
        for pattern in ["b", "'open", "yyyy U"] {
            assert_eq!(write(pattern, 0, &Zone::utc()), None, "{pattern}");
        }
        let noon = |pattern: &str, ms: i64| write(pattern, ms, &Zone::utc());
        assert_eq!(noon("h K H k", 0).as_deref(), Some("12 0 0 24"));
        assert_eq!(noon("yyyy-MM-dd HH:mm:ss.SSS", -1).as_deref(), Some("1969-12-31 23:59:59.999"));
    }
}
