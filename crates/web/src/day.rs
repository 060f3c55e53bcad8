//! Calendar days: just enough to say when to come back.

/// A day of the Gregorian calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Day {
    /// Year.
    pub year: i32,
    /// Month, 1 to 12.
    pub month: u32,
    /// Day of the month.
    pub day: u32,
}

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
const WEEKDAYS: [&str; 7] = ["Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"];

impl Day {
    /// The day this many days later.
    pub fn plus(self, days: u32) -> Self {
        Self::from_number(self.number() + i64::from(days))
    }

    /// "Tuesday 8 December 2026".
    pub fn long(self) -> String {
        let weekday = WEEKDAYS[usize::try_from(self.number().rem_euclid(7)).unwrap_or_default()];
        format!("{weekday} {}", self.short())
    }

    /// "8 December 2026".
    pub fn short(self) -> String {
        let month = MONTHS.get(self.month.wrapping_sub(1) as usize).copied().unwrap_or_default();
        format!("{} {month} {}", self.day, self.year)
    }

    /// Days since 1 January 1970 (the algorithm of Howard Hinnant's `days_from_civil`).
    fn number(self) -> i64 {
        let year = i64::from(self.year) - i64::from(self.month <= 2);
        let era = year.div_euclid(400);
        let of_era = year.rem_euclid(400);
        let shifted = (i64::from(self.month) + 9) % 12;
        let of_year = (153 * shifted + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
    }

    fn from_number(number: i64) -> Self {
        let shifted = number + 719_468;
        let era = shifted.div_euclid(146_097);
        let of_era = shifted.rem_euclid(146_097);
        let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
        let of_year = of_era - (365 * year + year / 4 - year / 100);
        let month = (5 * of_year + 2) / 153;
        let day = of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year + era * 400 + i64::from(month <= 2);
        Self {
            year: i32::try_from(year).unwrap_or(i32::MAX),
            month: u32::try_from(month).unwrap_or(1),
            day: u32::try_from(day).unwrap_or(1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Day;

    fn check(from: (i32, u32, u32), days: u32, expected: &str) {
        let (year, month, day) = from;
        assert_eq!(Day { year, month, day }.plus(days).long(), expected);
    }

    #[test]
    fn come_back_dates_cross_months_years_and_leap_days() {
        check((2026, 11, 24), 0, "Tuesday 24 November 2026");
        check((2026, 11, 24), 14, "Tuesday 8 December 2026");
        check((2026, 12, 31), 1, "Friday 1 January 2027");
        check((2028, 2, 28), 1, "Tuesday 29 February 2028");
        check((2000, 2, 29), 366, "Thursday 1 March 2001");
        check((1970, 1, 1), 0, "Thursday 1 January 1970");
    }
}
