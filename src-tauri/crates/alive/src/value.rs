//! Single values that can't be wrong: each is made by its `parse` alone.

use std::fmt;

use email_address::{EmailAddress, Options};
use jiff::civil::Date;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use wire::Open;

use crate::wrong::WrongCode;

/// Text that isn't blank, without white space around it ("Free" in the manual's models).
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Text(String);

/// An e-mail address: RFC 5322, with a domain of two parts or more, without a display name.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Email(String);

/// A phone number: digits, `(`, `)`, `+` and `-`, with one digit at least; spaces are dropped (manual, model
/// Cardholder, "Regex").
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct PhoneNumber(String);

/// A date that isn't in the future.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct PastDate(Date);

/// A country, as ISO 3166-1 alpha-3 (manual, enum Country).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct Country(&'static str);

/// A study grade, 1–9 (manual, model Cardholder).
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(transparent)]
pub struct Grade(u8);

/// What a chip or stripe says: upper case, without white space. The manual gives no further form.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(transparent)]
pub struct ChipValue(String);

/// Enum Language.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Language {
    /// Czech.
    Cs,
    /// English.
    En,
}

impl Text {
    /// [`WrongCode::Blank`] if nothing but white space.
    pub fn parse(typed: &str) -> Result<Self, WrongCode> {
        match typed.trim() {
            "" => Err(WrongCode::Blank),
            text => Ok(Self(text.to_owned())),
        }
    }
}

impl Email {
    /// [`WrongCode::Format`] if it isn't one.
    pub fn parse(typed: &str) -> Result<Self, WrongCode> {
        let rules = Options::default().with_required_tld().without_domain_literal().without_display_text();
        EmailAddress::parse_with_options(typed.trim(), rules)
            .map(|address| Self(address.to_string()))
            .map_err(|_| WrongCode::Format)
    }
}

impl PhoneNumber {
    /// [`WrongCode::Format`] with any other character, or without a digit.
    pub fn parse(typed: &str) -> Result<Self, WrongCode> {
        let number: String = typed.chars().filter(|c| !c.is_whitespace()).collect();
        let allowed = number.chars().all(|c| c.is_ascii_digit() || "()+-".contains(c));
        if !allowed || !number.contains(|c: char| c.is_ascii_digit()) {
            return Err(WrongCode::Format);
        }
        Ok(Self(number))
    }
}

impl PastDate {
    /// [`WrongCode::Format`] unless `yyyy-MM-dd`; [`WrongCode::Future`] after `today`.
    pub fn parse(typed: &str, today: Date) -> Result<Self, WrongCode> {
        let date = date(typed)?;
        if date <= today { Ok(Self(date)) } else { Err(WrongCode::Future) }
    }

    /// The date.
    pub const fn get(self) -> Date {
        self.0
    }
}

impl Country {
    /// [`WrongCode::Choice`] if there is no such code; case doesn't matter.
    pub fn parse(typed: &str) -> Result<Self, WrongCode> {
        let country = celes::Country::from_alpha3(typed.trim()).map_err(|_| WrongCode::Choice)?;
        Ok(Self(country.alpha3))
    }
}

impl Grade {
    /// [`WrongCode::Format`] if it isn't a number, [`WrongCode::Range`] unless 1–9.
    pub fn parse(typed: &str) -> Result<Self, WrongCode> {
        match typed.trim().parse::<i64>() {
            Ok(grade @ 1..=9) => u8::try_from(grade).map(Self).map_err(|_| WrongCode::Range),
            Ok(_) => Err(WrongCode::Range),
            Err(_) => Err(WrongCode::Format),
        }
    }
}

impl ChipValue {
    /// [`WrongCode::Blank`] without any character, [`WrongCode::Format`] with control characters.
    pub fn parse(typed: &str) -> Result<Self, WrongCode> {
        let value: String =
            typed.chars().filter(|c| !c.is_whitespace()).flat_map(char::to_uppercase).collect();
        match value.as_str() {
            "" => Err(WrongCode::Blank),
            value if value.chars().any(char::is_control) => Err(WrongCode::Format),
            _ => Ok(Self(value)),
        }
    }
}

/// A date written `yyyy-MM-dd` and no other way (manual, Conventions).
pub fn date(typed: &str) -> Result<Date, WrongCode> {
    let typed = typed.trim();
    let date: Date = typed.parse().map_err(|_| WrongCode::Format)?;
    if date.to_string() == typed { Ok(date) } else { Err(WrongCode::Format) }
}

/// A value of one of the manual's lists.
pub fn choice<T: DeserializeOwned>(typed: &str) -> Result<T, WrongCode> {
    serde_json::from_value(Value::from(typed.trim())).map_err(|_| WrongCode::Choice)
}

/// What `read` makes of the text; or the text as it is where ALIVE itself has it so: what is on record may always
/// be sent back unchanged.
pub fn kept<T, S: AsRef<str>>(
    recorded: impl IntoIterator<Item = S>,
    read: impl FnOnce(&str) -> Result<T, WrongCode>,
) -> impl FnOnce(&str) -> Result<Open<T>, WrongCode> {
    move |typed| match read(typed) {
        Ok(value) => Ok(Open::Known(value)),
        Err(_) if recorded.into_iter().any(|text| text.as_ref().trim() == typed.trim()) => {
            Ok(Open::Other(typed.trim().to_owned()))
        }
        Err(code) => Err(code),
    }
}

/// How a value of a list is written; a value newer than the manual as ALIVE wrote it.
pub fn written<T: Serialize>(value: &Open<T>) -> String {
    match serde_json::to_value(value) {
        Ok(Value::String(text)) => text,
        _ => String::new(),
    }
}

macro_rules! text_values {
    ($($name:ident),*) => {$(
        impl $name {
            /// As it is sent.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    )*};
}
text_values!(Text, Email, PhoneNumber, ChipValue);

impl Country {
    /// All of them, as alpha-3 and alpha-2.
    pub fn all() -> impl Iterator<Item = (&'static str, &'static str)> {
        celes::Country::get_countries().into_iter().map(|country| (country.alpha3, country.alpha2))
    }

    /// The three letters.
    pub const fn as_str(self) -> &'static str {
        self.0
    }
}

impl Grade {
    /// The number.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl fmt::Debug for PastDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PastDate(…)")
    }
}
