//! What USOS may answer instead of data.

use std::fmt;

use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use serde_json::Value;
use wire::{Fault, Reply};

use crate::langdict::LangDict;

/// Why a call brought no data.
///
/// `Display` and `Debug` hold codes and statuses alone: USOS's messages may quote what was sent.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No answer came.
    #[error("USOS gave no answer: {0}")]
    Wire(#[from] Fault),
    /// USOS doesn't accept the signature (status 401): a wrong key or token, or a clock that is off.
    #[error("USOS refused the signature")]
    Signature {
        /// How far USOS's clock is ahead of ours by the `Date` header, to the second. Beyond a few minutes this is
        /// the reason.
        skew: Option<SignedDuration>,
    },
    /// These keys or this token may not do this (status 403, `method_forbidden`).
    #[error("USOS forbids this: {0}")]
    Forbidden(Box<Refusal>),
    /// Nothing was sent, because the call needs something that the client was not given.
    #[error("not set up for this: {0:?}")]
    NotEquipped(Needs),
    /// USOS refused the request for another reason.
    #[error("USOS refused: {0}")]
    Refused(Box<Refusal>),
    /// Something answered that isn't USOS: a gateway, a portal, another version.
    #[error("not an answer of USOS (status {status}): {what}")]
    Nonsense {
        /// HTTP status.
        status: u16,
        /// What is amiss and where (attribute names only).
        what: String,
    },
}

/// What a call needs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Needs {
    /// An administrative consumer key.
    AdministrativeKey,
    /// The access token of a person.
    UserToken,
}

/// USOS's words on a refusal. All but the status may be missing.
#[derive(Clone, PartialEq, Eq)]
pub struct Refusal {
    /// HTTP status.
    pub status: u16,
    /// Code such as `param_missing`, `param_invalid`, `object_not_found`, `method_forbidden`.
    pub error: Option<String>,
    /// More on it.
    pub reason: Option<Reason>,
    /// What may be shown to people.
    pub user_messages: Option<LangDict>,
    /// The parameter that it is about.
    pub param_name: Option<String>,
    /// For programmers, in English.
    pub message: Option<String>,
}

/// A reason: a code, or text in several languages.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[serde(untagged)]
pub enum Reason {
    /// Text for people.
    Text(LangDict),
    /// A code for programs.
    Code(String),
}

impl Error {
    /// Whether a change may have been made in spite of this error, so that it has to be read back.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Wire(fault) => fault.outcome_unknown(),
            Self::Signature { .. } | Self::Forbidden(_) | Self::NotEquipped(_) => false,
            Self::Refused(refusal) => refusal.status >= 500,
            Self::Nonsense { .. } => true,
        }
    }

    /// Whether USOS says that what was asked for isn't there.
    pub(crate) fn is_object_not_found(&self) -> bool {
        matches!(self, Self::Refused(refusal) if refusal.error.as_deref() == Some("object_not_found"))
    }

    /// The error that an answer tells of: by its `error`, then by the status. `None` on success.
    pub(crate) fn told_by(reply: &Reply, now: Timestamp) -> Option<Self> {
        if reply.is_success() {
            return None;
        }
        let signature = || Self::Signature { skew: reply.date.map(|date| date.duration_since(now)) };
        if !reply.is_json_object() {
            return Some(match reply.status {
                401 => signature(),
                _ => nonsense(reply, "no JSON object"),
            });
        }
        let body: Value = match reply.json() {
            Ok(body) => body,
            Err(unreadable) => return Some(nonsense(reply, &unreadable.to_string())),
        };
        let refusal = Box::new(Refusal::read(reply.status, &body));
        Some(match (refusal.error.as_deref(), reply.status) {
            (Some("method_forbidden"), _) => Self::Forbidden(refusal),
            (_, 401) => signature(),
            (_, 403) => Self::Forbidden(refusal),
            _ => Self::Refused(refusal),
        })
    }
}

pub(crate) fn nonsense(reply: &Reply, what: &str) -> Error {
    Error::Nonsense { status: reply.status, what: what.to_owned() }
}

impl Refusal {
    /// Takes what is there in the shape that it should have, and leaves the rest.
    fn read(status: u16, body: &Value) -> Self {
        let text = |name: &str| body[name].as_str().filter(|text| !text.is_empty()).map(str::to_owned);
        let dict = |value: &Value| LangDict::deserialize(value).ok().filter(|dict| !dict.is_empty());
        let messages = &body["user_messages"];
        Self {
            status,
            error: text("error"),
            reason: Reason::deserialize(&body["reason"]).ok(),
            // Either the text itself, or beside the texts for single fields.
            user_messages: dict(&messages["generic_message"]).or_else(|| dict(messages)),
            param_name: text("param_name"),
            message: text("message"),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "status {}, {}", self.status, self.error.as_deref().unwrap_or("no code"))
    }
}

impl fmt::Debug for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Reason(…)")
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Signature { skew } => write!(f, "{self} (skew {skew:?})"),
            _ => write!(f, "{self}"),
        }
    }
}
