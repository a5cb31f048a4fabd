//! USOS's clock against ours (`services/apisrv/now`).

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// What time it is at USOS.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ServerNow {
    /// USOS's time.
    pub at: Timestamp,
    /// How far USOS's clock is ahead of ours (negative: behind), as exact as half the way there and back.
    pub skew: SignedDuration,
}

impl ServerNow {
    /// Reads `YYYY-MM-DD HH:MM:SS.ffffff`, local time in Poland, given when it was asked and answered by our clock.
    pub(crate) fn read(text: &str, asked: Timestamp, answered: Timestamp) -> Option<Self> {
        let local = DateTime::strptime("%Y-%m-%d %H:%M:%S%.f", text.trim()).ok()?;
        let ours = asked.checked_add(answered.duration_since(asked) / 2).ok()?;
        let ambiguous = warsaw().into_ambiguous_zoned(local);
        // In autumn an hour comes twice: it is the one that is nearer to our clock.
        let moments = [ambiguous.clone().earlier().ok()?, ambiguous.later().ok()?];
        let at = moments
            .map(|moment| moment.timestamp())
            .into_iter()
            .min_by_key(|at| ours.duration_since(*at).abs())?;
        Some(Self { at, skew: at.duration_since(ours) })
    }
}

/// From the system's tables; a bare machine without them has today's rule.
fn warsaw() -> TimeZone {
    TimeZone::get("Europe/Warsaw")
        .or_else(|_| TimeZone::posix("CET-1CEST,M3.5.0,M10.5.0/3"))
        .unwrap_or(TimeZone::UTC)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str, ours: &str) -> Option<ServerNow> {
        let ours = ours.parse().unwrap();
        ServerNow::read(text, ours, ours)
    }

    #[test]
    fn local_time_is_that_of_poland() {
        let summer = read("2024-07-01 14:00:02.500000", "2024-07-01T12:00:00Z").unwrap();
        assert_eq!(summer.at, "2024-07-01T12:00:02.5Z".parse().unwrap());
        assert_eq!(summer.skew, SignedDuration::from_millis(2500));
        let winter = read("2024-01-01 12:59:59.000000", "2024-01-01T12:00:00Z").unwrap();
        assert_eq!(winter.skew, SignedDuration::from_secs(-1));
    }

    #[test]
    fn the_hour_that_comes_twice_is_the_nearer_one() {
        for ours in ["2024-10-27T00:30:00Z", "2024-10-27T01:30:00Z"] {
            assert_eq!(read("2024-10-27 02:30:00.000000", ours).unwrap().skew, SignedDuration::ZERO);
        }
    }

    #[test]
    fn skew_is_counted_from_the_middle_of_the_way() {
        let (asked, answered) =
            ("2024-01-01T11:00:00Z".parse().unwrap(), "2024-01-01T11:00:04Z".parse().unwrap());
        let now = ServerNow::read("2024-01-01 12:00:02", asked, answered).unwrap();
        assert_eq!(now.skew, SignedDuration::ZERO);
    }

    #[test]
    fn anything_else_is_no_time() {
        assert_eq!(read("noon", "2024-01-01T12:00:00Z"), None);
    }
}
