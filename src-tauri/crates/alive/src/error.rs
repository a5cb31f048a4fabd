//! What ALIVE may answer instead of data.

use std::fmt;

use wire::Fault;

/// Why a call brought no data.
///
/// `Display` and `Debug` hold codes and statuses alone: ALIVE's messages may quote what was sent.
#[derive(Clone, PartialEq, Eq, thiserror::Error)]
pub enum Error {
    /// No answer came.
    #[error("ALIVE gave no answer: {0}")]
    Wire(#[from] Fault),
    /// ALIVE doesn't accept the access key (code 2001).
    #[error("ALIVE refused the access key")]
    Credentials,
    /// ALIVE refused the token, and a fresh one too (codes 2002, 1002).
    #[error("ALIVE refused the token")]
    Token,
    /// What was asked for isn't there (code 3001).
    #[error("ALIVE has no such record")]
    NotFound,
    /// ALIVE refused the request, or failed at it in its own words.
    #[error("ALIVE refused (status {status}, code {code:?})")]
    Refused {
        /// HTTP status.
        status: u16,
        /// Numeric code of the manual's list, 1001 for invalid data.
        code: Option<i64>,
        /// ALIVE's own words, in English, not for clerks.
        message: Option<String>,
        /// What is wrong with which attribute.
        errors: Vec<PropertyError>,
    },
    /// Something answered that isn't ALIVE's envelope: a gateway, a portal, another version.
    #[error("not an answer of ALIVE (status {status}): {what}")]
    Nonsense {
        /// HTTP status.
        status: u16,
        /// What is amiss and where (attribute names only).
        what: String,
    },
}

impl Error {
    /// Whether a change may have been made in spite of this error, so that it has to be read back. A refusal without
    /// a code of the manual's kind isn't sure to be ALIVE's, and after a 5xx nothing is sure.
    pub fn outcome_unknown(&self) -> bool {
        match self {
            Self::Wire(fault) => fault.outcome_unknown(),
            Self::Credentials | Self::Token | Self::NotFound => false,
            Self::Refused { status, code, .. } => *status >= 500 || code.is_none_or(|code| code < 1000),
            Self::Nonsense { .. } => true,
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { errors, .. } => write!(f, "{self} {errors:?}"),
            _ => write!(f, "{self}"),
        }
    }
}

/// One entry of `errors` (manual, model Errors).
#[derive(Clone, PartialEq, Eq)]
pub struct PropertyError {
    /// The attribute that it is about: `email`, `addresses[0].city`, or just `city`.
    pub property_name: Option<String>,
    /// ALIVE's own words, in English, not for clerks.
    pub message: String,
    /// Code in letters, such as `IS_BLANK_ERROR`; the manual has no list of them.
    pub code: String,
}

impl fmt::Debug for PropertyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.property_name.as_deref().unwrap_or("?"), self.code)
    }
}
