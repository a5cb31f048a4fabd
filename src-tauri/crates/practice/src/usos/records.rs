//! What USOS keeps of people and their cards.

use std::collections::BTreeMap;

use jiff::civil::Date;
use serde::Serialize;
use serde_json::{Value, json};

/// The `type` of a card.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    Student,
    Phd,
    Staff,
    Graduate,
    AcademicTeacher,
}

impl Kind {
    pub(crate) fn code(self) -> &'static str {
        match self {
            Self::Student => "student",
            Self::Phd => "phd",
            Self::Staff => "staff",
            Self::Graduate => "graduate",
            Self::AcademicTeacher => "academic_teacher",
        }
    }
}

/// A card's owner: the primary fields that the documents name.
#[derive(Debug, Clone)]
pub(crate) struct User {
    pub(crate) first_name: String,
    pub(crate) last_name: String,
}

/// A card.
#[derive(Debug, Clone)]
pub(crate) struct Card {
    pub(crate) id: u32,
    pub(crate) user: u32,
    pub(crate) contact_chip_uid: Option<String>,
    pub(crate) contactless_chip_uid: Option<String>,
    pub(crate) barcode_number: String,
    pub(crate) kind: Kind,
    pub(crate) expiration_date: Date,
    pub(crate) date_of_issue: Date,
    pub(crate) student_number: Option<String>,
    pub(crate) cancelled: bool,
}

impl Card {
    /// "Only valid cards are listed": neither cancelled nor expired; the last day still counts.
    pub(crate) fn is_valid(&self, today: Date) -> bool {
        !self.cancelled && self.expiration_date >= today
    }
}

/// Everything that USOS keeps.
#[derive(Debug, Default)]
pub(crate) struct Records {
    pub(crate) users: BTreeMap<u32, User>,
    pub(crate) cards: Vec<Card>,
}

impl Records {
    /// A card with all fields of `services/cards/card`. Identifiers are strings.
    pub(crate) fn describe(&self, card: &Card) -> Value {
        let user = self.users.get(&card.user).map(|user| {
            json!({ "id": card.user.to_string(), "first_name": user.first_name, "last_name": user.last_name })
        });
        json!({
            "id": card.id.to_string(),
            "type": card.kind,
            "expiration_date": card.expiration_date,
            "barcode_number": card.barcode_number,
            "student_number": card.student_number,
            "contact_chip_uid": card.contact_chip_uid,
            "contactless_chip_uid": card.contactless_chip_uid,
            "date_of_issue": card.date_of_issue,
            "user": user,
        })
    }
}
