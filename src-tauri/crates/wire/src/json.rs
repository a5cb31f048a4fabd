//! Reading JSON that leaves things out, sends null, or says something that the manual doesn't know yet.

use std::fmt;

use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::http::Reply;

/// The body isn't the JSON that was expected. It names the place, never the value found there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the answer isn't as expected at {at}")]
pub struct Unreadable {
    /// The path of attribute names and indexes, such as `data[3].valid_to`; `.` for the whole.
    pub at: String,
}

impl Reply {
    /// Reads the body as JSON, whatever the content type says.
    pub fn json<T: DeserializeOwned>(&self) -> Result<T, Unreadable> {
        let mut reader = serde_json::Deserializer::from_slice(&self.body);
        let value = serde_path_to_error::deserialize(&mut reader)
            .map_err(|error| Unreadable { at: error.path().to_string() })?;
        // Something after the end: the body is not one JSON value, hence not what the register wrote.
        reader.end().map_err(|_| Unreadable { at: ".".to_owned() })?;
        Ok(value)
    }

    /// Whether the body looks like a JSON object. (A derived reader would take an array for a struct as well.)
    pub fn is_json_object(&self) -> bool {
        self.body.trim_ascii_start().starts_with(b"{")
    }
}

/// A value of a list that may grow: one that we know, or the text as it was sent.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Open<T> {
    /// A value of the list as it stands today.
    Known(T),
    /// Any other text, kept as it was sent.
    Other(String),
}

impl<T: PartialEq> Open<T> {
    /// Whether it is this known value.
    pub fn is(&self, value: T) -> bool {
        matches!(self, Self::Known(known) if *known == value)
    }
}

impl<T> Open<T> {
    /// The value, if it is a known one.
    pub fn known(&self) -> Option<&T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Other(_) => None,
        }
    }
}

/// For `deserialize_with` beside `default`: missing, null and `""` are all `None`.
pub fn maybe<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match Option::<Value>::deserialize(deserializer)? {
        None => Ok(None),
        Some(Value::String(text)) if text.trim().is_empty() => Ok(None),
        Some(value) => serde_json::from_value(value).map(Some).map_err(hidden),
    }
}

/// For `deserialize_with` beside `default`: missing, null, `""` and `[]` are empty; a single value stands for a list of
/// one.
pub fn list<'de, D, T>(deserializer: D) -> Result<Vec<T>, D::Error>
where
    D: Deserializer<'de>,
    T: Deserialize<'de>,
{
    /// Goes by the JSON type at hand, so that the path to a bad value is kept.
    struct Many<T>(std::marker::PhantomData<T>);

    impl<'de, T: Deserialize<'de>> serde::de::Visitor<'de> for Many<T> {
        type Value = Vec<T>;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a list or a single value")
        }

        fn visit_unit<E>(self) -> Result<Vec<T>, E> {
            Ok(Vec::new())
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Vec<T>, E> {
            if text.trim().is_empty() { Ok(Vec::new()) } else { Err(E::custom("text where a list belongs")) }
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut seq: A) -> Result<Vec<T>, A::Error> {
            let mut many = Vec::new();
            while let Some(one) = seq.next_element()? {
                many.push(one);
            }
            Ok(many)
        }

        fn visit_map<A: serde::de::MapAccess<'de>>(self, map: A) -> Result<Vec<T>, A::Error> {
            T::deserialize(serde::de::value::MapAccessDeserializer::new(map)).map(|one| vec![one])
        }
    }

    deserializer.deserialize_any(Many(std::marker::PhantomData))
}

/// For `deserialize_with`: text, or a whole number as its digits. Identifiers that some servers send as numbers.
pub fn text_or_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    match Value::deserialize(deserializer)? {
        Value::String(text) => Ok(text),
        Value::Number(number) if !number.is_f64() => Ok(number.to_string()),
        _ => Err(D::Error::custom("neither text nor a whole number")),
    }
}

/// serde's own message would quote the value.
fn hidden<E: serde::de::Error>(_: serde_json::Error) -> E {
    E::custom("unexpected value")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug, PartialEq, Deserialize)]
    enum Light {
        #[serde(rename = "RED")]
        Red,
    }

    #[derive(Debug, PartialEq, Deserialize)]
    struct Sample {
        #[serde(default, deserialize_with = "maybe")]
        light: Option<Open<Light>>,
        #[serde(default, deserialize_with = "maybe")]
        day: Option<jiff::civil::Date>,
        #[serde(default, deserialize_with = "list")]
        inner: Vec<Sample>,
    }

    fn read(body: &'static str) -> Result<Sample, Unreadable> {
        Reply { status: 200, content_type: None, body: body.as_bytes().into(), date: None }.json()
    }

    #[test]
    fn missing_null_and_empty_are_alike() {
        let empty = Sample { light: None, day: None, inner: Vec::new() };
        for body in [
            "{}",
            r#"{"light":null,"day":null,"inner":null}"#,
            r#"{"light":"","day":" ","inner":[]}"#,
            r#"{"inner":""}"#,
        ] {
            assert_eq!(read(body).unwrap(), empty, "{body}");
        }
    }

    #[test]
    fn one_object_is_a_list_of_one() {
        assert_eq!(read(r#"{"inner":{"day":"2020-02-29"}}"#), read(r#"{"inner":[{"day":"2020-02-29"}]}"#));
        assert_eq!(read(r#"{"inner":{}}"#).unwrap().inner.len(), 1);
    }

    #[test]
    fn an_unknown_value_is_kept() {
        assert!(read(r#"{"light":"RED"}"#).unwrap().light.unwrap().is(Light::Red));
        assert_eq!(read(r#"{"light":"BLUE"}"#).unwrap().light, Some(Open::Other("BLUE".into())));
    }

    #[test]
    fn an_unreadable_body_names_the_place_and_not_the_value() {
        let error = read(r#"{"inner":[{},{"day":"Jan Novak"}]}"#).unwrap_err();
        assert_eq!(error.at, "inner[1].day");
        assert!(!format!("{error} {error:?}").contains("Novak"));
        assert!(read(r#"{"inner":[{"#).is_err(), "truncated");
        assert!(read(r#"{"inner":"one"}"#).is_err(), "text is no list");
        assert!(read("{} <html>").is_err(), "something after the end");
    }
}
