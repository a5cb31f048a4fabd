//! The object models of the manual, as the server answers them: unset attributes are omitted, lists are always
//! there (empty ones as `[]`), as in the manual's samples.

use jiff::civil::Date;
use serde::Serialize;

/// \[ENUM\] Gender; OTHER is known to the manual, nobody in the practice world is registered so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Gender {
    Female,
    Male,
}

/// \[ENUM\] Student Status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StudentStatus {
    FullTime,
    PartTime,
}

/// \[ENUM\] Card Type: those of the practice contract.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum CardType {
    Isic,
    Itic,
    AliveStudent,
    AliveStaff,
    AliveIdAlumni,
}

impl CardType {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Isic => "ISIC",
            Self::Itic => "ITIC",
            Self::AliveStudent => "ALIVE_STUDENT",
            Self::AliveStaff => "ALIVE_STAFF",
            Self::AliveIdAlumni => "ALIVE_ID_ALUMNI",
        }
    }
}

/// All codes of \[ENUM\] Card Type: a filter may name a type that the practice contract doesn't have.
pub(crate) const CARD_TYPE_CODES: [&str; 9] = [
    "ISIC",
    "ISIC_SCHOLAR",
    "ITIC",
    "IYTC",
    "ALIVE",
    "ALIVE_STUDENT",
    "ALIVE_STAFF",
    "ALIVE_ALUMNI",
    "ALIVE_ID_ALUMNI",
];

/// \[ENUM\] Form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Form {
    Digital,
    DigitalPlastic,
}

/// \[ENUM\] Status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Active,
    Cancelled,
    Returned,
}

impl Status {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Active => "ACTIVE",
            Self::Cancelled => "CANCELLED",
            Self::Returned => "RETURNED",
        }
    }
}

/// All codes of \[ENUM\] Status.
pub(crate) const STATUS_CODES: [&str; 3] = ["ACTIVE", "CANCELLED", "RETURNED"];

/// \[ENUM\] Smart Technology Type: those of the practice cards.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Technology {
    ContactChip,
    ContactlessEmMarine,
    ContactlessMifare,
}

/// \[MODEL\] Role. An unknown role is omitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Roles {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) employee: Option<bool>,
    pub(crate) graduate: bool,
    pub(crate) student: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) teacher: Option<bool>,
}

/// \[MODEL\] Address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Address {
    #[serde(rename = "type")]
    pub(crate) kind: &'static str,
    pub(crate) address_line_1: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) address_line_2: Option<String>,
    pub(crate) city: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) district: Option<String>,
    pub(crate) postal_code: String,
    pub(crate) country: String,
}

/// \[MODEL\] Custom Field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Field {
    pub(crate) name: String,
    pub(crate) value: String,
}

/// \[MODEL\] Smart Technology.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct SmartTechnology {
    #[serde(rename = "type")]
    pub(crate) kind: Technology,
    pub(crate) value: String,
}

/// \[MODEL\] Cardholder. `class_name` and `grade` are for schools and stay unset at a university.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Cardholder {
    pub(crate) cardholder_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) external_id: Option<String>,
    pub(crate) institution_id: i64,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) academic_degree_before_name: Option<String>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) academic_degree_after_name: Option<String>,
    pub(crate) date_of_birth: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) birth_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gender: Option<Gender>,
    pub(crate) email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) personal_id: Option<String>,
    pub(crate) roles: Roles,
    pub(crate) student_status: StudentStatus,
    pub(crate) addresses: Vec<Address>,
    /// Nobody in the practice world is below 15; the list is always empty.
    pub(crate) legal_representatives: [(); 0],
    pub(crate) custom_fields: Vec<Field>,
}

/// \[MODEL\] Card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Card {
    pub(crate) card_id: i64,
    pub(crate) cardholder_id: i64,
    pub(crate) number: String,
    #[serde(rename = "type")]
    pub(crate) kind: CardType,
    pub(crate) form: Form,
    pub(crate) status: Status,
    pub(crate) valid_from: Date,
    pub(crate) valid_to: Date,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) valid_to_plastic: Option<Date>,
    pub(crate) design: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) design_plastic: Option<String>,
    pub(crate) institution_id: i64,
    pub(crate) institution_name_line_1: String,
    pub(crate) institution_name_line_2: String,
    pub(crate) smart_technologies: Vec<SmartTechnology>,
    pub(crate) custom_fields: Vec<Field>,
}
