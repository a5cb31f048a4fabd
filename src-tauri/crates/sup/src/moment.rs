//! Dates and times as SUP writes them: `DD.MM.YYYY`, `DD.MM.YYYY HH:MM`, `HH:MM`. What isn't one is kept as text.

use jiff::civil::{Date, DateTime, Time};
use serde::{Deserialize, Deserializer};
use wire::Open;
use wire::json::maybe;

/// A date; a time after it is left out.
pub fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Open<Date>>, D::Error> {
    read(deserializer, |text| Some(parse(text)?.date()))
}

/// A date and time; midnight if only a date is given.
pub fn date_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Open<DateTime>>, D::Error> {
    read(deserializer, parse)
}

/// A time of day; the format is our reading, the document states none.
pub fn time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Open<Time>>, D::Error> {
    read(deserializer, |text| {
        ["%H:%M", "%H:%M:%S"].into_iter().find_map(|format| Time::strptime(format, text).ok())
    })
}

fn read<'de, D: Deserializer<'de>, T>(
    deserializer: D,
    parse: impl Fn(&str) -> Option<T>,
) -> Result<Option<Open<T>>, D::Error> {
    #[derive(Deserialize)]
    #[serde(transparent)]
    struct Text(#[serde(deserialize_with = "wire::json::text_or_number")] String);

    let text = maybe::<_, Text>(deserializer)?;
    Ok(text.map(|Text(text)| match parse(text.trim()) {
        Some(value) => Open::Known(value),
        None => Open::Other(text),
    }))
}

fn parse(text: &str) -> Option<DateTime> {
    ["%d.%m.%Y %H:%M", "%d.%m.%Y %H:%M:%S"]
        .into_iter()
        .find_map(|format| DateTime::strptime(format, text).ok())
        .or_else(|| Some(Date::strptime("%d.%m.%Y", text).ok()?.into()))
}
