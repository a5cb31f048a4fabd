//! Journeys in the real window: real WebKit by WebDriver, a real pcscd with virtual cards, real HTTP registers, a
//! real keyring. Run by `cargo xtask test`; one at a time, for there is one display.

#![cfg(target_os = "linux")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::disallowed_methods, reason = "tests")]

mod accessibility;
mod doctor;
mod file;
mod issue;
mod ledger;
mod line;
mod practice_tray;
mod readers;
mod registers;
mod settings;
mod taps;
mod wedge;
