//! A card as `services/cards/card` and `services/cards/user` describe it.

use std::fmt;

use jiff::civil::Date;
use serde::{Deserialize, Deserializer, Serialize};
use wire::Open;
use wire::json::{list, maybe};

use crate::identifier::Identifier;

/// The selector sent with `services/cards/card`: every field, and of the owner what a desk shows. The document
/// states no default.
pub(crate) const FIELDS: &str = "user[id|first_name|last_name]|id|contact_chip_uid|contactless_chip_uid\
     |barcode_number|type|expiration_date|date_of_issue|student_number";

/// A card. No field tells whether it is cancelled.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct Card {
    /// ID of the card.
    pub id: Identifier,
    /// Its owner.
    #[serde(default, deserialize_with = "first")]
    pub user: Option<User>,
    /// UID of the contact chip.
    #[serde(default, deserialize_with = "maybe")]
    pub contact_chip_uid: Option<Identifier>,
    /// UID of the contactless chip.
    #[serde(default, deserialize_with = "maybe")]
    pub contactless_chip_uid: Option<Identifier>,
    /// Barcode printed on the card.
    #[serde(default, deserialize_with = "maybe")]
    pub barcode_number: Option<Identifier>,
    /// Type.
    #[serde(rename = "type", default, deserialize_with = "maybe")]
    pub kind: Option<Open<CardType>>,
    /// Last day of validity.
    #[serde(default, deserialize_with = "maybe")]
    pub expiration_date: Option<Date>,
    /// Day of issue.
    #[serde(default, deserialize_with = "maybe")]
    pub date_of_issue: Option<Date>,
    /// Student number printed on the card; a member of staff has none.
    #[serde(default, deserialize_with = "maybe")]
    pub student_number: Option<Identifier>,
}

/// The owner of a card: the fields asked for of `services/users/user`.
#[derive(Clone, PartialEq, Eq, Deserialize)]
pub struct User {
    /// ID of the person.
    #[serde(default, deserialize_with = "maybe")]
    pub id: Option<Identifier>,
    /// First name.
    #[serde(default, deserialize_with = "maybe")]
    pub first_name: Option<String>,
    /// Last name.
    #[serde(default, deserialize_with = "maybe")]
    pub last_name: Option<String>,
}

/// Type of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[allow(missing_docs, reason = "the document's words say it")]
pub enum CardType {
    Student,
    Phd,
    Staff,
    Graduate,
    AcademicTeacher,
}

/// The document calls the one owner "dictionaries": a list of one is let through.
fn first<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<User>, D::Error> {
    Ok(list::<_, User>(deserializer)?.into_iter().next())
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Card").field("kind", &self.kind).finish_non_exhaustive()
    }
}

impl fmt::Debug for User {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("User").finish_non_exhaustive()
    }
}
