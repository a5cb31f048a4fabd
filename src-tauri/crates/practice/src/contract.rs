//! The practice university's contract with ALIVE (decision N17): card types, number ranges, validity cycles,
//! custom fields, designs and districts. The manual leaves all of these "by agreement"; this is our agreement.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::alive::model::{CardType, Form};

/// The institution's identifier in NCDB.
pub(crate) const INSTITUTION_ID: i64 = 29_001;
/// The institution's name as it stands on every card.
pub(crate) const INSTITUTION_NAME: [&str; 2] = ["Cvičná univerzita", "Brno"];
/// The zone whose days count (decision N38).
pub(crate) const TIME_ZONE: &str = "Europe/Prague";

/// The names of the custom fields in every contract.
pub(crate) const FIELD_NAMES: [&str; 3] = ["membership_code", "esc_number", "library_id"];

/// The districts of the contract (\[ENUM\] District for a Czech issuer).
pub(crate) const DISTRICTS: [&str; 14] = [
    "Hlavní město Praha",
    "Jihočeský kraj",
    "Jihomoravský kraj",
    "Karlovarský kraj",
    "Kraj Vysočina",
    "Královéhradecký kraj",
    "Liberecký kraj",
    "Moravskoslezský kraj",
    "Olomoucký kraj",
    "Pardubický kraj",
    "Plzeňský kraj",
    "Středočeský kraj",
    "Ústecký kraj",
    "Zlínský kraj",
];

/// Types that are issued in mode REPORT: the university assigns their numbers (manual, Card Issuing Mode). Only
/// these have a validity that can be extended and plastic that can be issued later (E14, E16).
pub(crate) const REPORTED: [CardType; 4] =
    [CardType::Isic, CardType::Itic, CardType::AliveStudent, CardType::AliveStaff];

/// What the issuer and ALIVE have agreed on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Contract {
    /// Below this age, in years, a cardholder needs a legal representative.
    pub legal_age: i16,
    /// Custom fields of cardholders.
    pub cardholder_fields: Vec<CustomField>,
    /// Custom fields of cards.
    pub card_fields: Vec<CustomField>,
    /// The types that may be issued.
    pub cards: Vec<CardTerms>,
}

impl Default for Contract {
    /// The practice university's: no custom field is mandatory.
    fn default() -> Self {
        let fields: Vec<CustomField> = FIELD_NAMES
            .into_iter()
            .zip([20, 40, 20])
            .map(|(name, max)| CustomField { name: name.to_owned(), mandatory: false, min: 1, max })
            .collect();
        Self {
            legal_age: 15,
            cardholder_fields: fields.clone(),
            card_fields: fields,
            cards: REPORTED.into_iter().chain([CardType::AliveIdAlumni]).map(CardTerms::new).collect(),
        }
    }
}

impl Contract {
    pub(crate) fn terms(&self, kind: CardType) -> Option<&CardTerms> {
        self.cards.iter().find(|terms| terms.kind == kind)
    }
}

/// A custom field of the contract.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CustomField {
    /// The field's key.
    pub name: String,
    /// Whether every record must have it.
    pub mandatory: bool,
    /// Shortest value, in characters.
    pub min: usize,
    /// Longest value, in characters.
    pub max: usize,
}

/// Who assigns a card's number (manual, Card Issuing Mode).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// The issuer: `cards.report`.
    Report,
    /// ALIVE: `cards.request`.
    Request,
}

/// What was agreed on for one card type.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CardTerms {
    /// The type.
    pub kind: CardType,
    /// Who assigns numbers.
    pub mode: Mode,
    /// Numbers that were ordered.
    pub ranges: Vec<NumberRange>,
    /// Validity cycles on offer beside those of the academic calendar, until they end.
    pub extra_cycles: Vec<Cycle>,
    /// Enabled designs; the first one is the default.
    pub designs: Vec<String>,
}

impl CardTerms {
    /// The practice university's terms for a type.
    pub fn new(kind: CardType) -> Self {
        let mode = if kind == CardType::AliveIdAlumni { Mode::Request } else { Mode::Report };
        let design = design(kind);
        // The second one is the plastic of a jubilee.
        let designs = vec![design.to_owned(), format!("{}2", design.strip_suffix('1').unwrap_or(design))];
        Self { kind, mode, ranges: vec![range(kind)], extra_cycles: Vec::new(), designs }
    }

    pub(crate) fn has_number(&self, number: &str) -> bool {
        self.ranges.iter().any(|range| range.contains(number))
    }

    pub(crate) fn forms(&self) -> &'static [Form] {
        match self.mode {
            Mode::Report => &[Form::Digital, Form::DigitalPlastic],
            Mode::Request => &[Form::Digital],
        }
    }

    pub(crate) fn default_design(&self) -> String {
        self.designs.first().cloned().unwrap_or_default()
    }

    /// The validity cycles on offer on a day.
    pub(crate) fn cycles(&self, today: Date) -> Vec<Cycle> {
        let extra = self.extra_cycles.iter().copied().filter(|cycle| cycle.valid_to >= today);
        cycles(self.kind, today).into_iter().chain(extra).collect()
    }
}

/// A validity cycle on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cycle {
    /// First day.
    pub valid_from: Date,
    /// Last day.
    pub valid_to: Date,
}

/// Card numbers: prefix, nine digits from first to last, suffix.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NumberRange {
    /// Before the digits.
    pub prefix: String,
    /// The first number's digits.
    pub first: u64,
    /// The last number's digits.
    pub last: u64,
    /// After the digits.
    pub suffix: String,
}

impl NumberRange {
    pub(crate) fn spelt(&self, digits: u64) -> String {
        format!("{}{digits:09}{}", self.prefix, self.suffix)
    }

    /// Whether a number is one of the range, spaces and case apart (decision N18).
    pub(crate) fn contains(&self, number: &str) -> bool {
        let number: String =
            number.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
        let digits = number.strip_prefix(&self.prefix).and_then(|rest| rest.strip_suffix(&self.suffix));
        let digits = digits.filter(|digits| digits.len() == 9 && digits.bytes().all(|b| b.is_ascii_digit()));
        digits
            .and_then(|digits| digits.parse().ok())
            .is_some_and(|digits: u64| (self.first..=self.last).contains(&digits))
    }
}

/// The stock of each type that there is; a contract takes what it needs of them.
fn range(kind: CardType) -> NumberRange {
    let (prefix, first, suffix) = match kind {
        CardType::Isic => ("S420", 500_000_000, "A"),
        CardType::Itic => ("T420", 510_000_000, "C"),
        CardType::AliveStudent => ("CZS", 520_000_000, "ST"),
        CardType::AliveStaff => ("CZE", 530_000_000, "EM"),
        CardType::AliveIdAlumni => ("CZA", 540_000_000, "TV"),
        CardType::IsicScholar => ("H420", 550_000_000, "A"),
        CardType::Iytc => ("Y420", 560_000_000, "A"),
        CardType::Alive => ("CZM", 570_000_000, "ME"),
        CardType::AliveAlumni => ("CZG", 580_000_000, "AL"),
    };
    NumberRange { prefix: prefix.to_owned(), first, last: first + 9_999_999, suffix: suffix.to_owned() }
}

/// The `n`-th number of the type's stock. The world uses them from the first upwards.
pub(crate) fn number(kind: CardType, n: u64) -> String {
    let range = range(kind);
    range.spelt(range.first + n)
}

/// The `n`-th number from the end of the type's stock: the far end, which the world never reaches.
pub(crate) fn free_number(kind: CardType, n: u64) -> String {
    let range = range(kind);
    range.spelt(range.last - n)
}

/// The default design of a card type, digital or plastic.
pub(crate) fn design(kind: CardType) -> &'static str {
    match kind {
        CardType::Isic => "SA-420-101",
        CardType::Itic => "TA-420-101",
        CardType::AliveStudent => "AS-CZ-0101",
        CardType::AliveStaff => "AE-CZ-0101",
        CardType::AliveIdAlumni => "AID-CZ-0101",
        CardType::IsicScholar => "HA-420-101",
        CardType::Iytc => "YA-420-101",
        CardType::Alive => "AM-CZ-0101",
        CardType::AliveAlumni => "AG-CZ-0101",
    }
}

/// The validity cycles that are on offer on a day. Student cards end with a semester (31 March, 31 October),
/// staff cards with the year after; from June on the next academic year is on offer too. An alumni card runs
/// from the day of issue to the end of the same year (manual, `cards.request`).
pub(crate) fn cycles(kind: CardType, today: Date) -> Vec<Cycle> {
    if kind == CardType::AliveIdAlumni {
        return vec![Cycle { valid_from: today, valid_to: date(today.year(), 12, 31) }];
    }
    let this = academic_year(today);
    let next = if (6..9).contains(&today.month()) { Some(this + 1) } else { None };
    let mut cycles: Vec<Cycle> = Vec::new();
    for year in [Some(this), next].into_iter().flatten() {
        let ends = match kind {
            CardType::Isic | CardType::AliveStudent => vec![date(year + 1, 10, 31), date(year + 1, 3, 31)],
            _ => vec![date(year + 1, 12, 31)],
        };
        let valid_from = date(year, 9, 1);
        cycles.extend(ends.into_iter().map(|valid_to| Cycle { valid_from, valid_to }));
    }
    cycles.retain(|cycle| cycle.valid_to >= today);
    cycles
}

/// The usual cycle of a type: to the end of the academic year, or of the year after.
pub(crate) fn usual_cycle(kind: CardType, today: Date) -> Cycle {
    let year = academic_year(today);
    match kind {
        CardType::Isic | CardType::AliveStudent => {
            Cycle { valid_from: date(year, 9, 1), valid_to: date(year + 1, 10, 31) }
        }
        CardType::AliveIdAlumni => Cycle { valid_from: today, valid_to: date(today.year(), 12, 31) },
        _ => Cycle { valid_from: date(year, 9, 1), valid_to: date(year + 1, 12, 31) },
    }
}

/// The year in which the academic year of `today` began (on 1 September).
pub(crate) fn academic_year(today: Date) -> i16 {
    if today.month() >= 9 { today.year() } else { today.year() - 1 }
}

/// The last end of a semester (31 March, 31 October) that has passed.
pub(crate) fn semester_end_before(today: Date) -> Date {
    let year = today.year();
    [date(year, 10, 31), date(year, 3, 31)]
        .into_iter()
        .find(|end| *end < today)
        .unwrap_or_else(|| date(year - 1, 10, 31))
}

/// `day` moved back by whole days; the calendar's first day where it would leave the calendar.
pub(crate) fn days_before(day: Date, days: i32) -> Date {
    day.checked_sub(days.days()).unwrap_or(Date::MIN)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cycles_on_offer_end_today_or_later_and_hold_the_usual_one() {
        for day in
            [date(2026, 1, 1), date(2026, 3, 31), date(2026, 4, 1), date(2026, 8, 31), date(2026, 9, 1)]
        {
            for kind in REPORTED {
                let offered = cycles(kind, day);
                assert!(
                    offered.iter().all(|cycle| cycle.valid_to >= day && cycle.valid_from < cycle.valid_to)
                );
                assert!(offered.contains(&usual_cycle(kind, day)), "{kind:?} {day}");
            }
        }
        assert_eq!(cycles(CardType::Isic, date(2026, 7, 1)).len(), 3);
        assert_eq!(cycles(CardType::Isic, date(2026, 4, 1)).len(), 1);
    }

    #[test]
    fn the_last_semester_end_is_always_past() {
        assert_eq!(semester_end_before(date(2026, 3, 31)), date(2025, 10, 31));
        assert_eq!(semester_end_before(date(2026, 4, 1)), date(2026, 3, 31));
        assert_eq!(semester_end_before(date(2026, 11, 1)), date(2026, 10, 31));
    }

    #[test]
    fn alumni_cards_last_from_today_to_the_end_of_the_same_year() {
        let cycle = cycles(CardType::AliveIdAlumni, date(2026, 4, 14))[0];
        assert_eq!(cycle, Cycle { valid_from: date(2026, 4, 14), valid_to: date(2026, 12, 31) });
    }
}
