//! The one HTTP client the register clients share: TLS, time-outs, size limits, redaction.
//!
//! This crate knows no API. It gives a client of a register
//!
//! - [`BaseUrl`]: an address that is https, or http on this very machine;
//! - [`Http`]: one pooled connection set with a limit on time and size, without redirects, cookies, referer or
//!   proxy; [`Http::send`] sends once, [`Http::read`] repeats what may be repeated;
//! - [`Reply`]: the whole answer whatever its status, and [`Fault`]: why there is none, and whether the request
//!   may have arrived all the same;
//! - [`json`]: reading JSON that leaves things out, sends null or says something new;
//! - [`Clock`] and [`Dice`]: time and randomness, passed in so that every journey can be replayed in a test.
//!
//! No URL, header or body ever stands in a `Debug` or `Display` of this crate: they hold names, numbers and keys.

mod base_url;
mod clock;
mod fault;
mod http;
pub mod json;

pub use base_url::{BaseUrl, BaseUrlError};
pub use clock::{Clock, Dice, FixedClock, OsDice, SystemClock};
pub use fault::Fault;
pub use http::{Http, Limits, Reply};
pub use json::{Open, Unreadable};
