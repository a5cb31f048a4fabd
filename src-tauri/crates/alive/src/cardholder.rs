//! The cardholder and what belongs to them (manual, model Cardholder, Role, Address, Legal Representative,
//! Custom Field).

use std::fmt;

use jiff::civil::Date;
use serde::de::Error as _;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wire::Open;
use wire::json::{list, maybe};

/// ALIVE's identifier of a person; the one lasting key.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct CardholderId(pub u64);

/// A person. All but the identifier may be missing, as it is after anonymisation.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Cardholder {
    /// ALIVE's identifier.
    #[serde(deserialize_with = "id")]
    pub cardholder_id: CardholderId,
    /// The identifier in the institution's own system; unique per issuer.
    #[serde(default, deserialize_with = "maybe")]
    pub external_id: Option<String>,
    /// ALIVE's identifier of the institution. Never sent back.
    #[serde(default, deserialize_with = "whole")]
    pub institution_id: Option<u64>,
    /// Degrees before the name.
    #[serde(default, deserialize_with = "maybe")]
    pub academic_degree_before_name: Option<String>,
    /// First name.
    #[serde(default, deserialize_with = "maybe")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "maybe")]
    pub last_name: Option<String>,
    /// Degrees after the name.
    #[serde(default, deserialize_with = "maybe")]
    pub academic_degree_after_name: Option<String>,
    /// Date of birth.
    #[serde(default, deserialize_with = "maybe")]
    pub date_of_birth: Option<Date>,
    /// National birth number, with or without slash, as ALIVE has it.
    #[serde(default, deserialize_with = "maybe")]
    pub birth_number: Option<String>,
    /// Gender.
    #[serde(default, deserialize_with = "maybe")]
    pub gender: Option<Open<Gender>>,
    /// E-mail address; unique per issuer.
    #[serde(default, deserialize_with = "maybe")]
    pub email: Option<String>,
    /// Phone number.
    #[serde(default, deserialize_with = "maybe")]
    pub phone_number: Option<String>,
    /// Preferred language, two letters.
    #[serde(default, deserialize_with = "maybe")]
    pub language: Option<String>,
    /// Free identifier, such as a student number.
    #[serde(default, deserialize_with = "maybe")]
    pub personal_id: Option<String>,
    /// School class.
    #[serde(default, deserialize_with = "maybe")]
    pub class_name: Option<String>,
    /// Study grade, 1–9.
    #[serde(default, deserialize_with = "whole")]
    pub grade: Option<i64>,
    /// Roles.
    #[serde(default, deserialize_with = "roles")]
    pub roles: Roles,
    /// Student status; ALIVE demands one of everybody, so that it says nothing of a person who isn't a student.
    #[serde(default, deserialize_with = "maybe")]
    pub student_status: Option<Open<StudentStatus>>,
    /// Addresses.
    #[serde(default, deserialize_with = "list")]
    pub addresses: Vec<Address>,
    /// Legal representatives of a minor.
    #[serde(default, deserialize_with = "list")]
    pub legal_representatives: Vec<LegalRepresentative>,
    /// Custom fields agreed with the institution.
    #[serde(default, deserialize_with = "list")]
    pub custom_fields: Vec<CustomField>,
}

/// What a person is to the institution; `None` is ALIVE's "not known".
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct Roles {
    /// Employee.
    pub employee: Option<bool>,
    /// Graduate.
    pub graduate: Option<bool>,
    /// Active student.
    pub student: Option<bool>,
    /// Active teacher.
    pub teacher: Option<bool>,
}

/// Enum Gender.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the manual's words say it")]
pub enum Gender {
    Female,
    Male,
    Other,
}

/// Enum Student Status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the manual's words say it")]
pub enum StudentStatus {
    FullTime,
    PartTime,
}

/// Enum Address Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum AddressType {
    /// For invoices.
    Billing,
    /// Where the person lives.
    Delivery,
    /// As stated on the identity card.
    Registered,
}

/// Enum Legal Representative Type.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
#[allow(missing_docs, reason = "the manual's words say it")]
pub enum LegalRepresentativeType {
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

/// An address.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[allow(missing_docs, reason = "the manual's words say it")]
pub struct Address {
    #[serde(rename = "type", default, deserialize_with = "maybe")]
    pub kind: Option<Open<AddressType>>,
    #[serde(default, deserialize_with = "maybe")]
    pub address_line_1: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub address_line_2: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub city: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub district: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub postal_code: Option<String>,
    /// ISO 3166-1 alpha-3.
    #[serde(default, deserialize_with = "maybe")]
    pub country: Option<String>,
}

/// A minor's legal representative.
#[derive(Clone, PartialEq, Eq, Deserialize)]
#[allow(missing_docs, reason = "as in Cardholder")]
pub struct LegalRepresentative {
    #[serde(rename = "type", default, deserialize_with = "maybe")]
    pub kind: Option<Open<LegalRepresentativeType>>,
    #[serde(default, deserialize_with = "maybe")]
    pub academic_degree_before_name: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub first_name: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub last_name: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub academic_degree_after_name: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub date_of_birth: Option<Date>,
    #[serde(default, deserialize_with = "maybe")]
    pub birth_number: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub gender: Option<Open<Gender>>,
    #[serde(default, deserialize_with = "maybe")]
    pub email: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub phone_number: Option<String>,
    #[serde(default, deserialize_with = "maybe")]
    pub language: Option<String>,
    #[serde(default, deserialize_with = "list")]
    pub addresses: Vec<Address>,
}

/// A field that the institution has agreed on with its account manager, of a cardholder or of a card.
#[cfg_attr(feature = "specta", derive(specta::Type))]
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CustomField {
    /// Which field.
    pub name: String,
    /// Its value; empty if ALIVE shows none.
    #[cfg_attr(feature = "specta", specta(type = String))]
    #[serde(default, deserialize_with = "text")]
    pub value: String,
}

pub(crate) fn text<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<String, D::Error> {
    Ok(maybe::<_, String>(deserializer)?.unwrap_or_default())
}

/// A whole number, also one that's written as text, as some servers do.
pub(crate) fn whole<'de, D, N>(deserializer: D) -> Result<Option<N>, D::Error>
where
    D: serde::Deserializer<'de>,
    N: serde::de::DeserializeOwned,
{
    let number = match maybe::<_, Value>(deserializer)? {
        None => return Ok(None),
        Some(Value::String(text)) => {
            text.trim().parse::<u64>().map_err(|_| D::Error::custom("not a whole number"))?.into()
        }
        Some(value) => value,
    };
    // serde's own message would quote the value.
    serde_json::from_value(number).map(Some).map_err(|_| D::Error::custom("not a whole number"))
}

/// An identifier; the same, but it has to be there.
pub(crate) fn id<'de, D, I>(deserializer: D) -> Result<I, D::Error>
where
    D: serde::Deserializer<'de>,
    I: serde::de::DeserializeOwned,
{
    whole(deserializer)?.ok_or_else(|| D::Error::custom("no identifier"))
}

/// Null and an empty array (how some servers write an empty object) are "nothing known".
fn roles<'de, D: serde::Deserializer<'de>>(deserializer: D) -> Result<Roles, D::Error> {
    Ok(maybe::<_, Roles>(deserializer)?.unwrap_or_default())
}

impl fmt::Debug for Cardholder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Cardholder").field("cardholder_id", &self.cardholder_id).finish_non_exhaustive()
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Address").finish_non_exhaustive()
    }
}

impl fmt::Debug for LegalRepresentative {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LegalRepresentative").finish_non_exhaustive()
    }
}

impl fmt::Debug for CustomField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CustomField").field("name", &self.name).finish_non_exhaustive()
    }
}
