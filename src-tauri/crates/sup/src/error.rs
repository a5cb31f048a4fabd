//! What SUP may answer instead of a card.

use std::fmt;

use jiff::Timestamp;
use serde_json::Value;
use wire::{Fault, Reply};

use crate::codec::CodecError;

/// Why a call brought no data.
///
/// `Display` and `Debug` hold statuses and field names alone: SUP's messages may quote what was sent.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No answer came.
    #[error("SUP gave no answer: {0}")]
    Wire(#[from] Fault),
    /// Nothing was sent, because the identifier could not be encrypted.
    #[error(transparent)]
    Codec(#[from] CodecError),
    /// SUP doesn't accept the token (status 401).
    #[error("SUP refused the token")]
    Token {
        /// Since when the token is out of date by its own claim and our clock.
        expired_at: Option<Timestamp>,
    },
    /// SUP refused the request: any other 4xx, a failure in its own words, or `success: false`.
    #[error("SUP refused (status {status})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// SUP's own words.
        message: Option<String>,
        /// What is wrong with which field.
        fields: Vec<FieldError>,
    },
    /// Something answered that isn't SUP: a gateway, a portal, another version.
    #[error("not an answer of SUP (status {status}): {what}")]
    Nonsense {
        /// HTTP status.
        status: u16,
        /// What is amiss and where (attribute names only).
        what: String,
    },
}

/// One entry of the list at 422.
#[derive(Clone, PartialEq, Eq)]
pub struct FieldError {
    /// Name of the field.
    pub field: String,
    /// SUP's own words.
    pub message: String,
}

impl Error {
    /// The refusal in a body of either shape: `{message}` or `{data: [{field, message}]}`.
    pub(crate) fn refused(status: u16, body: &Value) -> Self {
        let text = |value: &Value| value.as_str().map(str::to_owned);
        let entries = match &body["data"] {
            Value::Array(entries) => entries.as_slice(),
            _ => &[],
        };
        let fields = entries.iter().map(|entry| FieldError {
            field: text(&entry["field"]).unwrap_or_default(),
            message: text(&entry["message"]).unwrap_or_default(),
        });
        Self::Refused { status, message: text(&body["message"]), fields: fields.collect() }
    }
}

pub(crate) fn nonsense(reply: &Reply, what: &str) -> Error {
    Error::Nonsense { status: reply.status, what: what.to_owned() }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Token { expired_at: Some(at) } => write!(f, "{self} (expired at {at})"),
            Self::Refused { fields, .. } => write!(f, "{self} {fields:?}"),
            _ => write!(f, "{self}"),
        }
    }
}

impl fmt::Debug for FieldError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.field)
    }
}
