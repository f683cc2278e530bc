//! Days and nanoseconds as dates and hours, in the Gregorian calendar without end.

use super::{DAY, SECOND};

/// A date.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Date {
    pub(crate) year: i64,
    /// From 1.
    pub(crate) month: i64,
    /// From 1.
    pub(crate) day: i64,
}

/// A time, cut into its parts.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) struct Moment {
    pub(crate) date: Date,
    pub(crate) hour: i64,
    pub(crate) minute: i64,
    pub(crate) second: i64,
    pub(crate) nanos: i64,
}

/// Days of the era that begins on 1 March 0000 until 1970.
const DAYS_BEFORE_1970: i64 = 719_468;
const DAYS_OF_400_YEARS: i64 = 146_097;

impl Date {
    /// The date of a day since 1970. Years are counted from March, so that a leap day is the last.
    pub(crate) fn of_days(days: i64) -> Date {
        let shifted = days + DAYS_BEFORE_1970;
        let era = shifted.div_euclid(DAYS_OF_400_YEARS);
        let of_era = shifted.rem_euclid(DAYS_OF_400_YEARS);
        let year_of_era = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let from_march = (5 * of_year + 2) / 153;
        let day = of_year - (153 * from_march + 2) / 5 + 1;
        let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
        let year = era * 400 + year_of_era + i64::from(month <= 2);
        Date { year, month, day }
    }

    /// Days since 1970.
    pub(crate) fn days(self) -> i64 {
        let year = self.year - i64::from(self.month <= 2);
        let (era, year_of_era) = (year.div_euclid(400), year.rem_euclid(400));
        let from_march = (self.month + 9) % 12;
        let of_year = (153 * from_march + 2) / 5 + self.day - 1;
        let of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + of_year;
        era * DAYS_OF_400_YEARS + of_era - DAYS_BEFORE_1970
    }

    /// The date, if there is such a one.
    pub(crate) fn checked(year: i64, month: i64, day: i64) -> Option<Date> {
        let exists = (1..=12).contains(&month) && day >= 1 && day <= days_of_month(year, month);
        exists.then_some(Date { year, month, day })
    }

    /// That many months later; the day becomes the last of its month if that is shorter.
    pub(crate) fn plus_months(self, months: i64) -> Option<Date> {
        let all = self.year.checked_mul(12)?.checked_add(self.month - 1)?.checked_add(months)?;
        let (year, month) = (all.div_euclid(12), all.rem_euclid(12) + 1);
        Some(Date { year, month, day: self.day.min(days_of_month(year, month)) })
    }

    pub(crate) fn day_of_year(self) -> i64 {
        self.days() - Date { month: 1, day: 1, ..self }.days() + 1
    }

    /// The year and week of ISO 8601: weeks begin on Monday, the first holds 4 January.
    pub(crate) fn iso_week(self) -> (i64, i64) {
        let days = self.days();
        // The week belongs to the year of its Thursday.
        let thursday = days - (day_of_week(days) - 1) + 3;
        let year = Date::of_days(thursday).year;
        let first = Date { year, month: 1, day: 1 }.days();
        (year, (thursday - first) / 7 + 1)
    }
}

impl Moment {
    /// Cuts nanoseconds since 1970.
    pub(crate) fn of_nanos(nanos: i64) -> Moment {
        let of_day = nanos.rem_euclid(DAY);
        Moment {
            date: Date::of_days(nanos.div_euclid(DAY)),
            hour: of_day / (3_600 * SECOND),
            minute: of_day / (60 * SECOND) % 60,
            second: of_day / SECOND % 60,
            nanos: of_day % SECOND,
        }
    }

    /// Nanoseconds since 1970, if they can be counted.
    pub(crate) fn checked_nanos(self) -> Option<i64> {
        let of_day = ((self.hour * 60 + self.minute) * 60 + self.second) * SECOND + self.nanos;
        nanos_of(self.date.days(), of_day)
    }
}

pub(crate) fn nanos_of(days: i64, of_day: i64) -> Option<i64> {
    let all = i128::from(days) * i128::from(DAY) + i128::from(of_day);
    i64::try_from(all).ok()
}

/// From 1, a Monday, to 7.
pub(crate) fn day_of_week(days: i64) -> i64 {
    (days + 3).rem_euclid(7) + 1
}

pub(crate) fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_are_each_other() {
        for days in (-1_000_000..1_000_000).step_by(97) {
            let date = Date::of_days(days);
            assert_eq!(date.days(), days);
            assert_eq!(Date::checked(date.year, date.month, date.day), Some(date));
        }
        assert_eq!(Date::of_days(19_782), Date { year: 2024, month: 2, day: 29 });
        assert_eq!(day_of_week(0), 4);
        assert_eq!(Date { year: 2021, month: 1, day: 3 }.iso_week(), (2020, 53));
        assert_eq!(Date { year: 2024, month: 12, day: 30 }.iso_week(), (2025, 1));
    }

    #[test]
    fn months_keep_within_their_days() {
        let last = Date { year: 2024, month: 1, day: 31 };
        assert_eq!(last.plus_months(1), Some(Date { year: 2024, month: 2, day: 29 }));
        assert_eq!(last.plus_months(-11), Some(Date { year: 2023, month: 2, day: 28 }));
    }
}
