//! The client against small servers made for one rule each.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod errors;
mod reading;
mod sealing;
mod server;
