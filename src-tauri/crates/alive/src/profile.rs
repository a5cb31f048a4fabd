//! What an institution has agreed with its ISIC account manager. The API has no endpoint to read it (manual,
//! enum District, model Custom Field, Card Issuing Mode), so it is configured.

use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use wire::Open;

use crate::card::{Card, CardNumber, CardType, Form, Status};

/// The agreement. An empty list says that nothing is known of its subject, which is then left to ALIVE.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Profile {
    /// The age in full years from which on a cardholder needs no legal representative; 15 unless told otherwise
    /// (manual, model Cardholder and `cardholders.set`).
    pub legal_age: u8,
    /// Whose days count for "not in the future" and for validity, as an IANA name; UTC unless told otherwise.
    #[serde(with = "jiff::fmt::serde::tz::required")]
    pub time_zone: TimeZone,
    /// Enum District.
    pub districts: Vec<String>,
    /// Custom fields of cardholders.
    pub cardholder_fields: Vec<FieldRule>,
    /// Custom fields of cards.
    pub card_fields: Vec<FieldRule>,
    /// Types of card that may be issued.
    pub cards: Vec<CardRule>,
}

/// A custom field.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldRule {
    /// Its name (the manual's "key").
    pub name: String,
    /// Whether it has to be sent.
    #[serde(default)]
    pub mandatory: bool,
    /// Fewest characters.
    #[serde(default)]
    pub min: usize,
    /// Most characters.
    #[serde(default = "unlimited")]
    pub max: usize,
}

fn unlimited() -> usize {
    usize::MAX
}

/// What is agreed of one type of card.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CardRule {
    /// Type.
    #[serde(rename = "type")]
    pub kind: Open<CardType>,
    /// Who gives the number.
    pub mode: Mode,
    /// Digital, or plastic too.
    #[serde(default)]
    pub forms: Vec<Form>,
    /// The numbers that the issuer has ordered.
    #[serde(default)]
    pub ranges: Vec<NumberRange>,
    /// Validity cycles, past ones too.
    #[serde(default)]
    pub cycles: Vec<Cycle>,
    /// Part numbers of designs of the plastic card.
    #[serde(default)]
    pub designs: Vec<String>,
    /// The one that ALIVE takes where none is named.
    #[serde(default)]
    pub default_design: Option<String>,
}

/// Card Issuing Mode (manual, chapter of that name).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Mode {
    /// The issuer gives the number and reports it.
    Report,
    /// ALIVE gives the number.
    Request,
}

/// Numbers from `first` to `last`, both included.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberRange {
    /// The first.
    pub first: CardNumber,
    /// The last.
    pub last: CardNumber,
}

/// A validity cycle.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Cycle {
    /// First day on which a card of this cycle may begin to be valid.
    pub valid_from: Date,
    /// Last day of validity of all its cards.
    pub valid_to: Date,
}

impl Default for Profile {
    fn default() -> Self {
        Self {
            legal_age: 15,
            time_zone: TimeZone::UTC,
            districts: Vec::new(),
            cardholder_fields: Vec::new(),
            card_fields: Vec::new(),
            cards: Vec::new(),
        }
    }
}

impl Profile {
    /// The institution's day at this moment.
    pub fn today(&self, now: Timestamp) -> Date {
        now.to_zoned(self.time_zone.clone()).date()
    }

    /// What is agreed of this type; `None` if it may not be issued, or if no type is named at all.
    pub fn card(&self, kind: CardType) -> Option<&CardRule> {
        self.cards.iter().find(|rule| rule.kind.is(kind))
    }

    /// The ends of validity on offer to extend this card to, soonest first: later than its own, of its type's
    /// cycles. Empty for a card that can't be extended (manual, `POST /cards.changeValidity`).
    pub fn extensions(&self, card: &Card, today: Date) -> Vec<Date> {
        let kind = card.kind.known().filter(|kind| kind.is_reissuable() && card.status.is(Status::Active));
        let Some(rule) = kind.and_then(|kind| self.card(*kind)) else { return Vec::new() };
        let mut ends: Vec<Date> = rule.cycles(today).map(|cycle| cycle.valid_to).collect();
        ends.retain(|end| card.valid_to.is_none_or(|now| *end > now));
        ends.sort_unstable();
        ends.dedup();
        ends
    }
}

impl CardRule {
    /// The cycles that haven't ended.
    pub fn cycles(&self, today: Date) -> impl Iterator<Item = &Cycle> {
        self.cycles.iter().filter(move |cycle| cycle.valid_to >= today)
    }

    /// Whether the number is of one of the ranges.
    pub fn holds(&self, number: &CardNumber) -> bool {
        self.ranges.iter().any(|range| range.holds(number))
    }
}

impl NumberRange {
    /// Whether the number lies between the two and is built as they are: letters where they have the same letter,
    /// digits where they have digits.
    pub fn holds(&self, number: &CardNumber) -> bool {
        let (first, number, last) = (self.first.as_str(), number.as_str(), self.last.as_str());
        let built_alike = first.len() == number.len()
            && first.bytes().zip(number.bytes()).all(|(wanted, found)| match wanted {
                b'0'..=b'9' => found.is_ascii_digit(),
                _ => wanted == found,
            });
        built_alike && (first..=last).contains(&number)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn profile() -> Profile {
        serde_json::from_str(
            r#"{"legal_age":15,"time_zone":"Europe/Prague","unknown":1,"cards":[{"type":"ISIC","mode":"REPORT",
            "forms":["DIGITAL","DIGITAL_PLASTIC"],
            "ranges":[{"first":"S420500000000A","last":"S420509999999A"}],
            "cycles":[{"valid_from":"2023-09-01","valid_to":"2024-12-31"},
                {"valid_from":"2024-09-01","valid_to":"2025-12-31"}]},
            {"type":"EYCA","mode":"REQUEST"}]}"#,
        )
        .unwrap()
    }

    #[test]
    fn a_number_belongs_to_a_range_between_its_ends_and_built_alike() {
        let profile = profile();
        let rule = profile.card(CardType::Isic).unwrap();
        let held = |number: &str| rule.holds(&CardNumber::new(number).unwrap());
        assert!(held("S420500000000A") && held("s420 5099 99999a") && held("S420505123456A"));
        for number in [
            "S420499999999A",
            "S420510000000A",
            "S42050512345A",
            "S420505123456B",
            "S42050512345XA",
            "H420505123456A",
        ] {
            assert!(!held(number), "{number}");
        }
    }

    #[test]
    fn cycles_are_on_offer_until_their_last_day() {
        let profile = profile();
        let rule = profile.card(CardType::Isic).unwrap();
        let count = |year, month, day| rule.cycles(Date::constant(year, month, day)).count();
        assert_eq!((count(2024, 12, 31), count(2025, 1, 1), count(2026, 1, 1)), (2, 1, 0));
    }

    #[test]
    fn the_day_is_the_institutions() {
        let late = "2024-05-01T22:30:00Z".parse().unwrap();
        assert_eq!(profile().today(late), Date::constant(2024, 5, 2));
        assert_eq!(Profile::default().today(late), Date::constant(2024, 5, 1));
    }

    #[test]
    fn a_profile_is_written_as_it_is_read() {
        let written = serde_json::to_string(&profile()).unwrap();
        assert_eq!(serde_json::from_str::<Profile>(&written).unwrap(), profile());
        assert_eq!(serde_json::from_str::<Profile>("{}").unwrap(), Profile::default());
    }
}
