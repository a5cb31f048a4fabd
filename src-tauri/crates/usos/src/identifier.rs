//! An identifier: opaque text that isn't empty.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize};

/// An id, a chip's UID, a barcode or a student number, in the spelling that USOS has.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Identifier(String);

/// Empty text. (USOS takes an empty parameter for a missing one.)
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an identifier can't be empty")]
pub struct BadIdentifier;

impl Identifier {
    /// Takes text as it is, but for white space around it.
    pub fn new(text: &str) -> Result<Self, BadIdentifier> {
        match text.trim() {
            "" => Err(BadIdentifier),
            text => Ok(Self(text.to_owned())),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Identifier {
    type Err = BadIdentifier;

    fn from_str(text: &str) -> Result<Self, BadIdentifier> {
        Self::new(text)
    }
}

impl<'de> Deserialize<'de> for Identifier {
    /// From text or a whole number: the document gives no types.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = wire::json::text_or_number(deserializer)?;
        Self::new(&text).map_err(serde::de::Error::custom)
    }
}

impl fmt::Debug for Identifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Identifier(…)")
    }
}
