//! What the electronic side of a Polish student card says of itself: signed data on the contact chip.

use std::fmt;

use serde::{Deserialize, Serialize};
use specta::Type;

use super::Day;

/// The contact chip's signed data, as far as it could be read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, Type)]
#[serde(tag = "state", rename_all = "snake_case")]
pub enum StudentChip {
    Read {
        data: Box<StudentData>,
    },
    /// It's a student card, and its data can't be read; `why` is a code.
    Unreadable {
        why: ChipDataFault,
    },
}

/// What was signed. The holder's PESEL isn't among it, nor anything of the signer's but the names of organisations.
#[derive(Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StudentData {
    pub name: String,
    pub album_number: String,
    pub university: String,
    /// Which edition of the card: the duplicate's is another one.
    pub edition: String,
    /// As signed; law has moved validities without touching cards.
    pub valid_until: Day,
    pub signature: ChipSignature,
    /// Who signed, as their certificate calls them.
    pub signer: Option<String>,
    /// Who made the certificate; shown, not trusted.
    pub issuer: Option<String>,
    /// The data was signed for this very chip.
    pub here: bool,
}

impl fmt::Debug for StudentData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StudentData(…)")
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChipSignature {
    Valid,
    /// The data isn't what was signed.
    DigestDiffers,
    Wrong,
    /// The signer's certificate isn't on the card.
    NoCertificate,
    UnknownAlgorithm,
    Unsigned,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "snake_case")]
pub enum ChipDataFault {
    /// The conversation broke: the card moved, the reader went away, another program holds it.
    NotRead,
    /// The card refused its data.
    Refused,
    /// It was never written.
    Blank,
    /// Cut short, endless, or not of a student card's form.
    Damaged,
}
