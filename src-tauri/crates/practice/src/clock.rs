//! The clock of the practice world. It's passed in, and tests may move it forward: tokens run out, cards expire.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use jiff::civil::{Date, DateTime, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

/// Days are those of Europe/Prague (decision ALIVE N38); Europe/Warsaw (USOS N4) has the same wall clock.
static PRAGUE: TimeZone = jiff::tz::get!("Europe/Prague");

/// The time of the practice world: a source that's passed in, plus what tests have moved it forward by.
/// Clones share the movement.
#[derive(Clone)]
pub struct Clock {
    source: Arc<dyn Fn() -> Timestamp + Send + Sync>,
    ahead_ms: Arc<AtomicI64>,
}

impl Clock {
    /// A clock that reads `source`.
    pub fn new(source: impl Fn() -> Timestamp + Send + Sync + 'static) -> Self {
        Self { source: Arc::new(source), ahead_ms: Arc::default() }
    }

    /// A clock that stands still until it's moved by [`Clock::forward`].
    pub fn fixed(at: Timestamp) -> Self {
        Self::new(move || at)
    }

    /// Moves this clock and all its clones forward.
    pub fn forward(&self, by: SignedDuration) {
        let ms = i64::try_from(by.as_millis()).unwrap_or(i64::MAX);
        self.ahead_ms.fetch_add(ms, Ordering::SeqCst);
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        let now = (self.source)();
        let ahead = SignedDuration::from_millis(self.ahead_ms.load(Ordering::SeqCst));
        now.checked_add(ahead).unwrap_or(Timestamp::MAX)
    }

    /// The wall clock at the university.
    pub fn local(&self) -> DateTime {
        local(self.now())
    }

    /// The day at the university.
    pub fn today(&self) -> Date {
        self.local().date()
    }
}

/// The university's wall clock at a moment.
pub(crate) fn local(at: Timestamp) -> DateTime {
    PRAGUE.to_datetime(at)
}

/// The first moment of a day at the university.
pub(crate) fn beginning(day: Date) -> Option<Timestamp> {
    PRAGUE.to_timestamp(day.to_datetime(Time::midnight())).ok()
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Clock").field("now", &self.now()).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_those_of_europe_prague() {
        let summer_night: Timestamp = "2026-07-14T22:30:00Z".parse().unwrap();
        let winter_night: Timestamp = "2026-01-14T22:30:00Z".parse().unwrap();
        assert_eq!(Clock::fixed(summer_night).today().to_string(), "2026-07-15");
        assert_eq!(Clock::fixed(winter_night).today().to_string(), "2026-01-14");
    }

    #[test]
    fn moving_the_clock_moves_its_clones() {
        let clock = Clock::fixed("2026-01-14T12:00:00Z".parse().unwrap());
        let clone = clock.clone();
        clock.forward(SignedDuration::from_hours(48));
        assert_eq!(clone.today().to_string(), "2026-01-16");
    }
}
