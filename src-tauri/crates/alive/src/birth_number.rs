//! The Czech and Slovak birth number (manual, model Cardholder, "Valid national format").

use std::fmt;

use jiff::civil::Date;
use serde::Serialize;

use crate::cardholder::Gender;
use crate::wrong::WrongCode;

/// Six digits of a date and three or four more, with or without a slash between them, kept as written.
///
/// Three further digits stand for births of 1900–1953, four for 1954–2053. To the month women have 50 added, and
/// from 2004 on either sex 20 more where a day's numbers have run out.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct BirthNumber(String);

impl BirthNumber {
    /// [`WrongCode::Format`] if it isn't one. The check digit is not looked at: see [`Self::checksum_ok`].
    pub fn parse(typed: &str) -> Result<Self, WrongCode> {
        let text: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let digits: String = match text.split_once('/') {
            Some((day, serial)) if day.len() == 6 => format!("{day}{serial}"),
            Some(_) => return Err(WrongCode::Format),
            None => text.clone(),
        };
        if !digits.bytes().all(|digit| digit.is_ascii_digit()) || born(&digits).is_none() {
            return Err(WrongCode::Format);
        }
        Ok(Self(text))
    }

    /// As it is sent.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The day of birth that it tells, and the gender.
    pub fn tells(&self) -> Option<(Date, Gender)> {
        born(&self.digits())
    }

    /// Whether the number is divisible by 11, as all of ten digits are (some until 1985 have a remainder of 10 in
    /// their first nine digits and end in 0); those of nine digits have no check digit. Only for a warning: the
    /// manual's own samples fail it.
    pub fn checksum_ok(&self) -> bool {
        let digits = self.digits();
        let number: u64 = digits.parse().unwrap_or(0);
        digits.len() == 9
            || number.is_multiple_of(11)
            || (number / 10 % 11 == 10 && number.is_multiple_of(10))
    }

    fn digits(&self) -> String {
        self.0.replace('/', "")
    }
}

fn born(digits: &str) -> Option<(Date, Gender)> {
    let part = |range: std::ops::Range<usize>| digits.get(range)?.parse::<i8>().ok();
    let (year, month, day) = (part(0..2)?, part(2..4)?, part(4..6)?);
    let year = i16::from(year)
        + match (digits.len(), year) {
            (9, ..=53) => 1900,
            (10, 54..) => 1900,
            (10, _) => 2000,
            _ => return None,
        };
    let (gender, month) = if month > 50 { (Gender::Female, month - 50) } else { (Gender::Male, month) };
    let month = if month > 20 && year >= 2004 { month - 20 } else { month };
    Some((Date::new(year, month, day).ok()?, gender))
}

impl fmt::Debug for BirthNumber {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("BirthNumber(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tells(typed: &str) -> Option<(Date, Gender)> {
        BirthNumber::parse(typed).ok()?.tells()
    }

    #[test]
    fn a_birth_number_tells_birthday_and_gender() {
        let day = Date::constant;
        assert_eq!(tells("940415/0123"), Some((day(1994, 4, 15), Gender::Male)));
        assert_eq!(tells(" 725109 0123 "), Some((day(1972, 1, 9), Gender::Female)));
        assert_eq!(tells("530101123"), Some((day(1953, 1, 1), Gender::Male)), "nine digits up to 1953");
        assert_eq!(tells("540101/123"), None, "nine digits after 1953");
        assert_eq!(tells("530101/1234"), Some((day(2053, 1, 1), Gender::Male)));
        assert_eq!(tells("042115/0123"), Some((day(2004, 1, 15), Gender::Male)), "+20");
        assert_eq!(tells("047115/0123"), Some((day(2004, 1, 15), Gender::Female)), "+70");
    }

    #[test]
    fn what_has_no_date_or_other_digits_is_no_birth_number() {
        for typed in [
            "",
            "94",
            "940431/0123",
            "941315/0123",
            "940415/01",
            "940415/01234",
            "9404/150123",
            "94041x/0123",
        ] {
            assert_eq!(BirthNumber::parse(typed), Err(WrongCode::Format), "{typed}");
        }
        assert_eq!(tells("032115/0123"), None, "+20 before 2004");
        assert!(BirthNumber::parse("９４０４１５/0123").is_err(), "other digits");
    }

    #[test]
    fn a_failing_checksum_is_no_fault() {
        for (typed, ok) in [
            ("940415/0123", false),
            ("725109/0123", false),
            ("940415/0120", false),
            ("530101123", true),
            ("7801233540", true),
        ] {
            assert_eq!(BirthNumber::parse(typed).unwrap().checksum_ok(), ok, "{typed}");
        }
        let good = (0..10).filter(|last| {
            BirthNumber::parse(&format!("940415/012{last}")).is_ok_and(|number| number.checksum_ok())
        });
        assert_eq!(good.count(), 1, "just one check digit fits");
    }
}
