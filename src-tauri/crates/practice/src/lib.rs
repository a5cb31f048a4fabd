//! The practice university: ALIVE, USOS and SUP as three real HTTP servers on loopback, fictional people with
//! drawn portraits, and virtual cards to tap.
//!
//! Staff train on it, tests run on it, and `cargo xtask practice` serves it to anyone who writes a client for
//! these APIs. It is written from the specs alone and shares no type with the clients: a misreading on one side
//! shows on the other. One seed and one "today" always make the same world.
//!
//! Beside the registers' own APIs there are two things for whoever tests against it: `/practice/faults` on each
//! server makes it misbehave, and `GET /practice/cards/{card_id}` on ALIVE's tells what a digital card shows.
//!
//! ```no_run
//! # async fn example() -> std::io::Result<()> {
//! use practice::{Clock, Fault, Options, Register, University};
//! let clock = Clock::fixed(jiff::Timestamp::UNIX_EPOCH);
//! let university = University::start(Options::new(1, clock)).await?;
//! println!("{}", university.access().alive.base_url);
//! university.faults(Register::Sup).set(Fault::delay(200));
//! university.stop(Register::Usos).await;
//! # Ok(()) }
//! ```

mod access;
mod alive;
mod chip;
mod clock;
mod contract;
pub mod els;
mod faults;
mod jwt;
mod portrait;
mod server;
mod sup;
mod tray;
mod trouble;
mod university;
mod usos;
pub mod vpcd;
mod world;

pub use access::{
    Access, AliveAccess, Codec, CycleProfile, FieldProfile, Profile, RangeProfile, ReportSample, SupAccess,
    TermsProfile, UsosAccess, UsosSample,
};
pub use alive::model::CardType;
pub use clock::Clock;
pub use contract::{CardTerms, Contract, CustomField, Cycle, Mode, NumberRange};
pub use faults::{Fault, FaultKind, Faults};
pub use tray::{Barcodes, Interface, SupLink, TrayCard};
pub use trouble::Trouble;
pub use university::{Options, Register, University, serve_until_killed};
