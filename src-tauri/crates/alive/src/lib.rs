//! Client of ALIVE, the national card database of GTS ALIVE (External Card Issuing API 1.3).
//!
//! It knows the API and nothing else: no desk, no storage, no other register. A university that issues ISIC, ITIC
//! or ALIVE cards itself can use it alone.
//!
//! ```no_run
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use alive::{CardholderId, Client, Environment, Keys};
//! use wire::{BaseUrl, Http, Limits, OsDice, SystemClock};
//!
//! let http = Http::new(Limits::default(), Arc::new(OsDice))?;
//! let base = BaseUrl::parse(Environment::Test.address())?;
//! let keys = Keys { access_key_id: "…".into(), secret: "…".to_owned().into() };
//! let alive = Client::new(http, base, keys, Arc::new(SystemClock));
//! let cards = alive.cards_of(CardholderId(1694452)).await?;
//! # Ok(()) }
//! ```
//!
//! `examples/walk.rs` walks through the manual's workflows against a practice server.
//!
//! **Token.** It is fetched when first needed, renewed before it ends, by one request however many wait for it,
//! and once more if ALIVE refuses it early (codes 2002, 1002, status 401). [`Client::authenticate`] fetches it in
//! advance.
//!
//! **Changes** are made of types that can't hold what ALIVE would refuse: a draft, as typed into a form
//! ([`CardholderDraft`], [`GraduationDraft`], [`CardDraft`] …), is checked against the manual's rules and the
//! [`Profile`] of what the institution has agreed on, and either becomes something to send ([`CardholderData`],
//! [`GraduationData`], [`Report`] …) or a list of all that is [`Wrong`] with it, in ALIVE's own words. A change is
//! sent once ([`Client::make`] and the methods beside it).
//!
//! **Four of them delete what isn't sent**: `cardholders.set`, `graduations.set`, `cards.update`,
//! `cards.issuePlastic`. Begin a draft with what is on record (`…Draft::of`).
//!
//! **Times.** Dates are civil days, those of [`Profile::today`]. The manual says that moments in answers are in UTC,
//! but none of its models has such an attribute; the only moment that is sent is `modified_from`.
//!
//! **Reading is tolerant.** Unknown attributes are ignored, unknown enum values kept ([`wire::Open`]), a missing,
//! null or empty attribute is `None`, a single object stands for an array of one, identifiers and other whole numbers
//! may be written as text (manual, Conventions and model API Response).
//!
//! **Errors** are told by the numeric `code` of the body first, then by the status: the manual names no status but
//! 422 ([`Error`]). Whether a change may have been made in spite of an error says [`Error::outcome_unknown`].
//!
//! **Nothing personal** (names, numbers, chips, keys) stands in a `Debug` or `Display` of this crate.

mod answer;
mod birth_number;
mod card;
mod cardholder;
mod change;
mod client;
mod contents;
mod draft;
mod error;
mod graduation;
mod issue;
mod listing;
mod person;
mod photo;
mod profile;
mod reissue;
mod token;
mod value;
mod wrong;

pub use birth_number::BirthNumber;
pub use card::{
    BadCardNumber, Card, CardId, CardNumber, CardType, Form, SmartTechnology, SmartTechnologyType, Status,
};
pub use cardholder::{
    Address, AddressType, Cardholder, CardholderId, CustomField, Gender, LegalRepresentative,
    LegalRepresentativeType, Roles, StudentStatus,
};
pub use change::{Change, Made};
pub use client::{Client, Environment, Keys};
pub use draft::{
    AddressDraft, CardDraft, CardUpdateDraft, CardholderDraft, GraduationDraft, PlasticDraft,
    RepresentativeDraft, SmartTechnologyDraft,
};
pub use error::{Error, PropertyError};
pub use graduation::{AcademicDegree, Graduation, GraduationData, GraduationId};
pub use issue::{CardRequest, Report};
pub use jiff::civil::Date;
pub use listing::{CardFilter, CardholderFilter};
pub use person::{CardholderData, Warning, WarningCode};
pub use photo::{Photo, PhotoFile, PhotoKind, PhotoRefusal};
pub use profile::{CardRule, Cycle, FieldRule, Mode, NumberRange, Profile};
pub use reissue::{CardUpdate, PlasticIssue, ValidityChange};
pub use value::{ChipValue, Country, Email, Grade, Language, PastDate, PhoneNumber, Text};
pub use wire::Open;
pub use wrong::{Wrong, WrongCode};
