//! When the numbers of a type will run out.

use jiff::Timestamp;
use jiff::ToSpan;
use jiff::civil::Date;
use jiff::tz::TimeZone;

use crate::sql::query;
use crate::{Ledger, LedgerError};

/// So many days tell how fast numbers are used: four weeks, so that each weekday counts the same.
pub const LOOKED_BACK: i32 = 28;

/// The numbers of a type that were used on a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct DayUse {
    pub day: Date,
    pub numbers: u64,
}

/// The day on which nothing will be left, if numbers are used as in the last four weeks, today among them; if the
/// first use is younger, as since then. None where nothing was used: there's nothing to tell it by.
pub fn forecast(left: u64, uses: &[DayUse], today: Date) -> Option<Date> {
    let days_ago = |day: Date| today.since(day).map_or(i32::MAX, |span| span.get_days());
    let counted = |it: &&DayUse| it.numbers > 0 && (0..LOOKED_BACK).contains(&days_ago(it.day));
    let used: u64 = uses.iter().filter(counted).map(|it| it.numbers).sum();
    let first = uses.iter().filter(counted).map(|it| days_ago(it.day)).max()?;
    let days = u64::try_from(first).ok()? + 1;
    // left ÷ (used ÷ days), in whole numbers.
    let lasts = left.checked_mul(days)? / used;
    // What lasts for longer than anyone plans for isn't forecast.
    today.checked_add(i64::try_from(lasts).ok().filter(|days| *days < 36_500)?.days()).ok()
}

impl Ledger {
    /// How many numbers of a type the desks have used on each of the last so many days until `today`, oldest
    /// first; days without use are left out. The days are those of UTC.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn uses(&self, card_type: &str, today: Date, days: i32) -> Result<Vec<DayUse>, LedgerError> {
        let midnight =
            |day: Date| Ok::<_, LedgerError>(day.to_zoned(TimeZone::UTC)?.timestamp().as_millisecond());
        let from = midnight(today.saturating_sub(days.saturating_sub(1).days()))?;
        let rows = query(
            "SELECT used_at / 86400000, count(*) FROM stock
             WHERE card_type = $1 AND used_at >= $2 AND used_at < $3 GROUP BY 1 ORDER BY 1",
        )
        .bind(card_type)
        .bind(from)
        .bind(midnight(today.saturating_add(1.day()))?)
        .fetch_all(self.readers())
        .await?;
        rows.iter()
            .map(|row| {
                let day = Timestamp::from_second(row.try_get::<i64>(0)?.saturating_mul(86_400))?;
                let day = day.to_zoned(TimeZone::UTC).date();
                Ok(DayUse { day, numbers: row.try_get::<i64>(1)?.unsigned_abs() })
            })
            .collect()
    }

    /// The day on which the numbers of a type will run out ([`forecast`]); those that are leased count as left.
    ///
    /// # Errors
    /// [`LedgerError`] if it could not be read.
    pub async fn runs_out(&self, card_type: &str, today: Date) -> Result<Option<Date>, LedgerError> {
        let left = query("SELECT count(*) FROM stock WHERE card_type = $1 AND state IN ('free', 'leased')")
            .bind(card_type)
            .fetch_one(self.readers())
            .await?;
        let uses = self.uses(card_type, today, LOOKED_BACK).await?;
        Ok(forecast(left.try_get::<i64>(0)?.unsigned_abs(), &uses, today))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    const TODAY: Date = date(2026, 3, 10);

    fn days(uses: &[(i64, u64)]) -> Vec<DayUse> {
        uses.iter()
            .map(|(ago, numbers)| DayUse { day: TODAY.saturating_sub(ago.days()), numbers: *numbers })
            .collect()
    }

    #[test]
    fn it_runs_out_when_the_mean_of_four_weeks_has_used_what_is_left() {
        // 56 in 28 days are two a day.
        let uses = days(&[(27, 20), (13, 30), (0, 6)]);
        assert_eq!(forecast(20, &uses, TODAY), Some(date(2026, 3, 20)));
        assert_eq!(forecast(21, &uses, TODAY), Some(date(2026, 3, 20)), "the last one is left for a day");
        assert_eq!(forecast(1, &uses, TODAY), Some(TODAY));
        assert_eq!(forecast(0, &uses, TODAY), Some(TODAY));
    }

    #[test]
    fn what_is_older_than_four_weeks_or_not_yet_does_not_count() {
        let uses = days(&[(28, 1000), (27, 28), (-1, 1000)]);
        assert_eq!(forecast(10, &uses, TODAY), Some(date(2026, 3, 20)));
    }

    #[test]
    fn a_stock_that_was_first_used_this_week_is_measured_since_then() {
        assert_eq!(forecast(100, &days(&[(4, 50)]), TODAY), Some(date(2026, 3, 20)));
    }

    #[test]
    fn without_use_there_is_no_forecast() {
        assert_eq!(forecast(100, &[], TODAY), None);
        assert_eq!(forecast(100, &days(&[(40, 7), (3, 0)]), TODAY), None);
        assert_eq!(forecast(u64::MAX, &days(&[(3, 1)]), TODAY), None, "nor where it would be centuries");
    }
}
