//! The calendar: seconds since 1970 as a date and a time of day, and back.

pub const SECS_A_DAY: i64 = 86_400;

/// A date of the Gregorian calendar, before 1582 too.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    pub year: i64,
    /// From 1.
    pub month: i64,
    /// From 1.
    pub day: i64,
}

impl Date {
    /// Counts in cycles of 400 years that begin on 1 March, so that a leap day comes last.
    pub fn from_days(days: i64) -> Date {
        const DAYS_TO_1970: i64 = 719_468;
        const DAYS_A_CYCLE: i64 = 146_097;
        let shifted = days + DAYS_TO_1970;
        let (cycle, day) = (shifted.div_euclid(DAYS_A_CYCLE), shifted.rem_euclid(DAYS_A_CYCLE));
        let year = (day - day / 1_460 + day / 36_524 - day / 146_096) / 365;
        let day = day - (365 * year + year / 4 - year / 100);
        let month = (5 * day + 2) / 153;
        let day = day - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        Date { year: year + cycle * 400 + i64::from(month <= 2), month, day }
    }

    pub fn to_days(self) -> i64 {
        const DAYS_TO_1970: i64 = 719_468;
        let year = self.year - i64::from(self.month <= 2);
        let (cycle, year) = (year.div_euclid(400), year.rem_euclid(400));
        let month = (self.month + 9) % 12;
        let day = (153 * month + 2) / 5 + self.day - 1;
        cycle * 146_097 + year * 365 + year / 4 - year / 100 + day - DAYS_TO_1970
    }

    /// From 1 for Monday to 7.
    pub fn weekday(self) -> i64 {
        (self.to_days() + 3).rem_euclid(7) + 1
    }

    /// From 1.
    pub fn day_of_year(self) -> i64 {
        self.to_days() - Date { month: 1, day: 1, ..self }.to_days() + 1
    }

    /// The year and week of ISO 8601: a week belongs to the year of its Thursday.
    pub fn week(self) -> (i64, i64) {
        let thursday = Date::from_days(self.to_days() - self.weekday() + 4);
        (thursday.year, (thursday.day_of_year() - 1) / 7 + 1)
    }
}

pub(crate) fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

pub fn days_of_month(year: i64, month: i64) -> i64 {
    match month {
        2 => 28 + i64::from(is_leap(year)),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_dates_are_each_others_inverse() {
        for days in (-800_000..800_000).step_by(37).chain(-800..800) {
            let date = Date::from_days(days);
            assert_eq!(date.to_days(), days, "{date:?}");
            assert!((1..=days_of_month(date.year, date.month)).contains(&date.day), "{date:?}");
        }
        let date = |year, month, day| Date { year, month, day };
        assert_eq!(Date::from_days(0), date(1970, 1, 1));
        assert_eq!(date(2000, 2, 29).to_days(), 11_016);
        assert_eq!(date(2026, 11, 21).weekday(), 6);
        assert_eq!(date(2024, 12, 31).day_of_year(), 366);
        assert_eq!(date(2021, 1, 3).week(), (2020, 53));
        assert_eq!(date(2018, 12, 31).week(), (2019, 1));
    }
}
