//! What the journeys stand on: a real window driven by WebDriver, a real pcscd with virtual cards, the practice
//! registers as servers of the test's own, a real keyring.
//!
//! `cargo xtask test` sets the stage (display, session bus, keyring) and names the program and its driver in the
//! environment; a journey that is run without it says so.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::disallowed_methods,
    clippy::print_stdout,
    missing_debug_implementations,
    reason = "a library of tests alone"
)]

pub mod counter;
#[cfg(target_os = "linux")]
pub mod pcscd;
pub mod window;
