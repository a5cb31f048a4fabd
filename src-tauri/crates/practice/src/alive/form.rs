//! The attributes of a request's body, checked one and all: a refusal names every attribute that is wrong.
//!
//! Unknown attributes are ignored; null, a missing attribute and an empty string are the same (decisions N12, N13).

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::http::HeaderMap;
use axum::http::header::CONTENT_TYPE;
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value};

use super::envelope::{FieldError, Refusal, Wrong};
use super::query::day;

/// One JSON object of a request: the whole body, or an object nested in it.
pub(super) struct Form {
    object: Map<String, Value>,
    /// What stands before the names of its attributes: empty, or `addresses[0].`.
    prefix: String,
    errors: Vec<FieldError>,
}

impl Form {
    /// What was read, if nothing was wrong with it.
    pub(super) fn finish<T>(self, read: Option<T>) -> Result<T, Refusal> {
        match read {
            Some(read) if self.errors.is_empty() => Ok(read),
            _ => Err(Refusal::invalid(self.errors)),
        }
    }

    /// Notes what is wrong with an attribute.
    pub(super) fn refuse(&mut self, name: &str, wrong: Wrong) {
        self.errors.push(FieldError::new(format!("{}{name}", self.prefix), wrong));
    }

    pub(super) fn has(&self, name: &str) -> bool {
        match self.object.get(name) {
            None | Some(Value::Null) => false,
            Some(Value::String(text)) => !text.trim().is_empty(),
            Some(_) => true,
        }
    }

    /// Reads an attribute that must be there.
    pub(super) fn mandatory<T>(
        &mut self,
        name: &str,
        read: impl FnOnce(&mut Self, &str) -> Option<T>,
    ) -> Option<T> {
        if !self.has(name) {
            self.refuse(name, Wrong::Blank);
            return None;
        }
        read(self, name)
    }

    pub(super) fn text(&mut self, name: &str) -> Option<String> {
        match self.take(name)? {
            Value::String(text) => Some(text),
            _ => self.malformed(name),
        }
    }

    /// A string of which `good` is true.
    pub(super) fn formatted(&mut self, name: &str, good: impl FnOnce(&str) -> bool) -> Option<String> {
        let text = self.text(name)?;
        if good(&text) { Some(text) } else { self.malformed(name) }
    }

    /// A value of an enum, spelt as the manual spells it.
    pub(super) fn choice<T: DeserializeOwned>(&mut self, name: &str) -> Option<T> {
        let chosen = serde_json::from_value(self.text(name)?.into()).ok();
        if chosen.is_none() {
            self.refuse(name, Wrong::Choice);
        }
        chosen
    }

    /// `yyyy-MM-dd`.
    pub(super) fn date(&mut self, name: &str) -> Option<Date> {
        let text = self.text(name)?;
        let date = day(&text);
        if date.is_none() { self.malformed(name) } else { date }
    }

    /// A date "not in future".
    pub(super) fn past_date(&mut self, name: &str, today: Date) -> Option<Date> {
        let date = self.date(name)?;
        if date > today {
            self.refuse(name, Wrong::InFuture);
            return None;
        }
        Some(date)
    }

    /// An Integer: a JSON number without a fraction.
    pub(super) fn integer(&mut self, name: &str) -> Option<i64> {
        let number = self.take(name)?.as_i64();
        if number.is_none() { self.malformed(name) } else { number }
    }

    pub(super) fn boolean(&mut self, name: &str) -> Option<bool> {
        let flag = self.take(name)?.as_bool();
        if flag.is_none() { self.malformed(name) } else { flag }
    }

    /// A nested object, read by `read`.
    pub(super) fn object<T>(&mut self, name: &str, read: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        let value = self.take(name)?;
        self.nested(name, value, read)
    }

    /// An array of objects, each read by `read`. None where it's missing or isn't an array.
    pub(super) fn list<T>(
        &mut self,
        name: &str,
        mut read: impl FnMut(&mut Self) -> Option<T>,
    ) -> Option<Vec<T>> {
        let Value::Array(items) = self.take(name)? else {
            return self.malformed(name);
        };
        let mut all = Vec::with_capacity(items.len());
        for (n, item) in items.into_iter().enumerate() {
            all.extend(self.nested(&format!("{name}[{n}]"), item, &mut read));
        }
        Some(all)
    }

    fn nested<T>(
        &mut self,
        name: &str,
        value: Value,
        read: impl FnOnce(&mut Self) -> Option<T>,
    ) -> Option<T> {
        let Value::Object(object) = value else {
            return self.malformed(name);
        };
        let errors = std::mem::take(&mut self.errors);
        let mut inner = Self { object, prefix: format!("{}{name}.", self.prefix), errors };
        let read = read(&mut inner);
        self.errors = inner.errors;
        read
    }

    /// Each attribute is read once, so it may be moved out.
    fn take(&mut self, name: &str) -> Option<Value> {
        if self.has(name) { self.object.remove(name) } else { None }
    }

    fn malformed<T>(&mut self, name: &str) -> Option<T> {
        self.refuse(name, Wrong::Format);
        None
    }
}

impl<S: Send + Sync> FromRequest<S> for Form {
    type Rejection = Refusal;

    async fn from_request(request: Request, state: &S) -> Result<Self, Refusal> {
        if !is_json(request.headers()) {
            return Err(Refusal::media_type());
        }
        let body = Bytes::from_request(request, state).await.unwrap_or_default();
        let Ok(Value::Object(object)) = serde_json::from_slice(&body) else {
            return Err(Refusal::invalid(Vec::new()));
        };
        Ok(Self { object, prefix: String::new(), errors: Vec::new() })
    }
}

/// `application/json`, whatever its parameters.
fn is_json(headers: &HeaderMap) -> bool {
    headers
        .get(CONTENT_TYPE)
        .and_then(|value| value.to_str().ok())
        .and_then(|value| value.split(';').next())
        .is_some_and(|media| media.trim().eq_ignore_ascii_case("application/json"))
}
