//! Client of the USOS API, module `services/cards`.
//!
//! It knows this API and nothing else: no desk, no storage, no other register. Any university with a USOS API
//! installation can use it alone; the installation's address, keys and rights are all that differs.
//!
//! ```no_run
//! # async fn demo() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use usos::{CardQuery, Client, Consumer};
//! use wire::{BaseUrl, Http, Limits, OsDice, SystemClock};
//!
//! let dice = Arc::new(OsDice);
//! let http = Http::new(Limits::default(), dice.clone())?;
//! let base = BaseUrl::parse("https://usosapi.example.edu/")?;
//! let consumer = Consumer { key: "…".into(), secret: "…".to_owned().into(), administrative: true };
//! let usos = Client::new(http, base, consumer, None, Arc::new(SystemClock), dice);
//! let card = usos.card(&CardQuery::Barcode("000123456789".parse()?)).await?;
//! # Ok(()) }
//! ```
//!
//! **Signing** is OAuth 1.0a with HMAC-SHA1 (RFC 5849): the parameters of a method stand in the query, those of
//! OAuth in the `Authorization` header. Nonce and time are fresh for each attempt.
//!
//! **Not found is not "no card".** The module lists valid cards only ("Please note that only valid cards are
//! listed"): an expired, a cancelled and an unknown card all are `None` here.
//!
//! **Identifiers are opaque.** The document gives no types; they are read from text or numbers and kept as text.
//!
//! **Secrets are never asked for by default**: `fields` is always sent where a method has it.
//!
//! **Nothing personal** (names, numbers, chips, keys) stands in a `Debug` or `Display` of this crate.

mod card;
mod client;
mod error;
mod identifier;
mod langdict;
mod server_time;
mod sign;

pub use card::{Card, CardType, User};
pub use client::{ActAs, CardQuery, Client, Consumer, UserToken};
pub use error::{Error, Needs, Reason, Refusal};
pub use identifier::{BadIdentifier, Identifier};
pub use jiff::civil::Date;
pub use langdict::LangDict;
pub use server_time::ServerNow;
pub use wire::Open;
