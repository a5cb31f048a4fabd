//! Query parameters, checked one and all: a refusal names every parameter that is wrong.
//!
//! Unknown parameters are ignored (decision N12); an empty one is a missing one where it's optional (N13).

use std::collections::HashMap;
use std::convert::Infallible;
use std::num::{IntErrorKind, ParseIntError};

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use axum::response::Response;
use jiff::Timestamp;
use jiff::civil::Date;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::envelope::{self, FieldError, Refusal, Wrong};

/// The parameters of one request and what was found wrong with them so far.
pub(super) struct Query {
    values: HashMap<String, String>,
    errors: Vec<FieldError>,
}

/// A page of a listing.
#[derive(Debug, Clone, Copy)]
pub(super) struct Page {
    offset: usize,
    limit: usize,
}

impl Page {
    /// The answer of a listing: this page of what was found.
    pub(super) fn answer<T: Serialize>(self, found: impl Iterator<Item = T>) -> Response {
        envelope::ok(found.skip(self.offset).take(self.limit).collect::<Vec<_>>())
    }
}

impl Query {
    fn parse(query: &str) -> Self {
        Self {
            values: url::form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            errors: Vec::new(),
        }
    }

    /// Refuses with 1001 if anything was wrong.
    pub(super) fn finish(self) -> Result<(), Refusal> {
        if self.errors.is_empty() { Ok(()) } else { Err(Refusal::invalid(self.errors)) }
    }

    fn optional(&self, name: &str) -> Option<&str> {
        self.values.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// A string filter: compared whole and without case, with its diacritics (decision N9).
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.optional(name).map(str::to_lowercase)
    }

    /// A string filter that's compared without spaces (card and phone numbers; decisions N18, N20).
    pub(super) fn compact(&self, name: &str) -> Option<String> {
        self.optional(name).map(compact)
    }

    /// A filter by an enum, without case, as all string parameters of the listings.
    pub(super) fn choice<T: DeserializeOwned>(&mut self, name: &'static str) -> Option<T> {
        let value = self.optional(name)?.to_uppercase();
        let chosen = serde_json::from_value(value.into()).ok();
        if chosen.is_none() {
            self.errors.push(FieldError::new(name, Wrong::Choice));
        }
        chosen
    }

    /// `yyyy-MM-dd`.
    pub(super) fn date(&mut self, name: &'static str) -> Option<Date> {
        let value = self.optional(name)?;
        let date = day(value);
        if date.is_none() {
            self.errors.push(FieldError::new(name, Wrong::Format));
        }
        date
    }

    /// ISO 8601 extended with the offset from UTC.
    pub(super) fn moment(&mut self, name: &'static str) -> Option<Timestamp> {
        let value = self.optional(name)?;
        let moment = is_moment(value).then(|| value.parse().ok()).flatten();
        if moment.is_none() {
            self.errors.push(FieldError::new(name, Wrong::Format));
        }
        moment
    }

    /// An optional identifier.
    pub(super) fn id(&mut self, name: &'static str) -> Option<i64> {
        let id = self.optional(name)?.parse().ok();
        if id.is_none() {
            self.errors.push(FieldError::new(name, Wrong::Format));
        }
        id
    }

    /// The one parameter of a request that reads a record: its identifier.
    pub(super) fn only_id(mut self, name: &'static str) -> Result<Option<i64>, Refusal> {
        let id = self.mandatory(name).and_then(|()| self.id(name));
        self.finish()?;
        Ok(id)
    }

    /// `limit` (mandatory, at least 1) and `offset` (0 unless given; decision N6, N7).
    pub(super) fn page(&mut self) -> Page {
        let limit = match self.mandatory("limit") {
            Some(()) => self.at_least("limit", 1).unwrap_or(1),
            None => 1,
        };
        Page { limit, offset: self.at_least("offset", 0).unwrap_or(0) }
    }

    fn mandatory(&mut self, name: &'static str) -> Option<()> {
        let error = match self.values.get(name).map(String::as_str) {
            None => FieldError::new(name, Wrong::Required),
            Some("") => FieldError::new(name, Wrong::Blank),
            Some(_) => return Some(()),
        };
        self.errors.push(error);
        None
    }

    fn at_least(&mut self, name: &'static str, least: i64) -> Option<usize> {
        // "Its maximal value is not restricted": what doesn't fit is more than there is.
        let number = self.optional(name)?.parse().or_else(|error: ParseIntError| match error.kind() {
            IntErrorKind::PosOverflow => Ok(i64::MAX),
            IntErrorKind::NegOverflow => Ok(i64::MIN),
            _ => Err(Wrong::Format),
        });
        match number.and_then(|number| if number < least { Err(Wrong::Range) } else { Ok(number) }) {
            Ok(number) => Some(usize::try_from(number).unwrap_or(usize::MAX)),
            Err(wrong) => {
                self.errors.push(FieldError::new(name, wrong));
                None
            }
        }
    }
}

impl<S: Sync> FromRequestParts<S> for Query {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Infallible> {
        Ok(Self::parse(parts.uri.query().unwrap_or_default()))
    }
}

/// Without spaces and case.
pub(super) fn compact(value: &str) -> String {
    value.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_lowercase).collect()
}

/// A day as the API spells it: `yyyy-MM-dd`.
pub(super) fn day(value: &str) -> Option<Date> {
    (shape(value) == "0000-00-00").then(|| value.parse().ok()).flatten()
}

fn shape(value: &str) -> String {
    value.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect()
}

/// A `+` that was sent unencoded has become a space and is refused, as is a moment without offset.
fn is_moment(value: &str) -> bool {
    let shape = shape(value);
    let Some(rest) = shape.strip_prefix("0000-00-00T00:00:00") else {
        return false;
    };
    let offset = match rest.strip_prefix('.') {
        Some(fraction) if fraction.starts_with('0') => fraction.trim_start_matches('0'),
        Some(_) => return false,
        None => rest,
    };
    // Trimming the fraction's digits leaves the offset with its sign.
    matches!(offset, "Z" | "+00:00" | "-00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn modified_from_is_iso_8601_extended_with_an_offset() {
        let good = ["2020-08-03T14:35:26+05:00", "2020-08-03T14:35:26Z", "2020-08-03T14:35:26.125-03:30"];
        let bad = [
            "2020-08-03T14:35:26",
            "2020-08-03T14:35:26 05:00",
            "2020-08-03 14:35:26+05:00",
            "20200803T143526+0500",
            "2020-08-03",
            "2020-08-03T14:35:26+0500",
            "2020-08-03T14:35:26.+05:00",
        ];
        assert!(good.iter().all(|value| is_moment(value) && value.parse::<Timestamp>().is_ok()));
        assert!(!bad.iter().any(|value| is_moment(value)));
    }
}
