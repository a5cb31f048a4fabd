//! The card and what it carries (manual, model Card, Smart Technology).

use std::fmt;
use std::str::FromStr;

use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use wire::Open;
use wire::json::{list, maybe};

use crate::cardholder::{CardholderId, CustomField, id, whole};

/// ALIVE's identifier of a card; unlike the number it is never given to another card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardId(pub u64);

/// A card number as printed: upper case, without white space. The manual gives no further form.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct CardNumber(String);

/// A card number that is empty or holds control characters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("not a card number")]
pub struct BadCardNumber;

impl CardNumber {
    /// Reads a number as typed, scanned or sent.
    pub fn new(text: &str) -> Result<Self, BadCardNumber> {
        let number: String =
            text.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
        if number.is_empty() || number.chars().any(char::is_control) {
            return Err(BadCardNumber);
        }
        Ok(Self(number))
    }

    /// The number as it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for CardNumber {
    type Err = BadCardNumber;

    fn from_str(text: &str) -> Result<Self, BadCardNumber> {
        Self::new(text)
    }
}

impl TryFrom<String> for CardNumber {
    type Error = BadCardNumber;

    fn try_from(text: String) -> Result<Self, BadCardNumber> {
        Self::new(&text)
    }
}

impl From<CardNumber> for String {
    fn from(number: CardNumber) -> Self {
        number.0
    }
}

impl fmt::Debug for CardNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("CardNumber(…)")
    }
}

/// A card, digital or digital and plastic.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Card {
    /// ALIVE's identifier.
    #[serde(deserialize_with = "id")]
    pub card_id: CardId,
    /// Whose card.
    #[serde(deserialize_with = "id")]
    pub cardholder_id: CardholderId,
    /// Card number; not a lasting key, since a returned card frees it. None after anonymisation.
    #[serde(default, deserialize_with = "maybe")]
    pub number: Option<CardNumber>,
    /// Type.
    #[serde(rename = "type")]
    pub kind: Open<CardType>,
    /// Digital, or plastic too.
    pub form: Open<Form>,
    /// Status; an expired card stays active.
    pub status: Open<Status>,
    /// First day of validity.
    #[serde(default, deserialize_with = "maybe")]
    pub valid_from: Option<Date>,
    /// Last day of validity.
    #[serde(default, deserialize_with = "maybe")]
    pub valid_to: Option<Date>,
    /// Last day of the plastic card's validity.
    #[serde(default, deserialize_with = "maybe")]
    pub valid_to_plastic: Option<Date>,
    /// Part number of the design.
    #[serde(default, deserialize_with = "maybe")]
    pub design: Option<String>,
    /// Part number of the plastic card's design.
    #[serde(default, deserialize_with = "maybe")]
    pub design_plastic: Option<String>,
    /// Where the cardholder studies, teaches or works.
    #[serde(default, deserialize_with = "whole")]
    pub institution_id: Option<u64>,
    /// The institution's name on the card, first line.
    #[serde(default, deserialize_with = "maybe")]
    pub institution_name_line_1: Option<String>,
    /// The institution's name on the card, second line.
    #[serde(default, deserialize_with = "maybe")]
    pub institution_name_line_2: Option<String>,
    /// Chips and stripe.
    #[serde(default, deserialize_with = "list")]
    pub smart_technologies: Vec<SmartTechnology>,
    /// Custom fields agreed with the institution.
    #[serde(default, deserialize_with = "list")]
    pub custom_fields: Vec<CustomField>,
}

/// A chip or stripe and what it says.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct SmartTechnology {
    /// Which technology.
    #[serde(rename = "type")]
    pub kind: Open<SmartTechnologyType>,
    /// UID or content, in the spelling that ALIVE has; to be compared without spaces and case. Empty after
    /// anonymisation.
    #[serde(default, deserialize_with = "crate::cardholder::text")]
    pub value: String,
}

/// Enum Card Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CardType {
    /// Full-time students.
    Isic,
    /// Pupils (ISIC Školák).
    IsicScholar,
    /// Teachers.
    Itic,
    /// Youth.
    Iytc,
    /// Members of associations and companies.
    Alive,
    /// Part-time students.
    AliveStudent,
    /// Staff who don't teach.
    AliveStaff,
    /// Graduates (not the same as the next).
    AliveAlumni,
    /// Graduates, digital only, extended by ALIVE itself.
    AliveIdAlumni,
}

impl CardType {
    /// The manual's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Isic => "ISIC",
            Self::IsicScholar => "ISIC_SCHOLAR",
            Self::Itic => "ITIC",
            Self::Iytc => "IYTC",
            Self::Alive => "ALIVE",
            Self::AliveStudent => "ALIVE_STUDENT",
            Self::AliveStaff => "ALIVE_STAFF",
            Self::AliveAlumni => "ALIVE_ALUMNI",
            Self::AliveIdAlumni => "ALIVE_ID_ALUMNI",
        }
    }
}

/// Enum Form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Form {
    /// Digital card.
    Digital,
    /// Digital and plastic card.
    DigitalPlastic,
}

/// Enum Status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// Active; says nothing of the validity.
    Active,
    /// Damaged, lost, stolen.
    Cancelled,
    /// Given back; its number goes to somebody else.
    Returned,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Active, Self::Cancelled, Self::Returned];

    /// The manual's name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Cancelled => "CANCELLED",
            Self::Returned => "RETURNED",
        }
    }
}

/// Enum Smart Technology Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum SmartTechnologyType {
    /// Contact chip.
    ContactChip,
    /// Key in a telephone.
    ContactlessBluetoothNfc,
    /// RFID, EM-Marine.
    ContactlessEmMarine,
    /// RFID, Mifare with its DESFire subtypes.
    ContactlessMifare,
    /// Magnetic stripe.
    MagneticStripe,
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card")
            .field("card_id", &self.card_id)
            .field("kind", &self.kind)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl fmt::Debug for SmartTechnology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SmartTechnology").field("kind", &self.kind).finish_non_exhaustive()
    }
}
