//! The object models of the manual, as the server answers them: unset attributes are omitted, lists are always
//! there (empty ones as `[]`), as in the manual's samples.

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

use super::query::compact;

/// \[ENUM\] Gender; nobody in the practice world is registered as OTHER from the beginning.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Gender {
    Female,
    Male,
    Other,
}

/// \[ENUM\] Language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    Cs,
    En,
}

/// \[ENUM\] Student Status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum StudentStatus {
    FullTime,
    PartTime,
}

/// \[ENUM\] Card Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum CardType {
    /// Full-time students.
    Isic,
    /// ISIC Školák.
    IsicScholar,
    /// Teachers.
    Itic,
    /// Young people.
    Iytc,
    /// Members of sport associations and other companies.
    Alive,
    /// Part-time students.
    AliveStudent,
    /// Non-teaching staff.
    AliveStaff,
    /// Graduates, the older type.
    AliveAlumni,
    /// Graduates: requested, digital only.
    AliveIdAlumni,
}

impl CardType {
    pub(crate) fn code(self) -> &'static str {
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

/// \[ENUM\] Form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Form {
    Digital,
    DigitalPlastic,
}

impl Form {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Digital => "DIGITAL",
            Self::DigitalPlastic => "DIGITAL_PLASTIC",
        }
    }
}

/// \[ENUM\] Status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Status {
    Active,
    Cancelled,
    Returned,
}

/// \[ENUM\] Smart Technology Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Technology {
    ContactChip,
    ContactlessBluetoothNfc,
    ContactlessEmMarine,
    ContactlessMifare,
    MagneticStripe,
}

/// \[ENUM\] Address Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum AddressType {
    Billing,
    Delivery,
    Registered,
}

/// \[ENUM\] Legal Representative Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum Relation {
    Mother,
    Father,
    Sister,
    Brother,
    Grandmother,
    Grandfather,
    Aunt,
    Uncle,
    Guardian,
    Stepmother,
    Stepfather,
    FosterMother,
    FosterFather,
    Governess,
    Other,
}

/// \[ENUM\] Academic Degree.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum AcademicDegree {
    Bachelor,
    Master,
    Doctorate,
}

/// \[MODEL\] Role. An unknown role is omitted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub(crate) struct Roles {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) employee: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) graduate: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) student: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) teacher: Option<bool>,
}

/// \[MODEL\] Address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Address {
    #[serde(rename = "type")]
    pub(crate) kind: AddressType,
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

impl SmartTechnology {
    /// The same value of the same type, spaces and case apart (decision N22).
    pub(crate) fn is_same(&self, other: &Self) -> bool {
        self.kind == other.kind && compact(&self.value) == compact(&other.value)
    }
}

/// \[MODEL\] Legal Representative.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct LegalRepresentative {
    #[serde(rename = "type")]
    pub(crate) kind: Relation,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) academic_degree_before_name: Option<String>,
    pub(crate) first_name: String,
    pub(crate) last_name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) academic_degree_after_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_of_birth: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) birth_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gender: Option<Gender>,
    pub(crate) email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<Language>,
    /// The one list that is left out when empty: so the manual's sample has it.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub(crate) addresses: Vec<Address>,
}

/// \[MODEL\] Cardholder. Of an anonymised one the identifiers are left, the names and the e-mail are empty.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
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
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) date_of_birth: Option<Date>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) birth_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) gender: Option<Gender>,
    pub(crate) email: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) phone_number: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) language: Option<Language>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) personal_id: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) class_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) grade: Option<i64>,
    pub(crate) roles: Roles,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) student_status: Option<StudentStatus>,
    pub(crate) addresses: Vec<Address>,
    pub(crate) legal_representatives: Vec<LegalRepresentative>,
    pub(crate) custom_fields: Vec<Field>,
}

/// \[MODEL\] Graduation.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Graduation {
    pub(crate) graduation_id: i64,
    pub(crate) cardholder_id: i64,
    pub(crate) faculty_name: String,
    pub(crate) field_of_study: String,
    pub(crate) graduation_date: Date,
    pub(crate) academic_degree: AcademicDegree,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) pre_nominal_academic_degree: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) post_nominal_academic_degree: Option<String>,
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

impl Card {
    /// Valid in the sense that blocks an anonymisation and holds a chip's value (decisions N23, N32): an expired
    /// card stays ACTIVE.
    pub(crate) fn is_valid(&self, today: Date) -> bool {
        self.status == Status::Active && self.valid_to >= today
    }
}
