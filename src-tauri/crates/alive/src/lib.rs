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
//! **Token.** It is fetched when first needed, renewed before it ends, by one request however many wait for it,
//! and once more if ALIVE refuses it early (codes 2002, 1002, status 401). [`Client::authenticate`] fetches it in
//! advance.
//!
//! **Reading is tolerant.** Unknown attributes are ignored, unknown enum values kept ([`wire::Open`]), a missing,
//! null or empty attribute is `None`, a single object stands for an array of one (manual, Conventions and [MODEL]
//! API Response).
//!
//! **Errors** are told by the numeric `code` of the body first, then by the status: the manual names no status but
//! 422 ([`Error`]). Whether a change may have been made in spite of an error says [`Error::outcome_unknown`].
//!
//! **Nothing personal** (names, numbers, chips, keys) stands in a `Debug` or `Display` of this crate.

mod answer;
mod card;
mod cardholder;
mod client;
mod error;
mod listing;
mod photo;
mod token;

pub use card::{
    BadCardNumber, Card, CardId, CardNumber, CardType, Form, SmartTechnology, SmartTechnologyType, Status,
};
pub use cardholder::{
    Address, AddressType, Cardholder, CardholderId, CustomField, Gender, LegalRepresentative,
    LegalRepresentativeType, Roles, StudentStatus,
};
pub use client::{Client, Environment, Keys};
pub use error::{Error, PropertyError};
pub use jiff::civil::Date;
pub use listing::{CardFilter, CardholderFilter};
pub use photo::{Photo, PhotoKind};
pub use wire::Open;
