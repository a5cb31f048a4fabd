//! What is wrong with a draft, in the words in which ALIVE itself would say it (manual, model Errors), so that a
//! fault found here and one that comes back look alike.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::card::{Card, CardType, Status};

/// One fault of a draft.
#[derive(Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Wrong {
    /// The attribute: ALIVE's `property_name`, nested ones dotted and counted from 0, as `addresses[0].city`.
    pub property: String,
    /// What is the matter with it.
    pub code: WrongCode,
}

impl fmt::Debug for Wrong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.property, self.code.name())
    }
}

/// What may be the matter. The manual shows `IS_BLANK_ERROR` alone and announces a list; the others are named after
/// its pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum WrongCode {
    /// A mandatory attribute is empty.
    #[serde(rename = "IS_BLANK_ERROR")]
    Blank,
    /// Not written as it has to be.
    #[serde(rename = "INVALID_FORMAT_ERROR")]
    Format,
    /// None of the values to choose from.
    #[serde(rename = "INVALID_CHOICE_ERROR")]
    Choice,
    /// There already.
    #[serde(rename = "NOT_UNIQUE_ERROR")]
    NotUnique,
    /// Too small, large, short, long, early or late, or outside the ranges and cycles agreed on.
    #[serde(rename = "OUT_OF_RANGE_ERROR")]
    Range,
    /// A date that must not be in the future is.
    #[serde(rename = "IN_FUTURE_ERROR")]
    Future,
    /// Not possible for this card or by this contract.
    #[serde(rename = "NOT_ALLOWED_ERROR")]
    NotAllowed,
    /// Needed because of something else, such as a minor's legal representative.
    #[serde(rename = "REQUIRED_ERROR")]
    Required,
}

impl WrongCode {
    /// As it is serialised.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Blank => "IS_BLANK_ERROR",
            Self::Format => "INVALID_FORMAT_ERROR",
            Self::Choice => "INVALID_CHOICE_ERROR",
            Self::NotUnique => "NOT_UNIQUE_ERROR",
            Self::Range => "OUT_OF_RANGE_ERROR",
            Self::Future => "IN_FUTURE_ERROR",
            Self::NotAllowed => "NOT_ALLOWED_ERROR",
            Self::Required => "REQUIRED_ERROR",
        }
    }
}

/// Collects all that is wrong with a draft, so that a form shows it at once.
#[derive(Default)]
pub struct Checks(Vec<Wrong>);

impl Checks {
    /// Notes a fault.
    pub fn wrong(&mut self, property: impl Into<String>, code: WrongCode) {
        self.0.push(Wrong { property: property.into(), code });
    }

    /// Notes a fault unless `right`.
    pub fn hold(&mut self, right: bool, property: impl Into<String>, code: WrongCode) {
        if !right {
            self.wrong(property, code);
        }
    }

    /// A mandatory attribute.
    pub fn required<T>(
        &mut self,
        property: impl Into<String>,
        typed: &str,
        read: impl FnOnce(&str) -> Result<T, WrongCode>,
    ) -> Option<T> {
        let result = if typed.trim().is_empty() { Err(WrongCode::Blank) } else { read(typed.trim()) };
        result.map_err(|code| self.wrong(property, code)).ok()
    }

    /// An attribute that may be left empty.
    pub fn optional<T>(
        &mut self,
        property: impl Into<String>,
        typed: &str,
        read: impl FnOnce(&str) -> Result<T, WrongCode>,
    ) -> Option<T> {
        if typed.trim().is_empty() { None } else { self.required(property, typed, read) }
    }

    /// Cards that are cancelled or returned can't be updated, extended or made in plastic (manual, `cards.update`,
    /// `cards.changeValidity`, `cards.issuePlastic`). A status newer than the manual is left to ALIVE.
    pub fn open(&mut self, card: &Card) {
        let locked = card.status.is(Status::Cancelled) || card.status.is(Status::Returned);
        self.hold(!locked, "card_id", WrongCode::NotAllowed);
    }

    /// Extension and plastic are "only for" four types (manual, `cards.changeValidity`, `cards.issuePlastic`).
    pub fn reissuable(&mut self, card: &Card) {
        self.hold(
            card.kind.known().is_some_and(|kind| kind.is_reissuable()),
            "card_id",
            WrongCode::NotAllowed,
        );
    }

    /// The parsed whole if nothing was wrong. `whole` is `None` only where a mandatory part was.
    pub fn end<T>(self, whole: Option<T>) -> Result<T, Vec<Wrong>> {
        match whole {
            Some(whole) if self.0.is_empty() => Ok(whole),
            _ => Err(self.0),
        }
    }
}

impl CardType {
    /// Whether cards of this type are extended and made in plastic at the issuer's word: ISIC, ITIC, ALIVE STUDENT
    /// and ALIVE STAFF (manual, `cards.changeValidity`, `cards.issuePlastic`).
    pub const fn is_reissuable(self) -> bool {
        matches!(self, Self::Isic | Self::Itic | Self::AliveStudent | Self::AliveStaff)
    }
}
