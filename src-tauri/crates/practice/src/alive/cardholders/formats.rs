//! The formats of a person's attributes (manual, \[MODEL\] Cardholder and Address; decisions N19, N20, N24).

use jiff::ToSpan as _;
use jiff::civil::Date;

use crate::alive::envelope::Wrong;
use crate::alive::form::Form;
use crate::alive::model::{Address, AddressType};

/// The whole of `addresses`: one of each type (decision N24).
pub(super) fn addresses(form: &mut Form, districts: &[&str]) -> Vec<Address> {
    let mut seen: Vec<AddressType> = Vec::new();
    let all = form.list("addresses", |form| {
        let kind = form.mandatory("type", Form::choice);
        if let Some(kind) = kind {
            if seen.contains(&kind) {
                form.refuse("type", Wrong::NotUnique);
            }
            seen.push(kind);
        }
        let address_line_1 = form.mandatory("address_line_1", Form::text);
        let address_line_2 = form.text("address_line_2");
        let city = form.mandatory("city", Form::text);
        let district = form.text("district");
        if district.as_ref().is_some_and(|district| !districts.contains(&district.as_str())) {
            form.refuse("district", Wrong::Choice);
        }
        let postal_code = form.mandatory("postal_code", Form::text);
        let country = form.mandatory("country", Form::text);
        if country.as_ref().is_some_and(|country| !is_country(country)) {
            form.refuse("country", Wrong::Choice);
        }
        Some(Address {
            kind: kind?,
            address_line_1: address_line_1?,
            address_line_2,
            city: city?,
            district,
            postal_code: postal_code?,
            country: country?,
        })
    });
    all.unwrap_or_default()
}

/// ISO 3166-1 alpha-3, upper case.
fn is_country(code: &str) -> bool {
    code.bytes().all(|byte| byte.is_ascii_uppercase()) && celes::Country::from_alpha3(code).is_ok()
}

/// Czech and Slovak birth numbers: `yymmdd`, a slash or none, then three digits up to 1953 and four later. Women
/// have 50 added to the month; 20 more are added where a day's numbers ran out. The check digit isn't enforced:
/// the manual's own samples fail it (decision N19).
pub(super) fn is_birth_number(number: &str) -> bool {
    let (date, serial) = match number.split_once('/') {
        Some(parts) => parts,
        None => match number.split_at_checked(6) {
            Some(parts) => parts,
            None => return false,
        },
    };
    let digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    if date.len() != 6 || !digits(date) || !digits(serial) {
        return false;
    }
    let part = |from: usize| date.get(from..from + 2).and_then(|two| two.parse::<i8>().ok());
    let (Some(year), Some(month), Some(day)) = (part(0), part(2), part(4)) else {
        return false;
    };
    let century = match (serial.len(), year) {
        (3, ..=53) => 1900,
        (4, 54..) => 1900,
        (4, ..=53) => 2000,
        _ => return false,
    };
    let month = match month {
        71.. => month - 70,
        51.. => month - 50,
        21.. => month - 20,
        _ => month,
    };
    Date::new(century + i16::from(year), month, day).is_ok()
}

/// One at-sign, something before it, and a domain of two labels or more.
pub(super) fn is_email(address: &str) -> bool {
    let Some((local, domain)) = address.rsplit_once('@') else {
        return false;
    };
    let dotted = |text: &str| text.split('.').all(|part| !part.is_empty());
    let plain = |c: char| !c.is_whitespace() && !c.is_control() && !"@,;:<>()[]\\\"".contains(c);
    let label = |part: &str| {
        !part.starts_with('-')
            && !part.ends_with('-')
            && part.chars().all(|c| c.is_alphanumeric() || c == '-')
    };
    address.len() <= 254
        && dotted(local)
        && local.chars().all(plain)
        && dotted(domain)
        && domain.contains('.')
        && domain.split('.').all(label)
}

/// `phone_number`: the manual's characters; spaces are stripped (decision N20).
pub(super) fn phone(form: &mut Form) -> Option<String> {
    let good = |c: char| c.is_ascii_digit() || "()+- ".contains(c);
    let number = form.formatted("phone_number", |number| number.chars().all(good))?;
    Some(number.replace(' ', ""))
}

/// Whether somebody hasn't had that birthday yet.
pub(super) fn is_younger_than(born: Date, years: i16, today: Date) -> bool {
    born.checked_add(years.years()).is_ok_and(|birthday| birthday > today)
}

#[cfg(test)]
mod tests {
    use super::*;
    use jiff::civil::date;

    #[test]
    fn birth_number_has_the_national_format() {
        for good in [
            "940415/0123", // the manual's samples
            "725109/0123",
            "9404150123",
            "530101/123", // the last year of nine digits
            "540101/1234",
            "045612/1234", // a woman of 2004
            "042112/1234", // +20
            "047112/1234", // +70
            "040229/1234", // a leap day
        ] {
            assert!(is_birth_number(good), "{good}");
        }
        for bad in [
            "940415-0123",
            "940415/01234",
            "940415/01",
            "940415/012", // nine digits after 1953
            "941315/0123",
            "940431/0123",
            "940015/0123",
            "030229/1234",
            "94041/50123",
            "9404a5/0123",
            "940415/012a",
            "ž40415/0123",
            "94/0415/0123",
            "",
        ] {
            assert!(!is_birth_number(bad), "{bad}");
        }
    }

    #[test]
    fn email_has_a_valid_format() {
        for good in ["petr.janik@test.cz", "a+b@x.example", "PETR@TEST.CZ", "žluť@háček.example"] {
            assert!(is_email(good), "{good}");
        }
        for bad in
            ["petr", "petr@", "@test.cz", "petr@test", "pe tr@test.cz", "a@b@test.cz", "a@-t.cz", "a..b@t.cz"]
        {
            assert!(!is_email(bad), "{bad}");
        }
    }

    #[test]
    fn a_birthday_is_no_longer_younger() {
        assert!(is_younger_than(date(2011, 2, 11), 15, date(2026, 2, 10)));
        assert!(!is_younger_than(date(2011, 2, 10), 15, date(2026, 2, 10)));
    }
}
