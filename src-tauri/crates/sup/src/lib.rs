//! Client of SUP, the employer's payment-card record (`GET /v1/card/{idCard}`).
//!
//! It knows this API and nothing else: no desk, no storage, no other register.
//!
//! ```no_run
//! # async fn demo(key: Vec<u8>, id: uuid::Uuid) -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use sup::{Algorithm, Client, Codec, CodecProfile, Encoding, Token};
//! use wire::{BaseUrl, Http, Limits, OsDice, SystemClock};
//!
//! let dice = Arc::new(OsDice);
//! let http = Http::new(Limits::default(), dice.clone())?;
//! let base = BaseUrl::parse("https://rest.lksup.ru/")?;
//! let profile = CodecProfile {
//!     algorithm: Algorithm::XChaCha20Poly1305,
//!     nonce_encoding: Encoding::Base64Url,
//!     ciphertext_encoding: Encoding::Base64Url,
//! };
//! let codec = Codec::new(profile, key.into(), None)?;
//! let sup = Client::new(http, base, Token::new("…".to_owned().into()), codec, Arc::new(SystemClock), dice);
//! let card = sup.card(id).await?;
//! # Ok(()) }
//! ```
//!
//! **Encryption.** The document demands that `idCard` is encrypted in the path with the help of a nonce in the header
//! `X-Nonce`, and says neither how nor with which key. So there is no default: a client can't be made without a
//! [`Codec`], which the institution fills in from what the vendor tells it, if possible with a test vector.
//!
//! **Reading is tolerant.** Unknown enum values, and dates that aren't dates, are kept as text ([`wire::Open`]);
//! both spellings `updateAt` and `updatedAt` are read; a missing and a null attribute are alike. Answers are read as
//! plain text.
//!
//! **Money** is in kopecks, always ([`Kopecks`]).
//!
//! **Nothing personal** (identifiers, numbers, amounts, keys) stands in a `Debug` or `Display` of this crate.

mod card;
mod client;
mod codec;
mod error;
mod moment;
mod token;

pub use card::{Account, Card, CardStatus, CardType, Ean, Hours, Kopecks, Limit, Period};
pub use client::Client;
pub use codec::{Algorithm, Codec, CodecError, CodecProfile, Encoding, TestVector};
pub use error::{Error, FieldError};
pub use jiff::civil::{Date, DateTime, Time, Weekday};
pub use token::Token;
pub use uuid::Uuid;
pub use wire::Open;
