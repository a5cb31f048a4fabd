//! The practice university's contract with ALIVE (decision N17): card types, number ranges, validity cycles,
//! custom fields, designs and districts. The manual leaves all of these "by agreement"; this is our agreement.

use jiff::ToSpan;
use jiff::civil::{Date, date};

use crate::alive::model::CardType;

/// The institution's identifier in NCDB.
pub(crate) const INSTITUTION_ID: i64 = 29_001;
/// The institution's name as it stands on every card.
pub(crate) const INSTITUTION_NAME: [&str; 2] = ["Cvičná univerzita", "Brno"];

/// A custom field of the contract; one list serves cardholders and cards (decision N42).
#[derive(Debug, Clone, Copy)]
pub struct CustomField {
    /// The field's key.
    pub name: &'static str,
    /// Shortest and longest value, in characters.
    pub length: (usize, usize),
}

/// The custom fields of the contract. None is mandatory.
pub const CUSTOM_FIELDS: [CustomField; 3] = [
    CustomField { name: "membership_code", length: (1, 20) },
    CustomField { name: "esc_number", length: (1, 40) },
    CustomField { name: "library_id", length: (1, 20) },
];

/// The districts of the contract (\[ENUM\] District for a Czech issuer).
pub const DISTRICTS: [&str; 14] = [
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

/// Types that are issued in mode REPORT: the university assigns their numbers (manual, Card Issuing Mode).
pub(crate) const REPORTED: [CardType; 4] =
    [CardType::Isic, CardType::Itic, CardType::AliveStudent, CardType::AliveStaff];

/// A validity cycle on offer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Cycle {
    pub(crate) valid_from: Date,
    pub(crate) valid_to: Date,
}

/// The numbers of one card type: prefix, nine digits of the range, suffix.
struct Range {
    prefix: &'static str,
    first: u64,
    last: u64,
    suffix: &'static str,
}

fn range(kind: CardType) -> Range {
    let (prefix, first, suffix) = match kind {
        CardType::Isic => ("S420", 500_000_000, "A"),
        CardType::Itic => ("T420", 510_000_000, "C"),
        CardType::AliveStudent => ("CZS", 520_000_000, "ST"),
        CardType::AliveStaff => ("CZE", 530_000_000, "EM"),
        CardType::AliveIdAlumni => ("CZA", 540_000_000, "TV"),
    };
    Range { prefix, first, last: first + 9_999_999, suffix }
}

/// The `n`-th number of the type's range. The world uses them from the first upwards.
pub(crate) fn number(kind: CardType, n: u64) -> String {
    let range = range(kind);
    format!("{}{:09}{}", range.prefix, range.first + n, range.suffix)
}

/// The `n`-th number from the end of the type's range: the far end, which the world never reaches.
pub(crate) fn free_number(kind: CardType, n: u64) -> String {
    let range = range(kind);
    format!("{}{:09}{}", range.prefix, range.last - n, range.suffix)
}

/// The default design of a card type, digital or plastic.
pub(crate) fn design(kind: CardType) -> &'static str {
    match kind {
        CardType::Isic => "SA-420-101",
        CardType::Itic => "TA-420-101",
        CardType::AliveStudent => "AS-CZ-0101",
        CardType::AliveStaff => "AE-CZ-0101",
        CardType::AliveIdAlumni => "AID-CZ-0101",
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
        CardType::Itic | CardType::AliveStaff => {
            Cycle { valid_from: date(year, 9, 1), valid_to: date(year + 1, 12, 31) }
        }
        CardType::AliveIdAlumni => Cycle { valid_from: today, valid_to: date(today.year(), 12, 31) },
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
