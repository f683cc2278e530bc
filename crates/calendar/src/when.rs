//! Schedule expressions: `rate(5 minutes)`, `cron(0 10 * * ? *)`, `at(2026-11-20T13:00:00)`.

use crate::civil::{Date, SECS_A_DAY, days_of_month};
use crate::cron::{Cron, UnfitCron};
use crate::zone::Zone;

/// When something is due.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum When {
    Rate(Every),
    Cron(Box<Cron>),
    /// Once, at a time of the clock on the wall, in seconds since 1970.
    At(i64),
}

/// Again and again, so many seconds apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every {
    secs: i64,
}

/// Why a text says no time.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum UnfitWhen {
    #[error("'{0}' is none of rate(…), cron(…) and at(…)")]
    Kind(String),
    #[error(
        "'{0}' is no rate: it needs a number and minutes, hours or days, as in rate(5 minutes)"
    )]
    Rate(String),
    #[error(transparent)]
    Cron(#[from] UnfitCron),
    #[error("'{0}' is no time: it needs to be like at(2026-11-20T13:00:00)")]
    At(String),
}

impl When {
    pub fn parse(text: &str) -> Result<When, UnfitWhen> {
        let inner = |kind: &str| text.strip_prefix(kind)?.strip_suffix(')');
        if let Some(rate) = inner("rate(") {
            Ok(When::Rate(Every::parse(rate).ok_or_else(|| UnfitWhen::Rate(text.to_owned()))?))
        } else if let Some(cron) = inner("cron(") {
            Ok(When::Cron(Box::new(Cron::parse(cron)?)))
        } else if let Some(at) = inner("at(") {
            Ok(When::At(local_secs(at).ok_or_else(|| UnfitWhen::At(text.to_owned()))?))
        } else {
            Err(UnfitWhen::Kind(text.to_owned()))
        }
    }

    /// The first moment behind this one, in seconds since 1970. Rates count from `begun`, which is
    /// their first.
    pub fn next(&self, after: i64, begun: i64, zone: &Zone) -> Option<i64> {
        match self {
            When::Rate(every) => Some(every.next(after, begun)),
            When::Cron(cron) => cron.next(after, zone),
            When::At(local) => Some(zone.moment_of(*local)).filter(|moment| *moment > after),
        }
    }
}

impl Every {
    /// `5 minutes`. One is not plural, as AWS has it.
    fn parse(text: &str) -> Option<Every> {
        let (count, unit) = text.split_once(' ')?;
        let count = count.parse::<u32>().ok().filter(|count| *count > 0)?;
        let unit = if count == 1 { unit } else { unit.strip_suffix('s')? };
        let unit_secs = match unit {
            "minute" => 60,
            "hour" => 3_600,
            "day" => SECS_A_DAY,
            _ => return None,
        };
        Some(Every { secs: i64::from(count) * unit_secs })
    }

    fn next(self, after: i64, begun: i64) -> i64 {
        let past = (after - begun).div_euclid(self.secs);
        begun + (past + 1).max(0) * self.secs
    }
}

/// `2026-11-20T13:00:00`
fn local_secs(text: &str) -> Option<i64> {
    let (date, time) = text.split_once('T')?;
    let numbers = |text: &str, mark: char, widths: [usize; 3]| -> Option<[i64; 3]> {
        let parts: Vec<&str> = text.split(mark).collect();
        let [first, second, third] = parts[..] else { return None };
        let is_plain = |(part, width): (&str, usize)| {
            part.len() == width && part.bytes().all(|byte| byte.is_ascii_digit())
        };
        let parts = [first, second, third];
        parts.into_iter().zip(widths).all(is_plain).then_some(())?;
        Some([first.parse().ok()?, second.parse().ok()?, third.parse().ok()?])
    };
    let [year, month, day] = numbers(date, '-', [4, 2, 2])?;
    let [hour, minute, second] = numbers(time, ':', [2, 2, 2])?;
    let is_date = (1..=12).contains(&month) && (1..=days_of_month(year, month)).contains(&day);
    let is_time = hour < 24 && minute < 60 && second < 60;
    let days = Date { year, month, day }.to_days();
    (is_date && is_time).then_some(days * SECS_A_DAY + hour * 3_600 + minute * 60 + second)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rates_count_from_their_beginning_and_do_not_drift() {
        let rate = When::parse("rate(5 minutes)").expect("right");
        let next = |after| rate.next(after, 1_007, &Zone::utc());
        assert_eq!(next(1_007), Some(1_307));
        assert_eq!(next(1_306), Some(1_307));
        assert_eq!(next(1_307), Some(1_607));
        assert_eq!(next(1_000_000), Some(1_007 + 300 * 3_330));
        assert_eq!(next(0), Some(1_007));
        let daily = When::parse("rate(1 day)").expect("right");
        assert_eq!(daily.next(5, 5, &Zone::utc()), Some(5 + SECS_A_DAY));
    }

    #[test]
    fn a_time_on_the_wall_comes_once() {
        let at = When::parse("at(2026-07-01T12:00:00)").expect("right");
        let zone = Zone::named("Europe/Berlin").expect("known");
        let noon = 1_782_900_000;
        assert_eq!(at.next(0, 0, &zone), Some(noon));
        assert_eq!(at.next(noon, 0, &zone), None);
    }

    #[test]
    fn other_texts_are_refused() {
        let texts = [
            "",
            "rate",
            "rate()",
            "rate(5)",
            "rate(0 minutes)",
            "rate(1 minutes)",
            "rate(5 minute)",
            "rate(5 seconds)",
            "rate(-5 minutes)",
            "rate(5  minutes)",
            "cron(* * *)",
            "at(x)",
            "at(2026-02-30T00:00:00)",
            "at(2026-01-01T24:00:00)",
            "at(2026-1-1T00:00:00)",
            "at(2026-01-01 00:00:00)",
            "every(5 minutes)",
            "rate(5 minutes",
        ];
        for text in texts {
            When::parse(text).expect_err(text);
        }
    }
}
