//! The client against small servers made for one rule each.

#![allow(clippy::unwrap_used, reason = "a test may fail")]

mod card_rules;
mod cardholder_rules;
mod changing;
mod drafts;
mod faults;
mod listing;
mod outcome;
mod photo_rules;
mod reading;
mod samples;
mod sending;
mod server;
mod token;
